"""Attention against a loop over queries, SciPy, limits and autograd."""

import math

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
import scipy.special

import dlref

rng = np.random.default_rng(0)
Q, K, V = rng.standard_normal((4, 3)), rng.standard_normal((6, 3)), rng.standard_normal((6, 2))
MASK = rng.random((4, 6)) < 0.5
MASK[:, 2] = True


def one_query(q, K, V, seen):
    """Attention by its definition: a weighted mean over what one query sees."""
    pairs = zip(K, seen, strict=True)
    weights = [math.exp(q @ k / math.sqrt(len(q))) if s else 0.0 for k, s in pairs]
    return sum(w * v for w, v in zip(weights, V, strict=True)) / sum(weights)


@pytest.mark.parametrize("mask", [None, MASK])
def test_attention_equals_a_loop_over_queries(mask):
    seen = np.ones((4, 6), bool) if mask is None else mask
    expected = [one_query(q, K, V, row) for q, row in zip(Q, seen, strict=True)]
    np.testing.assert_allclose(dlref.attention(Q, K, V, mask), expected, rtol=1e-13)


def test_weights_are_the_softmax_of_scipy_and_rows_sum_to_one():
    expected = scipy.special.softmax(Q @ K.T / np.sqrt(3), axis=1)
    np.testing.assert_allclose(dlref.attention_weights(Q, K), expected, rtol=1e-13)
    rows = dlref.attention_weights(Q, K, MASK)
    np.testing.assert_allclose(rows.sum(axis=1), 1, rtol=1e-14)
    assert (rows[~MASK] == 0).all()
    assert (rows[MASK] > 0).all()


def test_equal_keys_give_the_mean_and_a_key_far_ahead_its_own_value():
    np.testing.assert_allclose(
        dlref.attention(Q, np.ones((6, 3)), V), np.tile(V.mean(axis=0), (4, 1)), rtol=1e-14
    )
    ahead = np.zeros((6, 3))
    ahead[4] = 1e5 * Q[0]
    np.testing.assert_array_equal(dlref.attention(Q[:1], ahead, V)[0], V[4])


def test_scores_near_the_edge_of_floats_do_not_overflow_in_the_softmax():
    weights = dlref.attention_weights([[1e150]], [[1e150], [-1e150]])
    np.testing.assert_array_equal(weights, [[1, 0]])


def test_causal_weights_are_the_softmax_of_what_is_not_later():
    S = rng.standard_normal((5, 5))
    rows = dlref.causal_weights(S)
    for i in range(5):
        np.testing.assert_allclose(rows[i, : i + 1], scipy.special.softmax(S[i, : i + 1]))
    assert (rows[np.triu_indices(5, 1)] == 0).all()


def test_later_keys_and_values_do_not_change_what_came_before():
    X = rng.standard_normal((5, 3))
    before = dlref.attention(X, X, X, dlref.causal_mask(5))
    X[3:] = 7
    after = dlref.attention(X, X, X, dlref.causal_mask(5))
    np.testing.assert_array_equal(before[:3], after[:3])


def test_heads_are_concatenated_and_mixed_or_each_adds_its_part():
    X = rng.standard_normal((5, 6))
    heads = [[rng.standard_normal((6, w)) for w in (3, 3, 2)] for _ in range(3)]
    out = [rng.standard_normal((2, 4)) for _ in range(3)]
    mask = dlref.causal_mask(5)
    expected = sum(
        dlref.attention(X @ q, X @ k, X @ v, mask) @ o
        for (q, k, v), o in zip(heads, out, strict=True)
    )
    measured = dlref.multi_head_attention(X, heads, out, mask)
    np.testing.assert_allclose(measured, expected, rtol=1e-13)


def as_heads(layer):
    """Return the weights of a layer as `multi_head_attention` takes them; its biases are zero."""
    h, d = layer.heads, layer.out.weight.shape[0]
    parts = [w.weight.data.T.reshape(d, h, -1) for w in (layer.query, layer.key, layer.value)]
    heads = [[part[:, i] for part in parts] for i in range(h)]
    return heads, list(layer.out.weight.data.T.reshape(h, -1, d))


