r"""Conditions and choices: a = b is no claim there, but it must be possible on the table's values.

A name that takes a value, as in "let \eta = 0.5", can take it if the value lies in the name's
domain, its ends included.  What has no name alone on one side can hold if random draws meet it, or
have it between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ..errors import Refusal
from ..grammar import tree
from ..grammar.domains import Domain
from ..grammar.statements import parse_display
from ..grammar.tree import Node
from ..values.arithmetic import Array
from ..values.page import Page
from ..values.scope import Scope
from .compare import Comparisons, Options
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
        with np.errstate(all="ignore"):
            draws = _drawn_until_met(page, latex)
    except Refusal as refusal:
        return result("refused", refusal.located(latex), missing=refusal.missing)
    except (ArithmeticError, np.linalg.LinAlgError) as error:
        return result("refused", f"a value cannot be computed: {error}")
    if draws > DRAWS:
        return result("wrong", "no values of the declared domains satisfy it", DRAWS)
    return result("checked", draws=draws)


def _drawn_until_met(page: Page, latex: str) -> int:
    """Return how many draws it took until all of the condition was met; else one more than all."""
    display, table = parse_display(latex, page.table, introduce=False)
    local = page.with_definitions((), table)
    options = Options("identity", "", TOLERANCE, "", "")
    runner = Comparisons(page, local, latex, display, options)
    waiting = [_Relation(runner, *item) for item in _relations(display)]
    for seed in range(DRAWS):
        scope = Scope(local, seed)
        waiting = [relation for relation in waiting if not relation.met(scope)]
        if not waiting:
            return seed + 1
    return DRAWS + 1


def _relations(display: tree.Display) -> list[tuple[str, Node, Node]]:
    found = []
    for statement in display.statements:
        if not isinstance(statement, tree.Chain):
            raise Refusal("no condition: there is no relation in it", span=statement.span)
        sides = pairwise(statement.parts)
        found += [
            (relation, *pair) for relation, pair in zip(statement.relations, sides, strict=True)
        ]
    return found


class _Relation:
    """One relation, and on which sides of equality the draws so far have been."""

    def __init__(self, runner: Comparisons, relation: str, left: Node, right: Node) -> None:
        self.runner, self.relation, self.left, self.right = runner, relation, left, right
        self.below = self.above = np.asarray(False)

    def met(self, scope: Scope) -> bool:
        """Tell whether it can hold, by this draw and those before it."""
        if self.relation == "\\ne":
            one, two = scope.evaluate(self.left), scope.evaluate(self.right)
            return difference(one, two, self.right).error > TOLERANCE
        if self.relation not in EQUAL:
            return self.runner.relation(scope, self.relation, self.left, self.right).error == 0
        for name, value in ((self.left, self.right), (self.right, self.left)):
            admitted = _admits(scope, name, value)
            if admitted is not None:
                return admitted
        gap = difference(scope.evaluate(self.left), scope.evaluate(self.right), self.right)
        assert gap.sides is not None
        rest = np.real(gap.sides[0] - gap.sides[1])
        self.below, self.above = self.below | (rest < 0), self.above | (rest > 0)
        return gap.error <= TOLERANCE or bool(np.all(self.below & self.above))


def _admits(scope: Scope, name: Node, node: Node) -> bool | None:
    """Tell whether a name may take a value; None if it is no name, or is not drawn."""
    if not isinstance(name, tree.Symbol | tree.Member):
        return None
    table = scope.page.table
    if name.name in table.dimensions:
        return scope.integer(node) >= 1
    declaration = table.declaration_of(name.name)
    drawn = declaration is not None and not declaration.flags and declaration.code is None
    if declaration is None or declaration.domain is None or not drawn:
        return None
    if declaration.is_index:
        low, high = map(scope.latex_integer, declaration.domain.parameters)
        return low <= scope.integer(node) <= high
    value = np.real(scope.array(node))
    if scope.array(name).shape != value.shape:
        difference(scope.evaluate(name), value, node)  # refuses, and says what the shapes are
    return _lies_in(scope, declaration.domain, value)


def _lies_in(scope: Scope, domain: Domain, value: Array) -> bool | None:
    """Tell whether a value lies in a domain or on its edge; None where that is not known."""
    ends: Sequence[float] = ()
    if domain.kind in ("interval", "finite"):
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
    return None
