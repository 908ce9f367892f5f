"""One draw: what is bound on it, and the Python functions that it calls."""

import numpy as np
import pytest

from eqcheck import Page, Refusal, Unbound, check
from eqcheck.grammar.statements import parse_expression
from eqcheck.values.outcomes import Choices
from eqcheck.values.scope import Scope


def scope(*seen, **functions):
    def note(*positional, **named):
        seen[0].append((positional, named))
        return 1.0

    return Scope(
        Page(
            r"""
n = 4
d = 3
t : 0..2
\lambda : R+
\mathbf{x} : R[d]
\mathbf{X} : R[n,d]; rows \mathbf{x}_i
I : d of 1..n
f : R[d] -> R
L(\mathbf{x}) = \mathbf{x}^{\top}\mathbf{x}
""",
            functions={"m.note": note, **functions},
        ),
        0,
    )


def test_arguments_arrive_as_a_library_takes_them():
    seen = []
    scope(seen).call(r"m.note(\mathbf{x}, \mathbf{X}, lr=\lambda, steps=2, t=t, n=n)")
    [(positional, named)] = seen
    assert [np.shape(p) for p in positional] == [(3,), (4, 3)]
    assert isinstance(named["lr"], float)
    assert (named["steps"], named["n"], type(named["t"])) == (2, 4, int)


def test_lists_sequences_and_sets_are_passed():
    seen = []
    scope(seen).call(r"m.note([[\lambda, 1], \mathbf{x}], \{\mathbf{x}_r\}_{r=2}^{n}, I)")
    nested, rows, members = seen[0][0]
    assert np.shape(nested[0]) == (2,)
    assert [row.shape for row in rows] == [(3,)] * 3
    assert members.min() >= 0
    assert members.max() <= 3


def test_functions_and_measured_gradients_are_passed_as_callables():
    seen = []
    scope(seen).call(r"m.note(f, \nabla L)")
    f, gradient = seen[0][0]
    x = np.array([1.0, 2.0, 3.0])
    assert np.shape(f(x)) == ()
    np.testing.assert_allclose(gradient(x), 2 * x)


def test_a_function_of_a_vector_takes_a_matrix_row_by_row():
    seen = []
    scope(seen).call(r"m.note(f, \mathbf{X})")
    f, rows = seen[0][0]
    np.testing.assert_array_equal(f(rows), [f(row) for row in rows])
    with pytest.raises(Refusal, match="takes 3 x 1, not 3 x 4"):
        f(rows.T)


def test_one_of_several_results_is_picked_by_an_index_of_the_page():
    here = scope([], **{"m.path": lambda x: np.arange(6.0).reshape(3, 2)})
    for t in range(2):
        np.testing.assert_array_equal(here.at(t=t).call("m.path(1)[t+1]"), [2 * t + 2, 2 * t + 3])


def test_an_argument_may_be_a_call_of_which_nothing_is_read_as_numbers():
    seen = []
    scope(seen, **{"m.model": lambda x, n: {"sum": x.sum(), "n": n}}).call(
        r"m.note(m.model(2\mathbf{x}, n), m.model(\mathbf{x}, n=n))"
    )
    twice, once = seen[0][0]
    assert twice["sum"] == 2 * once["sum"]
    assert twice["n"] == once["n"] == 4


def test_a_pure_function_is_called_once_for_the_same_numbers():
    seen = []
    here = scope(seen)
    for _ in range(3):
        here.call(r"m.note(\mathbf{x})")
    assert len(seen) == 1


def test_what_is_bound_is_bound_for_the_inner_draw_only():
    outer = scope([])
    inner = outer.binding({r"\lambda": np.asarray(7.0)}).at(k=2)
    assert inner.array(parse_expression(r"\lambda k", inner.page.table, ("k",))) == 14
    assert outer.array(parse_expression(r"\lambda", outer.page.table)) != 7
    further = inner.binding({r"\mathbf{x}": np.ones((3, 1))})
    assert further.array(parse_expression(r"\lambda", inner.page.table)) == 7
    assert outer.is_index("n")
    assert inner.is_index("k")
    assert not outer.is_index("k")


