"""Execution cannot go stale or lie: each way in which it could is tried on a small book."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import nbclient
import pytest
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output

from book._ext.paths import BOOK
from book._ext.truth import execution
from book._ext.truth.execution import (
    Outcome,
    Page,
    describe_outputs,
    execute,
    execute_book,
    hash_of,
    read_page,
)
from tests.book.app import MATTER, PAGE, Build
from tests.book.conftest import SmallBook

FAILING = PAGE + "\n```{code-cell}\n1 / 0\n```\n"

# ------------------------------------------------------------------ what make promises


def test_a_build_does_again_what_changed_and_nothing_else(small_book: SmallBook) -> None:
    assert small_book.make()[0] == 0
    assert "2.0\n" in small_book.html()
    page = small_book.folder / "_build" / "html" / "zh" / "page.html"
    written = page.stat().st_mtime_ns
    code, output = small_book.make()
    assert code == 0
    assert "all 2 are up to date" in output
    assert page.stat().st_mtime_ns == written
    small_book.edit("book/page.md", "中文段落", "另一段话")
    code, output = small_book.make("html", "EDITIONS=zh", "SPHINXOPTS=--no-color")
    assert code == 0
    assert "all 2 are up to date" in output
    # one page is read: once for its equations, and once for the edition
    assert output.count("0 added, 1 changed, 0 removed") == 2
    assert "另一段话" in small_book.html()
    small_book.edit("dlref/regression.py", "0.5 * ", "5.0 * ")
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


WAIT = """\
import pathlib
while MARK and not pathlib.Path("FOLDER", "go").exists():
    pathlib.Path("FOLDER", "running").touch()
