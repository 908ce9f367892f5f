"""Measured derivatives against closed forms, and the two layouts."""

import numpy as np
import pytest

from eqcheck import Refusal
from eqcheck.errors import Kink
from eqcheck.values.arithmetic import Jacobian
from eqcheck.values.derivative import basis, gradient, jacobian, measure

RNG = np.random.default_rng(0)


def slopes(function, at, *, confirm=True):
    return measure(function, at, basis(at.shape), confirm=confirm)


def test_a_matrix_times_a_vector_has_the_matrix_as_its_jacobian():
    A, x = RNG.standard_normal((3, 4)), RNG.standard_normal((4, 1))
    found = slopes(lambda v: A @ v, x)
    np.testing.assert_allclose(jacobian(found, x.shape), A, rtol=1e-14)
    np.testing.assert_allclose(gradient(found, x.shape), A.T, rtol=1e-14)


def test_a_scalar_has_a_row_as_jacobian_and_a_column_as_gradient():
    x = RNG.standard_normal((4, 1))
    found = slopes(lambda v: np.sum(v**3), x)
    np.testing.assert_allclose(jacobian(found, x.shape), (3 * x**2).T)
    np.testing.assert_allclose(gradient(found, x.shape), 3 * x**2)


def test_the_entries_of_a_row_count_not_its_orientation():
    B, x = RNG.standard_normal((4, 3)), RNG.standard_normal((4, 1))
    np.testing.assert_allclose(gradient(slopes(lambda v: v.T @ B, x), x.shape), B)


def test_a_derivative_by_a_matrix_keeps_all_axes():
    W, h = RNG.standard_normal((3, 4)), RNG.standard_normal((4, 1))
    found = jacobian(slopes(lambda v: v @ h, W), W.shape)
    assert isinstance(found, Jacobian)
    wanted = np.einsum("ia,b->iab", np.eye(3), h[:, 0])
    np.testing.assert_allclose(found.array.reshape(3, 3, 4), wanted, rtol=1e-13)


def test_central_differences_take_over_where_complex_numbers_are_refused():
    def real_only(v):
        if np.iscomplexobj(v):
            raise TypeError
        return np.sin(v)

    [slope] = measure(real_only, np.array(0.7), [np.array(1.0)], confirm=True)
    assert abs(slope - np.cos(0.7)) < 1e-11


@pytest.mark.parametrize(
    "function",
    [np.abs, lambda v: v * np.sign(np.real(v)), lambda v: np.where(v.real > 0, v, 0)],
    ids=["real", "complex", "one-sided"],
)
def test_at_a_kink_there_is_no_derivative_and_beside_it_there_is(function):
    with pytest.raises(Kink, match="not differentiable"):
        measure(function, np.array(0.0), [np.array(1.0)], confirm=True)
    assert np.isfinite(measure(function, np.array(1.0), [np.array(1.0)], confirm=True))


def test_a_derivative_of_a_derivative():
    def inner(v):
        return measure(lambda u: u**3 * v, np.asarray(2.0 * v), [np.array(1.0)], confirm=False)[0]

    [slope] = measure(inner, np.array(1.5), [np.array(1.0)], confirm=True)
    np.testing.assert_allclose(slope, 3 * 12 * 1.5**2, rtol=1e-9)


def test_a_derivative_by_one_variable_inside_that_by_another():
    def inner(v):
        return measure(lambda u: u**3 * v**2, np.asarray(1.5), [np.array(1.0)], confirm=False)[0]

    [slope] = measure(inner, np.array(0.7), [np.array(1.0)], confirm=False)
    np.testing.assert_allclose(slope, 3 * 1.5**2 * 2 * 0.7, rtol=1e-9)


def test_a_function_that_is_not_analytic_is_refused():
    with pytest.raises(Refusal, match="disagree"):
        measure(lambda v: np.real(v) ** 2 + 0 * v, np.array(1.0), [np.array(1.0)], confirm=True)
