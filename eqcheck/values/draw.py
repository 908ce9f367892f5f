"""Random values of a declared domain; a function is drawn as a smooth, non-polynomial one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..errors import Refusal
from ..grammar.symbols import Domain
from .arithmetic import Array, Shape

Bounds = tuple[float, ...]


def draw(domain: Domain, shape: Shape, bounds: Bounds, rng: np.random.Generator) -> Array:
    """Draw from ``domain``; ``bounds`` are its parameters, already evaluated.

    Values keep away from the ends of their domain, where formulas are allowed to break down.
    """
    full = (shape[0], 1) if len(shape) == 1 else shape
    if domain.kind == "R":
        return rng.standard_normal(full)
    if domain.kind == "R+":
        return np.abs(rng.standard_normal(full)) + 0.1
    if domain.kind == "R*":
        size = np.abs(rng.standard_normal(full)) + 0.1
        return np.asarray(size * rng.choice([-1.0, 1.0], full))
    if domain.kind == "interval":
        low, high = bounds
        return low + (high - low) * rng.uniform(0.05, 0.95, full)
    if domain.kind == "finite":
        return np.asarray(rng.choice(np.asarray(bounds), full))
    if domain.kind == "ones":
        return np.ones(full)
    if domain.kind == "zeros":
        return np.zeros(full)
    if domain.kind == "identity":
        return np.eye(shape[0])
    if domain.kind == "orthonormal":
        return np.linalg.qr(rng.standard_normal(full))[0]
    if domain.kind == "simplex":
        return rng.dirichlet(np.ones(shape[0])).reshape(full)
    if domain.kind == "symmetric":
        half = rng.standard_normal((shape[0], shape[0]))
        return half + half.T
    raise Refusal(f"nothing can be drawn from {domain.kind}")


def smooth(inputs: list[Shape], output: Shape, rng: np.random.Generator) -> Callable[..., Array]:
    """Return a random analytic map between arrays, by sines of mixtures of all inputs."""
    width = 3
    mix = [rng.standard_normal((width, int(np.prod(shape, dtype=int)))) for shape in inputs]
    shift = rng.uniform(-1, 1, width)
    out = rng.standard_normal((int(np.prod(output, dtype=int)), width)) / np.sqrt(width)

    def call(*values: Array) -> Array:
        hidden = shift + sum(
            0.5 * weight @ np.asarray(value).reshape(-1)
            for weight, value in zip(mix, values, strict=True)
        )
        return np.asarray((out @ (np.sin(hidden) + 0.5 * hidden)).reshape(output))

    return call


def subset(size: int, count: int, rng: np.random.Generator) -> tuple[int, ...]:
    """Return ``size`` of the indices 1 to ``count``, in increasing order."""
    return tuple(sorted(int(i) + 1 for i in rng.permutation(count)[:size]))


def parts(count: int, number: int, rng: np.random.Generator) -> list[tuple[int, ...]]:
    """Return a random partition of the indices 1 to ``count`` into ``number`` parts."""
    order = rng.permutation(count) + 1
    return [tuple(sorted(int(i) for i in part)) for part in np.array_split(order, number)]
