"""Latent codes: principal components, and autoencoders that learn an encoder and a decoder.

Bad arguments are a ``ValueError``, an overflow is a ``FloatingPointError``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlref.autodiff import Tensor
from dlref.init import xavier_normal
from dlref.modules import MLP, Initializer, Module, Tanh
from dlref.validation import (
    Array,
    as_count,
    as_floats,
    as_indices,
    as_vectors,
    raise_on_overflow,
    without_overflow,
)

__all__ = [
    "pca_encode",
    "pca_decode",
    "PCA",
    "pca",
    "reconstruction_loss",
    "nearest_neighbor",
    "Autoencoder",
    "LinearAutoencoder",
    "LatentModel",
    "interpolate",
]


@raise_on_overflow
def pca_encode(x: ArrayLike, mean: ArrayLike, components: ArrayLike) -> Array:
    r"""Return the code :math:`\mathbf{z} = \mathbf{V}_k^{\top}(\mathbf{x} - \boldsymbol{\mu})`.

    Parameters
    ----------
    x : array_like, shape (d,) or (n, d)
    mean : array_like, shape (d,)
        μ.
    components : array_like, shape (d, k)
        :math:`\mathbf{V}_k`, orthonormal columns.

    Returns
    -------
    ndarray, shape (k,) or (n, k)

    References
    ----------
    H. Hotelling, "Analysis of a complex of statistical variables into principal components",
    Journal of Educational Psychology 24 (1933).

    Examples
    --------
    >>> pca_encode([3.0, 4.0], [1.0, 1.0], [[0.0], [1.0]])
    array([3.])
    """
    components = as_floats("components", components, ndim=2)
    d = len(components)
    mean = as_floats("mean", mean, shape=(d,))
    code: Array = (as_vectors("x", x, d) - mean) @ components
    return code


@raise_on_overflow
def pca_decode(z: ArrayLike, mean: ArrayLike, components: ArrayLike) -> Array:
    r"""Return :math:`\hat{\mathbf{x}} = \mathbf{V}_k\mathbf{z} + \boldsymbol{\mu}`.

    Parameters
    ----------
    z : array_like, shape (k,) or (n, k)
    mean : array_like, shape (d,)
        μ.
    components : array_like, shape (d, k)
        :math:`\mathbf{V}_k`, orthonormal columns.

    Returns
    -------
    ndarray, shape (d,) or (n, d)

    Examples
    --------
    >>> pca_decode([3.0], [1.0, 1.0], [[0.0], [1.0]])
    array([1., 4.])
    """
    components = as_floats("components", components, ndim=2)
    d, k = components.shape
    mean = as_floats("mean", mean, shape=(d,))
    x: Array = as_vectors("z", z, k) @ components.T + mean
    return x


class PCA(NamedTuple):
    """Principal components of a data set: the linear code that loses least.

    Examples
    --------
    >>> code = PCA(np.zeros(2), np.array([[1.0], [0.0]]), np.array([3.0]))
    >>> code.encode([5.0, 7.0]), code.decode([5.0])
    (array([5.]), array([5., 0.]))
    """

    mean: Array
    """The mean of the data, shape (d,)."""
    components: Array
    """Orthonormal columns, by falling singular value, shape (d, k)."""
    singular_values: Array
    """All those of the centred data, shape (min(n, d),).

    Their squares from k on add up to the loss.
    """

    def encode(self, x: ArrayLike) -> Array:
        """Return the codes of x, see :func:`.pca_encode`."""
        return pca_encode(x, self.mean, self.components)

    def decode(self, z: ArrayLike) -> Array:
        """Return what the codes stand for, see :func:`.pca_decode`."""
        return pca_decode(z, self.mean, self.components)


@raise_on_overflow
def pca(X: ArrayLike, k: int) -> PCA:
    r"""Find the k orthonormal directions that reconstruct the centred data best.

    .. math:: \|\mathbf{X} - \mathbf{X}\mathbf{V}_k\mathbf{V}_k^{\top}\|_F^2
              = \min_{\mathbf{Q}^{\top}\mathbf{Q} = \mathbf{I}_k}
                \|\mathbf{X} - \mathbf{X}\mathbf{Q}\mathbf{Q}^{\top}\|_F^2
              = \sum_{j=k+1}^{d} s_j^2

    .. with n = 6
            d = 4
            k = 2
            \mathbf{A} : R[n,d]
            \boldsymbol{\mu} : R[d]; code pca(\mathbf{A}, k)[0]
            \mathbf{V}_k : R[d,k]; code pca(\mathbf{A}, k)[1]
            \mathbf{s} : R[d]; entries s_j; code pca(\mathbf{A}, k)[2]
            \mathbf{1} : ones[n]
            \mathbf{X} = \mathbf{A} - \mathbf{1}\boldsymbol{\mu}^{\top}
            \mathbf{Q} : orthonormal[d,k]
            \mathbf{I}_k : identity[k]
            pca(\mathbf{A}, k)[1]
            :kind: optimality
            :equivalent: \mathbf{Q} -> \mathbf{V}_{k} #3 | with one of both best, so is the other
            :equivalent: \mathbf{Q} -> \mathbf{V}_{k} #4 | with one of both best, so is the other

    They are the top k right singular vectors of the centred data. Their signs are arbitrary;
    here the entry of largest magnitude of each is positive.

    Parameters
    ----------
    X : array_like, shape (n, d)
    k : int
        From 1 to min(n, d).

    Returns
    -------
    PCA

    References
    ----------
    C. Eckart, G. Young, "The approximation of one matrix by another of lower rank",
    Psychometrika 1 (1936).

    Examples
    --------
    >>> code = pca([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]], 1)
    >>> code.components.round(3), code.encode([3.0, 3.0]).round(3)
    (array([[0.707],
           [0.707]]), array([2.828]))
    """
    X = as_floats("X", X, ndim=2)
    k = as_count("k", k, high=min(X.shape))
    wide = X.astype(np.float64)  # LAPACK does not know float16
    mean = wide.mean(axis=0)
    _, s, Vt = np.linalg.svd(wide - mean, full_matrices=False)
    V = Vt[:k].T
    largest = np.abs(V).argmax(axis=0)
    V = V * np.sign(V[largest, np.arange(k)])
    s = without_overflow(s)
    return PCA(mean.astype(X.dtype), V.astype(X.dtype), s.astype(X.dtype))


@raise_on_overflow
def reconstruction_loss(X: ArrayLike, X_hat: ArrayLike) -> float:
    r"""Return half the mean squared distance of samples from their reconstructions.

    .. math:: \frac{1}{2n}\sum_{i=1}^n \|\mathbf{x}_i - \hat{\mathbf{x}}_i\|_2^2

    .. with \mathbf{X} : R[n,d]; rows \mathbf{x}_i
            \hat{\mathbf{X}} : R[n,d]; rows \hat{\mathbf{x}}_i

    Parameters
    ----------
    X, X_hat : array_like, shape (n, d)
        Samples and their reconstructions, one a row.

    Returns
    -------
    float

    Raises
    ------
    FloatingPointError
        If a square overflows.

    References
    ----------
    I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning*, MIT Press 2016, chapter 14.

    Examples
    --------
    >>> X, rebuilt = [[3.0, 4.0], [1.0, 1.0]], [[0.0, 0.0], [1.0, 1.0]]
    >>> reconstruction_loss(X, rebuilt)
    6.25
    """
    X = as_floats("X", X, ndim=2)
    X_hat = as_floats("X_hat", X_hat, shape=X.shape)
    return float(((X - X_hat) ** 2).sum() / (2 * len(X)))


@raise_on_overflow
def nearest_neighbor(X: ArrayLike, labels: ArrayLike, X_new: ArrayLike) -> NDArray[np.intp]:
    r"""Return for each new sample the class of the training sample that is nearest to it.

    .. math:: \hat{y} = y_i, \qquad i = \arg\min_i \|\mathbf{x} - \mathbf{x}_i\|_2

    .. not executed: classes count from 0 here, samples from 1

    Parameters
    ----------
    X : array_like, shape (n, d)
        Training samples.
    labels : array_like of int, shape (n,)
        Their classes, from 0 on.
    X_new : array_like, shape (m, d)

    Returns
    -------
    ndarray of int, shape (m,)
        Of several that are equally near, the first counts.

    Raises
    ------
    FloatingPointError
        If a squared distance overflows.

    References
    ----------
    C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer 2006, section 2.5.2.

    Examples
    --------
    >>> known, new = [[0.0, 0.0], [4.0, 4.0]], [[1.0, 0.0], [3.0, 4.0]]
    >>> nearest_neighbor(known, [7, 3], new)
    array([7, 3])
    """
    X = as_floats("X", X, ndim=2)
    classes = as_indices("labels", labels, sys.maxsize, length=len(X))
    X_new = as_floats("X_new", X_new, shape=("m", X.shape[1]))
    nearest = [np.sum((X - x) ** 2, axis=1).argmin() for x in X_new]
    return classes[nearest]


class Autoencoder(Module):
    r"""An encoder to a narrow code and a decoder back, both multilayer perceptrons.

    .. math:: \mathbf{z} = g(\mathbf{x}), \qquad \hat{\mathbf{x}} = f(\mathbf{z}), \qquad
              \mathcal{L} = \frac{1}{2n}\sum_{i=1}^n \|\mathbf{x}_i - \hat{\mathbf{x}}_i\|_2^2

    .. not executed: a network is no letter

    Parameters
    ----------
    sizes : sequence of int
        Widths from the data to the code; the decoder has them in reverse.
    rng : numpy.random.Generator
        Source of the initial weights.
    activation : callable
        Makes the module between two linear layers.
    init : callable
        Initial weights, as for :class:`.Linear`.

    Notes
    -----
    Learning is fast where the data are centred: the mean is otherwise what is learnt first.

    References
    ----------
    G. E. Hinton, R. R. Salakhutdinov, "Reducing the dimensionality of data with neural
    networks", Science 313 (2006).

    Examples
    --------
    >>> model = Autoencoder([64, 32, 2], rng=np.random.default_rng(0))
    >>> X = np.zeros((5, 64))
    >>> model.encode(X).shape, model(X).shape, model.loss(X).item()
    ((5, 2), (5, 64), 0.0)
    """

    def __init__(
        self,
        sizes: Sequence[int],
        *,
        rng: np.random.Generator,
        activation: Callable[[], Module] = Tanh,
        init: Initializer = xavier_normal,
    ) -> None:
        self.encoder = MLP(sizes, rng=rng, activation=activation, init=init)
        self.decoder = MLP(sizes[::-1], rng=rng, activation=activation, init=init)

    def forward(self, x: Tensor) -> Tensor:
        """Return the reconstruction of x."""
        return self.decoder.forward(self.encoder.forward(x))

    @raise_on_overflow
    def encode(self, x: ArrayLike) -> Array:
        """Return the codes of x, as an array."""
        return self.encoder(as_floats("x", x)).data

    @raise_on_overflow
    def decode(self, z: ArrayLike) -> Array:
        """Return what the codes stand for, as an array."""
        return self.decoder(as_floats("z", z)).data

    def loss(self, X: ArrayLike) -> Tensor:
        """Return half the mean squared distance of the rows of ``X`` from their reconstructions."""
        X = as_floats("X", X, ndim=2)
        return ((self(X) - X) ** 2).sum() / (2 * len(X))


class LinearAutoencoder(Autoencoder):
    r"""An autoencoder without activations: at its optimum it spans the principal components.

    .. math:: \mathbf{z} = \mathbf{W}_1\mathbf{x} + \mathbf{b}_1, \qquad
              \hat{\mathbf{x}} = \mathbf{W}_2\mathbf{z} + \mathbf{b}_2

    .. not executed: a network is no letter

    The codes agree with those of :func:`.pca` up to an invertible linear map and a shift, which
    leave the reconstruction unchanged.

    Parameters
    ----------
    d, k : int
        Widths of the data and of the code.
    rng : numpy.random.Generator
        Source of the initial weights.

    References
    ----------
    P. Baldi, K. Hornik, "Neural networks and principal component analysis: learning from
    examples without local minima", Neural Networks 2 (1989).

    Examples
    --------
    >>> model = LinearAutoencoder(64, 2, rng=np.random.default_rng(0))
    >>> [p.shape for p in model.parameters()]
    [(2, 64), (2,), (64, 2), (64,)]
    """

    def __init__(self, d: int, k: int, *, rng: np.random.Generator) -> None:
        super().__init__([as_count("d", d), as_count("k", k)], rng=rng)


@runtime_checkable
class LatentModel(Protocol):
    """What has codes: :class:`.PCA` and the autoencoders.

    Examples
    --------
    >>> isinstance(pca([[0.0], [1.0]], 1), LatentModel)
    True
    """

    def encode(self, x: ArrayLike, /) -> Array:
        """Return the codes of x."""

    def decode(self, z: ArrayLike, /) -> Array:
        """Return what the codes stand for."""


def interpolate(model: LatentModel, a: ArrayLike, b: ArrayLike, *, steps: int) -> Array:
    r"""Walk from one sample to another along a straight line between their codes.

    .. math:: \hat{\mathbf{x}}_t = f\big((1-t)\,g(\mathbf{a}) + t\,g(\mathbf{b})\big),
              \qquad 0 \le t \le 1

    .. not executed: a model is no letter

    Parameters
    ----------
    model : LatentModel
        Its g encodes and its f decodes.
    a, b : array_like, shape (d,)
    steps : int
        Number of points, 2 or more, evenly spaced with both ends.

    Returns
    -------
    ndarray, shape (steps, d)

    References
    ----------
    Y. Bengio, G. Mesnil, Y. Dauphin, S. Rifai, "Better mixing via deep representations",
    ICML 2013.

    Examples
    --------
    >>> code = pca([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]], 1)
    >>> interpolate(code, [0.0, 0.0], [2.0, 2.0], steps=3).round(3)
    array([[0., 0.],
           [1., 1.],
           [2., 2.]])
    """
    if not isinstance(model, LatentModel):
        raise ValueError(f"model must have encode and decode, got {model!r}")
    a = as_floats("a", a, ndim=1)
    b = as_floats("b", b, shape=a.shape)
    t = np.linspace(0, 1, as_count("steps", steps, low=2))[:, None]
    return model.decode((1 - t) * model.encode(a) + t * model.encode(b))
