"""The errors contract, held against every name of ``dlref.__all__``, one that is added later too.

``EXAMPLES`` holds for each name one right call. Its arguments are spoiled one at a time, by what
their kind does not allow (NaN, masks, ragged and empty arrays, text, seeds in place of generators)
and by numbers near the edge of floats. What comes back is a result that keeps its promise, a
``ValueError`` with the name of the argument, or a ``FloatingPointError``: no third, and no warning.
"""

from __future__ import annotations

import copy
import functools
import inspect
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dlref
from dlref import regularize

RNG = np.random.default_rng(0)
X, Y, W = RNG.standard_normal((4, 3)), RNG.standard_normal(4), np.array([1.0, -1.0, 2.0])
W23, B2, LABELS = RNG.standard_normal((2, 3)), np.array([0.5, 1.0]), np.array([0, 1, 2, 0])
P = np.array([0.25, 0.75])
LEAF = dlref.Tensor(W, requires_grad=True)
IMAGE, KERNELS = RNG.standard_normal((2, 5, 4)), RNG.standard_normal((3, 2, 2, 2))


def square(x):
    return (x * x).sum()


def fit_mean(X, y):
    return lambda X: np.full(len(X), y.mean())


def weighted_sum(w, batch):
    return (w * X[batch]).sum()


class Doubled(dlref.Module):
    def forward(self, x):
        return x * 2


def twos(fan_in, fan_out, rng):
    return np.full((fan_out, fan_in), 2.0)


