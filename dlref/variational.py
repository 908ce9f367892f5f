r"""Variational autoencoders: codes that are normal laws, kept close to one from which to draw.

The variance of a code is given by its logarithm ρ, so that every real number is one.

References
----------
D. P. Kingma, M. Welling, "Auto-encoding variational Bayes", ICLR 2014; D. J. Rezende, S. Mohamed,
D. Wierstra, "Stochastic backpropagation and approximate inference in deep generative models",
ICML 2014.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from dlref.autodiff import Tensor
from dlref.init import xavier_normal
from dlref.modules import MLP, Module, Tanh
from dlref.validation import (
    Array,
    as_count,
    as_floats,
    as_generator,
    as_number,
    raise_on_overflow,
)

__all__ = ["gaussian_kl", "reparameterize", "vae_loss", "VAE"]


@raise_on_overflow
def gaussian_kl(mu: ArrayLike, log_var: ArrayLike) -> Array:
    r"""Return the KL divergence of independent normals from standard ones, of each row.

    .. math:: D(\boldsymbol{\mu}, \boldsymbol{\rho})
              = \frac{1}{2} \sum_{j=1}^{k} \left( \mu_j^2 + e^{\rho_j} - 1 - \rho_j \right)

    .. with \boldsymbol{\mu}, \boldsymbol{\rho} : R[k]; entries \mu_j, \rho_j
            gaussian_kl(\boldsymbol{\mu}, \boldsymbol{\rho})

    Parameters
    ----------
    mu : array_like, shape (..., k)
        Means.
    log_var : array_like, shape (..., k)
        Logarithms ρ of the variances.

    Returns
    -------
    ndarray, shape (...)
        In nats; 0 only where all means are 0 and all variances 1.

    Raises
    ------
    FloatingPointError
        If a square or a variance overflows.

    Examples
    --------
    >>> gaussian_kl([[0.0, 0.0], [3.0, 4.0]], np.zeros((2, 2)))
    array([ 0. , 12.5])
    """
    mu = _as_rows("mu", mu)
    rho = as_floats("log_var", log_var, shape=mu.shape)
    result: Array = (mu**2 + np.expm1(rho) - rho).sum(axis=-1) / 2
    return result


@raise_on_overflow
def reparameterize(mu: ArrayLike, log_var: ArrayLike, noise: ArrayLike) -> Array:
    r"""Return draws from normal laws, made from standard normal noise.

    .. math:: z_j = \mu_j + e^{\rho_j / 2} \varepsilon_j

    .. with \boldsymbol{\mu}, \boldsymbol{\rho}, \boldsymbol{\varepsilon} : R[k]; entries \mu_j,
                \rho_j, \varepsilon_j
            \mathbf{z} : R[k]; entries z_j
            \mathbf{z} = reparameterize(\boldsymbol{\mu}, \boldsymbol{\rho},
                \boldsymbol{\varepsilon})

    Parameters
    ----------
    mu : array_like
        Means, in any shape.
    log_var : array_like
        Logarithms ρ of the variances, in the shape of ``mu``.
    noise : array_like
        The ε, in the shape of ``mu``.

    Returns
    -------
    ndarray
        In the shape of ``mu``.

    Raises
    ------
    FloatingPointError
        If a standard deviation overflows.

    Examples
    --------
    >>> reparameterize([1.0, 1.0], [0.0, 2 * np.log(3)], [2.0, 2.0])
    array([3., 7.])
    """
    mu = as_floats("mu", mu)
    rho = as_floats("log_var", log_var, shape=mu.shape)
    z: Array = mu + np.exp(rho / 2) * as_floats("noise", noise, shape=mu.shape)
    return z


@raise_on_overflow
def vae_loss(
    x: ArrayLike, x_hat: ArrayLike, mu: ArrayLike, log_var: ArrayLike, scale: float
) -> float:
    r"""Return the negative evidence lower bound up to a constant, a mean over samples.

    .. math:: \mathcal{L} = \frac{1}{2 s^2} \|\mathbf{x} - \hat{\mathbf{x}}\|_2^2
              + D(\boldsymbol{\mu}, \boldsymbol{\rho})

    .. with \mathbf{x}, \hat{\mathbf{x}} : R[d]
            \boldsymbol{\mu}, \boldsymbol{\rho} : R[k]
            s : R+
            D(\boldsymbol{\mu}, \boldsymbol{\rho}) : R; code gaussian_kl(\boldsymbol{\mu},
                \boldsymbol{\rho})
            vae_loss(\mathbf{x}, \hat{\mathbf{x}}, \boldsymbol{\mu}, \boldsymbol{\rho}, s)

    Parameters
    ----------
    x : array_like, shape (..., d)
        A sample, or one a row.
    x_hat : array_like, shape (..., d)
        What was decoded from a code drawn for each.
    mu, log_var : array_like, shape (..., k)
        The laws of the codes, as for :func:`.gaussian_kl`.
    scale : float
        Standard deviation s > 0 of a pixel about what is decoded.

    Returns
    -------
    float
        In nats.

    Examples
    --------
    >>> vae_loss([1.0, 1.0], [0.0, 0.0], [2.0], [0.0], scale=0.5)
    6.0
    """
    x = _as_rows("x", x)
    x_hat = as_floats("x_hat", x_hat, shape=x.shape)
    mu = as_floats("mu", mu, shape=(*x.shape[:-1], "k"))
    scale = as_number("scale", scale, low=0, open_low=True)
    missed = (((x - x_hat) / scale) ** 2).sum(axis=-1) / 2
    return float(np.mean(missed + gaussian_kl(mu, log_var)))


class VAE(Module):
    r"""An autoencoder whose encoder returns a normal law of the code, drawn from in training.

    The loss of a sample is that of :func:`.vae_loss`, with a code of :func:`.reparameterize`. The
    noise is an argument, so that the loss is a function of what it is given.

    Parameters
    ----------
    d, k : int
        Widths of the data and of the code.
    hidden : sequence of int
        Widths of the hidden layers of the encoder; the decoder has them in reverse.
    scale : float
        Standard deviation s > 0 of a pixel about what is decoded.
    rng : numpy.random.Generator
        Source of the initial weights.

    Attributes
    ----------
    encoder : MLP
        To 2k numbers: the means, and then the logarithms of the variances.
    decoder : MLP

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> model = VAE(64, 2, hidden=[32], scale=0.2, rng=rng)
    >>> X = np.zeros((5, 64))
    >>> mu, log_var = model.posterior(X)
    >>> mu.shape, log_var.shape, model.sample(3, rng=rng).shape
    ((5, 2), (5, 2), (3, 64))
    >>> model.loss(X, np.zeros((5, 2))).item()
    0.0
    """

    def __init__(
        self, d: int, k: int, *, hidden: Sequence[int], scale: float, rng: np.random.Generator
    ) -> None:
        d, self.k = as_count("d", d), as_count("k", k)
        if not isinstance(hidden, Iterable):
            raise ValueError(f"hidden must be a sequence of widths, got {hidden!r}")
        widths = [as_count(f"hidden[{i}]", width) for i, width in enumerate(hidden)]
        self.scale = as_number("scale", scale, low=0, open_low=True)
        self.encoder, self.decoder = (
            MLP(sizes, rng=rng, activation=Tanh, init=xavier_normal)
            for sizes in ([d, *widths, 2 * self.k], [self.k, *widths[::-1], d])
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return what the means of the codes of x decode to."""
        return self.decoder(self._laws(x)[0])

    @raise_on_overflow
    def posterior(self, x: ArrayLike) -> tuple[Array, Array]:
        """Return the laws of the codes of x, as arrays: means, and logarithms of the variances."""
        mu, rho = self._laws(Tensor(as_floats("x", x)))
        return mu.data, rho.data

    def encode(self, x: ArrayLike) -> Array:
        """Return the means of the codes of x, as an array."""
        return self.posterior(x)[0]

    @raise_on_overflow
    def decode(self, z: ArrayLike) -> Array:
        """Return what the codes stand for, as an array."""
        return self.decoder(as_floats("z", z)).data

    def loss(self, X: ArrayLike, noise: ArrayLike) -> Tensor:
        """Return the mean loss of the rows of ``X``, with noise of shape (n, k)."""
        X = as_floats("X", X, ndim=2)
        noise = as_floats("noise", noise, shape=(len(X), self.k))
        mu, rho = self._laws(Tensor(X))
        missed = (self.decoder(mu + (rho / 2).exp() * noise) - X) ** 2
        divergence = mu**2 + rho.exp() - 1 - rho
        return (missed.sum() / self.scale**2 + divergence.sum()) / (2 * len(X))

    def sample(self, n: int, *, rng: np.random.Generator) -> Array:
        """Return what n codes decode to that are drawn from the standard normal law."""
        n = as_count("n", n)
        return self.decode(as_generator("rng", rng).standard_normal((n, self.k)))

    def _laws(self, x: Tensor) -> tuple[Tensor, Tensor]:
        out = self.encoder(x)
        return out[..., : self.k], out[..., self.k :]


def _as_rows(name: str, value: ArrayLike) -> Array:
    rows = as_floats(name, value)
    if rows.ndim == 0:
        raise ValueError(f"{name} must have one axis at least, got shape ()")
    return rows
