"""Factors between a pair of marks."""

import re

import pytest

from eqcheck import Page, Refusal
from eqcheck.grammar import tree
from eqcheck.grammar.statements import parse_expression

PAGE = Page("n = 4 \n a, b : R \n \\mathbf{x} : R[n]; entries x_j")


def parse(latex):
    return parse_expression(latex, PAGE.table)


@pytest.mark.parametrize(
    ("latex", "kind"),
    [
        ("(a)", tree.Group),
        ("{a}", tree.Group),
        ("[a, b]", tree.Row),
        ("(a, b)", tree.Tuple),
        ("|a|", tree.Magnitude),
        (r"\|\mathbf{x}\|_1", tree.Norm),
        (r"\langle \mathbf{x}, \mathbf{x} \rangle", tree.Inner),
        (r"\{1, \ldots, n\}", tree.IndexSet),
        (r"\{x_k\}_{k=1}^{n}", tree.Sequence),
        (r"\begin{bmatrix} a & b \end{bmatrix}", tree.Block),
        ("0.25", tree.Number),
    ],
)
def test_each_pair_of_marks_makes_its_node(latex, kind):
    assert type(parse(latex)) is kind


def test_bars_inside_of_brackets_do_not_close_those_outside():
    node = parse("|a (|b|)|")
    assert isinstance(node, tree.Magnitude)
    assert any(isinstance(part, tree.Magnitude) for part in node.body.walk())
    assert isinstance(parse("|a (b)|"), tree.Magnitude)


@pytest.mark.parametrize(
    ("latex", "words"),
    [
        ("||a||", "two bars"),
        (r"\|a\|_3", "the norm of kind 3"),
        (r"\langle a \rangle", "two sides"),
        ("1.2.3", "two decimal points"),
        ("2 3", "two numbers"),
        (r"\begin{bmatrix} a & b \\ a \end{bmatrix}", "unequal length"),
        (r"\begin{bmatrix} a \end{pmatrix}", "does not close"),
        (r"\begin{bmatrix} \end{bmatrix}", "an empty environment"),
        ("{}", "an empty group"),
    ],
)
def test_what_has_two_readings_or_none_is_refused(latex, words):
    with pytest.raises(Refusal, match=words):
        parse(latex)


@pytest.mark.parametrize(
    ("condition", "kind"),
    [
        (r"\text{if } b > 0", tree.Chain),
        (r"b \le 1", tree.Chain),
        (r"\text{with probability } b", tree.Probability),
        (r"\text{otherwise}", type(None)),
        (r"\text{否则}", type(None)),
        (r"\text{if } b > 0,", tree.Chain),
        (r"\quad b > 0.", tree.Chain),
    ],
)
def test_conditions_of_cases_are_read_in_words_or_as_relations(condition, kind):
    node = parse(rf"\begin{{cases}} 1 & {condition} \end{{cases}}")
    assert isinstance(node.rows[0][1], kind)


@pytest.mark.parametrize("letter", "adqu")
def test_every_letter_may_stand_in_a_condition(letter):
    table = Page(f"{letter} : R").table
    node = parse_expression(rf"\begin{{cases}} 1 & {letter} > 0 \end{{cases}}", table)
    assert node.rows[0][1].parts[0] == tree.Symbol(letter)


def test_a_comma_may_stand_behind_the_value_of_a_case():
    one = r"\begin{cases} a & b > 0 \\ b & \text{otherwise} \end{cases}"
    assert parse(one) == parse(one.replace(" &", ", &"))


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (r"\text{sometimes}", "'sometimes' is not understood; write "),
        (r"\text{if $b > 0$}", r"write \\text\{if \} and one relation"),
        (r"\text{if } b > 0 \text{ and } b < 1", "0 < x < 1 has two bounds"),
        ("b > 0, b < 1", "one relation; write two bounds as 0 < x < 1"),
        ("b", "one relation"),
        (r"b \in \{1, 2\}", "compares scalars"),
        (r"\text{otherwise } b > 0", "a condition after 'otherwise'"),
        ("", "a case without a condition"),
        (r"\mathrm{if} b > 0", r"a word that is no name stands in \\text"),
    ],
)
def test_other_conditions_are_refused_with_what_to_write(condition, words):
    with pytest.raises(Refusal) as refusal:
        parse(rf"\begin{{cases}} 1 & {condition} \end{{cases}}")
    assert re.search(words, f"{refusal.value.what}; {refusal.value.how}")


def test_semicolons_in_brackets_begin_rows():
    node = parse(r"[\mathbf{x}; \mathbf{x}]")
    assert isinstance(node, tree.Block)
    assert [len(row) for row in node.rows] == [1, 1]
    assert [len(row) for row in parse("[a, b; b, a]").rows] == [2, 2]
    with pytest.raises(Refusal, match="unequal length"):
        parse("[a, b; a]")
    with pytest.raises(Refusal):
        parse("(a; b)")
