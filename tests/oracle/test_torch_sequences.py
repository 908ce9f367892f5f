"""Recurrent cells and attention against PyTorch: values, gradients, and training."""

import numpy as np
import pytest
import torch
from torch.nn import functional

import dlref

rng = np.random.default_rng(0)
Q, K, V = rng.standard_normal((4, 3)), rng.standard_normal((6, 3)), rng.standard_normal((6, 2))
MASK = rng.random((4, 6)) < 0.5
MASK[:, 2] = True
D, UNITS = 3, 4


def tensors(*arrays):
    return [torch.from_numpy(np.asarray(a)) for a in arrays]


@pytest.mark.parametrize("mask", [None, MASK])
def test_attention_equals_pytorch(mask):
    seen = None if mask is None else torch.from_numpy(mask)
    expected = functional.scaled_dot_product_attention(*tensors(Q, K, V), attn_mask=seen)
    np.testing.assert_allclose(dlref.attention(Q, K, V, mask), expected.numpy(), rtol=1e-12)


def test_the_causal_mask_is_that_of_pytorch():
    X = rng.standard_normal((5, 3))
    expected = functional.scaled_dot_product_attention(*tensors(X, X, X), is_causal=True)
    measured = dlref.attention(X, X, X, dlref.causal_mask(5))
    np.testing.assert_allclose(measured, expected.numpy(), rtol=1e-12)


def attention_in_pytorch(layer):
    d = layer.out.weight.shape[0]
    twin = torch.nn.MultiheadAttention(d, layer.heads, batch_first=True, dtype=torch.float64)
    parts = (layer.query, layer.key, layer.value)
    twin.in_proj_weight.data = torch.from_numpy(np.vstack([p.weight.data for p in parts]))
    twin.in_proj_bias.data = torch.from_numpy(np.concatenate([p.bias.data for p in parts]))
    twin.out_proj.weight.data = torch.tensor(layer.out.weight.data)
    twin.out_proj.bias.data = torch.tensor(layer.out.bias.data)
    return twin


@pytest.mark.parametrize("heads", [1, 2, 3])
def test_self_attention_and_its_gradient_equal_pytorch(heads):
    layer = dlref.SelfAttention(6, heads, rng=np.random.default_rng(1))
    for parameter in layer.parameters():
        parameter.data = rng.standard_normal(parameter.shape)
    twin = attention_in_pytorch(layer)
    value, weights = rng.standard_normal((2, 5, 6)), rng.standard_normal((2, 5, 6))
    x = dlref.Tensor(value, requires_grad=True)
    x_torch = torch.tensor(value, requires_grad=True)
    y, y_torch = layer(x), twin(x_torch, x_torch, x_torch)[0]
    np.testing.assert_allclose(y.data, y_torch.detach().numpy(), rtol=1e-10)
    (y * weights).sum().backward()
    (y_torch * torch.from_numpy(weights)).sum().backward()
    np.testing.assert_allclose(x.grad, x_torch.grad.numpy(), rtol=1e-9, atol=1e-12)


def weights_of(count):
    shapes = ((UNITS, D), (UNITS, UNITS), (UNITS,))
    return [[rng.standard_normal(shape) for _ in range(count)] for shape in shapes]


def fill(cell, W, U, b):
    """Give a cell of PyTorch these blocks; its second bias is zero."""
    cell.weight_ih.data, cell.weight_hh.data, cell.bias_ih.data = tensors(
        np.vstack(W), np.vstack(U), np.concatenate(b)
    )
    cell.bias_hh.data.zero_()
    return cell


def test_an_rnn_step_equals_pytorch():
    W, U, b = weights_of(1)
    x, h = rng.standard_normal(D), rng.standard_normal(UNITS)
    cell = fill(torch.nn.RNNCell(D, UNITS, dtype=torch.float64), W, U, b)
    expected = cell(*tensors(x, h)).detach().numpy()
    np.testing.assert_allclose(dlref.rnn_step(x, h, W[0], U[0], b[0]), expected, rtol=1e-12)


