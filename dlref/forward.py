"""Forward-mode automatic differentiation: each value carries its derivative along.

Bad arguments are a ``ValueError``, an overflow is a ``FloatingPointError``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from dlref.activations import (
    relu,
    relu_derivative,
    sigmoid,
    sigmoid_derivative,
    tanh_derivative,
)
from dlref.validation import (
    Array,
    as_floats,
    as_function,
    as_instance,
    as_number,
    raise_on_overflow,
)

__all__ = ["Dual", "jvp"]

Operand: TypeAlias = "Dual | ArrayLike"


class Dual:
    r"""A value and its tangent: :math:`\mathbf{x} + \varepsilon\,\dot{\mathbf{x}}`, ε² = 0.

    Arithmetic follows the rules of differentiation, forwards: where a :class:`.Tensor` pulls
    gradients back from the output, a dual pushes :math:`\dot{\mathbf{y}} =
    \frac{\partial\mathbf{y}}{\partial\mathbf{x}}\dot{\mathbf{x}}` on from the input, and needs
    no graph. Its operations have the names of the tensor's.

    Parameters
    ----------
    value : array_like
    tangent : array_like, shape of value

    References
    ----------
    R. E. Wengert, "A simple automatic derivative evaluation program", Communications of the ACM
    7 (1964).

    Examples
    --------
    >>> x = Dual(3.0, 1.0)
    >>> x**2 + 1 / x
    Dual(9.333333333333334, 5.888888888888889)
    """

    __slots__ = ("tangent", "value")
    __array_ufunc__ = None  # so that `ndarray + Dual` comes to Dual.__radd__

    def __init__(self, value: ArrayLike, tangent: ArrayLike) -> None:
        self.value: Array = as_floats("value", value)
        self.tangent: Array = as_floats("tangent", tangent, shape=self.value.shape)

    def __repr__(self) -> str:
        return f"Dual({self.value}, {self.tangent})"

    @raise_on_overflow
    def __add__(self, other: Operand) -> Dual:
        b = self._operand(other)
        return Dual(self.value + b.value, self.tangent + b.tangent)

    def __sub__(self, other: Operand) -> Dual:
        return self + -self._operand(other)

    @raise_on_overflow
    def __mul__(self, other: Operand) -> Dual:
        b = self._operand(other)
        return Dual(self.value * b.value, self.tangent * b.value + self.value * b.tangent)

    @raise_on_overflow
    def __truediv__(self, other: Operand) -> Dual:
        b = self._operand(other)
        y = self.value / b.value
        return Dual(y, (self.tangent - y * b.tangent) / b.value)

    @raise_on_overflow
    def __matmul__(self, other: Operand) -> Dual:
        b = self._operand(other)
        return Dual(self.value @ b.value, self.tangent @ b.value + self.value @ b.tangent)

    @raise_on_overflow
    def __pow__(self, exponent: float) -> Dual:
        n = as_number("the exponent of **", exponent)
        slope = n * self.value ** (n - 1) if n else np.zeros_like(self.value)
        return Dual(self.value**n, slope * self.tangent)

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.tangent)

    def __radd__(self, other: Operand) -> Dual:
        return self + other

    def __rsub__(self, other: Operand) -> Dual:
        return self._operand(other) - self

    def __rmul__(self, other: Operand) -> Dual:
        return self * other

    def __rtruediv__(self, other: Operand) -> Dual:
        return self._operand(other) / self

    def __rmatmul__(self, other: Operand) -> Dual:
        return self._operand(other) @ self

    def __getitem__(self, index: Any) -> Dual:
        return Dual(self.value[index], self.tangent[index])

    def _operand(self, x: Operand) -> Dual:
        """Return ``x`` as a Dual that does not change; numbers take this one's dtype."""
        if isinstance(x, Dual):
            return x
        value = as_floats("operand", x)
        if not (isinstance(x, np.ndarray) and x.dtype.kind == "f"):
            value = value.astype(self.value.dtype)
        return Dual(value, np.zeros_like(value))

    @raise_on_overflow
    def exp(self) -> Dual:
        """Return :math:`e^x`, whose derivative is itself."""
        y = np.exp(self.value)
        return Dual(y, y * self.tangent)

    @raise_on_overflow
    def log(self) -> Dual:
        """Return the natural logarithm, whose derivative is :math:`1/x`."""
        return Dual(np.log(self.value), self.tangent / self.value)

    def tanh(self) -> Dual:
        """Return the hyperbolic tangent, element by element."""
        return Dual(np.tanh(self.value), tanh_derivative(self.value) * self.tangent)

    def sigmoid(self) -> Dual:
        """Return :math:`1/(1 + e^{-x})`, element by element."""
        return Dual(sigmoid(self.value), sigmoid_derivative(self.value) * self.tangent)

    def relu(self) -> Dual:
        r"""Return :math:`\max(0, x)`; the derivative at 0 is 0 by convention."""
        return Dual(relu(self.value), relu_derivative(self.value) * self.tangent)

    @raise_on_overflow
    def sum(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Dual:
        """Return the sum over ``axis``; sums are linear, so the tangents add up as well."""
        return Dual(
            self.value.sum(axis, keepdims=keepdims), self.tangent.sum(axis, keepdims=keepdims)
        )

    def mean(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Dual:
        """Return the mean over ``axis``."""
        total = self.sum(axis, keepdims)
        return total / (self.value.size // total.value.size)


@raise_on_overflow
def jvp(f: Callable[[Dual], Dual], x: ArrayLike, v: ArrayLike) -> tuple[Array, Array]:
    r"""Return f(x) and the Jacobian-vector product :math:`\frac{\partial f}{\partial x}\,v`.

    One evaluation, whatever the number of outputs: forward mode is cheap for few inputs,
    reverse mode for few outputs.

    Parameters
    ----------
    f : callable
        A function of a :class:`.Dual` that returns a :class:`.Dual`.
    x : array_like
    v : array_like, shape of x
        The direction.

    Returns
    -------
    value, tangent : ndarray, shape of f(x)

    References
    ----------
    A. Griewank, A. Walther, *Evaluating Derivatives*, 2nd ed., SIAM 2008, chapter 3.

    Examples
    --------
    >>> jvp(lambda x: x * x, [1.0, 2.0, 3.0], [1.0, 0.0, 1.0])
    (array([1., 4., 9.]), array([2., 0., 6.]))
    """
    x = as_floats("x", x)
    dual = Dual(x, as_floats("v", v, shape=x.shape))
    y = as_instance("f(x)", as_function("f", f)(dual), Dual)
    return y.value, y.tangent
