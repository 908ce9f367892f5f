"""Whatever is written, only a refusal leaves.

``make fuzz`` tries 100,000 inputs, new ones each time: what is written with a slip or several.
"""

import os
import re
import string
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eqcheck import Page, Refusal, check, mutants
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
c : {1..5}
c_i : 1..n; i = 1..n
\zeta : normal; random
\mathbf{P} : permutation[d]
\tanh : R -> R; entrywise
L(\mathbf{w}) = \mathbf{w}^{\top}\mathbf{w}
D(\mathbf{x} \| \mathbf{w}) = \|\mathbf{x} - \mathbf{w}\|_2
"""
FORMULAS = [
    (r"x^2 + \frac{y}{u} = \frac{x^2 u + y}{u}", {}),
    (r"\nabla_{\mathbf{w}} L(\mathbf{w}, y) = 2 y \mathbf{w}", {}),
    (r"\frac{\partial L(\mathbf{w}, x)}{\partial x} = \|\mathbf{w}\|_2^2", {}),
    (r"\left( x + y \right)^2 = x^2 + 2 x y + y^2, \quad x \le \exp(x)", {}),
    (r"\sum_{j=1}^{d} x_j w_j = \mathbf{x}^{\top} \mathbf{w}", {}),
    (r"\mathbb{E}[\varepsilon^2] = u^2", {}),
    (r"\begin{cases} x & \text{if } x > 0 \\ -x & \text{otherwise} \end{cases} = |x|", {}),
    (
        r"\mathbf{x} \in \operatorname*{arg\,min}_{\mathbf{w} \in \mathbb{R}^{d}} L(\mathbf{w}, 1)",
        {"kind": "optimality", "code": r"call(0\mathbf{w})", "certificate": r"\|\mathbf{w}\|_2^2"},
    ),
    (
        r"0 = \min_{\mathbf{w}, \|\mathbf{w}\|_2 \le 1} L(\mathbf{w}, u)",
        {"kind": "optimality", "code": r"call(0\mathbf{w})"},
    ),
    (r"\lim_{u \to \infty} \frac{x}{u} = 0", {"kind": "limit"}),
    (r"f(x + u) = f(x) + f'(x) u + O(u^2)", {}),
    (r"f(x + u) \approx f(x) + f'(x) u", {"order": "u^{2}"}),
    (r"z = 2 x", {"kind": "code", "code": "z = call(2 x, key=u)"}),
    (r"[\mathbf{w}_0, \mathbf{w}_1] \begin{bmatrix} x \\ y \end{bmatrix} = \mathbf{w}", {}),
    (r"c \le 5", {"kind": "bound", "tight": "c = 5"}),
    (r"\sum_{j=1}^{n} ([c_j = i] + [c_j \ne i]) = n \sum_{j=1}^{n} \delta_{ij}", {}),
    (r"\max_j x_j - \min_{1 \le j \le d} x_j = \max_j (x_j - \min_k x_k)", {}),
    (r"\left\lfloor \frac{c}{2} \right\rfloor + \lceil \frac{c}{2} \rceil = c", {}),
    (r"D(\mathbf{x} \,\|\, y\mathbf{w})^2 = L(\mathbf{x} - y\mathbf{w})", {}),
    (r"\mathbb{E}[(x + \zeta)^2] = x^2 + \operatorname{erf}(u) + (1 - \operatorname{erf}(u))", {}),
    (r"\tanh(\mathbf{P} \mathbf{x}) x_{n(i-1)-3(i-1)+1} = x_1 \mathbf{P} \tanh(\mathbf{x})", {}),
    (r"\partial_x (x^2 y) = 2 x y \text{ if } x > 0 \text{ for all } i \in \{1, \ldots, n\}", {}),
    (
        r"(\mathbf{A} \mathbf{x})_2 := (\mathbf{x}^{\mathsf T} \mathbf{A}^\top)_2 + u "
        r"- \mathrm{max}(0, u), \; \forall x",
        {},
    ),
    (r"\operatorname*{argmax}_j x_j = \operatorname*{argmax}_j (2 x_j)", {}),
    (r"\partial_u f(u) \stackrel{\text{def}}{=} f'(u)", {}),
    (
        r"\|[\mathbf{x}; \mathbf{w}]\|_2^2 = "
        r"\begin{bmatrix} x_1 \\ \vdots \\ x_d \end{bmatrix}^\top \mathbf{x} + \|\mathbf{w}\|^2",
        {},
    ),
    (r"E_{\zeta \sim \mathcal{N}(0, 1)}[\zeta^2] = 1", {}),
    (r"2 \mathbf{x} \in \mathbb{R}^d", {"kind": "code", "code": r"call(2 \mathbf{x})"}),
    (r"K_{i12} + A_{12} + d_1 = \prod_{k \in I} k + \det(\mathbf{A}) + \log u", {}),
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
    r"q, r : {1..d}[n], {0..9}; entries q_i, r_i",
    r"\mathbf{z} : normal[n,2]; random; entries z_{ij}",
    r"\mathbf{Q} : permutation[n]; rows \mathbf{q}_i",
    r"\exp : R -> R; entrywise",
    r"f(x \| y) : R; defined",
    r"g_t : 0..d; t = 1..n",
    r"\partial : gradient",
    r"^, \sqrt, \frac, + : entrywise",
    r"\text{prod} : chain rule",
    r"F[f, \mathbf{x}] : R; defined",
    r"p(x \mid y, z) : R; defined",
    r"k : R[d] -> R; convex; lipschitz u",
    r"s : R[d] -> R[d]; rowwise",
    r"\mathbf{b} : R[1,d]; broadcast",
    r"r, b : uniform(-u, u), bernoulli(0.5)[d]; random",
]
MARKS = r"""
\left \right \frac \sum \prod \nabla \partial \mathbb \mathbf \hat \text{if} \text \top \to \in
\begin{cases} \end{cases} \begin{bmatrix} \end{bmatrix} \\ & \quad \infty \min \lim \sim \mid \circ
\sin \log \det \operatorname{Var} \operatorname{diag} \cdots \ldots \| \delta \delta_{ij} \cdot
\lfloor \rfloor \lceil \rceil \max \max_j \operatorname{erf} \tanh \zeta \mathbf{P} [i=j] {1..d}
\mathbf{x} \mathbf{w} \mathbf{A} \mathbf{w}_t \varepsilon \phi L f x y z u n d i j I O e
\partial_x \vdots \ddots \forall \leftarrow := \triangleq \stackrel \overset \mathrm \mathsf
\mathop E \mathcal{N} \operatorname{argmax}_j \sum_i \text{and} \text{if} \mathcal{D} \frac{d}{dx}
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


