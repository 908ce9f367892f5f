"""Execution cannot go stale or lie: each way in which it could is tried on a small book."""

from __future__ import annotations

import os
import signal
import time

import pytest

from book._ext.execution import ROOT, read_page
from tests.book.conftest import PAGE, SmallBook

FAILING = PAGE + "\n```{code-cell}\n1 / 0\n```\n"


def test_a_change_in_dlref_changes_the_output_at_the_next_build(small_book: SmallBook) -> None:
    assert small_book.make()[0] == 0
    assert "2.0\n" in small_book.html()
    module = small_book.folder / "dlref" / "regression.py"
    text = module.read_text("utf-8")
    assert text.count("0.5 * ") == 1
    module.write_text(text.replace("0.5 * ", "5.0 * "), "utf-8")
    assert small_book.make()[0] == 0
    assert "20.0\n" in small_book.html()


def test_a_failing_cell_fails_every_build_and_names_page_cell_and_error(
    small_book: SmallBook,
) -> None:
    small_book.write(FAILING)
    for _ in range(2):
        code, output = small_book.make()
        assert code != 0
        assert "page.md:23: cell 2 raised ZeroDivisionError: division by zero" in output


def test_a_second_build_executes_nothing_and_rewrites_nothing(small_book: SmallBook) -> None:
    assert small_book.make()[0] == 0
    page = small_book.folder / "_build" / "html" / "zh" / "page.html"
    written = page.stat().st_mtime_ns
    code, output = small_book.make()
    assert code == 0
    assert "all 2 are up to date" in output
    assert page.stat().st_mtime_ns == written


def test_a_change_of_prose_reads_one_page_and_executes_nothing(small_book: SmallBook) -> None:
    assert small_book.make("html")[0] == 0
    small_book.write(PAGE.replace("中文段落", "另一段话"))
    code, output = small_book.make("html", "SPHINXOPTS=--no-color")
    assert code == 0
    assert "all 2 are up to date" in output
    # one page is read in each edition, and once for its equations
    assert output.count("0 added, 1 changed, 0 removed") == 4
    assert "另一段话" in small_book.html()


@pytest.mark.parametrize("wait_for", ["==> executing", "==> edition zh"])
def test_a_build_that_was_killed_is_made_good_by_the_next(
    small_book: SmallBook, wait_for: str
) -> None:
    assert small_book.make()[0] == 0
    module = small_book.folder / "dlref" / "regression.py"
    module.write_text(module.read_text("utf-8") + "\n", "utf-8")
    small_book.write(PAGE.replace("中文段落", "另一段话").replace("3.0, 1.0", "5.0, 1.0"))
    process = small_book.start()
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(wait_for):
            break
    else:
        pytest.fail(f"the build never said {wait_for!r}")
    time.sleep(0.7)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert small_book.make()[0] == 0
    assert "另一段话" in small_book.html()
    assert "8.0\n" in small_book.html()


@pytest.mark.parametrize("path", sorted((ROOT / "book").glob("*.md")), ids=lambda path: path.stem)
def test_no_cell_of_a_page_is_dropped(path: os.PathLike[str]) -> None:
    page = read_page(ROOT / path)
    written = page.path.read_text("utf-8").count("{code-cell}")
    assert sum(cell.cell_type == "code" for cell in page.notebook.cells) == written


def test_a_cell_inside_a_directive_would_be_counted_as_dropped(small_book: SmallBook) -> None:
    small_book.write(PAGE + "\n::::{note}\n```{code-cell}\n1\n```\n::::\n")
    page = read_page(small_book.folder / "book" / "page.md")
    assert page.path.read_text("utf-8").count("{code-cell}") == 2
    assert sum(cell.cell_type == "code" for cell in page.notebook.cells) == 1
