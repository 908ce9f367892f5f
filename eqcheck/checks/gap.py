"""How far two values are apart, relative to their size; values of unequal shapes are refused."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..errors import Refusal, Span
from ..grammar.tree import Node
from ..values import arithmetic
from ..values.arithmetic import Array, Jacobian, Value, plain


class Gap(NamedTuple):
    """How far two sides are apart, relative to their size; whether there was nothing to see.

    Where they are values, ``sides`` and their ``names`` say which; ``at`` are the indices there,
    and ``span`` is where in the LaTeX the relation stands, if there are several.
    """

    error: float
    vacuous: bool = False
    sides: tuple[Any, Any] | None = None  # arrays, sets of indices, words
    names: tuple[str, str] = ("left", "right")
    at: tuple[tuple[str, float], ...] = ()
    span: Span | None = None
    touches: bool = False  # equal sides are what is wrong


def difference(one: Value, two: Value, node: Node, scale: float = 0.0) -> Gap:
    """Return the gap between two values of one shape."""
    if isinstance(one, Jacobian) and isinstance(two, Jacobian):
        if (one.output, one.variable) != (two.output, two.variable):
            raise Refusal("derivatives of different things", span=node.span)
        a, b = one.array, two.array
    elif any(isinstance(side, np.ndarray) and side.ndim > 2 for side in (one, two)):
        a, b = (np.asarray(arithmetic.to_numpy(side)) for side in (one, two))
    else:
        try:
            a, b = plain(one), plain(two)
        except Refusal as refusal:
            raise Refusal(refusal.what, refusal.how, node.span) from None
    if a.shape != b.shape:
        raise Refusal(unequal(a, b), arithmetic.advice(a.shape, b.shape), node.span)
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise Refusal("a value is not finite", span=node.span)
    size = max(float(np.abs(a).max()), float(np.abs(b).max()), scale)
    return Gap(float(np.abs(a - b).max()) / (size or 1.0), size == 0, (a, b))


def unequal(one: Array, two: Array) -> str:
    """Say that two arrays have unequal shapes."""
    return f"{arithmetic.shown(one.shape)} = {arithmetic.shown(two.shape)}: unequal shapes"
