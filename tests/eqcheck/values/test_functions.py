# ruff: noqa: E501 - a formula stands on one line, as in the book
"""Functions where they are called: which one wins, and what is refused."""

import math

import numpy as np
import pytest

from eqcheck import Page, Refusal
from eqcheck.errors import Kink
from eqcheck.grammar.statements import parse_expression
from eqcheck.values.functions import as_callable
from eqcheck.values.scope import Scope

PAGE = Page(
    r"""
n = 4
d = 3
x, y : R
\mathbf{x} : R[d]
\mathbf{A} : R[n,d]
f : R[d] -> R[n]
g : R, R -> R; code add
h(x, y) = x - y
s : R -> R; entrywise
u : R -> R; defined
\phi_l : R -> R; l = 1..2
""",
    functions={"add": lambda a, b: a + b},
)
SCOPE = Scope(PAGE, 3)


def value(latex, scope=SCOPE):
    return scope.array(parse_expression(latex, PAGE.table))


def test_a_definition_binds_its_parameters_to_the_arguments():
    assert value("h(y, x)") == value("y") - value("x")
    assert value("h(h(x, y), y)") == value("x") - 2 * value("y")


def test_a_python_function_gets_numbers():
    assert value("g(x, 2)") == value("x") + 2


def test_a_drawn_function_is_one_function_on_one_draw():
    np.testing.assert_array_equal(value(r"f(\mathbf{x})"), value(r"f(\mathbf{x})"))
    assert value(r"f(\mathbf{x})").shape == (4, 1)
    assert not np.array_equal(value(r"f(\mathbf{x})"), value(r"f(2\mathbf{x})"))
    assert value(r"\phi_1(x)") != value(r"\phi_2(x)")


def test_an_entrywise_function_is_applied_to_each_entry():
    whole = value(r"s(\mathbf{x})")
    one_by_one = [SCOPE.binding({"x": entry}).array(parse_expression("s(x)", PAGE.table))
                  for entry in value(r"\mathbf{x}").reshape(-1)]  # fmt: skip
    np.testing.assert_array_equal(whole.reshape(-1), one_by_one)


def test_a_composition_applies_the_last_function_first():
    np.testing.assert_array_equal(value(r"s \circ f(\mathbf{x})"), value(r"s(f(\mathbf{x}))"))


def test_a_function_is_passed_to_python_as_a_callable():
    call = as_callable(SCOPE, parse_expression("f", PAGE.table)).call
    vector = value(r"\mathbf{x}")[:, 0]
    np.testing.assert_array_equal(call(vector), value(r"f(\mathbf{x})")[:, 0])


@pytest.mark.parametrize(
    ("latex", "words"),
    [
        ("h(x)", "h takes 2 arguments, not 1"),
        ("g(x)", "g takes 2 arguments, not 1"),
        ("f(x)", "f takes 3 x 1, not a scalar"),
        ("u(x)", "u is not defined yet"),
        (r"\phi_3(x)", "is outside 1 to 2"),
        (r"\sin(\mathbf{x})", "entry by entry"),
        (r"\log(-x^2)", "the logarithm of"),
        (r"\max(x)", "max of one thing"),
        (r"\det(x, y)", "det takes one argument"),
        (r"\det(\mathbf{A})", "det of 4 x 3"),
        (r"\operatorname{tr}(x)", "tr of a scalar"),
        (r"\operatorname{diag}(\mathbf{A})", "diag of a matrix"),
        (r"\operatorname{vec}(x)", "vec of a scalar"),
    ],
)
def test_what_cannot_be_applied_is_refused(latex, words):
    with pytest.raises(Refusal, match=words):
        value(latex)


@pytest.mark.parametrize(
    ("domain", "words"),
    [
        ("R -> R[d]", "r is declared as 3 x 1, but has a scalar"),
        ("R[d] -> R", "r takes 3 x 1, not a scalar"),
        ("R, R -> R", "r takes 2 arguments, not 1"),
    ],
)
def test_a_definition_is_held_to_the_inputs_and_the_output_of_its_line(domain, words):
    page = Page(f"d = 3 \n x, y : R \n r : {domain}; defined \n r(x) = x^2")
    with pytest.raises(Refusal, match=words):
        Scope(page, 0).evaluate(parse_expression("r(y)", page.table))


