"""Other ways to write a formula: its sides exchanged, or two terms of a sum; as true as it is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ..errors import Span
from ..grammar import tree
from ..grammar.statements import parse_display
from ..grammar.tree import Node
from ..values.page import Page
from .edits import Edit


def rewritings(latex: str, page: Page) -> list[str]:
    r"""Return versions of a formula that say the same.

    But where a left side is defined, or compared with code, it may have to stay there: run them.

    Raises
    ------
    Refusal
        If the formula cannot be read.

    Examples
    --------
    >>> rewritings("x - y = z", Page("x, y, z : R"))
    ['z = x - y', '-y + x = z']
    """
    display, _ = parse_display(latex, page.table, introduce=False)
    edits = [*_sides(latex, display), *_below(latex, display)]
    return [edit.apply(latex) for edit in edits]


def _sides(latex: str, display: tree.Display) -> Iterator[Edit]:
    if len(display.statements) == 1 and "&" not in latex:
        [statement] = display.statements
        if isinstance(statement, tree.Chain) and statement.relations == ("=",):
            left, right = (part.span for part in statement.parts)
            yield _exchange(latex, left, right)


def _below(latex: str, node: Node) -> Iterator[Edit]:
    if isinstance(node, tree.Add):
        for one, two in pairwise(range(len(node.terms))):
            if not any(isinstance(node.terms[place], tree.Dots) for place in (one, two)):
                yield _terms(latex, node, one, two)
    for child in node.children():
        yield from _below(latex, child)


def _terms(latex: str, node: tree.Add, one: int, two: int) -> Edit:
    """Exchange two terms that stand side by side, each with its sign."""
    (sign, first), (other, second) = (_signed(latex, node, place) for place in (one, two))
    opening = f"{other} " if one else other.replace("+", "")  # the first of all shows a minus only
    begin = (node.operators[one] or node.terms[one].span)[0]
    new = f"{opening}{second} {sign} {first}"
    return Edit("swap terms", (begin, node.terms[two].span[1]), new)


def _signed(latex: str, node: tree.Add, place: int) -> tuple[str, str]:
    text = latex[slice(*node.terms[place].span)].strip()
    span = node.operators[place]
    if span is not None:
        return latex[span[0]], text.removeprefix(latex[span[0]]).strip()
    return ("-", text[1:].strip()) if text.startswith("-") else ("+", text)


def _exchange(latex: str, left: Span, right: Span) -> Edit:
    between = latex[left[1] : right[0]]
    new = f"{latex[slice(*right)].strip()}{between}{latex[slice(*left)].strip()}"
    return Edit("swap sides", (left[0], right[1]), new)
