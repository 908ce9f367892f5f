r"""Break a displayed equation for a page that is narrower than a screen.

Only an equation that nothing aligns yet is broken, and only outside all brackets and commands:
after each of several statements, else before each relation but the first, else before the sign
nearest to the middle.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

BREAK = r" \\ "
SPACE = re.compile(r"\\q?quad")
RELATION = re.compile(r"=|\\(?:le|ge|leq|geq|approx|to|rightarrow|iff)")
SIGN = re.compile(r"[+-]")
TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|.", re.DOTALL)
OPENING = {"{", "(", "[", r"\{", r"\left", r"\begin", r"\bigl", r"\Bigl"}
CLOSING = {"}", ")", "]", r"\}", r"\right", r"\end", r"\bigr", r"\Bigr"}


def broken(latex: str) -> str:
    r"""Return the equation in aligned lines, or nothing where it has no place to be broken at.

    Examples
    --------
    >>> print(broken(r"a = b, \qquad c = d"))
    &a = b, \\ &c = d
    >>> print(broken("a = b + c = d"))
    a &= b + c \\ &= d
    >>> print(broken("a = b + c"))
    a &= b \\ &\qquad + c
    >>> broken("f(x = 1)"), broken("a &= b")
    ('', '')
    """
    if "&" in latex or r"\\" in latex:
        return ""
    if spaces := list(_outside(latex, SPACE)):
        parts = (SPACE.sub("", part, count=1).strip() for part in _cut(latex, spaces))
        return BREAK.join(f"&{part}" for part in parts)
    relations = list(_outside(latex, RELATION))
    if not relations:
        return ""
    left, *sides = _cut(latex, relations)
    if len(sides) > 1:
        return f"{left} " + BREAK.join(f"&{side}" for side in sides)
    signs = [
        place
        for place in _outside(latex, SIGN)
        if TOKEN.sub("", latex[relations[0] : place], count=1).strip()  # else it is a number's
    ]
    if not signs:
        return ""
    middle = min(signs, key=lambda place: abs(place - (relations[0] + len(latex)) / 2))
    start, end = _cut(latex[relations[0] :], [middle - relations[0]])
    return rf"{left} &{start}{BREAK}&\qquad {end}"


def _cut(latex: str, places: Sequence[int]) -> list[str]:
    return [latex[start:end].strip() for start, end in pairwise([0, *places, len(latex)])]


def _outside(latex: str, wanted: re.Pattern[str]) -> Iterator[int]:
    """Yield where a token stands outside all brackets."""
    depth = 0
    for match in TOKEN.finditer(latex):
        depth += (match[0] in OPENING) - (match[0] in CLOSING)
        if depth == 0 and wanted.fullmatch(match[0]):
            yield match.start()