"""


@pytest.mark.parametrize(
    ("block", "mark"),
    [("code-cell", "True"), ("values", 'pathlib.Path("_build/doctrees/zh.unfinished").exists()')],
    ids=["while its cells run", "while its pages are read"],
)
def test_a_build_that_was_killed_is_made_good_by_the_next(
    small_book: SmallBook, block: str, mark: str
) -> None:
    assert small_book.make()[0] == 0
    wait = WAIT.replace("MARK", mark).replace("FOLDER", str(small_book.folder))
    text = PAGE.replace("中文段落", "另一段话").replace("3.0, 1.0", "5.0, 1.0")
    small_book.write(text + f"\n```{{{block}}}\n{wait}```\n")
    process = small_book.start()
    while not (small_book.folder / "running").exists():
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    (small_book.folder / "go").touch()
    assert small_book.make()[0] == 0
    assert "另一段话" in small_book.html()
    assert "8.0\n" in small_book.html()


# ------------------------------------------------------------------ pages as notebooks


@pytest.mark.parametrize("path", sorted(BOOK.glob("*.md")), ids=lambda path: path.stem)
def test_no_cell_of_a_page_is_dropped(path: Path) -> None:
    page = read_page(path)
    written = path.read_text("utf-8").count("{code-cell}")
    assert sum(cell.cell_type == "code" for cell in page.notebook.cells) == written


def write(folder: Path, text: str, name: str = "page") -> Path:
    path = folder / f"{name}.md"
    path.write_text(MATTER + text, "utf-8")
    return path


def test_a_cell_inside_a_directive_would_be_counted_as_dropped(tmp_path: Path) -> None:
    page = read_page(write(tmp_path, PAGE + "\n::::{note}\n```{code-cell}\n1\n```\n::::\n"))
    assert page.path.read_text("utf-8").count("{code-cell}") == 2
    assert sum(cell.cell_type == "code" for cell in page.notebook.cells) == 1


def test_a_page_knows_the_lines_of_its_cells(tmp_path: Path) -> None:
    page = read_page(write(tmp_path, FAILING))
    text = page.path.read_text("utf-8").splitlines()
    cells = zip(page.lines, page.notebook.cells, strict=True)
    starts = [line for line, cell in cells if cell.cell_type == "code"]
    assert [text[line - 1] for line in starts] == ["```{code-cell}"] * 2


# ------------------------------------------------------------------ what a failure says


def ends_with(monkeypatch: pytest.MonkeyPatch, error: Exception | None, *started: int) -> None:
    """Let each execution start cells and fail, without a kernel; cells print their numbers."""

    def end(client: nbclient.NotebookClient) -> None:
        cells = [(i, cell) for i, cell in enumerate(client.nb.cells) if cell.cell_type == "code"]
        for number in started:
            index, cell = cells[number - 1]
            client.on_cell_execute(cell=cell, cell_index=index)
            cell.outputs = [new_output("stream", name="stdout", text=f"{number}\n")]
        if error is not None:
            raise error

    monkeypatch.setattr(nbclient.NotebookClient, "execute", end)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (CellExecutionError("", "KeyError", "'a'"), "raised KeyError: 'a'"),
        (CellTimeoutError("A cell timed out"), "ran longer than 120 s, which no cell may"),
        (DeadKernelError("Kernel died"), "ended its kernel: does it call os._exit"),
        (RuntimeError("no socket\nat all"), "did not finish: no socket"),
    ],
)
@pytest.mark.parametrize(("cell", "line"), [(1, 17), (2, 23)])
def test_the_cell_that_was_started_last_is_blamed_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cell: int, line: int, error: Any, said: str
) -> None:
    ends_with(monkeypatch, error, *range(1, cell + 1))
    path = write(tmp_path, FAILING)
    outcome = execute(read_page(path))
    assert outcome.error.startswith(f"{path}:{line}: cell {cell} {said}")
    assert "\n" not in outcome.error


def test_a_kernel_that_does_not_start_is_no_cell_s_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends_with(monkeypatch, RuntimeError("Kernel died before replying"))
    path = write(tmp_path, FAILING)
    error = execute(read_page(path)).error
    assert error == f"{path}:1: the kernel of this page did not start: Kernel died before replying"


def test_what_a_cell_should_not_print_fails_its_page_besides_the_cell_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "problems_of", lambda cell: ["prints"] * bool(cell.outputs))
    ends_with(monkeypatch, DeadKernelError("Kernel died"), 1, 2)
    path = write(tmp_path, FAILING)
    first, second = execute(read_page(path)).error.splitlines()
    assert first == f"{path}:17: cell 1 prints"
    assert second.startswith(f"{path}:23: cell 2 ended its kernel")


ENDLESS = PAGE.replace("import dlref", "while True: pass")
DEADLY = PAGE.replace("import dlref", "import posix; posix._exit(3)") + "\n```{code-cell}\n1\n```\n"
WARNS = PAGE.replace("import dlref", "import dlref, warnings; warnings.warn('careful')")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ENDLESS, "ran longer than 1 s"),
        (DEADLY, "ended its kernel"),
        (WARNS, "writes to stderr, 'line 1: UserWarning: careful'"),
        (PAGE, ""),
    ],
    ids=["endless", "deadly", "warns", "good"],
)
def test_a_kernel_tells_which_cell_fails_and_nothing_else(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    text: str,
    said: str,
) -> None:
    monkeypatch.setattr(execution, "CELL_TIMEOUT", 1 if text is ENDLESS else 120)
    execution.prepare_kernels()
    path = write(tmp_path, text)
    error = execute(read_page(path)).error
    assert error.startswith(f"{path}:17: cell 1 {said}" if said else "")
    assert error.count("\n") == 0
    assert bool(error) == bool(said)
    assert capfd.readouterr().err == ""


def test_a_page_without_cells_needs_no_kernel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends_with(monkeypatch, RuntimeError("a kernel was started"))
    assert execute(read_page(write(tmp_path, "(page)=\n# {zh}`页`{en}`Page`\n"))).error == ""


# ------------------------------------------------------------------ what is kept


@pytest.fixture
def executed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keep a cache in the test's folder, and execute nothing; return the pages that would be."""
    names: list[str] = []

    def pretend(page: Page) -> Outcome:
        names.append(page.path.stem)
        error = "one.md:1: cell 1 raised" if "1 / 0" in page.path.read_text("utf-8") else ""
        return Outcome(page, 0.5, error)

    monkeypatch.setattr(execution, "cache_path", lambda: tmp_path / "cache")
    monkeypatch.setattr(execution, "prepare_kernels", lambda: None)
    monkeypatch.setattr(execution, "execute", pretend)
    return names


def test_a_page_is_executed_when_its_cells_change_and_not_when_its_prose_does(
    tmp_path: Path, executed: list[str]
) -> None:
    pages = [write(tmp_path, PAGE, "one"), write(tmp_path, PAGE.replace("3.0", "4.0"), "two")]
    assert execute_book(pages) == 0
    assert sorted(executed) == ["one", "two"]
    write(tmp_path, PAGE.replace("中文段落", "另一段话"), "one")
    assert execute_book(pages) == 0
    assert len(executed) == 2
    write(tmp_path, PAGE.replace("3.0", "5.0"), "two")
    assert execute_book(pages) == 0
    assert executed[2:] == ["two"]


