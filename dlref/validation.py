"""The errors contract: every public function says what it wanted and what it was given.

A bad argument is a ``ValueError``: the name of the argument, what it must be, what it was. What
leaves the range of floats is a ``FloatingPointError``, never an infinity in silence. Arguments are
not modified, and floats up to float64 keep their dtype.
"""

from __future__ import annotations

import math
import operator
import sys
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array: TypeAlias = NDArray[np.floating[Any]]
Indices: TypeAlias = NDArray[np.intp]

Function = TypeVar("Function", bound=Callable[..., Any])
Instance = TypeVar("Instance")
Item = TypeVar("Item")

# Decorates the public functions that compute: an overflow is an error, not an `inf` with a warning.
raise_on_overflow = np.errstate(over="raise", divide="raise", invalid="raise")


def as_array(name: str, value: ArrayLike) -> NDArray[Any]:
    """Return ``value`` as an array of any dtype, or say that it is ragged or masked.

    Raises
    ------
    ValueError
        If ``value`` is ragged, or hides entries behind a mask: they would come back as numbers.

    Examples
    --------
    >>> as_array("data", [[1.0], [1.0, 2.0]])
    Traceback (most recent call last):
    ValueError: data must be a rectangular array of numbers, got ragged rows
    """
    if type(value) is np.ndarray:  # no subclass, so no mask: nothing to look at
        return value
    parts = value if isinstance(value, (list, tuple)) else [value]
    # By the attribute: to name the class would import numpy.ma, and double the time of our import.
    if any(isinstance(part, np.ndarray) and hasattr(part, "mask") for part in parts):
        raise ValueError(f"{name} must be an array without a mask, got a masked array")
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(
            f"{name} must be a rectangular array of numbers, got ragged rows"
        ) from None


def as_floats(
    name: str,
    value: ArrayLike,
    *,
    ndim: int | None = None,
    shape: tuple[int | str, ...] | None = None,
    finite: bool = True,
) -> Array:
    """Return ``value`` as a finite, non-empty array of floats, or say what is wrong with it.

    Floats up to float64 keep their dtype; integers and booleans become float64.

    Parameters
    ----------
    name : str
        What the caller calls the argument; it opens the error message.
    value : array_like
    ndim : int, optional
        The wanted number of axes.
    shape : tuple of int or str, optional
        The wanted shape; a string such as ``"n"`` stands for any length.
    finite : bool
        Whether infinities and NaN are refused.

    Raises
    ------
    ValueError
        If ``value`` is ragged, not real numbers, wider than float64, empty, not finite, or of
        another shape.

    Examples
    --------
    >>> as_floats("y", [1, 2, 3], shape=(3,))
    array([1., 2., 3.])
    >>> as_floats("y", [[1], [2], [3]], shape=(3,))
    Traceback (most recent call last):
    ValueError: y must have shape (3,), got (3, 1)
    """
    array = as_array(name, value)
    if array.dtype.kind in "iub":
        array = array.astype(np.float64)
    if array.dtype.kind != "f":
        raise ValueError(f"{name} must hold real numbers, got dtype {array.dtype}")
    if array.dtype.itemsize > 8:
        # Wider floats differ from machine to machine, and LAPACK does not know them.
        raise ValueError(f"{name} must be float64 or narrower, got dtype {array.dtype}")
    if ndim is not None and array.ndim != ndim:
        raise ValueError(f"{name} must have {ndim} axes, got shape {array.shape}")
    if shape is not None and not _fits(array.shape, shape):
        wanted = f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"
        raise ValueError(f"{name} must have shape {wanted}, got {array.shape}")
    if array.size == 0:
        raise ValueError(f"{name} must not be empty, got shape {array.shape}")
    if finite and not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite, got {_first_nonfinite(array)}")
    return array


def as_vectors(name: str, value: ArrayLike, d: int) -> Array:
    """Return ``value`` of shape (d,) or (n, d), one vector or one a row, as floats.

    Raises
    ------
    ValueError
        If the shape is another, or a value is not a finite real number.

    Examples
    --------
    >>> as_vectors("x", [1.0, 2.0], 3)
    Traceback (most recent call last):
    ValueError: x must have shape (3,) or (n, 3), got (2,)
    """
    array = as_floats(name, value)
    if array.ndim not in (1, 2) or array.shape[-1] != d:
        raise ValueError(f"{name} must have shape ({d},) or (n, {d}), got {array.shape}")
    return array


