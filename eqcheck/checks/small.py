"""Small values of a domain, and simple functions: what a counterexample is told with."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..grammar.domains import Domain
from ..values.arithmetic import Array
from ..values.draw import closed_ends
from .edges import FREE

SMALL = (1.0, 0.0, -1.0, 2.0)
NUMBER = re.compile(r"\s*-?\d+(\.\d+)?\s*")  # an end that depends on no other name


class SimpleFunction(NamedTuple):
    """A function that can be told: its value in words, with x for its argument."""

    words: str
    call: Callable[..., Array]


_OF_A_NUMBER = (  # the first two are convex
    SimpleFunction("x^2", lambda x: np.asarray(x**2)),
    SimpleFunction("x", lambda x: np.asarray(x)),
    SimpleFunction("x^3", lambda x: np.asarray(x**3)),
)
_OF_A_VECTOR = (
    SimpleFunction("x_1^2 + x_2^2 + …", lambda x: np.asarray(np.sum(x**2))),
    SimpleFunction("x_1", lambda x: np.asarray(x[0, 0])),
)


def simple_function(
    domain: Domain | None, turn: int, *, convex: bool = False
) -> SimpleFunction | None:
    """Return a function of one number or vector, with numbers as values; None if it has others.

    Examples
    --------
    >>> from eqcheck.grammar.domains import read_domains
    >>> simple_function(*read_domains("R -> R"), 0).words
    'x^2'
    """
    if domain is None or domain.output is None or domain.output.axes or len(domain.inputs) != 1:
        return None
    axes = len(domain.inputs[0].axes)
    choice = {0: _OF_A_NUMBER[: 2 if convex else None], 1: _OF_A_VECTOR}.get(axes)
    return choice[turn % len(choice)] if choice else None


def is_told(domain: Domain) -> bool:
    """Whether the ends and values of a domain are numbers, so that others can be chosen."""
    return all(map(NUMBER.fullmatch, domain.parameters))


def small_value(domain: Domain, value: Any, turn: int, rng: np.random.Generator) -> Any:
    """Return a small value of a domain: a one, then all ones, then small numbers."""
    if domain.kind == "simplex":
        halves = 0.5 ** np.arange(1.0, value.size + 1)
        halves[-1] *= 2
        return rng.permutation(halves).reshape(value.shape)
    if domain.kind == "orthonormal":
        return rng.permutation(np.eye(*value.shape))
    if domain.kind not in (*FREE, "symmetric"):
        return value
    if not is_told(domain):
        return rounded(domain, value, 1)
    choice = _small_numbers(domain)
    small = rng.choice(choice[: max(1, turn)], value.shape)
    if turn == 0 and domain.kind in ("R", "symmetric") and small.ndim:
        small[1:] = 0.0
        small[:, 1:] = 0.0
    if domain.kind == "symmetric":
        small = np.triu(small) + np.triu(small, 1).T
    return np.asarray(small)


def rounded(domain: Domain, value: Any, digits: int) -> Any:
    """Return a value with so many significant digits, where that is in its domain."""
    if domain.kind not in (*FREE, "symmetric"):
        return small_value(domain, value, 0, np.random.default_rng(digits))
    return np.vectorize(lambda number: float(f"{number:.{digits}g}"), otypes=[float])(value)


def ends_of(domain: Domain) -> tuple[float, ...]:
    """Return the closed ends of an interval, if both its ends are numbers."""
    return closed_ends(domain, tuple(map(float, domain.parameters))) if is_told(domain) else ()


def _small_numbers(domain: Domain) -> tuple[float, ...]:
    """Return small numbers of a domain, the smallest first."""
    if domain.kind in ("R", "symmetric"):
        return SMALL
    if domain.kind == "R*":
        return (1.0, -1.0, 2.0)
    if domain.kind == "R+":
        return (1.0, 2.0, 3.0)
    low, high = map(float, domain.parameters)
    whole = tuple(number for number in SMALL if low < number < high or number in ends_of(domain))
    return whole or tuple(float(f"{low + (high - low) * part:.4g}") for part in (0.5, 0.25, 0.75))
