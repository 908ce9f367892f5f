"""Execute the pages' cells once, two pages at a time, into the cache that all editions read.

The cache's folder is named by a hash of everything that cells can see besides their own text, so
that a change in ``dlref``, its data, its figures or the lock never meets an old output.
(``jupyter_cache`` has executors of its own; they do not say in which line of a page a cell
failed.)
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from book._ext.files import write
from book._ext.findings import Finding, once_each, shown
from book._ext.paths import BUILD, ROOT
from book._ext.truth.claims import Answer, Verdict, findings_of, judge
from book._ext.truth.kept import KeptPages
from book._ext.truth.kernels import (
    Outcome,
    Page,
    UnreadablePageError,
    describe_outputs,
    execute,
    prepare_kernels,
    read_page,
)

if TYPE_CHECKING:
    from jupyter_cache.cache.main import JupyterCacheBase

SEEN_BY_CELLS = ("dlref", "requirements.txt")
ANSWERING = "book/_ext/truth/answers.py"
RULES = ("book/_ext/truth", "book/_ext/languages")  # whether a page is executed, and shown
OF_THE_DISK = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_READONLY: errno.EROFS,
    sqlite3.SQLITE_CANTOPEN: errno.EACCES,
}
WORKERS = 2


class Executed(NamedTuple):
    """What executing pages gave: what went wrong, and the names of those without outputs now."""

    findings: list[Finding]
    without_outputs: list[str]


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


def pages_to_execute(pages: Iterable[Page], cache: JupyterCacheBase) -> Iterator[Page]:
    """Yield the pages that have no usable record in the cache."""
    for page in pages:
        try:
            _, kept = cache.merge_match_into_notebook(page.notebook)
        except (KeyError, ValueError):  # none, or its file is gone or cut: a build was killed
            yield page
        else:
            changed = describe_outputs(page._replace(notebook=kept))  # by other rules than before
            unasked = any(page.claims.steps) and not answers_file(page).is_file()
            if changed or unasked:
                yield page


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
    known = {path for path in paths if path in kept}
    pages, findings, without = read_pages(path for path in paths if path not in known)
    for path in known:
        findings += findings_of(path, kept.verdicts(path))
    todo = list(pages_to_execute(pages, cache))
    waiting = {page.path for page in todo}
    for page in pages:
        if page.path not in waiting:
            verdicts = judge(page.claims, kept_answers(page))
            findings += findings_of(page.path, verdicts)
            kept.add(page.path, page.content, key_of(page, cache), verdicts)
    if only is not None:
        without += [page.path.stem for page in todo if page.path.stem not in only]
        todo = [page for page in todo if page.path.stem in only]
    if todo:
        said = f"==> executing {len(todo)} of {len(paths)} pages, {WORKERS} at a time"
        print(said, flush=True)
    for outcome in execute_side_by_side(todo):
        page = outcome.page
        print(f"    {page.path.stem:24}{outcome.seconds:6.1f} s", flush=True)
        verdicts = judge(page.claims, outcome.answers)
        findings += outcome.findings + findings_of(page.path, verdicts)
        if outcome.findings or disturbed(outcome):
            without.append(page.path.stem)
        elif cache_path() == folder:  # else what its cells import was edited while they ran
            keep(outcome, cache)
            kept.add(page.path, page.content, key_of(page, cache), verdicts)
    kept.save()
    return Executed(once_each(findings), without)


def disturbed(outcome: Outcome) -> bool:
    """Tell whether cells may have printed something else for what the prose asked."""
    return any(answer.get("disturbs") for answers in outcome.answers for answer in answers)


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
    """Let all builds show the outputs of a page, and know the answers to its claims."""
    from jupyter_cache.base import CacheBundleIn

    write(answers_file(outcome.page), json.dumps(outcome.answers))
    if not list(pages_to_execute([outcome.page], cache)):
        return  # one of the same cells was kept meanwhile
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


def verdicts_of_book(paths: Collection[Path], cache: Path) -> dict[str, list[Verdict]]:
    """Return what became of the claims of each page; what was not executed is unknown."""
    kept = kept_pages(cache)
    known = {path for path in paths if path in kept}
    pages, _, _ = read_pages(path for path in paths if path not in known)
    unknown = {page.path.stem: judge(page.claims, []) for page in pages}
    return {path.stem: kept.verdicts(path) for path in sorted(known)} | unknown


def answers_file(page: Page) -> Path:
    """Return where the answers to a page's claims are kept: by its cells, and what is asked."""
    cells = [cell.source for cell in page.notebook.cells if cell.cell_type == "code"]
    asked = json.dumps([cells, page.claims.steps]) + hash_of(ANSWERING)
    name = hashlib.sha256(asked.encode()).hexdigest()[:16]
    return cache_path() / "answers" / f"{name}.json"


def kept_answers(page: Page) -> list[list[Answer]]:
    """Return the answers to a page's claims."""
    file = answers_file(page)
    return json.loads(file.read_text("utf-8")) if file.is_file() else []
