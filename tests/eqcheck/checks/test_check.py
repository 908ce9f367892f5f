"""The public entry: kinds, states, evidence, and what makes a check fail."""

import numpy as np
import pytest

from eqcheck import FAILING, PASSING, Page, check, fingerprint

TABLE = r"""
n = 5
d = 3
\mathbf{X} : R[n,d]
\mathbf{y} : R[n]
\mathbf{w}, \mathbf{v}, \mathbf{z} : R[d]
\mathbf{w}^{*} : R[d]; code lstsq(\mathbf{X}, \mathbf{y})
h, \eta : R+
x, a, b : R
c : R; defined
f : R -> R
\mathcal{L}(\mathbf{w}) = \frac{1}{2n}\|\mathbf{y}-\mathbf{X}\mathbf{w}\|_2^2
q(\mathbf{z}) = \frac{1}{2}\mathbf{z}^{\top}\mathbf{z} - \mathbf{v}^{\top}\mathbf{z}
"""
FUNCTIONS = {
    "lstsq": lambda X, y: np.linalg.lstsq(X, y, rcond=None)[0],
    "step": lambda w, g, lr: w - lr * g,
    "same": lambda v: v,
    "near": lambda v: 1.01 * v,
    "sum": lambda a, b: a + b,
    "broken": lambda a: 1 / 0,
    "half": lambda x: x / 2,
    "real": lambda x: float(np.sin(x)),
    "text": lambda x: "x",
}


@pytest.fixture
def page():
    return Page(TABLE, functions=FUNCTIONS)


def test_an_aligned_derivation_is_checked_line_by_line(page):
    lines = r"""\begin{aligned}
    \mathbf{w}^{*} &= [\mathbf{y}^{\top}\mathbf{X}(\mathbf{X}^{\top}\mathbf{X})^{-1}]^{\top} \\
     &= [(\mathbf{X}^{\top}\mathbf{X})^{-1}]^{\top}(\mathbf{y}^{\top}\mathbf{X})^{\top} \\
     &= (\mathbf{X}^{\top}\mathbf{X})^{-1}(\mathbf{X}^{\top}\mathbf{y})
    \end{aligned}"""
    result = check(page, lines)
    assert result.state == "checked"
    assert result.true == (r"drop transpose of [(\mathbf{X}^{\top}\mathbf{X})^{-1}]",)
    assert (
        check(
            page, lines.replace(r"\mathbf{X}^{\top}\mathbf{y}", r"2\mathbf{X}^{\top}\mathbf{y}")
        ).state
        == "wrong"
    )


def test_an_assignment_uses_the_old_value_on_its_right(page):
    latex = r"\mathbf{w} \leftarrow \mathbf{w} - \eta \nabla \mathcal{L}(\mathbf{w})"
    code = r"step(\mathbf{w}, \nabla \mathcal{L}(\mathbf{w}), \eta)"
    assert check(page, latex, kind="code", code=code).state == "checked"


@pytest.mark.parametrize(
    ("latex", "order", "state"),
    [
        (r"f(x + h) \approx f(x) + h f'(x)", "h^{2}", "checked"),
        (r"f(x + h) \approx f(x) + h f'(x)", "h^{3}", "wrong"),
        (r"f(x + h) \approx f(x) + h f'(x)", "h", "wrong"),
        (r"f(x + h) = f(x) + h f'(x) + O(h^2)", "", "checked"),
        (r"f(x + h) = f(x) + 2h f'(x) + O(h^2)", "", "wrong"),
        (r"\frac{f(x+h) - f(x-h)}{2h} = f'(x) + O(h^2)", "", "checked"),
        (r"f(x) \approx f(x) + 0h", "h", "refused"),
    ],
)
def test_an_approximation_is_checked_by_its_rate(page, latex, order, state):
    assert check(page, latex, order=order).state == state


