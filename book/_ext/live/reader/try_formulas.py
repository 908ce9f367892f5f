r"""A formula that a reader wrote, against the one that the page expects, on its own draws.

A task is what the page says: ``left`` and ``right`` are the sides of the expected formula, and
``without`` are names that the answer does without.  Any equivalent form of ``right`` is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np

from eqcheck import Page, Refusal, check, letters, mutants
from eqcheck.grammar import tree
from eqcheck.grammar.lexer import skim
from eqcheck.grammar.names import text
from eqcheck.grammar.statements import parse_expression
from eqcheck.values import arithmetic
from eqcheck.values.arithmetic import Array
from eqcheck.values.scope import Scope
from eqcheck.values.work import computing

from .likeness import Pair, alike, likeness
from .verdicts import refused, verdict

Verdict = dict[str, Any]
FEW = 3  # draws on which answers are told apart
UNDONE = {tree.Gradient, tree.Partial, tree.Expectation, tree.Limit, tree.Optimum}
# What changes a formula into a wrong version of it, and what that says of an answer.
SLIPS = (
    (r"sign of ", "sign"),
    (r"drop term ", "term"),
    (r"drop (factor|denominator) ", "factor"),
    (r"drop (exponent|root)", "exponent"),
    (r"drop transpose|transpose ", "transpose"),
    (r"drop the average", "average"),
    (r"swap ", "order"),
    (r"\\odot -> ", "entrywise"),
    (r"norm of kind ", "norm"),
    (r"upper bound ", "bound"),
    (r"index ", "index"),
    (r"[\d.]+ -> ", "number"),
    (r".* -> ", "name"),
)
EITHER_WAY = ("term", "factor")  # one is missing, or there is one too many


def judge(page: Page, task: dict[str, Any], answer: str) -> Verdict:
    """Hold an answer against the expected side on the page's draws."""
    answer = right_side(task, answer)
    if not answer:
        return {"state": "refused", "why": "empty"}
    try:
        node = parse_expression(answer, page.table)
    except Refusal as refusal:
        return _refused(refusal, answer)
    undone = _undone(page, task, node, answer)
    if undone:
        return {"state": "refused", **undone}
    try:
        [shapes] = _pairs(page, answer, task["right"], draws=1)
    except Refusal as refusal:
        return _refused(refusal, answer)
    got, wanted = ([*side.shape] for side in shapes)
    if got != wanted:
        return {"state": "wrong", "why": "shape", "got": got, "wanted": wanted}
    if node == parse_expression(task["right"], page.table):
        return {"state": "checked", "draws": 1}
    result = check(page, f"{answer} = {task['right']}", attack=False)
    if result.state == "checked":
        other = check(_resized(page), f"{answer} = {task['right']}", attack=False)
        if other.state != "wrong":  # other sizes may be refused, where a page wants its own
            return {"state": "checked", "draws": result.draws}
        result = other
    if result.state != "wrong":
        return _refused(result.refusal or Refusal(result.message), answer)
    found: Verdict = {"state": "wrong", "why": "values"}
    witness = verdict(result).get("witness")
    if witness:
        (_, got), (_, wanted) = witness["sides"]
        found |= {"given": witness["draw"], "got": got, "wanted": wanted}
    return found


def hints(page: Page, task: dict[str, Any], answer: str) -> list[str]:
    """Return what may help a reader on: what the values have in common, then what slip it was.

    Slips are found by trying wrong versions backwards: the answer is one of the expected side, or
    the expected side is one of the answer.
    """
    answer = right_side(task, answer)
    found: list[str] = []
    with suppress(Refusal):
        pairs = _pairs(page, answer, task["right"])
        found += filter(None, [likeness(pairs)])
        wrong, right = ([pair[side] for pair in pairs] for side in (0, 1))
        found += [
            *_slips(page, task["right"], wrong, "missing"),
            *_slips(page, answer, right, "extra"),
        ]
    return [*dict.fromkeys(found)]


def same(page: Page, one: str, two: str) -> bool:
    """Tell whether two answers have the same values."""
    try:
        pairs = _pairs(page, one, two)
    except Refusal:
        return False
    return all(_equal(*pair) for pair in pairs)


def right_side(task: dict[str, Any], answer: str) -> str:
    """Return an answer without the left side that a reader has written once more."""
    left, right = sides(answer)
    again = right and text(skim(left)) == text(skim(task["left"]))
    return right if again else answer.strip()


def sides(latex: str) -> tuple[str, str]:
    r"""Return both sides of an equation, cut at its first sign outside of braces.

    >>> sides(r"\sum_{i=1}^{n} x_i = n\bar{x}")
    ('\\sum_{i=1}^{n} x_i', 'n\\bar{x}')
    """
    depth = 0
    for place, character in enumerate(latex):
        depth += (character == "{") - (character == "}")
        if character == "=" and not depth:
            return latex[:place].strip(), latex[place + 1 :].strip()
    return latex.strip(), ""


def _undone(page: Page, task: dict[str, Any], node: tree.Node, answer: str) -> Verdict:
    """Say what an answer uses although it is to be worked out; nothing if it does not."""
    asked = parse_expression(task["left"], page.table)
    kinds = {type(part) for part in asked.walk()} & UNDONE
    if any(type(part) in kinds or part == asked for part in node.walk()):
        return {"why": "undone"}
    avoided = (name for name in task["without"] if letters(name) <= letters(answer))
    found = next(avoided, "")
    return {"why": "without", "detail": found} if found else {}


def _resized(page: Page) -> Page:
    """Return a page with other dimensions: who writes 6 for n is right on the page's own alone."""
    other = page.with_definitions((), page.table.copy())
    other.table.dimensions.update({name: n + 1 for name, n in page.table.dimensions.items()})
    return other


def _refused(refusal: Refusal, answer: str) -> Verdict:
    return {"state": "refused", "why": "unread", **refused(refusal, answer)}


def _pairs(page: Page, one: str, two: str, draws: int = FEW) -> list[Pair]:
    """Return the values of two expressions on some draws."""
    nodes = [parse_expression(latex, page.table) for latex in (one, two)]
    with computing():
        scopes = [Scope(page, seed) for seed in range(draws)]
        return [(_value(scope, nodes[0]), _value(scope, nodes[1])) for scope in scopes]


def _value(scope: Scope, node: tree.Node) -> Array:
    return np.asarray(arithmetic.to_numpy(scope.evaluate(node)))


def _equal(one: Any, two: Any) -> bool:
    return np.shape(one) == np.shape(two) and alike(one, two)


def _slips(page: Page, latex: str, values: list[Any], way: str) -> Iterator[str]:
    """Yield what a formula's wrong versions are called that have such values."""
    zero = "0 = "
    for mutant in mutants(zero + latex, page):
        if not mutant.latex.startswith(zero):
            continue
        with suppress(Refusal):
            version = mutant.latex.removeprefix(zero)
            tried = (value for value, _ in _pairs(page, version, version))
            if all(map(_equal, tried, values)):
                kind = next(slip for pattern, slip in SLIPS if re.match(pattern, mutant.name))
                yield f"{kind}-{way}" if kind in EITHER_WAY else kind
