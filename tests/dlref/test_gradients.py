"""Numerical gradients against autograd and closed forms; the check itself against wrong claims."""

from __future__ import annotations

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from dlref.gradients import (
    directional_derivative,
    gradcheck,
    numerical_gradient,
    numerical_jacobian,
)

SHAPES = array_shapes(min_dims=0, max_dims=3, max_side=4)
POINTS = SHAPES.flatmap(lambda shape: arrays(np.float64, shape, elements=st.floats(-3, 3)))


def smooth(x):
    """Return the value of a function whose partials differ and are no polynomials."""
    weights = 1 + anp.arange(x.size).reshape(x.shape) / x.size
    return anp.sum(anp.sin(weights * x)) + anp.tanh(0.1 * anp.sum(x))


smooth_gradient = autograd.grad(smooth)


@given(POINTS)
def test_numerical_gradient_equals_autograd_for_every_shape(x):
    measured = numerical_gradient(smooth, x)
    assert measured.shape == x.shape
    np.testing.assert_allclose(measured, smooth_gradient(x), rtol=0, atol=1e-8)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3)])
@pytest.mark.parametrize("grow", [anp.sum, lambda x: x, lambda x: anp.array([x, 2 * x])])
def test_numerical_jacobian_equals_autograd_for_every_shape(shape, grow):
    x = np.random.default_rng(0).standard_normal(shape)

    def f(x):
        return anp.sin(grow(anp.exp(x))) * anp.sum(x)

    measured = numerical_jacobian(f, x)
    assert measured.shape == f(x).shape + shape
    np.testing.assert_allclose(measured, autograd.jacobian(f)(x), rtol=0, atol=1e-7)


def test_numerical_jacobian_passes_on_the_step_and_keeps_the_dtype():
    # The central difference of x³ is 3x² + h².
    assert numerical_jacobian(lambda x: x**3, 2.0, h=0.1) == pytest.approx(12.01, abs=1e-12)
    measured = numerical_jacobian(np.square, np.float32([1, -2]))
    assert measured.dtype == np.float32
    np.testing.assert_allclose(measured, [[2, 0], [0, -4]], rtol=2e-4, atol=2e-4)


def test_numerical_jacobian_of_a_function_that_changes_its_argument_or_its_shape():
    def square_in_place(x):
        x *= x
        return x

    x = np.array([1.0, 3.0])
    np.testing.assert_allclose(numerical_jacobian(square_in_place, x), [[2, 0], [0, 6]], atol=1e-8)
    assert x.tolist() == [1, 3]
    with pytest.raises(ValueError, match=r"^f\(x\) must have shape"):
        numerical_jacobian(lambda x: x[x > 1], [1.0, 3.0])
    with pytest.raises(ValueError, match=r"^f\(x\) must "):
        numerical_jacobian(lambda x: "much", [1.0, 3.0])


@pytest.mark.parametrize(("dtype", "error"), [(np.float64, 1e-10), (np.float32, 2e-4)])
def test_default_step_reaches_the_accuracy_of_the_dtype(dtype, error):
    x = np.array([0.3, -1.2, 2.0], dtype)
    measured = numerical_gradient(lambda x: np.sum(np.exp(x)), x)
    assert measured.dtype == dtype
    np.testing.assert_allclose(measured, np.exp(x), rtol=error)


@pytest.mark.parametrize("magnitude", [1e-3, 1.0, 1e6, 1e12])
def test_step_grows_with_x(magnitude):
    x = np.array([1.0, -0.7]) * magnitude
    measured = numerical_gradient(lambda x: np.sum(x**2), x)
    np.testing.assert_allclose(measured, 2 * x, rtol=1e-6)


def test_integers_are_measured_in_float64():
    measured = numerical_gradient(lambda x: np.sum(x**2), [1, 2])
    assert measured.dtype == np.float64
    np.testing.assert_allclose(measured, [2, 4], rtol=1e-9)


def test_h_sets_the_truncation_error():
    # The central difference of x³ is 3x² + h².
    assert numerical_gradient(lambda x: x**3, 2.0, h=0.1) == pytest.approx(12.01, abs=1e-12)
    assert directional_derivative(lambda x: x**3, 2.0, 1.0, h=0.1) == pytest.approx(12.01)
    assert directional_derivative(lambda x: x**3, 2.0, 2.0, h=0.1) == pytest.approx(2 * 12.04)


def test_f_may_change_what_it_is_given():
    def square_in_place(x):
        x *= x
        return x.sum()

    x = np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(numerical_gradient(square_in_place, x), [2, 4, 6], rtol=1e-8)
    assert gradcheck(square_in_place, lambda x: 2 * x, x) < 1e-8
    assert x.tolist() == [1, 2, 3]


