"""Normal codes and variational autoencoders against PyTorch: values, gradients, and training."""

import numpy as np
import pytest
import torch
from torch.distributions import Normal, kl_divergence

import dlref

rng = np.random.default_rng(0)
MU, RHO = rng.standard_normal((2, 6, 3))
X = rng.standard_normal((6, 5))


def law(mu, rho):
    return Normal(mu, torch.exp(rho / 2))


def test_gaussian_kl_and_its_gradient_equal_pytorch():
    mu, rho = (torch.tensor(part, requires_grad=True) for part in (MU, RHO))
    expected = kl_divergence(law(mu, rho), Normal(0.0, 1.0)).sum(dim=1)
    np.testing.assert_allclose(dlref.gaussian_kl(MU, RHO), expected.detach().numpy(), rtol=1e-12)
    expected.sum().backward()
    np.testing.assert_allclose(mu.grad.numpy(), MU, rtol=1e-12)
    np.testing.assert_allclose(rho.grad.numpy(), np.expm1(RHO) / 2, rtol=1e-10)


def test_reparameterized_draws_equal_pytorch_with_its_noise():
    mu, rho = torch.from_numpy(MU), torch.from_numpy(RHO)
    torch.manual_seed(0)
    expected = law(mu, rho).rsample()
    torch.manual_seed(0)
    noise = Normal(torch.zeros_like(mu), torch.ones_like(mu)).rsample()
    drawn = dlref.reparameterize(MU, RHO, noise.numpy())
    np.testing.assert_allclose(drawn, expected.numpy(), rtol=1e-12)


def in_pytorch(half):
    layers = []
    for layer in half.layers:
        if isinstance(layer, dlref.Linear):
            twin = torch.nn.Linear(*layer.weight.shape[::-1], dtype=torch.float64)
            twin.weight.data = torch.tensor(layer.weight.data)
            twin.bias.data = torch.tensor(layer.bias.data)
            layers.append(twin)
        else:
            layers.append(torch.nn.Tanh())
    return torch.nn.Sequential(*layers)


def test_twenty_steps_of_training_equal_pytorch():
    model = dlref.VAE(5, 3, hidden=[8, 4], scale=0.5, rng=np.random.default_rng(1))
    encoder, decoder = in_pytorch(model.encoder), in_pytorch(model.decoder)
    twins = [*encoder.parameters(), *decoder.parameters()]
    ours = dlref.Adam(model.parameters(), lr=0.01)
    theirs = torch.optim.Adam(twins, lr=0.01)
    x = torch.from_numpy(X)
    for _ in range(20):
        noise = rng.standard_normal((6, 3))
        ours.zero_grad()
        loss = model.loss(X, noise)
        loss.backward()
        ours.step()
        theirs.zero_grad()
        mu, rho = encoder(x).chunk(2, dim=1)
        pixels = Normal(decoder(mu + torch.exp(rho / 2) * torch.from_numpy(noise)), 0.5)
        constant = 5 * (np.log(0.5) + np.log(2 * np.pi) / 2)
        bound = pixels.log_prob(x).sum(dim=1) - kl_divergence(law(mu, rho), Normal(0.0, 1.0)).sum(1)
        expected = -bound.mean() - constant
        expected.backward()
        theirs.step()
        assert loss.item() == pytest.approx(expected.item(), rel=1e-10)
    for parameter, twin in zip(model.parameters(), twins, strict=True):
        np.testing.assert_allclose(parameter.data, twin.detach().numpy(), rtol=1e-9, atol=1e-11)