@pytest.mark.parametrize(
    ("latex", "state"),
    [
        (r"\lim_{h \to 0} \frac{f(x+h) - f(x)}{h} = f'(x)", "checked"),
        (r"\lim_{h \to 0} \frac{f(x+h) - f(x)}{h} = f(x)", "wrong"),
        (r"\lim_{h \to \infty} (1 + \frac{a}{h})^h = e^a", "checked"),
        (r"\lim_{h \to \infty} \frac{1}{h} = b", "wrong"),
        (r"\lim_{h \to \infty} \mathbf{w} = 1", "refused"),
    ],
)
def test_a_limit_is_followed_along_a_sequence(page, latex, state):
    assert check(page, latex, kind="limit").state == state


def test_a_minimum_is_certified(page):
    latex = r"\mathbf{v} = \operatorname*{arg\,min}_{\mathbf{z}} q(\mathbf{z})"
    certificate = r"\frac{1}{2}\|\mathbf{z}-\mathbf{v}\|_2^2"
    assert check(page, latex, kind="optimality", certificate=certificate).state == "checked"
    wrong = certificate.replace("2}", "3}", 1)
    assert check(page, latex, kind="optimality", certificate=wrong).state == "wrong"


def test_a_minimum_that_is_one_per_cent_off_is_found(page):
    latex = r"\min_{\mathbf{z}} q(\mathbf{z})"
    assert check(page, latex, kind="optimality", code=r"same(\mathbf{v})").state == "checked"
    assert check(page, latex, kind="optimality", code=r"near(\mathbf{v})").state == "wrong"


def test_a_maximum_is_not_a_minimum(page):
    latex = r"\mathbf{v} = \operatorname*{arg\,max}_{\mathbf{z}} q(\mathbf{z})"
    assert check(page, latex, kind="optimality").state == "refused"


def test_code_that_flips_a_sign_is_found(page):
    assert check(page, "a - b", kind="code", code="sum(a, b)").state == "wrong"
    assert check(page, "c = a + b", kind="code", code="sum(a, b)").state == "checked"
    assert check(page, "c = a - b", kind="code", code="sum(a, b)").state == "wrong"


@pytest.mark.parametrize(
    ("code", "state", "message"),
    [
        ("", "unbound", "no code is named"),
        ("missing(a)", "unbound", "missing is not among the callables"),
        ("broken(a)", "refused", "raised ZeroDivisionError"),
        ("text(x)", "refused", "returned str, not numbers"),
        ("sum(a, q)", "refused", "raised TypeError"),
        ("sum(a, r)", "refused", "r is not declared"),
        ("lambda: 1", "unbound", "is not a call"),
    ],
)
def test_code_that_cannot_be_called_is_told_apart(page, code, state, message):
    result = check(page, "c = a + b", kind="code", code=code)
    assert result.state == state
    assert message in result.message


def test_a_survivor_fails_until_it_is_listed_with_a_reason(page):
    latex = r"\mathbf{v}^{\top}\mathbf{v} = \|\mathbf{v}\|_2^2"
    assert check(page, latex).state == "checked"
    even = r"\cos(2x) = 1 - 2\sin^2(-x)"
    survived = check(page, even)
    assert survived.state == "survived"
    assert (
        survived.message
        == "these wrong versions pass: sign of x; list as equivalent those that are true"
    )
    assert not survived.passed
    listed = check(page, even, equivalent={"sign of x": "the square of the sine is even"})
    assert listed.state == "checked"
    with pytest.raises(ValueError, match="kind must be"):
        check(page, even, kind="guess")
    stale = check(page, latex, equivalent={"sign of v": "no such mutant"})
    assert stale.state == "survived"
    assert "listed as equivalent, but caught" in stale.message


@pytest.mark.parametrize("error", [MemoryError, RecursionError, OverflowError])
def test_wrong_versions_that_cannot_be_computed_are_refused(monkeypatch, error):
    def fail(*_, **__):
        raise error("too large")

    monkeypatch.setattr("eqcheck.checks.attack.mutants", fail)
    result = check(Page("x : R"), "x + x = 2x")
    assert (result.state, result.message) == ("refused", "a value cannot be computed: too large")


def test_a_refusal_that_is_expected_must_give_the_expected_reason(page):
    unequal = r"\mathbf{y} = \mathbf{w}"
    assert check(page, unequal, expect="refused", why="unequal shapes").passed
    assert not check(page, unequal, expect="refused", why="not declared").passed
    assert not check(page, "undeclared = a", expect="wrong").passed


