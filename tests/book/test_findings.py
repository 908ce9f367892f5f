"""A finding is one line with a place that editors can follow, and findings stand in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from book._ext.findings import Finding, found_at, once_each, shown
from book._ext.paths import ROOT


@pytest.mark.parametrize(
    ("finding", "line"),
    [
        (Finding("book/loss.md", 12, "wrong"), "book/loss.md:12: wrong"),
        (Finding("book/loss.md", 0, "wrong"), "book/loss.md: wrong"),
        (Finding("", 0, "wrong"), "wrong"),
    ],
)
def test_a_finding_is_one_line_with_as_much_of_its_place_as_is_known(
    finding: Finding, line: str
) -> None:
    assert str(finding) == line


@pytest.mark.parametrize("path", ["book/loss.md", ROOT / "book" / "loss.md"])
def test_a_file_is_shown_from_the_repository_on(path: str | Path) -> None:
    assert shown(path) == "book/loss.md"
    assert shown("/elsewhere/loss.md") == "/elsewhere/loss.md"


@pytest.mark.parametrize(
    ("location", "file", "line"),
    [
        (f"{ROOT}/book/loss.md:12", "book/loss.md", 12),
        (f"{ROOT}/book/loss.md:", "book/loss.md", 0),
        (f"{ROOT}/book/loss.md", "book/loss.md", 0),
        (f"{ROOT}/dlref/a.py:docstring of dlref.a.f:3", "dlref/a.py:docstring of dlref.a.f", 3),
        ("<unknown>:1", "<unknown>", 1),
        (":3", "", 0),
        ("", "", 0),
        (None, "", 0),
    ],
)
def test_a_place_is_read_as_sphinx_writes_it(location: str | None, file: str, line: int) -> None:
    assert found_at(location, "wrong") == Finding(file, line, "wrong")


def test_findings_stand_in_the_order_of_files_and_lines_each_once() -> None:
    places = [("b.md", 2), ("a.md", 10), ("a.md", 9), ("b.md", 2), ("", 0)]
    in_order = once_each(Finding(file, line, "wrong") for file, line in places)
    assert [(f.file, f.line) for f in in_order] == [("", 0), ("a.md", 9), ("a.md", 10), ("b.md", 2)]
    assert len(once_each([Finding("a.md", 1, "wrong"), Finding("a.md", 1, "other")])) == 2
