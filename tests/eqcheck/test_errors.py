"""A refusal says where, what and how."""

from eqcheck import Page, Refusal, Unbound, check


def test_a_located_refusal_shows_position_excerpt_and_advice():
    refusal = Refusal("unclear", "write b", (4, 5))
    assert refusal.located("a + x") == "at 4, 'x': unclear; write b"


def test_a_long_excerpt_is_cut_and_a_missing_place_left_out():
    assert len(Refusal("unclear", span=(0, 500)).located("x" * 500)) < 70
    assert Refusal("unclear").located("x") == "unclear"


def test_at_the_end_of_the_formula_the_excerpt_is_what_stands_before():
    assert Refusal("too early", span=(3, 3)).located("a +") == "at 3, 'a +': too early"


def test_an_unbound_name_is_a_refusal_of_its_own():
    assert issubclass(Unbound, Refusal)
    assert issubclass(Refusal, ValueError)


def test_what_is_refused_in_a_definition_is_quoted_from_there():
    page = Page("d = 3 \n \\mathbf{x} : R[d]; entries x_j \n \\mathbf{a} : R[d]; defined")
    definition = r"\mathbf{a} = 2 \cdot \tanh(\mathbf{x})"
    page.define(definition)
    message = check(page, r"\|\mathbf{a}\|_2^2 = \mathbf{a}^{\top}\mathbf{a}").message
    assert message.startswith(
        rf"in the definition '{definition}', at 21, '\tanh(\mathbf{{x}})': \tanh of 3 x 1"
    )


def test_a_definition_that_calls_another_is_not_blamed_for_it_and_a_long_one_is_shortened():
    page = Page("x, y, z : R; defined \n u : R")
    page.define(r"x = " + "1 + " * 30 + r"\log(0 u)")
    page.define("y = 2x")
    message = check(page, "y + u = x").message
    assert message.startswith("in the definition 'x = 1 + 1 +")
    assert "', at 124, '\\log(0 u)': the logarithm of " in message
    assert " ...'" in message
