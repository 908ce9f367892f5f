r"""Measured derivatives, in the two layouts: \partial puts the output first, \nabla the variable.

The complex step is exact to rounding where a function is analytic and takes complex numbers;
elsewhere extrapolated central differences (error of order h^6) take its place.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..errors import Kink, Refusal
from .arithmetic import Array, Jacobian, Shape, Value, check_size, shown, size

STEP = 1e-30
_STEPS = (2e-3, 1e-3, 5e-4)
DIRECTIONS = 1000
_AGREE = 1e-5


def measure(
    function: Callable[[Array], Array], at: Array, directions: list[Array], *, confirm: bool
) -> list[Array]:
    """Differentiate along each direction; with ``confirm``, confirm by central differences.

    Raises
    ------
    Kink
        If the complex step and the central differences disagree, or the slopes of both sides do.

    Examples
    --------
    >>> [slope] = measure(lambda x: x**3, np.array(2.0), [np.array(1.0)], confirm=True)
    >>> float(slope)
    12.0
    """
    middle = None if np.iscomplexobj(at) else function(at)
    if middle is None or np.iscomplexobj(middle):  # inside another derivative
        return [_central(function, at, direction) for direction in directions]
    try:
        found = []
        for direction in directions:
            stepped = function(at + 1j * STEP * direction)
            if not np.iscomplexobj(stepped):
                raise TypeError
            found.append(np.asarray(stepped.imag / STEP))
    except (TypeError, ValueError, np.exceptions.ComplexWarning) as error:
        if isinstance(error, Refusal) and not error.what.startswith("the Python callable"):
            raise
        found = [_central(function, at, direction) for direction in directions]
    if confirm:
        for direction, slope in zip(directions, found, strict=True):
            _confirm(_sides(function, at, direction), middle, slope)
    return found


def _confirm(sides: list[tuple[Array, Array]], middle: Array, slope: Array) -> None:
    """Refuse a slope that central differences do not have, or that is not that of both sides.

    The slopes of the two sides draw together as the step is halved; at a kink they do not.
    """
    other = _extrapolated(sides)
    close = _AGREE * (1 + np.max(np.abs(other)))
    if np.max(np.abs(slope - other)) > close:
        raise Kink("complex step and central differences disagree: not differentiable")
    wide, narrow = (
        float(np.max(np.abs(above - 2 * middle + below))) / step
        for step, (above, below) in zip(_STEPS, sides[:2], strict=False)
    )
    if narrow > max(close, 0.75 * wide):
        raise Kink("the slopes of the two sides disagree: not differentiable")


def _central(function: Callable[[Array], Array], at: Array, direction: Array) -> Array:
    return _extrapolated(_sides(function, at, direction))


def _sides(
    function: Callable[[Array], Array], at: Array, direction: Array
) -> list[tuple[Array, Array]]:
    """Return the values above and below a point, at three steps."""
    return [(function(at + step * direction), function(at - step * direction)) for step in _STEPS]


def _extrapolated(sides: list[tuple[Array, Array]]) -> Array:
    """Extrapolate the central differences of three steps, each half of the last."""
    slopes = [
        (above - below) / (2 * step) for step, (above, below) in zip(_STEPS, sides, strict=True)
    ]
    first = (4 * slopes[1] - slopes[0]) / 3
    second = (4 * slopes[2] - slopes[1]) / 3
    return np.asarray((16 * second - first) / 15)


def basis(shape: Shape) -> list[Array]:
    """Return the unit directions of a shape.

    Raises
    ------
    Refusal
        If there are too many.
    """
    if size(shape) > DIRECTIONS:
        raise Refusal(
            f"a derivative by {shown(shape)}: {DIRECTIONS} entries are the most",
            "take smaller dimensions",
        )
    return [np.reshape(row, shape) for row in np.eye(size(shape))]


def jacobian(slopes: list[Array], variable: Shape) -> Value:
    r"""Return \partial of the output by the variable: rows are outputs."""
    output = slopes[0].shape
    check_size((size(output), size(variable)))
    columns = np.stack([slope.reshape(-1) for slope in slopes], axis=1)
    if variable == ():
        return slopes[0]
    if _is_vector(output) and len(variable) == 2 and variable[1] == 1:
        return columns
    return Jacobian(columns.reshape(output + variable), output, variable)


def gradient(slopes: list[Array], variable: Shape) -> Array:
    r"""Return \nabla of the output: the variable's axes first."""
    output = slopes[0].shape
    check_size((size(output), size(variable)))
    columns = np.stack([slope.reshape(-1) for slope in slopes], axis=1)
    if output == ():
        return columns.reshape(variable)
    if _is_vector(output) and len(variable) == 2 and variable[1] == 1:
        return columns.T
    raise Refusal(
        f"the gradient of {shown(output)} by {shown(variable)} has no matrix form",
        r"take it of a scalar, or write \partial in a product",
    )


def _is_vector(shape: Shape) -> bool:
    return shape == () or (len(shape) == 2 and 1 in shape)
