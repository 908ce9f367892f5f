"""The builder ``equations``: it tells how all formulas of a project fared, and writes no pages.

``sphinx-build -b equations SOURCE OUT`` writes ``report.json`` and ``inline.json``, and fails if
something is to mend.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.builders import Builder
from sphinx.util import logging

from ..checks.report import PASSING
from .index import caught
from .results import results_of
from .words import format_error

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

logger = logging.getLogger(__name__)


class EquationsBuilder(Builder):
    """``sphinx-build -b equations``: run the checks, print a table, write a report; no pages."""

    name = "equations"
    format = ""
    allow_parallel = True
    to_mend = 0

    def get_outdated_docs(self) -> list[str]:
        """Write no page."""
        return []

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """Return no address: there are no pages."""
        return ""

    def write_documents(self, docnames: Set[str]) -> None:
        """Write nothing: the checks run while pages are read."""

    def finish(self) -> None:
        """Print the table, write the reports, and count what is to mend."""
        displayed, inline = self.results("equations"), self.results("inline")
        for line in table(displayed):
            logger.info("%s", line)
        self.write_reports(report=displayed, inline=inline)
        faults = self.results("faults")
        for fault in faults:  # pages that did not change are not read again, and warn of nothing
            logger.info("%s: %s", fault["place"], fault["message"])
        failed = sum(result["state"] not in PASSING for result in displayed)
        logger.info("==> %d displayed equations: %d to mend", len(displayed), failed)
        self.to_mend = len(faults) + failed

    def results(self, of: str) -> list[dict[str, Any]]:
        """Return what all pages have ``of`` a kind: ``equations``, ``inline`` or ``faults``."""
        return [result for page in results_of(self.env).values() for result in page[of]]

    def write_reports(self, **reports: Sequence[Any]) -> None:
        """Write each report as JSON into the folder of the output, under its name."""
        folder = Path(self.outdir)
        folder.mkdir(parents=True, exist_ok=True)
        for name, rows in reports.items():
            text = json.dumps(rows, ensure_ascii=False, indent=1)
            (folder / f"{name}.json").write_text(text, "utf-8")


def table(results: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines of a table of how each equation fared."""
    yield f"{'equation':34}{'page':22}{'kind':14}{'state':20}{'error':>8}{'mutants':>10}"
    for result in results:
        state = result["state"]
        if result["restates"]:
            state += ", restated"
        elif result["uses"] is not None:
            state += f", used {result['uses']}x"
        yield (
            f"{result['label']:34}{result['page']:22}{result['kind']:14}{state:20}"
            f"{format_error(result['error']):>8}{caught(result):>10}"
        )


def fail(app: Sphinx, exception: Exception | None) -> None:
    """Let the build fail if something is to mend."""
    if isinstance(app.builder, EquationsBuilder) and app.builder.to_mend:
        app.statuscode = 1


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the builder."""
    app.add_builder(EquationsBuilder)
    app.connect("build-finished", fail)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