def test_an_lstm_step_equals_pytorch():
    W, U, b = weights_of(4)
    x, (h, c) = rng.standard_normal(D), rng.standard_normal((2, UNITS))
    cell = fill(torch.nn.LSTMCell(D, UNITS, dtype=torch.float64), W, U, b)
    x_, h_, c_ = tensors(x, h, c)
    expected = [part.detach().numpy() for part in cell(x_, (h_, c_))]
    np.testing.assert_allclose(dlref.lstm_step(x, h, c, W, U, b), expected, rtol=1e-12)


def test_a_gru_step_equals_pytorch_where_resetting_first_is_the_same():
    W, U, b = weights_of(3)
    U[2] = np.diag(rng.standard_normal(UNITS))  # commutes with the gate
    x, h = rng.standard_normal(D), rng.standard_normal(UNITS)
    order = [1, 0, 2]  # PyTorch's blocks are r, z and the candidate
    cell = fill(
        torch.nn.GRUCell(D, UNITS, dtype=torch.float64),
        *([part[i] for i in order] for part in (W, U, b)),
    )
    expected = cell(*tensors(x, h)).detach().numpy()
    np.testing.assert_allclose(dlref.gru_step(x, h, W, U, b), expected, rtol=1e-12)


def test_a_gru_step_with_any_weights_is_its_formula_in_pytorch():
    W, U, b = weights_of(3)
    x, h = rng.standard_normal(D), rng.standard_normal(UNITS)
    x_, h_ = tensors(x, h)
    (w1, w2, w3), (u1, u2, u3), (b1, b2, b3) = (tensors(*part) for part in (W, U, b))
    z = torch.sigmoid(w1 @ x_ + u1 @ h_ + b1)
    r = torch.sigmoid(w2 @ x_ + u2 @ h_ + b2)
    candidate = torch.tanh(w3 @ x_ + u3 @ (r * h_) + b3)
    expected = (torch.lerp(candidate, h_, z)).numpy()
    np.testing.assert_allclose(dlref.gru_step(x, h, W, U, b), expected, rtol=1e-12)


@pytest.mark.parametrize("kind", ["RNN", "LSTM"])
def test_twenty_steps_of_training_equal_pytorch(kind):
    model = getattr(dlref, kind)(D, UNITS, rng=np.random.default_rng(2))
    twin = getattr(torch.nn, kind)(D, UNITS, batch_first=True, dtype=torch.float64)
    names = {"weight_ih_l0": model.W, "weight_hh_l0": model.U, "bias_ih_l0": model.b}
    for name, parameter in names.items():
        getattr(twin, name).data = torch.tensor(parameter.data)
    twin.bias_hh_l0.data.zero_()
    twin.bias_hh_l0.requires_grad_(False)
    x, target = rng.standard_normal((8, 12, D)), rng.standard_normal((8, UNITS))
    ours = dlref.SGD(model.parameters(), lr=0.3)
    theirs = torch.optim.SGD([p for p in twin.parameters() if p.requires_grad], lr=0.3)
    for _ in range(20):
        ours.zero_grad()
        loss = ((model(x) - target) ** 2).mean()
        loss.backward()
        clipped = dlref.clip_gradient_norm([p.grad for p in ours.params], 0.1)
        for p, g in zip(ours.params, clipped, strict=True):
            p.grad = g
        ours.step()
        theirs.zero_grad()
        state = twin(torch.from_numpy(x))[0][:, -1]
        expected = ((state - torch.from_numpy(target)) ** 2).mean()
        expected.backward()
        # PyTorch divides by the norm plus 1e-6; errors below ask for less than that.
        norm = torch.linalg.vector_norm(
            torch.cat([p.grad.ravel() for p in twin.parameters() if p.grad is not None])
        )
        for p in twin.parameters():
            if p.grad is not None:
                p.grad *= min(1.0, 0.1 / norm.item())
        theirs.step()
        assert loss.item() == pytest.approx(expected.item(), rel=1e-10)
    for name, parameter in names.items():
        np.testing.assert_allclose(
            parameter.data, getattr(twin, name).detach().numpy(), rtol=1e-10, atol=1e-12
        )
