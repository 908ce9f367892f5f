"""Jacobians against complex steps; products beyond the range of floats."""

from itertools import pairwise

import numpy as np
import pytest

import dlref
from dlref.depth import deep_network, jacobian_product, layer, layer_gradient_norms, layer_jacobian
from dlref.modules import MLP, ReLU, Sequential, Sigmoid
from tests.dlref.complex_step import complex_step

rng = np.random.default_rng(0)
WIDTHS = [5, 4, 3, 2, 6]
WEIGHTS = [rng.standard_normal((q, d)) for d, q in pairwise(WIDTHS)]


def test_layer_applies_the_activation_to_the_product():
    h = rng.standard_normal(5)
    np.testing.assert_allclose(layer(h, WEIGHTS[0], np.tanh), np.tanh(WEIGHTS[0] @ h), rtol=1e-14)


@pytest.mark.parametrize(
    ("derivative", "f"),
    [
        (dlref.tanh_derivative, np.tanh),
        (dlref.sigmoid_derivative, lambda z: 1 / (1 + np.exp(-z))),
    ],
)
def test_layer_jacobian_equals_the_complex_step_rows_are_outputs(derivative, f):
    h, W = rng.standard_normal(5), WEIGHTS[0]
    J = layer_jacobian(h, W, derivative)
    assert J.shape == (4, 5)
    np.testing.assert_allclose(J, complex_step(lambda h: f(W @ h), h), rtol=1e-12)


def test_deep_network_returns_every_state_and_ends_in_the_composition():
    f, g = np.tanh, np.cos
    x = rng.standard_normal(3)
    states = deep_network([f, g], x)
    for state, expected in zip(states, [x, f(x), g(f(x))], strict=True):
        np.testing.assert_array_equal(state, expected)


def test_product_of_layer_jacobians_is_the_jacobian_of_the_network():
    x = rng.standard_normal(5)
    states = deep_network([lambda h, W=W: layer(h, W, np.tanh) for W in WEIGHTS], x)
    jacobians = [
        layer_jacobian(h, W, dlref.tanh_derivative) for h, W in zip(states, WEIGHTS, strict=False)
    ]

    def network(h):
        for W in WEIGHTS:
            h = np.tanh(W @ h)
        return h

    expected = complex_step(network, x)
    np.testing.assert_allclose(jacobian_product(jacobians).matrix, expected, rtol=1e-11)


def test_the_last_layers_jacobian_is_on_the_left_where_all_are_square():
    A, B, C = rng.standard_normal((3, 3, 3))
    np.testing.assert_allclose(jacobian_product([A, B, C]).matrix, C @ B @ A, rtol=1e-11)


def test_log_norms_are_those_of_the_partial_products():
    partial, expected = np.eye(5), []
    for W in WEIGHTS:
        partial = W @ partial
        expected.append(np.log(np.linalg.svd(partial, compute_uv=False)[0]))
    product = jacobian_product(WEIGHTS)
    np.testing.assert_allclose(product.log_norms, expected, rtol=1e-12, atol=1e-14)
    assert np.linalg.norm(product.direction, 2) == pytest.approx(1)


def test_one_factor_is_its_own_product_and_keeps_float32():
    product = jacobian_product([WEIGHTS[0].astype(np.float32)])
    assert product.direction.dtype == np.float32
    np.testing.assert_allclose(product.matrix, WEIGHTS[0], rtol=1e-5)


@pytest.mark.parametrize("scale", [10.0, 0.1])
def test_a_product_beyond_the_range_of_floats_keeps_its_logarithm(scale):
    Q = np.linalg.qr(rng.standard_normal((3, 3)))[0]
    product = jacobian_product([scale * Q] * 1000)
    np.testing.assert_allclose(product.log_norms, np.arange(1, 1001) * np.log(scale), rtol=1e-12)
    expected = np.linalg.matrix_power(Q, 1000)
    np.testing.assert_allclose(product.direction, expected, atol=1e-11)


