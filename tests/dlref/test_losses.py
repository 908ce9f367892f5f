"""Losses against SciPy, exact fractions, and the constants that minimise their means."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import scipy.optimize
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dlref.losses import (
    absolute_loss,
    huber_loss,
    mean_loss,
    quantile_loss,
    root_mean_squared_error,
    squared_loss,
)

PAIRS = arrays(np.float64, st.tuples(st.just(2), st.integers(1, 6)), elements=st.floats(-10, 10))
DATA = np.array([3.0, -1.0, 7.0, 2.0, 40.0])
LOSSES = [
    squared_loss,
    absolute_loss,
    huber_loss,
    lambda y, y_hat: quantile_loss(y, y_hat, q=0.25),
]


def best_constant(loss):
    """Return the constant of least mean loss for DATA, by search."""
    found = scipy.optimize.minimize_scalar(
        lambda c: mean_loss(DATA, np.full_like(DATA, c), loss=loss), (0, 10), tol=1e-12
    )
    return found.x


@given(PAIRS)
def test_squared_loss_is_exact_to_the_last_bits(pair):
    exact = [float((Fraction(y) - Fraction(p)) ** 2 / 2) for y, p in zip(*pair, strict=True)]
    np.testing.assert_allclose(squared_loss(*pair), exact, rtol=1e-15, atol=1e-300)


@given(PAIRS)
def test_absolute_loss_is_the_distance(pair):
    y, y_hat = pair
    expected = [abs(a - b) for a, b in zip(y, y_hat, strict=True)]
    np.testing.assert_array_equal(absolute_loss(y, y_hat), expected)


@given(PAIRS, st.floats(0.01, 30))
def test_huber_loss_equals_scipy(pair, delta):
    y, y_hat = pair
    expected = scipy.special.huber(delta, y_hat - y)
    np.testing.assert_allclose(huber_loss(y, y_hat, delta=delta), expected, rtol=1e-14, atol=1e-300)


def test_huber_loss_has_a_bound_of_one_unless_it_is_given():
    np.testing.assert_array_equal(huber_loss([0.0], [3.0]), huber_loss([0.0], [3.0], delta=1))
    assert huber_loss([0.0], [3.0]) == 2.5


@given(PAIRS, st.floats(0.01, 0.99))
def test_quantile_loss_weighs_too_low_with_q_and_too_high_with_the_rest(pair, q):
    y, y_hat = pair
    expected = [q * (a - b) if a > b else (1 - q) * (b - a) for a, b in zip(y, y_hat, strict=True)]
    np.testing.assert_allclose(quantile_loss(y, y_hat, q=q), expected, rtol=1e-13, atol=0)


@pytest.mark.parametrize(
    ("loss", "constant"),
    [
        (squared_loss, DATA.mean()),
        (absolute_loss, np.median(DATA)),
        (lambda y, c: huber_loss(y, c, delta=1e9), DATA.mean()),
        (lambda y, c: huber_loss(y, c, delta=1e-3), np.median(DATA)),
        (lambda y, c: quantile_loss(y, c, q=0.3), np.quantile(DATA, 0.25)),
        (lambda y, c: quantile_loss(y, c, q=0.9), DATA.max()),
    ],
)
def test_the_best_constant_is_the_mean_the_median_or_the_quantile(loss, constant):
    assert best_constant(loss) == pytest.approx(constant, abs=1e-2)


def test_mean_loss_is_the_sum_of_losses_over_their_number():
    y, y_hat = np.array([1.0, 4.0, -2.0]), np.array([0.5, 2.0, 2.0])
    assert mean_loss(y, y_hat) == pytest.approx((0.125 + 2 + 8) / 3, rel=1e-12)
    assert mean_loss(y, y_hat, loss=absolute_loss) == pytest.approx(6.5 / 3, rel=1e-12)


@given(PAIRS)
def test_root_mean_squared_error_is_the_length_of_the_error_over_the_root_of_n(pair):
    y, y_hat = pair
    expected = np.linalg.norm(y - y_hat) / np.sqrt(len(y))
    assert root_mean_squared_error(y, y_hat) == pytest.approx(expected, rel=1e-12, abs=1e-150)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floats_keep_their_dtype(loss, dtype):
    assert loss(DATA.astype(dtype), DATA.astype(dtype) + 1).dtype == dtype


def test_integers_become_float64():
    assert squared_loss([1], [2]) == 0.5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda y: squared_loss(y, y[:, None]), r"^y_hat must have shape \(5,\), got \(5, 1\)"),
        (lambda y: absolute_loss(y, 0.0), r"^y_hat must have shape \(5,\), got \(\)"),
        (lambda y: huber_loss(y, y, delta=0.0), r"^delta must be > 0, got 0.0"),
        (lambda y: quantile_loss(y, y, q=0.0), r"^q must be in \(0, 1\), got 0.0"),
        (lambda y: quantile_loss(y, y, q=1.0), r"^q must be in \(0, 1\), got 1.0"),
        (lambda y: mean_loss(y[:, None], y[:, None]), r"^y must have shape \(n,\), got \(5, 1\)"),
        (lambda y: mean_loss(y, y[:3]), r"^y_hat must have shape \(5,\), got \(3,\)"),
        (
            lambda y: mean_loss(y, y[:1], loss=lambda y, v: np.zeros(5)),
            r"^y_hat must have shape \(5,\), got \(1,\)",
        ),
        (lambda y: root_mean_squared_error(y[:, None], y), r"^y must have shape \(n,\)"),
    ],
)
def test_wrong_arguments_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(DATA)


@pytest.mark.parametrize("call", [*LOSSES, root_mean_squared_error])
def test_overflow_is_an_error_not_an_infinite_result(call):
    with pytest.raises(FloatingPointError, match=r"^overflow"):
        call([1.7e308], [-1.7e308])


def test_a_mean_whose_sum_overflows_is_an_error():
    with pytest.raises(FloatingPointError, match=r"^overflow"):
        mean_loss([1.8e154] * 4, [0.0] * 4)
