"""Recurrent cells against their formulas in autograd, and modules against cells."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
import scipy.special

import dlref

rng = np.random.default_rng(0)
D, K = 3, 4
x, h, c = rng.standard_normal(D), rng.standard_normal(K), rng.standard_normal(K)


def weights(count):
    shapes = ((K, D), (K, K), (K,))
    return tuple([rng.standard_normal(shape) for _ in range(count)] for shape in shapes)


def gates(W, U, b):
    return [w @ x + u @ h + e for w, u, e in zip(W, U, b, strict=True)]


def test_an_rnn_step_is_the_activation_of_both_products():
    W, U, b = (part[0] for part in weights(1))
    np.testing.assert_allclose(dlref.rnn_step(x, h, W, U, b), np.tanh(W @ x + U @ h + b))
    linear = dlref.rnn_step(x, h, W, U, b, lambda a: 2 * a)
    np.testing.assert_allclose(linear, 2 * (W @ x + U @ h + b), rtol=1e-14)


def test_an_lstm_step_keeps_writes_and_shows_by_its_gates():
    W, U, b = weights(4)
    i, f, g, o = gates(W, U, b)
    i, f, o = (scipy.special.expit(a) for a in (i, f, o))
    new = f * c + i * np.tanh(g)
    measured = dlref.lstm_step(x, h, c, W, U, b)
    np.testing.assert_allclose(measured, [o * np.tanh(new), new], rtol=1e-13)


def test_a_gru_step_resets_the_state_before_the_product_and_keeps_by_z():
    W, U, b = weights(3)
    z, r, _ = (scipy.special.expit(a) for a in gates(W, U, b))
    candidate = np.tanh(W[2] @ x + U[2] @ (r * h) + b[2])
    expected = z * h + (1 - z) * candidate
    np.testing.assert_allclose(dlref.gru_step(x, h, W, U, b), expected, rtol=1e-13)


def test_open_and_closed_gates_keep_or_replace_the_state():
    W, U, _ = weights(4)
    W, U = [0 * w for w in W], [0 * u for u in U]
    kept = [np.full(K, bias) for bias in (-80.0, 80.0, 0.0, 80.0)]
    np.testing.assert_allclose(dlref.lstm_step(x, h, c, W, U, kept)[1], c, rtol=1e-14)
    new = [np.full(K, bias) for bias in (-80.0, 0.0, 0.5)]
    np.testing.assert_allclose(dlref.gru_step(x, h, W[:3], U[:3], new), np.tanh(0.5), rtol=1e-14)


def roll(model, X):
    """Read one sequence step by step with the pure functions."""
    state, cell = np.zeros(K), np.zeros(K)
    W, U, b = (p.data for p in (model.W, model.U, model.b))
    for row in X:
        if isinstance(model, dlref.LSTM):
            parts = (np.split(p, 4) for p in (W, U, b))
            state, cell = dlref.lstm_step(row, state, cell, *parts)
        else:
            state = dlref.rnn_step(row, state, W, U, b)
    return state


@pytest.mark.parametrize("kind", [dlref.RNN, dlref.LSTM])
def test_a_module_reads_each_sequence_as_its_cell_does(kind):
    model = kind(D, K, rng=np.random.default_rng(1))
    X = rng.standard_normal((5, 7, D))
    np.testing.assert_allclose(model(X).data, [roll(model, row) for row in X], rtol=1e-12)


def test_the_forget_gate_alone_starts_with_a_bias():
    model = dlref.LSTM(D, 2, rng=np.random.default_rng(0), forget_bias=3.0)
    np.testing.assert_array_equal(model.b.data, [0, 0, 3, 3, 0, 0, 0, 0])


def test_gradients_through_time_equal_autograd():
    X, weight = rng.standard_normal((2, 6, D)), rng.standard_normal((2, K))

    def rnn(parameters):
        W, U, b = parameters
        state = np.zeros((2, K))
        for t in range(6):
            state = anp.tanh(anp.dot(X[:, t], W.T) + anp.dot(state, U.T) + b)
        return anp.sum(state * weight)

    def lstm(parameters):
        W, U, b = parameters
        state = cell = np.zeros((2, K))
        for t in range(6):
            a = anp.dot(X[:, t], W.T) + anp.dot(state, U.T) + b
            i, f, g, o = (a[:, j * K : (j + 1) * K] for j in range(4))
            i, f, o = (1 / (1 + anp.exp(-s)) for s in (i, f, o))
            cell = f * cell + i * anp.tanh(g)
            state = o * anp.tanh(cell)
        return anp.sum(state * weight)

    for kind, loss in ((dlref.RNN, rnn), (dlref.LSTM, lstm)):
        model = kind(D, K, rng=np.random.default_rng(1))
        expected = autograd.grad(loss)([p.data.copy() for p in model.parameters()])
        (model(X) * weight).sum().backward()
        for p, g in zip(model.parameters(), expected, strict=True):
            np.testing.assert_allclose(p.grad, g, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: dlref.rnn_step(x, h, *bad("W")), r"W must have shape \(4, 3\), got \(2, 3\)"),
        (lambda: dlref.rnn_step(x, h, *bad("U")), r"U must have shape \(4, 4\), got \(2, 4\)"),
        (lambda: dlref.rnn_step(x, h, *bad("b")), r"b must have shape \(4,\), got \(2,\)"),
        (lambda: dlref.lstm_step(x, h, c, *weights(3)), "W must hold 4 arrays, got 3"),
        (lambda: dlref.lstm_step(x, h, x, *weights(4)), r"c must have shape \(4,\), got \(3,\)"),
        (lambda: dlref.gru_step(x, h, *weights(4)), "W must hold 3 arrays, got 4"),
        (
            lambda: dlref.RNN(D, K, rng=rng)(np.ones((5, D))),
            r"x must have shape \(m, T, d\), got \(5, 3\)",
        ),
    ],
)
def test_error_names_the_wanted_and_the_given(call, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        call()


def bad(name):
    """Return weights of which the one with this name lacks rows."""
    parts = dict(zip("WUb", (part[0] for part in weights(1)), strict=True))
    return [value[:2] if key == name else value for key, value in parts.items()]
