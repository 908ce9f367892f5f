"""Principal components and the loss against scikit-learn."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.metrics import log_loss

from dlref import cross_entropy, pca, softmax

rng = np.random.default_rng(0)
X = rng.standard_normal((40, 6)) @ rng.standard_normal((6, 6)) + 3


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
