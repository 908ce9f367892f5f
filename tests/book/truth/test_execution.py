"""Execution cannot go stale or lie: each way in which it could is tried on a small book."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import nbclient
import pytest
from jupyter_cache.cache.main import JupyterCacheBase
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output
from sqlalchemy.exc import OperationalError

from book._ext.findings import Finding
from book._ext.paths import BOOK
from book._ext.truth import execution
from book._ext.truth.execution import (
    Executed,
    Outcome,
    Page,
    describe_outputs,
    execute,
    execute_book,
    hash_of,
    read_page,
)
from tests.book.app import MATTER, PAGE

FAILING = PAGE + "\n```{code-cell}\n1 / 0\n```\n"

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

    def end(client: nbclient.NotebookClient, env: dict[str, str]) -> None:
        assert env["SOURCE_DATE_EPOCH"] == "0"  # figures bear no date
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
        (
            CellExecutionError("", "SyntaxError", "incomplete input (3719748119.py, line 8)"),
            "raised SyntaxError: incomplete input (line 8 of it)",
        ),
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
    [finding] = execute(read_page(path)).findings
    assert (finding.file, finding.line) == (str(path), line)
    assert finding.message.startswith(f"cell {cell} {said}")
    assert "\n" not in finding.message


def test_a_kernel_that_does_not_start_is_no_cell_s_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends_with(monkeypatch, RuntimeError("Kernel died before replying"))
    path = write(tmp_path, FAILING)
    said = "the kernel of this page did not start: Kernel died before replying"
    assert execute(read_page(path)).findings == [Finding(str(path), 1, said)]


def test_what_a_cell_should_not_print_fails_its_page_besides_the_cell_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "problems_of", lambda cell: ["prints"] * bool(cell.outputs))
    ends_with(monkeypatch, DeadKernelError("Kernel died"), 1, 2)
    path = write(tmp_path, FAILING)
    page = read_page(path)
    first, second = map(str, execute(page).findings)
    assert first == f"{path}:17: cell 1 prints"
    assert second.startswith(f"{path}:23: cell 2 ended its kernel")
    assert page.notebook.cells[-1].outputs == []  # a traceback would have paths in it


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
    findings = execute(read_page(path)).findings
    assert len(findings) == bool(said)
    assert all(str(f).startswith(f"{path}:17: cell 1 {said}") for f in findings)
    assert capfd.readouterr().err == ""


def test_a_page_without_cells_needs_no_kernel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends_with(monkeypatch, RuntimeError("a kernel was started"))
    page = read_page(write(tmp_path, "(page)=\n# {zh}`页`{en}`Page`\n"))
    assert execute(page).findings == []


# ------------------------------------------------------------------ what is kept


RAISED = Finding("one.md", 1, "cell 1 raised")


@pytest.fixture
def executed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keep a cache in the test's folder, and execute nothing; return the pages that would be."""
    names: list[str] = []

    def pretend(page: Page) -> Outcome:
        names.append(page.path.stem)
        return Outcome(page, 0.5, [RAISED] * ("1 / 0" in page.path.read_text("utf-8")))

    monkeypatch.setattr(execution, "cache_path", lambda: tmp_path / "cache")
    monkeypatch.setattr(execution, "prepare_kernels", lambda: None)
    monkeypatch.setattr(execution, "execute", pretend)
    return names


def test_a_page_is_executed_when_its_cells_change_and_not_when_its_prose_does(
    tmp_path: Path, executed: list[str]
) -> None:
    pages = [write(tmp_path, PAGE, "one"), write(tmp_path, PAGE.replace("3.0", "4.0"), "two")]
    assert execute_book(pages) == Executed([], [])
    assert sorted(executed) == ["one", "two"]
    write(tmp_path, PAGE.replace("中文段落", "另一段话"), "one")
    execute_book(pages)
    assert len(executed) == 2
    write(tmp_path, PAGE.replace("3.0", "5.0"), "two")
    execute_book(pages)
    assert executed[2:] == ["two"]


