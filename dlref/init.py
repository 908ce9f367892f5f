"""Draw the first weights of a layer so that signals neither vanish nor explode on their way."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from dlref.validation import as_count, as_generator, as_number, raise_on_overflow


@raise_on_overflow
def normal(d_in: int, d_out: int, *, std: float, rng: np.random.Generator) -> NDArray[np.float64]:
    r"""Return weights drawn from a normal distribution of mean 0.

    .. math:: W_{ij} \sim \mathcal{N}(0, s^2)

    The second parameter of :math:`\mathcal{N}` is the variance; ``std`` is its root. Small
    networks train from std = 0.01, deep ones do not.

    Parameters
    ----------
    d_in, d_out : int
        The number of inputs and outputs of the layer.
    std : float
        The standard deviation s ≥ 0.
    rng : numpy.random.Generator

    Returns
    -------
    Array, shape (d_out, d_in)

    Raises
    ------
    ValueError
        If a size is not a positive integer, ``std`` is negative, or ``rng`` is no Generator.
    FloatingPointError
        If a weight overflows.

    References
    ----------
    A. Zhang et al., *Dive into Deep Learning*, section 5.4.

    Examples
    --------
    >>> normal(3, 2, std=0.01, rng=np.random.default_rng(0)).round(4)
    array([[ 0.0013, -0.0013,  0.0064],
           [ 0.001 , -0.0054,  0.0036]])
    """
    shape = as_count("d_out", d_out), as_count("d_in", d_in)
    return as_number("std", std, low=0) * as_generator("rng", rng).standard_normal(shape)


def xavier_variance(d_in: int, d_out: int) -> float:
    r"""Return the variance of Xavier initialization.

    .. math:: \operatorname{Var}(W_{ij}) = \frac{2}{d_{\text{in}} + d_{\text{out}}}

    It is the compromise between :math:`1 / d_{\text{in}}`, which keeps the mean square of a signal
    on its way forward through a linear layer, and :math:`1 / d_{\text{out}}`, which keeps that of a
    gradient on its way back.

    Parameters
    ----------
    d_in, d_out : int
        The number of inputs and outputs of the layer.

    Raises
    ------
    ValueError
        If a size is not a positive integer.

    References
    ----------
    X. Glorot and Y. Bengio, *Understanding the Difficulty of Training Deep Feedforward Neural
    Networks*, AISTATS 2010.

    Examples
    --------
    >>> xavier_variance(300, 100)
    0.005
    """
    return 2 / (as_count("d_in", d_in) + as_count("d_out", d_out))


def xavier_normal(d_in: int, d_out: int, *, rng: np.random.Generator) -> NDArray[np.float64]:
    r"""Return normal weights of mean 0 and of the variance :func:`xavier_variance`.

    .. math:: W_{ij} \sim \mathcal{N}\left(0, \frac{2}{d_{\text{in}} + d_{\text{out}}}\right)

    Parameters
    ----------
    d_in, d_out : int
        The number of inputs and outputs of the layer.
    rng : numpy.random.Generator

    Returns
    -------
    Array, shape (d_out, d_in)

    Raises
    ------
    ValueError
        If a size is not a positive integer, or ``rng`` is no Generator.

    References
    ----------
    X. Glorot and Y. Bengio, *Understanding the Difficulty of Training Deep Feedforward Neural
    Networks*, AISTATS 2010.

    Examples
    --------
    >>> xavier_normal(3, 2, rng=np.random.default_rng(0)).round(2)
    array([[ 0.08, -0.08,  0.41],
           [ 0.07, -0.34,  0.23]])
    """
    return normal(d_in, d_out, std=math.sqrt(xavier_variance(d_in, d_out)), rng=rng)


def kaiming_variance(d_in: int) -> float:
    r"""Return the variance of He's initialization, made for ReLU.

    .. math:: \operatorname{Var}(W_{ij}) = \frac{2}{d_{\text{in}}}

    ReLU halves the mean square of symmetric inputs; the factor 2 makes up for it, so the *second
    moment* of a signal is kept from layer to layer (not its variance: the mean of a ReLU is not 0).

    Parameters
    ----------
    d_in : int
        The number of inputs of the layer.

    Raises
    ------
    ValueError
        If the size is not a positive integer.

    References
    ----------
    K. He et al., *Delving Deep into Rectifiers*, ICCV 2015.

    Examples
    --------
    >>> kaiming_variance(200)
    0.01
    """
    return 2 / as_count("d_in", d_in)


def kaiming_normal(d_in: int, d_out: int, *, rng: np.random.Generator) -> NDArray[np.float64]:
    r"""Return normal weights of mean 0 and of the variance :func:`kaiming_variance`.

    .. math:: W_{ij} \sim \mathcal{N}\left(0, \frac{2}{d_{\text{in}}}\right)

    Parameters
    ----------
    d_in, d_out : int
        The number of inputs and outputs of the layer.
    rng : numpy.random.Generator

    Returns
    -------
    Array, shape (d_out, d_in)

    Raises
    ------
    ValueError
        If a size is not a positive integer, or ``rng`` is no Generator.

    References
    ----------
    K. He et al., *Delving Deep into Rectifiers*, ICCV 2015.

    Examples
    --------
    >>> kaiming_normal(3, 2, rng=np.random.default_rng(0)).round(2)
    array([[ 0.1 , -0.11,  0.52],
           [ 0.09, -0.44,  0.3 ]])
    """
    return normal(d_in, d_out, std=math.sqrt(kaiming_variance(d_in)), rng=rng)
