"""Layers and networks against the formulas they stand for."""

import itertools

import numpy as np
import pytest

import dlref
from dlref import functional
from dlref.autodiff import Tensor, grad
from dlref.modules import MLP, Dropout, Linear, Module, ReLU, Residual, Sequential, Sigmoid, Tanh
from dlref.optim import SGD, minibatches, train

rng = np.random.default_rng(0)
X = rng.standard_normal((5, 4))


def test_linear_equals_the_formula_with_weights_of_shape_out_in():
    layer = Linear(4, 3, rng=rng)
    assert layer.weight.shape == (3, 4)
    layer.bias.data = rng.standard_normal(3)
    expected = [layer.weight.data @ x + layer.bias.data for x in X]
    np.testing.assert_allclose(layer(X).data, expected, rtol=1e-13)
    np.testing.assert_allclose(layer(X[0]).data, expected[0], rtol=1e-13)


def test_linear_starts_with_he_weights_of_the_twin_generator_and_no_bias():
    layer = Linear(8, 3, rng=np.random.default_rng(1))
    expected = np.sqrt(2 / 8) * np.random.default_rng(1).standard_normal((3, 8))
    np.testing.assert_allclose(layer.weight.data, expected, rtol=1e-15)
    assert not layer.bias.data.any()


def test_linear_takes_another_initializer():
    layer = Linear(4, 3, rng=rng, init=lambda fan_in, fan_out, rng: np.full((fan_out, fan_in), 7.0))
    assert (layer.weight.data == 7).all()


@pytest.mark.parametrize(
    ("module", "f"),
    [(ReLU(), dlref.relu), (Sigmoid(), dlref.sigmoid), (Tanh(), np.tanh)],
)
def test_activation_equals_its_formula(module, f):
    np.testing.assert_array_equal(module(X).data, f(X))
    assert module.parameters() == []


def test_dropout_in_training_equals_the_formula_with_the_twin_mask():
    layer = Dropout(0.3, rng=np.random.default_rng(2))
    twin = np.random.default_rng(2)
    for _ in range(2):  # a fresh mask each time
        mask = functional.dropout_mask(X.shape, 0.3, rng=twin)
        np.testing.assert_allclose(layer(X).data, functional.dropout(X, mask, 0.3), rtol=1e-15)


def test_dropout_passes_the_gradient_only_where_it_kept():
    x = Tensor(np.ones(100), requires_grad=True)
    y = Dropout(0.5, rng=rng)(x)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, y.data)
    assert set(y.data) == {0.0, 2.0}


def test_dropout_is_the_identity_at_inference_and_draws_nothing():
    generator = np.random.default_rng(4)
    layer = Dropout(0.9, rng=generator).eval()
    x = Tensor(X)
    assert layer(x) is x
    assert generator.random() == np.random.default_rng(4).random()


def test_dropout_that_drops_nothing_is_the_identity_and_draws_nothing():
    generator = np.random.default_rng(4)
    x = Tensor(X)
    assert Dropout(0.0, rng=generator)(x) is x
    assert generator.random() == np.random.default_rng(4).random()


def test_inference_equals_the_mean_over_all_masks_where_the_rest_is_linear():
    W, h, p = rng.standard_normal((2, 4)), rng.standard_normal(4), 0.5
    masks = itertools.product([0, 1], repeat=4)
    mean = np.mean([W @ functional.dropout(h, mask, p) for mask in masks], axis=0)
    np.testing.assert_allclose(mean, W @ h, rtol=1e-13)


def test_dropout_keeps_float32():
    assert Dropout(0.3, rng=rng)(X.astype(np.float32)).dtype == np.float32


def test_sequential_is_the_composition():
    first, second = Linear(4, 3, rng=rng), Linear(3, 2, rng=rng)
    model = Sequential(first, Tanh(), second)
    np.testing.assert_array_equal(model(X).data, second(np.tanh(first(X).data)).data)


