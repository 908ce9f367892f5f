"""Build the book: ``python -m book._ext.build html zh en``; make calls it.

``html`` builds the site: cells, equations, editions, and what belongs to all editions together.
The other builders are Sphinx's own, and this book's: ``equations``, ``epub``, ``latex``,
``doctest``, ``linkcheck``.  What is wrong is said once, in the order of files and lines.
"""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from book._ext.build.edition import Built, build, folders
from book._ext.build.lock import locked
from book._ext.build.processes import ProcessDiedError, Task, side_by_side
from book._ext.findings import Finding, once_each, shown
from book._ext.paths import BOOK, BUILD, SITE
from book._ext.site.colophon import last_commit

ALL = ("zh", "en", "zh-en")
SHOW_OUTPUTS = ("html", "epub", "latex")
ADVICE = {
    errno.ENOSPC: "the disk is full: make room and build again",
    errno.EDQUOT: "the disk quota is used up: make room and build again",
    errno.EFBIG: "a file may not grow further: raise the limit (`ulimit -f`) and build again",
    errno.EROFS: "the disk is read only: build in a folder that can be written to",
    errno.EACCES: "that may not be written: make it yours (`chown`), or build in a copy",
    errno.EPERM: "that may not be written: make it yours (`chown`), or build in a copy",
}


def main(arguments: list[str] | None = None) -> int:
    """Build what is asked for; return 0 if nothing is wrong."""
    parser = argparse.ArgumentParser("make", description=__doc__)
    parser.add_argument("builder")
    parser.add_argument("editions", nargs="*", choices=[*ALL, []], default=[])
    parser.add_argument("--page", default="", help="of `equations`: run those of one page")
    asked = parser.parse_args(arguments)
    if asked.page and not (BOOK / f"{asked.page}.md").exists():
        print(f"no page {shown(BOOK / asked.page)}.md", file=sys.stderr)
        return 2
    with locked(BUILD / "lock", f"make {asked.builder}"):
        return report(run(asked.builder, asked.editions or ALL, asked.page))


def run(builder: str, editions: Iterable[str], page: str = "") -> list[Finding]:
    """Run a builder over editions, after the cells and, for the site, the equations."""
    findings: list[Finding] = []
    settings = {}
    if builder in SHOW_OUTPUTS:
        executed = Task(execute).result()
        findings += executed.findings
        settings["without_outputs"] = executed.without_outputs
    if builder == "equations":
        return findings + Task(run_equations, page).result()
    if builder == "html":
        findings += Task(run_equations, "").result()
    for built in side_by_side(...):
        findings += built.findings
    return findings
