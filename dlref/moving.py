"""A figure that readers move: its frames, what they have in common, and what changes between them.

A frame is a drawing of the figure at one point of the grid of its parameters.  The site shows one,
and carries of the others only what differs from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import count, product
from typing import Any, NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

LEFT_OUT = ("metadata", "style")
ROUNDED = ("d", "x", "y", "opacity", "fill-opacity")  # to a hundredth; a scale of letters is not
LONG = re.compile(r"-?\d+\.\d{3,}")
AROUND_COMMAND = re.compile(r"\s*([A-Za-z])\s*")
REFERENCE = re.compile(r"(?:url\()?#([^)]+)\)?")
# What Matplotlib says in a style sheet, which in a page would hold for all that stands there.
INHERITED = {"stroke-linejoin": "round", "stroke-linecap": "butt"}


class Frames(NamedTuple):
    """What the frames of a figure are called and say: names and values of each, and the first."""

    values: list[dict[str, Any]]
    first: int


class Change(NamedTuple):
    """An attribute of an element, both by their numbers in the first frame, that changes.

    Without a name of an attribute it is all that stands in the element.  ``which`` tells for each
    frame which of the values it has.
    """

    element: int
    attribute: str
    values: list[str | None]
    which: list[int]


shown: list[Frames] = []  # of the figure that was drawn last; sentences about it ask for them


def settings_of(grid: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Return the points of a grid, the last parameter changing fastest.

    >>> settings_of({"a": [1, 2], "b": [3]})
    [{'a': 1, 'b': 3}, {'a': 2, 'b': 3}]
    """
    return [dict(zip(grid, point, strict=True)) for point in product(*grid.values())]


def compare(frames: Sequence[str], first: int) -> tuple[str, list[Change]]:
    """Return a frame, as SVG that can stand in a page, and what changes in the others.

    Where frames have other elements, all that stands in the element around them is taken.

    Parameters
    ----------
    frames : sequence of str
        The frames as Matplotlib writes them.
    first : int
        Which of them is returned.
    """
    trees = [_lean(ElementTree.fromstring(frame)) for frame in frames]
    _shorten_names(trees, "m" + sha256(frames[first].encode()).hexdigest()[:6])
    changes = list(_changes(trees, first, count()))
    return ElementTree.tostring(trees[first], "unicode"), changes


def _lean(root: Element) -> Element:
    """Drop what a page has no use for; a page forbids styles, but not attributes."""
    for parent in list(root.iter()):
        parent.tag = parent.tag.rpartition("}")[2]
        for child in [c for c in parent if c.tag.rpartition("}")[2] in LEFT_OUT]:
            parent.remove(child)
        parent.text = parent.tail = None
        attributes = {name.rpartition("}")[2]: value for name, value in parent.attrib.items()}
        style = attributes.pop("style", "")
        for line in filter(None, style.split(";")):
            name, _, value = line.partition(":")
            attributes[name.strip()] = value.strip()
        for name in set(ROUNDED) & set(attributes):
            short = LONG.sub(lambda number: f"{float(number[0]):.2f}", attributes[name])
            attributes[name] = AROUND_COMMAND.sub(r"\1", short).strip()
        parent.attrib = attributes
    root.attrib |= INHERITED
    return root


def _shorten_names(trees: Iterable[Element], prefix: str) -> None:
    """Give what is referred to a short name that no other figure of a page has; drop the others."""
    elements = [element for tree in trees for element in tree.iter()]
    names: dict[str, str] = {}
    for element in elements:
        for name, value in element.attrib.items():
            match = REFERENCE.fullmatch(value)
            if match and (name == "href" or value.startswith("url(")):
                short = names.setdefault(match[1], f"{prefix}-{len(names)}")
                element.set(name, value.replace(f"#{match[1]}", f"#{short}"))
    for element in elements:
        old = element.attrib.pop("id", "")
        if old in names:
            element.set("id", names[old])


def _changes(elements: Sequence[Element], first: int, numbers: Iterator[int]) -> Iterator[Change]:
    """Yield what changes in an element, one of each frame, and in those within it."""
    number, base = next(numbers), elements[first]
    names = dict.fromkeys(name for element in elements for name in element.attrib)
    for name in names:
        yield from _change(number, name, [element.get(name) for element in elements])
    if len({tuple(child.tag for child in element) for element in elements}) == 1:
        for children in zip(*elements, strict=True):
            yield from _changes(children, first, numbers)
    else:
        inside = ["".join(ElementTree.tostring(c, "unicode") for c in e) for e in elements]
        yield from _change(number, "", inside)
        for _ in range(sum(1 for _ in base.iter()) - 1):
            next(numbers)


def _change(number: int, name: str, values: Sequence[str | None]) -> Iterator[Change]:
    places = {value: place for place, value in enumerate(dict.fromkeys(values))}
    if len(places) > 1:
        yield Change(number, name, list(places), [places[value] for value in values])
