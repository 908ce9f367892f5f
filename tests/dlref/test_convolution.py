"""Convolution against SciPy, matrices, central differences, and places counted one by one."""

import itertools

import numpy as np
import pytest
import scipy.linalg
import scipy.signal

import dlref
from dlref import Conv2d, Tensor

rng = np.random.default_rng(0)
IMAGE, KERNELS, BIAS = (
    rng.standard_normal((2, 6, 5)),
    rng.standard_normal((3, 2, 3, 2)),
    rng.standard_normal(3),
)


def correlate(X, K):
    """Return the maps of all output channels, by SciPy, a pair of channels at a time."""
    return np.array([
        sum(scipy.signal.correlate(x, k, "valid") for x, k in zip(X, kernels, strict=True))
        for kernels in K
    ])  # fmt: skip


def test_output_size_counts_the_places_of_the_kernel():
    for n, k, p, s in itertools.product(range(1, 13), range(1, 6), range(3), range(1, 5)):
        places = len(range(0, n + 2 * p - k + 1, s))
        if places:
            assert dlref.output_size(n, k, padding=p, stride=s) == places
        else:
            with pytest.raises(ValueError, match=f"fit into {n + 2 * p} places, got one of .* {k}"):
                dlref.output_size(n, k, padding=p, stride=s)


def test_pad_puts_zeros_on_both_sides_or_on_all_four():
    np.testing.assert_array_equal(dlref.pad([1.0, 2.0], 2), [0, 0, 1, 2, 0, 0])
    padded = dlref.pad(IMAGE, 1)
    assert padded.shape == (2, 8, 7)
    np.testing.assert_array_equal(padded[:, 1:-1, 1:-1], IMAGE)
    assert np.abs(padded).sum() == pytest.approx(np.abs(IMAGE).sum())


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_conv1d_is_scipys_correlation_at_every_few_places(stride):
    x, w = rng.standard_normal(9), rng.standard_normal(4)
    expected = scipy.signal.correlate(x, w, "valid")[::stride]
    np.testing.assert_allclose(dlref.conv1d(x, w, stride=stride), expected, rtol=1e-12)


def test_conv_matrix_is_toeplitz_and_multiplies_as_conv1d():
    x, w = rng.standard_normal(7), rng.standard_normal(3)
    T = dlref.conv_matrix(w, 7)
    column, row = np.r_[w[0], np.zeros(4)], np.r_[w, np.zeros(4)]
    np.testing.assert_array_equal(T, scipy.linalg.toeplitz(column, row))
    np.testing.assert_allclose(T @ x, dlref.conv1d(x, w), rtol=1e-12)


def test_a_shift_of_the_input_shifts_the_output():
    x, w = rng.standard_normal(20), rng.standard_normal(4)
    for shift in range(1, 10):
        moved = dlref.conv1d(np.r_[rng.standard_normal(shift), x], w)
        np.testing.assert_allclose(moved[shift:], dlref.conv1d(x, w), rtol=1e-12)


def test_conv2d_of_one_channel_is_scipys_correlation():
    X, K = IMAGE[0], KERNELS[0, 0]
    np.testing.assert_allclose(
        dlref.conv2d(X, K), scipy.signal.correlate(X, K, "valid"), rtol=1e-12
    )


@pytest.mark.parametrize(("padding", "stride"), [(0, 1), (2, 1), (0, 2), (1, 3)])
def test_conv2d_adds_up_channels_biases_padding_and_stride(padding, stride):
    padded = np.pad(IMAGE, [(0, 0), (padding, padding), (padding, padding)])
    expected = correlate(padded, KERNELS)[:, ::stride, ::stride] + BIAS[:, None, None]
    Y = dlref.conv2d(IMAGE, KERNELS, BIAS, padding=padding, stride=stride)
    np.testing.assert_allclose(Y, expected, rtol=1e-11, atol=1e-13)
    without = dlref.conv2d(IMAGE, KERNELS, padding=padding, stride=stride)
    np.testing.assert_allclose(without, Y - BIAS[:, None, None], rtol=1e-11, atol=1e-13)


