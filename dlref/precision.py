"""The edges of 16-bit floats, what they do to a gradient, and loss scaling, which avoids them.

Bad arguments are a ``ValueError``.

References
----------
*IEEE Standard for Floating-Point Arithmetic*, IEEE 754-2019, section 3; for loss scaling,
P. Micikevicius et al., "Mixed precision training", ICLR 2018, section 3.2.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlref.validation import Array, as_count, as_floats, as_number, raise_on_overflow

__all__ = [
    "FloatFormat",
    "float_format",
    "FLOAT16",
    "BFLOAT16",
    "through_float16",
    "DynamicLossScale",
]


class FloatFormat(NamedTuple):
    """The edges of a binary floating-point format; they bound magnitudes, either sign exists."""

    largest: float
    """The largest finite number."""
    smallest_normal: float
    """The smallest number of full precision; below, bits are lost one by one."""
    smallest_subnormal: float
    """The smallest number above 0."""
    overflow: float
    """From here on, a number is rounded to infinity."""
    underflow: float
    """Up to here, a number is rounded to 0."""
    epsilon: float
    """The distance from 1 to the next number."""


def float_format(exponent_bits: int, fraction_bits: int) -> FloatFormat:
    r"""Return the edges of a format with one sign bit, e exponent bits and f fraction bits.

    .. math:: \text{largest} = (2 - 2^{-f}) \cdot 2^{\beta}, \qquad
        \text{smallest normal} = 2^{1-\beta}, \qquad
        \text{smallest subnormal} = 2^{1-\beta-f}, \qquad \beta = 2^{e-1} - 1

    .. with e : {2..8}
            f : {1..9}
            \text{largest}, \text{smallest normal}, \text{smallest subnormal} = float_format(e, f)

    A number is rounded to the nearest of the format, and from the middle to the even one: that
    is infinity from half a step above the largest on, and 0 up to half the smallest.

    Parameters
    ----------
    exponent_bits : int
        From 2 to 8: 5 for float16, 8 for bfloat16.
    fraction_bits : int
        From 1 to 23: 10 for float16, 7 for bfloat16.

    Returns
    -------
    FloatFormat

    Examples
    --------
    >>> float_format(5, 10).largest
    65504.0
    >>> float_format(5, 10).overflow
    65520.0
    """
    e = as_count("exponent_bits", exponent_bits, low=2, high=8)
    f = as_count("fraction_bits", fraction_bits, high=23)
    bias = 2 ** (e - 1) - 1
    smallest_subnormal = 2.0 ** (1 - bias - f)
    return FloatFormat(
        largest=(2 - 2.0**-f) * 2.0**bias,
        smallest_normal=2.0 ** (1 - bias),
        smallest_subnormal=smallest_subnormal,
        overflow=(2 - 2.0 ** -(f + 1)) * 2.0**bias,
        underflow=smallest_subnormal / 2,
        epsilon=2.0**-f,
    )


FLOAT16 = float_format(5, 10)
"""Half precision, with five bits of exponent and ten of fraction."""
BFLOAT16 = float_format(8, 7)
"""The other format of sixteen bits, with eight of exponent and seven of fraction."""
LARGEST_SCALE = 2.0**127  # the largest power of 2 in float32


@raise_on_overflow
def through_float16(grad: ArrayLike, *, scale: float = 1.0) -> NDArray[np.float64]:
    r"""Return a gradient as it comes out of a backward pass that is kept in float16.

    .. math:: \hat{\mathbf{g}} = \frac{1}{s}\operatorname{float16}(s\,\mathbf{g})

    .. not executed: rounding to 16 bits is no formula

    Entries that underflow are lost (0), entries that overflow are ruined (``inf``). A loss
    multiplied by ``scale`` has a gradient multiplied by it: that moves small entries up into the
    range of float16, and dividing in a wider format afterwards moves them back.

    Parameters
    ----------
    grad : array_like
        The exact gradient.
    scale : float
        The loss scale s > 0; a power of 2 adds no rounding of its own.

    Returns
    -------
    ndarray, shape of grad

    Raises
    ------
    FloatingPointError
        If ``scale * grad`` overflows float64 already.

    Examples
    --------
    >>> through_float16([1e-8, 1.0, 1e5]).tolist()
    [0.0, 1.0, inf]
    >>> through_float16([1e-8, 1.0], scale=1024.0).tolist()
    [1.0011717677116394e-08, 1.0]
    """
    wide = as_floats("grad", grad).astype(np.float64)
    scale = as_number("scale", scale, low=0, open_low=True)
    scaled = wide * scale
    with np.errstate(over="ignore"):
        half = scaled.astype(np.float16)
    return half.astype(np.float64) / scale


class DynamicLossScale:
    """A loss scale that finds its own size: halve it on overflow, double it when all goes well.

    Multiply the loss by ``scale`` before the backward pass, and give the gradient to
    :meth:`.DynamicLossScale.unscale`, which returns it at its true size, or ``None`` where it
    overflowed: then leave out that step. A scale close to the largest that does not overflow keeps
    the most small entries.

    Parameters
    ----------
    scale : float
        The scale s ≥ 1 to start with.
    growth_interval : int
        After so many steps without overflow, the scale doubles.

    Attributes
    ----------
    scale : float
        The factor for the next loss.

    Examples
    --------
    >>> loss_scale = DynamicLossScale(scale=1024.0, growth_interval=2)
    >>> loss_scale.unscale([np.inf, 512.0]), loss_scale.scale
    (None, 512.0)
    >>> loss_scale.unscale([1024.0, 512.0]), loss_scale.scale
    (array([2., 1.]), 512.0)
    >>> loss_scale.unscale([1024.0, 512.0]), loss_scale.scale
    (array([2., 1.]), 1024.0)
    """

    def __init__(self, scale: float = 2.0**16, *, growth_interval: int = 2000) -> None:
        self.scale = as_number("scale", scale, low=1)
        self._growth_interval = as_count("growth_interval", growth_interval)
        self._steps = 0
        self._good_steps = 0

    def unscale(self, grad: ArrayLike) -> Array | None:
        """Return the gradient divided by the scale, or None if it overflowed; adapt the scale.

        Parameters
        ----------
        grad : array_like
            The gradient of the scaled loss, in which infinities and NaN are allowed.

        Returns
        -------
        ndarray or None

        Raises
        ------
        FloatingPointError
            If it is not finite although the scale is 1: then the training diverged.
        """
        grad = as_floats("grad", grad, finite=False)
        self._steps += 1
        if np.isfinite(grad).all():
            unscaled = np.asarray(grad.astype(np.result_type(grad, np.float32)) / self.scale)
            self._good_steps += 1
            if self._good_steps == self._growth_interval:
                # Gradients of zeros would double it for ever.
                self.scale, self._good_steps = min(2 * self.scale, LARGEST_SCALE), 0
            return unscaled
        if self.scale == 1:
            raise FloatingPointError(f"step {self._steps}: the gradient is not finite at scale 1")
        self.scale, self._good_steps = max(1.0, self.scale / 2), 0
        return None
