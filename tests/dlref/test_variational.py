"""Normal codes against quadrature and SciPy, the VAE against probabilistic PCA."""

from itertools import product

import numpy as np
import pytest
import scipy.integrate
import scipy.stats

from dlref import Tensor, interpolate, numerical_gradient
from dlref.init import xavier_normal
from dlref.modules import Tanh
from dlref.optim import Adam, train
from dlref.variational import VAE, gaussian_kl, reparameterize, vae_loss

rng = np.random.default_rng(0)
MU, RHO = rng.standard_normal((2, 4, 3))
X = rng.standard_normal((4, 5))


def divergence_by_quadrature(mu, rho):
    law, standard = scipy.stats.norm(mu, np.exp(rho / 2)), scipy.stats.norm()

    def integrand(z):
        return law.pdf(z) * (law.logpdf(z) - standard.logpdf(z))

    return scipy.integrate.quad(integrand, *law.interval(1 - 1e-15))[0]


def test_gaussian_kl_is_the_integral_of_the_density_times_the_log_ratio():
    each = np.vectorize(divergence_by_quadrature)(MU, RHO)
    np.testing.assert_allclose(gaussian_kl(MU, RHO), np.sum(each, axis=1), rtol=1e-9)
    np.testing.assert_allclose(gaussian_kl(MU[..., None], RHO[..., None]), each, rtol=1e-9)


def test_gaussian_kl_is_zero_for_the_standard_normal_only_and_exact_close_to_it():
    assert gaussian_kl([0.0, 0.0], [0.0, 0.0]) == 0
    assert gaussian_kl([0.0], [1e-7]) == pytest.approx(1e-14 / 4, rel=1e-6, abs=0)  # Taylor


def test_reparameterized_noise_has_the_quantiles_of_the_normal_law():
    shares = rng.random(MU.shape)
    expected = scipy.stats.norm.ppf(shares, MU, np.sqrt(np.exp(RHO)))
    drawn = reparameterize(MU, RHO, scipy.stats.norm.ppf(shares))
    np.testing.assert_allclose(drawn, expected, rtol=1e-10)


def test_vae_loss_is_the_negative_bound_but_for_what_does_not_depend_on_the_networks():
    X_hat, scale = rng.standard_normal(X.shape), 0.3
    likelihoods = scipy.stats.norm.logpdf(X, X_hat, scale).sum(axis=1)
    constant = 5 * np.log(scale) + 5 / 2 * np.log(2 * np.pi)
    each = -likelihoods - constant + gaussian_kl(MU, RHO)
    assert vae_loss(X, X_hat, MU, RHO, scale) == pytest.approx(each.mean(), rel=1e-12)
    assert vae_loss(X[1], X_hat[1], MU[1], RHO[1], scale) == pytest.approx(each[1], rel=1e-12)


def test_loss_of_the_model_is_that_of_its_parts_with_the_noise_that_is_given():
    model = VAE(5, 3, hidden=[6, 4], scale=0.5, rng=np.random.default_rng(0))
    noise = rng.standard_normal((4, 3))
    mu, rho = model.posterior(X)
    rebuilt = model.decode(reparameterize(mu, rho, noise))
    expected = vae_loss(X, rebuilt, mu, rho, 0.5)
    assert model.loss(X, noise).item() == pytest.approx(expected, rel=1e-12)


def test_gradient_of_the_loss_is_that_of_differences_for_every_parameter():
    model = VAE(5, 2, hidden=[3], scale=0.5, rng=np.random.default_rng(0))
    noise = rng.standard_normal((4, 2))
    model.loss(X, noise).backward()
    for parameter in model.parameters():
        value, gradient = parameter.data, parameter.grad

        def loss(w, parameter=parameter):
            parameter.data = w
            return model.loss(X, noise).item()

        differences = numerical_gradient(loss, value)
        np.testing.assert_allclose(gradient, differences, rtol=1e-6, atol=1e-7)
        parameter.data = value


def linear_vae_at_the_optimum(data, k, scale):
    """Return the linear VAE that Tipping and Bishop's maximum likelihood solution makes."""
    mean = data.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(data.T, bias=True))
    lam, U = values[::-1][:k], vectors[:, ::-1][:, :k]
    W = U * np.sqrt(lam - scale**2)
    model = VAE(data.shape[1], k, hidden=[], scale=scale, rng=rng)
    (encoder,), (decoder,) = model.encoder.layers, model.decoder.layers
    to_mean = W.T / lam[:, None]
    encoder.weight.data = np.vstack([to_mean, np.zeros_like(to_mean)])
    encoder.bias.data = np.concatenate([-to_mean @ mean, np.log(scale**2 / lam)])
    decoder.weight.data, decoder.bias.data = W, mean
    return model, scipy.stats.multivariate_normal(mean, W @ W.T + scale**2 * np.eye(len(mean)))


def test_a_linear_vae_at_the_optimum_of_probabilistic_pca_has_a_tight_bound_and_no_gradient():
    k, scale = 2, 0.7
    data = rng.standard_normal((30, 5)) @ np.diag([3, 2, 1, 0.5, 0.4]) + 1
    model, marginal = linear_vae_at_the_optimum(data, k, scale)
    # Noise of all signs has the means and the covariance of the normal one: enough if all is linear
    losses = [model.loss(data, np.tile(signs, (30, 1))) for signs in product((-1, 1), repeat=k)]
    loss = sum(losses[1:], losses[0]) / 2**k
    constant = 5 * np.log(scale) + 5 / 2 * np.log(2 * np.pi)
    assert loss.item() + constant == pytest.approx(-marginal.logpdf(data).mean(), rel=1e-12)
    loss.backward()
    for parameter in model.parameters():
        np.testing.assert_allclose(parameter.grad, 0, atol=1e-12)


