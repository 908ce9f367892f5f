"""Activation functions, element by element, each beside its derivative; large arguments are safe.

References
----------
I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning*, MIT Press 2016, sections 3.10 and 6.3.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from dlref.validation import Array, as_floats, as_number

__all__ = [
    "relu",
    "relu_derivative",
    "leaky_relu",
    "leaky_relu_derivative",
    "sigmoid",
    "sigmoid_derivative",
    "tanh_derivative",
    "softplus",
    "softplus_derivative",
    "silu",
    "silu_derivative",
    "normal_cdf",
    "gelu",
    "gelu_derivative",
    "gelu_tanh",
    "gelu_tanh_derivative",
]

_SATURATED = 30.0  # where tanh of the cubic of :func:`gelu_tanh` is 1 in every precision


def relu(x: ArrayLike) -> Array:
    r"""Return the rectified linear unit :math:`\operatorname{ReLU}(x) = \max(0, x)` elementwise.

    Parameters
    ----------
    x : array_like

    Returns
    -------
    ndarray, shape of x

    References
    ----------
    V. Nair, G. E. Hinton, "Rectified linear units improve restricted Boltzmann machines",
    ICML 2010.

    Examples
    --------
    >>> relu([-2.0, 0.0, 3.0])
    array([0., 0., 3.])
    """
    return np.maximum(as_floats("x", x), 0)


def relu_derivative(x: ArrayLike) -> Array:
    r"""Return :math:`\operatorname{ReLU}'(x)`: 1 where x > 0, otherwise 0.

    At 0 there is no derivative; 0 is a convention (it is a subgradient).

    Parameters
    ----------
    x : array_like

    Returns
    -------
    ndarray, shape of x

    Examples
    --------
    >>> relu_derivative([-2.0, 0.0, 3.0])
    array([0., 0., 1.])
    """
    x = as_floats("x", x)
    return (x > 0).astype(x.dtype)


def leaky_relu(x: ArrayLike, slope: float = 0.01) -> Array:
    r"""Return x where x > 0, otherwise :math:`\alpha x`, elementwise: a slope that is never 0.

    Parameters
    ----------
    x : array_like
    slope : float
        α, in [0, 1); for 0 this is :func:`.relu`.

    Returns
    -------
    ndarray, shape of x

    References
    ----------
    A. L. Maas, A. Y. Hannun, A. Y. Ng, "Rectifier nonlinearities improve neural network acoustic
    models", ICML workshop 2013.

    Examples
    --------
    >>> leaky_relu([-2.0, 0.0, 3.0], slope=0.1)
    array([-0.2,  0. ,  3. ])
    """
    x = as_floats("x", x)
    y: Array = x * leaky_relu_derivative(x, slope)
    return y


def leaky_relu_derivative(x: ArrayLike, slope: float = 0.01) -> Array:
    """Return 1 where x > 0, otherwise the slope, elementwise; at 0 that is a convention.

    Parameters
    ----------
    x : array_like
    slope : float
        In [0, 1).

    Returns
    -------
    ndarray, shape of x

    Examples
    --------
    >>> leaky_relu_derivative([-2.0, 0.0, 3.0], slope=0.1)
    array([0.1, 0.1, 1. ])
    """
    x = as_floats("x", x)
    slope = as_number("slope", slope, low=0, high=1, open_high=True)
    return np.where(x > 0, 1, slope).astype(x.dtype)


def sigmoid(x: ArrayLike) -> Array:
    r"""Return the logistic function :math:`\operatorname{sigmoid}(x) = 1/(1 + e^{-x})` elementwise.

    Computed from :math:`e^{-|x|} \le 1`, so that no exponential overflows.

    Parameters
    ----------
    x : array_like

    Returns
    -------
    ndarray, shape of x

    Examples
    --------
    >>> sigmoid([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    x = as_floats("x", x)
    e = np.exp(-np.abs(x))
    y: Array = np.where(x >= 0, 1, e) / (1 + e)
    return y


def sigmoid_derivative(x: ArrayLike) -> Array:
    r"""Return the derivative of the sigmoid elementwise.

    .. math:: \operatorname{sigmoid}'(x)
              = \operatorname{sigmoid}(x)\,(1 - \operatorname{sigmoid}(x))

    .. with x : R
            \operatorname{sigmoid} : R -> R; code sigmoid

    Its maximum is 1/4, at 0, and it is at most :math:`e^{-|x|}`.

    Parameters
    ----------
    x : array_like

    Returns
    -------
    ndarray, shape of x

    Examples
    --------
    >>> sigmoid_derivative([-1000.0, 0.0, 1000.0])
    array([0.  , 0.25, 0.  ])
    """
    e = np.exp(-np.abs(as_floats("x", x)))
    y: Array = e / (1 + e) ** 2
    return y


def tanh_derivative(x: ArrayLike) -> Array:
    r"""Return :math:`\tanh'(x) = 1 - \tanh^2 x` elementwise.

    Parameters
    ----------
    x : array_like

    Returns
    -------
    ndarray, shape of x

    Examples
    --------
    >>> tanh_derivative([0.0, 1000.0])
    array([1., 0.])
    """
    x = as_floats("x", x)
    with np.errstate(over="ignore"):  # twice the largest floats are infinite, and e is 0 rightly
        e = np.exp(-2 * np.abs(x))  # 1 - tanh(x)**2 would cancel at large |x|
    y: Array = 4 * e / (1 + e) ** 2
    return y


def softplus(x: ArrayLike) -> Array:
    r"""Return :math:`\log(1 + e^x)` elementwise, the smooth ReLU.

    Computed as :math:`\max(0, x) + \log(1 + e^{-|x|})`, so that no exponential overflows.

    Parameters
    ----------
    x : array_like

    Returns
    -------
    ndarray, shape of x

    References
    ----------
    C. Dugas, Y. Bengio, F. Bélisle, C. Nadeau, R. Garcia, "Incorporating second-order functional
    knowledge for better option pricing", NIPS 2000.

    Examples
    --------
    >>> softplus([-10.0, 0.0, 10.0]).round(4)
    array([ 0.    ,  0.6931, 10.    ])
    """
    x = as_floats("x", x)
    y: Array = np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))
    return y


