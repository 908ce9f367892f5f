"""Linear models, their choice, principal components and the loss against scikit-learn."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression, Perceptron, Ridge
from sklearn.metrics import (
    accuracy_score,
    log_loss,
    mean_absolute_error,
    mean_pinball_loss,
    mean_squared_error,
    root_mean_squared_error,
)
from sklearn.model_selection import KFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

import dlref
from dlref import (
    absolute_loss,
    accuracy,
    cross_entropy,
    cross_validate,
    fold_errors,
    kfold,
    least_squares,
    mean_loss,
    nearest_neighbor,
    pca,
    perceptron,
    polynomial_features,
    predict,
    quantile_loss,
    ridge,
    softmax,
    standardize,
)

rng = np.random.default_rng(0)
X = rng.standard_normal((40, 6)) @ rng.standard_normal((6, 6)) + 3
y = X @ rng.standard_normal(6) + rng.standard_normal(40) - 2


def test_least_squares_equals_linear_regression():
    w, b = least_squares(X, y)
    theirs = LinearRegression().fit(X, y)
    np.testing.assert_allclose(w, theirs.coef_, rtol=1e-9)
    assert b == pytest.approx(theirs.intercept_, rel=1e-9)


@pytest.mark.parametrize("lam", [1e-3, 0.1, 10.0])
def test_ridge_equals_scikit_learn_whose_alpha_is_n_times_lambda(lam):
    w, b = ridge(X, y, lam)
    theirs = Ridge(alpha=len(X) * lam).fit(X, y)
    np.testing.assert_allclose(w, theirs.coef_, rtol=1e-9)
    assert b == pytest.approx(theirs.intercept_, rel=1e-9)


@pytest.mark.parametrize(("n", "n_splits"), [(10, 5), (11, 4), (7, 7)])
def test_folds_in_order_equal_scikit_learn(n, n_splits):
    theirs = KFold(n_splits).split(np.zeros(n))
    for (train, validation), expected in zip(kfold(n, n_splits), theirs, strict=True):
        np.testing.assert_array_equal(train, expected[0])
        np.testing.assert_array_equal(validation, expected[1])


def test_cross_validation_of_ridge_equals_scikit_learn():
    folds, lam = kfold(40, 4, rng=np.random.default_rng(1)), 0.1

    def fit(X, y):
        w, b = ridge(X, y, lam)
        return lambda X: predict(X, w, b)

    theirs = cross_val_score(Ridge(30 * lam), X, y, cv=folds, scoring="neg_mean_squared_error")
    np.testing.assert_allclose(fold_errors(fit, X, y, folds), -theirs / 2, rtol=1e-9)
    assert cross_validate(fit, X, y, folds) == pytest.approx(-theirs.mean() / 2, rel=1e-9)


def test_polynomial_features_equal_scikit_learn_without_its_mixed_terms():
    theirs = PolynomialFeatures(3, include_bias=False).fit(X[:, :2])
    powers = theirs.powers_
    pure = np.flatnonzero((powers > 0).sum(axis=1) == 1)
    by_degree = sorted(pure, key=lambda k: (powers[k].sum(), powers[k].argmax()))
    expected = theirs.transform(X[:, :2])[:, by_degree]
    np.testing.assert_allclose(polynomial_features(X[:, :2], 3), expected, rtol=1e-13)


def test_the_perceptron_and_that_of_scikit_learn_both_separate_what_can_be_separated():
    signs = np.sign(X[:, 0] - 2 * X[:, 1] + 1)
    w, b = perceptron(X, signs, max_steps=100_000)
    theirs = Perceptron(tol=None, max_iter=10_000).fit(X, signs)
    np.testing.assert_array_equal(theirs.predict(X), signs)
    np.testing.assert_array_equal(np.sign(predict(X, w, b)), signs)


def test_standardize_equals_standard_scaler():
    theirs = StandardScaler().fit(X)
    Z, mean, std = standardize(X)
    np.testing.assert_allclose(Z, theirs.transform(X), rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(mean, theirs.mean_, rtol=1e-13)
    np.testing.assert_allclose(std, theirs.scale_, rtol=1e-12)


@pytest.mark.parametrize("k", [1, 3, 6])
def test_pca_equals_scikit_learn_signs_included(k):
    ours, theirs = pca(X, k), PCA(k, svd_solver="full").fit(X)
    np.testing.assert_allclose(ours.components.T, theirs.components_, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(ours.mean, theirs.mean_, rtol=1e-13)
    np.testing.assert_allclose(ours.singular_values[:k], theirs.singular_values_, rtol=1e-11)
    Z = theirs.transform(X)
    np.testing.assert_allclose(ours.encode(X), Z, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(ours.decode(Z), theirs.inverse_transform(Z), rtol=1e-9)


def test_cross_entropy_equals_log_loss():
    logits, labels = rng.standard_normal((20, 4)), np.arange(20) % 4
    expected = log_loss(labels, softmax(logits))
    assert cross_entropy(logits, labels) == pytest.approx(expected, rel=1e-12)


def test_accuracy_equals_accuracy_score_of_the_largest_outputs():
    outputs, labels = rng.standard_normal((20, 4)), np.arange(20) % 4
    assert accuracy(outputs, labels) == accuracy_score(labels, outputs.argmax(axis=1))


def test_losses_equal_scikit_learn_whose_mean_squared_error_is_twice_the_mean_loss():
    y_hat = y + rng.standard_normal(40)
    assert 2 * mean_loss(y, y_hat) == pytest.approx(mean_squared_error(y, y_hat), rel=1e-12)
    expected = root_mean_squared_error(y, y_hat)
    assert dlref.root_mean_squared_error(y, y_hat) == pytest.approx(expected, rel=1e-12)
    expected = mean_absolute_error(y, y_hat)
    assert mean_loss(y, y_hat, loss=absolute_loss) == pytest.approx(expected, rel=1e-12)
    expected = mean_pinball_loss(y, y_hat, alpha=0.3)
    assert quantile_loss(y, y_hat, q=0.3).mean() == pytest.approx(expected, rel=1e-12)


def test_nearest_neighbor_equals_the_classifier_of_one_neighbor():
    labels = rng.integers(0, 5, 30)
    theirs = KNeighborsClassifier(1).fit(X[:30], labels).predict(X[30:])
    np.testing.assert_array_equal(nearest_neighbor(X[:30], labels, X[30:]), theirs)
