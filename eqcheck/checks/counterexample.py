"""The smallest draw that shows that a formula is wrong: names, values, and both sides.

The draw on which the sides differ is made smaller step by step, and evaluated again after each:
smaller dimensions, small integers, zeros. What shows nothing any more, or shows it at a kink only,
is not taken. Functions that are drawn become simple ones. Where no values can be told (another
function, a rate), nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from ..grammar.domains import CONSTANT
from ..grammar.statements import parse_display
from ..values.arithmetic import Array
from ..values.lookup import bounds_of
from ..values.page import Page
from ..values.scope import Scope
from ..values.work import computing
from .compare import Comparisons, Options
from .edges import FREE, NO_VALUE, Drawn, contains, domain_of, drawn_on, edge_gaps, with_values
from .gap import Gap
from .sentence import Counterexample, Shown, printed, told
from .small import SimpleFunction, ends_of, is_told, rounded, simple_function, small_value

EFFORT = 300_000  # steps of work, after which what is found so far is told
ATTEMPTS = 40  # evaluations for one counterexample, fewer than the mutants of a right formula take
NUDGE = 1e-6
VISIBLE = 1e-6  # what is less may be rounding
INDICES = ("integers", "subset", "parts", "whole")
TOLD = (*FREE, *INDICES, *CONSTANT, "finite", "symmetric", "orthonormal", "simplex", "permutation")


def counterexample(
    page: Page, latex: str, options: Options, draws: int, truth: str = ""
) -> Counterexample | None:
    r"""Return the smallest draw found that shows two sides to differ; None if none can be told.

    If a version is known to be right, no draw counts on which that does not hold.

    Examples
    --------
    >>> from eqcheck import check
    >>> page = Page("d = 4 \n \\mathbf{x} : R[d]")
    >>> print(check(page, r"\|\mathbf{x}\|_2^2 = 3\mathbf{x}^{\top}\mathbf{x}").witness)
    with x = (1, 0): left 1, right 3
    """
    for change in (_with_small_dimensions, _as_it_is):
        runner = _runner(page, latex, options, change)
        right = _runner(page, truth, options, change) if truth else None
        found = _Search(runner, options.tolerance, right).smallest(draws)
        if found is not None:
            return told(found, runner.display)
    return None


def _runner(
    page: Page, latex: str, options: Options, change: Callable[[Page], Page]
) -> Comparisons:
    display, table = parse_display(latex, page.table, introduce=False)
    local = page.with_definitions(display.statements, table)
    return Comparisons(page, change(local), latex, display, options)


def _as_it_is(page: Page) -> Page:
    return page


class _Search:
    """Smaller and smaller draws for one formula."""

    def __init__(
        self, runner: Comparisons, tolerance: float, right: Comparisons | None = None
    ) -> None:
        self.runner, self.tolerance, self.right = runner, tolerance, right
        self.domain = partial(domain_of, runner.local)
        self.most = runner.options.work.steps + EFFORT
        self.seed, self.left, self.touches, self.confirm = 0, ATTEMPTS, False, True
        self.functions: dict[Any, SimpleFunction] = {}  # by name and indices

    def smallest(self, draws: int) -> Shown | None:
        """Return the smallest draw that shows a difference, of those that are tried."""
        scopes = []
        for self.seed in range(draws):
            scope, gap = self._run({})
            if gap is not None:
                self.touches = gap.touches
                return self._smaller(scope)
            scopes.append(scope)
        return self._on_an_edge(scopes)

    def _on_an_edge(self, scopes: list[Scope]) -> Shown | None:
        """Return a draw on a boundary that shows a difference, from small numbers if possible."""
        small = [self._run(drawn)[0] for drawn in self._candidates(scopes[0])]
        self.functions = {}  # on a boundary those that were drawn are back
        with suppress(*NO_VALUE), computing():
            for scope, gap in edge_gaps(self.runner, [*small, *scopes]):
                drawn = drawn_on(scope)
                if gap.error > self.tolerance and self._are_told(scope, drawn):
                    if gap.sides and self._is_right(drawn):
                        return self._told(drawn, gap)
                    return None
        return None

    def _are_told(self, scope: Scope, drawn: Drawn) -> bool:
        """Whether all that was drawn has values that can be told, one apart from the other."""
        if not _functions_on(scope) <= self.functions.keys():
            return False
        for key, value in drawn.items():
            domain = self.domain(key)
            if domain.kind in FREE:
                if not np.all(contains(domain, bounds_of(scope, domain), value)):
                    return False
            elif domain.kind not in TOLD or not (domain.kind in INDICES or is_told(domain)):
                return False
        return True

    def _smaller(self, scope: Scope) -> Shown | None:
        first = next(filter(None, map(self._shown, self._candidates(scope))), None)
        if first is None:
            return None
        self.confirm = False  # slopes are confirmed once more at the end
        found = self._with_zeros(first)
        self.confirm, self.left, self.most = True, max(self.left, 1), self.most + EFFORT
        return self._shown(found.drawn) or first

    def _with_zeros(self, found: Shown) -> Shown:
        entries = [
            (key, place)
            for key, value in found.drawn.items()
            if self.domain(key).kind == "R"
            for place in np.ndindex(value.shape)
        ]
        for number in (0.0, 0.0, 1.0):  # twice: a zero may let another entry be zero
            for key, place in entries:
                if found.drawn[key][place] not in (0.0, number):
                    less = found.drawn[key].copy()
                    less[place] = number
                    found = self._shown({**found.drawn, key: less}) or found
        return found

    def _candidates(self, scope: Scope) -> Iterator[Drawn]:
        """Yield small draws first, then the random one, rounded; each with simple functions."""
        drawn = drawn_on(scope)
        for turn in range(12):
            self.functions = self._simple_functions(scope, turn)
            rng = np.random.default_rng(turn)
            yield {
                key: small_value(self.domain(key), value, turn, rng) for key, value in drawn.items()
            }
        for digits in (2, 3):
            yield {key: rounded(self.domain(key), value, digits) for key, value in drawn.items()}

    def _simple_functions(self, scope: Scope, turn: int) -> dict[Any, SimpleFunction]:
        """Return simple functions in place of those that were drawn."""
        found = {}
        for key in _functions_on(scope):
            declaration = scope.page.table.declaration_of(key[0])
            if declaration is None or declaration.lipschitz:
                continue
            convex = "convex" in declaration.flags
            simple = simple_function(declaration.domain, turn, convex=convex)
            if simple is not None:
                found[key] = simple
        return found

    def _shown(self, drawn: Drawn) -> Shown | None:
        """Return a draw if both sides, as they are printed, differ on it, and beside it as well."""
        if self.left <= 0 or self.runner.options.work.steps > self.most:
            return None
        self.left -= 1
        scope, gap = self._run(drawn)
        if gap is None or gap.sides is None or drawn_on(scope).keys() != drawn.keys():
            return None
        if not self._are_told(scope, drawn):
            return None
        if gap.touches and not self.touches:  # told only where nothing worse was found
            return None
        if gap.touches or any(isinstance(side, tuple | str) for side in gap.sides):
            return self._told(drawn, gap) if self._is_right(drawn) else None
        gap = gap._replace(sides=_without_rounding(*gap.sides))
        assert gap.sides is not None
        one, two = gap.sides
        if _distance(one, two) < VISIBLE or printed(one) == printed(two):
            return None
        counts = self._is_steady(drawn, gap) and self._is_right(drawn)
        return self._told(drawn, gap) if counts else None

    def _is_right(self, drawn: Drawn) -> bool:
        """Whether the version that is known to be right holds on a draw."""
        if self.right is None:
            return True
        try:
            with np.errstate(all="ignore"):
                gaps = self.right.gaps(self._scope(self.right.local, drawn))
                return all(gap.error <= self.tolerance for gap in gaps)
        except NO_VALUE:
            return False

    def _told(self, drawn: Drawn, gap: Gap) -> Shown:
        functions = {key: function.words for key, function in self.functions.items()}
        place = "" if gap.span is None else self.runner.latex[slice(*gap.span)]
        return Shown(self.runner.local, drawn, gap, functions, place)

    def _is_steady(self, drawn: Drawn, gap: Gap) -> bool:
        """Whether both sides are about the same beside a draw: it is no kink or jump.

        What lies on a closed end stays there.
        """
        rng = np.random.default_rng(self.seed)
        beside = {
            key: np.where(
                np.isin(value, ends_of(self.domain(key))),
                value,
                value + NUDGE * rng.standard_normal(value.shape),
            )
            if self.domain(key).kind in FREE
            else value
            for key, value in drawn.items()
        }
        _, other = self._run(beside)
        if other is None or other.sides is None or gap.sides is None or other.at != gap.at:
            return False
        apart = _distance(*gap.sides)
        return all(
            one.shape == two.shape and _distance(one, two) < apart / 10
            for one, two in zip(gap.sides, other.sides, strict=True)
        )

    def _run(self, drawn: Mapping[Any, Any]) -> tuple[Scope, Gap | None]:
        """Return a draw that was evaluated, and the first gap on it that is no rounding."""
        scope = self._scope(self.runner.local, drawn)
        try:
            with np.errstate(all="ignore"):
                gaps = self.runner.gaps(scope)
                return scope, next((gap for gap in gaps if gap.error > self.tolerance), None)
        except NO_VALUE:
            return scope, None

    def _scope(self, page: Page, drawn: Mapping[Any, Any]) -> Scope:
        scope = with_values(Scope(page, self.seed, work=self.runner.options.work), drawn)
        scope = replace(scope, confirm=self.confirm)
        scope.store.update({("function", *k): simple.call for k, simple in self.functions.items()})
        return scope


def _functions_on(scope: Scope) -> set[Any]:
    """Return the functions that were drawn, by name and indices."""
    return {key[1:] for key in scope.store if isinstance(key, tuple) and key[0] == "function"}


def _without_rounding(one: Array, two: Array) -> tuple[Array, Array]:
    """Return two sides with zeros in place of what is rounding beside their size."""
    floor = 1e-12 * max(1e-300, float(np.max(np.abs(one))), float(np.max(np.abs(two))))
    return np.where(np.abs(one) < floor, 0.0, one), np.where(np.abs(two) < floor, 0.0, two)


def _distance(one: Array, two: Array) -> float:
    return float(np.max(np.abs(one - two)))


def _with_small_dimensions(page: Page) -> Page:
    """Return a page whose dimensions, and widths, are 2, 3, … in the order of their sizes."""
    small = page.with_definitions((), page.table.copy())
    sizes = sorted(page.table.dimensions.values())
    for name, size in page.table.dimensions.items():
        small.table.dimensions[name] = 2 + sizes.index(size)
    for name, widths in page.table.widths.items():
        small.table.widths[name] = tuple(2 + sorted(widths).index(width) for width in widths)
    return small