MODEL = dlref.MLP([3, 3], rng=RNG, init=twos)
EXAMPLES = {
    # gradients
    "numerical_gradient": {"f": square, "x": W, "h": 0.1},
    "numerical_jacobian": {"f": np.square, "x": W, "h": 0.1},
    "directional_derivative": {"f": square, "x": W, "v": np.ones(3), "h": 0.1},
    "gradcheck": {"f": square, "grad": 2 * W, "x": W, "rtol": 0.1, "rng": RNG},
    # regression
    "predict": {"X": X, "w": W, "b": 0.5},
    "training_loss": {"X": X, "y": Y, "w": W, "b": 0.5},
    "training_loss_gradient": {"X": X, "y": Y, "w": W, "b": 0.5},
    "add_bias_column": {"X": X},
    "polynomial_features": {"X": X, "degree": 3},
    "normal_equations": {"X": X, "y": Y},
    "least_squares": {"X": X, "y": Y, "bias": True},
    # losses
    "squared_loss": {"y": Y, "y_hat": Y + 1},
    "absolute_loss": {"y": Y, "y_hat": -Y},
    "huber_loss": {"y": Y, "y_hat": -Y, "delta": 0.5},
    "quantile_loss": {"y": Y, "y_hat": -Y, "q": 0.5},
    "mean_loss": {"y": Y, "y_hat": Y + 1, "loss": dlref.squared_loss},
    "root_mean_squared_error": {"y": Y, "y_hat": Y + 1},
    # datasets
    "load_houses": {},
    "load_digits": {},
    "strokes": {"angles": Y, "width": 1.5},
    "standardize": {"X": X},
    # optim
    "gradient_descent": {"grad": np.positive, "w0": W, "lr": 0.1, "steps": 3, "momentum": 0.5},
    "minibatches": {"n": 4, "batch_size": 2, "rng": RNG},
    "Optimizer": {"params": [LEAF], "lr": 0.1},
    "SGD": {"params": [LEAF], "lr": 0.1, "weight_decay": 0.1, "momentum": 0.5},
    "Adam": {**{"params": [LEAF], "lr": 0.1, "betas": (0.5, 0.9), "eps": 0.1, "weight_decay": 0.1}},
    "train": {
        "loss": functools.partial(weighted_sum, LEAF),
        "optimizer": dlref.SGD([LEAF], lr=0.1),
        "batches": [np.array([0, 1])],
    },
    # modules
    "Module": {"x": X},
    "Linear": {"in_features": 3, "out_features": 2, "rng": RNG, "init": dlref.xavier_normal},
    "ReLU": {"x": X},
    "Sigmoid": {"x": X},
    "Tanh": {"x": X},
    "Dropout": {"p": 0.5, "rng": RNG},
    "Residual": {"inner": dlref.ReLU(), "scale": 0.5},
    "Sequential": {"layers": dlref.ReLU()},
    "MLP": {"sizes": [3, 4, 2], "rng": RNG, "activation": dlref.Tanh, "dropout": 0.5},
    # classification
    "one_hot": {"labels": LABELS, "q": 3},
    "softmax": {"z": X},
    "softmax_jacobian": {"z": W},
    "logsumexp": {"z": X},
    "log_softmax": {"z": X},
    "cross_entropy_between": {"p": np.array([0.25, 0.75]), "p_hat": np.array([0.5, 0.5])},
    "cross_entropy": {"logits": X, "labels": LABELS},
    "cross_entropy_gradient": {"logits": X, "labels": LABELS},
    "accuracy": {"outputs": X, "labels": LABELS},
    "perceptron": {"X": X, "y": np.array([1.0, -1.0, 1.0, -1.0]), "max_steps": 9},
    # activations
    **{name: {"x": X} for name in dlref.activations.__all__},
    "leaky_relu": {"x": X, "slope": 0.1},
    "leaky_relu_derivative": {"x": X, "slope": 0.1},
    # functional
    "linear": {"x": X, "W": W23, "b": B2},
    "hidden_layer": {"h": X, "W": W23, "b": B2, "activation": np.square},
    "dropout": {"x": X, "mask": np.ones((4, 3)), "p": 0.5},
    "dropout_mask": {"shape": 3, "p": 0.5, "rng": RNG},
    "random_dropout": {"x": X, "p": 0.5, "rng": RNG},
    "dropout_mlp": {
        **{"x": W, "W1": W23, "b1": B2, "W2": X[:, :2], "b2": Y},
        **{"mask": np.array([1.0, 0.0]), "p": 0.5, "activation": dlref.relu},
    },
    "gradient_step": {"w": W, "grad": W, "lr": 0.1},
    "clip_gradient_norm": {"grads": [W23, B2], "max_norm": 0.1},
    "minibatch_loss": {"X": X, "y": Y, "w": W, "batch": np.array([0, 2])},
    "minibatch_gradient": {"X": X, "y": Y, "w": W, "batch": np.array([0, 2])},
    "chain_product": {"dz_dy": W23, "dy_dx": X.T, "y_ndim": 1},
    # updates
    "momentum_step": {"w": W, "v": W, "grad": W, "lr": 0.1, "beta": 0.5},
    "nesterov_step": {"w": W, "v": W, "grad": np.positive, "lr": 0.1, "beta": 0.5},
    "adagrad_step": {"w": W, "s": W**2, "grad": W, "lr": 0.1, "eps": 0.1},
    "rmsprop_step": {"w": W, "s": W**2, "grad": W, "lr": 0.1, "beta": 0.5, "eps": 0.1},
    "adam_step": {
        **{"w": W, "m": W, "v": W**2, "grad": W, "t": 3, "lr": 0.1},
        **{"betas": (0.5, 0.9), "eps": 0.1, "weight_decay": 0.1},
    },
    "cosine_schedule": {"t": 2, "T": 5, "high": 0.5, "low": 0.1},
    "step_schedule": {"t": 2, "every": 2, "factor": 0.5, "lr": 0.1},
    "warmup_schedule": {"t": 2, "warmup": 5, "lr": 0.1},
    # information
    "entropy": {"p": P, "base": 2.0},
    "kl_divergence": {"p": P, "p_hat": np.array([0.5, 0.5]), "base": 2.0},
    "perplexity": {"probabilities": P},
    "huffman_lengths": {"p": P},
    # selection
    "train_validation_test_split": {"n": 9, "validation": 0.3, "test": 0.3, "rng": RNG},
    "kfold": {"n": 9, "n_splits": 3, "rng": RNG},
    "prediction_error": {"f": lambda X: X[:, 0], "X": X, "y": Y, "loss": dlref.squared_loss},
    "fold_errors": {"fit": fit_mean, "X": X, "y": Y, "folds": dlref.kfold(4, 2)},
    "cross_validate": {"fit": fit_mean, "X": X, "y": Y, "folds": dlref.kfold(4, 2)},
    "standard_error": {"values": Y},
    "one_standard_error_rule": {"errors": X},
    "fit_least_squares": {"X": X, "y": Y},
    "predict_without": {"fold": np.array([0]), "X": X, "y": Y, "x": W},
    "cross_validate_least_squares": {"X": X, "y": Y, "folds": [[0, 1], [2, 3]]},
    # regularize
    "penalized_loss": {"X": X, "y": Y, "w": W, "b": 0.5, "lam": 0.1},
    "ridge": {"X": X, "y": Y, "lam": 0.1},
    "project_l2_ball": {"w": W, "radius": 1.0},
    "weight_decay_step": {"w": W, "grad": W, "lr": 0.1, "lam": 0.1},
    "constrained_least_squares": {"X": X, "y": Y, "theta": 0.1},
    "equivalent_penalty": {"X": X, "y": Y, "theta": 0.1},
    # depth
    "layer": {"h": W, "W": W23, "activation": np.tanh},
    "layer_jacobian": {"h": W, "W": W23, "derivative": np.square},
    "deep_network": {"layers": [np.square, np.sum], "x": X},
    "jacobian_product": {"jacobians": [W23, W23.T]},
    "layer_gradient_norms": {"model": MODEL, "X": X, "labels": LABELS},
    # precision
    "float_format": {"exponent_bits": 5, "fraction_bits": 10},
    "through_float16": {"grad": W, "scale": 2.0},
    "DynamicLossScale": {"scale": 2.0, "growth_interval": 3, "grad": W},
    # init
    "normal": {"fan_in": 9, "fan_out": 9, "std": 0.1, "rng": RNG},
    "xavier_variance": {"fan_in": 3, "fan_out": 2},
    "xavier_normal": {"fan_in": 3, "fan_out": 2, "rng": RNG},
    "xavier_uniform": {"fan_in": 3, "fan_out": 2, "rng": RNG},
    "kaiming_variance": {"fan_in": 3},
    "kaiming_normal": {"fan_in": 3, "fan_out": 2, "rng": RNG},
    # normalization
    "batch_norm": {"X": X, "gamma": W, "beta": W, "eps": 0.1},
    "layer_norm": {"x": X, "gamma": W, "beta": W, "eps": 0.1},
    "rms_norm": {"x": X, "gamma": W, "eps": 0.1},
    "norm_gradient": {"x": X, "grad": X + 1, "eps": 0.1},
    "running_average": {"old": W, "new": W + 1, "momentum": 0.5},
    "BatchNorm": {"d": 3, "eps": 0.1, "momentum": 0.5},
    "LayerNorm": {"d": 3, "eps": 0.1},
    "RMSNorm": {"d": 3, "eps": 0.1},
    # convolution
    "output_size": {"n": 9, "kernel": 3, "padding": 1, "stride": 2},
    "pad": {"x": X, "p": 1},
    "conv1d": {"x": Y, "w": W[:2], "stride": 2},
    "conv_matrix": {"w": W, "n": 5},
    "conv2d": {"X": IMAGE, "K": KERNELS, "b": W, "padding": 1, "stride": 2},
    "conv2d_gradients": {"X": IMAGE, "K": KERNELS, "G": RNG.standard_normal((3, 4, 3))},
    "max_pool1d": {"x": Y, "k": 2},
    "max_pool": {"X": IMAGE, "k": 2},
    "average_pool": {"X": IMAGE, "k": 2},
    "Conv2d": {
        **{"in_channels": 1, "out_channels": 2, "kernel_size": 3, "padding": 1, "stride": 2},
        **{"rng": RNG, "init": twos},
    },
    # recurrent
    "rnn_step": {"x": W, "h": B2, "W": W23, "U": np.eye(2), "b": B2, "activation": np.tanh},
    "lstm_step": {
        **{"x": W, "h": B2, "c": B2, "W": [W23] * 4, "U": [np.eye(2)] * 4, "b": [B2] * 4}
    },
    "gru_step": {"x": W, "h": B2, "W": [W23] * 3, "U": [np.eye(2)] * 3, "b": [B2] * 3},
    "RNN": {"d": 3, "k": 2, "rng": RNG},
    "LSTM": {"d": 3, "k": 2, "rng": RNG, "forget_bias": 1.0},
    # attend
    "attention_weights": {"Q": X, "K": W23, "mask": np.ones((4, 2), bool)},
    "attention": {"Q": X, "K": W23, "V": W23, "mask": np.ones((4, 2), bool)},
    "causal_mask": {"n": 3},
    "causal_weights": {"S": X[:3]},
    "multi_head_attention": {
        **{"X": X, "heads": [[np.eye(3)] * 3], "out": [np.eye(3)], "mask": np.ones((4, 4), bool)}
    },
    "SelfAttention": {"d": 4, "heads": 2, "rng": RNG},
    # positions
    "frequencies": {"d": 4, "base": 100.0},
    "sinusoidal_positions": {"n": 3, "d": 4},
    "rotate_pairs": {"x": X.T, "angles": X.T[:, :2]},
    "rope": {"X": X.T, "positions": W, "base": 100.0},
    # latent
    "pca_encode": {"x": X, "mean": W, "components": np.eye(3)},
    "pca_decode": {"z": X, "mean": W, "components": np.eye(3)},
    "pca": {"X": X, "k": 2},
    "reconstruction_loss": {"X": X, "X_hat": X + 1},
    "nearest_neighbor": {"X": X, "labels": LABELS, "X_new": X[:2]},
    "Autoencoder": {
        **{"sizes": [3, 4, 2], "rng": RNG, "activation": dlref.Tanh, "init": twos, "x": X}
    },
    "LinearAutoencoder": {"d": 3, "k": 2, "rng": np.random.default_rng(1), "x": X},
    "interpolate": {"model": dlref.PCA(W, 2 * np.eye(3), W), "a": W, "b": 2 * W, "steps": 3},
    # variational
    "gaussian_kl": {"mu": X, "log_var": X},
    "reparameterize": {"mu": X, "log_var": X, "noise": X},
    "vae_loss": {"x": X, "x_hat": X + 1, "mu": X, "log_var": X, "scale": 0.5},
    "VAE": {"d": 3, "k": 2, "hidden": (4,), "scale": 0.5, "rng": RNG, "x": X},
    # autodiff
    "Tensor": {"data": X},
    "grad": {"output": (LEAF * 2).sum(), "inputs": [LEAF]},
    "graph": {"root": (LEAF * 2).sum()},
    "topological_order": {"root": LEAF * 2},
    "unbroadcast": {"g": X, "shape": (1, 3)},
    # forward
    "Dual": {"value": X, "tangent": X},
    "jvp": {"f": lambda x: dlref.Dual(np.square(x.value), 2 * x.tangent), "x": X, "v": X},
}
# Classes are used as well as made.
USES = {
    "Module": lambda x: Doubled()(x),
    "ReLU": lambda x: dlref.ReLU()(x),
    "Sigmoid": lambda x: dlref.Sigmoid()(x),
    "Tanh": lambda x: dlref.Tanh()(x),
    "Sequential": lambda layers: dlref.Sequential(layers),
    "DynamicLossScale": lambda grad, **to_make: dlref.DynamicLossScale(**to_make).unscale(grad),
    "Autoencoder": lambda x, **to_make: dlref.Autoencoder(**to_make).encode(x),
    "LinearAutoencoder": lambda x, **to_make: dlref.LinearAutoencoder(**to_make).encode(x),
    "VAE": lambda x, **to_make: dlref.VAE(**to_make).encode(x),
    "Dual": lambda **to_make: 3 * dlref.Dual(**to_make) ** 2,
}
NO_ARRAY = [
    *(None, "x", b"", [], {}, object(), 1j, np.inf, 10**400, np.array([1.0, None], object)),
    *([[1.0], [1.0, 2.0]], [np.nan, 1.0], np.array([np.datetime64(0, "s")])),
    *(np.ma.masked_array([1.0, 2.0, 3.0], [0, 1, 0]), [np.ma.masked_array([1.0], [1])]),
]
BAD = {
    "array": NO_ARRAY,
    "widths": [*NO_ARRAY, 3, [3], [[3], [2]], [[[3]], [[2]]]],
    "number": [
        *(None, "x", [1.0, 2.0], 1j, np.nan, np.inf, -1.0, [], object(), 10**400),
        np.ma.masked_array(1.0, True),
    ],
    "count": [
        *(None, "3", 2.5, -1, True, [3], np.nan, object(), 10**400),
        np.ma.masked_array(3, True),
    ],
    "indices": [
        *(None, "x", [], [[0], [0, 1]], [0.5], [-1], [99], [True, False], 1j, 0, 10**400),
        np.ma.masked_array([0, 1, 2, 0], [1, 0, 0, 0]),
    ],
    "generator": [None, 0, "rng", np.random, np.random.RandomState(0)],
    "function": [3, "x", [1.0]],
    "object": [None, 3, "x", object()],
}
# None is the default, or a float in the place of a function a gradient.
OPTIONAL = {
    *((name, "h") for name in ("numerical_gradient", "numerical_jacobian")),
    ("directional_derivative", "h"),
    *(("gradcheck", "rtol"), ("gradcheck", "rng"), ("kfold", "rng")),
    *(("linear", "b"), ("hidden_layer", "b"), ("conv2d", "b")),
    *(("linear", "b"), ("hidden_layer", "b")),
    *((name, "mask") for name in ("attention_weights", "attention", "multi_head_attention")),
}
TENSORS = ("Tensor", "Module", "ReLU", "Sigmoid", "Tanh")
# Their arrays may hold infinities, and so may their results: that is what they are for.
PASS_ON = {*TENSORS, "unbroadcast", "DynamicLossScale", "through_float16"}
INFINITE = {
    "cross_entropy_between",
    "kl_divergence",
    "perplexity",
}  # what was predicted to be impossible, and happens


