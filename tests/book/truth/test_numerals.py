"""A printed number is the value of its expression, at the precision in which it is printed."""

from __future__ import annotations

import re

import pytest
from docutils import nodes
from hypothesis import given
from hypothesis import strategies as st

from book._ext.truth.numerals import check_number, numbers_of
from tests.book.app import Build


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("0.25 | 1/4", "0.25"),
        ("0.3 | 1/3", "0.3"),
        ("76 | 75.8", "76"),
        ("76,840 | 76839.7", "76,840"),
        ("−1,000 | -1000.4", "−1,000"),
        ("65% | 0.6505", "65%"),
        ("6.1e-5 | 2**-14", "6.1e-5"),
        ("4 | x + 1", "4"),
    ],
)
def test_a_right_number_is_printed_as_written(text: str, literal: str) -> None:
    assert check_number(text, {"x": 3}) == literal


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0.25 | 0.256", "0.25 is printed, but 0.256 = 0.256"),
        ("76 | 76.6", "76 is printed, but"),
        ("75.8 | 75.86", "75.8 is printed, but"),
        ("65% | 65", "65% is printed, but"),
        ("1 | float('nan')", "1 is printed, but"),
        ("1 | missing", "missing raised NameError: name 'missing' is not defined; known are dlref"),
        ("1 | 1 /", "1 / raised SyntaxError: invalid syntax$"),
        ("1 | [1]", "[1] is no number, but of type list"),
        ("1", "a number is written"),
        ("one | 1", "a number is written"),
        ("1 |", "a number is written"),
    ],
)
def test_a_wrong_number_is_refused_with_what_it_is(text: str, message: str) -> None:
    with pytest.raises(ValueError, match="^" + re.sub(r"[\[\]()]", ".", message)):
        check_number(text, {})


@given(st.floats(-1e6, 1e6), st.integers(0, 6))
def test_rounding_is_accepted_and_one_unit_off_is_not(value: float, digits: int) -> None:
    literal = f"{value:.{digits}f}"
    assert check_number(f"{literal} | x", {"x": value}) == literal
    with pytest.raises(ValueError, match="is printed, but"):
        check_number(f"{literal} | x", {"x": float(literal) + 1.01 * 10.0**-digits})


# ------------------------------------------------------------------ on a page

EXTENSIONS = ("book._ext.languages.bilingual", "book._ext.truth.numerals")


PARAGRAPHS = """\
(page)=
# {zh}`一页`{en}`A page`

```{values}
STATEMENTS
```

:::{zh}
NUMBER
:::
:::{en}
NUMBER
:::
"""


def said(number: str, statements: str = "") -> str:
    return PARAGRAPHS.replace("NUMBER", number).replace("STATEMENTS", statements)


def test_readers_see_the_number_and_not_its_expression(build: Build) -> None:
    page = said("{num}`3.5 | n * 7 / 12`", "n = 6")
    [paragraph] = build(page, *EXTENSIONS, builder="dummy").doctree().findall(nodes.paragraph)
    assert paragraph.astext() == "3.5"


def test_a_wrong_number_is_a_warning_and_shown_with_what_it_is(build: Build) -> None:
    message = "page.md:15: WARNING: 2 is printed, but 3 = 3"
    built = build(said("{num}`2 | 3`"), *EXTENSIONS, warns=[message])
    assert '<span class="num-wrong">2 | 3: 2 is printed, but 3 = 3</span>' in built.html()


def test_expressions_see_dlref_and_numpy_and_no_other_page(build: Build) -> None:
    number = "{num}`4 | dlref.squared_loss(np.sqrt(8.0), 0)`"
    build(said(number), *EXTENSIONS, builder="dummy")
    first = "(a)=\n# {zh}`甲`{en}`A`\n\n```{values}\nn = 6\n```\n\n```{toctree}\npage\n```\n"
    message = "n raised NameError: name 'n' is not defined"
    pages = {"a": first, "page": said("{num}`6 | n`")}
    build(pages, *EXTENSIONS, builder="dummy", warns=[message])


def test_statements_that_fail_are_a_warning(build: Build) -> None:
    for statements, line, message in (
        ("\nm = 1\n\nn = 1 / 0", 14, "ZeroDivisionError: division by zero"),
        ("m = 1\nn = = 1", 12, "SyntaxError: invalid syntax"),
        ("m = np.linalg.inv(\n    np.zeros((2, 2)))", 11, "LinAlgError: Singular matrix"),
    ):
        warns = [f"page.md:{line}: WARNING: {{values}} raised {message}"]
        built = build(said("$a$", statements), *EXTENSIONS, builder="dummy", warns=warns)
        assert "wait" not in built.warnings


def test_numbers_that_need_statements_which_failed_wait_for_them(build: Build) -> None:
    message = "page.md:12: WARNING: {values} raised ZeroDivisionError: division by zero; "
    text = said("{num}`1 | m`，{num}`1 | n`, {num}`2 | m + n`", "m = 1\nn = 1 / 0")
    build(text, *EXTENSIONS, warns=[message + "2 numbers wait for it"], edition="zh")
    other = text.replace("`1 | m`", "`2 | m`")
    parts = [message + "2 numbers wait for it", "2 is printed, but m = 1"]
    assert "num-wrong" in build(other, *EXTENSIONS, warns=parts).html()


def test_the_numbers_of_a_page_are_known_until_it_is_read_anew(build: Build) -> None:
    built = build(said("{num}`2 | 1 + 1`"), *EXTENSIONS, builder="dummy")
    assert numbers_of(built.app.env) == [{"page": "page", "number": "2 | 1 + 1"}]
    built = build(said("{num}`3 | 1 + 2`"), *EXTENSIONS, builder="dummy")
    assert numbers_of(built.app.env) == [{"page": "page", "number": "3 | 1 + 2"}]