def test_a_grey_kind_compares_nothing_and_says_why(page):
    result = check(page, "E = m c^2", kind="model", why="a law of nature", label="eq-energy")
    assert (result.state, result.message, result.draws) == ("model", "a law of nature", 0)


def test_states_are_either_passing_or_failing(page):
    assert not set(PASSING) & set(FAILING)
    assert check(page, "2a = a + a").passed
    assert not check(page, "2a = a").passed


def test_a_refusal_says_where_what_and_how(page):
    message = check(page, "a = 1/2b").message
    assert message.startswith("at 4, '1/2'")
    assert "above or under the line" in message
    assert r"write \frac" in message


def test_a_fingerprint_changes_with_the_formula_the_table_and_the_options(page):
    prints = {
        fingerprint(page, "a = b"),
        fingerprint(page, "a = x"),
        fingerprint(page, "a = b", draws=5),
        fingerprint(Page(TABLE + "y : R"), "a = b"),
        fingerprint(Page(TABLE + "y = a"), "a = b"),
    }
    assert len(prints) == 5
    assert fingerprint(Page(TABLE), "a = b") in prints


def test_checking_leaves_the_page_as_it_was(page):
    before = page.fingerprint()
    check(page, "c = a + b", kind="code", code="sum(a, b)")
    assert page.fingerprint() == before
    assert check(page, "c = c + 0").state == "refused"


def test_a_result_is_plain_data(page):
    data = check(page, "2a = a + a", label="eq-twice", name="page").as_dict()
    assert data["label"] == "eq-twice"
    assert data["killed"] == data["mutants"] > 0


def test_a_case_that_is_never_met_is_refused():
    table = (
        "x : (0, 1)\n"
        + r"s(x) = \begin{cases} x & \text{if } x < 5 \\ 2x & \text{otherwise} \end{cases}"
    )
    result = check(Page(table), "s(x) = x + 0")
    assert result.state == "refused"
    assert "a case was never met" in result.message


def test_code_that_only_takes_real_numbers_is_differentiated_by_differences():
    page = Page("x : R\ng : R -> R; code real", functions=FUNCTIONS)
    result = check(page, r"g'(x) = \cos(x)")
    assert result.state == "checked"
    assert 0 < result.error < 1e-9


def test_code_that_drops_the_imaginary_part_does_not_give_a_zero_derivative():
    page = Page("x : R\ng : R -> R; code sine", functions={"sine": lambda x: np.sin(np.real(x))})
    assert check(page, r"g'(x) = \cos(x)").state == "checked"


def test_a_kink_is_refused():
    kinked = {"kink": lambda x: np.abs(x) if np.iscomplexobj(x) else x * x}
    page = Page("x : R\ng : R -> R; code kink", functions=kinked)
    assert check(page, r"g'(x) = 2x").state in ("refused", "checked")
    assert check(page, r"g'(x) = 0x + 1").state != "checked"


def test_a_name_that_is_defined_by_itself_is_refused():
    page = Page("x : R\nc : R; defined\nc = c + x")
    assert "defined by itself" in check(page, "c = x").message


@pytest.mark.parametrize(
    ("latex", "options", "missing"),
    [
        ("a + q = q + a", {}, "q"),
        ("c = a + 0", {"kind": "code", "code": "f(q)"}, "q"),
        ("a = c", {}, "c"),
        ("a = g(a)", {}, "g"),
        ("a + = a", {}, ""),
    ],
)
def test_a_refusal_for_want_of_a_name_tells_the_name(latex, options, missing):
    page = Page("a : R \n c : R; defined \n g : R -> R; defined", functions={"f": abs})
    result = check(page, latex, **options)
    assert (result.state, result.missing) == ("refused", missing)


def test_a_bound_may_be_weak_but_not_turned_round():
    page = Page("x, y : R")
    latex = r"x^2 + 1 \ge x"
    assert check(page, latex).state == "survived"
    result = check(page, latex, kind="bound")
    assert (result.state, result.message) == ("checked", "")
    assert 0 < result.killed < result.mutants
    for wrong in (latex.replace(r"\ge", r"\le"), latex.replace("+", "-")):
        assert check(page, wrong, kind="bound").state == "wrong"


