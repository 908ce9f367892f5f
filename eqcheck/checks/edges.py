r"""Draws on a boundary: where the sides of a condition are equal, or those of an inequality may be.

Random draws meet no boundary. So the entries of one are changed, one at a time, until a condition
of cases holds with equality, to the last digit, or two sides of \ne do; of a condition between
indices, other values of these are tried; inequalities, \ne and intervals are tried where all is 0,
1, a unit vector or the identity, in corners of simplexes, and on other sizes, of all names and of
each. A boundary that is not reached so is not drawn: then the version with < for \le lives, and
the author says why that is no matter.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import cycle
from typing import Any, TypeAlias

import numpy as np

from ..errors import Kink, Refusal
from ..grammar.domains import Domain
from ..grammar.tree import Rounded
from ..values.arithmetic import Array
from ..values.draw import Bounds, closed_ends
from ..values.lookup import bounds_of
from ..values.page import Page
from ..values.scope import Scope
from .compare import Comparisons
from .gap import Gap

FREE = ("R", "R+", "R*", "interval")  # an entry may change without the others
TRIES = 100  # evaluations to reach the boundaries of one formula
STEPS = 12
SMALLEST = 2.0**-3
SIMPLE = ("zeros", "ones", "unit", "identity")
SCALED = ("R", "R+", "R*")
SCALES = (2.0**-10, 2.0**3, 2.0**10)
NO_VALUE = (Refusal, ArithmeticError, np.linalg.LinAlgError)

Drawn: TypeAlias = dict[Any, Any]  # by name and indices
Condition: TypeAlias = tuple[int, int]  # the chain of relations, and the place of one in it


def edge_gaps(runner: Comparisons, scopes: Sequence[Scope]) -> Iterator[tuple[Scope, Gap]]:
    """Yield the gaps on boundaries near draws that were evaluated, and where."""
    if runner.options.kind in ("identity", "code", "bound"):
        for draws in _Boundaries(runner).reached(scopes):
            yield from _on_the_first_that_can_be(runner, draws)
        if any(isinstance(node, Rounded) for node in runner.display.walk()):
            yield from _of_whole_numbers(runner, scopes)
    if runner.has_bounds:
        for other in other_draws(scopes):
            with suppress(*NO_VALUE):
                for gap in runner.inequalities(other):
                    yield other, gap


def _of_whole_numbers(runner: Comparisons, scopes: Sequence[Scope]) -> Iterator[tuple[Scope, Gap]]:
    """Yield the gaps where what is rounded is whole, which random numbers are not."""
    for scope in simple_draws(scopes):
        with suppress(*NO_VALUE, Kink):
            for comparison in runner.comparisons(scope):
                for gap in comparison:
                    yield scope, gap


def _on_the_first_that_can_be(
    runner: Comparisons, scopes: Iterator[Scope]
) -> Iterator[tuple[Scope, Gap]]:
    """Yield the gaps of a draw that is not refused; if all are, raise the last refusal."""
    refused: Refusal | None = None
    for scope in scopes:
        try:
            for comparison in runner.comparisons(scope):
                with suppress(Kink):  # where there is no derivative, none is compared
                    for gap in comparison:
                        yield scope, gap
        except Refusal as refusal:
            refused = refusal
        else:
            return
    if refused is not None:
        raise refused


# ------------------------------------------------------------------------------- what was drawn


def domain_of(page: Page, key: Any) -> Domain:
    """Return the domain from which a name, or a member of a family, is drawn."""
    declaration = page.table.declaration_of(key[0])
    assert declaration is not None
    assert declaration.domain is not None
    return declaration.domain


def drawn_on(scope: Scope) -> Drawn:
    """Return what was drawn, by name and indices, in the order in which the table declares it."""
    order = {name: place for place, name in enumerate(scope.page.table.declarations)}
    keys = [key[1:] for key in scope.store if isinstance(key, tuple) and key[0] == "drawn"]
    keys.sort(key=lambda key: (order.get(key[0], len(order)), key[1]))
    return {key: scope.store["drawn", *key] for key in keys}


def with_values(scope: Scope, drawn: Mapping[Any, Any]) -> Scope:
    """Return a draw with other values, on which nothing was evaluated yet."""
    store: dict[object, Any] = {("drawn", *key): value for key, value in drawn.items()}
    return replace(scope, store=store, reads=set(), excesses={}, busy=[], confirm=True)


# --------------------------------------------------------------------------- conditions of cases


@dataclass(frozen=True)
class _Entry:
    """One entry of a value that was drawn."""

    drawn: Drawn
    key: Any
    place: tuple[int, ...]
    domain: Domain
    bounds: Bounds

    def becoming(self, number: float) -> Drawn | None:
        """Return the draw with this entry changed; None if its domain has no such number."""
        if not contains(self.domain, self.bounds, np.asarray(number)):
            return None
        value = self.drawn[self.key].copy()
        value[self.place] = number
        return {**self.drawn, self.key: value}


def _entries(scope: Scope, drawn: Drawn) -> Iterator[_Entry]:
    """Yield the entries of a draw that may change, each without the others."""
    for key, value in drawn.items():
        domain = domain_of(scope.page, key)
        if domain.kind in FREE:
            bounds = bounds_of(scope, domain)
            yield from (_Entry(drawn, key, at, domain, bounds) for at in np.ndindex(value.shape))


class _Boundaries:
    """Looks for draws on which both sides of a condition are the same number."""

    def __init__(self, runner: Comparisons) -> None:
        self.runner, self.left = runner, TRIES

    def reached(self, scopes: Sequence[Scope]) -> Iterator[Iterator[Scope]]:
        """Yield draws for each relation in a condition that was met: from powers of two, from it.

        With powers of two most sums and products are exact: no rounding, of the formula or of the
        code, decides on which side of the boundary it finds itself.
        """
        first: dict[Condition, Scope] = {}
        for scope in scopes:
            for condition in scope.excesses:
                first.setdefault(condition, scope)
        for condition, scope in first.items():
            if self.is_of_indices(scope, condition):
                yield self.of_other_indices(scope, condition)
                continue
            starts = (_to_powers_of_two(scope), drawn_on(scope))
            found = (next(self.equal(scope, start, condition), None) for start in starts)
            yield (with_values(scope, drawn) for drawn in found if drawn is not None)

    def is_of_indices(self, scope: Scope, condition: Condition) -> bool:
        """Whether nothing but indices and dimensions stands in a condition."""
        bodies = [item.body for items in scope.page.definitions.values() for item in items]
        nodes = (node for body in (self.runner.display, *bodies) for node in body.walk())
        found = [node for node in nodes if id(node) == condition[0]]
        names = [part.name for node in found for part in node.walk() if hasattr(part, "name")]
        return bool(names) and all(scope.is_index(name) for name in names)

    def of_other_indices(self, scope: Scope, condition: Condition) -> Iterator[Scope]:
        """Yield a draw on which both sides are equal, if one is met: indices follow the seed."""
        for seed in range(TRIES // 2):
            other = replace(scope, seed=seed)
            if self.excess(other, condition, {}) == 0:
                yield with_values(other, {})
                return

    def equal(self, scope: Scope, start: Drawn, condition: Condition) -> Iterator[Drawn]:
        """Yield draws on which both sides are equal: one entry is another, or all are simple."""
        for entry in _entries(scope, start):
            drawn = _root(entry, partial(self.excess, scope, condition))
            if drawn is not None:
                yield drawn
        for kind in SIMPLE:
            drawn = drawn_on(_moved(scope, _simple(scope, kind)))
            if self.excess(scope, condition, drawn) == 0:
                yield drawn

    def excess(self, scope: Scope, condition: Condition, drawn: Drawn | None) -> float:
        """Return by how much the left side of a condition is larger; nan if that is not met."""
        if drawn is None or self.left == 0:
            return math.nan
        self.left -= 1
        other = with_values(scope, drawn)
        with suppress(*NO_VALUE):
            for _ in self.runner.gaps(other):
                if condition in other.excesses:
                    break
        return other.excesses.get(condition, math.nan)


def _root(entry: _Entry, excess: Callable[[Drawn | None], float]) -> Drawn | None:
    """Change an entry until the excess is 0, by secants."""

    def at(number: float) -> float:
        return excess(entry.becoming(number))

    one = float(entry.drawn[entry.key][entry.place])
    two = one + 2.0**-10
    before, now = at(one), at(two)
    if at(0.0) == 0:
        return entry.becoming(0.0)
    if not abs(now - before) > 0:
        return None
    for _ in range(STEPS):
        if now == 0 or not abs(now - before) > 0:
            break
        one, two, before = two, two - now * (two - one) / (now - before), now
        now = at(two)
    return entry.becoming(two) if now == 0 else None


def _to_powers_of_two(scope: Scope) -> Drawn:
    """Return what was drawn with the nearest powers of two, where domains allow."""
    drawn = drawn_on(scope)
    for key, value in drawn.items():
        domain = domain_of(scope.page, key)
        if domain.kind in FREE:
            bounds = bounds_of(scope, domain)
            size = np.exp2(np.round(np.log2(np.maximum(np.abs(value), SMALLEST))))
            power = np.asarray(np.sign(value) * size)
            drawn[key] = np.where(contains(domain, bounds, power), power, value)
    return drawn


def contains(domain: Domain, bounds: Bounds, numbers: Array) -> Array:
    """Return whether each number lies in a domain of free entries."""
    if domain.kind == "interval":
        ends = np.isin(numbers, closed_ends(domain, bounds))
        return np.asarray((numbers > bounds[0]) & (numbers < bounds[1]) | ends)
    if domain.kind == "R":
        return np.full(np.shape(numbers), True)
    return np.asarray(numbers > 0 if domain.kind == "R+" else numbers != 0)


# -------------------------------------------------------------------------------- inequalities


def other_draws(scopes: Sequence[Scope]) -> Iterator[Scope]:
    """Yield draws that random ones are not: simple ones, those of other sizes, corners."""
    for draws in (simple_draws, scaled_draws, mixed_draws, corner_draws):
        yield from draws(scopes)


def simple_draws(scopes: Sequence[Scope]) -> Iterator[Scope]:
    """Yield draws where all is zero, one, a unit vector or the identity, as domains allow."""
    for scope, kind in zip(scopes, SIMPLE, strict=False):
        yield _moved(scope, _simple(scope, kind))


def scaled_draws(scopes: Sequence[Scope]) -> Iterator[Scope]:
    """Yield draws of other sizes: what is normal is seldom near 0, and never larger than 10."""
    for scope, factor in zip(scopes, cycle(SCALES), strict=False):
        sized = {
            key: value * factor if domain_of(scope.page, key).kind in SCALED else value
            for key, value in drawn_on(scope).items()
        }
        yield _moved(scope, sized)


def mixed_draws(scopes: Sequence[Scope]) -> Iterator[Scope]:
    """Yield draws in which each name is of another size, or near an end of its interval."""
    for scope in scopes:
        drawn, rng = drawn_on(scope), np.random.default_rng(scope.seed)
        for key, value in drawn.items():
            domain = domain_of(scope.page, key)
            if domain.kind in SCALED:
                drawn[key] = value * rng.choice((1.0, *SCALES))
            elif domain.kind == "interval":
                end = rng.choice(bounds_of(scope, domain))
                drawn[key] = end + (value - end) * rng.choice((1.0, SCALES[0]))
        yield _moved(scope, drawn)


def _moved(scope: Scope, drawn: Drawn) -> Scope:
    """Return a draw with other values; numbers in intervals move as the ends of those do."""
    other = with_values(scope, drawn)
    for key, value in drawn.items():
        domain = domain_of(scope.page, key)
        if domain.kind == "interval":
            with suppress(*NO_VALUE):
                (low, high), (first, last) = bounds_of(scope, domain), bounds_of(other, domain)
                if (low, high) != (first, last):
                    moved = first + (value - low) * (last - first) / (high - low)
                    other = with_values(other, {**drawn_on(other), key: moved})
    return other


def corner_draws(scopes: Sequence[Scope]) -> Iterator[Scope]:
    """Yield draws where each simplex is at one of its corners, if there is one."""
    for scope in scopes:
        drawn, rng = drawn_on(scope), np.random.default_rng(scope.seed)
        corners = {
            key: _corner(value, rng)
            for key, value in drawn.items()
            if domain_of(scope.page, key).kind == "simplex"
        }
        if corners:
            yield with_values(scope, {**drawn, **corners})


def _corner(value: Array, rng: np.random.Generator) -> Array:
    """Return a vector, or rows, with a one each."""
    is_column = value.shape[1:] == (1,)
    rows, size = value.T.shape if is_column else value.shape
    corner = np.eye(size)[rng.integers(size, size=rows)]
    return np.asarray(corner.T if is_column else corner)


def _simple(scope: Scope, kind: str) -> Drawn:
    """Return what was drawn with values of a kind, as far as domains allow."""
    return {key: _simple_value(scope, key, old, kind) for key, old in drawn_on(scope).items()}


def _simple_value(scope: Scope, key: Any, old: Any, kind: str) -> Any:
    domain = domain_of(scope.page, key)
    if domain.kind == "simplex":
        return np.full_like(old, 1 / old.shape[0 if old.shape[1:] == (1,) else 1])
    if domain.kind not in (*FREE, "symmetric"):
        return old
    value = np.full_like(old, kind in ("ones", "identity"))
    if kind == "identity" and value.ndim == 2 and value.shape[1] > 1:
        value = np.eye(*value.shape, dtype=value.dtype)
    if kind == "unit":
        value[(0,) * value.ndim] = 1.0
    if domain.kind == "symmetric":
        return value
    bounds = bounds_of(scope, domain)
    other = sum(bounds) / 2 if bounds else 1.0
    return np.where(contains(domain, bounds, value), value, other)
