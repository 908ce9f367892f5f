"""Arithmetic with strict shapes: nothing is broadcast, and an unequal shape is refused.

Scalars have no axes; vectors are columns (k, 1) and rows (1, k); matrices have two axes. A
derivative of or by a matrix is a Jacobian, which only multiplies and compares with its like.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..errors import Refusal

MOST = 10_000  # entries of one value
ENTRYWISE_POWERS = "or say in the table that powers are entry by entry, ^ : entrywise"
Array: TypeAlias = NDArray[Any]
Shape: TypeAlias = tuple[int, ...]


@dataclass(frozen=True)
class Jacobian:
    """Derivatives with the axes of the output, then those of the variable."""

    array: Array
    output: Shape
    variable: Shape

    def flat(self) -> Array:
        """Return the derivatives as a matrix of all outputs by all variables."""
        return self.array.reshape(size(self.output), size(self.variable))


@dataclass(frozen=True)
class Function:
    """A function as a value, for a Python callable that takes one."""

    call: Callable[..., Any]


Value: TypeAlias = Array | Jacobian | Function | tuple[int, ...]


def scalar(value: Value, what: str) -> Array:
    """Return ``value`` if it is a scalar."""
    if isinstance(value, np.ndarray) and value.shape == ():
        return value
    array = plain(value)
    if array.shape != ():
        raise Refusal(f"{what} has shape {array.shape}, a scalar is wanted")
    return array


def plain(value: Value) -> Array:
    """Return ``value`` if it is a scalar, a vector or a matrix."""
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, Jacobian):
        raise Refusal(
            f"a derivative of shape {shown(value.output)} by {shown(value.variable)} "
            "stands outside a product of derivatives",
            r"write \nabla for something of the shape of the variable",
        )
    if isinstance(value, Function):
        raise Refusal("a function without its arguments", "write f(x)")
    if isinstance(value, tuple):
        raise Refusal("an index set is no number", "write |I| for its size")
    return value


def shown(shape: Shape) -> str:
    """Return a shape as readers write it."""
    return " x ".join(map(str, shape)) if shape else "a scalar"


def column(shape: Shape) -> Shape:
    """Return the axes of an array: a vector, which has one length, is a column."""
    return (*shape, 1) if len(shape) == 1 else shape


def size(shape: Shape) -> int:
    """Return the number of entries."""
    return math.prod(shape)


def check_size(shape: Shape) -> None:
    """Refuse a value that is empty, or too large to compute with often."""
    if min(shape, default=1) < 1 or size(shape) > MOST:
        raise Refusal(
            f"a value of {shown(shape)}: it has 1 to {MOST} entries", "take other dimensions"
        )


def collapse(array: Array) -> Array:
    """Return a one-by-one matrix as the scalar that it is."""
    return array.reshape(()) if array.shape == (1, 1) else array


def add(left: Value, right: Value) -> Value:
    """Add equals: arrays of one shape, or derivatives of the same by the same."""
    if isinstance(left, Jacobian) and isinstance(right, Jacobian):
        if (left.output, left.variable) == (right.output, right.variable):
            return Jacobian(left.array + right.array, left.output, left.variable)
        raise Refusal("derivatives of different things do not add")
    a, b = plain(left), plain(right)
    if a.shape != b.shape:
        raise Refusal(f"{shown(a.shape)} plus {shown(b.shape)}", advice(a.shape, b.shape))
    return np.asarray(a + b)


def advice(left: Shape, right: Shape) -> str:
    """Return how to repair two unequal shapes."""
    if () in (left, right):
        return (
            f"nothing is broadcast: write {_spread(left or right)}, or declare it, b : R; broadcast"
        )
    if left == right[::-1]:
        kinds = "a row and a column: " if 1 in left else ""
        return kinds + r"transpose one, or, of a derivative, write \nabla for \partial"
    return ""


def spread(value: Value, shape: Shape) -> Array:
    """Repeat a scalar, a row or a column, so that it has a shape.

    Raises
    ------
    Refusal
        If it is none of these, or of another length.

    Examples
    --------
    >>> spread(np.array([[1.0, 2.0]]), (2, 2)).tolist()
    [[1.0, 2.0], [1.0, 2.0]]
    """
    array = plain(value)
    if array.ndim and (
        array.ndim != len(shape)
        or any(one not in (1, whole) for one, whole in zip(array.shape, shape, strict=True))
    ):
        how = "a row, R[1,q], is added to each row of n x q, and a column, R[n,1], to each column"
        raise Refusal(f"{shown(array.shape)} is not broadcast to {shown(shape)}", how)
    return np.broadcast_to(array, shape)


def _spread(shape: Shape) -> str:
    """Return how a scalar b is written as an array of a shape."""
    if 1 in shape:
        return r"b\mathbf{1}" if shape[1:] == (1,) else r"b\mathbf{1}^{\top}"
    multiple = r", or b\mathbf{I} for a multiple of the identity" if len(set(shape)) == 1 else ""
    return r"b\mathbf{1}\mathbf{1}^{\top}" + multiple


def negative(value: Value) -> Value:
    """Return minus a value."""
    if isinstance(value, Jacobian):
        return Jacobian(-value.array, value.output, value.variable)
    return np.asarray(-plain(value))


def multiply(left: Value, right: Value) -> Value:
    """Multiply: by a scalar, as matrices, or by the chain rule where a Jacobian takes part."""
    if isinstance(left, Jacobian) or isinstance(right, Jacobian):
        return _chain(left, right)
    a, b = plain(left), plain(right)
    if a.ndim == 0 or b.ndim == 0:
        return np.asarray(a * b)
    if a.ndim > 2 or b.ndim > 2 or a.shape[1] != b.shape[0]:
        inner = r", \langle , \rangle" if 1 in a.shape else ""
        how = rf"write \odot{inner} or a transpose" if a.shape == b.shape else ""
        raise Refusal(f"{shown(a.shape)} times {shown(b.shape)}", how)
    check_size((a.shape[0], b.shape[1]))
    return collapse(a @ b)


def _chain(left: Value, right: Value) -> Value:
    """Contract derivatives over the variable that they share."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Jacobian) and isinstance(other, np.ndarray) and other.shape == ():
            return Jacobian(one.array * other, one.output, one.variable)
    if isinstance(left, np.ndarray) and isinstance(right, Jacobian):
        if left.ndim == 2 and right.output == (left.shape[1], 1):
            output = (left.shape[0], 1) if left.shape[0] > 1 else ()
            return _joined(left, right, output)
        raise Refusal(f"{shown(left.shape)} times a derivative of {shown(right.output)}")
    if isinstance(left, Jacobian) and isinstance(right, Jacobian):
        if left.variable == right.output:
            return _joined(left.flat(), right, left.output)
        raise Refusal(
            f"a derivative by {shown(left.variable)} times a derivative of {shown(right.output)}"
        )
    raise Refusal("a derivative by a matrix times a matrix", r"write \nabla")


