"""Reverse mode against autograd, complex steps and closed forms; and its known pitfalls."""

import copy
import gc
import itertools
import operator
import pickle

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import dlref
from dlref.autodiff import Tensor, grad, graph, topological_order, unbroadcast
from dlref.modules import MLP
from dlref.optim import SGD
from tests.dlref.complex_step import complex_step

rng = np.random.default_rng(0)
X = rng.standard_normal((3, 4))
POSITIVE = rng.uniform(0.5, 2, (3, 4))
C = rng.standard_normal((3, 4))
BINARY = [operator.add, operator.sub, operator.mul, operator.truediv]


def leaf(value):
    return Tensor(np.array(value), requires_grad=True)


def gradient_of(f, *arrays):
    leaves = [leaf(a) for a in arrays]
    f(*leaves).backward()
    return [t.grad for t in leaves]


# ---------------------------------------------------------------- every rule

EXPRESSIONS = {  # read alike by Tensor and by NumPy
    "add": lambda x, c: x + c,
    "radd": lambda x, c: c + x,
    "sub": lambda x, c: x - c,
    "rsub": lambda x, c: c - x,
    "mul": lambda x, c: x * c,
    "rmul": lambda x, c: c * x,
    "div": lambda x, c: x / c,
    "rdiv": lambda x, c: c / x,
    "self product": lambda x, c: x * x,
    "self quotient": lambda x, c: x / (x + 1),
    "neg": lambda x, c: -x,
    "square": lambda x, c: x**2,
    "power": lambda x, c: x**-1.5,
    "matmul": lambda x, c: x @ c.T,
    "rmatmul": lambda x, c: c.T @ x,
    "gram": lambda x, c: x @ x.T,
    "slice": lambda x, c: x[1:, ::2],
    "integer index": lambda x, c: x[1],
    "repeated index": lambda x, c: x[[0, 2, 0, 0]],
    "repeated index behind a slice": lambda x, c: x[:, [0, 0, 2]],
    "boolean index": lambda x, c: x[c > 0],
    "pairs of indices": lambda x, c: x[[0, 0], [1, 1]],
    "sum": lambda x, c: x.sum(),
    "sum of rows": lambda x, c: x.sum(axis=1),
    "sum of columns, kept": lambda x, c: x.sum(axis=0, keepdims=True),
    "sum over both": lambda x, c: x.sum(axis=(0, -1)),
    "mean": lambda x, c: x.mean(),
    "mean of rows": lambda x, c: x.mean(axis=-1),
    "mean of rows, kept": lambda x, c: x.mean(axis=1, keepdims=True),
    "reshape": lambda x, c: x.reshape(2, 6),
    "reshape with -1": lambda x, c: x.reshape(-1),
    "transpose": lambda x, c: x.T,
    "transpose of three axes": lambda x, c: x.reshape(3, 2, 2).transpose(2, 0, 1),
    "stacked matmul": lambda x, c: x.reshape(2, 3, 2) @ c.reshape(2, 2, 3),
    "stack times matrix": lambda x, c: x.reshape(2, 3, 2) @ c[:2],
    "matrix times stack": lambda x, c: x[:, :2] @ c.reshape(3, 2, 2),
    "stacks that broadcast": lambda x, c: x.reshape(1, 3, 2, 2) @ c.reshape(3, 1, 2, 2),
    "stack with itself": lambda x, c: x.reshape(2, 2, 3) @ x.reshape(2, 2, 3).transpose(0, 2, 1),
}
METHODS = {
    "exp": np.exp,
    "log": np.log,
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softmax": lambda x: np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True),
    "log_softmax": lambda x: np.log(np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)),
}
RULES = {name: (f, f) for name, f in EXPRESSIONS.items()} | {
    name: (lambda t, c, name=name: getattr(t, name)(), lambda x, c, f=f: f(x))
    for name, f in METHODS.items()
}


@pytest.mark.parametrize("name", RULES)
def test_rule_equals_the_complex_step_of_the_same_numpy_expression(name):
    f, f_numpy = RULES[name]
    out = f_numpy(POSITIVE, C)
    np.testing.assert_allclose(f(Tensor(POSITIVE), C).data, out, rtol=1e-14)
    weights = rng.standard_normal(np.shape(out))  # a gradient that differs at each output
    (measured,) = gradient_of(lambda t: (f(t, C) * weights).sum(), POSITIVE)
    expected = complex_step(lambda x: (f_numpy(x, C) * weights).sum(), POSITIVE)
    np.testing.assert_allclose(measured, expected, rtol=1e-12, atol=1e-14)