@given(POINTS, st.integers(0, 2**32))
def test_directional_derivative_is_the_gradient_times_the_direction(x, seed):
    v = 2 * np.random.default_rng(seed).standard_normal(x.shape)
    slope = directional_derivative(smooth, x, v)
    assert slope == pytest.approx(np.vdot(smooth_gradient(x), v), rel=1e-6, abs=1e-7)


def test_directional_derivative_calls_f_twice_for_26000_parameters():
    calls = []

    def loss(x):
        calls.append(x)
        return np.sum(np.sin(x))

    rng = np.random.default_rng(0)
    x, v = rng.standard_normal((2, 26_000))
    assert directional_derivative(loss, x, v) == pytest.approx(np.cos(x) @ v, abs=1e-6)
    assert len(calls) == 2


@given(POINTS)
def test_gradcheck_accepts_the_right_gradient_and_returns_its_error(x):
    assert 0 <= gradcheck(smooth, smooth_gradient, x) <= 5.5e-7
    assert gradcheck(smooth, smooth_gradient(x), x, rng=np.random.default_rng(0)) <= 5.5e-7


@pytest.mark.parametrize(
    "wrong",
    [
        lambda g: -g,
        lambda g: 2 * g,
        lambda g: g * (1 + 1e-5),
        lambda g: np.zeros_like(g),
        lambda g: g[::-1],
        lambda g: g + np.array([1e-5, 0, 0]),
    ],
    ids=["sign", "factor", "1e-5 relative", "zero", "order", "one entry"],
)
@pytest.mark.parametrize("seed", [None, 0])
def test_gradcheck_rejects_a_wrong_gradient(wrong, seed):
    x = np.array([0.5, -1.0, 0.8])
    rng = None if seed is None else np.random.default_rng(seed)
    with pytest.raises(ValueError, match="grad must be the gradient of f, got relative error"):
        gradcheck(smooth, wrong(smooth_gradient(x)), x, rng=rng)


def test_gradcheck_rejects_a_wrong_gradient_of_a_tiny_function():
    # An absolute tolerance would let this pass.
    with pytest.raises(ValueError, match=r"relative error 0.5; at \(1,\) 2e-12, measured 4e-12"):
        gradcheck(lambda x: 1e-12 * (x @ x), lambda x: 1e-12 * x, [1.0, 2.0])


def test_gradcheck_rejects_a_wrong_gradient_in_float32():
    x = np.array([1.0, 2.0], np.float32)
    assert gradcheck(lambda x: x @ x, lambda x: 2 * x, x) < 1e-3
    with pytest.raises(ValueError, match=r"relative error 0\.0099"):
        gradcheck(lambda x: x @ x, lambda x: 2.02 * x, x)


def test_gradcheck_along_a_direction_that_the_gradient_hardly_follows():
    # Relative to the slope alone, one float32 direction in fifty would be refused.
    x = np.linspace(0, 3, 2000, dtype=np.float32)
    for seed in range(200):
        gradcheck(lambda x: np.sum(np.sin(x)), np.cos, x, rng=np.random.default_rng(seed))


def test_gradcheck_along_a_direction_rejects_a_slight_error_of_many_parameters():
    x = np.linspace(0, 3, 10_000)
    with pytest.raises(ValueError, match=r"relative error 3\.4e-06; along v"):
        gradcheck(
            lambda x: np.sum(np.sin(x)),
            lambda x: np.cos(x) * (1 + 1e-5),
            x,
            rng=np.random.default_rng(1),
        )


def test_gradcheck_accepts_a_stationary_point():
    # Both gradients are rounding there: 1e-15 against 1e-11.
    x, y = np.random.default_rng(0).standard_normal((2, 50))

    def loss(w):
        return 1 + np.sum((y - w * x) ** 2)

    def grad(w):
        return [-2 * x @ (y - w * x)]

    assert gradcheck(loss, grad, [x @ y / (x @ x)]) < 5e-7


def test_gradcheck_of_a_constant_is_exact():
    assert gradcheck(lambda x: 0.0, np.zeros(3), np.ones(3)) == 0


def test_gradcheck_honours_rtol():
    assert gradcheck(lambda x: x @ x, lambda x: 2.02 * x, [1.0, 2.0], rtol=0.02) == pytest.approx(
        0.02 / 2.02
    )


