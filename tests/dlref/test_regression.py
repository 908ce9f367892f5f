"""Linear regression against SciPy, autograd and plain sums."""

from __future__ import annotations

import autograd
import numpy as np
import pytest
import scipy.linalg
import scipy.optimize
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dlref.regression import (
    add_bias_column,
    least_squares,
    normal_equations,
    polynomial_features,
    predict,
    training_loss,
    training_loss_gradient,
)

VALUES = st.floats(-10, 10)


@st.composite
def models(draw):
    n, d = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    draw_array = lambda *shape: draw(arrays(np.float64, shape, elements=VALUES))  # noqa: E731
    return draw_array(n, d), draw_array(n), draw_array(d), draw(VALUES)


def well_posed(n=12, d=3, dtype=np.float64):
    rng = np.random.default_rng(n * d)
    X, noise = rng.standard_normal((n, d)), rng.standard_normal(n)
    return X.astype(dtype), (X @ np.arange(1, d + 1) - 4 + noise).astype(dtype)


@given(models())
def test_predict_sums_weighted_features_and_bias(model):
    X, _, w, b = model
    expected = [sum(w[j] * row[j] for j in range(len(w))) + b for row in X]
    np.testing.assert_allclose(predict(X, w, b), expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(predict(X[0], w, b), expected[0], rtol=0, atol=1e-12)
    assert predict(X[0], w, b).shape == ()


@given(models())
def test_training_loss_is_the_mean_of_the_squared_losses(model):
    X, y, w, b = model
    expected = sum((y[i] - X[i] @ w - b) ** 2 for i in range(len(y))) / (2 * len(y))
    assert training_loss(X, y, w, b) == pytest.approx(expected, rel=1e-12, abs=1e-12)


@given(models())
def test_training_loss_gradient_equals_autograd(model):
    X, y, w, b = model

    def loss(w, b):
        return ((y - X @ w - b) ** 2).sum() / (2 * len(y))

    grad_w, grad_b = training_loss_gradient(X, y, w, b)
    np.testing.assert_allclose(grad_w, autograd.grad(loss, 0)(w, b), rtol=1e-10, atol=1e-10)
    assert grad_b == pytest.approx(autograd.grad(loss, 1)(w, b), rel=1e-10, abs=1e-10)


def test_polynomial_features_are_the_columns_of_a_vandermonde_matrix():
    x = np.array([-2.0, 0.5, 3.0])
    np.testing.assert_array_equal(
        polynomial_features(x[:, None], 4), np.vander(x, 5, increasing=True)[:, 1:]
    )


def test_polynomial_features_hold_all_first_powers_then_all_squares_and_no_mixed_terms():
    features = polynomial_features([[2, 3], [5, 7]], 3)
    assert features.tolist() == [[2, 3, 4, 9, 8, 27], [5, 7, 25, 49, 125, 343]]


@given(st.integers(1, 5), st.integers(0, 99))
def test_a_linear_model_of_them_passes_through_any_polynomial(degree, seed):
    rng = np.random.default_rng(seed)
    coefficients, x = rng.standard_normal(degree + 1), rng.uniform(-1, 1, 9)
    y = np.polynomial.polynomial.polyval(x, coefficients)
    w, b = least_squares(polynomial_features(x[:, None], degree), y)
    np.testing.assert_allclose([b, *w], coefficients, rtol=0, atol=1e-6)


@pytest.mark.parametrize("degree", [0, 1.5, True])
def test_a_degree_is_a_whole_number_from_one_on(degree):
    with pytest.raises(ValueError, match=r"^degree must be an integer >= 1, got "):
        polynomial_features([[1.0]], degree)


def test_features_that_are_no_table_are_refused():
    with pytest.raises(ValueError, match=r"^X must have shape \(n, d\), got \(2,\)$"):
        polynomial_features([1.0, 2.0], 2)


def test_add_bias_column_turns_the_bias_into_a_weight():
    X, _ = well_posed()
    w, b = np.array([3.0, -1.0, 0.5]), 2.5
    np.testing.assert_allclose(add_bias_column(X) @ [*w, b], predict(X, w, b), rtol=1e-14)


def test_least_squares_equals_scipy_with_and_without_a_bias():
    X, y = well_posed()
    w, b = least_squares(X, y)
    expected = scipy.optimize.lsq_linear(np.c_[X, np.ones(len(X))], y, tol=1e-15).x
    np.testing.assert_allclose([*w, b], expected, rtol=1e-12)
    w, b = least_squares(X, y, bias=False)
    np.testing.assert_allclose(w, scipy.linalg.lstsq(X, y)[0], rtol=1e-12)
    assert b == 0


@given(models())
def test_least_squares_solves_the_normal_equations_at_any_rank(model):
    X, y, _, _ = model
    X = np.round(X)  # so that ranks are exact, not a matter of tolerance
    w, b = least_squares(X, y)
    A = np.c_[X, np.ones(len(X))]
    scale = 1e-12 * (1 + np.abs(A.T @ A).max()) * (1 + np.abs([*w, b]).max())
    np.testing.assert_allclose(A.T @ A @ [*w, b], A.T @ y, rtol=0, atol=scale)


def test_loss_at_any_w_exceeds_the_minimum_by_half_the_mean_square_of_the_difference():
    # L(w) - L(w*) = |X(w - w*)|² / 2n: the certificate that no competitor can beat w*.
    X, y = well_posed()
    w_star, b_star = least_squares(X, y)
    rng = np.random.default_rng(0)
    for w, b in zip(rng.standard_normal((20, 3)), rng.standard_normal(20), strict=True):
        excess = training_loss(X, y, w, b) - training_loss(X, y, w_star, b_star)
        gap = X @ (w - w_star) + (b - b_star)
        assert excess == pytest.approx(gap @ gap / (2 * len(y)), rel=1e-12)


def test_least_squares_of_dependent_columns_is_the_shortest_solution():
    X, y = well_posed()
    X = np.c_[X, X[:, 0]]
    w, b = least_squares(X, y)
    np.testing.assert_allclose([*w, b], np.linalg.pinv(np.c_[X, np.ones(len(X))]) @ y, rtol=1e-12)
    assert w[0] == pytest.approx(w[3])


def test_least_squares_judges_rank_by_the_dtype_of_the_data():
    # In float32 the third column is 0.1 times the first up to rounding: no information.
    X, y = well_posed(dtype=np.float32)
    X[:, 2] = np.float32(0.1) * X[:, 0]
    w, _ = least_squares(X, y)
    assert np.abs(w).max() < 10
    with pytest.raises(ValueError, match="X has rank 2 < 3 columns"):
        normal_equations(X, y)


def test_normal_equations_equal_scipy_and_least_squares_without_bias():
    X, y = well_posed()
    np.testing.assert_allclose(normal_equations(X, y), scipy.linalg.lstsq(X, y)[0], rtol=1e-12)
    w, b = least_squares(X, y)
    np.testing.assert_allclose(normal_equations(add_bias_column(X), y), [*w, b], rtol=1e-12)


@pytest.mark.parametrize(
    ("X", "rank"),
    [
        ([[1, 2, 3], [4, 5, 9], [7, 8, 15], [1, 1, 2]], 2),
        (np.zeros((4, 3)), 0),
        (np.eye(2, 3), 2),
    ],
    ids=["sum of two columns", "zeros", "fewer samples than columns"],
)
def test_normal_equations_refuse_dependent_columns(X, rank):
    message = f"X has rank {rank} < 3 columns: no unique solution; use ridge"
    with pytest.raises(ValueError, match=message):
        normal_equations(X, np.ones(len(X)))


def test_normal_equations_refuse_one_hot_columns_beside_a_bias():
    one_hot = np.eye(3)[[0, 1, 2, 0, 1, 2]]
    with pytest.raises(ValueError, match="X has rank 3 < 4 columns"):
        normal_equations(add_bias_column(one_hot), np.arange(6))


def test_normal_equations_lose_what_least_squares_keeps():
    X = np.vander(np.linspace(0, 1, 40), 10)
    w = np.arange(1.0, 11)
    error = np.abs(normal_equations(X, X @ w) - w).max()
    assert 1e-6 < error < 1e-1
    assert np.abs(least_squares(X, X @ w, bias=False)[0] - w).max() < 1e-8


@pytest.mark.parametrize("X", [[[1, 1], [0, 1e-9]], [[1e-200, 0], [0, 2e-200]]])
def test_normal_equations_refuse_a_product_that_rounding_made_singular(X):
    message = r"X\.T @ X has rank [01] < 2 after rounding: .* of X; use least_squares$"
    with pytest.raises(ValueError, match=message):
        normal_equations(X, [1, 1])


@pytest.mark.parametrize(
    "call",
    [
        lambda X, y: training_loss(X, y[:, None], np.ones(3)),
        lambda X, y: training_loss_gradient(X, y[:, None], np.ones(3)),
        lambda X, y: normal_equations(X, y[:, None]),
        lambda X, y: least_squares(X, y[:, None]),
    ],
)
def test_a_target_is_never_broadcast(call):
    with pytest.raises(ValueError, match=r"y must have shape \(12,\), got \(12, 1\)"):
        call(*well_posed())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda X, y: predict(X, np.ones((3, 1))), r"w must have shape \(3,\), got \(3, 1\)"),
        (lambda X, y: predict(X, np.ones(4)), r"w must have shape \(3,\), got \(4,\)"),
        (lambda X, y: predict(X, np.ones(3), y), r"b must have shape \(\), got \(12,\)"),
        (lambda X, y: predict(X[None], np.ones(3)), r"X must have shape \(n, d\) or \(d,\)"),
        (lambda X, y: predict(2.0, np.ones(3)), r"X must have shape \(n, d\) or \(d,\), got \(\)"),
        (lambda X, y: training_loss(y, y, [1.0]), r"X must have shape \(n, d\), got \(12,\)"),
        (lambda X, y: add_bias_column(y), r"X must have 2 axes, got shape \(12,\)"),
        (lambda X, y: least_squares(X[:0], y[:0]), r"X must not be empty, got shape \(0, 3\)"),
        (lambda X, y: least_squares(X[:, :0], y), r"X must not be empty, got shape \(12, 0\)"),
    ],
)
def test_wrong_shapes_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(*well_posed())


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floats_keep_their_dtype(dtype):
    X, y = well_posed(dtype=dtype)
    w = np.ones(3, dtype)
    results = {
        "predict": predict(X, w, 0.5),
        "predict one": predict(X[0], w, np.float64(0.5)),
        "gradient": training_loss_gradient(X, y, w, 0.5)[0],
        "add_bias_column": add_bias_column(X),
        "normal_equations": normal_equations(X, y),
        "least_squares": least_squares(X, y)[0],
    }
    assert {name: result.dtype for name, result in results.items()} == dict.fromkeys(
        results, np.dtype(dtype)
    )


