r"""Break a displayed equation before its relations, for a page that is narrower than a screen.

Only an equation that nothing aligns yet is broken, and only outside all brackets and commands:
``a = b + c = d`` becomes ``a &= b + c \\ &= d``.
"""

from __future__ import annotations

import re

RELATION = re.compile(r"=|\\(?:le|ge|leq|geq|approx|rightarrow|to|iff)(?![A-Za-z])")
TERM = re.compile(r"[+]|(?<=[\s}\])|])-")
STATEMENT_ENDS = (r"\quad", r"\qquad")
TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|.", re.DOTALL)
OPENING = {"{", "(", "[", r"\{", r"\left", r"\begin", r"\bigl", r"\Bigl"}
CLOSING = {"}", ")", "]", r"\}", r"\right", r"\end", r"\bigr", r"\Bigr"}


def broken(latex: str) -> str:
    r"""Return the equation in lines, or nothing where it has no place to be broken at.

    Examples
    --------
    >>> broken("a = b = c")
    'a &= b \\\\ &= c'
    >>> broken(r"a = b, \qquad c = d")
    '&a = b, \\\\ &c = d'
    >>> broken("f(x = 1)")
    ''
    >>> broken("a &= b")
    ''
    """
    if "&" in latex or r"\\" in latex:
        return ""
    places = list(_places(latex))
    statements = [place for place, token in places if token in STATEMENT_ENDS]
    if statements:
        cuts = [0, *statements, len(latex)]
        parts = [latex[start:end].strip() for start, end in zip(cuts, cuts[1:], strict=False)]
        lines = [parts[0], *(part[len(part.split()[0]) :].strip() for part in parts[1:])]
        return r" \\ ".join(f"&{line}" for line in lines)
    relations = [place for place, token in places if RELATION.fullmatch(token)]
    if not relations:
        return ""
    first, *others = relations
    terms = [place for place, token in places if token in "+-" and place > first]
    lines, start = [], 0
    if others:
        for place in others:
            lines.append(latex[start:place].strip())
            start = place
        lines.append(latex[start:].strip())
        lines[0] = f"{latex[:first].strip()} &{lines[0][first:]}"
        return r" \\ ".join([lines[0], *(f"&{line}" for line in lines[1:])])
    if not terms:
        return ""
    middle = min(terms, key=lambda place: abs(place - (first + len(latex)) / 2))
    head, tail = latex[first:middle].strip(), latex[middle:].strip()
    return rf"{latex[:first].strip()} &{head} \\ &\qquad {tail}"


def _places(latex: str) -> list[tuple[int, str]]:
    """Return the relations and signs that stand outside all brackets, with their positions."""
    found, depth, place = [], 0, 0
    for match in TOKEN.finditer(latex):
        token, place = match[0], match.start()
        if token in OPENING:
            depth += 1
        elif token in CLOSING:
            depth -= 1
        elif depth == 0 and (RELATION.fullmatch(token) or token in "+-" or token in STATEMENT_ENDS):
            found.append((place, token))
    return found
