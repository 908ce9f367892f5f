"""Every public function, whatever it is given: a right result or a documented error, no third.

Arguments are drawn from what fits and from what does not: NaN, infinities, empty, ragged and
0-d arrays, columns in place of vectors, integers, objects, strings, huge and tiny numbers, seeds
in place of generators. A result has the shape, the dtype and the finiteness that it promises; an
error is a ValueError that names an argument, or a FloatingPointError. Warnings are errors.
"""

from __future__ import annotations

import inspect
import re
import types

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dlref
from dlref import (
    datasets,
    gradients,
    init,
    precision,
    regression,
    regularize,
    selection,
)

MODULES = (datasets, gradients, init, precision, regression, regularize, selection)
N, D = 4, 2
DTYPES = [np.float16, np.float32, np.float64, np.longdouble, np.int64, np.uint8, np.bool_]
NASTY = st.sampled_from(
    [
        np.nan, np.inf, None, "seed", b"", 1j, 10**400, {}, [], [[1.0], [2.0, 3.0]], object(),
        np.array([1.0, None], object), np.array([], np.float32), np.array(0.5), np.ones((2, 2, 2)),
        np.array(["a"]), np.array([np.datetime64(0, "s")]), np.ma.masked_array([1.0], [True]),
        True, 0, -1, 1.5, np.float16(2.0), np.uint8(3), np.random, 2.0**-1074, 1.7e308,
    ]
)  # fmt: skip


def mostly(good):
    """Draw what fits nine times out of ten, so that functions get past their first argument."""
    return st.integers(0, 9).flatmap(lambda i: NASTY if i == 0 else good)


