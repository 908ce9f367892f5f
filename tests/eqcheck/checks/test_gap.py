"""The gap between two values: relative to their size, and refused between unequal shapes."""

import numpy as np
import pytest

from eqcheck import Refusal
from eqcheck.checks.gap import difference
from eqcheck.grammar.tree import Number
from eqcheck.values.arithmetic import Jacobian

HERE = Number(1.0, span=(3, 4))


@pytest.mark.parametrize(
    ("one", "two", "scale", "error"),
    [(2.0, 1.0, 0.0, 0.5), (0.0, 1.0, 4.0, 0.25), ([[1.0], [4.0]], [[1.0], [3.0]], 0.0, 0.25)],
)
def test_a_gap_is_relative_to_the_larger_side_or_to_the_scale(one, two, scale, error):
    assert difference(np.asarray(one), np.asarray(two), HERE, scale).error == error


def test_two_zeros_show_nothing():
    gap = difference(np.zeros((2, 1)), np.zeros((2, 1)), HERE)
    assert gap.vacuous
    assert gap.error == 0


@pytest.mark.parametrize(
    ("one", "two", "words"),
    [
        (np.zeros((2, 1)), np.zeros((1, 2)), "2 x 1 = 1 x 2: unequal shapes"),
        (np.asarray(np.inf), np.asarray(1.0), "a value is not finite"),
        (Jacobian(np.zeros((2, 3)), (2,), (3,)), Jacobian(np.zeros((2, 3)), (2, 3), ()), "of diff"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_its_place(one, two, words):
    with pytest.raises(Refusal, match=words) as refusal:
        difference(one, two, HERE)
    assert refusal.value.span == (3, 4)
