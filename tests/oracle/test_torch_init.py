"""The initialisers against `torch.nn.init`: the scale exactly, the moments by what is drawn."""

import numpy as np
import pytest
import torch

from dlref import (
    kaiming_normal,
    kaiming_variance,
    xavier_normal,
    xavier_uniform,
    xavier_variance,
)

D_IN, D_OUT = 800, 500
CASES = {
    "xavier": (xavier_normal, xavier_variance(D_IN, D_OUT), torch.nn.init.xavier_normal_),
    "kaiming": (
        kaiming_normal,
        kaiming_variance(D_IN),
        lambda W, generator: torch.nn.init.kaiming_normal_(
            W, nonlinearity="relu", generator=generator
        ),
    ),
}


def standard_normal():
    """Return the matrix of standard normal numbers that PyTorch's initialisers start from."""
    return torch.empty(D_OUT, D_IN, dtype=torch.float64).normal_(generator=generator())


def generator():
    return torch.Generator().manual_seed(0)


@pytest.mark.parametrize("name", CASES)
def test_variance_is_the_square_of_the_factor_that_pytorch_multiplies_by(name):
    _, variance, initialise = CASES[name]
    drawn = initialise(torch.empty(D_OUT, D_IN, dtype=torch.float64), generator=generator())
    expected = drawn.numpy()
    np.testing.assert_allclose(
        np.sqrt(variance) * standard_normal().numpy(), expected, rtol=1e-12, atol=1e-15
    )


@pytest.mark.parametrize("name", CASES)
def test_moments_of_what_is_drawn_equal_those_of_pytorch(name):
    draw, variance, initialise = CASES[name]
    ours = draw(D_IN, D_OUT, rng=np.random.default_rng(0))
    theirs = initialise(torch.empty(D_OUT, D_IN, dtype=torch.float64), generator=generator())
    assert ours.shape == tuple(theirs.shape)
    n = ours.size
    for W in (ours, theirs.numpy()):
        z = W / np.sqrt(variance)
        # Five standard deviations of the sample moments of normal numbers.
        assert abs(z.mean()) < 5 * np.sqrt(1 / n)
        assert abs((z**2).mean() - 1) < 5 * np.sqrt(2 / n)
        assert abs((z**4).mean() - 3) < 5 * np.sqrt(96 / n)


def test_uniform_weights_fill_the_interval_of_pytorch_and_have_its_variance():
    ours = xavier_uniform(D_IN, D_OUT, rng=np.random.default_rng(0))
    theirs = torch.empty(D_OUT, D_IN, dtype=torch.float64)
    torch.nn.init.xavier_uniform_(theirs, generator=generator())
    limit, n = np.sqrt(3 * xavier_variance(D_IN, D_OUT)), ours.size
    for W in (ours, theirs.numpy()):
        assert W.shape == (D_OUT, D_IN)
        # The chance that no weight comes so close to the end is e⁻⁴⁰.
        assert limit * (1 - 40 / n) < np.abs(W).max() <= limit
        # Five standard deviations of the sample moments of uniform numbers.
        z = W / limit
        assert abs(z.mean()) < 5 * np.sqrt(1 / 3 / n)
        assert abs((z**2).mean() - 1 / 3) < 5 * np.sqrt(4 / 45 / n)
