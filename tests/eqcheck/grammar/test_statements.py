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
    ["", r"a = b, a + b", r"a = b \quad b = c", r"a = b, = c", r"= a", r"\begin{aligned} a &= b \end{split}",
     r"\begin{aligned} a &= b \\ &+ c \end{aligned}", r"a = 0,5 b", "a = b = "],
)  # fmt: skip
def test_what_states_nothing_is_refused(latex):
    with pytest.raises(Refusal):
        statements(latex)


@pytest.mark.parametrize(
    "words", ["and hence", "and thus", "or equivalently", "hence", "therefore", "where"]
)
def test_words_between_formulas_part_them(words):
    assert len(statements(rf"a = b \text{{ {words} }} b = c")) == 2


def test_words_that_make_one_formula_depend_on_the_other_do_not_part_them():
    for words in ("or", "if and only if", "unless"):
        with pytest.raises(Refusal):
            statements(rf"a = b \text{{ {words} }} b = c")


INDEXED = Page("n = 4\ni : 1..n\nx, y : R\n\\mathbf{x} : R[n]; entries x_i\n\\mathbf{u} : R[n]")


def indexed(latex):
    return parse_display(latex, INDEXED.table)[0].statements


@pytest.mark.parametrize("words", ["if", "whenever", "provided that"])
def test_a_condition_behind_a_claim_is_part_of_it(words):
    [claim] = indexed(rf"x = |x| \text{{ {words} }} x \ge 0")
    [condition] = claim.given
    assert condition.relations == (r"\ge",)


@pytest.mark.parametrize(
    ("latex", "words"),
    [
        (r"\text{if } x > 0, x = |x|", "before what it is of"),
        (r"x = |x| \text{ if } x > 0, y > 0", "another one, or a claim"),
        (r"x = |x| \text{ if } x > 0 \text{ and } y > 0", "another one, or a claim"),
        (r"x = |x| \text{ if } x", "one relation between scalars"),
        (r"y = |y|, x = |x| \text{ if } x > 0", "of one claim, or of those before"),
        (r"y = |y| \text{ and } x = |x| \text{ if } x > 0", "of one claim, or of those before"),
        (r"\min_x x^2 \text{ s.t. } x \ge 1 \text{ if } y > 0", "of one claim, or of those before"),
        (
            r"\begin{aligned} \min_x x^2 \\ \text{s.t. } x \ge 1 \text{ if } y > 0 \end{aligned}",
            "of what is no claim",
        ),
        (r"x = |x| \text{ if } x \in \mathbb{R}", "one relation between scalars"),
    ],
)
def test_a_condition_whose_claim_or_end_is_not_plain_is_refused(latex, words):
    with pytest.raises(Refusal, match=words):
        indexed(latex)


@pytest.mark.parametrize(
    "range_", [r"i \in \{1, \ldots, n\}", r"1 \le i \le n", r"i = 1, \ldots, n"]
)
@pytest.mark.parametrize("words", [r"\text{for all }", r"\text{ for every }", r"\forall"])
def test_a_range_behind_for_all_is_that_of_an_index(words, range_):
    claim, quantifier = indexed(rf"x_i \le |x_i| {words} {range_}")
    assert isinstance(quantifier, tree.Quantifier)
    assert (claim.relations, quantifier.variable) == ((r"\le",), "i")


@pytest.mark.parametrize("words", [r"\text{ for all }", r"\text{ if }", r"\forall ."])
def test_words_that_promise_a_range_or_a_condition_do_not_end_a_display(words):
    with pytest.raises(Refusal, match="nothing stands behind"):
        indexed(rf"x = |x| {words}")


def test_for_all_of_a_name_says_nothing_more_and_of_a_space_is_a_claim():
    assert len(indexed(r"x \le |x| \quad \text{for all } x")) == 1
    assert len(indexed(r"x \le |x| \quad \text{for all } \mathbf{u} \in \mathbb{R}^n")) == 2
    with pytest.raises(Refusal, match="k is not declared"):
        indexed(r"x \le |x| \text{ for all } k")
