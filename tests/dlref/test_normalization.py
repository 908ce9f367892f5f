"""Normalisation against NumPy, central differences, and itself folded into a linear layer."""

import numpy as np
import pytest

import dlref
from dlref import BatchNorm, LayerNorm, RMSNorm, Tensor

rng = np.random.default_rng(0)
X, GAMMA, BETA = rng.normal(3, 2, (6, 4)), rng.standard_normal(4), rng.standard_normal(4)


def test_batch_norm_is_standardisation_of_columns_with_eps_below_the_root():
    expected = GAMMA * (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + 0.3) + BETA
    np.testing.assert_allclose(dlref.batch_norm(X, GAMMA, BETA, eps=0.3), expected, rtol=1e-13)
    plain = dlref.batch_norm(X, np.ones(4), np.zeros(4), eps=1e-300)
    np.testing.assert_allclose(plain, dlref.standardize(X)[0], rtol=1e-12)


def test_layer_norm_of_rows_is_batch_norm_of_columns():
    ones, zeros = np.ones(4), np.zeros(4)
    by_rows = dlref.layer_norm(X, ones, zeros, eps=0.3)
    by_columns = dlref.batch_norm(X.T, np.ones(6), np.zeros(6), eps=0.3).T
    np.testing.assert_allclose(by_rows, by_columns, rtol=1e-13)
    scaled = dlref.layer_norm(X, GAMMA, BETA, eps=0.3)
    np.testing.assert_allclose(scaled, GAMMA * by_rows + BETA, rtol=1e-13)
    np.testing.assert_allclose(dlref.layer_norm(X[0], GAMMA, BETA, eps=0.3), scaled[0], rtol=1e-13)


def test_rms_norm_has_root_mean_square_one_and_is_layer_norm_where_the_mean_is_zero():
    y = dlref.rms_norm(X, np.ones(4), eps=1e-300)
    np.testing.assert_allclose(np.mean(y**2, axis=1), 1, rtol=1e-13)
    centred = X - X.mean(axis=1, keepdims=True)
    by_layer = dlref.layer_norm(centred, GAMMA, np.zeros(4), eps=0.3)
    np.testing.assert_allclose(
        dlref.rms_norm(centred, GAMMA, eps=0.3), by_layer, rtol=1e-12, atol=1e-14
    )
    assert np.abs(dlref.rms_norm(X, GAMMA) - dlref.layer_norm(X, GAMMA, np.zeros(4))).max() > 0.1


def test_norm_gradient_equals_central_differences_row_by_row():
    G = rng.standard_normal(X.shape)
    ones, zeros = np.ones(4), np.zeros(4)
    measured = dlref.numerical_gradient(
        lambda x: (G * dlref.layer_norm(x, ones, zeros, eps=0.3)).sum(), X
    )
    np.testing.assert_allclose(dlref.norm_gradient(X, G, eps=0.3), measured, rtol=1e-6, atol=1e-8)


def test_running_average_goes_from_the_old_value_to_the_new_one():
    old, new = np.array([1.0, 2.0]), np.array([3.0, 10.0])
    np.testing.assert_array_equal(dlref.running_average(old, new, momentum=0.0), old)
    np.testing.assert_array_equal(dlref.running_average(old, new, momentum=1.0), new)
    np.testing.assert_allclose(dlref.running_average(old, new, momentum=0.25), [1.5, 4.0])


@pytest.mark.parametrize(
    ("layer", "f"),
    [
        (BatchNorm(4, eps=0.3), lambda x: dlref.batch_norm(x, GAMMA, BETA, eps=0.3)),
        (LayerNorm(4, eps=0.3), lambda x: dlref.layer_norm(x, GAMMA, BETA, eps=0.3)),
        (RMSNorm(4, eps=0.3), lambda x: dlref.rms_norm(x, GAMMA, eps=0.3)),
    ],
)
def test_a_layer_equals_its_formula_and_its_gradients_central_differences(layer, f):
    layer.weight.data = GAMMA
    if hasattr(layer, "bias"):
        layer.bias.data = BETA
    np.testing.assert_allclose(layer(X).data, f(X), rtol=1e-12)
    G, x = rng.standard_normal(X.shape), Tensor(X, requires_grad=True)
    (layer(x) * G).sum().backward()
    measured = dlref.numerical_gradient(lambda x: (G * f(x)).sum(), X)
    np.testing.assert_allclose(x.grad, measured, rtol=1e-6, atol=1e-8)