@pytest.mark.parametrize("measure", [numerical_gradient, lambda f, x: gradcheck(f, x, x)])
@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda x: 2 * x, r"f\(x\) must have shape \(\), got \(3,\)"),
        (lambda x: x[:1], r"f\(x\) must have shape \(\), got \(1,\)"),
        (lambda x: np.nan, r"f\(x\) must be finite, got nan"),
        (lambda x: None, r"f\(x\) must hold real numbers, got dtype object"),
    ],
)
def test_f_must_return_one_finite_number(measure, f, message):
    with pytest.raises(ValueError, match=message):
        measure(f, np.ones(3))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda f: numerical_gradient(f, 1.0, h=1e-20), "h must be large enough to move every"),
        (lambda f: numerical_gradient(f, 1.0, h=0), "h must be > 0, got 0"),
        (lambda f: directional_derivative(f, 1.0, 1.0, h=1e-20), "h must be large enough"),
        (lambda f: directional_derivative(f, 1.0, 1.0, h=0), "h must be > 0, got 0"),
        (lambda f: directional_derivative(f, 1.0, 1.0, h=-1), "h must be > 0, got -1"),
        (lambda f: directional_derivative(f, [1.0], [0.0]), "^v must not be zero"),
        (lambda f: directional_derivative(f, [1.0], 1.0), r"v must have shape \(1,\), got \(\)"),
        (lambda f: gradcheck(f, 1.0, [1.0]), r"grad must have shape \(1,\), got \(\)"),
        (lambda f: gradcheck(f, 1.0, 1.0, rtol=1e-17), r"rtol must be >= 2\.\d+e-16, got 1e-17"),
        (lambda f: gradcheck(f, 1.0, 1.0, rng=0), "rng must be a numpy.random.Generator"),
    ],
)
def test_bad_arguments_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(np.sum)


def test_directions_and_steps_of_extreme_length_keep_their_slope():
    assert directional_derivative(lambda x: x[0], [1.0, 1.0], [1e-310, 0]) == pytest.approx(1e-310)
    assert directional_derivative(lambda x: x[0], [1.0, 1.0], [1e200, 0]) == pytest.approx(1e200)
    # The two points are further apart than float16 reaches.
    zero = np.zeros(1, np.float16)
    assert numerical_gradient(lambda x: 2 * float(x[0]), zero, h=40000.0) == [2]


@pytest.mark.parametrize(
    "call",
    [
        lambda: directional_derivative(lambda x: x[0], [1.0, 1.0], [1.7e308, 1.7e308]),
        lambda: directional_derivative(lambda x: x[0], [1.0], [1.7e308], h=30.0),
        lambda: directional_derivative(lambda x: 1e10 * x[0], [1.0, 1.0], [1e300, 1.0]),
        lambda: numerical_gradient(np.sum, np.array([65504], np.float16)),
        lambda: numerical_gradient(lambda x: 1e6 * float(x[0]), np.array([1], np.float16)),
        lambda: numerical_gradient(lambda x: np.sign(x[0]) * 1e308, [0.0]),
        lambda: gradcheck(lambda x: -x[0] * 1e308, [1.7e308], [0.0]),
        lambda: gradcheck(np.sum, np.full(3, 1.7e308), np.ones(3), rng=np.random.default_rng(2)),
    ],
)
def test_overflow_is_an_error(call):
    with pytest.raises(FloatingPointError, match="overflow"):
        call()


def test_default_steps_are_the_documented_ones():
    points = []

    def record(x):
        points.append(x)
        return 0.0

    x = np.array([0.5, -3.0])
    step = np.finfo(np.float64).eps ** (1 / 3)
    numerical_gradient(record, x)
    np.testing.assert_allclose(
        points - x, [[step, 0], [-step, 0], [0, 3 * step], [0, -3 * step]], rtol=1e-9
    )
    points.clear()
    directional_derivative(record, x, [3.0, 4.0])
    reach = np.linalg.norm(x) * step
    np.testing.assert_allclose(
        points - x, [[0.6 * reach, 0.8 * reach], [-0.6 * reach, -0.8 * reach]], rtol=1e-9
    )
    points.clear()
    directional_derivative(record, [0.1], [-7.0])
    np.testing.assert_allclose(points, [[0.1 - step], [0.1 + step]], rtol=1e-14)


def test_gradcheck_along_a_direction_divides_by_the_longer_of_the_two_slopes():
    x = np.zeros(100)
    for seed in range(20):  # the direction is now more, now less along the gradient than most
        v = np.random.default_rng(seed).standard_normal(100)
        share = max(1, abs(v @ np.ones(100)) / np.linalg.norm(v))
        expected = abs(v @ np.ones(100)) / np.linalg.norm(v) / 2 / share
        with pytest.raises(ValueError, match=f"relative error {expected:.2g};"):
            gradcheck(np.sum, np.full(100, 2.0), x, rng=np.random.default_rng(seed))


def test_the_length_of_many_small_floats_does_not_overflow_in_their_own_dtype():
    x = np.ones(70_000, np.float16)
    slope = directional_derivative(lambda x: x.astype(float).mean(), x, x)
    assert slope == pytest.approx(1, rel=1e-2)


def test_f_meets_points_in_the_dtype_of_x_whatever_the_step():
    met = set()

    def f(x):
        met.add(x.dtype)
        return x.sum()

    x = np.ones(2, np.float32)
    numerical_gradient(f, x, h=0.125)
    directional_derivative(f, x, x, h=0.125)
    assert met == {np.dtype(np.float32)}
