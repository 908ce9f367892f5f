"""Activation functions and what classifiers need, against PyTorch and its derivatives."""

import numpy as np
import pytest
import torch
from torch.nn import functional

import dlref

rng = np.random.default_rng(0)
X = np.concatenate([np.linspace(-12, 12, 97), [-1e3, 1e3]])
LOGITS, ROWS = 5 * rng.standard_normal((20, 4)), rng.dirichlet(np.ones(4), 20)

ACTIVATIONS = {
    "relu": functional.relu,
    "leaky_relu": functional.leaky_relu,
    "sigmoid": torch.sigmoid,
    "softplus": functional.softplus,
    "silu": functional.silu,
    "normal_cdf": torch.special.ndtr,
    "gelu": functional.gelu,
    "gelu_tanh": lambda x: functional.gelu(x, approximate="tanh"),
}
DERIVATIVES = {**ACTIVATIONS, "tanh": torch.tanh}
del DERIVATIVES["normal_cdf"]
# PyTorch takes softplus for the identity above 20, and cancels where tanh or erf is nearly -1.
ABSOLUTE = {"softplus": 3e-9, "gelu_tanh": 1e-14, "gelu": 1e-14, "normal_cdf": 1e-14, "tanh": 1e-15}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_equals_that_of_pytorch(name, dtype):
    x = X.astype(dtype)
    expected = ACTIVATIONS[name](torch.from_numpy(x)).numpy()
    close = {"rtol": 1e-12, "atol": ABSOLUTE.get(name, 0)}
    if dtype == np.float32:
        close = {"rtol": 1e-6, "atol": 1e-6}
    np.testing.assert_allclose(getattr(dlref, name)(x), expected, **close)


@pytest.mark.parametrize("name", DERIVATIVES)
def test_a_derivative_equals_that_of_autograd(name):
    x = torch.from_numpy(X).requires_grad_()
    DERIVATIVES[name](x).sum().backward()
    expected = x.grad.numpy()
    ours = getattr(dlref, f"{name}_derivative")(X)
    np.testing.assert_allclose(ours, expected, rtol=1e-11, atol=ABSOLUTE.get(name, 0))


@pytest.mark.parametrize("slope", [0.0, 0.3])
def test_leaky_relu_has_the_slope_of_pytorch(slope):
    expected = functional.leaky_relu(torch.from_numpy(X), slope).numpy()
    np.testing.assert_allclose(dlref.leaky_relu(X, slope), expected, rtol=1e-15)


def test_one_hot_rows_equal_those_of_pytorch():
    labels = rng.integers(0, 4, 20)
    expected = functional.one_hot(torch.from_numpy(labels), 4).numpy()
    np.testing.assert_array_equal(dlref.one_hot(labels, 4), expected)


def test_cross_entropy_of_rows_of_probabilities_and_its_gradient_equal_pytorch():
    logits, rows = torch.from_numpy(LOGITS).requires_grad_(), torch.from_numpy(ROWS)
    loss = functional.cross_entropy(logits, rows)
    loss.backward()
    assert dlref.cross_entropy(LOGITS, ROWS) == pytest.approx(loss.item(), rel=1e-13)
    ours = dlref.cross_entropy_gradient(LOGITS, ROWS)
    np.testing.assert_allclose(ours, logits.grad.numpy(), rtol=1e-11, atol=1e-16)


@pytest.mark.parametrize("smoothing", [0.1, 0.5])
def test_smoothed_one_hot_labels_are_label_smoothing_in_pytorch(smoothing):
    labels = rng.integers(0, 4, 20)
    rows = (1 - smoothing) * dlref.one_hot(labels, 4) + smoothing / 4
    expected = functional.cross_entropy(
        torch.from_numpy(LOGITS), torch.from_numpy(labels), label_smoothing=smoothing
    )
    assert dlref.cross_entropy(LOGITS, rows) == pytest.approx(expected.item(), rel=1e-13)


def test_cross_entropy_between_is_the_divergence_of_pytorch_and_the_entropy_together():
    p, q = (torch.from_numpy(row) for row in ROWS[:2])
    divergence = functional.kl_div(q.log(), p, reduction="sum")
    entropy = torch.distributions.Categorical(p).entropy()
    expected = (divergence + entropy).item()
    assert dlref.cross_entropy_between(ROWS[0], ROWS[1]) == pytest.approx(expected, rel=1e-13)
