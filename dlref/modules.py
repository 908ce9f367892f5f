"""Layers and networks: objects that hold parameters and compute a forward pass.

Bad arguments are a ``ValueError``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from dlref.autodiff import Tensor
from dlref.functional import dropout_mask
from dlref.init import kaiming_normal
from dlref.validation import (
    Array,
    as_count,
    as_floats,
    as_function,
    as_generator,
    as_instance,
    as_number,
)

__all__ = [
    "Module",
    "Linear",
    "ReLU",
    "Sigmoid",
    "Tanh",
    "Dropout",
    "Residual",
    "Sequential",
    "MLP",
]

Initializer: TypeAlias = Callable[..., Array]


class Module:
    r"""A function with parameters: subclasses define ``forward``, instances are called.

    Tensors that require a gradient and modules, kept as attributes or in a list or tuple of
    modules, are found by ``parameters``, ``state_dict``, ``train`` and ``eval``. Arrays that are
    saved but not learnt are registered as buffers. A new module is in training mode.

    Notes
    -----
    The interface is that of ``torch.nn.Module`` (A. Paszke et al., "PyTorch: an imperative
    style, high-performance deep learning library", NeurIPS 2019).

    Examples
    --------
    >>> class Scale(Module):
    ...     def __init__(self):
    ...         self.factor = Tensor(2.0, requires_grad=True)
    ...
    ...     def forward(self, x):
    ...         return x * self.factor
    >>> scale = Scale()
    >>> scale([1.0, 3.0])
    Tensor(array([2., 6.]), requires_grad=True)
    >>> scale.state_dict()
    {'factor': array(2.)}
    """

    training: bool = True

    def __call__(self, x: Tensor | ArrayLike) -> Tensor:
        """Compute the output for a tensor or an array of inputs."""
        return self.forward(x if isinstance(x, Tensor) else Tensor(x))

    def forward(self, x: Tensor) -> Tensor:
        """Compute the output; to be defined by the subclass."""
        raise NotImplementedError(f"{type(self).__name__} must define forward(x)")

    def parameters(self) -> list[Tensor]:
        """Return the tensors to be learnt, each once, in order of definition."""
        return [parameter for _, parameter in self.named_parameters()]

    def named_parameters(self) -> list[tuple[str, Tensor]]:
        """Return the tensors to be learnt with their paths, such as ``layers.0.weight``."""
        own = [(k, v) for k, v in vars(self).items() if isinstance(v, Tensor) and v.requires_grad]
        below = [
            (f"{path}.{name}", parameter)
            for path, child in self._children()
            for name, parameter in child.named_parameters()
        ]
        names: dict[Tensor, str] = {}
        for name, parameter in own + below:
            names.setdefault(parameter, name)  # one that is shared goes by its first name
        return [(name, parameter) for parameter, name in names.items()]

    def register_buffer(self, name: str, value: ArrayLike) -> None:
        """Keep a copy of an array as the attribute ``name``, saved with the parameters.

        A new value is assigned, ``module.name = array``.

        Raises
        ------
        ValueError
            If the module has an attribute of this name, or the value is not of finite numbers.
        """
        if hasattr(self, name):
            raise ValueError(f"name must be new, got {name!r}, which {type(self).__name__} has")
        setattr(self, name, as_floats("value", value).copy())
        vars(self).setdefault("_buffers", []).append(name)

    def named_buffers(self) -> list[tuple[str, Array]]:
        """Return the buffers with their paths, such as ``layers.1.running_mean``."""
        return [(path, getattr(owner, name)) for path, owner, name in self._find_buffers()]

    def state_dict(self) -> dict[str, Array]:
        """Return copies of the values of all parameters, and of all buffers, by name."""
        values = {name: parameter.data for name, parameter in self.named_parameters()}
        return {name: v.copy() for name, v in [*values.items(), *self.named_buffers()]}

    def load_state_dict(self, state: Mapping[str, ArrayLike]) -> None:
        """Give the parameters and buffers copies of these values.

        Raises
        ------
        ValueError
            If the names or the shapes are not those of ``state_dict()``; then nothing has changed.
        """
        own = self.state_dict()
        if set(state) != set(own):
            raise ValueError(f"state must have the keys {list(own)}, got {list(state)}")
        values = {
            name: as_floats(name, state[name], shape=old.shape).astype(old.dtype)
            for name, old in own.items()
        }
        for name, parameter in self.named_parameters():
            parameter.data = values[name]
        for path, owner, name in self._find_buffers():
            setattr(owner, name, values[path])

    def zero_grad(self) -> None:
        """Forget the gradients, so that the next ``backward()`` does not add to them."""
        for parameter in self.parameters():
            parameter.grad = None

    def train(self, mode: bool = True) -> Module:
        """Switch to training mode (or, with ``mode=False``, to inference); return the module."""
        self.training = mode
        for _, child in self._children():
            child.train(mode)
        return self

    def eval(self) -> Module:
        """Switch to inference: dropout becomes the identity; return the module."""
        return self.train(False)

    def _find_buffers(self) -> Iterator[tuple[str, Module, str]]:
        """Yield the path of each buffer, the module that has it, and its name there."""
        for name in vars(self).get("_buffers", ()):
            yield name, self, name
        for path, child in self._children():
            for below, owner, name in child._find_buffers():
                yield f"{path}.{below}", owner, name

    def _children(self) -> Iterator[tuple[str, Module]]:
        for name, value in vars(self).items():
            if isinstance(value, Module):
                yield name, value
            elif isinstance(value, (list, tuple)):
                for i, item in enumerate(value):
                    if isinstance(item, Module):
                        yield f"{name}.{i}", item


class Linear(Module):
    r"""A fully connected layer :math:`\mathbf{o} = \mathbf{W}\mathbf{x} + \mathbf{b}`.

    Parameters
    ----------
    in_features, out_features : int
    rng : numpy.random.Generator
        Source of the initial weights.
    init : callable
        ``init(fan_in, fan_out, rng=rng)`` returns the initial weight, (fan_out, fan_in).
    dtype : dtype
        Floating type of the parameters.

    Attributes
    ----------
    weight : Tensor, shape (out_features, in_features)
    bias : Tensor, shape (out_features,)
        Zeros at first.

    Examples
    --------
    >>> layer = Linear(3, 2, rng=np.random.default_rng(0))
    >>> layer.weight.shape, layer([[1.0, 2.0, 3.0]]).shape
    ((2, 3), (1, 2))
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        rng: np.random.Generator,
        init: Initializer = kaiming_normal,
        dtype: DTypeLike = np.float64,
    ) -> None:
        fan_in = as_count("in_features", in_features)
        fan_out = as_count("out_features", out_features)
        drawn = as_function("init", init)(fan_in, fan_out, rng=as_generator("rng", rng))
        weight = as_floats("the initial weight", drawn, shape=(fan_out, fan_in))
        self.weight = Tensor(weight.astype(dtype), requires_grad=True)
        self.bias = Tensor(np.zeros(fan_out, dtype), requires_grad=True)

    def forward(self, x: Tensor) -> Tensor:
        """Return ``x W^T + b`` for each row x."""
        return x.linear(self.weight, self.bias)


