"""How long the build takes: where nothing changed, after one edit, and to execute pages."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.table import line
from tests.book.app import PAGE
from tests.book.conftest import SmallBook

ROOT = Path(__file__).resolve().parents[2]
SMALL_PAGES = 20


def seconds(work: Callable[[], object], repeats: int = 1) -> float:
    """Return the median time that ``work`` takes."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def rows() -> Iterator[tuple[str, str]]:
    """Yield what was measured and what came out."""
    for edition in ("zh", "en", "zh-en"):
        command = ["make", "html", f"EDITIONS={edition}"]
        took = seconds(lambda c=command: subprocess.run(c, cwd=ROOT, check=True, stdout=-3), 5)
        yield f"no-op build of edition {edition}", f"{took:.2f} s (median of 5)"
    with TemporaryDirectory() as folder:
        book = SmallBook(Path(folder))
        assert book.make("html")[0] == 0
        book.write(PAGE.replace("中文段落", "另一段话"))
        took = seconds(lambda: book.make("html"))
        yield "one paragraph edited, three editions", f"{took:.2f} s"
    one, two = (execute_small_pages(workers) for workers in (1, 2))
    yield f"{SMALL_PAGES} small pages, one at a time", f"{one:.1f} s"
    yield f"{SMALL_PAGES} small pages, two at a time", f"{two:.1f} s"
    yield "ratio to one at a time", f"{two / one:.2f} (wanted: at most 0.60)"


EXECUTE = """
import sys
from book._ext.paths import BOOK
from book._ext.truth import execution
execution.WORKERS = int(sys.argv[1])
assert not execution.execute_book(sorted(BOOK.glob("*.md"))).findings
"""


def execute_small_pages(workers: int) -> float:
    """Execute small pages in a new book, some at a time, and return the seconds that it took."""
    with TemporaryDirectory() as folder:
        book = SmallBook(Path(folder))
        for i in range(SMALL_PAGES):
            book.write(PAGE.replace("(page)", f"(page{i})").replace("1.0", f"{i}.0"), f"page{i}")
        command = [sys.executable, "-c", EXECUTE, str(workers)]
        environment = {"PYTHONPATH": folder, "PATH": "/usr/bin:/bin"}
        return seconds(
            lambda: subprocess.run(command, cwd=folder, env=environment, check=True, stdout=-3)
        )


if __name__ == "__main__":
    for what, result in rows():
        line(what, result)
