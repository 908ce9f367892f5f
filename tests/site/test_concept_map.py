"""What the notes say is in every edition that was built, and their equations have been executed."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.book.concept_map import BEYOND, ERRATA, LABELS, NOT_COMPARED, PLACES
from tests.site.built import EDITIONS, SITE, report

WANTED = [*PLACES, *BEYOND, *((section, "errata") for section in ERRATA.values())]


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_place_of_the_map_is_in_the_edition_once_and_on_its_page(edition: str) -> None:
    pages: dict[str, list[str]] = {}
    for path in sorted((SITE / edition).glob("*.html")):
        for name in re.findall(r' id="([^"]+)"', path.read_text("utf-8")):
            pages.setdefault(name.removeprefix("equation-"), []).append(path.stem)
    missing = {place: pages.get(place) for place, page in WANTED if pages.get(place) != [page]}
    assert missing == {}


def test_all_equations_of_the_map_are_checked_but_those_with_nothing_to_compare() -> None:
    states = {result["label"]: result["state"] for result in report()}
    assert {label: states.get(label) for label in LABELS if states.get(label) != "checked"} == (
        NOT_COMPARED
    )
    assert len(LABELS) - len(NOT_COMPARED) >= 51


def test_at_least_85_per_cent_of_the_displays_are_executed_and_hold() -> None:
    claims = [result for result in report() if result["state"] != "wrong-as-expected"]
    checked = [result for result in claims if result["state"] == "checked"]
    assert len(checked) >= 0.85 * len(claims)


def test_wrong_equations_are_shown_in_errata_and_once_where_other_books_print_one() -> None:
    states = {"checked", "wrong-as-expected", "definition", "notation", "model"}
    assert {result["state"] for result in report()} <= states
    wrong = [result for result in report() if result["state"] == "wrong-as-expected"]
    elsewhere = {result["label"] for result in wrong if result["page"] != "errata"}
    assert elsewhere == {"eq-decoupled-adam"}


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_promise_counts_what_make_equations_counts(edition: str) -> None:
    page = (SITE / edition / "equations.html").read_text("utf-8")
    printed = dict(re.findall(r'<span class="count (\w+)">([\d,]+)</span>', page))
    states = Counter(result["state"] for result in report())
    inline = Counter((r["state"], r["kind"] == "condition") for r in report("inline"))
    assert {name: int(number.replace(",", "")) for name, number in printed.items()} == {
        "displayed": len(report()),
        "percent": round(100 * (states["checked"] + states["wrong-as-expected"]) / len(report())),
        "hold": states["checked"],
        "wrong": states["wrong-as-expected"],
        "mutants": sum(result["mutants"] for result in report()),
        "killed": sum(result["killed"] for result in report()),
        "restated": sum(result["restates"] for result in report()),
        "relations": sum(inline.values()),
        "holding": inline["checked", False],
        "conditions": inline["checked", True],
    }
