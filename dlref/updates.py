"""Update rules beside the plain gradient step, and learning rates that change, as functions.

Each rule takes the parameters, what it remembers, and a gradient, and returns the new ones.  Bad
arguments are a ``ValueError``, an overflow is a ``FloatingPointError``.

References
----------
I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning*, MIT Press 2016, chapter 8.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from dlref.validation import (
    Array,
    as_count,
    as_floats,
    as_function,
    as_number,
    as_shares,
    raise_on_overflow,
)

__all__ = [
    "momentum_step",
    "nesterov_step",
    "adagrad_step",
    "rmsprop_step",
    "adam_step",
    "cosine_schedule",
    "step_schedule",
    "warmup_schedule",
]


@raise_on_overflow
def momentum_step(
    w: ArrayLike, v: ArrayLike, grad: ArrayLike, *, lr: float, beta: float
) -> tuple[Array, Array]:
    r"""Return parameters and velocity after a step of momentum, with η outside the velocity.

    .. math:: \mathbf{v}' = \beta\,\mathbf{v} + \mathbf{g}, \qquad
              \mathbf{w}' = \mathbf{w} - \eta\,\mathbf{v}'

    .. with \mathbf{w}, \mathbf{v}, \mathbf{g} : R[d]
            \beta, \eta : (0, 1)
            \mathbf{w}', \mathbf{v}' = momentum_step(\mathbf{w}, \mathbf{v}, \mathbf{g},
                lr=\eta, beta=\beta)

    Parameters
    ----------
    w, v, grad : array_like, all of one shape
        Parameters, velocity (zeros at first) and gradient at w.
    lr : float
        Learning rate η > 0.
    beta : float
        Share β of the velocity that is kept, from 0 to below 1.

    Returns
    -------
    (w, v) : ndarray, ndarray

    References
    ----------
    B. T. Polyak, "Some methods of speeding up the convergence of iteration methods", USSR
    Computational Mathematics and Mathematical Physics 4 (1964).

    Examples
    --------
    >>> w, v = momentum_step([1.0], [2.0], [4.0], lr=0.1, beta=0.5)
    >>> w, v
    (array([0.5]), array([5.]))
    """
    w, v, grad = _of_one_shape(w, v=v, grad=grad)
    lr, beta = _as_rate(lr), as_number("beta", beta, low=0, high=1, open_high=True)
    v = beta * v + grad
    return w - lr * v, v


@raise_on_overflow
def nesterov_step(
    w: ArrayLike, v: ArrayLike, grad: Callable[[Array], ArrayLike], *, lr: float, beta: float
) -> tuple[Array, Array]:
    r"""Return parameters and velocity after a step whose gradient is taken where v leads.

    .. math:: \mathbf{v}' = \beta\,\mathbf{v}
              + \nabla\mathcal{L}(\mathbf{w} - \eta\beta\,\mathbf{v}), \qquad
              \mathbf{w}' = \mathbf{w} - \eta\,\mathbf{v}'

    .. with \mathbf{w}, \mathbf{v} : R[d]
            \mathcal{L} : R[d] -> R
            \beta, \eta : (0, 1)
            \mathbf{w}', \mathbf{v}' = nesterov_step(\mathbf{w}, \mathbf{v}, \nabla \mathcal{L},
                lr=\eta, beta=\beta)

    Parameters
    ----------
    w, v : array_like, of one shape
        Parameters and velocity (zeros at first).
    grad : callable
        ``grad(w)`` is the gradient at w, an array_like of the shape of w.
    lr : float
        Learning rate η > 0.
    beta : float
        Share β of the velocity that is kept, from 0 to below 1.

    Returns
    -------
    (w, v) : ndarray, ndarray

    References
    ----------
    Y. Nesterov, "A method of solving a convex programming problem with convergence rate O(1/k²)",
    Soviet Mathematics Doklady 27 (1983).

    Examples
    --------
    >>> nesterov_step([1.0], [2.0], lambda w: 4 * w, lr=0.1, beta=0.5)
    (array([0.54]), array([4.6]))
    """
    w, v = _of_one_shape(w, v=v)
    grad = as_function("grad", grad)
    lr, beta = _as_rate(lr), as_number("beta", beta, low=0, high=1, open_high=True)
    v = beta * v + as_floats("grad(w)", grad(w - lr * beta * v), shape=w.shape)
    return w - lr * v, v


@raise_on_overflow
def adagrad_step(
    w: ArrayLike, s: ArrayLike, grad: ArrayLike, *, lr: float, eps: float = 1e-10
) -> tuple[Array, Array]:
    r"""Return parameters and sums of squares after a step of AdaGrad.

    .. math:: s_j' = s_j + g_j^2, \qquad w_j' = w_j - \eta\,\frac{g_j}{\sqrt{s_j'} + \epsilon}

    .. with \mathbf{w}, \mathbf{g} : R[d]; entries w_j, g_j
            \mathbf{s} : R+[d]; entries s_j
            \mathbf{w}', \mathbf{s}' : R[d]; entries w_j', s_j'
            \eta, \epsilon : (0.1, 0.9)
            \mathbf{w}', \mathbf{s}' = adagrad_step(\mathbf{w}, \mathbf{s}, \mathbf{g}, lr=\eta,
                eps=\epsilon)

    Parameters
    ----------
    w, s, grad : array_like, all of one shape
        Parameters, sums of squared gradients (zeros at first) and gradient.
    lr : float
        Learning rate η > 0.
    eps : float
        ε, 0 or more, so that a gradient that has always been 0 divides by something.

    Returns
    -------
    (w, s) : ndarray, ndarray

    References
    ----------
    J. Duchi, E. Hazan, Y. Singer, "Adaptive subgradient methods for online learning and stochastic
    optimization", JMLR 12 (2011).

    Examples
    --------
    >>> adagrad_step([1.0], [9.0], [4.0], lr=0.5, eps=0)
    (array([0.6]), array([25.]))
    """
    w, s, grad = _of_one_shape(w, s=s, grad=grad)
    lr, eps = _as_rate(lr), as_number("eps", eps, low=0)
    s = _as_squares("s", s) + grad**2
    return w - lr * grad / (np.sqrt(s) + eps), s


@raise_on_overflow
def rmsprop_step(
    w: ArrayLike,
    s: ArrayLike,
    grad: ArrayLike,
    *,
    lr: float,
    beta: float = 0.99,
    eps: float = 1e-8,
) -> tuple[Array, Array]:
    r"""Return parameters and mean squares after a step of RMSProp.

    .. math:: s_j' = \beta s_j + (1-\beta) g_j^2, \qquad
              w_j' = w_j - \eta\,\frac{g_j}{\sqrt{s_j'} + \epsilon}

    .. with \mathbf{w}, \mathbf{g} : R[d]; entries w_j, g_j
            \mathbf{s} : R+[d]; entries s_j
            \mathbf{w}', \mathbf{s}' : R[d]; entries w_j', s_j'
            \beta, \eta, \epsilon : (0.1, 0.9)
            \mathbf{w}', \mathbf{s}' = rmsprop_step(\mathbf{w}, \mathbf{s}, \mathbf{g}, lr=\eta,
                beta=\beta, eps=\epsilon)

    Parameters
    ----------
    w, s, grad : array_like, all of one shape
        Parameters, moving averages of squared gradients (zeros at first) and gradient.
    lr : float
        Learning rate η > 0.
    beta : float
        Weight β of the past, from 0 to below 1.
    eps : float
        ε, 0 or more.

    Returns
    -------
    (w, s) : ndarray, ndarray

    References
    ----------
    T. Tieleman, G. Hinton, "Lecture 6.5: rmsprop", Coursera, Neural Networks for Machine Learning
    (2012).

    Examples
    --------
    >>> rmsprop_step([1.0], [16.0], [4.0], lr=0.5, beta=0.75, eps=0)
    (array([0.5]), array([16.]))
    """
    w, s, grad = _of_one_shape(w, s=s, grad=grad)
    lr, beta, eps = (
        _as_rate(lr),
        as_number("beta", beta, low=0, high=1, open_high=True),
        as_number("eps", eps, low=0),
    )
    s = beta * _as_squares("s", s) + (1 - beta) * grad**2
    return w - lr * grad / (np.sqrt(s) + eps), s


@raise_on_overflow
def adam_step(
    w: ArrayLike,
    m: ArrayLike,
    v: ArrayLike,
    grad: ArrayLike,
    t: int,
    *,
    lr: float,
    betas: Sequence[float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 0.0,
) -> tuple[Array, Array, Array]:
    r"""Return parameters and both moments after step t of Adam; with weight decay, of AdamW.

    .. math:: m_j' = \beta_1 m_j + (1-\beta_1) g_j, \qquad
              v_j' = \beta_2 v_j + (1-\beta_2) g_j^2, \qquad
              w_j' = (1-\eta\lambda) w_j
              - \eta\,\frac{m_j' / (1-\beta_1^t)}{\sqrt{v_j' / (1-\beta_2^t)} + \epsilon}

    .. with t : {1..4}
            \mathbf{w}, \mathbf{m}, \mathbf{g} : R[d]; entries w_j, m_j, g_j
            \mathbf{v} : R+[d]; entries v_j
            \mathbf{w}', \mathbf{m}', \mathbf{v}' : R[d]; entries w_j', m_j', v_j'
            \beta_1, \beta_2, \eta, \lambda, \epsilon : (0.1, 0.9)
            \mathbf{w}', \mathbf{m}', \mathbf{v}' = adam_step(\mathbf{w}, \mathbf{m},
                \mathbf{v}, \mathbf{g}, t, lr=\eta, betas=[\beta_1, \beta_2], eps=\epsilon,
                weight_decay=\lambda)

    Parameters
    ----------
    w, m, v, grad : array_like, all of one shape
        Parameters, moving averages of the gradients and of their squares (zeros at first), and
        gradient.
    t : int
        Which step this is, from 1.
    lr : float
        Learning rate η > 0.
    betas : two floats
        Weights β₁ and β₂ of the past, each from 0 to below 1.
    eps : float
        ε, 0 or more.
    weight_decay : float
        λ, 0 or more; it decays the parameters outside the division.

    Returns
    -------
    (w, m, v) : ndarray, ndarray, ndarray

    References
    ----------
    D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015; I. Loshchilov,
    F. Hutter, "Decoupled weight decay regularization", ICLR 2019.

    Examples
    --------
    >>> w, m, v = adam_step([1.0], [0.0], [0.0], [-0.5], 1, lr=0.25)
    >>> w.round(6)
    array([1.25])
    """
    w, m, v, grad = _of_one_shape(w, m=m, v=v, grad=grad)
    t, lr, eps = as_count("t", t), _as_rate(lr), as_number("eps", eps, low=0)
    beta1, beta2 = as_shares("betas", betas, 2)
    kept = 1 - lr * as_number("weight_decay", weight_decay, low=0)
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * _as_squares("v", v) + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return kept * w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def cosine_schedule(t: int, T: int, high: float, low: float = 0.0) -> float:
    r"""Return the learning rate of step t on half a cosine from ``high`` at 0 to ``low`` at T.

    .. math:: \eta_t = \eta_{\text{min}} + \frac{1}{2} (\eta_{\text{max}} - \eta_{\text{min}})
              \left( 1 + \cos \frac{\pi t}{T} \right)

    .. with t : 0..T
            \eta_{\text{min}}, \eta_{\text{max}} : R+
            \eta_t : R; t = 0..T
            \eta_t = cosine_schedule(t, T, \eta_{\text{max}}, \eta_{\text{min}})

    Parameters
    ----------
    t : int
        Step, from 0 to T.
    T : int
        Number of steps.
    high, low : float
        Rates at the start and at the end, 0 or more.

    Returns
    -------
    float

    References
    ----------
    I. Loshchilov, F. Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017.

    Examples
    --------
    >>> [cosine_schedule(t, 2, 0.5, 0.1) for t in range(3)]
    [0.5, 0.3, 0.1]
    """
    T = as_count("T", T)
    t = as_count("t", t, low=0, high=T)
    high, low = as_number("high", high, low=0), as_number("low", low, low=0)
    share = (1 + math.cos(math.pi * t / T)) / 2
    return share * high + (1 - share) * low


def step_schedule(t: int, every: int, factor: float, lr: float) -> float:
    r"""Return the learning rate of step t, which is multiplied by ``factor`` at equal intervals.

    .. math:: \eta_t = \eta\, \gamma^{\lfloor t / k \rfloor}

    .. with T = 9
            k = 4
            t : 0..T
            \eta : R+
            \gamma : (0, 1)
            \eta_t : R; t = 0..T
            \eta_t = step_schedule(t, k, \gamma, \eta)

    Parameters
    ----------
    t : int
        Step, from 0.
    every : int
        Number k of steps between changes.
    factor : float
        γ, above 0 and at most 1.
    lr : float
        Rate η > 0 of the first steps.

    Returns
    -------
    float

    Examples
    --------
    >>> [step_schedule(t, 2, 0.5, 0.8) for t in range(5)]
    [0.8, 0.8, 0.4, 0.4, 0.2]
    """
    t, every = as_count("t", t, low=0), as_count("every", every)
    factor = as_number("factor", factor, low=0, high=1, open_low=True)
    return _as_rate(lr) * factor ** (t // every)


def warmup_schedule(t: int, warmup: int, lr: float) -> float:
    r"""Return the learning rate of step t, which grows to ``lr`` in equal parts at first.

    .. math:: \eta_t = \eta_{\text{max}} \min\left( 1, \frac{t+1}{S} \right)

    .. with T = 7
            S = 3
            t : 0..T
            \eta_{\text{max}} : R+
            \eta_t : R; t = 0..T
            \eta_t = warmup_schedule(t, S, \eta_{\text{max}})

    Parameters
    ----------
    t : int
        Step, from 0.
    warmup : int
        Number S of steps after which the rate is whole.
    lr : float
        The whole rate, above 0.

    Returns
    -------
    float

    References
    ----------
    P. Goyal et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour",
    arXiv:1706.02677 (2017).

    Examples
    --------
    >>> [warmup_schedule(t, 4, 0.8) for t in range(6)]
    [0.2, 0.4, 0.6000000000000001, 0.8, 0.8, 0.8]
    """
    t, warmup = as_count("t", t, low=0), as_count("warmup", warmup)
    return _as_rate(lr) * min(1.0, (t + 1) / warmup)


def _of_one_shape(w: ArrayLike, **others: ArrayLike) -> tuple[Array, ...]:
    w = as_floats("w", w)
    arrays = [w, *(as_floats(name, value, shape=w.shape) for name, value in others.items())]
    widest = np.result_type(*arrays)
    return tuple(array.astype(widest, copy=False) for array in arrays)


def _as_squares(name: str, value: Array) -> Array:
    if value.min() < 0:
        raise ValueError(f"{name} must hold sums of squares, which are >= 0, got {value.min()}")
    return value


def _as_rate(lr: float) -> float:
    return as_number("lr", lr, low=0, open_low=True)
