"""A counterexample names what is needed to follow it, as plainly as it can."""

import pytest

from eqcheck import Page, check


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


def test_a_long_relation_is_told_by_its_beginning():
    long = " + ".join(["b"] * 40)
    found = check(Page("a, b : R"), f"a = a + 0 = {long}").counterexample
    assert ", in a + 0 = b + b + b" in found
    assert "b + b + …: left" in found


def test_of_several_lines_of_code_the_left_side_is_told():
    page = Page("a : R\nu, v : R; defined", functions={"two": lambda a: 2 * a, "four": abs})
    code = "u = two(a)\nv = four(a)"
    found = check(page, r"u = 2a, \quad v = 4a", kind="code", code=code).counterexample
    assert found == "with a = 1, in v: formula 4, code 1"