LATEX = [latex for latex, _ in FORMULAS]
WRITTEN = st.one_of(
    damaged(LATEX),
    damaged(LATEX),
    damaged(LATEX),
    st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join),
    st.text(st.sampled_from(string.printable + "²٣２×→名"), max_size=30),
)
OPTIONS = {
    "kind": [kind for kind in KINDS if kind not in GREY],
    "code": [
        "",
        r"call(\mathbf{x})",
        "z = call(x, key=u)[0]",
        "call(",
        "= = =",
        "z = call(x)[99999]",
    ],
    "order": ["", "u^2", "u^", "O(u)"],
    "tight": ["", "c = 5", "x = y, y = 0\nu = 1", "x \\le 1", r"\mathbf{x} = \mathbf{w"],
    "certificate": ["", "x", r"L(\mathbf{w}, 1) - 0", r"\mathbf{w}^{"],
}


@st.composite
def checks(draw):
    """Return a formula and its options, most of them its own, most of them damaged."""
    latex, own = draw(st.sampled_from(FORMULAS))
    options = {}
    for name, others in OPTIONS.items():
        choice = draw(st.integers(0, 9))
        if choice == 0:
            options[name] = draw(st.sampled_from(others))
        elif choice == 1 and own.get(name) and name != "kind":
            options[name] = draw(damaged([own[name]]))
        elif name in own:
            options[name] = own[name]
    return draw(st.one_of(damaged([latex]), damaged([latex]), st.just(latex), WRITTEN)), options


def call(*arguments, **named):
    return arguments[0] if arguments else 1.0


TESTS = 4
TRIED = settings(
    max_examples=int(os.environ.get("EQCHECK_FUZZ", "1200")) // TESTS,
    derandomize="EQCHECK_FUZZ" not in os.environ,
    database=None,
)


@pytest.mark.parametrize(("latex", "options"), FORMULAS)
def test_what_is_damaged_is_run_before(latex, options):
    page = Page(TABLE, functions={"call": call})
    assert check(page, latex, **options).state in ("checked", "survived", "wrong")


@TRIED
@given(checks())
def test_a_check_gives_a_state_whatever_is_written(written):
    latex, options = written
    page = Page(TABLE, functions={"call": call})
    result = check(page, latex, draws=2, **options)
    assert result.state in (*KINDS, "checked", "wrong", "refused", "unbound", "survived")


@TRIED
@given(WRITTEN)
def test_wrong_versions_are_written_or_refused_whatever_is_written(latex):
    page = Page(TABLE)
    with suppress(Refusal):
        assert all(mutant.latex != latex for mutant in mutants(latex, page))


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
