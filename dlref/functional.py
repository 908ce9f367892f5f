"""Layers, dropout, gradient steps, minibatches and the chain rule as functions of arrays.

Bad arguments are a ``ValueError``, an overflow is a ``FloatingPointError``.

References
----------
I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning*, MIT Press 2016, section 3.10 and
chapter 6; for dropout, N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov,
"Dropout: a simple way to prevent neural networks from overfitting", JMLR 15 (2014); for
minibatches, L. Bottou, F. E. Curtis, J. Nocedal, "Optimization methods for large-scale machine
learning", SIAM Review 60 (2018).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlref.classification import softmax
from dlref.regression import training_loss, training_loss_gradient
from dlref.validation import (
    Array,
    apply,
    as_count,
    as_floats,
    as_generator,
    as_indices,
    as_list,
    as_number,
    as_training_set,
    as_vectors,
    raise_on_overflow,
)

__all__ = [
    "linear",
    "hidden_layer",
    "dropout",
    "dropout_mask",
    "random_dropout",
    "dropout_mlp",
    "gradient_step",
    "clip_gradient_norm",
    "minibatch_loss",
    "minibatch_gradient",
    "chain_product",
]


@raise_on_overflow
def linear(x: ArrayLike, W: ArrayLike, b: ArrayLike | None = None) -> Array:
    r"""Return :math:`\mathbf{o} = \mathbf{W}\mathbf{x} + \mathbf{b}`, for one x or for each row.

    The Jacobian is :math:`\partial\mathbf{o}/\partial\mathbf{x} = \mathbf{W}`; for a batch,
    :math:`\mathbf{O} = \mathbf{X}\mathbf{W}^{\top} + \mathbf{1}\mathbf{b}^{\top}`.

    Parameters
    ----------
    x : array_like, shape (d,) or (n, d)
    W : array_like, shape (q, d)
        Weights; row i belongs to output i.
    b : array_like, shape (q,), optional
        Biases; without, they are 0.

    Returns
    -------
    ndarray, shape (q,) or (n, q)

    Examples
    --------
    >>> W = [[1.0, 1.0], [0.0, 3.0], [2.0, 0.0]]
    >>> linear([1.0, 2.0], W, [0.0, 0.5, 1.0])
    array([3. , 6.5, 3. ])
    """
    W = as_floats("W", W, ndim=2)
    product: Array = as_vectors("x", x, W.shape[1]) @ W.T
    return product if b is None else product + as_floats("b", b, shape=W.shape[:1])


@raise_on_overflow
def hidden_layer(
    h: ArrayLike, W: ArrayLike, b: ArrayLike | None, activation: Callable[[Array], ArrayLike]
) -> Array:
    r"""Return :math:`\sigma(\mathbf{W}\mathbf{h} + \mathbf{b})`, a hidden layer of an MLP.

    Parameters
    ----------
    h : array_like, shape (d,) or (n, d)
        The layer's input.
    W : array_like, shape (q, d)
    b : array_like, shape (q,), or None
    activation : callable
        σ, element by element, such as :func:`.relu`.

    Returns
    -------
    ndarray, shape (q,) or (n, q)

    Examples
    --------
    >>> from dlref import relu
    >>> W = [[1.0, 1.0], [0.0, -3.0]]
    >>> hidden_layer([1.0, 2.0], W, [0.5, 0.5], relu)
    array([3.5, 0. ])
    """
    W = as_floats("W", W, ndim=2)
    return apply("activation", activation, linear(as_vectors("h", h, W.shape[1]), W, b))


@raise_on_overflow
def dropout(x: ArrayLike, mask: ArrayLike, p: float) -> Array:
    r"""Return :math:`x_j' = 0` where the mask is 0, :math:`x_j/(1-p)` where it is 1.

    With a mask of :func:`.dropout_mask` the expectation is
    :math:`\mathbb{E}[\mathbf{x}' \mid \mathbf{x}] = \mathbf{x}`. The derivative of
    :math:`x_j'` with respect to :math:`x_j` is :math:`\text{mask}_j/(1-p)`.

    Parameters
    ----------
    x : array_like
    mask : array_like of bool, shape of x
        What to keep.
    p : float
        Probability of dropping an element, in [0, 1).

    Returns
    -------
    ndarray, shape of x

    Examples
    --------
    >>> dropout([1.0, 2.0, 3.0], [True, False, True], 0.5)
    array([2., 0., 6.])
    """
    x = as_floats("x", x)
    keep = as_floats("mask", mask, shape=x.shape)
    if not np.isin(keep, (0, 1)).all():
        raise ValueError(f"mask must hold only 0 and 1, got {np.unique(keep)}")
    p = as_number("p", p, low=0, high=1, open_high=True)
    return keep.astype(x.dtype) * x / (1 - p)


def dropout_mask(
    shape: int | tuple[int, ...], p: float, *, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Draw which elements to keep: each, independently, is dropped with probability ``p``.

    Parameters
    ----------
    shape : int or tuple of int
    p : float
        In [0, 1).
    rng : numpy.random.Generator
        One uniform number is drawn for each element; it is kept if the number is at least p.

    Returns
    -------
    ndarray of bool, in this shape

    Examples
    --------
    >>> dropout_mask(4, 0.5, rng=np.random.default_rng(0))
    array([ True, False, False, False])
    """
    lengths = shape if isinstance(shape, tuple) else (shape,)
    size = tuple(as_count("shape", length) for length in lengths)
    p = as_number("p", p, low=0, high=1, open_high=True)
    return np.asarray(as_generator("rng", rng).random(size) >= p)


