"""Edges against NumPy's own float16 and float32, bit by bit; loss scaling by what it saves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dlref.precision import (
    BFLOAT16,
    FLOAT16,
    DynamicLossScale,
    float_format,
    through_float16,
)


@pytest.mark.parametrize(("bits", "dtype"), [((5, 10), np.float16), ((8, 23), np.float32)])
def test_edges_are_those_of_numpys_dtype(bits, dtype):
    edges, info = float_format(*bits), np.finfo(dtype)
    assert edges.largest == info.max
    assert edges.smallest_normal == info.smallest_normal
    assert edges.smallest_subnormal == info.smallest_subnormal
    assert edges.epsilon == info.eps


@pytest.mark.parametrize(("bits", "dtype"), [((5, 10), np.float16), ((8, 23), np.float32)])
def test_numbers_round_to_infinity_and_zero_exactly_from_the_edges_on(bits, dtype):
    edges = float_format(*bits)
    with np.errstate(over="ignore", under="ignore"):
        assert dtype(edges.overflow) == np.inf
        assert dtype(np.nextafter(edges.overflow, 0)) == edges.largest
        assert dtype(edges.underflow) == 0
        assert dtype(np.nextafter(edges.underflow, 1)) == edges.smallest_subnormal


def test_the_edges_that_the_book_prints():
    assert FLOAT16 == (65504, 2**-14, 2**-24, 65520, 2**-25, 2**-10)
    assert BFLOAT16.largest == pytest.approx(3.39e38, rel=1e-3)
    assert BFLOAT16.smallest_normal == pytest.approx(1.18e-38, rel=5e-3)


def test_bfloat16_has_the_range_of_float32_and_the_leading_bits_of_its_fraction():
    assert BFLOAT16.smallest_normal == np.finfo(np.float32).smallest_normal
    # Its largest number is the float32 whose lower 16 bits are cut off.
    bits = np.array([0x7F7F0000], np.uint32)
    assert bits.view(np.float32)[0] == BFLOAT16.largest


@given(arrays(np.float64, 8, elements=st.floats(-1e6, 1e6)), st.integers(-10, 16))
def test_through_float16_rounds_as_numpy_does(grad, exponent):
    scale = 2.0**exponent
    with np.errstate(over="ignore"):
        expected = np.float16(grad * scale).astype(np.float64) / scale
    np.testing.assert_array_equal(through_float16(grad, scale=scale), expected)


def test_scaling_saves_the_small_entries_and_loses_the_large():
    grad = 10.0 ** np.arange(-12.0, 5.0)
    assert through_float16(40_000.0) == 40_000  # no scale unless it is given
    plain, scaled = through_float16(grad), through_float16(grad, scale=2.0**14)
    assert grad[plain == 0].tolist() == [1e-12, 1e-11, 1e-10, 1e-9, 1e-8]
    assert grad[scaled == 0].tolist() == [1e-12]
    assert grad[np.isinf(plain)].size == 0
    assert grad[np.isinf(scaled)].tolist() == [10, 100, 1e3, 1e4]
    normal = (grad * 2.0**14 > FLOAT16.smallest_normal) & np.isfinite(scaled)
    np.testing.assert_allclose(scaled[normal], grad[normal], rtol=FLOAT16.epsilon / 2)


def test_descent_in_float16_stalls_without_scaling_and_arrives_with_it():
    # f(w) = 1e-9 w²/2, whose gradient underflows from the start.
    def descend(scale):
        w = 1.0
        for _ in range(200):
            w -= 1e8 * float(through_float16(1e-9 * w, scale=scale))
        return w

    assert descend(1.0) == 1.0
    assert abs(descend(2.0**16)) < 1e-3


def test_dynamic_scale_settles_just_below_overflow():
    # A gradient of 3 fits float16 up to the scale 2**14, for 3 * 2**14 < 65504 < 3 * 2**15.
    loss_scale = DynamicLossScale(2.0**16, growth_interval=4)
    scales, skipped = [], 0
    for _ in range(30):
        scales.append(loss_scale.scale)
        with np.errstate(over="ignore"):
            scaled = np.float16(np.float32(3) * np.float32([loss_scale.scale]))
        grad = loss_scale.unscale(scaled)
        skipped += grad is None
        assert grad is None or grad.tolist() == [3]
    assert scales[:7] == [2.0**16, 2.0**15, 2.0**14, 2.0**14, 2.0**14, 2.0**14, 2.0**15]
    assert set(scales[2:]) == {2.0**14, 2.0**15}
    assert skipped == 2 + sum(s == 2.0**15 for s in scales[2:])


def test_dynamic_scale_starts_at_two_to_the_16_and_doubles_after_2000_steps():
    loss_scale = DynamicLossScale()
    scales = []
    for _ in range(2001):
        scales.append(loss_scale.scale)
        loss_scale.unscale([1.0])
    assert scales == [2.0**16] * 2000 + [2.0**17]


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
def test_an_overflow_restarts_the_count_of_good_steps(bad):
    loss_scale = DynamicLossScale(8.0, growth_interval=2)
    results = [loss_scale.unscale(grad) for grad in ([1.0], [bad], [1.0])]
    assert results[1] is None
    assert loss_scale.scale == 4
    assert results[2].tolist() == [0.25]


def test_dynamic_scale_of_vanished_gradients_stays_finite():
    loss_scale = DynamicLossScale(growth_interval=1)
    for _ in range(1100):
        loss_scale.unscale([0.0])
    assert loss_scale.scale == 2.0**127


def test_dynamic_scale_never_falls_below_one_and_then_names_the_step():
    loss_scale = DynamicLossScale(3.0)
    assert [loss_scale.unscale([np.nan]), loss_scale.scale] == [None, 1.5]
    assert [loss_scale.unscale([np.nan]), loss_scale.scale] == [None, 1.0]
    with pytest.raises(FloatingPointError, match="step 3: the gradient is not finite at scale 1"):
        loss_scale.unscale([np.nan])


@pytest.mark.parametrize(
    ("given_dtype", "dtype"),
    [(np.float16, np.float32), (np.float32, np.float32), (np.float64, np.float64)],
)
def test_a_float16_gradient_is_unscaled_in_float32(given_dtype, dtype):
    # In float16 the quotient would underflow.
    grad = DynamicLossScale(2.0**16).unscale(np.array([2.0**-14], given_dtype))
    assert grad.dtype == dtype
    assert grad[0] == 2.0**-30


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: float_format(9, 10), "exponent_bits must be an integer from 2 to 8, got 9"),
        (lambda: float_format(5, 24), "fraction_bits must be an integer from 1 to 23, got 24"),
        (lambda: float_format(1, 10), "exponent_bits must be an integer from 2 to 8, got 1"),
        (lambda: float_format(5, 0), "fraction_bits must be an integer from 1 to 23, got 0"),
        (lambda: through_float16([1.0], scale=0), "scale must be > 0, got 0"),
        (lambda: through_float16([np.inf]), r"grad must be finite, got inf at index \(0,\)"),
        (lambda: DynamicLossScale(0.5), r"scale must be >= 1, got 0\.5"),
        (lambda: DynamicLossScale(growth_interval=0), "growth_interval must be an integer >= 1"),
        (lambda: DynamicLossScale().unscale([]), "grad must not be empty"),
        (lambda: DynamicLossScale().unscale("a"), "grad must hold real numbers"),
    ],
)
def test_bad_arguments_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_an_overflow_of_float64_itself_is_an_error():
    with pytest.raises(FloatingPointError, match="overflow"):
        through_float16([1e300], scale=1e300)
    # Rounded up to 2**14, and back to 2**1024.
    with pytest.raises(FloatingPointError, match="overflow"):
        through_float16([np.finfo(np.float64).max], scale=2.0**-1010)
