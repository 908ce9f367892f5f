"""Running a document gives what became of each formula, and all that is to mend."""

from dataclasses import replace

from eqcheck.documents import Cause, Document, Place, Run, run_document
from eqcheck.documents.document import joined
from tests.eqcheck.documents.written import display, document, table, text

PLACE = Place("a.md", 40)
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


def test_parts_are_joined_to_one_document():
    one = Document("a", GOOD.blocks, None, [Cause("odd", PLACE)], {"house": PLACE})
    two = Document("b", GOOD.blocks, {"x = 1": PLACE}, [], {"attic": PLACE})
    both = joined("a", iter([one, two]))
    assert [*both.blocks] == [*GOOD.blocks, *GOOD.blocks]
    assert (both.conditions, [*both.faults]) == ({"x = 1": PLACE}, [*one.faults])
    assert [*both.modules] == ["house", "attic"]
    assert joined("a", [one]).conditions is None


def test_what_is_unused_is_told_at_the_end_only():
    run = Run(document(table("x, y : R", "z : R"), display("x + y = y + x")))
    for block in (table("x, y : R", "z : R"), display("x + y = y + x")):
        run.take(block)
    assert len(run.end().causes) == 1


def test_a_wrong_formula_about_a_function_of_the_grammar_lets_the_others_run():
    wrong = [r"\log(s t) = \log(s) \log(t)", "e^s = 1 + s"]
    right = [r"\log(s t) = \log(s) + \log(t)", "e^{s + t} = e^s e^t"]
    found = run_document(document(table("s, t : R+"), *map(display, [*wrong, *right])))
    states = [outcome.result.state for outcome in found.outcomes]
    assert states == ["wrong", "wrong", "checked", "checked"]


def test_a_wrong_formula_about_a_derivative_of_what_is_drawn_lets_the_others_run():
    wrong, right = display("f'(x) = f(x)"), display("f(x) + f'(x) = f'(x) + f(x)")
    found = run_document(document(table("x : R", "f : R -> R"), wrong, right))
    assert [outcome.result.state for outcome in found.outcomes] == ["wrong", "checked"]
