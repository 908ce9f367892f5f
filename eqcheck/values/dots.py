r"""Dots are filled by what their neighbours show: the same form, and indices with one step.

``x_1 + x_2 + \cdots + x_d`` shows a step of one. Two neighbours that differ in anything but their
indices, or whose indices never meet, are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import Any

from ..errors import Refusal
from ..grammar.tree import Add, Dots, Member, Negative, Node, Number, Symbol
from .scope import Scope

LONGEST = 10_000
_LINE = "\\cdots"
ITEM = 20  # steps that writing one out takes


def fill(items: Sequence[Node], scope: Scope) -> list[Node]:
    """Return ``items`` with all dots replaced.

    Raises
    ------
    Refusal
        If the neighbours of the dots do not show how to go on.
    """
    if Dots not in map(type, items):  # the usual case, on each draw again
        return list(items)
    at = next(at for at, item in enumerate(items) if isinstance(item, Dots))
    dots = items[at]
    if getattr(dots, "mark", "") != _LINE:
        raise Refusal(f"{getattr(dots, 'mark', '')} in a line", r"write \ldots", dots.span)
    if not 0 < at < len(items) - 1 or isinstance(items[at + 1], Dots):
        raise Refusal("dots need a neighbour on both sides", span=dots.span)
    missing = _between(items[:at], items[at + 1], scope, dots)
    return fill([*items[:at], *missing, *items[at + 1 :]], scope)


def filled(rows: Sequence[Sequence[Node]], scope: Scope) -> list[list[Node]]:
    r"""Return the rows of a matrix with all dots replaced.

    A row of dots has \vdots between entries, and \ddots between dots.

    Raises
    ------
    Refusal
        If the neighbours of the dots do not show how to go on.
    """
    is_row_of_dots = [
        all(isinstance(node, Dots) and node.mark != _LINE for node in row) for row in rows
    ]
    whole = [
        None if dots else fill(row, scope) for row, dots in zip(rows, is_row_of_dots, strict=True)
    ]
    widths = {len(row) for row in whole if row is not None}
    if None not in whole:
        return [row for row in whole if row is not None]
    for above, row, dots in zip(rows, rows[1:], is_row_of_dots[1:], strict=False):
        for over, node in zip(above, row, strict=True):
            mark = "\\ddots" if isinstance(over, Dots) else "\\vdots"
            if dots and getattr(node, "mark", "") != mark:
                raise Refusal(f"here stands {mark} in a matrix", span=node.span)
    if len(widths) != 1:
        raise Refusal("rows of unequal length", span=rows[0][0].span)
    columns = [
        fill(
            [
                Dots(span=line[0].span) if row is None else row[place]
                for row, line in zip(whole, rows, strict=True)
            ],
            scope,
        )
        for place in range(widths.pop())
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def _between(before: Sequence[Node], last: Node, scope: Scope, dots: Node) -> list[Node]:
    first = before[-1]
    start, stop = _indices(first, scope), _indices(last, scope)
    if _form(first, scope) != _form(last, scope):
        raise Refusal(
            "the neighbours of the dots differ in form",
            "let them differ in their indices only",
            dots.span,
        )
    if len(before) > 1 and _form(before[-2], scope) == _form(first, scope):
        steps = [b - a for a, b in zip(_indices(before[-2], scope), start, strict=True)]
    else:
        steps = [(b > a) - (b < a) for a, b in zip(start, stop, strict=True)]
        moving = [a for a, step in zip(start, steps, strict=True) if step]
        if moving and max(moving) - min(moving) > 1:
            raise Refusal(
                "the neighbours of the dots show no step", "write one more of them", dots.span
            )
    counts = set()
    for a, b, step in zip(start, stop, steps, strict=True):
        if step == 0 and a == b:
            continue
        if step == 0 or (b - a) % step or (b - a) // step < 1:
            raise Refusal("the neighbours of the dots show different steps", span=dots.span)
        counts.add((b - a) // step)
    if len(counts) != 1:
        raise Refusal("the neighbours of the dots show different steps", span=dots.span)
    if max(counts) > LONGEST:
        raise Refusal(
            f"dots for {max(counts) - 1} items: {LONGEST} are the most",
            "take a smaller dimension",
            dots.span,
        )
    scope.work.take(ITEM * max(counts))
    return [
        _with(first, scope, [a + k * step for a, step in zip(start, steps, strict=True)])
        for k in range(1, counts.pop())
    ]


def _indices(node: Node, scope: Scope) -> list[int]:
    found: list[int] = []

    def collect(slot: Node) -> Node:
        found.append(scope.integer(slot))
        return slot

    _visit(node, scope, collect)
    return found


def _form(node: Node, scope: Scope) -> Node:
    return _visit(node, scope, lambda slot: Number(0.0))


def _with(node: Node, scope: Scope, values: list[int]) -> Node:
    rest = iter(values)
    return _visit(node, scope, lambda slot: Number(float(next(rest)), span=slot.span))


def _visit(node: Node, scope: Scope, at_slot: Callable[[Node], Node]) -> Node:
    """Rebuild ``node`` with its index positions replaced, from left to right."""
    if isinstance(node, Member):
        return replace(node, indices=tuple(at_slot(index) for index in node.indices))
    if _is_index(node, scope):
        return at_slot(node)

    def rebuilt(value: Any) -> Any:
        if isinstance(value, Node):
            return _visit(value, scope, at_slot)
        return tuple(map(rebuilt, value)) if isinstance(value, tuple) else value

    spanless = [item.name for item in fields(node) if item.compare]
    return replace(node, **{name: rebuilt(getattr(node, name)) for name in spanless})


def _is_index(node: Node, scope: Scope) -> bool:
    """Whether a whole expression is an index, as in 1, 2, ..., n - 1."""
    if isinstance(node, Add):
        return all(_is_index(term, scope) for term in node.terms)
    if isinstance(node, Negative):
        return _is_index(node.body, scope)
    if isinstance(node, Number):
        return node.value.is_integer()
    return isinstance(node, Symbol) and scope.is_index(node.name)
