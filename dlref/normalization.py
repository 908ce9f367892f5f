"""Batch, layer and root-mean-square normalisation: formulas, their gradient, and layers.

Bad arguments are a ``ValueError``, an overflow is a ``FloatingPointError``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from dlref.autodiff import Tensor
from dlref.modules import Module
from dlref.validation import Array, as_count, as_floats, as_number, as_vectors, raise_on_overflow

__all__ = [
    "batch_norm",
    "layer_norm",
    "rms_norm",
    "norm_gradient",
    "running_average",
    "BatchNorm",
    "LayerNorm",
    "RMSNorm",
]


@raise_on_overflow
def batch_norm(X: ArrayLike, gamma: ArrayLike, beta: ArrayLike, *, eps: float = 1e-5) -> Array:
    r"""Normalise each feature over the samples of a minibatch, then scale and shift it.

    .. math:: \mu_j = \frac{1}{m} \sum_{i=1}^{m} x_{ij}, \qquad
              v_j = \frac{1}{m} \sum_{i=1}^{m} (x_{ij} - \mu_j)^2, \qquad
              y_{ij} = \gamma_j \frac{x_{ij} - \mu_j}{\sqrt{v_j + \epsilon}} + \beta_j

    .. with \mathbf{X} : R[m,d]; entries x_{ij}
            \boldsymbol{\gamma}, \boldsymbol{\beta} : R[d]; entries \gamma_j, \beta_j
            \epsilon : (0.1, 0.9)
            \boldsymbol{\mu}, \mathbf{v} : R[d]; entries \mu_j, v_j
            \mathbf{Y} : R[m,d]; entries y_{ij}
            \mathbf{Y} = batch_norm(\mathbf{X}, \boldsymbol{\gamma}, \boldsymbol{\beta},
                eps=\epsilon)

    Parameters
    ----------
    X : array_like, shape (m, d)
        Two samples at least.
    gamma, beta : array_like, shape (d,)
        Scale and shift of each feature.
    eps : float
        ε > 0, below the root.

    Returns
    -------
    ndarray, shape (m, d)

    References
    ----------
    S. Ioffe, C. Szegedy, "Batch normalization: accelerating deep network training by reducing
    internal covariate shift", ICML 2015.

    Examples
    --------
    >>> X = [[1.0, 10.0], [3.0, 30.0]]
    >>> batch_norm(X, [1.0, 2.0], [0.0, 5.0]).round(4)
    array([[-1.,  3.],
           [ 1.,  7.]])
    """
    X = _batch("X", as_floats("X", X, shape=("m", "d")))
    gamma, beta = (
        as_floats(n, v, shape=X.shape[1:]) for n, v in [("gamma", gamma), ("beta", beta)]
    )
    return gamma * _normalize(X, 0, eps) + beta


@raise_on_overflow
def layer_norm(x: ArrayLike, gamma: ArrayLike, beta: ArrayLike, *, eps: float = 1e-5) -> Array:
    r"""Normalise each sample over its features, then scale and shift them.

    .. math:: \mu = \frac{1}{d} \sum_{j=1}^{d} x_j, \qquad
              v = \frac{1}{d} \sum_{j=1}^{d} (x_j - \mu)^2, \qquad
              y_j = \gamma_j \frac{x_j - \mu}{\sqrt{v + \epsilon}} + \beta_j

    .. with \mathbf{x}, \boldsymbol{\gamma}, \boldsymbol{\beta} : R[d]; entries x_j, \gamma_j,
                \beta_j
            \epsilon : (0.1, 0.9)
            \mathbf{y} : R[d]; entries y_j
            \mathbf{y} = layer_norm(\mathbf{x}, \boldsymbol{\gamma}, \boldsymbol{\beta},
                eps=\epsilon)

    Parameters
    ----------
    x : array_like, shape (d,) or (n, d)
        One sample, or one a row.
    gamma, beta : array_like, shape (d,)
    eps : float
        ε > 0, below the root.

    Returns
    -------
    ndarray, shape of x

    References
    ----------
    J. L. Ba, J. R. Kiros, G. E. Hinton, "Layer normalization" (2016).

    Examples
    --------
    >>> layer_norm([1.0, 2.0, 3.0], np.ones(3), np.zeros(3)).round(3)
    array([-1.225,  0.   ,  1.225])
    """
    gamma = as_floats("gamma", gamma, ndim=1)
    x, beta = as_vectors("x", x, len(gamma)), as_floats("beta", beta, shape=gamma.shape)
    return gamma * _normalize(x, -1, eps) + beta


@raise_on_overflow
def rms_norm(x: ArrayLike, gamma: ArrayLike, *, eps: float = 1e-5) -> Array:
    r"""Divide each sample by the root mean square of its features, then scale them.

    .. math:: y_j = \gamma_j \frac{x_j}{\sqrt{\frac{1}{d} \sum_{k=1}^{d} x_k^2 + \epsilon}}

    .. with \mathbf{x}, \boldsymbol{\gamma} : R[d]; entries x_j, \gamma_j
            \epsilon : (0.1, 0.9)
            \mathbf{y} : R[d]; entries y_j
            \mathbf{y} = rms_norm(\mathbf{x}, \boldsymbol{\gamma}, eps=\epsilon)

    Parameters
    ----------
    x : array_like, shape (d,) or (n, d)
        One sample, or one a row.
    gamma : array_like, shape (d,)
    eps : float
        ε > 0, below the root.

    Returns
    -------
    ndarray, shape of x

    References
    ----------
    B. Zhang, R. Sennrich, "Root mean square layer normalization", NeurIPS 2019.

    Examples
    --------
    >>> rms_norm([3.0, -4.0], [1.0, 1.0]).round(4)
    array([ 0.8485, -1.1314])
    """
    gamma = as_floats("gamma", gamma, ndim=1)
    x = as_vectors("x", x, len(gamma))
    eps = as_number("eps", eps, low=0, open_low=True)
    y: Array = gamma * x / np.sqrt(np.mean(x**2, axis=-1, keepdims=True) + x.dtype.type(eps))
    return y


@raise_on_overflow
def norm_gradient(x: ArrayLike, grad: ArrayLike, *, eps: float = 1e-5) -> Array:
    r"""Pull a gradient back through the normalisation of the last axis.

    .. math:: \nabla_{\mathbf{x}} \mathcal{L} = \frac{1}{s} \Big( \mathbf{g}
              - \frac{\mathbf{1}^{\top} \mathbf{g}}{m} \mathbf{1}
              - \frac{\mathbf{z}^{\top} \mathbf{g}}{m} \mathbf{z} \Big), \qquad
              \mathbf{g} = \nabla f(\mathbf{z})

    .. with \mathbf{x} : R[m]
            \mathbf{1} : ones[m]
            \epsilon : (0.1, 0.9)
            \mu = \frac{1}{m} \mathbf{1}^{\top}\mathbf{x}
            s = \sqrt{\frac{1}{m} \|\mathbf{x} - \mu\mathbf{1}\|_2^2 + \epsilon}
            \mathbf{z} = \frac{1}{s} (\mathbf{x} - \mu\mathbf{1})
            f : R[m] -> R
            \mathcal{L} = f(\mathbf{z})
            norm_gradient(\mathbf{x}, \nabla f(\mathbf{z}), eps=\epsilon)

    Parameters
    ----------
    x : array_like, shape (m,) or (n, m)
        What was normalised: for batch normalisation the columns of the minibatch, ``X.T``.
    grad : array_like, shape of x
        Gradient of the loss with respect to z, before any scale and shift.
    eps : float
        ε > 0, below the root.

    Returns
    -------
    ndarray, shape of x

    References
    ----------
    S. Ioffe, C. Szegedy, "Batch normalization: accelerating deep network training by reducing
    internal covariate shift", ICML 2015, section 3.

    Examples
    --------
    >>> norm_gradient([1.0, 2.0, 3.0], [1.0, 0.0, 0.0]).round(3)
    array([ 0.204, -0.408,  0.204])
    """
    x = as_floats("x", x)
    x = as_vectors("x", x, x.shape[-1] if x.ndim else 1)
    g = as_floats("grad", grad, shape=x.shape)
    z = _normalize(x, -1, eps)
    s = np.sqrt(x.var(axis=-1, keepdims=True) + x.dtype.type(eps))
    means = g.mean(axis=-1, keepdims=True), (z * g).mean(axis=-1, keepdims=True)
    y: Array = (g - means[0] - means[1] * z) / s
    return y


@raise_on_overflow
def running_average(old: ArrayLike, new: ArrayLike, *, momentum: float = 0.1) -> Array:
    r"""Move an average a little towards a new value.

    .. math:: \bar{\boldsymbol{\mu}}' = (1 - \alpha) \bar{\boldsymbol{\mu}}
              + \alpha \boldsymbol{\mu}

    .. with \bar{\boldsymbol{\mu}}, \boldsymbol{\mu} : R[d]
            \alpha : (0, 1)
            running_average(\bar{\boldsymbol{\mu}}, \boldsymbol{\mu}, momentum=\alpha)

    Parameters
    ----------
    old, new : array_like, of one shape
    momentum : float
        Weight α of the new value, from 0 to 1: called so by PyTorch, whose 0.1 is 0.9 elsewhere.

    Returns
    -------
    ndarray, shape of old

    Examples
    --------
    >>> running_average([0.0, 1.0], [10.0, 1.0])
    array([1., 1.])
    """
    old = as_floats("old", old)
    new = as_floats("new", new, shape=old.shape)
    alpha = as_number("momentum", momentum, low=0, high=1)
    average: Array = (1 - alpha) * old + alpha * new
    return average


class _Norm(Module):
    """What the three layers share: a scale and a shift to learn, and ε."""

    def __init__(self, d: int, *, eps: float = 1e-5) -> None:
        self.weight = Tensor(np.ones(as_count("d", d)), requires_grad=True)
        self.eps = as_number("eps", eps, low=0, open_low=True)

    def _rows(self, x: Tensor) -> Tensor:
        if x.shape[-1:] != self.weight.shape:
            raise ValueError(f"x must have shape (..., {len(self.weight.data)}), got {x.shape}")
        return x


class BatchNorm(_Norm):
    r"""Batch normalisation of rows; at inference, with running averages of mean and variance.

    Parameters
    ----------
    d : int
        Number of features.
    eps : float
        ε > 0, below the root.
    momentum : float
        Weight of a minibatch in the running averages.

    Attributes
    ----------
    weight, bias : Tensor, shape (d,)
        Scale γ and shift β, ones and zeros at first.
    running_mean, running_var : ndarray, shape (d,)
        Buffers; the variance is averaged with m - 1 below the sum, as PyTorch does.

    Raises
    ------
    ValueError
        If a minibatch has a single sample in training mode.

    References
    ----------
    S. Ioffe, C. Szegedy, "Batch normalization: accelerating deep network training by reducing
    internal covariate shift", ICML 2015.

    Examples
    --------
    >>> layer = BatchNorm(1)
    >>> layer([[1.0], [3.0]]).data.round(3)
    array([[-1.],
           [ 1.]])
    >>> layer.running_mean, layer.running_var
    (array([0.2]), array([1.1]))
    """

    running_mean: Array
    running_var: Array

    def __init__(self, d: int, *, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__(d, eps=eps)
        self.bias = Tensor(np.zeros(d), requires_grad=True)
        self.momentum = as_number("momentum", momentum, low=0, high=1)
        self.register_buffer("running_mean", np.zeros(d))
        self.register_buffer("running_var", np.ones(d))

    def forward(self, x: Tensor) -> Tensor:
        """Normalise by the minibatch's mean and variance in training, else by the running ones."""
        if x.ndim != 2:
            raise ValueError(f"x must have shape (m, {len(self.weight.data)}), got {x.shape}")
        self._rows(x)
        if not self.training:
            return (x - self.running_mean) * (
                self.weight * (self.running_var + self.eps) ** -0.5
            ) + self.bias
        _batch("x", x.data)
        centred = x - x.mean(axis=0)
        variance = (centred**2).mean(axis=0)
        m = len(x.data)
        for name, new in [
            ("running_mean", x.data.mean(axis=0)),
            ("running_var", variance.data * m / (m - 1)),
        ]:
            setattr(self, name, running_average(getattr(self, name), new, momentum=self.momentum))
        return centred * (variance + self.eps) ** -0.5 * self.weight + self.bias