def _joined(left: Array, right: Jacobian, output: Shape) -> Jacobian:
    array = left.reshape(size(output), -1) @ right.flat()
    return Jacobian(array.reshape(output + right.variable), output, right.variable)


def kronecker(left: Array, right: Array) -> Array:
    """Return the Kronecker product."""
    check_size((size(left.shape), size(right.shape)))
    return np.asarray(np.kron(left, right))


def entrywise_power(base: Value, exponent: Value) -> Array:
    """Raise each entry of an array to a power; a square matrix to none below zero.

    Raises
    ------
    Refusal
        If it may be an inverse that is meant.
    """
    array, k = plain(base), scalar(exponent, "the exponent")
    if array.ndim == 2 and array.shape[0] == array.shape[1] and np.real(k) < 0:
        raise Refusal(
            "a negative power of a square matrix, where powers are entry by entry: an inverse?",
            r"write \frac{1}{\mathbf{A}}, or leave that line out of the table",
        )
    flat = [power(entry, k) for entry in array.reshape(-1)]
    return np.stack(flat).reshape(array.shape)


def entrywise_quotient(value: Value, by: Value) -> Array:
    """Divide entry by entry: equals, or one by each."""
    above, below = plain(value), plain(by)
    if above.shape not in ((), below.shape):
        raise Refusal(f"{shown(above.shape)} over {shown(below.shape)}, entry by entry")
    if np.any(below == 0):
        raise Refusal(
            "a division by zero", "declare domains, such as R* or (0, 1), that leave zero out"
        )
    return np.asarray(above / below)


def elementwise(left: Value, right: Value) -> Array:
    """Multiply entry by entry."""
    a, b = plain(left), plain(right)
    if a.shape != b.shape or a.shape == ():
        raise Refusal(f"{shown(a.shape)} \\odot {shown(b.shape)}")
    return np.asarray(a * b)


def divide(value: Value, by: Value) -> Value:
    """Divide by a scalar."""
    divisor = scalar(by, "the denominator")
    if isinstance(value, Jacobian):
        return Jacobian(value.array / divisor, value.output, value.variable)
    if divisor.item() == 0:  # of an array, a comparison takes far longer
        raise Refusal(
            "a division by zero", "declare domains, such as R* or (0, 1), that leave zero out"
        )
    return np.asarray(plain(value) / divisor)


