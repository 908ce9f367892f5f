"""Exact expectations: what is random has finitely many outcomes, which are met one after another.

The body runs again and again; whenever it asks for a random choice, the next untried outcome is
given. The paths through these choices are all there is: no sampling, no tolerance. For outcomes, a
normal number has the nodes of Gauss-Hermite, and a uniform one that of Gauss-Legendre:
exact for polynomials; of other functions the mean is taken on finer grids, until it settles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import dropwhile
from typing import TypeVar

import numpy as np

from ..errors import Refusal
from .arithmetic import Array

T = TypeVar("T")
Key = tuple[object, ...]
LIMIT = 20_000
NUMBERS = 6  # of a normal or a uniform law in one expectation
NODES = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128)  # of a grid, along each number
FIRST = (16, 8, 4, 3, 2, 2)  # nodes to begin with, for one such number, two, …
SETTLED = 1e-11


@dataclass
class Choices:
    """One path: the outcomes chosen so far, what they were for, and how likely the path is."""

    script: list[int]
    allowed: frozenset[str] | None
    taken: dict[Key, int] = field(default_factory=dict)
    sizes: list[int] = field(default_factory=list)
    nodes: int = NODES[0]  # for each number of a law that is no choice
    numbers: int = 0  # of such laws so far
    probability: Array | float = 1.0

    def choose(self, key: Key, probabilities: Sequence[Array | float]) -> int:
        """Return the outcome of the choice ``key`` on this path; the same one each time."""
        if self.allowed is not None and key[0] not in self.allowed:
            raise Refusal(f"{key[0]} is random, but not averaged over", "name it under the E")
        if key not in self.taken:
            at = len(self.sizes)
            outcome = self.script[at] if at < len(self.script) else 0
            self.sizes.append(len(probabilities))
            self.taken[key] = outcome
            self.probability = self.probability * probabilities[outcome]
        return self.taken[key]

    def normal(self, key: Key) -> float:
        """Return a node of the grid for a standard normal number."""
        return self._node(key, *_hermite(self.nodes))

    def uniform(self, key: Key) -> float:
        """Return a node of the grid for a number that is uniform between 0 and 1."""
        return self._node(key, *_legendre(self.nodes))

    def _node(self, key: Key, numbers: tuple[float, ...], weights: tuple[float, ...]) -> float:
        if key not in self.taken:
            self.numbers += 1
            if self.numbers > NUMBERS:
                raise Refusal(
                    f"a mean over more than {NUMBERS} numbers of a normal or uniform law",
                    "take smaller dimensions",
                )
        return numbers[self.choose(key, weights)]


@cache
def _hermite(nodes: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the nodes of a Gauss-Hermite rule and their probabilities."""
    numbers, weights = np.polynomial.hermite_e.hermegauss(nodes)
    return tuple(numbers.tolist()), tuple((weights / np.sum(weights)).tolist())


@cache
def _legendre(nodes: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the nodes of a Gauss-Legendre rule between 0 and 1, and their probabilities."""
    numbers, weights = np.polynomial.legendre.leggauss(nodes)
    return tuple(((numbers + 1) / 2).tolist()), tuple((weights / np.sum(weights)).tolist())


def paths(
    run: Callable[[Choices], T], allowed: frozenset[str] | None, nodes: int = NODES[0]
) -> Iterator[tuple[Array | float, T]]:
    """Yield every outcome of ``run`` with its probability; of a normal number, so many.

    Raises
    ------
    Refusal
        If ``run`` asks for nothing random, or for too many combinations.

    Examples
    --------
    >>> coin = lambda choices: choices.choose(("coin",), [0.25, 0.75])
    >>> list(paths(coin, None))
    [(0.25, 0), (0.75, 1)]
    """
    script: list[int] | None = []
    for _ in range(LIMIT):
        choices = Choices(script or [], allowed, nodes=nodes)
        value = run(choices)
        if not choices.sizes:
            raise Refusal(
                "nothing in this expectation is random",
                "mark in the table what is: NAME : DOMAIN; random",
            )
        yield choices.probability, value
        script = _next([*choices.taken.values()], choices.sizes)
        if script is None:
            return
    raise Refusal(f"more than {LIMIT} outcomes", "take smaller dimensions")


def settled(
    run: Callable[[Choices], Array],
    allowed: frozenset[str] | None,
    moment: Callable[[list[tuple[Array | float, Array]]], Array],
) -> Array:
    """Return a moment of the outcomes of ``run``: with numbers of a grid, once finer grids agree.

    Raises
    ------
    Refusal
        If they do not agree, on grids that are not too fine.

    Examples
    --------
    >>> def mean(found):
    ...     return sum(probability * value for probability, value in found)
    >>> fourth = settled(lambda choices: np.asarray(choices.normal(("z",)) ** 4), None, mean)
    >>> round(float(fourth), 9)
    3.0
    """
    numbers = 0

    def counted(choices: Choices) -> Array:
        nonlocal numbers
        value = run(choices)
        numbers = max(numbers, choices.numbers)
        return value

    found = list(paths(counted, allowed))
    if not numbers:
        return moment(found)
    before: Array | None = None
    for nodes in dropwhile(lambda count: count < FIRST[numbers - 1], NODES):
        if nodes**numbers > LIMIT:
            break
        found = list(paths(run, allowed, nodes))
        now = moment(found)
        size = sum(abs(chance) * np.max(np.abs(value)) for chance, value in found)
        if before is not None and np.max(np.abs(now - before)) <= SETTLED * (1 + size):
            return now
        before = now
    raise Refusal(
        "this mean over a normal or uniform law does not settle on finer grids",
        "it is measured for smooth functions of few numbers only: a kink or a pole is too much",
    )


def _next(script: list[int], sizes: list[int]) -> list[int] | None:
    """Return the path after this one, in the order of counting; None after the last."""
    while script and script[-1] == sizes[len(script) - 1] - 1:
        script.pop()
    if not script:
        return None
    return [*script[:-1], script[-1] + 1]
