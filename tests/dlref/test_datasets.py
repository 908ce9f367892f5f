"""The data as they were published, and their regression against SciPy's QR decomposition."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.linalg
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dlref.datasets import load_digits, load_houses, standardize, strokes
from dlref.regression import least_squares, predict


def test_houses_have_the_published_size_units_and_range():
    X, y, feature_names = load_houses()
    assert feature_names == ("area", "age")
    assert X.shape == (911, 2)
    assert y.shape == (911,)
    assert X.dtype == y.dtype == np.float64
    assert X[:, 0].min() > 200
    assert X[:, 0].max() < 10_000
    assert 0 <= X[:, 1].min() < X[:, 1].max() < 200
    assert round(y.mean()) == 133_191


def test_houses_regression_equals_the_published_coefficients_and_an_independent_solver():
    X, y, _ = load_houses()
    w, b = least_squares(X, y)
    Q, R = scipy.linalg.qr(np.c_[X, np.ones(911)], mode="economic")
    np.testing.assert_allclose([*w, b], scipy.linalg.solve_triangular(R, Q.T @ y), rtol=1e-9)
    assert w.round(1).tolist() == [75.8, -1000.5]
    assert round(b) == 76_840
    r = scipy.stats.pearsonr(y, predict(X, w, b)).statistic
    assert round(r**2, 3) == 0.651


def test_digits_have_the_published_size_range_and_counts():
    images, labels = load_digits()
    assert images.shape == (1797, 8, 8)
    assert images.dtype == np.float64
    assert labels.dtype == np.int64
    assert np.unique(images).tolist() == list(range(17))
    # The counts of the repository's own description of the test part.
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_first_digit_is_the_zero_that_was_published():
    zero = load_digits().images[0]
    assert zero[0].tolist() == [0, 0, 5, 13, 9, 1, 0, 0]
    assert zero[7].tolist() == [0, 0, 6, 13, 10, 0, 0, 0]


@pytest.mark.parametrize("load", [load_houses, load_digits])
def test_what_one_caller_changes_no_other_sees(load):
    first = load()
    before = [array.copy() for array in first[:2]]
    for array in first[:2]:
        assert array.flags.owndata
        array[:] = 0
    for again, original in zip(load()[:2], before, strict=True):
        np.testing.assert_array_equal(again, original)


VARIED = arrays(
    np.float64,
    st.tuples(st.integers(2, 8), st.integers(1, 4)),
    elements=st.integers(-1000, 1000).map(float),
).filter(lambda X: np.ptp(X, axis=0).all())


@given(VARIED)
def test_standardized_columns_are_scipys_z_scores(X):
    Z, mean, std = standardize(X)
    np.testing.assert_allclose(Z, scipy.stats.zscore(X, axis=0), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(Z * std + mean, X, rtol=1e-12, atol=1e-9)
    assert mean.shape == std.shape == (X.shape[1],)


def test_a_constant_column_is_refused_by_its_number_and_value():
    # 0.1 is no dyadic fraction: its mean is rounded and its deviation is 1e-17, not 0.
    X = np.c_[np.arange(3), np.full(3, 0.1), np.full(3, 2.0)]
    with pytest.raises(
        ValueError, match=r"X must vary in every column, got 0\.1 throughout col.* 1"
    ):
        standardize(X)


def test_a_deviation_that_underflows_is_refused():
    with pytest.raises(ValueError, match="X must vary in every column"):
        standardize([[0.0], [1e-200]])


def test_a_square_that_overflows_is_an_error():
    with pytest.raises(FloatingPointError, match="overflow"):
        standardize([[1.7e308], [-1.7e308]])


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_standardize_keeps_the_dtype_and_does_not_overflow_float16(dtype):
    X = np.array([[1000, -2000], [3000, 2000], [5000, 6000]], dtype)
    parts = standardize(X)
    assert {part.dtype for part in parts} == {np.dtype(dtype)}
    np.testing.assert_allclose(parts[0][2], np.sqrt(1.5), rtol=1e-3)


@pytest.mark.parametrize(
    ("X", "message"),
    [
        ([1.0, 2.0], r"X must have shape \(n, d\), got \(2,\)"),
        ([[1.0, 2.0]], "X must vary in every column, got 1.0 throughout column 0"),
        ([[1.0], [np.nan]], r"X must be finite, got nan at index \(1, 0\)"),
    ],
)
def test_standardize_refuses_what_is_no_varied_matrix(X, message):
    with pytest.raises(ValueError, match=message):
        standardize(X)


@pytest.mark.parametrize("width", [0.5, 1.0, 2.0])
def test_ink_falls_off_as_the_normal_density_of_the_distance_from_the_stroke(width):
    angle, width_in_pixels = 0.4, width
    image = strokes([angle], width=width_in_pixels)[0].reshape(8, 8)
    along = np.array([np.sin(angle), np.cos(angle)])
    for row in range(8):
        for column in range(8):
            place = np.array([column - 3.5, 3.5 - row])
            distance = np.linalg.norm(place - (place @ along) * along)
            density = scipy.stats.norm.pdf(distance, scale=width) / scipy.stats.norm.pdf(
                0, scale=width
            )
            assert image[row, column] == pytest.approx(density, rel=1e-12, abs=1e-300)


def test_a_positive_angle_leans_to_the_right_and_its_opposite_is_the_mirror_image():
    left, right = strokes([-0.3, 0.3]).reshape(2, 8, 8)
    assert right[0].argmax() > 3.5 > right[-1].argmax()
    np.testing.assert_array_equal(left, right[:, ::-1])


def test_strokes_keep_the_dtype_and_far_from_a_narrow_one_there_is_no_ink():
    assert strokes(np.array([0.1], np.float32)).dtype == np.float32
    assert np.isin(strokes([0.0], width=1e-300), [0.0]).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[0.0]],), r"angles must have shape \(n,\), got \(1, 1\)"),
        (([0.0], 0.0), "width must be > 0, got 0.0"),
    ],
)
def test_strokes_refuse_what_is_no_list_of_angles_or_no_width(arguments, message):
    with pytest.raises(ValueError, match=message):
        strokes(*arguments)
