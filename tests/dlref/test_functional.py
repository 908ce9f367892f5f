"""Formulas against SciPy, complex steps, and enumeration."""

import itertools

import numpy as np
import pytest
import scipy.linalg
import scipy.special

import dlref
from dlref import functional as F  # noqa: N812 - as PyTorch's users call it
from tests.dlref.complex_step import complex_step

rng = np.random.default_rng(0)


def test_linear_of_a_batch_is_linear_of_each_row():
    X, W, b = rng.standard_normal((4, 3)), rng.standard_normal((2, 3)), rng.standard_normal(2)
    np.testing.assert_allclose(F.linear(X, W, b), [W @ x + b for x in X], rtol=1e-14)
    np.testing.assert_allclose(F.linear(X[0], W, b), W @ X[0] + b, rtol=1e-14)


@pytest.mark.parametrize("p", [0.0, 0.3, 0.9])
def test_dropout_leaves_the_expectation_over_all_masks(p):
    x = np.array([1.0, -2.0, 3.0, 0.5])
    masks = np.array(list(itertools.product([0, 1], repeat=4)))
    probability = np.where(masks, 1 - p, p).prod(axis=1)
    assert probability.sum() == pytest.approx(1, rel=1e-15)
    outputs = np.array([F.dropout(x, mask, p) for mask in masks])
    np.testing.assert_allclose(probability @ outputs, x, rtol=1e-14)
    variance = probability @ (outputs - x) ** 2
    np.testing.assert_allclose(variance, x**2 * p / (1 - p), rtol=1e-13, atol=1e-15)


def test_dropout_keeps_what_the_mask_keeps_scaled_by_one_over_one_minus_p():
    np.testing.assert_array_equal(F.dropout([1.0, 2.0], [1, 0], 0.75), [4, 0])


def test_dropout_mask_equals_a_twin_generator_at_least_p():
    mask = F.dropout_mask((3, 4), 0.3, rng=np.random.default_rng(5))
    np.testing.assert_array_equal(mask, np.random.default_rng(5).random((3, 4)) >= 0.3)
    assert F.dropout_mask(1000, 0.0, rng=np.random.default_rng(5)).all()


def test_random_dropout_equals_a_twin_generator_that_drops_below_p():
    x = np.arange(1.0, 13).reshape(3, 4)
    kept = np.random.default_rng(5).random((3, 4)) >= 0.3
    measured = F.random_dropout(x, 0.3, rng=np.random.default_rng(5))
    np.testing.assert_allclose(measured, np.where(kept, x / 0.7, 0), rtol=1e-15)


def test_dropout_mlp_is_the_chain_of_its_four_formulas():
    x, W1, b1 = rng.standard_normal(4), rng.standard_normal((5, 4)), rng.standard_normal(5)
    W2, b2, mask = rng.standard_normal((3, 5)), rng.standard_normal(3), np.array([1, 0, 1, 1, 0])
    h = np.tanh(W1 @ x + b1)
    np.testing.assert_allclose(F.hidden_layer(x, W1, b1, np.tanh), h, rtol=1e-14)
    o = W2 @ (h * mask / 0.7) + b2
    measured = F.dropout_mlp(x, W1, b1, W2, b2, mask, 0.3, np.tanh)
    np.testing.assert_allclose(measured, scipy.special.softmax(o), rtol=1e-13)


def test_gradient_step_goes_against_the_gradient():
    np.testing.assert_array_equal(F.gradient_step([1.0, 1.0], [2.0, -4.0], 0.5), [0, 3])


@pytest.mark.parametrize("max_norm", [0.01, 2.0, 100.0])
def test_clipping_keeps_the_direction_of_all_gradients_together(max_norm):
    grads = [rng.standard_normal((4, 3)), rng.standard_normal(2)]
    vector = np.concatenate([g.ravel() for g in grads])
    clipped = F.clip_gradient_norm(grads, max_norm)
    length = min(max_norm, scipy.linalg.norm(vector))
    expected = length * vector / scipy.linalg.norm(vector)
    np.testing.assert_allclose(np.concatenate([g.ravel() for g in clipped]), expected, rtol=1e-13)
    assert [g.shape for g in clipped] == [(4, 3), (2,)]


def test_a_gradient_at_the_threshold_or_below_is_copied_as_it_is():
    grads = np.array([[4.0], [4.0], [7.0]])
    for max_norm in [9.0, 10.0]:
        clipped = F.clip_gradient_norm(grads, max_norm)
        np.testing.assert_array_equal(clipped, grads)
        assert not any(np.shares_memory(g, grads) for g in clipped)
    np.testing.assert_array_equal(F.clip_gradient_norm([np.zeros(2)], 1.0), [[0, 0]])


def test_an_exploded_gradient_is_clipped_where_its_squares_overflow_and_the_threshold_is_small():
    np.testing.assert_allclose(
        F.clip_gradient_norm([[3e307], [4e307]], 5e-300), [[3e-300], [4e-300]]
    )
    np.testing.assert_allclose(F.clip_gradient_norm([[1.5e308] * 4], 1.0), [[0.5] * 4])
    np.testing.assert_array_equal(F.clip_gradient_norm([[1.0, 0.0]], 0.5), [[0.5, 0]])


def test_clipping_float16_counts_entries_whose_squares_it_cannot_hold():
    (clipped,) = F.clip_gradient_norm([np.full(4, 6e4, np.float16)], 4.0)
    assert clipped.dtype == np.float16
    np.testing.assert_array_equal(clipped, [2, 2, 2, 2])


