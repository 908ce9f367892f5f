"""Penalty and bound against SciPy's solvers, centred closed forms, and the conditions of KKT."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.linalg
import scipy.optimize
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import dlref.regularize
from dlref.datasets import load_houses, standardize
from dlref.regression import least_squares, predict, training_loss, training_loss_gradient
from dlref.regularize import (
    constrained_least_squares,
    equivalent_penalty,
    penalized_loss,
    project_l2_ball,
    ridge,
    weight_decay_step,
)

VALUES = st.floats(-10, 10)


def regression(n=20, dtype=np.float64):
    rng = np.random.default_rng(7)
    X = rng.normal([5, -2, 0], 1, (n, 3))
    y = X @ [1.0, -2.0, 0.5] + 30 + rng.standard_normal(n)
    return X.astype(dtype), y.astype(dtype)


def test_penalized_loss_adds_half_lambda_times_the_squared_norm():
    X, y = regression()
    w = np.array([1.0, 2.0, 3.0])
    assert penalized_loss(X, y, w, 0.5, 0.3) == training_loss(X, y, w, 0.5) + 0.15 * 14
    assert penalized_loss(X, y, w, 0.5, 0) == training_loss(X, y, w, 0.5)


@pytest.mark.parametrize("lam", [1e-6, 0.1, 1.0, 100.0])
def test_ridge_equals_the_centred_closed_form_with_n_lambda(lam):
    X, y = regression()
    w, b = ridge(X, y, lam)
    Xc, yc = X - X.mean(axis=0), y - y.mean()
    gram = Xc.T @ Xc + len(y) * lam * np.eye(3)
    expected = scipy.linalg.solve(gram, Xc.T @ yc, assume_a="pos")
    np.testing.assert_allclose(w, expected, rtol=1e-12)
    assert b == pytest.approx(y.mean() - X.mean(axis=0) @ expected, rel=1e-12)


@given(
    arrays(np.float64, (6, 3), elements=VALUES),
    arrays(np.float64, 6, elements=VALUES),
    st.floats(1e-2, 1e3),
)
def test_ridge_makes_the_gradient_of_the_penalized_loss_vanish(X, y, lam):
    w, b = ridge(X, y, lam)
    grad_w, grad_b = training_loss_gradient(X, y, w, b)
    np.testing.assert_allclose(grad_w + lam * w, 0, atol=1e-10)
    assert grad_b == pytest.approx(0, abs=1e-12)


def test_ridge_beats_what_bfgs_finds():
    X, y = regression()
    found = scipy.optimize.minimize(lambda v: penalized_loss(X, y, v[:3], v[3], 0.7), np.zeros(4))
    w, b = ridge(X, y, 0.7)
    np.testing.assert_allclose([*w, b], found.x, rtol=1e-4)
    assert penalized_loss(X, y, w, b, 0.7) <= found.fun


def test_ridge_of_zero_penalty_is_least_squares():
    X, y = regression()
    w, b = least_squares(X, y)
    np.testing.assert_allclose([*ridge(X, y, 0)[0], ridge(X, y, 0)[1]], [*w, b], rtol=1e-12)


def test_ridge_of_zero_penalty_is_the_limit_of_small_ones_when_columns_depend():
    X, y = regression()
    X = np.c_[X, X[:, 0]]
    np.testing.assert_allclose(ridge(X, y, 0)[0], ridge(X, y, 1e-7)[0], rtol=1e-5)


def test_ridge_leaves_the_bias_free():
    # Moving the origin of y moves the bias alone; under a huge penalty it is the mean of y.
    X, y = regression()
    (w, b), (w_moved, b_moved) = ridge(X, y, 1.0), ridge(X, y + 1000, 1.0)
    np.testing.assert_allclose(w_moved, w, rtol=1e-10)
    assert b_moved == pytest.approx(b + 1000, rel=1e-12)
    assert ridge(X, y, 1e300)[1] == pytest.approx(y.mean(), rel=1e-12)


def test_a_single_sample_teaches_its_target_and_no_weights():
    for w, b in (ridge([[2.0]], [3.0], 1.0), constrained_least_squares([[2.0]], [3.0], 1.0)):
        assert (w.tolist(), b) == ([0.0], 3.0)


def test_targets_far_from_zero_cost_no_digits():
    X, y = regression()
    y = np.round(y)
    far = y + 2.0**40
    np.testing.assert_allclose(ridge(X, far, 0.1)[0], ridge(X, y, 0.1)[0], rtol=1e-12)
    w_far, w = constrained_least_squares(X, far, 1.0)[0], constrained_least_squares(X, y, 1.0)[0]
    np.testing.assert_allclose(w_far, w, rtol=1e-12)


def test_ridge_weights_vanish_like_one_over_lambda():
    # lam w(lam) tends to X'(y - mean) / n: the distance falls tenfold with each tenfold lam.
    X, y = regression()
    limit = X.T @ (y - y.mean()) / len(y)
    distance = [
        np.linalg.norm(lam * ridge(X, y, lam)[0] - limit) / np.linalg.norm(limit)
        for lam in 10.0 ** np.arange(3, 9)
    ]
    np.testing.assert_allclose(np.divide(distance[:-1], distance[1:]), 10, rtol=0.02)
    assert distance[-1] < 1e-7


def test_a_penalized_bias_would_be_worse_than_the_mean_on_the_houses():
    X, y, _ = load_houses()
    Z, _, _ = standardize(X)
    w, b = ridge(Z, y, 1.0)
    assert round(np.sqrt(np.mean((y - predict(Z, w, b)) ** 2))) == 55_329
    assert round(b) == round(y.mean()) == 133_191


@given(
    arrays(np.float64, st.integers(1, 5), elements=st.floats(-1e3, 1e3)),
    st.just(0.0) | st.floats(1e-100, 1e3),
    st.integers(0, 2**32),
)
def test_projection_is_feasible_idempotent_and_nearest(w, radius, seed):
    p = project_l2_ball(w, radius)
    assert np.linalg.norm(p) <= radius * (1 + 1e-15) + 5e-324
    np.testing.assert_allclose(project_l2_ball(p, radius), p, rtol=1e-15)
    # p is nearest iff (w - p)'(q - p) <= 0 for all q of the ball.
    q = np.random.default_rng(seed).standard_normal(w.size)
    q *= radius / np.linalg.norm(q)
    assert (w - p) @ (q - p) <= 1e-12 * (1 + w @ w + radius**2)


def test_projection_leaves_the_inside_alone_and_returns_a_copy():
    w = np.array([0.3, -0.4])
    p = project_l2_ball(w, 0.5)
    assert p.tolist() == w.tolist()
    p[0] = 9
    assert w[0] == 0.3


def test_projection_counts_every_entry_of_a_matrix():
    np.testing.assert_allclose(
        project_l2_ball([[1.0, 1.0], [1.0, 1.0]], 1.0), np.full((2, 2), 0.5), rtol=1e-15
    )


@pytest.mark.parametrize("scale", [1e-320, 1e-200, 1e200, 1e308])
def test_projection_survives_squares_that_do_not(scale):
    p = project_l2_ball(np.array([1.0, -1.0]) * scale, scale)
    np.testing.assert_allclose(p / scale, [np.sqrt(0.5), -np.sqrt(0.5)], rtol=1e-3)


def test_projection_of_a_long_vector_onto_a_tiny_ball_keeps_its_precision():
    # The quotient of the radius and the length has only a few bits.
    p = project_l2_ball([3e15, 4e15], 1e-300)
    np.testing.assert_allclose(p, [0.6e-300, 0.8e-300], rtol=1e-15)


def test_projection_of_large_float16_onto_a_small_ball_keeps_its_precision():
    p = project_l2_ball(np.array([60000, 0], np.float16), 0.01)
    assert p.dtype == np.float16
    np.testing.assert_allclose(p, [0.01, 0], rtol=1e-3)


@given(
    arrays(np.float64, 4, elements=VALUES),
    arrays(np.float64, 4, elements=VALUES),
    st.floats(1e-4, 2),
    st.floats(0, 3),
)
def test_weight_decay_is_the_gradient_step_on_the_penalized_loss(w, grad, lr, lam):
    stepped = weight_decay_step(w, grad, lr, lam)
    np.testing.assert_allclose(stepped, w - lr * (grad + lam * w), atol=1e-13)


@pytest.mark.parametrize(("eta_lambda", "factor"), [(0.5, 0.5), (1.5, -0.5), (2.5, -1.5)])
def test_pure_decay_shrinks_alternates_or_grows_with_eta_lambda(eta_lambda, factor):
    assert weight_decay_step([1.0], [0.0], lr=0.5, lam=2 * eta_lambda).tolist() == [factor]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_active_constraint_satisfies_kkt_and_equals_ridge(share):
    X, y = regression()
    theta = share * np.sum(least_squares(X, y)[0] ** 2)
    w, b = constrained_least_squares(X, y, theta)
    lam = equivalent_penalty(X, y, theta)
    grad_w, grad_b = training_loss_gradient(X, y, w, b)
    # One equation gave lam; the other d - 1 of the stationarity are the check.
    np.testing.assert_allclose(grad_w, -lam * w, atol=1e-13)
    assert grad_b == pytest.approx(0, abs=1e-13)
    assert w @ w == pytest.approx(theta, rel=1e-14)
    assert lam > 0
    w_soft, b_soft = ridge(X, y, lam)
    np.testing.assert_allclose([*w, b], [*w_soft, b_soft], rtol=1e-13)


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_descent_converges_at_any_scale_of_the_features(scale):
    X, y = regression()
    theta = 0.5 * np.sum(least_squares(X, y)[0] ** 2)
    w, b = constrained_least_squares(X, y, theta)
    w_scaled, b_scaled = constrained_least_squares(scale * X, y, theta / scale**2)
    np.testing.assert_allclose(scale * w_scaled, w, rtol=1e-12)
    assert b_scaled == pytest.approx(b, rel=1e-12)


@pytest.mark.parametrize("share", [1.0 + 1e-9, 1.5])
def test_inactive_constraint_is_least_squares_with_lambda_exactly_zero(share):
    X, y = regression()
    w_star, b_star = least_squares(X, y)
    theta = share * (w_star @ w_star)
    w, b = constrained_least_squares(X, y, theta)
    np.testing.assert_allclose([*w, b], [*w_star, b_star], rtol=1e-12)
    assert equivalent_penalty(X, y, theta) == 0


def test_lambda_on_the_verge_of_acting_is_zero_or_more_and_never_rounding():
    for seed in range(200):
        rng = np.random.default_rng(seed)
        X, y = rng.standard_normal((6, 2)), rng.standard_normal(6)
        w_star, _ = least_squares(X, y)
        lams = [
            equivalent_penalty(X, y, (w_star @ w_star) * (1 - share)) for share in (0, 1e-16, 1e-9)
        ]
        assert lams[0] in (0, lams[1])
        assert min(lams) == lams[0] == 0 < lams[2]


def test_constrained_least_squares_equals_slsqp():
    X, y = regression()
    found = scipy.optimize.minimize(
        lambda v: training_loss(X, y, v[:3], v[3]),
        np.zeros(4),
        constraints={"type": "ineq", "fun": lambda v: 1.5 - v[:3] @ v[:3]},
        method="SLSQP",
        options={"ftol": 1e-14},
    )
    w, b = constrained_least_squares(X, y, 1.5)
    np.testing.assert_allclose([*w, b], found.x, rtol=1e-5)


def test_lambda_falls_as_theta_grows():
    X, y = regression()
    lams = [equivalent_penalty(X, y, theta) for theta in (0.01, 0.1, 1, 3, 100)]
    assert lams == sorted(lams, reverse=True)
    assert lams[0] > 10 > lams[-1] == 0


def test_lambda_depends_on_the_data_not_on_theta_alone():
    X, y = regression()
    assert equivalent_penalty(X, 2 * y, 1.0) > 1.5 * equivalent_penalty(X, y, 1.0) > 0


def test_theta_zero_leaves_the_mean_and_has_no_lambda():
    X, y = regression()
    w, b = constrained_least_squares(X, y, 0)
    assert w.tolist() == [0, 0, 0]
    assert b == pytest.approx(y.mean())
    with pytest.raises(ValueError, match="theta must be > 0, got 0"):
        equivalent_penalty(X, y, 0)


def test_constant_columns_carry_no_weight():
    # 0.1 is rounded, and so is its mean: a noise of 1e-17 must not be fitted.
    X, y = np.full((7, 2), 0.1), np.arange(7.0)
    for w, b in (constrained_least_squares(X, y, 1.0), ridge(X, y, 0.0), ridge(X, y, 1.0)):
        assert w.tolist() == [0, 0]
        assert b == pytest.approx(3)
    assert equivalent_penalty(X, y, 1.0) == 0


def test_a_descent_that_needs_too_many_steps_is_refused(monkeypatch):
    X = np.c_[np.arange(5.0), 1e-6 * np.array([1, -1, 2, 0, 1])]
    monkeypatch.setattr(dlref.regularize, "MAX_STEPS", 100)
    with pytest.raises(ValueError, match="scaled for 100 steps to suffice; standardize its col"):
        constrained_least_squares(X, [1, 2, 0, 4, 1], 1e12)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_floats_keep_their_dtype(dtype):
    X, y = regression(dtype=dtype)
    w = np.ones(3, dtype)
    results = [
        ridge(X, y, 0.1)[0],
        project_l2_ball(w, 0.5),
        weight_decay_step(w, w, 0.1, 0.1),
        constrained_least_squares(X, y, 0.5)[0],
    ]
    assert {result.dtype for result in results} == {np.dtype(dtype)}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda X, y: ridge(X, y[:, None], 1.0), r"y must have shape \(20,\), got \(20, 1\)"),
        (lambda X, y: ridge(X, y, -1.0), r"lam must be >= 0, got -1\.0"),
        (lambda X, y: ridge(X, y, np.nan), "lam must be finite, got nan"),
        (lambda X, y: penalized_loss(X, y, X[0], 0.0, -1), "lam must be >= 0, got -1"),
        (lambda X, y: constrained_least_squares(X, y, -1), "theta must be >= 0, got -1"),
        (
            lambda X, y: constrained_least_squares(X, y[1:], 1),
            r"y must have shape \(20,\), got \(19",
        ),
        (
            lambda X, y: equivalent_penalty(X, y[:, None], 1),
            r"y must have shape \(20,\), got \(20, 1",
        ),
        (lambda X, y: project_l2_ball(y, -1), "radius must be >= 0, got -1"),
        (lambda X, y: project_l2_ball(y, y), r"radius must have shape \(\), got \(20,\)"),
        (lambda X, y: weight_decay_step(y, y[:, None], 0.1, 0), r"grad must have shape \(20,\)"),
        (lambda X, y: weight_decay_step(y, y, 0, 0), "lr must be > 0, got 0"),
        (lambda X, y: weight_decay_step(y, y, 0.1, -0.1), r"lam must be >= 0, got -0\.1"),
    ],
)
def test_bad_arguments_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(*regression())


HUGE = np.array([1.7e308, -1.7e308])


@pytest.mark.parametrize(
    "call",
    [
        lambda: project_l2_ball(HUGE, 1.0),
        lambda: weight_decay_step(HUGE, -HUGE, 1.0, 0.0),
        lambda: weight_decay_step([1.0], [1.0], 1e200, 1e200),
        lambda: penalized_loss([[0.0, 0.0]], [0.0], HUGE, 0.0, 1.0),
        lambda: ridge(HUGE[:, None], [1, 0], 1.0),
        lambda: ridge([[1e-300], [-1e-300]], [1e300, 0], 0),
        lambda: constrained_least_squares(HUGE[:, None], [1, 0], 1.0),
        lambda: equivalent_penalty(HUGE[:, None], [1, 0], 1.0),
    ],
)
def test_overflow_is_an_error(call):
    with pytest.raises(FloatingPointError, match=r"^overflow"):
        call()
