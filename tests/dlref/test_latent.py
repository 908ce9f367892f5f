"""Codes against the eigenvectors of the covariance, and autoencoders against codes."""

from pathlib import Path

import numpy as np
import pytest
import scipy.linalg
import scipy.spatial

import dlref
from dlref.init import xavier_normal
from dlref.latent import (
    Autoencoder,
    LinearAutoencoder,
    interpolate,
    nearest_neighbor,
    pca,
    pca_decode,
    pca_encode,
    reconstruction_loss,
)
from dlref.modules import Tanh
from dlref.optim import SGD, minibatches, train

rng = np.random.default_rng(0)
X = rng.standard_normal((30, 5)) @ np.diag([3, 2, 1.5, 1, 0.5]) @ rng.standard_normal((5, 5)) + 7
CENTRED = X - X.mean(axis=0)


@pytest.fixture(scope="module")
def digits():
    with np.load(Path(dlref.__file__).parent / "data" / "digits.npz") as file:
        return file["images"].reshape(-1, 64) / 16


def test_components_are_the_top_eigenvectors_of_the_covariance_up_to_sign():
    values, vectors = scipy.linalg.eigh(CENTRED.T @ CENTRED)
    code = pca(X, 3)
    np.testing.assert_allclose(code.singular_values**2, values[::-1], rtol=1e-10)
    alignment = np.abs((code.components * vectors[:, ::-1][:, :3]).sum(axis=0))
    np.testing.assert_allclose(alignment, 1, rtol=1e-10)
    np.testing.assert_allclose(code.components.T @ code.components, np.eye(3), atol=1e-14)
    np.testing.assert_allclose(code.mean, X.mean(axis=0))


def test_sign_of_each_component_makes_its_largest_entry_positive():
    for data in (X, -X, X[::-1]):
        V = pca(data, 4).components
        assert (V[np.abs(V).argmax(axis=0), np.arange(4)] > 0).all()
    np.testing.assert_allclose(pca(X, 4).components, pca(-X, 4).components, rtol=1e-9)


@pytest.mark.parametrize("k", [1, 2, 5])
def test_reconstruction_error_is_the_sum_of_the_squares_of_the_other_singular_values(k):
    code = pca(X, k)
    loss = ((X - code.decode(code.encode(X))) ** 2).sum()
    assert loss == pytest.approx((code.singular_values[k:] ** 2).sum(), rel=1e-11, abs=1e-20)


def test_every_other_orthonormal_basis_loses_more_by_the_amount_of_the_certificate():
    k, (_, s, Vt) = 2, np.linalg.svd(CENTRED)
    code = pca(X, k)
    best = ((X - code.decode(code.encode(X))) ** 2).sum()
    for _ in range(50):
        Q = np.linalg.qr(rng.standard_normal((5, k)))[0]
        loss = ((CENTRED - CENTRED @ Q @ Q.T) ** 2).sum()
        c = ((Q.T @ Vt.T) ** 2).sum(axis=0)
        gap = ((s[:k] ** 2 - s[k - 1] ** 2) * (1 - c[:k])).sum()
        gap += ((s[k - 1] ** 2 - s[k:] ** 2) * c[k:]).sum()
        assert gap > 0
        assert loss - best == pytest.approx(gap, rel=1e-9)


def test_encode_and_decode_are_the_formulas_and_inverse_on_the_subspace():
    code = pca(X, 2)
    x, z = X[3], rng.standard_normal(2)
    np.testing.assert_allclose(code.encode(x), code.components.T @ (x - code.mean), rtol=1e-13)
    np.testing.assert_allclose(code.decode(z), code.components @ z + code.mean, rtol=1e-13)
    np.testing.assert_allclose(code.encode(code.decode(z)), z, rtol=1e-12)
    np.testing.assert_allclose(code.encode(X)[3], code.encode(x), rtol=1e-12)


def test_codes_are_uncorrelated_and_centred():
    Z = pca(X, 3).encode(X)
    np.testing.assert_allclose(Z.mean(axis=0), 0, atol=1e-13)
    gram = Z.T @ Z
    np.testing.assert_allclose(gram, np.diag(np.diag(gram)), atol=1e-10)