@pytest.mark.parametrize("edited", ["the page", "what it imports"])
def test_what_was_edited_while_cells_ran_is_executed_again(
    tmp_path: Path, executed: list[str], monkeypatch: pytest.MonkeyPatch, edited: str
) -> None:
    page = write(tmp_path, PAGE)
    pretend = execution.execute
    if edited == "the page":
        edit = partial(write, tmp_path, PAGE.replace("3.0", "4.0"))
    else:
        edit = partial(monkeypatch.setattr, execution, "cache_path", lambda: tmp_path / "other")
    monkeypatch.setattr(execution, "execute", lambda page: (edit(), pretend(page))[1])
    first = execution.cache_path()
    execute_book([page])
    assert (page in execution.kept_pages(first)) is False
    monkeypatch.setattr(execution, "execute", pretend)
    monkeypatch.setattr(execution, "cache_path", lambda: first)  # edited back
    execute_book([page])
    assert executed == ["page", "page"]


def test_a_page_that_fails_is_not_kept_and_what_is_missing_therefore_is_told(
    tmp_path: Path, executed: list[str]
) -> None:
    drawn = FAILING.replace("1 / 0", "mystnb:\n  figure:\n    name: fig-one\n---\n1 / 0")
    drawn = drawn.replace("mystnb:", "---\nmystnb:")
    pages = [write(tmp_path, drawn, "one"), write(tmp_path, PAGE, "two")]
    for _ in range(2):
        assert execute_book(pages) == Executed([RAISED], ["one"])
    assert sorted(executed) == ["one", "one", "two"]
    write(tmp_path, PAGE, "one")
    assert execute_book(pages) == Executed([], [])


def test_a_page_that_cannot_be_read_is_named_and_the_others_are_kept(
    tmp_path: Path, executed: list[str]
) -> None:
    pages = [write(tmp_path, PAGE, name) for name in ("cell", "good", "latin", "none")]
    pages[0].write_text(pages[0].read_text("utf-8").replace("import", ":tags: [a\nimport"), "utf-8")
    pages[2].write_bytes((MATTER + PAGE).encode() + b"\xe9\n")
    pages[3].write_text("")
    for _ in range(2):
        findings, without = execute_book(pages)
        places = [(str(pages[number]), line) for number, line in ((0, 18), (2, 22), (3, 1))]
        assert [(finding.file, finding.line) for finding in findings] == places
        assert without == ["cell", "latin", "none"]
    assert executed == ["good"]


def test_pages_of_the_same_cells_are_all_known_to_be_executed(
    tmp_path: Path, executed: list[str]
) -> None:
    named = MATTER.replace("---\n\n", "orphan: true\n---\n\n")  # the outputs' file holds it
    pages = [write(tmp_path, "(page)=\n# {zh}`页`{en}`Page`\n", name) for name in ("one", "two")]
    pages[1].write_text(pages[1].read_text("utf-8").replace(MATTER, named), "utf-8")
    execute_book(pages)
    kept = execution.kept_pages(execution.cache_path())
    assert [page in kept for page in pages] == [True, True]


