"""What is wrong, and where: a finding is one line, ``file:line: what, and how to mend it``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from book._ext.paths import ROOT

LOCATION = re.compile(r"(?P<file>.*?)(?::(?P<line>\d+)?)?")


class Finding(NamedTuple):
    """One thing that is wrong; line 0 is a file as a whole, and no file the book."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        """Return the line that authors read, which editors can follow."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}" if place else self.message


def shown(path: str | Path) -> str:
    """Return a path as findings show it: from the repository on.

    >>> shown(ROOT / "book" / "loss.md"), shown("elsewhere/page.md")
    ('book/loss.md', 'elsewhere/page.md')
    """
    path = Path(path)
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


def found_at(location: str | None, message: str) -> Finding:
    """Return the finding at a location as Sphinx writes it: ``path``, ``path:`` or ``path:12``.

    >>> found_at(f"{ROOT}/book/loss.md:12", "no").file
    'book/loss.md'
    >>> print(found_at("<unknown>:12", "no"), found_at(None, "no"), sep="; ")
    <unknown>:12: no; no
    """
    match = LOCATION.fullmatch(location or "")
    if not match or not match["file"]:
        return Finding("", 0, message)
    return Finding(shown(match["file"]), int(match["line"] or 0), message)


def once_each(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings in the order of files and lines, each once.

    >>> once_each([Finding("b.md", 1, "no"), Finding("a.md", 10, "no"), Finding("b.md", 1, "no")])
    [Finding(file='a.md', line=10, message='no'), Finding(file='b.md', line=1, message='no')]
    """
    return sorted(set(findings))


def hint(name: str, known: Iterable[str], otherwise: str, alike: float = 0.75) -> str:
    """Return what a name that leads nowhere may mean: one that is near it, or what else to do.

    >>> hint("gradeint", ["gradient", "loss"], "add it"), hint("x", ["loss"], "add it")
    ('is it gradient?', 'add it')
    """
    near = get_close_matches(name, list(known), 1, alike)
    return f"is it {near[0]}?" if near else otherwise