@pytest.mark.parametrize("heads", [1, 2, 3])
def test_the_module_is_multi_head_attention_of_each_sequence(heads):
    layer = dlref.SelfAttention(6, heads, rng=np.random.default_rng(1))
    x = rng.standard_normal((3, 5, 6))
    expected = [dlref.multi_head_attention(row, *as_heads(layer)) for row in x]
    np.testing.assert_allclose(layer(x).data, expected, rtol=1e-12)


def test_the_gradients_of_the_module_equal_autograd():
    layer = dlref.SelfAttention(4, 2, rng=np.random.default_rng(1))
    x, weights = rng.standard_normal((2, 3, 4)), rng.standard_normal((2, 3, 4))

    def loss(parameters):
        wq, bq, wk, bk, wv, bv, wo, bo = parameters
        total = 0.0
        for row, weight in zip(x, weights, strict=True):
            q, k, v = (anp.dot(row, w.T) + b for w, b in ((wq, bq), (wk, bk), (wv, bv)))
            heads = []
            for i in (slice(0, 2), slice(2, 4)):
                e = anp.exp(anp.dot(q[:, i], k[:, i].T) / np.sqrt(2))
                heads.append(anp.dot(e / anp.sum(e, axis=1, keepdims=True), v[:, i]))
            total = total + anp.sum((anp.dot(anp.concatenate(heads, 1), wo.T) + bo) * weight)
        return total

    parameters = layer.parameters()
    expected = autograd.grad(loss)([p.data.copy() for p in parameters])
    (layer(x) * weights).sum().backward()
    for parameter, g in zip(parameters, expected, strict=True):
        np.testing.assert_allclose(parameter.grad, g, rtol=1e-10, atol=1e-13)


def test_float32_stays_float32():
    q, k, v = (a.astype(np.float32) for a in (Q, K, V))
    assert dlref.attention(q, k, v).dtype == np.float32


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: dlref.attention(Q, V, V), r"K must have shape \(n, 3\), got \(6, 2\)"),
        (lambda: dlref.attention(Q, K, V[:5]), r"V must have shape \(6, r\), got \(5, 2\)"),
        (
            lambda: dlref.attention(Q, K, V, MASK.T),
            r"mask must have shape \(4, 6\) and dtype bool, got \(6, 4\) and bool",
        ),
        (
            lambda: dlref.attention(Q, K, V, MASK.astype(float)),
            r"mask must have shape \(4, 6\) and dtype bool, got \(4, 6\) and float64",
        ),
        (
            lambda: dlref.attention(Q, K, V, np.tri(4, 6, -1, dtype=bool)),
            "mask must let each query see one key at least, got none in row 0",
        ),
        (lambda: dlref.causal_weights(Q), r"S must be square, got shape \(4, 3\)"),
        (
            lambda: dlref.multi_head_attention(Q, [(V, V)], [V]),
            r"heads\[0\] must be three matrices, got ",
        ),
        (
            lambda: dlref.multi_head_attention(Q, [(Q.T, Q.T, Q.T)], [Q, Q]),
            "out must have 1 blocks, got 2",
        ),
        (
            lambda: dlref.multi_head_attention(
                Q, [[np.eye(3)] * 3] * 2, [np.eye(3), np.ones((3, 2))]
            ),
            r"out must have blocks of one width, got \[\(3, 3\), \(3, 2\)\]",
        ),
        (lambda: dlref.SelfAttention(6, 4, rng=rng), "heads must divide d, 6, got 4"),
        (
            lambda: dlref.SelfAttention(6, 2, rng=rng)(np.ones((5, 6))),
            r"x must have shape \(m, n, d\), got \(5, 6\)",
        ),
    ],
)
def test_error_names_the_wanted_and_the_given(call, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        call()
