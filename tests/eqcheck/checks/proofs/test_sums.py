"""Sums are taken term by term; a zero at an end, and all of a distribution, are known."""

from __future__ import annotations

import pytest

from tests.eqcheck.checks.proofs.expressions import have_the_same_form, have_the_same_values

TABLE = r"""
n = 5
k = 3
a : R
\mathbf{x}, \mathbf{y} : R[n]; entries x_j, y_j
\mathbf{p} : simplex[n]; entries p_j
\mathbf{q} : (0, 1)[n]; entries q_j
"""
SAME = [
    (r"\sum_{j=1}^{n} (x_j + a y_j)", r"\sum_{j=1}^{n} x_j + a \sum_{j=1}^{n} y_j"),
    (r"\sum_{j=1}^{n} a p_j", r"a"),
    (r"\sum_{j=1}^{k} (x_j - x_k)", r"\sum_{j=1}^{k-1} (x_j - x_k)"),
    (r"\sum_{j=k}^{n} (x_j - x_k) y_j", r"\sum_{j=k+1}^{n} (x_j - x_k) y_j"),
    (r"x_1 + x_2 + \cdots + x_n", r"x_1 + x_2 + x_3 + \cdots + x_n"),
]
OTHER = [
    (r"\sum_{j=1}^{k} (x_j - x_k)", r"\sum_{j=1}^{k-1} x_j - x_k"),
    (r"\sum_{j=1}^{n} x_j y_j", r"(\sum_{j=1}^{n} x_j) (\sum_{j=1}^{n} y_j)"),
    (r"\sum_{j=1}^{n} a q_j", r"a"),
    (r"\sum_{j=1}^{k} a p_j", r"a"),
    (r"\sum_{j=2}^{n} p_j", r"1"),
    (r"\sum_{j=1}^{n} p_j^2", r"1"),
]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_what_has_the_same_form_has_the_same_values(one: str, two: str) -> None:
    assert have_the_same_form(TABLE, one, two)
    assert have_the_same_values(TABLE, one, two)


@pytest.mark.parametrize(("one", "two"), OTHER)
def test_what_has_other_values_has_another_form(one: str, two: str) -> None:
    assert not have_the_same_values(TABLE, one, two)
    assert not have_the_same_form(TABLE, one, two)