def test_a_bound_whose_reverse_or_other_sign_is_true_too_survives():
    result = check(Page("x, y : R"), r"x + y \le |x| + |y|", kind="bound")
    assert result.state == "survived"
    assert "sign of y" in result.message
    listed = {"sign of y": "a bound holds for both signs"}
    page = Page("x, y : R")
    assert check(page, r"x + y \le |x| + |y|", kind="bound", equivalent=listed).passed


def test_an_equality_alone_is_no_bound():
    result = check(Page("x, y : R"), "x = x + y - y", kind="bound")
    assert result.state == "refused"
    assert "an equality is no bound; use the kind identity" in result.message


def test_what_differs_by_being_drawn_is_no_claim(page):
    assert check(page, r"a^2 \ne -1 - b^2", kind="bound", attack=False).state == "checked"
    assert check(page, r"a + b \ne b + a", kind="bound").state == "wrong"
    result = check(page, r"a \ne b", kind="bound")
    assert (result.state, "it is a condition" in result.message) == ("refused", True)


@pytest.mark.parametrize(
    ("table", "latex", "shown"),
    [
        ("x : R", r"x \ne 0", "with x = 0: left 0, right 0"),
        ("x : R", r"x^2 \ne 4", "with x = 2: left 4, right 4"),
        ("a, b : R", r"a + b \ne a - b", "b = 0: left"),
        ("n = 2 \n \\mathbf{A} : R[n,n]", r"\det(\mathbf{A}) \ne 0", "left 0, right 0"),
        ("x : R", r"x \in [-99, 99]", "right [-99, 99]"),
        ("s : R+", r"1 + s^2 \in [1, 99)", "right [1, 99)"),
    ],
)
def test_what_is_unequal_or_inside_on_all_random_draws_is_tried_on_others(table, latex, shown):
    result = check(Page(table), latex, kind="bound")
    assert (result.state, shown in result.counterexample) == ("wrong", True)


@pytest.mark.parametrize(
    ("table", "latex"),
    [
        ("r : R*", r"r^3 \ne 0"),
        ("s : R+", r"s + 1 \in (1, 10^9)"),
        ("v : [0,1)", r"v^2 \in [0, 1)"),
    ],
)
def test_what_is_unequal_or_inside_everywhere_holds(table, latex):
    assert check(Page(table), latex, kind="bound").state == "checked"


def test_on_an_edge_no_function_is_told_but_the_one_that_was_drawn():
    result = check(Page("x, a : R \n f : R -> R"), r"f(x) \ne f(a)", kind="bound")
    assert (result.state, result.counterexample) == ("wrong", "")


def test_a_wrong_bound_has_a_counterexample(page):
    assert check(page, r"a^2 < a", kind="bound").counterexample == "with a = -1: left 1, right -1"


# ------------------------------------------------------------------ in two steps


def test_without_an_attack_a_formula_that_holds_is_checked_and_nothing_is_tried():
    page = Page("x, y : R")
    result = check(page, "(x + y)^2 = x^2 + 2 x y + y^2", attack=False, equivalent={"none": "such"})
    assert (result.state, result.mutants, result.draws) == ("checked", 0, 20)


def test_a_refusal_is_kept_in_its_parts():
    result = check(Page("x : R"), "x = 2 z")
    assert result.refusal is not None
    assert (result.state, result.refusal.span, result.missing) == ("refused", (6, 7), "z")
    assert "refusal" not in result.as_dict()


def test_a_witness_tells_names_and_values_apart():
    page = Page("d = 4 \n \\mathbf{x} : R[d]")
    result = check(page, r"\|\mathbf{x}\|_2^2 = 3\mathbf{x}^{\top}\mathbf{x}")
    assert result.witness is not None
    assert result.witness.draw == ((r"\mathbf{x}", "(1, 0)"),)
    assert result.witness.sides == (("left", "1"), ("right", "3"))
    assert str(result.witness) == result.counterexample
    assert "witness" not in result.as_dict()
