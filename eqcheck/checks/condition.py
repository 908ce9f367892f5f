r"""Conditions and choices: a = b is no claim there, but it must be possible on the table's values.

A name that takes a value, as in "let \eta = 0.5", can take it if the value lies in the name's
domain, its ends included; it has this value in all other relations of the condition.  These must be
met on one and the same draw; an equality can hold if the draws that meet the rest have it between
them.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise

import numpy as np

from ..errors import Refusal
from ..grammar import tree
from ..grammar.domains import Domain
from ..grammar.statements import parse_display
from ..grammar.tree import Node
from ..values.arithmetic import Array, Value, plain
from ..values.page import Page
from ..values.scope import Scope
from ..values.work import computing
from .compare import Comparisons, Options
from .edges import NO_VALUE, other_draws
from .gap import difference
from .report import Result

DRAWS = 100
TOLERANCE = 1e-9
EQUAL = ("=", "\\approx", "\\to")


def check_condition(page: Page, latex: str, *, label: str = "", name: str = "") -> Result:
    r"""Run a condition: it is checked if values of the declared domains can satisfy it.

    Examples
    --------
    >>> page = Page("\\eta : (0, 1)")
    >>> [check_condition(page, latex).state for latex in (r"\eta = 0.5", r"\eta = 1.5")]
    ['checked', 'wrong']
    """

    def result(state: str, message: str = "", draws: int = 0, missing: str = "") -> Result:
        told = {"message": message, "draws": draws, "missing": missing}
        return Result(label, name, "condition", state, latex, **told)  # type: ignore[arg-type]

    try:
        with computing():
            draws = _drawn_until_met(page, latex)
    except Refusal as refusal:
        return result("refused", refusal.located(latex), missing=refusal.missing)
    if draws is None:
        return result("wrong", "no values of the declared domains satisfy it", DRAWS)
    return result("checked", draws=draws)


def _drawn_until_met(page: Page, latex: str) -> int | None:
    """Return how many draws it took until all of the condition was met; None if none met it."""
    options = Options("identity", "", TOLERANCE, "", "")
    options.work.take(len(latex))
    display, table = parse_display(latex, page.table, introduce=False)
    local = page.with_definitions((), table)
    runner = Comparisons(page, local, latex, display, options)
    relations = _relations(runner, display)
    scopes = [Scope(local, seed, work=options.work) for seed in range(DRAWS)]
    for number, scope in enumerate(scopes, start=1):
        if _met(relations, scope):
            return number
    for scope in other_draws(scopes):
        with suppress(*NO_VALUE):
            if _met(relations, scope):
                return DRAWS
        options.work.take(0)  # what was too much work is no draw to pass over
    return None


def _relations(runner: Comparisons, display: tree.Display) -> list[_Relation]:
    """Return the relations: equalities first, and of these what names least."""
    found = []
    for statement in display.statements:
        if not isinstance(statement, tree.Chain) or not statement.relations:
            raise Refusal("no condition: there is no relation in it", span=statement.span)
        sides = pairwise(statement.parts)
        found += [
            _Relation(runner, relation, *pair)
            for relation, pair in zip(statement.relations, sides, strict=True)
        ]
    return sorted(found, key=lambda each: (not each.is_equality, len(each.names)))


def _met(relations: list[_Relation], scope: Scope) -> bool:
    """Tell whether one draw, with the values that names take, can meet all relations."""
    taken = _Taken(scope)
    compared, excluded = [], False
    for relation in relations:
        admitted = taken.take(relation) if relation.is_equality else relation.holds(taken.scope)
        if admitted is None:
            compared.append(relation)
        excluded = excluded or admitted is False  # all names are drawn nonetheless
    if excluded:
        return False
    possible = [relation.can_hold(taken) for relation in compared]  # each notes its sides
    return all(possible)


class _Relation:
    """One relation, and on which sides of equality the draws so far have been."""

    def __init__(self, runner: Comparisons, relation: str, left: Node, right: Node) -> None:
        self.runner, self.relation, self.left, self.right = runner, relation, left, right
        self.is_equality = relation in EQUAL
        self.names = _names(left) | _names(right)
        self.below = self.above = np.asarray(False)
        if self.is_equality and left == right:
            raise Refusal("both sides are the same expression", span=right.span)

    def holds(self, scope: Scope) -> bool:
        """Tell whether it holds on this draw."""
        if self.relation == "\\ne":
            one, two = scope.evaluate(self.left), scope.evaluate(self.right)
            return difference(one, two, self.right).error > TOLERANCE
        return self.runner.relation(scope, self.relation, self.left, self.right).error == 0

    def can_hold(self, taken: _Taken) -> bool:
        """Tell whether its sides are equal on this draw, or lay on both sides of equality."""
        gap = difference(taken.evaluate(self.left), taken.evaluate(self.right), self.right)
        assert gap.sides is not None
        rest = np.real(gap.sides[0] - gap.sides[1])
        self.below, self.above = self.below | (rest < 0), self.above | (rest > 0)
        return gap.error <= TOLERANCE or bool(np.all(self.below & self.above))


class _Taken:
    """A draw on which names take values, each once; what a value was computed from stays."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.values: dict[Node, Value] = {}
        self.fixed: set[Node] = set()

    def evaluate(self, side: Node) -> Value:
        """Return the value that a name takes; of anything else, its own."""
        return self.values[side] if side in self.values else self.scope.evaluate(side)

    def take(self, equality: _Relation) -> bool | None:
        """Let a name take the value on the other side, if it may; None if none is free to."""
        pairs = (equality.left, equality.right), (equality.right, equality.left)
        for name, node in pairs:
            if name in self.fixed or tree.mentions(node, name):
                continue
            value = np.real(plain(self.evaluate(node)))
            admitted = admits(self.scope, name, node, value, equality.relation)
            if admitted:
                self.values[name] = value
                self.fixed |= equality.names
                if equality.relation == "=":
                    self._bind(name, value)
            if admitted is not None:
                return admitted
        return None

    def _bind(self, name: Node, value: Array) -> None:
        assert isinstance(name, tree.Symbol | tree.Member)
        table = self.scope.page.table
        if table.is_index(name.name):
            self.scope = self.scope.at(**{name.name: round(float(value))})
        elif name.name not in table.dimensions:  # of these, shapes depend on the table's
            self.scope = self.scope.binding({self.scope.key(name): value})


