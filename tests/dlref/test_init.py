"""Initializers by twin generators; the reasons for their variances by exact enumeration."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dlref.init import (
    kaiming_normal,
    kaiming_variance,
    normal,
    xavier_normal,
    xavier_uniform,
    xavier_variance,
)

SIZES = [(3, 2), (2, 5), (1, 1)]


def two_point_matrices(d_in, d_out, variance):
    """Yield all matrices of entries ±√variance: their mean is exact for what is quadratic."""
    for signs in itertools.product([-1.0, 1.0], repeat=d_in * d_out):
        yield np.sqrt(variance) * np.reshape(signs, (d_out, d_in))


@pytest.mark.parametrize(("d_in", "d_out"), SIZES)
@pytest.mark.parametrize(
    ("draw", "std"),
    [
        (lambda i, o, rng: normal(i, o, std=0.01, rng=rng), lambda i, o: 0.01),
        (lambda i, o, rng: xavier_normal(i, o, rng=rng), lambda i, o: np.sqrt(2 / (i + o))),
        (lambda i, o, rng: kaiming_normal(i, o, rng=rng), lambda i, o: np.sqrt(2 / i)),
    ],
    ids=["normal", "xavier", "kaiming"],
)
def test_weights_are_std_times_the_twin_generators_normals(draw, std, d_in, d_out):
    weights = draw(d_in, d_out, np.random.default_rng(5))
    twin = np.random.default_rng(5).standard_normal((d_out, d_in))
    np.testing.assert_allclose(weights, std(d_in, d_out) * twin, rtol=1e-15)
    assert weights.dtype == np.float64


@pytest.mark.parametrize(("d_in", "d_out"), SIZES)
def test_uniform_weights_are_the_twin_generators_on_an_interval_of_that_variance(d_in, d_out):
    weights = xavier_uniform(d_in, d_out, rng=np.random.default_rng(5))
    limit = np.sqrt(6 / (d_in + d_out))
    twin = np.random.default_rng(5).random((d_out, d_in))  # in [0, 1)
    np.testing.assert_allclose(weights, limit * (2 * twin - 1), rtol=1e-12, atol=1e-15)
    middles = limit * ((np.arange(1000) + 0.5) / 500 - 1)  # of a thousand equal intervals
    assert np.mean(middles**2) == pytest.approx(xavier_variance(d_in, d_out), rel=1e-5)


def test_each_call_draws_new_weights_from_the_generator():
    rng = np.random.default_rng(0)
    assert not np.array_equal(xavier_normal(3, 2, rng=rng), xavier_normal(3, 2, rng=rng))


def test_xavier_is_the_harmonic_mean_of_the_forward_and_the_backward_variance():
    for d_in, d_out in SIZES:
        assert xavier_variance(d_in, d_out) == pytest.approx(2 / (d_in + d_out), rel=1e-15)
        forward, backward = 1 / d_in, 1 / d_out
        harmonic = 2 / (1 / forward + 1 / backward)
        assert xavier_variance(d_in, d_out) == pytest.approx(harmonic, rel=1e-15)


def test_xavier_variance_scales_signals_and_gradients_as_its_law_says():
    # E|Wx|² = d_out Var |x|² and E|W'δ|² = d_in Var |δ|², over all 64 two-point matrices.
    d_in, d_out = 3, 2
    variance = xavier_variance(d_in, d_out)
    x, delta = np.array([0.3, -1.2, 2.0]), np.array([1.5, -0.4])
    forward, backward = np.mean(
        [
            (np.sum((W @ x) ** 2), np.sum((W.T @ delta) ** 2))
            for W in two_point_matrices(d_in, d_out, variance)
        ],
        axis=0,
    )
    assert forward == pytest.approx(d_out * variance * (x @ x), rel=1e-14)
    assert backward == pytest.approx(d_in * variance * (delta @ delta), rel=1e-14)
    # Per component the two factors are 6/5 and 4/5: their mean is what Xavier sets to 1.
    per_component = forward / d_out / (x @ x / d_in), backward / d_in / (delta @ delta / d_out)
    assert np.mean(per_component) == pytest.approx(1, rel=1e-14)


def test_kaiming_variance_keeps_the_second_moment_through_relu():
    # relu(z)² + relu(-z)² = z², so the mean over any symmetric law is exact.
    d_in, d_out = 3, 2
    x = np.array([0.3, -1.2, 2.0])
    second_moment = np.mean(
        [
            np.mean(np.maximum(0, W @ x) ** 2)
            for W in two_point_matrices(d_in, d_out, kaiming_variance(d_in))
        ]
    )
    assert second_moment == pytest.approx(x @ x / d_in, rel=1e-14)


def test_fan_in_is_the_axis_of_the_inputs():
    # A transposed convention shows on a matrix that is far from square.
    rng = np.random.default_rng(0)
    W = kaiming_normal(1000, 10, rng=rng)
    assert W.shape == (10, 1000)
    h = np.maximum(0, W @ rng.standard_normal((1000, 500)))
    assert np.mean(h**2) == pytest.approx(1, rel=0.1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda rng: normal(3, 2, std=-0.1, rng=rng), r"std must be >= 0, got -0\.1"),
        (lambda rng: normal(3, 2, std=0.1, rng=0), "rng must be a numpy.random.Generator"),
        (lambda rng: normal(0, 2, std=0.1, rng=rng), "fan_in must be an integer >= 1, got 0"),
        (lambda rng: normal(3, -2, std=0.1, rng=rng), "fan_out must be an integer >= 1, got -2"),
        (lambda rng: xavier_normal(3, 2, rng=np.random), "rng must be a numpy.random.Generator"),
        (lambda rng: xavier_normal(3, 0, rng=rng), "fan_out must be an integer >= 1, got 0"),
        (lambda rng: xavier_uniform(3, 2, rng=0), "rng must be a numpy.random.Generator"),
        (lambda rng: xavier_uniform(0, 2, rng=rng), "fan_in must be an integer >= 1, got 0"),
        (lambda rng: xavier_variance(2.5, 3), r"fan_in must be an integer >= 1, got 2\.5"),
        (lambda rng: kaiming_variance(0), "fan_in must be an integer >= 1, got 0"),
        (lambda rng: kaiming_normal(3, True, rng=rng), "fan_out must be an integer >= 1, got True"),
    ],
)
def test_bad_arguments_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(np.random.default_rng(0))


def test_a_weight_that_overflows_is_an_error():
    with pytest.raises(FloatingPointError, match="overflow"):
        normal(50, 50, std=1.7e308, rng=np.random.default_rng(0))
