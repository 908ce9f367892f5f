"""The builder ``equations``: it tells how all formulas, numbers and facts of the book fared.

It prints a table and counts everything in its last line; the reports say what was found of each.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.builders import Builder

from book._ext.findings import shown
from book._ext.paths import ROOT
from book._ext.truth.claims import FORMS
from book._ext.truth.evidence import format_error, results_of
from book._ext.truth.execution import verdicts_of_book
from eqcheck import GREY, PASSING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

DLREF = ROOT / "dlref"


class EquationsBuilder(Builder):
    """``sphinx-build -b equations``: run the checks, print a table, write a report; no pages."""

    name = "equations"
    format = ""

    def get_outdated_docs(self) -> list[str]:
        """Write no page."""
        return []

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """Return no address: there are no pages."""
        return ""

    def write_documents(self, docnames: Set[str]) -> None:
        """Write nothing: the checks run while pages are read."""


def report(app: Sphinx, exception: Exception | None) -> None:
    """Print what the builder ``equations`` found, and write ``report.json``."""
    if exception is not None or app.builder.name != EquationsBuilder.name:
        return
    every = [r for page in results_of(app.env).values() for r in page["equations"]]
    inline = [r for page in results_of(app.env).values() for r in page["inline"]]
    if not app.tags.has("brief"):
        print_table(every)
    folder = Path(app.outdir)
    folder.mkdir(parents=True, exist_ok=True)
    paths = [Path(app.env.doc2path(name)) for name in sorted(app.env.found_docs)]
    cache = Path(app.config.nb_execution_cache_path)
    claims = [
        {"page": page, **verdict._asdict()}
        for page, verdicts in verdicts_of_book(paths, cache).items()
        for verdict in verdicts
        if verdict.kind in FORMS
    ]
    for name, rows in (("report", every), ("inline", inline), ("numbers", claims)):
        (folder / f"{name}.json").write_text(
            json.dumps(rows, ensure_ascii=False, indent=1), "utf-8"
        )
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
        f"see {shown(folder / 'report.json')}"
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


def print_table(results: list[dict[str, Any]]) -> None:
    """Print how each equation fared."""
    print(f"{'equation':34}{'page':22}{'kind':14}{'state':20}{'error':>8}{'mutants':>10}")
    for result in results:
        error = format_error(result["error"])
        mutants = f"{result['killed']}/{result['mutants']}" if result["mutants"] else ""
        state = result["state"]
        if result["restates"]:
            state += ", restated"
        elif result["uses"] is not None:
            state += f", used {result['uses']}x"
        print(
            f"{result['label']:34}{result['page']:22}{result['kind']:14}{state:20}"
            f"{error:>8}{mutants:>10}"
        )


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the builder."""
    app.add_builder(EquationsBuilder)
    app.connect("build-finished", report)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