def test_a_product_that_is_zero_has_log_norm_minus_infinity():
    nilpotent = [[0.0, 10.0], [0.0, 0.0]]
    product = jacobian_product([nilpotent, nilpotent, np.eye(2)])
    np.testing.assert_array_equal(product.log_norms[1:], [-np.inf, -np.inf])
    assert not product.matrix.any()


def test_relu_product_vanishes_although_every_singular_value_is_above_one():
    jacobians, h = [], rng.standard_normal(100)
    for _ in range(60):
        W = 1.3 * np.linalg.qr(rng.standard_normal((100, 100)))[0]
        jacobians.append(layer_jacobian(h, W, dlref.relu_derivative))
        h = layer(h, W, dlref.relu)
    log_norms = jacobian_product(jacobians).log_norms
    assert log_norms[-1] < 0 < 60 * np.log(1.3)


def test_layer_gradient_norms_equal_those_of_backward_and_leave_grad_alone():
    model = MLP([4, 6, 5, 3], rng=rng, activation=Sigmoid)
    X, labels = rng.standard_normal((7, 4)), rng.integers(3, size=7)
    norms = layer_gradient_norms(model, X, labels)
    assert all(p.grad is None for p in model.parameters())
    model(X).cross_entropy(labels).backward()
    expected = [np.sqrt((p.grad**2).sum()) for p in model.parameters()[::2]]
    np.testing.assert_allclose(norms, expected, rtol=1e-13)


def test_gradients_vanish_towards_the_input_of_a_deep_sigmoid_network():
    model = MLP([8] * 11, rng=np.random.default_rng(0), activation=Sigmoid)
    norms = layer_gradient_norms(model, rng.standard_normal((5, 8)), np.arange(5))
    assert norms[0] < 1e-3 * norms[-1]


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda: jacobian_product([]), "^jacobians must be a sequence of one item"),
        (lambda: jacobian_product([np.eye(2), [1.0]]), r"^jacobians\[1\] must have 2 axes, got sh"),
        (
            lambda: jacobian_product(WEIGHTS[::-1]),
            r"jacobians\[1\] must have 6 columns, got shape \(2, 3\)",
        ),
        (lambda: layer(np.ones(4), WEIGHTS[0], np.tanh), r"h must have shape \(5,\), got \(4,\)"),
        (lambda: layer_jacobian(np.ones((5, 1)), WEIGHTS[0], np.tanh), r"\(5,\), got \(5, 1\)"),
        (lambda: layer_gradient_norms(Sequential(ReLU()), np.ones((2, 2)), [0, 1]), "linear layer"),
        (
            lambda: layer_gradient_norms(MLP([2, 2], rng=rng), np.ones(2), [0]),
            r"^X must have shape \(n, 2\), got \(2,\)",
        ),
        (lambda: deep_network([np.tanh], [np.nan]), "x must be finite"),
        (lambda: deep_network([lambda h: np.nan], [1.0]), r"^layers\[0\]\(h\) must be finite"),
        (
            lambda: layer_gradient_norms(MLP([2, 2], rng=rng), np.ones((3, 2)), [0, 1, 2]),
            r"^labels must hold integers from 0 to 1, got \[0, 1, 2\]",
        ),
    ],
)
def test_error_names_the_wanted_and_the_given(f, message):
    with pytest.raises(ValueError, match=message):
        f()


def test_matrix_of_an_exploded_product_is_an_overflow():
    with pytest.raises(FloatingPointError, match="overflow"):
        _ = jacobian_product([1e200 * np.eye(1)] * 2).matrix


def test_factors_whose_product_overflows_at_once_are_rescaled_before():
    J = np.full((3, 3), 1e308)
    product = jacobian_product([J, J])
    np.testing.assert_allclose(product.direction, np.full((3, 3), 1 / 3), rtol=1e-14)
    expected = [np.log(3) + 308 * np.log(10), np.log(9) + 616 * np.log(10)]
    np.testing.assert_allclose(product.log_norms, expected, rtol=1e-14)


def test_deep_network_hands_out_no_alias_of_its_input():
    x = np.ones(2)
    assert not np.shares_memory(deep_network([np.tanh], x)[0], x)
