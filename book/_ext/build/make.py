"""What make calls to build the book or to check a page: ``python -m book._ext.build.make html``.

``html`` builds the site: cells, equations, editions, and what belongs to all editions together.
The other builders are Sphinx's own, and this book's: ``equations``, ``epub``, ``latex``,
``doctest``, ``linkcheck``.  What is wrong is said once, in the order of files and lines.
"""

from __future__ import annotations

import argparse
import errno
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from book._ext.build.check import check_page
from book._ext.build.editions import build_edition, run_equations
from book._ext.build.lock import locked
from book._ext.build.processes import ProcessDiedError, Task, side_by_side
from book._ext.findings import Finding, once_each, shown
from book._ext.languages.bilingual import EDITIONS
from book._ext.live.ship import ship
from book._ext.paths import BOOK, SITE
from book._ext.site.offline import make_offline
from book._ext.site.root_pages import write_root
from book._ext.truth.execution import execute_book

WITH_OUTPUTS = ("html", "epub", "latex")
IN_CODE = re.compile(r" raised SyntaxError: .*\((\w+\.py), line (\d+)\)$")
ADVICE = {
    errno.ENOSPC: "make room, and build again",
    errno.EDQUOT: "make room, and build again",
    errno.EFBIG: "raise the limit (`ulimit -f`), and build again",
    errno.EIO: "make room, or mend the disk, and build again",
    errno.EROFS: "build in a folder that can be written to",
    errno.EACCES: "make the folder yours (`chown`), or build in a copy",
    errno.EPERM: "make the folder yours (`chown`), or build in a copy",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Build what is asked for; return 0 if nothing is wrong."""
    parser = argparse.ArgumentParser("python -m book._ext.build.make")
    parser.add_argument("builder", help="html, equations, check, epub, latex, doctest, linkcheck")
    parser.add_argument("editions", nargs="*", help=", ".join(EDITIONS))
    parser.add_argument("--page", help="of `equations` and `check`: the page that is meant")
    asked = parser.parse_args(arguments)
    if asked.page is None:
        asked.page = ""
    elif asked.page not in [path.stem for path in BOOK.glob("*.md")]:
        said = f"there is no page {shown(BOOK / asked.page)}.md" if asked.page else "PAGE is wanted"
        print(f"{said}: make {asked.builder} PAGE=loss", file=sys.stderr)
        return 2
    try:
        with locked(f"make {asked.builder}"):
            code = report(run(asked.builder, asked.editions or list(EDITIONS), asked.page))
            if asked.builder == "check" and not code:
                print(f"==> {shown(BOOK / asked.page)}.md: nothing to mend")
            return code
    except OSError as error:
        advice = ADVICE.get(error.errno or 0)
        if advice is None:
            raise
        print(f"{error.filename or 'a file'}: {error.strerror}: {advice}", file=sys.stderr)
    except ProcessDiedError as error:
        print(f"==> {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("==> stopped", file=sys.stderr)
    return 1


def run(builder: str, editions: Sequence[str], page: str = "") -> list[Finding]:
    """Run a builder over editions, with what must be done before and after."""
    if builder == "equations":
        return list(Task(run_equations, page).result().findings)
    if builder == "check":
        executed = Task(execute_book, sorted(BOOK.glob("*.md")), only=[page]).result()
        own = [f for f in executed.findings if f.file == shown(BOOK / f"{page}.md")]
        return own + check_page(page, executed)
    findings: list[Finding] = []
    without_outputs: Sequence[str] = []
    if builder in WITH_OUTPUTS:
        executed = Task(run_equations, page, "brief").result()
        findings, without_outputs = [*executed.findings], [*executed.without_outputs]
    calls = [(builder, edition, without_outputs) for edition in editions]
    for edition, built in zip(editions, side_by_side(build_edition, calls), strict=True):
        findings += built.findings
        done = f"{built.read} pages read, {built.written} written, {built.seconds:.1f} s"
        print(f"    {edition:8}{done}", flush=True)
    if builder == "html" and not findings:
        write_root(SITE, os.environ.get("BOOK_URL", "").rstrip("/"))
        ship(SITE)
        make_offline(SITE)
    return findings


def report(findings: Sequence[Finding]) -> int:
    """Print what is wrong, each thing once; return the exit code."""
    # Code that cannot be parsed is said once, and not by each cell that imports it.
    places = {(Path(finding.file).name, str(finding.line)) for finding in findings}
    every = once_each(f for f in findings if not places & set(IN_CODE.findall(f.message)))
    for finding in every:
        print(finding, file=sys.stderr)
    if every:
        files = len({finding.file for finding in every if finding.file})
        where = f", in {files} files" if files > 1 else ""
        print(f"==> {len(every)} to mend{where}", file=sys.stderr, flush=True)
    return bool(every)


if __name__ == "__main__":
    sys.exit(main())
