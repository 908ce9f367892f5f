"""Cells are executed once, before pages are read, and only for builders that show their outputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from docutils import nodes
from nbformat.v4 import new_output

from book._ext.findings import Finding
from book._ext.truth import execution
from book._ext.truth.execution import execute_book
from book._ext.truth.kernels import Outcome, Page
from tests.book.app import Build, Built

EXTENSIONS = tuple(
    f"book._ext.truth.{part}" for part in ("equations", "report", "doctests", "cells")
)
PAGE = "# Page\n\n```{code-cell}\nprint(1 + 1)\n```\n"
FAILING = PAGE.replace("1 + 1", "1 / 0")
BOOK = {"page": f"{PAGE}\n```{{toctree}}\nother\n```\n", "other": PAGE.replace("1 + 1", "2 + 2")}
UNCACHED = "the page or what its cells import has changed during the build: build again"


@pytest.fixture
def executed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Execute cells that print a sum without a kernel; return the pages that were executed."""
    names: list[str] = []

    def pretend(page: Page) -> Outcome:
        names.append(page.path.stem)
        findings = []
        for cell in page.notebook.cells:
            if "/ 0" in cell.source:
                findings.append(Finding(str(page.path), 9, "cell 1 raised"))
            elif cell.cell_type == "code":
                printed = str(2 * int(cell.source[6]))
                cell.outputs = [new_output("stream", name="stdout", text=printed)]
        return Outcome(page, 0.5, findings)

    monkeypatch.setattr(execution, "cache_path", lambda: tmp_path / "cache")
    monkeypatch.setattr(execution, "execute", pretend)
    return names


@pytest.fixture
def settings(tmp_path: Path, executed: list[str]) -> dict[str, Any]:
    """Let the book be executed as conf.py has it."""
    cache = str(tmp_path / "cache")
    mode = {"nb_execution_mode": "cache", "nb_execution_cache_path": cache}
    return {**mode, "suppress_warnings": []}


def outputs(built: Built, name: str = "page") -> list[str]:
    """Return what the cells of a page print."""
    blocks = built.doctree(name).findall(nodes.literal_block)
    return [block.astext().strip() for block in blocks if "output" in block["classes"]]


# ------------------------------------------------------------------ who executes


@pytest.mark.parametrize("builder", ["doctest", "linkcheck", "dummy"])
def test_a_builder_that_shows_no_outputs_executes_no_cell_and_says_nothing(
    build: Build, settings: dict[str, Any], executed: list[str], builder: str
) -> None:
    assert outputs(build(PAGE, *EXTENSIONS, builder=builder, **settings)) == []
    assert executed == []


def test_equations_have_the_cells_executed_beside_them_and_warn_of_what_fails(
    build: Build, settings: dict[str, Any], executed: list[str]
) -> None:
    book = {**BOOK, "other": FAILING}
    warns = ["other.md:9: WARNING: cell 1 raised"]
    built = build(book, *EXTENSIONS, builder="equations", warns=warns, **settings)
    assert (sorted(executed), outputs(built)) == (["other", "page"], [])
    assert built.app.config.without_outputs == ["other"]
    executed.clear()
    build(BOOK, *EXTENSIONS, builder="equations", **settings)
    assert executed == ["other"]


def test_pages_are_executed_before_they_are_read_and_once(
    build: Build, settings: dict[str, Any], executed: list[str]
) -> None:
    built = build(BOOK, *EXTENSIONS, **settings)
    assert (outputs(built), outputs(built, "other")) == (["2"], ["4"])
    edited = {**BOOK, "other": BOOK["other"] + "\nMore.\n"}
    built = build(edited, *EXTENSIONS, **settings)
    assert "0 added, 1 changed" in built.printed
    assert "More." in built.html("other")
    assert outputs(built, "other") == ["4"]
    assert sorted(executed) == ["other", "page"]


def test_a_build_with_execution_off_executes_nothing(
    build: Build, settings: dict[str, Any], executed: list[str]
) -> None:
    assert outputs(build(PAGE, *EXTENSIONS, **settings | {"nb_execution_mode": "off"})) == []
    assert executed == []


