"""What readers are told is what was found; there are words for every state and kind."""

import math

import pytest

from eqcheck import FAILING, GREY, KINDS, PASSING
from eqcheck.sphinx.words import IMPOSSIBLE, MARKS, Words, format_error, in_powers_of_ten, mark_of

FOUND = {
    "kind": "identity",
    "state": "checked",
    "error": 4.4e-16,
    "draws": 24,
    "mutants": 7,
    "killed": 7,
    "message": "",
    "counterexample": "",
    "restates": False,
    "uses": None,
}
WORDS = Words()


def result(**changes):
    return {**FOUND, **changes}


def test_there_are_words_for_every_state_and_kind():
    assert set(WORDS.STATES) == set(MARKS) == set(PASSING)
    assert set(WORDS.FAILED) == set(FAILING)
    assert set(WORDS.KINDS) == set(KINDS)
    assert set(WORDS.DONE) == set(KINDS) - set(GREY)
    assert len(WORDS.IMPOSSIBLE) == len(IMPOSSIBLE)


def test_only_what_holds_bears_the_mark_of_what_was_checked():
    assert [state for state in (*PASSING, *FAILING) if mark_of(result(state=state)) == "✓"] == [
        "checked"
    ]
    assert mark_of(result(restates=True)) == "="


@pytest.mark.parametrize(
    ("mutants", "killed", "end"),
    [
        (7, 7, "; all 7 wrong versions were caught."),
        (1, 1, "; the one wrong version was caught."),
        (7, 5, "; of 7 altered versions 5 were caught, and the other 2 are true as well."),
        (7, 6, "; of 7 altered versions 6 were caught, and the other one is true as well."),
        (0, 0, " random settings."),
    ],
)
def test_all_are_said_to_be_caught_if_and_only_if_none_survived(mutants, killed, end):
    assert WORDS.told(result(mutants=mutants, killed=killed)).endswith(end)


@pytest.mark.parametrize("state", FAILING)
def test_what_failed_says_what_failed_and_never_that_all_were_caught(state):
    told = WORDS.told(result(state=state, message="the reason"))
    assert told == f"{WORDS.FAILED[state]}the reason"


def test_what_is_not_executed_gives_its_reason_in_the_language_of_the_words():
    told = result(state="notation", message="eine Art | a way")
    assert [Words(index).told(told) for index in (0, 1, 2)] == [
        "Notation. eine Art",
        "Notation. a way",
        "Notation. eine Art | a way",
    ]


def test_what_was_meant_to_fail_says_how_and_on_which_values():
    shown = r"with \mathbf{w} = 1: left 0.5, right 1"
    told = WORDS.told(result(state="wrong-as-expected", error=0.5, counterexample=shown))
    assert told == (
        "Wrong, as claimed. On random values the sides differ by 0.5 of their size. "
        "With w = 1: left 0.5, right 1."
    )
    infinite = WORDS.details(result(state="wrong-as-expected", error=math.inf))
    assert infinite == "The relation does not always hold."
    refused = result(state="wrong-as-expected", error=None, message="4 x 1 plus 1 x 4; shapes")
    assert WORDS.details(refused) == "It cannot be computed: a 4 × 1 matrix plus a 1 × 4 matrix."


def test_figures_claim_no_more_than_there_is():
    figures = WORDS.figures(result(), "n = 6").replace("\xa0", " ")
    assert figures == "Relative error 4 × 10⁻¹⁶ (rounding); sizes drawn: n = 6"
    assert WORDS.figures(result(error=3e-5), "") == "Relative error 3 × 10⁻⁵"
    assert WORDS.figures(result(kind="limit"), "") == ""
    assert WORDS.figures(result(state="wrong"), "n = 6") == ""


def test_a_definition_tells_how_often_it_is_used():
    told = [WORDS.state(result(state="definition", uses=uses)) for uses in (0, 1, 3)]
    assert told == [f"definition, used by {many}" for many in ("no check", "1 check", "3 checks")]


@pytest.mark.parametrize(
    ("error", "text", "written"),
    [(0.0, "0", "0"), (9.99e-5, "1e-04", "1 × 10⁻⁴"), (0.049, "0.05", "5 × 10⁻²")],
)
def test_an_error_is_shown_with_one_digit(error, text, written):
    assert (format_error(error), in_powers_of_ten(error)) == (text, written)
