"""Execute the pages' cells once, two pages at a time, into the cache that all editions read.

The cache's folder is named by a hash of everything that cells can see besides their own text, so
that a change in ``dlref``, its data, its figures or the lock never meets an old output.
(``jupyter_cache`` has executors of its own; they do not say in which line of a page a cell
failed.)
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import sqlite3
import sys
import time
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from book._ext.findings import Finding, once_each, shown
from book._ext.paths import BUILD, ROOT
from book._ext.truth.kept import KeptPages
from book._ext.truth.outputs import problems_of

if TYPE_CHECKING:
    from jupyter_cache.cache.main import JupyterCacheBase
    from nbformat import NotebookNode

SEEN_BY_CELLS = ("dlref", "requirements.txt")
RULES = ("book/_ext/truth", "book/_ext/languages")  # whether a page is executed, and shown
FOR_KERNELS = {"SOURCE_DATE_EPOCH": "0"}  # figures bear no date: the same cell, the same bytes
OF_KERNEL = re.compile(r"\(\d+\.py, line (\d+)\)$")  # a cell that cannot be parsed is named so
OF_THE_DISK = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_READONLY: errno.EROFS,
    sqlite3.SQLITE_CANTOPEN: errno.EACCES,
}
CELL_TIMEOUT = 120  # seconds
WORKERS = 2


class Page(NamedTuple):
    """A page as a notebook; ``lines`` holds the line in which each of its cells starts."""

    path: Path
    content: bytes
    notebook: NotebookNode
    lines: list[int]


class Outcome(NamedTuple):
    """What executing a page gave: its seconds, and what went wrong."""

    page: Page
    seconds: float
    findings: list[Finding]


class Executed(NamedTuple):
    """What executing pages gave: what went wrong, and the names of those without outputs now."""

    findings: list[Finding]
    without_outputs: list[str]


class UnreadablePageError(Exception):
    """A page is no notebook; ``findings`` says why."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = findings


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


def kept_pages(cache: Path) -> KeptPages:
    """Return the pages that are known to have their outputs in a cache."""
    return KeptPages(cache, hash_of(*RULES))


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
    return Page(path, content, notebook, notebook.metadata.pop("source_map"))


def pages_to_execute(pages: Iterable[Page], cache: JupyterCacheBase) -> Iterator[Page]:
    """Yield the pages that have no usable record in the cache."""
    for page in pages:
        try:
            _, kept = cache.merge_match_into_notebook(page.notebook)
        except (KeyError, ValueError):  # none, or its file is gone or cut: a build was killed
            yield page
        else:
            if describe_outputs(page._replace(notebook=kept)):  # the rules have changed
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
    findings = []
    try:
        if any(cell.cell_type == "code" for cell in page.notebook.cells):
            client.execute(env=os.environ | FOR_KERNELS)
    except (CellExecutionError, TimeoutError, RuntimeError) as failure:
        findings.append(describe_failure(page, started, failure))
        if started:
            page.notebook.cells[started[-1]].outputs = []  # a traceback, with paths in it
    findings = [*describe_outputs(page), *findings]
    return Outcome(page, time.perf_counter() - start, findings)


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


def _of_the_disk(error: BaseException) -> int | None:
    """Return the system's number for what a database says of the disk; None if it does not."""
    code: int = 0
    cause: BaseException | None = error
    while cause is not None and not code:  # the cache, SQLAlchemy and SQLite raise one another's
        code = getattr(getattr(cause, "orig", cause), "sqlite_errorcode", 0)
        cause = cause.__cause__
    return OF_THE_DISK.get(code & 0xFF)


@contextmanager
def as_the_system_says_it() -> Iterator[None]:
    """Raise what the cache's database says of the disk as an error of the system."""
    from sqlalchemy.exc import OperationalError

    try:
        yield
    except (OperationalError, RuntimeError) as error:
        number = _of_the_disk(error)
        if number is None:
            raise
        raise OSError(number, os.strerror(number), shown(cache_path())) from None


