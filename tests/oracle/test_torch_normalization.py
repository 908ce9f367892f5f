"""Normalisation and residual blocks against PyTorch: forward, backward, state, 20 steps."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

import dlref

rng = np.random.default_rng(0)
X, GAMMA, BETA = rng.normal(3, 2, (6, 4)), rng.standard_normal(4), rng.standard_normal(4)
X_, GAMMA_, BETA_ = map(torch.from_numpy, (X, GAMMA, BETA))
CLOSE = {"rtol": 1e-11, "atol": 1e-12}
LAYERS = {
    "batch": (dlref.BatchNorm, nn.BatchNorm1d),
    "layer": (dlref.LayerNorm, nn.LayerNorm),
    "rms": (dlref.RMSNorm, nn.RMSNorm),
}


def pair(name, eps=1e-5):
    ours, theirs = (layer(4, eps=eps) for layer in LAYERS[name])
    theirs = theirs.double()
    ours.weight.data = GAMMA
    with torch.no_grad():
        theirs.weight[:] = GAMMA_
        if name != "rms":
            ours.bias.data = BETA
            theirs.bias[:] = BETA_
    return ours, theirs


@pytest.mark.parametrize("eps", [1e-5, 0.3])
def test_functions_equal_those_of_pytorch_with_eps_in_its_place(eps):
    for ours, theirs in [
        (
            dlref.batch_norm(X, GAMMA, BETA, eps=eps),
            functional.batch_norm(X_, None, None, GAMMA_, BETA_, training=True, eps=eps),
        ),
        (
            dlref.layer_norm(X, GAMMA, BETA, eps=eps),
            functional.layer_norm(X_, (4,), GAMMA_, BETA_, eps=eps),
        ),
        (dlref.rms_norm(X, GAMMA, eps=eps), functional.rms_norm(X_, (4,), GAMMA_, eps=eps)),
    ]:
        np.testing.assert_allclose(ours, theirs.numpy(), **CLOSE)


def test_norm_gradient_is_that_of_layer_norm_and_of_batch_norm_turned():
    G = rng.standard_normal((6, 4))
    x = X_.clone().requires_grad_()
    (functional.layer_norm(x, (4,), eps=0.3) * torch.from_numpy(G)).sum().backward()
    np.testing.assert_allclose(dlref.norm_gradient(X, G, eps=0.3), x.grad.numpy(), **CLOSE)
    x = X_.clone().requires_grad_()
    normalized = functional.batch_norm(x, None, None, training=True, eps=0.3)
    (normalized * torch.from_numpy(G)).sum().backward()
    np.testing.assert_allclose(dlref.norm_gradient(X.T, G.T, eps=0.3).T, x.grad.numpy(), **CLOSE)


@pytest.mark.parametrize("name", LAYERS)
def test_layers_and_their_gradients_equal_those_of_pytorch(name):
    ours, theirs = pair(name, eps=0.3)
    G = rng.standard_normal((6, 4))
    x, x_ = dlref.Tensor(X, requires_grad=True), X_.clone().requires_grad_()
    y, y_ = ours(x), theirs(x_)
    np.testing.assert_allclose(y.data, y_.detach().numpy(), **CLOSE)
    (y * G).sum().backward()
    (y_ * torch.from_numpy(G)).sum().backward()
    np.testing.assert_allclose(x.grad, x_.grad.numpy(), **CLOSE)
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(p.grad, q.grad.numpy(), **CLOSE)


def test_running_statistics_and_inference_of_batch_norm_equal_those_of_pytorch():
    ours, theirs = pair("batch")
    for batch in (X[:3], X[2:], X):
        ours(batch)
        theirs(torch.from_numpy(batch))
    np.testing.assert_allclose(ours.running_mean, theirs.running_mean.numpy(), **CLOSE)
    np.testing.assert_allclose(ours.running_var, theirs.running_var.numpy(), **CLOSE)
    inference = theirs.eval()(X_).detach().numpy()
    np.testing.assert_allclose(ours.eval()(X).data, inference, **CLOSE)


def test_state_of_batch_norm_has_the_names_of_pytorch_but_for_its_count():
    ours, theirs = pair("batch")
    assert set(theirs.state_dict()) - set(ours.state_dict()) == {"num_batches_tracked"}
    assert set(ours.state_dict()) <= set(theirs.state_dict())
    assert len(list(theirs.buffers())) == len(ours.named_buffers()) + 1


class Block(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.first, self.norm = nn.Linear(4, 4), nn.BatchNorm1d(4)
        self.second, self.scale = nn.Linear(4, 4), scale

    def forward(self, x):
        return x + self.scale * self.second(torch.relu(self.norm(self.first(x))))


def test_twenty_steps_of_residual_blocks_with_batch_norm_equal_those_of_pytorch():
    blocks = [
        dlref.Residual(
            dlref.Sequential(
                dlref.Linear(4, 4, rng=rng),
                dlref.BatchNorm(4),
                dlref.ReLU(),
                dlref.Linear(4, 4, rng=rng),
            ),
            scale=0.7,
        )
        for _ in range(3)
    ]
    ours, theirs = (
        dlref.Sequential(*blocks),
        nn.Sequential(*(Block(0.7) for _ in range(3))).double(),
    )
    with torch.no_grad():
        for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
            q[:] = torch.from_numpy(p.data.copy())
    data, labels = rng.standard_normal((40, 4)), rng.integers(4, size=40)
    batches = [rng.choice(40, size=8, replace=False) for _ in range(20)]
    before = ours.state_dict()
    dlref.train(
        lambda batch: ours(data[batch]).cross_entropy(labels[batch]),
        dlref.SGD(ours.parameters(), lr=0.05),
        batches,
    )
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.05)
    for batch in batches:
        optimizer.zero_grad()
        x, y = torch.from_numpy(data[batch]), torch.from_numpy(labels[batch])
        functional.cross_entropy(theirs(x), y).backward()
        optimizer.step()
    for (name, p), q in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(p.data, q.detach().numpy(), rtol=1e-10, atol=1e-10)
        # A bias before batch normalisation has no gradient; all else has moved.
        assert name.endswith("0.bias") or not np.allclose(p.data, before[name])
    statistics = [b for b in theirs.buffers() if b.ndim]
    for (_, ours_now), theirs_now in zip(ours.named_buffers(), statistics, strict=True):
        np.testing.assert_allclose(ours_now, theirs_now.numpy(), rtol=1e-10, atol=1e-10)
    inference = theirs.eval()(torch.from_numpy(data)).detach().numpy()
    np.testing.assert_allclose(ours.eval()(data).data, inference, rtol=1e-9, atol=1e-9)
