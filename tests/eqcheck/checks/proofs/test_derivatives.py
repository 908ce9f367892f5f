"""Derivatives see what their variable reaches, and a sum hands them on."""

from __future__ import annotations

import pytest

from tests.eqcheck.checks.proofs.expressions import forms, have_the_same_form, have_the_same_values

TABLE = r"""
d = 3
a, b, x, y : R
\mathbf{v}, \mathbf{w} : R[d]; entries v_j, w_j
\mathbf{C} : R[d,d]
q = x y
s = a^2
t = q + s
j = \sin t
k = j + q
f(\mathbf{v}) = \|\mathbf{C}\mathbf{v}\|_2^2
g(x) = x^2
m = g(t)
"""
SAME = [
    (r"\frac{\partial j}{\partial q}", r"\frac{\partial j}{\partial t}"),
    (r"\frac{\partial j}{\partial s}", r"\frac{\partial j}{\partial q}"),
    (r"\frac{\partial (x^2 + b)}{\partial x}", r"\frac{\partial x^2}{\partial x}"),
    (r"\frac{\partial (b x^2)}{\partial x}", r"b \frac{\partial x^2}{\partial x}"),
    (r"\frac{\partial (\sin v_1 + v_2^2)}{\partial v_2}", r"\frac{\partial v_2^2}{\partial v_2}"),
    (r"\nabla_{\mathbf{v}} f(\mathbf{w})", r"\nabla_{\mathbf{w}} f(\mathbf{w})"),
    (
        r"\nabla_{\mathbf{v}} (\mathbf{v}^{\top}\mathbf{C}\mathbf{v})",
        r"\nabla_{\mathbf{v}} (\mathbf{v}^{\top}\mathbf{C}^{\top}\mathbf{v})",
    ),
]
OTHER = [
    (r"\frac{\partial k}{\partial q}", r"\frac{\partial k}{\partial t}"),
    (r"\frac{\partial j}{\partial q}", r"\frac{\partial j}{\partial x}"),
    (r"\frac{\partial (x^2 + x b)}{\partial x}", r"\frac{\partial x^2}{\partial x}"),
    (
        r"\nabla_{\mathbf{v}} (\mathbf{v}^{\top}\mathbf{C}\mathbf{w})",
        r"\nabla_{\mathbf{v}} (\mathbf{v}^{\top}\mathbf{C}^{\top}\mathbf{w})",
    ),
    (r"\frac{\partial m}{\partial q}", r"\frac{\partial m}{\partial s} x"),
    (r"\frac{\partial j}{\partial t}", r"t"),
]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_what_has_the_same_form_has_the_same_values(one: str, two: str) -> None:
    assert have_the_same_form(TABLE, one, two)
    assert have_the_same_values(TABLE, one, two)


@pytest.mark.parametrize(("one", "two"), OTHER)
def test_what_has_other_values_has_another_form(one: str, two: str) -> None:
    assert not have_the_same_values(TABLE, one, two)
    assert not have_the_same_form(TABLE, one, two)


def test_where_parameters_are_bound_a_sum_hands_nothing_on() -> None:
    one, two = forms(TABLE, r"\frac{\partial m}{\partial q}", r"\frac{\partial m}{\partial t}")
    assert one != two
