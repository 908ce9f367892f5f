"""Keep weights small: a penalty on their norm, a bound on it, and the step called weight decay.

Bad arguments are a ``ValueError`` (a target is never broadcast), an overflow is a
``FloatingPointError``.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from dlref.functional import gradient_step
from dlref.regression import least_squares, training_loss
from dlref.validation import (
    Array,
    as_floats,
    as_number,
    as_training_set,
    raise_on_overflow,
    without_overflow,
)

__all__ = [
    "penalized_loss",
    "ridge",
    "project_l2_ball",
    "weight_decay_step",
    "constrained_least_squares",
    "equivalent_penalty",
]

MAX_STEPS = 20_000


@raise_on_overflow
def penalized_loss(X: ArrayLike, y: ArrayLike, w: ArrayLike, b: float, lam: float) -> float:
    r"""Return the training loss of a linear model plus the penalty on its weights.

    .. math:: \mathcal{L}(\mathbf{w}, b) + \frac{\lambda}{2}\|\mathbf{w}\|_2^2

    .. with \mathbf{X} : R[n,d]
            \mathbf{y} : R[n]
            \mathbf{w} : R[d]
            b : R
            \lambda : R+
            \mathcal{L}(\mathbf{w}, b) : R; code training_loss(\mathbf{X}, \mathbf{y},
                \mathbf{w}, b)
            penalized_loss(\mathbf{X}, \mathbf{y}, \mathbf{w}, b, \lambda)

    The bias is not penalised: a penalty would pull the predictions towards 0, wherever the
    origin of ``y`` happens to lie.

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
    w : array_like, shape (d,)
    b : float
    lam : float
        The penalty λ ≥ 0; 0 leaves the training loss.

    Returns
    -------
    float

    References
    ----------
    T. Hastie, R. Tibshirani, J. Friedman, *The Elements of Statistical Learning*, 2nd ed., Springer
    2009, section 3.4.1.

    Examples
    --------
    >>> penalized_loss([[1.0], [2.0]], [1.0, 2.0], [0.5], 0.0, lam=0.5)
    0.375
    """
    loss = training_loss(X, y, w, b)
    w = as_floats("w", w)
    return float(loss + np.float64(as_number("lam", lam, low=0) / 2) * (w @ w))


@raise_on_overflow
def ridge(X: ArrayLike, y: ArrayLike, lam: float) -> tuple[Array, float]:
    r"""Return the weights and the bias that minimise the penalised loss.

    .. math:: (\mathbf{w}^*, b^*) \in \operatorname*{arg\,min}_{\mathbf{w},\,b}
        \frac{1}{2n}\|\mathbf{y} - \mathbf{X}\mathbf{w} - b\mathbf{1}\|_2^2
        + \frac{\lambda}{2}\|\mathbf{w}\|_2^2

    .. with \mathbf{X} : R[n,d]
            \mathbf{y} : R[n]
            \mathbf{1} : ones[n]
            \mathbf{w} : R[d]
            b : R
            \lambda : R+
            \mathbf{w}^*, b^* : R[d], R; code ridge(\mathbf{X}, \mathbf{y}, \lambda)
            :kind: optimality
            :equivalent: b -> b^{*} #2 | with the best bias put in, the best weights are the same

    Solved as least squares of more rows: a row :math:`\sqrt{n\lambda}\,\mathbf{e}_j^\top` with the
    target 0 adds :math:`\frac{\lambda}{2} w_j^2` to the loss. The factor n comes from the mean in
    the loss; libraries that minimise the sum call ``n * lam`` their penalty. Centring ``X`` and
    ``y`` leaves the bias free.

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
    lam : float
        The penalty λ ≥ 0. As λ grows, ``w`` tends to 0 and ``b`` to the mean of ``y``; with λ = 0,
        ``w`` is the shortest of the least-squares solutions.

    Returns
    -------
    w : ndarray, shape (d,)
    b : float

    References
    ----------
    A. E. Hoerl, R. W. Kennard, "Ridge regression: biased estimation for nonorthogonal problems",
    Technometrics 12 (1970).

    Examples
    --------
    >>> w, b = ridge([[-1.0], [1.0]], [0.0, 2.0], lam=1.0)
    >>> w.round(12), round(b, 12)
    (array([0.5]), 1.0)
    """
    X, y = as_training_set(X, y)
    dtype, (n, d) = np.result_type(X, y), X.shape
    root = math.sqrt(n) * math.sqrt(as_number("lam", lam, low=0))
    X, y, x_mean, y_mean = _centred(X, y)
    rows = np.vstack([X, root * np.eye(d)])
    w, _ = least_squares(rows, np.concatenate([y, np.zeros(d)]), bias=False)
    return w.astype(dtype), float(y_mean - x_mean @ w)


def project_l2_ball(w: ArrayLike, radius: float) -> Array:
    r"""Return the point of the ball :math:`\|\mathbf{w}\|_2 \le r` that is nearest to ``w``.

    .. math:: \mathbf{w} \cdot \min\left(1, \frac{r}{\|\mathbf{w}\|_2}\right)

    .. with \mathbf{w} : R[d]
            r : (1, 5)
            project_l2_ball(\mathbf{w}, r)

    The constraint :math:`\|\mathbf{w}\|_2^2 \le \theta` is the ball of radius
    :math:`\sqrt\theta`.

    Parameters
    ----------
    w : array_like
        All its entries count in the norm.
    radius : float
        The radius r ≥ 0.

    Returns
    -------
    ndarray, shape of w

    References
    ----------
    N. Parikh, S. Boyd, "Proximal algorithms", Foundations and Trends in Optimization 1 (2014),
    section 6.5.1.

    Examples
    --------
    >>> project_l2_ball([3.0, 4.0], radius=1.0)
    array([0.6, 0.8])
    >>> project_l2_ball([3.0, 4.0], radius=10.0)
    array([3., 4.])
    """
    w, radius = as_floats("w", w), as_number("radius", radius, low=0)
    norm = math.hypot(*w.ravel().tolist())  # np.linalg.norm would square what may overflow
    if norm <= radius:
        return w.copy()
    if norm == math.inf:
        raise FloatingPointError("overflow encountered in the norm of w")
    # In this order and in float64, no factor underflows.
    return np.asarray(w.astype(np.float64) / norm * radius).astype(w.dtype)


@raise_on_overflow
def weight_decay_step(w: ArrayLike, grad: ArrayLike, lr: float, lam: float) -> Array:
    r"""Return the weights after one step of gradient descent with weight decay.

    .. math:: \mathbf{w}' = (1 - \eta\lambda)\,\mathbf{w} - \eta\,\mathbf{g}

    .. with \mathbf{w}, \mathbf{g} : R[d]
            \eta, \lambda : R+
            weight_decay_step(\mathbf{w}, \mathbf{g}, \eta, \lambda)

    It is the :func:`.gradient_step` on the loss plus
    :math:`\frac{\lambda}{2}\|\mathbf{w}\|_2^2`, or one from weights that were shrunk. Usually
    0 < ηλ < 1, so that each step first shrinks the weights; above 2 the decay alone diverges.

    Parameters
    ----------
    w : array_like
    grad : array_like, shape of w
        The gradient of the loss without the penalty.
    lr : float
        The learning rate η > 0.
    lam : float
        The penalty λ ≥ 0.

    Returns
    -------
    ndarray, shape of w

    References
    ----------
    A. Krogh, J. A. Hertz, "A simple weight decay can improve generalization", NeurIPS 1991.

    Examples
    --------
    >>> weight_decay_step([1.0, -2.0], grad=[0.5, 0.0], lr=0.1, lam=1.0)
    array([ 0.85, -1.8 ])
    """
    lr, lam = as_number("lr", lr), as_number("lam", lam, low=0)
    shrunk = (1 - np.float64(lr) * lam).item() * as_floats("w", w)
    return gradient_step(shrunk, grad, lr)


@raise_on_overflow
def constrained_least_squares(X: ArrayLike, y: ArrayLike, theta: float) -> tuple[Array, float]:
    r"""Return the weights and the bias of least training loss within a ball of weights.

    .. math:: \min_{\mathbf{w},\,b} \mathcal{L}(\mathbf{w}, b) \quad \text{subject to} \quad
        \|\mathbf{w}\|_2^2 \le \theta

    .. with \mathbf{X} : R[n,d]
            \mathbf{y} : R[n]
            \mathbf{1} : ones[n]
            \mathbf{w} : R[d]
            b : R
            \theta : (0.1, 0.5)
            \mathcal{L}(\mathbf{w}, b)
                = \frac{1}{2n}\|\mathbf{y} - \mathbf{X}\mathbf{w} - b\mathbf{1}\|_2^2
            constrained_least_squares(\mathbf{X}, \mathbf{y}, \theta)
            :kind: optimality

    Solved by projected gradient descent, which knows of no penalty: each step goes down the
    gradient and then back to the nearest point of the ball. The bias is left free.

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
    theta : float
        The bound θ ≥ 0 on the *square* of the norm; the smaller, the stronger.

    Returns
    -------
    w : ndarray, shape (d,)
    b : float

    Raises
    ------
    ValueError
        If ``X`` is so badly scaled that the descent takes too many steps.

    See Also
    --------
    equivalent_penalty : the λ for which :func:`.ridge` has the same solution.

    References
    ----------
    A. Beck, *First-Order Methods in Optimization*, SIAM 2017, chapter 10.

    Examples
    --------
    >>> X, y = [[-1.0], [1.0]], [0.0, 2.0]
    >>> w, b = constrained_least_squares(X, y, theta=0.25)
    >>> w.round(12), round(b, 12)
    (array([0.5]), 1.0)
    """
    X, y = as_training_set(X, y)
    radius, dtype = math.sqrt(as_number("theta", theta, low=0)), np.result_type(X, y)
    X, y, x_mean, y_mean = _centred(X, y)
    w, _ = _projected_gradient_descent(X, y, radius)
    return w.astype(dtype), float(y_mean - x_mean @ w)


@raise_on_overflow
def equivalent_penalty(X: ArrayLike, y: ArrayLike, theta: float) -> float:
    r"""Return the penalty λ whose :func:`.ridge` solution is that of the constraint θ.

    .. math:: \lambda = -\frac{\langle \mathbf{w}^*, \nabla_{\mathbf{w}}\mathcal{L}(\mathbf{w}^*,
        b^*)\rangle}{\|\mathbf{w}^*\|_2^2}

    .. with \mathbf{X} : R[n,d]
            \mathbf{y} : R[n]
            \mathbf{1} : ones[n]
            \mathbf{w} : R[d]
            b : R
            \theta : (0.01, 0.1)
            \mathcal{L}(\mathbf{w}, b) = \frac{1}{2n} \|\mathbf{y} - \mathbf{X}\mathbf{w} -
                b\mathbf{1}\|_2^2
            \mathbf{w}^{*}, b^{*} : R[d], R; code constrained_least_squares(\mathbf{X},
                \mathbf{y}, \theta)
            equivalent_penalty(\mathbf{X}, \mathbf{y}, \theta)

    At the solution of :func:`.constrained_least_squares` the gradient is
    :math:`-\lambda\mathbf{w}^*`; where the constraint is not active, λ = 0. The Lagrange multiplier
    of :math:`\|\mathbf{w}\|_2^2 \le \theta` is λ/2. λ depends on the data, not on θ alone.

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
    theta : float
        The bound θ > 0 on the square of the norm. For θ = 0 there is no finite λ.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        As for :func:`.constrained_least_squares`.

    References
    ----------
    S. Boyd, L. Vandenberghe, *Convex Optimization*, Cambridge 2004, section 5.5.3.

    Examples
    --------
    >>> X, y = [[-1.0], [1.0]], [0.0, 2.0]
    >>> round(equivalent_penalty(X, y, theta=0.25), 12)
    1.0
    """
    X, y = as_training_set(X, y)
    radius = math.sqrt(as_number("theta", theta, low=0, open_low=True))
    X, y, _, _ = _centred(X, y)
    w, before = _projected_gradient_descent(X, y, radius)
    if np.array_equal(w, before):
        return 0.0  # the ball holds nothing back
    gradient = -(X.T @ (y - X @ w)) / len(y)
    lam = float(-(w / radius) @ gradient / radius)
    # What is no more than rounding is 0. Nothing makes λ ≥ 0: a check that says so can fail.
    terms = np.abs(X).T @ (np.abs(y) + np.abs(X) @ np.abs(w)) / len(y)
    rounding = 100 * np.finfo(w.dtype).eps * np.linalg.norm(terms) / radius
    return lam if abs(lam) > rounding else 0.0


def _centred(X: Array, y: Array) -> tuple[Array, Array, Array, np.floating[Any]]:
    """Return ``X`` and ``y`` without their means, and the means, all in float64.

    The best bias for given weights is the mean of ``y - X @ w``; with the means taken away, it
    has gone from the problem.
    """
    X, y = X.astype(np.float64), y.astype(np.float64)
    x_mean, y_mean = X.mean(axis=0), y.mean()
    # By way of the first row, so that a constant column becomes exactly 0.
    X = X - X[0]
    return X - X.mean(axis=0), y - y_mean, x_mean, y_mean


def _projected_gradient_descent(X: Array, y: Array, radius: float) -> tuple[Array, Array]:
    """Return the best weights of the ball, and what the last step projected onto them."""
    w: Array = np.zeros(X.shape[1])
    largest = without_overflow(np.asarray(np.linalg.norm(X, 2)))
    if largest == 0:
        return w, w
    for _ in range(MAX_STEPS):
        # The loss curves by at most largest² / n: the longest step that cannot overshoot.
        before = w + X.T @ (y - X @ w) / largest**2
        previous, w = w, project_l2_ball(before, radius)
        if np.linalg.norm(w - previous) <= 4 * np.finfo(w.dtype).eps * np.linalg.norm(w):
            return w, before
    raise ValueError(f"X must be scaled for {MAX_STEPS} steps to suffice; standardize its columns")