def test_a_cell_that_fails_is_a_warning_with_its_line_and_the_other_pages_have_their_outputs(
    build: Build, settings: dict[str, Any], tmp_path: Path
) -> None:
    book = {**BOOK, "other": FAILING}
    built = build(book, *EXTENSIONS, warns=["other.md:9: WARNING: cell 1 raised"], **settings)
    assert (outputs(built), outputs(built, "other")) == (["2"], [])
    assert built.warnings.startswith(f"{tmp_path}/book/other.md:9:")


# ------------------------------------------------------------------ pages without outputs


def test_pages_read_without_outputs_are_read_again_for_a_builder_that_shows_them(
    build: Build, settings: dict[str, Any]
) -> None:
    build(PAGE, *EXTENSIONS, builder="doctest", **settings)
    again = build(PAGE, *EXTENSIONS, **settings)
    assert outputs(again) == ["2"]
    assert ">2" in again.html()
    third = build(PAGE, *EXTENSIONS, builder="doctest", **settings)
    assert "0 added, 0 changed, 0 removed" in third.printed
    assert outputs(third) == ["2"]


def test_a_page_that_was_read_without_outputs_is_read_again_when_it_has_some(
    build: Build, settings: dict[str, Any], executed: list[str], tmp_path: Path
) -> None:
    for _ in range(2):
        built = build(BOOK, *EXTENSIONS, **settings, without_outputs=["other", "page"])
        assert (outputs(built), outputs(built, "other")) == ([], [])
    assert executed == []
    execute_book(sorted((tmp_path / "book").glob("*.md")))
    built = build(BOOK, *EXTENSIONS, **settings, without_outputs=["page"])
    assert "0 added, 1 changed, 0 removed" in built.printed
    assert (outputs(built), outputs(built, "other")) == ([], ["4"])
    built = build(BOOK, *EXTENSIONS, **settings, without_outputs=[])
    assert "0 added, 1 changed, 0 removed" in built.printed
    assert (outputs(built), outputs(built, "other")) == (["2"], ["4"])
    built = build(BOOK, *EXTENSIONS, **settings, without_outputs=[])
    assert "0 added, 0 changed, 0 removed" in built.printed


def test_a_page_that_should_have_outputs_and_has_none_is_said_to_be_so_and_not_executed(
    build: Build, settings: dict[str, Any], executed: list[str], tmp_path: Path
) -> None:
    for _ in range(2):
        built = build(PAGE, *EXTENSIONS, **settings, without_outputs=[], warns=[UNCACHED])
        assert "page.md:1: WARNING" in built.warnings
        assert outputs(built) == []
    assert executed == []
    execute_book([tmp_path / "book" / "page.md"])
    assert outputs(build(PAGE, *EXTENSIONS, **settings, without_outputs=[])) == ["2"]


def test_a_new_hash_of_what_cells_see_renews_pages_that_did_not_change(build: Build) -> None:
    build(PAGE, *EXTENSIONS, execution_hash="before")
    assert "0 changed" in build(PAGE, *EXTENSIONS, execution_hash="before").printed
    assert "[100%] page" in build(PAGE, *EXTENSIONS, execution_hash="after").printed


# ------------------------------------------------------------------ what follows from a failure


def test_a_figure_that_its_cell_did_not_draw_is_not_said_to_be_missing(
    build: Build, settings: dict[str, Any]
) -> None:
    drawn = "```{code-cell}\n---\nmystnb:\n  figure:\n    name: fig-one\n---\n1 / 0\n```\n"
    page = f"# Page\n\n{drawn}\n{{ref}}`fig-one` {{numref}}`fig-one` {{ref}}`fig-two`\n"
    extensions = (*EXTENSIONS, "book._ext.build", "book._ext.languages.messages")
    for _ in range(2):
        build(page, *extensions, warns=["cell 1 raised", "no label 'fig-two'"], **settings)
