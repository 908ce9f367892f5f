"""What it costs to check the gradient of a whole network along one random direction."""

from __future__ import annotations

import sys
import time

import numpy as np

from dlref import MLP, gradcheck
from tests.bench.table import line, verdict

SIZES = (64, 128, 128, 10)
REPEATS = 20
LIMIT = 10.0


def milliseconds() -> tuple[float, int, float]:
    """Return the least time of a check, the number of parameters, and the largest error."""
    rng = np.random.default_rng(0)
    model = MLP(SIZES, rng=rng)
    X, labels = rng.standard_normal((128, SIZES[0])), rng.integers(SIZES[-1], size=128)
    parameters = model.parameters()
    ends = np.cumsum([p.data.size for p in parameters])

    def loss(w):
        for p, part in zip(parameters, np.split(w, ends[:-1]), strict=True):
            p.data = part.reshape(p.shape)
        return model(X).cross_entropy(labels)

    def gradient(w):
        model.zero_grad()
        loss(w).backward()
        return np.concatenate([p.grad.ravel() for p in parameters])

    w = np.concatenate([p.data.ravel() for p in parameters])
    times, errors = [], []
    for _ in range(REPEATS):
        start = time.perf_counter()
        errors.append(gradcheck(lambda w: loss(w).item(), gradient, w, rng=rng))
        times.append(time.perf_counter() - start)
    return min(times) * 1e3, w.size, max(errors)


if __name__ == "__main__":
    took, size, error = milliseconds()
    line(
        f"gradcheck along a direction, {size:,} parameters",
        f"{took:.1f} ms {verdict(took, LIMIT)}, relative error {error:.0e}",
    )
    sys.exit(took > LIMIT)