def kind(value):
    """Return what an argument of an example is, so that it can be spoiled."""
    if isinstance(value, np.ndarray):
        return "array" if value.dtype.kind == "f" else "indices"
    if isinstance(value, list) and isinstance(value[0], int):
        return "widths"
    kinds = {bool: "flag", float: "number", int: "count", np.random.Generator: "generator"}
    return kinds.get(type(value)) or ("function" if callable(value) else "object")


def is_nan_or_inf(value):
    return value is np.inf or (isinstance(value, list) and value[:1] == [np.nan])


SPOILABLE = [
    (name, argument, kind(value))
    for name, arguments in EXAMPLES.items()
    for argument, value in arguments.items()
    if kind(value) != "flag"
]
SPOILED = [
    pytest.param(name, argument, value, id=f"{name}-{argument}-{value!r:.20}")
    for name, argument, what in SPOILABLE
    for value in BAD[what]
    if not (value is None and (name, argument) in OPTIONAL)
    if not (what == "array" and name in PASS_ON - {"through_float16"} and is_nan_or_inf(value))
    if not (name == "train" and value == "x")  # batches, which its loss has to understand
    if not (what == "number" and argument == "b" and value == -1.0)  # a bias may be negative
    if not ((name, argument) == ("Residual", "scale") and value == -1.0)  # as may this
    if not (what == "number" and argument in ("b", "forget_bias") and value == -1.0)
]


