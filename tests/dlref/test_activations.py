"""Activations against SciPy, and their derivatives against complex steps."""

import warnings

import numpy as np
import pytest
import scipy.special
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import dlref

LARGE = [-1e300, -1000.0, 1000.0, 1e300]


def gelu_tanh(z):
    return z / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)))


def gelu_by_sigmoid(z):
    """Return the same without cancellation, for complex steps."""
    return z / (1 + np.exp(-2 * np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)))


def test_relu_and_its_derivative_by_cases_with_zero_at_zero():
    x = np.array([-3.0, -0.0, 0.0, 2.0])
    np.testing.assert_array_equal(dlref.relu(x), [0, 0, 0, 2])
    np.testing.assert_array_equal(dlref.relu_derivative(x), [0, 0, 0, 1])


@given(hnp.arrays(float, 5, elements=st.floats(-700, 700)))
def test_sigmoid_equals_expit_to_full_relative_precision(x):
    np.testing.assert_allclose(dlref.sigmoid(x), scipy.special.expit(x), rtol=1e-15, atol=0)


@pytest.mark.parametrize("x", [-1000.0, 1000.0])
def test_sigmoid_and_derivatives_at_1000_neither_overflow_nor_warn(x):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert dlref.sigmoid(x) == (x > 0)
        assert dlref.sigmoid_derivative(x) == 0
        assert dlref.tanh_derivative(x) == 0


@pytest.mark.parametrize(
    ("derivative", "f"),
    [
        (dlref.sigmoid_derivative, lambda z: 1 / (1 + np.exp(-z))),
        (dlref.tanh_derivative, np.tanh),
        (dlref.softplus_derivative, lambda z: np.log1p(np.exp(z))),
        (dlref.silu_derivative, lambda z: z / (1 + np.exp(-z))),
        (dlref.gelu_tanh_derivative, gelu_by_sigmoid),
    ],
)
def test_derivatives_of_activations_equal_the_complex_step(derivative, f):
    x = np.linspace(-8, 8, 33)
    np.testing.assert_allclose(derivative(x), f(x + 1e-30j).imag / 1e-30, rtol=1e-12)


def test_sigmoid_derivative_is_at_most_a_quarter_and_below_exp_of_minus_abs():
    x = np.linspace(-40, 40, 801)
    assert dlref.sigmoid_derivative(x).max() == dlref.sigmoid_derivative(0.0) == 0.25
    assert (dlref.sigmoid_derivative(x) <= np.exp(-np.abs(x))).all()


@pytest.mark.parametrize("slope", [0.0, 0.2])
def test_leaky_relu_by_cases_and_its_derivative_with_the_slope_at_zero(slope):
    x = np.array([-3.0, 0.0, 0.5, 2.0])
    np.testing.assert_allclose(dlref.leaky_relu(x, slope), [-3 * slope, 0, 0.5, 2], rtol=1e-15)
    np.testing.assert_array_equal(dlref.leaky_relu_derivative(x, slope), [slope, slope, 1, 1])


@pytest.mark.parametrize("slope", [-0.1, 1.0])
@pytest.mark.parametrize("f", [dlref.leaky_relu, dlref.leaky_relu_derivative])
def test_a_slope_that_is_negative_or_one_is_refused(f, slope):
    with pytest.raises(ValueError, match=rf"^slope must be in \[0, 1\), got {slope}"):
        f([1.0], slope)


@given(hnp.arrays(float, 5, elements=st.floats(-700, 700)))
def test_softplus_and_silu_equal_scipy(x):
    np.testing.assert_allclose(dlref.softplus(x), np.logaddexp(0, x), rtol=1e-14)
    np.testing.assert_allclose(dlref.silu(x), x * scipy.special.expit(x), rtol=1e-14)


@given(hnp.arrays(float, 5, elements=st.floats(-37, 37)))
def test_normal_cdf_and_gelu_equal_scipy_in_the_tail_too(x):
    expected = scipy.special.ndtr(x)
    np.testing.assert_allclose(dlref.normal_cdf(x), expected, rtol=1e-12, atol=1e-300)
    np.testing.assert_allclose(dlref.gelu(x), x * expected, rtol=1e-12, atol=1e-300)


def test_the_derivative_of_gelu_is_that_of_the_normal_distribution():
    x = np.linspace(-8, 8, 33)
    expected = scipy.stats.norm.cdf(x) + x * scipy.stats.norm.pdf(x)
    np.testing.assert_allclose(dlref.gelu_derivative(x), expected, rtol=1e-12)
    assert dlref.gradcheck(lambda v: float(dlref.gelu(v).sum()), dlref.gelu_derivative, x)


def test_the_approximation_of_gelu_is_its_formula_and_off_by_less_than_0_0005():
    x = np.linspace(-8, 8, 4001)
    np.testing.assert_allclose(dlref.gelu_tanh(x), gelu_tanh(x), rtol=1e-12, atol=1e-15)
    off = np.abs(dlref.gelu_tanh(x) - dlref.gelu(x)).max()
    assert 4e-4 < off < 5e-4


@pytest.mark.parametrize("x", LARGE)
@pytest.mark.parametrize("name", ["softplus", "silu", "gelu", "gelu_tanh"])
def test_smooth_units_are_x_or_zero_far_out_and_neither_overflow_nor_warn(name, x):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert getattr(dlref, name)(x) == max(x, 0)
        assert getattr(dlref, f"{name}_derivative")(x) == (x > 0)


@pytest.mark.parametrize(
    ("f", "at", "least"),
    [(dlref.silu, -1.2785, -0.2785), (dlref.gelu, -0.7518, -0.17)],
)
def test_the_least_values_are_where_the_docstrings_say(f, at, least):
    x = np.linspace(-4, 0, 40001)
    assert x[f(x).argmin()] == pytest.approx(at, abs=1e-4)
    assert f(x).min() == pytest.approx(least, abs=5e-5)


@pytest.mark.parametrize("name", dlref.activations.__all__)
def test_float32_stays_float32_and_integers_become_float64(name):
    f = getattr(dlref, name)
    assert f(np.array([1, 2], np.float32)).dtype == np.float32
    assert f(np.array([1, 2])).dtype == np.float64
