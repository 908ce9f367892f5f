"""Derivatives in formulas: by a formal parameter, by a name, by a part of it."""

import numpy as np
import pytest

from eqcheck import Page, Refusal
from eqcheck.grammar.statements import parse_expression
from eqcheck.values.differentiate import slope_nearby
from eqcheck.values.scope import Scope

PAGE = Page(r"""
n = 4
d = 3
t : 0..2
x, y : R
\mathbf{x}, \mathbf{w} : R[d]; entries x_j, w_j
\mathbf{w}_t : R[d]; t = 0..3; iterates of \mathbf{w}
\mathbf{X} : R[n,d]; rows \mathbf{x}_i; entries X_{ij}
\mathbf{Z} : R[n,d]; columns \mathbf{z}_j
z : R; defined
z = x^2 y
q(\mathbf{w}) = \mathbf{w}^{\top}\mathbf{w}
l(x, y) = x^2 y
f : R -> R
""")
SCOPE = Scope(PAGE, 2, confirm=True)


def parse(latex):
    return parse_expression(latex, PAGE.table)


def value(latex):
    return SCOPE.array(parse(latex))


def test_a_name_is_varied_wherever_it_is_used():
    np.testing.assert_allclose(value(r"\frac{\partial z}{\partial x}"), 2 * value("x y"))
    np.testing.assert_allclose(value(r"\frac{\partial z}{\partial y}"), value("x^2"))


def test_a_formal_parameter_means_the_place_of_the_arguments():
    np.testing.assert_allclose(
        value(r"\nabla_{\mathbf{w}} q(\mathbf{x})"), 2 * value(r"\mathbf{x}")
    )
    np.testing.assert_allclose(value(r"\nabla q(\mathbf{x})"), 2 * value(r"\mathbf{x}"))


@pytest.mark.parametrize(
    "latex", [r"\frac{\partial}{\partial x} s(2 x)", r"\frac{\partial}{\partial x} s(s(x))"]
)
def test_a_formal_parameter_that_an_argument_hides_has_two_readings(latex):
    page = Page("x : R\ny : R\ns : R -> R; defined")
    page.define(r"s(x) = e^{-2x}")
    scope = Scope(page, 2, confirm=True)
    with pytest.raises(Refusal, match="of the function there, or of the whole expression"):
        scope.array(parse_expression(latex, page.table))
    whole = r"\frac{\partial}{\partial x} \left( s(2 x) \right) - 2 s'(2 x)"
    assert abs(scope.array(parse_expression(whole, page.table))) < 1e-9
    other = r"\frac{\partial}{\partial y} s(2 y) - 2 s'(2 y)"
    assert abs(scope.array(parse_expression(other, page.table))) < 1e-9


def test_an_iterate_stands_for_its_variable():
    gradient = value(r"\nabla_{\mathbf{w}} (\mathbf{w}_t^{\top} \mathbf{w}_t)")
    np.testing.assert_allclose(gradient, 2 * value(r"\mathbf{w}_t"))


@pytest.mark.parametrize(
    ("part", "whole", "place"),
    [
        (r"x_2", r"\mathbf{x}", (1, 0)),
        (r"X_{31}", r"\mathbf{X}", (2, 0)),
        (r"\mathbf{x}_3", r"\mathbf{X}", (2,)),
        (r"\mathbf{z}_2", r"\mathbf{Z}", (slice(None), 1)),
    ],
)
def test_a_part_is_varied_inside_of_its_whole(part, whole, place):
    kind = "_F" if whole != r"\mathbf{x}" else ""
    slopes = value(rf"\nabla_{{{part}}} (\|{whole}\|{kind}^2)")
    np.testing.assert_allclose(np.ravel(slopes), np.ravel(2 * value(whole)[place]))


def test_primes_differentiate_as_often_as_there_are():
    once = value(r"\frac{\partial f(x)}{\partial x}")
    np.testing.assert_allclose(value("f'(x)"), once)
    twice = value(r"\frac{\partial (f'(x))}{\partial x}")
    np.testing.assert_allclose(value("f''(x)"), twice, rtol=1e-6)


