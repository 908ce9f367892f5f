"""A printed number is the value of its expression, at the precision in which it is printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book._ext.truth.numerals import check_number


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
        ("1 | missing", "missing raised NameError"),
        ("1", "a number is written"),
        ("one | 1", "a number is written"),
        ("1 |", "a number is written"),
    ],
)
def test_a_wrong_number_is_refused_with_what_it_is(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message.replace('(', '.').replace(')', '.')}"):
        check_number(text, {})


@given(st.floats(-1e6, 1e6), st.integers(0, 6))
def test_rounding_is_accepted_and_one_unit_off_is_not(value: float, digits: int) -> None:
    literal = f"{value:.{digits}f}"
    assert check_number(f"{literal} | x", {"x": value}) == literal
    with pytest.raises(ValueError, match="is printed, but"):
        check_number(f"{literal} | x", {"x": float(literal) + 1.01 * 10.0**-digits})
