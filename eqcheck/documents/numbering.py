"""Environments that number their lines, and tags: the document has numbers of its own."""

from __future__ import annotations

import re

from .blocks import Display, Place

UNNUMBERED = {
    **{"align": "aligned", "alignat": "aligned", "flalign": "aligned", "eqnarray": "aligned"},
    **{"gather": "gathered", "multline": "gathered", "equation": "", "IEEEeqnarray": "aligned"},
}
_NUMBERING = re.compile(rf"\\begin\{{({'|'.join(UNNUMBERED)})\}}|\\(tag)(?![A-Za-z])")
# With where its lines stand, and how many columns it has: nothing to execute.
_ENVIRONMENT = re.compile(
    rf"\\(begin|end)\{{({'|'.join(UNNUMBERED)}|alignedat|aligned|gathered|split)\*?\}}"
    r"(?:\[[tbc]\]|(?:(?<=at\})|(?<=at\*\}))\{\d\}"
    r"|(?:(?<=IEEEeqnarray\})|(?<=IEEEeqnarray\*\}))\{[^{}]*\})?"
)
_MARKS = re.compile(r"\\(?:tag\*?|label)\s*\{[^{}]*\}|\\(?:nonumber|notag)(?![A-Za-z])")


def numbers_itself(place: Place) -> bool:
    """Whether what stands in a document has its numbers from there: LaTeX has no others."""
    return place.file.endswith((".tex", ".ltx", ".latex"))


def fault_of_numbering(display: Display) -> str:
    r"""Return what numbers a display besides its document, and what to write; "" if nothing does.

    >>> fault_of_numbering(Display(Place("a.md", 1), r"a = a \tag{1}"))
    '\\tag adds a number of its own to that of the document: leave it out'
    """
    found = None if numbers_itself(display.place) else _NUMBERING.search(display.latex)
    if found is None:
        return ""
    environment = found[1]
    if environment is None:
        return r"\tag adds a number of its own to that of the document: leave it out"
    mend = f"write \\begin{{{UNNUMBERED[environment]}}}" if UNNUMBERED[environment] else "drop it"
    return f"\\begin{{{environment}}} adds numbers of its own to that of the document: {mend}"


def without_numbers(latex: str) -> str:
    r"""Return a display as it is without its numbers: what is executed of it.

    Characters keep their places as far as they can: what is dropped leaves spaces.

    >>> without_numbers(r"\begin{align*} a &= a \tag{1} \end{align*}").split()
    ['\\begin{aligned}', 'a', '&=', 'a', '\\end{aligned}']
    """

    def unnumbered(match: re.Match[str]) -> str:
        name = UNNUMBERED.get(match[2], "aligned" if match[2] == "alignedat" else match[2])
        return f"\\{match[1]}{{{name}}}" if name else " " * len(match[0])

    return _ENVIRONMENT.sub(unnumbered, _MARKS.sub(lambda found: " " * len(found[0]), latex))