def random_dropout(x: ArrayLike, p: float, *, rng: np.random.Generator) -> Array:
    r"""Return :func:`.dropout` of ``x`` with a mask of its own, drawn by :func:`.dropout_mask`.

    .. math:: x_j' = \begin{cases} 0 & \text{with probability } p \\
              x_j/(1-p) & \text{otherwise} \end{cases}

    .. with \mathbf{x} : R[d]; entries x_j
            \mathbf{x}' : R[d]; entries x_j'
            p : (0, 1)
            \mathbf{x}' = random_dropout(\mathbf{x}, p)
            :kind: distribution

    Parameters
    ----------
    x : array_like
    p : float
        Probability of dropping an element, in [0, 1).
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, shape of x

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> random_dropout([1.0, 2.0, 3.0, 4.0], 0.5, rng=rng)
    array([2., 0., 0., 0.])
    """
    x = as_floats("x", x)
    return dropout(x, dropout_mask(x.shape, p, rng=rng), p)


def dropout_mlp(
    x: ArrayLike,
    W1: ArrayLike,
    b1: ArrayLike,
    W2: ArrayLike,
    b2: ArrayLike,
    mask: ArrayLike,
    p: float,
    activation: Callable[[Array], Array],
) -> Array:
    r"""Return the probabilities of an MLP with dropout on its hidden layer.

    .. math:: \mathbf{h} = \sigma(\mathbf{W}^{(1)}\mathbf{x} + \mathbf{b}^{(1)}), \quad
              \mathbf{h}' = \operatorname{dropout}(\mathbf{h}), \quad
              \mathbf{o} = \mathbf{W}^{(2)}\mathbf{h}' + \mathbf{b}^{(2)}, \quad
              \hat{\mathbf{y}} = \operatorname{softmax}(\mathbf{o})

    .. with \mathbf{x} : R[d]
            \mathbf{W}^{(1)}, \mathbf{W}^{(2)} : R[h,d], R[q,h]
            \mathbf{b}^{(1)}, \mathbf{b}^{(2)} : R[h], R[q]
            \mathbf{m} : {0,1}[h]
            p : (0, 1)
            \sigma : R -> R; entrywise
            \operatorname{dropout}(\mathbf{h}) : R[h]; code dropout(\mathbf{h}, \mathbf{m}, p)
            \operatorname{softmax} : R[q] -> R[q]; code softmax
            \hat{\mathbf{y}} = dropout_mlp(\mathbf{x}, \mathbf{W}^{(1)}, \mathbf{b}^{(1)},
                \mathbf{W}^{(2)}, \mathbf{b}^{(2)}, \mathbf{m}, p, \sigma)

    Parameters
    ----------
    x : array_like, shape (d,) or (n, d)
    W1 : array_like, shape (h, d)
    b1 : array_like, shape (h,)
    W2 : array_like, shape (q, h)
    b2 : array_like, shape (q,)
    mask : array_like of bool, shape (h,) or (n, h)
        Which hidden units to keep.
    p : float
        Probability of dropping a unit, in [0, 1); at inference 0, with a mask of ones.
    activation : callable
        σ, element by element, such as :func:`.relu`.

    Returns
    -------
    ndarray, shape (q,) or (n, q)

    Examples
    --------
    >>> from dlref import relu
    >>> W1, W2 = [[1.0], [2.0]], [[1.0, 0.0], [0.0, 1.0]]
    >>> b = [0.0, 0.0]
    >>> dropout_mlp([1.0], W1, b, W2, b, [1, 0], 0.5, relu).round(3)
    array([0.881, 0.119])
    """
    W1 = as_floats("W1", W1, ndim=2)
    W2 = as_floats("W2", W2, shape=("q", len(W1)))
    x = as_vectors("x", x, W1.shape[1])
    b1, b2 = as_floats("b1", b1, shape=W1.shape[:1]), as_floats("b2", b2, shape=W2.shape[:1])
    h = hidden_layer(x, W1, b1, activation)
    return softmax(linear(dropout(h, mask, p), W2, b2))


