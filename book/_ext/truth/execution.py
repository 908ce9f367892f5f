"""Execute the pages' cells once, two pages at a time, into the cache that all editions read.

``python -m book._ext.truth.execution`` executes what is not in the cache yet.  The cache's folder
is named by a hash of everything that cells can see besides their own text, so that a change in
``dlref``, its data, its figures or the lock never meets an old output.  (``jupyter_cache`` has
executors of its own; they do not say in which line of a page a cell failed.)
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from book._ext.paths import BOOK, BUILD, ROOT
from book._ext.truth.outputs import problems_of

if TYPE_CHECKING:
    from jupyter_cache.cache.main import JupyterCacheBase
    from nbformat import NotebookNode
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

SEEN_BY_CELLS = ("dlref", "requirements.txt")
CELL_TIMEOUT = 120  # seconds
WORKERS = 2


class Page(NamedTuple):
    """A page as a notebook; ``lines`` holds the line in which each of its cells starts."""

    path: Path
    notebook: NotebookNode
    lines: list[int]


class Outcome(NamedTuple):
    """What executing a page gave: its seconds, and what went wrong (empty if nothing did)."""

    page: Page
    seconds: float
    error: str


class UnreadablePageError(Exception):
    """A page is no notebook; a line for each thing that is wrong, with file and line."""


def execution_hash() -> str:
    """Return a hash of all that a cell's output depends on besides the page itself."""
    return hash_of(*SEEN_BY_CELLS)