@st.composite
def arrays_of(draw, *shape):
    """Draw an array: usually of the wanted shape, always of any dtype and magnitude."""
    if draw(st.integers(0, 9)) == 0:
        shape = draw(st.sampled_from([(), (N,), (D,), (N, D), (N, 1), (1, N), (0,), (0, D), (1,)]))
    dtype = np.dtype(draw(st.sampled_from(DTYPES)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    if dtype.kind != "f":
        return rng.integers(0, 2 if dtype.kind == "b" else 9, shape).astype(dtype)
    exponents = [0, 0, 0, 0, 3, -7] if dtype == np.float16 else [0, 0, 0, 0, 15, -15, 37, -37]
    if dtype.itemsize >= 8:
        exponents += [150, -150, 300, -300]
    with np.errstate(over="ignore", under="ignore"):
        values = rng.standard_normal(shape) * 10.0 ** draw(st.sampled_from(exponents))
        values = np.asarray(values).astype(dtype)
    if values.size and draw(st.integers(0, 14)) == 0:
        values.flat[0] = draw(st.sampled_from([np.nan, np.inf, -np.inf]))
    return values.tolist() if dtype == np.float64 and draw(st.booleans()) else values


matrices = mostly(arrays_of(N, D))
targets = mostly(arrays_of(N))
weights = mostly(arrays_of(D))
numbers = mostly(st.sampled_from([0, 1, 0.5, 1e-3, 30.0, 1e10, 1e-300, 1e200, -0.5]))
shares = mostly(st.floats(0.01, 0.6))
counts = mostly(st.integers(1, 12)).filter(lambda n: not isinstance(n, int) or n < 13)
generators = mostly(st.integers(0, 9).map(np.random.default_rng))
functions = st.sampled_from(
    [lambda x: x.ravel()[0], lambda x: np.tanh(x).mean(), lambda x: x, lambda x: np.nan]
)
fold_lists = mostly(
    st.sampled_from([dlref.kfold(N, 2), dlref.kfold(N, N), dlref.kfold(N + 1, 2), [([0], [1])]])
)


def floats(value):
    """Return the array that the contract makes of an argument: floats stay, integers become 64."""
    array = np.asarray(value)
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def is_array(result, shape, *like):
    dtype = np.result_type(*(floats(value) for value in like)) if like else np.float64
    assert isinstance(result, np.ndarray)
    assert (result.shape, result.dtype) == (shape, dtype)
    assert np.isfinite(result).all()


def is_number(result):
    assert type(result) is float
    assert np.isfinite(result)


def is_weights_and_bias(result, X, y, **_):
    is_array(result[0], np.shape(X)[1:], X, y)
    is_number(result[1])


def check_numerical_gradient(result, x, **_):
    is_array(result, np.shape(x), x)


def check_predict(result, X, w, b):
    assert np.ndim(b) == 0
    is_array(result, np.shape(X)[:-1], X, w)


def check_squared_loss(result, y, y_hat):
    assert np.shape(y) == np.shape(y_hat)
    is_array(result, np.shape(y), y, y_hat)
    assert (result >= 0).all()


def check_training_loss(result, X, y, w, **_):
    assert (np.shape(X)[:1], np.shape(X)[1:]) == (np.shape(y), np.shape(w))
    is_number(result)
    assert result >= 0


def check_training_loss_gradient(result, X, y, w, b):
    assert (np.shape(X)[:1], np.shape(X)[1:]) == (np.shape(y), np.shape(w))
    is_array(result[0], np.shape(w), X, y, w)
    is_number(result[1])


def check_standardize(result, X):
    Z, mean, std = result
    is_array(Z, np.shape(X), X)
    is_array(mean, np.shape(X)[1:], X)
    is_array(std, np.shape(X)[1:], X)


def check_constrained(result, X, y, theta):
    is_weights_and_bias(result, X, y)
    eps = float(np.finfo(result[0].dtype).eps)
    assert np.linalg.norm(result[0].astype(np.float64)) <= np.sqrt(float(theta)) * (1 + 4 * eps)


def check_project(result, w, radius):
    is_array(result, np.shape(w), w)
    wide = result.astype(np.longdouble)
    tiny = float(np.finfo(result.dtype).smallest_subnormal) * np.sqrt(result.size)
    slack = 4 * float(np.finfo(result.dtype).eps)
    assert np.sqrt(np.sum(wide**2)) <= float(radius) * (1 + slack) + tiny


def check_decay(result, w, grad, **_):
    assert np.shape(w) == np.shape(grad)
    is_array(result, np.shape(w), w, grad)


def check_through_float16(result, grad, scale):
    assert (result.shape, result.dtype) == (np.shape(grad), np.float64)
    assert not np.isnan(result).any()


def check_unscale(result, grad):
    if result is None:
        assert not np.isfinite(floats(grad)).all()
    else:
        is_array(result, np.shape(grad), grad, np.float32(0))


def check_partition(result, n, **_):
    parts = result if isinstance(result, tuple) else [validation for _, validation in result]
    assert sorted(np.concatenate(parts)) == list(range(n))


def fit_mean(X, y):
    with np.errstate(over="ignore"):
        mean = y.mean()
    return lambda X: np.full(len(X), mean)


CASES = {
    "add_bias_column": ({"X": matrices}, lambda r, X: is_array(r, (len(X), np.shape(X)[1] + 1), X)),
    "constrained_least_squares": (
        {"X": matrices, "y": targets, "theta": numbers},
        check_constrained,
    ),
    "cross_validate": (
        {"fit": st.just(fit_mean), "X": matrices, "y": targets, "folds": fold_lists},
        lambda r, **_: is_number(r),
    ),
    "directional_derivative": (
        {"f": functions, "x": weights, "v": weights, "h": st.none() | numbers},
        lambda r, **_: is_number(r),
    ),
    "equivalent_penalty": (
        {"X": matrices, "y": targets, "theta": numbers},
        lambda r, **_: is_number(r),
    ),
    "float_format": (
        {"exponent_bits": counts, "fraction_bits": counts},
        lambda r, **_: [is_number(edge) for edge in r],
    ),
    "gradcheck": (
        {
            "f": functions,
            "grad": weights | st.just(np.ones_like),
            "x": weights,
            "rtol": st.none() | numbers,
            "rng": st.none() | generators,
        },
        lambda r, **_: is_number(r),
    ),
    "kaiming_normal": (
        {"d_in": counts, "d_out": counts, "rng": generators},
        lambda r, d_in, d_out, rng: is_array(r, (d_out, d_in)),
    ),
    "kaiming_variance": ({"d_in": counts}, lambda r, d_in: is_number(r)),
    "kfold": ({"n": counts, "n_splits": counts, "rng": st.none() | generators}, check_partition),
    "least_squares": (
        {"X": matrices, "y": targets, "bias": st.booleans()},
        is_weights_and_bias,
    ),
    "normal": (
        {"d_in": counts, "d_out": counts, "std": numbers, "rng": generators},
        lambda r, d_in, d_out, **_: is_array(r, (d_out, d_in)),
    ),
    "mean_loss": ({"y": targets, "y_hat": targets}, lambda r, **_: is_number(r)),
    "normal_equations": (
        {"X": matrices, "y": targets},
        lambda r, X, y: is_array(r, np.shape(X)[1:], X, y),
    ),
    "numerical_gradient": (
        {"f": functions, "x": weights, "h": st.none() | numbers},
        check_numerical_gradient,
    ),
    "penalized_loss": (
        {"X": matrices, "y": targets, "w": weights, "b": numbers, "lam": numbers},
        check_training_loss,
    ),
    "predict": ({"X": matrices, "w": weights, "b": numbers}, check_predict),
    "project_l2_ball": ({"w": weights, "radius": numbers}, check_project),
    "ridge": ({"X": matrices, "y": targets, "lam": numbers}, is_weights_and_bias),
    "squared_loss": ({"y": targets, "y_hat": targets}, check_squared_loss),
    "standardize": ({"X": matrices}, check_standardize),
    "through_float16": ({"grad": weights, "scale": numbers}, check_through_float16),
    "train_validation_test_split": (
        {"n": counts, "validation": shares, "test": shares, "rng": generators},
        check_partition,
    ),
    "training_error": (
        {"f": st.sampled_from([lambda X: X[:, 0], lambda X: X]), "X": matrices, "y": targets},
        lambda r, **_: is_number(r),
    ),
    "training_loss": (
        {"X": matrices, "y": targets, "w": weights, "b": numbers},
        check_training_loss,
    ),
    "training_loss_gradient": (
        {"X": matrices, "y": targets, "w": weights, "b": numbers},
        check_training_loss_gradient,
    ),
    "weight_decay_step": (
        {"w": weights, "grad": weights, "lr": numbers, "lam": numbers},
        check_decay,
    ),
    "xavier_normal": (
        {"d_in": counts, "d_out": counts, "rng": generators},
        lambda r, d_in, d_out, rng: is_array(r, (d_out, d_in)),
    ),
    "xavier_variance": ({"d_in": counts, "d_out": counts}, lambda r, **_: is_number(r)),
}
METHODS = {
    "DynamicLossScale": ({"scale": numbers, "growth_interval": counts}, lambda r, **_: None),
    "DynamicLossScale.unscale": ({"grad": weights}, check_unscale),
}


def call(name, arguments):
    if name == "DynamicLossScale.unscale":
        return dlref.DynamicLossScale(4.0).unscale(**arguments)
    return getattr(dlref, name)(**arguments)


def blames(message, arguments):
    """Whether the message starts with an argument, or what was made of one, or an overflow."""
    names = "|".join(map(re.escape, arguments))
    derived = r"f\(x\)|f\(X\)|loss\(y, y_hat\)|X\.T @ X|lr \* lam|train|validation"
    overflow = r"overflow|divide by zero|invalid value|step \d+"
    return re.match(rf"({names})\b|({derived}) |({overflow})", message)


@pytest.mark.parametrize("name", [*CASES, *METHODS])
def test_result_or_documented_error(name, monkeypatch):
    monkeypatch.setattr(regularize, "MAX_STEPS", 300)
    strategies, check = {**CASES, **METHODS}[name]
    outcomes = set()

    @settings(max_examples=100)
    @given(st.fixed_dictionaries(strategies))
    def holds(arguments):
        try:
            result = call(name, arguments)
        except (ValueError, FloatingPointError) as error:
            outcomes.add(type(error))
            complaint = str(error)
        else:
            outcomes.add("result")
            check(result, **arguments)
            return
        assert blames(complaint, arguments), complaint

    holds()
    assert {"result", ValueError} <= outcomes <= {"result", ValueError, FloatingPointError}


def test_the_fuzz_covers_every_public_function_of_these_modules():
    public = {
        name
        for module in MODULES
        for name, value in vars(module).items()
        if isinstance(value, types.FunctionType)
        and inspect.unwrap(value).__module__ == module.__name__
        and name in dlref.__all__
    }
    assert public - {"load_digits", "load_houses"} == set(CASES)


@pytest.mark.parametrize("name", [n for n in CASES if {"X", "y"} <= set(CASES[n][0])])
def test_n_by_1_targets_are_never_broadcast_against_n(name):
    arguments = {
        "X": np.eye(N, D), "y": np.ones((N, 1)), "w": np.ones(D), "b": 0.0, "lam": 1.0,
        "theta": 1.0, "f": lambda X: X[:, 0], "fit": fit_mean, "folds": dlref.kfold(N, 2),
        "bias": True,
    }  # fmt: skip
    with pytest.raises(ValueError, match=r"^y must have shape \(4,\), got \(4, 1\)$"):
        call(name, {key: arguments[key] for key in CASES[name][0]})
