"""A check finds its display; one that does not is one finding, at its line."""

import pytest

from eqcheck.documents import Check, Display, Place, Rules, read_check
from eqcheck.documents.pairs import fault_of_options, faults_of_options, pair


def display(line, label="", latex="a = a"):
    return Display(Place("a.md", line), latex, label)


def check(line, label):
    return Check(Place("a.md", line), label)


def test_a_check_finds_its_display_before_and_behind_it():
    one, two = display(1, "eq-1"), display(9, "eq-2")
    of_two, of_one = check(3, "eq-2"), check(5, "eq-1")
    pairs = pair([one, of_two, of_one, two])
    assert pairs.checks == {one: of_one, two: of_two}
    assert (pairs.waits, pairs.causes) == ({}, [])


@pytest.mark.parametrize(
    ("labels", "named", "said", "waits"),
    [
        (["eq-square"], "eq-sqaure", "did you mean eq-square, which has no check?", True),
        (["eq-square", ""], "eq-z", "an equation has no label: write $$ (eq-z)", True),
        ([], "eq-z", "no equation of this page has the label eq-z", False),
        (["eq-a"], "", "a check names its equation", True),
    ],
)
def test_a_check_that_names_no_display_is_one_finding(labels, named, said, waits):
    displays = [display(2 * n + 1, label) for n, label in enumerate(labels)]
    pairs = pair([*displays, check(20, named)], Rules(strict=True))
    [cause] = pairs.causes
    assert said in cause.message
    assert cause.place.line == (3 if labels[1:] else 20)
    assert list(pairs.waits) == displays[-1:] * waits


def test_a_second_check_of_a_display_is_named_and_the_first_counts():
    one, first, second = display(1, "eq-1"), check(3, "eq-1"), check(5, "eq-1")
    pairs = pair([one, first, second])
    assert pairs.checks == {one: first}
    assert [(str(c), c.place.line) for c in pairs.causes] == [
        ("eq-1 has a check already: leave this one out", 5)
    ]


def test_the_second_display_of_a_label_waits():
    one, two = display(1, "eq-1"), display(5, "eq-1")
    assert pair([one, two, check(7, "eq-1")]).waits == {two: "its label stands above already"}


def test_a_check_without_a_label_is_of_the_display_above_unless_rules_are_strict():
    one, two = display(1, "eq-1"), display(5)
    of_one, of_two = check(3, ""), check(7, "eq-new")
    pairs = pair([one, of_one, two, of_two])
    assert pairs.checks == {one: of_one, two: of_two}
    assert (pairs.waits, pairs.causes) == ({}, [])
    strict = pair([one, of_one, two, of_two], Rules(strict=True))
    assert [cause.place.line for cause in strict.causes] == [3, 5]


def test_a_label_that_is_misspelt_is_named_and_one_display_has_one_check():
    pairs = pair([display(1, "eq-square"), check(3, "eq-sqaure")])
    assert "did you mean eq-square" in str(pairs.causes[0])
    twice = pair([display(1), check(3, ""), check(5, "")])
    assert [cause.place.line for cause in twice.causes] == [5]


def test_checks_of_running_text_are_left_alone():
    assert pair([check(1, "$a = b$")]).causes == []


def test_a_display_waits_for_the_options_of_its_check():
    one = display(1, "eq-1")
    faulty = read_check(Place("a.md", 3), "eq-1", [(4, ":kin: code"), (5, "code")], Rules())
    pairs = pair([one, faulty])
    assert pairs.waits == {one: "waits for line 4: mend that first"}
    assert [cause.place.line for cause in pairs.causes] == [4, 5]
    assert [cause.place.line for cause in faults_of_options(faulty)] == [4, 5]


def test_options_that_do_not_go_together_are_a_fault():
    flagged = read_check(Place("a.md", 3), "eq-1", [(4, ":restates:")], Rules())
    assert fault_of_options(flagged, Rules()).startswith(":restates: is of a code")
    assert fault_of_options(check(1, "eq-1"), Rules()) == ""


@pytest.mark.parametrize(("strict", "told"), [(False, 1), (True, 0)])
def test_a_misspelt_label_of_lines_with_numbers_waits_for_these_where_they_are_asked_for(
    strict, told
):
    align = display(1, "eq-one", r"\begin{align} a &= a \end{align}")
    assert len(pair([align, check(5, "eq-ome")], Rules(strict=strict)).causes) == told


def test_a_check_may_name_any_label_of_its_lines():
    align = display(1, "eq-one", r"a &= a \label{eq-one} \\ b &= b \label{eq-two}")
    second = check(5, "eq-two")
    pairs = pair([align, second], Rules(strict=True))
    assert (pairs.checks, pairs.waits, pairs.causes) == ({align: second}, {}, [])