def call(name, arguments):
    return USES.get(name, getattr(dlref, name))(**arguments)


def example(name):
    """Return the arguments of a right call: copies, so that each call draws the same."""
    return copy.deepcopy(EXAMPLES[name])


def numbers(result):
    """Yield all that is numbers in a result as arrays, however deep."""
    if isinstance(result, (np.ndarray, float)):
        yield result
    elif isinstance(result, dlref.Dual):
        yield from (result.value, result.tangent)
    elif isinstance(result, (list, tuple)):
        for part in result:
            yield from numbers(part)


def is_finite(array):
    return np.isfinite(array).all()


def blames(message, arguments):
    """Whether a message names an argument, or what was made of it, or says overflow."""
    names = "|".join(map(re.escape, arguments))
    if "model" in arguments or "sizes" in arguments or "d" in arguments:
        names += "|x|operands"  # a sample is the model's x, and its numbers are operands of tensors
    if "sizes" in arguments:
        names += "|in_features|out_features"  # a width is that of a layer
    overflow = r"overflow|divide by zero|invalid value|.*diverged at step|step \d|the loss at step"
    return re.match(rf"(.*\b({names})\b.* must |X has rank|X\.T @ X has rank|{overflow})", message)


def is_type(value):
    """Whether a public name is a record, or a type for annotations: not called by users."""
    record = isinstance(value, tuple) or (inspect.isclass(value) and issubclass(value, tuple))
    return record or getattr(value, "_is_protocol", False)


