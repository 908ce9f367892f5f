"""The concept map: what the notes say, and where the book must have it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

MAP = Path(__file__).with_name("concept-map.md")


class Statement(NamedTuple):
    """A statement of the notes: their section, what it says, the book's page, and places there."""

    section: str
    says: str
    page: str
    places: tuple[str, ...]


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the table under a heading of the map, row by row."""
    _, found, rest = MAP.read_text("utf-8").partition(f"\n## {heading}\n")
    assert found, f"no heading {heading!r} in {MAP.name}"
    lines = re.findall(r"^\| (.*) \|$", rest.partition("\n## ")[0], re.MULTILINE)
    return [line.split(" | ") for line in lines[2:]]  # below the head and its rule


STATEMENTS = [
    Statement(section, says, page, tuple(places.split(", ")))
    for section, says, page, places in rows("Sections of the notes")
]
PLACES = [(place, statement.page) for statement in STATEMENTS for place in statement.places]
BEYOND = [
    (place, page) for _, page, places in rows("Beyond the notes") for place in places.split(", ")
]
LABELS = [place for place, _ in PLACES if place.startswith("eq-")]
NOT_COMPARED = dict(rows("Nothing to compare"))
ERRATA = {error: section for error, _, section in rows("Errors of the notes")}
