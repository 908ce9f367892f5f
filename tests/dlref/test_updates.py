"""Update rules against closed forms, matrices and each other; schedules at their ends."""

import itertools

import numpy as np
import pytest

from dlref.updates import (
    adagrad_step,
    adam_step,
    cosine_schedule,
    momentum_step,
    nesterov_step,
    rmsprop_step,
    step_schedule,
    warmup_schedule,
)

rng = np.random.default_rng(0)
W, V, G = rng.standard_normal((3, 4))
ZERO = np.zeros(4)


def test_momentum_on_a_quadratic_is_the_power_of_its_matrix():
    lam, lr, beta = 3.0, 0.2, 0.7
    M = np.array([[1 - lr * lam, -lr * beta], [lam, beta]])
    w, v = 1.0, 0.5
    for _ in range(20):
        w, v = momentum_step(w, v, lam * w, lr=lr, beta=beta)
    np.testing.assert_allclose([w, v], np.linalg.matrix_power(M, 20) @ [1.0, 0.5], rtol=1e-9)


def test_nesterov_on_a_quadratic_is_momentum_with_less_of_it_where_it_is_steep():
    lam, lr, beta = 3.0, 0.2, 0.7
    less = beta * (1 - lr * lam)
    M = np.array([[1 - lr * lam, -lr * less], [lam, less]])
    w, v = 1.0, 0.5
    for _ in range(20):
        w, v = nesterov_step(w, v, lambda w: lam * w, lr=lr, beta=beta)
    np.testing.assert_allclose([w, v], np.linalg.matrix_power(M, 20) @ [1.0, 0.5], rtol=1e-9)


def test_without_beta_both_are_gradient_steps():
    expected = W - 0.1 * np.cos(W)
    for w, v in [
        momentum_step(W, V, np.cos(W), lr=0.1, beta=0.0),
        nesterov_step(W, V, np.cos, lr=0.1, beta=0.0),
    ]:
        np.testing.assert_allclose(w, expected, rtol=1e-15)
        np.testing.assert_array_equal(v, np.cos(W))


def test_the_look_ahead_gradient_is_taken_where_the_old_velocity_leads():
    asked = []
    nesterov_step(W, V, lambda w: asked.append(w) or w, lr=0.1, beta=0.5)
    np.testing.assert_allclose(asked, [W - 0.05 * V], rtol=1e-15)


def test_adagrad_on_a_constant_gradient_goes_as_far_as_the_sum_of_inverse_roots():
    w, s = ZERO, ZERO
    for _ in range(50):
        w, s = adagrad_step(w, s, G, lr=0.3, eps=0.0)
    np.testing.assert_allclose(w, -0.3 * np.sign(G) * sum(np.arange(1, 51) ** -0.5), rtol=1e-13)
    np.testing.assert_allclose(s, 50 * G**2, rtol=1e-13)


def test_rmsprop_remembers_a_geometric_series_of_a_constant_gradient():
    w, s, expected = ZERO, ZERO, ZERO
    for t in range(1, 30):
        w, s = rmsprop_step(w, s, G, lr=0.1, beta=0.8, eps=0.0)
        np.testing.assert_allclose(s, (1 - 0.8**t) * G**2, rtol=1e-12)
        expected = expected - 0.1 * np.sign(G) / np.sqrt(1 - 0.8**t)
    np.testing.assert_allclose(w, expected, rtol=1e-12)


def test_adam_on_a_constant_gradient_takes_equal_steps_from_the_first_on():
    w, m, v = ZERO, ZERO, ZERO
    for t in range(1, 40):
        w, m, v = adam_step(w, m, v, G, t, lr=0.1, eps=0.0)
        np.testing.assert_allclose(w, -0.1 * t * np.sign(G), rtol=1e-11)
        np.testing.assert_allclose(m, (1 - 0.9**t) * G, rtol=1e-11)
        np.testing.assert_allclose(v, (1 - 0.999**t) * G**2, rtol=1e-9)


