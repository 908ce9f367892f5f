"""The builder ``equations``: it tells how all formulas, numbers and facts of the book fared.

It prints a table and counts everything in its last line; the reports say what was found of each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book._ext.findings import shown
from book._ext.paths import ROOT
from book._ext.truth.claims import FORMS
from book._ext.truth.execution import verdicts_of_book
from eqcheck import GREY, PASSING
from eqcheck.sphinx.builder import EquationsBuilder, table

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

DLREF = ROOT / "dlref"


class BookBuilder(EquationsBuilder):
    """``sphinx-build -b equations``: run the checks, print a table, write reports; no pages."""

    def finish(self) -> None:
        """Leave the reports to the end: what prose claims is found later."""


def report(app: Sphinx, exception: Exception | None) -> None:
    """Print what the builder ``equations`` found, and write ``report.json``."""
    builder = app.builder
    if exception is not None or not isinstance(builder, BookBuilder):
        return
    every, inline = builder.results("equations"), builder.results("inline")
    if not app.tags.has("brief"):
        print(*table(every), sep="\n")
    paths = [Path(app.env.doc2path(name)) for name in sorted(app.env.found_docs)]
    cache = Path(app.config.nb_execution_cache_path)
    claims = [
        {"page": page, **verdict._asdict()}
        for page, verdicts in verdicts_of_book(paths, cache).items()
        for verdict in verdicts
        if verdict.kind in FORMS
    ]
    builder.write_reports(report=every, inline=inline, numbers=claims)
    formulas = sum(file.read_text("utf-8").count(".. math::") for file in DLREF.glob("*.py"))
    run = sum(result["state"] == "checked" for result in every)
    restated = sum(result["restates"] for result in every)
    wrong = sum(result["state"] == "wrong-as-expected" for result in every)
    failed = sum(result["state"] not in PASSING for result in every)
    print(
        f"==> {len(every)} displayed equations: {run} executed and hold, {restated} of them "
        f"against the same formula in code, {wrong} wrong as claimed, {failed} failed; "
        f"{tell_relations(inline)}; {tell_claims(claims)}; "
        f"{formulas} formulas in docstrings are not displays of the book; "
        f"see {shown(Path(app.outdir) / 'report.json')}"
    )


def tell_relations(results: Sequence[dict[str, Any]]) -> str:
    """Return how the relations in running text fared, in one line."""
    states = [result["state"] for result in results]
    met = sum(result["kind"] == "condition" for result in results if result["state"] == "checked")
    listed = sum(states.count(state) for state in GREY)
    done = states.count("checked") + states.count("wrong-as-expected") + listed
    return (
        f"{len(results)} inline relations: {states.count('checked') - met} executed and hold, "
        f"{met} conditions that can be met, {states.count('wrong-as-expected')} wrong as claimed, "
        f"{listed} listed as definitions or words, {len(results) - done} without a verdict"
    )


def tell_claims(claims: list[dict[str, Any]]) -> str:
    """Count the numbers and facts in prose; what stands in two languages once."""
    once = [claim for claim in claims if claim["language"] != "en"]
    kinds = Counter(claim["kind"] for claim in once)
    unknown = sum(claim["state"] == "unknown" for claim in once)
    failed = len({(c["page"], c["line"], c["message"]) for c in claims if c["message"]})
    told = f"{kinds['num']} numbers and {kinds['fact']} facts in prose: "
    told += f"{failed} wrong" if failed else "none wrong"
    return told + (f", {unknown} not executed" if unknown else "")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the builder."""
    app.add_builder(BookBuilder, override=True)
    app.connect("build-finished", report)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