def test_encode_gives_the_means_and_the_model_what_they_decode_to():
    model = VAE(5, 3, hidden=[6], scale=0.5, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(model.encode(X), model.posterior(X)[0])
    np.testing.assert_allclose(model.encode(X[1]), model.encode(X)[1], rtol=1e-12)
    np.testing.assert_array_equal(model(X).data, model.decode(model.encode(X)))
    path = interpolate(model, X[0], X[1], steps=3)
    middle = model.decode((model.encode(X[0]) + model.encode(X[1])) / 2)
    np.testing.assert_allclose(path[1], middle, rtol=1e-12)


def test_samples_are_decoded_from_standard_normal_codes_of_the_generator():
    model = VAE(5, 3, hidden=[6], scale=0.5, rng=np.random.default_rng(0))
    codes = np.random.default_rng(7).standard_normal((9, 3))
    drawn = model.sample(9, rng=np.random.default_rng(7))
    np.testing.assert_array_equal(drawn, model.decode(codes))


def test_encoder_and_decoder_are_mirror_images_but_for_twice_the_code():
    model, twin = (
        VAE(5, 3, hidden=[6, 4], scale=0.5, rng=np.random.default_rng(0)),
        np.random.default_rng(0),
    )
    for half, sizes in ((model.encoder, (5, 6, 4, 6)), (model.decoder, (3, 4, 6, 5))):
        first, second, third = half.layers[::2]
        assert all(type(layer) is Tanh for layer in half.layers[1::2])
        for layer, fan_in, fan_out in zip(
            (first, second, third), sizes[:-1], sizes[1:], strict=True
        ):
            drawn = xavier_normal(fan_in, fan_out, rng=twin)
            np.testing.assert_array_equal(layer.weight.data, drawn)


@pytest.mark.parametrize(("scale", "collapsed"), [(0.3, False), (3.0, True)])
def test_codes_collapse_where_the_decoder_may_miss_by_more_than_the_data_vary(scale, collapsed):
    data = np.random.default_rng(0).standard_normal((64, 1)) @ [[1.0, -1.0, 0.5]]
    generator = np.random.default_rng(1)
    model = VAE(3, 1, hidden=[8], scale=scale, rng=generator)
    train(
        lambda batch: model.loss(data[batch], generator.standard_normal((64, 1))),
        Adam(model.parameters(), lr=0.02),
        [np.arange(64)] * 300,
    )
    divergence = gaussian_kl(*model.posterior(data)).mean()
    assert (divergence < 0.01) == collapsed
    assert collapsed or divergence > 0.5


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda: gaussian_kl(1.0, 1.0), r"^mu must have one axis at least, got shape \(\)"),
        (lambda: gaussian_kl(MU, RHO[0]), r"^log_var must have shape \(4, 3\), got \(3,\)"),
        (lambda: reparameterize(MU, RHO, [1.0]), r"^noise must have shape \(4, 3\), got \(1,\)"),
        (lambda: vae_loss(X, X[0], MU, RHO, 1.0), r"^x_hat must have shape \(4, 5\), got \(5,\)"),
        (lambda: vae_loss(X, X, MU[:1], RHO, 1.0), r"^mu must have shape \(4, k\), got \(1, 3\)"),
        (lambda: vae_loss(X, X, MU, RHO[:, :1], 1.0), r"^log_var must have shape \(4, 3\), got"),
        (lambda: vae_loss(X, X, MU, RHO, 0.0), r"^scale must be > 0, got 0"),
        (lambda: VAE(5, 3, hidden=8, scale=1.0, rng=rng), "^hidden must be a sequence of widths"),
        (lambda: VAE(5, 3, hidden=[8, 0], scale=1.0, rng=rng), r"^hidden\[1\] must be an integer"),
        (lambda: VAE(5, 0, hidden=[], scale=1.0, rng=rng), "^k must be an integer >= 1, got 0"),
        (lambda: VAE(5, 3, hidden=[], scale=-1.0, rng=rng), "^scale must be > 0, got -1"),
        (
            lambda: VAE(5, 3, hidden=[], scale=1.0, rng=rng).loss(X, MU[:1]),
            r"^noise must have shape \(4, 3\), got \(1, 3\)",
        ),
        (lambda: VAE(5, 3, hidden=[], scale=1.0, rng=rng).loss(X[0], MU), "^X must have 2 axes"),
        (lambda: VAE(5, 3, hidden=[], scale=1.0, rng=rng).sample(3, rng=0), "^rng must be"),
        (lambda: VAE(5, 3, hidden=[], scale=1.0, rng=rng).sample(0, rng=rng), "^n must be an int"),
        (lambda: VAE(5, 3, hidden=[], scale=1.0, rng=rng).decode(["a"]), "^z must hold real numb"),
    ],
)
def test_error_names_the_wanted_and_the_given(f, message):
    with pytest.raises(ValueError, match=message):
        f()


@pytest.mark.parametrize(
    "f",
    [
        lambda: gaussian_kl([0.0], [1000.0]),
        lambda: reparameterize([0.0], [2000.0], [1.0]),
        lambda: vae_loss([1e200], [0.0], [0.0], [0.0], 1.0),
    ],
)
def test_what_leaves_the_range_of_floats_is_an_overflow(f):
    with pytest.raises(FloatingPointError, match=r"^overflow"):
        f()


def test_the_gradient_reaches_the_encoder_through_the_draw():
    model = VAE(5, 3, hidden=[6], scale=0.5, rng=np.random.default_rng(0))
    loss = model.loss(X, rng.standard_normal((4, 3)))
    assert isinstance(loss, Tensor)
    loss.backward()
    assert all(np.abs(p.grad).max() > 0 for p in model.encoder.parameters())
