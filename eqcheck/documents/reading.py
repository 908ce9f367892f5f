"""What all readers share: what they have found so far, and where a character of a text stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from .blocks import Block, Display, Formula, Place, Symbols
from .causes import Cause
from .document import Document
from .labels import LABEL
from .options import OPTIONS, read_check
from .rules import PLAIN, Rules

_OPTION = re.compile(rf"\s+(?=:(?:{'|'.join(OPTIONS)}):)")
_LINE_OF_A_TABLE = re.compile(r"\S\s+[:=]\s+\S")
_NEARLY = {
    **dict.fromkeys(("symbol", "symbols"), ("symbols", _LINE_OF_A_TABLE)),
    **dict.fromkeys(("check", "checks"), ("check", _OPTION)),
}
_OF_A_CHECK = re.compile(r"\$[^$]+\$|\S+")


def indent_of(line: str) -> int:
    """Return how many characters a line is indented by."""
    return len(line) - len(line.lstrip())


def end_of_block(lines: Sequence[str], at: int, indent: int) -> int:
    """Return where the lines end that are indented by more; empty ones behind them are not of it.

    >>> end_of_block([".. math::", "", "   a = b", "", "text"], 1, 0)
    3
    """
    last = at
    for place in range(at, len(lines)):
        if lines[place].strip():
            if indent_of(lines[place]) <= indent:
                break
            last = place + 1
    return last


class Source:
    """A text, and the places of its characters: ``first`` is the number of its first line."""

    def __init__(self, text: str, file: str, *, cell: int = 0, first: int = 1) -> None:
        self.text, self.file, self.cell, self.first = text, file, cell, first
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def place(self, offset: int) -> Place:
        r"""Return where a character stands.

        >>> Source("a\nb", "notes.md").place(2)
        Place(file='notes.md', line=2, cell=0)
        """
        return Place(self.file, self.first + bisect_right(self._starts, offset) - 1, self.cell)


class Reading:
    """What a reader has found in a document so far."""

    def __init__(self, name: str, rules: Rules = PLAIN) -> None:
        self.name, self.rules = name, rules
        self.blocks: list[Block] = []
        self.faults: list[Cause] = []
        self.modules: dict[str, Place] = {}
        self.conditions: dict[str, Place] | None = None

    def symbols(self, place: Place, lines: Sequence[str], argument: str = "") -> None:
        """Take in a table; ``place`` is that of its first line."""
        if argument not in ("", "more"):
            message = f"symbols takes no word but more; got '{argument}'"
            self.faults.append(Cause(message, place.below(-1)))
        self.blocks.append(Symbols(place, tuple(map(str.strip, lines)), bool(argument)))

    def check(self, place: Place, label: str, lines: Iterable[tuple[int, str]]) -> None:
        """Take in a check, and its options with the numbers of their lines."""
        self.blocks.append(read_check(place, label, lines, self.rules))

    def display(self, place: Place, latex: str, label: str = "") -> None:
        r"""Take in a display; its label may be said by ``\label``."""
        said = LABEL.search(latex)
        self.blocks.append(Display(place, latex, label or (said[1].strip() if said else "")))

    def formula(self, place: Place, latex: str) -> None:
        """Take in a formula in running text."""
        self.blocks.append(Formula(place, latex))

    def condition(self, place: Place, latex: str) -> None:
        """Take in a condition that the document lists."""
        self.conditions = {**(self.conditions or {}), latex: place}

    def comment(self, place: Place, lines: Sequence[str]) -> bool:
        """Take in a comment if it means something here; tell whether it does.

        Its first line, at ``place``, names what it is: ``symbols``, ``symbols more``,
        ``check LABEL``, ``functions: package.module`` or ``conditions``.  What is a table or a
        list may begin there, behind a colon; a comment that begins with such a word by chance goes
        on without.
        """
        word, _, rest = lines[0].strip().partition(" ")
        word, rest, is_open = word.removesuffix(":"), rest.strip(), word.endswith(":")
        if word == "check":
            label, *options = _OPTION.split(f" {rest} ")
            label = label.strip().removesuffix(":")
            has_options = options or any(line.strip()[:1] == ":" for line in lines[1:])
            begins = _OF_A_CHECK.match(label)
            if begins and has_options:  # what stands between them is an option, written badly
                label, between = begins[0], label[begins.end() :].strip()
                options = [*filter(None, [between]), *options]
            if _OF_A_CHECK.fullmatch(label) or (not label and has_options):
                own = [(place.line, option) for option in options]
                self.check(place, label, [*own, *enumerate(lines[1:], place.line + 1)])
                return True
            return False
        if word == "symbols" and rest.removesuffix(":") == "more":
            self.symbols(place.below(1), lines[1:], "more")
            return True
        if word not in ("symbols", "functions", "conditions") or (rest and not is_open):
            self._misspelt(place, word, [rest, *lines[1:]])
            return False
        if word == "symbols":
            self.symbols(place.below(not rest), [*[rest] * bool(rest), *lines[1:]])
        elif word == "functions":
            named = " ".join([rest, *lines[1:]]).replace(",", " ").split()
            self.modules |= dict.fromkeys(named, place)
        else:
            self.conditions = self.conditions or {}
            for number, line in enumerate([rest, *lines[1:]]):
                if line.strip():
                    self.condition(place.below(number), line.strip())
        return True

    def _misspelt(self, place: Place, word: str, lines: Sequence[str]) -> None:
        """Report a comment whose word is nearly one that means something, if the rest fits it."""
        meant, fits = _NEARLY.get(word.lower(), ("", _OPTION))
        if meant and any(fits.search(f" {line}") for line in lines):
            message = f"no comment that is read begins with {word}: did you mean {meant}?"
            self.faults.append(Cause(message, place))

    def document(self) -> Document:
        """Return the document that was read."""
        return Document(self.name, self.blocks, self.conditions, self.faults, self.modules)
