"""Products in order: transposes stand at names, what is one by one commutes, inverses cancel."""

from __future__ import annotations

import pytest

from eqcheck import Page
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
    (r"(\mathbf{B}\mathbf{C})^{\top}", r"\mathbf{C}^{\top}\mathbf{B}^{\top}"),
    (r"\mathbf{x}^{\top}\mathbf{B}\mathbf{y}", r"\mathbf{y}^{\top}\mathbf{B}^{\top}\mathbf{x}"),
    (r"\mathbf{x}\mathbf{x}^{\top}\mathbf{y}", r"(\mathbf{y}^{\top}\mathbf{x})\mathbf{x}"),
    (r"\mathbf{S}^{\top}\mathbf{x}", r"\mathbf{S}\mathbf{x}"),
    (r"\mathbf{I}\mathbf{B}\mathbf{I}", r"\mathbf{B}"),
    (r"(\mathbf{X}^{\top}\mathbf{X})^{-1}\mathbf{X}^{\top}\mathbf{X}\mathbf{x}", r"\mathbf{x}"),
    (r"\mathbf{B}\mathbf{B}^{-1}\mathbf{x}", r"\mathbf{x}"),
    (r"((\mathbf{X}^{\top}\mathbf{X})^{-1})^{\top}", r"(\mathbf{X}^{\top}\mathbf{X})^{-1}"),
    (r"\operatorname{diag}(\mathbf{x})^{\top}", r"\operatorname{diag}(\mathbf{x})"),
    (
        r"\begin{bmatrix} a & b \\ b & c \end{bmatrix}^{\top}",
        r"\begin{bmatrix} a & b \\ b & c \end{bmatrix}",
    ),
    (r"\mathbf{B} + \mathbf{0}\mathbf{x}^{\top}", r"\mathbf{B}"),
    (
        r"\mathbf{x}^{\top}\mathbf{y}\,\mathbf{x}^{\top}",
        r"(\mathbf{y}^{\top}\mathbf{x}) \mathbf{x}^{\top}",
    ),
]
OTHER = [
    (r"\mathbf{B}^{\top}\mathbf{x}", r"\mathbf{B}\mathbf{x}"),
    (r"\mathbf{x}^{\top}\mathbf{B}\mathbf{y}", r"\mathbf{y}^{\top}\mathbf{B}\mathbf{x}"),
    (r"\mathbf{x}\mathbf{y}^{\top}", r"\mathbf{y}\mathbf{x}^{\top}"),
    (r"\mathbf{B}\mathbf{C}\mathbf{B}^{-1}\mathbf{x}", r"\mathbf{C}\mathbf{x}"),
    (
        r"\begin{bmatrix} a & b \\ c & a \end{bmatrix}^{\top}",
        r"\begin{bmatrix} a & b \\ c & a \end{bmatrix}",
    ),
    (r"(\mathbf{B}\mathbf{C})^{-1}\mathbf{B}\mathbf{x}", r"\mathbf{C}\mathbf{x}"),
]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_what_has_the_same_form_has_the_same_values(one: str, two: str) -> None:
    assert have_the_same_form(TABLE, one, two)
    assert have_the_same_values(TABLE, one, two)


@pytest.mark.parametrize(("one", "two"), OTHER)
def test_what_has_other_values_has_another_form(one: str, two: str) -> None:
    assert not have_the_same_values(TABLE, one, two)
    assert not have_the_same_form(TABLE, one, two)


def test_what_has_no_normal_form_stays_as_it_is() -> None:
    page = Page(TABLE)
    node = page.expression(r"\operatorname{vec}(\mathbf{B})")
    assert Normal(Scope(page, 0)).node(node) == node


def test_a_matrix_that_is_varied_is_not_taken_for_symmetric() -> None:
    page = Page(TABLE)
    node = page.expression(r"\mathbf{S}^{\top}\mathbf{x}")
    plain = Normal(Scope(page, 0))
    varied = Normal(Scope(page, 0), held=frozenset({r"\mathbf{S}"}))
    unknown = Normal(Scope(page, 0), unfolds=False)
    assert plain.form(node) not in (varied.form(node), unknown.form(node))
