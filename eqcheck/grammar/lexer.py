r"""LaTeX to tokens: each knows where it stands; spacing goes, synonyms become one form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import NoReturn

from ..errors import Refusal, Span
from .vocabulary import CLOSERS, CLOSING, DEEPEST, OPENING

_PATTERN = re.compile(
    r"""(?P<space>\s+|\\[,;:!\ >]|~)
      | (?P<style>\\(?:displaystyle|textstyle|limits|nolimits|nonumber)(?![A-Za-z]))
      | (?P<size>\\(?:bigl|bigr|Bigl|Bigr|biggl|biggr|big|Big|bigg)(?![A-Za-z]))
      | (?P<fence>\\(?:left|right)(?![A-Za-z])\s*(?:\\[A-Za-z]+|\\[|{}]|[^\sA-Za-z\\])?)
      | (?P<row>\\\\(?:\[[^\]]*\])?)
      | (?P<env>\\(?:begin|end)\{[A-Za-z*]+\})
      | (?P<text>\\(?:text|textrm|mbox)\{[^{}]*\})
      | (?P<operator>\\operatorname\*?\{[^{}]*\})
      | (?P<command>\\[A-Za-z]+|\\[|{}])
      | (?P<char>[0-9A-Za-z()\[\]{}+\-*/=<>,.;:!|^_'&])
    """,
    re.VERBOSE,
)

LONGEST = 5000  # formula, in tokens
_SIDE = re.compile(r"\\(?:left|right)(?![A-Za-z])")
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
_DELIMITERS = frozenset((*CLOSERS, *CLOSERS.values(), "|", "\\|", "\\langle", "\\rangle"))
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
    tokens = list(islice(_scan(latex), LONGEST + 1))
    if len(tokens) > LONGEST:
        how = "give its parts names"
        raise Refusal(f"a formula of more than {LONGEST} marks", how, tokens[-1].span)
    _check_pairs(latex, tokens)
    return tokens


def skim(latex: str) -> list[Token]:
    """Split LaTeX into tokens, and pass over what no formula of the grammar contains.

    Examples
    --------
    >>> [token.text for token in skim("x ∈ y")]
    ['x', 'y']
    """
    found: list[Token] = []
    depth = 0
    for token in islice(_scan(latex, strict=False), LONGEST):
        depth += token.text == "{"
        if depth <= DEEPEST:
            found.append(token)
        depth -= token.text == "}"
    return found


def _scan(latex: str, *, strict: bool = True) -> Iterator[Token]:
    """Yield the tokens; what is none is refused, or passed over."""
    position = 0
    while position < len(latex):
        match = _PATTERN.match(latex, position)
        end = match.end() if match else position + 1
        try:
            text = _normal(match) if match else _outside(latex[position], (position, end))
        except Refusal:
            if strict:
                raise
            text = ""
        if text:
            yield Token(text, position, end)
        position = end


def _check_pairs(latex: str, tokens: list[Token]) -> None:
    r"""Refuse braces that are nested too deeply, and \left and \right that do not pair.

    The two of a pair stand between the same braces and in the same cell, as in TeX.
    """
    opened: list[Token] = []  # braces, environments and \left
    braces = 0
    for token in tokens:
        mark, side = token.text, _side(latex, token)
        braces += (mark == "{") - (mark == "}")
        if braces > DEEPEST:
            raise too_deep(token.span)
        closes = mark == "}" or mark.startswith("\\end{")
        paired = bool(opened) and _side(latex, opened[-1]) == "\\left"
        if paired and (closes or mark in ("&", "\\\\")):
            raise _unpaired(opened[-1], "\\left")
        if side == "\\right" and not paired:
            raise _unpaired(token, side)
        if side == "\\left" or mark == "{" or mark.startswith("\\begin{"):
            opened.append(token)
        elif opened and (side or closes):
            opened.pop()
    for token in opened:
        if side := _side(latex, token):
            raise _unpaired(token, side)


def _side(latex: str, token: Token) -> str:
    r"""Return the \left or \right that a token was written with."""
    match = _SIDE.match(latex, token.start)
    return match.group() if match else ""


def _unpaired(token: Token, side: str) -> Refusal:
    other = "\\right" if side == "\\left" else "\\left"
    return Refusal(f"this {side} has no {other}", "write both, or neither", token.span)


def with_comma(tokens: list[Token]) -> list[Token]:
    r"""Return the arguments of a call with a comma for \|, if this stands once between them.

    A norm has two of them, or is written with \left\| and \right\|.
    """
    depth, found = 0, list[int]()
    for at, token in enumerate(tokens):
        if depth == 0 and token.text in CLOSING:
            break
        depth += (token.text in OPENING) - (token.text in CLOSING)
        if depth == 0 and token.text == "\\|":
            found.append(at)
    if len(found) > 1 and len(found) % 2:
        how = r"write a comma between arguments, or norms with \left\| and \right\|"
        raise Refusal(r"which \| is between two arguments?", how, tokens[found[0]].span)
    changed = list(tokens)
    if len(found) == 1:
        changed[found[0]] = replace(tokens[found[0]], text=",")
    return changed


def too_deep(span: Span | None) -> Refusal:
    """Return the refusal of what is nested too deeply."""
    return Refusal(f"nested too deeply: {DEEPEST} levels are the most", "name the parts", span)


def _outside(mark: str, span: Span) -> NoReturn:
    """Refuse a character; a full-width one has a narrow form."""
    narrow = unicodedata.normalize("NFKC", mark)
    how = f"write {narrow}" if narrow != mark and narrow.isascii() else "write a LaTeX command"
    raise Refusal(f"'{mark}' is not part of the grammar", how, span)


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
        if mark not in _DELIMITERS:
            word = "\\right" if side else "\\left"
            raise Refusal(
                f"{word} before {mark or 'nothing'}: no bracket stands there",
                r"write \left( and \right), or neither",
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
