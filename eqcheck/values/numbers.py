"""Functions of numbers: the largest and smallest, the error function, and what is whole.

The first three are written so that a complex step passes through them; what is whole has no slope.
"""

from __future__ import annotations

import math

import numpy as np

from ..errors import Refusal
from .arithmetic import Array, Value, scalar

NEAR = 1e-9  # to a whole number: it is one, but for rounding errors


def maximum(*values: Array) -> Array:
    """Return the largest scalar by its real part."""
    return np.asarray(max(values, key=lambda value: float(np.real(value))))


def minimum(*values: Array) -> Array:
    """Return the smallest scalar by its real part."""
    return np.asarray(min(values, key=lambda value: float(np.real(value))))


def erf(value: Array) -> Array:
    """Return the error function entry by entry, written so that a complex step passes through."""
    real = np.real(value)
    found = np.asarray(np.vectorize(math.erf, otypes=[float])(real))
    if not np.iscomplexobj(value):
        return found
    slope = 2 / math.sqrt(math.pi) * np.exp(-(real**2))
    return np.asarray(found + 1j * np.imag(value) * slope)


def whole(value: Value) -> int:
    """Return a scalar that is a whole number, as such."""
    number = complex(scalar(value, "a whole number"))
    if (
        not math.isfinite(number.real)
        or number.imag
        or abs(number.real - round(number.real)) > NEAR
    ):
        raise Refusal(
            f"{number.real:.3g} is no whole number"
            if not number.imag
            else "a whole number has no derivative",
            "compare indices, dimensions, or names that the table draws from {1..q}; for other "
            "numbers, write cases",
        )
    return round(number.real)


def rounded(value: Value, up: bool) -> Array:
    """Round a scalar down or up; what is whole but for rounding errors is whole."""
    number = scalar(value, "what is rounded")
    if np.iscomplexobj(number):
        raise Refusal("a derivative of what is rounded", "it has steps, and no slope but zero")
    nearest = np.round(number)
    near = abs(number - nearest) <= NEAR * max(1.0, abs(float(number)))
    return np.asarray(nearest if near else np.ceil(number) if up else np.floor(number))
