"""A page knows its cells and their lines; a cell that fails is named, and what it said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbclient
import pytest
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output

from book._ext.findings import Finding
from book._ext.paths import BOOK
from book._ext.truth import kernels
from book._ext.truth.kernels import execute, prepare_kernels, read_page
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
        assert env["DLREF_FIGURES"] == "all"  # and come in all variants
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
    monkeypatch.setattr(kernels, "problems_of", lambda cell: ["prints"] * bool(cell.outputs))
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
    monkeypatch.setattr(kernels, "CELL_TIMEOUT", 1 if text is ENDLESS else 120)
    prepare_kernels()
    path = write(tmp_path, text)
    findings = execute(read_page(path)).findings
    assert len(findings) == bool(said)
    assert all(str(f).startswith(f"{path}:17: cell 1 {said}") for f in findings)
    assert capfd.readouterr().err == ""


def test_what_is_printed_in_pieces_is_kept_as_it_was_printed(tmp_path: Path) -> None:
    code = "print('a', end='', flush=True)\nprint('\\nb')"
    page = read_page(write(tmp_path, f"{PAGE}\n```{{code-cell}}\n{code}\n```\n"))
    assert execute(page).findings == []
    [_, cell] = [cell for cell in page.notebook.cells if cell.cell_type == "code"]
    assert [output.text for output in cell.outputs] == ["a\nb\n"]


def test_a_page_without_cells_needs_no_kernel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends_with(monkeypatch, RuntimeError("a kernel was started"))
    page = read_page(write(tmp_path, "(page)=\n# {zh}`页`{en}`Page`\n"))
    assert execute(page).findings == []
