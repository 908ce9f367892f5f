"""Work is counted and bounded: whatever is written, a check ends soon, and on all machines alike.

A step is a node of the tree that is evaluated, a character that is read, or what takes about as
long; large values, calls and written-out dots count for several.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import numpy as np

from ..errors import Refusal

MOST = 2_000_000  # steps of one check: some seconds
DEEPEST = 150  # nodes in one another, with the definitions that they reach


class Work:
    """The steps that one check has taken, and how deep it is; too many, and each is refused.

    Examples
    --------
    >>> work = Work()
    >>> work.take(10)
    >>> work.steps
    10
    """

    def __init__(self) -> None:
        self.steps = self.depth = 0

    def take(self, steps: int = 1) -> None:
        """Count steps.

        Raises
        ------
        Refusal
            If there are too many by now. Who passes over that meets it again at the next step.
        """
        self.steps += steps
        if self.steps > MOST:
            raise _of_the_formula(
                f"more than {MOST:,} steps, those of its wrong versions included",
                "split the formula, or take smaller dimensions",
            )

    def descend(self) -> None:
        """Count a step into a node; its caller takes one off ``depth`` when it leaves.

        Raises
        ------
        Refusal
            If there are too many, or too many in one another.
        """
        self.depth += 1
        self.steps += 1
        if self.steps > MOST:
            self.take(0)
        if self.depth > DEEPEST:
            raise Refusal(
                f"values in one another, through definitions: {DEEPEST} levels are the most",
                "take smaller dimensions",
            )


@contextmanager
def computing() -> Iterator[None]:
    """Refuse what cannot be computed; what is not finite is refused where values are compared.

    Examples
    --------
    >>> with computing():
    ...     1 / 0
    Traceback (most recent call last):
    ...
    eqcheck.errors.Refusal: a value cannot be computed: division by zero
    """
    try:
        with np.errstate(all="ignore"):
            yield
    except (ArithmeticError, MemoryError, RecursionError, np.linalg.LinAlgError) as error:
        raise Refusal(f"a value cannot be computed: {error}") from error


def _of_the_formula(what: str, how: str) -> Refusal:
    """Return a refusal that quotes neither a definition nor a line: all of it is too much."""
    refusal = Refusal(what, how)
    refusal.source = ""
    return refusal


@lru_cache(1000)
def steps_of(shape: tuple[int, ...]) -> int:
    """Return what a value of a shape takes besides its node: of a matrix, products and roots."""
    count = math.prod(shape)
    return count // 100 if len(shape) < 2 or 1 in shape else count * min(shape) // 300
