"""Information: entropy, KL divergence, perplexity, and the lengths of the best code words.

Logarithms are natural, so that values are in nats, or of another base, such as 2 for bits; a
probability of 0 adds nothing, as p log p tends to 0.

References
----------
C. E. Shannon, "A mathematical theory of communication", Bell System Technical Journal 27 (1948);
T. M. Cover, J. A. Thomas, *Elements of Information Theory*, Wiley 2006, chapters 2 and 5.
"""

from __future__ import annotations

import heapq
import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlref.validation import as_floats, as_number, as_probabilities

__all__ = ["entropy", "kl_divergence", "perplexity", "huffman_lengths"]


def entropy(p: ArrayLike, *, base: float = math.e) -> float:
    r"""Return the mean surprise of what a distribution draws.

    .. math:: H(\mathbf{p}) = -\sum_{k=1}^{q} p_k \log p_k

    .. with \mathbf{p} : simplex[q]; entries p_k

    Here :math:`0 \log 0 = 0`.

    Parameters
    ----------
    p : array_like, shape (q,)
        Probabilities: they are not negative, and their sum is 1.
    base : float
        Base of the logarithm, above 1; 2 for bits.

    Returns
    -------
    float
        From 0 to log q.

    Examples
    --------
    >>> entropy([0.5, 0.25, 0.25, 0.0], base=2)
    1.5
    """
    p, unit = as_probabilities("p", p, ("q",)), _log("base", base)
    p = p[p > 0]
    return float(-(p * np.log(p)).sum() / unit) + 0.0  # of a certain outcome 0, and not -0


def kl_divergence(p: ArrayLike, p_hat: ArrayLike, *, base: float = math.e) -> float:
    r"""Return the surprise that believing ``p_hat`` adds where things are drawn from ``p``.

    .. math:: D(\mathbf{p}, \hat{\mathbf{p}}) = \sum_{k=1}^{q} p_k \log \frac{p_k}{\hat{p}_k}

    .. with \mathbf{p}, \hat{\mathbf{p}} : simplex[q]; entries p_k, \hat{p}_k

    PyTorch's ``kl_div`` takes the logarithms of what is believed first, and the distribution
    itself second.

    Parameters
    ----------
    p, p_hat : array_like, shape (q,)
        Probabilities: they are not negative, and their sum is 1.
    base : float
        Base of the logarithm, above 1; 2 for bits.

    Returns
    -------
    float
        Infinite where something happens that was believed to be impossible.

    References
    ----------
    S. Kullback, R. A. Leibler, "On information and sufficiency", Annals of Mathematical Statistics
    22 (1951).

    Examples
    --------
    >>> round(kl_divergence([0.5, 0.5], [0.25, 0.75]), 4)
    0.1438
    >>> kl_divergence([0.5, 0.5], [1.0, 0.0])
    inf
    """
    p = as_probabilities("p", p, ("q",))
    p_hat, unit = as_probabilities("p_hat", p_hat, p.shape), _log("base", base)
    happens = p > 0
    p, p_hat = p[happens], p_hat[happens]
    with np.errstate(divide="ignore"):
        return float((p * (np.log(p) - np.log(p_hat))).sum() / unit)


def perplexity(probabilities: ArrayLike) -> float:
    r"""Return the exponential of the mean surprise of what happened.

    .. math:: P = \exp\left( -\frac{1}{n} \sum_{t=1}^{n} \log r_t \right)

    .. with \mathbf{r} : (0, 1)[n]; entries r_t
            perplexity(\mathbf{r})

    Parameters
    ----------
    probabilities : array_like, shape (n,)
        The r, from 0 to 1: the probability that was given to each of the things that happened.

    Returns
    -------
    float
        Infinite if one of them was believed to be impossible.

    References
    ----------
    F. Jelinek, R. L. Mercer, L. R. Bahl, J. K. Baker, "Perplexity: a measure of the difficulty of
    speech recognition tasks", Journal of the Acoustical Society of America 62 (1977).

    Examples
    --------
    >>> round(perplexity([0.5, 0.125]), 12)
    4.0
    """
    r = as_floats("probabilities", probabilities, shape=("n",))
    if r.min() < 0 or r.max() > 1:
        raise ValueError(f"probabilities must be in [0, 1], got {probabilities!r}")
    with np.errstate(divide="ignore", over="ignore"):
        return float(np.exp(-np.log(r).mean()))


def huffman_lengths(p: ArrayLike) -> NDArray[np.integer[Any]]:
    r"""Return the lengths of the words of a best binary code, no word of which begins another.

    Their mean lies between the entropy in bits and one bit above it.

    Parameters
    ----------
    p : array_like, shape (q,)
        Probabilities of the q letters, 2 or more.

    Returns
    -------
    ndarray of int, shape (q,)
        Letters of probability 0 have words too.

    References
    ----------
    D. A. Huffman, "A method for the construction of minimum-redundancy codes", Proceedings of the
    IRE 40 (1952).

    Examples
    --------
    >>> huffman_lengths([0.5, 0.2, 0.2, 0.1])
    array([1, 3, 2, 3])
    """
    p = as_probabilities("p", p, ("q",))
    if len(p) < 2:
        raise ValueError(f"p must hold two probabilities at least, got {p}")
    lengths = np.zeros(len(p), int)
    heap = [(float(share), [letter]) for letter, share in enumerate(p)]
    heapq.heapify(heap)
    while len(heap) > 1:  # join the two rarest, whose words grow by one digit
        (one, left), (other, right) = heapq.heappop(heap), heapq.heappop(heap)
        lengths[left + right] += 1
        heapq.heappush(heap, (one + other, left + right))
    return lengths


def _log(name: str, base: float) -> float:
    return math.log(as_number(name, base, low=1, open_low=True))
