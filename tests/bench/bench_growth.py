"""Whether the build keeps its pace as the book grows: 20, 100 and 500 small pages.

A clean build may not take longer for each page; one where nothing, or one page, has changed may
take at most twice as long in a book of 500 pages as in one of 20.  (PAGES=20,100 is quicker.)
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.table import line, verdict
from tests.book.app import PAGE
from tests.book.conftest import SmallBook

PAGES = [int(number) for number in os.environ.get("PAGES", "20,100,500").split(",")]
PER_PART = 20


def grow(book: SmallBook, count: int) -> None:
    """Give a book this many pages, in parts of twenty, each with a formula and a cell."""
    parts = []
    for start in range(0, count, PER_PART):
        part, names = (
            f"part{start}",
            [f"page{i}" for i in range(start, min(start + PER_PART, count))],
        )
        parts.append(part)
        listed = "\n".join(names)
        toctree = f"\n```{{toctree}}\n{listed}\n```\n"
        book.write(PAGE.replace("(page)", f"({part})") + toctree, part)
        for number, name in enumerate(names, start):
            book.write(PAGE.replace("(page)", f"({name})").replace("1.0", f"{number}.0"), name)
    listed = "\n".join(parts)
    index = f"(index)=\n# {{zh}}`书`{{en}}`Book`\n\n```{{toctree}}\n{listed}\n```\n"
    book.write(index, "index")
    (book.folder / "book" / "page.md").unlink()


def seconds(book: SmallBook) -> float:
    """Build the site in Chinese, and return how long it took."""
    start = time.perf_counter()
    code, output = book.make("html", "EDITIONS=zh", patience=3600)
    assert code == 0, output
    return time.perf_counter() - start


def measure(count: int) -> tuple[float, float, float]:
    """Return the seconds of a clean build, one where nothing changed, and one after an edit."""
    with TemporaryDirectory() as folder:
        book = SmallBook(Path(folder))
        grow(book, count)
        clean, idle = seconds(book), seconds(book)
        book.edit("book/page7.md", "中文段落", "另一段话")
        return clean, idle, seconds(book)


def main() -> int:
    """Print the table; return 1 if the build does not keep its pace."""
    taken = {}
    for count in PAGES:
        taken[count] = measure(count)
        clean, idle, edit = taken[count]
        each = f"{clean:.1f} s ({1000 * clean / count:.0f} ms a page)"
        line(
            f"{count} pages: clean, nothing changed, one edit",
            f"{each}, {idle:.1f} s, {edit:.1f} s",
        )
    few, many = PAGES[0], PAGES[-1]
    (clean, *small), (grown, *large) = taken[few], taken[many]
    ratios = [(grown / many) / (clean / few), *(b / a for a, b in zip(small, large, strict=True))]
    names = ("clean build, time a page", "nothing changed", "one edit")
    for name, ratio, limit in zip(names, ratios, (1.0, 2.0, 2.0), strict=True):
        line(f"{name}: {many} pages to {few}", f"{ratio:.2f} {verdict(ratio, limit)}")
    return int(any(r > limit for r, limit in zip(ratios, (1.0, 2.0, 2.0), strict=True)))


if __name__ == "__main__":
    sys.exit(main())
