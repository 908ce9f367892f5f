"""One formula is run as its check says."""

import pytest

from eqcheck import Page
from eqcheck.documents import CONDITION, Place, Rules, read_check, run_fast, run_formula
from eqcheck.documents.formula import FEW

PAGE = Page("x, y : R")


def run(latex, *lines, attack=True):
    options = read_check(Place("", 1), "eq-a", enumerate(lines), Rules()).options
    return run_formula(PAGE, latex, options, label="eq-a", name="a.md", attack=attack)


def test_a_formula_is_run_with_the_options_of_its_check():
    result = run("x y = y x", ":kind: identity", ":equivalent: x -> 0 | it is not")
    assert (result.label, result.page, result.state) == ("eq-a", "a.md", "survived")
    assert run("x + x = 2 x").killed > 0
    assert run("x + x = 3 x", ":expect: wrong").state == "wrong-as-expected"


def test_wrong_versions_are_left_out_where_that_is_asked_for():
    result = run("x + x = 2 x", attack=False)
    assert (result.state, result.mutants) == ("checked", 0)


def test_what_is_run_fast_has_few_draws_unless_it_fails_on_them():
    def run(latex, **more):
        result = run_fast(PAGE, latex, {"kind": "identity", **more}, label="eq-a", name="a.md")
        return result.state, result.draws, result.mutants

    assert run("x + x = 2 x") == ("checked", FEW, 0)
    assert run("x + x = 3 x") == ("wrong", 20, 0)
    assert run("x + x = 3 x", expect="wrong") == ("wrong-as-expected", FEW, 0)


def test_a_condition_must_be_possible():
    assert run_formula(PAGE, "x = 1", CONDITION, label="", name="a.md").state == "checked"
    assert run_formula(PAGE, "x^2 = -1", CONDITION, label="", name="a.md").state == "wrong"


def test_a_kind_that_there_is_not_is_no_result():
    with pytest.raises(ValueError, match="kind must be one of"):
        run("x = x + 0", ":kind: condition")
