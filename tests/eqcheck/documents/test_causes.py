"""One fault is told once, with how much waits for it."""

from eqcheck.documents import Cause, Place
from eqcheck.documents.causes import Causes


def test_the_first_cause_is_found_until_all_is_forgotten():
    causes = Causes()
    for letter in "ab":
        causes.add(Cause(f"{letter} fails", Place("page", 1), frozenset(letter), missing="z"))
    first, second = causes
    assert causes.behind({"b", "c"}) is second
    assert causes.behind({"a", "b"}) is first
    assert causes.behind(set(), "z") is first
    assert causes.behind({"c"}, "y") is None
    second.spoiled.add("c")
    assert causes.behind({"c"}) is second
    causes.forget()
    assert causes.behind({"a", "b", "c"}, "z") is None
    assert list(causes) == [first, second]


def test_a_finding_counts_what_waits_for_it_and_names_what_it_lacks():
    cause = Cause("x is refused", Place("a.md", 3), lost=frozenset("x"))
    assert (str(cause), cause.consequences) == ("x is refused", "")
    cause.counts["equation"] += 1
    assert cause.consequences == "; 1 equation that needs x waits for it"
    cause.counts.update(equation=1, line=1)
    assert str(cause) == "x is refused; 2 equations and 1 line that need x wait for it"


def test_what_waits_says_for_which_line():
    assert Cause("", Place("a.md", 3)).waiting == "waits for line 3: mend that first"
    assert (
        Cause("", Place("a.ipynb", 3, 2)).waiting == "waits for line 3 of cell 2: mend that first"
    )
