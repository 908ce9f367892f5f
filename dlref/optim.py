"""Gradient descent on all samples, on minibatches, and with weight decay.

Bad arguments are a ``ValueError``, a descent that diverges is a ``FloatingPointError``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlref.autodiff import Tensor
from dlref.validation import (
    Array,
    as_count,
    as_floats,
    as_function,
    as_generator,
    as_instance,
    as_number,
)

__all__ = ["gradient_descent", "minibatches", "SGD", "train"]


def gradient_descent(
    grad: Callable[[Array], ArrayLike],
    w0: ArrayLike,
    *,
    lr: float,
    steps: int,
    momentum: float = 0.0,
) -> Array:
    r"""Follow the negative gradient from ``w0`` and return the path.

    .. math:: \mathbf{v}_{t+1} = \beta\,\mathbf{v}_t - \eta\, \nabla\mathcal{L}(\mathbf{w}_t),
        \qquad \mathbf{w}_{t+1} = \mathbf{w}_t + \mathbf{v}_{t+1},
        \qquad \mathbf{v}_0 = \mathbf{0}

    Without momentum, where β = 0, this is
    :math:`\mathbf{w}_{t+1} = \mathbf{w}_t - \eta\, \nabla\mathcal{L}(\mathbf{w}_t)`.

    Parameters
    ----------
    grad : callable
        ``grad(w)`` is the gradient at w, an array_like of the shape of w.
    w0 : array_like
        Where to start.
    lr : float
        Learning rate η > 0.
    steps : int
        Number of steps T, 0 or more.
    momentum : float
        Share β of the last step that the next one carries along, from 0 to below 1.

    Returns
    -------
    ndarray, shape (steps + 1, *w0.shape)
        ``path[t]`` is :math:`\mathbf{w}_t`; the result is ``path[-1]``.

    Raises
    ------
    FloatingPointError
        If a step leads to infinity or NaN; the message names the step.

    References
    ----------
    A. Cauchy, "Méthode générale pour la résolution des systèmes d'équations simultanées",
    Comptes rendus 25 (1847); with momentum: B. T. Polyak, "Some methods of speeding up the
    convergence of iteration methods", USSR Computational Mathematics and Mathematical Physics 4
    (1964).

    Examples
    --------
    >>> gradient_descent(lambda w: 2 * w, [8.0], lr=0.25, steps=3)
    array([[8.],
           [4.],
           [2.],
           [1.]])
    >>> path = gradient_descent(
    ...     lambda w: 2 * w, [8.0], lr=0.25, steps=3, momentum=0.5
    ... )
    >>> path.ravel()
    array([ 8.,  4.,  0., -2.])
    """
    w, grad = as_floats("w0", w0), as_function("grad", grad)
    lr = as_number("lr", lr, low=0, open_low=True)
    momentum = as_number("momentum", momentum, low=0, high=1, open_high=True)
    path = np.empty((as_count("steps", steps, low=0) + 1, *w.shape), w.dtype)
    path[0] = w
    velocity = np.zeros_like(w)
    for t in range(len(path) - 1):
        with np.errstate(over="ignore", invalid="ignore"):
            g = np.asarray(grad(path[t].copy()))
            if g.shape != w.shape or g.dtype.kind not in "iuf":
                raise ValueError(
                    f"grad(w) must hold numbers of shape {w.shape}, got {g.dtype} of {g.shape}"
                )
            velocity = momentum * velocity - lr * g if momentum else -lr * g
            path[t + 1] = path[t] + velocity
        if not np.isfinite(path[t + 1]).all():
            raise FloatingPointError(f"gradient descent diverged at step {t + 1} with lr={lr:g}")
    return path


def minibatches(
    n: int, batch_size: int, *, rng: np.random.Generator
) -> list[NDArray[np.integer[Any]]]:
    """Shuffle the indices 0, …, n - 1 and cut them into batches, the last perhaps smaller.

    Parameters
    ----------
    n : int
        Number of samples.
    batch_size : int
        Samples in a batch, from 1 to n.
    rng : numpy.random.Generator

    Returns
    -------
    list of ndarray
        Index arrays that partition the samples: one epoch.

    References
    ----------
    H. Robbins, S. Monro, "A stochastic approximation method", Annals of Mathematical Statistics
    22 (1951); drawing without replacement: L. Bottou, "Curiously fast convergence of some
    stochastic gradient descent algorithms" (2009).

    Examples
    --------
    >>> minibatches(5, 2, rng=np.random.default_rng(0))
    [array([2, 4]), array([3, 0]), array([1])]
    """
    n = as_count("n", n)
    batch_size = as_count("batch_size", batch_size, high=n)
    order = as_generator("rng", rng).permutation(n)
    return [order[start : start + batch_size] for start in range(0, n, batch_size)]


class SGD:
    r"""Stochastic gradient descent with weight decay, on parameters that hold their gradients.

    .. math:: \mathbf{w}_{t+1} = (1 - \eta\lambda)\,\mathbf{w}_t
              - \eta\, \nabla_{\mathbf{w}}\mathcal{L}(\mathbf{w}_t)

    Parameters
    ----------
    params : iterable of Tensor
        What ``Module.parameters()`` returns, or a part of it (biases are usually not decayed).
    lr : float
        Learning rate η > 0.
    weight_decay : float
        The λ of the penalty :math:`\frac{\lambda}{2}\|\mathbf{w}\|^2`, 0 or more.

    Raises
    ------
    ValueError
        If ``step()`` comes before ``backward()``.

    References
    ----------
    A. Krogh, J. A. Hertz, "A simple weight decay can improve generalization", NeurIPS 1991.

    Examples
    --------
    >>> w = Tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = SGD([w], lr=0.1, weight_decay=0.5)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data
    array([ 0.75, -1.5 ])
    """

    def __init__(self, params: Iterable[Tensor], lr: float, weight_decay: float = 0.0) -> None:
        self.params = list(params) if isinstance(params, Iterable) else []
        if not self.params or not all(
            isinstance(p, Tensor) and p.requires_grad for p in self.params
        ):
            raise ValueError(f"params must be tensors that require a gradient, got {params}")
        self.lr = as_number("lr", lr, low=0, open_low=True)
        self.weight_decay = as_number("weight_decay", weight_decay, low=0)

    def zero_grad(self) -> None:
        """Forget the gradients, so that the next ``backward()`` does not add to them."""
        for p in self.params:
            p.grad = None

    def step(self) -> None:
        """Replace the value of each parameter by the updated one; the old array stays as it is."""
        kept = 1 - self.lr * self.weight_decay
        for i, p in enumerate(self.params):
            if p.grad is None:
                raise ValueError(
                    f"every parameter must have a gradient, got none for params[{i}] "
                    f"of shape {p.shape}: call backward() first"
                )
            # `weight_decay_step` without its checks, which would take longer than the step.
            value = -self.lr * p.grad
            value += p._data if kept == 1 else kept * p._data
            p._data = np.asarray(value)


def train(
    loss: Callable[[NDArray[np.integer[Any]]], Tensor],
    optimizer: SGD,
    batches: Iterable[NDArray[np.integer[Any]]],
) -> Array:
    """Take one step of the optimiser for each batch and return the losses.

    Parameters
    ----------
    loss : callable
        ``loss(batch)`` is the loss, a scalar, on the samples with these indices.
    optimizer : SGD
    batches : iterable of ndarray
        Such as ``minibatches(n, batch_size, rng=rng)``, or several of them in a row.

    Returns
    -------
    ndarray, shape (number of batches,)
        Losses, each before its step.

    Raises
    ------
    FloatingPointError
        If a loss is infinite or NaN; the message names the step.

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 3.0])
    >>> w = Tensor(0.0, requires_grad=True)
    >>> losses = train(
    ...     lambda batch: ((w * x[batch] - 2 * x[batch]) ** 2).mean(),
    ...     SGD([w], lr=0.05),
    ...     minibatches(3, 1, rng=np.random.default_rng(0)),
    ... )
    >>> losses.round(2), round(w.item(), 2)
    (array([36.  ,  0.04,  0.13]), 1.89)
    """
    as_function("loss", loss)
    as_instance("optimizer", optimizer, SGD)
    if not isinstance(batches, Iterable):
        raise ValueError(f"batches must be a sequence of arrays of indices, got {batches!r}")
    losses = []
    for step, batch in enumerate(batches):
        optimizer.zero_grad()
        with np.errstate(over="ignore", invalid="ignore"):
            value = loss(batch)
            losses.append(value.item())
            if not np.isfinite(losses[-1]):
                raise FloatingPointError(
                    f"the loss at step {step} is {losses[-1]}, with lr={optimizer.lr:g}"
                )
            value.backward()
        optimizer.step()
    return np.array(losses)
