"""Running a document gives what became of each formula, and all that is to mend."""

from dataclasses import replace

from eqcheck.documents import Cause, Place, Run, run_document
from tests.eqcheck.documents.written import display, document, table, text

GOOD = document(table("x : R"), display("x + x = 2 x", "eq-a"), text("x = 1"))


def test_a_document_passes_if_nothing_is_to_mend():
    report = run_document(GOOD)
    assert report.passed
    assert [outcome.result.label for outcome in report.outcomes] == ["eq-a"]


def test_what_could_not_be_read_is_told_first():
    fault = Cause("this fence is never closed", Place("a.md", 40))
    report = run_document(replace(GOOD, faults=[fault]))
    assert report.causes == [fault]
    assert not report.passed


def test_a_formula_that_fails_lets_the_document_fail():
    assert not run_document(document(table("x : R"), display("x + x = 3 x"))).passed


def test_a_document_can_be_run_block_by_block():
    run = Run(GOOD)
    outcomes = [run.take(block) for block in GOOD.blocks]
    assert [bool(outcome) for outcome in outcomes] == [False, True, False]
    assert run.end().outcomes == outcomes[1:2]


def test_what_is_unused_is_told_at_the_end_only():
    run = Run(document(table("x, y : R", "z : R"), display("x + y = y + x")))
    for block in (table("x, y : R", "z : R"), display("x + y = y + x")):
        run.take(block)
    assert len(run.end().causes) == 1