def softplus_derivative(x: ArrayLike) -> Array:
    r"""Return the derivative of :func:`.softplus` elementwise: the sigmoid of x.

    Parameters
    ----------
    x : array_like

    Returns
    -------
    ndarray, shape of x

    Examples
    --------
    >>> softplus_derivative([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    return sigmoid(x)


def silu(x: ArrayLike) -> Array:
    r"""Return :math:`x \operatorname{sigmoid}(x)` elementwise: the input times its own gate.

    Its least value is -0.2785, at -1.2785. The function is also called Swish.

    Parameters
    ----------
    x : array_like

    Returns
    -------
    ndarray, shape of x

    References
    ----------
    S. Elfwing, E. Uchibe, K. Doya, "Sigmoid-weighted linear units for neural network function
    approximation in reinforcement learning", Neural Networks 107 (2018).

    Examples
    --------
    >>> silu([-1.2785, 0.0, 10.0]).round(4)
    array([-0.2785,  0.    ,  9.9995])
    """
    x = as_floats("x", x)
    return x * sigmoid(x)


def silu_derivative(x: ArrayLike) -> Array:
    r"""Return :math:`\operatorname{sigmoid}(x) + x \operatorname{sigmoid}'(x)` elementwise.

    Parameters
    ----------
    x : array_like

    Returns
    -------
    ndarray, shape of x

    Examples
    --------
    >>> silu_derivative([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    x = as_floats("x", x)
    return sigmoid(x) + x * sigmoid_derivative(x)


def normal_cdf(x: ArrayLike) -> Array:
    r"""Return :math:`\Phi(x)` elementwise: the probability that a standard normal is at most x.

    .. math:: \Phi(x) = \tfrac12 \operatorname{erfc}\left(-\frac{x}{\sqrt2}\right)

    .. with x : R
            \operatorname{erfc}(x) = 1 - \operatorname{erf}(x)

    Parameters
    ----------
    x : array_like

    Returns
    -------
    ndarray, shape of x

    Examples
    --------
    >>> normal_cdf([-1000.0, 0.0, 1.96]).round(3)
    array([0.   , 0.5  , 0.975])
    """
    x = as_floats("x", x)
    erfc = np.frompyfunc(math.erfc, 1, 1)  # not 1 + erf, which cancels where x is below -2
    return np.asarray(erfc(-x / math.sqrt(2)) / 2, x.dtype)


def gelu(x: ArrayLike) -> Array:
    r"""Return :math:`x\,\Phi(x)` elementwise, the Gaussian error linear unit.

    Its least value is -0.17, at -0.7518.

    Parameters
    ----------
    x : array_like

    Returns
    -------
    ndarray, shape of x

    References
    ----------
    D. Hendrycks, K. Gimpel, "Gaussian error linear units (GELUs)", arXiv:1606.08415 (2016).

    Examples
    --------
    >>> gelu([-0.7518, 0.0, 10.0]).round(2)
    array([-0.17,  0.  , 10.  ])
    """
    x = as_floats("x", x)
    return x * normal_cdf(x)


def gelu_derivative(x: ArrayLike) -> Array:
    r"""Return the derivative of :func:`.gelu` elementwise.

    .. math:: \Phi(x) + \frac{x}{\sqrt{2\pi}}\, e^{-x^2/2}

    .. with x : R
            \Phi : R -> R; code normal_cdf

    Parameters
    ----------
    x : array_like

    Returns
    -------
    ndarray, shape of x

    Examples
    --------
    >>> gelu_derivative([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    x = as_floats("x", x)
    with np.errstate(over="ignore"):  # the square of a large float is infinite, and e^-x² 0 rightly
        density = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    y: Array = normal_cdf(x) + x * density
    return y


def gelu_tanh(x: ArrayLike) -> Array:
    r"""Return the usual approximation of :func:`.gelu`, off by less than 0.0005.

    .. math:: \frac{x}{2} \left(1 + \tanh\left(
              \sqrt{\frac{2}{\pi}} \left(x + 0.044715 x^3\right)\right)\right)

    .. with x : R

    Parameters
    ----------
    x : array_like

    Returns
    -------
    ndarray, shape of x

    Examples
    --------
    >>> gelu_tanh([-0.7518, 0.0, 10.0]).round(2)
    array([-0.17,  0.  , 10.  ])
    """
    x = as_floats("x", x)
    return x * sigmoid(2 * _cubic(x)[0])  # half of 1 + tanh, which would cancel where x is below 0


def gelu_tanh_derivative(x: ArrayLike) -> Array:
    r"""Return the derivative of :func:`.gelu_tanh` elementwise.

    With u what tanh is taken of, :math:`\frac12 (1 + \tanh u) + \frac{x}{2}\, u' \tanh' u`.

    Parameters
    ----------
    x : array_like

    Returns
    -------
    ndarray, shape of x

    Examples
    --------
    >>> gelu_tanh_derivative([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    x = as_floats("x", x)
    u, slope = _cubic(x)
    return sigmoid(2 * u) + x / 2 * (slope * tanh_derivative(u))


def _cubic(x: Array) -> tuple[Array, Array]:
    """Return what :func:`gelu_tanh` takes tanh of, and its derivative."""
    x = x.clip(-_SATURATED, _SATURATED)
    factor = math.sqrt(2 / math.pi)
    return factor * (x + 0.044715 * x**3), factor * (1 + 3 * 0.044715 * x**2)
