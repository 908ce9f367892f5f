"""What is compared with what: several bindings, side conditions, zero."""

import pytest

from eqcheck import Page, check, mutants

TABLE = r"""
n = 4
d = 3
m = 2
a, b : R
c : R; defined
\mathbf{x} : R[d]; entries x_j
\mathbf{W} : R[n,d]
\mathbf{u}, \mathbf{v} : R[d]; defined
i : 1..n
j : 1..d
I : m of 1..n
"""
FUNCTIONS = {
    "twice": lambda x: 2 * x,
    "four": lambda x: 4 * x,
    "both": lambda a, b: a + b,
}


def run(latex, **options):
    return check(Page(TABLE, functions=FUNCTIONS), latex, **options)


def test_several_left_sides_are_bound_line_by_line():
    latex = r"\mathbf{u} = 2\mathbf{x}, \qquad \mathbf{v} = 2\mathbf{u}"
    code = "\\mathbf{u} = twice(\\mathbf{x})\n\\mathbf{v} = four(\\mathbf{x})"
    assert run(latex, kind="code", code=code).state == "checked"
    assert run(latex, kind="code", code=code.replace("four", "twice")).state == "wrong"


def test_a_name_that_is_worth_something_already_is_compared_with_formula_and_code_alike():
    page = Page(
        TABLE + "\\mathbf{w} : R[d]; code twice(\\mathbf{x})\n\\mathbf{u} = 4\\mathbf{x}",
        functions=FUNCTIONS,
    )
    for name, factor, code in ((r"\mathbf{w}", 2, "twice"), (r"\mathbf{u}", 4, "four")):
        latex, call = rf"{name} = {factor}\mathbf{{x}}", rf"{code}(\mathbf{{x}})"
        assert check(page, latex, kind="code", code=call).state == "checked"
        other = {r"\mathbf{w}": r"\mathbf{u}", r"\mathbf{u}": r"\mathbf{w}"}[name]
        assert check(page, latex.replace(name, other), kind="code", code=call).state == "wrong"


def test_a_definition_that_no_code_sees_lets_its_mutants_live():
    latex = r"\mathbf{u} = 2\mathbf{x}, \qquad \mathbf{v} = 4\mathbf{x}"
    assert run(latex, kind="code", code=r"\mathbf{v} = four(\mathbf{x})").state == "survived"


def test_side_conditions_are_checked_too():
    assert run(r"c = a + b, \quad |I| = m", kind="code", code="both(a, b)").state == "checked"
    assert run(r"c = a + b, \quad |I| = n", kind="code", code="both(a, b)").state == "wrong"
    wider = run(r"c = a + b, \quad j = 1, \ldots, n", kind="code", code="both(a, b)")
    assert "not the declared one" in wider.message


def test_a_value_is_small_beside_its_terms_not_beside_zero():
    assert run(r"(a + b)(a - b) - a^2 + b^2 = 0").state == "checked"
    assert run(r"\mathbf{x}^{\top}\mathbf{x} - \|\mathbf{x}\|_2^2 = 0").state == "checked"
    assert run(r"10^{-6} a = 0").state == "wrong"


def test_sets_and_spaces_are_relations():
    assert run(r"I \subseteq \{1, \ldots, n\}").state != "wrong"
    assert run(r"I \subseteq \{1, \ldots, m\}").state == "wrong"
    assert run(r"\mathbf{W} \in \mathbb{R}^{n \times d}, \quad a = \frac{2a}{2}").state == "checked"
    assert run(r"\mathbf{W} \in \mathbb{R}^{d \times n}").state == "refused"
    result = run(r"I = \mathbf{x}")
    assert (result.state, "a set of indices is no number" in result.message) == ("refused", True)


@pytest.mark.parametrize("latex", [r"0 \cdot a = 0", r"0\mathbf{x} = \mathbf{x} \cdot 0"])
def test_zero_on_every_draw_is_no_comparison(latex):
    result = run(latex)
    assert result.state == "refused"
    assert "nothing was compared" in result.message


