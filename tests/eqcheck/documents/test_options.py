"""What the options of a check say, and what is wrong with them."""

import pytest

from eqcheck.documents import Place, Rules, arguments, read_check
from eqcheck.documents.options import fault_of_reason, letters_of, meanings_of
from eqcheck.documents.rules import PLAIN

PLACE = Place("notes.md", 4)
TWO = Rules(("中文", "English"))


def read(*lines, rules=PLAIN):
    return read_check(PLACE, "eq-a", enumerate(lines, 5), rules)


def test_options_are_handed_on_as_they_are_meant() -> None:
    options = {"code": ["a = f(b)", "c = g(d)"], "equivalent": ["x | y"], "tolerance": "1e-3"}
    assert arguments({**options, "kind": "code"}) == {
        "kind": "code", "code": "a = f(b)\nc = g(d)", "equivalent": {"x": "y"}, "tolerance": 1e-3
    }  # fmt: skip
    assert arguments({"restates": ""}) == arguments({}) == {"code": "", "equivalent": {}}


def test_an_option_has_one_value_and_those_that_repeat_have_several():
    check = read(":kind: code", "", ":code: a = f(b)", ":code: c = g(d)")
    assert (check.options["kind"], check.options["code"]) == ("code", ["a = f(b)", "c = g(d)"])
    assert check.faults == {}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (":kin: code", "a check takes :kind:, :why:,"),
        ("kind: code", "got 'kind: code'"),
        (":kind: identity", "a check takes :kind: once: leave one out"),
        (":restates: yes", ":restates: has no value: leave 'yes' out"),
        (":equivalent: swap a and b", "NAME | reason; got 'swap a and b'"),
        (":tolerance: low", "a number such as 1e-6; got 'low'"),
        (":means:", ":means: says in a phrase what the equation is: MEANING; got ''"),
    ],
)
def test_a_fault_of_an_option_has_the_number_of_its_line(line, said):
    faults = read(":kind: bound", "", line).faults
    assert list(faults) == [7]
    assert said in faults[7]


def test_a_meaning_is_said_in_each_language_that_is_asked_for():
    both, one = ":means: 和 | the sum", ":means: 和"
    assert meanings_of(read(both, rules=TWO)) == meanings_of(read(both)) == ("和", "the sum")
    assert meanings_of(read(one)) == ("和",)
    assert "is: 中文 | English; got '和'" in read(one, rules=TWO).faults[5]
    assert "got 'a | b | c'" in read(":means: a | b | c", rules=TWO).faults[5]


@pytest.mark.parametrize(
    ("rules", "why", "said"),
    [
        (Rules(), "", "a model says why nothing is compared: :why: REASON; got ''"),
        (Rules(), "a choice", ""),
        (TWO, "a choice", "a model says to readers of both languages why nothing is compared"),
        (TWO, "选择 | a choice", ""),
    ],
)
def test_what_is_not_compared_says_why_in_all_languages(rules, why, said):
    found = fault_of_reason({"kind": "model", "why": why}, rules)
    assert said in found
    assert bool(said) == bool(found)


def test_a_reason_is_of_what_is_not_compared_or_is_refused():
    assert fault_of_reason({"why": "so"}, Rules()).startswith(":why: is of what is not compared")
    assert fault_of_reason({"why": "so", "expect": "refused"}, Rules()) == ""


def test_the_letters_of_options_are_those_of_formulas_and_of_code():
    check = read(":code: a = f(b)", ":certificate: c^2", ":order: h", ":tight: x = y")
    assert letters_of(check) == {"a", "b", "c", "h", "x", "y"}
    assert letters_of(None) == set()
