"""A random tree, rendered to LaTeX, parses back to the same value; random tokens never crash."""

import contextlib
import math
import os
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eqcheck import Page, Refusal, check, mutants
from eqcheck.grammar.statements import parse_display, parse_expression
from eqcheck.values.scope import Scope

PAGE = Page(r"""
n = 3
d = 4
a, b, c : R
u : R+
\mathbf{x}, \mathbf{w} : R[d]; entries x_j, w_j
\mathbf{A}, \mathbf{B} : R[d,d]
\mathbf{X} : R[n,d]; rows \mathbf{x}_i
\mathbf{W}^{(l)} : R[d,d]; l = 1..3
i : 1..n
f : R -> R
\varepsilon : {-u, u}; random
k : {1..4}
\zeta : normal; random
\mathbf{P} : permutation[d]
""")
SEED = 7
SCOPE = Scope(PAGE, SEED)


def drawn(latex):
    return np.asarray(SCOPE.evaluate(parse_expression(latex, PAGE.table)))


# Each strategy yields (LaTeX, value): the value is computed here, by NumPy alone.
def leaf(latex):
    return st.just((latex, drawn(latex)))


SCALARS = st.one_of(
    *map(leaf, ("a", "b", "c", "u", "x_1", "w_3")),
    st.integers(0, 99).map(lambda k: (str(k), np.asarray(float(k)))),
)
MATRICES = st.one_of(*map(leaf, (r"\mathbf{A}", r"\mathbf{B}", r"\mathbf{W}^{(2)}")))
VECTORS = st.one_of(*map(leaf, (r"\mathbf{x}", r"\mathbf{w}")))


def grouped(item):
    return f"\\left( {item[0]} \\right)", item[1]


def largest(item):
    """Return the largest of x_j times a value, by an index that the value does not bind."""
    j = "jlmopqrst"[item[0].count("\\max_")]
    return f"\\max_{j} ( x_{j} {grouped(item)[0]} )", np.max(drawn(r"\mathbf{x}") * item[1])


def scalars(inner):
    pair = st.tuples(inner, inner)
    return st.one_of(
        pair.map(lambda p: (f"{p[0][0]} + {p[1][0]}", p[0][1] + p[1][1])).map(grouped),
        pair.map(lambda p: (f"{p[0][0]} - {grouped(p[1])[0]}", p[0][1] - p[1][1])).map(grouped),
        pair.map(lambda p: (f"{grouped(p[0])[0]} {grouped(p[1])[0]}", p[0][1] * p[1][1])),
        pair.map(lambda p: (f"{grouped(p[0])[0]} \\cdot {p[1][0]}", p[0][1] * p[1][1])).map(
            grouped
        ),
        inner.map(lambda s: (f"-{s[0]}", -s[1])).map(grouped),
        inner.map(lambda s: (f"{grouped(s)[0]}^{{2}}", s[1] ** 2)),
        inner.map(lambda s: (f"\\frac{{{s[0]}}}{{u}}", s[1] / drawn("u"))),
        inner.map(lambda s: (f"\\left| {s[0]} \\right|", abs(s[1]))),
        inner.map(lambda s: (f"\\sin \\left( {s[0]} \\right)", np.sin(s[1]))),
        inner.map(
            lambda s: (f"\\operatorname{{erf}} ( {s[0]} )", np.asarray(math.erf(float(s[1]))))
        ),
        inner.map(largest).map(grouped),
        st.integers(1, 4).map(lambda k: (f"[k = {k}]", np.asarray(float(drawn("k") == k)))),
        inner.map(lambda s: (f"\\sqrt{{1 + {grouped(s)[0]}^2}}", np.sqrt(1 + s[1] ** 2))),
    )


def stepped(inner):
    return st.one_of(
        inner.map(lambda s: (f"\\lfloor {s[0]} \\rfloor", np.floor(s[1]))),
        inner.map(lambda s: (f"\\lceil {s[0]} \\rceil", np.ceil(s[1]))),
    )


