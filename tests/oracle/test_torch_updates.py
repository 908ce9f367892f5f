"""Update rules, optimisers and schedules against PyTorch, on the same gradients."""

import numpy as np
import pytest
import torch

from dlref import (
    MLP,
    SGD,
    Adam,
    Tensor,
    adagrad_step,
    cosine_schedule,
    kl_divergence,
    nesterov_step,
    rmsprop_step,
    step_schedule,
    train,
    warmup_schedule,
)

rng = np.random.default_rng(0)
START = rng.standard_normal((4, 3))
GRADIENTS = rng.standard_normal((50, 4, 3)) * 10.0 ** rng.integers(-3, 3, (50, 4, 3))


def path_in_pytorch(make):
    """Return the parameters after each step of an optimiser of PyTorch on these gradients."""
    w = torch.nn.Parameter(torch.tensor(START))
    optimizer, path = make([w]), []
    for gradient in GRADIENTS:
        w.grad = torch.tensor(gradient)
        optimizer.step()
        path.append(w.detach().numpy().copy())
    return path


def path_of_ours(make):
    w = Tensor(START, requires_grad=True)
    optimizer, path = make([w]), []
    for gradient in GRADIENTS:
        w.grad = gradient
        optimizer.step()
        path.append(w.data)
    return path


def agree(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)
    assert np.ptp(theirs, axis=0).min() > 1e-3  # there was something to agree on


@pytest.mark.parametrize("weight_decay", [0.0, 0.3])
@pytest.mark.parametrize("nesterov", [False, True])
def test_fifty_steps_of_sgd_with_momentum_equal_pytorch(nesterov, weight_decay):
    options = {"lr": 0.01, "momentum": 0.9, "nesterov": nesterov, "weight_decay": weight_decay}
    agree(
        path_of_ours(lambda params: SGD(params, **options)),
        path_in_pytorch(lambda params: torch.optim.SGD(params, **options)),
    )


@pytest.mark.parametrize("weight_decay", [0.0, 0.3])
@pytest.mark.parametrize(
    ("decoupled", "twin"), [(True, torch.optim.AdamW), (False, torch.optim.Adam)]
)
def test_fifty_steps_of_adam_equal_pytorch(decoupled, twin, weight_decay):
    options = {"lr": 0.02, "betas": (0.8, 0.99), "eps": 1e-3, "weight_decay": weight_decay}
    agree(
        path_of_ours(lambda params: Adam(params, **options, decoupled=decoupled)),
        path_in_pytorch(lambda params: twin(params, **options)),
    )


@pytest.mark.parametrize(
    ("rule", "twin", "options", "names"),
    [
        (adagrad_step, torch.optim.Adagrad, {"lr": 0.1, "eps": 1e-3}, {}),
        (
            *(rmsprop_step, torch.optim.RMSprop),
            *({"lr": 0.1, "eps": 1e-3, "beta": 0.9}, {"beta": "alpha"}),
        ),
    ],
)  # fmt: skip
def test_fifty_steps_of_a_rule_equal_pytorch(rule, twin, options, names):
    w, s, ours = START, np.zeros_like(START), []
    for gradient in GRADIENTS:
        w, s = rule(w, s, gradient, **options)
        ours.append(w)
    theirs = {names.get(name, name): value for name, value in options.items()}
    agree(ours, path_in_pytorch(lambda params: twin(params, **theirs)))


def test_nesterovs_rule_walks_ahead_of_where_pytorch_takes_its_gradients():
    w, v, lr, beta = START, np.zeros_like(START), 0.05, 0.8
    u = torch.nn.Parameter(torch.tensor(START))
    optimizer = torch.optim.SGD([u], lr=lr, momentum=beta, nesterov=True)
    for _ in range(30):
        w, v = nesterov_step(w, v, np.tanh, lr=lr, beta=beta)
        optimizer.zero_grad()
        torch.log(torch.cosh(u)).sum().backward()
        optimizer.step()
        expected = u.detach().numpy()
        np.testing.assert_allclose(w - lr * beta * v, expected, rtol=1e-10, atol=1e-13)


def rates_in_pytorch(make, steps):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.5)
    schedule, rates = make(optimizer), []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return rates


def test_the_schedules_equal_those_of_pytorch():
    schedulers = torch.optim.lr_scheduler
    cosine = rates_in_pytorch(lambda o: schedulers.CosineAnnealingLR(o, T_max=20, eta_min=0.1), 21)
    np.testing.assert_allclose([cosine_schedule(t, 20, 0.5, 0.1) for t in range(21)], cosine)
    steps = rates_in_pytorch(lambda o: schedulers.StepLR(o, step_size=3, gamma=0.2), 10)
    np.testing.assert_allclose([step_schedule(t, 3, 0.2, 0.5) for t in range(10)], steps)
    warm = rates_in_pytorch(lambda o: schedulers.LinearLR(o, start_factor=1 / 5, total_iters=4), 10)
    np.testing.assert_allclose([warmup_schedule(t, 5, 0.5) for t in range(10)], warm)


@pytest.mark.parametrize("momentum", [None, 0.9])
def test_a_network_trained_under_a_schedule_equals_that_of_pytorch(momentum):
    X, labels = rng.standard_normal((40, 6)), rng.integers(3, size=40)
    model = MLP([6, 5, 3], rng=rng)
    first, second = (torch.nn.Linear(*sizes, dtype=torch.float64) for sizes in [(6, 5), (5, 3)])
    twin = torch.nn.Sequential(first, torch.nn.ReLU(), second)
    for ours, theirs in zip(model.parameters(), twin.parameters(), strict=True):
        theirs.data = torch.tensor(ours.data)
    batches = [rng.choice(40, size=10, replace=False) for _ in range(20)]
    if momentum:
        ours = SGD(model.parameters(), lr=0.1, momentum=momentum)
        optimizer = torch.optim.SGD(twin.parameters(), lr=0.1, momentum=momentum)
    else:
        ours = Adam(model.parameters(), lr=0.1)
        optimizer = torch.optim.AdamW(twin.parameters(), lr=0.1, weight_decay=0)
    losses = train(
        lambda batch: model(X[batch]).cross_entropy(labels[batch]),
        ours,
        batches,
        schedule=lambda t: cosine_schedule(t, 20, 0.1),
    )
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=20)
    expected = []
    for batch in batches:
        optimizer.zero_grad()
        outputs = twin(torch.from_numpy(X[batch]))
        loss = torch.nn.functional.cross_entropy(outputs, torch.from_numpy(labels[batch]))
        loss.backward()
        optimizer.step()
        schedule.step()
        expected.append(loss.item())
    np.testing.assert_allclose(losses, expected, rtol=1e-10)


def test_pytorchs_kl_div_takes_the_logarithms_of_what_is_believed_first():
    p, p_hat = rng.dirichlet(np.ones(5), 2)
    believed, truth = torch.tensor(p_hat), torch.tensor(p)
    theirs = torch.nn.functional.kl_div(believed.log(), truth, reduction="sum").item()
    assert kl_divergence(p, p_hat) == pytest.approx(theirs, rel=1e-12)
    assert kl_divergence(p_hat, p) != pytest.approx(theirs, rel=1e-3)