def test_adam_without_memory_and_epsilon_is_descent_by_sign():
    w, m, v = adam_step(W, V, V**2, G, 7, lr=0.1, betas=(0.0, 0.0), eps=0.0)
    np.testing.assert_allclose(w, W - 0.1 * np.sign(G), rtol=1e-14)
    np.testing.assert_array_equal(m, G)
    np.testing.assert_allclose(v, G**2, rtol=1e-15)


def test_a_rescaled_loss_changes_no_step_of_adam_with_epsilon_zero():
    paths = []
    for scale in [1.0, 1e6]:
        w, m, v = W, ZERO, ZERO
        for t in range(1, 9):
            w, m, v = adam_step(w, m, v, scale * np.cos(w + t), t, lr=0.1, eps=0.0)
        paths.append(w)
    np.testing.assert_allclose(*paths, rtol=1e-12)


def test_epsilon_stands_outside_the_root():
    w, _, _ = adam_step(ZERO, ZERO, ZERO, G, 1, lr=1.0, eps=0.5)
    np.testing.assert_allclose(w, -G / (np.abs(G) + 0.5), rtol=1e-13)
    w, _ = adagrad_step(ZERO, ZERO, G, lr=1.0, eps=0.5)
    np.testing.assert_allclose(w, -G / (np.abs(G) + 0.5), rtol=1e-13)
    w, _ = rmsprop_step(ZERO, ZERO, G, lr=1.0, beta=0.0, eps=0.5)
    np.testing.assert_allclose(w, -G / (np.abs(G) + 0.5), rtol=1e-13)


def test_weight_decay_multiplies_the_weights_outside_the_division():
    plain, decayed = (
        adam_step(W, V, V**2, G, 3, lr=0.1, weight_decay=each)[0] for each in (0.0, 0.5)
    )
    np.testing.assert_allclose(plain - decayed, 0.1 * 0.5 * W, rtol=1e-12)


def test_the_first_step_of_adam_has_number_one():
    with pytest.raises(ValueError, match=r"^t must be an integer >= 1, got 0$"):
        adam_step(W, ZERO, ZERO, G, 0, lr=0.1)


def test_a_beta_of_one_is_refused_and_so_is_a_negative_sum_of_squares():
    with pytest.raises(ValueError, match=r"^beta must be in \[0, 1\), got 1\.0$"):
        momentum_step(W, V, G, lr=0.1, beta=1.0)
    with pytest.raises(ValueError, match=r"^betas must be in \[0, 1\), got 1\.0$"):
        adam_step(W, ZERO, ZERO, G, 1, lr=0.1, betas=(0.9, 1.0))
    with pytest.raises(ValueError, match=r"^s must hold sums of squares, which are >= 0, got -1"):
        adagrad_step(W, ZERO - 1, G, lr=0.1)


def test_a_gradient_of_shape_n_1_is_not_broadcast():
    with pytest.raises(ValueError, match=r"^grad\(w\) must have shape \(4,\), got \(4, 1\)$"):
        nesterov_step(W, V, lambda w: w[:, None], lr=0.1, beta=0.5)


def test_the_cosine_starts_high_ends_low_and_is_half_way_in_the_middle():
    rates = [cosine_schedule(t, 10, 0.5, 0.1) for t in range(11)]
    np.testing.assert_allclose([rates[0], rates[5], rates[10]], [0.5, 0.3, 0.1], rtol=1e-15)
    np.testing.assert_allclose(np.add(rates, rates[::-1]), 0.6, rtol=1e-14)
    assert all(later < earlier for earlier, later in itertools.pairwise(rates))


def test_a_schedule_ends_with_its_last_step():
    with pytest.raises(ValueError, match=r"^t must be an integer from 0 to 10, got 11$"):
        cosine_schedule(11, 10, 0.5)


def test_a_step_schedule_multiplies_after_each_interval():
    rates = [step_schedule(t, 3, 0.1, 0.5) for t in range(7)]
    np.testing.assert_allclose(rates, [0.5] * 3 + [0.05] * 3 + [0.005], rtol=1e-14)


def test_warm_up_grows_in_equal_parts_and_does_not_begin_at_zero():
    rates = [warmup_schedule(t, 4, 0.8) for t in range(6)]
    np.testing.assert_allclose(rates, [0.2, 0.4, 0.6, 0.8, 0.8, 0.8], rtol=1e-15)