def test_mlp_equals_the_layer_formulas():
    model = MLP([4, 6, 5, 3], rng=rng, activation=Sigmoid)
    h = X
    *hidden, last = [layer for layer in model.layers if isinstance(layer, Linear)]
    for layer in hidden:
        h = dlref.sigmoid(functional.linear(h, layer.weight.data, layer.bias.data))
    expected = functional.linear(h, last.weight.data, last.bias.data)
    np.testing.assert_allclose(model(X).data, expected, rtol=1e-12)


def test_mlp_has_no_activation_after_the_last_layer_and_dropout_after_each_hidden_one():
    kinds = [type(layer) for layer in MLP([4, 6, 5, 3], rng=rng, dropout=0.2).layers]
    assert kinds == [Linear, ReLU, Dropout, Linear, ReLU, Dropout, Linear]
    assert [type(layer) for layer in MLP([4, 3], rng=rng, dropout=0.2).layers] == [Linear]
    assert [type(layer) for layer in MLP([4, 6, 3], rng=rng).layers] == [Linear, ReLU, Linear]


def test_mlp_takes_another_initializer():
    model = MLP([4, 6, 3], rng=rng, init=lambda d_in, d_out, rng: np.full((d_out, d_in), 7.0))
    assert all((layer.weight.data == 7).all() for layer in model.layers[::2])


def test_a_stack_without_activation_collapses_to_one_affine_map():
    first, second = Linear(4, 6, rng=rng), Linear(6, 3, rng=rng)
    first.bias.data, second.bias.data = rng.standard_normal(6), rng.standard_normal(3)
    W1, b1, W2, b2 = (p.data for p in Sequential(first, second).parameters())
    np.testing.assert_allclose(
        Sequential(first, second)(X).data, X @ (W2 @ W1).T + (W2 @ b1 + b2), rtol=1e-12, atol=1e-14
    )


class Nested(Module):
    def __init__(self):
        self.scale = Tensor(2.0, requires_grad=True)
        self.constant = Tensor(1.0)
        self.shared = Linear(4, 4, rng=rng)
        self.blocks = [self.shared, Sequential(Dropout(0.5, rng=rng), Linear(4, 2, rng=rng))]
        self.name = "nested"

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x * self.scale


def test_parameters_finds_all_once_in_order_of_definition():
    model = Nested()
    last = model.blocks[1].layers[1]
    expected = [model.scale, model.shared.weight, model.shared.bias, last.weight, last.bias]
    assert [id(p) for p in model.parameters()] == [id(p) for p in expected]


def test_parameters_are_named_by_their_paths_and_a_shared_one_by_its_first():
    names = [name for name, _ in Nested().named_parameters()]
    last = ["blocks.1.layers.1.weight", "blocks.1.layers.1.bias"]
    assert names == ["scale", "shared.weight", "shared.bias", *last]


def test_a_loaded_state_makes_another_model_compute_the_same():
    model, other = MLP([4, 3, 2], rng=rng), MLP([4, 3, 2], rng=rng)
    assert not np.allclose(model(X).data, other(X).data)
    other.load_state_dict(model.state_dict())
    np.testing.assert_array_equal(model(X).data, other(X).data)


def test_a_state_is_a_copy_on_its_way_out_and_in():
    model = MLP([4, 3], rng=rng)
    state = model.state_dict()
    state["layers.0.bias"][:] = 7
    assert not model.layers[0].bias.data.any()
    model.load_state_dict(state)
    state["layers.0.bias"][:] = 8
    assert (model.layers[0].bias.data == 7).all()


def test_a_state_loaded_after_the_forward_pass_changes_no_gradient_of_it():
    model = MLP([4, 3, 2], rng=rng)
    (expected,) = grad(model(X).sum(), [model.layers[2].bias])
    loss, state = model(X).sum(), model.state_dict()
    model.load_state_dict({name: 0 * value for name, value in state.items()})
    loss.backward()
    np.testing.assert_array_equal(model.layers[2].bias.grad, expected)
    (first,) = (model.layers[0].weight.grad,)
    assert first.any()  # it comes through the second weight, which is zero by now


