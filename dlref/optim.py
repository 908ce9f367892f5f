"""Gradient descent on all samples and on minibatches, and the optimisers that train networks.

Bad arguments are a ``ValueError``, a descent that diverges is a ``FloatingPointError``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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
    as_shares,
)

__all__ = ["gradient_descent", "minibatches", "Optimizer", "SGD", "Adam", "train"]


def gradient_descent(
    grad: Callable[[Array], ArrayLike],
    w0: ArrayLike,
    *,
    lr: float,
    steps: int,
    momentum: float = 0.0,
) -> Array:
    r"""Follow the negative gradient from ``w0`` and return the path.

    .. math:: \mathbf{v}_t = \beta\,\mathbf{v}_{t-1} - \eta\, \nabla\mathcal{L}(\mathbf{w}_{t-1}),
        \qquad \mathbf{w}_t = \mathbf{w}_{t-1} + \mathbf{v}_t, \qquad \mathbf{v}_0 = \mathbf{0}

    .. with T = 3
            t : 1..T
            \mathbf{w}_t, \mathbf{v}_t : R[d]; t = 0..T
            \mathcal{L} : R[d] -> R
            \beta, \eta : (0.1, 0.9)
            \mathbf{a}, \mathbf{0} : R[d], zeros[d]
            \mathbf{w}_0 = \mathbf{a}
            \mathbf{w}_t = gradient_descent(\nabla\mathcal{L}, \mathbf{a}, lr=\eta, steps=T,
                momentum=\beta)[t]

    Without momentum, where β = 0, this is
    :math:`\mathbf{w}_t = \mathbf{w}_{t-1} - \eta\, \nabla\mathcal{L}(\mathbf{w}_{t-1})`.

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


class Optimizer:
    """What optimisers have in common: parameters that hold their gradients, and a learning rate.

    A rule of one's own is a subclass that says what becomes of the value of one parameter.

    Parameters
    ----------
    params : iterable of Tensor
        What ``Module.parameters()`` returns, or a part of it.
    lr : float
        Learning rate η > 0; it may be changed between steps.

    Raises
    ------
    ValueError
        If ``step()`` comes before ``backward()``.

    Examples
    --------
    >>> class SignDescent(Optimizer):
    ...     def update(self, i, w, grad):
    ...         return w - self.lr * np.sign(grad)
    >>> w = Tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = SignDescent([w], lr=0.25)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data
    array([ 0.75, -1.75])
    """

    def __init__(self, params: Iterable[Tensor], lr: float) -> None:
        self.params = list(params) if isinstance(params, Iterable) else []
        if not self.params or not all(
            isinstance(p, Tensor) and p.requires_grad for p in self.params
        ):
            raise ValueError(f"params must be tensors that require a gradient, got {params}")
        self.lr = as_number("lr", lr, low=0, open_low=True)
        self.t = 0

    def zero_grad(self) -> None:
        """Forget the gradients, so that the next ``backward()`` does not add to them."""
        for p in self.params:
            p.grad = None

    def step(self) -> None:
        """Replace the value of each parameter by the updated one; the old array stays as it is."""
        grads = []
        for i, p in enumerate(self.params):
            if p.grad is None:
                raise ValueError(
                    f"every parameter must have a gradient, got none for params[{i}] "
                    f"of shape {p.shape}: call backward() first"
                )
            grads.append(p.grad)
        self.t += 1
        for i, (p, grad) in enumerate(zip(self.params, grads, strict=True)):
            p._data = np.asarray(self.update(i, p._data, grad))

    def update(self, i: int, w: Array, grad: Array) -> Array:
        """Return the new value of parameter i, in step ``self.t``, which counts from 1."""
        raise NotImplementedError(f"{type(self).__name__} must have a method update")


