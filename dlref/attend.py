"""Attention: weighted means, whose weights come from comparing queries with keys.

References
----------
A. Vaswani et al., "Attention is all you need", NeurIPS 2017.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlref.autodiff import Tensor
from dlref.init import xavier_normal
from dlref.modules import Linear, Module
from dlref.validation import Array, as_array, as_count, as_floats, as_list, raise_on_overflow

__all__ = [
    "attention_weights",
    "attention",
    "causal_mask",
    "causal_weights",
    "multi_head_attention",
    "SelfAttention",
]


@raise_on_overflow
def attention_weights(Q: ArrayLike, K: ArrayLike, mask: ArrayLike | None = None) -> Array:
    r"""Return how much each query attends to each key: rows that sum to 1.

    .. math:: \mathbf{A} = \operatorname{softmax}\left(
              \frac{\mathbf{Q}\mathbf{K}^{\top}}{\sqrt{d}} \right)

    .. with \mathbf{Q} : R[m,d]
            \mathbf{K} : R[n,d]
            \operatorname{softmax} : R[m,n] -> R[m,n]; code dlref.softmax

    Parameters
    ----------
    Q : array_like, shape (m, d)
        A row is a query.
    K : array_like, shape (n, d)
        A row is a key.
    mask : array_like of bool, shape (m, n), optional
        True where a query may look. What it may not see gets the weight 0, and the others are
        normalised without it. Each query must see one key at least.

    Returns
    -------
    ndarray, shape (m, n)

    Examples
    --------
    >>> Q, K = np.zeros((1, 4)), np.zeros((3, 4))
    >>> attention_weights(Q, K, mask=[[True, True, False]])
    array([[0.5, 0.5, 0. ]])
    """
    Q = as_floats("Q", Q, ndim=2)
    K = as_floats("K", K, shape=("n", Q.shape[1]))
    scores = Q @ K.T / np.sqrt(Q.dtype.type(Q.shape[1]))
    if mask is None:
        return _softmax(scores, np.ones(scores.shape, bool))
    return _softmax(scores, _as_mask(mask, scores.shape))


@raise_on_overflow
def attention(Q: ArrayLike, K: ArrayLike, V: ArrayLike, mask: ArrayLike | None = None) -> Array:
    r"""Return for each query a mean of the values, weighted by how it scores with their keys.

    .. math:: \mathbf{Y} = \operatorname{softmax}\left(
              \frac{\mathbf{Q}\mathbf{K}^{\top}}{\sqrt{d}} \right) \mathbf{V}

    .. with \mathbf{Q} : R[m,d]
            \mathbf{K} : R[n,d]
            \mathbf{V} : R[n,r]
            \operatorname{softmax} : R[m,n] -> R[m,n]; code dlref.softmax

    Parameters
    ----------
    Q : array_like, shape (m, d)
    K : array_like, shape (n, d)
    V : array_like, shape (n, r)
        Row j is the value that belongs to key j.
    mask : array_like of bool, shape (m, n), optional
        As for :func:`.attention_weights`.

    Returns
    -------
    ndarray, shape (m, r)

    Examples
    --------
    >>> K = [[9.0, 0.0], [0.0, 9.0]]
    >>> attention([[9.0, 0.0], [0.0, 0.0]], K, [[1.0], [3.0]]).round(6)
    array([[1.],
           [2.]])
    """
    weights = attention_weights(Q, K, mask)
    result: Array = weights @ as_floats("V", V, shape=(weights.shape[1], "r"))
    return result


def causal_mask(n: int) -> NDArray[np.bool_]:
    """Return who may look where if nobody sees what comes later: True on and below the diagonal.

    Parameters
    ----------
    n : int
        Length of the sequence.

    Returns
    -------
    ndarray of bool, shape (n, n)

    Examples
    --------
    >>> causal_mask(3)
    array([[ True, False, False],
           [ True,  True, False],
           [ True,  True,  True]])
    """
    return np.tri(as_count("n", n), dtype=bool)


@raise_on_overflow
def causal_weights(S: ArrayLike) -> Array:
    r"""Return the softmax of each row of scores over what is not later.

    .. math:: a_{ij} = \begin{cases} e^{s_{ij}} / \sum_{l=1}^{i} e^{s_{il}} & j \le i \\
              0 & \text{otherwise} \end{cases}

    .. with \mathbf{S} : R[n,n]; entries s_{ij}
            \mathbf{A} : R[n,n]; entries a_{ij}

    Parameters
    ----------
    S : array_like, shape (n, n)
        Scores; row i is that of query i.

    Returns
    -------
    ndarray, shape (n, n)

    Examples
    --------
    >>> causal_weights(np.zeros((2, 2)))
    array([[1. , 0. ],
           [0.5, 0.5]])
    """
    S = as_floats("S", S, ndim=2)
    if S.shape[0] != S.shape[1]:
        raise ValueError(f"S must be square, got shape {S.shape}")
    return _softmax(S, causal_mask(len(S)))


@raise_on_overflow
def multi_head_attention(
    X: ArrayLike,
    heads: Sequence[Sequence[ArrayLike]],
    out: Sequence[ArrayLike],
    mask: ArrayLike | None = None,
) -> Array:
    r"""Return self-attention by several heads, side by side, and mixed by one matrix.

    .. math:: \mathbf{Y} = \begin{bmatrix} \mathbf{Y}_1 & \cdots & \mathbf{Y}_h \end{bmatrix}
              \begin{bmatrix} \mathbf{W}_1^O \\ \vdots \\ \mathbf{W}_h^O \end{bmatrix},
              \qquad \mathbf{Y}_i = \operatorname{attention}(\mathbf{X}\mathbf{W}_i^Q,
              \mathbf{X}\mathbf{W}_i^K, \mathbf{X}\mathbf{W}_i^V)

    .. not executed: the number of heads is open

    Parameters
    ----------
    X : array_like, shape (n, d)
        A sequence, one element a row.
    heads : sequence of (W_Q, W_K, W_V)
        One triple of matrices for each head, of shapes (d, k), (d, k) and (d, r).
    out : sequence of array_like, shape (r, q)
        One block for each head.
    mask : array_like of bool, shape (n, n), optional
        As for :func:`.attention_weights`.

    Returns
    -------
    ndarray, shape (n, q)

    Examples
    --------
    >>> eye, zero = np.eye(2), np.zeros((2, 2))
    >>> X = [[1.0, 0.0], [3.0, 4.0]]
    >>> multi_head_attention(X, [(zero, zero, eye)], [eye])
    array([[2., 2.],
           [2., 2.]])
    """
    X = as_floats("X", X, ndim=2)
    triples, blocks = as_list("heads", heads), as_list("out", out)
    if len(blocks) != len(triples):
        raise ValueError(f"out must have {len(triples)} blocks, got {len(blocks)}")
    results = []
    for i, triple in enumerate(triples):
        if not isinstance(triple, (list, tuple)) or len(triple) != 3:
            raise ValueError(f"heads[{i}] must be three matrices, got {triple!r}")
        wanted = (X.shape[1], "k")
        Q, K, V = (X @ as_floats(f"heads[{i}]", W, shape=wanted) for W in triple)
        results.append(attention(Q, K, V, mask))
    widths = [result.shape[1] for result in results]
    rows = [
        as_floats(f"out[{i}]", block, shape=(width, "q"))
        for i, (block, width) in enumerate(zip(blocks, widths, strict=True))
    ]
    if len({block.shape[1] for block in rows}) > 1:
        raise ValueError(f"out must have blocks of one width, got {[b.shape for b in rows]}")
    mixed: Array = np.hstack(results) @ np.vstack(rows)
    return mixed


class SelfAttention(Module):
    r"""Multi-head attention of sequences to themselves, with weights that are learnt.

    Each head looks with queries, keys and values of :math:`d / h` entries of its own; their
    results, side by side, go through a linear layer.

    Parameters
    ----------
    d : int
        Entries of an element of the sequence, before and after.
    heads : int
        The number h of heads, which divides d.
    rng : numpy.random.Generator
        Source of the initial weights.

    Attributes
    ----------
    query, key, value, out : Linear

    Examples
    --------
    >>> layer = SelfAttention(6, 2, rng=np.random.default_rng(0))
    >>> layer(np.zeros((5, 4, 6))).shape
    (5, 4, 6)
    """

    def __init__(self, d: int, heads: int, *, rng: np.random.Generator) -> None:
        d, self.heads = as_count("d", d), as_count("heads", heads)
        if d % self.heads:
            raise ValueError(f"heads must divide d, {d}, got {heads}")
        self.query, self.key, self.value, self.out = (
            Linear(d, d, rng=rng, init=xavier_normal) for _ in range(4)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return the sequences, of shape (m, n, d), after each element has looked at all."""
        if x.ndim != 3:
            raise ValueError(f"x must have shape (m, n, d), got {x.shape}")
        Q, K, V = (self._split(layer(x)) for layer in (self.query, self.key, self.value))
        scores = (Q @ K.transpose(0, 1, 3, 2)) * (1 / math.sqrt(Q.shape[-1]))
        return self.out((scores.softmax() @ V).transpose(0, 2, 1, 3).reshape(*x.shape))

    def _split(self, x: Tensor) -> Tensor:
        """Cut the last axis into heads, which then come before the elements: (m, h, n, d/h)."""
        return x.reshape(*x.shape[:2], self.heads, -1).transpose(0, 2, 1, 3)


def _as_mask(mask: ArrayLike, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    seen: NDArray[Any] = as_array("mask", mask)
    if seen.dtype != bool or seen.shape != shape:
        raise ValueError(
            f"mask must have shape {shape} and dtype bool, got {seen.shape} and {seen.dtype}"
        )
    if not seen.any(axis=1).all():
        blind = int(np.argmin(seen.any(axis=1)))
        raise ValueError(f"mask must let each query see one key at least, got none in row {blind}")
    return seen


def _softmax(scores: Array, seen: NDArray[np.bool_]) -> Array:
    """Return the softmax of each row over what is seen, and 0 elsewhere."""
    top = np.where(seen, scores, -np.inf).max(axis=1, keepdims=True)
    with np.errstate(over="ignore"):  # a difference beyond the range of floats becomes -inf
        e = np.exp(np.where(seen, scores - top, -np.inf))
    weights: Array = e / e.sum(axis=1, keepdims=True)
    return weights
