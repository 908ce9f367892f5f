"""Arithmetic: sums are multiplied out; norms, traces and absolute values do not see all."""

from __future__ import annotations

import pytest

from eqcheck import Page, Refusal
from eqcheck.checks.proofs.normal import Normal
from eqcheck.values.scope import Scope
from tests.eqcheck.checks.proofs.expressions import have_the_same_form, have_the_same_values

TABLE = r"""
d = 3
n = 4
a, b, c : R
u : R+
\mathbf{x}, \mathbf{y} : R[d]
\mathbf{B}, \mathbf{C} : R[d,d]
\mathbf{S} : symmetric[d]
\mathbf{I} : identity[d]
\mathbf{0} : zeros[d]
\mathbf{X} : R[n,d]
"""
SAME = [
    (r"(a + b)^2", r"a^2 + 2 a b + b^2"),
    (r"a (b + c)", r"c a + a b"),
    (r"\frac{a^2 b}{a}", r"a b"),
    (r"\frac{1}{u^2} u", r"u^{-1}"),
    (r"\|\mathbf{x} - \mathbf{y}\|_2", r"\|\mathbf{y} - \mathbf{x}\|_2"),
    (r"|a - b|", r"|b - a|"),
    (r"\|\mathbf{X}\|_F", r"\|\mathbf{X}^{\top}\|_F"),
    (r"\|\mathbf{X}\|_2", r"\|-\mathbf{X}^{\top}\|_2"),
    (
        r"\operatorname{tr}(\mathbf{B} + 2 \mathbf{C}^{\top})",
        r"2 \operatorname{tr}(\mathbf{C}) + \operatorname{tr}(\mathbf{B}^{\top})",
    ),
    (r"\langle \mathbf{x}, \mathbf{y} \rangle", r"\mathbf{y}^{\top}\mathbf{x}"),
    (r"\mathbf{x} \odot \mathbf{y}", r"\mathbf{y} \odot \mathbf{x}"),
    (r"\mathbf{B}^2 \mathbf{x}", r"\mathbf{B}\mathbf{B}\mathbf{x}"),
    (r"(2 \mathbf{B})^{-1}", r"\frac{1}{2} \mathbf{B}^{-1}"),
    (r"0.5 a", r"\frac{a}{2}"),
    (r"\sin(a + b)", r"\sin(b + a)"),
    (r"\|\mathbf{0}\|_2", r"0 a"),
    (r"\sqrt{a^2 + b^2}", r"\sqrt{b^2 + a^2}"),
    (r"\pi a", r"a \pi"),
]
OTHER = [
    (r"(a + b)^2", r"a^2 + b^2"),
    (r"\mathbf{B}\mathbf{C}", r"\mathbf{C}\mathbf{B}"),
    (r"\|\mathbf{x}\|_1", r"\|\mathbf{x}\|_2"),
    (r"\sin(a - b)", r"\sin(b - a)"),
    (r"|a + b|", r"|a - b|"),
    (r"\operatorname{tr}(\mathbf{B}\mathbf{C})", r"\operatorname{tr}(\mathbf{B}\mathbf{C}^{\top})"),
    (r"(\mathbf{B} + \mathbf{C})^2", r"\mathbf{B}^2 + 2 \mathbf{B}\mathbf{C} + \mathbf{C}^2"),
    (r"d a", r"3.5 a"),
    (r"\pi a", r"3.14 a"),
]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_what_has_the_same_form_has_the_same_values(one: str, two: str) -> None:
    assert have_the_same_form(TABLE, one, two)
    assert have_the_same_values(TABLE, one, two)


@pytest.mark.parametrize(("one", "two"), OTHER)
def test_what_has_other_values_has_another_form(one: str, two: str) -> None:
    assert not have_the_same_values(TABLE, one, two)
    assert not have_the_same_form(TABLE, one, two)


def test_where_powers_are_taken_entry_by_entry_they_are_no_products() -> None:
    page = Page("d = 3 \n \\mathbf{B} : R[d,d] \n \\mathbf{x} : R+[d] \n ^ : entrywise")
    normal = Normal(Scope(page, 0))
    for one, two in [
        (r"\mathbf{B}^2", r"\mathbf{B}\mathbf{B}"),
        (r"\mathbf{B}^{-1}\mathbf{B}\mathbf{x}", r"\mathbf{x}"),
    ]:
        first, second = map(page.expression, (one, two))
        assert normal.form(first) != normal.form(second)
    square, other = map(page.expression, (r"(\mathbf{x} + \mathbf{x})^2", r"(2 \mathbf{x})^2"))
    assert normal.form(square) == normal.form(other)


def test_a_power_of_a_number_with_too_many_digits_is_not_worked_out() -> None:
    page = Page("x : R")
    normal = Normal(Scope(page, 0))
    for latex in ("3^{-9000000} x", "(\\frac{1}{3} x)^{9000000}"):
        with pytest.raises(Refusal, match="too many terms"):
            normal.form(page.expression(latex))
    assert normal.form(page.expression("(-x)^{9000000}")).terms
