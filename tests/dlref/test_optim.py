"""Descent against closed forms; divergence is told by its step."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlref.autodiff import Tensor
from dlref.functional import gradient_step
from dlref.optim import SGD, Adam, Optimizer, gradient_descent, minibatches, train
from dlref.updates import adam_step, cosine_schedule, momentum_step, nesterov_step

rng = np.random.default_rng(0)
H = np.diag([1.0, 4.0, 10.0])
W0 = np.array([1.0, -2.0, 3.0])


def leaf(value):
    return Tensor(np.array(value, float), requires_grad=True)


def test_path_on_a_quadratic_equals_the_matrix_power():
    path = gradient_descent(lambda w: H @ w, W0, lr=0.15, steps=30)
    step = np.eye(3) - 0.15 * H
    expected = [np.linalg.matrix_power(step, t) @ W0 for t in range(31)]
    np.testing.assert_allclose(path, expected, rtol=1e-10, atol=1e-15)


def test_each_step_of_the_path_is_a_gradient_step():
    path = gradient_descent(lambda w: np.cos(w), W0, lr=0.3, steps=5)
    for w, following in itertools.pairwise(path):
        np.testing.assert_array_equal(following, gradient_step(w, np.cos(w), 0.3))


@pytest.mark.parametrize("momentum", [0.3, 0.9])
def test_a_path_with_momentum_equals_the_power_of_the_two_step_matrix(momentum):
    path = gradient_descent(lambda w: H @ w, W0, lr=0.15, steps=30, momentum=momentum)
    carried, none = momentum * np.eye(3), np.zeros((3, 3))
    step = np.block([[np.eye(3) + carried - 0.15 * H, -carried], [np.eye(3), none]])
    start = np.concatenate([W0, W0])  # as if the path had stood still before
    expected = [(np.linalg.matrix_power(step, t) @ start)[:3] for t in range(31)]
    np.testing.assert_allclose(path, expected, rtol=1e-10, atol=1e-12)


def test_without_momentum_nothing_is_added_to_a_step_not_even_zero():
    path = gradient_descent(np.zeros_like, [-0.0], lr=1.0, steps=2)
    assert np.signbit(path).all()


def test_momentum_adds_up_steps_of_one_direction():
    path = gradient_descent(lambda w: np.ones(1), [0.0], lr=1.0, steps=40, momentum=0.5)
    steps = -np.diff(path[:, 0])
    np.testing.assert_allclose(steps, 2 - 0.5 ** np.arange(40), rtol=1e-14)


@pytest.mark.parametrize(("lr", "converges"), [(0.19, True), (0.21, False)])
def test_the_threshold_of_a_quadratic_is_two_over_the_largest_curvature(lr, converges):
    path = gradient_descent(lambda w: H @ w, W0, lr=lr, steps=200)
    assert (np.abs(path[-1, 2]) < np.abs(path[0, 2])) == converges


def test_no_steps_return_the_start_and_the_start_is_not_touched():
    start = W0.copy()

    def spoils_its_argument(w):
        w *= 0
        return w + 1

    np.testing.assert_array_equal(gradient_descent(np.cos, start, lr=1.0, steps=0), [W0])
    path = gradient_descent(spoils_its_argument, start, lr=1.0, steps=2)
    np.testing.assert_array_equal(path, [W0, W0 - 1, W0 - 2])
    np.testing.assert_array_equal(start, W0)


@pytest.mark.parametrize("momentum", [0.0, 0.5])
def test_a_path_of_matrices_and_of_float32_keeps_shape_and_dtype(momentum):
    start = np.ones((2, 3), np.float32)
    path = gradient_descent(lambda w: w, start, lr=0.5, steps=4, momentum=momentum)
    assert path.shape == (5, 2, 3)
    assert path.dtype == np.float32


def test_divergence_names_the_step_and_the_learning_rate():
    # |1 - lr h| = 10^100, and floats end at about 10^308: the fourth step overflows
    with pytest.raises(FloatingPointError, match=r"diverged at step 4 with lr=1e\+100"):
        gradient_descent(lambda w: w, [1.0], lr=1e100, steps=10)


def test_a_gradient_that_is_nan_is_divergence_too():
    with pytest.raises(FloatingPointError, match="step 1 "):
        gradient_descent(lambda w: w * np.nan, W0, lr=0.1, steps=3)


def test_a_gradient_of_shape_n_1_is_not_broadcast():
    with pytest.raises(ValueError, match=r"numbers of shape \(3,\), got float64 of \(3, 1\)"):
        gradient_descent(lambda w: w[:, None], W0, lr=0.1, steps=3)


@given(st.integers(1, 40), st.data())
def test_minibatches_partition_the_samples(n, data):
    batch_size = data.draw(st.integers(1, n))
    batches = minibatches(n, batch_size, rng=np.random.default_rng(0))
    assert sorted(np.concatenate(batches)) == list(range(n))
    assert {len(b) for b in batches[:-1]} <= {batch_size}
    assert len(batches[-1]) == (n % batch_size or batch_size)


def test_minibatches_are_shuffled_by_the_generator_and_differ_between_epochs():
    generator = np.random.default_rng(3)
    first, second = minibatches(50, 50, rng=generator), minibatches(50, 50, rng=generator)
    np.testing.assert_array_equal(first[0], np.random.default_rng(3).permutation(50))
    assert (first[0] != second[0]).any()


def test_every_sample_is_in_the_first_batch_equally_often():
    generator = np.random.default_rng(0)
    counts = np.zeros(5)
    for _ in range(5000):
        counts[minibatches(5, 2, rng=generator)[0]] += 1
    assert np.abs(counts / 5000 - 2 / 5).max() < 5 * np.sqrt(0.4 * 0.6 / 5000)


def test_sgd_follows_the_update_rule_with_weight_decay():
    w = leaf(W0)
    optimizer = SGD([w], lr=0.1, weight_decay=0.5)
    expected = W0
    for _ in range(5):
        optimizer.zero_grad()
        (w * w * w).sum().backward()
        optimizer.step()
        expected = (1 - 0.1 * 0.5) * expected - 0.1 * 3 * expected**2
    np.testing.assert_allclose(w.data, expected, rtol=1e-13)


def test_weight_decay_equals_descent_on_the_penalised_loss():
    lam, decayed, penalised = 0.3, leaf(W0), leaf(W0)
    for optimizer, loss in [
        (SGD([decayed], lr=0.05, weight_decay=lam), lambda: (decayed.tanh()).sum()),
        (
            SGD([penalised], lr=0.05),
            lambda: penalised.tanh().sum() + lam / 2 * (penalised**2).sum(),
        ),
    ]:
        for _ in range(20):
            optimizer.zero_grad()
            loss().backward()
            optimizer.step()
    np.testing.assert_allclose(decayed.data, penalised.data, rtol=1e-13)


def test_sgd_without_decay_equals_gradient_descent():
    w = leaf(W0)
    optimizer = SGD([w], lr=0.15)
    path = gradient_descent(lambda v: H @ v, W0, lr=0.15, steps=10)
    for point in path[1:]:
        optimizer.zero_grad()
        (w @ H @ w / 2).backward()
        optimizer.step()
        np.testing.assert_allclose(w.data, point, rtol=1e-12)


def test_a_step_leaves_the_old_array_as_it_was():
    w = leaf(W0)
    start = w.data
    w.sum().backward()
    SGD([w], lr=0.1).step()
    np.testing.assert_array_equal(start, W0)
    np.testing.assert_array_equal(w.data, W0 - 0.1)


@pytest.mark.parametrize("weight_decay", [0.0, 0.5])
def test_a_second_backward_through_a_graph_from_before_the_step_gives_the_same_gradient(
    weight_decay,
):
    w, v = leaf(W0), leaf([5.0, 6.0, 7.0])
    loss = (w * v).sum()
    optimizer = SGD([w, v], lr=0.1, weight_decay=weight_decay)
    for _ in range(2):
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        np.testing.assert_array_equal(v.grad, W0)
        np.testing.assert_array_equal(w.grad, [5, 6, 7])


@pytest.mark.parametrize("value", [3.0, [3.0]])
def test_a_step_leaves_a_read_only_array_even_of_one_number(value):
    w = leaf(value)
    (w * w).sum().backward()
    SGD([w], lr=0.5).step()
    assert isinstance(w.data, np.ndarray)
    with pytest.raises(ValueError, match="read-only"):
        w.data[...] = 1.0


def test_a_step_before_backward_is_an_error():
    with pytest.raises(ValueError, match=r"got none for params\[0\] of shape \(3,\)"):
        SGD([leaf(W0)], lr=0.1).step()


def test_train_returns_the_loss_before_each_step():
    w = leaf(1.0)
    losses = train(lambda batch: w * w, SGD([w], lr=0.25), [np.array([0])] * 4)
    np.testing.assert_allclose(losses, [1, 1 / 4, 1 / 16, 1 / 64])


def test_train_on_minibatches_recovers_the_weights_of_noiseless_data():
    X = rng.standard_normal((60, 3))
    y = X @ W0
    w = leaf(np.zeros(3))
    batches = [b for _ in range(60) for b in minibatches(60, 10, rng=rng)]
    train(lambda batch: ((X[batch] @ w - y[batch]) ** 2).mean() / 2, SGD([w], lr=0.3), batches)
    np.testing.assert_allclose(w.data, W0, rtol=1e-10)


def test_train_names_the_step_at_which_the_loss_is_lost():
    w = leaf(1.0)
    with pytest.raises(FloatingPointError, match=r"the loss at step 2 is inf, with lr=1e\+100"):
        train(lambda batch: w * w, SGD([w], lr=1e100), [np.array([0])] * 9)


def test_train_names_the_step_at_which_the_loss_is_no_number_any_more():
    w = leaf(1.0)
    with pytest.raises(FloatingPointError, match="the loss at step 0 is nan, with lr=1"):
        train(lambda batch: w * np.inf - w * np.inf, SGD([w], lr=1.0), [np.array([0])])


def test_descent_names_the_step_at_which_the_gradient_is_no_number_any_more():
    with pytest.raises(FloatingPointError, match=r"diverged at step 1 with lr=1$"):
        gradient_descent(lambda w: w * np.inf - w * np.inf, W0, lr=1.0, steps=3)


def test_a_learning_rate_of_zero_is_refused():
    with pytest.raises(ValueError, match=r"^lr must be > 0, got 0\.0$"):
        gradient_descent(np.cos, W0, lr=0.0, steps=1)
    with pytest.raises(ValueError, match=r"^lr must be > 0, got 0\.0$"):
        SGD([leaf(W0)], lr=0.0)


def test_a_weight_decay_of_one_decays():
    w = leaf(W0)
    w.grad = np.zeros(3)
    SGD([w], lr=0.25, weight_decay=1.0).step()
    np.testing.assert_array_equal(w.data, 0.75 * W0)


def test_a_batch_larger_than_the_data_is_refused():
    with pytest.raises(ValueError, match=r"^batch_size must be an integer from 1 to 4, got 5$"):
        minibatches(4, 5, rng=rng)


@pytest.mark.parametrize("params", [[], [Tensor(W0)], [leaf(W0), Tensor(W0)], [W0]])
def test_sgd_wants_tensors_that_require_a_gradient(params):
    with pytest.raises(ValueError, match=r"^params must be tensors that require a gradient, got "):
        SGD(params, lr=0.1)


def cubic(w):
    return (w * w * w).sum()


def run(optimizer, w, steps, loss=cubic):
    """Return the values of w before and after each of some steps."""
    path = [w.data]
    for _ in range(steps):
        optimizer.zero_grad()
        loss(w).backward()
        optimizer.step()
        path.append(w.data)
    return path


def test_sgd_with_momentum_takes_the_steps_of_the_rule():
    w = leaf(W0)
    path = run(SGD([w], lr=0.01, momentum=0.8), w, 6)
    expected, v = W0, np.zeros(3)
    for point in path[1:]:
        expected, v = momentum_step(expected, v, 3 * expected**2, lr=0.01, beta=0.8)
        np.testing.assert_allclose(point, expected, rtol=1e-14)


def test_momentum_with_a_fixed_rate_takes_the_path_of_gradient_descent_with_momentum():
    w = leaf(W0)
    path = run(SGD([w], lr=0.05, momentum=0.7), w, 12, lambda w: w @ H @ w / 2)
    expected = gradient_descent(lambda w: H @ w, W0, lr=0.05, steps=12, momentum=0.7)
    np.testing.assert_allclose(path, expected, rtol=1e-11, atol=1e-13)


def test_momentum_and_weight_decay_equal_momentum_on_the_penalised_loss():
    decayed, penalised = leaf(W0), leaf(W0)
    ours = run(SGD([decayed], lr=0.01, weight_decay=0.3, momentum=0.8), decayed, 9)
    expected = run(
        SGD([penalised], lr=0.01, momentum=0.8),
        penalised,
        9,
        lambda w: cubic(w) + 0.15 * (w**2).sum(),
    )
    np.testing.assert_allclose(ours, expected, rtol=1e-12)


def test_nesterovs_parameters_are_the_points_at_which_the_rule_takes_its_gradients():
    u = leaf(W0)
    path = run(SGD([u], lr=0.01, momentum=0.8, nesterov=True), u, 8)
    w, v = W0, np.zeros(3)
    for point in path[1:]:
        w, v = nesterov_step(w, v, lambda w: 3 * w**2, lr=0.01, beta=0.8)
        np.testing.assert_allclose(point, w - 0.01 * 0.8 * v, rtol=1e-12)


def test_nesterov_without_momentum_is_refused():
    with pytest.raises(ValueError, match=r"^momentum must be > 0 with nesterov, got 0\.0$"):
        SGD([leaf(W0)], lr=0.1, nesterov=True)


@pytest.mark.parametrize("weight_decay", [0.0, 0.4])
def test_adam_takes_the_steps_of_the_rule(weight_decay):
    w = leaf(W0)
    path = run(Adam([w], lr=0.1, betas=(0.8, 0.9), eps=0.01, weight_decay=weight_decay), w, 6)
    expected, m, v = W0, np.zeros(3), np.zeros(3)
    for t, point in enumerate(path[1:], 1):
        expected, m, v = adam_step(
            *(expected, m, v, 3 * expected**2, t),
            lr=0.1, betas=(0.8, 0.9), eps=0.01, weight_decay=weight_decay,
        )  # fmt: skip
        np.testing.assert_allclose(point, expected, rtol=1e-13)


def test_adam_that_is_not_decoupled_descends_on_the_penalised_loss():
    coupled, penalised = leaf(W0), leaf(W0)
    ours = run(Adam([coupled], lr=0.1, weight_decay=0.4, decoupled=False), coupled, 7)
    expected = run(Adam([penalised], lr=0.1), penalised, 7, lambda w: cubic(w) + 0.2 * (w**2).sum())
    np.testing.assert_allclose(ours, expected, rtol=1e-12)


def test_adam_keeps_the_moments_of_each_parameter_apart():
    pair, alone = [leaf(W0), leaf([5.0])], leaf(W0)
    optimizer = Adam(pair, lr=0.1)
    for _ in range(4):
        optimizer.zero_grad()
        (cubic(pair[0]) + (pair[1] ** 2).sum()).backward()
        optimizer.step()
    np.testing.assert_array_equal(pair[0].data, run(Adam([alone], lr=0.1), alone, 4)[-1])


@pytest.mark.parametrize(
    "make",
    [
        lambda w: SGD([w], lr=0.1, momentum=0.5, weight_decay=0.1),
        lambda w: Adam([w], lr=0.1, weight_decay=0.1),
    ],
)
def test_an_optimiser_keeps_float32(make):
    w = Tensor(W0.astype(np.float32), requires_grad=True)
    assert {point.dtype for point in run(make(w), w, 3)} == {np.dtype(np.float32)}


def test_a_step_without_one_of_the_gradients_changes_nothing():
    w, v = leaf(W0), leaf(W0)
    optimizer = Adam([w, v], lr=0.1)
    w.grad = np.ones(3)
    with pytest.raises(ValueError, match=r"got none for params\[1\]"):
        optimizer.step()
    np.testing.assert_array_equal(w.data, W0)
    assert optimizer.t == 0


def test_a_rule_of_ones_own_trains():
    class SignDescent(Optimizer):
        def update(self, i, w, grad):
            return w - self.lr * np.sign(grad)

    w = leaf(1.0)
    losses = train(lambda batch: w * w, SignDescent([w], lr=0.25), [np.array([0])] * 4)
    np.testing.assert_allclose(losses, [1, 9 / 16, 1 / 4, 1 / 16])


def test_an_optimiser_without_a_rule_says_so():
    w = leaf(W0)
    w.grad = np.ones(3)
    with pytest.raises(NotImplementedError, match="Optimizer must have a method update"):
        Optimizer([w], lr=0.1).step()


def test_train_sets_the_rate_of_each_step_by_the_schedule():
    w, rates = leaf(1.0), []

    def schedule(t):
        rates.append(t)
        return cosine_schedule(t, 3, 0.5, 0.1)

    optimizer = SGD([w], lr=9.0)
    losses = train(lambda batch: w * w, optimizer, [np.array([0])] * 4, schedule=schedule)
    assert rates == [0, 1, 2, 3]
    assert optimizer.lr == pytest.approx(0.1)
    # the first step, at rate 1/2, leads to the minimum: 1 - 2/2
    np.testing.assert_allclose(losses, [1, 0, 0, 0], atol=1e-30)


def test_train_says_which_rate_of_the_schedule_is_none():
    w = leaf(1.0)
    with pytest.raises(ValueError, match=r"^schedule\(2\) must be >= 0, got -1$"):
        train(lambda b: w * w, SGD([w], lr=1), [np.array([0])] * 4, schedule=lambda t: 1 - t)
    with pytest.raises(ValueError, match=r"^schedule must be callable, got 0\.5$"):
        train(lambda b: w * w, SGD([w], lr=1), [], schedule=0.5)
