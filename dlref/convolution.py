"""Convolution and pooling of sequences and images, and a layer that learns its kernels.

Like the layers of networks, these are cross-correlations: the kernel is not turned round. Bad
arguments are a ``ValueError``, an overflow is a ``FloatingPointError``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, DTypeLike

from dlref.autodiff import Tensor
from dlref.init import kaiming_normal
from dlref.modules import Initializer, Module
from dlref.validation import (
    Array,
    as_count,
    as_floats,
    as_function,
    as_generator,
    raise_on_overflow,
)

__all__ = [
    "output_size",
    "pad",
    "conv1d",
    "conv_matrix",
    "conv2d",
    "ConvolutionGradients",
    "conv2d_gradients",
    "max_pool1d",
    "max_pool",
    "average_pool",
    "Conv2d",
]


def output_size(n: int, kernel: int, *, padding: int = 0, stride: int = 1) -> int:
    r"""Return at how many places a kernel fits.

    .. math:: o = \left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1

    .. with n : {5..9}
            k : {1..4}
            p : {0..2}
            s : {1..4}
            output_size(n, k, padding=p, stride=s)

    Parameters
    ----------
    n : int
        Length of the input.
    kernel : int
        Length k of the kernel.
    padding : int
        Zeros p on each side.
    stride : int
        Distance s from a place to the next.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If the kernel is longer than the padded input.

    References
    ----------
    V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep learning" (2016).

    Examples
    --------
    >>> output_size(8, 3), output_size(8, 3, padding=1)
    (6, 8)
    >>> output_size(8, 3, stride=2)
    3
    """
    n, kernel = as_count("n", n), as_count("kernel", kernel)
    padded = n + 2 * as_count("padding", padding, low=0)
    if kernel > padded:
        raise ValueError(f"the kernel must fit into {padded} places, got one of length {kernel}")
    return (padded - kernel) // as_count("stride", stride) + 1


def pad(x: ArrayLike, p: int) -> Array:
    """Put p zeros on each side: of a sequence, or of all four sides of images.

    Parameters
    ----------
    x : array_like, shape (n,) or (..., n, n')
    p : int

    Returns
    -------
    ndarray, shape (n + 2p,) or (..., n + 2p, n' + 2p)

    Examples
    --------
    >>> pad([1.0, 2.0], 1)
    array([0., 1., 2., 0.])
    """
    x = as_floats("x", x)
    if x.ndim == 0:
        raise ValueError("x must have shape (n,) or (..., n, n'), got ()")
    sides = min(2, x.ndim)
    width = (as_count("p", p, low=0),) * 2
    return np.pad(x, [(0, 0)] * (x.ndim - sides) + [width] * sides)


@raise_on_overflow
def conv1d(x: ArrayLike, w: ArrayLike, *, stride: int = 1) -> Array:
    r"""Lay a kernel on a sequence at every place, or every few places, and take inner products.

    .. math:: y_i = \sum_{j=1}^{k} w_j x_{s(i-1)+j}

    .. with n = 9
            k = 3
            s = 2
            \mathbf{x} : R[n]; entries x_i
            \mathbf{w} : R[k]; entries w_j
            \mathbf{y} : R[4]; entries y_i
            \mathbf{y} = conv1d(\mathbf{x}, \mathbf{w}, stride=s)

    Parameters
    ----------
    x : array_like, shape (n,)
    w : array_like, shape (k,)
        Kernel, at most as long as x.
    stride : int
        Distance s from a place to the next.

    Returns
    -------
    ndarray, shape (output_size(n, k, stride=stride),)

    References
    ----------
    Y. LeCun et al., "Backpropagation applied to handwritten zip code recognition", Neural
    Computation 1 (1989).

    Examples
    --------
    >>> conv1d([0.0, 0.0, 5.0, 5.0], [-1.0, 1.0])
    array([0., 5., 0.])
    """
    x, w = as_floats("x", x, ndim=1), as_floats("w", w, ndim=1)
    output_size(len(x), len(w), stride=stride)
    y: Array = sliding_window_view(x, len(w))[::stride] @ w
    return y


def conv_matrix(w: ArrayLike, n: int) -> Array:
    r"""Return the matrix of a convolution, :math:`T_{ij} = w_{j-i+1}`, and 0 elsewhere.

    Parameters
    ----------
    w : array_like, shape (k,)
        Kernel.
    n : int
        Length of the input, k at least.

    Returns
    -------
    ndarray, shape (n - k + 1, n)
        T with ``T @ x == conv1d(x, w)``.

    Examples
    --------
    >>> conv_matrix([1.0, 2.0], 4)
    array([[1., 2., 0., 0.],
           [0., 1., 2., 0.],
           [0., 0., 1., 2.]])
    """
    w = as_floats("w", w, ndim=1)
    m = output_size(n, len(w))
    T = np.zeros((m, n), w.dtype)
    T[np.arange(m)[:, None], np.arange(m)[:, None] + np.arange(len(w))] = w
    return T


@raise_on_overflow
def conv2d(
    X: ArrayLike,
    K: ArrayLike,
    b: ArrayLike | None = None,
    *,
    padding: int = 0,
    stride: int = 1,
) -> Array:
    r"""Lay kernels on an image at every place, and add up over the channels.

    .. math:: Y_{cij} = b_c + \sum_{a=1}^{r} \sum_{u=1}^{k} \sum_{v=1}^{k}
              K_{cauv} X_{a,s(i-1)+u,s(j-1)+v}

    .. with n = 5
            k = 2
            s = 3
            \mathsf{X} : R[r,n,n]; entries X_{aij}
            \mathsf{K} : R[q,r,k,k]; entries K_{cauv}
            \mathbf{b} : R[q]; entries b_c
            \mathsf{Y} : R[q,2,2]; entries Y_{cij}
            \mathsf{Y} = conv2d(\mathsf{X}, \mathsf{K}, \mathbf{b}, stride=s)

    Parameters
    ----------
    X : array_like, shape (n, n') or (r, n, n')
        An image, with one channel or with r.
    K : array_like, shape (k, k') or (q, r, k, k')
        A kernel, or one for each channel of the output and of the input.
    b : array_like, shape (q,), optional
        Biases, if K has channels.
    padding, stride : int
        Zeros on each of the four sides; distance from a place to the next.

    Returns
    -------
    ndarray, shape (m, m') or (q, m, m')

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document
    recognition", Proceedings of the IEEE 86 (1998).

    Examples
    --------
    >>> conv2d(np.eye(3), [[1.0, 0.0], [0.0, 1.0]])
    array([[2., 0.],
           [0., 2.]])
    """
    X, K, plain = _image_and_kernels(X, K)
    if b is not None:
        if plain:
            raise ValueError("b must be left out where a kernel has no channels, got one")
        b = as_floats("b", b, shape=K.shape[:1])
    for n, k in zip(X.shape[1:], K.shape[2:], strict=True):
        output_size(n, k, padding=padding, stride=stride)
    Y: Array = np.tensordot(K, _windows(pad(X, padding), K)[:, ::stride, ::stride], _PATCHES)
    if b is not None:
        Y = Y + b[:, None, None]
    return Y[0] if plain else Y


class ConvolutionGradients(NamedTuple):
    """Gradients of a loss for what a convolution takes."""

    X: Array
    """For the image."""
    K: Array
    """For the kernels."""
    b: Array
    """For the biases, shape (q,)."""


@raise_on_overflow
def conv2d_gradients(X: ArrayLike, K: ArrayLike, G: ArrayLike) -> ConvolutionGradients:
    r"""Pull a gradient back through ``conv2d`` without padding, of stride 1.

    Each kernel gets the sum over all places; each pixel, from all places that saw it, through the
    kernel turned round:

    .. math:: \frac{\partial \mathcal{L}}{\partial K_{cauv}}
              = \sum_{i,j} G_{cij} X_{a,i+u-1,j+v-1}, \qquad
              \frac{\partial \mathcal{L}}{\partial X_{ast}}
              = \sum_{c,u,v} K_{cauv} G_{c,s-u+1,t-v+1}

    .. not executed: the sums have no bounds: they run over what there is

    Parameters
    ----------
    X, K : array_like
        As for :func:`.conv2d`.
    G : array_like
        Gradient of the loss with respect to its result, of that shape.

    Returns
    -------
    ConvolutionGradients

    Examples
    --------
    >>> X, G = np.array([[1.0, 2.0], [3.0, 4.0]]), [[1.0, 1.0]]
    >>> gradients = conv2d_gradients(X, [[10.0], [20.0]], G)
    >>> gradients.K.ravel(), gradients.X
    (array([3., 7.]), array([[10., 10.],
           [20., 20.]]))
    """
    X, K, plain = _image_and_kernels(X, K)
    q, _, k, k2 = K.shape
    m = tuple(output_size(n, s) for n, s in zip(X.shape[1:], (k, k2), strict=True))
    G = as_floats("G", G, shape=m if plain else (q, *m)).reshape(q, *m)
    X, K, G = (part.astype(np.result_type(X, K, G)) for part in (X, K, G))
    around = np.pad(G, [(0, 0), (k - 1, k - 1), (k2 - 1, k2 - 1)])
    turned = K[:, :, ::-1, ::-1].swapaxes(0, 1)
    for_image: Array = np.tensordot(turned, _windows(around, K), _PATCHES)
    for_kernels: Array = np.tensordot(G, _windows(X, K), ((1, 2), (1, 2)))
    for_biases: Array = G.sum(axis=(1, 2))
    if plain:
        return ConvolutionGradients(for_image[0], for_kernels[0, 0], for_biases)
    return ConvolutionGradients(for_image, for_kernels, for_biases)


def max_pool1d(x: ArrayLike, k: int) -> Array:
    r"""Return the largest of each k neighbours, :math:`y_i = \max_{1 \le j \le k} x_{k(i-1)+j}`.

    Parameters
    ----------
    x : array_like, shape (n,)
        What is left over at the end is left out.
    k : int
        From 1 to n.

    Returns
    -------
    ndarray, shape (n // k,)

    Examples
    --------
    >>> max_pool1d([1.0, 3.0, 2.0, 0.0, 9.0], 2)
    array([3., 2.])
    """
    x = as_floats("x", x, ndim=1)
    k = as_count("k", k, high=len(x))
    y: Array = x[: len(x) // k * k].reshape(-1, k).max(axis=1)
    return y


def max_pool(X: ArrayLike, k: int) -> Array:
    """Return the largest pixel of each k × k cell.

    Parameters
    ----------
    X : array_like, shape (n, n') or (r, n, n')
        Rows and columns left over at the end are left out.
    k : int
        From 1 to the smaller of n and n'.

    Returns
    -------
    ndarray, shape (n // k, n' // k) or (r, n // k, n' // k)

    Examples
    --------
    >>> max_pool([[1.0, 2.0, 5.0], [4.0, 3.0, 5.0]], 2)
    array([[4.]])
    """
    cells: Array = _cells(X, k).max(axis=(-3, -1))
    return cells


@raise_on_overflow
def average_pool(X: ArrayLike, k: int) -> Array:
    """Return the mean of each k × k cell.

    Parameters
    ----------
    X : array_like, shape (n, n') or (r, n, n')
        Rows and columns left over at the end are left out.
    k : int
        From 1 to the smaller of n and n'.

    Returns
    -------
    ndarray, shape (n // k, n' // k) or (r, n // k, n' // k)

    Examples
    --------
    >>> average_pool([[1.0, 2.0, 5.0], [4.0, 3.0, 5.0]], 2)
    array([[2.5]])
    """
    cells: Array = _cells(X, k).mean(axis=(-3, -1))
    return cells


class Conv2d(Module):
    r"""A convolution that learns its kernels: a linear layer on each patch of an image.

    Parameters
    ----------
    in_channels, out_channels, kernel_size : int
        r, q and k.
    padding, stride : int
        As for :func:`.conv2d`.
    rng : numpy.random.Generator
        Source of the initial kernels.
    init : callable
        ``init(fan_in, fan_out, rng=rng)`` returns the initial kernels, (q, r k²).
    dtype : dtype
        Floating type of the parameters.

    Attributes
    ----------
    weight : Tensor, shape (q, r, k, k)
    bias : Tensor, shape (q,)
        Zeros at first.

    References
    ----------
    Y. LeCun et al., "Backpropagation applied to handwritten zip code recognition", Neural
    Computation 1 (1989).

    Examples
    --------
    >>> layer = Conv2d(1, 4, 3, padding=1, rng=np.random.default_rng(0))
    >>> layer(np.zeros((5, 1, 8, 8))).shape
    (5, 4, 8, 8)
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        *,
        rng: np.random.Generator,
        padding: int = 0,
        stride: int = 1,
        init: Initializer = kaiming_normal,
        dtype: DTypeLike = np.float64,
    ) -> None:
        r, q = as_count("in_channels", in_channels), as_count("out_channels", out_channels)
        k = as_count("kernel_size", kernel_size)
        self.padding, self.stride = as_count("padding", padding, low=0), as_count("stride", stride)
        drawn = as_function("init", init)(r * k * k, q, rng=as_generator("rng", rng))
        weight = as_floats("the initial weight", drawn, shape=(q, r * k * k)).astype(dtype)
        self.weight = Tensor(weight.reshape(q, r, k, k), requires_grad=True)
        self.bias = Tensor(np.zeros(q, dtype), requires_grad=True)

    def forward(self, x: Tensor) -> Tensor:
        """Return the maps, (n, q, m, m'), of n images with r channels, (n, r, h, w)."""
        q, r, k, _ = self.weight.shape
        if x.ndim != 4 or x.shape[1] != r:
            raise ValueError(f"x must have shape (n, {r}, h, w), got {x.shape}")
        m = [output_size(s, k, padding=self.padding, stride=self.stride) for s in x.shape[2:]]
        if self.padding:
            x = x.pad(self.padding)
        n, _, h, w = x.shape
        # Which numbers of an image the kernel sees at each place, a row a place.
        places = np.arange(r * h * w).reshape(r, h, w)
        seen = sliding_window_view(places, (k, k), axis=(1, 2))[:, :: self.stride, :: self.stride]
        rows = seen.transpose(1, 2, 0, 3, 4).reshape(-1, r * k * k)
        patches = x.reshape(n, -1)[:, rows]
        y = patches.linear(self.weight.reshape(q, -1), self.bias)
        return y.reshape(n, *m, q).transpose(0, 3, 1, 2)


_PATCHES = ((1, 2, 3), (0, 3, 4))  # axes of kernels and of windows to sum over: a, u, v


def _image_and_kernels(X: ArrayLike, K: ArrayLike) -> tuple[Array, Array, bool]:
    """Return an image and kernels with channels, and whether they came without."""
    X, K = as_floats("X", X), as_floats("K", K)
    if (X.ndim, K.ndim) == (2, 2):
        return X[None], K[None, None], True
    if (X.ndim, K.ndim) != (3, 4) or X.shape[0] != K.shape[1]:
        raise ValueError(
            "X and K must have shapes (n, n') and (k, k'), or (r, n, n') and (q, r, k, k'), "
            f"got {X.shape} and {K.shape}"
        )
    return X, K, False


def _windows(X: Array, K: Array) -> Array:
    """Return what kernels see at each place, shape (r, m, m', k, k')."""
    return sliding_window_view(X, K.shape[2:], axis=(1, 2))


def _cells(X: ArrayLike, k: int) -> Array:
    """Return the k × k cells of an image, shape (…, m, k, m', k)."""
    X = as_floats("X", X)
    if X.ndim not in (2, 3):
        raise ValueError(f"X must have shape (n, n') or (r, n, n'), got {X.shape}")
    k = as_count("k", k, high=min(X.shape[-2:]))
    m, w = (size // k for size in X.shape[-2:])
    return X[..., : m * k, : w * k].reshape(*X.shape[:-2], m, k, w, k)
