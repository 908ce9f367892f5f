"""Reverse-mode automatic differentiation: a graph of arrays, and the chain rule backwards.

Bad arguments are a ``ValueError``. Values are not inspected: infinities pass through a graph.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence, Set
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlref.validation import (
    Array,
    as_array,
    as_count,
    as_floats,
    as_instance,
    as_list,
    as_number,
)

__all__ = ["Tensor", "grad", "Node", "graph", "topological_order", "unbroadcast"]

Shape: TypeAlias = tuple[int, ...]
Axis: TypeAlias = int | tuple[int, ...] | None
Operand: TypeAlias = "Tensor | ArrayLike"
Rule: TypeAlias = Callable[[Array], Array]
Edge: TypeAlias = "tuple[Tensor, Rule]"


class Tensor:
    r"""An array that remembers how it was computed.

    Each operation makes a node. For each operand :math:`x` that needs a gradient, the node
    :math:`y = f(x)` keeps an edge: the operand, and the rule that pulls a gradient back,

    .. math:: \nabla_x \mathcal{L}
              = \Big(\frac{\partial y}{\partial x}\Big)^{\top} \nabla_y \mathcal{L}.

    .. not executed: it is the rule behind the operations, and no call returns it

    Operands broadcast as NumPy's do, but all have one dtype: numbers, lists and arrays of
    integers take the tensor's; an array or a tensor of another floating dtype is an error.

    Parameters
    ----------
    data : array_like
        The value, which is copied. Floats keep their dtype, integers become float64.
    requires_grad : bool
        Whether this leaf of the graph is to receive a gradient.

    Attributes
    ----------
    data : ndarray
        Read-only; a new value of the same shape is assigned, ``t.data = ...``.
    grad : ndarray or None
        On a leaf, the sum of the gradients of all ``backward()`` calls, in the shape of ``data``.
    requires_grad : bool

    Raises
    ------
    ValueError
        If operands differ in dtype or do not fit in shape; if somebody writes to ``data``. Values
        are not inspected: infinities and NaN pass through.
    IndexError
        If ``t[index]`` is out of range, by which iterating over a tensor knows its end.

    Notes
    -----
    The rules use values of the forward pass, so that an array that changed in between would give
    a wrong gradient. Therefore nobody else can write to the memory of a tensor: it copies what it
    is given and hands out its array read-only, which holds for views, ``+=`` and ``out=`` as well.
    A value that is assigned is for later operations; a graph goes on with those it has used.
    Only those who set ``t.data.flags.writeable``, or write to the ``base`` of a view, get past it.

    References
    ----------
    A. G. Baydin, B. A. Pearlmutter, A. A. Radul, J. M. Siskind, "Automatic differentiation in
    machine learning: a survey", JMLR 18 (2018).

    Examples
    --------
    >>> w = Tensor([1.0, 2.0], requires_grad=True)
    >>> loss = ((w * [3.0, 4.0]).sum() - 1) ** 2
    >>> loss.backward()
    >>> loss.item(), w.grad
    (100.0, array([60., 80.]))

    Nothing that the graph has used can change; a new value takes the place of the old one.

    >>> w.data[0] = 7.0
    Traceback (most recent call last):
    ValueError: assignment destination is read-only
    >>> w.data = w.data - 0.01 * w.grad
    >>> w
    Tensor(array([0.4, 1.2]), requires_grad=True)
    """

    __slots__ = ("_data", "_edges", "_op", "grad", "requires_grad")
    __array_ufunc__ = None  # so that `ndarray + Tensor` comes to Tensor.__radd__

    def __init__(self, data: ArrayLike, requires_grad: bool = False) -> None:
        self._data = _own(data)
        self.grad: Array | None = None
        self.requires_grad = requires_grad
        self._op = ""
        self._edges: list[Edge] = []

    @property
    def data(self) -> Array:
        """The value, as an array that is read-only."""
        self._data.setflags(write=False)
        return self._data

    @data.setter
    def data(self, value: ArrayLike) -> None:
        array = _own(value)
        if array.shape != self.shape:
            raise ValueError(f"data must have shape {self.shape}, got {array.shape}")
        self._data = array

    @property
    def shape(self) -> Shape:
        """Shape of the value."""
        return self._data.shape

    @property
    def ndim(self) -> int:
        """Number of axes of the value."""
        return self._data.ndim

    @property
    def dtype(self) -> np.dtype[np.floating[Any]]:
        """Floating type of the value."""
        return self._data.dtype

    def item(self) -> float:
        """Return the value of a tensor that holds one number."""
        if self._data.size != 1:
            raise ValueError(f"item() needs a tensor of one number, got shape {self.shape}")
        return float(self._data.item())

    def __repr__(self) -> str:
        return f"Tensor({self._data!r}{', requires_grad=True' if self.requires_grad else ''})"

    # ---------------------------------------------------------------- graph

    def backward(self) -> None:
        """Add the gradient of this scalar to ``grad`` of every leaf that requires one.

        Raises
        ------
        ValueError
            If the tensor is not a scalar, or nothing that it was computed from requires a
            gradient.
        """
        for leaf, g in _pull_back(self).items():
            leaf.grad = np.asarray(g if leaf.grad is None else leaf.grad + g)

    # ---------------------------------------------------------------- arithmetic

    def __add__(self, other: Operand) -> Tensor:
        a, b = self, _operand(other, self)
        return _node(
            "+",
            a._data + b._data,
            (a, lambda g: unbroadcast(g, a.shape)),
            (b, lambda g: unbroadcast(g, b.shape)),
        )

    def __sub__(self, other: Operand) -> Tensor:
        a, b = self, _operand(other, self)
        return _node(
            "-",
            a._data - b._data,
            (a, lambda g: unbroadcast(g, a.shape)),
            (b, lambda g: unbroadcast(-g, b.shape)),
        )

    def __mul__(self, other: Operand) -> Tensor:
        a, b = self, _operand(other, self)
        x, y = a._data, b._data
        return _node(
            "*",
            x * y,
            (a, lambda g: unbroadcast(g * y, x.shape)),
            (b, lambda g: unbroadcast(g * x, y.shape)),
        )

    def __truediv__(self, other: Operand) -> Tensor:
        a, b = self, _operand(other, self)
        x, y = a._data, b._data
        return _node(
            "/",
            x / y,
            (a, lambda g: unbroadcast(g / y, x.shape)),
            (b, lambda g: unbroadcast(-g * x / y**2, y.shape)),
        )

    def __matmul__(self, other: Operand) -> Tensor:
        a, b = self, _operand(other, self)
        x, y = a._data, b._data
        if x.ndim > 2 or y.ndim > 2:
            return _stacked_product(a, b)
        if not (x.ndim in (1, 2) and y.ndim in (1, 2) and x.shape[-1] == y.shape[0]):
            raise ValueError(f"@ must have shapes ([n,] d) and (d[, q]), got {x.shape}, {y.shape}")
        return _node(
            "@",
            x @ y,
            (a, lambda g: np.multiply.outer(g, y) if y.ndim == 1 else g @ y.T),
            (b, lambda g: np.multiply.outer(x, g) if x.ndim == 1 else x.T @ g),
        )

    def __pow__(self, exponent: float) -> Tensor:
        x, n = self._data, as_number("exponent", exponent)
        return _node(
            f"**{n:g}",
            x**n,
            (self, lambda g: g * n * x ** (n - 1) if n else np.zeros_like(g)),
        )

    def __neg__(self) -> Tensor:
        return _node("neg", -self._data, (self, lambda g: -g))

    def __radd__(self, other: Operand) -> Tensor:
        return _operand(other, self) + self

    def __rsub__(self, other: Operand) -> Tensor:
        return _operand(other, self) - self

    def __rmul__(self, other: Operand) -> Tensor:
        return _operand(other, self) * self

    def __rtruediv__(self, other: Operand) -> Tensor:
        return _operand(other, self) / self

    def __rmatmul__(self, other: Operand) -> Tensor:
        return _operand(other, self) @ self

    # ---------------------------------------------------------------- element by element
    # sigmoid, log_softmax and cross_entropy are written out although dlref.functional has them:
    # its checks would refuse the infinities and NaN that pass through a graph.

    def exp(self) -> Tensor:
        """Return :math:`e^x`, whose derivative is itself."""
        y = np.exp(self._data)
        return _node("exp", y, (self, lambda g: g * y))

    def log(self) -> Tensor:
        """Return the natural logarithm, whose derivative is :math:`1/x`."""
        x = self._data
        return _node("log", np.log(x), (self, lambda g: g / x))

    def tanh(self) -> Tensor:
        r"""Return the hyperbolic tangent :math:`y`, whose derivative is :math:`1 - y^2`."""
        y = np.tanh(self._data)
        return _node("tanh", y, (self, lambda g: g * (1 - y * y)))

    def sigmoid(self) -> Tensor:
        r"""Return :math:`y = 1/(1 + e^{-x})`, whose derivative is :math:`y(1 - y)`."""
        e = np.exp(-np.abs(self._data))
        y = np.where(self._data >= 0, 1, e) / (1 + e)
        return _node("sigmoid", y, (self, lambda g: g * y * (1 - y)))

    def relu(self) -> Tensor:
        r"""Return :math:`\max(0, x)`; the derivative at 0 is 0 by convention."""
        y = np.maximum(self._data, 0.0)
        return _node("relu", y, (self, lambda g: g * (y > 0.0)))

    # ---------------------------------------------------------------- shape and sums

    def __getitem__(self, index: Any) -> Tensor:
        x = self._data
        y = x[index]
        if y.size == 0:
            raise ValueError(f"the index must select something, got {index!r} on shape {x.shape}")
        is_view = np.may_share_memory(x, y)  # by slices and integers: no entry repeats
        index = index if is_view else copy.deepcopy(index)  # an array of indices, too, may change

        def scatter(g: Array) -> Array:
            out = np.zeros_like(x)
            if is_view:
                out[index] = g
            else:
                np.add.at(out, index, g)  # adds up where an index repeats, unlike out[index] += g
            return out

        return _node("[]", y, (self, scatter))

    def reshape(self, *shape: int) -> Tensor:
        """Return the same numbers in another shape."""
        x = self._data
        return _node("reshape", x.reshape(shape), (self, lambda g: g.reshape(x.shape)))

    def transpose(self, *axes: int) -> Tensor:
        """Return the array with its axes in this order, or reversed."""
        order = axes or tuple(range(self.ndim))[::-1]
        y = self._data.transpose(order)
        return _node("transpose", y, (self, lambda g: g.transpose(np.argsort(order))))

    def pad(self, p: int) -> Tensor:
        """Return the array with p zeros on each side of the last two axes."""
        x, width = self._data, as_count("p", p, low=0)
        if x.ndim < 2:
            raise ValueError(f"pad needs an array with two axes at least, got shape {x.shape}")
        high, wide = x.shape[-2:]
        y = np.pad(x, [(0, 0)] * (x.ndim - 2) + [(width, width)] * 2)
        return _node("pad", y, (self, lambda g: g[..., width : width + high, width : width + wide]))

    @property
    def T(self) -> Tensor:  # noqa: N802 - NumPy's name
        """The array with its axes reversed."""
        return self.transpose()

    def sum(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Return the sum over ``axis``; each summand receives the whole gradient."""
        x = self._data
        y = x.sum(axis=axis, keepdims=keepdims)
        return _node("sum", y, (self, lambda g: _spread(g, x.shape, axis, keepdims)))

    def mean(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Return the mean over ``axis``; each of the n elements receives 1/n of the gradient."""
        x = self._data
        y = x.mean(axis=axis, keepdims=keepdims)
        n = x.size // y.size
        return _node("mean", y, (self, lambda g: _spread(g / n, x.shape, axis, keepdims)))

    def max(self, axis: int) -> Tensor:
        """Return the largest along ``axis``; of equal ones the first receives the gradient."""
        x = self._data
        first = np.expand_dims(x.argmax(axis=axis), axis)

        def scatter(g: Array) -> Array:
            out = np.zeros_like(x)
            np.put_along_axis(out, first, np.expand_dims(g, axis), axis)
            return out

        return _node("max", x.max(axis=axis), (self, scatter))

    # ---------------------------------------------------------------- rows of logits

    def softmax(self) -> Tensor:
        r"""Return :math:`e^{z_i} / \sum_j e^{z_j}` of each row (of the last axis)."""
        e = np.exp(self._data - self._data.max(axis=-1, keepdims=True))
        y = e / e.sum(axis=-1, keepdims=True)
        return _node(
            "softmax",
            y,
            (self, lambda g: y * (g - (g * y).sum(axis=-1, keepdims=True))),
        )

    def log_softmax(self) -> Tensor:
        r"""Return :math:`z - \log\sum_j e^{z_j}` of each row (of the last axis).

        Each row's own maximum is subtracted first, so no exponential overflows and no row
        underflows because of another.
        """
        z = self._data - self._data.max(axis=-1, keepdims=True)
        y = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
        return _node(
            "log_softmax",
            y,
            (self, lambda g: g - np.exp(y) * g.sum(axis=-1, keepdims=True)),
        )

    def cross_entropy(self, labels: NDArray[np.integer[Any]]) -> Tensor:
        r"""Return the mean of :math:`-\log \operatorname{softmax}(\mathbf{o}_i)_{y_i}`.

        The rows :math:`\mathbf{o}_i` of this tensor, (n, c), are logits, and the labels, (n,),
        are integers from 0 to c - 1. The gradient of a row is
        :math:`(\operatorname{softmax}(\mathbf{o}_i) - \mathbf{e}_{y_i}) / n`.

        Raises
        ------
        ValueError
            If the shapes differ from these, or a label is no class.

        Examples
        --------
        >>> logits = Tensor([[0.0, 0.0], [9.0, 9.0]], requires_grad=True)
        >>> loss = logits.cross_entropy(np.array([0, 1]))
        >>> loss.backward()
        >>> round(loss.item(), 4), logits.grad
        (0.6931, array([[-0.25,  0.25],
               [ 0.25, -0.25]]))
        """
        x, labels = self._data, as_array("labels", labels)
        if x.ndim != 2 or labels.shape != x.shape[:1]:
            raise ValueError(
                f"logits must have shape (n, c) and labels (n,), got {x.shape}, {labels.shape}"
            )
        n, c = x.shape
        kind = labels.dtype.kind
        # Row i of the targets is e_{y_i}; that of a label which is no class has no 1.
        if kind not in "iu" or np.count_nonzero(targets := labels[:, None] == np.arange(c)) < n:
            raise ValueError(f"labels must be integers from 0 to {c - 1}, got {labels}")
        z = x - x.max(axis=1, keepdims=True)
        e = np.exp(z)
        total = e.sum(axis=1)
        return _node(
            "cross_entropy",
            (np.log(total) - z[targets]).sum() / n,
            (self, lambda g: (e / total[:, None] - targets) * (g / n)),
        )

    def linear(self, weight: Operand, bias: Operand) -> Tensor:
        r"""Return :math:`\mathbf{x}\mathbf{W}^{\top} + \mathbf{b}` of each row x.

        Shapes: x (..., d), weight (q, d), bias (q,), result (..., q). One node if x is (n, d).

        Raises
        ------
        ValueError
            If the shapes or the dtypes do not fit.
        """
        weight, bias = _operand(weight, self), _operand(bias, self)
        x, w, b = self._data, weight._data, bias._data
        if w.ndim != 2 or b.shape != w.shape[:1] or x.shape[-1:] != w.shape[1:]:
            raise ValueError(
                "x, weight and bias must have shapes (..., d), (q, d) and (q,), "
                f"got {x.shape}, {w.shape}, {b.shape}"
            )
        if x.ndim != 2:  # the rules below are those of a matrix
            rows = self.reshape(-1, x.shape[-1]).linear(weight, bias)
            return rows.reshape(*x.shape[:-1], len(b))
        y = x @ w.T
        y += b
        return _node(
            "linear",
            y,
            (self, lambda g: g @ w),
            (weight, lambda g: g.T @ x),
            (bias, lambda g: g.sum(axis=0)),
        )


def grad(output: Tensor, inputs: Sequence[Tensor]) -> list[Array]:
    """Return the gradient of a scalar ``output`` with respect to each of ``inputs``.

    The inputs may be any nodes of the graph, leaves or not; no ``grad`` attribute changes.

    Parameters
    ----------
    output : Tensor
        A scalar that depends on all inputs.
    inputs : sequence of Tensor

    Returns
    -------
    list of ndarray

    Examples
    --------
    >>> x = Tensor(3.0, requires_grad=True)
    >>> y = x * x
    >>> grad(y * y, [x, y])
    [array(108.), array(18.)]
    """
    as_instance("output", output, Tensor)
    wanted = {as_instance("inputs", node, Tensor) for node in as_list("inputs", inputs)}
    found = _pull_back(output, keep=wanted)
    for i, node in enumerate(inputs):
        if node not in found:
            raise ValueError(f"output must depend on all inputs, got inputs[{i}] outside its graph")
    return [np.asarray(found[node]) for node in inputs]


class Node(NamedTuple):
    """One node of a computational graph as plain data, for drawing it."""

    name: str
    """What the tensor is called, or nothing."""
    op: str
    """The operation that made it, a power with its exponent, as ``**2``; nothing for a leaf."""
    value: Array
    """Its data."""
    grad: Array
    """The gradient of the root with respect to it."""
    parents: tuple[int, ...]
    """The places of its operands in the list of nodes."""


def graph(root: Tensor, **names: Tensor) -> list[Node]:
    """Return the graph behind a scalar ``root``: values, gradients, and who feeds whom.

    Parameters
    ----------
    root : Tensor
        A scalar.
    **names : Tensor
        What to call the tensors; the others are unnamed.

    Returns
    -------
    list of Node
        In topological order, ``root`` last. ``op`` is empty on leaves, ``parents`` are
        positions in this list. Constants (all that requires no gradient) are left out.

    Examples
    --------
    >>> w, x = (Tensor(v, requires_grad=True) for v in (2.0, 5.0))
    >>> for node in graph((w * x).tanh(), w=w, x=x):
    ...     print(node.name, node.op, node.value.round(3), node.parents)
    w  2.0 ()
    x  5.0 ()
     * 10.0 (0, 1)
     tanh 1.0 (2,)
    """
    as_instance("root", root, Tensor)
    label = {tensor: name for name, tensor in names.items()}
    order = topological_order(root)
    gradient = _pull_back(root, keep=set(order))
    position = {tensor: i for i, tensor in enumerate(order)}
    return [
        Node(
            label.get(tensor, ""),
            tensor._op,
            tensor.data.copy(),
            np.asarray(gradient[tensor]),
            tuple(position[parent] for parent, _ in tensor._edges),
        )
        for tensor in order
    ]


def topological_order(root: Tensor) -> list[Tensor]:
    """Return the nodes that ``root`` depends on, each after its operands, ``root`` last.

    A depth-first search with a stack of its own: a deep graph does not exhaust Python's.

    Parameters
    ----------
    root : Tensor

    Returns
    -------
    list of Tensor

    Examples
    --------
    >>> x = Tensor(3.0, requires_grad=True)
    >>> y = x * x
    >>> [node.item() for node in topological_order(x + y)]
    [3.0, 9.0, 12.0]
    """
    as_instance("root", root, Tensor)
    order: dict[Tensor, None] = {}  # a set that keeps the order
    stack: list[tuple[Tensor, Rule | None]] = [(root, np.asarray)]  # edges: the first, to the root
    while stack:
        node, rule = stack.pop()
        if rule is None or not node._edges:  # all operands of the node are done
            order[node] = None
        elif node not in order:
            stack.append((node, None))  # not an edge: to come back to the node
            stack += reversed(node._edges)
    return list(order)


def unbroadcast(g: ArrayLike, shape: Shape) -> Array:
    """Sum a gradient over the axes along which broadcasting repeated an operand.

    Parameters
    ----------
    g : array_like
        Gradient of the result.
    shape : tuple of int
        Shape of the operand.

    Returns
    -------
    ndarray, of this shape

    Raises
    ------
    ValueError
        If ``g`` does not hold real numbers, or an array of this shape does not broadcast to it.

    Examples
    --------
    >>> unbroadcast(np.ones((4, 2, 3)), (2, 1))
    array([[12.],
           [12.]])
    """
    if isinstance(g, (np.ndarray, np.floating)) and g.shape == shape:
        return np.asarray(g)
    g = as_floats("g", g, finite=False)
    try:
        shape = np.broadcast_shapes(tuple(shape))
        fits = np.broadcast_shapes(shape, g.shape) == g.shape
    except (TypeError, ValueError):
        fits = False
    if not fits:
        raise ValueError(f"shape must broadcast to that of g, {g.shape}, got {shape}")
    added = g.ndim - len(shape)
    stretched = [added + i for i, length in enumerate(shape) if length == 1]
    total = np.asarray(g.sum(axis=(*range(added), *stretched)))
    return total.reshape(shape)


def _pull_back(root: Tensor, keep: Set[Tensor] = frozenset()) -> dict[Tensor, Array]:
    """Return the gradients of the leaves, and of the other nodes in ``keep``.

    A node passes its gradient on once all its consumers have contributed to it. Each gradient
    has memory of its own, so that a leaf can keep it.
    """
    x = root._data
    if x.size != 1:
        raise ValueError(f"a gradient needs a scalar, got shape {x.shape}")
    if not root.requires_grad:
        raise ValueError("a gradient needs a tensor that requires one, got a constant")
    gradients = {root: np.array(1, x.dtype).reshape(x.shape)}
    for node in reversed(topological_order(root)):
        if node._edges:
            g = gradients[node] if node in keep else gradients.pop(node)
            for parent, rule in node._edges:
                part = rule(g)
                if parent in gradients:
                    part = gradients[parent] + part
                elif part is g or part.base is not None:  # passed on, as by +, or a view
                    part = part.copy()
                gradients[parent] = part
    return gradients


def _node(op: str, value: Array, *edges: Edge) -> Tensor:
    """Make the result of an operation, with edges only to what needs a gradient."""
    node = Tensor.__new__(Tensor)
    node._data = np.asarray(value)  # NumPy turns results without axes into scalars
    node.grad = None
    node._op = op
    node._edges = needed = []
    for edge in edges:  # a comprehension takes longer, and this is done at each operation
        if edge[0].requires_grad:
            needed.append(edge)
    node.requires_grad = bool(needed)
    return node


def _stacked_product(a: Tensor, b: Tensor) -> Tensor:
    """Multiply stacks of matrices; the axes before the last two broadcast."""
    x, y = a._data, b._data
    try:
        product = x @ y
        fits = x.ndim > 1 < y.ndim
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(
            f"@ must have shapes (..., n, d) and (..., d, q), got {x.shape}, {y.shape}"
        )
    return _node(
        "@",
        product,
        (a, lambda g: unbroadcast(g @ y.swapaxes(-1, -2), x.shape)),
        (b, lambda g: unbroadcast(x.swapaxes(-1, -2) @ g, y.shape)),
    )


def _operand(value: Operand, like: Tensor) -> Tensor:
    """Return ``value`` as a tensor that can be combined with ``like``."""
    tensor = value if isinstance(value, Tensor) else Tensor(value)
    if tensor._data.dtype == like._data.dtype:
        return tensor
    if isinstance(value, (Tensor, np.ndarray)) and value.dtype.kind == "f":
        raise ValueError(f"operands must have one dtype, got {like.dtype} and {value.dtype}")
    return Tensor(tensor._data.astype(like.dtype))


def _own(value: ArrayLike) -> Array:
    """Return ``value`` as floats in memory of their own, which nobody else can change."""
    return np.array(as_floats("data", value, finite=False))


def _spread(g: Array, shape: Shape, axis: Axis, keepdims: bool) -> Array:
    """Repeat the gradient of a sum along the axes that were summed."""
    if axis is not None and not keepdims:
        g = np.expand_dims(g, axis)
    return np.broadcast_to(g, shape)