def matrices(inner):
    pair = st.tuples(inner, inner)
    return st.one_of(
        pair.map(lambda p: (f"{p[0][0]} + {p[1][0]}", p[0][1] + p[1][1])).map(grouped),
        pair.map(lambda p: (f"{grouped(p[0])[0]} {p[1][0]}", p[0][1] @ p[1][1])).map(grouped),
        pair.map(
            lambda p: (f"{grouped(p[0])[0]} \\odot {grouped(p[1])[0]}", p[0][1] * p[1][1])
        ).map(grouped),
        inner.map(lambda m: (f"{grouped(m)[0]}^{{\\top}}", m[1].T)),
        inner.map(lambda m: (f"-2{grouped(m)[0]}", -2 * m[1])).map(grouped),
    )


SMOOTH = st.recursive(SCALARS, scalars, max_leaves=8)
SCALAR = st.recursive(
    SCALARS, lambda inner: st.one_of(scalars(inner), stepped(inner)), max_leaves=8
)
MATRIX = st.recursive(MATRICES, matrices, max_leaves=6)
FORM = st.tuples(VECTORS, MATRIX, VECTORS).map(
    lambda p: (
        f"{p[0][0]}^{{\\top}} {grouped(p[1])[0]} {p[2][0]}",
        (p[0][1].T @ p[1][1] @ p[2][1]).reshape(()),
    )
)


@given(st.one_of(SCALAR, MATRIX, FORM))
@settings(max_examples=200)
def test_a_rendered_tree_parses_back_to_the_same_value(item):
    latex, value = item
    np.testing.assert_allclose(drawn(latex), value, rtol=1e-9, atol=1e-12)


@given(MATRIX)
@settings(max_examples=30)
def test_nabla_of_a_quadratic_form_has_the_closed_form(item):
    latex, value = item
    gradient = drawn(rf"\nabla_{{\mathbf{{x}}}} ( \mathbf{{w}}^{{\top}} ({latex}) \mathbf{{x}} )")
    np.testing.assert_allclose(gradient, value.T @ drawn(r"\mathbf{w}"), rtol=1e-8, atol=1e-9)


@given(SMOOTH)
@settings(max_examples=30)
def test_the_prime_of_a_composition_is_the_chain_rule(item):
    latex, value = item
    slope = drawn(rf"\frac{{\partial ( f({latex} + b) )}}{{\partial b}}")
    inner = drawn(rf"\frac{{\partial ( {latex} + b )}}{{\partial b}}")
    outer = drawn(rf"f'({latex} + b)")
    np.testing.assert_allclose(slope, outer * inner, rtol=1e-8, atol=1e-8 * (1 + abs(value)))


