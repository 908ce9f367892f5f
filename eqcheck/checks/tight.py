"""Points at which the sides of an inequality are equal: a bound that is tight is no weaker one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from ..errors import Refusal
from ..grammar import tree
from ..grammar.statements import parse_display
from ..grammar.tree import Node
from ..values.arithmetic import scalar
from ..values.scope import Scope
from .compare import Comparisons
from .condition import admits
from .edges import drawn_on, with_values
from .magnitude import magnitude

DRAWS = 4  # of what a point leaves open


def check_tight(runner: Comparisons, scopes: Sequence[Scope]) -> None:
    """Refuse an inequality whose sides are not equal at any of the points that are named.

    Raises
    ------
    Refusal
        If it is so, or a point cannot be read or lies outside of the declared domains.
    """
    points = [line for line in runner.options.tight.splitlines() if line.strip()]
    drawn = [[_at(scope, point) for scope in scopes[:DRAWS]] for point in points]
    for inequality in _inequalities(runner.display):
        if not any(all(_are_equal(runner, one, *inequality) for one in each) for each in drawn):
            span = (inequality[0].span[0], inequality[1].span[1])
            named = ", nor ".join(points)
            raise Refusal(
                f"its sides are not equal at {named}", "name a point where they are", span
            )


def _inequalities(display: tree.Display) -> Iterator[tuple[Node, Node]]:
    """Yield the two sides of each inequality."""
    found = False
    for statement in display.statements:
        if isinstance(statement, tree.Chain):
            sides = pairwise(statement.parts)
            for relation, (left, right) in zip(statement.relations, sides, strict=True):
                if relation in ("<", ">"):
                    raise Refusal("the sides of < are never equal", r"write \le", right.span)
                if relation in ("\\le", "\\ge"):
                    found = True
                    yield left, right
    if not found:
        raise Refusal("there is no inequality here to be tight", "leave that out")


def _at(scope: Scope, point: str) -> Scope:
    """Return a draw on which names have the values of a point; the rest stays."""
    display, _ = parse_display(point, scope.page.table, introduce=False)
    for statement in display.statements:
        if not isinstance(statement, tree.Chain) or statement.relations != ("=",):
            raise Refusal(f"'{point}' is no point", "write NAME = VALUE")
        name, node = statement.parts
        value = np.real(scope.array(node))
        whole = isinstance(name, tree.Symbol) or (
            isinstance(name, tree.Member) and scope.page.table.patterns[name.name].role == "family"
        )
        if not whole or not admits(scope, name, node, value, "="):
            raise Refusal(
                f"'{point}' is no point of the table", "NAME = VALUE, of a name that is drawn"
            )
        key = scope.key(name)
        place = key if isinstance(key, tuple) else (key, ())
        scope = with_values(scope, {**drawn_on(scope), place: value}).having(confirm=False)
    return scope


def _are_equal(runner: Comparisons, scope: Scope, left: Node, right: Node) -> bool:
    one, two = (
        float(np.real(scalar(scope.evaluate(side), "a side of an inequality")))
        for side in (left, right)
    )
    size = max(abs(one), abs(two), magnitude(scope, left), magnitude(scope, right))
    return abs(one - two) <= runner.options.tolerance * size