def read_pages(paths: Iterable[Path]) -> tuple[list[Page], list[Finding], list[str]]:
    """Return the pages that can be read, and of the others what is wrong, and the names."""
    pages, findings, unreadable = [], [], []
    for path in paths:
        try:
            pages.append(read_page(path))
        except UnreadablePageError as error:
            findings += error.findings
            unreadable.append(path.stem)
    return pages, findings, unreadable


@as_the_system_says_it()
def execute_book(paths: Iterable[Path], only: Collection[str] | None = None) -> Executed:
    """Execute what the cache lacks, keep what succeeds, and print the progress.

    With ``only`` the names of some, the others are left as they are.
    """
    paths = list(paths)
    folder, cache = cache_path(), open_cache()
    kept = kept_pages(folder)
    pages, findings, without = read_pages(path for path in paths if path not in kept)
    todo = list(pages_to_execute(pages, cache))
    waiting = {page.path for page in todo}
    for page in pages:
        if page.path not in waiting:
            kept.add(page.path, page.content, key_of(page, cache))
    if only is not None:
        without += [page.path.stem for page in todo if page.path.stem not in only]
        todo = [page for page in todo if page.path.stem in only]
    if todo:
        said = f"==> executing {len(todo)} of {len(paths)} pages, {WORKERS} at a time"
        print(said, flush=True)
    for outcome in execute_side_by_side(todo):
        page = outcome.page
        print(f"    {page.path.stem:24}{outcome.seconds:6.1f} s", flush=True)
        findings += outcome.findings
        if outcome.findings:
            without.append(page.path.stem)
        elif cache_path() == folder:  # else what its cells import was edited while they ran
            if list(pages_to_execute([page], cache)):  # else one of the same cells was kept
                keep(outcome, cache)
            kept.add(page.path, page.content, key_of(page, cache))
    kept.save()
    return Executed(once_each(findings), without)


def execute_side_by_side(pages: list[Page]) -> Iterator[Outcome]:
    """Yield what executing each page gave, as soon as it is known."""
    prepare_kernels()
    with ThreadPoolExecutor(WORKERS) as pool:
        for finished in as_completed([pool.submit(execute, page) for page in pages]):
            yield finished.result()


def open_cache() -> JupyterCacheBase:
    """Open the cache; one that cannot be read is thrown away, which costs time and no truth."""
    from jupyter_cache import get_cache
    from sqlalchemy.exc import DatabaseError

    folder = cache_path()
    try:
        cache = get_cache(str(folder))
        cache.list_cache_records()
    except (DatabaseError, RuntimeError) as error:  # cut short, or empty
        if _of_the_disk(error):  # which is full, say: what was executed is kept
            raise
        print(f"==> {shown(folder)} is damaged: all pages are executed anew", flush=True)
        shutil.rmtree(folder)
        cache = get_cache(str(folder))
    return cache


def keep(outcome: Outcome, cache: JupyterCacheBase) -> None:
    """Let all builds show the outputs of a page."""
    from jupyter_cache.base import CacheBundleIn

    left = cache_path() / "executed" / key_of(outcome.page, cache)
    shutil.rmtree(left, ignore_errors=True)  # by a killed build
    kept = CacheBundleIn(
        outcome.page.notebook,
        str(outcome.page.path),
        data={"execution_seconds": outcome.seconds},
    )
    cache.cache_notebook_bundle(kept, check_validity=False, overwrite=True)


def key_of(page: Page, cache: JupyterCacheBase) -> str:
    """Return the name under which the cache keeps a page."""
    return str(cache.create_hashed_notebook(page.notebook)[1])


def prepare_kernels() -> None:
    """Let kernels import the book's own packages from this folder, and share the processor."""
    paths = [str(ROOT), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(filter(None, paths)))
    # Two kernels that each use all cores hinder each other; one thread also rounds alike anywhere.
    for library in ("OPENBLAS", "OMP", "MKL"):
        os.environ[f"{library}_NUM_THREADS"] = "1"