def test_a_page_that_fails_is_not_kept_and_all_failures_are_counted_and_said(
    tmp_path: Path, executed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    pages = [write(tmp_path, FAILING, "one"), write(tmp_path, PAGE, "two")]
    for _ in range(2):
        assert execute_book(pages) == 1
        assert capsys.readouterr().err == "one.md:1: cell 1 raised\n"
    assert sorted(executed) == ["one", "one", "two"]


def test_a_page_that_cannot_be_read_is_named_and_the_others_are_kept(
    tmp_path: Path, executed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    pages = [write(tmp_path, PAGE, name) for name in ("none", "latin", "cell", "good")]
    pages[0].write_text("")
    pages[1].write_bytes(pages[1].read_bytes() + b"\xe9\n")
    pages[2].write_text(pages[2].read_text("utf-8").replace("import", ":tags: [a\nimport"), "utf-8")
    assert execute_book(pages) == 3
    said = capsys.readouterr().err.splitlines()
    lines = [f"{page}:{line}: " for page, line in zip(pages, (1, 22, 18), strict=False)]
    assert [line.startswith(start) for line, start in zip(said, lines, strict=True)] == [True] * 3
    assert execute_book(pages) == 3
    assert executed == ["good"]


def test_what_the_preview_kept_and_a_page_may_not_print_is_executed_again(
    tmp_path: Path, executed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = [lambda cell: [], lambda cell: ["prints"] * bool(cell.outputs)]

    def pretend(page: Page) -> Outcome:
        executed.append(page.path.stem)
        page.notebook.cells[-1].outputs = [new_output("stream", name="stdout", text="1\n")]
        return Outcome(page, 0.5, "\n".join(describe_outputs(page)))

    monkeypatch.setattr(execution, "execute", pretend)
    page = write(tmp_path, PAGE)
    for rule, failed, runs in ((rules[0], 0, 1), (rules[0], 0, 1), (rules[1], 1, 2)):
        monkeypatch.setattr(execution, "problems_of", rule)
        assert (execute_book([page]), len(executed)) == (failed, runs)


def test_a_record_whose_file_is_gone_is_executed_again(
    tmp_path: Path, executed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    page = write(tmp_path, PAGE)
    assert execute_book([page]) == execute_book([page]) == 0
    assert "all 1 are up to date" in capsys.readouterr().out
    [notebook] = (tmp_path / "cache").rglob("base.ipynb")
    shutil.rmtree(notebook.parent)
    assert execute_book([page]) == 0
    assert executed == ["page", "page"]


# ------------------------------------------------------------------ the hash of what cells see


def test_a_hash_follows_the_names_and_the_content_of_files_and_no_bytecode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "ROOT", tmp_path)
    (tmp_path / "code" / "__pycache__").mkdir(parents=True)
    (tmp_path / "lock").write_text("numpy==2")
    seen = [hash_of("code", "lock")]
    for name, text in (("a.py", "1"), ("a.py", "2"), ("b.py", "2"), ("../lock", "numpy==3")):
        (tmp_path / "code" / name).write_text(text)
        seen.append(hash_of("code", "lock"))
    (tmp_path / "code" / "a.py").rename(tmp_path / "code" / "c.py")
    seen.append(hash_of("code", "lock"))
    assert len(set(seen)) == len(seen) == 6
    (tmp_path / "code" / "__pycache__" / "a.pyc").write_text("bytecode")
    assert hash_of("code", "lock") == seen[-1]


def test_the_cache_is_named_by_the_hash_of_dlref_and_of_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "ROOT", tmp_path)
    for name in ("dlref/a.py", "requirements.txt"):
        before = execution.cache_path()
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("1")
        assert execution.cache_path() != before
        assert execution.cache_path().name == execution.execution_hash()


@pytest.mark.parametrize("value", ["execution_hash", "execution_hash_of_pages"])
def test_a_new_hash_renews_pages_that_did_not_change(build: Build, value: str) -> None:
    parts = ("book._ext.languages.bilingual", "book._ext.truth.execution")
    build(PAGE, *parts, **{value: "before"})
    assert "writing output... [" not in build(PAGE, *parts, **{value: "before"}).printed
    assert "writing output... [100%] page" in build(PAGE, *parts, **{value: "after"}).printed


def test_kernels_import_from_the_repository_and_use_one_thread_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for library in ("OPENBLAS", "OMP", "MKL"):
        monkeypatch.setenv(f"{library}_NUM_THREADS", "8")
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    execution.prepare_kernels()
    execution.prepare_kernels()
    assert os.environ["PYTHONPATH"] == f"{execution.ROOT}{os.pathsep}elsewhere"
    assert {os.environ[f"{library}_NUM_THREADS"] for library in ("OPENBLAS", "OMP", "MKL")} == {"1"}
