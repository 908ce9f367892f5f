"""A counterexample in words: the dimensions, indices and values of a draw, then both sides."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..grammar import tree
from ..grammar.domains import CONSTANT
from ..values.arithmetic import Array
from ..values.page import Page
from .edges import Drawn, domain_of
from .gap import Gap

ENTRIES = 12  # of longer values the rest is left out
LONG = 60


@dataclass(frozen=True)
class Shown:
    """A draw on which two sides differ."""

    page: Page
    drawn: Drawn
    gap: Gap
    functions: Mapping[Any, str]  # by name and indices, in words
    place: str  # the relation in LaTeX, if it is one of several


@dataclass(frozen=True)
class Counterexample:
    """A draw in pieces: names in LaTeX with their values, and both sides; as text, a sentence.

    ``draw`` holds dimensions, indices, functions and values; ``place`` is the relation that fails,
    if it is one of several.
    """

    draw: tuple[tuple[str, str], ...]
    place: str
    sides: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        """Return the draw and both sides in words."""
        names = [name for name, _ in self.draw]
        plain = [_plain(name) for name in names]
        names = plain if len({*plain}) == len(plain) else names
        told = zip(names, (value for _, value in self.draw), strict=True)
        draw = ", ".join(f"{name} = {value}" for name, value in told)
        outcome = ", ".join(f"{name} {value}" for name, value in self.sides)
        where = [f"with {draw}"] * bool(draw) + [f"in {_short(self.place)}"] * bool(self.place)
        return f"{', '.join(where)}: {outcome}" if where else outcome


def told(found: Shown, display: tree.Display) -> Counterexample:
    """Return a draw and both sides, as they are printed."""
    values, hidden = dict[str, str](), list[str]()
    optima = (node for node in display.walk() if isinstance(node, tree.Optimum))
    varied = {variable.name for node in optima for variable in node.variables}
    for key, value in found.drawn.items():
        domain = domain_of(found.page, key)
        zero = np.ndim(value) > 0 and not np.any(value)
        if domain.kind not in CONSTANT and key[0] not in varied:
            values[_written(found.page, key)] = "0" if zero else printed(value)
        if zero or domain.kind in CONSTANT:
            hidden += domain.shape  # the value does not show how long it is
    dimensions = _dimensions(found.page, display, hidden)
    draw = {name: str(size) for name, size in dimensions.items()}
    draw |= {name: _number(np.asarray(value)) for name, value in found.gap.at}
    draw |= {f"{_written(found.page, key)}(x)": words for key, words in found.functions.items()}
    draw |= values
    assert found.gap.sides is not None
    sides = zip(found.gap.names, map(printed, found.gap.sides), strict=True)
    return Counterexample(tuple(draw.items()), found.place, tuple(sides))


def _short(latex: str) -> str:
    """Return a relation in one line, without what sets it; the beginning of a long one."""
    words = re.sub(r"&|\\\\(\[.*?\])?", " ", latex).split()
    line = " ".join(words)
    return line if len(line) <= LONG else line[:LONG].rsplit(" ", 1)[0] + " …"


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
    return page.table.declarations[name].name


def _plain(name: str) -> str:
    """Return a name without its font or braces around one letter, and Greek letters as such."""
    name = re.sub(r"\\(?:mathbf|boldsymbol|mathrm|mathcal|text)\{([^{}]*)\}", r"\1", name)
    name = re.sub(r"\\(?:var)?([A-Za-z]+)", _greek, name)
    return re.sub(r"([_^])\{(.)\}", r"\1\2", name)


def _greek(command: re.Match[str]) -> str:
    letter = html.unescape(f"&{command[1]};")
    return letter if "GREEK" in unicodedata.name(letter[:1], "") else command[0]


def printed(value: Any) -> str:
    """Return a value as it is read: a vector in parentheses, a matrix row by row."""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return "{" + ", ".join(map(str, value)) + "}"
    array: Array = np.asarray(value)
    if array.ndim == 0:
        return _number(array)
    if 1 in array.shape or array.ndim == 1:
        array = array.reshape(-1)
    shown = [printed(item) for item in array[:ENTRIES]]
    if len(array) > len(shown):
        shown.append("…")
    return "(" + ", ".join(shown) + ")"


def _number(value: Array) -> str:
    real, imaginary = float(np.real(value)), float(np.imag(value))
    text = f"{real + 0.0:.4g}".replace("e-0", "e-").replace("e+0", "e")
    return text if abs(imaginary) < 1e-12 else f"{text} + {imaginary:.4g}i"
