"""Dots are filled by the step that their neighbours show."""

import numpy as np
import pytest

from eqcheck import Page, Refusal
from eqcheck.grammar.statements import parse_expression
from eqcheck.values.scope import Scope

PAGE = Page(r"""
n = 7
d = 5
k : 1..3
\mathbf{y} : R[n]; entries y_i
\mathbf{A} : R[n,d]; entries A_{ij}
b : R
""")
SCOPE = Scope(PAGE, 0)
Y = SCOPE.array(parse_expression(r"\mathbf{y}", PAGE.table))[:, 0]


def value(latex):
    return SCOPE.array(parse_expression(latex, PAGE.table))


@pytest.mark.parametrize(
    ("latex", "indices"),
    [
        (r"y_1 + \cdots + y_n", range(7)),
        (r"y_1 + y_3 + \cdots + y_7", [0, 2, 4, 6]),
        (r"y_n + y_{n-1} + \cdots + y_1", range(7)),
        (r"y_1 + y_2 + \cdots + y_3", range(3)),
        (r"b y_2 + \cdots + b y_{n-1} - b y_2 - b y_3 - b y_4 - b y_5 - b y_6 + y_1", [0]),
    ],
)
def test_a_sum_with_dots_is_the_sum_over_its_indices(latex, indices):
    np.testing.assert_allclose(value(latex), sum(Y[i] for i in indices))


def test_a_list_and_a_product_are_filled_too():
    np.testing.assert_allclose(value(r"[y_1, y_2, \ldots, y_n]"), Y[None])
    np.testing.assert_allclose(value(r"y_1 y_2 \cdots y_n"), np.prod(Y))
    np.testing.assert_allclose(value(r"1 + 2 + \cdots + n"), 28)


def test_two_indices_move_together():
    A = value(r"\mathbf{A}")
    np.testing.assert_allclose(value(r"A_{11} + A_{22} + \cdots + A_{dd}"), np.trace(A))


@pytest.mark.parametrize(
    "latex",
    [r"y_1 + \cdots + y_1", r"y_1 + \cdots", r"y_2 + y_5 + \cdots + y_n", r"y_1 + \cdots + b",
     r"y_3 + y_2 + \cdots + y_n", r"y_1 + \cdots + \cdots + y_n", r"A_{11} + \cdots + A_{34}",
     r"A_{14} + \cdots + A_{25}", r"y_1 - \cdots - y_n"],
)  # fmt: skip
def test_neighbours_that_show_no_common_step_are_refused(latex):
    with pytest.raises(Refusal):
        value(latex)
