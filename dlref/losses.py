"""Losses: how far predictions are from the true values, sample by sample or on average.

Bad arguments are a ``ValueError`` (a target is never broadcast), an overflow is a
``FloatingPointError``.

References
----------
C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer 2006, section 1.5.5; P. J. Huber,
"Robust estimation of a location parameter", Annals of Mathematical Statistics 35 (1964);
R. Koenker, G. Bassett, "Regression quantiles", Econometrica 46 (1978).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from dlref.validation import Array, as_floats, as_function, as_number, raise_on_overflow

__all__ = [
    "squared_loss",
    "absolute_loss",
    "huber_loss",
    "quantile_loss",
    "mean_loss",
    "root_mean_squared_error",
]

Loss: TypeAlias = Callable[[Array, Array], ArrayLike]


@raise_on_overflow
def squared_loss(y: ArrayLike, y_hat: ArrayLike) -> Array:
    r"""Return half the squared error of each prediction.

    .. math:: \ell(y, \hat{y}) = \frac{1}{2}(y - \hat{y})^2

    .. with y, \hat{y} : R

    The factor one half makes the derivative plain:
    :math:`\partial\ell / \partial\hat{y} = \hat{y} - y`.

    Parameters
    ----------
    y, y_hat : array_like
        Targets and predictions, of one shape.

    Returns
    -------
    ndarray
        The losses, entry by entry, in the squared unit of ``y``.

    Examples
    --------
    >>> squared_loss([1.0, 2.0], [1.5, 0.0])
    array([0.125, 2.   ])
    """
    return np.asarray(0.5 * _residuals(y, y_hat) ** 2)


@raise_on_overflow
def absolute_loss(y: ArrayLike, y_hat: ArrayLike) -> Array:
    r"""Return the absolute error of each prediction; the median minimises its mean.

    .. math:: \ell(y, \hat{y}) = |y - \hat{y}|

    .. with y, \hat{y} : R

    Parameters
    ----------
    y, y_hat : array_like
        Targets and predictions, of one shape.

    Returns
    -------
    ndarray
        The losses, entry by entry, in the unit of ``y``.

    Examples
    --------
    >>> absolute_loss([1.0, 2.0], [1.5, 0.0])
    array([0.5, 2. ])
    """
    return np.asarray(np.abs(_residuals(y, y_hat)))


@raise_on_overflow
def huber_loss(y: ArrayLike, y_hat: ArrayLike, *, delta: float = 1.0) -> Array:
    r"""Return the squared loss of small errors, which goes on as a straight line for large ones.

    .. math:: \ell_\delta(y, \hat{y}) = \begin{cases}
        \frac{1}{2} r^2 & |r| \le \delta \\
        \delta \left(|r| - \frac{1}{2}\delta\right) & |r| > \delta \end{cases},
        \qquad r = y - \hat{y}

    .. with y, \hat{y} : R
            \delta : R+
            r = y - \hat{y}
            huber_loss(y, \hat{y}, delta=\delta)

    Parameters
    ----------
    y, y_hat : array_like
        Targets and predictions, of one shape.
    delta : float
        Above 0: the size of error where the line begins.

    Returns
    -------
    ndarray
        The losses, entry by entry, in the squared unit of ``y``.

    Examples
    --------
    >>> huber_loss([0.0, 0.0], [0.5, 100.0])
    array([ 0.125, 99.5  ])
    """
    size = np.abs(_residuals(y, y_hat))
    clipped = np.minimum(size, as_number("delta", delta, low=0, open_low=True))
    return np.asarray(clipped * (size - 0.5 * clipped))


@raise_on_overflow
def quantile_loss(y: ArrayLike, y_hat: ArrayLike, *, q: float) -> Array:
    r"""Return q times each error of a prediction too low, 1 - q times each of one too high.

    .. math:: \ell_q(y, \hat{y}) = \max\big(q\,(y - \hat{y}),\ (1 - q)\,(\hat{y} - y)\big)

    .. with y, \hat{y} : R
            q : (0, 1)

    Also called pinball loss; the q-quantile minimises its mean.

    Parameters
    ----------
    y, y_hat : array_like
        Targets and predictions, of one shape.
    q : float
        Between 0 and 1.

    Returns
    -------
    ndarray
        The losses, entry by entry, in the unit of ``y``.

    Examples
    --------
    >>> quantile_loss([1.0, 2.0], [2.0, 1.0], q=0.75)
    array([0.25, 0.75])
    """
    r = _residuals(y, y_hat)
    q = as_number("q", q, low=0, high=1, open_low=True, open_high=True)
    return np.asarray(np.maximum(q * r, (q - 1) * r))


@raise_on_overflow
def mean_loss(y: ArrayLike, y_hat: ArrayLike, *, loss: Loss = squared_loss) -> float:
    r"""Return the mean loss of predictions that have been made already.

    .. math:: \frac{1}{n}\sum_{i=1}^n \ell(y_i, \hat{y}_i)

    .. with \mathbf{y}, \hat{\mathbf{y}} : R[n]; entries y_i, \hat{y}_i
            y, \hat{y} : R
            \ell(y, \hat{y}) = \frac{1}{2} (y - \hat{y})^2
            mean_loss(\mathbf{y}, \hat{\mathbf{y}})

    The mean :func:`.squared_loss` is half the mean squared error of other libraries.

    Parameters
    ----------
    y, y_hat : array_like, shape (n,)
        Targets and predictions.
    loss : callable
        Maps targets and predictions, both of shape (n,), to n losses.

    Returns
    -------
    float

    Examples
    --------
    >>> mean_loss([1.0, 4.0], [1.0, 2.0])
    1.0
    """
    y = as_floats("y", y, shape=("n",))
    y_hat = as_floats("y_hat", y_hat, shape=y.shape)
    losses = as_function("loss", loss)(y, y_hat)
    return float(as_floats("loss(y, y_hat)", losses, shape=y.shape).mean())


def root_mean_squared_error(y: ArrayLike, y_hat: ArrayLike) -> float:
    r"""Return the root mean square error (RMSE) of predictions, in the unit of ``y``.

    .. math:: \sqrt{\frac{1}{n}\sum_{i=1}^n (y_i - \hat{y}_i)^2} = \sqrt{2\mathcal{L}}

    .. with \mathbf{y}, \hat{\mathbf{y}} : R[n]; entries y_i, \hat{y}_i
            \mathcal{L} : R; code mean_loss(\mathbf{y}, \hat{\mathbf{y}})
            root_mean_squared_error(\mathbf{y}, \hat{\mathbf{y}})

    Here :math:`\mathcal{L}` is the mean :func:`.squared_loss`, half the mean squared error.

    Parameters
    ----------
    y, y_hat : array_like, shape (n,)
        Targets and predictions.

    Returns
    -------
    float

    Examples
    --------
    >>> root_mean_squared_error([0.0, 0.0], [3.0, 4.0])
    3.5355339059327378
    """
    return math.sqrt(2 * mean_loss(y, y_hat))


def _residuals(y: ArrayLike, y_hat: ArrayLike) -> Array:
    y = as_floats("y", y)
    return np.asarray(y - as_floats("y_hat", y_hat, shape=y.shape))
