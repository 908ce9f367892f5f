"""Positional encodings against complex numbers, SciPy's rotations, and rows worked out by hand."""

import math

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

import dlref

rng = np.random.default_rng(0)


def test_the_first_rows_are_those_worked_out_by_hand():
    # d = 4: the frequencies are 1 and 1/100.
    expected = [
        [f(angle) for angle in (t, t / 100) for f in (math.sin, math.cos)] for t in range(3)
    ]
    np.testing.assert_allclose(dlref.sinusoidal_positions(3, 4), expected, rtol=1e-15)


def test_frequencies_fall_in_a_geometric_sequence_from_one_to_just_above_one_over_the_base():
    omega = dlref.frequencies(128, base=500.0)
    assert omega[0] == 1
    np.testing.assert_allclose(omega[1:] / omega[:-1], 500 ** (-2 / 128), rtol=1e-14)
    assert 1 / 500 < omega[-1] < 1.2 / 500


def test_products_of_codes_depend_on_the_distance_only():
    P = dlref.sinusoidal_positions(50, 16)
    products = P @ P.T
    for s in range(50):
        expected = np.cos(dlref.frequencies(16) * s).sum()
        np.testing.assert_allclose(np.diag(products, s), expected, atol=1e-12)


def test_a_pair_is_rotated_as_scipy_rotates_the_plane():
    x, theta = rng.standard_normal((5, 2)), rng.uniform(-7, 7, (5, 1))
    angles = np.column_stack([np.zeros((5, 2)), theta])
    expected = Rotation.from_rotvec(angles).apply(np.column_stack([x, np.zeros(5)]))
    np.testing.assert_allclose(dlref.rotate_pairs(x, theta), expected[:, :2], rtol=1e-12)


@pytest.mark.parametrize("base", [10000.0, 100.0])
def test_rope_is_complex_multiplication(base):
    X, t = rng.standard_normal((6, 8)), rng.integers(0, 1000, 6)
    turned = (X[:, ::2] + 1j * X[:, 1::2]) * np.exp(
        1j * np.outer(t, dlref.frequencies(8, base=base))
    )
    Y = dlref.rope(X, t, base=base)
    np.testing.assert_allclose(Y[:, ::2], turned.real, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(Y[:, 1::2], turned.imag, rtol=1e-10, atol=1e-12)


def test_scores_of_rotated_queries_and_keys_depend_on_the_distance_only():
    q, k = rng.standard_normal((2, 1, 8))
    scores = [dlref.rope(q, [s]) @ dlref.rope(k, [s + 4]).T for s in (0, 3, 500)]
    assert np.ptp(scores) < 1e-10


def test_rotations_keep_lengths_and_float32():
    x = rng.standard_normal((4, 6)).astype(np.float32)
    y = dlref.rope(x, [0, 1, 2, 3])
    assert y.dtype == np.float32
    np.testing.assert_array_equal(y[0], x[0])
    np.testing.assert_allclose(np.linalg.norm(y, axis=1), np.linalg.norm(x, axis=1), rtol=1e-6)


def test_pairing_halves_is_pairing_neighbours_after_a_permutation_of_the_columns():
    X, t = rng.standard_normal((3, 8)), np.array([1, 2, 5])
    angles = np.outer(t, dlref.frequencies(8))
    cos, sin, left, right = np.cos(angles), np.sin(angles), X[:, :4], X[:, 4:]
    halves = np.hstack([left * cos - right * sin, left * sin + right * cos])
    order = np.arange(8).reshape(2, 4).T.ravel()
    np.testing.assert_allclose(dlref.rope(X[:, order], t), halves[:, order], rtol=1e-13)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: dlref.frequencies(5), "d must be even, got 5"),
        (lambda: dlref.frequencies(4, base=1.0), "base must be > 1, got 1.0"),
        (
            lambda: dlref.rotate_pairs(np.ones(3), [1.0]),
            r"x must have an even number of entries, got shape \(3,\)",
        ),
        (
            lambda: dlref.rotate_pairs(np.ones(4), [1.0]),
            r"angles must have shape \(2,\), got \(1,\)",
        ),
        (
            lambda: dlref.rope(np.ones((2, 3)), [0, 1]),
            r"X must have an even number of columns, got shape \(2, 3\)",
        ),
        (
            lambda: dlref.rope(np.ones((2, 4)), [0]),
            r"positions must have shape \(2,\), got \(1,\)",
        ),
    ],
)
def test_error_names_the_wanted_and_the_given(call, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        call()