def test_pad_adds_zeros_around_the_last_two_axes_and_pulls_back_what_is_inside():
    x = leaf(POSITIVE.reshape(3, 2, 2))
    y = x.pad(2)
    expected = np.zeros((3, 6, 6))
    expected[:, 2:4, 2:4] = x.data
    np.testing.assert_array_equal(y.data, expected)
    weights = rng.standard_normal(y.shape)
    (y * weights).sum().backward()
    np.testing.assert_array_equal(x.grad, weights[:, 2:4, 2:4])


def test_pad_of_a_vector_is_refused():
    with pytest.raises(ValueError, match=r"two axes at least, got shape \(3,\)"):
        leaf([1.0, 2.0, 3.0]).pad(1)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_max_takes_the_largest_and_the_first_of_equal_ones_receives_the_gradient(axis):
    x = leaf([[1.0, 3.0, 3.0], [4.0, 3.0, 0.0]])
    y = x.max(axis=axis)
    np.testing.assert_array_equal(y.data, x.data.max(axis=axis))
    weights = np.array([2.0, 5.0, 7.0])[: y.data.size]
    (y * weights).sum().backward()
    by_columns = [[0, 5, 7], [2, 0, 0]]
    by_rows = [[0, 2, 0], [5, 0, 0]]
    np.testing.assert_array_equal(x.grad, by_columns if axis == 0 else by_rows)


def test_the_complex_step_notices_a_gradient_that_is_off_by_a_millionth():
    (measured,) = gradient_of(lambda t: t.exp().sum(), POSITIVE)
    expected = complex_step(lambda x: np.exp(x).sum(), POSITIVE)
    with pytest.raises(AssertionError, match="Mismatched elements: 12 / 12"):
        np.testing.assert_allclose((1 + 1e-6) * measured, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    ("a", "b"), [((3, 4), (4, 2)), ((3, 4), (4,)), ((3,), (3, 4)), ((4,), (4,))]
)
def test_matmul_of_vectors_and_matrices_equals_autograd(a, b):
    x, y = rng.standard_normal(a), rng.standard_normal(b)
    weights = rng.standard_normal(np.shape(x @ y))
    expected = autograd.grad(lambda xy: anp.sum((xy[0] @ xy[1]) * weights))((x, y))
    measured = gradient_of(lambda s, t: ((s @ t) * weights).sum(), x, y)
    for m, e in zip(measured, expected, strict=True):
        np.testing.assert_allclose(m, e, rtol=1e-13)


def test_relu_passes_the_gradient_where_positive_and_nothing_at_zero():
    (g,) = gradient_of(lambda t: (t.relu() * [1.0, 2.0, 3.0]).sum(), [-1.0, 0.0, 5.0])
    np.testing.assert_array_equal(g, [0, 0, 3])


def test_power_zero_has_derivative_zero_even_at_zero():
    (g,) = gradient_of(lambda t: (t**0).sum(), [0.0, 2.0])
    np.testing.assert_array_equal(g, np.zeros(2), strict=True)


def test_sigmoid_at_1000_is_stable_and_equals_the_pure_function():
    x = np.array([-1000.0, -3.0, 0.0, 3.0, 1000.0])
    t = leaf(x)
    y = t.sigmoid()
    y.sum().backward()
    np.testing.assert_array_equal(y.data, dlref.sigmoid(x))
    np.testing.assert_allclose(t.grad, dlref.sigmoid_derivative(x), rtol=1e-13)


@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4)])
def test_linear_equals_matmul_and_add(shape):
    x, W, b = rng.standard_normal(shape), rng.standard_normal((2, 4)), rng.standard_normal(2)
    weights = rng.standard_normal((*shape[:-1], 2))
    measured = gradient_of(lambda x, W, b: (x.linear(W, b) * weights).sum(), x, W, b)
    expected = autograd.grad(lambda a: anp.sum((anp.dot(a[0], a[1].T) + a[2]) * weights), argnum=0)(
        (x, W, b)
    )
    for m, e in zip(measured, expected, strict=True):
        np.testing.assert_allclose(m, e, rtol=1e-12)


