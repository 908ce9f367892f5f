r"""Dots are filled by what their neighbours show: the same form, and indices with one step.

``x_1 + x_2 + \cdots + x_d`` shows a step of one. Two neighbours that differ in anything but their
indices, or whose indices never meet, are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import Any

from .errors import Refusal
from .tree import Add, Dots, Member, Node, Number, Symbol

Integer = Callable[[Node], int]


def fill(items: Sequence[Node], integer: Integer) -> list[Node]:
    """Return ``items`` with all dots replaced; ``integer`` evaluates an index.

    Raises
    ------
    Refusal
        If the neighbours of the dots do not show how to go on.
    """
    if not any(isinstance(item, Dots) for item in items):
        return list(items)
    at = next(at for at, item in enumerate(items) if isinstance(item, Dots))
    dots = items[at]
    if not 0 < at < len(items) - 1 or isinstance(items[at + 1], Dots):
        raise Refusal("dots need a neighbour on both sides", span=dots.span)
    missing = _between(items[:at], items[at + 1], integer, dots)
    return fill([*items[:at], *missing, *items[at + 1 :]], integer)


def _between(before: Sequence[Node], last: Node, integer: Integer, dots: Node) -> list[Node]:
    first = before[-1]
    start, stop = _indices(first, integer), _indices(last, integer)
    if _form(first) != _form(last):
        raise Refusal("the neighbours of the dots differ in form", "let them differ in their "
                      "indices only", dots.span)  # fmt: skip
    if len(before) > 1 and _form(before[-2]) == _form(first):
        steps = [b - a for a, b in zip(_indices(before[-2], integer), start, strict=True)]
    else:
        steps = [(b > a) - (b < a) for a, b in zip(start, stop, strict=True)]
        moving = [a for a, step in zip(start, steps, strict=True) if step]
        if moving and max(moving) - min(moving) > 1:
            raise Refusal("the neighbours of the dots show no step", "write one more of them",
                          dots.span)  # fmt: skip
    counts = set()
    for a, b, step in zip(start, stop, steps, strict=True):
        if step == 0 and a == b:
            continue
        if step == 0 or (b - a) % step or (b - a) // step < 1:
            raise Refusal("the neighbours of the dots show different steps", span=dots.span)
        counts.add((b - a) // step)
    if len(counts) != 1:
        raise Refusal("the neighbours of the dots show different steps", span=dots.span)
    return [
        _with(first, [a + k * step for a, step in zip(start, steps, strict=True)])
        for k in range(1, counts.pop())
    ]


def _indices(node: Node, integer: Integer) -> list[int]:
    found: list[int] = []
    _visit(node, lambda slot: found.append(integer(slot)) or slot)  # type: ignore[func-returns-value]
    return found


def _form(node: Node) -> Node:
    return _visit(node, lambda slot: Number(0.0))


def _with(node: Node, values: list[int]) -> Node:
    rest = iter(values)
    return _visit(node, lambda slot: Number(float(next(rest)), span=slot.span))


def _visit(node: Node, at_slot: Callable[[Node], Node]) -> Node:
    """Rebuild ``node`` with its index positions replaced, from left to right."""
    if isinstance(node, Member):
        return replace(node, indices=tuple(at_slot(index) for index in node.indices))
    if isinstance(node, Number) or _is_bound(node):
        return at_slot(node)
    if isinstance(node, Add) and all(isinstance(t, Number) or _is_bound(t) for t in node.walk()
                                     if isinstance(t, Symbol | Number)):  # fmt: skip
        return at_slot(node)
    changes = {item.name: _rebuilt(getattr(node, item.name), at_slot) for item in fields(node)}
    return replace(node, **changes)


def _rebuilt(value: Any, at_slot: Callable[[Node], Node]) -> Any:
    if isinstance(value, Node):
        return _visit(value, at_slot)
    if isinstance(value, tuple):
        return tuple(_rebuilt(item, at_slot) for item in value)
    return value


def _is_bound(node: Node) -> bool:
    """Whether a bare name is an index or a dimension: one letter, as in 1, 2, ..., n."""
    return isinstance(node, Symbol) and len(node.name) == 1 and node.name.isalpha()
