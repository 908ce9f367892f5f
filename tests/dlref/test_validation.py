"""The errors contract: each message says what was wanted and what was given."""

from __future__ import annotations

import re

import numpy as np
import pytest

from dlref.validation import (
    apply,
    as_array,
    as_count,
    as_floats,
    as_function,
    as_generator,
    as_indices,
    as_instance,
    as_list,
    as_number,
    as_training_set,
    without_overflow,
)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([[1], [2, 3]], "v must be a rectangular array of numbers, got ragged rows"),
        ("a", "v must hold real numbers, got dtype <U1"),
        (1j, "v must hold real numbers, got dtype complex128"),
        (None, "v must hold real numbers, got dtype object"),
        (10**400, "v must hold real numbers, got dtype object"),
        ([], r"v must not be empty, got shape \(0,\)"),
        ([0.0, np.nan], r"v must be finite, got nan at index \(1,\)"),
        (np.inf, "v must be finite, got inf$"),
    ],
)
def test_as_floats_refuses_what_is_no_finite_real_array(value, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        as_floats("v", value)


def test_as_floats_refuses_floats_that_differ_from_machine_to_machine():
    wide = np.longdouble(1)
    if wide.dtype.itemsize > 8:
        with pytest.raises(ValueError, match="v must be float64 or narrower, got dtype float"):
            as_floats("v", wide)
    else:
        assert as_floats("v", wide) == 1


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_as_floats_keeps_the_dtype_of_floats(dtype):
    assert as_floats("v", np.ones(2, dtype)).dtype == dtype


@pytest.mark.parametrize("value", [[1, 2], [True, False], np.array([1], np.uint8)])
def test_as_floats_makes_integers_float64(value):
    assert as_floats("v", value).dtype == np.float64


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"ndim": 1}, r"v must have 1 axes, got shape \(2, 3\)"),
        ({"shape": (2,)}, r"v must have shape \(2,\), got \(2, 3\)"),
        ({"shape": ("n", 2)}, r"v must have shape \(n, 2\), got \(2, 3\)"),
        ({"shape": (6,)}, r"v must have shape \(6,\), got \(2, 3\)"),
    ],
)
def test_as_floats_refuses_another_shape(wanted, message):
    with pytest.raises(ValueError, match=message):
        as_floats("v", np.ones((2, 3)), **wanted)


def test_as_floats_accepts_the_wanted_shape_and_on_request_infinities():
    assert as_floats("v", np.ones((2, 3)), ndim=2, shape=("n", 3)).shape == (2, 3)
    assert np.isinf(as_floats("v", np.inf, finite=False))


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ({"low": 3}, "v must be >= 3, got 2"),
        ({"low": 2, "open_low": True}, "v must be > 2, got 2"),
        ({"low": 0, "high": 1}, r"v must be in \[0, 1\], got 2"),
        ({"low": 0, "high": 2, "open_high": True}, r"v must be in \[0, 2\), got 2"),
        ({"low": 2, "high": 3, "open_low": True}, r"v must be in \(2, 3\], got 2"),
    ],
)
def test_as_number_refuses_what_is_outside_the_interval(bounds, message):
    with pytest.raises(ValueError, match=message):
        as_number("v", 2, **bounds)


@pytest.mark.parametrize("value", [[1.0], [[1.0]], [1.0, 2.0]])
def test_as_number_refuses_arrays_even_of_one_entry(value):
    with pytest.raises(ValueError, match=r"v must have shape \(\), got \("):
        as_number("v", value)


def test_as_number_accepts_closed_ends():
    assert as_number("v", 2, low=2, high=2) == 2.0
    assert type(as_number("v", np.float32(0.5))) is float


@pytest.mark.parametrize("value", [2, 6, 3.0, True, np.True_, "3", None])
def test_as_count_refuses_all_but_integers_of_the_range(value):
    with pytest.raises(ValueError, match="v must be an integer from 3 to 5, got"):
        as_count("v", value, low=3, high=5)


def test_as_count_accepts_the_ends_and_numpy_integers():
    assert [as_count("v", n, low=3, high=5) for n in (3, np.int8(5))] == [3, 5]
    assert type(as_count("v", np.int64(1))) is int


@pytest.mark.parametrize("value", [0, None, np.random, np.random.RandomState(0)])
def test_as_generator_refuses_seeds_and_global_state(value):
    with pytest.raises(ValueError, match=r"v must be a numpy\.random\.Generator such as"):
        as_generator("v", value)


def test_as_array_takes_a_list_of_arrays_without_masks():
    np.testing.assert_array_equal(as_array("y", [np.ones(2), np.zeros(2)]), [[1, 1], [0, 0]])


def test_as_training_set_wants_one_target_a_row():
    X, y = as_training_set([[1, 2], [3, 4]], [5, 6])
    assert (X.shape, y.shape) == ((2, 2), (2,))
    with pytest.raises(ValueError, match=r"y must have shape \(2,\), got \(1, 2\)"):
        as_training_set([[1, 2], [3, 4]], [[5, 6]])
    with pytest.raises(ValueError, match=r"X must have shape \(n, d\), got \(2,\)"):
        as_training_set([1, 2], [5, 6])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: apply("f", 3, np.ones(2)), "f must be callable, got 3"),
        (lambda: apply("f", np.sum, np.ones(2)), r"f(x) must have shape (2,), got ()"),
        (lambda: apply("f", np.log, np.ones(2) - 2), r"f(x) must be finite, got nan at index (0,)"),
        (lambda: as_function("f", "relu"), "f must be callable, got 'relu'"),
        (lambda: as_list("items", 3), "items must be a sequence of one item at least, got 3"),
        (lambda: as_list("items", ()), "items must be a sequence of one item at least, got ()"),
        (lambda: as_instance("root", 1, str), "root must be a str, got 1"),
        (
            lambda: as_array("y", np.ma.masked_array([1.0], [True])),
            "y must be an array without a mask, got a masked array",
        ),
        (
            lambda: as_array("y", [np.ones(1), np.ma.masked_array([1.0], [False])]),
            "y must be an array without a mask, got a masked array",
        ),
        (lambda: as_indices("i", [0, 1], 2, length=3), r"i must have shape (3,), got (2,)"),
        (lambda: as_indices("i", [[0]], 2), r"i must have shape (m,), got (1, 1)"),
        (lambda: as_count("n", 2**63), f"n must be an integer from 1 to {2**63 - 1}, got {2**63}"),
    ],
)
def test_a_refusal_says_the_name_the_wanted_and_the_given(call, message):
    with np.errstate(invalid="ignore"), pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()


def test_what_fits_is_returned_as_it_is():
    assert as_function("f", np.tanh) is np.tanh
    assert as_list("items", (i for i in range(2))) == [0, 1]
    assert as_instance("root", "x", str) == "x"
    assert as_count("n", 2**63 - 1) == 2**63 - 1
    np.testing.assert_array_equal(apply("f", np.square, np.arange(3.0)), [0, 1, 4])


def test_what_linear_algebra_passes_over_in_silence_is_an_overflow():
    x = np.ones(2)
    assert without_overflow(x) is x
    for bad in (np.nan, np.inf):
        with pytest.raises(FloatingPointError, match=r"^overflow encountered in linear algebra$"):
            without_overflow(np.array([1.0, bad]))
