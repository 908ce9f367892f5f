"""Functions of numbers: rounding, and what is whole."""

import numpy as np
import pytest

from eqcheck import Refusal
from eqcheck.values import numbers


@pytest.mark.parametrize(
    ("number", "down", "up"),
    [(2.5, 2, 3), (-2.5, -3, -2), (3.0, 3, 3), (3 - 1e-13, 3, 3), (3 + 1e-13, 3, 3), (0.0, 0, 0)],
)
def test_rounding_takes_what_is_whole_but_for_errors_as_whole(number, down, up):
    assert numbers.rounded(np.asarray(number), up=False) == down
    assert numbers.rounded(np.asarray(number), up=True) == up


@pytest.mark.parametrize("number", [0.5, np.inf, np.nan, 1 + 1e-30j, np.ones((2, 1))])
def test_what_is_not_whole_is_refused(number):
    with pytest.raises(Refusal):
        numbers.whole(np.asarray(number))
