"""What the index of a largest or smallest term runs over."""

import numpy as np
import pytest

from eqcheck import Page, Refusal
from eqcheck.grammar.statements import parse_expression
from eqcheck.values.scope import Scope

PAGE = Page(r"""
n = 3
d = 5
T = 4
\mathbf{x} : R[d]; entries x_j
\mathbf{y} : R[n]; entries y_i
\mathbf{X} : R[n,d]; entries X_{ij}; rows \mathbf{r}_i; columns \mathbf{c}_j
\mathbf{w}_t : R[n]; t = 0..T
d_l = 7, 9, 8
""")
SCOPE = Scope(PAGE, 5)


def value(latex):
    return float(SCOPE.array(parse_expression(latex, PAGE.table)))


def array(latex):
    return np.squeeze(SCOPE.array(parse_expression(latex, PAGE.table)))


X, x = array(r"\mathbf{X}"), array(r"\mathbf{x}")
norms = [np.linalg.norm(array(rf"\mathbf{{w}}_{{{t}}}")) for t in range(5)]


@pytest.mark.parametrize(
    ("latex", "wanted"),
    [
        (r"\max_j x_j", x.max()),
        (r"\min_j x_j", x.min()),
        (r"\max_{2 \le j \le d - 1} x_j", x[1:4].max()),
        (r"\max_{1 \le j \le d - 1} (x_{j+1} - x_j)", np.diff(x).max()),
        (r"\max_i \max_j X_{ij}", X.max()),
        (r"\min_j \max_i X_{ij}", X.max(axis=0).min()),
        (r"\max_i \|\mathbf{r}_i\|_2", np.linalg.norm(X, axis=1).max()),
        (r"\max_j \|\mathbf{c}_j\|_2", np.linalg.norm(X, axis=0).max()),
        (r"\max_t \|\mathbf{w}_t\|_2", max(norms)),
        (r"\max_l d_l", 9.0),
        (r"\max_j |x_j - \max_k x_k|", np.ptp(x)),
    ],
)
def test_the_range_is_that_of_the_entries_rows_columns_or_members(latex, wanted):
    np.testing.assert_allclose(value(latex), wanted, rtol=1e-12)


@pytest.mark.parametrize(
    ("latex", "words"),
    [
        (r"\max_j (x_j + y_j)", "different ranges"),
        (r"\max_{3 \le j \le 2} x_j", "empty range"),
        (r"\max_{1 \le j \le d + 1} x_j", "outside 1 to 5"),
        (r"\max_{1 \le j \le 100000} (j x_1)", "terms"),
        (r"\max_t \mathbf{w}_t", "a scalar is wanted"),
    ],
)
def test_no_common_range_is_refused(latex, words):
    with pytest.raises(Refusal, match=words):
        value(latex)


def test_a_sum_without_bounds_runs_over_what_the_line_of_its_index_says():
    page = Page("d = 5\nj : 2..d-1\n\\mathbf{x} : R[d]; entries x_j")
    scope = Scope(page, 1)
    numbers = scope.array(page.expression(r"\mathbf{x}")).reshape(-1)
    np.testing.assert_allclose(scope.array(page.expression(r"\sum_j x_j")), numbers[1:4].sum())
    np.testing.assert_allclose(scope.array(page.expression(r"\prod_j x_j")), numbers[1:4].prod())


def test_where_the_largest_entry_is_is_its_index():
    numbers = array(r"\mathbf{x}")
    assert value(r"\operatorname{argmax}_j x_j") == np.argmax(numbers) + 1
    assert value(r"\operatorname*{arg\,min}_{2 \le j \le d} x_j") == np.argmin(numbers[1:]) + 2
    page = Page("d = 5\n\\mathbf{e} : ones[d]; entries e_j")
    with pytest.raises(Refusal, match="two of these are equal"):
        Scope(page, 1).evaluate(page.expression(r"\operatorname{argmax}_j e_j"))