def test_linear_of_a_batch_is_one_node():
    out = leaf(X).linear(leaf(np.ones((2, 4))), leaf(np.ones(2)))
    assert [node._op for node in topological_order(out)] == ["", "", "", "linear"]


def test_cross_entropy_equals_the_pure_function_and_its_gradient():
    logits, labels = 5 * rng.standard_normal((6, 3)), np.array([0, 1, 2, 2, 1, 0])
    t = leaf(logits)
    loss = t.cross_entropy(labels)
    (3 * loss).backward()
    assert loss.item() == pytest.approx(dlref.cross_entropy(logits, labels), rel=1e-14)
    expected = 3 * dlref.cross_entropy_gradient(logits, labels)
    np.testing.assert_allclose(t.grad, expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("shape", [(4,), (2, 3, 4)])
def test_log_softmax_is_that_of_the_last_axis_however_many_there_are(shape):
    z, weights = rng.standard_normal(shape), rng.standard_normal(shape)
    np.testing.assert_allclose(
        Tensor(z).log_softmax().data, scipy.special.log_softmax(z, axis=-1), rtol=1e-13
    )
    (measured,) = gradient_of(lambda t: (t.log_softmax() * weights).sum(), z)
    expected = complex_step(lambda z: (METHODS["log_softmax"](z) * weights).sum(), z)
    np.testing.assert_allclose(measured, expected, rtol=1e-12, atol=1e-14)


def test_log_softmax_takes_the_maximum_of_each_row_not_of_all_rows():
    z = np.array([[2000.0, 2001.0], [0.0, 1.0], [-2001.0, -2000.0]])
    expected = scipy.special.log_softmax(z, axis=1)
    np.testing.assert_allclose(Tensor(z).log_softmax().data, expected, rtol=1e-12)
    loss = Tensor(z).cross_entropy(np.array([0, 0, 0]))
    assert loss.item() == pytest.approx(np.log1p(np.e), rel=1e-12)


# ---------------------------------------------------------------- broadcasting

SHAPES = [s for ndim in range(4) for s in itertools.product((1, 3), repeat=ndim)]


@pytest.mark.parametrize("shape", SHAPES)
def test_unbroadcast_is_the_exact_transpose_of_broadcasting(shape):
    for other in SHAPES:
        full = np.broadcast_shapes(shape, other)
        x = rng.integers(-9, 10, shape).astype(float)
        g = rng.integers(-9, 10, full).astype(float)
        assert (np.broadcast_to(x, full) * g).sum() == (x * unbroadcast(g, shape)).sum()
        assert unbroadcast(g, shape).shape == shape


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
    np.testing.assert_array_equal(unbroadcast(g, shape), np.array(total), strict=True)


@settings(max_examples=60, deadline=None)
@given(
    hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=4, max_side=3),
    st.sampled_from(BINARY),
    st.integers(0, 2**32 - 1),
)
def test_arithmetic_of_any_broadcastable_shapes_equals_autograd(shapes, op, seed):
    draw = np.random.default_rng(seed)
    a, b = (np.asarray(draw.uniform(0.5, 2, s)) for s in shapes.input_shapes)
    weights = np.asarray(draw.standard_normal(shapes.result_shape))
    measured = gradient_of(lambda s, t: (op(s, t) * weights).sum(), a, b)
    expected = autograd.grad(lambda ab: anp.sum(op(*ab) * weights))((a, b))
    for m, e, x in zip(measured, expected, (a, b), strict=True):
        assert m.shape == x.shape
        np.testing.assert_allclose(m, e, rtol=1e-10, atol=1e-12)


# ---------------------------------------------------------------- the chain rule on graphs


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_gradient_is_linear_in_the_output(alpha, beta):
    f, g = (lambda t: (t * t).tanh().sum()), (lambda t: (t.exp() / 3).sum())
    (left,) = gradient_of(lambda t: alpha * f(t) + beta * g(t), X)
    right = alpha * gradient_of(f, X)[0] + beta * gradient_of(g, X)[0]
    np.testing.assert_allclose(left, right, rtol=1e-12, atol=1e-12)


def test_a_value_with_two_consumers_sums_its_paths():
    (g,) = gradient_of(lambda x: x**2 * x**3, 1.3)
    assert g == pytest.approx(5 * 1.3**4, rel=1e-14)