def test_every_public_name_has_an_example_and_every_example_a_public_name():
    called = {name for name in dlref.__all__ if not is_type(getattr(dlref, name))}
    assert called == set(EXAMPLES)
    assert set(dlref.__all__) - called == {
        *("FLOAT16", "BFLOAT16", "FloatFormat", "Houses", "Digits"),
        *("JacobianProduct", "ConvolutionGradients", "PCA", "LatentModel", "Node"),
    }


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_gives_finite_numbers_and_changes_no_argument(name):
    arguments = example(name)
    before = copy.deepcopy({k: v for k, v in arguments.items() if kind(v) in ("array", "indices")})
    for value in before:
        arguments[value].flags.writeable = False
    result = call(name, arguments)
    assert result is not None
    assert all(map(is_finite, numbers(result)))
    for argument, value in before.items():
        np.testing.assert_array_equal(arguments[argument], value)
        assert not any(part is arguments[argument] for part in numbers(result))


@pytest.mark.parametrize(("name", "argument", "value"), SPOILED)
def test_a_bad_argument_is_a_value_error_with_its_name_what_was_wanted_and_given(
    name, argument, value
):
    named = "data" if name in TENSORS else argument  # of the tensor that it is made into
    with pytest.raises(ValueError, match=rf"(?s)^{named}(\[0\])? must .*, got "):
        call(name, example(name) | {argument: value})


