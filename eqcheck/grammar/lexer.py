r"""LaTeX to tokens: each knows where it stands; spacing goes, synonyms become one form."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from ..errors import Refusal, Span

_PATTERN = re.compile(
    r"""(?P<space>\s+|\\[,;:!\ >]|~)
      | (?P<style>\\(?:displaystyle|textstyle|limits|nolimits|nonumber)(?![A-Za-z]))
      | (?P<size>\\(?:bigl|bigr|Bigl|Bigr|biggl|biggr|big|Big|bigg)(?![A-Za-z]))
      | (?P<fence>\\(?:left|right)(?![A-Za-z])\s*(?:\\[A-Za-z]+|\\[|{}]|[^\sA-Za-z\\]))
      | (?P<row>\\\\(?:\[[^\]]*\])?)
      | (?P<env>\\(?:begin|end)\{[A-Za-z*]+\})
      | (?P<text>\\(?:text|textrm|mbox)\{[^{}]*\})
      | (?P<operator>\\operatorname\*?\{[^{}]*\})
      | (?P<command>\\[A-Za-z]+|\\[|{}])
      | (?P<char>[0-9A-Za-z()\[\]{}+\-*/=<>,.;:!|^_'&])
    """,
    re.VERBOSE,
)

_SYNONYMS = {
    "\\lbrack": "[", "\\rbrack": "]", "\\lbrace": "\\{", "\\rbrace": "\\}",
    "\\dfrac": "\\frac", "\\tfrac": "\\frac", "\\cfrac": "\\frac",
    "\\intercal": "\\top", "\\ast": "*", "\\star": "*", "\\prime": "'",
    "\\ldots": "\\cdots", "\\dots": "\\cdots", "\\dotsc": "\\cdots", "\\dotsb": "\\cdots",
    "\\leq": "\\le", "\\geq": "\\ge", "\\neq": "\\ne", "\\lt": "<", "\\gt": ">",
    "\\Vert": "\\|", "\\vert": "|", "\\colon": ":", "\\gets": "\\leftarrow",
    "\\rightarrow": "\\to", "\\subset": "\\subseteq", "\\bm": "\\boldsymbol",
    "\\argmin": "\\operatorname{argmin}", "\\argmax": "\\operatorname{argmax}",
    "\\Pr": "\\mathbb{P}", "\\qquad": "\\quad",
}  # fmt: skip
_FENCES = {"|": ("\\lvert", "\\rvert"), "\\|": ("\\lVert", "\\rVert")}


@dataclass(frozen=True)
class Token:
    """One token in its normal form, and where it stands in the LaTeX."""

    text: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        """The half-open range of characters that it came from."""
        return self.start, self.end


def tokenize(latex: str) -> list[Token]:
    r"""Split LaTeX into tokens.

    Raises
    ------
    Refusal
        At a character or a fence that no formula of the grammar contains.

    Examples
    --------
    >>> [token.text for token in tokenize(r"\left( x \right) \dots \operatorname*{arg\,min}")]
    ['(', 'x', ')', '\\cdots', '\\operatorname{argmin}']
    """
    tokens, position = [], 0
    while position < len(latex):
        match = _PATTERN.match(latex, position)
        if match is None:
            raise _outside(latex[position], (position, position + 1))
        text = _normal(match)
        if text:
            tokens.append(Token(text, position, match.end()))
        position = match.end()
    return tokens


def skim(latex: str) -> list[Token]:
    """Split LaTeX into tokens, and pass over what no formula of the grammar contains.

    Examples
    --------
    >>> [token.text for token in skim("x ∈ y")]
    ['x', 'y']
    """
    while True:
        try:
            return tokenize(latex)
        except Refusal as refusal:
            if refusal.span is None:
                raise
            start, end = refusal.span
            latex = latex[:start] + " " * (end - start) + latex[end:]


def _outside(mark: str, span: Span) -> Refusal:
    """Return the refusal of a character; a full-width one has a narrow form."""
    narrow = unicodedata.normalize("NFKC", mark)
    how = f"write {narrow}" if narrow != mark and narrow.isascii() else "write a LaTeX command"
    return Refusal(f"'{mark}' is not part of the grammar", how, span)


def _normal(match: re.Match[str]) -> str:
    """Return the normal form of one match; spacing and sizes have none."""
    kind, text = match.lastgroup, match.group()
    if kind in ("space", "style", "size"):
        return ""
    if kind == "fence":
        side = 0 if text.startswith("\\left") else 1
        mark = text[5 + side :].strip()
        mark = _SYNONYMS.get(mark, mark)
        if mark == ".":
            raise Refusal(
                "an invisible fence hides where the group ends",
                r"close it with the fence that is meant; cases stand in \begin{cases}, "
                "a point where something is taken in an argument",
                match.span(),
            )
        return _FENCES[mark][side] if mark in _FENCES else mark
    if kind == "row":
        return "\\\\"
    if kind == "text":
        return "\\text{" + " ".join(text[text.index("{") + 1 : -1].split()) + "}"
    if kind == "operator":
        name = re.sub(r"\\[,;:! ]|\s", "", text[text.index("{") + 1 : -1])
        return "\\operatorname{" + name + "}"
    return _SYNONYMS.get(text, text)