def power(base: Value, exponent: Value) -> Array:
    """Raise a scalar to a power, or a square matrix to an integer power."""
    a, k = plain(base), scalar(exponent, "the exponent")
    if a.shape == ():
        whole = k.dtype.kind != "c" and float(k).is_integer()
        if whole and k.item() >= 0:
            return np.asarray(a ** int(k))
        if a.dtype.kind != "c" and ((a < 0 and k % 1) or (a == 0 and k < 0)):
            raise Refusal(f"{a:.3g} to the power {k:.3g} is not a real number")
        return np.asarray(np.power(a, k))
    if a.ndim != 2 or a.shape[0] != a.shape[1]:
        raise Refusal(
            f"{shown(a.shape)} to the power {np.real(k):g}",
            r"write \|\mathbf{x}\|_2^2, or \mathbf{x} \odot \mathbf{x}, " + ENTRYWISE_POWERS
            if 1 in a.shape and k == 2
            else "a square matrix has powers and an inverse, no other",
        )
    if np.iscomplexobj(k) or not float(k).is_integer():
        raise Refusal(f"a matrix to the power {np.real(k):g}")
    if k < 0 and np.linalg.matrix_rank(np.real(a)) < a.shape[0]:
        raise Refusal("a singular matrix has no inverse")
    return np.asarray(np.linalg.matrix_power(a, int(k)))


def transpose(value: Value) -> Array:
    """Transpose a vector or a matrix."""
    array = plain(value)
    if array.ndim != 2:
        raise Refusal(f"the transpose of {shown(array.shape)}")
    return array.T


def norm(value: Value, kind: str) -> Array:
    """Return a norm, written so that a complex step passes through it."""
    array = plain(value)
    if array.ndim != 2:
        how = "write |x|" if array.ndim == 0 else ""
        raise Refusal(f"the norm of {shown(array.shape)}", how)
    vector = 1 in array.shape
    if kind == "" and not vector:
        raise Refusal("the norm of a matrix without its kind", r"write \|X\|_F or \|X\|_2")
    if kind == "F" and vector:
        raise Refusal("the Frobenius norm of a vector", r"write \|x\|_2")
    if kind == "1" and not vector:
        raise Refusal("the norm of kind 1 of a matrix: of its columns, or of all entries?")
    if kind == "\\infty":
        if not vector:
            raise Refusal("the norm of kind infinity of a matrix")
        sizes = magnitude(array).reshape(-1)
        return np.asarray(sizes[np.argmax(np.real(sizes))])
    if kind == "1":
        return np.asarray(np.sum(magnitude(array)))
    if kind == "2" and not vector:
        return np.asarray(np.sqrt(np.max(np.linalg.eigvals(array.T @ array).real)))
    return np.asarray(np.sqrt(np.sum(array * array)))


def magnitude(value: Array) -> Array:
    """Return the absolute value, written so that a complex step passes through it."""
    return np.asarray(value * np.sign(np.real(value)))


def beside(items: list[Array]) -> Array:
    """Set scalars or columns side by side."""
    return block([items])


def block(rows: list[list[Array]]) -> Array:
    """Assemble a matrix from blocks; a scalar is one by one."""
    check_size((sum(size(item.shape) for row in rows for item in row),))
    made = []
    for row in rows:
        parts = [item.reshape(1, 1) if item.ndim == 0 else item for item in row]
        if len({part.shape[0] for part in parts}) > 1:
            heights = ", ".join(shown(part.shape) for part in parts)
            raise Refusal(f"blocks of unequal height: {heights}")
        made.append(np.hstack(parts))
    if len({part.shape[1] for part in made}) > 1:
        raise Refusal("rows of blocks of unequal width: " + ", ".join(shown(p.shape) for p in made))
    return np.vstack(made)


def to_numpy(value: Value) -> Any:
    """Return a value as a library takes it: a vector with one axis, a function as a callable."""
    if isinstance(value, Function):
        return value.call
    if isinstance(value, tuple):
        return np.array(value, dtype=int) - 1
    if isinstance(value, Jacobian):
        return value.array.reshape(_trim(value.output) + _trim(value.variable))
    if value.ndim == 0:
        return value[()]
    return value.reshape(_trim(value.shape))


def from_numpy(value: Any) -> Array:
    """Return what a library gave: a scalar, a column, a matrix, or an array of more axes."""
    array = np.asarray(value)
    if array.dtype.kind in "biu":
        array = array.astype(float)
    if array.dtype.kind not in "fc":
        raise Refusal(f"the Python callable returned {type(value).__name__}, not numbers")
    if array.ndim == 1:
        return collapse(array.reshape(-1, 1))
    return collapse(array)


def _trim(shape: Shape) -> Shape:
    return shape[:1] if len(shape) == 2 and shape[1] == 1 else shape
