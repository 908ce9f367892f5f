"""The gallery of formulas that were wrong: each fares as the page says when it is run."""

import pathlib
import re

import pytest

import eqcheck
from eqcheck.documents import run_document
from eqcheck.documents.read import read_file

PAGE = pathlib.Path(eqcheck.__file__).parent / "docs" / "gallery.md"
TEXT = PAGE.read_text(encoding="utf-8")
TOLD = re.compile(r"\$\$ \((\S+)\)\n\n(?:<!--.*?-->\n\n)?```text\n(.*?)\n```", re.DOTALL)
ENTRY = re.compile(r"^### .+\n\n[\w.-]+/[\w.-]+#\d+: ", re.MULTILINE)
RIGHT = "holds, and its wrong versions are caught"


@pytest.fixture(scope="module")
def report():
    return run_document(read_file(PAGE))


@pytest.fixture(scope="module")
def results(report):
    return {outcome.result.label: outcome.result for outcome in report.outcomes}


def verdict(result):
    """Return what the page says of a result."""
    if result.state == "checked":
        return RIGHT
    return f"wrong: {result.counterexample}" if result.counterexample else result.message


def test_nothing_is_to_mend(report):
    assert list(map(str, report.causes)) == []
    assert report.passed


def test_each_formula_fares_as_the_page_says(results):
    told = {label: said.removeprefix("refused: ") for label, said in TOLD.findall(TEXT)}
    assert told == {label: verdict(result) for label, result in results.items()}


def test_what_was_wrong_is_found_wrong_and_what_is_right_holds(results):
    for label, result in results.items():
        assert result.state == ("wrong-as-expected" if "-was" in label else "checked"), label


def test_wrong_versions_of_what_is_right_are_caught_but_for_those_that_are_true(results):
    for label, result in results.items():
        if result.state == "checked" and result.kind != "bound":
            assert result.mutants - result.killed == len(result.true), label
            assert result.killed > 0, label


def test_the_page_counts_what_it_shows(results):
    refused = TEXT.count("```text\nrefused: ")
    wrong = TEXT.count("```text\nwrong: ")
    assert re.findall(r"\d+(?= formulas| are)", TEXT.partition("##")[0]) == [
        str(len(ENTRY.findall(TEXT))), str(wrong), str(refused)
    ]  # fmt: skip
    assert wrong + refused + TEXT.count(RIGHT) == len(results)


def test_each_entry_names_its_report_and_no_two_have_one_title():
    titles = re.findall(r"^### (.+)$", TEXT, re.MULTILINE)
    assert len(ENTRY.findall(TEXT)) == len(titles) == len(set(titles)) >= 40