class SGD(Optimizer):
    r"""Stochastic gradient descent with weight decay and momentum.

    .. math:: \mathbf{g}_t = \nabla\mathcal{L}(\mathbf{w}_{t-1}) + \lambda\mathbf{w}_{t-1},
              \qquad \mathbf{v}_t = \beta\,\mathbf{v}_{t-1} + \mathbf{g}_t, \qquad
              \mathbf{w}_t = \mathbf{w}_{t-1} - \eta\,\mathbf{v}_t

    .. not executed: an optimiser is an object; its steps are those of momentum_step

    Without momentum, where β = 0, a step is the same as
    :math:`(1 - \eta\lambda)\,\mathbf{w} - \eta\,\nabla\mathcal{L}(\mathbf{w})`.
    With ``nesterov``, as in PyTorch, the parameters are not the w of :func:`.nesterov_step` but
    the points :math:`\mathbf{u} = \mathbf{w} - \eta\beta\,\mathbf{v}` at which gradients are
    taken: a step subtracts :math:`\eta\,(\mathbf{g}_t + \beta\,\mathbf{v}_t)`.

    Parameters
    ----------
    params : iterable of Tensor
        What ``Module.parameters()`` returns, or a part of it (biases are usually not decayed).
    lr : float
        Learning rate η > 0.
    weight_decay : float
        The λ of the penalty :math:`\frac{\lambda}{2}\|\mathbf{w}\|^2`, 0 or more.
    momentum : float
        Share β of the velocity that is kept, from 0 to below 1.
    nesterov : bool
        Whether gradients are those of Nesterov's rule; it needs a momentum above 0.

    Raises
    ------
    ValueError
        If ``step()`` comes before ``backward()``.

    References
    ----------
    A. Krogh, J. A. Hertz, "A simple weight decay can improve generalization", NeurIPS 1991;
    I. Sutskever, J. Martens, G. Dahl, G. Hinton, "On the importance of initialization and momentum
    in deep learning", ICML 2013.

    Examples
    --------
    >>> w = Tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = SGD([w], lr=0.1, weight_decay=0.5)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data
    array([ 0.75, -1.5 ])
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float,
        weight_decay: float = 0.0,
        *,
        momentum: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        super().__init__(params, lr)
        self.weight_decay = as_number("weight_decay", weight_decay, low=0)
        self.momentum = as_number("momentum", momentum, low=0, high=1, open_high=True)
        if nesterov and not momentum:
            raise ValueError(f"momentum must be > 0 with nesterov, got {momentum}")
        self.nesterov = nesterov
        self._velocity = [np.zeros_like(p._data) for p in self.params] if momentum else []

    # The rules of this class and of `Adam` are those of `dlref.updates` without their checks,
    # which would take longer than the step.
    def update(self, i: int, w: Array, grad: Array) -> Array:
        """Return the new value of parameter i."""
        if not self.momentum:
            kept = 1 - self.lr * self.weight_decay
            value: Array = -self.lr * grad
            value += w if kept == 1 else kept * w
            return value
        grad = grad + self.weight_decay * w if self.weight_decay else grad
        v = self._velocity[i] = self.momentum * self._velocity[i] + grad
        moved: Array = w - self.lr * (grad + self.momentum * v if self.nesterov else v)
        return moved


class Adam(Optimizer):
    r"""Adam, with decay outside the division (AdamW): see :func:`.adam_step`.

    Parameters
    ----------
    params : iterable of Tensor
    lr : float
        Learning rate η > 0: about the length of a step in each coordinate.
    betas : two floats
        Weights β₁ and β₂ of the past in the moving averages of gradients and of their squares.
    eps : float
        ε, 0 or more.
    weight_decay : float
        λ, 0 or more.
    decoupled : bool
        Whether a step multiplies the parameters by 1 − ηλ, as in AdamW; otherwise
        :math:`\lambda\mathbf{w}` is added to the gradient, and divided with it.

    Raises
    ------
    ValueError
        If ``step()`` comes before ``backward()``.

    References
    ----------
    D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015; I. Loshchilov,
    F. Hutter, "Decoupled weight decay regularization", ICLR 2019.

    Examples
    --------
    >>> w = Tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = Adam([w], lr=0.25)
    >>> (w * [1.0, 1000.0]).sum().backward()
    >>> optimizer.step()
    >>> w.data.round(6)
    array([ 0.75, -2.25])
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1e-3,
        betas: Sequence[float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        *,
        decoupled: bool = True,
    ) -> None:
        super().__init__(params, lr)
        self.betas = as_shares("betas", betas, 2)
        self.eps = as_number("eps", eps, low=0)
        self.weight_decay = as_number("weight_decay", weight_decay, low=0)
        self.decoupled = decoupled
        self._moments = [[np.zeros_like(p._data)] * 2 for p in self.params]

    def update(self, i: int, w: Array, grad: Array) -> Array:
        """Return the new value of parameter i."""
        if self.weight_decay and not self.decoupled:
            grad = grad + self.weight_decay * w
        elif self.weight_decay:
            w = (1 - self.lr * self.weight_decay) * w
        (m, v), (beta1, beta2) = self._moments[i], self.betas
        m = beta1 * m + (1 - beta1) * grad
        v = beta2 * v + (1 - beta2) * grad**2
        self._moments[i] = [m, v]
        rate = self.lr / (1 - beta1**self.t)
        value: Array = w - rate * m / (np.sqrt(v / (1 - beta2**self.t)) + self.eps)
        return value


def train(
    loss: Callable[[NDArray[np.integer[Any]]], Tensor],
    optimizer: Optimizer,
    batches: Iterable[NDArray[np.integer[Any]]],
    *,
    schedule: Callable[[int], float] | None = None,
) -> Array:
    """Take one step of the optimiser for each batch and return the losses.

    Parameters
    ----------
    loss : callable
        ``loss(batch)`` is the loss, a scalar, on the samples with these indices.
    optimizer : Optimizer
        Such as ``SGD`` or ``Adam``.
    batches : iterable of ndarray
        Such as ``minibatches(n, batch_size, rng=rng)``, or several of them in a row.
    schedule : callable, optional
        ``schedule(t)`` is the learning rate of step t, which counts from 0; without, that of the
        optimiser stays.

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
    as_instance("optimizer", optimizer, Optimizer)
    if schedule is not None:
        as_function("schedule", schedule)
    if not isinstance(batches, Iterable):
        raise ValueError(f"batches must be a sequence of arrays of indices, got {batches!r}")
    losses = []
    for step, batch in enumerate(batches):
        if schedule is not None:
            optimizer.lr = as_number(f"schedule({step})", schedule(step), low=0)
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