def test_a_loaded_state_takes_the_dtype_of_the_parameters():
    model = MLP([4, 3], rng=rng, dtype=np.float32)
    model.load_state_dict({"layers.0.weight": np.ones((3, 4)), "layers.0.bias": [1, 2, 3]})
    assert {p.dtype for p in model.parameters()} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({"layers.0.bias": np.ones(2)}, r"keys \['layers.0.weight', 'layers.0.bias'\], got \['l"),
        (
            {"layers.0.weight": np.ones((2, 4)), "layers.0.bias": np.ones((1, 2))},
            r"layers.0.bias must have shape \(2,\), got \(1, 2\)",
        ),
    ],
)
def test_a_state_that_does_not_fit_is_refused_and_changes_nothing(state, message):
    model = MLP([4, 2], rng=rng)
    before = model.state_dict()
    with pytest.raises(ValueError, match=message):
        model.load_state_dict(state)
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_train_and_eval_reach_every_module_and_return_the_model():
    model = Nested()
    dropout = model.blocks[1].layers[0]
    assert model.training
    assert model.eval() is model
    assert model.training is False
    assert not dropout.training
    assert model.train() is model
    assert dropout.training


def test_zero_grad_forgets_the_gradients():
    model = MLP([4, 3], rng=rng)
    model(X).sum().backward()
    assert all(p.grad is not None for p in model.parameters())
    model.zero_grad()
    assert all(p.grad is None for p in model.parameters())


def test_sequential_calls_its_modules_so_that_what_a_call_adds_is_not_lost():
    class Loud(ReLU):
        def __call__(self, x):
            calls.append(x.shape)
            return super().__call__(x)

    calls = []
    Sequential(Loud(), Tanh())(X)
    assert calls == [X.shape]


def test_a_module_without_forward_says_so():
    with pytest.raises(NotImplementedError, match=r"Module must define forward"):
        Module()(X)


def test_dtype_reaches_the_parameters():
    assert {p.dtype for p in MLP([4, 3, 2], rng=rng, dtype=np.float32).parameters()} == {
        np.dtype(np.float32)
    }


def test_an_mlp_learns_xor_which_no_linear_model_can():
    x, y = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
    generator = np.random.default_rng(0)
    for sizes, learns in [([2, 16, 2], True), ([2, 2], False)]:
        model = MLP(sizes, rng=generator)
        batches = [b for _ in range(300) for b in minibatches(4, 4, rng=generator)]
        train(lambda b, m=model: m(x[b]).cross_entropy(y[b]), SGD(model.parameters(), 0.5), batches)
        assert (model(x).data.argmax(axis=1) == y).all() == learns


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Linear(0, 3, rng=rng), "in_features must be an integer >= 1, got 0"),
        (lambda: Linear(3, 2.5, rng=rng), "out_features must be an integer >= 1, got 2.5"),
        (lambda: Linear(3, 2, rng=0), "rng must be a numpy.random.Generator"),
        (lambda: Linear(3, 2, rng=rng)(X), r"got \(5, 4\), \(2, 3\), \(2,\)"),
        (
            lambda: Linear(3, 2, rng=rng, init=lambda *fans, rng: np.ones(fans)),
            r"the initial weight must have shape \(2, 3\), got \(3, 2\)",
        ),
        (lambda: MLP(3, rng=rng), r"sizes must have 1 axes, got shape \(\)"),
        (lambda: Dropout(1.0, rng=rng), r"p must be in \[0, 1\), got 1.0"),
        (lambda: Dropout(-0.1, rng=rng), r"p must be in \[0, 1\), got -0.1"),
        (lambda: Dropout(0.5, rng=1), "rng must be"),
        (lambda: Sequential(), r"one or more modules, got \(\)"),
        (lambda: Sequential(np.tanh), "one or more modules, got"),
        (lambda: MLP([3], rng=rng), r"an input and an output width, got \[3\]"),
        (lambda: MLP([3, 3, 3], rng=rng, dropout=1), r"dropout must be in \[0, 1\), got 1"),
        (lambda: MLP([3, 3], rng=rng, dropout=2), r"dropout must be in \[0, 1\), got 2"),
    ],
)
def test_error_names_the_wanted_and_the_given(build, message):
    with pytest.raises(ValueError, match=message):
        build()


