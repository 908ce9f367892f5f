r"""Wrong versions that are not wrong: they say the same, or what is true of all values.

This is proved, by normal forms, and never tried out: a wrong version that merely agrees on all
draws lives, and is for the author to explain.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ..errors import Refusal
from ..grammar import tree
from ..grammar.statements import parse_display
from ..grammar.tree import Node
from ..values.page import Page, defining
from ..values.scope import Scope
from ..values.work import Work, computing
from .compare import Comparisons, Options
from .proofs.cases import same_cases
from .proofs.forms import added, scaled
from .proofs.normal import Normal
from .proofs.signs import is_never_negative

MOST = 200  # values of indices that are tried, all or none
_CLAIMS = ("identity", "bound", "optimality")  # kinds that compare the sides of a relation
SAME = "multiplied out, it is the same"
TRUE = "its sides are the same for all values"
DOMAINS = "it is true of all values of the domains"


def why_equivalent(
    page: Page, latex: str, mutant: str, options: Options, work: Work | None = None
) -> str:
    r"""Return why a version of a formula that holds is true as well; "" if that is not proved.

    ``work`` bounds what all versions of a formula may take.

    Examples
    --------
    >>> page, options = Page("x, y : R"), Options("identity", "", 1e-9, "", "")
    >>> why_equivalent(page, "x (y + 1) = x y + x", "x (1 + y) = x y + x", options)
    'multiplied out, it is the same'
    >>> why_equivalent(page, "(x - y)^2 = x^2 - 2xy + y^2", "(x + y)^2 = x^2 - 2xy + y^2", options)
    ''
    """
    try:
        with computing():
            return _Proof(page, latex, mutant, options, work or Work()).why()
    except (Refusal, ArithmeticError, RecursionError):
        return ""  # what is too long, or has no value, is not proved


class _Proof:
    """A formula and a version of it, read side by side."""

    def __init__(self, page: Page, latex: str, mutant: str, options: Options, work: Work) -> None:
        self.display, table = parse_display(latex, page.table, introduce=False)
        self.other, _ = parse_display(mutant, page.table, introduce=False)
        self.local = page.with_definitions(self.display.statements, table)
        self.options, self.work = options, work
        self.runner = Comparisons(page, self.local, latex, self.display, options)
        self.defined = defining(self.display.statements, table, page.definitions)
        self.because: tuple[Counter[str], Counter[str]] = (Counter(), Counter())

    def why(self) -> str:
        """Return the rules that make the difference, if all statements that differ are proved."""
        ones, others = self.display.statements, self.other.statements
        if len(ones) != len(others) or self.display.conditions != self.other.conditions:
            return ""
        for one, other in zip(ones, others, strict=True):
            if one != other and not self.is_proved(one, other):
                return ""
        before, after = self.because
        rules = [*(before | after)]
        different = [rule for rule in rules if before[rule] != after[rule]]
        return "; ".join(different or rules or [SAME])

    def is_proved(self, one: Node, other: Node) -> bool:
        """Whether a statement says the same as another, or is true, at all values of indices."""
        if not isinstance(one, tree.Chain) or not isinstance(other, tree.Chain):
            return False
        if one.relations != other.relations or len(one.parts) != len(other.parts):
            return False
        if one.given != other.given:  # it may be the condition that is wrong
            return False
        dots = any(isinstance(part, tree.Dots) for node in (one, other) for part in node.walk())
        draw = Scope(self.local, 0, work=self.work)
        bound = self.runner.bound_left(draw, one.parts[0])
        if dots and bound.indices:
            return False
        return all(
            self.holds(Normal(bound.at(**at), numbered=dots), one, other)
            for at in (self.values(draw, one, other) if dots else [{}])
        )

    def values(self, draw: Scope, *nodes: Node) -> Iterator[Mapping[str, int]]:
        """Yield all values of the indices that are written."""
        table = self.local.table
        names = {getattr(part, "name", "") for node in nodes for part in node.walk()}
        ranges = {}
        for name in sorted(names):
            declaration = table.declarations.get(name)
            if declaration is not None and declaration.is_index:
                assert declaration.domain is not None
                low, high = map(draw.latex_integer, declaration.domain.parameters)
                ranges[name] = range(low, high + 1)
        found = [*itertools.islice(itertools.product(*ranges.values()), MOST + 1)]
        if len(found) > MOST:
            raise Refusal("too many values of indices")
        return (dict(zip(ranges, values, strict=True)) for values in found)

    def holds(self, normal: Normal, one: tree.Chain, other: tree.Chain) -> bool:
        """Whether each part has the value that it had, or the relations at the others are true."""
        first, second = (replace(normal, because=counts) for counts in self.because)
        defines = id(one) in self.defined
        if defines and one.parts[0] != other.parts[0]:
            return False
        differing = set[int]()
        for place, (left, right) in enumerate(zip(one.parts, other.parts, strict=True)):
            knows = not (defines and place == 1)  # who calls it may put other values for its names
            sides = (replace(first, unfolds=knows), replace(second, unfolds=knows))
            if left != right and not _are_the_same(*sides, left, right):
                differing.add(place)
        if differing and (defines or self.options.kind not in _CLAIMS):
            return False
        return all(
            _is_true(second, relation, *other.parts[place : place + 2])
            for place, relation in enumerate(other.relations)
            if {place, place + 1} & differing
        )


def _are_the_same(first: Normal, second: Normal, one: Node, other: Node) -> bool:
    if isinstance(one, tree.Cases) and isinstance(other, tree.Cases):
        return same_cases(first, second, one, other)
    return first.form(one) == second.form(other)


def _is_true(normal: Normal, relation: str, left: Node, right: Node) -> bool:
    """Whether a relation holds for all values."""
    try:
        one, two = normal.form(left), normal.form(right)
    except Refusal:
        return False
    if relation == "=":
        normal.because[TRUE] += 1
        return one == two
    if relation in ("\\le", "\\ge"):
        normal.because[DOMAINS] += 1
        excess = added([two, scaled(one, -1)])
        return is_never_negative(normal, excess if relation == "\\le" else scaled(excess, -1))
    return False
