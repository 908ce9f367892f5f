"""Forward mode against complex steps, and against reverse mode."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlref.autodiff import Tensor
from dlref.forward import Dual, jvp

rng = np.random.default_rng(0)
X = rng.uniform(0.5, 2, (3, 4))
V, C = rng.standard_normal((3, 4)), rng.standard_normal((3, 4))

EXPRESSIONS = {  # read alike by Dual, Tensor and NumPy
    "sum": lambda x: x + C,
    "difference": lambda x: C - x,
    "difference from the right": lambda x: x - 3,
    "product": lambda x: C * x * x,
    "quotient": lambda x: (x + 1) / (2 + x * x),
    "reciprocal": lambda x: 1 / x,
    "power": lambda x: x**-1.5,
    "negative": lambda x: -x,
    "matrix product": lambda x: x @ C.T,
    "matrix product from the left": lambda x: C.T @ x,
    "index": lambda x: x[1:, ::2],
    "row sums": lambda x: x.sum(axis=1),
    "row means": lambda x: x.mean(axis=1),
    "row sums, kept": lambda x: x - x.sum(axis=1, keepdims=True),
    "row means, kept": lambda x: x - x.mean(axis=1, keepdims=True),
}
METHODS = {
    "exp": np.exp,
    "log": np.log,
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
}


@pytest.mark.parametrize("name", [*EXPRESSIONS, *METHODS])
def test_jvp_equals_the_complex_step_along_the_direction(name):
    f_numpy = EXPRESSIONS.get(name) or METHODS[name]
    f = EXPRESSIONS.get(name) or (lambda x: getattr(x, name)())
    value, tangent = jvp(f, X, V)
    np.testing.assert_allclose(value, f_numpy(X), rtol=1e-13)
    expected = f_numpy(X + 1e-30j * V).imag / 1e-30
    np.testing.assert_allclose(tangent, expected, rtol=1e-11, atol=1e-14)


@given(st.integers(0, 2**32 - 1))
def test_forward_and_reverse_mode_are_transposes_of_each_other(seed):
    draw = np.random.default_rng(seed)
    W, b = draw.standard_normal((4, 2)), draw.standard_normal(2)
    x, v, u = draw.standard_normal((3, 4)), draw.standard_normal((3, 4)), draw.standard_normal(3)

    def f(x):
        h = (x @ W + b).relu().tanh() / (1 + (x * x).mean())
        return (h.sigmoid() - h.exp()).sum(axis=1)

    t = Tensor(x, requires_grad=True)
    (f(t) * u).sum().backward()
    assert u @ jvp(f, x, v)[1] == pytest.approx((t.grad * v).sum(), rel=1e-9, abs=1e-12)


def test_relu_has_derivative_zero_at_zero():
    value, tangent = jvp(lambda x: x.relu(), [-1.0, 0.0, 2.0], [1.0, 1.0, 1.0])
    np.testing.assert_array_equal(value, [0, 0, 2])
    np.testing.assert_array_equal(tangent, [0, 0, 1])


def test_power_zero_has_derivative_zero_even_at_zero():
    value, tangent = jvp(lambda x: x**0, [0.0, 2.0], [1.0, 1.0])
    np.testing.assert_array_equal(value, [1, 1])
    np.testing.assert_array_equal(tangent, np.zeros(2), strict=True)


def test_jvp_is_linear_in_the_direction():
    f = lambda x: (x * x).exp().sum(axis=1)  # noqa: E731
    both = jvp(f, X / 2, 3 * V + C)[1]
    np.testing.assert_allclose(both, 3 * jvp(f, X / 2, V)[1] + jvp(f, X / 2, C)[1], rtol=1e-12)


def test_a_constant_carries_no_tangent():
    _, tangent = jvp(lambda x: 0 * x + C, X, V)
    assert not tangent.any()


def test_float32_stays_float32_next_to_numbers():
    x = X.astype(np.float32)
    value, tangent = jvp(lambda x: (2 * x + 1).tanh() / 3 - x**2, x, x)
    assert value.dtype == tangent.dtype == np.float32
    value, tangent = jvp(lambda x: x * np.arange(4) + [1, 2, 3, 4], x, x)
    assert value.dtype == tangent.dtype == np.float32


def test_an_array_of_floats_keeps_its_own_dtype():
    x = X.astype(np.float32)
    value, _ = jvp(lambda x: x + C, x, x)
    np.testing.assert_array_equal(value, x + C, strict=True)


def test_errors_name_the_wanted_and_the_given():
    with pytest.raises(ValueError, match=r"v must have shape \(3, 4\), got \(4,\)"):
        jvp(lambda x: x, X, V[0])
    with pytest.raises(ValueError, match=r"f\(x\) must be a Dual, got 1\.0"):
        jvp(lambda x: 1.0, X, V)
    with pytest.raises(ValueError, match=r"^the exponent of \*\* must hold real numbers"):
        Dual(1.0, 1.0) ** "2"
    with pytest.raises(ValueError, match=r"^operand must hold real numbers"):
        Dual(1.0, 1.0) * "2"
    with pytest.raises(ValueError, match=r"tangent must have shape \(\), got \(1,\)"):
        Dual(1.0, [1.0])


HUGE = Dual([1.7e308, 1.7e308], [1.7e308, 1.7e308])


@pytest.mark.parametrize(
    "operation",
    [
        lambda: HUGE + HUGE,
        lambda: HUGE - -HUGE,
        lambda: HUGE * 2,
        lambda: HUGE / 0.5,
        lambda: 1 / Dual(0.0, 1.0),
        lambda: HUGE @ np.ones(2),
        lambda: HUGE**2,
        lambda: HUGE.exp(),
        lambda: Dual(0.0, 1.0).log(),
        lambda: HUGE.sum(),
        lambda: HUGE.mean(),
    ],
)
def test_an_operation_that_leaves_the_range_of_floats_is_an_error(operation):
    with pytest.raises(FloatingPointError, match=r"^(overflow|divide by zero) encountered"):
        operation()
