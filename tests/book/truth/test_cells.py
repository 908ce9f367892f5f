"""Cells are executed for builders that show their outputs, and for no others."""

from __future__ import annotations

import pytest
from docutils import nodes

from tests.book.app import Build, Built

EXTENSIONS = ("book._ext.truth.equations", "book._ext.truth.doctests", "book._ext.truth.cells")
PAGE = "# Page\n\n```{code-cell}\nprint(1 + 1)\n```\n"
SETTINGS = {"nb_execution_mode": "force", "suppress_warnings": []}


def outputs(built: Built) -> list[str]:
    """Return what the cells of the page print."""
    blocks = built.doctree().findall(nodes.literal_block)
    return [block.astext().strip() for block in blocks if "output" in block["classes"]]


@pytest.mark.parametrize("builder", ["doctest", "equations", "linkcheck", "dummy"])
def test_a_builder_that_shows_no_outputs_executes_no_cell_and_says_nothing(
    build: Build, builder: str
) -> None:
    assert outputs(build(PAGE, *EXTENSIONS, builder=builder, **SETTINGS)) == []


def test_pages_read_without_outputs_are_read_again_for_a_builder_that_shows_them(
    build: Build,
) -> None:
    build(PAGE, *EXTENSIONS, builder="doctest", **SETTINGS)
    again = build(PAGE, *EXTENSIONS, **SETTINGS)
    assert outputs(again) == ["2"]
    assert ">2\n" in again.html()
    third = build(PAGE, *EXTENSIONS, builder="doctest", **SETTINGS)
    assert "0 added, 0 changed, 0 removed" in third.printed
    assert outputs(third) == ["2"]