def test_generators_differ_by_key_and_by_seed():
    here = scope([])
    first = here.generator("a").random()
    assert here.generator("a").random() == first
    assert len({first, here.generator("b").random(), here.generator("a", 1).random()}) == 3


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("m.gone(1)", Unbound),
        ("1 + 1", Unbound),
        ("m.note(\\mathbf{q})", Refusal),
        ("m.note(1/2n)", Refusal),
        ("m.note(1)[3]", Refusal),
        ("m.note(m.gone(1))", Unbound),
        ("m.note(1)[٣]", Refusal),
        ("m.path(1)[3]", Refusal),
        ("m.number(1)[0]", Refusal),
        ("m.path(1)[-1]", Refusal),
        ("m.path(1)[t/2]", Refusal),
    ],
)
def test_what_cannot_be_called_is_refused(call, error):
    with pytest.raises(error):
        scope([], **{"m.path": lambda x: np.eye(3), "m.number": lambda x: np.array(1.0)}).call(call)


def test_what_is_not_finite_is_no_index():
    large = "9" * 400
    for latex in (rf"x_{{{large}}} = 1", rf"x_{{{large}-{large}}} = 1"):
        assert (
            "is no index" in check(Page("d = 3 \n \\mathbf{x} : R[d]; entries x_j"), latex).message
        )


KEPT = r"""
n = 4
x, y : R
z : normal; random
a = \sum_{i=1}^{n} (x + i)^2
b = a y
"""


def steps(one, node):
    """Return a value, and the steps that it took."""
    before = one.work.steps
    return one.evaluate(node), one.work.steps - before


@pytest.mark.parametrize("latex", [r"\frac{\partial x^2}{\partial x}", r"\sum_{i=1}^{n} x^i", "a"])
def test_what_depends_on_nothing_bound_is_found_once(latex):
    page = Page(KEPT)
    one, node = Scope(page, 0), page.expression(latex)
    first, many = steps(one.binding({"y": np.array(2.0)}), node)
    again, few = steps(one.binding({"y": np.array(3.0)}), node)
    assert first == again == Scope(page, 0).evaluate(node)
    assert few < many


@pytest.mark.parametrize(
    "latex", ["a", "b", r"\sum_{i=1}^{n} a^i", r"\frac{\partial a}{\partial x}"]
)
def test_what_depends_on_what_is_bound_is_found_anew(latex):
    page = Page(KEPT)
    one, node = Scope(page, 0), page.expression(latex)
    one.binding({"y": np.array(1.0)}).evaluate(node)  # kept, but for b
    for value in (2.0, 3.0):
        found = one.binding({"x": np.array(value)}).evaluate(node)
        assert found == Scope(page, 0).binding({"x": np.array(value)}).evaluate(node)
        assert found != one.evaluate(node)


def test_a_random_value_is_found_on_each_path():
    page = Page(KEPT)
    one, node = Scope(page, 0), page.expression(r"\sum_{i=1}^{n} (z^2 + i)")
    paths = [Choices([at], None, nodes=3) for at in range(3)]
    found = [float(one.having(choices=path).evaluate(node)) for path in paths]
    assert len({round(value, 9) for value in found}) == 2  # of nodes -c, 0, c
    assert all(path.sizes for path in paths)


def test_a_mean_in_a_derivative_meets_all_paths_each_time():
    page = Page(KEPT)
    latex = r"\frac{\partial}{\partial x} \mathbb{E}[(x + z)^2 \sum_{i=1}^{n} y^i]"
    one = Scope(page, 0)
    x, y = (float(one.array(page.expression(name))) for name in "xy")
    found = float(one.array(page.expression(latex)))
    assert found == pytest.approx(2 * x * sum(y**i for i in range(1, 5)))
