r"""Reads LaTeX: displays with their ``\label``, and comments that say what their letters mean.

::

    % symbols:
    %   x, y : R
    \begin{equation} \label{eq-square}
      (x + y)^2 = x^2 + 2 x y + y^2
    \end{equation}
    % check eq-square
    %   :kind: identity

A comment ends with its last line that begins with ``%``, or where another begins.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from .blocks import Block, Check, Place, Symbols
from .causes import Cause
from .document import Document
from .macros import Macro, expand, read_macros
from .numbering import UNNUMBERED
from .reading import Reading, Source
from .rules import PLAIN, Rules

_PLAIN = ("equation", "displaymath", "dmath")  # of one formula
_NAMES = "|".join((*_PLAIN, *UNNUMBERED, "empheq"))
_BOXED = re.compile(  # one that empheq frames; what it sets beside one is refused
    r"\\begin\{empheq\}\s*(?:\[\s*box\s*=[^\],]*\])?\s*\{(?P<name>[a-z]+\*?)\}"
    r"(?P<inside>.*?)\\end\{empheq\}",
    re.DOTALL,
)
_LITERAL = re.compile(
    r"\\begin\{(verbatim\*?|lstlisting|minted|comment|filecontents\*?)\}.*?\\end\{\1\}"
    r"|\\verb\*?([^A-Za-z\s*]).*?\2",
    re.DOTALL,
)
_COMMENT = re.compile(r"(?<!\\)%.*")
_MARK = re.compile(
    rf"""\\begin\{{(?P<name>(?:{_NAMES})\*?)\}}
      | (?P<bracket>\\\[)
      | (?P<dollars>\$\$)
      | (?P<parenthesis>\\\()
      | (?P<skip>\\\\(?:\[[^\]]*\])?|\\\$)
      | (?P<dollar>\$)""",
    re.VERBOSE,
)
_ENDS = {"bracket": "\\]", "dollars": "$$", "parenthesis": "\\)", "dollar": "$"}
_INPUT = re.compile(
    r"\\(?:(?:input|include)\s*\{(?P<file>[^{}]*)\}|input\s+(?P<bare>[^\s{}\\]+)"
    r"|(?:usepackage|RequirePackage)\s*(?:\[[^\]]*\]\s*)?\{(?P<packages>[^{}]*)\})"
)
_KEYWORD = re.compile(r"(?<!\\)%+\s*(?=(?:symbols|check|functions|conditions)\b)")


def read_latex(text: str, file: str, *, rules: Rules = PLAIN) -> Document:
    r"""Return the document that a LaTeX text is.

    Its macros are written out in formulas, if ``\newcommand`` or the like defines them in it, or
    in a file in its folder that it inputs.

    Examples
    --------
    >>> text = "% symbols:\n%  x : R\n\\[ x + x = 2 x \\label{eq-x} \\]\n"
    >>> symbols, display = read_latex(text, "notes.tex").blocks
    >>> symbols.lines, display.label, display.place.line
    (('x : R',), 'eq-x', 3)
    """
    reading = Reading(file, rules)
    _read_comments(reading, text)
    _read_displays(reading, text)
    reading.blocks.sort(key=lambda block: block.place.line)
    macros = read_macros(_with_inputs(text, Path(file).parent, set()))
    reading.blocks = [_written_out(block, macros) for block in reading.blocks]
    return reading.document()


def _read_comments(reading: Reading, text: str) -> None:
    """Take in the comments that mean something; what follows one on lines of its own is of it."""
    lines = _blank(_LITERAL, text).splitlines()
    at = 0
    while at < len(lines):
        head = _KEYWORD.search(lines[at])
        if head is None:
            at += 1
            continue
        block = [lines[at][head.end() :]]
        place = Place(reading.name, at + 1)
        while at + 1 < len(lines) and _goes_on(lines[at + 1]):
            at += 1
            block.append(lines[at].lstrip().lstrip("%"))
        reading.comment(place, block)
        at += 1


def _goes_on(line: str) -> bool:
    return line.lstrip().startswith("%") and _KEYWORD.search(line) is None


def _read_displays(reading: Reading, text: str) -> None:
    """Take in displays and formulas in running text, each at its line."""
    framed = _BOXED.sub(r"\\begin{\g<name>}\g<inside>\\end{\g<name>}", _blanked(text))
    source = Source(framed, reading.name)
    at = 0
    while (mark := _MARK.search(source.text, at)) is not None:
        if mark["skip"]:
            at = mark.end()
            continue
        name = mark["name"]
        end = f"\\end{{{name}}}" if name else _ENDS[mark.lastgroup or ""]
        closing = source.text.find(end, mark.end())
        place = source.place(mark.start())
        if closing < 0:
            reading.faults.append(Cause(f"{mark[0]} is never closed; end it with {end}", place))
            return
        inside = source.text[mark.end() : closing]
        at = closing + len(end)
        if mark["parenthesis"] or mark["dollar"]:
            reading.formula(place, inside.strip())
        elif name and name.rstrip("*") not in _PLAIN:
            reading.display(place, source.text[mark.start() : at])
        else:
            reading.display(place, inside)


def _blanked(text: str) -> str:
    """Return a text without comments and verbatim text; all else keeps its place."""
    return _blank(_COMMENT, _blank(_LITERAL, text))


def _with_inputs(text: str, folder: Path, read: set[Path]) -> str:
    """Return a text without comments, with each file that it inputs in its place, once.

    As TeX does, files are sought from the folder of the document; none is read outside it.
    """

    def content(found: re.Match[str]) -> str:
        if found["packages"] is not None:
            named = [f"{name.strip()}.sty" for name in found["packages"].split(",")]
        else:
            name = (found["file"] or found["bare"]).strip()
            named = [f"{name}.tex", name]
        texts = []
        for name in named:
            with suppress(OSError, ValueError):  # it is no file, or no name of one
                path = (folder / name).resolve()
                if path.is_relative_to(folder.resolve()) and path not in read:
                    own = path.read_text("utf-8", "replace")
                    read.add(path)
                    texts.append(_with_inputs(own, folder, read))
        return "\n".join(texts)

    return _INPUT.sub(content, _blanked(text))


def _blank(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def _written_out(block: Block, macros: Mapping[str, Macro]) -> Block:
    """Return a block without macros."""
    if isinstance(block, Symbols):
        return replace(block, lines=tuple(expand(line, macros) for line in block.lines))
    if isinstance(block, Check):
        options = {
            key: [expand(each, macros) for each in said]
            if isinstance(said, list)
            else expand(said, macros)
            for key, said in block.options.items()
        }
        return replace(block, options=options)
    return replace(block, latex=expand(block.latex, macros))