def test_gradients_of_conv2d_equal_central_differences():
    G = rng.standard_normal((3, 4, 4))
    gradients = dlref.conv2d_gradients(IMAGE, KERNELS, G)
    for name, measured in [
        ("X", dlref.numerical_gradient(lambda X: (G * dlref.conv2d(X, KERNELS)).sum(), IMAGE)),
        ("K", dlref.numerical_gradient(lambda K: (G * dlref.conv2d(IMAGE, K)).sum(), KERNELS)),
    ]:
        np.testing.assert_allclose(getattr(gradients, name), measured, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(gradients.b, G.sum(axis=(1, 2)), rtol=1e-12)


def test_gradients_without_channels_are_those_with_one():
    X, K, G = IMAGE[0], KERNELS[0, 0], rng.standard_normal((4, 4))
    plain = dlref.conv2d_gradients(X, K, G)
    full = dlref.conv2d_gradients(X[None], K[None, None], G[None])
    np.testing.assert_array_equal(plain.X, full.X[0])
    np.testing.assert_array_equal(plain.K, full.K[0, 0])


@pytest.mark.parametrize("k", [1, 2, 3])
def test_pools_take_the_largest_and_the_mean_of_each_cell_and_leave_out_the_rest(k):
    rows, columns = 6 // k, 5 // k
    cells = np.array([
        [[image[r * k : r * k + k, c * k : c * k + k] for c in range(columns)] for r in range(rows)]
        for image in IMAGE
    ])  # fmt: skip
    np.testing.assert_array_equal(dlref.max_pool(IMAGE, k), cells.max(axis=(-2, -1)))
    np.testing.assert_allclose(dlref.average_pool(IMAGE, k), cells.mean(axis=(-2, -1)), rtol=1e-12)
    x = IMAGE[0, 0]
    expected = [x[at : at + k].max() for at in range(0, len(x) - k + 1, k)]
    np.testing.assert_array_equal(dlref.max_pool1d(x, k), expected)


@pytest.mark.parametrize(("padding", "stride"), [(0, 1), (1, 1), (0, 2), (2, 3)])
def test_the_layer_equals_conv2d_of_each_image_and_learns_by_central_differences(padding, stride):
    layer = Conv2d(2, 3, 2, padding=padding, stride=stride, rng=rng)
    layer.bias.data = BIAS
    X, K = rng.standard_normal((4, 2, 6, 5)), layer.weight.data

    def by_formula(X, K):
        return np.array([
            dlref.conv2d(image, K, BIAS, padding=padding, stride=stride) for image in X
        ])  # fmt: skip

    x = Tensor(X, requires_grad=True)
    y = layer(x)
    np.testing.assert_allclose(y.data, by_formula(X, K), rtol=1e-11, atol=1e-13)
    G = rng.standard_normal(y.shape)
    (y * G).sum().backward()
    for gradient, measured in [
        (x.grad, dlref.numerical_gradient(lambda X: (G * by_formula(X, K)).sum(), X)),
        (layer.weight.grad, dlref.numerical_gradient(lambda K: (G * by_formula(X, K)).sum(), K)),
    ]:
        np.testing.assert_allclose(gradient, measured, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(layer.bias.grad, G.sum(axis=(0, 2, 3)), rtol=1e-12)


def test_the_layer_starts_with_he_kernels_of_the_twin_generator_and_no_bias():
    layer = Conv2d(2, 5, 3, rng=np.random.default_rng(1))
    twin = np.random.default_rng(1)
    expected = np.sqrt(2 / 18) * twin.standard_normal((5, 18))
    np.testing.assert_allclose(layer.weight.data.reshape(5, 18), expected, rtol=1e-14)
    assert not layer.bias.data.any()


def test_kernels_that_are_too_large_and_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="fit into 3 places, got one of length 4"):
        dlref.conv1d(np.ones(3), np.ones(4))
    with pytest.raises(ValueError, match="fit into 5 places, got one of length 6"):
        dlref.conv2d(IMAGE[0], np.ones((2, 6)))
    with pytest.raises(ValueError, match=r"got \(2, 6, 5\) and \(3, 1, 3, 2\)"):
        dlref.conv2d(IMAGE, KERNELS[:, :1])
    with pytest.raises(ValueError, match=r"b must be left out"):
        dlref.conv2d(IMAGE[0], KERNELS[0, 0], [1.0])
    with pytest.raises(ValueError, match=r"G must have shape \(3, 4, 4\), got \(3, 4, 3\)"):
        dlref.conv2d_gradients(IMAGE, KERNELS, np.ones((3, 4, 3)))
    with pytest.raises(ValueError, match=r"x must have shape \(n, 1, h, w\), got \(3, 2, 6, 6\)"):
        Conv2d(1, 2, 3, rng=rng)(np.ones((3, 2, 6, 6)))
    with pytest.raises(
        ValueError, match=r"X must have shape \(n, n'\) or \(r, n, n'\), got \(3,\)"
    ):
        dlref.max_pool(np.ones(3), 2)


def test_functions_keep_float32():
    X, K, b = (part.astype(np.float32) for part in (IMAGE, KERNELS, BIAS))
    results = [
        dlref.pad(X, 1),
        dlref.conv2d(X, K, b),
        *dlref.conv2d_gradients(X, K, np.ones((3, 4, 4), np.float32)),
        dlref.conv1d(X[0, 0], K[0, 0, 0]),
        dlref.conv_matrix(K[0, 0, 0], 5),
        dlref.max_pool(X, 2),
        dlref.average_pool(X, 2),
        Conv2d(2, 3, 2, rng=rng, dtype=np.float32)(X[None]).data,
    ]
    assert {result.dtype for result in results} == {np.dtype(np.float32)}
