"""Where a displayed equation is broken for a narrow page, and that nothing of it is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book._ext.paper.breaking import broken

ATOMS = st.sampled_from(
    [
        "a",
        "x_1",
        "42",
        "=",
        "+",
        "-",
        ",",
        r"\le",
        r"\approx",
        r"\alpha",
        r"\,",
        r"\quad",
        r"\qquad",
    ]
)
BRACKETS = st.sampled_from(
    ["{%s}", "(%s)", "[%s]", r"\{%s\}", r"\left(%s\right)", r"\sqrt{%s}", r"\bigl[%s\bigr]"]
)
FORMULAS = st.lists(
    st.recursive(
        ATOMS,
        lambda inner: st.builds(
            lambda form, parts: form % " ".join(parts), BRACKETS, st.lists(inner, max_size=4)
        ),
        max_leaves=8,
    ),
    max_size=12,
).map(" ".join)


def tokens(latex: str) -> list[str]:
    """Return the tokens of a formula, but for alignment and for wide spaces."""
    found = re.findall(r"\\[A-Za-z]+|\\.|[^\s\\]", latex)
    return [token for token in found if token not in ("&", r"\\", r"\quad", r"\qquad")]


@given(FORMULAS)
def test_a_broken_equation_keeps_all_its_tokens_in_order(latex: str) -> None:
    result = broken(latex)
    assert result == "" or tokens(result) == tokens(latex)


@given(FORMULAS)
def test_every_line_is_aligned_once_and_closes_what_it_opens(latex: str) -> None:
    for line in filter(None, broken(latex).split(r"\\")):
        assert line.count("&") == 1
        for opening, closing in ("()", "[]", (r"\left", r"\right"), (r"\bigl", r"\bigr")):
            assert line.count(opening) == line.count(closing)
        assert line.count("{") == line.count("}")


@pytest.mark.parametrize(
    ("latex", "lines"),
    [
        ("a = b + c - d + e", [r"a &= b + c", r"&\qquad - d + e"]),
        ("a = b + c - d + e + f - g", [r"a &= b + c - d", r"&\qquad + e + f - g"]),
        ("a = b + ccccccccccccc", [r"a &= b", r"&\qquad + ccccccccccccc"]),
        (r"a \approx -b + c", [r"a &\approx -b", r"&\qquad + c"]),
        ("a=b+c", ["a &=b", r"&\qquad +c"]),
        ("a = (b + c) - (d + e)", [r"a &= (b + c)", r"&\qquad - (d + e)"]),
    ],
)
def test_a_sum_is_broken_at_the_sign_nearest_to_its_middle(latex: str, lines: list[str]) -> None:
    assert [line.strip() for line in broken(latex).split(r"\\")] == lines


@pytest.mark.parametrize(
    ("latex", "lines"),
    [
        ("a = b + c = d", ["a &= b + c", "&= d"]),
        (r"a \le b \approx c \to d", [r"a &\le b", r"&\approx c", r"&\to d"]),
        (r"a = \sum_{i=1}^n b_i = c", [r"a &= \sum_{i=1}^n b_i", "&= c"]),
    ],
)
def test_a_chain_is_broken_before_each_relation_but_the_first(latex: str, lines: list[str]) -> None:
    assert [line.strip() for line in broken(latex).split(r"\\")] == lines


def test_statements_side_by_side_come_one_below_the_other() -> None:
    lines = broken(r"a = b + c, \qquad d = e \quad \text{for } f(x, \quad y)").split(r"\\")
    assert [line.strip() for line in lines] == [
        "&a = b + c,",
        "&d = e",
        r"&\text{for } f(x, \quad y)",
    ]


@pytest.mark.parametrize(
    "latex",
    [
        "a &= b + c",
        r"a = b \\ c = d",
        "a + b",  # no relation
        "a = bc",  # no sign
        "a = -b",  # a sign that is no operator
        "a + b = -c",
        r"a \le -b",
        r"\left( a = b + c \right)",
        r"\frac{a = b}{c + d}",
    ],
)
def test_what_is_aligned_or_has_no_place_for_a_break_stays_in_one_line(latex: str) -> None:
    assert broken(latex) == ""
