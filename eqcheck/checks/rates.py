"""Limits and approximations: a gap is followed along a sequence, and its rate is what counts."""

from __future__ import annotations

import math

import numpy as np

from ..errors import Refusal
from ..grammar import tree
from ..grammar.tree import Node
from ..values import arithmetic
from ..values.arithmetic import Array, scalar
from ..values.scope import Scope

FLOOR = 1e-9  # below it, rounding hides the rate
SMALLEST = 1e-12  # gap of an approximation whose rate is seen, of the size of the values
EXACT = 1e-14  # this is rounding alone
TINY = 1e-300
FEWEST, STEPS = 5, 16  # halvings of the variable of a remainder


def without_remainder(node: Node) -> tuple[Node, tree.Order | None]:
    """Return an expression without its last term O(h^k), and that term."""
    if isinstance(node, tree.Add) and isinstance(node.terms[-1], tree.Order):
        terms = node.terms[:-1]
        rest = terms[0] if len(terms) == 1 else tree.Add(terms, span=node.span)
        return rest, node.terms[-1]
    return node, None


def rate_error(scope: Scope, left: Node, right: Node, order: tree.Order) -> tuple[float, bool]:
    """Compare the rate at which two sides approach each other with the stated order.

    Return the error, and whether there was nothing to see: what approximates is exact on this draw.
    """
    assert isinstance(order.variable, tree.Symbol)
    direction = scalar(scope.evaluate(order.variable), "the variable of a remainder")
    gaps: list[float] = []
    errors: list[float] = []
    for k in range(3, 3 + STEPS):
        inner = scope.binding({order.variable.name: direction / abs(direction) * 2.0**-k})
        one, two = inner.array(left), inner.array(right)
        if one.shape != two.shape:
            raise Refusal("unequal shapes", span=right.span)
        gaps.append(float(np.max(np.abs(one - two))))
        size = max(1.0, float(np.max(np.abs(one))))
        if len(gaps) < FEWEST:
            continue
        if max(gaps) <= EXACT * size:
            return 0.0, True
        slope = math.log2(max(gaps[-2], TINY) / max(gaps[-1], TINY))
        errors.append(abs(slope - order.order))
        if max(errors[-2:]) < 0.25:  # where a higher order hides it, the second and third halving
            return 0.0, False
        if gaps[-1] < SMALLEST * size:
            break
    return errors[0], False


def limit_error(
    scope: Scope, node: tree.Limit, other: Node
) -> tuple[float, tuple[str, float], Array, bool]:
    """Follow a sequence to its limit; the gap must close at a steady rate.

    Return the error, the last of the sequence (the variable there, and the value), and whether all
    of it is zero, as its limit is, so that there was nothing to see.
    """
    if not isinstance(node.variable, tree.Symbol):
        raise Refusal("a limit in a name with indices", span=node.variable.span)
    goal = scope.array(other)
    gaps, zero = [], not np.any(goal)
    for k in range(1, 6):
        if node.point is None:
            at = np.asarray(10.0 ** (k + 1))
        else:
            at = scope.array(node.point) + (-1.0) ** scope.seed * 10.0 ** (-k / 2 - 1)
        value = scope.binding({node.variable.name: at}).array(node.body)
        if value.shape != goal.shape:
            raise Refusal(
                f"{arithmetic.shown(value.shape)} cannot go to {arithmetic.shown(goal.shape)}",
                span=node.span,
            )
        gaps.append(float(np.max(np.abs(value - goal))))
        zero = zero and not np.any(value)
    last = (node.variable.name, float(np.real(at)))
    floor = FLOOR * (1 + float(np.max(np.abs(goal))))
    above = [gap for gap in gaps if gap > floor]
    if len(above) < 3:
        return (0.0 if gaps[-1] <= floor else gaps[-1]), last, value, zero
    pace = 1.0 if node.point is None else 0.5
    slopes = np.log10(np.array(above[:-1]) / np.array(above[1:])) / pace
    steady = abs(slopes[-1] - slopes[-2]) < 0.1 and slopes[-1] > 0.4
    return (0.0 if steady else max(gaps[-1], 1e-6)), last, value, zero
