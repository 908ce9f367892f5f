"""A character has a place, and a comment means something by its first line."""

import pytest

from eqcheck.documents import Place
from eqcheck.documents.reading import Reading, Source


def test_a_character_stands_in_a_line():
    source = Source("ab\n\nc\n", "a.md", first=10)
    assert [source.place(at).line for at in (0, 2, 3, 4, 5)] == [10, 10, 11, 12, 12]


@pytest.mark.parametrize(
    ("lines", "means"),
    [
        (["symbols"], True),
        (["symbols: x : R"], True),
        (["symbols are"], False),
        (["check eq-a"], True),
        (["check eq-a that"], False),
        (["check"], False),
        (["check", "the next"], False),
        (["check", ":kind: bound"], True),
        (["check :kind: bound"], True),
        (["check: :kind: bound"], True),
        (["functions: a.b"], True),
        (["functions a.b"], False),
        (["conditions", "x = 1"], True),
        (["other"], False),
        ([""], False),
    ],
)
def test_a_comment_means_something_by_its_first_line(lines, means):
    assert Reading("a.md").comment(Place("a.md", 1), lines) == means


@pytest.mark.parametrize(
    ("lines", "meant"),
    [
        (["symbol: x : R"], "symbols"),
        (["Symbols", "x : R"], "symbols"),
        (["Symbol", "n = 3"], "symbols"),
        (["checks eq-a :kind: bound"], "check"),
        (["Check eq-a", ":kind: bound"], "check"),
        (["Symbols: see below"], ""),
        (["symbol of this page"], ""),
        (["Check: this again"], ""),
        (["checks are dear to us"], ""),
        (["Note", "x : R"], ""),
    ],
)
def test_a_word_that_is_nearly_one_is_told_if_the_rest_fits(lines, meant):
    reading = Reading("a.md")
    assert not reading.comment(Place("a.md", 7), lines)
    found = [(str(fault), fault.place.line) for fault in reading.faults]
    assert [(said.partition("did you mean ")[2], line) for said, line in found] == (
        [(f"{meant}?", 7)] * bool(meant)
    )


@pytest.mark.parametrize("label", ["eq-a", "$a = b$"])
def test_an_option_that_is_written_badly_is_a_fault_of_the_check(label):
    reading = Reading("a.md")
    assert reading.comment(Place("a.md", 7), [f"check {label} :kind code :code: f(x)"])
    [check] = reading.blocks
    assert (check.label, check.options["code"]) == (label, ["f(x)"])
    assert check.faults[7].endswith("got ':kind code'")


def test_a_label_in_the_formula_counts_unless_another_is_given():
    reading = Reading("a.md")
    reading.display(Place("a.md", 1), r"a \label{ eq-a }")
    reading.display(Place("a.md", 1), r"a \label{eq-a}", "eq-b")
    assert [block.label for block in reading.blocks] == ["eq-a", "eq-b"]