ARRAYS = [(name, argument) for name, argument, what in SPOILABLE if what in ("array", "indices")]
ANY_SHAPE = {
    *((name, "x") for name in (*dlref.activations.__all__, "random_dropout", "deep_network")),
    *((name, "x") for name in ("numerical_gradient", "jvp", "Module", "ReLU", "Sigmoid", "Tanh")),
    ("numerical_jacobian", "x"),
    *((name, "z") for name in ("logsumexp", "log_softmax", "softmax")),
    *(("gradient_descent", "w0"), ("project_l2_ball", "w"), ("through_float16", "grad")),
    *(("DynamicLossScale", "grad"), ("Tensor", "data"), ("unbroadcast", "g")),
    *(("chain_product", "dy_dx"), ("pad", "x")),
}
# Who is blamed, where it is not the argument with more axes, but one that no longer fits it.
BLAMED = {
    ("directional_derivative", "x"): "v",
    ("gradcheck", "x"): "grad",
    **{(f"{name}_loss", "y"): "y_hat" for name in ("squared", "absolute", "huber", "quantile")},
    ("dropout", "x"): "mask",
    ("gradient_step", "w"): "grad",
    ("weight_decay_step", "w"): "grad",
    **{(f"{name}_step", "w"): "v" for name in ("momentum", "nesterov")},
    **{(f"{name}_step", "w"): "s" for name in ("adagrad", "rmsprop")},
    ("adam_step", "w"): "m",
    ("chain_product", "dz_dy"): "the last 1 axes of dz_dy",
    ("Dual", "value"): "tangent",
    ("running_average", "old"): "new",
    **{(f, a): "X and K" for f in ("conv2d", "conv2d_gradients") for a in ("X", "K")},
    ("Autoencoder", "x"): "x, weight and bias",
    ("LinearAutoencoder", "x"): "x, weight and bias",
    ("VAE", "x"): "x, weight and bias",
    **{(name, "mu"): "log_var" for name in ("gaussian_kl", "reparameterize")},
    ("vae_loss", "x"): "x_hat",
}


