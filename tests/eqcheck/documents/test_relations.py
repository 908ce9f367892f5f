"""Relations in running text are run where the document lists its conditions, or a check asks."""

import pytest

from eqcheck.documents import run_document, run_fast, run_formula
from tests.eqcheck.documents.written import check, document, table, text

TABLE = table("x, y : R", r"\eta : (0, 1)", "n = 4")


def run(*blocks, conditions=()):
    return run_document(document(TABLE, *blocks, conditions=conditions))


def found(report):
    return [(outcome.result.kind, outcome.result.state) for outcome in report.outcomes]


def told(report):
    return [str(cause) for cause in report.causes if "is used by no" not in str(cause)]


def test_a_relation_that_holds_for_all_values_needs_nothing():
    report = run(text("x + y = y + x"), text(r"\eta > 0"), text("x"))
    assert found(report) == [("identity", "checked"), ("bound", "checked")]
    assert told(report) == []


def test_a_wrong_one_is_told_with_its_place_and_what_it_may_be():
    [cause] = [c for c in run(text("x = 2 x", at=8)).causes if "wrong" in str(c)]
    assert cause.place.line == 8
    assert "a condition, not an identity? list it under `conditions`" in str(cause)


def test_where_nothing_is_listed_a_relation_is_run_if_a_check_asks_for_it():
    blocks = text("x = 2 x"), text("x  y = 2 x"), check("$x y=2x$", ":expect: wrong")
    assert found(run(*blocks, conditions=None)) == [("identity", "wrong-as-expected")]


def test_a_condition_is_met_or_is_wrong():
    assert found(run(text(r"\eta = 0.5"), conditions=[r"\eta=0.5"])) == [("condition", "checked")]
    report = run(text(r"\eta = 2"), conditions=[r"\eta = 2"])
    assert found(report) == [("condition", "wrong")]
    assert told(report)[0].startswith(r"\eta = 2 cannot be met: ")


def test_a_condition_that_always_holds_or_is_nowhere_is_named():
    assert "holds for all values" in told(run(text("x^2 \\ge 0"), conditions=["x^2 \\ge 0"]))[0]
    assert told(run(text("x"), conditions=["x = 1"])) == [
        "no relation in the text of this page is x = 1: leave it out of `conditions`"
    ]


def test_a_condition_that_holds_on_few_draws_is_not_said_to_hold_always():
    blocks = text("u \\ne 1"), text("u^2 = u u")
    report = run_document(
        document(table("u : {1..9}"), *blocks, conditions=["u \\ne 1"]), run=run_fast
    )
    assert [outcome.result.draws for outcome in report.outcomes][1] < 20
    assert not any("holds for all values" in words for words in told(report))


@pytest.mark.parametrize(("latex", "runs"), [("x = 1", 1), ("x > 0", 1), ("x^2 \\ge 0", 2)])
def test_a_condition_is_run_as_a_claim_only_if_it_holds_on_all_draws(latex, runs):
    kinds = []

    def run(page, latex, options, **names):
        kinds.append(options["kind"])
        return run_formula(page, latex, options, **names)

    run_document(document(TABLE, text(latex), conditions=[latex]), run=run)
    assert kinds == ["condition", "bound"][:runs]


def test_what_holds_of_the_sizes_drawn_only_is_refused():
    assert "it holds of the sizes drawn only" in told(run(text("n > 2")))[0]


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("$x = z$", "is $x = z$: did you mean $x = y$?"),
        ("$a b c d e$", "is $a b c d e$: leave this check out"),
    ],
)
def test_a_check_of_no_relation_is_named(label, said):
    report = run(text("x = y"), check("$x = y$", ":expect: wrong"), check(label))
    assert any(said in words for words in told(report))


def test_what_a_check_says_is_not_compared_has_a_reason():
    blocks = text("x = y"), check("$x = y$", ":kind: definition")
    assert "a definition says why nothing is compared" in told(run(*blocks))[0]
    reasoned = text("x = y"), check("$x = y$", ":kind: definition", ":why: a name")
    assert found(run(*reasoned)) == [("definition", "definition")]


def test_a_relation_is_run_once_with_each_table():
    again = table("x : R+")
    report = run(text("x^2 \\ge 0"), text("x^2  \\ge 0"), again, text("x^2 \\ge 0"))
    assert len(found(report)) == 2
