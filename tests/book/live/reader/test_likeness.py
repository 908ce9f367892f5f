"""What a wrong answer has in common with the right one."""

from __future__ import annotations

import numpy as np
import pytest

from book._ext.live.reader.likeness import Pair, alike, likeness

A, B = np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([[0.0, 1.0], [-2.0, 4.0]])


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (lambda x, turn: x, ""),
        (lambda x, turn: -x, "negative"),
        (lambda x, turn: 3 * x, "multiple"),
        (lambda x, turn: (2 + turn) * x, "multiple-of-each"),
        (lambda x, turn: x.T, "transposed"),
        (lambda x, turn: x + 2.5, "shifted"),
        (lambda x, turn: x + turn, ""),
        (lambda x, turn: x**2, ""),
        (lambda x, turn: x[:1], ""),
        (lambda x, turn: x * np.nan, ""),
        (lambda x, turn: x * 1e200, ""),  # its square is not finite
    ],
)
def test_what_makes_an_answer_right_in_all_pairs_is_named(change: object, name: str) -> None:
    pairs: list[Pair] = [(change(x, i), x) for i, x in enumerate((A, B))]  # type: ignore[operator]
    assert likeness(pairs) == name


def test_rounding_makes_no_difference_and_more_does() -> None:
    assert alike(A * (1 + 1e-10), A)
    assert not alike(A * (1 + 1e-5), A)
    assert not alike(np.nan * A, A)
