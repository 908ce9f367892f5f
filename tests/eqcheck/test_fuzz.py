"""Whatever is written, only a refusal leaves.

``FUZZ=100000 pytest -n 0 tests/eqcheck/test_fuzz.py`` tries as many inputs, new ones each time.
"""

import os
import re
import string
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from eqcheck import Page, Refusal, check
from eqcheck.checks.report import GREY, KINDS

TABLE = r"""
n = 3
d = 4
x, y, b : R
u : R+
z : R; defined
\hat{y} : R
\mathbf{x}, \mathbf{w} : R[d]; entries x_j, w_j
\mathbf{A} : R[d,d]; entries A_{ij}
\mathbf{I} : identity[d]; entries I_{ij}
\mathbf{K} : R[n,d,2]; entries K_{ijk}
\mathbf{w}_t : R[d]; t = 0..3; iterates of \mathbf{w}
d_l = 5, 6, 7
I : 2 of 1..n
i : 1..n
f : R -> R
\phi : R -> R; entrywise
\varepsilon : {-u, u}; random
L(\mathbf{w}, b) = b \mathbf{w}^{\top}\mathbf{w}
"""
FORMULAS = [
    r"z = x^2 + \frac{y}{u}",
    r"\nabla_{\mathbf{w}} L(\mathbf{w}, y) = 2 y \mathbf{w}",
    r"\frac{\partial L(\mathbf{w}, x)}{\partial x} = \|\mathbf{w}\|_2^2",
    r"\left( x + y \right)^2 = x^2 + 2 x y + y^2, \quad x \le \exp(x)",
    r"\sum_{j=1}^{d} x_j w_j = \mathbf{x}^{\top} \mathbf{w}",
    r"\mathbb{E}[\varepsilon^2] = u^2",
    r"\begin{cases} x & \text{if } x > 0 \\ -x & \text{otherwise} \end{cases} = |x|",
    r"\mathbf{x} \in \operatorname*{arg\,min}_{\mathbf{w} \in \mathbb{R}^{d}} L(\mathbf{w}, 1)",
    r"\lim_{u \to \infty} \frac{x}{u} = 0",
    r"f(x + u) = f(x) + f'(x) u + O(u^2)",
    r"\mathbf{w}_{t+1} = \mathbf{w}_t - \begin{bmatrix} x & 0 \\ 0 & y \end{bmatrix} \mathbf{w}",
    r"K_{ijk} + A_{12} + d_1 = \prod_{i \in I} i + \det(\mathbf{A}) + \log u",
]
LINES = [
    r"\mathbf{v} : R[d]; entries v_j; random | 名 | name",
    r"m = 7",
    r"\mathbf{V}^{(l)} : R[d_l,d_{l-1}]; l = 1..2",
    r"p, q : (0, 1), {-u, u}",
    r"g(x) : R; code call(x)",
    r"J : m of 1..n",
    r"h : R[d], R -> R+; entrywise",
    r"r(x) = x^2",
    r"S : simplex[n,d]; rows s_i; columns t_j",
]
MARKS = r"""
\left \right \frac \sum \prod \nabla \partial \mathbb \mathbf \hat \text{if} \text \top \to \in
\begin{cases} \end{cases} \begin{bmatrix} \end{bmatrix} \\ & \quad \infty \min \lim \sim \mid \circ
\sin \log \det \operatorname{Var} \operatorname{diag} \cdots \ldots
\mathbf{x} \mathbf{w} \mathbf{A} \mathbf{w}_t \varepsilon \phi L f x y z u n d i j I O e
{ } ( ) [ ] | _ ^ ' , ; : . = < > + - * / 0 1 2 9 99 ² ٣ ２ ① ∇ # % \
^{-1} _{1} _{j=1}^{d} ^{(l)} (x) .. -> R[d] 1..n
"""
PIECES = [
    *MARKS.split(), " ", "\n", "\x00", "\u202e", "\ud800",
    "9" * 400, "{" * 50, r"\hat{" * 50, "(" * 50,
]  # fmt: skip


MARK = re.compile(r"\\(?:begin|end)\{\w+\}|\\[A-Za-z]+|\\.|.", re.DOTALL)


@st.composite
def damaged(draw, written):
    """Return what is written with some marks lost, doubled, or exchanged for others."""
    marks = MARK.findall(draw(st.sampled_from(written)))
    others = st.sampled_from([*PIECES, *MARK.findall(draw(st.sampled_from(written)))])
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(marks)))
        lost = draw(st.sampled_from([0, 1, 1, 1, 2, 5]))
        new = [draw(others)] if draw(st.booleans()) else marks[at : at + 2]
        marks[at : at + lost] = new if draw(st.integers(0, 3)) else []
    return "".join(marks)


WRITTEN = st.one_of(
    damaged(FORMULAS),
    damaged(FORMULAS),
    damaged(FORMULAS),
    st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join),
    st.text(st.sampled_from(string.printable + "²٣２×→名"), max_size=30),
)
EXECUTED = [kind for kind in KINDS if kind not in GREY]
CODES = [
    *[""] * 9,
    r"call(\mathbf{x})",
    r"z = call(x, key=u)[0]",
    "call(",
    "= = =",
    "z = call(x)[99999]",
]


def call(*arguments, **named):
    return arguments[0] if arguments else 1.0


TRIED = settings(
    max_examples=int(os.environ.get("FUZZ", "300")),
    derandomize="FUZZ" not in os.environ,
    database=None,
)


@TRIED
@given(
    WRITTEN, st.sampled_from(EXECUTED), st.sampled_from(CODES), st.sampled_from(["", "u^2", "u^"])
)
def test_a_check_gives_a_state_whatever_is_written(latex, kind, code, order):
    page = Page(TABLE, functions={"call": call})
    result = check(page, latex, kind=kind, code=code, order=order, draws=2)
    assert result.state in (*KINDS, "checked", "wrong", "refused", "unbound", "survived")


@TRIED
@given(st.one_of(damaged(LINES), WRITTEN))
def test_a_line_is_taken_or_refused_whatever_is_written(line):
    page = Page(TABLE)
    with suppress(Refusal):
        page.declare(line)


@TRIED
@given(WRITTEN)
def test_a_definition_is_taken_or_refused_whatever_is_written(latex):
    page = Page(TABLE)
    with suppress(Refusal):
        page.define(latex)
