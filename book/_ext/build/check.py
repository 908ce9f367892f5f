"""All checks of one page, in both languages at once: ``make check PAGE=loss``.

What is said of other pages is left out.  The first check reads the whole book, for what the page
refers to; those after it read what was edited, and write the page alone.
"""

from __future__ import annotations

import doctest
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from book._ext.build.editions import Built, build
from book._ext.build.processes import side_by_side
from book._ext.findings import Finding, shown
from book._ext.languages import readable
from book._ext.languages.parity import parse
from book._ext.paths import BOOK, BUILD
from book._ext.truth.execution import Executed

EDITION = "zh-en"  # has both halves of all pairs


def check_page(page: str, executed: Executed) -> list[Finding]:
    """Return what is wrong with a page whose cells were executed."""
    path = BOOK / f"{page}.md"
    [built] = side_by_side(build_page, [(page, executed.without_outputs)])
    others = {shown(other) for other in BOOK.glob("*.md")} - {shown(path)}
    said = [finding for finding in built.findings if finding.file not in others]
    return [*said, *failed_doctests(path)]


def build_page(page: str, without_outputs: list[str]) -> Built:
    """Read the page and what was edited, and write the page alone."""
    return build(
        *("check", EDITION, BUILD / "check", BUILD / "doctrees" / "check"),
        pages=[BOOK / f"{page}.md"],
        read_only=[page],
        without_outputs=without_outputs,
    )


# ------------------------------------------------------------------ doctests


class Examples(doctest.DocTestRunner):
    """Runs the examples of a page; what fails becomes a finding."""

    def __init__(self, file: str) -> None:
        super().__init__(verbose=False, optionflags=0)
        self.file = file
        self.findings: list[Finding] = []

    def report_start(self, out: Any, test: doctest.DocTest, example: doctest.Example) -> None:
        """Say nothing."""

    def report_failure(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, got: str
    ) -> None:
        """Say what was printed in place of what the page prints."""
        self._find(test, example, f"prints {got.strip()!r}, the page says {example.want.strip()!r}")

    def report_unexpected_exception(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, exc_info: Any
    ) -> None:
        """Say what was raised."""
        self._find(test, example, f"raised {exc_info[0].__name__}: {exc_info[1]}")

    def _find(self, test: doctest.DocTest, example: doctest.Example, said: str) -> None:
        line = (test.lineno or 0) + example.lineno + 1
        self.findings.append(Finding(self.file, line, f"the doctest {said}"))


def failed_doctests(path: Path) -> list[Finding]:
    """Run the doctests of a page, which share their names, and return what fails."""
    runner = Examples(shown(path))
    names: dict[str, Any] = {"__name__": "__main__"}
    text, _ = readable.read(path.read_bytes())
    for line, block in doctests_of(text):
        test = doctest.DocTestParser().get_doctest(block, {}, path.stem, str(path), line)
        test.globs = names
        runner.run(test, clear_globs=False)
    return runner.findings


def doctests_of(text: str, above: int = 0) -> Iterator[tuple[int, str]]:
    """Yield the text of each ``{doctest}`` block, and how many lines stand above it."""
    for token in parse(text):
        if token.type in ("fence", "colon_fence"):
            assert token.map is not None
            start = above + token.map[0] + 1
            if token.info.strip() == "{doctest}":
                yield start, token.content
            elif token.type == "colon_fence":
                yield from doctests_of(token.content, start)
