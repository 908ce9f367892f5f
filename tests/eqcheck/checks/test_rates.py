"""Rates of convergence against known ones."""

import numpy as np
import pytest

from eqcheck import Page, check
from eqcheck.checks.rates import limit_error, rate_error, without_remainder
from eqcheck.grammar.statements import parse_expression
from eqcheck.values.scope import Scope

PAGE = Page("h, a : R+\nb : R")


def parse(latex):
    return parse_expression(latex, PAGE.table)


@pytest.mark.parametrize(
    ("left", "right", "order"),
    [
        ("e^h", "1 + h", 2),
        ("e^h", "1 + h + \\frac{h^2}{2}", 3),
        ("\\cos(h)", "1 - \\frac{h^2}{2}", 4),
        ("\\sin(a h)", "0a", 1),
    ],
)
def test_the_order_of_a_taylor_polynomial_is_found_and_no_other(left, right, order):
    for stated in range(1, 6):
        remainder = parse(f"O(h^{stated})")
        error = rate_error(Scope(PAGE, 0), parse(left), parse(right), remainder)
        assert (error == 0) == (stated == order)


def test_a_remainder_is_taken_off_the_end():
    rest, order = without_remainder(parse("1 + h + O(h^2)"))
    assert rest == parse("1 + h")
    assert order.order == 2
    assert without_remainder(parse("1 + h")) == (parse("1 + h"), None)


@pytest.mark.parametrize(
    ("limit", "value", "reached"),
    [
        ("\\lim_{h \\to \\infty} \\frac{a h + b}{h + 1}", "a", True),
        ("\\lim_{h \\to \\infty} \\frac{a h + b}{h + 1}", "b", False),
        ("\\lim_{h \\to 0} \\frac{\\sin(a h)}{h}", "a", True),
        ("\\lim_{h \\to 0} \\frac{\\sin(a h)}{h}", "1.01a", False),
        ("\\lim_{h \\to \\infty} e^{-h}", "0a", True),
        ("\\lim_{h \\to b} h^2", "b^2", True),
    ],
)
def test_a_limit_is_reached_or_not(limit, value, reached):
    for seed in range(4):
        with np.errstate(all="ignore"):
            error, *_ = limit_error(Scope(PAGE, seed), parse(limit), parse(value))
        assert (error == 0) == reached


@pytest.mark.parametrize(
    ("limit", "value", "nothing"),
    [
        ("\\lim_{h \\to \\infty} 0h", "0a", True),
        ("\\lim_{h \\to \\infty} e^{-h}", "0a", False),
        ("\\lim_{h \\to \\infty} 0h", "a", False),
    ],
)
def test_a_sequence_of_zeros_that_goes_to_zero_shows_nothing(limit, value, nothing):
    with np.errstate(all="ignore"):
        *_, zero = limit_error(Scope(PAGE, 0), parse(limit), parse(value))
    assert zero == nothing
    if nothing:
        assert "nothing was compared" in check(PAGE, f"{limit} = {value}", kind="limit").message
