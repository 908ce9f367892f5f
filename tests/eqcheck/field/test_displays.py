r"""Displays of a book that is not ours: how many run as printed, and how many rewritten.

What is refused as printed is refused with a reason, and what is rewritten still fails as printed:
a row of the table that is better than it says fails here, too.
"""

from collections import Counter
from functools import partial
from itertools import pairwise

import numpy as np
import pytest

from eqcheck import Page, check
from tests.eqcheck.field.displays import DISPLAYS, FILES, SIZE, drawn


def softmax(scores):
    powers = np.exp(scores)
    return powers / powers.sum(axis=-1, keepdims=True)


def slope(function, at):
    """Differentiate a function of one vector or number by complex steps."""
    at = np.asarray(at, float)
    steps = np.eye(at.size).reshape(-1, *at.shape)
    slopes = [function(at + 1e-30j * step).imag / 1e-30 for step in steps]
    return np.reshape(slopes, at.shape)[()]


def mean_value(f, low, high):
    """Return where the slope of a convex function is that of the chord, by false position."""
    chord = (f(high) - f(low)) / (high - low)
    below, above = slope(f, low) - chord, slope(f, high) - chord
    if above - below < 1e-12:  # a line has its slope everywhere
        return (low + high) / 2
    for _ in range(12):
        at = high - above * (high - low) / (above - below)
        value = slope(f, at) - chord
        if abs(value) < 1e-14:
            break
        if value * above < 0:
            low, below = high, above
        else:
            below /= 2  # the Illinois rule: the end that stays counts half
        high, above = at, value
    return at


def nearest(point, normals):
    """Return the nearest point on the right side of each plane, by trying which of them bind."""
    rows = np.array(normals)
    found = []
    for binding in np.ndindex(*[2] * len(rows)):
        active = rows[np.array(binding, bool)]
        multipliers = np.linalg.solve(active @ active.T, active @ point - 1)
        candidate = point - active.T @ multipliers
        if np.all(rows @ candidate <= 1 + 1e-12) and np.all(multipliers >= 0):
            found.append(candidate)
    return min(found, key=lambda candidate: np.sum((candidate - point) ** 2))


def states(f, x, w):
    """Run a recurrent network of one number from the state 0.5."""
    found = [0.5]
    for one in x:
        found.append(f(one, found[-1], w))
    return found


def unrolled(f, g, l, x, y, w):  # noqa: E741 - the loss of that book
    return sum(l(label, g(h, w)) for label, h in zip(y, states(f, x, w)[1:], strict=True))


def randomly_truncated(x, w, xi, t):
    """Return the slope of a state of the network tanh(x + w h), with a factor on its past."""
    h = states(lambda x, h, w: np.tanh(x + w * h), x, w)
    slopes = [0.0]
    for before, after in pairwise(h):
        slopes.append((1 - after**2) * (before + w * slopes[-1]))
    return (1 - h[t] ** 2) * (h[t - 1] + xi * w * slopes[t - 1])


def mean_loss(X, y, w, b):
    return np.mean((X @ w + b - y) ** 2) / 2


def hidden(sigma, x, W, b):
    return np.array([sigma(one) for one in W @ x + b])


def scores(X, W, b):
    return np.array([row @ W + b[0] for row in X])


FUNCTIONS = {
    "softmax": softmax,
    "mean_value": mean_value,
    "nearest": nearest,
    "unrolled": unrolled,
    "randomly_truncated": randomly_truncated,
    "mean_loss": mean_loss,
    "hidden": hidden,
    "scores": scores,
    "price": lambda w, x, b: np.dot(w, x) + b,
    "least_squares": lambda X, y: np.linalg.lstsq(X, y, rcond=None)[0],
    "ridge_loss": lambda X, y, w, b, penalty: mean_loss(X, y, w, b) + penalty * np.dot(w, w) / 2,
    "training_error": lambda X, y, f, l: np.mean(  # noqa: E741
        [l(x, label, f(x)) for x, label in zip(X, y, strict=True)]
    ),
    "each": lambda phi, z: np.array([phi(one) for one in z]),
    "weighted": lambda W, x: np.array([np.dot(row, x) for row in W]),
    "predictions": lambda X, W, b: softmax(scores(X, W, b)),
    "cross_entropy": lambda p, q: -np.dot(p, np.log(q)),
    "mean_gradient": lambda f, rows, chosen, w: np.mean(
        [slope(partial(f, rows[i]), w) for i in chosen], axis=0
    ),
    "quadratic": lambda x, Q, c, b: np.einsum("i,ij,j", x, Q, x) / 2 + np.dot(c, x) + b,
    "descent": lambda x, rate, curvature: x - rate * curvature * x,
    "moving": lambda v, g, beta: beta * v + (1 - beta) * g,
    "moving_of_squares": lambda s, g, beta: beta * s + (1 - beta) * np.square(g),
    "average": lambda functions, x: np.mean([f(x) for f in functions]),
    "clip": lambda g, c: g * min(1, c / np.linalg.norm(g)),
    "candidate": lambda X, H, R, W, U, b: np.tanh(X @ W + (R * H) @ U + b),
    "weight": lambda q, keys, i: softmax(np.array(keys) @ q / np.sqrt(len(q)))[i - 1],
    "attention": lambda Q, K, V: softmax(Q @ K.T / np.sqrt(Q.shape[1])) @ V,
    "gaussian": lambda k, q: np.exp(-np.sum((k - q) ** 2) / 2),
    "boxcar": lambda k, q: float(np.sum((k - q) ** 2) <= 1),
    "epanechnikov": lambda k, q: max(0.0, 1 - np.sqrt(np.sum((k - q) ** 2))),
    "deviation": lambda X, epsilon: np.sqrt(X.var(axis=0) + epsilon),
    "mean_row": lambda X: X.mean(axis=0),
    "network": lambda sigma, x, W, b, V, c: softmax(V @ hidden(sigma, x, W, b) + c),
}
EXPECTED = {"printed": 32, "rewritten": 7, "refused": 1}


def run(display, latex):
    page = Page(display.page, functions=FUNCTIONS)
    for line in display.defines:
        page.define(line)
    return check(page, latex, **display.options)


def way(display):
    """Return how far a display of the table is said to come."""
    if display.rewritten:
        return "rewritten"
    return "refused" if display.why else "printed"


def name(display):
    return f"{display.file.rpartition('/')[2]}-{display.number}"


def test_the_displays_are_those_that_were_drawn():
    assert sum(count for _, count in FILES.values()) == 151
    assert len(drawn()) == SIZE
    assert [(display.file, display.number) for display in DISPLAYS] == drawn()


def test_so_many_run_as_printed_so_many_rewritten_and_so_many_not():
    assert Counter(map(way, DISPLAYS)) == EXPECTED


@pytest.mark.parametrize("display", DISPLAYS, ids=name)
def test_a_display_comes_as_far_as_the_table_says(display):
    result = run(display, display.printed)
    if way(display) == "printed":
        assert result.state == "checked", str(result.message)
        assert result.error < 1e-9
        assert result.mutants >= 2
    else:
        assert result.state in ("refused", "wrong", "survived")
        assert display.why in result.message


@pytest.mark.parametrize("display", [d for d in DISPLAYS if d.rewritten], ids=name)
def test_a_rewritten_display_holds_and_its_wrong_versions_are_caught(display):
    result = run(display, display.rewritten)
    assert result.state == "checked", str(result.message)
    assert result.mutants >= 2