def test_backward_visits_each_node_once_where_there_are_2_to_the_60_paths():
    x = leaf(1.0)
    y = x
    for _ in range(60):
        y = y + y
    y.backward()
    assert x.grad == 2.0**60
    assert len(topological_order(y)) == 61


def test_topological_order_lists_each_node_after_its_operands():
    x = leaf(X)
    y = x.exp()
    z = (y * x + y.sum()).sum()
    order = topological_order(z)
    assert len(order) == len(set(order))
    assert order[-1] is z
    place = {node: i for i, node in enumerate(order)}
    pairs = [(p, node) for node in order for p, _ in node._edges]
    assert len(pairs) == 7
    assert all(place[p] < place[node] for p, node in pairs)


def test_a_graph_10_000_nodes_deep_needs_no_recursion():
    x = leaf(1.0)
    y = x
    for _ in range(10_000):
        y = y + 1e-4
    y.backward()
    assert x.grad == 1
    assert len(graph(y)) == 10_001
    del y  # freeing the chain must not exhaust the stack either


def test_mlp_gradients_equal_autograd():
    model = MLP([4, 5, 6, 3], rng=rng)
    for p in model.parameters()[1::2]:
        p.data = rng.standard_normal(p.shape)  # autograd halves the gradient at a tie with 0
    labels = np.array([0, 2, 1])
    model(X).cross_entropy(labels).backward()

    def loss(params):
        h = X
        for W, b in zip(params[::2], params[1::2], strict=True):
            o = anp.dot(h, W.T) + b
            h = anp.maximum(o, 0)
        p = anp.exp(o) / anp.sum(anp.exp(o), axis=1, keepdims=True)
        return -anp.mean(anp.log(p[np.arange(3), labels]))

    expected = autograd.grad(loss)([p.data for p in model.parameters()])
    for p, e in zip(model.parameters(), expected, strict=True):
        np.testing.assert_allclose(p.grad, e, rtol=1e-11, atol=1e-14)


# ---------------------------------------------------------------- leaves and memory


def test_backward_adds_to_the_gradients_of_leaves_instead_of_overwriting_them():
    x = leaf([1.0, 2.0])
    (x * x).sum().backward()
    first = x.grad
    (3 * x).sum().backward()
    np.testing.assert_array_equal(x.grad, [5, 7])
    np.testing.assert_array_equal(first, [2, 4])


@pytest.mark.parametrize(
    "f",
    [
        lambda a, b: (a + b).sum(),
        lambda a, b: (a - b).sum(),
        lambda a, b: (a.reshape(4, 3) @ b).sum(),
        lambda a, b: (a.T + b.T).sum(),
        lambda a, b: a.sum() + b.mean(),
        lambda a, b: (a.reshape(12) * b.reshape(12)).sum(),
    ],
)
def test_gradients_of_leaves_share_no_memory_and_are_writable(f):
    a, b = leaf(X), leaf(X)
    f(a, b).backward()
    a.grad *= 0
    np.testing.assert_array_equal(a.data, X)
    assert np.any(b.grad)
    assert not np.shares_memory(a.grad, b.grad)


def test_gradients_of_a_value_and_of_its_view_share_no_memory():
    x = leaf(X)
    y = x.reshape(12)
    gx, gy = grad((y * y).sum(), [x, y])
    gx *= 0
    np.testing.assert_array_equal(gy, 2 * X.reshape(12))


def test_a_scalar_used_as_the_root_gets_a_gradient_of_its_own():
    x = leaf(3.0)
    x.backward()
    x.backward()
    assert x.grad == 2
    assert isinstance(x.grad, np.ndarray)


@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
def test_the_gradient_of_one_number_with_respect_to_itself_has_its_shape(shape):
    x = leaf(np.full(shape, 3.0))
    x.backward()
    np.testing.assert_array_equal(x.grad, np.ones(shape), strict=True)


def test_intermediate_results_keep_no_gradient():
    x = leaf(X)
    y = x.exp()
    y.sum().backward()
    assert y.grad is None


def test_grad_returns_gradients_of_any_nodes_and_leaves_grad_alone():
    x = leaf([1.0, 2.0])
    y = x * x
    gx, gy = grad((3 * y).sum(), [x, y])
    np.testing.assert_array_equal(gx, [6, 12])
    np.testing.assert_array_equal(gy, [3, 3])
    assert x.grad is None


