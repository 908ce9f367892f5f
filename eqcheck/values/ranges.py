"""What an index runs over: between bounds, in an index set, or what the entries show."""

from __future__ import annotations

from ..errors import Refusal
from ..grammar import tree
from .arithmetic import plain
from .dots import LONGEST
from .scope import Scope


def indices_of(scope: Scope, node: tree.BigOperator) -> tuple[int, ...]:
    """Return the indices that a sum, a product, a maximum or a minimum runs over."""
    if node.members is not None:
        found = scope.evaluate(node.members)
        if not isinstance(found, tuple):
            raise Refusal("the range is no index set", span=node.members.span)
    elif node.lower is not None and node.upper is not None:
        low, high = scope.integer(node.lower), scope.integer(node.upper)
        if high - low >= LONGEST:
            raise Refusal(
                f"a range of {high - low + 1} terms: {LONGEST} are the most",
                "take a smaller dimension",
            )
        found = tuple(range(low, high + 1))
    elif node.operator in ("\\sum", "\\prod"):
        found = declared_range(scope, node.variable)
    else:
        found = _shown(scope, node)
    if not found:
        raise Refusal("an empty range")
    return found


def declared_range(scope: Scope, letter: str) -> tuple[int, ...]:
    """Return the range that the line of an index says."""
    domain = scope.page.table.declarations[letter].domain
    assert domain is not None
    low, high = map(scope.latex_integer, domain.parameters)
    if high - low >= LONGEST:
        raise Refusal(f"a range of {high - low + 1} terms: {LONGEST} are the most")
    return tuple(range(low, high + 1))


def _shown(scope: Scope, node: tree.BigOperator) -> tuple[int, ...]:
    """Return the range of the places at which names show the index alone: it is the same of all."""
    ranges = {
        _range_at(scope, part.name, place)
        for part in node.body.walk()
        if isinstance(part, tree.Member)
        for place, index in enumerate(part.indices)
        if isinstance(index, tree.Symbol) and index.name == node.variable
    }
    if len(ranges) > 1:
        raise Refusal(
            f"{node.variable} runs over different ranges here",
            f"write its bounds, {node.operator}_{{1 \\le {node.variable} \\le n}}",
        )
    low, high = ranges.pop()
    if high - low >= LONGEST:
        raise Refusal(f"a range of {high - low + 1} terms: {LONGEST} are the most")
    return tuple(range(low, high + 1))


def _range_at(scope: Scope, name: str, place: int) -> tuple[int, int]:
    """Return the range of one index of a family, an entry, a row or a column."""
    table = scope.page.table
    pattern = table.patterns[name]
    declaration = table.declarations[pattern.parent]
    if pattern.parent in table.widths:
        return 0, len(table.widths[pattern.parent]) - 1
    if declaration.index is not None:
        low, high = map(scope.latex_integer, declaration.index[1:])
        return low, high
    axis = 1 if pattern.role == "columns" else place
    return 1, plain(scope.evaluate(tree.Symbol(pattern.parent))).shape[axis]
