"""Reads reStructuredText: ``.. math::`` and what directives or comments say of it.

``.. symbols::`` and ``.. check:: label`` are directives of the Sphinx extension; with one colon,
``.. symbols:``, they are comments, which show nothing anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from textwrap import dedent

from .blocks import Place
from .document import Document
from .reading import Reading, Source, end_of_block, indent_of
from .rules import PLAIN, Rules

_DIRECTIVE = re.compile(r"[ \t]*\.\.[ \t]+([\w:-]+?)::(?:[ \t]+(.*))?$")
_COMMENT = re.compile(r"[ \t]*\.\.[ \t]+((?:symbols|check|functions|conditions)\b.*)$")
_LITERAL = (
    *("code", "code-block", "code-cell", "sourcecode", "parsed-literal", "literalinclude", "raw"),
    *("doctest", "testcode", "testsetup", "testoutput", "plot", "ipython", "prompt", "highlight"),
)
_OPTION = re.compile(r"\s*:([\w-]+):[ \t]*(.*)")
_ROLE = re.compile(r":math:`([^`]+)`|``.*?``")


def read_rst(text: str, file: str, *, rules: Rules = PLAIN, first: int = 1) -> Document:
    r"""Return the document that a reStructuredText is; ``first`` is the number of its first line.

    Examples
    --------
    >>> text = ".. symbols:\n   x : R\n\n.. math:: x + x = 2 x\n   :label: eq-x\n"
    >>> symbols, display = read_rst(text, "notes.rst").blocks
    >>> symbols.lines, display.latex, display.label
    (('x : R',), 'x + x = 2 x', 'eq-x')
    """
    reader = _Rst(text, file, rules, first)
    reader.read()
    return reader.reading.document()


def gathered(formulas: Iterable[str]) -> str:
    r"""Return formulas as one display, one below the other.

    >>> print(gathered(["a = b", "c = d"]))
    \begin{gathered} a = b \\
    <BLANKLINE>
    c = d \end{gathered}
    """
    rows = " \\\\\n\n".join(formulas)
    return f"\\begin{{gathered}} {rows} \\end{{gathered}}"


class _Rst:
    """Walks over the lines of a text."""

    def __init__(self, text: str, file: str, rules: Rules, first: int) -> None:
        self.lines, self.first = text.splitlines(), first
        self.reading = Reading(file, rules)
        self.prose = 0  # where the running text begins whose formulas were not taken in

    def place(self, at: int) -> Place:
        return Place(self.reading.name, self.first + at)

    def read(self) -> None:
        at = 0
        while at < len(self.lines):
            at = self._take(at)
        self._roles(at)

    def _take(self, at: int) -> int:
        """Take in a line, and what begins there; return the line behind it."""
        line = self.lines[at]
        if directive := _DIRECTIVE.match(line):
            return self._directive(at, directive[1], directive[2] or "")
        if comment := _COMMENT.match(line):
            self._roles(at)
            end = self.prose = self._end(at)
            self.reading.comment(self.place(at), [comment[1], *self.lines[at + 1 : end]])
            return end
        if line.rstrip().endswith("::"):  # what follows is shown as it is
            self._roles(at + 1)
            self.prose = self._end(at)
            return self.prose
        return at + 1

    def _directive(self, at: int, name: str, argument: str) -> int:
        if name not in ("symbols", "check", "math", *_LITERAL):
            return at + 1  # of other directives the content is text
        self._roles(at)
        end = self.prose = self._end(at)
        content = self.lines[at + 1 : end]
        if name == "symbols":
            self.reading.symbols(self.place(at + 1), content, argument.strip())
        elif name == "check":
            numbered = enumerate(content, self.place(at + 1).line)
            self.reading.check(self.place(at), argument.strip(), numbered)
        elif name == "math":
            self._math(at, argument, content)
        return end

    def _math(self, at: int, argument: str, content: list[str]) -> None:
        options = {}
        for number, line in enumerate(content):
            option = _OPTION.fullmatch(line)
            if option is None:
                break
            options[option[1]] = option[2].strip()
            content[number] = ""
        latex = "\n".join([argument.strip(), dedent("\n".join(content))]).rstrip()
        above = len(latex) - len(latex.lstrip("\n"))  # lines keep their places
        parts = re.split(r"\n[ \t]*\n", latex)
        formulas = [part.strip("\n") for part in parts if part.strip()]
        if len(formulas) > 1:  # as Sphinx sets them: one below the other, with one number
            latex = "\n" * above + gathered(formulas)
        self.reading.display(self.place(at), latex, options.get("label") or options.get("name", ""))

    def _end(self, at: int) -> int:
        """Return the line behind the block that begins in a line: what is indented more."""
        return end_of_block(self.lines, at + 1, indent_of(self.lines[at]))

    def _roles(self, end: int) -> None:
        """Take in the formulas of the running text above a line."""
        text = "\n".join(self.lines[self.prose : end])
        source = Source(text, self.reading.name, first=self.first + self.prose)
        for match in _ROLE.finditer(text):
            if match[1]:
                self.reading.formula(source.place(match.start()), match[1])