def test_the_wider_of_two_dtypes_is_that_of_the_weights():
    X, y = well_posed()
    narrow = y.astype(np.float32)
    assert normal_equations(X, narrow).dtype == np.float64
    assert least_squares(X, narrow)[0].dtype == np.float64


def test_a_model_has_no_bias_unless_it_is_given():
    X, y = well_posed()
    w = np.ones(3)
    np.testing.assert_array_equal(predict(X, w), predict(X, w, 0.0))
    assert training_loss(X, y, w) == training_loss(X, y, w, 0.0)
    assert training_loss_gradient(X, y, w)[1] == training_loss_gradient(X, y, w, 0.0)[1]


def test_integers_become_float64():
    assert predict([[1, 2]], [3, 4]).dtype == np.float64
    assert least_squares([[0], [1]], [1, 3])[0] == pytest.approx(2)


@pytest.mark.parametrize(
    "call",
    [
        lambda: predict([[1e200]], [1e200]),
        lambda: training_loss([[1.0]], [1e200], [0]),
        lambda: training_loss(np.zeros((4, 1)), [1.3e154] * 4, [0]),
        lambda: training_loss_gradient([[1e200]], [-1e200], [1]),
        lambda: normal_equations([[1e200]], [1]),
        lambda: normal_equations([[1e-100]], [1e300]),
        lambda: least_squares([[1e-300]], [1e300], bias=False),
        lambda: least_squares(np.array([[0], [0.01]], np.float16), np.array([0, 6e4], np.float16)),
    ],
)
def test_overflow_is_an_error_not_an_infinite_result(call):
    with pytest.raises(FloatingPointError, match=r"^overflow"):
        call()


def test_a_solution_beyond_the_dtype_of_the_data_is_an_error():
    with pytest.raises(FloatingPointError, match=r"^overflow"):
        least_squares(np.array([[1e-7]], np.float16), np.array([6e4], np.float16), bias=False)
