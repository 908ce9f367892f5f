"""What depth does to a gradient: layers, their Jacobians, and the product of many of them.

Bad arguments are a ``ValueError``, an overflow is a ``FloatingPointError``.

References
----------
A. Zhang, Z. C. Lipton, M. Li, A. J. Smola, *Dive into Deep Learning*, section 5.4.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from dlref.autodiff import grad
from dlref.functional import hidden_layer, linear
from dlref.modules import Linear, Sequential
from dlref.validation import (
    Array,
    apply,
    as_floats,
    as_function,
    as_indices,
    as_instance,
    as_list,
    raise_on_overflow,
)

__all__ = [
    "layer",
    "layer_jacobian",
    "deep_network",
    "JacobianProduct",
    "jacobian_product",
    "layer_gradient_norms",
]

Function: TypeAlias = Callable[[Array], ArrayLike]


def layer(h: ArrayLike, W: ArrayLike, activation: Function) -> Array:
    r"""Return :math:`f(\mathbf{h}) = \sigma(\mathbf{W}\mathbf{h})`, a layer without bias.

    Parameters
    ----------
    h : array_like, shape (d,)
        The layer's input.
    W : array_like, shape (q, d)
    activation : callable
        σ, element by element, such as :func:`.relu`.

    Returns
    -------
    ndarray, shape (q,)

    Examples
    --------
    >>> W = [[1.0, 2.0], [3.0, -4.0], [0.0, 0.0]]
    >>> layer([1.0, 1.0], W, lambda x: np.maximum(x, 0))
    array([3., 0., 0.])
    """
    W = as_floats("W", W, ndim=2)
    return hidden_layer(as_floats("h", h, shape=W.shape[1:]), W, None, activation)


@raise_on_overflow
def layer_jacobian(h: ArrayLike, W: ArrayLike, derivative: Function) -> Array:
    r"""Return the Jacobian of a layer, rows = outputs.

    .. math:: \mathbf{J} = \frac{\partial\,\sigma(\mathbf{W}\mathbf{h})}{\partial\mathbf{h}}
              = \operatorname{diag}\big(\sigma'(\mathbf{W}\mathbf{h})\big)\,\mathbf{W}

    .. with \mathbf{h} : R[d]
            \mathbf{W} : R[q,d]
            \sigma : R -> R; entrywise; code dlref.sigmoid
            \varphi : R -> R; entrywise; code dlref.sigmoid_derivative
            layer_jacobian(\mathbf{h}, \mathbf{W}, \varphi)

    Parameters
    ----------
    h : array_like, shape (d,)
        The layer's input.
    W : array_like, shape (q, d)
    derivative : callable
        σ′, element by element, such as :func:`.relu_derivative`.

    Returns
    -------
    ndarray, shape (q, d)

    Examples
    --------
    >>> W = [[1.0, 2.0], [3.0, -4.0]]
    >>> layer_jacobian([1.0, 1.0], W, lambda x: (x > 0) * 1.0)
    array([[ 1.,  2.],
           [ 0., -0.]])
    """
    W = as_floats("W", W, ndim=2)
    z = linear(as_floats("h", h, shape=W.shape[1:]), W)
    return apply("derivative", derivative, z)[:, None] * W


@raise_on_overflow
def deep_network(layers: Sequence[Function], x: ArrayLike) -> list[Array]:
    r"""Return all hidden states of a network, :math:`\mathbf{h}^{(l)} = f_l(\mathbf{h}^{(l-1)})`.

    Parameters
    ----------
    layers : sequence of callable
        :math:`f_1, \ldots, f_L`.
    x : array_like
        :math:`\mathbf{h}^{(0)}`.

    Returns
    -------
    list of ndarray
        :math:`\mathbf{h}^{(0)}, \ldots, \mathbf{h}^{(L)}`; the last is
        :math:`(f_L \circ \cdots \circ f_1)(\mathbf{x})`.

    Examples
    --------
    >>> deep_network([np.square, np.sum], [1.0, 2.0])
    [array([1., 2.]), array([1., 4.]), array(5.)]
    """
    states = [as_floats("x", x).copy()]
    for i, f in enumerate(as_list("layers", layers)):
        states.append(as_floats(f"layers[{i}](h)", as_function(f"layers[{i}]", f)(states[-1])))
    return states


class JacobianProduct(NamedTuple):
    """A product of matrices whose size is kept as a logarithm."""

    direction: Array
    """The product, divided by its spectral norm."""
    log_norms: Array
    """Logarithm of the spectral norm after one factor, two, … and all; −∞ if the product is 0."""

    @property
    @raise_on_overflow
    def matrix(self) -> Array:
        """The product itself, if it is within the range of floats."""
        matrix: Array = np.exp(self.log_norms[-1]) * self.direction
        return matrix


def jacobian_product(jacobians: Sequence[ArrayLike]) -> JacobianProduct:
    r"""Multiply the Jacobians of consecutive layers, the last layer's on the left.

    .. math:: \frac{\partial\mathbf{h}^{(L)}}{\partial\mathbf{h}^{(l)}}
              = \mathbf{J}^{(L)} \mathbf{J}^{(L-1)} \cdots \mathbf{J}^{(l+1)}

    .. not executed: the product is returned as a direction and logarithms of norms

    Each factor and each product is rescaled, and the logarithms of the spectral norms are added
    up, so that the product may explode or vanish beyond the range of floats.

    Parameters
    ----------
    jacobians : sequence of array_like, shape (q, d)
        In the order of the layers, :math:`\mathbf{J}^{(l+1)}, \ldots, \mathbf{J}^{(L)}`, each
        with as many columns as the one before has rows.

    Returns
    -------
    JacobianProduct

    References
    ----------
    G. Benettin, L. Galgani, A. Giorgilli, J.-M. Strelcyn, "Lyapunov characteristic exponents for
    smooth dynamical systems", Meccanica 15 (1980), rescale in the same way.

    Examples
    --------
    >>> first, second = [[2.0], [0.0]], [[0.0, 1.0], [3.0, 0.0]]
    >>> product = jacobian_product([first, second])
    >>> product.matrix.round(12), np.exp(product.log_norms).round(12)
    (array([[0.],
           [6.]]), array([2., 6.]))
    >>> huge = jacobian_product([1e308 * np.eye(2)] * 1000)
    >>> (huge.log_norms[-1] / np.log(10)).round(6)
    np.float64(308000.0)
    """
    matrices = [
        as_floats(f"jacobians[{i}]", J, ndim=2)
        for i, J in enumerate(as_list("jacobians", jacobians))
    ]
    product = np.eye(matrices[0].shape[1])
    log_norm, log_norms = 0.0, []
    for i, factor in enumerate(matrices):
        if factor.shape[1] != len(product):
            raise ValueError(
                f"jacobians[{i}] must have {len(product)} columns, got shape {factor.shape}"
            )
        # A power of 2, so that scaling does not round: the largest entry comes to be about 1.
        exponent = int(np.frexp(np.abs(factor).max())[1])
        product = np.ldexp(factor.astype(np.float64), -exponent) @ product
        norm = float(np.linalg.norm(product, 2))
        if norm > 0:
            product = product / norm
        log_norm += math.log(norm) + exponent * math.log(2) if norm > 0 else -math.inf
        log_norms.append(log_norm)
    return JacobianProduct(product.astype(np.result_type(*matrices)), np.array(log_norms))


@raise_on_overflow
def layer_gradient_norms(model: Sequential, X: ArrayLike, labels: ArrayLike) -> Array:
    r"""Return the size of the weight gradient of each linear layer, input side first.

    .. math:: \|\nabla_{\mathbf{W}^{(l)}} \mathcal{L}\|_F, \qquad l = 1, \ldots, L

    .. not executed: a network is no letter

    Parameters
    ----------
    model : Sequential
        Such as an :class:`.MLP` that ends in logits. Its ``grad`` attributes are left alone.
    X : array_like, shape (n, d)
    labels : array_like of int, shape (n,)
        Classes; 𝓛 is the mean cross-entropy.

    Returns
    -------
    ndarray, shape (L,)

    Raises
    ------
    ValueError
        If the model has no linear layer, or the data do not fit.

    References
    ----------
    X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural
    networks", AISTATS 2010.

    Examples
    --------
    >>> from dlref.modules import MLP, Sigmoid
    >>> rng = np.random.default_rng(0)
    >>> model = MLP([8] * 12, rng=rng, activation=Sigmoid)
    >>> X = rng.standard_normal((5, 8))
    >>> norms = layer_gradient_norms(model, X, np.arange(5))
    >>> norms.shape, bool(norms[0] < norms[-1] / 100)
    ((11,), True)
    """
    layers = as_instance("model", model, Sequential).layers
    weights = [layer.weight for layer in layers if isinstance(layer, Linear)]
    if not weights:
        raise ValueError(f"model must have a linear layer, got {layers}")
    X = as_floats("X", X, shape=("n", weights[0].shape[1]))
    logits = model(X)
    loss = logits.cross_entropy(as_indices("labels", labels, logits.shape[1], length=len(X)))
    return np.array([np.linalg.norm(g) for g in grad(loss, weights)])
