"""What numbers its lines itself is named where that is not wanted, and passed over elsewhere."""

import pytest

from eqcheck import Page, check
from eqcheck.documents import Display, Place
from eqcheck.documents.numbering import fault_of_numbering, without_numbers

NAMES = ("align", "gather", "multline", "flalign", "equation")


def fault(latex, file="notes.md"):
    return fault_of_numbering(Display(Place(file, 1), latex))


@pytest.mark.parametrize("name", NAMES)
def test_an_environment_with_numbers_is_named_with_what_to_write(name):
    told = fault(rf"\begin{{{name}}} a = a \end{{{name}}}")
    assert told.startswith(rf"\begin{{{name}}} adds numbers of its own")
    assert told.endswith(("ed}", "drop it"))


def test_numbers_of_a_latex_file_are_its_own():
    assert fault(r"\begin{align} a &= a \tag{1} \end{align}", "notes.tex") == ""


def test_what_has_no_numbers_has_no_fault():
    assert fault(r"\begin{aligned} a &= a \end{aligned} \target") == ""
    assert fault(r"\begin{align*} a &= a \end{align*}") == ""


@pytest.mark.parametrize("name", [name + star for name in NAMES for star in ("", "*")])
def test_a_display_is_executed_without_its_numbers(name):
    page = Page("x : R")
    latex = rf"\begin{{{name}}} x + x = 2 x \tag{{1}} \label{{eq-a}} \end{{{name}}}"
    assert check(page, without_numbers(latex)).state == "checked"
    assert check(page, without_numbers(latex).replace("2", "3")).state == "wrong"


def test_lines_that_are_not_numbered_are_lines():
    latex = r"\begin{align} (x + 1)^2 &= x^2 + 2 x + 1 \nonumber \\ &= x (x + 2) + 1 \end{align}"
    assert check(Page("x : R"), without_numbers(latex)).state == "checked"
    assert check(Page("x : R"), without_numbers(latex.replace("x + 2", "x + 3"))).state == "wrong"


@pytest.mark.parametrize(
    "opens", ["alignat}{2", "alignat*}{3", "alignedat}{2", "aligned}[t", "gathered}[b", "split"]
)
def test_columns_and_places_of_lines_are_passed_over(opens):
    name, bracket = opens.partition("}")[0], "]" if "[" in opens else "}"
    latex = rf"\begin{{{opens}{bracket} x + x = 2 x \end{{{name}}}"
    assert check(Page("x : R"), without_numbers(latex)).state == "checked"
    assert check(Page("x : R"), without_numbers(latex.replace("2 x", "3 x"))).state == "wrong"


def test_marks_keep_their_places_before_and_behind_what_is_dropped():
    latex = r"a = b \label{eq-a} + c"
    assert without_numbers(latex).index("+ c") == latex.index("+ c")
