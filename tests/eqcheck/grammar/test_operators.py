"""Operators that bind names: what they bind, and how far they reach."""

import pytest

from eqcheck import Page, Refusal
from eqcheck.grammar import tree
from eqcheck.grammar.statements import parse_expression

PAGE = Page(r"""
n = 4
d = 3
m = 2
b, \tau : R+
\mathbf{x}, \mathbf{w} : R[d]; entries x_j, w_j
\mathbf{y} : R[n]; entries y_i
\boldsymbol{\varepsilon}_i : {-\tau, \tau}[d]; i = 1..n; random
I : m of 1..n
L(\mathbf{w}, b) = b \mathbf{w}^{\top}\mathbf{w}
""")


def parse(latex):
    return parse_expression(latex, PAGE.table)


def test_a_sum_binds_its_index_and_takes_one_term():
    node = parse(r"\sum_{i=1}^{n} y_i b + b")
    big, rest = node.terms
    assert (big.variable, type(big.body)) == ("i", tree.Product)
    assert rest == tree.Symbol("b")


def test_a_sum_over_a_set_has_members_instead_of_bounds():
    node = parse(r"\sum_{i \in I} y_i")
    assert node.members == tree.Symbol("I")
    assert node.lower is None


def test_nabla_and_partial_are_different_nodes():
    assert isinstance(parse(r"\nabla_{\mathbf{w}} L(\mathbf{w}, b)"), tree.Gradient)
    assert isinstance(parse(r"\frac{\partial L(\mathbf{w}, b)}{\partial \mathbf{w}}"), tree.Partial)
    outside = parse(r"\frac{\partial}{\partial b} L(\mathbf{w}, b)")
    assert outside == parse(r"\frac{\partial L(\mathbf{w}, b)}{\partial b}")


def test_an_expectation_names_a_family_without_its_index():
    node = parse(
        r"\mathbb{E}_{\boldsymbol{\varepsilon}}[\mathbf{w}^{\top}\boldsymbol{\varepsilon}_1]"
    )
    assert node.over == (tree.Symbol(r"\boldsymbol{\varepsilon}_{i}"),)


def test_an_optimum_reads_variables_and_conditions():
    node = parse(r"\operatorname*{arg\,min}_{\mathbf{w} \in \mathbb{R}^{d},\; b} L(\mathbf{w}, b)")
    assert [v.name for v in node.variables] == [r"\mathbf{w}", "b"]
    assert node.arg
    assert len(node.conditions) == 1
    assert parse(r"\max_{b} L(\mathbf{w}, b) + b").direction == "max"


def test_a_term_without_the_variable_does_not_belong_to_an_optimum():
    with pytest.raises(Refusal, match="how far"):
        parse(r"\min_{b} L(\mathbf{w}, b) + \tau")


@pytest.mark.parametrize("word", ["EVERY", "RR", r"E\text", "ER"])
def test_an_unknown_word_in_mathbb_is_no_expectation_and_no_space(word):
    with pytest.raises(Refusal, match="not declared") as refusal:
        parse(rf"\mathbb{{{word}}}[b]")
    assert refusal.value.span == (0, len(rf"\mathbb{{{word}}}"))
    assert r"known are \mathbb{E}" in refusal.value.how


def test_a_letter_in_mathbb_needs_no_braces():
    assert parse(r"\mathbb E[b]") == parse(r"\mathbb{E}[b]")
    with pytest.raises(Refusal, match=r"\\mathbb{P} is not part of the grammar"):
        parse(r"\mathbb P(b)")
