"""A page's cells run in a kernel of their own, which answers what the prose claims of them."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from book._ext.findings import Finding, shown
from book._ext.paths import ROOT
from book._ext.truth.claims import Answer, Claims, read_claims
from book._ext.truth.outputs import problems_of

if TYPE_CHECKING:
    from nbformat import NotebookNode

FOR_KERNELS = {
    "SOURCE_DATE_EPOCH": "0",  # figures bear no date: the same cell, the same bytes
    "DLREF_FIGURES": "all",  # of the site, for wide and for narrow screens, and of the PDF
}
OF_KERNEL = re.compile(r"\(\d+\.py, line (\d+)\)$")  # a cell that cannot be parsed is named so
CELL_TIMEOUT = 120  # seconds


class Page(NamedTuple):
    """A page as a notebook; ``lines`` holds the line in which each of its cells starts."""

    path: Path
    content: bytes
    notebook: NotebookNode
    lines: list[int]
    claims: Claims


class Outcome(NamedTuple):
    """What executing a page gave: its seconds, what went wrong, the answers to its claims."""

    page: Page
    seconds: float
    findings: list[Finding]
    answers: Sequence[Sequence[Answer]] = ()


class UnreadablePageError(Exception):
    """A page is no notebook; ``findings`` says why."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = findings


def read_page(path: Path) -> Page:
    """Read a page as MyST-NB does; the result has the page's code cells, not executed."""
    from myst_nb.core.read import read_myst_markdown_notebook
    from myst_parser.config.main import MdParserConfig

    from book._ext.languages import readable
    from book._ext.languages.parity import MYST_EXTENSIONS

    content = path.read_bytes()
    text, problems = readable.read(content)
    if problems:
        raise UnreadablePageError([Finding(shown(path), *problem) for problem in problems])
    config = MdParserConfig(enable_extensions=set(MYST_EXTENSIONS))
    notebook = read_myst_markdown_notebook(text, config, add_source_map=True, path=path)
    lines = notebook.metadata.pop("source_map")
    return Page(path, content, notebook, lines, read_claims(text))


def execute(page: Page) -> Outcome:
    """Run the cells of a page in a kernel of its own, up to the first that fails."""
    if not any(cell.cell_type == "code" for cell in page.notebook.cells):
        return answer(page)
    from nbclient.exceptions import CellExecutionError

    from book._ext.truth.asking import AskingClient

    started: list[int] = []
    client = AskingClient(
        page.notebook,
        page.claims.steps,
        kernel_name=page.notebook.metadata.kernelspec.name,
        extra_arguments=["--log-level=CRITICAL"],  # else it warns of TCP, and tells how it died
        timeout=CELL_TIMEOUT,
        resources={"metadata": {"path": str(page.path.parent)}},
        record_timing=False,
        coalesce_streams=True,  # exactly: MyST-NB would add or drop the end of a line
        on_cell_execute=lambda **of: started.append(of["cell_index"]),
    )
    start = time.perf_counter()
    findings = []
    try:
        client.execute(env=os.environ | FOR_KERNELS)
    except (CellExecutionError, TimeoutError, RuntimeError) as failure:
        findings.append(describe_failure(page, started, failure))
        if started:
            page.notebook.cells[started[-1]].outputs = []  # a traceback, with paths in it
    findings = [*describe_outputs(page), *findings]
    return Outcome(page, time.perf_counter() - start, findings, client.answers)


def answer(page: Page) -> Outcome:
    """Answer what the prose of a page without cells asks, which needs no kernel."""
    from book._ext.truth.answers import Answers

    start = time.perf_counter()
    [steps] = page.claims.steps
    answers = [Answers().to(steps, {})]
    return Outcome(page, time.perf_counter() - start, [], answers)


def describe_outputs(page: Page) -> list[Finding]:
    """Say of each executed cell what it should not have printed."""
    return [
        at_cell(page, index, problem)
        for index, cell in enumerate(page.notebook.cells)
        if cell.cell_type == "code"
        for problem in problems_of(cell)
    ]


def describe_failure(page: Page, started: list[int], failure: Exception) -> Finding:
    """Name the cell that failed, the last that was started, its line, and how it failed."""
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    reason = str(failure).strip().partition("\n")[0]
    if not started:
        said = f"the kernel of this page did not start: {reason}"
        return Finding(shown(page.path), 1, said)
    if isinstance(failure, CellExecutionError):
        value = OF_KERNEL.sub(r"(line \1 of it)", failure.evalue)
        said = f"raised {failure.ename}: {value}"
    elif isinstance(failure, CellTimeoutError):
        said = f"ran longer than {CELL_TIMEOUT} s, which no cell may: let it compute less"
    elif isinstance(failure, DeadKernelError):
        said = "ended its kernel: does it call os._exit, or take all memory?"
    else:
        said = f"did not finish: {reason}"
    return at_cell(page, started[-1], said)


def at_cell(page: Page, index: int, said: str) -> Finding:
    """Return what is said of a cell, with its line and its number."""
    number = sum(cell.cell_type == "code" for cell in page.notebook.cells[: index + 1])
    return Finding(shown(page.path), page.lines[index], f"cell {number} {said}")


def prepare_kernels() -> None:
    """Let kernels import the book's own packages from this folder, and share the processor."""
    paths = [str(ROOT), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(filter(None, paths)))
    # Two kernels that each use all cores hinder each other; one thread also rounds alike anywhere.
    for library in ("OPENBLAS", "OMP", "MKL"):
        os.environ[f"{library}_NUM_THREADS"] = "1"