def _names(node: Node) -> set[Node]:
    return {item for item in node.walk() if isinstance(item, tree.Symbol | tree.Member)}


def admits(scope: Scope, name: Node, node: Node, value: Array, relation: str) -> bool | None:
    """Tell whether a name may take a value; None if it is no name, or is not drawn."""
    if not isinstance(name, tree.Symbol | tree.Member):
        return None
    table = scope.page.table
    endless = relation == "\\to" and bool(np.all(value == np.inf))
    if name.name in table.dimensions:
        return endless or scope.integer(node) >= 1
    declaration = table.declaration_of(name.name)
    drawn = declaration is not None and not declaration.flags and declaration.code is None
    if declaration is None or declaration.domain is None or not drawn:
        return None
    if declaration.is_index:
        low, high = map(scope.latex_integer, declaration.domain.parameters)
        return low <= scope.integer(node) <= high
    if scope.array(name).shape != value.shape:
        difference(scope.evaluate(name), value, node)  # refuses, and says what the shapes are
    if relation != "\\to" and not np.all(np.isfinite(value)):
        return False
    if relation != "\\to" and declaration.domain.kind == "R*":
        return bool(np.all(value != 0))
    return _lies_in(scope, declaration.domain, value)


def _lies_in(scope: Scope, domain: Domain, value: Array) -> bool | None:
    """Tell whether a value lies in a domain or on its edge; None where that is not known."""
    ends: Sequence[float] = ()
    if domain.kind in ("interval", "finite", "whole"):
        parts = (scope.array(scope.page.expression(part)) for part in domain.parameters)
        ends = [float(np.real(part)) for part in parts]
    if domain.kind in ("R", "R*"):
        return True
    if domain.kind == "R+":
        return bool(np.all(value >= 0))
    if domain.kind == "interval":
        return bool(np.all((value >= ends[0]) & (value <= ends[1])))
    if domain.kind == "finite":
        return bool(np.all(np.isin(value, ends)))
    if domain.kind == "simplex":
        sums = value.sum(axis=0 if value.shape[1:] == (1,) else 1)
        return bool(np.all(value >= 0) and np.all(abs(sums - 1) <= TOLERANCE))
    if domain.kind == "whole":
        return bool(np.all((value == np.round(value)) & (value >= ends[0]) & (value <= ends[1])))
    return None
