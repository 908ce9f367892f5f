"""Forms: terms are collected, and a form is written as one tree, always the same."""

from __future__ import annotations

from fractions import Fraction

import pytest

from eqcheck import Refusal
from eqcheck.checks.proofs.forms import (
    MOST,
    Form,
    added,
    as_node,
    atom,
    least,
    mentions,
    number,
    order,
    powers,
    product_shape,
    rebuilt,
    scaled,
    with_indices,
)
from eqcheck.grammar import tree

X, Y = tree.Symbol("x"), tree.Symbol("y")


def test_equal_terms_are_collected_and_zeros_are_left_out() -> None:
    one = atom(X, ())
    assert added([one, one]) == scaled(one, 2)
    assert added([one, scaled(one, -1)]).terms == {}
    assert number(0).terms == {} == scaled(one, 0).terms


def test_terms_of_unequal_shapes_do_not_add() -> None:
    with pytest.raises(Refusal, match="unequal shapes"):
        added([atom(X, ()), atom(Y, (3, 1))])


def test_too_many_terms_are_refused() -> None:
    with pytest.raises(Refusal, match="too many"):
        added(atom(tree.Symbol(f"x{k}"), ()) for k in range(MOST + 1))


def test_exponents_add_and_vanish() -> None:
    assert powers(((X, 1),), ((Y, 2), (X, -1))) == ((Y, 2),)
    assert powers(((Y, 1),), ((X, 1),)) == powers(((X, 1),), ((Y, 1),))


def test_shapes_of_products() -> None:
    assert product_shape((1, 3), (3, 1)) == ()
    assert product_shape((2, 3), (3, 4)) == (2, 4)
    assert product_shape((), (3, 1)) == (3, 1)
    with pytest.raises(Refusal):
        product_shape((2, 3), (2, 3))


def test_the_order_of_terms_is_no_matter_and_places_are_none() -> None:
    one, two = atom(X, ()), atom(Y, ())
    assert as_node(added([one, two])) == as_node(added([two, one]))
    assert order(tree.Symbol("x", span=(1, 2))) == order(X) != order(Y)
    assert least([one, two]) == least([two, one])


def test_numbers_that_no_node_holds_exactly_are_refused() -> None:
    assert as_node(number(Fraction(1, 3))) == tree.Quotient(tree.Number(1.0), tree.Number(3.0))
    with pytest.raises(Refusal):
        as_node(number(Fraction(1, 2**60)))


def test_a_zero_is_written_as_zero() -> None:
    assert as_node(Form((), {})) == tree.Number(0.0)


def test_letters_are_exchanged_everywhere() -> None:
    node = tree.Add((X, tree.Member("a_{i}", (X,))))
    assert with_indices(node, {"x": Y}) == tree.Add((Y, tree.Member("a_{i}", (Y,))))
    assert rebuilt(node, lambda part: None) == node
    assert mentions(node, "x")
    assert not mentions(node, "y")
