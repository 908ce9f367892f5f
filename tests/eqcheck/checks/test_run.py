"""The error of a formula over its draws: the largest, or the first that is too large."""

from __future__ import annotations

import pytest

from eqcheck import Page, Refusal
from eqcheck.checks.compare import Options
from eqcheck.checks.run import largest_error


def options(kind="identity"):
    return Options(kind, "", 1e-9, "", "")


def test_a_formula_that_holds_is_off_by_rounding():
    assert largest_error(Page("x : R"), "(x + 1)^2 = x^2 + 2 x + 1", options(), 20) < 1e-12


def test_a_formula_that_fails_is_off_by_more_on_the_first_draw():
    one, many = (largest_error(Page("x : R"), "(x + 1)^2 = x^2 + 1", options(), n) for n in (1, 9))
    assert one == many > 1e-3


def test_what_compares_nothing_is_refused_by_a_thorough_run_alone():
    page = Page("x : R")
    with pytest.raises(Refusal, match="both sides are zero"):
        largest_error(page, "0 x = 0", options(), 3)
    assert largest_error(page, "0 x = 0", options(), 3, thorough=False) == 0


def test_a_bound_is_tried_on_boundaries_that_random_draws_miss():
    page = Page("x : R")
    assert largest_error(page, "x^2 > 0", options("bound"), 3) == float("inf")
