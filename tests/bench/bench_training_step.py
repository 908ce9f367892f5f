"""What a training step costs: dlref against hand-written NumPy, and against its peers.

A step is forward, softmax cross-entropy, backward and SGD of an MLP 64-128-128-10. All run
interleaved in one process, on one BLAS thread, with the allocator kept from returning memory
(by default page faults dominate). Peak memory is what NumPy holds, where all of it is NumPy's.
Exits with status 1 if dlref is above its limits.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from itertools import pairwise

import numpy as np

from tests.bench.table import line, verdict

SIZES = (64, 128, 128, 10)
LR = 0.01
ROUNDS, STEPS = 60, 20
LIMITS = {
    (128, "float64"): 1.1,
    (128, "float32"): 1.15,
    (16, "float64"): 1.25,
    (16, "float32"): 1.3,
}
IN_NUMPY = ("by_hand", "dlref", "autograd")
PINNED = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "MALLOC_MMAP_THRESHOLD_": str(2**30),
    "MALLOC_TRIM_THRESHOLD_": str(2**30),
}

Step = Callable[[], float]


def initial(dtype):
    rng = np.random.default_rng(0)
    shapes = [(q, d) for d, q in pairwise(SIZES)]
    weights = [(np.sqrt(2 / d) * rng.standard_normal((q, d))).astype(dtype) for q, d in shapes]
    return weights, [np.zeros(q, dtype) for q in SIZES[1:]]


def by_hand(X, y) -> Step:
    (W1, W2, W3), (b1, b2, b3) = initial(X.dtype)
    params = [W1, W2, W3, b1, b2, b3]
    rows = np.arange(len(y))

    def step():
        h1 = X @ W1.T
        h1 += b1
        h1 = np.maximum(h1, 0)
        h2 = h1 @ W2.T
        h2 += b2
        h2 = np.maximum(h2, 0)
        o = h2 @ W3.T
        o += b3
        o -= o.max(axis=1, keepdims=True)
        e = np.exp(o)
        total = e.sum(axis=1)
        loss = (np.log(total) - o[rows, y]).mean()
        do = e / total[:, None]
        do[rows, y] -= 1
        do /= len(y)
        d2 = (do @ W3) * (h2 > 0)
        d1 = (d2 @ W2) * (h1 > 0)
        grads = [d1.T @ X, d2.T @ h1, do.T @ h2, d1.sum(axis=0), d2.sum(axis=0), do.sum(axis=0)]
        for p, g in zip(params, grads, strict=True):
            p -= LR * g
        return float(loss)

    return step


def dlref(X, y) -> Step:
    from dlref.autodiff import Tensor
    from dlref.modules import MLP
    from dlref.optim import SGD

    model = MLP(SIZES, rng=np.random.default_rng(0), dtype=X.dtype)
    weights, biases = initial(X.dtype)
    for p, value in zip(
        model.parameters(), sum(zip(weights, biases, strict=True), ()), strict=True
    ):
        p.data = value
    optimizer = SGD(model.parameters(), lr=LR)
    inputs = Tensor(X)

    def step():
        optimizer.zero_grad()
        loss = model(inputs).cross_entropy(y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def autograd(X, y) -> Step:
    import autograd.numpy as anp
    from autograd import value_and_grad

    weights, biases = initial(X.dtype)
    params = [*weights, *biases]
    rows = np.arange(len(y))

    def loss(params):
        W1, W2, W3, b1, b2, b3 = params
        h = anp.maximum(anp.dot(X, W1.T) + b1, 0)
        h = anp.maximum(anp.dot(h, W2.T) + b2, 0)
        o = anp.dot(h, W3.T) + b3
        o = o - anp.max(o, axis=1, keepdims=True)
        return anp.mean(anp.log(anp.sum(anp.exp(o), axis=1)) - o[rows, y])

    value_and_gradient = value_and_grad(loss)

    def step():
        value, grads = value_and_gradient(params)
        for p, g in zip(params, grads, strict=True):
            p -= LR * g
        return float(value)

    return step


def torch(X, y) -> Step:
    import torch

    torch.set_num_threads(1)
    layers = [torch.nn.Linear(d, q) for d, q in pairwise(SIZES)]
    model = torch.nn.Sequential(layers[0], torch.nn.ReLU(), layers[1], torch.nn.ReLU(), layers[2])
    model.to(torch.from_numpy(X).dtype)
    for layer, W, b in zip(layers, *initial(X.dtype), strict=True):
        layer.weight.data, layer.bias.data = torch.from_numpy(W), torch.from_numpy(b)
    optimizer = torch.optim.SGD(model.parameters(), lr=LR)
    inputs, labels = torch.from_numpy(X), torch.from_numpy(y)

    def step():
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(inputs), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def jax(X, y) -> Step:
    import jax

    jax.config.update("jax_enable_x64", True)
    jnp = jax.numpy
    inputs, labels = jnp.asarray(X), jnp.asarray(y)

    def loss(params):
        (W1, W2, W3), (b1, b2, b3) = params
        h = jnp.maximum(inputs @ W1.T + b1, 0)
        h = jnp.maximum(h @ W2.T + b2, 0)
        log_p = jax.nn.log_softmax(h @ W3.T + b3)
        return -log_p[jnp.arange(len(labels)), labels].mean()

    @jax.jit
    def update(params):
        value, grads = jax.value_and_grad(loss)(params)
        return value, jax.tree.map(lambda p, g: p - LR * g, params, grads)

    params = jax.tree.map(jnp.asarray, initial(X.dtype))

    def step():
        nonlocal params
        value, params = update(params)
        return float(value)

    return step


def measure(steps: dict[str, Step]) -> dict[str, np.ndarray]:
    """Return the seconds of each step, of contenders that take turns."""
    seconds = {name: [] for name in steps}
    for _ in range(ROUNDS):
        for name, step in steps.items():
            step()  # brings back to the caches what the others drove out
            for _ in range(STEPS):
                start = time.perf_counter()
                step()
                seconds[name].append(time.perf_counter() - start)
    return {name: np.array(values) for name, values in seconds.items()}


def peak(build: Callable[..., Step], X, y) -> int:
    """Return the most bytes that NumPy holds at a time in a step, parameters and X included."""
    tracemalloc.start()
    step = build(X.copy(), y)
    step()
    tracemalloc.reset_peak()
    step()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def bench() -> int:
    peers = [peer for peer in (autograd, torch, jax) if importlib.util.find_spec(peer.__name__)]
    contenders = [by_hand, dlref, *peers]
    rng = np.random.default_rng(1)
    failed = 0
    for (batch, dtype), limit in LIMITS.items():
        X = rng.standard_normal((batch, SIZES[0])).astype(dtype)
        y = rng.integers(SIZES[-1], size=batch)
        steps = {build.__name__: build(X, y) for build in contenders}
        losses = {name: [step() for _ in range(5)] for name, step in steps.items()}
        for name, values in losses.items():
            np.testing.assert_allclose(values, losses["by_hand"], rtol=1e-5, err_msg=name)
        times = measure(steps)
        base, base_peak = times["by_hand"], peak(by_hand, X, y)
        for build in contenders:
            name, t = build.__name__, times[build.__name__]
            # One step in twenty is faster: the fastest of all would be luck.
            fast, base_fast = np.quantile([t, base], 0.05, axis=1)
            ratio, median = fast / base_fast, np.median(t) / np.median(base)
            result = f"{fast * 1e6:8.1f} µs, {ratio:5.3f} × by hand (median {median:5.3f})"
            if name in IN_NUMPY:
                result += f", memory {peak(build, X, y) / base_peak:5.3f} ×"
            if name == "dlref":
                result += f" {verdict(ratio, limit)}"
                failed += ratio > limit
            line(f"training step, batch {batch:3} {dtype}, {name}", result)
    return 1 if failed else 0


if __name__ == "__main__":
    if all(os.environ.get(name) == value for name, value in PINNED.items()):
        sys.exit(bench())
    again = [sys.executable, "-m", "tests.bench.bench_training_step"]
    sys.exit(subprocess.run(again, env=os.environ | PINNED).returncode)
