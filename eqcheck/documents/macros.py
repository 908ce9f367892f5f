r"""Macros of LaTeX: what ``\newcommand`` and ``\DeclareMathOperator`` abbreviate is written out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

DEEPEST = 10  # of macros that use macros
_DEFINES = re.compile(
    r"\\(?:(?:re|provide)?newcommand|renewcommand|providecommand|DeclareRobustCommand)\*?\s*"
    r"\{?\s*(\\[A-Za-z]+)\s*\}?\s*(?:\[(\d)\])?\s*(?:\[(?P<default>[^\[\]]*)\])?\s*(?=\{)"
    r"|\\def\s*(?P<plain>\\[A-Za-z]+)\s*(?P<arguments>(?:#\d)*)\s*(?=\{)"
    r"|\\DeclarePairedDelimiter\s*\{?\s*(?P<delimiter>\\[A-Za-z]+)\s*\}?\s*(?=[\\{])"
    r"|\\DeclareMathOperator(?P<star>\*?)\s*\{?\s*(?P<operator>\\[A-Za-z]+)\s*\}?\s*(?=\{)"
)


class Macro(NamedTuple):
    """What a macro stands for: ``#1`` is its first argument, optional if it has a default."""

    arity: int
    body: str
    default: str | None = None


def read_macros(latex: str) -> dict[str, Macro]:
    r"""Return the macros that a text defines.

    >>> read_macros(r"\newcommand{\R}{\mathbb{R}} \DeclareMathOperator{\tr}{tr}")["\\R"]
    Macro(arity=0, body='\\mathbb{R}', default=None)
    """
    found = {}
    for match in _DEFINES.finditer(latex):
        body, end = _group(latex, match.end())
        if body is None:
            continue
        if match["operator"]:
            found[match["operator"]] = Macro(0, rf"\operatorname{match['star']}{{{body}}}")
        elif match["delimiter"]:
            right, _ = _group(latex, end)
            found[match["delimiter"]] = Macro(1, f"{body} #1 {right}")
        elif match["plain"]:
            found[match["plain"]] = Macro(match["arguments"].count("#"), body)
        else:
            found[match[1]] = Macro(int(match[2] or 0), body, match["default"])
    return found


def expand(latex: str, macros: Mapping[str, Macro]) -> str:
    r"""Return a formula with its macros written out.

    >>> macros = {r"\R": Macro(0, r"\mathbb{R}"), r"\vec": Macro(1, r"\mathbf{#1}")}
    >>> print(expand(r"\vec x \in \R", macros))
    \mathbf{x} \in \mathbb{R}
    """
    if not macros:
        return latex
    names = "|".join(re.escape(name) for name in sorted(macros, key=len, reverse=True))
    pattern = re.compile(rf"(?:{names})(?![A-Za-z])(?:\*(?=\{{))?")  # a star: taller delimiters
    for _ in range(DEEPEST):
        pieces, at = [], 0
        while (match := pattern.search(latex, at)) is not None:
            macro = macros[match[0].rstrip("*")]
            body, end = macro.body, match.end()
            for number in range(1, macro.arity + 1):
                if number == 1 and macro.default is not None:
                    argument, end = _option(latex, end, macro.default)
                else:
                    argument, end = _group(latex, end)
                body = body.replace(f"#{number}", argument or "")
            joins = body[-1:].isalpha() and "\\" in body and latex[end : end + 1].isalpha()
            pieces += [latex[at : match.start()], body, " " * joins]
            at = end
        if not pieces:
            return latex
        latex = "".join(pieces) + latex[at:]
    return latex


def _option(latex: str, at: int, default: str) -> tuple[str | None, int]:
    """Return what stands in the brackets that open next, if they do; and where it ends."""
    given = re.compile(r"\s*\[([^\[\]]*)\]").match(latex, at)
    return (given[1], given.end()) if given else (default, at)


def _group(latex: str, at: int) -> tuple[str | None, int]:
    """Return what stands in the braces that open next, or the next mark; and where it ends."""
    while latex[at : at + 1].isspace():
        at += 1
    if latex[at : at + 1] != "{":
        mark = re.compile(r"\\[A-Za-z]+|\\.|.").match(latex, at)
        return (mark[0], mark.end()) if mark else (None, at)
    depth = 0
    for place in range(at, len(latex)):
        escaped = latex[place - 1] == "\\" and latex[place - 2 : place - 1] != "\\"
        if not escaped:
            depth += (latex[place] == "{") - (latex[place] == "}")
        if depth == 0:
            return latex[at + 1 : place], place + 1
    return None, at