def test_minibatch_loss_and_gradient_are_unbiased_over_all_subsets():
    X, y, w = rng.standard_normal((7, 3)), rng.standard_normal(7), rng.standard_normal(3)
    subsets = list(itertools.combinations(range(7), 3))
    loss = np.mean([F.minibatch_loss(X, y, w, list(s)) for s in subsets])
    gradient = np.mean([F.minibatch_gradient(X, y, w, list(s)) for s in subsets], axis=0)
    full = lambda w: ((y - X @ w) ** 2).sum() / 14  # noqa: E731
    assert loss == pytest.approx(full(w), rel=1e-13)
    np.testing.assert_allclose(gradient, complex_step(full, w), rtol=1e-12)


def test_minibatch_gradient_equals_the_complex_step_on_one_batch():
    X, y, w = rng.standard_normal((7, 3)), rng.standard_normal(7), rng.standard_normal(3)
    loss = lambda w: ((y[[4, 1]] - X[[4, 1]] @ w) ** 2).sum() / 4  # noqa: E731
    assert F.minibatch_loss(X, y, w, [4, 1]) == pytest.approx(loss(w), rel=1e-14)
    np.testing.assert_allclose(
        F.minibatch_gradient(X, y, w, [4, 1]), complex_step(loss, w), rtol=1e-12
    )


def test_chain_product_equals_the_measured_derivative_of_a_composition_of_arrays():
    A, B = rng.standard_normal((4, 5, 2, 3)) / 3, rng.standard_normal((2, 2, 4, 5)) / 3
    f = lambda X: np.tanh(np.tensordot(A, X, 2))  # noqa: E731
    g = lambda Y: np.sin(np.tensordot(B, Y, 2))  # noqa: E731
    X = rng.standard_normal((2, 3))
    product = F.chain_product(complex_step(g, f(X)), complex_step(f, X), y_ndim=2)
    assert product.shape == (2, 2, 2, 3)
    np.testing.assert_allclose(product, complex_step(lambda X: g(f(X)), X), rtol=1e-11)


def test_chain_product_of_vectors_is_the_matrix_product_in_this_order_only():
    J, K = rng.standard_normal((2, 4)), rng.standard_normal((4, 3))
    np.testing.assert_allclose(F.chain_product(J, K, y_ndim=1), J @ K, rtol=1e-14)
    with pytest.raises(ValueError, match=r"the last 1 axes of dz_dy .* got shapes \(4, 3\) and"):
        F.chain_product(K, J, y_ndim=1)


def test_float32_stays_float32_in_functions_of_several_arrays():
    x, W, b = np.ones((4, 3), np.float32), np.ones((2, 3), np.float32), np.ones(2, np.float32)
    assert F.linear(x, W, b).dtype == np.float32
    assert F.dropout(x, x > 0, 0.5).dtype == np.float32
    assert F.gradient_step(x, x, 0.1).dtype == np.float32


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: F.dropout_mask(3, 1.0, rng=rng), r"p must be in \[0, 1\), got 1.0"),
        (lambda: F.dropout([1.0], [1], 1.0), r"p must be in \[0, 1\), got 1.0"),
        (lambda: F.dropout([1.0], [2], 0.5), r"mask must hold only 0 and 1, got \[2.\]"),
        (lambda: F.dropout([1.0, 2.0], [1], 0.5), r"mask must have shape \(2,\), got \(1,\)"),
        (lambda: F.gradient_step([1.0], [1.0], 0.0), "lr must be > 0, got 0.0"),
        (lambda: F.gradient_step([1.0, 2.0], [1.0], 1.0), r"grad must have shape \(2,\)"),
        (lambda: F.clip_gradient_norm([], 1.0), "grads must be a sequence of one item"),
        (lambda: F.clip_gradient_norm([[1.0], [np.inf]], 1.0), r"grads\[1\] must be finite"),
        (lambda: F.clip_gradient_norm([[1.0]], 0.0), "max_norm must be > 0, got 0.0"),
        (lambda: F.chain_product(1.0, 1.0, y_ndim=1), "the last 1 axes of dz_dy must be the first"),
        (
            lambda: F.minibatch_loss([[1.0]], [1.0], [1.0], [1]),
            "batch must hold integers from 0 to 0",
        ),
        (
            lambda: F.dropout_mlp([1.0], [[1.0]], [0.0], [[1.0, 1.0]], [0.0], [1], 0.5, dlref.relu),
            r"W2 must have shape \(q, 1\), got \(1, 2\)",
        ),
        (lambda: F.linear([[[1.0]]], [[1.0]], [1.0]), r"x must have shape \(1,\) or \(n, 1\), got"),
    ],
)
def test_error_names_the_wanted_and_the_given(call, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        call()


def test_a_number_drawn_equal_to_p_is_kept():
    p = np.random.default_rng(0).random()
    assert F.dropout_mask(1, p, rng=np.random.default_rng(0)).all()


def test_chain_product_of_a_gradient_and_a_jacobian_is_their_vector_product():
    gradient, J = rng.standard_normal(3), rng.standard_normal((3, 2))
    np.testing.assert_allclose(F.chain_product(gradient, J, y_ndim=1), gradient @ J, rtol=1e-14)


def test_chain_product_of_numbers_is_their_product():
    np.testing.assert_array_equal(F.chain_product(3.0, 4.0, y_ndim=0), 12)
