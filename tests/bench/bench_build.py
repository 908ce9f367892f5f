"""How long the build takes: where nothing changed, after one edit, and to execute pages."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from book._ext.truth import execution
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
        command = ["make", f"html-{edition}"]
        took = seconds(lambda c=command: subprocess.run(c, cwd=ROOT, check=True, stdout=-3), 5)
        yield f"no-op build of edition {edition}", f"{took:.2f} s (median of 5)"
    with TemporaryDirectory() as folder:
        book = SmallBook(Path(folder))
        assert book.make("html")[0] == 0
        book.write(PAGE.replace("中文段落", "另一段话"))
        took = seconds(lambda: book.make("html"))
        yield "one paragraph edited, three editions", f"{took:.2f} s"
    serial, parallel, inside = (execute_small_pages(way) for way in ("serial", "2", "sphinx"))
    yield f"{SMALL_PAGES} small pages, inside Sphinx", f"{inside:.1f} s"
    yield f"{SMALL_PAGES} small pages, one at a time", f"{serial:.1f} s"
    yield f"{SMALL_PAGES} small pages, two at a time", f"{parallel:.1f} s"
    yield "ratio to inside Sphinx", f"{parallel / inside:.2f} (wanted: at most 0.60)"


def execute_small_pages(way: str) -> float:
    """Execute small pages in a new book, and return the seconds that it took."""
    with TemporaryDirectory() as folder:
        book = SmallBook(Path(folder))
        names = [f"page{i}" for i in range(SMALL_PAGES)]
        for i, name in enumerate(names):
            book.write(PAGE.replace("(page)", f"({name})").replace("1.0", f"{i}.0"), name)
        toctree = "\n```{toctree}\n" + "\n".join(names) + "\n```\n"
        book.write(PAGE + toctree)
        if way == "sphinx":
            build = [sys.executable, "-m", "sphinx", "-q", "-c", folder, "-t", "zh"]
            run = subprocess.run
            cold = seconds(lambda: run([*build, f"{folder}/book", f"{folder}/out"], check=True))
            again = [*build, "-E", f"{folder}/book", f"{folder}/out"]
            return cold - seconds(lambda: run(again, check=True))
        command = [sys.executable, "-m", "book._ext.truth.execution"]
        if way == "serial":
            module = book.folder / "book" / "_ext" / "truth" / "execution.py"
            text = module.read_text("utf-8")
            assert f"WORKERS = {execution.WORKERS}\n" in text
            module.write_text(
                text.replace(f"WORKERS = {execution.WORKERS}\n", "WORKERS = 1\n"), "utf-8"
            )
        environment = {"PYTHONPATH": folder, "PATH": "/usr/bin:/bin"}
        return seconds(
            lambda: subprocess.run(command, cwd=folder, env=environment, check=True, stdout=-3)
        )


if __name__ == "__main__":
    for what, result in rows():
        line(what, result)