@pytest.mark.parametrize("wanted", [0, 1])
def test_grad_gives_no_two_gradients_the_same_memory(wanted):
    x = leaf(X)
    y = x + 1
    gradients = grad((y + x).sum(), [x, y])
    gradients[wanted] *= 0
    np.testing.assert_array_equal(gradients[1 - wanted], np.full((3, 4), [2.0, 1.0][1 - wanted]))


def test_constants_are_not_kept_in_the_graph():
    x, c = leaf(X), Tensor(X)
    y = ((c.exp() + c) * x).sum()
    assert {node._op for node in topological_order(y)} == {"", "*", "sum"}
    assert c.exp()._edges == []
    assert not (c + 1).requires_grad


# ---------------------------------------------------------------- values that cannot change

PRODUCT = {  # of x and what becomes of an array y: the gradient for x is that y
    "a leaf": lambda x, y: x * Tensor(y, requires_grad=True),
    "a constant": lambda x, y: x * Tensor(y),
    "an array on the right": lambda x, y: x * y,
    "an array on the left": lambda x, y: y * x,
    "a part of an array": lambda x, y: x * Tensor(y[:]),
    "an assigned array": lambda x, y: x * assigned(y),
    "an array that was read-only for a while": lambda x, y: x * lent(y),
}


def assigned(array):
    t = leaf(np.zeros(2))
    t.data = array
    return t


def lent(array):
    array.setflags(write=False)
    t = Tensor(array)
    array.setflags(write=True)
    return t


@pytest.mark.parametrize("name", PRODUCT)
def test_an_array_that_its_owner_changes_after_the_forward_pass_changes_no_gradient(name):
    x, y = leaf([5.0, 5.0]), np.array([2.0, 4.0])
    loss = PRODUCT[name](x, y).sum()
    y[0] = 200.0
    loss.backward()
    np.testing.assert_array_equal(x.grad, [2, 4])


WRITES = {
    "item": lambda a: a.__setitem__(..., 0),
    "in place": lambda a: a.__iadd__(1),
    "out": lambda a: np.add(a, 1, out=a),
    "method": lambda a: a.fill(0),
    "view": lambda a: a[..., :1].__setitem__(..., 0),
    "transposed": lambda a: a.T.__setitem__(..., 0),
    "asarray": lambda a: np.asarray(a).__setitem__(..., 0),
}
TENSORS = {
    "leaf": lambda: leaf(X),
    "constant": lambda: Tensor(X),
    "result": lambda: leaf(X).exp(),
    "sum": lambda: leaf(X).sum(axis=0),
    "transpose": lambda: leaf(X).T,
    "reshape": lambda: leaf(X).reshape(12),
    "slice": lambda: leaf(X)[:, 1:],
    "assigned": lambda: assigned(X[0, :2]),
    "copied": lambda: copy.deepcopy(leaf(X)),
    "pickled": lambda: pickle.loads(pickle.dumps(leaf(X))),
}


@pytest.mark.parametrize("tensor", TENSORS)
@pytest.mark.parametrize("write", WRITES)
def test_nobody_can_write_to_the_array_of_a_tensor(tensor, write):
    t = TENSORS[tensor]()
    before = t.data.copy()
    with pytest.raises(ValueError, match="read-only"):
        WRITES[write](t.data)
    np.testing.assert_array_equal(t.data, before)


def test_adding_to_data_in_place_is_refused_where_it_stands():
    t = leaf([1.0, 2.0])
    with pytest.raises(ValueError, match="read-only"):
        t.data += 1
    np.testing.assert_array_equal(t.data, [1, 2])


def test_a_value_assigned_after_the_forward_pass_changes_no_gradient_of_it():
    x, w = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    loss = (x * w).sum()
    w.data = w.data + 100
    loss.backward()
    np.testing.assert_array_equal(x.grad, [3, 4])
    np.testing.assert_array_equal((x * w).data, [103, 208])


def test_indices_that_change_after_the_forward_pass_change_no_gradient():
    x, index = leaf([1.0, 2.0, 3.0]), np.array([0, 0])
    first, both = x[index].sum(), x[index, ...].sum()
    index[:] = 2
    (first + both).backward()
    np.testing.assert_array_equal(x.grad, [4, 0, 0])


