"""Optima over an index, and which letter makes one of it."""

import pytest

from eqcheck import Refusal
from eqcheck.grammar import tree
from eqcheck.grammar.statements import parse_expression
from eqcheck.values.page import Page

PAGE = Page(r"""
n = 3
d = 4
k : 1..d
w, c : R
\mathbf{x}, \mathbf{y} : R[d]; entries x_j, y_j
\mathbf{X} : R[n,d]; entries X_{ij}
f : R -> R
""")


def read(latex):
    return parse_expression(latex, PAGE.table)


@pytest.mark.parametrize(
    ("latex", "operator", "bounded"),
    [
        (r"\max_j x_j", r"\max", False),
        (r"\min_{j} x_j^2", r"\min", False),
        (r"\max_k x_k", r"\max", False),
        (r"\operatorname{max}_j x_j", r"\max", False),
        (r"\max_{1 \le j \le d} x_j", r"\max", True),
        (r"\max_{1 \leq j \leq d - 1} (x_{j+1} - x_j)", r"\max", True),
    ],
)
def test_an_index_under_the_operator_is_bound(latex, operator, bounded):
    node = read(latex)
    assert isinstance(node, tree.BigOperator)
    assert node.operator == operator
    assert (node.lower is not None) == (node.upper is not None) == bounded


def test_a_declared_name_under_the_operator_is_a_variable():
    node = read(r"\min_w f(w)")
    assert isinstance(node, tree.Optimum)
    assert [variable.name for variable in node.variables] == ["w"]


def test_its_scope_is_the_term_that_follows():
    node = read(r"\max_j x_j + c")
    assert isinstance(node, tree.Add)
    assert isinstance(node.terms[0], tree.BigOperator)


@pytest.mark.parametrize(
    ("latex", "words", "how"),
    [
        (r"\max_j x_j c", "which factors", "parentheses"),
        (r"\max_j 2 x_j", "which factors", "parentheses"),
        (r"\max_j x_j / c", "which factors", "parentheses"),
        (r"\max_j c", "which factors", "declare j"),
        (r"\max_j x_{j+1}", "what j runs over", r"\max_{1 \le j \le n}"),
        (r"\max_{k = 1} x_k", "how an index runs", r"\max_{1 \le k \le n}"),
        (r"\max_{k \in I} x_k", "how an index runs", r"\max_{1 \le k \le n}"),
        (r"\sum_{j=1}^{d} \max_j x_j", "in use", "another letter"),
    ],
)
def test_what_has_two_readings_is_refused(latex, words, how):
    with pytest.raises(Refusal, match=words) as refusal:
        read(latex)
    assert how in refusal.value.how


def test_a_letter_that_the_table_lacks_is_named_as_missing():
    with pytest.raises(Refusal) as refusal:
        read(r"\min_u f(c)")
    assert refusal.value.missing == "u"


def test_where_the_largest_entry_is_runs_over_an_index_as_the_largest_does():
    page = Page("d = 4\n\\mathbf{x} : R[d]; entries x_j")
    node = parse_expression(r"\operatorname*{argmax}_j x_j", page.table)
    assert (type(node), node.operator, node.variable) == (tree.BigOperator, r"\argmax", "j")
    variable = Page("d = 4\n\\mathbf{x} : R[d]\nf : R[d] -> R")
    node = parse_expression(r"\operatorname*{arg\,max}_{\mathbf{x}} f(\mathbf{x})", variable.table)
    assert isinstance(node, tree.Optimum)
