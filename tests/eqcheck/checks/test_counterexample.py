"""The draw that a wrong result carries: small, named, and really a counterexample."""

import ast
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eqcheck import Page, Result, check

PAGE = Page(
    r"""
n = 6
d = 4
a, b, x : R
c : R; defined
\mathbf{z} : R[d]; defined
p : (0,1)
u : R+
\mathbf{x}, \mathbf{w} : R[d]
\mathbf{y} : R[n]; entries y_i
\mathbf{X} : R[n,d]; rows \mathbf{x}_i
\mathbf{A} : R[d,d]
\mathbf{S} : symmetric[d]
\mathbf{W}^{(l)} : R[d,d]; l = 1..3
\mathbf{Q} : orthonormal[d,d]
\mathbf{p} : simplex[n]
i : 1..n
\tau : R+
v : (0,\tau)
f : R -> R
r(x) = \max(x, 0)
""",
    functions={"double": lambda v: 2 * v, "sign": np.sign},
)


@pytest.mark.parametrize(
    ("latex", "wanted"),
    [
        (r"\|\mathbf{x}\|_2^2 = 3\mathbf{x}^{\top}\mathbf{x}", "x = (1, 0): left 1, right 3"),
        (r"\sum_{i=1}^{n} y_i = n y_1", "n = 3, y = (1, 0, 0): left 1, right 3"),
        ("(a+b)^2 = a^2 + b^2", "a = 1, b = 1: left 4, right 2"),
        (r"a^2 + b^2 \le 2ab", "a = 0, b = 1: left 1, right 0"),
        ("a < a + 0", "a = 0: left 0, right 0"),
        (r"\log(1-p) = -p", "p = 0.5: left -0.6931, right -0.5"),
        (r"\sqrt{u} = \frac{u}{2}", "u = 1: left 1, right 0.5"),
        (
            r"\mathbf{S}\mathbf{x} = \mathbf{x}",
            "with x = (0, 1), S = ((1, 1), (1, 1)): left (1, 1)",
        ),
        (r"\mathbf{Q}^{\top}\mathbf{x} = \mathbf{x}", "Q = ((0, 1), (1, 0)): left "),
        (r"\mathbf{p}^{\top}\mathbf{p} = 1", "with p = (0.25, 0.5, 0.25): left 0.375, right 1"),
        (r"\mathbf{x}_i^{\top}\mathbf{w} = y_i", "i = 1: left 1, right 0"),
        (r"\mathbf{W}^{(1)} = 2\mathbf{W}^{(1)}", "W^{(1)} = ((1, 0), (0, 0)): left ((1, 0), (0"),
    ],
)
def test_a_wrong_formula_shows_a_small_draw_with_both_sides(latex, wanted):
    result = check(PAGE, latex)
    assert result.state == "wrong"
    assert wanted in result.counterexample
    assert result.message.endswith(f"; {result.counterexample}")


def test_a_formula_that_is_not_its_code_shows_both():
    result = check(PAGE, "c = 3a", kind="code", code="double(a)")
    assert result.counterexample == "with a = 1: formula 3, code 2"


def test_without_names_the_sides_alone_are_shown():
    assert check(PAGE, "1 + 1 = 3").counterexample == "left 2, right 3"


def test_what_is_wrong_as_expected_carries_it_as_well():
    result = check(PAGE, "a = 2a", expect="wrong")
    assert (result.state, result.counterexample) == (
        "wrong-as-expected",
        "with a = 1: left 1, right 2",
    )


def test_at_a_kink_or_a_jump_nothing_is_shown():
    assert check(PAGE, "r'(x) = 1").counterexample == "with x = -1: left 0, right 1"
    assert check(PAGE, "r'(x) = 2").counterexample == "with x = 1: left 1, right 2"
    jump = check(PAGE, "c = -1", kind="code", code="sign(a)")
    assert jump.counterexample == "with a = 1: formula -1, code 1"


def test_rounding_is_no_counterexample_and_is_shown_as_zero():
    third = r"(0.1 a + 0.2 a - 0.3 a)"
    assert check(PAGE, f"{third} b = 2 {third} b").counterexample == ""
    assert check(PAGE, f"{third} = a").counterexample == "with a = 1: left 0, right 1"


def test_where_small_dimensions_do_not_do_those_of_the_table_are_taken():
    found = check(PAGE, "y_5 = y_6").counterexample
    assert found == "with y = (0, 0, 0, 0, 1, 0): left 1, right 0"


@pytest.mark.parametrize(
    "latex",
    ["f(a + b) = f(a) + f(b)", "v = 2v", r"\lim_{a \to 0} (a + 1) = 2", "a = a", "a = 1.00003 a"],
)
def test_where_no_draw_can_be_told_none_is_shown(latex):
    kind = "limit" if "lim" in latex else "identity"
    assert check(PAGE, latex, kind=kind).counterexample == ""


