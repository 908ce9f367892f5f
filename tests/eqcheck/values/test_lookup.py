"""Names on one draw: what wins, what is refused, what stays the same."""

import numpy as np
import pytest

from eqcheck import Page, Refusal, check
from eqcheck.grammar import tree
from eqcheck.grammar.statements import parse_expression
from eqcheck.values.scope import Scope

PAGE = Page(r"""
n = 4
d = 3
d_l = 5, 2, 6
l : 1..2
k : 1..n
\mathbf{X} : R[n,d]; rows \mathbf{x}_i; entries X_{ij}
\mathbf{Z} : R[n,d]; columns \mathbf{z}_j
\mathbf{w} : R[d]; entries w_j
\mathbf{v} : R[d]; entries v_j; defined
\mathbf{h}^{(l)} : R[d_l]; l = 0..2; defined
\mathbf{W}^{(l)} : R[d_l,d_{l-1}]; l = 1..2
\mathbf{u} : R[d_0]
a, b : R
c, e : R; defined
v_j = w_j^2
\mathbf{h}^{(0)} = \mathbf{u}
\mathbf{h}^{(l)} = \mathbf{W}^{(l)}\mathbf{h}^{(l-1)}
c = a + b
""")


def value(latex, seed=0, **bound):
    scope = Scope(PAGE, seed).binding(bound)
    return scope.array(parse_expression(latex, PAGE.table))


def test_a_draw_is_the_same_for_one_seed_and_another_for_another():
    np.testing.assert_array_equal(value(r"\mathbf{X}"), value(r"\mathbf{X}"))
    assert not np.array_equal(value(r"\mathbf{X}"), value(r"\mathbf{X}", seed=1))
    assert value("a") != value("b")


def test_rows_columns_and_entries_are_those_of_their_matrix():
    X, Z = value(r"\mathbf{X}"), value(r"\mathbf{Z}")
    np.testing.assert_array_equal(value(r"\mathbf{x}_2"), X[1][:, None])
    np.testing.assert_array_equal(value(r"\mathbf{z}_3"), Z[:, 2:])
    assert value("X_{42}") == X[3, 1]


def test_a_definition_by_entries_makes_the_vector():
    np.testing.assert_array_equal(value(r"\mathbf{v}"), value(r"\mathbf{w}") ** 2)


def test_a_recursion_unfolds_down_to_its_base():
    wanted = value(r"\mathbf{W}^{(2)}") @ value(r"\mathbf{W}^{(1)}") @ value(r"\mathbf{u}")
    np.testing.assert_allclose(value(r"\mathbf{h}^{(2)}"), wanted)


def test_a_binding_reaches_what_depends_on_it():
    assert value("c", a=np.asarray(10.0)) == 10 + value("b")
    np.testing.assert_array_equal(value("v_2", **{r"\mathbf{w}": 3 * np.ones((3, 1))}), 9)


def test_a_declared_index_meets_all_of_its_range():
    assert {int(value("k", seed=seed)) for seed in range(4)} == {1, 2, 3, 4}


@pytest.mark.parametrize(
    "latex", ["e", r"\mathbf{h}^{(3)}", r"\mathbf{x}_5", "w_0", "X_{15}", "d_3", r"w_{\frac{1}{2}}"]
)
def test_what_has_no_value_is_refused(latex):
    with pytest.raises(Refusal):
        value(latex)


def test_a_definition_of_another_shape_is_refused():
    page = Page("n = 4\nd = 3\nX : R[n,d]\nv : R[n]; defined\nw : R[d]\nv = w")
    with pytest.raises(Refusal, match="is declared as 4 x 1"):
        Scope(page, 0).array(parse_expression("v", page.table))


@pytest.mark.parametrize(
    ("latex", "state"),
    [
        (r"\sum_{j=1}^{d} \sum_{k=1}^{q} K_{ijk} = \sum_{k=1}^{q} \sum_{j=1}^{d} K_{i,j,k}", True),
        (r"\sum_{j=1}^{d} K_{1,j+1-1,2} = \sum_{j=1}^{d} K_{1j2}", True),
        (r"K_{123} = K_{132}", False),
        (r"\frac{\partial (K_{111}^2)}{\partial K_{111}} = 2 K_{111}", True),
        (r"\sum_{j=1}^{q} \sum_{k=1}^{q} I_{jk} = q", True),
        (r"\sum_{j=1}^{q} I_{1j} = 0", False),
        (r"S_{12} + 1 = 1 + S_{21}", True),
        (r"\sum_{j=1}^{q} Y_{ij} = 1", True),
        (r"\sum_{i=1}^{n} Y_{i1} = 1", False),
        (r"g(\mathbf{S}) = \sum_{k=1}^{d} S_{kk}", True),
    ],
)
def test_entries_have_as_many_indices_as_there_are_axes(latex, state):
    page = Page(r"""
    n = 5
    d = 4
    q = 3
    i : 1..n
    \mathbf{K} : R[n,d,q]; entries K_{ijk}
    \mathbf{I} : identity[q]; entries I_{jk}
    \mathbf{S} : symmetric[d]; entries S_{jk}
    \mathbf{Y} : simplex[n,q]; entries Y_{ij}
    g(\mathbf{S}) = \operatorname{tr}(\mathbf{S})
    """)
    assert (check(page, latex).state == "checked") is state


def test_an_entry_of_three_axes_beyond_them_is_refused():
    page = Page("n = 3 \n q = 4 \n \\mathbf{K} : R[n,q,2]; entries K_{ijk}")
    assert "index 3 is outside 1 to 2" in check(page, "K_{113} = 1").message
    assert "not declared" in check(page, "K_{11} = 1").message


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("a : 5..2", "a runs from 5 to 2"),
        ("a : R[0]", "a value of 0: it has 1 to 10000 entries"),
        (r"a : R[3^9,3^9]", "a value of 19683 x 19683"),
        ("a : 9 of 1..3", "9 of 3 indices"),
        ("a : 20 of 1..40; random", "a has more than 20000 outcomes"),
    ],
)
def test_what_is_empty_or_too_large_to_draw_is_refused_with_the_bound(line, words):
    left = "|a|" if " of " in line else "a"
    mean = rf"\mathbb{{E}}[{left}]" if "random" in line else left
    assert words in check(Page(line + "\nx : R"), f"{mean} = x").message


def test_whole_numbers_are_drawn_from_their_range_each_on_its_own():
    page = Page("n = 50\nq = 3\n\\mathbf{c} : {1..q}[n]\na_i : 0..9; i = 1..n\nk : {-2..2}")
    scope = Scope(page, 1)
    c = scope.array(tree.Symbol(r"\mathbf{c}"))
    assert set(np.ravel(c)) == {1, 2, 3}
    members = [float(scope.array(page.expression(f"a_{{{i}}}"))) for i in range(1, 51)]
    assert set(members) == set(range(10))
    drawn = {float(Scope(page, seed).array(page.expression("k"))) for seed in range(60)}
    assert drawn == {-2, -1, 0, 1, 2}


@pytest.mark.parametrize("line", ["x : {3..1}", "x : {0..100000}", "x : {0..0.5}"])
def test_whole_numbers_of_no_range_are_refused_with_their_line(line):
    page = Page(line)
    with pytest.raises(Refusal) as refusal:
        Scope(page, 1).array(tree.Symbol("x"))
    assert refusal.value.line == line