class ReLU(Module):
    r"""The activation :math:`\max(0, x)`, element by element.

    Examples
    --------
    >>> ReLU()([-1.0, 2.0])
    Tensor(array([0., 2.]))
    """

    def forward(self, x: Tensor) -> Tensor:
        """Return ``max(0, x)``."""
        return x.relu()


class Sigmoid(Module):
    r"""The activation :math:`1/(1 + e^{-x})`, element by element.

    Examples
    --------
    >>> Sigmoid()([0.0])
    Tensor(array([0.5]))
    """

    def forward(self, x: Tensor) -> Tensor:
        """Return ``1/(1 + exp(-x))``."""
        return x.sigmoid()


class Tanh(Module):
    r"""The activation :math:`\tanh x`, element by element.

    Examples
    --------
    >>> Tanh()([0.0])
    Tensor(array([0.]))
    """

    def forward(self, x: Tensor) -> Tensor:
        """Return ``tanh(x)``."""
        return x.tanh()


class Dropout(Module):
    r"""Inverted dropout: in training, :math:`x_j' = 0` with probability p, else :math:`x_j/(1-p)`.

    The expectation stays :math:`\mathbb{E}[\mathbf{x}'] = \mathbf{x}`, so that at inference
    dropout is the identity.

    Parameters
    ----------
    p : float
        Probability of dropping an element, in [0, 1).
    rng : numpy.random.Generator
        Source of the masks, one for each forward pass.

    References
    ----------
    N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, "Dropout: a simple
    way to prevent neural networks from overfitting", JMLR 15 (2014).

    Examples
    --------
    >>> layer = Dropout(0.5, rng=np.random.default_rng(0))
    >>> layer([1.0, 2.0, 3.0, 4.0])
    Tensor(array([2., 0., 0., 0.]))
    >>> layer.eval()([1.0, 2.0, 3.0, 4.0])
    Tensor(array([1., 2., 3., 4.]))
    """

    def __init__(self, p: float, *, rng: np.random.Generator) -> None:
        self.p = as_number("p", p, low=0, high=1, open_high=True)
        self.rng = as_generator("rng", rng)

    def forward(self, x: Tensor) -> Tensor:
        """Return ``x`` with a fresh mask in training, ``x`` itself at inference."""
        if not self.training or self.p == 0:
            return x
        mask = dropout_mask(x.shape, self.p, rng=self.rng)
        return x * (mask.astype(x.dtype) / (1 - self.p))


