"""Builds what changes while pages are open: those and the edited ones first, then the others.

A new change stops what is still going on.  (``sphinx-autobuild`` builds the whole book before it
opens its port, and again before it shows the page that was edited.)
"""

from __future__ import annotations

import asyncio
import operator
import sys
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

from watchfiles import Change, awatch

from book._ext.build.broken import where_broken
from book._ext.build.editions import build
from book._ext.build.lock import locked
from book._ext.build.processes import ProcessDiedError, Task
from book._ext.findings import Finding, once_each, shown
from book._ext.paths import BOOK, BUILD, ROOT
from book._ext.truth.execution import Executed, execute_book

OUT, DOCTREES = BUILD / "preview", BUILD / "doctrees" / "preview"
WATCHED = (BOOK, ROOT / "dlref", ROOT / "eqcheck")
SETTINGS = ROOT / "conf.py"
NOTHING = Executed([], [])
FOR_CTRL_C = 1.0  # seconds in which the server ends, too, where that ended a build
BROKE_OFF = "the build broke off: the terminal shows where"


class Preview:
    """Builds, keeps what is wrong, and tells who watches when a part is done."""

    def __init__(
        self, open_pages: Callable[[], set[str]], tell: Callable[[], Awaitable[None]]
    ) -> None:
        self.open_pages, self.tell = open_pages, tell
        self.edited: set[str] = set()  # and not built yet
        self.first: set[str] = set()  # the pages that are built before the others
        self.busy = True  # with these
        self.findings: list[Finding] = []
        self.task: Task | None = None
        self.changed = asyncio.Event()
        self.changed.set()

    async def watch(self, batches: AsyncIterator[Iterable[tuple[Change, str]]]) -> None:
        """Begin anew when the content of a file changes; a cell may write one, time and again."""
        contents: dict[Path, bytes | None] = {}
        async for batch in batches:
            now = {Path(p): Path(p).read_bytes() if Path(p).is_file() else None for _, p in batch}
            paths = [p for p in now if p not in contents or now[p] != contents[p]]
            contents |= now
            if paths:
                print(f"==> changed: {', '.join(sorted(map(shown, paths)))}", flush=True)
                self.edited |= {p.stem for p in paths if p.parent == BOOK and p.suffix == ".md"}
                self.begin_anew()

    def begin_anew(self) -> None:
        """Stop what is going on, and look again what is to be built."""
        self.changed.set()
        if self.task is not None:
            self.task.stop()

    def wanted(self) -> set[str]:
        """Return the pages that someone waits for."""
        return {*filter(exists, self.open_pages() | self.edited)}

    def opened(self) -> None:
        """Let a page that is opened while others are built go before them."""
        if self.task is not None and not self.busy and self.wanted() - self.first:
            self.begin_anew()

    async def build_changes(self) -> None:
        """Build whenever something has changed, until the server ends."""
        while True:
            await self.changed.wait()
            self.changed.clear()
            self.first = self.wanted()
            self.busy = True
            await self.tell()
            executed = await self.run(sorted(self.first)) if self.first else NOTHING
            if not self.changed.is_set():
                self.edited.clear()
                self.busy = False
                await self.tell()
                if self.wanted() - self.first:  # one was opened meanwhile
                    self.changed.set()
                elif executed is not None:
                    await self.run(None, executed)
                    await self.tell()

    async def run(self, pages: list[str] | None, before: Executed = NOTHING) -> Executed | None:
        """Build pages, or all, in a process of its own; return nothing if that broke off."""
        start = time.perf_counter()
        executed = None
        self.task = Task(build_pages, pages, before)
        try:
            executed, findings = await asyncio.to_thread(self.task.result)
        except ProcessDiedError:
            if not self.changed.is_set():
                await asyncio.sleep(FOR_CTRL_C)
            findings = [Finding("", 0, BROKE_OFF)]
        except OSError as error:
            findings = [Finding(error.filename or "", 0, f"{error.strerror}")]
        finally:
            self.task.stop()
            self.task = None
        if not self.changed.is_set():
            self.keep(once_each(findings), pages, time.perf_counter() - start)
        return executed

    def keep(self, findings: list[Finding], pages: list[str] | None, seconds: float) -> None:
        """Keep what is wrong, and print of it what was not printed since the last change."""
        said = set() if pages is not None else set(self.findings)
        if pages is not None:
            others = {page_of(f) for f in findings} - {"", *pages}
            findings = [f for f in findings if page_of(f) not in others]
        for finding in findings:
            if finding not in said:
                print(finding, file=sys.stderr)
        what = "all pages" if pages is None else ", ".join(pages)
        print(f"==> {what}: {len(findings)} to mend ({seconds:.1f} s)", flush=True)
        self.findings = findings

    def problems(self, page: str) -> list[Finding]:
        """Return what is wrong with a page, or with what is no page."""
        return [finding for finding in self.findings if page_of(finding) in ("", page)]


def exists(page: str) -> bool:
    """Tell whether the book has a page."""
    return (BOOK / f"{page}.md").is_file()


def page_of(finding: Finding) -> str:
    """Return the page that a finding is of, or nothing."""
    path = ROOT / finding.file
    return path.stem if path.parent == BOOK and path.suffix == ".md" else ""


def changes() -> list[AsyncIterator[Any]]:
    """Watch all that pages are made of; a file alone is lost from sight when it is replaced."""
    return [
        awatch(*WATCHED),
        awatch(ROOT, recursive=False, watch_filter=lambda _, path: Path(path) == SETTINGS),
    ]


def build_pages(pages: list[str] | None, before: Executed) -> tuple[Executed | None, list[Finding]]:
    """Execute and build pages, or all; ``before`` are those that were executed and failed."""
    todo = sorted(p for p in BOOK.glob("*.md") if p.stem not in before.without_outputs)
    only: dict[str, Any] = {}
    if pages is not None:
        only = {"pages": [BOOK / f"{page}.md" for page in pages], "read_only": [*pages, "index"]}
    try:
        with locked("make serve"):
            executed = added(before, execute_book(todo, only=pages))
            built = build(
                *("html", "zh-en", OUT, DOCTREES),
                tags=("preview",),
                without_outputs=executed.without_outputs,
                live="",
                **only,
            )
    except Exception as error:
        if not isinstance(error, SyntaxError):
            traceback.print_exc()
        return None, [where_broken(error)]
    code_is_broken = any(finding.file.endswith(".py") for finding in built.findings)
    findings = [*executed.findings, *built.findings]
    if pages is not None:  # the others were not executed yet
        failed = [page for page in executed.without_outputs if page in pages]
        executed = executed._replace(without_outputs=failed)
    return None if code_is_broken else executed, findings  # else all pages would say the same


def added(one: Executed, other: Executed) -> Executed:
    """Return what executing some pages and then others gave."""
    return Executed(*map(operator.add, one, other))