def test_labels_that_change_after_the_forward_pass_change_no_gradient():
    logits, labels = leaf(X), np.array([0, 1, 2])
    loss = logits.cross_entropy(labels)
    labels[:] = 3
    loss.backward()
    expected = dlref.cross_entropy_gradient(X, [0, 1, 2])
    np.testing.assert_allclose(logits.grad, expected, rtol=1e-12, atol=1e-15)


def test_a_new_value_of_another_shape_is_refused():
    t = leaf(X)
    with pytest.raises(ValueError, match=r"^data must have shape \(3, 4\), got \(4,\)$"):
        t.data = np.ones(4)
    np.testing.assert_array_equal(t.data, X)


def test_a_tensor_leaves_the_array_of_its_owner_writable():
    y = np.ones(2)
    _ = Tensor(y).data, (leaf([1.0, 2.0]) * y).data
    y[0] = 3.0


def test_iterating_over_a_tensor_gives_its_rows_and_ends():
    rows = list(leaf(X))
    np.testing.assert_array_equal([row.data for row in rows], X)
    with pytest.raises(IndexError, match="out of bounds"):
        leaf(X)[3]


# ---------------------------------------------------------------- what training leaves behind


def live_tensors():
    return sum(isinstance(o, Tensor) for o in gc.get_objects())


def test_training_makes_no_reference_cycles():
    model = MLP([4, 8, 3], rng=rng)
    optimizer = SGD(model.parameters(), lr=0.1)
    labels = np.array([0, 1, 2])

    def step():
        optimizer.zero_grad()
        logits = model(X)
        penalty = (logits.log_softmax().exp() ** 2).mean() + logits[0].sum() - logits.T.tanh().sum()
        (logits.cross_entropy(labels) + 1e-3 * penalty).backward()
        optimizer.step()

    step()
    gc.collect()
    gc.disable()
    try:
        before = live_tensors()
        for _ in range(100):
            step()
        after = live_tensors()
    finally:
        gc.enable()
    assert before > 0
    assert after == before


# ---------------------------------------------------------------- dtypes


@pytest.mark.parametrize("name", RULES)
def test_float32_stays_float32_through_every_rule_and_its_gradient(name):
    f, _ = RULES[name]
    x = leaf(POSITIVE.astype(np.float32))
    y = f(x, C.astype(np.float32))
    assert y.dtype == np.float32
    (0.5 * y).mean().backward()
    assert x.grad.dtype == np.float32


def test_float32_stays_float32_through_linear_relu_and_cross_entropy():
    model = MLP([4, 5, 3], rng=rng, dtype=np.float32)
    loss = model(X.astype(np.float32)).cross_entropy(np.array([0, 1, 2]))
    loss.backward()
    SGD(model.parameters(), lr=0.1, weight_decay=0.1).step()
    assert loss.dtype == np.float32
    assert {p.grad.dtype for p in model.parameters()} == {np.dtype(np.float32)}
    assert {p.data.dtype for p in model.parameters()} == {np.dtype(np.float32)}


@pytest.mark.parametrize("other", [2, 2.0, np.float64(2), True, [1.0, 2.0], np.array([1, 2])])
def test_numbers_lists_and_integers_take_the_dtype_of_the_tensor(other):
    x = leaf(np.array([1, 2], np.float32))
    for y in (x + other, other - x, x * other, other / x):
        assert y.dtype == np.float32


def test_power_of_a_numpy_float_keeps_float32():
    assert (leaf(np.ones(2, np.float32)) ** np.float64(2)).dtype == np.float32


@pytest.mark.parametrize("op", [*BINARY, operator.matmul])
def test_a_second_dtype_is_an_error(op):
    x, y = Tensor(np.ones((2, 2), np.float32)), np.ones((2, 2))
    for a, b in [(x, Tensor(y)), (Tensor(y), x), (x, y), (y, x)]:
        with pytest.raises(ValueError, match="one dtype, got float"):
            op(a, b)


@pytest.mark.parametrize("op", [*BINARY, operator.matmul])
def test_an_array_on_the_left_makes_one_tensor_not_an_array_of_tensors(op):
    a, b = rng.uniform(1, 2, (3, 3)), rng.uniform(1, 2, (3, 3))
    out = op(a, Tensor(b))
    assert isinstance(out, Tensor)
    np.testing.assert_array_equal(out.data, op(a, b))