VOCABULARY = [
    r"a",
    r"b",
    r"c",
    r"u",
    r"x_1",
    r"w_j",
    r"\mathbf{x}",
    r"\mathbf{w}",
    r"\mathbf{A}",
    r"\mathbf{B}",
    r"\mathbf{X}",
    r"\mathbf{x}_i",
    r"\mathbf{W}^{(l)}",
    r"\mathbf{W}^{(2)}",
    r"n",
    r"d",
    r"i",
    r"f",
    r"(",
    r")",
    r"[",
    r"]",
    r"{",
    r"}",
    r"+",
    r"-",
    r"*",
    r"/",
    r"=",
    r",",
    r";",
    r".",
    r":",
    r"'",
    r"^",
    r"_",
    r"&",
    r"|",
    r"\|",
    r"\\",
    r"\{",
    r"\}",
    r"\cdot",
    r"\times",
    r"\odot",
    r"\otimes",
    r"\frac",
    r"\dfrac",
    r"\sqrt",
    r"\sum",
    r"\prod",
    r"\nabla",
    r"\partial",
    r"\mathbb{E}",
    r"\mathbb{R}",
    r"\lim",
    r"\to",
    r"\infty",
    r"\max",
    r"\min",
    r"\operatorname*{arg\,min}",
    r"\operatorname{tr}",
    r"\operatorname{diag}",
    r"\operatorname{Var}",
    r"\det",
    r"\log",
    r"\exp",
    r"\sin",
    r"\left(",
    r"\right)",
    r"\left|",
    r"\right|",
    r"\langle",
    r"\rangle",
    r"\le",
    r"\ge",
    r"<",
    r">",
    r"\in",
    r"\subseteq",
    r"\approx",
    r"\leftarrow",
    r"\mid",
    r"\sim",
    r"\top",
    r"T",
    r"{\top}",
    r"2",
    r"1",
    r"0",
    r"23",
    r"0.5",
    r"\cdots",
    r"\ldots",
    r"\circ",
    r"\quad",
    r"\qquad",
    r"\,",
    r"\text{and}",
    r"\text{if",
    r"}",
    r"\text{otherwise}",
    r"\text{with",
    r"probability",
    r"}",
    r"\begin{cases}",
    r"\end{cases}",
    r"\begin{bmatrix}",
    r"\end{bmatrix}",
    r"\begin{aligned}",
    r"\end{aligned}",
    r"\varepsilon",
    r"e",
    r"\pi",
    r"O",
    r"\mathrm{d}",
    r"\hat",
    r"\tilde{x}",
    r"\prime",
    r"\mathcal{L}",
    r"\lfloor",
    r"\rfloor",
    r"\left\lceil",
    r"\right\rceil",
    r"\delta_{ij}",
    r"\operatorname{erf}",
    r"\max_j",
    r"k",
    r"\zeta",
    r"\mathbf{P}",
    r"\ell",
]
STRUCTURED = [
    r"\frac{{{}}}{{{}}}", r"\nabla_{{{}}} ({})", r"\sum_{{j=1}}^{{{}}} {}", r"({}) {}", r"{} = {}",
    r"{}^{{{}}}", r"\frac{{\partial {}}}{{\partial {}}}", r"f({}) + {}", r"\|{}\|_{{{}}}",
    r"\mathbb{{E}}[{} \mid {}]", r"\begin{{cases}} {} & \text{{if }} {} > 0 \end{{cases}}",
    r"\min_{{{}}} {}", r"\lim_{{{} \to 0}} {}", r"{} + \cdots + {}", r"\{{{}, \ldots, {}\}}",
]  # fmt: skip


def random_latex(rng):
    """Tokens at random, half of the time inside the shapes that formulas have."""
    words = rng.choices(VOCABULARY, k=rng.randint(1, 12))
    latex = " ".join(words)
    while rng.random() < 0.6 and len(latex) < 400:
        latex = rng.choice(STRUCTURED).format(*rng.sample([latex, rng.choice(VOCABULARY)], 2))
    return latex


ROUNDS = int(os.environ.get("EQCHECK_FUZZ", "3000"))


def test_random_tokens_are_read_or_refused_and_nothing_else():
    rng = random.Random(11)
    read = 0
    for _ in range(ROUNDS):
        latex = random_latex(rng)
        with contextlib.suppress(Refusal):
            parse_display(latex, PAGE.table)
            read += 1
    assert 0 < read < ROUNDS


def test_random_formulas_are_checked_without_a_crash():
    rng = random.Random(12)
    states = set()
    for _ in range(ROUNDS // 10):
        side = random_latex(rng)
        latex = f"{side} = {rng.choice(VOCABULARY)}"
        states.add(check(PAGE, latex, draws=2).state)
    assert states <= {"checked", "wrong", "refused", "survived"}
    assert "refused" in states


@pytest.mark.parametrize("depth", [10, 60, 2000])
def test_deep_nesting_is_refused_not_a_recursion_error(depth):
    latex = "(" * depth + "a" + ")" * depth
    if depth < 39:
        assert drawn(latex) == drawn("a")
    else:
        with pytest.raises(Refusal, match="nested too deeply"):
            parse_expression(latex, PAGE.table)


def test_each_mutant_differs_from_the_formula_and_from_the_others():
    latex = r"\mathbf{x}^{\top}\mathbf{A}\mathbf{w} + 2 a = \sum_{j=1}^{d} x_j w_j - b^2"
    found = [mutant.latex for mutant in mutants(latex, PAGE)]
    assert latex not in found
    assert len(set(found)) == len(found) > 10
