"""What a wrong answer has in common with the right one, told from their values alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Pair = tuple[Any, Any]  # what was got, and what was wanted
RELATIVE, LEAST = 1e-6, 1e-9


def alike(got: Any, wanted: Any) -> bool:
    """Tell whether two values of one shape are the same but for rounding.

    >>> alike([1.0, 2.0], [1.0, 2.0 + 1e-9]), alike([1.0, 2.0], [1.0, 2.1])
    (True, False)
    """
    one, two = np.asarray(got), np.asarray(wanted)
    size = float(np.max(np.abs(two), initial=0.0))
    return bool(np.allclose(one, two, rtol=RELATIVE, atol=LEAST * max(1.0, size), equal_nan=True))


def likeness(pairs: Sequence[Pair]) -> str:
    """Name what makes the values right in all pairs: another sign, a factor; "" if nothing does.

    >>> likeness([(np.array([1.0, 2.0]), np.array([-1.0, -2.0]))])
    'negative'
    >>> likeness([(2.0, 6.0), (1.0, 3.0)]), likeness([(2.0, 6.0), (1.0, 2.0)])
    ('multiple', '')
    """
    arrays = [(np.asarray(got, float), np.asarray(wanted, float)) for got, wanted in pairs]
    if all(got.shape == wanted.shape and alike(got, wanted) for got, wanted in arrays):
        return ""
    if any(got.ndim == 2 for got, _ in arrays) and all(
        got.T.shape == wanted.shape and alike(got.T, wanted) for got, wanted in arrays
    ):
        return "transposed"
    if any(got.shape != wanted.shape for got, wanted in arrays):
        return ""
    if all(alike(-got, wanted) for got, wanted in arrays):
        return "negative"
    factors = [_factor(got, wanted) for got, wanted in arrays]
    if all(factors) and alike(factors, factors[:1] * len(factors)):
        return "multiple"
    if all(factors) and all(got.size > 1 for got, _ in arrays):  # of a number there is one always
        return "multiple-of-each"
    gaps = [np.unique(np.round(wanted - got, 9)) for got, wanted in arrays]
    if all(gap.size == 1 and gap[0] == gaps[0][0] for gap in gaps):
        return "shifted"
    return ""


def _factor(got: Any, wanted: Any) -> float | None:
    """Return by what a value must be multiplied; None if no single number will do."""
    with np.errstate(all="ignore"):  # what is not finite is like nothing
        factor = float(np.sum(got * wanted)) / float(np.sum(got * got) or np.nan)
        return factor if np.isfinite(factor) and alike(factor * got, wanted) else None
