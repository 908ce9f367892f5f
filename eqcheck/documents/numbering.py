"""Environments that number their lines, and tags: the document has numbers of its own."""

from __future__ import annotations

import re

UNNUMBERED = {
    **{"align": "aligned", "alignat": "aligned", "flalign": "aligned", "eqnarray": "aligned"},
    **{"gather": "gathered", "multline": "gathered", "equation": ""},
}
NUMBERING = re.compile(rf"\\begin\{{({'|'.join(UNNUMBERED)})\}}|\\(tag)(?![A-Za-z])")
# With where its lines stand, and how many columns it has: nothing to execute.
_ENVIRONMENT = re.compile(
    rf"\\(begin|end)\{{({'|'.join(UNNUMBERED)}|alignedat|aligned|gathered|split)\*?\}}"
    r"(?:\[[tbc]\]|(?:(?<=at\})|(?<=at\*\}))\{\d\})?"
)
_MARKS = re.compile(r"\\(?:tag\*?|label)\s*\{[^{}]*\}|\\(?:nonumber|notag)(?![A-Za-z])")


def fault_of_numbering(latex: str) -> str:
    r"""Return what numbers a display besides its document, and what to write; "" if nothing does.

    >>> fault_of_numbering(r"a = a \tag{1}")
    '\\tag adds a number of its own to that of the book: leave it out'
    """
    found = NUMBERING.search(latex)
    if found is None:
        return ""
    environment = found[1]
    if environment is None:
        return r"\tag adds a number of its own to that of the book: leave it out"
    mend = f"write \\begin{{{UNNUMBERED[environment]}}}" if UNNUMBERED[environment] else "drop it"
    return f"\\begin{{{environment}}} adds numbers of its own to that of the book: {mend}"


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
