"""What became of one formula of a document: its result, where it stands, what readers are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..checks.report import Result
from .blocks import Place
from .causes import Cause

SKIPPED = "skipped"  # the state of a display that nothing asks to check


@dataclass
class Outcome:
    """The outcome of one formula.

    ``means`` is what its check says to readers, in their languages; ``restates``, that the code is
    the formula over again; ``uses`` counts the executed formulas that use what a definition
    defines.  ``cause`` is what made it fail: its own, or the one that it ``waits`` for.
    """

    place: Place
    result: Result
    means: tuple[str, ...] = ()
    restates: bool = False
    uses: int | None = None
    cause: Cause | None = None
    waits: bool = False

    @property
    def passed(self) -> bool:
        """Whether nothing is to mend in it."""
        return self.result.passed or self.result.state == SKIPPED

    def as_dict(self) -> dict[str, Any]:
        """Return the result as plain data, with what is known of it besides."""
        more = {"restates": self.restates, "uses": self.uses, "means": self.means}
        return {**self.result.as_dict(), **more}
