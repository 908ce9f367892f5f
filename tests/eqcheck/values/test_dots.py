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


MATRIX = Page(
    r"""
n = 4
d = 3
\mathbf{x} : R[d]; entries x_j
\mathbf{X} : R[n,d]; rows \mathbf{x}_i; entries X_{ij}
"""
)


def in_a_matrix(*rows):
    latex = r"\begin{bmatrix} " + r" \\ ".join(rows) + r" \end{bmatrix}"
    return Scope(MATRIX, 1).array(parse_expression(latex, MATRIX.table))


@pytest.mark.parametrize(
    ("whole", "rows"),
    [
        (r"\mathbf{x}", ["x_1", r"\vdots", "x_d"]),
        (r"\mathbf{x}^{\top}", [r"x_1 & \cdots & x_d"]),
        (r"\mathbf{X}", [r"\mathbf{x}_1^{\top}", r"\vdots", r"\mathbf{x}_n^{\top}"]),
        (
            r"\mathbf{X}",
            [r"X_{11} & \cdots & X_{1d}", r"\vdots & \ddots & \vdots", r"X_{n1} & \cdots & X_{nd}"],
        ),
        (
            r"\mathbf{X}",
            [
                r"X_{11} & X_{12} & \cdots & X_{1d}",
                r"X_{21} & X_{22} & \cdots & X_{2d}",
                r"\vdots & \vdots & \ddots & \vdots",
                r"X_{n1} & X_{n2} & \cdots & X_{nd}",
            ],
        ),
    ],
)
def test_dots_in_a_matrix_are_filled_along_rows_and_then_down_columns(whole, rows):
    wanted = Scope(MATRIX, 1).array(parse_expression(whole, MATRIX.table))
    np.testing.assert_array_equal(in_a_matrix(*rows), wanted)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["x_1", r"\cdots", "x_d"], "on both sides"),
        (["x_1", r"\ddots", "x_d"], r"here stands \\vdots"),
        ([r"x_1 & \vdots & x_d"], r"\\vdots in a line"),
        (["x_1", r"\vdots"], "on both sides"),
        (["x_1", r"\vdots", "2"], "differ in form"),
        (
            [r"X_{11} & \cdots & X_{1d}", r"\vdots & \vdots & \vdots", r"X_{n1} & \cdots & X_{nd}"],
            r"here stands \\ddots",
        ),
        (
            [r"X_{11} & \cdots & X_{1d}", r"\vdots & \ddots & \vdots", r"X_{n1} & X_{n2} & X_{n2}"],
            "show no step",
        ),
    ],
)
def test_dots_that_do_not_show_how_to_go_on_in_a_matrix_are_refused(rows, words):
    with pytest.raises(Refusal, match=words):
        in_a_matrix(*rows)
