r"""LaTeX to tokens: each knows where it stands; spacing goes, synonyms become one form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple, NoReturn

from ..errors import Refusal, Span
from .vocabulary import CLOSERS, CLOSING, DEEPEST, KNOWN, OPENING

_PATTERN = re.compile(
    r"""(?P<space>\s+|\\[,;:!\ >]|~)
      | (?P<style>\\(?:displaystyle|textstyle|limits|nolimits|nonumber)(?![A-Za-z]))
      | (?P<size>\\(?:bigl|bigr|Bigl|Bigr|biggl|biggr|big|Big|bigg)(?![A-Za-z]))
      | (?P<fence>\\(?:left|right)(?![A-Za-z])\s*(?:\\[A-Za-z]+|\\[|{}]|[^\sA-Za-z\\])?)
      | (?P<row>\\\\(?:\[[^\]]*\])?)
      | (?P<env>\\(?:begin|end)\{[A-Za-z*]+\})
      | (?P<over>\\(?:stackrel|overset)\s*\{(?:[^{}]|\{[^{}]*\})*\}\s*(?:\{\s*=\s*\}|=))
      | (?P<roman>\\(?:mathrm|textrm)\{\s*(?:NAMES)\s*\}
        |\\mathop\{\s*\\(?:mathrm|textrm|text|operatorname)\{[A-Za-z~\s\\,]+\}\s*\})
      | (?P<text>\\(?:text|textrm|mbox)\{[^{}]*\})
      | (?P<operator>\\operatorname\*?\{[^{}]*\})
      | (?P<command>\\[A-Za-z]+|\\[|{}])
      | (?P<defines>:\s*=)
      | (?P<char>[0-9A-Za-z()\[\]{}+\-*/=<>,.;:!|^_'&])
    """.replace("NAMES", "|".join(sorted(KNOWN))),
    re.VERBOSE,
)

LONGEST = 5000  # formula, in tokens
KEPT = 500  # formulas and lines whose tokens are kept: each is read several times
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
    "\\triangleq": "=", "\\coloneqq": "=",
}  # fmt: skip
_DELIMITERS = frozenset((*CLOSERS, *CLOSERS.values(), "|", "\\|", "\\langle", "\\rangle"))
_OPTIMA = {
    **dict.fromkeys(("minimize", "minimise"), "\\min"),
    **dict.fromkeys(("maximize", "maximise"), "\\max"),
}
_FENCES = {"|": ("\\lvert", "\\rvert"), "\\|": ("\\lVert", "\\rVert")}


class Token(NamedTuple):
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
    return list(_tokens(latex))


@lru_cache(KEPT)
def _tokens(latex: str) -> tuple[Token, ...]:
    tokens = tuple(islice(_scan(latex), LONGEST + 1))
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


def _check_pairs(latex: str, tokens: tuple[Token, ...]) -> None:
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
    r"""Return the arguments of a call with a comma for \| or \mid, if one stands between them.

    A norm has two of the first, or is written with \left\| and \right\|.
    """
    found = _at_the_top(tokens, "\\|")
    mids = _at_the_top(tokens, "\\mid")
    if len(mids) > 1:
        raise Refusal(r"two \mid in one call", "write a comma", tokens[mids[1]].span)
    if len(found) > 1 and len(found) % 2:
        how = r"write a comma between arguments, or norms with \left\| and \right\|"
        raise Refusal(r"which \| is between two arguments?", how, tokens[found[0]].span)
    changed = list(tokens)
    for at in (*mids, *(found if len(found) == 1 else ())):
        changed[at] = tokens[at]._replace(text=",")
    return changed


def given_after(tokens: list[Token]) -> int:
    r"""Return after how many arguments of a call \mid stands; 0 if it has none.

    Examples
    --------
    >>> given_after(tokenize(r"x, y \mid f(z, u)")), given_after(tokenize(r"x, f(y \mid z)"))
    (2, 0)
    """
    mids = _at_the_top(tokens, "\\mid")
    return 1 + sum(at < mids[0] for at in _at_the_top(tokens, ",")) if mids else 0


def _at_the_top(tokens: list[Token], mark: str) -> list[int]:
    """Return where a mark stands among the arguments of a call, outside of all brackets."""
    depth, found = 0, list[int]()
    for at, token in enumerate(tokens):
        if depth == 0 and token.text in CLOSING:
            break
        depth += (token.text in OPENING) - (token.text in CLOSING)
        if depth == 0 and token.text == mark:
            found.append(at)
    return found


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
    if kind in ("operator", "roman"):
        return _function(text)
    if kind == "defines":
        return "="
    if kind == "over":
        return _equals_over(text, match.span())
    return _SYNONYMS.get(text, text)


def _function(text: str) -> str:
    r"""Return the normal form of an upright name: \max for \mathrm{max}, \operatorname{max}."""
    name = re.sub(r"\\[,;:! ]|[\s~{}]", "", text[text.index("{") + 1 : -1])
    name = re.sub(r"\\(mathrm|textrm|text|operatorname)", "", name)
    return _OPTIMA.get(name, "\\" + name if name in KNOWN else "\\operatorname{" + name + "}")


def _equals_over(text: str, span: Span) -> str:
    """Return an equals sign for one with "def" over it; what else stands there is refused."""
    label = text[text.index("{") : text.rindex("=")].rpartition("}")[0]
    if re.sub(r"\\[A-Za-z]+|[{}\s.]", "", label) not in ("", "def", "set"):
        raise Refusal(
            "an equals sign with a word over it", "write = , or := for a definition", span
        )
    return "="
