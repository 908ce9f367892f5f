"""The errors contract: bad arguments give a ValueError that says what was wanted and given."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import dlref

X = np.arange(12.0).reshape(4, 3) / 7
Y, W3 = np.arange(4.0), np.array([1.0, -1.0, 2.0])
W23, LABELS = np.arange(6.0).reshape(2, 3), np.array([0, 1, 2, 0])


def generator():
    return np.random.default_rng(0)


def with_data(data):
    t = dlref.Tensor(X)
    t.data = data
    return t


ARRAY, NUMBER, COUNT, INDICES, GENERATOR, OTHER = "array number count indices rng other".split()  # noqa: SIM905
COMMON = {
    ARRAY: [None, "x", [], [[1.0], [1.0, 2.0]], object(), 1j, [np.nan, 1.0], np.inf, {}],
    NUMBER: [None, "x", [1.0, 2.0], 1j, np.nan, np.inf, -1.0, [], object()],
    COUNT: [None, "3", 2.5, -1, True, [3], np.nan, object()],
    INDICES: [None, "x", [], [[0], [0, 1]], [0.5], [-1], [99], [True, False], 1j, 0],
    GENERATOR: [None, 0, "rng", np.random, np.random.RandomState(0)],
}

# name: the function, and for each argument its kind and a value that is right
CALLS = {
    "linear": (dlref.linear, {"x": (ARRAY, X), "W": (ARRAY, W23), "b": (ARRAY, [0.0, 1.0])}),
    "hidden_layer": (
        dlref.hidden_layer,
        {
            "h": (ARRAY, X),
            "W": (ARRAY, W23),
            "b": (ARRAY, [0.0, 1.0]),
            "activation": (OTHER, dlref.relu),
        },
    ),
    "dropout_mlp": (
        dlref.dropout_mlp,
        {
            "x": (ARRAY, W3),
            "W1": (ARRAY, W23),
            "b1": (ARRAY, [0.0, 1.0]),
            "W2": (ARRAY, X[:, :2]),
            "b2": (ARRAY, Y),
            "mask": (ARRAY, [1, 0]),
            "p": (NUMBER, 0.5),
            "activation": (OTHER, dlref.relu),
        },
    ),
    "relu": (dlref.relu, {"x": (ARRAY, X)}),
    "relu_derivative": (dlref.relu_derivative, {"x": (ARRAY, X)}),
    "sigmoid": (dlref.sigmoid, {"x": (ARRAY, X)}),
    "sigmoid_derivative": (dlref.sigmoid_derivative, {"x": (ARRAY, X)}),
    "tanh_derivative": (dlref.tanh_derivative, {"x": (ARRAY, X)}),
    "logsumexp": (dlref.logsumexp, {"z": (ARRAY, X)}),
    "log_softmax": (dlref.log_softmax, {"z": (ARRAY, X)}),
    "softmax": (dlref.softmax, {"z": (ARRAY, X)}),
    "softmax_jacobian": (dlref.softmax_jacobian, {"z": (ARRAY, W3)}),
    "cross_entropy": (
        dlref.cross_entropy,
        {"logits": (ARRAY, X), "labels": (INDICES, LABELS)},
    ),
    "cross_entropy_gradient": (
        dlref.cross_entropy_gradient,
        {"logits": (ARRAY, X), "labels": (INDICES, LABELS)},
    ),
    "dropout": (dlref.dropout, {"x": (ARRAY, X), "mask": (ARRAY, X > 1), "p": (NUMBER, 0.5)}),
    "dropout_mask": (
        dlref.dropout_mask,
        {"shape": (COUNT, 3), "p": (NUMBER, 0.5), "rng": (GENERATOR, generator())},
    ),
    "random_dropout": (
        dlref.random_dropout,
        {"x": (ARRAY, X), "p": (NUMBER, 0.5), "rng": (GENERATOR, generator())},
    ),
    "gradient_step": (
        dlref.gradient_step,
        {"w": (ARRAY, W3), "grad": (ARRAY, W3), "lr": (NUMBER, 0.1)},
    ),
    "minibatch_loss": (
        dlref.minibatch_loss,
        {"X": (ARRAY, X), "y": (ARRAY, Y), "w": (ARRAY, W3), "batch": (INDICES, [0, 2])},
    ),
    "minibatch_gradient": (
        dlref.minibatch_gradient,
        {"X": (ARRAY, X), "y": (ARRAY, Y), "w": (ARRAY, W3), "batch": (INDICES, [0, 2])},
    ),
    "chain_product": (
        dlref.chain_product,
        {"dz_dy": (ARRAY, W23), "dy_dx": (ARRAY, X.T), "y_ndim": (COUNT, 1)},
    ),
    "gradient_descent": (
        dlref.gradient_descent,
        {"grad": (OTHER, np.cos), "w0": (ARRAY, W3), "lr": (NUMBER, 0.1), "steps": (COUNT, 3)},
    ),
    "minibatches": (
        dlref.minibatches,
        {"n": (COUNT, 4), "batch_size": (COUNT, 2), "rng": (GENERATOR, generator())},
    ),
    "SGD": (
        dlref.SGD,
        {
            "params": (OTHER, [dlref.Tensor(W3, requires_grad=True)]),
            "lr": (NUMBER, 0.1),
            "weight_decay": (NUMBER, 0.1),
        },
    ),
    "Linear": (
        dlref.Linear,
        {
            "in_features": (COUNT, 3),
            "out_features": (COUNT, 2),
            "rng": (GENERATOR, generator()),
        },
    ),
    "Dropout": (dlref.Dropout, {"p": (NUMBER, 0.5), "rng": (GENERATOR, generator())}),
    "MLP": (
        dlref.MLP,
        {"sizes": (ARRAY, [3, 2]), "rng": (GENERATOR, generator()), "dropout": (NUMBER, 0.5)},
    ),
    "Dual": (dlref.Dual, {"value": (ARRAY, X), "tangent": (ARRAY, X)}),
    "jvp": (
        dlref.jvp,
        {"f": (OTHER, lambda x: x * x), "x": (ARRAY, X), "v": (ARRAY, X)},
    ),
    "layer": (
        dlref.layer,
        {"h": (ARRAY, W3), "W": (ARRAY, W23), "activation": (OTHER, np.tanh)},
    ),
    "layer_jacobian": (
        dlref.layer_jacobian,
        {"h": (ARRAY, W3), "W": (ARRAY, W23), "derivative": (OTHER, np.cos)},
    ),
    "deep_network": (dlref.deep_network, {"layers": (OTHER, [np.tanh]), "x": (ARRAY, X)}),
    "layer_gradient_norms": (
        dlref.layer_gradient_norms,
        {
            "model": (OTHER, dlref.MLP([3, 3], rng=generator())),
            "X": (ARRAY, X),
            "labels": (INDICES, LABELS),
        },
    ),
    "pca": (dlref.pca, {"X": (ARRAY, X), "k": (COUNT, 2)}),
    "pca_encode": (
        dlref.pca_encode,
        {"x": (ARRAY, X), "mean": (ARRAY, W3), "components": (ARRAY, np.eye(3))},
    ),
    "pca_decode": (
        dlref.pca_decode,
        {"z": (ARRAY, X), "mean": (ARRAY, W3), "components": (ARRAY, np.eye(3))},
    ),
    "Autoencoder": (
        dlref.Autoencoder,
        {"sizes": (ARRAY, [3, 2]), "rng": (GENERATOR, generator())},
    ),
    "LinearAutoencoder": (
        dlref.LinearAutoencoder,
        {"d": (COUNT, 3), "k": (COUNT, 2), "rng": (GENERATOR, generator())},
    ),
    "interpolate": (
        dlref.interpolate,
        {
            "model": (OTHER, dlref.pca(X, 2)),
            "a": (ARRAY, X[0]),
            "b": (ARRAY, X[1]),
            "steps": (COUNT, 3),
        },
    ),
    "Tensor.__add__": (lambda x: dlref.Tensor(X) + x, {"x": (OTHER, X)}),
    "Tensor.__pow__": (lambda exponent: dlref.Tensor(X + 1) ** exponent, {"exponent": (OTHER, 2)}),
    "Tensor.linear": (
        lambda weight, bias: dlref.Tensor(X).linear(weight, bias),
        {"weight": (OTHER, W23), "bias": (OTHER, [0.0, 1.0])},
    ),
    "Tensor.cross_entropy": (
        lambda labels: dlref.Tensor(X).cross_entropy(labels),
        {"labels": (INDICES, LABELS)},
    ),
    "Tensor.data": (with_data, {"data": (ARRAY, X)}),
    "unbroadcast": (dlref.unbroadcast, {"g": (OTHER, X), "shape": (OTHER, (1, 3))}),
    "Module.__call__": (
        lambda x: dlref.MLP([3, 2], rng=generator())(x),
        {"x": (OTHER, X)},
    ),
}
# Composed functions pass an argument on, and the complaint has the name that it got there.
PASSED_ON = {("Tensor.cross_entropy", "labels"): "(labels|logits)"}
OPTIONAL = {("linear", "b"), ("hidden_layer", "b")}
BAD = [
    pytest.param(name, argument, value, id=f"{name}-{argument}-{value!r:.20}")
    for name, (_, arguments) in CALLS.items()
    for argument, (kind, _) in arguments.items()
    for value in COMMON.get(kind, [])
    if value is not None or (name, argument) not in OPTIONAL
]


def call(name, **changes):
    function, arguments = CALLS[name]
    right = {argument: value for argument, (_, value) in arguments.items()}
    return function(**right | changes)


@pytest.mark.parametrize("name", CALLS)
def test_the_call_that_the_others_spoil_is_right(name):
    assert call(name) is not None


@pytest.mark.parametrize(("name", "argument", "value"), BAD)
def test_a_bad_argument_is_a_value_error_with_its_name_what_was_wanted_and_given(
    name, argument, value
):
    name_there = PASSED_ON.get((name, argument), argument)
    with pytest.raises(ValueError, match=rf"(?s)^{name_there} must .*, got "):
        call(name, **{argument: value})


@pytest.mark.parametrize(
    ("g", "shape"),
    [
        (np.ones((2, 3)), (3, 2)),  # as many numbers, but others
        (np.ones((2, 3)), (2,)),
        (np.ones(3), (2, 3)),
        (np.ones(3), None),
        (np.ones(3), (10**400,)),
        ([1.0, 2.0], (-1,)),
        ([1.0, 2.0], 1),
    ],
)
def test_unbroadcast_refuses_a_shape_that_does_not_broadcast_to_that_of_the_gradient(g, shape):
    with pytest.raises(ValueError, match=r"^shape must broadcast to that of g, \([23].*, got "):
        dlref.unbroadcast(g, shape)


@pytest.mark.parametrize(
    ("g", "shape", "total"),
    [
        ([1.0, 2.0], (1,), [3.0]),
        ([1.0, 2.0], [1], [3.0]),
        ([np.inf, 2.0], (1,), [np.inf]),
        (np.float64(2), (), 2.0),
    ],
)
def test_unbroadcast_takes_lists_and_scalars_as_well_as_arrays(g, shape, total):
    np.testing.assert_array_equal(dlref.unbroadcast(g, shape), np.array(total), strict=True)


FIXED_SHAPES = {
    "linear": "x W b",
    "softmax_jacobian": "z",
    "cross_entropy": "logits labels",
    "cross_entropy_gradient": "logits labels",
    "dropout": "mask",
    "gradient_step": "grad",
    "minibatch_loss": "X y w batch",
    "minibatch_gradient": "X y w batch",
    "MLP": "sizes",
    "Dual": "tangent",
    "jvp": "v",
    "layer": "h W",
    "layer_jacobian": "h W",
    "layer_gradient_norms": "X",
    "pca": "X",
    "pca_encode": "x mean components",
    "pca_decode": "z mean components",
    "Autoencoder": "sizes",
    "interpolate": "a b",
}


@pytest.mark.parametrize(
    ("name", "argument"),
    [(name, argument) for name in FIXED_SHAPES for argument in FIXED_SHAPES[name].split()],
)
def test_more_axes_than_wanted_are_a_value_error_with_the_name_of_the_argument(name, argument):
    _, right = CALLS[name][1][argument]
    with pytest.raises(ValueError, match=rf"^{argument} must have .*, got "):
        call(name, **{argument: np.asarray(right)[..., None, None]})


anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 5),
    st.floats(-100, 100) | st.sampled_from([np.nan, np.inf, -0.0, 1e-300]),
    st.text(max_size=3),
    st.complex_numbers(max_magnitude=9),
    st.recursive(st.floats(-9, 9), lambda s: st.lists(s, max_size=3), max_leaves=6),
    st.builds(
        np.ndarray.astype,
        hnp.arrays(
            np.int64,
            hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
            elements=st.integers(0, 3),
        ),
        st.sampled_from([np.float64, np.float32, np.int64, np.uint8, np.bool_, object, complex]),
    ),
)


@settings(max_examples=1000, deadline=None)
@given(st.sampled_from(list(CALLS)), st.data())
def test_any_argument_gives_a_result_or_a_value_error(name, data):
    arguments = CALLS[name][1]
    spoilable = [argument for argument, (kind, _) in arguments.items() if kind != OTHER]
    spoilable += [
        a
        for a in arguments
        if name.startswith(("Tensor", "Module", "unbroadcast")) and a not in spoilable
    ]
    argument = data.draw(st.sampled_from(spoilable))
    value = data.draw(anything)
    try:
        result = call(name, **{argument: value})
    except ValueError as error:
        assert str(error)  # noqa: PT017 - the error is one of two outcomes
    else:
        assert result is not None


def test_every_public_name_that_takes_numbers_is_under_contract():
    exempt = {
        *("JacobianProduct", "LatentModel", "PCA", "Node"),  # records, and a type
        *("Module", "ReLU", "Sigmoid", "Tanh", "Sequential", "Tensor"),  # their own tests
        *("grad", "graph", "topological_order", "train", "jacobian_product"),
    }
    modules = ("autodiff", "depth", "forward", "functional", "latent", "modules", "optim")
    ours = {
        name
        for name in dlref.__all__
        if getattr(dlref, name).__module__.removeprefix("dlref.") in modules
    }
    assert len(ours) > 40
    assert ours - exempt <= set(CALLS)