@pytest.mark.parametrize(
    ("table", "latex", "how"),
    [
        (r"\mathbf{z} : R[d]; defined; entries z_j", "z_j = 2 x_j", "returns all entries: write"),
        ("", "c = 2 x_1", "the formula's is on the left"),
    ],
)
def test_code_that_returns_more_than_an_entry_is_told_how_to_be_bound(table, latex, how):
    page = Page(TABLE + table, functions=FUNCTIONS)
    message = check(page, latex, kind="code", code=r"twice(\mathbf{x})").message
    assert "a scalar = 3 x 1: unequal shapes; " in message
    assert how in message
    letter = latex[0]
    bound = rf"\mathbf{{{letter}}} = twice(\mathbf{{x}})"
    assert (f":code: {bound}" in message) == (letter != "c")
    assert r"b\mathbf{1}" not in message
    if "z" in latex:
        assert check(page, latex, kind="code", code=bound).passed


@pytest.mark.parametrize(
    ("latex", "state"),
    [
        (r"\sum_{k=1}^{d} (x_k - a) = 0", "checked"),
        (r"0 = \sum_{k=1}^{d} (x_k - a)", "checked"),
        (r"\frac{1}{d} \sum_{k=1}^{d} (x_k - a) = 0", "survived"),  # with any factor
        (r"\sum_{k=1}^{d} (x_k - 2a) = 0", "wrong"),
        (r"\sum_{k=1}^{d} (x_k - a)^2 = 0", "wrong"),
    ],
)
def test_a_sum_that_cancels_is_measured_by_its_terms(latex, state):
    page = Page("d = 5 \n \\mathbf{x} : R[d]; entries x_j \n a : R; defined")
    page.define(r"a = \frac{1}{d} \sum_{k=1}^{d} x_k")
    assert check(page, latex).state == state


@pytest.mark.parametrize("latex", [r"e^{1000} \le 1", r"\|e^{800}\mathbf{x}\|_2 \le e^{900}"])
def test_an_inequality_with_an_infinite_side_is_refused(latex):
    result = run(latex, kind="bound")
    assert result.state == "refused"
    assert "a value is not finite" in result.message


def test_sets_are_equal_in_any_order():
    assert run(r"\{1, 2\} = \{2, 1\}").state != "wrong"
    assert run(r"\{1, 2\} = \{2, 3\}").state == "wrong"


@pytest.mark.parametrize("latex", [r"2\mathbf{x}", r"2\mathbf{x} \in \mathbb{R}^d."])
def test_an_expression_alone_is_compared_with_code(latex):
    result = run(latex, kind="code", code=r"twice(\mathbf{x})")
    assert result.state == "checked"
    assert result.killed == result.mutants > 2
    assert run(latex.replace("2", "3"), kind="code", code=r"twice(\mathbf{x})").state == "wrong"
    wrong_space = run(r"2\mathbf{x} \in \mathbb{R}^n", kind="code", code=r"twice(\mathbf{x})")
    assert "shape" in wrong_space.message


def test_an_expression_that_no_code_computes_states_nothing():
    assert "this states nothing" in run(r"2\mathbf{x}").message
    two = run(r"2\mathbf{x}, a + b", kind="code", code=r"twice(\mathbf{x})")
    assert two.state == "refused"


RAMP = "x : R\nf(x) = \\max(0, x)"


@pytest.mark.parametrize(
    ("latex", "state", "words"),
    [
        (r"f(x) = x \text{ if } x \ge 0", "checked", ""),
        (r"f(x) = x \text{ if } x \le 0", "wrong", "left 0"),
        (r"f(x) = 2x \text{ whenever } x > 1", "wrong", ""),
        (r"f(x) = x \text{ if } x^2 < 0", "refused", "held on no draw"),
    ],
)  # fmt: skip
def test_a_claim_with_a_condition_counts_where_that_holds(latex, state, words):
    result = check(Page(RAMP), latex)
    assert (result.state, words in result.message) == (state, True), result


def test_a_condition_is_attacked_by_turning_and_widening_it_only():
    for sign, wrong in ((r"\ge", [r"\ge -> \le"]), (">", ["> -> <", r"> -> \ge"])):
        found = mutants(rf"f(x) = x \text{{ if }} x {sign} 0", Page(RAMP))
        assert [each.name for each in found] == wrong


def test_a_definition_has_no_condition():
    result = check(Page(RAMP + "\ny : R; defined"), r"y = x \text{ if } x > 0")
    assert "write cases" in result.message


def test_an_inequality_with_a_condition_is_tried_on_other_draws_only_where_it_holds():
    page = Page("x : R+")
    assert check(page, r"x^2 \ge x \text{ if } x \ge 1", kind="bound").state == "checked"
    assert check(page, r"x^2 \ge x", kind="bound").state == "wrong"
