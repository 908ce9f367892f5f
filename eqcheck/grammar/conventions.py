r"""Conventions: what a page says of signs that have two readings, such as \partial : gradient.

Nothing is assumed where a page is silent: then the sign is refused, and the line that would say it
is told.
"""

from __future__ import annotations

from ..errors import Refusal
from .lexer import tokenize
from .names import read_name, text

GRADIENT, JACOBIAN = "gradient", "jacobian"  # the variable's axes first, or the output's
ENTRYWISE = "entrywise"
CHAIN_RULE = "chain rule"  # a name that multiplies derivatives
WORDS = (GRADIENT, JACOBIAN, ENTRYWISE, CHAIN_RULE)
SIGNS = {
    "\\partial": (GRADIENT, JACOBIAN),
    "\\frac": (ENTRYWISE,),
    "\\sqrt": (ENTRYWISE,),
    "^": (ENTRYWISE,),
    "+": (ENTRYWISE,),
}


def convention(written: str, word: str) -> str:
    r"""Return the sign or the name of a convention in its canonical form.

    Raises
    ------
    Refusal
        If nothing of the kind can be said of it.

    Examples
    --------
    >>> convention(r"\partial", "gradient"), convention(r"\operatorname{prod}", "chain rule")
    ('\\partial', '\\operatorname{prod}')
    """
    tokens = tokenize(written)
    sign = text(tokens)
    if word == CHAIN_RULE:
        name, at = read_name(tokens, 0)
        if at == len(tokens):
            return name.key
    if word not in SIGNS.get(sign, ()):
        known = ", ".join(f"{known} : {' or '.join(words)}" for known, words in SIGNS.items())
        raise Refusal(f"{sign} : {word} says nothing that is known", f"known are {known}")
    return sign
