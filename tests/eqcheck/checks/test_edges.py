"""Boundaries: a case, an interval and an inequality are told from those that differ only there."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

from eqcheck import Page, check

FUNCTIONS = {
    "step": lambda x: np.where(x > 0, 1.0, 0.0),
    "sign": np.sign,
    "rest": lambda p: 1 - p if p else 0.0,
}


def cases(*rows):
    return r"\begin{cases} " + r" \\ ".join(" & ".join(row) for row in rows) + r" \end{cases}"


def run(table, latex, **options):
    return check(Page(table, functions=FUNCTIONS), latex, **options)


STEP = "x : {}\ng : R -> R; defined"
ABOVE, FROM = (
    cases(("1", rf"\text{{if }} x {r} 0"), ("0", r"\text{otherwise}")) for r in (">", r"\ge")
)
APART = cases(("1", r"\text{if } x > 0"), ("0", r"\text{if } x < 0"))


def test_the_derivative_of_relu_at_zero_is_told_from_the_other_one():
    right = run(STEP.format("R"), f"g(x) = {ABOVE}", kind="code", code="step(x)")
    assert (right.state, right.killed) == ("checked", right.mutants)
    wrong = run(STEP.format("R"), f"g(x) = {FROM}", kind="code", code="step(x)")
    assert wrong.state == "wrong"
    assert wrong.counterexample == "with x = 0: formula 1, code 0"


def test_cases_that_leave_the_boundary_out_are_refused_unless_the_domain_does():
    refused = run(STEP.format("R"), f"g(x) = {APART}", kind="code", code="step(x)")
    assert refused.state == "refused"
    assert "no case applies where the sides of a condition are equal" in refused.message
    taken = dict.fromkeys((r"> -> \ge", r"< -> \le"), "x is not zero")
    taken["0 -> 1 #3"] = "the first case has taken all x > 0"
    options = {"kind": "code", "code": "step(x)"}
    assert run(STEP.format("R*"), f"g(x) = {APART}", equivalent=taken, **options).state == "checked"


def test_a_boundary_that_the_domain_leaves_out_must_be_listed_as_no_matter():
    found = run(STEP.format("R*"), f"g(x) = {FROM}", kind="code", code="step(x)")
    assert found.state == "survived"
    assert r"\ge -> >" in found.message


def test_a_case_of_equality_is_met():
    rows = [("1", r"\text{if } x > 0"), ("0", r"\text{if } x = 0"), ("-1", r"\text{otherwise}")]
    options = {"kind": "code", "code": "sign(x)"}
    assert run(STEP.format("R"), f"g(x) = {cases(*rows)}", **options).state == "checked"
    rows[1] = ("1", r"\text{if } x = 0")
    assert run(STEP.format("R"), f"g(x) = {cases(*rows)}", **options).state == "wrong"


@pytest.mark.parametrize(
    ("table", "left", "right"),
    [
        ("r : R\n\\delta : R+", r"|r|", r"\delta"),
        ("x, y : R", "x", "y^2 + 1"),
        ("x, y : R", "1", "x^2 + y^2"),
        ("x, y : R", "(x-y)^3", "0"),
        ("x, y : R", "-(x-y)^2", "0"),
        ("p : (0, 1)", "3p", "2"),
        ("p : [0, 1]", "p", "1"),
        ("d = 3\n\\mathbf{x}, \\mathbf{w} : R[d]", r"\mathbf{x}^{\top}\mathbf{w}", r"0"),
        ("d = 3\n\\mathbf{x} : R[d]\n\\theta : R+", r"\|\mathbf{x}\|_2^2", r"\theta"),
        ("d = 3\n\\mathbf{x} : R[d]; entries x_j\nu : R+", r"\log u", r"x_2"),
    ],
)
def test_a_condition_is_met_with_equality(table, left, right):
    table += "".join(
        f"\n{name} = "
        + cases(("1", rf"\text{{if }} {left} {relation} {right}"), ("2", r"\text{else}"))
        for name, relation in (("a", "<"), ("b", r"\le"))
    )
    result = run(table, "a = b")
    assert result.state == "wrong"
    assert result.counterexample.endswith(": left 2, right 1")


def test_a_boundary_that_no_domain_reaches_is_not_drawn():
    table = "u : R+\n" + "".join(
        f"\n{name} = " + cases(("1", rf"\text{{if }} -u {relation} 0"), ("2", r"\text{else}"))
        for name, relation in (("a", "<"), ("b", r"\le"))
    )
    assert "a case was never met" in run(table, "a = b").message


def test_at_a_kink_no_derivative_is_compared():
    table = "x : R\n" + r"r(x) = \max(0, x)"
    for latex, other in ((ABOVE, r"> -> \ge"), (FROM, r"\ge -> >")):
        none = {other: "there is no derivative at zero"}
        assert run(table, f"r'(x) = {latex}", equivalent=none).state == "checked"


def test_where_cases_meet_smoothly_a_right_derivative_is_not_found_wrong():
    huber = cases(
        (r"\frac{1}{2}r^2", r"|r| \le \delta"),
        (r"\delta |r| - \frac{1}{2}\delta^2", r"\text{else}"),
    )
    table = f"r : R\n\\delta : R+\nh(r) = {huber}"
    assert run(table, r"h'(r) = \max(-\delta, \min(r, \delta))").state == "checked"


@pytest.mark.parametrize(
    ("domain", "state"), [("(0, 1)", "checked"), ("(0, 1]", "checked"), ("[0, 1)", "wrong")]
)
def test_a_closed_end_is_drawn_and_an_open_one_is_not(domain, state):
    table = f"p : {domain}\ng : R -> R; defined"
    result = run(table, "g(p) = 1 - p", kind="code", code="rest(p)")
    assert result.state == state
    assert result.counterexample == ("with p = 0: formula 1, code 0" if state == "wrong" else "")


@pytest.mark.parametrize(
    ("table", "left", "right"),
    [
        ("x, y : R", "2xy", "x^2 + y^2"),
        ("u : R+", r"\log u", "u - 1"),
        ("p : (0, 1)", "p(1-p)", "0.25"),
        ("p : [0, 1]", "p^2", "p"),
        ("d = 3\n\\mathbf{x} : R[d]", r"\|\mathbf{x}\|_2", r"\|\mathbf{x}\|_1"),
        ("d = 3\n\\mathbf{x} : R[d]", r"\|\mathbf{x}\|_1", r"\sqrt{d} \|\mathbf{x}\|_2"),
        ("d = 3\n\\mathbf{p} : simplex[d]", r"\frac{1}{d}", r"\|\mathbf{p}\|_2^2"),
        ("d = 3\n\\mathbf{S} : symmetric[d]", "0", r"\|\mathbf{S}\|_F"),
    ],
)
def test_an_inequality_is_not_strict_where_equality_is_attained(table, left, right):
    for strict, weak, one, two in (("<", r"\le", left, right), (">", r"\ge", right, left)):
        found = run(table, f"{one} {strict} {two}")
        assert found.state == "wrong"
        assert found.message.startswith("what is said of the sides does not hold")
        assert f"{weak} -> {strict}" not in run(table, f"{one} {weak} {two}").message


def test_equality_but_for_rounding_is_no_strict_inequality():
    assert run("u : {1, 2}", "0.1u + 0.2u > 0.29u").state != "wrong"
    assert run("u : {1, 2}", "0.1u + 0.2u > 0.3u").state == "wrong"


def test_a_boundary_is_exact_and_not_for_the_rounding_of_the_formula_alone():
    met = []

    def above(x, w):
        terms = [Fraction(one) * Fraction(two) for one, two in zip(x, w, strict=True)]
        met.append(sum(terms) if all(terms) else None)
        return float(x @ w > 0)

    page = Page(
        "d = 3\n\\mathbf{x}, \\mathbf{w} : R[d]\ny : R; defined", functions={"above": above}
    )
    rows = cases(("1", r"\text{if } \mathbf{x}^{\top}\mathbf{w} > 0"), ("0", r"\text{else}"))
    code = r"above(\mathbf{x}, \mathbf{w})"
    assert check(page, f"y = {rows}", kind="code", code=code).state == "checked"
    assert 0 in met


def test_what_is_singular_for_round_numbers_alone_is_not_held_against_a_formula():
    names = ["a", "b", "c", "h", "u", "v"]
    factors = [f"({one}-{two})" for one, two in combinations(names, 2)]
    table = f"x, {', '.join(names)} : R\ns(x) = {ABOVE}"
    one, two = ("".join(order) for order in (factors, factors[::-1]))
    result = run(table, rf"\frac{{s(x)}}{{{one}}} = \frac{{s(x)}}{{{two}}}")
    assert result.state in ("checked", "survived")


def test_a_strict_inequality_that_holds_lists_the_weaker_one():
    known = {r"< -> \le": "the weaker one is true as well"}
    assert run("x : R", "x < e^x", equivalent=known).state == "checked"


@pytest.mark.parametrize(
    ("latex", "state", "how"),
    [
        (r"I \subseteq \{1, \ldots, n\}, |I| = m", "checked", ""),
        (r"I \in \{1, \ldots, n\}, |I| = m", "refused", r"write \subseteq"),
        (r"i \in \{1, \ldots, n\}", "checked", ""),
        (r"i \subseteq \{1, \ldots, n\}", "refused", r"write \in"),
    ],
)
def test_a_member_is_no_subset(latex, state, how):
    result = run("n = 5\nm = 3\ni : 1..n\nI : m of 1..n", latex)
    assert result.state == state
    assert how in result.message


@pytest.mark.parametrize(
    ("domain", "latex"),
    [
        ("R", r"x \le 3"),
        ("R", r"x^2 \le 9"),
        ("R+", "x < 1000"),
        ("R+", "x > 0.001"),
        ("R[3]", r"\|x\|_2 \le 10"),
    ],
)
def test_a_bound_that_holds_for_draws_of_size_one_only_is_wrong(domain, latex):
    assert run(f"x : {domain}", latex, kind="bound").state == "wrong"
    assert run("x : R", r"x^2 \ge 0", kind="bound").state != "wrong"


BAND = r"""
n = 7
k = 3
m = 5
i : 1..m
j : 1..n
\mathbf{w} : R[k]; entries w_j
\mathbf{T} : R[m,n]; code band(\mathbf{w}, n); entries T_{ij}
"""


def band(w, n):
    rows = [np.r_[np.zeros(at), w, np.zeros(n - len(w) - at)] for at in range(n - len(w) + 1)]
    return np.array(rows)


def test_a_condition_between_indices_is_met_with_equality_at_others_of_their_values():
    page = Page(BAND, functions={"band": band})
    latex = "T_{ij} = " + cases(("w_{j-i+1}", r"i \le j < i + k"), ("0", r"\text{otherwise}"))
    result = check(page, latex)
    assert result.state == "checked", result.message
    assert result.killed == result.mutants
    assert check(page, latex.replace("<", r"\le")).state == "refused"


MATRICES = "d = 3 \n \\mathbf{A}, \\mathbf{B} : R[d,d] \n q = 4 \n k : 1..q"


@pytest.mark.parametrize(
    ("latex", "right"),
    [
        (r"\operatorname{tr}(\mathbf{A}\mathbf{B}) \le \|\mathbf{A}\|_F \|\mathbf{B}\|_F", True),
        (r"\operatorname{tr}(\mathbf{A}\mathbf{B}) \le \|\mathbf{A}\|_2 \|\mathbf{B}\|_F", False),
    ],
)
def test_a_bound_of_matrices_holds_of_the_identity_too(latex, right):
    assert run(MATRICES, latex, kind="bound").state == ("checked" if right else "wrong")


@pytest.mark.parametrize(
    ("latex", "right"),
    [
        (r"p_k \in [0, 1]", True),
        (r"p_k \in [0, 1)", False),
        (r"p_k \in (0, 1]", False),
        (r"\sum_{k=1}^{q} p_k^2 \le 1", True),
        (r"\sum_{k=1}^{q} p_k^2 < 1", False),
        (r"\sum_{k=1}^{q} p_k r_k > 0", False),
    ],
)
def test_a_bound_of_probabilities_holds_of_certain_outcomes_too(latex, right):
    table = f"{MATRICES} \n \\mathbf{{p}}, \\mathbf{{r}} : simplex[q]; entries p_k, r_k"
    found = run(table, latex, kind="bound")
    assert (found.state == "wrong") is not right


@pytest.mark.parametrize(("factor", "right"), [("", True), ("0.9", False), ("0.98", False)])
def test_a_bound_holds_where_one_name_is_negligible_too(factor, right):
    latex = rf"\sqrt{{s + t}} \le \sqrt{{s}} + {factor} \sqrt{{t}}"
    assert run("s, t : R+", latex, kind="bound").state == ("checked" if right else "wrong")


@pytest.mark.parametrize(
    ("latex", "right"),
    [
        (r"\theta \in (0, 1)", True),
        (r"\theta \in (0, 0.999)", False),
        (r"\theta (1 - \theta) \ge 0", True),
        (r"\theta (1 - \theta) \ge 0.0001", False),
    ],
)
def test_a_bound_holds_near_open_ends_too(latex, right):
    assert (run(r"\theta : (0, 1)", latex, kind="bound").state == "wrong") is not right


@pytest.mark.parametrize("latex", ["x < L", "0 < x", r"|y| \le L"])
def test_numbers_stay_in_intervals_whose_ends_are_of_other_sizes(latex):
    table = "L : R+\nx : (0, L)\ny : [-L, L]"
    assert run(table, latex, kind="bound").state == "checked"
    narrower = latex.replace("L", r"\frac{L}{2}")
    assert narrower == latex or run(table, narrower, kind="bound").state == "wrong"


@pytest.mark.parametrize(
    ("latex", "right"),
    [
        (r"\lfloor x + 1 \rfloor = \lfloor x \rfloor + 1", True),
        (r"\lfloor -x \rfloor = -\lceil x \rceil", True),
        (r"\lceil x \rceil = \lfloor x \rfloor + 1", False),
        (r"\lfloor -x \rfloor = -\lfloor x \rfloor - 1", False),
    ],
)
def test_what_is_rounded_is_tried_at_whole_numbers_too(latex, right):
    assert run("x : R", latex).state == ("checked" if right else "wrong")