def hash_of(*names: str) -> str:
    """Return a hash of files, and of all files in folders, and of the Python that runs them."""
    digest = hashlib.sha256(sys.version.encode())
    for name in names:
        path = ROOT / name
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(f"{file.relative_to(ROOT)}\0".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def cache_path() -> Path:
    """Return the folder of the cache that belongs to the present hash."""
    return BUILD / "execution" / execution_hash()


def read_page(path: Path) -> Page:
    """Read a page as MyST-NB does; the result has the page's code cells, not executed."""
    from myst_nb.core.read import read_myst_markdown_notebook
    from myst_parser.config.main import MdParserConfig

    from book._ext.languages import readable
    from book._ext.languages.parity import MYST_EXTENSIONS

    text, problems = readable.read(path.read_bytes())
    if problems:
        said = [f"{shown(path)}:{problem.line}: {problem.message}" for problem in problems]
        raise UnreadablePageError("\n".join(said))
    config = MdParserConfig(enable_extensions=set(MYST_EXTENSIONS))
    notebook = read_myst_markdown_notebook(text, config, add_source_map=True, path=path)
    return Page(path, notebook, notebook.metadata.pop("source_map"))


def shown(path: Path) -> Path:
    """Return a path as messages show it: from the repository on."""
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


def read_pages(paths: list[Path]) -> tuple[list[Page], list[str]]:
    """Return the pages that can be read, and what is wrong with each of the others."""
    pages, failures = [], []
    for path in paths:
        try:
            pages.append(read_page(path))
        except UnreadablePageError as error:
            failures.append(str(error))
    return pages, failures


def pages_to_execute(pages: list[Page], cache: JupyterCacheBase) -> Iterator[Page]:
    """Yield the pages that have no usable record in the cache."""
    for page in pages:
        try:
            _, kept = cache.merge_match_into_notebook(page.notebook)
        except KeyError:  # as well if the file is gone: a build was killed
            yield page
        else:
            if describe_outputs(page._replace(notebook=kept)):  # the preview keeps all outputs
                yield page


def execute(page: Page) -> Outcome:
    """Run the cells of a page in a kernel of its own, up to the first that fails."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    started: list[int] = []
    client = NotebookClient(
        page.notebook,
        kernel_name=page.notebook.metadata.kernelspec.name,
        extra_arguments=["--log-level=CRITICAL"],  # else it warns of TCP, and tells how it died
        timeout=CELL_TIMEOUT,
        resources={"metadata": {"path": str(page.path.parent)}},
        record_timing=False,
        on_cell_execute=lambda **of: started.append(of["cell_index"]),
    )
    start = time.perf_counter()
    error = ""
    try:
        if any(cell.cell_type == "code" for cell in page.notebook.cells):
            client.execute()
    except (CellExecutionError, TimeoutError, RuntimeError) as failure:
        error = describe_failure(page, started, failure)
        if started:
            page.notebook.cells[started[-1]].outputs = []  # a traceback, with paths in it
    error = "\n".join(filter(None, [*describe_outputs(page), error]))
    return Outcome(page, time.perf_counter() - start, error)


def describe_outputs(page: Page) -> list[str]:
    """Say of each executed cell what it should not have printed."""
    return [
        f"{place_of(page, index)} {problem}"
        for index, cell in enumerate(page.notebook.cells)
        if cell.cell_type == "code"
        for problem in problems_of(cell)
    ]


def describe_failure(page: Page, started: list[int], failure: Exception) -> str:
    """Name the cell that failed, the last that was started, its line, and how it failed."""
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    reason = str(failure).strip().partition("\n")[0]
    if not started:
        return f"{shown(page.path)}:1: the kernel of this page did not start: {reason}"
    place = place_of(page, started[-1])
    if isinstance(failure, CellExecutionError):
        return f"{place} raised {failure.ename}: {failure.evalue}"
    if isinstance(failure, CellTimeoutError):
        return f"{place} ran longer than {CELL_TIMEOUT} s, which no cell may: let it compute less"
    if isinstance(failure, DeadKernelError):
        return f"{place} ended its kernel: does it call os._exit, or take all memory?"
    return f"{place} did not finish: {reason}"


def place_of(page: Page, index: int) -> str:
    """Return file, line and number of a cell, as messages open."""
    number = sum(cell.cell_type == "code" for cell in page.notebook.cells[: index + 1])
    return f"{shown(page.path)}:{page.lines[index]}: cell {number}"


def execute_book(paths: list[Path]) -> int:
    """Execute what the cache lacks and print the progress; return the number of failed pages."""
    pages, failures = read_pages(paths)
    failures += execute_pages(pages)
    for failure in failures:
        print(failure, file=sys.stderr)
    return len(failures)


def execute_pages(pages: list[Page]) -> list[str]:
    """Execute what the cache lacks and keep what succeeds; return what each failure says."""
    from jupyter_cache import get_cache
    from jupyter_cache.base import CacheBundleIn

    cache = get_cache(str(cache_path()))
    todo = list(pages_to_execute(pages, cache))
    if not todo:
        print(f"==> executed pages: all {len(pages)} are up to date")
        return []
    print(f"==> executing {len(todo)} of {len(pages)} pages, {WORKERS} at a time", flush=True)
    prepare_kernels()
    failures: list[str] = []
    with ThreadPoolExecutor(WORKERS) as pool:
        for finished in as_completed([pool.submit(execute, page) for page in todo]):
            outcome = finished.result()
            name = outcome.page.path.stem
            print(f"    {name:24}{outcome.seconds:6.1f} s", flush=True)
            if outcome.error:
                failures.append(outcome.error)
                continue
            cache.cache_notebook_bundle(
                CacheBundleIn(
                    outcome.page.notebook,
                    str(outcome.page.path),
                    data={"execution_seconds": outcome.seconds},
                ),
                check_validity=False,
                overwrite=True,
            )
    return failures


def prepare_kernels() -> None:
    """Let kernels import the book's own packages from this folder, and share the processor."""
    paths = [str(ROOT), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(filter(None, paths)))
    # Two kernels that each use all cores hinder each other; one thread also rounds alike anywhere.
    for library in ("OPENBLAS", "OMP", "MKL"):
        os.environ[f"{library}_NUM_THREADS"] = "1"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Make the hash part of the environment and of each page, so that a change renews both."""
    app.add_config_value("execution_hash", "", "env", types=frozenset({str}))
    app.add_config_value("execution_hash_of_pages", "", "html", types=frozenset({str}))
    app.connect("config-inited", lambda _app, _config: prepare_kernels())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    os.environ["SOURCE_DATE_EPOCH"] = "0"  # figures bear no date: the same cell, the same bytes
    sys.exit(1 if execute_book(sorted(BOOK.glob("*.md"))) else 0)