def test_integers_become_float64():
    assert Tensor([1, 2]).dtype == np.float64


# ---------------------------------------------------------------- the graph as data


def test_graph_calls_each_operation_by_its_name():
    x = leaf(POSITIVE)
    results = {
        "+": x + x,
        "-": x - x,
        "*": x * x,
        "/": x / x,
        "@": x @ x.T,
        "**2": x**2,
        "neg": -x,
        "[]": x[0],
        "linear": x.linear(x, x[:, 0]),
        "cross_entropy": x.cross_entropy(np.array([0, 1, 2])),
        "reshape": x.reshape(12),
        "transpose": x.T,
    }
    results |= {name: getattr(x, name)() for name in ("exp", "log", "tanh", "sigmoid", "relu")}
    results |= {name: getattr(x, name)() for name in ("sum", "mean", "log_softmax")}
    assert {name: graph(y.sum())[-2].op for name, y in results.items()} == dict(
        zip(results, results, strict=True)
    )


def test_repr_says_whether_a_gradient_is_required():
    assert repr(Tensor(1.0)) == "Tensor(array(1.))"
    assert repr(leaf(1.0)) == "Tensor(array(1.), requires_grad=True)"


def test_graph_holds_operations_values_gradients_and_parents():
    w, x, b = leaf(2.0), leaf(-3.0), leaf(1.0)
    nodes = graph(((w * x) + b).relu() + w**2, w=w, x=x, b=b)
    by_op = {node.op: node for node in nodes if node.op}
    assert set(by_op) == {"*", "+", "relu", "**2"}
    named = {node.name: node for node in nodes if node.name}
    assert {name: float(node.value) for name, node in named.items()} == {"w": 2, "x": -3, "b": 1}
    assert {name: float(node.grad) for name, node in named.items()} == {"w": 4, "x": 0, "b": 0}
    root = nodes[-1]
    assert (float(root.value), float(root.grad)) == (4, 1)
    assert [nodes[i].op for i in root.parents] == ["relu", "**2"]
    assert [nodes[i].name for i in by_op["*"].parents] == ["w", "x"]
    assert all(parent < i for i, node in enumerate(nodes) for parent in node.parents)


def test_operands_come_in_the_order_in_which_they_were_written():
    a, b, c = leaf(1.0), leaf(2.0), leaf(3.0)
    assert [n.name for n in graph(a * b + c, a=a, b=b, c=c)] == ["a", "b", "", "c", ""]


def test_graph_is_a_copy():
    x = leaf(X)
    nodes = graph(x.sum())
    nodes[0].value[:] = 0
    np.testing.assert_array_equal(x.data, X)
    assert x.grad is None


