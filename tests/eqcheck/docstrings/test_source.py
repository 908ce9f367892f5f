"""Displays of docstrings are found with their lines, and so are the lines that declare letters."""

import pytest

from eqcheck.docstrings import Written, read_formulas


def of_function(*lines):
    """Return the formulas of a function whose docstring is made of lines; the first is line 2."""
    body = "\n".join(f"    {line}" if line else "" for line in lines)
    return read_formulas(f'def f(x):\n    r"""{body.strip()}\n    """\n')


def test_a_directive_ends_where_it_is_no_longer_indented():
    [formula] = of_function(".. math:: a", "    = b", "", "    = c", "", "Then.")
    assert (formula.line, formula.latex) == (2, "a\n= b\n= c")


def test_options_of_a_directive_are_no_part_of_the_formula():
    [formula] = of_function(".. math::", "    :label: eq-a", "", "    a = b")
    assert formula.latex == "a = b"


def test_dollars_may_stand_on_one_line_or_on_several():
    one, other = of_function("First.", "", "$$a = b$$", "", "$$", "c = d", "$$")
    assert [(one.line, one.latex), (other.line, other.latex)] == [(4, "a = b"), (6, "c = d")]


@pytest.mark.parametrize("gap", [[], [""]])
def test_the_comment_below_declares_letters_a_line_each(gap):
    [formula] = of_function(".. math:: a = b", *gap, ".. with a : R", "        b : R")
    first = 3 + len(gap)
    assert formula.lines == (Written(first, "a : R"), Written(first + 1, "b : R"))


def test_a_comment_of_html_does_the_same():
    [formula] = of_function("First.", "", "$$a = b$$", "", "<!-- with a : R", "b : R -->", "Then.")
    assert [line.text for line in formula.lines] == ["a : R", "b : R"]


def test_a_line_goes_on_further_in_and_where_a_parenthesis_is_open():
    more = ["            code f(b)", "        c = g(x,", "        y)"]
    [formula] = of_function(".. math:: a = b", "", ".. with a : R;", *more)
    assert [line.text for line in formula.lines] == ["a : R; code f(b)", "c = g(x, y)"]


def test_a_reason_stands_in_the_place_of_lines():
    [formula] = of_function(".. math:: a = b", "", ".. not executed: a loop", "   without end")
    assert (formula.lines, formula.why) == ((), "a loop without end")


def test_other_comments_and_what_stands_further_down_say_nothing():
    one = [".. math:: a = b", "", ".. withered leaves", ""]
    other = [".. math:: c = d", "", "Text.", "", ".. with c : R"]
    formulas = of_function(*one, *other)
    assert [formula.lines for formula in formulas] == [(), ()]
    assert [formula.fault for formula in formulas] == [
        "",
        "its letters are declared too far below, in line 10: write that right below the display",
    ]


def test_each_formula_bears_the_name_of_what_it_documents():
    source = 'r"$$a$$"\nclass A:\n    r"$$b$$"\n    def f(self):\n        r"$$c$$"\n'
    assert [formula.name for formula in read_formulas(source)] == ["", "A", "A.f"]


def test_other_strings_are_no_docstrings():
    assert read_formulas('x = "$$a$$"\ndef f():\n    x = "$$b$$"\n') == []


@pytest.mark.parametrize("latex", ["\\frac{x}{2}", "2 \\nabla f", "\\beta"])
def test_a_docstring_that_is_not_raw_is_a_fault_of_its_formulas(latex):
    source = 'def f(x):\n    {}"""Half.\n\n    .. math:: h = {}\n\n    .. with x : R\n    """\n'
    [formula] = read_formulas(source.format("", latex))
    assert formula.fault.startswith(f"Python takes {latex.strip('2 ')[:2]} of \\")
    assert formula.line == 4
    [raw] = read_formulas(source.format("r", latex))
    [doubled] = read_formulas(source.format("", latex.replace("\\", "\\\\")))
    assert (raw.fault, raw.latex) == (doubled.fault, doubled.latex) == ("", f"h = {latex}")


def test_where_nothing_is_to_be_executed_a_docstring_need_not_be_raw():
    [formula] = read_formulas('"""One.\n\n.. math:: h = \\frac{x}{2}\n"""')
    assert formula.fault == ""
