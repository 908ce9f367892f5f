"""Choose a model: split the samples, and measure its error on those it was not fitted to.

Bad arguments are a ``ValueError`` (nothing is broadcast), an overflow is a ``FloatingPointError``.

References
----------
T. Hastie, R. Tibshirani, J. Friedman, *The Elements of Statistical Learning*, 2nd ed., Springer
2009, sections 3.2, 7.2 and 7.10.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from dlref.losses import Loss, mean_loss, squared_loss
from dlref.regression import least_squares, predict
from dlref.validation import (
    Array,
    Indices,
    as_count,
    as_floats,
    as_function,
    as_generator,
    as_indices,
    as_list,
    as_number,
    as_training_set,
    raise_on_overflow,
)

__all__ = [
    "train_validation_test_split",
    "kfold",
    "prediction_error",
    "fold_errors",
    "cross_validate",
    "standard_error",
    "one_standard_error_rule",
    "fit_least_squares",
    "predict_without",
    "cross_validate_least_squares",
]

Predictor: TypeAlias = Callable[[Array], ArrayLike]


def train_validation_test_split(
    n: int, *, validation: float = 0.2, test: float = 0.2, rng: np.random.Generator
) -> tuple[Indices, Indices, Indices]:
    """Return three disjoint sets of sample indices, drawn at random.

    Fit on the first, choose among models by the second, and look at the third once, at the end.

    Parameters
    ----------
    n : int
        The number of samples.
    validation, test : float
        The shares of two parts, rounded to whole samples; the training part gets the rest.
    rng : numpy.random.Generator
        Shuffles the samples: data are often sorted, and a part must not be all cheap houses.

    Returns
    -------
    train, validation, test : ndarray of int

    Raises
    ------
    ValueError
        If a part would have no sample.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> parts = train_validation_test_split(10, rng=rng)
    >>> [part.tolist() for part in parts]
    [[4, 6, 2, 7, 3, 5], [9, 0], [8, 1]]
    """
    n = as_count("n", n, low=3)
    validation = as_number("validation", validation, low=0, high=1, open_low=True, open_high=True)
    test = as_number("test", test, low=0, high=1, open_low=True, open_high=True)
    n_validation, n_test = round(n * validation), round(n * test)
    n_train = n - n_validation - n_test
    if min(n_train, n_validation, n_test) < 1:
        raise ValueError(
            "validation and test must leave each part a sample, "
            f"got shares {validation:g} and {test:g} of {n} samples"
        )
    order = as_generator("rng", rng).permutation(n)
    train, chosen, held_out = np.split(order, [n_train, n_train + n_validation])
    return train, chosen, held_out


def kfold(
    n: int, n_splits: int, *, rng: np.random.Generator | None = None
) -> list[tuple[Indices, Indices]]:
    """Return K pairs of training and validation indices, where each sample validates once.

    Parameters
    ----------
    n : int
        The number of samples.
    n_splits : int
        The number of folds K, from 2 to n. Their sizes differ by at most one.
    rng : numpy.random.Generator, optional
        Shuffles the samples; without, the folds are consecutive, which suits only data that are
        in no order.

    Returns
    -------
    list of (train, validation)

    References
    ----------
    M. Stone, "Cross-validatory choice and assessment of statistical predictions", Journal of the
    Royal Statistical Society B 36 (1974).

    Examples
    --------
    >>> for train, validation in kfold(5, 2):
    ...     print(train, validation)
    [3 4] [0 1 2]
    [0 1 2] [3 4]
    """
    n = as_count("n", n, low=2)
    n_splits = as_count("n_splits", n_splits, low=2, high=n)
    order = np.arange(n) if rng is None else as_generator("rng", rng).permutation(n)
    folds = np.array_split(order, n_splits)
    return [
        (np.concatenate(folds[:k] + folds[k + 1 :]), validation)
        for k, validation in enumerate(folds)
    ]


@raise_on_overflow
def prediction_error(
    f: Predictor, X: ArrayLike, y: ArrayLike, *, loss: Loss = squared_loss
) -> float:
    r"""Return the mean loss of a predictor over samples.

    .. math:: \widehat{R}(f) = \frac{1}{n}\sum_{i=1}^n \ell(y_i, f(\mathbf{x}_i))

    .. with \mathbf{X} : R[n,d]; rows \mathbf{x}_i
            \mathbf{y} : R[n]; entries y_i
            y, \hat{y} : R
            \ell(y, \hat{y}) = \frac{1}{2} (y - \hat{y})^2
            f : R[d] -> R
            prediction_error(f, \mathbf{X}, \mathbf{y})

    On the samples that ``f`` was fitted to, this is the training error; on validation or test
    samples, which played no part in choosing ``f``, it estimates the generalisation error.

    Parameters
    ----------
    f : callable
        Maps samples of shape (n, d) to predictions of shape (n,).
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
    loss : callable
        Maps targets and predictions, both of shape (n,), to n losses.

    Returns
    -------
    float

    References
    ----------
    V. Vapnik, *The Nature of Statistical Learning Theory*, 2nd ed., Springer 2000, section 1.3.

    Examples
    --------
    >>> prediction_error(lambda X: X[:, 0], [[1.0], [2.0]], [1.0, 4.0])
    1.0
    >>> prediction_error(lambda X: X, [[1.0], [2.0]], [1.0, 4.0])
    Traceback (most recent call last):
    ValueError: f(X) must have shape (2,), got (2, 1)
    """
    X, y = as_training_set(X, y)
    predictions = as_floats("f(X)", as_function("f", f)(X), shape=y.shape)
    return mean_loss(y, predictions, loss=loss)


@raise_on_overflow
def fold_errors(
    fit: Callable[[Array, Array], Predictor],
    X: ArrayLike,
    y: ArrayLike,
    folds: Sequence[tuple[ArrayLike, ArrayLike]],
    *,
    loss: Loss = squared_loss,
) -> Array:
    r"""Return the mean validation loss of each fold, whose mean is the cross-validation error.

    .. math:: e_k = \frac{1}{|F_k|}\sum_{i \in F_k} \ell\left(y_i, f^{(-k)}(\mathbf{x}_i)\right)

    .. not executed: its predictors come from a function that fits

    Parameters
    ----------
    fit, X, y, folds, loss
        As for :func:`.cross_validate`.

    Returns
    -------
    ndarray of float64, shape (K,)

    Raises
    ------
    ValueError
        As for :func:`.cross_validate`.

    Examples
    --------
    >>> def fit_mean(X, y):
    ...     return lambda X: np.full(len(X), y.mean())
    >>> X, y = [[0.0], [0.0], [0.0]], [1.0, 2.0, 6.0]
    >>> fold_errors(fit_mean, X, y, kfold(3, 3))
    array([ 4.5  ,  1.125, 10.125])
    """
    X, y = as_training_set(X, y)
    errors = []
    for train, validation in _as_folds(folds, len(y)):
        f = as_function("fit(X, y)", as_function("fit", fit)(X[train], y[train]))
        errors.append(prediction_error(f, X[validation], y[validation], loss=loss))
    return np.array(errors)


@raise_on_overflow
def cross_validate(
    fit: Callable[[Array, Array], Predictor],
    X: ArrayLike,
    y: ArrayLike,
    folds: Sequence[tuple[ArrayLike, ArrayLike]],
    *,
    loss: Loss = squared_loss,
) -> float:
    r"""Return the cross-validation error: the mean of the folds' mean validation losses.

    .. math:: \mathrm{CV}_K = \frac{1}{K}\sum_{k=1}^K \frac{1}{|F_k|}
        \sum_{i \in F_k} \ell\left(y_i, f^{(-k)}(\mathbf{x}_i)\right)

    .. not executed: its predictors come from a function that fits

    Here :math:`f^{(-k)}` is fitted without the samples of the fold :math:`F_k`. To choose a
    hyperparameter, compare its values on the same folds, then fit anew to all samples. Whatever
    is learnt from data, such as the mean and deviation of a feature, belongs inside ``fit``.

    Parameters
    ----------
    fit : callable
        Maps training samples (m, d) and targets (m,) to a predictor.
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
    folds : sequence of (train, validation)
        As :func:`.kfold` returns them.
    loss : callable
        Maps targets and predictions, both of shape (m,), to m losses.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If a sample does not validate exactly once, or trains the predictor that it validates.

    Examples
    --------
    >>> X, y = [[0.0], [0.0], [0.0]], [1.0, 2.0, 6.0]
    >>> def fit_shrunken_mean(X, y, lam):
    ...     return lambda X: np.full(len(X), y.mean() / (1 + lam))
    >>> def error(lam):
    ...     fit = lambda X, y: fit_shrunken_mean(X, y, lam)
    ...     return cross_validate(fit, X, y, kfold(3, 3))
    >>> [round(error(lam), 2) for lam in (0, 1, 9)]
    [5.25, 4.77, 6.22]
    >>> min((0, 1, 9), key=error)
    1
    """
    errors = fold_errors(fit, X, y, folds, loss=loss)
    return math.fsum(errors) / len(errors)


@raise_on_overflow
def standard_error(values: ArrayLike) -> float:
    r"""Return how far the mean of the values may be off by chance: its standard error.

    .. math:: \mathrm{SE} = \sqrt{\frac{1}{K(K-1)}\sum_{k=1}^K (e_k - \bar{e})^2}, \qquad
        \bar{e} = \frac{1}{K}\sum_{k=1}^K e_k

    .. with \mathbf{e} : R[K]; entries e_k
            standard_error(\mathbf{e})

    Parameters
    ----------
    values : array_like, shape (K,)
        Two or more independent values of one distribution. The errors of folds are only nearly
        independent, since their training sets overlap.

    Returns
    -------
    float

    References
    ----------
    L. Wasserman, *All of Statistics*, Springer 2004, section 6.3.

    Examples
    --------
    >>> round(standard_error([1.0, 2.0, 3.0]), 4)
    0.5774
    """
    values = as_floats("values", values, shape=("K",)).astype(np.float64)
    if len(values) < 2:
        raise ValueError(f"values must be two at least, got {values}")
    return float(values.std(ddof=1)) / math.sqrt(len(values))


@raise_on_overflow
def one_standard_error_rule(errors: ArrayLike) -> int:
    r"""Return the simplest model whose error is within one standard error of the least.

    .. math:: \min\left\{ j : \bar{e}_j \le \bar{e}_{j^*} + \mathrm{SE}_{j^*} \right\}, \qquad
        j^* = \operatorname*{arg\,min}_j \bar{e}_j

    .. not executed: the least index that meets a condition

    Parameters
    ----------
    errors : array_like, shape (m, K)
        A row for each model, the simplest first: its :func:`.fold_errors` on the same K folds.

    Returns
    -------
    int
        The row of the model.

    References
    ----------
    L. Breiman, J. Friedman, R. Olshen, C. Stone, *Classification and Regression Trees*, Wadsworth
    1984, section 3.4.3.

    Examples
    --------
    >>> errors = [[9.0, 7.0], [3.0, 4.0], [2.0, 4.0], [5.0, 3.0]]
    >>> one_standard_error_rule(errors)
    1
    """
    errors = as_floats("errors", errors, shape=("m", "K")).astype(np.float64)
    if errors.shape[1] < 2:
        raise ValueError(f"errors must have two columns at least, got shape {errors.shape}")
    means = errors.mean(axis=1)
    best = means.argmin()
    return int(np.argmax(means <= means[best] + standard_error(errors[best])))


def fit_least_squares(X: ArrayLike, y: ArrayLike) -> Predictor:
    r"""Return the linear predictor :math:`f(\mathbf{x}) = \langle\mathbf{x},\mathbf{w}\rangle + b`.

    Its weights and bias have the least training error; it is what :func:`.cross_validate` calls
    a ``fit``.

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)

    Returns
    -------
    callable
        Maps samples of shape (n, d) to predictions of shape (n,).

    Examples
    --------
    >>> f = fit_least_squares([[0.0], [1.0]], [1.0, 3.0])
    >>> f(np.array([[2.0], [3.0]])).round(12)
    array([5., 7.])
    """
    w, b = least_squares(X, y)
    return lambda rows: predict(rows, w, b)


def predict_without(fold: ArrayLike, X: ArrayLike, y: ArrayLike, x: ArrayLike) -> float:
    r"""Return :math:`f^{(-k)}(\mathbf{x})` for the linear model fitted without one fold.

    Parameters
    ----------
    fold : array_like of int, shape (m,)
        The samples that are left out.
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
    x : array_like, shape (d,)
        One sample.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If no sample is left.

    Examples
    --------
    >>> X, y = [[0.0], [1.0], [2.0]], [1.0, 3.0, 9.0]
    >>> round(predict_without([2], X, y, [2.0]), 12)
    5.0
    """
    X, y = as_training_set(X, y)
    fold = as_indices("fold", fold, len(y))
    x = as_floats("x", x, shape=(X.shape[1],))
    f = fit_least_squares(np.delete(X, fold, axis=0), np.delete(y, fold))
    return float(np.asarray(f(x[None]))[0])


def cross_validate_least_squares(X: ArrayLike, y: ArrayLike, folds: Sequence[ArrayLike]) -> float:
    r"""Return what :func:`.cross_validate` finds for the linear model on a partition into folds.

    .. math:: \mathrm{CV}_K = \frac{1}{K}\sum_{k=1}^K \frac{1}{|F_k|}
        \sum_{i \in F_k} \ell\left(y_i, f^{(-k)}(\mathbf{x}_i)\right)

    .. with n = 11
            d = 2
            K = 3
            \mathbf{X} : R[n,d]; rows \mathbf{x}_i
            \mathbf{y} : R[n]; entries y_i
            y, \hat{y} : R
            \ell(y, \hat{y}) = \frac{1}{2} (y - \hat{y})^2
            F_k : parts of 1..n; k = 1..K
            \mathbf{a} : R[d]
            f^{(-k)}(\mathbf{a}) : R; k = 1..K; code predict_without(F_k, \mathbf{X},
                \mathbf{y}, \mathbf{a})
            cross_validate_least_squares(\mathbf{X}, \mathbf{y}, \{F_r\}_{r=1}^{K})

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
    folds : sequence of array_like of int
        The sets :math:`F_k`, which hold each sample once.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        As for :func:`.cross_validate`.

    Examples
    --------
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], [1.0, 3.0, 5.0, 7.0]
    >>> round(cross_validate_least_squares(X, y, [[0, 1], [2, 3]]), 12)
    0.0
    """
    X, y = as_training_set(X, y)
    parts = [as_indices("folds", fold, len(y)) for fold in as_list("folds", folds)]
    pairs = [(np.delete(np.arange(len(y)), fold), fold) for fold in parts]
    return cross_validate(fit_least_squares, X, y, pairs)


def _as_folds(
    folds: Sequence[tuple[ArrayLike, ArrayLike]], n: int
) -> list[tuple[Indices, Indices]]:
    """Return the folds if each sample validates once, and never what it helped to fit."""
    try:
        pairs = [(train, validation) for train, validation in folds]
    except (TypeError, ValueError):
        raise ValueError(f"folds must be pairs (train, validation), got {folds!r}") from None
    if not pairs:
        raise ValueError("folds must not be empty")
    parts = [
        (as_indices(f"folds[{k}][0]", t, n), as_indices(f"folds[{k}][1]", v, n))
        for k, (t, v) in enumerate(pairs)
    ]
    for train, validation in parts:
        leaked = np.intersect1d(train, validation)
        if leaked.size:
            raise ValueError(f"folds must not train on what they validate, got {leaked} in both")
    times = np.bincount(np.concatenate([validation for _, validation in parts]), minlength=n)
    if (times != 1).any():
        i = int(np.argmax(times != 1))
        raise ValueError(f"folds must validate each sample once, got {times[i]} times sample {i}")
    return parts
