"""Positional encodings: sinusoids that are added, and rotations of pairs (RoPE)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from dlref.validation import Array, as_array, as_count, as_floats, as_number, raise_on_overflow

__all__ = ["frequencies", "sinusoidal_positions", "rotate_pairs", "rope"]


@raise_on_overflow
def frequencies(d: int, *, base: float = 10000.0) -> Array:
    r"""Return the frequencies of d/2 pairs, from 1 downwards in a geometric sequence.

    .. math:: \omega_i = b^{-2(i-1)/d}

    .. with d = 6
            \boldsymbol{\omega} : R[3]; entries \omega_i
            b : (2, 99)
            \boldsymbol{\omega} = frequencies(d, base=b)

    Parameters
    ----------
    d : int
        An even number of entries.
    base : float
        More than 1; the slowest frequency is a little above 1/base.

    Returns
    -------
    ndarray of float64, shape (d / 2,)

    Examples
    --------
    >>> frequencies(4)
    array([1.  , 0.01])
    """
    d = as_count("d", d, low=2)
    if d % 2:
        raise ValueError(f"d must be even, got {d}")
    base = as_number("base", base, low=1, open_low=True)
    result: Array = base ** (-np.arange(0, d, 2) / d)
    return result


def sinusoidal_positions(n: int, d: int) -> Array:
    r"""Return a row for each place t = 0, …, n - 1; sine and cosine alternate.

    .. math:: p_{t+1,2i-1} = \sin(\omega_i t), \qquad p_{t+1,2i} = \cos(\omega_i t)

    .. with n = 4
            d = 6
            t : 0..n-1
            i : 1..3
            \boldsymbol{\omega} : R[3]; code frequencies(d); entries \omega_i
            \mathbf{P} : R[n,d]; code sinusoidal_positions(n, d); entries p_{tj}
            :kind: identity

    Parameters
    ----------
    n : int
        Number of places.
    d : int
        An even number of entries.

    Returns
    -------
    ndarray of float64, shape (n, d)

    References
    ----------
    A. Vaswani et al., "Attention is all you need", NeurIPS 2017, section 3.5.

    Examples
    --------
    >>> sinusoidal_positions(2, 4).round(4)
    array([[0.    , 1.    , 0.    , 1.    ],
           [0.8415, 0.5403, 0.01  , 1.    ]])
    """
    angles = np.outer(np.arange(as_count("n", n)), frequencies(d))
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(len(angles), -1)


@raise_on_overflow
def rotate_pairs(x: ArrayLike, angles: ArrayLike) -> Array:
    r"""Rotate each pair of neighbouring entries by an angle of its own.

    .. math:: y_{2i-1} = x_{2i-1}\cos\theta_i - x_{2i}\sin\theta_i, \qquad
              y_{2i} = x_{2i-1}\sin\theta_i + x_{2i}\cos\theta_i

    .. with d = 6
            i : 1..3
            \boldsymbol{\theta} : R[3]; entries \theta_i
            \mathbf{x} : R[d]; entries x_j
            \mathbf{y} : R[d]; code rotate_pairs(\mathbf{x}, \boldsymbol{\theta}); entries y_j
            :kind: identity

    Parameters
    ----------
    x : array_like, shape (..., d)
        d is even.
    angles : array_like, shape (..., d / 2)
        One for each pair, in radians.

    Returns
    -------
    ndarray, shape (..., d)

    Examples
    --------
    >>> rotate_pairs([1.0, 0.0, 1.0, 0.0], [0.0, np.pi / 2]).round(6)
    array([1., 0., 0., 1.])
    """
    x = as_floats("x", x)
    if x.ndim == 0 or x.shape[-1] % 2:
        raise ValueError(f"x must have an even number of entries, got shape {x.shape}")
    theta = as_floats("angles", angles, shape=(*x.shape[:-1], x.shape[-1] // 2))
    cos, sin = np.cos(theta), np.sin(theta)
    odd, even = x[..., ::2], x[..., 1::2]
    pairs = np.stack([odd * cos - even * sin, odd * sin + even * cos], axis=-1)
    return pairs.reshape(x.shape)


@raise_on_overflow
def rope(X: ArrayLike, positions: ArrayLike, *, base: float = 10000.0) -> Array:
    r"""Rotate row t of queries or keys by :math:`\omega_i t`, pair by pair (RoPE).

    Parameters
    ----------
    X : array_like, shape (n, d)
        Queries or keys, one a row; d is even. Values are not rotated.
    positions : array_like, shape (n,)
        The place of each row.
    base : float
        As for :func:`.frequencies`.

    Returns
    -------
    ndarray, shape (n, d)

    References
    ----------
    J. Su et al., "RoFormer: enhanced transformer with rotary position embedding",
    Neurocomputing 568 (2024).

    Examples
    --------
    >>> q, k = [[1.0, 2.0, 3.0, 4.0]], [[4.0, 3.0, 2.0, 1.0]]
    >>> near = rope(q, [3]) @ rope(k, [7]).T
    >>> far = rope(q, [1003]) @ rope(k, [1007]).T
    >>> np.allclose(near, far)
    True
    """
    X = as_floats("X", X, ndim=2)
    given = as_array("positions", positions)
    positions = as_floats("positions", positions, shape=(len(X),))
    if X.shape[1] % 2:
        raise ValueError(f"X must have an even number of columns, got shape {X.shape}")
    # Angles are float64: of a narrow type, neighbouring places would get the same.
    angles = np.outer(positions.astype(np.float64), frequencies(X.shape[1], base=base))
    dtype = np.result_type(X, positions) if given.dtype.kind == "f" else X.dtype
    return rotate_pairs(X, angles).astype(dtype)