@pytest.mark.parametrize(
    ("x", "message"),
    [
        *((x, "data must .*, got ") for x in (None, "x", [], [[1.0], [1.0, 2.0]], object(), 1j)),
        *((x, "x, weight and bias must .*, got ") for x in (2.0, X[:, :3], X[:, None, :3], X.T)),
        (X.astype(np.float32), "operands must have one dtype, got "),
    ],
)
@pytest.mark.parametrize("model", [Linear(4, 2, rng=rng), MLP([4, 2], rng=rng)])
def test_a_module_refuses_an_input_that_does_not_fit(model, x, message):
    with pytest.raises(ValueError, match=rf"(?s)^{message}"):
        model(x)


# ---------------------------------------------------------------- buffers


class Counting(Module):
    """Scales its input, and has a buffer besides."""

    def __init__(self, count):
        self.scale = Tensor(2.0, requires_grad=True)
        self.register_buffer("count", count)

    def forward(self, x):
        return x * self.scale


def test_buffers_are_saved_and_loaded_but_are_no_parameters():
    old, new = (Sequential(ReLU(), Counting([count, 1.0])) for count in (3.0, 0.0))
    assert [name for name, _ in old.named_parameters()] == ["layers.1.scale"]
    assert [name for name, _ in old.named_buffers()] == ["layers.1.count"]
    assert list(old.state_dict()) == ["layers.1.scale", "layers.1.count"]
    new.load_state_dict(old.state_dict())
    np.testing.assert_array_equal(new.layers[1].count, [3.0, 1.0])


def test_a_buffer_is_a_copy_when_it_is_registered_saved_and_loaded():
    value = np.ones(2)
    module = Counting(value)
    state = module.state_dict()
    value[:] = 7
    np.testing.assert_array_equal(module.count, 1)
    module.count = module.count + 1
    np.testing.assert_array_equal(state["count"], 1)
    module.load_state_dict(state)
    state["count"][:] = 9
    np.testing.assert_array_equal(module.count, 1)


def test_a_buffer_of_another_shape_or_a_missing_one_is_refused_and_nothing_changes():
    module = Counting(np.ones(2))
    for state in ({"scale": 5.0}, {"scale": 5.0, "count": np.ones(3)}):
        with pytest.raises(ValueError, match="count"):
            module.load_state_dict(state)
        assert module.scale.item() == 2.0


def test_a_buffer_takes_no_name_that_is_in_use():
    module = Counting(np.ones(2))
    for name in ("scale", "count", "forward"):
        with pytest.raises(ValueError, match=f"name must be new, got '{name}'"):
            module.register_buffer(name, 1.0)


# ---------------------------------------------------------------- residual blocks


@pytest.mark.parametrize("scale", [1.0, 0.5, -2.0])
def test_a_residual_block_adds_what_is_inside_to_its_input_and_so_does_its_jacobian(scale):
    inner = Linear(4, 4, rng=rng)
    block = Residual(inner, scale=scale)
    W, b = inner.weight.data, inner.bias.data
    np.testing.assert_allclose(block(X).data, X + scale * (X @ W.T + b), rtol=1e-13)
    jacobian = dlref.numerical_jacobian(lambda x: block(x).data, X[0])
    np.testing.assert_allclose(jacobian, np.eye(4) + scale * W, rtol=1e-6, atol=1e-8)
    assert [name for name, _ in block.named_parameters()] == ["inner.weight", "inner.bias"]


def test_a_stack_of_linear_residual_blocks_is_a_power_of_a_matrix():
    inner = Linear(4, 4, rng=rng)
    stack = Sequential(*[Residual(inner, scale=0.3)] * 5)
    power = np.linalg.matrix_power(np.eye(4) + 0.3 * inner.weight.data, 5)
    np.testing.assert_allclose(stack(X).data, X @ power.T, rtol=1e-12)


def test_a_residual_block_that_would_broadcast_is_refused():
    with pytest.raises(ValueError, match=r"keep the shape \(5, 4\), got \(5, 1\)"):
        Residual(Linear(4, 1, rng=rng))(X)
