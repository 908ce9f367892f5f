r"""What lies in a space or an interval, and what a function maps: x \in [0, 1), f: R^d \to R."""

from __future__ import annotations

import numpy as np

from ..errors import Refusal
from ..grammar import tree
from ..grammar.tree import Node
from ..values.arithmetic import column, shown
from ..values.scope import Scope


def check_space(scope: Scope, left: Node, right: Node) -> None:
    """Refuse a value that is not in the printed space."""
    if not isinstance(right, tree.Space):
        raise Refusal("not a space", span=right.span)
    shape = tuple(scope.integer(axis) for axis in right.shape)
    found = scope.array(left).shape
    if found != column(shape):
        raise Refusal(f"shape {found} is not that of the space, {column(shape)}", span=left.span)


def lies_in(scope: Scope, left: Node, interval: tree.Interval) -> bool:
    """Tell whether a number, or each entry of an array, lies in an interval."""
    low, high = (np.real(scope.array(end)) for end in (interval.low, interval.high))
    value = np.real(scope.array(left))
    above = value >= low if interval.closed[0] else value > low
    below = value <= high if interval.closed[1] else value < high
    return bool(np.all(above & below))


def in_numbers(scope: Scope, interval: tree.Interval) -> str:
    """Return an interval with its ends as numbers."""
    low, high = (float(np.real(scope.array(end))) for end in (interval.low, interval.high))
    return f"{'(['[interval.closed[0]]}{low:g}, {high:g}{')]'[interval.closed[1]]}"


def check_mapping(scope: Scope, statement: tree.Mapping) -> None:
    """Refuse spaces that are not those of the function's line."""
    name = statement.function.name if isinstance(statement.function, tree.Symbol) else ""
    declaration = scope.page.table.declarations.get(name)
    domain = declaration.domain if declaration is not None else None
    if domain is None or domain.output is None:
        how = "declare it: f : R[d] -> R"
        raise Refusal("no function that the table maps", how, statement.function.span)
    declared = [column(scope.shape(part)) for part in (*domain.inputs, domain.output)]
    printed = []
    for space in (*statement.inputs, statement.output):
        assert isinstance(space, tree.Space)
        printed.append(column(tuple(map(scope.integer, space.shape))))
    if printed != declared:
        *inputs, output = map(shown, declared)
        wanted = f"{', '.join(inputs)} -> {output}"
        raise Refusal(
            f"{name} is declared as {wanted}, which is not what this says", "", statement.span
        )
