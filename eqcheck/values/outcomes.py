"""Exact expectations: everything random is finite, so all outcomes are met, one after another.

The body runs again and again; whenever it asks for a random choice, the next untried outcome is
given. The paths through these choices are all there is: no sampling, no tolerance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from ..errors import Refusal
from .arithmetic import Array

T = TypeVar("T")
Key = tuple[object, ...]
LIMIT = 20_000


@dataclass
class Choices:
    """One path: the outcomes chosen so far, what they were for, and how likely the path is."""

    script: list[int]
    allowed: frozenset[str] | None
    taken: dict[Key, int] = field(default_factory=dict)
    sizes: list[int] = field(default_factory=list)
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


def paths(
    run: Callable[[Choices], T], allowed: frozenset[str] | None
) -> Iterator[tuple[Array | float, T]]:
    """Yield every outcome of ``run`` with its probability.

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
        choices = Choices(script or [], allowed)
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


def _next(script: list[int], sizes: list[int]) -> list[int] | None:
    """Return the path after this one, in the order of counting; None after the last."""
    while script and script[-1] == sizes[len(script) - 1] - 1:
        script.pop()
    if not script:
        return None
    return [*script[:-1], script[-1] + 1]
