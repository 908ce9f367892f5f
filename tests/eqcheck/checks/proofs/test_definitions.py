"""Names are written out where one definition says what they are."""

from __future__ import annotations

import pytest

from eqcheck import Page
from eqcheck.checks.proofs.normal import Normal
from eqcheck.values.scope import Scope
from tests.eqcheck.checks.proofs.expressions import forms, have_the_same_form, have_the_same_values

TABLE = r"""
n = 4
a, b : R
\mathbf{x} : R[n]; entries x_j
m = a b
p = m + 1
y_i : R; i = 1..n; defined
y_i = a x_i
z_i : R; i = 1..n; defined
z_i = \sum_{j=1}^{n} x_i x_j
h_i : R; i = 0..n; defined
h_0 = a
h_i = b h_{i-1}
f(a) = a + b
k : R; defined
k = \begin{cases} 1 & a > 0 \\ 2 & \text{otherwise} \end{cases}
"""
SAME = [
    (r"p", r"b a + 1"),
    (r"y_2", r"a x_2"),
    (r"\sum_{j=1}^{n} y_j", r"a \sum_{j=1}^{n} x_j"),
    (r"f(m)", r"f(b a)"),
]
OTHER = [
    (r"p", r"m"),
    (r"y_2", r"y_3"),
    (r"z_1", r"z_2"),
    (r"h_1", r"h_2"),
    (r"m", r"a"),
    (r"k", r"a"),
]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_what_has_the_same_form_has_the_same_values(one: str, two: str) -> None:
    assert have_the_same_form(TABLE, one, two)
    assert have_the_same_values(TABLE, one, two)


@pytest.mark.parametrize(("one", "two"), OTHER)
def test_what_has_other_values_has_another_form(one: str, two: str) -> None:
    assert not have_the_same_values(TABLE, one, two)
    assert not have_the_same_form(TABLE, one, two)


def test_what_has_several_definitions_or_cases_stays_a_name() -> None:
    page = Page(TABLE)
    for name in ("h_{2}", "k", "f(a)"):
        node = page.expression(name)
        assert Normal(Scope(page, 0)).node(node) == node


def test_an_index_of_a_sum_around_is_not_taken_for_that_of_a_definition() -> None:
    [one] = forms(TABLE, r"\sum_{j=1}^{n} z_j")
    page = Page(TABLE)
    assert "z_{i}" in repr(one) or "z_i" in repr(one)
    assert page.definitions