@raise_on_overflow
def gradient_step(w: ArrayLike, grad: ArrayLike, lr: float) -> Array:
    r"""Return :math:`\mathbf{w} - \eta\,\nabla\mathcal{L}(\mathbf{w})`, a gradient descent step.

    Parameters
    ----------
    w : array_like
    grad : array_like, shape of w
        The gradient at w.
    lr : float
        Learning rate η > 0.

    Returns
    -------
    ndarray, shape of w

    References
    ----------
    A. Cauchy, "Méthode générale pour la résolution des systèmes d'équations simultanées",
    Comptes rendus 25 (1847).

    Examples
    --------
    >>> gradient_step([1.0, 2.0], [10.0, 0.0], 0.1)
    array([0., 2.])
    """
    w = as_floats("w", w)
    grad = as_floats("grad", grad, shape=w.shape)
    return w - as_number("lr", lr, low=0, open_low=True) * grad


def clip_gradient_norm(grads: Sequence[ArrayLike], max_norm: float) -> list[Array]:
    r"""Return gradients scaled down together until their common norm is at most ``max_norm``.

    .. math:: \mathbf{g}' = \min\left(1, \frac{\theta}{\|\mathbf{g}\|_2}\right) \mathbf{g}

    .. with \mathbf{g} : R[d]
            \theta : (0.5, 3)
            clip_gradient_norm([\mathbf{g}], \theta)[0]

    All entries of all arrays count as one long vector :math:`\mathbf{g}`, so that its direction
    stays as it is. A gradient of 0 remains 0.

    Parameters
    ----------
    grads : sequence of array_like
        One gradient for each parameter.
    max_norm : float
        The threshold θ > 0.

    Returns
    -------
    list of ndarray
        New arrays with the shapes of the gradients.

    References
    ----------
    R. Pascanu, T. Mikolov, Y. Bengio, "On the difficulty of training recurrent neural networks",
    ICML 2013, section 3.2.

    Examples
    --------
    >>> clip_gradient_norm([[30.0], [40.0]], 5.0)
    [array([3.]), array([4.])]
    >>> clip_gradient_norm([[3.0], [4.0]], 10.0)
    [array([3.]), array([4.])]
    """
    arrays = [as_floats(f"grads[{i}]", g) for i, g in enumerate(as_list("grads", grads))]
    max_norm = as_number("max_norm", max_norm, low=0, open_low=True)
    largest = np.float64(max(np.abs(g).max() for g in arrays))
    if largest == 0:
        return [g.copy() for g in arrays]
    # Squares of what is at most 1: an exploded gradient is the one to be clipped.
    norm = math.sqrt(sum(np.sum((g / largest) ** 2) for g in arrays))
    if float(largest) * norm <= max_norm:
        return [g.copy() for g in arrays]
    return [np.asarray(g / largest * (max_norm / norm), g.dtype) for g in arrays]


def minibatch_loss(X: ArrayLike, y: ArrayLike, w: ArrayLike, batch: ArrayLike) -> float:
    r"""Return the :func:`.training_loss` of a linear model on the samples of a batch.

    .. math:: \mathcal{L}_I(\mathbf{w})
              = \frac1m \sum_{i \in I} \tfrac12 (y_i - \mathbf{w}^{\top}\mathbf{x}_i)^2

    .. with \mathbf{X} : R[n,d]; rows \mathbf{x}_i
            \mathbf{y} : R[n]; entries y_i
            \mathbf{w} : R[d]
            m = 2
            I : m of 1..n
            minibatch_loss(\mathbf{X}, \mathbf{y}, \mathbf{w}, I)

    Its expectation over batches drawn uniformly is the loss on all samples.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Samples in rows; a column of ones takes the bias.
    y : array_like, shape (n,)
    w : array_like, shape (d,)
    batch : array_like of int, shape (m,)
        The indices I, from 0 to n - 1; one that is repeated counts as often.

    Returns
    -------
    float

    Examples
    --------
    >>> X, y = [[1.0], [2.0], [3.0]], [1.0, 1.0, 1.0]
    >>> minibatch_loss(X, y, [1.0], [0, 2])
    1.0
    """
    return training_loss(*_samples(X, y, batch), w)


