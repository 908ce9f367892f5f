"""What depth does to a gradient: layers, their Jacobians, and the product of many of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlref.autodiff import grad
from dlref.modules import Linear, Sequential
from dlref.validation import Array, as_floats

Function: TypeAlias = Callable[[Array], Array]


def layer(h: ArrayLike, W: ArrayLike, activation: Function) -> Array:
    r"""Return :math:`f(\mathbf{h}) = \sigma(\mathbf{W}\mathbf{h})`, a layer without bias.

    Parameters
    ----------
    h : array_like, shape (d,)
        The layer's input.
    W : array_like, shape (q, d)
    activation : callable
        σ, element by element, such as `dlref.relu`.

    Returns
    -------
    ndarray, shape (q,)

    Raises
    ------
    ValueError
        If the shapes are not these.

    References
    ----------
    A. Zhang, Z. C. Lipton, M. Li, A. J. Smola, *Dive into Deep Learning*, section 5.4.

    Examples
    --------
    >>> layer([1.0, 1.0], [[1.0, 2.0], [3.0, -4.0], [0.0, 0.0]], lambda x: np.maximum(x, 0))
    array([3., 0., 0.])
    """
    return activation(_preactivation(h, W))


def layer_jacobian(h: ArrayLike, W: ArrayLike, derivative: Function) -> Array:
    r"""Return the Jacobian of a layer, rows = outputs.

    .. math:: \mathbf{J} = \frac{\partial\,\sigma(\mathbf{W}\mathbf{h})}{\partial\mathbf{h}}
              = \operatorname{diag}\big(\sigma'(\mathbf{W}\mathbf{h})\big)\,\mathbf{W}

    Parameters
    ----------
    h : array_like, shape (d,)
        The layer's input.
    W : array_like, shape (q, d)
    derivative : callable
        σ′, element by element, such as `dlref.relu_derivative`.

    Returns
    -------
    ndarray, shape (q, d)

    Raises
    ------
    ValueError
        If the shapes are not these.

    References
    ----------
    As for `layer`.

    Examples
    --------
    >>> layer_jacobian([1.0, 1.0], [[1.0, 2.0], [3.0, -4.0]], lambda x: (x > 0) * 1.0)
    array([[ 1.,  2.],
           [ 0., -0.]])
    """
    slope = derivative(_preactivation(h, W))
    return slope[:, None] * as_floats("W", W)


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

    Raises
    ------
    ValueError
        If ``x`` is not a finite array of numbers.

    References
    ----------
    As for `layer`.

    Examples
    --------
    >>> deep_network([np.square, np.sum], [1.0, 2.0])[1:]
    [array([1., 4.]), np.float64(5.0)]
    """
    states = [as_floats("x", x)]
    for f in layers:
        states.append(f(states[-1]))
    return states


class JacobianProduct(NamedTuple):
    """A product of matrices whose size is kept as a logarithm."""

    direction: Array
    """The product, divided by its spectral norm."""
    log_norms: Array
    """Logarithm of the spectral norm after one factor, two, … and all; −∞ if the product is 0."""

    @property
    def matrix(self) -> Array:
        """The product itself, as far as floats reach."""
        with np.errstate(over="ignore"):
            size = np.exp(self.log_norms[-1])
        matrix: Array = size * self.direction
        return matrix


def jacobian_product(jacobians: Sequence[ArrayLike]) -> JacobianProduct:
    r"""Multiply the Jacobians of consecutive layers, the last layer's on the left.

    .. math:: \frac{\partial\mathbf{h}^{(L)}}{\partial\mathbf{h}^{(l)}}
              = \mathbf{J}^{(L)} \mathbf{J}^{(L-1)} \cdots \mathbf{J}^{(l+1)}

    The product is rescaled after every factor and the logarithms of its spectral norms are
    added up, so that it may explode or vanish beyond the range of floats.

    Parameters
    ----------
    jacobians : sequence of array_like
        In the order of the layers, :math:`\mathbf{J}^{(l+1)}, \ldots, \mathbf{J}^{(L)}`, each
        with as many columns as the one before has rows.

    Raises
    ------
    ValueError
        If there is no matrix, or two neighbours do not fit.

    References
    ----------
    G. Benettin, L. Galgani, A. Giorgilli, J.-M. Strelcyn, "Lyapunov characteristic exponents for
    smooth dynamical systems", Meccanica 15 (1980), rescale in the same way.

    Examples
    --------
    >>> product = jacobian_product([[[2.0], [0.0]], [[0.0, 1.0], [3.0, 0.0]]])
    >>> product.matrix, np.exp(product.log_norms)
    (array([[0.],
           [6.]]), array([2., 6.]))
    >>> (jacobian_product([10 * np.eye(2)] * 1000).log_norms[-1] / np.log(10)).round(6)
    np.float64(1000.0)
    """
    if len(jacobians) == 0:
        raise ValueError("jacobians must hold one matrix at least, got none")
    factors = [as_floats(f"jacobians[{i}]", J, ndim=2) for i, J in enumerate(jacobians)]
    product = np.eye(factors[0].shape[1], dtype=factors[0].dtype)
    log_norm, log_norms = 0.0, []
    for i, factor in enumerate(factors):
        if factor.shape[1] != len(product):
            raise ValueError(
                f"jacobians[{i}] must have {len(product)} columns, got shape {factor.shape}"
            )
        product = factor @ product
        norm = float(np.linalg.norm(product, 2))
        if norm > 0:
            product = product / norm
        log_norm += math.log(norm) if norm > 0 else -math.inf
        log_norms.append(log_norm)
    return JacobianProduct(product, np.array(log_norms))


def layer_gradient_norms(
    model: Sequential, X: ArrayLike, labels: NDArray[np.integer[Any]]
) -> Array:
    r"""Return the size of the weight gradient of each linear layer, input side first.

    .. math:: \|\nabla_{\mathbf{W}^{(l)}} \mathcal{L}\|_F, \qquad l = 1, \ldots, L

    Parameters
    ----------
    model : Sequential
        Such as an `MLP` that ends in logits. Its ``grad`` attributes are left alone.
    X : array_like, shape (n, d)
    labels : ndarray of int, shape (n,)
        Classes; 𝓛 is the mean cross-entropy.

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
    >>> norms = layer_gradient_norms(model, rng.standard_normal((5, 8)), np.arange(5))
    >>> norms.shape, bool(norms[0] < norms[-1] / 100)
    ((11,), True)
    """
    weights = [layer.weight for layer in model.layers if isinstance(layer, Linear)]
    if not weights:
        raise ValueError(f"model must have a linear layer, got {model.layers}")
    loss = model(as_floats("X", X, ndim=2)).cross_entropy(labels)
    return np.array([np.linalg.norm(g) for g in grad(loss, weights)])


def _preactivation(h: ArrayLike, W: ArrayLike) -> Array:
    W = as_floats("W", W, ndim=2)
    product: Array = W @ as_floats("h", h, shape=W.shape[1:])
    return product