@pytest.mark.parametrize(("name", "argument"), [a for a in ARRAYS if a not in ANY_SHAPE])
def test_more_axes_than_wanted_are_never_broadcast(name, argument):
    value = EXAMPLES[name][argument]
    blamed = BLAMED.get((name, argument), argument)
    for wrong in (value[..., None], value[..., None, None]):
        with pytest.raises(ValueError, match=rf"^{blamed} must (have|be) .*, got "):
            call(name, example(name) | {argument: wrong})


# Bounded, or a copy; or no arithmetic with the numbers of the example.
NEVER_OVERFLOW = {
    *(*dlref.activations.__all__, "logsumexp", "softmax", "softmax_jacobian", "accuracy"),
    *("cross_entropy_between", "cross_entropy_gradient", "add_bias_column"),
    *("Dropout", "MLP", "SGD", "dropout_mask", "train_validation_test_split"),
    *("Optimizer", "Adam", "entropy", "kl_divergence", "perplexity", "huffman_lengths"),
    *("cosine_schedule", "step_schedule", "warmup_schedule"),
    *("LinearAutoencoder", "clip_gradient_norm", "strokes"),
    *("BatchNorm", "LayerNorm", "RMSNorm", "Residual", "running_average"),
    *("conv_matrix", "pad", "max_pool1d", "max_pool"),
    *("LSTM", "causal_weights", "frequencies", "VAE"),
}
COMPUTE = {name for name, _, what in SPOILABLE if what in ("array", "number")}


@pytest.mark.parametrize("name", sorted(COMPUTE - PASS_ON | {"through_float16"}))
def test_at_the_edge_of_floats_a_result_is_finite_or_a_floating_point_error(name, monkeypatch):
    monkeypatch.setattr(regularize, "MAX_STEPS", 300)
    arrays = [a for n, a, what in SPOILABLE if n == name and what == "array"]
    scalars = [a for n, a, what in SPOILABLE if n == name and what == "number"]
    outcomes = set()
    for scaled in (*([a] for a in arrays), *([a] for a in scalars), arrays):
        for size in (1.7e308, 8.5e307, 1e200, 1e-308):
            arguments = example(name)
            for argument in scaled:
                largest = np.abs(arguments[argument]).max()
                arguments[argument] = arguments[argument] / largest * size
            try:
                result = call(name, arguments)
            except (FloatingPointError, ValueError) as error:
                outcomes.add(type(error))
                assert blames(str(error), arguments), error  # noqa: PT017 - one of two outcomes
            else:
                assert name == "through_float16" or all(map(is_finite, numbers(result)))
    assert (FloatingPointError in outcomes) == (name not in NEVER_OVERFLOW)