def test_what_a_function_reads_of_its_own_parameters_is_not_read_outside():
    outside = Scope(PAGE, 3).binding({"x": np.asarray(1.0), "y": np.asarray(2.0)})
    assert outside.evaluate(parse_expression("h(y, 3)", PAGE.table)) == -1.0
    assert outside.reads == {"y"}


KNOWN = Page("d = 3\nx : R\n\\mathbf{x} : R+[d]\n\\mathbf{e} : ones[d]; entries e_j\n"
             "\\log, \\operatorname{erf} : R -> R; entrywise")  # fmt: skip


def known(latex, seed=2):
    scope = Scope(KNOWN, seed, confirm=True)
    return scope.array(parse_expression(latex, KNOWN.table))


def test_a_known_function_acts_on_entries_where_the_table_says_so():
    np.testing.assert_allclose(known(r"\log(\mathbf{x})"), np.log(known(r"\mathbf{x}")))
    wanted = [[math.erf(entry)] for entry in known(r"\mathbf{x}")[:, 0]]
    np.testing.assert_allclose(known(r"\operatorname{erf}(\mathbf{x})"), wanted)
    with pytest.raises(Refusal, match="entry by entry") as refusal:
        known(r"\exp(\mathbf{x})")
    assert refusal.value.how.endswith(r"\exp : R -> R; entrywise")
    with pytest.raises(Refusal, match="the logarithm of -"):
        known(r"\log(-\mathbf{x})")


@pytest.mark.parametrize("order", [1, 2])
def test_the_slopes_of_erf_are_those_of_its_integral(order):
    inner = r"\frac{\partial}{\partial x} \operatorname{erf}(x)"
    x = float(known("x"))
    first = 2 / math.sqrt(math.pi) * math.exp(-(x**2))
    if order == 1:
        assert math.isclose(float(known(inner)), first, rel_tol=1e-14)
    else:
        second = known(rf"\frac{{\partial}}{{\partial x}} \left( {inner} \right)")
        assert math.isclose(float(second), -2 * x * first, rel_tol=1e-8)


def test_the_largest_entry_has_no_slope_where_two_are_largest():
    with pytest.raises(Kink):
        known(r"\nabla_{\mathbf{e}} (\max_j e_j)")


def test_a_function_of_rows_acts_on_each_row_of_a_matrix():
    def softmax(o):
        return np.exp(o) / np.exp(o).sum()

    lines = "n = 4\nd = 3\n\\mathbf{A} : R[n,d]\n\\mathbf{B} : R[d,n]\n\\mathbf{x} : R[d]\ns : R[d] -> R[d]; code softmax"
    page = Page(lines + "; rowwise", functions={"softmax": softmax})
    scope = Scope(page, 3)
    matrix = scope.array(page.expression(r"\mathbf{A}"))
    found = scope.array(page.expression(r"s(\mathbf{A})"))
    np.testing.assert_allclose(found, [softmax(row) for row in matrix])
    assert scope.array(page.expression(r"s(\mathbf{x})")).shape == (3, 1)
    with pytest.raises(Refusal):
        scope.array(page.expression(r"s(\mathbf{B})"))
    other = Page(lines.replace("code softmax", "defined") + "\ns(\\mathbf{x}) = 2\\mathbf{x}")
    with pytest.raises(Refusal, match="3 x 1, but has 4 x 3"):
        Scope(other, 3).array(other.expression(r"s(\mathbf{A})"))


def test_the_constant_of_a_lipschitz_function_is_a_value_of_the_page():
    lines = "d = 3\nL : R+\n\\mathbf{x} : R[d]\n\\mathbf{z} : R[d]\nf : R[d] -> R; lipschitz L"
    page = Page(lines)
    for seed in range(20):
        scope = Scope(page, seed)
        slope = scope.array(page.expression(r"\|\nabla_{\mathbf{x}} f(\mathbf{x})\|"))
        assert slope <= scope.array(page.expression("L"))
    other = Page(lines.replace("L : R+", "L : (-2, -1)"))
    with pytest.raises(Refusal, match="a Lipschitz constant of -1"):
        Scope(other, 1).array(other.expression(r"f(\mathbf{x})"))
