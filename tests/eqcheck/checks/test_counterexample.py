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
f : R -> R
h : R[d] -> R
\mathbf{g} : R -> R[d]
I : d of 1..n
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


@pytest.mark.parametrize("latex", [r"\mathbf{g}(a) = 2\mathbf{g}(a)", "a = a", "a = 1.00003 a"])
def test_where_no_draw_can_be_told_none_is_shown(latex):
    assert check(PAGE, latex).counterexample == ""


@pytest.mark.parametrize(
    ("latex", "wanted"),
    [
        ("f(a + b) = f(a) + f(b)", "with f(x) = x^2, a = 1, b = 1: left 4, right 2"),
        ("f'(a) = 2a", "with f(x) = x, a = 0: left 1, right 0"),
        (r"h(\mathbf{x}) = -h(-\mathbf{x})", "with h(x) = x_1^2 + x_2^2 + …, x = (1, 0): left 1"),
    ],
)
def test_a_function_that_was_drawn_becomes_a_simple_one(latex, wanted):
    assert check(PAGE, latex).counterexample.startswith(wanted)


@pytest.mark.parametrize("end", "uvwxyzabcd")
def test_an_interval_whose_end_depends_on_a_name_keeps_its_value_inside(end):
    found = check(Page(f"{end} : R+\nt : (0,{end})"), "t = 2t").counterexample
    told = re.fullmatch(rf"with {end} = (.*), t = (.*): left (.*), right (.*)", found)
    assert told is not None
    high, value, left, right = map(float, told.groups())
    assert 0 < value == left < high
    assert right == 2 * value


def test_widths_are_small_as_well():
    page = Page("d_l = 7, 6, 5\nl : 1..2\n\\mathbf{W}^{(l)} : R[d_l,d_{l-1}]; l = 1..2")
    found = check(page, r"\mathbf{W}^{(2)} = 2\mathbf{W}^{(2)}").counterexample
    assert found == (
        "with W^{(2)} = ((1, 0, 0), (0, 0, 0)): "
        "left ((1, 0, 0), (0, 0, 0)), right ((2, 0, 0), (0, 0, 0))"
    )


@pytest.mark.parametrize(
    ("latex", "wanted"),
    [
        ("a + a = 2a = 3a", "with a = 1, in 2a = 3a: left 2, right 3"),
        (r"a + a = 2a, \quad b = 2b", "with a = 0, b = 1, in b = 2b: left 1, right 2"),
        (r"\begin{aligned} a + a &= 2a \\ &= 3a \end{aligned}", "with a = 1, in 2a = 3a: left 2"),
        ("1 + 1 = 2 = 3", "in 2 = 3: left 2, right 3"),
    ],
)
def test_of_several_relations_it_is_told_which_one_is_meant(latex, wanted):
    assert check(PAGE, latex).counterexample.startswith(wanted)


def test_sets_of_indices_are_told():
    found = check(PAGE, r"i \in \{1, 2\}").counterexample
    assert found == "with i = 3: left 3, right {1, 2}"
    assert check(PAGE, r"I \subseteq \{1\}").counterexample.endswith("right {1}")
    assert " = {" in check(PAGE, r"I = \{1, 2\}").counterexample


def test_intervals_are_told():
    page = Page("p : [0, 1)")
    found = check(page, r"p \in (0, 1)", kind="bound").counterexample
    assert found == "with p = 0: left 0, right (0, 1)"
    found = check(page, r"2p \in [0, 1]", kind="bound").counterexample
    assert found.endswith(", right [0, 1]")


def test_of_a_limit_the_last_of_the_sequence_is_told():
    found = check(PAGE, r"\lim_{u \to \infty} \frac{a}{u} = b", kind="limit").counterexample
    assert found == "with u = 1e6, a = 0, b = 1: left 0, right 1"


