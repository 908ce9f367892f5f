"""Recurrent networks: cells that carry a state from one step of a sequence to the next.

References
----------
I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning*, MIT Press 2016, chapter 10.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from dlref.activations import sigmoid
from dlref.autodiff import Tensor
from dlref.init import xavier_normal
from dlref.modules import Module
from dlref.validation import (
    Array,
    apply,
    as_count,
    as_floats,
    as_generator,
    as_list,
    as_number,
    raise_on_overflow,
)

__all__ = ["rnn_step", "lstm_step", "gru_step", "RNN", "LSTM"]


@raise_on_overflow
def rnn_step(
    x: ArrayLike,
    h: ArrayLike,
    W: ArrayLike,
    U: ArrayLike,
    b: ArrayLike,
    activation: Callable[[Array], ArrayLike] = np.tanh,
) -> Array:
    r"""Return the next state of a recurrent network.

    .. math:: \mathbf{h}' = \sigma(\mathbf{W}\mathbf{x} + \mathbf{U}\mathbf{h} + \mathbf{b})

    .. with \mathbf{x} : R[d]
            \mathbf{h}, \mathbf{b} : R[k]
            \mathbf{W} : R[k,d]
            \mathbf{U} : R[k,k]
            \sigma : R -> R; entrywise
            rnn_step(\mathbf{x}, \mathbf{h}, \mathbf{W}, \mathbf{U}, \mathbf{b}, \sigma)

    Parameters
    ----------
    x : array_like, shape (d,)
        What is read now.
    h : array_like, shape (k,)
        The state before.
    W : array_like, shape (k, d)
    U : array_like, shape (k, k)
    b : array_like, shape (k,)
    activation : callable
        σ, element by element.

    Returns
    -------
    ndarray, shape (k,)

    References
    ----------
    J. L. Elman, "Finding structure in time", Cognitive Science 14 (1990).

    Examples
    --------
    >>> rnn_step([1.0], [0.5], [[1.0]], [[-2.0]], [0.0])
    array([0.])
    """
    x, h = as_floats("x", x, ndim=1), as_floats("h", h, ndim=1)
    return apply("activation", activation, _sum("", x, h, W, U, b))


@raise_on_overflow
def lstm_step(
    x: ArrayLike,
    h: ArrayLike,
    c: ArrayLike,
    W: Sequence[ArrayLike],
    U: Sequence[ArrayLike],
    b: Sequence[ArrayLike],
) -> tuple[Array, Array]:
    r"""Return the next state of an LSTM, and its next memory cell.

    .. math:: \mathbf{c}' = \mathbf{f} \odot \mathbf{c} + \mathbf{i} \odot \mathbf{g},
              \qquad \mathbf{h}' = \mathbf{o} \odot \tanh(\mathbf{c}')

    .. with \mathbf{x} : R[d]
            \mathbf{h}, \mathbf{c} : R[k]
            \mathbf{W}_1, \mathbf{W}_2, \mathbf{W}_3, \mathbf{W}_4 : R[k,d]
            \mathbf{U}_1, \mathbf{U}_2, \mathbf{U}_3, \mathbf{U}_4 : R[k,k]
            \mathbf{b}_1, \mathbf{b}_2, \mathbf{b}_3, \mathbf{b}_4 : R[k]
            \sigma : R -> R; entrywise; code dlref.sigmoid
            \tanh : R -> R; entrywise
            \mathbf{i} = \sigma(\mathbf{W}_1\mathbf{x} + \mathbf{U}_1\mathbf{h} + \mathbf{b}_1)
            \mathbf{f} = \sigma(\mathbf{W}_2\mathbf{x} + \mathbf{U}_2\mathbf{h} + \mathbf{b}_2)
            \mathbf{g} = \tanh(\mathbf{W}_3\mathbf{x} + \mathbf{U}_3\mathbf{h} + \mathbf{b}_3)
            \mathbf{o} = \sigma(\mathbf{W}_4\mathbf{x} + \mathbf{U}_4\mathbf{h} + \mathbf{b}_4)
            \mathbf{h}', \mathbf{c}' = lstm_step(\mathbf{x}, \mathbf{h}, \mathbf{c},
                [\mathbf{W}_1, \mathbf{W}_2, \mathbf{W}_3, \mathbf{W}_4],
                [\mathbf{U}_1, \mathbf{U}_2, \mathbf{U}_3, \mathbf{U}_4],
                [\mathbf{b}_1, \mathbf{b}_2, \mathbf{b}_3, \mathbf{b}_4])

    The gates **i**, **f**, **o** are sigmoids and the candidate **g** is a tanh of
    :math:`\mathbf{W}\mathbf{x} + \mathbf{U}\mathbf{h} + \mathbf{b}`, with weights of their own.

    Parameters
    ----------
    x : array_like, shape (d,)
    h, c : array_like, shape (k,)
        State and memory cell before.
    W : four array_like, shape (k, d)
        Those of i, f, g, o, in PyTorch's order.
    U : four array_like, shape (k, k)
    b : four array_like, shape (k,)

    Returns
    -------
    h, c : ndarray, shape (k,)

    References
    ----------
    S. Hochreiter, J. Schmidhuber, "Long short-term memory", Neural Computation 9 (1997); F. A.
    Gers, J. Schmidhuber, F. Cummins, "Learning to forget", Neural Computation 12 (2000).

    Examples
    --------
    >>> zero, keep = [[0.0]], [[-50.0], [50.0], [0.0], [50.0]]
    >>> lstm_step([9.0], [0.0], [0.5], [zero] * 4, [zero] * 4, keep)[1]
    array([0.5])
    """
    x, h = as_floats("x", x, ndim=1), as_floats("h", h, ndim=1)
    c = as_floats("c", c, shape=h.shape)
    i, f, g, o = _sums(x, h, W, U, b, 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


@raise_on_overflow
def gru_step(
    x: ArrayLike,
    h: ArrayLike,
    W: Sequence[ArrayLike],
    U: Sequence[ArrayLike],
    b: Sequence[ArrayLike],
) -> Array:
    r"""Return the next state of a gated recurrent unit; z keeps the old one.

    .. math:: \mathbf{h}' = \mathbf{z} \odot \mathbf{h}
              + (\mathbf{1} - \mathbf{z}) \odot \tilde{\mathbf{h}}, \qquad
              \tilde{\mathbf{h}} = \tanh(\mathbf{W}_3\mathbf{x}
              + \mathbf{U}_3(\mathbf{r} \odot \mathbf{h}) + \mathbf{b}_3)

    .. with \mathbf{x} : R[d]
            \mathbf{h} : R[k]
            \mathbf{1} : ones[k]
            \mathbf{W}_1, \mathbf{W}_2, \mathbf{W}_3 : R[k,d]
            \mathbf{U}_1, \mathbf{U}_2, \mathbf{U}_3 : R[k,k]
            \mathbf{b}_1, \mathbf{b}_2, \mathbf{b}_3 : R[k]
            \sigma : R -> R; entrywise; code dlref.sigmoid
            \tanh : R -> R; entrywise
            \mathbf{z} = \sigma(\mathbf{W}_1\mathbf{x} + \mathbf{U}_1\mathbf{h} + \mathbf{b}_1)
            \mathbf{r} = \sigma(\mathbf{W}_2\mathbf{x} + \mathbf{U}_2\mathbf{h} + \mathbf{b}_2)
            \mathbf{h}' = gru_step(\mathbf{x}, \mathbf{h},
                [\mathbf{W}_1, \mathbf{W}_2, \mathbf{W}_3],
                [\mathbf{U}_1, \mathbf{U}_2, \mathbf{U}_3],
                [\mathbf{b}_1, \mathbf{b}_2, \mathbf{b}_3])

    The gates **z** and **r** are sigmoids of
    :math:`\mathbf{W}\mathbf{x} + \mathbf{U}\mathbf{h} + \mathbf{b}`, with weights of their own.

    Parameters
    ----------
    x : array_like, shape (d,)
    h : array_like, shape (k,)
        The state before.
    W : three array_like, shape (k, d)
        Those of z, r and the candidate.
    U : three array_like, shape (k, k)
    b : three array_like, shape (k,)

    Returns
    -------
    ndarray, shape (k,)

    Notes
    -----
    The state is reset before it is multiplied by :math:`\mathbf{U}_3`, as in the paper;
    ``torch.nn.GRU`` multiplies first, and has a bias more.

    References
    ----------
    K. Cho et al., "Learning phrase representations using RNN encoder-decoder for statistical
    machine translation", EMNLP 2014.

    Examples
    --------
    >>> zero, keep = [[0.0]], [[50.0], [0.0], [0.0]]
    >>> gru_step([9.0], [0.5], [zero] * 3, [zero] * 3, keep)
    array([0.5])
    """
    x, h = as_floats("x", x, ndim=1), as_floats("h", h, ndim=1)
    W, U, b = (_blocks(name, v, 3) for name, v in (("W", W), ("U", U), ("b", b)))
    z, r = (sigmoid(_sum(f"[{i}]", x, h, W[i], U[i], b[i])) for i in (0, 1))
    candidate = np.tanh(_sum("[2]", x, r * h, W[2], U[2], b[2]))
    result: Array = z * h + (1 - z) * candidate
    return result


class RNN(Module):
    r"""A recurrent network, which reads sequences and returns its last state.

    Parameters
    ----------
    d : int
        Entries of what is read at each step.
    k : int
        Units.
    rng : numpy.random.Generator
        Source of the initial weights.

    Attributes
    ----------
    W : Tensor, shape (k, d)
    U : Tensor, shape (k, k)
    b : Tensor, shape (k,)
        Zeros at first.

    Examples
    --------
    >>> model = RNN(3, 4, rng=np.random.default_rng(0))
    >>> model(np.zeros((5, 10, 3))).shape
    (5, 4)
    """

    def __init__(self, d: int, k: int, *, rng: np.random.Generator) -> None:
        self.W, self.U, self.b = _weights(d, k, 1, rng)

    def forward(self, x: Tensor) -> Tensor:
        """Return the state, (m, k), after m sequences x, (m, T, d), have been read."""
        h = Tensor(np.zeros((_as_sequences(x).shape[0], self.U.shape[1])))
        U = self.U.T
        for t in range(x.shape[1]):
            h = (x[:, t].linear(self.W, self.b) + h @ U).tanh()
        return h


class LSTM(Module):
    r"""Long short-term memory, which reads sequences and returns its last state.

    Parameters
    ----------
    d : int
        Entries of what is read at each step.
    k : int
        Units.
    rng : numpy.random.Generator
        Source of the initial weights.
    forget_bias : float
        Bias of the forget gate at first: the larger, the longer is remembered. The others are 0.

    Attributes
    ----------
    W : Tensor, shape (4k, d)
        Blocks for i, f, g, o, one below the other.
    U : Tensor, shape (4k, k)
    b : Tensor, shape (4k,)

    References
    ----------
    R. Jozefowicz, W. Zaremba, I. Sutskever, "An empirical exploration of recurrent network
    architectures", ICML 2015, on the bias.

    Examples
    --------
    >>> model = LSTM(3, 4, rng=np.random.default_rng(0))
    >>> model(np.zeros((5, 10, 3))).shape
    (5, 4)
    """

    def __init__(
        self, d: int, k: int, *, rng: np.random.Generator, forget_bias: float = 1.0
    ) -> None:
        self.W, self.U, self.b = _weights(d, k, 4, rng)
        start = np.repeat([0.0, as_number("forget_bias", forget_bias), 0.0, 0.0], k)
        self.b = Tensor(start, requires_grad=True)

    def forward(self, x: Tensor) -> Tensor:
        """Return the state, (m, k), after m sequences x, (m, T, d), have been read."""
        k, U = self.U.shape[1], self.U.T
        h = c = Tensor(np.zeros((_as_sequences(x).shape[0], k)))
        for t in range(x.shape[1]):
            a = x[:, t].linear(self.W, self.b) + h @ U
            i, f, g, o = (a[:, j * k : (j + 1) * k] for j in range(4))
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
        return h


def _as_sequences(x: Tensor) -> Tensor:
    if x.ndim != 3:
        raise ValueError(f"x must have shape (m, T, d), got {x.shape}")
    return x


def _weights(
    d: int, k: int, blocks: int, rng: np.random.Generator
) -> tuple[Tensor, Tensor, Tensor]:
    """Return initial weights for that many gates, one below the other."""
    d, k, rng = as_count("d", d), as_count("k", k), as_generator("rng", rng)
    W = np.vstack([xavier_normal(d, k, rng=rng) for _ in range(blocks)])
    U = np.vstack([xavier_normal(k, k, rng=rng) for _ in range(blocks)])
    arrays = (W, U, np.zeros(blocks * k))
    first, second, third = (Tensor(array, requires_grad=True) for array in arrays)
    return first, second, third


def _blocks(name: str, value: Sequence[ArrayLike], count: int) -> list[ArrayLike]:
    blocks = as_list(name, value)
    if len(blocks) != count:
        raise ValueError(f"{name} must hold {count} arrays, got {len(blocks)}")
    return blocks


def _sum(place: str, x: Array, h: Array, W: ArrayLike, U: ArrayLike, b: ArrayLike) -> Array:
    """Return W x + U h + b, of the blocks at this place."""
    k = len(h)
    W = as_floats(f"W{place}", W, shape=(k, len(x)))
    U = as_floats(f"U{place}", U, shape=(k, k))
    result: Array = W @ x + U @ h + as_floats(f"b{place}", b, shape=(k,))
    return result


def _sums(
    x: Array,
    h: Array,
    W: Sequence[ArrayLike],
    U: Sequence[ArrayLike],
    b: Sequence[ArrayLike],
    count: int,
) -> list[Array]:
    W, U, b = (_blocks(name, v, count) for name, v in (("W", W), ("U", U), ("b", b)))
    return [_sum(f"[{i}]", x, h, W[i], U[i], b[i]) for i in range(count)]
