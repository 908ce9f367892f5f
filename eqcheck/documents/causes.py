"""What failed first in a document, and what only waits for it: one finding, with a count.

A line of symbols that is refused leaves its letters without a meaning, and so does an equation that
fails to define them: what uses them fails as well, and says nothing of its own before the first is
mended.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field

from .blocks import Place


@dataclass
class Cause:
    """A line or an equation that failed, the letters that it leaves without a meaning, and more."""

    message: str
    place: Place
    lost: frozenset[str] = frozenset()
    missing: str = ""  # the name for whose sake it is refused itself
    suspects: frozenset[str] = frozenset()  # letters that it uses and nothing executes
    spoiled: set[str] = field(default_factory=set)  # by what waits for it
    counts: Counter[str] = field(default_factory=Counter)  # of what waits for it, by its noun

    def __str__(self) -> str:
        """Return the finding, with how much waits for it."""
        return self.message + self.consequences

    @property
    def consequences(self) -> str:
        """How much waits for it, in words that go on after the message."""
        if not self.counts:
            return ""
        told = (f"{count} {noun}{'s' * (count > 1)}" for noun, count in self.counts.items())
        names = " or ".join(sorted({*self.lost, *self.suspects, *filter(None, [self.missing])}))
        s = "s" * (self.counts.total() == 1)
        need = f" that need{s} {names}" if names else ""
        return f"; {' and '.join(told)}{need} wait{s} for it"

    def concerns(self, used: Set[str], missing: str) -> bool:
        """Tell whether what uses these letters, or lacks this name, fails because of this."""
        same = _without_scripts(missing) == _without_scripts(self.missing) != ""
        return same or bool(used & (self.lost | self.spoiled))

    @property
    def waiting(self) -> str:
        """What is said of an equation that waits for it."""
        cell = f" of cell {self.place.cell}" if self.place.cell else ""
        return f"waits for line {self.place.line}{cell}: mend that first"


def _without_scripts(name: str) -> str:
    return re.split(r"[_^]", name, maxsplit=1)[0]


class Causes:
    """The findings of a document, in its order."""

    def __init__(self, found: Iterable[Cause] = ()) -> None:
        self._found = list(found)
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

    def suspecting(self, used: Set[str]) -> Cause | None:
        """Return the first that is wrong perhaps for the sake of one of these letters."""
        recent = self._found[self._start :]
        return next((cause for cause in recent if cause.suspects & used), None)