def test_float32_data_give_float32_codes():
    code = pca(X.astype(np.float32), 2)
    assert code.encode(X.astype(np.float32)).dtype == code.components.dtype == np.float32


def test_a_trained_linear_autoencoder_reaches_the_loss_and_the_subspace_of_pca():
    U, _, Vt = np.linalg.svd(CENTRED, full_matrices=False)
    data = np.sqrt(30) * U @ np.diag([2, 1.8, 1, 0.8, 0.7]) @ Vt
    model = LinearAutoencoder(5, 2, rng=np.random.default_rng(0))
    all_samples = [np.arange(30)]
    train(lambda b: model.loss(data[b]), SGD(model.parameters(), lr=0.1), all_samples * 1500)
    code = pca(data, 2)
    optimum = (code.singular_values[2:] ** 2).sum() / (2 * 30)
    assert model.loss(data).item() == pytest.approx(optimum, rel=1e-9)
    basis = scipy.linalg.orth(model.decoder.layers[0].weight.data)
    np.testing.assert_allclose(basis @ basis.T, code.components @ code.components.T, atol=1e-6)


def test_both_halves_of_an_autoencoder_have_its_activation_and_its_initial_weights():
    model = Autoencoder([5, 3, 2], rng=np.random.default_rng(0))
    twin = np.random.default_rng(0)
    for half, (a, b, c) in ((model.encoder, (5, 3, 2)), (model.decoder, (2, 3, 5))):
        first, activation, second = half.layers
        assert type(activation) is Tanh
        np.testing.assert_array_equal(first.weight.data, xavier_normal(a, b, rng=twin))
        np.testing.assert_array_equal(second.weight.data, xavier_normal(b, c, rng=twin))


def test_loss_is_half_the_mean_squared_distance():
    model = Autoencoder([5, 3, 2], rng=rng)
    distance = np.linalg.norm(X - model.decode(model.encode(X)), axis=1)
    assert model.loss(X).item() == pytest.approx((distance**2).mean() / 2, rel=1e-13)


def test_a_nonlinear_autoencoder_codes_a_circle_of_which_pca_loses_half():
    angle = np.linspace(-2.5, 2.5, 64)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    model = Autoencoder([2, 16, 1], rng=np.random.default_rng(0))
    all_samples = [np.arange(64)]
    train(lambda b: model.loss(circle[b]), SGD(model.parameters(), lr=0.1), all_samples * 3000)
    lost_by_pca = (pca(circle, 1).singular_values[1:] ** 2).sum() / (2 * 64)
    assert model.loss(circle).item() < lost_by_pca / 10


def test_an_autoencoder_trained_on_digits_halves_the_loss_of_the_mean_digit(digits):
    model = Autoencoder([64, 32, 8], rng=np.random.default_rng(0))
    data = digits[:500] - digits[:500].mean(axis=0)
    generator = np.random.default_rng(1)
    batches = [b for _ in range(30) for b in minibatches(500, 50, rng=generator)]
    train(lambda b: model.loss(data[b]), SGD(model.parameters(), lr=0.1), batches)
    assert model.loss(data).item() < (data**2).sum() / (2 * 500) / 2


