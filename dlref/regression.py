"""Linear regression: predict, measure the training loss and its gradient, solve for the minimum.

Bad arguments are a ``ValueError`` (a target is never broadcast), an overflow is a
``FloatingPointError``.

References
----------
T. Hastie, R. Tibshirani, J. Friedman, *The Elements of Statistical Learning*, 2nd ed., Springer
2009, sections 2.3, 2.4 and 3.2; for the algebra, G. H. Golub, C. F. Van Loan, *Matrix
Computations*, 4th ed., Johns Hopkins 2013, sections 5.3 and 5.5.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from dlref.losses import mean_loss
from dlref.validation import (
    Array,
    as_count,
    as_floats,
    as_number,
    as_training_set,
    raise_on_overflow,
    without_overflow,
)

__all__ = [
    "predict",
    "training_loss",
    "training_loss_gradient",
    "add_bias_column",
    "polynomial_features",
    "normal_equations",
    "least_squares",
]


@raise_on_overflow
def predict(X: ArrayLike, w: ArrayLike, b: float = 0.0) -> Array:
    r"""Return the predictions of a linear model, for a batch of samples or for one.

    .. math:: \hat{\mathbf{y}} = \mathbf{X}\mathbf{w} + b\mathbf{1}, \qquad
        \hat{y} = \mathbf{w}^\top \mathbf{x} + b

    .. with \mathbf{X} : R[n,d]
            \mathbf{w}, \mathbf{x} : R[d]
            b : R
            \mathbf{1} : ones[n]
            \hat{\mathbf{y}} = predict(\mathbf{X}, \mathbf{w}, b)
            \hat{y} = predict(\mathbf{x}, \mathbf{w}, b)

    Parameters
    ----------
    X : array_like, shape (n, d) or (d,)
        One sample a row, or one sample alone.
    w : array_like, shape (d,)
        Weights: how much the prediction grows per unit of each feature.
    b : float
        Bias: the prediction where all features are zero.

    Returns
    -------
    ndarray, shape (n,) or ()

    Examples
    --------
    >>> predict([[1.0, 2.0], [3.0, 4.0]], [10.0, 1.0], 0.5)
    array([12.5, 34.5])
    """
    X = as_floats("X", X)
    if X.ndim not in (1, 2):
        raise ValueError(f"X must have shape (n, d) or (d,), got {X.shape}")
    w = as_floats("w", w, shape=X.shape[-1:])
    return np.asarray(X @ w + as_number("b", b))


def training_loss(X: ArrayLike, y: ArrayLike, w: ArrayLike, b: float = 0.0) -> float:
    r"""Return the mean squared loss of a linear model over the training set.

    .. math:: \mathcal{L}(\mathbf{w}, b)
        = \frac{1}{n}\sum_{i=1}^n \frac{1}{2} (y_i - \mathbf{w}^\top\mathbf{x}_i - b)^2
        = \frac{1}{2n}\|\mathbf{y} - \mathbf{X}\mathbf{w} - b\mathbf{1}\|_2^2

    .. with \mathbf{X} : R[n,d]; rows \mathbf{x}_i
            \mathbf{y} : R[n]; entries y_i
            \mathbf{1} : ones[n]
            \mathbf{w} : R[d]
            b : R
            training_loss(\mathbf{X}, \mathbf{y}, \mathbf{w}, b)

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
    w : array_like, shape (d,)
    b : float

    Returns
    -------
    float

    Examples
    --------
    >>> training_loss([[1.0], [2.0]], [1.0, 2.0], [0.5], 0.0)
    0.3125
    >>> training_loss([[1.0], [2.0]], [[1.0], [2.0]], [0.5], 0.0)
    Traceback (most recent call last):
    ValueError: y must have shape (2,), got (2, 1)
    """
    X, y = as_training_set(X, y)
    return mean_loss(y, predict(X, w, b))


@raise_on_overflow
def training_loss_gradient(
    X: ArrayLike, y: ArrayLike, w: ArrayLike, b: float = 0.0
) -> tuple[Array, float]:
    r"""Return the gradient of :func:`.training_loss` with respect to ``w`` and ``b``.

    .. math:: \nabla_{\mathbf{w}} \mathcal{L} = -\frac{1}{n} \mathbf{X}^\top \mathbf{r}, \qquad
        \frac{\partial \mathcal{L}}{\partial b} = -\frac{1}{n} \mathbf{1}^\top \mathbf{r}, \qquad
        \mathbf{r} = \mathbf{y} - \mathbf{X}\mathbf{w} - b\mathbf{1}

    .. with \mathbf{X} : R[n,d]
            \mathbf{y} : R[n]
            \mathbf{1} : ones[n]
            \mathbf{w} : R[d]
            b : R
            \mathcal{L} = \frac{1}{2n} \|\mathbf{y} - \mathbf{X}\mathbf{w} - b\mathbf{1}\|_2^2
            \nabla_{\mathbf{w}} \mathcal{L}, \frac{\partial \mathcal{L}}{\partial b} =
                training_loss_gradient(\mathbf{X}, \mathbf{y}, \mathbf{w}, b)

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
    w : array_like, shape (d,)
    b : float

    Returns
    -------
    grad_w : ndarray, shape (d,)
    grad_b : float

    Examples
    --------
    >>> training_loss_gradient([[1.0], [2.0]], [1.0, 2.0], [0.5], 0.0)
    (array([-1.25]), -0.75)
    """
    X, y = as_training_set(X, y)
    residual = y - predict(X, w, b)
    return -(X.T @ residual) / len(y), -float(residual.mean())


def add_bias_column(X: ArrayLike) -> Array:
    r"""Return ``X`` with a column of ones behind its last, whose weight is then the bias.

    .. math:: \tilde{\mathbf{X}} = \begin{bmatrix} \mathbf{X} & \mathbf{1} \end{bmatrix}, \qquad
        \mathbf{X}\mathbf{w} + b\mathbf{1}
        = \tilde{\mathbf{X}} \begin{bmatrix} \mathbf{w} \\ b \end{bmatrix}

    .. with \mathbf{X} : R[n,2]
            \mathbf{1} : ones[n]
            \mathbf{w} : R[2]
            b : R
            \tilde{\mathbf{X}} = add_bias_column(\mathbf{X})

    Parameters
    ----------
    X : array_like, shape (n, d)

    Returns
    -------
    ndarray, shape (n, d + 1)

    Examples
    --------
    >>> add_bias_column([[5.0], [7.0]])
    array([[5., 1.],
           [7., 1.]])
    """
    X = as_floats("X", X, ndim=2)
    return np.column_stack([X, np.ones(len(X), X.dtype)])


@raise_on_overflow
def polynomial_features(X: ArrayLike, degree: int) -> Array:
    r"""Return the powers of the columns of ``X``, from the first to the p-th, as new features.

    .. math:: \begin{bmatrix} \mathbf{X} & \mathbf{X}^{\circ 2} & \cdots & \mathbf{X}^{\circ p}
        \end{bmatrix}, \qquad (\mathbf{X}^{\circ k})_{ij} = x_{ij}^k

    .. not executed: the number of blocks is open

    A linear model of them is a polynomial of degree p, which is still linear in its weights. There
    is no column of ones, since the model has a bias, and no product of different features.

    Parameters
    ----------
    X : array_like, shape (n, d)
    degree : int
        The degree p, at least 1.

    Returns
    -------
    ndarray, shape (n, d p)
        All first powers, then all squares, and so on.

    References
    ----------
    C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer 2006, section 1.1.

    Examples
    --------
    >>> polynomial_features([[2.0], [3.0]], degree=3)
    array([[ 2.,  4.,  8.],
           [ 3.,  9., 27.]])
    """
    X, degree = as_floats("X", X, shape=("n", "d")), as_count("degree", degree)
    return np.hstack([X**k for k in range(1, degree + 1)])


@raise_on_overflow
def normal_equations(X: ArrayLike, y: ArrayLike) -> Array:
    r"""Return the weights that solve the normal equations, without a bias.

    .. math:: \mathbf{w}^* = (\mathbf{X}^\top\mathbf{X})^{-1}\mathbf{X}^\top\mathbf{y}, \qquad
        \mathbf{X}^\top\mathbf{X}\,\mathbf{w}^* = \mathbf{X}^\top\mathbf{y}

    .. with \mathbf{X} : R[n,d]
            \mathbf{y} : R[n]
            \mathbf{w}^* = normal_equations(\mathbf{X}, \mathbf{y})

    The equations have a solution for every ``X``, but only one if its columns are independent.
    They are here to be read: forming :math:`\mathbf{X}^\top\mathbf{X}` squares the condition
    number, so :func:`.least_squares` is the one to compute with. For a bias, pass
    ``add_bias_column(X)``; the last weight is the bias then.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Of rank d.
    y : array_like, shape (n,)

    Returns
    -------
    ndarray, shape (d,)

    Raises
    ------
    ValueError
        If the columns of ``X`` are dependent, or so nearly that ``X.T @ X`` is singular.

    Examples
    --------
    >>> X = [[1.0, 0.0], [0.0, 2.0], [0.0, 0.0]]
    >>> normal_equations(X, [3.0, 4.0, 5.0])
    array([3., 2.])
    >>> normal_equations([[1.0, 2.0], [2.0, 4.0]], [1.0, 2.0])
    Traceback (most recent call last):
    ValueError: X has rank 1 < 2 columns: no unique solution; use ridge
    """
    X, y = as_training_set(X, y)
    rtol, dtype = _rank_tolerance(X), np.result_type(X, y)
    # LAPACK does not know float16, so the algebra is done in float64.
    X, y = X.astype(np.float64), y.astype(np.float64)
    d, rank, gram = X.shape[1], np.linalg.matrix_rank(X, rtol=rtol), X.T @ X
    if rank < d:
        raise ValueError(f"X has rank {rank} < {d} columns: no unique solution; use ridge")
    rank = np.linalg.matrix_rank(gram)
    if rank < d:
        raise ValueError(
            f"X.T @ X has rank {rank} < {d} after rounding: it squares the condition number of X; "
            "use least_squares"
        )
    return without_overflow(np.linalg.solve(gram, X.T @ y)).astype(dtype)


@raise_on_overflow
def least_squares(X: ArrayLike, y: ArrayLike, *, bias: bool = True) -> tuple[Array, float]:
    r"""Return weights and bias of least training loss, from the singular value decomposition.

    .. math:: (\mathbf{w}^*, b^*) \in \operatorname*{arg\,min}_{\mathbf{w},\,b}
        \mathcal{L}(\mathbf{w}, b)

    .. with \mathbf{X} : R[n,d]
            \mathbf{y} : R[n]
            \mathbf{1} : ones[n]
            \mathbf{w} : R[d]
            b : R
            \mathbf{w}^*, b^* : R[d], R; code least_squares(\mathbf{X}, \mathbf{y})
            \mathcal{L}(\mathbf{w}, b)
                = \frac{1}{2n}\|\mathbf{y} - \mathbf{X}\mathbf{w} - b\mathbf{1}\|_2^2
            :kind: optimality
            :equivalent: \mathbf{w} -> \mathbf{w}^{*} #2 | with the best weights b is the same
            :equivalent: b -> b^{*} #2 | with the best bias the weights are the same

    Here :math:`\mathcal{L}` is the :func:`.training_loss`, and the bias the weight of a column of
    ones. Where many minimisers exist, because the columns of :math:`[\mathbf{X}\ \mathbf{1}]` are
    dependent, the shortest :math:`[\mathbf{w}; b]` is returned: all of them predict the training
    set alike, none of them can be told from the data.
    :func:`.normal_equations` refuses such an ``X``.

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
    bias : bool
        Whether the model has a bias; without, ``b`` is 0.

    Returns
    -------
    w : ndarray, shape (d,)
    b : float

    Examples
    --------
    >>> w, b = least_squares([[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0])
    >>> w.round(12), round(b, 12)
    (array([2.]), 1.0)
    """
    X, y = as_training_set(X, y)
    A = add_bias_column(X) if bias else X
    # LAPACK does not know float16, so the algebra is done in float64.
    wide = np.linalg.lstsq(A.astype(np.float64), y.astype(np.float64), rcond=_rank_tolerance(A))[0]
    solution = without_overflow(wide).astype(np.result_type(X, y))
    return (solution[:-1], float(solution[-1])) if bias else (solution, 0.0)


def _rank_tolerance(X: Array) -> float:
    """Return the singular value, relative to the largest, below which it is rounding of ``X``."""
    return float(max(X.shape) * np.finfo(X.dtype).eps)
