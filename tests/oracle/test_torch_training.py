"""Training with `dlref` against training with PyTorch, step by step."""

import numpy as np
import pytest
import torch

from dlref import (
    MLP,
    SGD,
    Dropout,
    Linear,
    Sigmoid,
    Tanh,
    Tensor,
    clip_gradient_norm,
    dropout,
    gradient_descent,
    huber_loss,
    train,
)

rng = np.random.default_rng(0)
SIZES = [6, 8, 7, 4]
X = rng.standard_normal((60, 6))
LABELS = rng.integers(4, size=60)
BATCHES = [rng.choice(60, size=12, replace=False) for _ in range(50)]


def in_pytorch(model):
    """Return the same network in PyTorch, with copies of the same parameters."""
    twins = {"ReLU": torch.nn.ReLU, "Sigmoid": torch.nn.Sigmoid, "Tanh": torch.nn.Tanh}
    layers = []
    for layer in model.layers:
        if isinstance(layer, Linear):
            twin = torch.nn.Linear(layer.weight.shape[1], layer.weight.shape[0])
            twin.weight.data = torch.tensor(layer.weight.data)
            twin.bias.data = torch.tensor(layer.bias.data)
        else:
            twin = twins[type(layer).__name__]()
        layers.append(twin)
    return torch.nn.Sequential(*layers)


def train_both(model, *, weight_decay=0.0, lr=0.2):
    twin = in_pytorch(model)
    X_ = X.astype(model.layers[0].weight.dtype)
    optimizer = torch.optim.SGD(twin.parameters(), lr=lr, weight_decay=weight_decay)
    expected = []
    for batch in BATCHES:
        optimizer.zero_grad()
        labels = torch.from_numpy(LABELS[batch])
        loss = torch.nn.functional.cross_entropy(twin(torch.from_numpy(X_[batch])), labels)
        loss.backward()
        optimizer.step()
        expected.append(loss.item())
    losses = train(
        lambda batch: model(X_[batch]).cross_entropy(LABELS[batch]),
        SGD(model.parameters(), lr=lr, weight_decay=weight_decay),
        BATCHES,
    )
    return losses, np.array(expected), twin


@pytest.mark.parametrize("activation", [None, Sigmoid, Tanh])
@pytest.mark.parametrize("weight_decay", [0.0, 0.3])
def test_fifty_steps_of_an_mlp_equal_pytorch_in_float64(activation, weight_decay):
    options = {} if activation is None else {"activation": activation}
    model = MLP(SIZES, rng=rng, **options)
    losses, expected, twin = train_both(model, weight_decay=weight_decay)
    np.testing.assert_allclose(losses, expected, rtol=1e-10)
    for ours, theirs in zip(model.parameters(), twin.parameters(), strict=True):
        np.testing.assert_allclose(ours.data, theirs.detach().numpy(), rtol=1e-10, atol=1e-12)
    assert np.ptp(losses) > 0.1  # there was something to agree on


def test_fifty_steps_in_float32_equal_pytorch_to_its_precision():
    losses, expected, _ = train_both(MLP(SIZES, rng=rng, dtype=np.float32))
    np.testing.assert_allclose(losses, expected, rtol=1e-4)


def test_linear_is_stored_as_in_pytorch():
    assert Linear(6, 4, rng=rng).weight.shape == tuple(torch.nn.Linear(6, 4).weight.shape)


@pytest.mark.parametrize("p", [0.0, 0.2, 0.75])
def test_dropout_scales_what_it_keeps_as_pytorch_does(p):
    x = rng.uniform(1, 2, 10_000)
    theirs = torch.nn.functional.dropout(torch.from_numpy(x), p, training=True).numpy()
    np.testing.assert_allclose(dropout(x, theirs != 0, p), theirs, rtol=1e-14)
    ours = Dropout(p, rng=rng)(x).data
    scales = {round(s, 10) for s in np.concatenate([ours / x, theirs / x])}
    assert scales == ({1.0} if p == 0 else {0.0, round(1 / (1 - p), 10)})


def test_dropout_at_inference_is_the_identity_in_both():
    x = rng.standard_normal(100)
    ours = Dropout(0.5, rng=rng).eval()(x).data
    theirs = torch.nn.Dropout(0.5).eval()(torch.from_numpy(x)).numpy()
    np.testing.assert_array_equal(ours, theirs)


def test_weight_decay_of_one_step_equals_pytorch():
    value, gradient = rng.standard_normal(5), rng.standard_normal(5)
    ours = Tensor(value, requires_grad=True)
    ours.grad = gradient
    theirs = torch.nn.Parameter(torch.tensor(value))
    theirs.grad = torch.tensor(gradient)
    SGD([ours], lr=0.1, weight_decay=0.7).step()
    torch.optim.SGD([theirs], lr=0.1, weight_decay=0.7).step()
    np.testing.assert_allclose(ours.data, theirs.detach().numpy(), rtol=1e-14)


@pytest.mark.parametrize("delta", [0.1, 1.0, 2.0])
def test_huber_loss_equals_pytorch(delta):
    y, y_hat = rng.standard_normal((2, 20))
    theirs = torch.nn.functional.huber_loss(
        torch.tensor(y_hat), torch.tensor(y), delta=delta, reduction="none"
    )
    np.testing.assert_allclose(huber_loss(y, y_hat, delta=delta), theirs, rtol=1e-13)


@pytest.mark.parametrize("momentum", [0.0, 0.3, 0.9])
def test_a_path_of_gradient_descent_equals_pytorch(momentum):
    y, start = rng.standard_normal(60), rng.standard_normal(6)
    w = torch.nn.Parameter(torch.tensor(start))
    optimizer = torch.optim.SGD([w], lr=0.1, momentum=momentum)
    expected = [start]
    for _ in range(50):
        optimizer.zero_grad()
        torch.log(torch.cosh(torch.from_numpy(y) - torch.from_numpy(X) @ w)).mean().backward()
        optimizer.step()
        expected.append(w.detach().numpy().copy())
    path = gradient_descent(
        lambda w: -X.T @ np.tanh(y - X @ w) / 60, start, lr=0.1, steps=50, momentum=momentum
    )
    np.testing.assert_allclose(path, expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("max_norm", [1e-3, 1.0, 1e3])
def test_clipped_gradients_equal_those_of_pytorch(max_norm):
    grads = [rng.standard_normal(shape) for shape in [(4, 3), (4,), (2, 4)]]
    twins = [torch.nn.Parameter(torch.zeros(g.shape, dtype=torch.float64)) for g in grads]
    for twin, g in zip(twins, grads, strict=True):
        twin.grad = torch.from_numpy(g.copy())
    norm = torch.nn.utils.clip_grad_norm_(twins, max_norm).item()
    # PyTorch divides by the norm plus 1e-6, so that a gradient of 0 needs no case of its own.
    correction = (norm + 1e-6) / norm if norm > max_norm else 1.0
    for ours, twin in zip(clip_gradient_norm(grads, max_norm), twins, strict=True):
        np.testing.assert_allclose(ours, correction * twin.grad.numpy(), rtol=1e-13)
