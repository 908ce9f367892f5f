"""What a document is made of, in its order: tables of symbols, displays, checks, formulas in text.

Readers make them of Markdown, LaTeX and so on; they know no markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias


class Place(NamedTuple):
    """Where something stands: a file and a line of it, or of one cell of a notebook.

    >>> str(Place("notes.md", 7)), str(Place("notes.ipynb", 2, 3))
    ('notes.md:7', 'notes.ipynb:cell 3:2')
    """

    file: str
    line: int
    cell: int = 0

    def __str__(self) -> str:
        """Return it as compilers do."""
        return ":".join([self.file, *[f"cell {self.cell}"] * bool(self.cell), str(self.line)])

    def below(self, lines: int) -> Place:
        """Return the place some lines further down."""
        return self._replace(line=self.line + lines)


@dataclass(frozen=True, eq=False)
class Symbols:
    """A table of symbols: its lines, of which the first stands at ``place``.

    It starts afresh, or adds to the one before if it says ``more``.
    """

    place: Place
    lines: tuple[str, ...]
    more: bool = False


@dataclass(frozen=True, eq=False)
class Display:
    """A displayed formula, and the label by which its check names it."""

    place: Place
    latex: str
    label: str = ""


@dataclass(frozen=True, eq=False)
class Check:
    """How the display with ``label`` is run, or a formula in running text, ``$formula$``.

    ``faults`` are messages by line: of options that cannot be read.
    """

    place: Place
    label: str
    options: Mapping[str, Any] = field(default_factory=dict)
    faults: Mapping[int, str] = field(default_factory=dict)

    @property
    def is_inline(self) -> bool:
        """Whether it is of a formula in running text."""
        return self.label.startswith("$")


@dataclass(frozen=True, eq=False)
class Formula:
    """A formula in running text."""

    place: Place
    latex: str


Block: TypeAlias = Symbols | Display | Check | Formula
