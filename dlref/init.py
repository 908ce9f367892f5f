r"""Draw the first weights of a layer so that signals neither vanish nor explode on their way.

A layer has ``fan_in`` inputs and ``fan_out`` outputs, in formulas :math:`d_{\text{in}}` and
:math:`d_{\text{out}}`, and its weights have shape (fan_out, fan_in).
Bad arguments are a ``ValueError``, an overflow is a ``FloatingPointError``.

References
----------
X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural
networks", AISTATS 2010 (Xavier); K. He, X. Zhang, S. Ren, J. Sun, "Delving deep into rectifiers",
ICCV 2015 (Kaiming).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from dlref.validation import as_count, as_generator, as_number, raise_on_overflow

__all__ = [
    "normal",
    "xavier_variance",
    "xavier_normal",
    "xavier_uniform",
    "kaiming_variance",
    "kaiming_normal",
]


@raise_on_overflow
def normal(
    fan_in: int, fan_out: int, *, std: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    r"""Return weights drawn from a normal distribution of mean 0.

    .. math:: \operatorname{Var}(W_{ij}) = s^2

    .. with i : 1..b
            j : 1..a
            \mathbf{W} : R[b,a]; random; entries W_{ij}
            s : R+
            normal(a, b, std=s)
            :kind: distribution

    In :math:`\mathcal{N}(0, s^2)`, too, the second parameter is the variance; ``std`` is its root.
    Small networks train from std = 0.01, deep ones do not.

    Parameters
    ----------
    fan_in, fan_out : int
    std : float
        The standard deviation s ≥ 0.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, shape (fan_out, fan_in)

    References
    ----------
    A. Zhang, Z. C. Lipton, M. Li, A. J. Smola, *Dive into Deep Learning*, section 5.4.

    Examples
    --------
    >>> normal(3, 2, std=0.01, rng=np.random.default_rng(0)).round(4)
    array([[ 0.0013, -0.0013,  0.0064],
           [ 0.001 , -0.0054,  0.0036]])
    """
    shape = as_count("fan_out", fan_out), as_count("fan_in", fan_in)
    return as_number("std", std, low=0) * as_generator("rng", rng).standard_normal(shape)


def xavier_variance(fan_in: int, fan_out: int) -> float:
    r"""Return the variance of Xavier initialisation.

    .. math:: v = \frac{2}{d_{\text{in}} + d_{\text{out}}}

    .. with d_{\text{in}}, d_{\text{out}} : {2..9}
            xavier_variance(d_{\text{in}}, d_{\text{out}})

    It is the compromise between :math:`1 / d_{\text{in}}`, which keeps the mean square of a signal
    on its way forward through a linear layer, and :math:`1 / d_{\text{out}}`, which keeps that of a
    gradient on its way back.

    Parameters
    ----------
    fan_in, fan_out : int

    Returns
    -------
    float

    Examples
    --------
    >>> xavier_variance(300, 100)
    0.005
    """
    return 2 / (as_count("fan_in", fan_in) + as_count("fan_out", fan_out))


def xavier_normal(fan_in: int, fan_out: int, *, rng: np.random.Generator) -> NDArray[np.float64]:
    r"""Return normal weights of mean 0 and of the variance :func:`.xavier_variance`.

    .. math:: \operatorname{Var}(W_{ij}) = \frac{2}{d_{\text{in}} + d_{\text{out}}}

    .. with d_{\text{in}} = 3
            d_{\text{out}} = 4
            i : 1..d_{\text{out}}
            j : 1..d_{\text{in}}
            \mathbf{W} : R[d_{\text{out}},d_{\text{in}}]; random; entries W_{ij}
            xavier_normal(d_{\text{in}}, d_{\text{out}})
            :kind: distribution

    Parameters
    ----------
    fan_in, fan_out : int
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, shape (fan_out, fan_in)

    Examples
    --------
    >>> xavier_normal(3, 2, rng=np.random.default_rng(0)).round(2)
    array([[ 0.08, -0.08,  0.41],
           [ 0.07, -0.34,  0.23]])
    """
    return normal(fan_in, fan_out, std=math.sqrt(xavier_variance(fan_in, fan_out)), rng=rng)


def xavier_uniform(fan_in: int, fan_out: int, *, rng: np.random.Generator) -> NDArray[np.float64]:
    r"""Return uniform weights of mean 0 and of the variance :func:`.xavier_variance`.

    .. math:: W_{ij} \sim \mathcal{U}[-a, a), \qquad
              a = \sqrt{\frac{6}{d_{\text{in}} + d_{\text{out}}}}

    .. not executed: a uniform law

    A uniform law on :math:`[-a, a)` has variance :math:`a^2 / 3`.

    Parameters
    ----------
    fan_in, fan_out : int
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, shape (fan_out, fan_in)

    Examples
    --------
    >>> xavier_uniform(3, 2, rng=np.random.default_rng(0)).round(2)
    array([[ 0.3 , -0.5 , -1.01],
           [-1.06,  0.69,  0.9 ]])
    """
    limit = math.sqrt(3 * xavier_variance(fan_in, fan_out))
    return as_generator("rng", rng).uniform(-limit, limit, (fan_out, fan_in))


def kaiming_variance(fan_in: int) -> float:
    r"""Return the variance of He's initialisation, made for ReLU.

    .. math:: v = \frac{2}{d_{\text{in}}}

    .. with d_{\text{in}} : {2..9}
            kaiming_variance(d_{\text{in}})

    ReLU halves the mean square of symmetric inputs; the factor 2 makes up for it, so the *second
    moment* of a signal is kept from layer to layer (not its variance: the mean of a ReLU is not 0).

    Parameters
    ----------
    fan_in : int

    Returns
    -------
    float

    Examples
    --------
    >>> kaiming_variance(200)
    0.01
    """
    return 2 / as_count("fan_in", fan_in)


def kaiming_normal(fan_in: int, fan_out: int, *, rng: np.random.Generator) -> NDArray[np.float64]:
    r"""Return normal weights of mean 0 and of the variance :func:`.kaiming_variance`.

    .. math:: \operatorname{Var}(W_{ij}) = \frac{2}{d_{\text{in}}}

    .. with d_{\text{in}} = 3
            d_{\text{out}} = 4
            i : 1..d_{\text{out}}
            j : 1..d_{\text{in}}
            \mathbf{W} : R[d_{\text{out}},d_{\text{in}}]; random; entries W_{ij}
            kaiming_normal(d_{\text{in}}, d_{\text{out}})
            :kind: distribution

    Parameters
    ----------
    fan_in, fan_out : int
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, shape (fan_out, fan_in)

    Examples
    --------
    >>> kaiming_normal(3, 2, rng=np.random.default_rng(0)).round(2)
    array([[ 0.1 , -0.11,  0.52],
           [ 0.09, -0.44,  0.3 ]])
    """
    return normal(fan_in, fan_out, std=math.sqrt(kaiming_variance(fan_in)), rng=rng)
