"""A formula of a docstring holds if its function returns what it says, and only then."""

import pathlib

import numpy as np
import pytest

import eqcheck
from eqcheck.docstrings import Formula, Written, read_formulas, run, unrun
from eqcheck.documents.outcome import SKIPPED


def formula(latex, *lines, name="f", why=""):
    written = tuple(Written(number, text) for number, text in enumerate(lines, 3))
    return Formula(name, 1, latex, written, why)


def result(function, latex, *lines, **others):
    return run(formula(latex, *lines), {"f": function, **others})


def test_parameters_name_the_letters_of_the_call():
    def function(X, y_hat, *, lam):
        return y_hat + lam * X.sum()

    lines = (r"\mathbf{X} : R[n,d]", r"\hat{y}, \lambda : R", r"\mathbf{1} : ones[n]",
             r"\mathbf{e} : ones[d]", r"f(\mathbf{X}, \hat{y}, lam=\lambda)")  # fmt: skip
    right = r"\hat{y} + \lambda \mathbf{1}^{\top}\mathbf{X}\mathbf{e}"
    assert result(function, right, *lines).state == "checked"
    refused = result(function, right, *lines[:-1])
    assert refused.state == "refused"
    assert refused.message == (
        "no letter stands for the parameter lam; write the call as a line: f(LETTER, …)"
    )


def test_a_keyword_is_passed_by_its_name_and_a_default_without_a_letter_is_left_alone():
    def function(x, shift=2.0, *, gamma):
        return gamma * x + shift

    assert result(function, r"y = \gamma x + 2", r"x, \gamma : R").state == "checked"


@pytest.mark.parametrize(
    ("letter", "function"),
    [
        (r"\mathbf{p}", lambda p: 2 * p),
        (r"\hat{p}", lambda p_hat: 2 * p_hat),
        (r"\hat{\mathbf{p}}", lambda p_hat: 2 * p_hat),
        (r"\boldsymbol{\gamma}", lambda gamma: 2 * gamma),
        (r"\varphi", lambda phi: 2 * phi),
        ("p_1", lambda p1: 2 * p1),
    ],
)
def test_a_letter_is_spelt_as_in_python_without_its_font(letter, function):
    assert result(function, f"2 {letter}", f"{letter} : R").state == "checked"


@pytest.mark.parametrize(
    ("latex", "state"), [("x^2", "checked"), ("y = x^2", "checked"), ("y(x) = x^2", "checked"),
                         ("2 x", "wrong"), ("y = x^3", "wrong")]
)  # fmt: skip
def test_a_left_side_may_be_any_name_or_missing(latex, state):
    assert result(lambda x: x**2, latex, "x : R").state == state


def test_a_left_side_that_is_drawn_is_what_the_formula_defines():
    found = result(lambda x: x**2, "y = x^2", "x, y : R")
    assert (found.state, found.killed) == ("checked", found.mutants)


def test_entries_on_the_left_are_those_of_the_whole_that_is_returned():
    lines = (r"\mathbf{x} : R[d]; entries x_j", r"\mathbf{y} : R[d]; entries y_j")
    assert result(lambda x: 2 * x, "y_j = 2 x_j", *lines).state == "checked"
    assert result(lambda x: 3 * x, "y_j = 2 x_j", *lines).state == "wrong"


def test_several_results_are_compared_each_with_its_name():
    lines = ("x : R", "a, b = f(x)")
    assert result(lambda x: (x + 1, x**2), r"a = x + 1, \qquad b = x^2", *lines).state == "checked"
    swapped = result(lambda x: (x**2, x + 1), r"a = x + 1, \qquad b = x^2", *lines)
    assert swapped.state == "wrong"


def test_dimensions_that_no_line_fixes_are_chosen_and_differ():
    def function(A, x):
        assert A.shape == (4, 3)
        return A @ x

    lines = ("n = 4", r"\mathbf{A} : R[n,d]", r"\mathbf{x} : R[d]")
    found = result(function, r"\mathbf{A}\mathbf{x}", *lines)
    assert found.state == "refused"  # d is 5, the first that is free
    lines = ("n = 4", "d = 3", *lines[1:])
    assert result(function, r"\mathbf{A}\mathbf{x}", *lines).state == "checked"


def test_options_are_those_of_a_check():
    lines = ("x : R+", ":kind: identity")
    assert result(None, r"\log x^2 = 2 \log x", *lines).state == "checked"
    assert "option" not in result(None, "x = x", *lines).message
    unknown = result(abs, "x", "x : R", ":colour: red")
    assert unknown.state == "refused"
    assert "in line 4: a check takes :kind:" in unknown.message
    grey = result(abs, "x", "x : R", ":kind: definition")
    assert "`.. not executed: REASON`" in grey.message


def test_a_name_of_both_kinds_with_options_asks_for_two_lines():
    found = result(abs, "y_j = 2 x_j", r"\mathbf{x}, \mathbf{y} : R[d]; entries x_j, y_j")
    assert "declares what is given and what the formula defines; write two lines" in found.message


def test_what_cannot_be_read_says_where():
    assert result(abs, "x +", "x : R").state == "refused"
    assert "in the line 'x : Q'" in result(abs, "x", "x : Q").message
    assert "no function g to call" in run(formula("x", "x : R", name="g"), {}).message


def test_what_is_not_executed_says_why():
    told = run(formula("x", why="a loop"), {})
    assert (told.state, told.message) == (SKIPPED, "not executed: a loop")
    told = run(formula("x"), {})
    assert "no line below it, `.. with LETTER : DOMAIN`" in told.message


def test_before_it_runs_a_formula_has_its_kind():
    assert unrun(formula("x", "x : R")).kind == "code"
    assert unrun(formula("x", "x : R", ":kind: identity")).kind == "identity"
    assert unrun(formula("x", why="a loop")).state == SKIPPED


def test_a_function_that_returns_another_shape_is_refused():
    found = result(np.sum, r"2 \mathbf{x}", r"\mathbf{x} : R[d]", r"f(\mathbf{x})")
    assert found.state == "refused"


def test_the_example_of_the_readme_holds():
    def layer_norm(x, gamma, beta, *, eps):
        return gamma * (x - x.mean()) / np.sqrt(x.var() + eps) + beta

    readme = (pathlib.Path(eqcheck.__file__).parent / "README.md").read_text(encoding="utf-8")
    [source] = [code for code in readme.split("```python\n") if code.startswith("def layer_norm")]
    [example] = read_formulas(source.partition("```")[0])
    found = run(example, {"layer_norm": layer_norm})
    assert (found.state, found.killed) == ("checked", found.mutants)


def test_what_cannot_be_read_is_refused_even_if_no_line_is_found_below_it():
    refused = run(Formula("f", 1, "x", fault="not raw"), {})
    assert (refused.state, refused.message) == ("refused", "not raw")