def as_training_set(X: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    """Return ``X`` of shape (n, d) and ``y`` of shape (n,) as floats, or say what is wrong.

    Raises
    ------
    ValueError
        If a shape is wrong (a target is never broadcast), or a value is not a finite real number.

    Examples
    --------
    >>> as_training_set([[1.0], [2.0]], [[3.0], [4.0]])
    Traceback (most recent call last):
    ValueError: y must have shape (2,), got (2, 1)
    """
    X = as_floats("X", X, shape=("n", "d"))
    return X, as_floats("y", y, shape=(len(X),))


def as_indices(name: str, value: ArrayLike, n: int, *, length: int | None = None) -> Indices:
    """Return ``value`` as a non-empty list of indices from 0 to ``n - 1``.

    Raises
    ------
    ValueError
        If ``value`` is no list of integers of the wanted length, is empty, or leaves the range:
        no negative index counts from the end.

    Examples
    --------
    >>> as_indices("labels", [0, 3], 3)
    Traceback (most recent call last):
    ValueError: labels must hold integers from 0 to 2, got [0, 3]
    """
    as_floats(name, value, shape=("m" if length is None else length,))
    indices = np.asarray(value)
    if indices.dtype.kind not in "iu" or indices.min() < 0 or indices.max() >= n:
        raise ValueError(f"{name} must hold integers from 0 to {n - 1}, got {value!r}")
    return indices.astype(np.intp)


def as_number(
    name: str,
    value: float,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    open_low: bool = False,
    open_high: bool = False,
) -> float:
    """Return ``value`` as a float within an interval, whose ends count unless ``open_…``.

    Raises
    ------
    ValueError
        If ``value`` is not a finite real number of the interval.

    Examples
    --------
    >>> as_number("p", 0.5, low=0, high=1, open_high=True)
    0.5
    >>> as_number("p", 1.0, low=0, high=1, open_high=True)
    Traceback (most recent call last):
    ValueError: p must be in [0, 1), got 1.0
    """
    number = as_floats(name, value, shape=()).item()
    above = number > low if open_low else number >= low
    below = number < high if open_high else number <= high
    if not (above and below):
        raise ValueError(f"{name} must be {_interval(low, high, open_low, open_high)}, got {value}")
    return number


def as_shares(name: str, value: ArrayLike, count: int) -> list[float]:
    """Return ``count`` floats from 0 to below 1.

    Raises
    ------
    ValueError
        If there are more or fewer, or one is not a number of this interval.

    Examples
    --------
    >>> as_shares("betas", (0.9, 1.0), 2)
    Traceback (most recent call last):
    ValueError: betas must be in [0, 1), got 1.0
    """
    shares: list[float] = as_floats(name, value, shape=(count,)).astype(np.float64).tolist()
    return [as_number(name, share, low=0, high=1, open_high=True) for share in shares]


def as_probabilities(name: str, value: ArrayLike, shape: tuple[int | str, ...]) -> Array:
    """Return rows (of the last axis) that are not negative and add up to 1, up to rounding.

    Raises
    ------
    ValueError
        If they are not, or have another shape.

    Examples
    --------
    >>> as_probabilities("p", [0.5, 0.6], ("q",))
    Traceback (most recent call last):
    ValueError: p must hold probabilities, whose sum is 1, got [0.5, 0.6]
    """
    rows = as_floats(name, value, shape=shape)
    if rows.min() < 0 or rows.max() > 1.001 or np.abs(rows.sum(axis=-1) - 1).max() > 1e-6:
        raise ValueError(f"{name} must hold probabilities, whose sum is 1, got {value!r}")
    return rows


def as_count(name: str, value: int, *, low: int = 1, high: int | None = None) -> int:
    """Return ``value`` as an int between ``low`` and ``high``; floats and booleans are refused.

    Raises
    ------
    ValueError
        If ``value`` is not an integer of the range.

    Examples
    --------
    >>> as_count("n_splits", 5, low=2)
    5
    >>> as_count("n_splits", 2.5, low=2)
    Traceback (most recent call last):
    ValueError: n_splits must be an integer >= 2, got 2.5
    """
    as_array(name, value)  # refuses a mask
    try:
        number = operator.index(value)
    except TypeError:
        number = low - 1
    if high is None and number > sys.maxsize:
        high = sys.maxsize  # what an array can count
    if isinstance(value, (bool, np.bool_)) or number < low or (high is not None and number > high):
        wanted = f">= {low}" if high is None else f"from {low} to {high}"
        raise ValueError(f"{name} must be an integer {wanted}, got {value!r}")
    return number


def as_generator(name: str, value: np.random.Generator) -> np.random.Generator:
    """Return ``value`` if it is a Generator; a seed, or NumPy's global state, is refused.

    Raises
    ------
    ValueError
        If ``value`` is not a ``numpy.random.Generator``.

    Examples
    --------
    >>> as_generator("rng", 0)
    Traceback (most recent call last):
    ValueError: rng must be a numpy.random.Generator such as np.random.default_rng(0), got 0
    """
    if not isinstance(value, np.random.Generator):
        raise ValueError(
            f"{name} must be a numpy.random.Generator such as np.random.default_rng(0), "
            f"got {value!r}"
        )
    return value


def as_function(name: str, value: Function) -> Function:
    """Return ``value`` if it can be called.

    Raises
    ------
    ValueError
        If it cannot.

    Examples
    --------
    >>> as_function("activation", "relu")
    Traceback (most recent call last):
    ValueError: activation must be callable, got 'relu'
    """
    if not callable(value):
        raise ValueError(f"{name} must be callable, got {value!r}")
    return value


def apply(name: str, function: Callable[[Array], ArrayLike], x: Array) -> Array:
    """Return what an activation, or its derivative, makes of each entry of ``x``.

    Raises
    ------
    ValueError
        If ``function`` cannot be called, or does not return finite numbers in the shape of ``x``.

    Examples
    --------
    >>> apply("activation", np.sum, np.ones(3))
    Traceback (most recent call last):
    ValueError: activation(x) must have shape (3,), got ()
    """
    return as_floats(f"{name}(x)", as_function(name, function)(x), shape=x.shape)


def as_list(name: str, value: Iterable[Item]) -> list[Item]:
    """Return the items of ``value``, of which there is one at least.

    Raises
    ------
    ValueError
        If ``value`` has no items.

    Examples
    --------
    >>> as_list("layers", [])
    Traceback (most recent call last):
    ValueError: layers must be a sequence of one item at least, got []
    """
    items = list(value) if isinstance(value, Iterable) else []
    if not items:
        raise ValueError(f"{name} must be a sequence of one item at least, got {value!r}")
    return items


def as_instance(name: str, value: Any, kind: type[Instance]) -> Instance:
    """Return ``value`` if it is an object of this class.

    Raises
    ------
    ValueError
        If it is another.

    Examples
    --------
    >>> as_instance("root", 1.0, np.ndarray)
    Traceback (most recent call last):
    ValueError: root must be a ndarray, got 1.0
    """
    if not isinstance(value, kind):
        raise ValueError(f"{name} must be a {kind.__name__}, got {value!r}")
    return value


def without_overflow(result: Array) -> Array:
    """Return what LAPACK computed, unless it overflowed, which LAPACK passes over in silence.

    Raises
    ------
    FloatingPointError
        If a number is infinite or NaN.

    Examples
    --------
    >>> without_overflow(np.array([np.inf]))
    Traceback (most recent call last):
    FloatingPointError: overflow encountered in linear algebra
    """
    if not np.isfinite(result).all():
        raise FloatingPointError("overflow encountered in linear algebra")
    return result


def _fits(shape: tuple[int, ...], wanted: tuple[int | str, ...]) -> bool:
    return len(shape) == len(wanted) and all(
        isinstance(want, str) or length == want for length, want in zip(shape, wanted, strict=True)
    )


def _first_nonfinite(array: Array) -> str:
    index = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
    place = f" at index {index}" if index else ""
    return f"{array[index]}{place}"


def _interval(low: float, high: float, open_low: bool, open_high: bool) -> str:
    if high == math.inf:
        return f"{'>' if open_low else '>='} {low:g}"
    return f"in {'(' if open_low else '['}{low:g}, {high:g}{')' if open_high else ']'}"
