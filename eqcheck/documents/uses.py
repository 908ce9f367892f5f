"""How many executed formulas use what a definition defines.

A definition cannot be wrong by itself: it stands the test only in what is computed with it.
"""

from __future__ import annotations

from collections.abc import Set

from .outcome import Outcome


class Uses:
    """The definitions of one document, and what its executed formulas are made of."""

    def __init__(self) -> None:
        self.made_of: dict[str, Set[str]] = {}
        self.defined: list[tuple[Outcome, Set[str]]] = []

    def forget(self) -> None:
        """Start afresh, as a second table does: its letters mean something else."""
        self.made_of.clear()
        self.defined.clear()

    def define(self, names: Set[str], letters: Set[str]) -> None:
        """Note what letters some names are made of."""
        for name in names:
            self.made_of[name] = self.made_of.get(name, frozenset()) | letters - {name}

    def count(self, outcome: Outcome, names: Set[str]) -> None:
        """Count in ``outcome.uses``, from here on, the executed formulas that use a name."""
        outcome.uses = 0
        self.defined.append((outcome, names))

    def execute(self, letters: Set[str]) -> None:
        """Note that a formula of these letters was executed."""
        used, found = set[str](), set(letters)
        while found:
            used |= found
            found = set[str]().union(*(self.made_of.get(name, ()) for name in found)) - used
        for outcome, names in self.defined:
            outcome.uses = (outcome.uses or 0) + bool(names & used)
