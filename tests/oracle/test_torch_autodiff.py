"""`dlref.autodiff` against PyTorch: values and gradients of every operation."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import dlref
from dlref import Dual, Tensor, grad, jvp

rng = np.random.default_rng(0)
POSITIVE = rng.uniform(0.5, 2, (3, 4))
C = rng.standard_normal((3, 4))
DTYPES = {"float64": 1e-12, "float32": 2e-5}

# read alike by both: x is a Tensor of either library, c an array or a torch tensor
OPERATIONS = {
    "add": lambda x, c: x + c,
    "sub": lambda x, c: x - c,
    "rsub": lambda x, c: 2 - x,
    "mul": lambda x, c: x * c,
    "div": lambda x, c: x / c,
    "rdiv": lambda x, c: 3 / x,
    "neg": lambda x, c: -x,
    "power": lambda x, c: x**-1.5,
    "power zero": lambda x, c: x**0,
    "matmul": lambda x, c: x @ c.T,
    "matrix-vector": lambda x, c: x @ c[0],
    "vector-matrix": lambda x, c: x[0] @ c.T,
    "gram": lambda x, c: x @ x.T,
    "index": lambda x, c: x[[0, 2, 0], [1, 1, 1]],
    "slice": lambda x, c: x[1:, ::2],
    "sum": lambda x, c: x.sum(),
    "row sums": lambda x, c: x.sum(axis=1),
    "mean": lambda x, c: x.mean(),
    "column means": lambda x, c: x.mean(axis=0, keepdims=True),
    "reshape": lambda x, c: x.reshape(2, 6),
    "transpose": lambda x, c: x.T,
    "transpose of three axes": lambda x, c: _permuted(x.reshape(3, 2, 2)),
    "max": lambda x, c: x.max(axis=1) if isinstance(x, Tensor) else x.max(dim=1).values,
    "pad": lambda x, c: (
        x.pad(2) if isinstance(x, Tensor) else torch.nn.functional.pad(x, (2, 2, 2, 2))
    ),
    "exp": lambda x, c: x.exp(),
    "log": lambda x, c: x.log(),
    "tanh": lambda x, c: x.tanh(),
    "sigmoid": lambda x, c: x.sigmoid(),
    "relu": lambda x, c: (x * c).relu(),
    "stacked matmul": lambda x, c: x.reshape(2, 3, 2) @ c.reshape(2, 2, 3),
    "stacks that broadcast": lambda x, c: x.reshape(1, 3, 2, 2) @ c.reshape(3, 1, 2, 2),
    "softmax": lambda x, c: x.softmax() if isinstance(x, Tensor) else torch.softmax(x, dim=-1),
    "log_softmax": lambda x, c: (
        x.log_softmax() if isinstance(x, Tensor) else torch.log_softmax(x, dim=-1)
    ),
}


def _permuted(x):
    return x.transpose(2, 0, 1) if isinstance(x, Tensor) else x.permute(2, 0, 1)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", OPERATIONS)
def test_operation_and_its_gradient_equal_pytorch(name, dtype):
    f, tolerance = OPERATIONS[name], DTYPES[dtype]
    value, c = POSITIVE.astype(dtype), C.astype(dtype)
    x, x_torch = Tensor(value, requires_grad=True), torch.tensor(value, requires_grad=True)
    y, y_torch = f(x, c), f(x_torch, torch.from_numpy(c))
    assert y.dtype == dtype
    np.testing.assert_allclose(y.data, y_torch.detach().numpy(), rtol=tolerance, atol=tolerance)
    weights = np.asarray(rng.standard_normal(y.shape), dtype)
    (y * weights).sum().backward()
    (y_torch * torch.from_numpy(weights)).sum().backward()
    assert x.grad.dtype == dtype
    np.testing.assert_allclose(x.grad, x_torch.grad.numpy(), rtol=tolerance, atol=tolerance)


@settings(max_examples=100, deadline=None)
@given(
    hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=4, max_side=3),
    st.sampled_from(["add", "sub", "mul", "div"]),
    st.integers(0, 2**32 - 1),
)
def test_broadcasting_equals_pytorch(shapes, name, seed):
    draw = np.random.default_rng(seed)
    values = [np.asarray(draw.uniform(0.5, 2, shape)) for shape in shapes.input_shapes]
    ours = [Tensor(v, requires_grad=True) for v in values]
    theirs = [torch.tensor(v, requires_grad=True) for v in values]
    (OPERATIONS[name](*ours) ** 2).sum().backward()
    (OPERATIONS[name](*theirs) ** 2).sum().backward()
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a.grad, b.grad.numpy(), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("dtype", DTYPES)
def test_linear_equals_pytorch(dtype):
    tolerance = DTYPES[dtype]
    arrays = [rng.standard_normal(s).astype(dtype) for s in [(5, 4), (3, 4), (3,)]]
    ours = [Tensor(a, requires_grad=True) for a in arrays]
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    y, y_torch = ours[0].linear(*ours[1:]), torch.nn.functional.linear(*theirs)
    np.testing.assert_allclose(y.data, y_torch.detach().numpy(), rtol=tolerance, atol=tolerance)
    (y * y).sum().backward()
    (y_torch * y_torch).sum().backward()
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a.grad, b.grad.numpy(), rtol=tolerance, atol=10 * tolerance)


@pytest.mark.parametrize("scale", [1, 100, 1e4])
def test_cross_entropy_equals_pytorch_for_small_and_huge_logits(scale):
    logits, labels = scale * rng.standard_normal((6, 5)), rng.integers(5, size=6)
    x, x_torch = Tensor(logits, requires_grad=True), torch.tensor(logits, requires_grad=True)
    loss = x.cross_entropy(labels)
    loss_torch = torch.nn.functional.cross_entropy(x_torch, torch.from_numpy(labels))
    loss.backward()
    loss_torch.backward()
    assert loss.item() == pytest.approx(loss_torch.item(), rel=1e-12)
    assert dlref.cross_entropy(logits, labels) == pytest.approx(loss_torch.item(), rel=1e-12)
    expected = x_torch.grad.numpy()
    np.testing.assert_allclose(x.grad, expected, rtol=1e-11, atol=1e-15)
    gradient = dlref.cross_entropy_gradient(logits, labels)
    np.testing.assert_allclose(gradient, expected, rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("scale", [1, 1e4])
def test_softmax_and_its_kin_equal_pytorch(scale):
    z = scale * rng.standard_normal((4, 6))
    t = torch.from_numpy(z)
    for ours, theirs in [
        (dlref.softmax, torch.softmax(t, dim=-1)),
        (dlref.log_softmax, torch.log_softmax(t, dim=-1)),
        (dlref.logsumexp, torch.logsumexp(t, dim=-1)),
        (dlref.sigmoid, torch.sigmoid(t)),
        (dlref.relu, torch.relu(t)),
    ]:
        np.testing.assert_allclose(ours(z), theirs.numpy(), rtol=1e-12, atol=1e-15)
    expected = torch.func.jacrev(lambda z: torch.softmax(z, dim=-1))(t[0]).numpy()
    np.testing.assert_allclose(dlref.softmax_jacobian(z[0]), expected, rtol=1e-11, atol=1e-15)


def test_relu_derivative_at_zero_is_pytorchs_convention():
    x = torch.zeros(1, requires_grad=True)
    torch.relu(x).sum().backward()
    assert dlref.relu_derivative(0.0) == x.grad.item()


def test_gradients_accumulate_and_shared_values_add_up_as_in_pytorch():
    value = rng.standard_normal(3)
    x, x_torch = Tensor(value, requires_grad=True), torch.tensor(value, requires_grad=True)
    for t in (x, x_torch):
        y = t * t
        (y * t + y.exp()).sum().backward()
        (3 * t).sum().backward()
    np.testing.assert_allclose(x.grad, x_torch.grad.numpy(), rtol=1e-13)


def test_grad_of_intermediate_results_equals_torch_autograd_grad():
    value = rng.standard_normal(3)
    x, x_torch = Tensor(value, requires_grad=True), torch.tensor(value, requires_grad=True)
    y, y_torch = x.tanh(), x_torch.tanh()
    ours = grad((y * y * x).sum(), [x, y])
    theirs = torch.autograd.grad((y_torch * y_torch * x_torch).sum(), [x_torch, y_torch])
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b.numpy(), rtol=1e-13)


def test_jvp_equals_pytorch():
    x, v, W = rng.standard_normal((3, 4)), rng.standard_normal((3, 4)), rng.standard_normal((4, 2))

    def f(x):
        W_ = W if isinstance(x, Dual) else torch.from_numpy(W)
        return ((x @ W_).sigmoid().relu() / (1 + (x * x).mean())).sum(axis=1)

    value, tangent = jvp(f, x, v)
    expected = torch.autograd.functional.jvp(f, torch.from_numpy(x), torch.from_numpy(v))
    np.testing.assert_allclose(value, expected[0].numpy(), rtol=1e-12)
    np.testing.assert_allclose(tangent, expected[1].numpy(), rtol=1e-12)


def test_numerical_jacobian_is_near_that_of_pytorch():
    x, w = rng.standard_normal((2, 3)), rng.standard_normal((3, 4))
    measured = dlref.numerical_jacobian(lambda x: np.tanh(x @ w), x)
    exact = torch.autograd.functional.jacobian(
        lambda x: torch.tanh(x @ torch.from_numpy(w)), torch.from_numpy(x)
    )
    assert measured.shape == (2, 4, 2, 3)
    np.testing.assert_allclose(measured, exact.numpy(), rtol=0, atol=1e-9)