def test_a_node_with_one_operand_twice_has_two_edges():
    x = leaf(3.0)
    assert graph(x * x)[-1].parents == (0, 0)


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda t: t.backward(), r"needs a scalar, got shape \(3, 4\)"),
        (
            lambda t: Tensor(1.0).backward(),
            "^a gradient needs a .* requires one, got a constant$",
        ),
        (lambda t: grad(t.sum(), [leaf(1.0)]), r"inputs\[0\] outside"),
        (lambda t: t + np.ones(3), r"\(3,4\) \(3,\)"),
        (lambda t: t @ np.ones((3, 2)), r"got \(3, 4\), \(3, 2\)"),
        (lambda t: t @ 2.0, r"got \(3, 4\), \(\)"),
        (lambda t: t.reshape(5), "size 12 into shape"),
        (lambda t: t**t, "^exponent must .*, got "),
        (lambda t: t ** (10**400), "^exponent must .*, got "),
        (lambda t: t**np.nan, "^exponent must be finite, got nan"),
        (lambda t: t[5:], "must select something"),
        (lambda t: t.item(), r"one number, got shape \(3, 4\)"),
        (
            lambda t: t.linear(leaf(np.ones((2, 3))), leaf(np.ones(2))),
            r"^x, weight and bias must have shapes \(..., d\), \(q, d\) and \(q,\), "
            r"got \(3, 4\), \(2, 3\), \(2,\)$",
        ),
        (lambda t: t.linear(leaf(np.ones((2, 4))), leaf(np.ones((2, 1)))), r"\(2, 4\), \(2, 1\)"),
        (
            lambda t: t.linear(leaf(np.ones((2, 4), np.float32)), leaf(np.ones(2))),
            "one dtype, got float64 and float32",
        ),
        (lambda t: t.cross_entropy(np.zeros((3, 1), int)), r"\(n,\), got \(3, 4\), \(3, 1\)"),
        (lambda t: t.cross_entropy(np.zeros(4, int)), r"got \(3, 4\), \(4,\)"),
        (lambda t: t[0].cross_entropy(np.zeros(1, int)), r"got \(4,\), \(1,\)"),
        (lambda t: t.cross_entropy(np.array([0, 1, 4])), r"from 0 to 3, got \[0 1 4\]"),
        (lambda t: t.cross_entropy(np.array([0, 1, -1])), r"from 0 to 3, got \[ 0  1 -1\]"),
        (lambda t: t.cross_entropy(np.array([0.0, 1.0, 2.0])), "must be integers"),
        (lambda t: t.cross_entropy(np.zeros(3, [("label", int)])), "must be integers"),
        (lambda t: Tensor([]), r"not be empty, got shape \(0,\)"),
        (
            lambda t: Tensor([[1.0], [1.0, 2.0]]),
            r"^data must be a rectangular array .* ragged rows",
        ),
        (lambda t: Tensor("one"), "got dtype <U3"),
        (lambda t: Tensor(1j), "got dtype complex128"),
        (lambda t: t + None, "got dtype object"),
        (lambda t: Tensor(t), "got dtype object"),
    ],
)
def test_error_names_the_wanted_and_the_given(f, message):
    with pytest.raises(ValueError, match=message):
        f(leaf(X))


@pytest.mark.parametrize(
    "value", [None, "x", [], [[1.0], [1.0, 2.0]], object(), 1j, [np.nan, 1.0], np.inf, {}]
)
def test_a_new_value_that_is_no_array_of_the_shape_is_refused(value):
    t = leaf(X)
    with pytest.raises(ValueError, match=r"(?s)^data must .*, got "):
        t.data = value
    np.testing.assert_array_equal(t.data, X)


@pytest.mark.parametrize(
    "labels", [None, "x", [], [[0], [0, 1]], [0.5], [-1], [99], [True, False], 1j, 0]
)
def test_labels_that_are_no_classes_of_the_rows_are_refused(labels):
    with pytest.raises(ValueError, match=r"(?s)^(labels|logits) must .*, got "):
        leaf(X).cross_entropy(labels)


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
        unbroadcast(g, shape)


TAKE_ANYTHING = {
    "operand": lambda value: Tensor(X) + value,
    "exponent": lambda value: Tensor(POSITIVE) ** value,
    "x": lambda value: Tensor(value).linear(np.ones((2, 4)), np.ones(2)),
    "weight": lambda value: Tensor(X).linear(value, np.ones(2)),
    "bias": lambda value: Tensor(X).linear(np.ones((2, 4)), value),
    "labels": lambda value: Tensor(X).cross_entropy(value),
    "data": assigned,
    "g": lambda value: unbroadcast(value, (1, 4)),
    "shape": lambda value: unbroadcast(X, value),
}
DTYPES = [np.float64, np.float32, np.int64, np.uint8, np.bool_, object, complex]
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 5),
    st.floats(-100, 100) | st.sampled_from([np.nan, np.inf, -0.0, 1e-300]),
    st.text(max_size=3),
    st.complex_numbers(max_magnitude=9),
    st.recursive(st.floats(-9, 9), lambda s: st.lists(s, max_size=3), max_leaves=6),
    st.lists(st.integers(0, 3), max_size=4),
    hnp.arrays(np.int64, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)).flatmap(
        lambda array: st.sampled_from([(array % 4).astype(dtype) for dtype in DTYPES])
    ),
)


@pytest.mark.parametrize("argument", TAKE_ANYTHING)
@settings(max_examples=60, deadline=None)
@given(value=ANYTHING)
def test_whatever_an_argument_is_there_is_a_result_or_a_value_error(argument, value):
    try:
        result = TAKE_ANYTHING[argument](value)
    except ValueError as error:
        assert str(error)  # noqa: PT017 - one of two outcomes
    else:
        assert isinstance(result, (Tensor, np.ndarray))
