"""Convolution and pooling against PyTorch: forward, backward, padding, stride, 20 steps."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

import dlref

rng = np.random.default_rng(0)
IMAGE, KERNELS, BIAS = (
    rng.standard_normal((2, 7, 6)),
    rng.standard_normal((3, 2, 3, 2)),
    rng.standard_normal(3),
)
CLOSE = {"rtol": 1e-11, "atol": 1e-12}
PLACES = [(0, 1), (1, 1), (0, 2), (2, 3)]


def tensors(*arrays, grad=False):
    return [torch.tensor(a, requires_grad=grad) for a in arrays]


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_conv1d_equals_that_of_pytorch(stride):
    x, w = rng.standard_normal(9), rng.standard_normal(4)
    expected = functional.conv1d(*tensors(x[None, None], w[None, None]), stride=stride)
    np.testing.assert_allclose(dlref.conv1d(x, w, stride=stride), expected[0, 0].numpy(), **CLOSE)


@pytest.mark.parametrize(("padding", "stride"), PLACES)
def test_conv2d_equals_that_of_pytorch(padding, stride):
    expected = functional.conv2d(
        *tensors(IMAGE[None], KERNELS, BIAS), padding=padding, stride=stride
    )
    ours = dlref.conv2d(IMAGE, KERNELS, BIAS, padding=padding, stride=stride)
    np.testing.assert_allclose(ours, expected[0].numpy(), **CLOSE)


def test_gradients_of_conv2d_equal_those_of_pytorch():
    leaves = tensors(IMAGE[None], KERNELS, BIAS, grad=True)
    y = functional.conv2d(*leaves)
    G = rng.standard_normal(y.shape[1:])
    (y[0] * torch.from_numpy(G)).sum().backward()
    ours = dlref.conv2d_gradients(IMAGE, KERNELS, G)
    for gradient, leaf in zip(ours, leaves, strict=True):
        expected = leaf.grad.numpy()
        np.testing.assert_allclose(gradient, expected.reshape(gradient.shape), **CLOSE)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_pools_equal_those_of_pytorch(k):
    (x,) = tensors(IMAGE)
    np.testing.assert_array_equal(dlref.max_pool(IMAGE, k), functional.max_pool2d(x, k).numpy())
    np.testing.assert_allclose(
        dlref.average_pool(IMAGE, k), functional.avg_pool2d(x, k).numpy(), **CLOSE
    )
    row = functional.max_pool1d(x[:1, 0], k)
    np.testing.assert_array_equal(dlref.max_pool1d(IMAGE[0, 0], k), row[0].numpy())


def test_output_size_is_that_of_pytorch():
    for n in range(5, 13):
        for k, p, s in [(3, 0, 1), (3, 1, 2), (4, 2, 3), (2, 1, 4)]:
            y = functional.conv1d(torch.zeros(1, 1, n), torch.zeros(1, 1, k), padding=p, stride=s)
            assert dlref.output_size(n, k, padding=p, stride=s) == y.shape[-1]


@pytest.mark.parametrize(("padding", "stride"), PLACES)
def test_the_layer_and_its_gradients_equal_those_of_pytorch(padding, stride):
    ours = dlref.Conv2d(2, 3, 3, padding=padding, stride=stride, rng=rng)
    ours.bias.data = BIAS
    theirs = nn.Conv2d(2, 3, 3, padding=padding, stride=stride).double()
    theirs.load_state_dict({name: torch.tensor(v) for name, v in ours.state_dict().items()})
    images = rng.standard_normal((4, 2, 7, 6))
    x, (x_,) = dlref.Tensor(images, requires_grad=True), tensors(images, grad=True)
    y, y_ = ours(x), theirs(x_)
    np.testing.assert_allclose(y.data, y_.detach().numpy(), **CLOSE)
    G = rng.standard_normal(y.shape)
    (y * G).sum().backward()
    (y_ * torch.from_numpy(G)).sum().backward()
    np.testing.assert_allclose(x.grad, x_.grad.numpy(), **CLOSE)
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(p.grad, q.grad.numpy(), **CLOSE)


class Ours(dlref.Module):
    def __init__(self):
        self.conv = dlref.Conv2d(1, 4, 3, rng=rng)
        self.deep = dlref.Conv2d(4, 5, 2, padding=1, stride=2, rng=rng)
        self.read = dlref.Linear(5, 3, rng=rng)

    def forward(self, x):
        maps = self.deep(self.conv(x).relu())
        return self.read(maps.reshape(x.shape[0], 5, -1).max(axis=2))


class Theirs(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.deep = nn.Conv2d(4, 5, 2, padding=1, stride=2)
        self.read = nn.Linear(5, 3)

    def forward(self, x):
        return self.read(self.deep(torch.relu(self.conv(x))).amax(dim=(2, 3)))


def test_twenty_steps_of_a_network_with_two_convolutions_equal_those_of_pytorch():
    ours, theirs = Ours(), Theirs().double()
    theirs.load_state_dict({name: torch.tensor(v) for name, v in ours.state_dict().items()})
    images, labels = rng.standard_normal((40, 1, 6, 6)), rng.integers(3, size=40)
    batches = [rng.choice(40, size=8, replace=False) for _ in range(20)]
    before = ours.state_dict()
    dlref.train(
        lambda batch: ours(images[batch]).cross_entropy(labels[batch]),
        dlref.SGD(ours.parameters(), lr=0.05),
        batches,
    )
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.05)
    for batch in batches:
        optimizer.zero_grad()
        x, y = torch.from_numpy(images[batch]), torch.from_numpy(labels[batch])
        functional.cross_entropy(theirs(x), y).backward()
        optimizer.step()
    for (name, p), q in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(p.data, q.detach().numpy(), rtol=1e-10, atol=1e-10)
        assert not np.allclose(p.data, before[name])
