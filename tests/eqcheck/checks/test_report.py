"""A result in one line, and as data."""

from eqcheck import FAILING, KINDS, PASSING, Result


def test_a_result_reads_as_one_line():
    result = Result("eq-a", "page", "identity", "checked", "a = b", 4e-16, 20, 12, 12)
    assert str(result) == "eq-a: checked error 4e-16, 20 draws, 12 of 12 mutants killed"
    assert str(Result("eq-b", "page", "model", "model", "a")) == "eq-b: model"


def test_every_state_passes_or_fails():
    for state in (*PASSING, *FAILING):
        assert Result("", "", KINDS[0], state, "").passed == (state in PASSING)


def test_a_result_turns_into_data_and_back():
    result = Result("eq-a", "page", "identity", "wrong", "a = b", 0.5)
    assert Result(**result.as_dict()) == result