def test_a_result_with_it_turns_into_data_and_back():
    result = check(PAGE, "a = 2a")
    assert Result(**result.as_dict()) == result


def test_constants_are_not_named_and_zeros_are_short_but_their_length_is_told():
    page = Page("d = 4 \n \\mathbf{1} : ones[d] \n \\mathbf{x} : R[d] \n b : R")
    result = check(page, r"\mathbf{x}^{\top}\mathbf{1} + b = \mathbf{x}^{\top}\mathbf{1}")
    assert result.counterexample == "with d = 2, x = 0, b = 1: left 1, right 0"
    assert check(page, r"\mathbf{1}^{\top}\mathbf{1} = 3").counterexample == (
        "with d = 2: left 2, right 3"
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (r"\lambda", "λ"),
        (r"\boldsymbol{\varepsilon}", "ε"),
        (r"\mathbf{w}^{*}", "w^*"),
        (r"\hat{y}", r"\hat{y}"),
        (r"d_{\text{out}}", "d_{out}"),
    ],
)
def test_names_are_plain_where_they_can_be(name, shown):
    found = check(Page(f"{name} : R"), f"{name} = 2{name}").counterexample
    assert found == f"with {shown} = 1: left 1, right 2"


def test_names_that_only_their_font_tells_apart_keep_it():
    found = check(Page("x : R \n \\mathbf{x} : R"), r"x \mathbf{x} = 0").counterexample
    assert found == r"with x = 1, \mathbf{x} = 1: left 1, right 0"


# A sum of products, in LaTeX and in Python.
FACTORS = st.sampled_from([("a", "a"), ("b", "b"), ("x", "x"), ("2", "2"), ("p", "p"), ("u", "u")])
PRODUCTS = st.lists(FACTORS, min_size=1, max_size=3).map(
    lambda found: (r" \cdot ".join(f[0] for f in found), "*".join(f[1] for f in found))
)
SUMS = st.lists(PRODUCTS, min_size=1, max_size=3).map(
    lambda found: (" - ".join(f[0] for f in found), "-".join(f[1] for f in found))
)


@settings(max_examples=60, deadline=None)
@given(SUMS, SUMS)
def test_what_is_printed_really_differs_when_it_is_evaluated_again(left, right):
    result = check(PAGE, f"{left[0]} = {right[0]}")
    if result.state != "wrong":
        assert result.counterexample == ""
        return
    told = dict(re.findall(r"(\w) = (-?[\d.]+)", result.counterexample))
    values = {name: float(value) for name, value in told.items()}
    one, two = (eval(side[1], {}, values) for side in (left, right))
    assert one != two
    shown = re.search("left (.*), right (.*)", result.counterexample).groups()
    np.testing.assert_allclose([one, two], [*map(float, shown)], rtol=1e-3)


VECTORS = [
    (r"\mathbf{x}", lambda A, x, w: x),
    (r"2\mathbf{x}", lambda A, x, w: 2 * x),
    (r"\mathbf{x} - \mathbf{w}", lambda A, x, w: x - w),
    (r"\mathbf{A}\mathbf{x}", lambda A, x, w: A @ x),
    (r"\mathbf{A}^{\top}\mathbf{x}", lambda A, x, w: A.T @ x),
    (r"\mathbf{A}\mathbf{w}", lambda A, x, w: A @ w),
    (r"\mathbf{A}\mathbf{A}\mathbf{x}", lambda A, x, w: A @ A @ x),
    (r"\mathbf{x}^{\top}\mathbf{w} \mathbf{w}", lambda A, x, w: x @ w * w),
    (r"\nabla_{\mathbf{x}} \|\mathbf{x}\|_2", lambda A, x, w: x / np.sqrt(x @ x)),
]


@pytest.mark.parametrize("left", VECTORS, ids=lambda side: side[0])
@pytest.mark.parametrize("right", VECTORS, ids=lambda side: side[0])
def test_vectors_that_are_printed_really_differ_as_well(left, right):
    if left is right:
        return
    result = check(PAGE, f"{left[0]} = {right[0]}")
    told = re.findall(r"(\w) = (0|\(.*?\))(?=, \w = |: )", result.counterexample)
    values = {"A": np.zeros((2, 2)), "x": np.zeros(2), "w": np.zeros(2)}
    values |= {name: values[name] + ast.literal_eval(value) for name, value in told}
    shown = re.search(r"left (\(.*\)), right (\(.*\))", result.counterexample).groups()
    one, two = left[1](**values), right[1](**values)
    assert np.max(np.abs(one - two)) > 1e-3
    np.testing.assert_allclose([one, two], [*map(ast.literal_eval, shown)], rtol=1e-3)
