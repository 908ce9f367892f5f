"""What failed first on a page, and what only waits for it: one finding, with a count.

A line of symbols that is refused leaves its letters without a meaning, and so does an equation that
fails to define them: what uses them fails as well, and says nothing of its own before the first is
mended.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from typing import TypeAlias

Place: TypeAlias = tuple[str, int]


@dataclass
class Cause:
    """A line or an equation that failed, the letters that it leaves without a meaning, and more."""

    message: str
    place: Place
    lost: frozenset[str] = frozenset()
    missing: str = ""  # the name for whose sake it is refused itself
    spoiled: set[str] = field(default_factory=set)  # by what waits for it
    lines: int = 0
    equations: int = 0

    def __str__(self) -> str:
        """Return the finding, with how much waits for it."""
        counts = ((self.lines, "line"), (self.equations, "equation"))
        told = [f"{count} {noun}{'s' * (count > 1)}" for count, noun in counts if count]
        if not told:
            return self.message
        names = " or ".join(sorted({*self.lost, *filter(None, [self.missing])}))
        one = self.lines + self.equations == 1
        verbs = ("needs", "waits") if one else ("need", "wait")
        return f"{self.message}; {' and '.join(told)} that {verbs[0]} {names} {verbs[1]} for it"

    def concerns(self, used: Set[str], missing: str) -> bool:
        """Tell whether what uses these letters, or lacks this name, fails because of this."""
        return bool(used & (self.lost | self.spoiled)) or missing == self.missing != ""

    @property
    def waiting(self) -> str:
        """What is said of an equation that waits for it."""
        return f"waits for line {self.place[1]}: mend that first"


class Causes:
    """The findings of a page, in its order."""

    def __init__(self) -> None:
        self._found: list[Cause] = []
        self._start = 0

    def __iter__(self) -> Iterator[Cause]:
        return iter(self._found)

    def add(self, cause: Cause) -> None:
        """Take in what fails for a reason of its own."""
        self._found.append(cause)

    def forget(self) -> None:
        """Let no letter be without a meaning: a table of symbols starts afresh."""
        self._start = len(self._found)

    def behind(self, used: Set[str], missing: str = "") -> Cause | None:
        """Return the first that lets fail what uses these letters, or lacks this name."""
        recent = self._found[self._start :]
        return next((cause for cause in recent if cause.concerns(used, missing)), None)
