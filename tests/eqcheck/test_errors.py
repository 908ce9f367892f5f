"""A refusal says where, what and how."""

import pytest

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


@pytest.mark.parametrize(
    ("line", "latex", "words"),
    [
        ("a : R[q]", "a = 2a", "q is not declared"),
        ("a : R[n,m,m,m]", "a = 2a", "a value of 3 x 40 x 40 x 40: it has 1 to 10000 entries"),
        ("f : R[q] -> R", "f(x) = 2x", "q is not declared"),
        ("a_k : R; k = 1..q", "a_1 = 2a_1", "q is not declared"),
        ("a : (0, q)", "a = 2a", "q is not declared"),
        ("a : {q, 1}; random", r"\mathbb{E}[a] = 2a", "q is not declared"),
        ("k : 1..0", "k = 2k", "k runs from 1 to 0"),
        ("I : 5 of 1..n", "|I| = 2x", "5 of 3 indices"),
        ("I : 5 of 1..n; random", r"\mathbb{E}[|I|] = 2x", "5 of 3 indices"),
        ("F : parts of 1..n", "|F| = 2", "a partition without an index"),
        ("a : R; code same(q)", "a = 2a", "in the code's argument 'q': q is not declared"),
        ("a(x) : R; code same(q)", "a(x) = 2x", "in the code's argument 'q': q is not declared"),
        ("a : R; code other(x)", "a = 2a", "other is not among the callables"),
    ],
)
def test_what_a_line_of_the_table_says_wrongly_is_quoted_from_the_line(line, latex, words):
    page = Page("n = 3\nm = 40\nx : R\n" + line + " | 名 | name", functions={"same": abs})
    assert f"in the line '{line}': {words}" in check(page, latex).message


def test_a_draw_that_fails_on_a_definition_quotes_the_definition():
    page = Page("x : R\na : R; defined\nb : R; code same(a)", functions={"same": abs})
    page.define(r"a = \log(0 x)")
    message = check(page, "b = 2b").message
    assert message.startswith("in the definition 'a = ")


def test_what_is_random_is_the_matter_of_the_formula_not_of_the_line():
    page = Page("x : R\na : {-1, 1}; random")
    assert check(page, "x = a").message.startswith("at 4, 'a': a is random")
