"""Two small sets of real data, shipped with the package, and strokes drawn at known angles."""

from __future__ import annotations

from typing import IO, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlref.validation import Array, as_floats, as_number, raise_on_overflow

__all__ = ["Houses", "Digits", "load_houses", "load_digits", "strokes", "standardize"]


class Houses(NamedTuple):
    """House sales: features, prices, and what the columns of ``X`` are called."""

    X: NDArray[np.float64]
    """Living area in square feet and age in years, shape (911, 2)."""
    y: NDArray[np.float64]
    """Price in USD, shape (911,)."""
    feature_names: tuple[str, str]
    """``("area", "age")``."""


class Digits(NamedTuple):
    """Handwritten digits: images and the digits that they show."""

    images: NDArray[np.float64]
    """Ink from 0 to 16, shape (1797, 8, 8)."""
    labels: NDArray[np.int64]
    """Digits from 0 to 9, shape (1797,)."""


def load_houses() -> Houses:
    """Return 911 house sales in Grinnell, Iowa, from 2005 to 2015.

    Area is in square feet, age is the year of the sale minus the year of construction, and the
    price is in USD. The arrays are new at each call.

    Returns
    -------
    Houses

    Notes
    -----
    From the data set GrinnellHouses of the R package Stat2Data; sales without an area are left
    out.

    References
    ----------
    A. Cannon et al., *STAT2: Modeling with Regression and ANOVA*, 2nd ed., W. H. Freeman, 2019.

    Examples
    --------
    >>> houses = load_houses()
    >>> houses.feature_names, houses.X[0], houses.y[0].item()
    (('area', 'age'), array([1120.,   12.]), 7000.0)
    """
    with _open("grinnell_houses.csv") as file:
        table = np.loadtxt(file, delimiter=",", skiprows=1)
    return Houses(X=table[:, :2].copy(), y=table[:, 2].copy(), feature_names=("area", "age"))


def load_digits() -> Digits:
    """Return 1,797 handwritten digits of 8 × 8 pixels, each the count of inked dots of 4 × 4.

    The images hold floats, since differences of their bytes would wrap around; divide them by 16
    to have them between 0 and 1. The arrays are new at each call.

    Returns
    -------
    Digits

    Notes
    -----
    The test part of *Optical Recognition of Handwritten Digits*, by E. Alpaydin and C. Kaynak,
    UCI Machine Learning Repository, 1998, licensed CC BY 4.0.

    References
    ----------
    C. Kaynak, *Methods of Combining Multiple Classifiers and Their Applications to Handwritten
    Digit Recognition*, Master's thesis, Bogazici University, 1995.

    Examples
    --------
    >>> digits = load_digits()
    >>> digits.images.shape, digits.labels[:10].tolist()
    ((1797, 8, 8), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    """
    with _open("digits.npz") as file, np.load(file) as arrays:
        images, labels = arrays["images"], arrays["labels"]
    return Digits(images=images.astype(np.float64), labels=labels.astype(np.int64))


def strokes(angles: ArrayLike, width: float = 1.0) -> Array:
    r"""Return an image of 8 × 8 pixels for each angle: a stroke through the middle, tilted by it.

    .. math:: x = \exp\left(-\frac{(u\cos\varphi - v\sin\varphi)^2}{2w^2}\right)

    .. not executed: the centres of the pixels are in its words

    for a pixel whose centre lies u to the right of the middle and v above it. All that differs
    between two images is one number, which the pixels do not show: data whose code is known.

    Parameters
    ----------
    angles : array_like, shape (n,)
        φ in radians; 0 is upright, and a small positive angle leans to the right.
    width : float
        w in pixels, positive: how broad the pen is.

    Returns
    -------
    ndarray, shape (n, 64)
        Ink between 0 and 1, row by row from the top.

    References
    ----------
    The idea of images with known factors: I. Higgins et al., "β-VAE: learning basic visual concepts
    with a constrained variational framework", ICLR 2017.

    Examples
    --------
    >>> strokes([0.0]).reshape(8, 8)[0].round(1)
    array([0. , 0. , 0.3, 0.9, 0.9, 0.3, 0. , 0. ])
    """
    angles = as_floats("angles", angles, shape=("n",))
    width = as_number("width", width, low=0, open_low=True)
    places = np.arange(8) - 3.5
    u, v = (place.ravel() for place in np.meshgrid(places, -places))
    distance = np.multiply.outer(np.cos(angles), u) - np.multiply.outer(np.sin(angles), v)
    with np.errstate(over="ignore", under="ignore"):  # far from the stroke there is no ink
        images: Array = np.exp(-((distance / width) ** 2) / 2)
    return images.astype(angles.dtype)


@raise_on_overflow
def standardize(X: ArrayLike) -> tuple[Array, Array, Array]:
    r"""Return the columns of ``X`` with mean 0 and standard deviation 1, and what they had before.

    .. math:: z_{ij} = \frac{x_{ij} - \mu_j}{s_j}, \qquad
        \mu_j = \frac{1}{n}\sum_{i=1}^n x_{ij}, \qquad
        s_j = \sqrt{\frac{1}{n}\sum_{i=1}^n (x_{ij} - \mu_j)^2}

    .. with \mathbf{X} : R[n,d]; entries x_{ij}
            \mathbf{Z} : R[n,d]; entries z_{ij}
            \boldsymbol{\mu} : R[d]; entries \mu_j
            \mathbf{s} : R[d]; entries s_j
            \mathbf{Z}, \boldsymbol{\mu}, \mathbf{s} = standardize(\mathbf{X})

    New samples are to be standardised by the same mean and deviation, ``(X_new - mean) / std``:
    a validation sample that takes part in them has leaked into the training.

    Parameters
    ----------
    X : array_like, shape (n, d)

    Returns
    -------
    Z : ndarray, shape (n, d)
    mean, std : ndarray, shape (d,)

    Raises
    ------
    ValueError
        If a column is constant.
    FloatingPointError
        If a square overflows.

    References
    ----------
    T. Hastie, R. Tibshirani, J. Friedman, *The Elements of Statistical Learning*, 2nd ed., Springer
    2009, section 3.4.1.

    Examples
    --------
    >>> Z, mean, std = standardize([[1.0, 10.0], [3.0, 30.0]])
    >>> Z, mean, std
    (array([[-1., -1.],
           [ 1.,  1.]]), array([ 2., 20.]), array([ 1., 10.]))
    >>> standardize([[1.0, 7.0], [3.0, 7.0]])
    Traceback (most recent call last):
    ValueError: X must vary in every column, got 7.0 throughout column 1
    """
    X = as_floats("X", X, shape=("n", "d"))
    # Squares of float16 overflow from 256 on.
    wide = X.astype(np.float64)
    mean, std = wide.mean(axis=0), wide.std(axis=0)
    # Rounding of the mean can leave a constant column with a deviation above 0.
    constant = np.flatnonzero((X.min(axis=0) == X.max(axis=0)) | (std == 0))
    if constant.size:
        column = int(constant[0])
        raise ValueError(
            f"X must vary in every column, got {X[0, column]} throughout column {column}"
        )
    Z = (wide - mean) / std
    return Z.astype(X.dtype), mean.astype(X.dtype), std.astype(X.dtype)


def _open(name: str) -> IO[bytes]:
    # Imported here, since it would triple the time that `import dlref` takes.
    from importlib.resources import files

    return (files("dlref") / "data" / name).open("rb")