# Another dtype than that of the arrays, each documented; or a model of float64 that needs float64.
OWN_DTYPE = {"through_float16", "DynamicLossScale", "interpolate", "one_hot", "fold_errors"}
OWN_DTYPE |= {
    "huffman_lengths",
    "Autoencoder",
    "LinearAutoencoder",
    "VAE",
    "layer_gradient_norms",
    "nearest_neighbor",
}


def narrowed(value, dtype):
    """Return arrays of floats, in lists, too, in this dtype, and all else as it is."""
    if isinstance(value, list):
        return [narrowed(part, dtype) for part in value]
    is_floats = isinstance(value, np.ndarray) and value.dtype.kind == "f"
    return value.astype(dtype) if is_floats else value


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize("name", sorted({name for name, _ in ARRAYS} - OWN_DTYPE))
def test_floats_keep_their_dtype(name, dtype):
    arguments = {k: narrowed(value, dtype) for k, value in example(name).items()}
    assert {a.dtype for a in numbers(call(name, arguments)) if type(a) is np.ndarray} <= {
        np.dtype(dtype)
    }


FLOATS = [(name, argument) for name, argument, what in SPOILABLE if what == "array"]
NO_SHARE = {"Dual", "jvp"}  # of a tangent in the dtype of the value


@pytest.mark.parametrize(
    ("name", "wide"),
    [(n, a) for n, a in FLOATS if n not in OWN_DTYPE | NO_SHARE and a != "mask"],
)
def test_the_widest_of_the_arrays_gives_its_dtype_to_the_result(name, wide):
    arguments = example(name)
    for argument, value in arguments.items():
        if kind(value) == "array" and argument != wide:
            arguments[argument] = value.astype(np.float32)
    results = [a for a in numbers(call(name, arguments)) if isinstance(a, np.ndarray)]
    assert {array.dtype for array in results} <= {np.dtype(np.float64)}


@st.composite
def arrays(draw):
    """Draw an array that may fit: of few shapes, and of any dtype and magnitude."""
    shapes = [(3,), (4,), (4, 3), (2, 3), (3, 3), (4, 1), (1, 3), (), (0, 3), (2, 4, 3)]
    shape = draw(st.sampled_from(shapes))
    dtype = np.dtype(draw(st.sampled_from("efdgibB?DO")))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    if dtype.kind != "f":
        return rng.integers(0, 4, shape).astype(dtype)
    scale = 10.0 ** draw(st.sampled_from([0, 0, 0, 15, -15, 150, -150, 300, -300]))
    with np.errstate(over="ignore"):
        return np.asarray(rng.standard_normal(shape) * scale).astype(dtype)


numbers_drawn = st.sampled_from([0, 1, 0.5, 1e-3, 30.0, 1e10, 1e-300, 1e200, -0.5, 2.0**-1074])
anything = st.one_of(
    arrays(),
    arrays().map(np.ndarray.tolist),
    numbers_drawn,
    st.integers(-3, 9),
    st.sampled_from([value for values in BAD.values() for value in values]),
)


@pytest.mark.parametrize("name", sorted({name for name, *_ in SPOILABLE} - {"train"}))
def test_whatever_an_argument_is_there_is_a_result_or_a_documented_error(name, monkeypatch):
    monkeypatch.setattr(regularize, "MAX_STEPS", 300)
    names = [a for n, a, what in SPOILABLE if n == name and what not in ("object", "function")]
    quiet = {"all": "ignore"} if name in PASS_ON else {}

    @settings(max_examples=60, deadline=None)
    @given(st.data())
    def holds(data):
        drawn = data.draw(st.dictionaries(st.sampled_from(names), anything, max_size=2))
        arguments = example(name) | drawn
        try:
            with np.errstate(**quiet):
                result = call(name, arguments)
        except (ValueError, FloatingPointError) as error:
            assert name in TENSORS or blames(str(error), arguments), error  # noqa: PT017
        else:
            assert name in PASS_ON | INFINITE or all(map(is_finite, numbers(result)))

    if names:
        holds()