def test_of_an_optimum_a_better_point_is_told():
    latex = r"a \in \operatorname{arg\,min}_{b} (b - 2a)^2"
    found = check(PAGE, latex, kind="optimality").counterexample
    assert found == "with a = 1: at the candidate 1, nearby 0"
    found = check(PAGE, latex.replace("min", "max").replace("(b", "-(b"), kind="optimality")
    assert found.counterexample == "with a = 1: at the candidate -1, nearby 0"


def test_of_a_law_the_variance_or_the_outcomes_are_told():
    page = Page(
        "n = 4\nd = 3\np : (0.1, 0.9)\n\\mathbf{W} : {-1, 1}[n,d]; random; entries W_{ij}\n"
        "\\mathbf{x} : R[d]; entries x_j\n\\mathbf{x}' : R[d]; entries x_j'; defined\n"
        "i : 1..n\nj : 1..d",
        functions={
            "normal": lambda n, d, rng: 3 * rng.standard_normal((n, d)),
            "keep": lambda x, p, rng: np.where(rng.random(x.shape) < 1 - p, 0.0, x),
        },
    )
    variance = check(
        page, r"\operatorname{Var}(W_{ij}) = 3", kind="distribution", code="normal(n, d)"
    )
    assert variance.counterexample.endswith("formula 3, code 9")
    mask = (
        r"x_k' = \begin{cases} 0 & \text{with probability } p \\ x_k & \text{otherwise} \end{cases}"
    )
    law = check(page, mask, kind="distribution", code=r"keep(\mathbf{x}, p)")
    assert re.search(r"formula \(.*\), code \(.*\)$", law.counterexample)


def test_a_result_with_it_turns_into_data_and_back():
    result = check(PAGE, "a = 2a")
    assert Result(**result.as_dict()) == result


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


# ------------------------------------------------------------------ beside a version that is right


def test_a_draw_counts_only_if_the_right_version_holds_on_it():
    page = Page("x : R", functions={"step": lambda x: float(x >= 0)})
    wrong, right = "|x| = 2 x", "|x| = x"  # right where x is not negative, and so nowhere else
    alone = check(page, wrong, attack=False).counterexample
    beside = check(page, wrong, attack=False, truth=right).counterexample
    assert alone == "with x = 1: left 1, right 2"
    assert beside == alone
    assert check(page, "|x| = -x", attack=False, truth="|x| = 3 x").counterexample == ""


def test_the_right_version_may_draw_what_the_wrong_one_lost():
    page = Page("x, y : R")
    result = check(page, "(x + 1)^2 = x^2 + 1", attack=False, truth="(x + y)^2 = x^2 + 2 x y + y^2")
    assert result.counterexample == "with x = 1: left 4, right 2"


def test_the_search_ends_with_its_effort_and_tells_what_it_has(monkeypatch):
    page = Page("d = 4 \n \\mathbf{x} : R[d]; entries x_j")
    wrong = r"\sum_{j=1}^{d} x_j^2 = 2 \sum_{j=1}^{d} x_j^2 + 1"
    whole = check(page, wrong, attack=False)
    assert whole.counterexample == "with d = 2, x = 0: left 0, right 1"
    monkeypatch.setattr("eqcheck.checks.counterexample.EFFORT", 20)
    short = check(page, wrong, attack=False)
    assert short.state == "wrong"
    assert short.steps < whole.steps


def test_of_a_convex_function_no_other_is_told_and_of_a_lipschitz_one_none():
    latex = r"f(\frac{x + y}{2}) \ge \frac{f(x) + f(y)}{2}"
    result = check(Page("x, y : R\nf : R -> R; convex"), latex, kind="bound")
    assert result.state == "wrong"
    assert "f(x) = x^2" in result.counterexample
    result = check(Page("x, y, L : R+\nf : R -> R; convex; lipschitz L"), latex, kind="bound")
    assert (result.state, result.counterexample) == ("wrong", "")


@pytest.mark.filterwarnings("error")
def test_looking_for_one_where_values_overflow_warns_of_nothing():
    inside = r"\frac{1}{1 + e^{-x}} \in (0.0001, 1)"
    assert check(Page("x : R"), inside, kind="bound").state == "wrong"
