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
        error, exact = rate_error(Scope(PAGE, 0), parse(left), parse(right), remainder)
        assert (error == 0, exact) == (stated == order, False)


@pytest.mark.parametrize(
    ("left", "right", "order"),
    [
        (r"e^{10^3 h^2 a}", "1", 2),  # slow at first
        (r"h^2 + 10^3 h^3", "0a", 2),  # near an inflection the next order is larger
        (r"\frac{\sin(b + h) - \sin(b - h)}{2h}", r"\cos(b)", 2),  # rounding grows
    ],
)
def test_an_order_is_found_that_only_a_smaller_variable_shows(left, right, order):
    for seed in range(5):
        error, _ = rate_error(Scope(PAGE, seed), parse(left), parse(right), parse(f"O(h^{order})"))
        other, _ = rate_error(Scope(PAGE, seed), parse(left), parse(right), parse("O(h^4)"))
        assert error == 0 < other


def test_what_is_exact_on_a_draw_shows_nothing():
    for left in ("(a + b) + h", "h + b + a"):
        found = rate_error(Scope(PAGE, 0), parse(left), parse("a + (b + h)"), parse("O(h^2)"))
        assert found == (0.0, True)


@pytest.mark.parametrize("name", ["f", "g", "p", "r"])
@pytest.mark.parametrize("kind", ["", "; convex"])
def test_the_first_order_holds_of_all_that_is_drawn(name, kind):
    page = Page(f"x, h : R \n {name} : R -> R{kind}")
    taylor = f"{name}(x + h) = {name}(x) + h {name}'(x) + O(h^2)"
    assert check(page, taylor, attack=False).state == "checked"
    assert check(page, taylor.replace("^2", "^3"), attack=False).state == "wrong"
    assert check(page, taylor.replace("+ O", "+ h + O"), attack=False).state == "wrong"


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
