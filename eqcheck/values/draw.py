"""Random values of a declared domain; a function is drawn as a smooth, non-polynomial one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import compress
from typing import TypeAlias

import numpy as np

from ..errors import Refusal
from ..grammar.domains import Domain
from .arithmetic import Array, Shape, column, size

Bounds: TypeAlias = tuple[float, ...]


def _away_from_zero(shape: Shape, rng: np.random.Generator) -> Array:
    return np.abs(rng.standard_normal(shape)) + 0.1


def _nonzero(shape: Shape, bounds: Bounds, rng: np.random.Generator) -> Array:
    far = _away_from_zero(shape, rng)
    return np.asarray(far * rng.choice([-1.0, 1.0], shape))


def _interval(shape: Shape, bounds: Bounds, rng: np.random.Generator) -> Array:
    low, high = bounds
    return low + (high - low) * rng.uniform(0.05, 0.95, shape)


def _symmetric(shape: Shape, bounds: Bounds, rng: np.random.Generator) -> Array:
    half = rng.standard_normal((shape[0], shape[0]))
    return half + half.T


def _permutation(shape: Shape, bounds: Bounds, rng: np.random.Generator) -> Array:
    """Draw a permutation matrix that is not the identity."""
    count = shape[0]
    if count < 2:
        raise Refusal("of one thing there is no permutation but the identity")
    order = rng.permutation(count)
    if np.all(order == np.arange(count)):
        order = np.roll(order, 1)
    return np.eye(count)[order]


def _simplex(shape: Shape, rng: np.random.Generator) -> Array:
    """Draw a point of the simplex: a vector, or each row of a matrix."""
    *rows, size = shape[:1] if shape[1:] == (1,) else shape
    return rng.dirichlet(np.ones(size), rows).reshape(shape)


_DRAWERS: dict[str, Callable[[Shape, Bounds, np.random.Generator], Array]] = {
    "R": lambda shape, bounds, rng: rng.standard_normal(shape),
    "R+": lambda shape, bounds, rng: _away_from_zero(shape, rng),
    "R*": _nonzero,
    "interval": _interval,
    "finite": lambda shape, bounds, rng: np.asarray(rng.choice(np.asarray(bounds), shape)),
    "ones": lambda shape, bounds, rng: np.ones(shape),
    "zeros": lambda shape, bounds, rng: np.zeros(shape),
    "identity": lambda shape, bounds, rng: np.eye(shape[0]),
    "orthonormal": lambda shape, bounds, rng: np.linalg.qr(rng.standard_normal(shape))[0],
    "simplex": lambda shape, bounds, rng: _simplex(shape, rng),
    "symmetric": _symmetric,
    "permutation": _permutation,
}


def draw(
    domain: Domain, shape: Shape, bounds: Bounds, rng: np.random.Generator, turn: int = 0
) -> Array:
    """Draw from ``domain``; ``bounds`` are its parameters, already evaluated.

    Values keep away from open ends, where formulas are allowed to break down. Closed ends are drawn
    on half of the turns: the lower one, the upper one, and both among values between them.
    """
    if domain.kind not in _DRAWERS:
        raise Refusal(f"nothing can be drawn from {domain.kind}")
    value = _DRAWERS[domain.kind](column(shape), bounds, rng)
    ends, place = closed_ends(domain, bounds), turn % 6 - 3
    if not ends or place < 0:
        return value
    if place < 2:
        return np.full_like(value, ends[-place])
    return np.where(rng.random(value.shape) < 0.5, rng.choice(ends, value.shape), value)


def closed_ends(domain: Domain, bounds: Bounds) -> Bounds:
    """Return the ends of an interval that belong to it.

    Examples
    --------
    >>> closed_ends(Domain("interval", written="[0, 1)"), (0.0, 1.0))
    (0.0,)
    """
    if domain.kind != "interval":
        return ()
    return tuple(compress(bounds, (domain.written[:1] == "[", domain.written[-1:] == "]")))


def smooth(
    inputs: list[Shape], output: Shape, rng: np.random.Generator, most: float | None = None
) -> Callable[..., Array]:
    """Return a random analytic map between arrays, by sines of mixtures of all inputs.

    Its Lipschitz constant is at most ``most``, if that is given.
    """
    width = 3
    mix = [rng.standard_normal((width, size(shape))) for shape in inputs]
    half = [0.5 * weight for weight in mix]
    shift = rng.uniform(-1, 1, width)
    out = rng.standard_normal((size(output), width)) / np.sqrt(width)
    if most is not None:  # |cos h + 1/2| is at most 3/2, and h has half of the mixtures
        out *= most / (0.75 * np.linalg.norm(out, 2) * np.linalg.norm(np.hstack(mix), 2))

    def call(*values: Array) -> Array:
        hidden = shift + sum(
            weight @ np.asarray(value).reshape(-1)
            for weight, value in zip(half, values, strict=True)
        )
        return np.asarray((out @ (np.sin(hidden) + 0.5 * hidden)).reshape(output))

    return call


def convex(
    inputs: list[Shape], output: Shape, rng: np.random.Generator, most: float | None = None
) -> Callable[..., Array]:
    """Return a random convex function of all inputs together: hyperbolas along random directions.

    It is analytic, tilted and moved up or down, so that it takes both signs, and bends along every
    direction; one in four is a plane, which bends nowhere. Its Lipschitz constant is at most
    ``most``, if that is given.

    Raises
    ------
    Refusal
        If its values are no numbers.
    """
    if output != ():
        raise Refusal("a convex function of values that are no numbers", "declare R[d] -> R")
    width = 1 + sum(map(size, inputs))
    mix = [rng.standard_normal((width, size(shape))) for shape in inputs]
    shift = rng.uniform(-1, 1, width)
    weights = rng.uniform(0.5, 1.5, width) / width * (rng.random() < 0.75)
    tilt, offset = rng.standard_normal(width) / width, 2 * rng.standard_normal()
    if most is not None:  # a hyperbola is nowhere steeper than one
        steep = (weights + np.abs(tilt)) @ np.linalg.norm(np.hstack(mix), axis=1)
        weights, tilt = most / steep * weights, most / steep * tilt

    def call(*values: Array) -> Array:
        along = shift + sum(
            part @ np.asarray(value).reshape(-1) for part, value in zip(mix, values, strict=True)
        )
        return np.asarray(np.sum(weights * np.sqrt(1 + along**2) + tilt * along) + offset)

    return call


def subset(members: int, count: int, rng: np.random.Generator) -> tuple[int, ...]:
    """Return ``members`` of the indices 1 to ``count``, in increasing order."""
    return tuple(sorted(int(i) + 1 for i in rng.permutation(count)[:members]))


def parts(count: int, number: int, rng: np.random.Generator) -> list[tuple[int, ...]]:
    """Return a random partition of the indices 1 to ``count`` into ``number`` parts."""
    order = rng.permutation(count) + 1
    return [tuple(sorted(int(i) for i in part)) for part in np.array_split(order, number)]
