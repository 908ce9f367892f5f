"""Measure gradients by central differences, and hold a claimed gradient against them.

Bad arguments are a ``ValueError``, as is a function that does not return one finite number; an
overflow is a ``FloatingPointError``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from dlref.validation import (
    Array,
    as_floats,
    as_function,
    as_generator,
    as_number,
    raise_on_overflow,
)

__all__ = ["numerical_gradient", "numerical_jacobian", "directional_derivative", "gradcheck"]

ScalarFunction: TypeAlias = Callable[[Array], "float | np.floating[Any]"]


@raise_on_overflow
def numerical_gradient(f: ScalarFunction, x: ArrayLike, *, h: float | None = None) -> Array:
    r"""Return the gradient of ``f`` at ``x``, measured by central differences.

    .. math:: \frac{\partial f(\mathbf{x})}{\partial x_j} \approx
        \frac{f(\mathbf{x} + h\,\mathbf{e}_j) - f(\mathbf{x} - h\,\mathbf{e}_j)}{2h}

    .. with f : R[d] -> R
            \mathbf{x} : R[d]; entries x_j
            \mathbf{I} : identity[d]; columns \mathbf{e}_j
            j : 1..d
            h : R+
            :kind: identity
            :order: h^{2}

    The error is the sum of a truncation of order :math:`h^2` and a rounding of order
    :math:`\varepsilon / h`; it is least near :math:`h = \varepsilon^{1/3}`, where it is of order
    :math:`\varepsilon^{2/3}`: about 4e-11 in float64 and 2e-5 in float32.

    Parameters
    ----------
    f : callable
        Maps an array of the shape of ``x`` to a number.
    x : array_like
        Where to measure. ``f`` is called twice per entry.
    h : float, optional
        The step of every entry; by default ``eps ** (1/3) * max(1, |x_j|)``, entry by entry.

    Returns
    -------
    ndarray, shape of x
        In the dtype of ``x``.

    Raises
    ------
    ValueError
        If ``h`` is too small to move ``x``.

    References
    ----------
    W. H. Press, S. A. Teukolsky, W. T. Vetterling, B. P. Flannery, *Numerical Recipes*, 3rd ed.,
    Cambridge 2007, section 5.7.

    Examples
    --------
    >>> f = lambda x: x[0] ** 2 + 3 * x[1]
    >>> numerical_gradient(f, [2.0, 5.0]).round(8)
    array([4., 3.])
    """
    x = as_floats("x", x)
    steps = (
        _entry_steps(x) if h is None else np.full(x.shape, as_number("h", h, low=0, open_low=True))
    )
    above, below, distances = _neighbours(x, steps)
    if not distances.all():
        raise ValueError(f"h must be large enough to move every entry of x, got {h}")
    gradient = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        # Fresh copies: `f` may keep or change what it is given.
        ahead, behind = x.copy(), x.copy()
        ahead[index], behind[index] = above[index], below[index]
        gradient[index] = _slope(f, ahead, behind, distances[index].item())
    return gradient.astype(x.dtype)


@raise_on_overflow
def numerical_jacobian(
    f: Callable[[Array], ArrayLike], x: ArrayLike, *, h: float | None = None
) -> Array:
    r"""Return the derivative of every entry of ``f(x)`` by every entry of ``x``, measured.

    .. math:: \Big[\frac{\partial\mathbf{y}}{\partial\mathbf{x}}\Big]_{ij}
              = \frac{\partial y_i}{\partial x_j}, \qquad \mathbf{y} = f(\mathbf{x})

    .. not executed: it says what is measured, not how

    Row i is the :func:`.numerical_gradient` of :math:`y_i`. Outputs and inputs may have any
    shape: the axes of the output come first, then those of the input.

    Parameters
    ----------
    f : callable
        Maps an array of the shape of ``x`` to an array.
    x : array_like
        Where to measure.
    h : float, optional
        As for :func:`.numerical_gradient`.

    Returns
    -------
    ndarray, shape (*f(x), *x)
        In the dtype of ``x``.

    Raises
    ------
    ValueError
        If ``h`` is too small to move ``x``, or the shape of ``f(x)`` is not always the same.

    References
    ----------
    W. H. Press, S. A. Teukolsky, W. T. Vetterling, B. P. Flannery, *Numerical Recipes*, 3rd ed.,
    Cambridge 2007, section 5.7.

    Examples
    --------
    >>> f = lambda x: [x[0] * x[1], x[0] - x[1]]
    >>> numerical_jacobian(f, [2.0, 5.0]).round(8)
    array([[ 5.,  2.],
           [ 1., -1.]])
    """
    x = as_floats("x", x)
    shape = as_floats("f(x)", as_function("f", f)(x.copy())).shape

    def entry(i: tuple[int, ...]) -> ScalarFunction:
        return lambda v: as_floats("f(x)", f(v), shape=shape)[i]

    rows = [numerical_gradient(entry(i), x, h=h) for i in np.ndindex(shape)]
    return np.reshape(rows, shape + x.shape)


@raise_on_overflow
def directional_derivative(
    f: ScalarFunction, x: ArrayLike, v: ArrayLike, *, h: float | None = None
) -> float:
    r"""Return the slope of ``f`` at ``x`` along ``v``, from two evaluations of ``f``.

    .. math:: \langle \nabla f(\mathbf{x}), \mathbf{v} \rangle \approx
        \frac{f(\mathbf{x} + h\mathbf{v}) - f(\mathbf{x} - h\mathbf{v})}{2h}

    .. with f : R[d] -> R
            \mathbf{x}, \mathbf{v} : R[d]
            h : R+
            :kind: identity
            :order: h^{2}

    The cost does not grow with the number of parameters, so a network's gradient can be checked
    along a random direction where :func:`.numerical_gradient` would take hours.

    Parameters
    ----------
    f : callable
        Maps an array of the shape of ``x`` to a number.
    x : array_like
    v : array_like, shape of x
        The direction; it need not have length 1.
    h : float, optional
        How far to go along ``v``; by default so far that ``x`` moves by
        ``eps ** (1/3) * max(1, ‖x‖)``.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If ``v`` is zero, or ``h`` is too small to move ``x``.

    References
    ----------
    A. Griewank, A. Walther, *Evaluating Derivatives*, 2nd ed., SIAM 2008, chapter 3.

    Examples
    --------
    >>> f = lambda x: x[0] ** 2 + 3 * x[1]
    >>> round(directional_derivative(f, [2.0, 5.0], [1.0, 1.0]), 8)
    7.0
    """
    x = as_floats("x", x)
    direction = as_floats("v", v, shape=x.shape).astype(np.float64)
    length = _norm(direction)
    if length == 0:
        raise ValueError("v must not be zero: it has no direction")
    if h is None:
        steps = _direction_step(x) * (direction / length)
    else:
        steps = as_number("h", h, low=0, open_low=True) * direction
    ahead, behind, distances = _neighbours(x, steps)
    if not distances.any():
        raise ValueError(f"h must be large enough to move x, got {h}")
    return float(_slope(f, ahead, behind, _norm(distances)) * length)


@raise_on_overflow
def gradcheck(
    f: ScalarFunction,
    grad: Callable[[Array], ArrayLike] | ArrayLike,
    x: ArrayLike,
    *,
    rtol: float | None = None,
    rng: np.random.Generator | None = None,
) -> float:
    r"""Return the relative error of a claimed gradient of ``f`` at ``x``, if it is a right one.

    .. math:: \frac{\|\mathbf{g} - \hat{\mathbf{g}}\|}
        {\max(\|\mathbf{g}\|, \|\hat{\mathbf{g}}\|, \rho / \text{rtol})}

    .. not executed: the rounding error of the measurement has no formula here

    Here :math:`\mathbf{g}` is claimed, :math:`\hat{\mathbf{g}}` is measured by central
    differences, and :math:`\rho` is the rounding error of that measurement: it keeps the ratio
    meaningful where the gradient vanishes. A wrong sign gives 2, a factor of 2 gives 0.5.

    Parameters
    ----------
    f : callable
        Maps an array of the shape of ``x`` to a number.
    grad : callable or array_like
        The claimed gradient: a function of ``x``, or its value at ``x``.
    x : array_like
        Where to compare.
    rtol : float, optional
        The largest relative error of a right gradient; by default ``eps ** 0.4``, which is
        5e-7 in float64 and 2e-3 in float32.
    rng : numpy.random.Generator, optional
        If given, compare along one random direction instead of entry by entry: three
        evaluations of ``f``, however many parameters there are.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the gradient is wrong; the message says how wrong, and where most.

    See Also
    --------
    numerical_gradient : the measurement, entry by entry.
    directional_derivative : the measurement along one direction.

    Examples
    --------
    >>> gradcheck(lambda x: x @ x, lambda x: 2 * x, [1.0, 2.0]) < 1e-9
    True
    >>> gradcheck(lambda x: x @ x, lambda x: x, [1.0, 2.0])
    Traceback (most recent call last):
    ValueError: grad must be the gradient of f, got relative error 0.5; at (1,) 2, measured 4
    """
    x = as_floats("x", x)
    claimed = as_floats("grad", grad(x.copy()) if callable(grad) else grad, shape=x.shape)
    eps = float(np.finfo(x.dtype).eps)
    rtol = eps**0.4 if rtol is None else as_number("rtol", rtol, low=eps)
    size, step = _norm(claimed), _entry_steps(x)
    if rng is None:
        measured = numerical_gradient(f, x)
    else:
        v = as_generator("rng", rng).standard_normal(x.shape)
        v = np.asarray(v) / _norm(v)
        claimed = np.asarray(np.sum(claimed * v))
        measured = np.asarray(directional_derivative(f, x, v))
        # How long the gradient is along a typical direction: along this one it may be near 0.
        size, step = size / math.sqrt(x.size), np.asarray(_direction_step(x))
    value = abs(_value(f, x.copy()))

    difference = claimed.astype(np.float64) - measured
    rounding = _norm(eps * value / step)
    scale = max(size, _norm(claimed), _norm(measured), rounding / rtol)
    error = _norm(difference) / scale if scale else 0.0
    if error > rtol:
        worst = np.unravel_index(np.argmax(np.abs(difference)), difference.shape)
        place = f"at {tuple(map(int, worst))}" if rng is None else "along v"
        raise ValueError(
            f"grad must be the gradient of f, got relative error {error:.2g}; "
            f"{place} {claimed[worst]:g}, measured {measured[worst]:g}"
        )
    return error


def _value(f: ScalarFunction, x: Array) -> np.float64:
    return np.float64(as_floats("f(x)", as_function("f", f)(x), shape=()))


def _slope(f: ScalarFunction, ahead: Array, behind: Array, distance: float) -> np.float64:
    high, low = _value(f, ahead), _value(f, behind)
    return (high - low) / distance


def _neighbours(x: Array, steps: Array) -> tuple[Array, Array, Array]:
    """Return ``x ± steps``, and what lies between the two after rounding: not quite 2 steps."""
    ahead, behind = (np.asarray(x + s, x.dtype) for s in (steps, -steps))
    return ahead, behind, np.asarray(np.subtract(ahead, behind, dtype=np.float64))


def _entry_steps(x: Array) -> Array:
    """Return the step of each entry that balances truncation and rounding."""
    return np.asarray(np.finfo(x.dtype).eps ** (1 / 3) * np.maximum(1, np.abs(x)))


def _direction_step(x: Array) -> float:
    """Return the same for a step of the whole of ``x`` along one direction."""
    return float(np.finfo(x.dtype).eps ** (1 / 3) * max(1.0, _norm(x)))


def _norm(x: ArrayLike) -> float:
    """Return the Euclidean norm of all entries, in float64; their squares cannot overflow."""
    entries = np.abs(np.asarray(x, np.float64))
    largest = entries.max()
    return float(largest * np.sqrt(np.sum((entries / largest) ** 2))) if largest else 0.0