@pytest.mark.parametrize("name", ["pca", "autoencoder"])
def test_interpolation_between_two_digits_starts_and_ends_at_their_reconstructions(digits, name):
    model = pca(digits, 8) if name == "pca" else Autoencoder([64, 16, 8], rng=rng)
    a, b = digits[0], digits[1]
    path = interpolate(model, a, b, steps=5)
    assert path.shape == (5, 64)
    np.testing.assert_allclose(path[0], model.decode(model.encode(a)), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(path[-1], model.decode(model.encode(b)), rtol=1e-10, atol=1e-12)
    middle = model.decode((model.encode(a) + model.encode(b)) / 2)
    np.testing.assert_allclose(path[2], middle, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda: pca(X, 6), "k must be an integer from 1 to 5, got 6"),
        (lambda: pca(X, 0), "k must be an integer from 1 to 5, got 0"),
        (lambda: pca(X[0], 1), r"X must have 2 axes, got shape \(5,\)"),
        (lambda: pca(X * np.nan, 1), "X must be finite, got nan"),
        (lambda: pca_encode(X[:, :4], np.ones(5), np.eye(5)), r"x must have shape .*got \(30, 4\)"),
        (lambda: pca_encode(X, np.ones((5, 1)), np.eye(5)), r"mean must have shape \(5,\)"),
        (lambda: pca_decode(np.ones(3), np.ones(5), np.eye(5)[:, :2]), r"\(2,\) or \(n, 2\), got"),
        (lambda: interpolate(pca(X, 1), X[0], X[1], steps=1), "steps must be an integer >= 2"),
        (lambda: interpolate(pca(X, 1), X, X, steps=30), r"^a must have 1 axes, got shape \(30, 5"),
        (lambda: interpolate(pca(X, 1), X[0], X[1, :4], steps=3), r"b must have shape \(5,\)"),
        (lambda: Autoencoder([5], rng=rng), "an input and an output width"),
        (lambda: LinearAutoencoder(5, 0, rng=rng), "k must be an integer >= 1, got 0"),
        (lambda: Autoencoder([5, 2], rng=rng).loss(X[0]), "^X must have 2 axes"),
        (lambda: Autoencoder([5, 2], rng=rng).encode(["a"]), "^x must hold real numbers"),
        (lambda: Autoencoder([5, 2], rng=rng).decode(["a"]), "^z must hold real numbers"),
        (lambda: Autoencoder([5, 2], rng=rng).encode(X[0, :4]), r"got \(4,\), \(2, 5\), \(2,\)"),
    ],
)
def test_error_names_the_wanted_and_the_given(f, message):
    with pytest.raises(ValueError, match=message):
        f()


def test_pca_takes_float16_as_the_other_solvers_do():
    half = X.astype(np.float16)
    code, wide = pca(half, 2), pca(half.astype(np.float64), 2)
    assert {part.dtype for part in code} == {np.dtype(np.float16)}
    np.testing.assert_allclose(np.abs(code.components), np.abs(wide.components), atol=1e-3)


def test_singular_values_beyond_the_range_of_floats_are_an_overflow():
    with pytest.raises(FloatingPointError, match="overflow"):
        pca(1e308 * np.array([[1.0, 1.0], [-1.0, -1.0]]), 1)


@pytest.mark.parametrize("way", ["encode", "decode"])
def test_codes_beyond_the_range_of_floats_are_an_overflow(way):
    model = Autoencoder([2, 2], rng=rng, init=lambda fan_in, fan_out, rng: np.full((2, 2), 2.0))
    with pytest.raises(FloatingPointError, match=r"^overflow"):
        getattr(model, way)([1e308, 1e308])


@pytest.mark.parametrize("k", [1, 3])
def test_reconstruction_loss_is_that_of_the_singular_values_left_out_and_of_the_model(k):
    code = pca(X, k)
    left_out = (code.singular_values[k:] ** 2).sum() / (2 * len(X))
    assert reconstruction_loss(X, code.decode(code.encode(X))) == pytest.approx(left_out)
    model = Autoencoder([5, k], rng=rng)
    rebuilt = model.decode(model.encode(X))
    assert reconstruction_loss(X, rebuilt) == pytest.approx(model.loss(X).item())


def test_reconstruction_loss_compares_as_many_samples_as_there_are():
    with pytest.raises(ValueError, match=r"^X_hat must have shape \(30, 5\), got \(29, 5\)"):
        reconstruction_loss(X, X[1:])


def test_nearest_neighbor_is_the_one_that_a_tree_of_distances_finds():
    X, X_new = rng.standard_normal((50, 3)), rng.standard_normal((20, 3))
    labels = rng.integers(0, 9, 50)
    nearest = scipy.spatial.KDTree(X).query(X_new)[1]
    np.testing.assert_array_equal(nearest_neighbor(X, labels, X_new), labels[nearest])


def test_of_equally_near_neighbors_the_first_counts():
    assert nearest_neighbor([[0.0], [2.0]], [5, 6], [[1.0]]).tolist() == [5]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[0.0]], [0, 1], [[1.0]]), r"labels must have shape \(1,\), got \(2,\)"),
        (([[0.0]], [0], [[1.0, 2.0]]), r"X_new must have shape \(m, 1\), got \(1, 2\)"),
    ],
)
def test_nearest_neighbor_refuses_shapes_that_do_not_fit(arguments, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        nearest_neighbor(*arguments)
