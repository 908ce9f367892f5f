"""Factors between a pair of marks."""

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
    ],
)
def test_conditions_of_cases_are_read_in_words_or_as_relations(condition, kind):
    node = parse(rf"\begin{{cases}} 1 & {condition} \end{{cases}}")
    assert isinstance(node.rows[0][1], kind)


@pytest.mark.parametrize("condition", [r"\text{sometimes}", "b", r"\text{otherwise } b > 0", ""])
def test_other_conditions_are_refused(condition):
    with pytest.raises(Refusal):
        parse(rf"\begin{{cases}} 1 & {condition} \end{{cases}}")
