"""Nodes: equality by content, walking, and who mentions whom."""

from eqcheck import Page
from eqcheck.grammar import tree
from eqcheck.grammar.statements import parse_expression
from eqcheck.grammar.tree import (
    Add,
    BigOperator,
    Member,
    Negative,
    Number,
    Product,
    Quotient,
    Symbol,
)

X, Y = Symbol("x", span=(0, 1)), Symbol("y", span=(4, 5))
FIRST = Member("x_{j}", (Number(1.0),))


def test_two_nodes_are_equal_by_content_not_by_place():
    assert Symbol("x", span=(7, 8)) == X
    assert X != Y
    assert Add((X, Y), (None, (2, 3))) == Add((X, Y))


def test_walking_meets_every_node_once_from_left_to_right():
    node = Add((X, Negative(BigOperator("\\sum", "j", Number(1.0), Y, None, FIRST))))
    names = [type(item).__name__ for item in node.walk()]
    assert names == [
        "Add",
        "Symbol",
        "Negative",
        "BigOperator",
        "Number",
        "Symbol",
        "Member",
        "Number",
    ]


def test_a_member_is_mentioned_with_its_indices_only():
    node = Add((X, FIRST))
    assert tree.mentions(node, FIRST)
    assert not tree.mentions(node, Member("x_{j}", (Number(2.0),)))
    assert not tree.mentions(node, Number(1.0))


def test_what_is_divided_by_a_slash_has_a_factor_below_it_and_a_fraction_is_one():
    table = Page("x, y, z : R").table
    x, y, z = map(Symbol, "xyz")
    of = {
        latex: tree.factors_of(parse_expression(latex, table))
        for latex in ("x y", "x y / z", r"\frac{x}{y} / z", r"\frac{x y}{z}", "x")
    }
    assert of["x y"] == (x, y)
    assert of["x y / z"] == (x, y, z)
    assert of[r"\frac{x}{y} / z"] == (Quotient(x, y), z)
    assert of[r"\frac{x y}{z}"] == (Quotient(Product((x, y)), z),)
    assert of["x"] == (x,)