def minibatch_gradient(X: ArrayLike, y: ArrayLike, w: ArrayLike, batch: ArrayLike) -> Array:
    r"""Return the gradient of :func:`.minibatch_loss` with respect to w.

    .. math:: \nabla_{\mathbf{w}} \mathcal{L}_I(\mathbf{w})
              = -\frac1m \sum_{i \in I} (y_i - \mathbf{w}^{\top}\mathbf{x}_i)\,\mathbf{x}_i

    .. with \mathbf{X} : R[n,d]; rows \mathbf{x}_i
            \mathbf{y} : R[n]; entries y_i
            \mathbf{w} : R[d]
            m = 2
            I : m of 1..n
            \mathcal{L}_I(\mathbf{w}) = \frac{1}{m} \sum_{i \in I} \frac{1}{2} (y_i -
                \mathbf{w}^{\top}\mathbf{x}_i)^2
            minibatch_gradient(\mathbf{X}, \mathbf{y}, \mathbf{w}, I)

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
    w : array_like, shape (d,)
    batch : array_like of int, shape (m,)

    Returns
    -------
    ndarray, shape (d,)

    Examples
    --------
    >>> X, y = [[1.0], [2.0], [3.0]], [1.0, 1.0, 1.0]
    >>> minibatch_gradient(X, y, [1.0], [0, 2])
    array([3.])
    """
    gradient, _ = training_loss_gradient(*_samples(X, y, batch), w)
    return gradient


@raise_on_overflow
def chain_product(dz_dy: ArrayLike, dy_dx: ArrayLike, *, y_ndim: int) -> Array:
    r"""Return the derivative of Z by X from those of Z by Y and of Y by X: the chain rule.

    The arrays may have any shape. A derivative has the axes of the output first, then those of
    the variable, and the product sums over all indices β of Y,

    .. math:: \Big[\frac{\partial\mathsf{Z}}{\partial\mathsf{X}}\Big]_{\alpha\gamma}
              = \sum_\beta \Big[\frac{\partial\mathsf{Z}}{\partial\mathsf{Y}}\Big]_{\alpha\beta}
                \Big[\frac{\partial\mathsf{Y}}{\partial\mathsf{X}}\Big]_{\beta\gamma}.

    .. not executed: its indices stand for any number of axes

    For vectors it is the matrix product.

    Parameters
    ----------
    dz_dy : array_like, shape (*Z, *Y)
    dy_dx : array_like, shape (*Y, *X)
    y_ndim : int
        Number of axes of Y.

    Returns
    -------
    ndarray, shape (*Z, *X)

    Raises
    ------
    ValueError
        If the last ``y_ndim`` axes of the one are not the first ``y_ndim`` of the other.

    References
    ----------
    A. Zhang, Z. C. Lipton, M. Li, A. J. Smola, *Dive into Deep Learning*, section 5.3.

    Examples
    --------
    >>> chain_product([[1.0, 2.0]], [[3.0, 0.0], [0.0, 4.0]], y_ndim=1)
    array([[3., 8.]])
    """
    dz_dy, dy_dx = as_floats("dz_dy", dz_dy), as_floats("dy_dx", dy_dx)
    y_ndim = as_count("y_ndim", y_ndim, low=0)
    last, first = dz_dy.shape[max(0, dz_dy.ndim - y_ndim) :], dy_dx.shape[:y_ndim]
    if last != first or len(last) != y_ndim:
        raise ValueError(
            f"the last {y_ndim} axes of dz_dy must be the first of dy_dx, "
            f"got shapes {dz_dy.shape} and {dy_dx.shape}"
        )
    result: Array = np.tensordot(dz_dy, dy_dx, axes=y_ndim)
    return result


def _samples(X: ArrayLike, y: ArrayLike, batch: ArrayLike) -> tuple[Array, Array]:
    X, y = as_training_set(X, y)
    rows = as_indices("batch", batch, len(y))
    return X[rows], y[rows]
