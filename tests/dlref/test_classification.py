"""Classification against SciPy, complex steps, and enumeration."""

import itertools

import numpy as np
import pytest
import scipy.optimize
import scipy.special
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import dlref
from tests.dlref.complex_step import complex_step

rng = np.random.default_rng(0)
reals = st.floats(-50, 50)
rows = hnp.arrays(float, hnp.array_shapes(min_dims=1, max_dims=3, max_side=4), elements=reals)


@given(rows)
def test_logsumexp_log_softmax_and_softmax_equal_scipy_on_the_last_axis(z):
    tolerance = {"rtol": 1e-13, "atol": 1e-13}
    np.testing.assert_allclose(dlref.logsumexp(z), scipy.special.logsumexp(z, axis=-1), **tolerance)
    np.testing.assert_allclose(
        dlref.log_softmax(z), scipy.special.log_softmax(z, axis=-1), **tolerance
    )
    np.testing.assert_allclose(dlref.softmax(z), scipy.special.softmax(z, axis=-1), **tolerance)


def test_softmax_takes_the_maximum_of_each_row_not_of_all_rows():
    z = np.array([[2000.0, 2001.0], [0.0, 1.0], [-2001.0, -2000.0]])
    expected = [1 / (1 + np.e), np.e / (1 + np.e)]
    np.testing.assert_allclose(dlref.softmax(z), [expected] * 3, rtol=1e-12)
    np.testing.assert_allclose(dlref.log_softmax(z), np.log([expected] * 3), rtol=1e-12)
    np.testing.assert_allclose(dlref.logsumexp(z) - z[:, 1], [np.log1p(np.exp(-1))] * 3, rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_softmax_of_the_two_largest_floats_neither_overflows_nor_warns(dtype):
    top = np.finfo(dtype).max
    np.testing.assert_array_equal(dlref.softmax(np.array([top, -top])), [1, 0])
    assert dlref.logsumexp(np.array([top, -top])) == top


@given(rows, reals)
def test_softmax_does_not_change_when_a_constant_is_added(z, c):
    np.testing.assert_allclose(dlref.softmax(z + c), dlref.softmax(z), rtol=1e-11, atol=1e-13)


def test_softmax_jacobian_equals_the_complex_step():
    z = rng.standard_normal(5)
    naive = lambda z: np.exp(z) / np.exp(z).sum()  # noqa: E731
    np.testing.assert_allclose(dlref.softmax_jacobian(z), complex_step(naive, z), rtol=1e-13)


def test_softmax_is_the_gradient_of_logsumexp():
    z = rng.standard_normal(5)
    measured = complex_step(lambda z: np.log(np.exp(z).sum()), z)
    np.testing.assert_allclose(dlref.softmax(z), measured, rtol=1e-13)


def test_cross_entropy_and_its_gradient_equal_the_complex_step_of_the_definition():
    logits, labels = rng.standard_normal((5, 3)), np.array([0, 2, 1, 2, 0])

    def definition(z):
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        return -np.log(p[np.arange(5), labels]).mean()

    assert dlref.cross_entropy(logits, labels) == pytest.approx(definition(logits), rel=1e-14)
    np.testing.assert_allclose(
        dlref.cross_entropy_gradient(logits, labels), complex_step(definition, logits), rtol=1e-12
    )


def test_cross_entropy_of_a_hopeless_logit_is_the_distance_not_infinity():
    assert dlref.cross_entropy([[0.0, 1e5]], [0]) == 1e5


@pytest.mark.parametrize("labels", [[0, 3], [0, -1], [0.0, 1.0], [[0], [1]], [0], [True, False]])
def test_cross_entropy_refuses_labels_that_are_no_classes(labels):
    with pytest.raises(ValueError, match="labels must"):
        dlref.cross_entropy(np.zeros((2, 3)), labels)


def test_cross_entropy_whose_sum_overflows_is_an_error():
    with pytest.raises(FloatingPointError, match=r"^overflow"):
        dlref.cross_entropy([[8e307, -8e307]] * 4, [1] * 4)


def test_one_hot_is_a_row_of_the_identity_for_each_label():
    np.testing.assert_array_equal(dlref.one_hot([2, 0, 2], 3), [[0, 0, 1], [1, 0, 0], [0, 0, 1]])


@pytest.mark.parametrize("labels", [[3], [-1], [0.5]])
def test_one_hot_refuses_labels_that_are_no_classes(labels):
    with pytest.raises(ValueError, match=r"^labels must hold integers from 0 to 2"):
        dlref.one_hot(labels, 3)


def test_cross_entropy_of_labels_is_that_of_their_one_hot_rows():
    logits, labels = rng.standard_normal((5, 3)), np.array([0, 2, 1, 2, 0])
    rows = dlref.one_hot(labels, 3)
    assert dlref.cross_entropy(logits, rows) == dlref.cross_entropy(logits, labels)
    np.testing.assert_array_equal(
        dlref.cross_entropy_gradient(logits, rows), dlref.cross_entropy_gradient(logits, labels)
    )


def test_cross_entropy_of_probabilities_is_the_mean_over_samples_of_the_sum_over_classes():
    logits, rows = rng.standard_normal((5, 3)), rng.dirichlet(np.ones(3), 5)
    each = [
        dlref.cross_entropy_between(p, p_hat)
        for p, p_hat in zip(rows, dlref.softmax(logits), strict=True)
    ]
    assert dlref.cross_entropy(logits, rows) == pytest.approx(np.mean(each), rel=1e-14)
    gradient = dlref.cross_entropy_gradient(logits, rows)
    assert dlref.gradcheck(lambda z: dlref.cross_entropy(z, rows), lambda z: gradient, logits)


def test_cross_entropy_between_is_entropy_and_divergence_together():
    p, p_hat = rng.dirichlet(np.ones(4), 2)
    expected = scipy.stats.entropy(p) + scipy.stats.entropy(p, p_hat)
    assert dlref.cross_entropy_between(p, p_hat) == pytest.approx(expected, rel=1e-13)


def test_nothing_is_lost_on_what_never_happens_and_all_on_what_was_impossible():
    assert dlref.cross_entropy_between([1.0, 0.0], [1.0, 0.0]) == 0
    assert dlref.cross_entropy_between([0.5, 0.5], [1.0, 0.0]) == np.inf


@pytest.mark.parametrize("rows", [[[0.5, 0.4]], [[1.5, -0.5]]])
def test_rows_that_are_no_probabilities_are_refused(rows):
    message = "must hold probabilities, whose sum is 1, got "
    with pytest.raises(ValueError, match=f"^labels {message}"):
        dlref.cross_entropy([[0.0, 0.0]], rows)
    with pytest.raises(ValueError, match=f"^p_hat {message}"):
        dlref.cross_entropy_between([0.5, 0.5], rows[0])


def test_accuracy_counts_the_largest_outputs_and_of_equals_the_first():
    outputs = [[2.0, 1.0, 0.0], [0.0, 3.0, 3.0], [0.0, 3.0, 3.0], [0.0, 0.0, 1.0]]
    assert dlref.accuracy(outputs, [0, 1, 2, 2]) == 0.75


def test_accuracy_refuses_as_many_labels_as_there_are_no_samples():
    with pytest.raises(ValueError, match=r"^labels must have shape \(2,\), got \(1,\)"):
        dlref.accuracy([[1.0, 0.0], [0.0, 1.0]], [0])


@pytest.mark.parametrize("name", ["softmax", "softmax_jacobian", "logsumexp", "log_softmax"])
def test_float32_stays_float32_and_integers_become_float64(name):
    f = getattr(dlref, name)
    assert f(np.array([1, 2], np.float32)).dtype == np.float32
    assert f(np.array([1, 2])).dtype == np.float64


def test_the_gradient_of_float32_logits_is_float32():
    logits = np.ones((4, 3), np.float32)
    assert dlref.cross_entropy_gradient(logits, [0, 1, 2, 0]).dtype == np.float32


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: dlref.softmax_jacobian([[1.0]]), r"z must have 1 axes, got shape \(1, 1\)"),
        (lambda: dlref.softmax(1.0), r"z must have one axis at least, got shape \(\)"),
        (lambda: dlref.cross_entropy_between(1.0, [1.0]), r"p must have shape \(q,\), got \(\)"),
    ],
)
def test_error_names_the_wanted_and_the_given(call, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        call()


def separates(w, b, X, y):
    return all(label * (w @ x + b) > 0 for x, label in zip(X, y, strict=True))


def separable(X, y):
    """Whether some hyperplane separates the classes: a linear program, which asks for margin 1."""
    rows = -y[:, None] * np.column_stack([X, np.ones(len(X))])
    free = [(None, None)] * rows.shape[1]
    return scipy.optimize.linprog(np.zeros(rows.shape[1]), rows, -np.ones(len(X)), bounds=free)


@pytest.mark.parametrize("seed", range(3))
def test_the_perceptron_separates_what_a_linear_program_can_and_nothing_else(seed):
    X = np.random.default_rng(seed).standard_normal((5, 2))
    outcomes = set()
    for signs in itertools.product([-1.0, 1.0], repeat=5):
        y = np.array(signs)
        w, b = dlref.perceptron(X, y, max_steps=20_000)
        outcomes.add(possible := separable(X, y).success)
        assert separates(w, b, X, y) == possible
    assert outcomes == {True, False}


def test_the_perceptron_needs_no_more_steps_than_the_theorem_of_novikoff_allows():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((200, 3))
    y = np.sign(X @ [1.0, -2.0, 0.5] + 0.3)
    longest = 1 + (X**2).sum(axis=1).max()
    # The direction that drew the labels has a margin; the largest is no smaller.
    margin = np.abs(X @ [1.0, -2.0, 0.5] + 0.3).min() / np.linalg.norm([1.0, -2.0, 0.5, 0.3])
    w, b = dlref.perceptron(X, y, max_steps=int(longest / margin**2))
    assert separates(w, b, X, y)


def test_the_perceptron_corrects_the_first_that_is_wrong_by_its_own_features():
    # By hand: from zeros all are wrong, so (1, 2) comes first; then (0, 3), then (1, 2) again.
    X, y = [[1.0, 2.0], [0.0, 3.0], [2.0, 0.0]], [1, -1, -1]
    expected = [([1.0, 2.0], 1.0), ([1.0, -1.0], 0.0), ([2.0, 1.0], 1.0)]
    for steps, (w, b) in enumerate(expected, start=1):
        ours = dlref.perceptron(X, y, max_steps=steps)
        assert (ours[0].tolist(), ours[1]) == (w, b)


def test_the_perceptron_gives_up_after_a_thousand_steps():
    # One point of both classes: each odd step goes there, each even one comes back.
    X, y = [[1.0], [1.0]], [1, -1]
    assert dlref.perceptron(X, y) == dlref.perceptron(X, y, max_steps=1000) == ([0.0], 0.0)
    assert dlref.perceptron(X, y, max_steps=1001) == ([1.0], 1.0)


@pytest.mark.parametrize("y", [[0, 1], [1, 2], [0.5, -1.0]])
def test_the_perceptron_wants_the_classes_minus_one_and_one(y):
    with pytest.raises(ValueError, match=r"^y must hold the classes -1 and 1, got "):
        dlref.perceptron([[1.0], [2.0]], y)
