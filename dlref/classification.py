"""Classification: logits, probabilities, loss, accuracy, the perceptron; a row is a sample.

References
----------
C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer 2006, section 4.3; P. Blanchard,
D. J. Higham, N. J. Higham, "Accurately computing the log-sum-exp and softmax functions", IMA
Journal of Numerical Analysis 41 (2021).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from dlref.validation import (
    Array,
    as_array,
    as_count,
    as_floats,
    as_indices,
    as_probabilities,
    as_training_set,
    raise_on_overflow,
)

__all__ = [
    "one_hot",
    "softmax",
    "softmax_jacobian",
    "logsumexp",
    "log_softmax",
    "cross_entropy_between",
    "cross_entropy",
    "cross_entropy_gradient",
    "accuracy",
    "perceptron",
]


def one_hot(labels: ArrayLike, q: int) -> Array:
    r"""Return a row for each label: 1 at its class, otherwise 0.

    .. math:: y_{ik} = \begin{cases} 1 & k = y_i \\ 0 & \text{otherwise} \end{cases}

    .. not executed: classes count from 0 here, columns from 1

    Parameters
    ----------
    labels : array_like of int, shape (n,)
        Classes from 0 to q - 1.
    q : int
        How many classes there are.

    Returns
    -------
    ndarray of float64, shape (n, q)

    Examples
    --------
    >>> one_hot([2, 0], q=3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    q = as_count("q", q)
    return np.eye(q)[as_indices("labels", labels, q)]


def softmax(z: ArrayLike) -> Array:
    r"""Return :math:`e^{z_i} / \sum_j e^{z_j}` of each row (of the last axis): probabilities.

    Parameters
    ----------
    z : array_like, shape (..., c)
        One vector of logits, or a row for each sample.

    Returns
    -------
    ndarray, shape (..., c)

    References
    ----------
    J. S. Bridle, "Probabilistic interpretation of feedforward classification network outputs",
    Neurocomputing, Springer 1990.

    Examples
    --------
    >>> softmax([[1000.0, 1000.0], [0.0, 0.0]])
    array([[0.5, 0.5],
           [0.5, 0.5]])
    """
    e = np.exp(_below_maximum(_as_rows("z", z)))
    result: Array = e / e.sum(axis=-1, keepdims=True)
    return result


def softmax_jacobian(z: ArrayLike) -> Array:
    r"""Return :math:`\partial\mathbf{p}/\partial\mathbf{z}`, p the softmax of one vector z.

    .. math:: \operatorname{diag}(\mathbf{p}) - \mathbf{p}\mathbf{p}^{\top}

    .. with \mathbf{z} : R[c]
            \mathbf{p} : R[c]; code softmax(\mathbf{z})

    Parameters
    ----------
    z : array_like, shape (c,)

    Returns
    -------
    ndarray, shape (c, c)

    Examples
    --------
    >>> softmax_jacobian([0.0, 0.0])
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    p = softmax(as_floats("z", z, ndim=1))
    return np.diag(p) - np.outer(p, p)


def logsumexp(z: ArrayLike) -> Array:
    r"""Return :math:`\log \sum_j e^{z_j}` of each row (of the last axis).

    The row's own maximum is taken out first, so that nothing overflows. The gradient is the
    softmax of the row.

    Parameters
    ----------
    z : array_like, shape (..., c)
        One vector of logits, or a row for each sample.

    Returns
    -------
    ndarray, shape (...)

    Examples
    --------
    >>> logsumexp([[1000.0, 1000.0], [2000.0, -2000.0]]).round(2)
    array([1000.69, 2000.  ])
    """
    z = _as_rows("z", z)
    result: Array = z.max(axis=-1) + np.log(np.exp(_below_maximum(z)).sum(axis=-1))
    return result


@raise_on_overflow
def log_softmax(z: ArrayLike) -> Array:
    r"""Return :math:`z_i - \log\sum_j e^{z_j}` of each row (of the last axis).

    More accurate than the logarithm of :func:`.softmax`, which underflows. The Jacobian of a row
    is :math:`\mathbf{I} - \mathbf{1}\operatorname{softmax}(\mathbf{z})^{\top}`.

    Parameters
    ----------
    z : array_like, shape (..., c)
        One vector of logits, or a row for each sample.

    Returns
    -------
    ndarray, shape (..., c)

    Raises
    ------
    FloatingPointError
        If a row spans more than the range of floats.

    Examples
    --------
    >>> log_softmax([0.0, 1000.0])
    array([-1000.,     0.])
    """
    z = _as_rows("z", z)
    z = z - z.max(axis=-1, keepdims=True)
    result: Array = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    return result


def cross_entropy_between(p: ArrayLike, p_hat: ArrayLike) -> float:
    r"""Return the cross-entropy of a prediction relative to a distribution, in nats.

    .. math:: H(\mathbf{p}, \hat{\mathbf{p}}) = -\sum_{k=1}^{q} p_k \log \hat{p}_k

    .. with \mathbf{p}, \hat{\mathbf{p}} : simplex[q]; entries p_k, \hat{p}_k

    Parameters
    ----------
    p, p_hat : array_like, shape (q,)
        Probabilities: they are not negative, and their sum is 1.

    Returns
    -------
    float
        Infinite where something happens that was predicted to be impossible.

    Examples
    --------
    >>> round(cross_entropy_between([1.0, 0.0], [0.25, 0.75]), 4)
    1.3863
    >>> cross_entropy_between([0.5, 0.5], [1.0, 0.0])
    inf
    """
    p = as_probabilities("p", p, ("q",))
    p_hat = as_probabilities("p_hat", p_hat, p.shape)
    happens = p > 0
    with np.errstate(divide="ignore"):
        return float(-(p[happens] * np.log(p_hat[happens])).sum())


@raise_on_overflow
def cross_entropy(logits: ArrayLike, labels: ArrayLike) -> float:
    r"""Return the mean negative log-probability of the labels under the softmax of the logits.

    .. math:: \mathcal{L} = -\frac1n \sum_{i=1}^n \log \operatorname{softmax}(\mathbf{o}_i)_{y_i}

    .. not executed: classes count from 0 here, entries from 1

    Labels may be probabilities as well: the mean of their
    :math:`-\sum_k y_{ik} \log \operatorname{softmax}(\mathbf{o}_i)_k`.

    Parameters
    ----------
    logits : array_like, shape (n, c)
        Row i is :math:`\mathbf{o}_i`.
    labels : array_like of int, shape (n,), or of float, shape (n, c)
        Classes from 0 to c - 1; or rows of probabilities.

    Returns
    -------
    float

    References
    ----------
    C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer 2006, section 4.3.4.

    Examples
    --------
    >>> logits = [[0.0, 0.0], [0.0, 1000.0]]
    >>> round(cross_entropy(logits, [0, 1]), 4)
    0.3466
    >>> round(cross_entropy(logits, [[1.0, 0.0], [0.0, 1.0]]), 4)
    0.3466
    """
    logits = as_floats("logits", logits, ndim=2)
    wanted = _as_targets(labels, logits.shape)
    return float(-(wanted * log_softmax(logits)).sum(axis=1).mean())


def cross_entropy_gradient(logits: ArrayLike, labels: ArrayLike) -> Array:
    r"""Return the gradient of :func:`.cross_entropy` with respect to the logits.

    .. math:: \nabla_{\mathbf{o}_i} \mathcal{L}
              = \frac1n \big(\operatorname{softmax}(\mathbf{o}_i) - \mathbf{e}_{y_i}\big)

    .. not executed: classes count from 0 here, entries from 1

    Parameters
    ----------
    logits : array_like, shape (n, c)
    labels : array_like of int, shape (n,), or of float, shape (n, c)

    Returns
    -------
    ndarray, shape (n, c)

    Examples
    --------
    >>> cross_entropy_gradient([[0.0, 0.0], [0.0, 1000.0]], [0, 1])
    array([[-0.25,  0.25],
           [ 0.  ,  0.  ]])
    """
    logits = as_floats("logits", logits, ndim=2)
    wanted = _as_targets(labels, logits.shape)
    return np.asarray((softmax(logits) - wanted) / len(wanted), logits.dtype)


def accuracy(outputs: ArrayLike, labels: ArrayLike) -> float:
    """Return the share of samples whose largest output is that of their class; the first of equals.

    Parameters
    ----------
    outputs : array_like, shape (n, q)
        Logits or probabilities.
    labels : array_like of int, shape (n,)
        Classes from 0 to q - 1.

    Returns
    -------
    float
        From 0 to 1.

    Examples
    --------
    >>> accuracy([[2.0, 1.0], [0.3, 0.7], [0.5, 0.5]], [0, 0, 0])
    0.6666666666666666
    """
    outputs = as_floats("outputs", outputs, ndim=2)
    labels = as_indices("labels", labels, outputs.shape[1], length=len(outputs))
    return float((outputs.argmax(axis=1) == labels).mean())


@raise_on_overflow
def perceptron(X: ArrayLike, y: ArrayLike, *, max_steps: int = 1000) -> tuple[Array, float]:
    r"""Return weights and bias of a hyperplane between two classes, found by the perceptron.

    .. math:: \mathbf{w} \leftarrow \mathbf{w} + y_i\mathbf{x}_i, \qquad b \leftarrow b + y_i
        \qquad \text{while } y_i(\mathbf{w}^{\top}\mathbf{x}_i + b) \le 0 \text{ for some } i

    .. not executed: a loop that ends when the data allow it

    Each step corrects the first sample that is on the wrong side, starting from zeros. If a
    hyperplane separates the classes, it stops after at most :math:`R^2/\gamma^2` steps: R is the
    length of the longest :math:`[\mathbf{x}_i; 1]`, γ the largest margin in their space.

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
        The classes, -1 and 1.
    max_steps : int
        Where no hyperplane separates the classes, the steps have no end of their own.

    Returns
    -------
    w : ndarray, shape (d,)
    b : float

    References
    ----------
    F. Rosenblatt, "The perceptron", Psychological Review 65 (1958); A. Novikoff, "On convergence
    proofs on perceptrons", Symposium on the Mathematical Theory of Automata 12 (1962).

    Examples
    --------
    >>> X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> w, b = perceptron(X, [-1, -1, -1, 1])
    >>> np.sign(X @ w + b)
    array([-1., -1., -1.,  1.])
    """
    X, y = as_training_set(X, y)
    if (np.abs(y) != 1).any():
        raise ValueError(f"y must hold the classes -1 and 1, got {y}")
    max_steps = as_count("max_steps", max_steps)
    w, b = np.zeros(X.shape[1], X.dtype), 0.0
    for _ in range(max_steps):
        wrong = y * (X @ w + b) <= 0
        if not wrong.any():
            break
        i = wrong.argmax()
        w, b = w + y[i] * X[i], b + float(y[i])
    return w, b


def _as_rows(name: str, value: ArrayLike) -> Array:
    array = as_floats(name, value)
    if array.ndim == 0:
        raise ValueError(f"{name} must have one axis at least, got shape ()")
    return array


def _below_maximum(z: Array) -> Array:
    """Subtract each row's own maximum; a difference beyond the range of floats becomes -inf."""
    with np.errstate(over="ignore"):
        result: Array = z - z.max(axis=-1, keepdims=True)
    return result


def _as_targets(labels: ArrayLike, shape: tuple[int, ...]) -> Array:
    """Return a row of probabilities for each label, which may be such a row already."""
    if as_array("labels", labels).ndim == 2:
        return as_probabilities("labels", labels, shape)
    return one_hot(as_indices("labels", labels, shape[1], length=shape[0]), shape[1])
