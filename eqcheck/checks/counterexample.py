"""The smallest draw that shows that a formula is wrong: names, values, and both sides.

The draw on which the sides differ is made smaller step by step, and evaluated again after each:
smaller dimensions, small integers, zeros. What shows nothing any more, or shows it at a kink only,
is not taken. Where no values can be told (a drawn function, a rate), nothing is said.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from ..errors import Refusal
from ..grammar import tree
from ..grammar.domains import Domain
from ..grammar.statements import parse_display
from ..values.arithmetic import Array
from ..values.draw import closed_ends
from ..values.page import Page
from ..values.scope import Scope
from .compare import Comparisons, Options
from .edges import FREE, Drawn, domain_of, drawn_on, edge_gaps, with_values
from .gap import Gap

ATTEMPTS = 40  # evaluations for one counterexample, fewer than the mutants of a right formula take
NUDGE = 1e-6
VISIBLE = 1e-6  # what is less may be rounding
ENTRIES = 12  # of longer values the rest is left out
SMALL = (1.0, 0.0, -1.0, 2.0)
INDICES = ("integers", "subset", "parts")
CONSTANT = ("ones", "zeros", "identity")  # readers know what these are
TOLD = (*FREE, *INDICES, *CONSTANT, "finite", "symmetric", "orthonormal", "simplex")
NUMBER = re.compile(r"\s*-?\d+(\.\d+)?\s*")  # an end that depends on no other name


@dataclass(frozen=True)
class Shown:
    """A draw on which two sides differ."""

    page: Page
    drawn: Drawn
    gap: Gap


def counterexample(page: Page, latex: str, options: Options, draws: int) -> str:
    r"""Return the smallest draw found that shows two sides to differ; "" if none can be told.

    Examples
    --------
    >>> from eqcheck import check
    >>> page = Page("d = 4 \n \\mathbf{x} : R[d]")
    >>> print(check(page, r"\|\mathbf{x}\|_2^2 = 3\mathbf{x}^{\top}\mathbf{x}").counterexample)
    with x = (1, 0): left 1, right 3
    """
    if options.kind not in ("identity", "bound", "code"):
        return ""
    display, table = parse_display(latex, page.table, introduce=False)
    local = page.with_definitions(display.statements, table)
    for at in (_with_small_dimensions(local), local):
        search = _Search(Comparisons(page, at, latex, display, options), options.tolerance)
        found = search.smallest(draws)
        if found is not None:
            return _sentence(found, display)
    return ""


class _Search:
    """Smaller and smaller draws for one formula."""

    def __init__(self, runner: Comparisons, tolerance: float) -> None:
        self.runner, self.tolerance = runner, tolerance
        self.domain = partial(domain_of, runner.local)
        self.seed, self.left, self.touches = 0, ATTEMPTS, False

    def smallest(self, draws: int) -> Shown | None:
        """Return the smallest draw that shows a difference, of those that are tried."""
        scopes = []
        for self.seed in range(draws):
            scope, gap = self._run({})
            if gap is not None:
                self.touches = gap.touches
                drawn = drawn_on(scope)
                return self._smaller(drawn) if self._are_told(scope, drawn) else None
            scopes.append(scope)
        return self._on_an_edge(scopes)

    def _on_an_edge(self, scopes: list[Scope]) -> Shown | None:
        """Return a draw on a boundary that shows a difference, from small numbers if possible."""
        small = [self._run(drawn)[0] for drawn in self._candidates(drawn_on(scopes[0]))]
        with suppress(Refusal, ArithmeticError, np.linalg.LinAlgError):
            for scope, gap in edge_gaps(self.runner, [*small, *scopes]):
                drawn = drawn_on(scope)
                if gap.error > self.tolerance and self._are_told(scope, drawn):
                    return Shown(self.runner.local, drawn, gap) if gap.sides else None
        return None

    def _are_told(self, scope: Scope, drawn: Drawn) -> bool:
        """Whether all that was drawn has values that can be told, one apart from the other."""
        if any(isinstance(key, tuple) and key[0] == "function" for key in scope.store):
            return False
        return all(
            domain.kind in TOLD
            and (domain.kind in INDICES or all(map(NUMBER.fullmatch, domain.parameters)))
            for domain in map(self.domain, drawn)
        )

    def _smaller(self, drawn: Drawn) -> Shown | None:
        found = next(filter(None, map(self._shown, self._candidates(drawn))), None)
        if found is None:
            return None
        entries = [
            (key, place)
            for key, value in drawn.items()
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

    def _candidates(self, drawn: Drawn) -> Iterator[Drawn]:
        """Yield small draws first, then the random one, rounded."""
        for turn in range(12):
            rng = np.random.default_rng(turn)
            yield {key: self._small(key, value, turn, rng) for key, value in drawn.items()}
        for digits in (2, 3):
            yield {key: self._rounded(key, value, digits) for key, value in drawn.items()}

    def _small(self, key: Any, value: Any, turn: int, rng: np.random.Generator) -> Any:
        """Return a small value of a name's domain: a one, then all ones, then small numbers."""
        domain = self.domain(key)
        if domain.kind == "simplex":
            halves = 0.5 ** np.arange(1.0, value.size + 1)
            halves[-1] *= 2
            return rng.permutation(halves).reshape(value.shape)
        if domain.kind == "orthonormal":
            return rng.permutation(np.eye(*value.shape))
        if domain.kind not in (*FREE, "symmetric"):
            return value
        choice = _small_numbers(domain)
        small = rng.choice(choice[: max(1, turn)], value.shape)
        if turn == 0 and domain.kind in ("R", "symmetric") and small.ndim:
            small[1:] = 0.0
            small[:, 1:] = 0.0
        if domain.kind == "symmetric":
            small = np.triu(small) + np.triu(small, 1).T
        return np.asarray(small)

    def _rounded(self, key: Any, value: Any, digits: int) -> Any:
        """Return a value with so many significant digits, where that is in its domain."""
        if self.domain(key).kind not in (*FREE, "symmetric"):
            return self._small(key, value, 0, np.random.default_rng(digits))
        return np.vectorize(lambda number: float(f"{number:.{digits}g}"), otypes=[float])(value)

    def _shown(self, drawn: Drawn) -> Shown | None:
        """Return a draw if both sides, as they are printed, differ on it, and beside it as well."""
        if self.left <= 0:
            return None
        self.left -= 1
        scope, gap = self._run(drawn)
        if gap is None or gap.sides is None or drawn_on(scope).keys() != drawn.keys():
            return None
        if not self._are_told(scope, drawn):
            return None
        if gap.touches:  # told only where nothing worse was found
            return Shown(self.runner.local, drawn, gap) if self.touches else None
        gap = gap._replace(sides=_without_rounding(*gap.sides))
        assert gap.sides is not None
        one, two = gap.sides
        if _distance(one, two) < VISIBLE or _value(one) == _value(two):
            return None
        return Shown(self.runner.local, drawn, gap) if self._is_steady(drawn, gap) else None

    def _is_steady(self, drawn: Drawn, gap: Gap) -> bool:
        """Whether both sides are about the same beside a draw: it is no kink or jump.

        What lies on a closed end stays there.
        """
        rng = np.random.default_rng(self.seed)
        beside = {
            key: np.where(
                np.isin(value, _ends(self.domain(key))),
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
        scope = with_values(
            Scope(self.runner.local, self.seed, work=self.runner.options.work), drawn
        )
        try:
            with np.errstate(all="ignore"):
                gaps = self.runner.gaps(scope)
                return scope, next((gap for gap in gaps if gap.error > self.tolerance), None)
        except (Refusal, ArithmeticError, np.linalg.LinAlgError):
            return scope, None


def _without_rounding(one: Array, two: Array) -> tuple[Array, Array]:
    """Return two sides with zeros in place of what is rounding beside their size."""
    floor = 1e-12 * max(1e-300, float(np.max(np.abs(one))), float(np.max(np.abs(two))))
    return np.where(np.abs(one) < floor, 0.0, one), np.where(np.abs(two) < floor, 0.0, two)


def _distance(one: Array, two: Array) -> float:
    return float(np.max(np.abs(one - two)))


def _with_small_dimensions(page: Page) -> Page:
    """Return a page whose dimensions are 2, 3, … in the order of their sizes."""
    small = page.with_definitions((), page.table.copy())
    sizes = sorted(page.table.dimensions.values())
    for name, size in page.table.dimensions.items():
        small.table.dimensions[name] = 2 + sizes.index(size)
    return small


def _small_numbers(domain: Domain) -> tuple[float, ...]:
    """Return small numbers of a domain, the smallest first."""
    if domain.kind in ("R", "symmetric"):
        return SMALL
    if domain.kind == "R*":
        return (1.0, -1.0, 2.0)
    if domain.kind == "R+":
        return (1.0, 2.0, 3.0)
    low, high = map(float, domain.parameters)
    whole = tuple(number for number in SMALL if low < number < high or number in _ends(domain))
    return whole or tuple(float(f"{low + (high - low) * part:.4g}") for part in (0.5, 0.25, 0.75))


def _ends(domain: Domain) -> tuple[float, ...]:
    """Return the closed ends of an interval of numbers."""
    return closed_ends(domain, tuple(map(float, domain.parameters)))


# --------------------------------------------------------------------------------- the sentence


def _sentence(found: Shown, display: tree.Display) -> str:
    values, hidden = dict[str, str](), list[str]()
    for key, value in found.drawn.items():
        domain = domain_of(found.page, key)
        zero = np.ndim(value) > 0 and not np.any(value)
        if domain.kind not in CONSTANT:
            values[_written(found.page, key)] = "0" if zero else _value(value)
        if zero or domain.kind in CONSTANT:
            hidden += domain.shape  # the value does not show how long it is
    dimensions = _dimensions(found.page, display, hidden)
    told = {name: str(size) for name, size in dimensions.items()}
    told |= {name: str(index) for name, index in found.gap.at}
    told |= values
    plain = [_plain(name) for name in told]
    names = plain if len({*plain}) == len(plain) else [*told]
    draw = ", ".join(f"{name} = {value}" for name, value in zip(names, told.values(), strict=True))
    assert found.gap.sides is not None
    sides = zip(found.gap.names, map(_value, found.gap.sides), strict=True)
    outcome = ", ".join(f"{name} {value}" for name, value in sides)
    return f"with {draw}: {outcome}" if told else outcome


def _dimensions(page: Page, display: tree.Display, axes: list[str]) -> dict[str, int]:
    """Return the dimensions that a display, the definitions that it reaches, and axes name."""
    seen, waiting = set[str](), [*display.walk()]
    waiting += [node for axis in axes for node in page.expression(axis).walk()]
    while waiting:
        name = getattr(waiting.pop(), "name", None)
        if isinstance(name, str) and name not in seen:
            seen.add(name)
            for item in page.definitions.get(name, ()):
                waiting.extend(item.body.walk())
    return {name: size for name, size in page.table.dimensions.items() if name in seen}


def _written(page: Page, key: Any) -> str:
    """Return how a name, or a member of a family, is written."""
    name, at = key
    for pattern in page.table.patterns.values():
        if pattern.role == "family" and pattern.key == name:
            values = dict(zip(pattern.variables, map(str, at), strict=True))
            scripts = (
                mark + "{" + "".join(values.get(token, token) for token in script) + "}"
                for mark, script in (("_", pattern.sub), ("^", pattern.sup))
                if script is not None
            )
            return pattern.base + "".join(scripts)
    return str(name)


def _plain(name: str) -> str:
    """Return a name without its font or braces around one letter, and Greek letters as such."""
    name = re.sub(r"\\(?:mathbf|boldsymbol|mathrm|mathcal|text)\{([^{}]*)\}", r"\1", name)
    name = re.sub(r"\\(?:var)?([A-Za-z]+)", _greek, name)
    return re.sub(r"([_^])\{(.)\}", r"\1\2", name)


def _greek(command: re.Match[str]) -> str:
    letter = html.unescape(f"&{command[1]};")
    return letter if "GREEK" in unicodedata.name(letter[:1], "") else command[0]


def _value(value: Any) -> str:
    """Return a value as it is read: a vector in parentheses, a matrix row by row."""
    if isinstance(value, tuple):
        return "{" + ", ".join(map(str, value)) + "}"
    array: Array = np.asarray(value)
    if array.ndim == 0:
        return _number(array)
    if 1 in array.shape or array.ndim == 1:
        array = array.reshape(-1)
    shown = [_value(item) for item in array[:ENTRIES]]
    if len(array) > len(shown):
        shown.append("…")
    return "(" + ", ".join(shown) + ")"


def _number(value: Array) -> str:
    real, imaginary = float(np.real(value)), float(np.imag(value))
    text = f"{real + 0.0:.4g}".replace("e-0", "e-").replace("e+0", "e")
    return text if abs(imaginary) < 1e-12 else f"{text} + {imaginary:.4g}i"
