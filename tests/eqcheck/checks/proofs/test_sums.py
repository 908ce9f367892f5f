"""Sums are taken term by term; a zero at an end, and all of a distribution, are known."""

from __future__ import annotations

import numpy as np
import pytest

from eqcheck import Page
from eqcheck.checks.proofs.normal import Normal
from eqcheck.values.scope import Scope

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


def forms(*written: str) -> list[object]:
    page = Page(TABLE)
    return [Normal(Scope(page, 0)).form(page.expression(latex)) for latex in written]


def values(latex: str) -> list[object]:
    page = Page(TABLE)
    return [Scope(page, seed).array(page.expression(latex)) for seed in range(5)]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_what_has_the_same_form_has_the_same_values(one: str, two: str) -> None:
    first, second = forms(one, two)
    assert first == second
    assert all(map(np.allclose, values(one), values(two)))


@pytest.mark.parametrize(("one", "two"), OTHER)
def test_what_has_other_values_has_another_form(one: str, two: str) -> None:
    assert not all(map(np.allclose, values(one), values(two)))
    first, second = forms(one, two)
    assert first != second