def test_a_slope_nearby_is_a_scale_where_the_derivative_is_zero():
    flat = SCOPE.binding({"x": np.asarray(0.0)})
    node = parse(r"\frac{\partial (x^2)}{\partial x}")
    assert flat.array(node) == 0
    assert slope_nearby(flat, node) == pytest.approx(2)


@pytest.mark.parametrize(
    ("latex", "words"),
    [
        (r"\frac{\partial (y^2)}{\partial x}", "does not contain the variable"),
        (r"\nabla_{\mathbf{w}} (\mathbf{w}_0^{\top}\mathbf{w}_1)", "several iterates"),
        (r"q'(\mathbf{x})", "not from R to R"),
        (r"\frac{\partial l(x)}{\partial y}", "takes 2 arguments, not 1"),
        ("f" + "'" * 12 + "(x)", "a derivative of order 12: 3 is the highest"),
        (r"\nabla_{y} l(x)", "takes 2 arguments, not 1"),
    ],
)
def test_a_derivative_that_means_nothing_is_refused(latex, words):
    with pytest.raises(Refusal, match=words):
        value(latex)


CHAIN = r"""
d = 3
q = 2
x : R
\mathbf{x} : R[d]
\mathbf{W} : R[q,d]
\mathbf{u} : R[q]; defined
\mathbf{u} = \mathbf{W}\mathbf{x}
y : R; defined
y = \mathbf{u}^{\top}\mathbf{u}
\text{prod} : chain rule
\partial : LAYOUT
"""
DY, DU = r"\frac{\partial y}{\partial \mathbf{u}}", r"\frac{\partial \mathbf{u}}{\partial %s}"


@pytest.mark.parametrize(
    ("layout", "variable", "wanted"),
    [
        ("gradient", r"\mathbf{x}", r"2 \mathbf{W}^{\top}\mathbf{u}"),
        ("jacobian", r"\mathbf{x}", r"2 \mathbf{u}^{\top}\mathbf{W}"),
        ("gradient", r"\mathbf{W}", r"2 \mathbf{u} \mathbf{x}^{\top}"),
    ],
)
def test_the_chain_rule_multiplies_derivatives_in_either_layout(layout, variable, wanted):
    page = Page(CHAIN.replace("LAYOUT", layout))
    scope = Scope(page, 2)
    found = scope.array(page.expression(rf"\text{{prod}}({DY}, {DU % variable})"))
    np.testing.assert_allclose(found, scope.array(page.expression(wanted)))


def test_derivatives_that_do_not_fit_are_no_chain():
    page = Page(CHAIN.replace("LAYOUT", "gradient"))
    by_x = DU % r"\mathbf{x}"
    latex = rf"\text{{prod}}({by_x}, {DY})"
    with pytest.raises(Refusal, match="the next derivative is not of that"):
        Scope(page, 2).evaluate(page.expression(latex))


def test_a_derivative_in_one_line_by_a_number_has_one_layout_only():
    np.testing.assert_allclose(value(r"\partial_x z"), value("2 x y"))
    with pytest.raises(Refusal, match=r"in which layout\?"):
        value(r"\partial_{\mathbf{w}} q(\mathbf{w})")


def test_a_derivative_in_one_line_is_laid_out_as_the_page_says():
    lines = (
        "d = 3\n\\mathbf{x} : R[d]\nf(\\mathbf{x}) = \\mathbf{x}^{\\top}\\mathbf{x}\n\\partial : "
    )
    for layout, shape in (("gradient", (3, 1)), ("jacobian", (1, 3))):
        page = Page(lines + layout)
        for latex in (
            r"\partial_{\mathbf{x}} f(\mathbf{x})",
            r"\frac{\partial f(\mathbf{x})}{\partial \mathbf{x}}",
        ):
            assert Scope(page, 1).array(page.expression(latex)).shape == shape