def test_one_page_alone_is_executed_and_the_others_that_want_it_have_no_outputs(
    tmp_path: Path, executed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    pages = [write(tmp_path, PAGE.replace("3.0", f"{i}.0"), str(i)) for i in range(3)]
    execute_book(pages[:1])
    capsys.readouterr()
    assert execute_book(pages, only=["1"]) == Executed([], ["2"])
    assert "executing 1 of 3 pages" in capsys.readouterr().out
    assert execute_book(pages, only=["1"]) == Executed([], ["2"])
    assert capsys.readouterr().out == ""
    assert executed == ["0", "1"]


def test_what_was_kept_and_a_page_may_not_print_is_executed_again(
    tmp_path: Path, executed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = [lambda cell: [], lambda cell: ["prints"] * bool(cell.outputs)]

    def pretend(page: Page) -> Outcome:
        executed.append(page.path.stem)
        page.notebook.cells[-1].outputs = [new_output("stream", name="stdout", text="1\n")]
        return Outcome(page, 0.5, describe_outputs(page))

    monkeypatch.setattr(execution, "execute", pretend)
    page = write(tmp_path, PAGE)
    for rule, failed, runs in ((rules[0], 0, 1), (rules[0], 0, 1), (rules[1], 1, 2)):
        monkeypatch.setattr(execution, "problems_of", rule)
        monkeypatch.setattr(execution, "hash_of", lambda *_, rule=rule: str(id(rule)))
        assert (len(execute_book([page]).findings), len(executed)) == (failed, runs)


@pytest.mark.parametrize("left", [None, "", '{"cells'], ids=["gone", "empty", "cut"])
def test_a_record_whose_file_is_gone_or_cut_is_executed_again(
    tmp_path: Path, executed: list[str], left: str | None
) -> None:
    page = write(tmp_path, PAGE)
    execute_book([page])
    execute_book([page])
    assert executed == ["page"]
    [notebook] = (tmp_path / "cache").rglob("base.ipynb")
    shutil.rmtree(notebook.parent) if left is None else notebook.write_text(left)
    for _ in range(2):
        assert execute_book([page]) == Executed([], [])
    assert executed == ["page", "page"]


def test_what_a_killed_build_left_of_a_record_does_no_harm(
    tmp_path: Path, executed: list[str]
) -> None:
    page = write(tmp_path, PAGE)
    execute_book([page])
    with closing(sqlite3.connect(tmp_path / "cache" / "global.db")) as database:
        database.execute("DELETE FROM nbcache")
        database.commit()
    (tmp_path / "cache" / "kept.json").unlink()
    next((tmp_path / "cache").rglob("base.ipynb")).unlink()  # its folder stays
    for _ in range(2):
        assert execute_book([page]) == Executed([], [])
    assert executed == ["page", "page"]


@pytest.mark.parametrize("left", [b"", b"SQLite", None], ids=["empty", "cut", "half"])
def test_a_cache_that_is_damaged_is_begun_anew(
    tmp_path: Path, executed: list[str], capsys: pytest.CaptureFixture[str], left: bytes | None
) -> None:
    page = write(tmp_path, PAGE)
    execute_book([page])
    database = tmp_path / "cache" / "global.db"
    database.write_bytes(database.read_bytes()[:5000] if left is None else left)
    capsys.readouterr()
    assert execute_book([page]) == Executed([], [])
    assert "cache is damaged: all pages are executed anew" in capsys.readouterr().out
    execute_book([page])
    assert executed == ["page", "page"]


@pytest.mark.parametrize(
    ("code", "number"),
    [
        (sqlite3.SQLITE_FULL, errno.ENOSPC),
        (sqlite3.SQLITE_READONLY_DIRECTORY, errno.EROFS),
        (sqlite3.SQLITE_IOERR_WRITE, errno.EIO),
        (sqlite3.SQLITE_CANTOPEN, errno.EACCES),
    ],
)
def test_what_the_database_says_of_the_disk_is_an_error_of_the_system(
    tmp_path: Path, executed: list[str], monkeypatch: pytest.MonkeyPatch, code: int, number: int
) -> None:
    refusal = sqlite3.OperationalError("no")
    refusal.sqlite_errorcode = code

    def refuse(*_: object) -> None:
        raise OperationalError("INSERT", {}, refusal)

    monkeypatch.setattr(execution, "keep", refuse)
    with pytest.raises(OSError, match="cache") as raised:
        execute_book([write(tmp_path, PAGE)])
    assert raised.value.errno == number
    refusal.sqlite_errorcode = sqlite3.SQLITE_ERROR
    with pytest.raises(OperationalError):
        execute_book([write(tmp_path, PAGE)])


def test_a_disk_that_is_full_when_the_cache_is_opened_costs_no_output(
    tmp_path: Path, executed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = write(tmp_path, PAGE)
    execute_book([page])
    refusal = sqlite3.OperationalError("disk I/O error")
    refusal.sqlite_errorcode = sqlite3.SQLITE_IOERR

    def refuse(*_: object) -> None:
        raise RuntimeError("cleared") from OperationalError("SELECT", {}, refusal)

    with monkeypatch.context() as full:
        full.setattr(JupyterCacheBase, "list_cache_records", refuse)
        with pytest.raises(OSError, match="cache"):
            execute_book([page])
    execute_book([page])
    assert executed == ["page"]


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
