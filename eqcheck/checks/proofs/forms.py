"""Sums of products in one fixed order: what is written in different ways becomes the same.

A term is a fraction, scalars with their exponents, and matrices from left to right. Every rule here
holds for all values: of one-by-one products, which commute and are their own transposes, and of
sums, which are multiplied out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeAlias

from ...errors import Refusal
from ...grammar import tree
from ...grammar.tree import Node
from ...values.arithmetic import Shape

MOST = 400  # terms
LARGEST = 2**53  # of a numerator or a denominator: a node holds it exactly
Scalars: TypeAlias = tuple[tuple[Node, int], ...]
Factor: TypeAlias = tuple[Node, Shape]
Term: TypeAlias = tuple[Scalars, tuple[Factor, ...]]


@dataclass(frozen=True)
class Form:
    """A sum of terms, each with a fraction that is not zero, and the shape that they share."""

    shape: Shape
    terms: dict[Term, Fraction]


def too_long() -> Refusal:
    """Return the refusal of what has too many terms to be compared."""
    return Refusal("too many terms to compare")


@lru_cache(maxsize=20_000)
def order(node: Node) -> str:
    """Return what puts nodes in order: all of a node but its place in the LaTeX."""
    parts = (_written(getattr(node, item.name)) for item in fields(node) if item.compare)
    return f"{type(node).__name__}({', '.join(parts)})"


def _written(value: object) -> str:
    if isinstance(value, Node):
        return order(value)
    if isinstance(value, tuple):
        return f"({', '.join(map(_written, value))})"
    return repr(value)


def number(value: Fraction | int) -> Form:
    """Return the form of a number."""
    return Form((), {((), ()): Fraction(value)} if value else {})


def atom(node: Node, shape: Shape) -> Form:
    """Return the form of what is not taken apart."""
    term: Term = (((node, 1),), ()) if shape == () else ((), ((node, shape),))
    return Form(shape, {term: Fraction(1)})


def scaled(form: Form, by: Fraction | int) -> Form:
    """Return a multiple of a form."""
    return Form(form.shape, {term: by * count for term, count in form.terms.items()} if by else {})


def added(forms: Iterable[Form]) -> Form:
    """Return the sum of forms of one shape."""
    counts: Counter[Term] = Counter()
    shapes = set()
    for form in forms:
        shapes.add(form.shape)
        for term, count in form.terms.items():
            counts[term] += count  # type: ignore[assignment]
    if len(shapes) != 1:
        raise Refusal("terms of unequal shapes")
    return _checked(shapes.pop(), counts)


def _checked(shape: Shape, counts: Counter[Term]) -> Form:
    if len(counts) > MOST:
        raise too_long()
    return Form(shape, {term: Fraction(count) for term, count in counts.items() if count})


def powers(*scalars: Scalars) -> Scalars:
    """Return the product of scalars with exponents, in order."""
    found: Counter[Node] = Counter()
    for part in scalars:
        for node, exponent in part:
            found[node] += exponent
    return tuple(
        sorted(((node, k) for node, k in found.items() if k), key=lambda item: order(item[0]))
    )


def product_shape(one: Shape, two: Shape) -> Shape:
    """Return the shape of a product; one by one is a scalar.

    Raises
    ------
    Refusal
        If there is no such product.
    """
    if () in (one, two):
        return one or two
    if len(one) != 2 or len(two) != 2 or one[1] != two[0]:
        raise Refusal("factors of unequal shapes")
    shape = (one[0], two[1])
    return () if shape == (1, 1) else shape


def as_node(form: Form) -> Node:
    """Write a form as a tree, always the same one."""
    terms = [_term_as_node(term, count) for term, count in form.terms.items()]
    if not terms:
        return tree.Number(0.0)
    return terms[0] if len(terms) == 1 else tree.Add(tuple(sorted(terms, key=order)))


def _term_as_node(term: Term, count: Fraction) -> Node:
    scalars, factors = term
    parts = [] if count == 1 else [_fraction(count)]
    parts += [n if k == 1 else tree.Power(n, tree.Number(float(k))) for n, k in scalars]
    parts += [node for node, _ in factors]
    if not parts:
        return tree.Number(1.0)
    return parts[0] if len(parts) == 1 else tree.Product(tuple(parts))


def _fraction(value: Fraction) -> Node:
    if max(abs(value.numerator), value.denominator) > LARGEST:
        raise too_long()
    above = tree.Number(float(value.numerator))
    if value.denominator == 1:
        return above
    return tree.Quotient(above, tree.Number(float(value.denominator)))


def least(forms: Iterable[Form]) -> Form:
    """Return the first of several forms in order, to stand for all."""
    return min(forms, key=lambda form: order(as_node(form)))


def rebuilt(node: Node, change: Callable[[Node], Node | None]) -> Node:
    """Return a tree with some nodes changed, and without its places in the LaTeX."""
    new = change(node)
    if new is not None:
        return new

    def each(value: object) -> object:
        if isinstance(value, Node):
            return rebuilt(value, change)
        return tuple(map(each, value)) if isinstance(value, tuple) else value

    parts: dict[str, Any] = {
        item.name: each(getattr(node, item.name)) for item in fields(node) if item.compare
    }
    return type(node)(**parts)


def with_indices(body: Node, indices: Mapping[str, Any]) -> Node:
    """Return a tree with something else in the place of index letters."""

    def change(node: Node) -> Node | None:
        return indices.get(node.name) if isinstance(node, tree.Symbol) else None

    return rebuilt(body, change)


def mentions(node: Node, name: str) -> bool:
    """Whether a name is written anywhere in a tree."""
    return any(getattr(part, "name", "") == name for part in node.walk())