def test_the_backward_pass_of_batch_norm_is_norm_gradient_of_columns():
    G, x = rng.standard_normal(X.shape), Tensor(X, requires_grad=True)
    (BatchNorm(4)(x) * G).sum().backward()
    np.testing.assert_allclose(x.grad, dlref.norm_gradient(X.T, G.T).T, rtol=1e-9, atol=1e-12)


def test_batch_norm_keeps_running_mean_and_unbiased_variance_and_uses_them_at_inference():
    layer, mean, var = BatchNorm(4, momentum=0.25), np.zeros(4), np.ones(4)
    for batch in (X[:3], X[3:], X):
        layer(batch)
        mean = 0.75 * mean + 0.25 * batch.mean(axis=0)
        var = 0.75 * var + 0.25 * batch.var(axis=0, ddof=1)
    np.testing.assert_allclose(layer.running_mean, mean, rtol=1e-13)
    np.testing.assert_allclose(layer.running_var, var, rtol=1e-13)
    expected = (X - mean) / np.sqrt(var + 1e-5)
    np.testing.assert_allclose(layer.eval()(X).data, expected, rtol=1e-12)
    np.testing.assert_allclose(layer(X[:1]).data, expected[:1], rtol=1e-12)  # alone as well
    np.testing.assert_array_equal(layer.running_mean, dict(layer.named_buffers())["running_mean"])


def test_inference_does_not_move_the_running_averages():
    layer = BatchNorm(4).eval()
    layer(X)
    np.testing.assert_array_equal(layer.running_mean, 0)
    np.testing.assert_array_equal(layer.running_var, 1)


def test_at_inference_batch_norm_folds_into_the_linear_layer_before_it():
    linear, norm = dlref.Linear(4, 3, rng=rng), BatchNorm(3)
    norm.weight.data, norm.bias.data = rng.standard_normal(3), rng.standard_normal(3)
    norm(linear(X))
    model = dlref.Sequential(linear, norm).eval()
    factor = norm.weight.data / np.sqrt(norm.running_var + norm.eps)
    W = factor[:, None] * linear.weight.data
    b = factor * (linear.bias.data - norm.running_mean) + norm.bias.data
    np.testing.assert_allclose(model(X).data, dlref.linear(X, W, b), rtol=1e-12, atol=1e-12)


def test_state_of_batch_norm_is_loaded_with_its_buffers():
    old, new = BatchNorm(4), BatchNorm(4)
    old(X)
    new.load_state_dict(old.state_dict())
    assert list(old.state_dict()) == ["weight", "bias", "running_mean", "running_var"]
    np.testing.assert_array_equal(new.eval()(X).data, old.eval()(X).data)


def test_a_batch_of_one_in_training_is_refused_and_says_why():
    with pytest.raises(ValueError, match="two samples at least, since one does not differ"):
        BatchNorm(4)(X[:1])
    with pytest.raises(ValueError, match="two samples at least"):
        dlref.batch_norm(X[:1], GAMMA, BETA)


@pytest.mark.parametrize("layer", [BatchNorm(3), LayerNorm(3), RMSNorm(3)])
def test_another_number_of_features_is_refused(layer):
    with pytest.raises(ValueError, match=r"x must have shape \(.*3\), got \(6, 4\)"):
        layer(X)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_functions_keep_the_dtype(dtype):
    x, gamma = X.astype(dtype), GAMMA.astype(dtype)
    results = [
        dlref.batch_norm(x, gamma, gamma),
        dlref.layer_norm(x, gamma, gamma),
        dlref.rms_norm(x, gamma),
        dlref.norm_gradient(x, x),
        dlref.running_average(x, x),
    ]
    assert {result.dtype for result in results} == {np.dtype(dtype)}
