"""How large the terms of an expression are, which may cancel: what is left of them is rounding."""

from __future__ import annotations

import math

import numpy as np

from ..errors import Refusal
from ..grammar import tree
from ..grammar.tree import Node
from ..values.arithmetic import Jacobian, Value, plain
from ..values.differentiate import slope_nearby
from ..values.evaluate import outcomes
from ..values.lookup import matching
from ..values.ranges import indices_of
from ..values.scope import Scope

ROUNDING = 1e-13  # what is less, beside its terms, is nothing


def size(value: Value) -> float:
    """Return the largest entry of a value."""
    array = value.array if isinstance(value, Jacobian) else plain(value)
    return float(np.abs(array).max())


def is_rounding(scope: Scope, node: Node, value: Value) -> bool:
    """Whether the terms of an expression cancel, and its value is what rounding leaves of them."""
    return size(value) <= ROUNDING * magnitude(scope, node)


def magnitude(scope: Scope, node: Node) -> float:
    """Return the size of the terms of an expression, which may cancel; 0 if it has no value."""
    try:
        return _magnitude(scope, node)
    except Refusal:
        return 0.0


def _magnitude(scope: Scope, node: Node) -> float:
    if isinstance(node, tree.Group | tree.Negative | tree.Transpose):
        return _magnitude(scope, node.body)
    if isinstance(node, tree.Add):
        return max(magnitude(scope, term) for term in node.terms)
    if isinstance(node, tree.Partial | tree.Gradient):
        return slope_nearby(scope, node)
    if isinstance(node, tree.BigOperator) and node.operator == "\\sum":
        terms = (scope.at(**{node.variable: k}) for k in indices_of(scope, node))
        return sum(_magnitude(term, node.body) for term in terms)
    if isinstance(node, tree.Expectation) and not node.variance:
        found = outcomes(scope, node, _magnitude)
        return sum(float(np.real(np.asarray(chance))) * value for chance, value in found)
    if isinstance(node, tree.Product):
        return math.prod(magnitude(scope, factor) for factor in node.factors)
    if isinstance(node, tree.Quotient):
        return _magnitude(scope, node.numerator) / size(scope.evaluate(node.denominator))
    if isinstance(node, tree.Symbol | tree.Member):
        at = tuple(map(scope.integer, getattr(node, "indices", ())))
        for item in scope.page.definitions.get(node.name, ()):
            inner = matching(scope, item, at)
            if inner is not None and not item.formals:
                return _magnitude(inner, item.body)
    return size(scope.evaluate(node))