class LayerNorm(_Norm):
    r"""Layer normalisation over the last axis.

    Parameters
    ----------
    d : int
        Number of features.
    eps : float
        ε > 0, below the root.

    Attributes
    ----------
    weight, bias : Tensor, shape (d,)
        Scale γ and shift β, ones and zeros at first.

    References
    ----------
    J. L. Ba, J. R. Kiros, G. E. Hinton, "Layer normalization" (2016).

    Examples
    --------
    >>> LayerNorm(3)([1.0, 2.0, 3.0]).data.round(3)
    array([-1.225,  0.   ,  1.225])
    """

    def __init__(self, d: int, *, eps: float = 1e-5) -> None:
        super().__init__(d, eps=eps)
        self.bias = Tensor(np.zeros(d), requires_grad=True)

    def forward(self, x: Tensor) -> Tensor:
        """Return the normalised rows, scaled and shifted."""
        centred = self._rows(x) - x.mean(axis=-1, keepdims=True)
        variance = (centred**2).mean(axis=-1, keepdims=True)
        return centred * (variance + self.eps) ** -0.5 * self.weight + self.bias


class RMSNorm(_Norm):
    r"""Root-mean-square normalisation over the last axis.

    Parameters
    ----------
    d : int
        Number of features.
    eps : float
        ε > 0, below the root.

    Attributes
    ----------
    weight : Tensor, shape (d,)
        Scale γ, ones at first.

    References
    ----------
    B. Zhang, R. Sennrich, "Root mean square layer normalization", NeurIPS 2019.

    Examples
    --------
    >>> RMSNorm(2)([3.0, -4.0]).data.round(4)
    array([ 0.8485, -1.1314])
    """

    def forward(self, x: Tensor) -> Tensor:
        """Return the rows divided by their root mean squares, scaled."""
        square = (self._rows(x) ** 2).mean(axis=-1, keepdims=True)
        return x * (square + self.eps) ** -0.5 * self.weight


def _batch(name: str, X: Array) -> Array:
    if len(X) < 2:
        raise ValueError(
            f"{name} must have two samples at least, since one does not differ from its own mean, "
            f"got shape {X.shape}"
        )
    return X


def _normalize(x: Array, axis: int, eps: float) -> Array:
    eps = as_number("eps", eps, low=0, open_low=True)
    centred = x - x.mean(axis=axis, keepdims=True)
    variance = np.mean(centred**2, axis=axis, keepdims=True)
    z: Array = centred / np.sqrt(variance + x.dtype.type(eps))
    return z
