# ruff: noqa: E501 - a formula stands on one line, as in the book
"""Cases are the same if they differ where it is no matter: and only there."""

from __future__ import annotations

import pytest

from eqcheck import Page
from eqcheck.checks.proofs.cases import same_cases
from eqcheck.checks.proofs.normal import Normal
from eqcheck.values.scope import Scope

TABLE = r"""
x, y : R
u : R*
\delta : R+
\alpha : (0, 1)
"""


def same(one: str, two: str) -> bool:
    page = Page(TABLE)
    normal = Normal(Scope(page, 0))
    first, second = (
        page.expression(rf"\begin{{cases}} {each} \end{{cases}}") for each in (one, two)
    )
    return same_cases(normal, normal, first, second)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (r"x + y & x > 0 \\ y & \text{otherwise}", r"y + x & x > 0 \\ y & \text{otherwise}"),
        (r"x & x > 0 \\ \alpha x & \text{otherwise}", r"x & x \ge 0 \\ \alpha x & \text{otherwise}"),
        (r"1 & x \le y \\ 2 & x > y", r"1 & x \le y \\ 2 & x \ge y"),
        (r"x^2 & |x| < \delta \\ \delta |x| & \text{otherwise}", r"x^2 & |x| \le \delta \\ \delta |x| & \text{otherwise}"),
    ],
)  # fmt: skip
def test_cases_that_are_the_same(one: str, two: str) -> None:
    assert same(one, two)
    assert same(two, one)


def test_a_boundary_that_is_never_met_may_be_taken_in_by_a_wrong_version_only() -> None:
    strict, closed = r"1 & u > 0 \\ 2 & u < 0", r"1 & u \ge 0 \\ 2 & u < 0"
    assert same(strict, closed)
    assert not same(closed, strict)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (r"x & x > 0 \\ \alpha & \text{otherwise}", r"x & x \ge 0 \\ \alpha & \text{otherwise}"),
        (r"x & x > 0 \\ 2 x & \text{otherwise}", r"x & x > 0 \\ 3 x & \text{otherwise}"),
        (r"1 & x > 0 \\ 2 & x < 0", r"1 & x \ge 0 \\ 2 & x < 0"),
        (r"1 & x < y \\ 2 & x > y", r"1 & x < y \\ 2 & x \ge y"),
        (r"1 & x \le y \\ 2 & y > x", r"1 & x < y \\ 2 & y > x"),
        (r"x & |x| < \delta \\ \delta & \text{otherwise}", r"x & |x| \le \delta \\ \delta & \text{otherwise}"),
        (r"1 & u > 0 \\ 2 & u < 0", r"1 & u < 0 \\ 2 & u < 0"),
        (r"1 & x > 0 \\ 2 & \text{otherwise}", r"1 & y > 0 \\ 2 & \text{otherwise}"),
        (r"1 & x > 0 \\ 2 & x < 0", r"1 & x > 0 \\ 2 & \text{otherwise}"),
        (  # at x = y the derivative is 3 y; put there first, it would be one by y
            r"\frac{\partial (x^2 + x y)}{\partial x} & x > y \\ \frac{\partial (2 y^2)}{\partial y} & \text{otherwise}",
            r"\frac{\partial (x^2 + x y)}{\partial x} & x \ge y \\ \frac{\partial (2 y^2)}{\partial y} & \text{otherwise}",
        ),
    ],
)  # fmt: skip
def test_cases_that_are_not(one: str, two: str) -> None:
    assert not same(one, two)