class Residual(Module):
    r"""A residual block :math:`\mathbf{x} + a f(\mathbf{x})` around a module f.

    Parameters
    ----------
    inner : Module
        f, whose output has the shape of its input.
    scale : float
        The factor a.

    References
    ----------
    K. He, X. Zhang, S. Ren, J. Sun, "Deep residual learning for image recognition", CVPR 2016.

    Examples
    --------
    >>> Residual(ReLU(), scale=0.5)([-1.0, 2.0])
    Tensor(array([-1.,  3.]))
    """

    def __init__(self, inner: Module, *, scale: float = 1.0) -> None:
        self.inner = as_instance("inner", inner, Module)
        self.scale = as_number("scale", scale)

    def forward(self, x: Tensor) -> Tensor:
        """Return ``x + scale * inner(x)``."""
        y = self.inner(x)
        if y.shape != x.shape:
            raise ValueError(f"inner must keep the shape {x.shape}, got {y.shape}")
        return x + self.scale * y


class Sequential(Module):
    r"""Modules one after the other: :math:`f_L \circ \cdots \circ f_1`.

    Parameters
    ----------
    *layers : Module
        One at least.

    Examples
    --------
    >>> Sequential(ReLU(), Tanh())([-1.0, 0.0])
    Tensor(array([0., 0.]))
    """

    def __init__(self, *layers: Module) -> None:
        if not layers or not all(isinstance(layer, Module) for layer in layers):
            raise ValueError(f"layers must be one or more modules, got {layers}")
        self.layers = layers

    def forward(self, x: Tensor) -> Tensor:
        """Return the output of the last layer."""
        for layer in self.layers:
            x = layer(x)
        return x


class MLP(Sequential):
    r"""A multilayer perceptron: linear layers with an activation between each two.

    .. math:: \mathbf{h}^{(l)} = \sigma(\mathbf{W}^{(l)}\mathbf{h}^{(l-1)} + \mathbf{b}^{(l)}),
              \quad l < L,
              \qquad \mathbf{o} = \mathbf{W}^{(L)}\mathbf{h}^{(L-1)} + \mathbf{b}^{(L)}.

    .. not executed: a network is no letter

    Parameters
    ----------
    sizes : sequence of int
        Widths from the input to the output, two at least; two make a linear model.
    rng : numpy.random.Generator
        Source of the initial weights, and of the masks of dropout.
    activation : callable
        Makes the module between two linear layers.
    dropout : float
        Probability of dropping a hidden unit, in [0, 1).
    init, dtype
        As for :class:`.Linear`.

    Examples
    --------
    >>> model = MLP([64, 32, 10], rng=np.random.default_rng(0))
    >>> [p.shape for p in model.parameters()]
    [(32, 64), (32,), (10, 32), (10,)]
    >>> model(np.zeros((5, 64))).shape
    (5, 10)
    """

    def __init__(
        self,
        sizes: Sequence[int],
        *,
        rng: np.random.Generator,
        activation: Callable[[], Module] = ReLU,
        dropout: float = 0.0,
        init: Initializer = kaiming_normal,
        dtype: DTypeLike = np.float64,
    ) -> None:
        if as_floats("sizes", sizes, ndim=1).size < 2:
            raise ValueError(f"sizes must name an input and an output width, got {sizes}")
        p = as_number("dropout", dropout, low=0, high=1, open_high=True)
        layers: list[Module] = []
        for fan_in, fan_out in pairwise(sizes):
            if layers:
                layers.append(as_function("activation", activation)())
                if p > 0:
                    layers.append(Dropout(p, rng=rng))
            layers.append(Linear(fan_in, fan_out, rng=rng, init=init, dtype=dtype))
        super().__init__(*layers)
