"""An outcome passes if its result does, or nothing was asked; as data it has what readers see."""

import pytest

from eqcheck import FAILING, PASSING, Result
from eqcheck.documents import SKIPPED, Outcome, Place


def outcome(state):
    return Outcome(Place("a.md", 1), Result("eq-a", "a.md", "identity", state, "a = a"), ("sum",))


@pytest.mark.parametrize("state", [*PASSING, *FAILING, SKIPPED])
def test_an_outcome_passes_unless_there_is_something_to_mend(state):
    assert outcome(state).passed == (state not in FAILING)


def test_an_outcome_as_data_is_its_result_and_what_is_told_besides():
    found = outcome("checked").as_dict()
    assert found == {
        **outcome("checked").result.as_dict(), "restates": False, "uses": None, "means": ("sum",)
    }  # fmt: skip
