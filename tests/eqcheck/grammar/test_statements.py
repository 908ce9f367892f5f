# ruff: noqa: E501 - a formula stands on one line, as in the book
"""A display to its statements."""

import pytest

from eqcheck import Page, Refusal
from eqcheck.grammar import tree
from eqcheck.grammar.statements import parse_display

PAGE = Page("""
n = 4
t : 0..n-1
a, b, c : R
g : R -> R; defined
""")


def statements(latex):
    return parse_display(latex, PAGE.table)[0].statements


@pytest.mark.parametrize(
    ("latex", "count"),
    [
        ("a = b", 1),
        (r"a = b, \quad b = c", 2),
        (r"a = b \quad \text{and} \quad b = c", 2),
        (r"\begin{aligned} a &= b, & b &= c, \\ a &\le c \end{aligned}", 3),
        (r"\begin{aligned} a &= b \\ &= c \end{aligned}", 1),
        (r"g(a, b) = c", 1),
        (r"a = b.", 1),
    ],
)
def test_a_display_is_cut_into_statements(latex, count):
    assert len(statements(latex)) == count


def test_a_row_that_begins_with_a_relation_goes_on():
    [chain] = statements(r"\begin{aligned} a &= b \\ &= c \\ &\le a + c \end{aligned}")
    assert chain.relations == ("=", "=", "\\le")


def test_a_row_that_begins_with_a_sign_is_told_how_to_begin():
    with pytest.raises(Refusal, match="a row that goes on with a sum"):
        statements(r"\begin{aligned} a &= b \\ &+ c = b \end{aligned}")


def test_a_range_is_one_statement():
    _, quantifier = statements(r"a = b, \qquad t = 0, 1, \ldots, n-1")
    assert isinstance(quantifier, tree.Quantifier)
    assert len(quantifier.items) == 4


def test_conditions_of_an_optimum_stand_apart():
    display, _ = parse_display(r"\min_{a} a^2 \quad \text{subject to} \quad a \ge b", PAGE.table)
    assert len(display.statements) == len(display.conditions) == 1


def test_an_undeclared_left_side_is_introduced_only_where_allowed():
    _, table = parse_display("h(a) = a + b", PAGE.table)
    assert table.is_function("h")
    with pytest.raises(Refusal, match="h is not declared"):
        parse_display("h(a) = a + b", PAGE.table, introduce=False)


def test_an_index_of_a_new_name_is_not_missing_itself_but_the_line_of_the_name():
    with pytest.raises(Refusal, match=r"l\^\{\(i\)\} is not declared") as refusal:
        parse_display("l^{(i)}(a) = a + i", PAGE.table)
    assert "if i is its index, the range, i = LOW..HIGH" in refusal.value.how
    with pytest.raises(Refusal, match=r"^q is not declared"):
        parse_display("l^{(i)}(a) = a + q", PAGE.table)


@pytest.mark.parametrize(
    ("latex", "how"),
    [
        ("h(a) = b", "declare what the formula defines: h : DOMAIN -> DOMAIN; defined"),
        ("h_k = b", r"range, k = LOW..HIGH; or, if it is an entry, \mathbf{h} : R[d]; defined; "),
        ("h^{(k)} = b", "and if k is its index, the range, k = LOW..HIGH"),
        ("k = 0, 1, \\ldots, 4", "add k : LOW..HIGH"),
    ],
)
def test_what_no_line_declares_on_the_left_is_told_how_to_be_declared(latex, how):
    with pytest.raises(Refusal) as refusal:
        parse_display(latex, PAGE.table, introduce=False)
    assert how in refusal.value.how


@pytest.mark.parametrize(
    "latex",
    ["", "a + b", r"a = b \quad b = c", r"a = b, = c", r"= a", r"\begin{aligned} a &= b \end{split}",
     r"\begin{aligned} a &= b \\ &+ c \end{aligned}", r"a = 0,5 b", "a = b = "],
)  # fmt: skip
def test_what_states_nothing_is_refused(latex):
    with pytest.raises(Refusal):
        statements(latex)
