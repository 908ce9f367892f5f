r"""Functions that the grammar knows: what belongs to \sin, \det and \sqrt, and what could."""

import pytest

from eqcheck import Page, Refusal
from eqcheck.grammar import tree
from eqcheck.grammar.statements import parse_expression

PAGE = Page("d = 3 \n a, b : R \n \\mathbf{A} : R[d,d]")
OWN = Page("d = 3 \n \\mathbf{A} : R[d,d] \n \\operatorname{tr} : R[d,d] -> R")


def parse(latex, page=PAGE):
    return parse_expression(latex, page.table)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"\sin a^2", r"\sin(a^2)"),
        (r"\sin^2 a", r"(\sin a)^2"),
        (r"\sqrt{a}", r"a^{0.5}"),
        (r"\max(a, b)^2", r"(\max(a, b))^2"),
    ],
)
def test_two_spellings_give_the_same_value_of_a_tree(one, other):
    def ungrouped(node):
        return [type(n).__name__ for n in node.walk() if not isinstance(n, tree.Group)]

    assert ungrouped(parse(one)) == ungrouped(parse(other))


@pytest.mark.parametrize(
    ("latex", "words"),
    [
        (r"\log a b", "how far does"),
        (r"\log(a)^2", "is the power that of"),
        (r"\log^2 a", "of its value, or an inverse"),
        (r"\log_2 a", "a base or an index"),
        (r"\sin + a", "of nothing"),
        (r"\det \mathbf{A}", "without parentheses"),
        (r"\det_a(\mathbf{A})", "without parentheses"),
        (r"\sqrt[3]{a}", "another degree"),
    ],
)
def test_what_has_two_readings_is_refused(latex, words):
    with pytest.raises(Refusal, match=words):
        parse(latex)


def test_a_name_that_the_page_declares_is_its_own():
    latex = r"\operatorname{tr}(\mathbf{A})"
    assert parse(latex).function == tree.Symbol("tr")
    assert parse(latex, OWN).function == tree.Symbol(r"\operatorname{tr}")


def test_a_maximum_over_something_is_an_optimum_and_of_things_a_function():
    assert isinstance(parse(r"\max_{a} a^2"), tree.Optimum)
    assert isinstance(parse(r"\max(a, b)"), tree.Call)
