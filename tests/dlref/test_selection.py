"""Splits by their defining properties; errors against sums written out and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from dlref.regression import least_squares, predict
from dlref.regularize import ridge
from dlref.selection import (
    cross_validate,
    cross_validate_least_squares,
    fit_least_squares,
    fold_errors,
    kfold,
    one_standard_error_rule,
    predict_without,
    prediction_error,
    standard_error,
    train_validation_test_split,
)


def regression(n=11, d=2):
    rng = np.random.default_rng(3)
    X = rng.standard_normal((n, d))
    return X, X @ np.arange(1.0, d + 1) + rng.standard_normal(n)


def fit_linear(X, y):
    w, b = least_squares(X, y)
    return lambda X: predict(X, w, b)


def fit_mean(X, y):
    return lambda X: np.full(len(X), y.mean())


def fit_nearest(X, y):
    """Memorise: predict the target of the nearest training sample."""
    return lambda Q: y[np.argmin(((Q[:, None] - X) ** 2).sum(axis=2), axis=1)]


@given(st.integers(5, 300), st.floats(0.11, 0.39), st.floats(0.11, 0.39), st.integers(0, 99))
def test_split_is_a_partition_of_the_wanted_sizes(n, validation, test, seed):
    parts = train_validation_test_split(
        n, validation=validation, test=test, rng=np.random.default_rng(seed)
    )
    assert sorted(np.concatenate(parts)) == list(range(n))
    assert abs(len(parts[1]) - n * validation) <= 0.5
    assert abs(len(parts[2]) - n * test) <= 0.5


def test_split_shuffles_and_repeats_with_the_seed():
    first, again, other = (
        np.concatenate(train_validation_test_split(50, rng=np.random.default_rng(seed)))
        for seed in (0, 0, 1)
    )
    assert first.tolist() == again.tolist() != other.tolist()
    assert first.tolist() != sorted(first)


@given(st.integers(2, 60), st.data())
def test_kfold_validates_each_sample_once_and_trains_on_all_others(n, data):
    n_splits = data.draw(st.integers(2, n))
    rng = data.draw(
        st.sampled_from([None, 0]).map(lambda s: s if s is None else np.random.default_rng(s))
    )
    folds = kfold(n, n_splits, rng=rng)
    assert len(folds) == n_splits
    assert sorted(i for _, validation in folds for i in validation) == list(range(n))
    for train, validation in folds:
        assert sorted([*train, *validation]) == list(range(n))
    sizes = [len(validation) for _, validation in folds]
    assert max(sizes) - min(sizes) <= 1


def test_kfold_shuffles_only_with_a_generator():
    assert np.concatenate([v for _, v in kfold(20, 3)]).tolist() == list(range(20))
    shuffled = np.concatenate([v for _, v in kfold(20, 3, rng=np.random.default_rng(0))])
    assert shuffled.tolist() != list(range(20))


def test_prediction_error_is_the_mean_loss_of_each_sample():
    X, y = regression()
    f = fit_linear(X, y)
    expected = sum(0.5 * (y[i] - f(X[[i]])[0]) ** 2 for i in range(len(y))) / len(y)
    assert prediction_error(f, X, y) == pytest.approx(expected, rel=1e-12)


def test_prediction_error_takes_another_loss():
    X, labels = [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]
    error = prediction_error(lambda X: X[:, 0] > 0.5, X, labels, loss=lambda y, p: y != p)
    assert error == 0.25


def test_cross_validation_is_the_mean_of_fold_means_not_the_pooled_mean():
    # Errors 0, 1 | 2, 3 | 10 of the zero predictor: 4.33 by folds, 3.2 pooled.
    y = np.sqrt(2 * np.array([0.0, 1, 2, 3, 10]))
    zero = lambda X, y: lambda X: np.zeros(len(X))  # noqa: E731
    error = cross_validate(zero, np.ones((5, 1)), y, kfold(5, 3))
    assert error == pytest.approx((0.5 + 2.5 + 10) / 3)


def test_cross_validation_takes_another_loss():
    y = np.array([1.0, 2.0, 6.0])
    error = cross_validate(
        fit_mean, np.ones((3, 1)), y, kfold(3, 3), loss=lambda y, y_hat: abs(y - y_hat)
    )
    assert error == pytest.approx((3 + 1.5 + 4.5) / 3)


def test_leave_one_out_equals_the_closed_form_by_the_hat_matrix():
    # The residual of a sample left out is r_i / (1 - H_ii).
    X, y = regression()
    A = np.c_[X, np.ones(len(y))]
    H = A @ np.linalg.pinv(A)
    expected = np.mean(0.5 * ((y - H @ y) / (1 - np.diag(H))) ** 2)
    n = len(y)
    assert cross_validate(fit_linear, X, y, kfold(n, n)) == pytest.approx(expected, rel=1e-10)


def test_fold_errors_are_those_of_each_fold_by_itself_and_their_mean_the_cross_validation():
    X, y = regression()
    folds = kfold(11, 3, rng=np.random.default_rng(0))
    expected = [
        prediction_error(fit_linear(X[train], y[train]), X[validation], y[validation])
        for train, validation in folds
    ]
    errors = fold_errors(fit_linear, X, y, folds)
    assert errors.tolist() == pytest.approx(expected, rel=1e-12)
    assert cross_validate(fit_linear, X, y, folds) == pytest.approx(errors.mean(), rel=1e-12)


def test_standard_error_equals_scipy_and_shrinks_as_the_root_of_their_number():
    values = np.random.default_rng(0).standard_normal(10_000) * 3
    assert standard_error(values) == pytest.approx(scipy.stats.sem(values), rel=1e-12)
    assert standard_error(values) == pytest.approx(3 / 100, rel=0.05)


def test_standard_error_is_the_deviation_of_the_means_of_new_samples():
    samples = np.random.default_rng(1).exponential(size=(4000, 20))
    mean_square = np.mean([standard_error(sample) ** 2 for sample in samples])
    assert np.sqrt(mean_square) == pytest.approx(samples.mean(axis=1).std(), rel=0.03)


@given(st.integers(1, 6), st.integers(2, 6), st.integers(0, 99))
def test_the_rule_takes_the_first_within_a_standard_error_and_none_before_it(m, k, seed):
    errors = np.random.default_rng(seed).exponential(size=(m, k)) + 0.3 * np.arange(m)[::-1, None]
    chosen, means = one_standard_error_rule(errors), errors.mean(axis=1)
    limit = means.min() + scipy.stats.sem(errors[means.argmin()])
    assert means[chosen] <= limit
    assert all(mean > limit for mean in means[:chosen])


def test_the_rule_looks_at_the_spread_of_the_best_and_prefers_what_is_simple():
    # The best, of mean 2, has the standard error 1: a mean of 3 is good enough, one of 3.01 is not.
    best = [1.0, 3.0]
    assert one_standard_error_rule([[3.01, 3.01], [3.0, 3.0], best, [2.0, 2.5]]) == 1
    assert one_standard_error_rule([[9.0, 0.0], [2.0, 2.0]]) == 1
    assert one_standard_error_rule([[5.0, 6.0]]) == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: standard_error([1.0]), r"^values must be two at least, got \[1\.\]$"),
        (lambda: standard_error([[1.0, 2.0]]), r"^values must have shape \(K,\), got \(1, 2\)"),
        (lambda: one_standard_error_rule([[1.0], [2.0]]), "^errors must have two columns at least"),
        (lambda: one_standard_error_rule([1.0, 2.0]), r"^errors must have shape \(m, K\), got"),
    ],
)
def test_one_value_has_no_standard_error(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_least_squares_without_a_fold_has_the_residuals_of_the_hat_matrix():
    # Leaving out the rows F, the residuals are (I - H_FF)^-1 r_F.
    X, y = regression()
    A = np.c_[X, np.ones(len(y))]
    H = A @ np.linalg.pinv(A)
    folds = [np.array([4, 0, 7]), np.array([1, 9, 2, 3]), np.array([5, 6, 8, 10])]
    losses = []
    for F in folds:
        expected = np.linalg.solve(np.eye(len(F)) - H[np.ix_(F, F)], (y - H @ y)[F])
        residuals = [y[i] - predict_without(F, X, y, X[i]) for i in F]
        assert residuals == pytest.approx(expected.tolist(), rel=1e-9)
        losses.append(np.mean(0.5 * expected**2))
    error = cross_validate_least_squares(X, y, folds)
    assert error == pytest.approx(np.mean(losses), rel=1e-10)


def test_no_linear_predictor_has_a_smaller_prediction_error_than_the_fitted_one():
    X, y = regression()
    f = fit_least_squares(X, y)
    A = np.c_[X, np.ones(len(y))]
    assert A.T @ (y - f(X)) == pytest.approx(np.zeros(A.shape[1]), abs=1e-10)


def test_each_predictor_is_fitted_without_its_fold():
    # A model that memorises has no training error, but it cannot have seen its validation fold.
    X, y = regression()
    assert prediction_error(fit_nearest(X, y), X, y) == 0
    assert cross_validate(fit_nearest, X, y, kfold(11, 4)) > 0.1


def test_cross_validation_chooses_the_penalty_that_generalises():
    rng = np.random.default_rng(0)
    X, X_new = rng.standard_normal((30, 20)), rng.standard_normal((2000, 20))
    w_true = np.full(20, 0.3)
    y = X @ w_true + rng.standard_normal(30)
    folds = kfold(30, 5, rng=rng)
    lams = [1e-4, 0.3, 100.0]

    def fit(X, y, lam):
        w, b = ridge(X, y, lam)
        return lambda X: predict(X, w, b)

    errors = [cross_validate(lambda X, y, lam=lam: fit(X, y, lam), X, y, folds) for lam in lams]
    new = [prediction_error(fit(X, y, lam), X_new, X_new @ w_true) for lam in lams]
    assert np.argmin(errors) == np.argmin(new) == 1
    assert np.argmin([prediction_error(fit(X, y, lam), X, y) for lam in lams]) == 0


@pytest.mark.parametrize(
    ("folds", "message"),
    [
        ([([0, 1, 2], [2, 3, 4]), ([2, 3, 4], [0, 1])], r"what they validate, got \[2\] in both"),
        (
            [([2, 3, 4], [0, 1]), ([0, 1], [2, 3])],
            "validate each sample once, got 0 times sample 4",
        ),
        ([([4], [0, 1, 2]), ([0], [2, 3, 4])], "validate each sample once, got 2 times sample 2"),
        ([([0, 1], [2, 3, 5])], r"folds\[0\]\[1\] must hold integers from 0 to 4, got \[2, 3, 5\]"),
        ([([-1, 1], [2, 3])], r"folds\[0\]\[0\] must hold integers from 0 to 4, got \[-1, 1\]"),
        ([([], [0, 1, 2, 3, 4])], r"folds\[0\]\[0\] must not be empty"),
        ([([True] * 5, [0])], r"folds\[0\]\[0\] must hold integers from 0 to 4"),
        ([([0.0], [1])], r"folds\[0\]\[0\] must hold integers from 0 to 4"),
        ([([[0]], [1])], r"folds\[0\]\[0\] must have shape \(m,\), got \(1, 1\)"),
        ([], "^folds must not be empty$"),
        (5, r"folds must be pairs \(train, validation\), got 5"),
        ([([0], [1], [2])], r"folds must be pairs \(train, validation\), got"),
    ],
)
def test_cross_validation_refuses_folds_that_leak_or_do_not_partition(folds, message):
    with pytest.raises(ValueError, match=message):
        cross_validate(fit_mean, np.ones((5, 1)), np.arange(5), folds)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda rng: train_validation_test_split(2, rng=rng), "n must be an integer >= 3, got 2"),
        (lambda rng: train_validation_test_split(9.0, rng=rng), "n must be an integer >= 3, got 9"),
        (lambda rng: train_validation_test_split(9, rng=0), "rng must be a numpy.random.Generator"),
        (
            lambda rng: train_validation_test_split(9, validation=1.0, rng=rng),
            r"validation must be in \(0, 1\), got 1\.0",
        ),
        (
            lambda rng: train_validation_test_split(9, test=0.0, rng=rng),
            r"test must be in \(0, 1\), got 0\.0",
        ),
        (
            lambda rng: train_validation_test_split(9, test=0.8, rng=rng),
            r"leave each part a sample, got shares 0\.2 and 0\.8 of 9 samples",
        ),
        (
            lambda rng: train_validation_test_split(9, validation=0.01, rng=rng),
            r"validation and test must leave each part a sample, got shares 0\.01 and 0\.2 of 9",
        ),
        (
            lambda rng: train_validation_test_split(9, test=0.01, rng=rng),
            r"leave each part a sample, got shares 0\.2 and 0\.01 of 9 samples",
        ),
        (lambda rng: kfold(5, 6), "n_splits must be an integer from 2 to 5, got 6"),
        (lambda rng: kfold(5, 1), "n_splits must be an integer from 2 to 5, got 1"),
        (lambda rng: kfold(1, 1), "n must be an integer >= 2, got 1"),
        (lambda rng: kfold(5, 2, rng=0), "rng must be a numpy.random.Generator"),
    ],
)
def test_splits_refuse_bad_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call(np.random.default_rng(0))


@pytest.mark.parametrize(
    ("f", "loss", "message"),
    [
        (lambda X: X, None, r"f\(X\) must have shape \(11,\), got \(11, 2\)"),
        (lambda X: 0.0, None, r"f\(X\) must have shape \(11,\), got \(\)"),
        (lambda X: X[:, 0] * np.inf, None, r"f\(X\) must be finite"),
        (
            lambda X: X[:, 0],
            lambda y, p: 0.5,
            r"loss\(y, y_hat\) must have shape \(11,\), got \(\)",
        ),
        (lambda X: X[:, 0], lambda y, p: y - np.nan, r"loss\(y, y_hat\) must be finite, got nan"),
    ],
)
def test_predictions_and_losses_are_never_broadcast(f, loss, message):
    X, y = regression()
    with pytest.raises(ValueError, match=message):
        prediction_error(f, X, y, **({} if loss is None else {"loss": loss}))
    with pytest.raises(ValueError, match=r"y must have shape \(11,\), got \(11, 1\)"):
        prediction_error(f, X, y[:, None])
    with pytest.raises(ValueError, match=r"y must have shape \(11,\), got \(11, 1\)"):
        cross_validate(fit_mean, X, y[:, None], kfold(11, 2))


def test_overflow_of_the_mean_is_an_error():
    huge = lambda y, p: np.full(len(y), 1.7e308)  # noqa: E731
    X, y = regression()
    with pytest.raises(FloatingPointError, match="overflow"):
        prediction_error(lambda X: X[:, 0], X, y, loss=huge)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: predict_without([], [[1.0]], [1.0], [1.0]), "^fold must not be empty"),
        (
            lambda: predict_without([5], [[1.0]], [1.0], [1.0]),
            "^fold must hold integers from 0 to 0",
        ),
        (
            lambda: predict_without([0], [[1.0], [2.0]], [1.0, 2.0], [1.0, 2.0]),
            r"^x must have shape",
        ),
        (lambda: predict_without([0], [[1.0], [2.0]], [1.0, 2.0], [[1.0]]), r"^x must have shape"),
    ],
)
def test_new_samples_and_losses_of_another_shape_are_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_fit_that_returns_no_predictor_is_named():
    with pytest.raises(ValueError, match=r"^fit\(X, y\) must be callable, got 3$"):
        cross_validate(lambda X, y: 3, np.ones((4, 1)), np.arange(4), kfold(4, 2))
