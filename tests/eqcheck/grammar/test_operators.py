"""Operators that bind names: what they bind, and how far they reach."""

import pytest

from eqcheck import Page, Refusal
from eqcheck.grammar import tree
from eqcheck.grammar.statements import parse_expression

PAGE = Page(r"""
n = 4
d = 3
m = 2
b, \tau : R+
\mathbf{x}, \mathbf{w} : R[d]; entries x_j, w_j
\mathbf{y} : R[n]; entries y_i
\boldsymbol{\varepsilon}_i : {-\tau, \tau}[d]; i = 1..n; random
I : m of 1..n
L(\mathbf{w}, b) = b \mathbf{w}^{\top}\mathbf{w}
""")


def parse(latex):
    return parse_expression(latex, PAGE.table)


def test_a_sum_binds_its_index_and_takes_one_term():
    node = parse(r"\sum_{i=1}^{n} y_i b + b")
    big, rest = node.terms
    assert (big.variable, type(big.body)) == ("i", tree.Product)
    assert rest == tree.Symbol("b")


@pytest.mark.parametrize("body", ["y_i b", "y_i / b", r"\frac{y_i}{2} / b"])
def test_what_a_product_reaches_over_must_depend_on_its_index(body):
    with pytest.raises(Refusal, match="which factors belong to this product"):
        parse(rf"\prod_{{i=1}}^{{n}} {body}")
    assert parse(rf"\prod_{{i=1}}^{{n}} ({body})").operator == "\\prod"
    assert parse(r"\prod_{i=1}^{n} \frac{y_i}{b}").operator == "\\prod"


def test_a_sum_over_a_set_has_members_instead_of_bounds():
    node = parse(r"\sum_{i \in I} y_i")
    assert node.members == tree.Symbol("I")
    assert node.lower is None


def test_nabla_and_partial_are_different_nodes():
    assert isinstance(parse(r"\nabla_{\mathbf{w}} L(\mathbf{w}, b)"), tree.Gradient)
    assert isinstance(parse(r"\frac{\partial L(\mathbf{w}, b)}{\partial \mathbf{w}}"), tree.Partial)
    outside = parse(r"\frac{\partial}{\partial b} L(\mathbf{w}, b)")
    assert outside == parse(r"\frac{\partial L(\mathbf{w}, b)}{\partial b}")


def test_an_expectation_names_a_family_without_its_index():
    node = parse(
        r"\mathbb{E}_{\boldsymbol{\varepsilon}}[\mathbf{w}^{\top}\boldsymbol{\varepsilon}_1]"
    )
    assert node.over == (tree.Symbol(r"\boldsymbol{\varepsilon}_{i}"),)


def test_an_optimum_reads_variables_and_conditions():
    node = parse(r"\operatorname*{arg\,min}_{\mathbf{w} \in \mathbb{R}^{d},\; b} L(\mathbf{w}, b)")
    assert [v.name for v in node.variables] == [r"\mathbf{w}", "b"]
    assert node.arg
    assert len(node.conditions) == 1
    assert parse(r"\max_{b} L(\mathbf{w}, b) + b").direction == "max"


def test_a_term_without_the_variable_does_not_belong_to_an_optimum():
    with pytest.raises(Refusal, match="how far"):
        parse(r"\min_{b} L(\mathbf{w}, b) + \tau")


@pytest.mark.parametrize("word", ["EVERY", "RR", r"E\text", "ER"])
def test_an_unknown_word_in_mathbb_is_no_expectation_and_no_space(word):
    with pytest.raises(Refusal, match="not declared") as refusal:
        parse(rf"\mathbb{{{word}}}[b]")
    assert refusal.value.span == (0, len(rf"\mathbb{{{word}}}"))
    assert r"known are \mathbb{E}" in refusal.value.how


@pytest.mark.parametrize("written", [r"\mathbf{I}", r"\boldsymbol{I}"])
def test_an_identity_matrix_that_is_not_declared_is_told_how(written):
    with pytest.raises(Refusal, match="not declared") as refusal:
        parse(f"b {written}^{{-1}}")
    assert refusal.value.how.endswith(f"{written} : identity[n,n]")


def test_a_letter_in_mathbb_needs_no_braces():
    assert parse(r"\mathbb E[b]") == parse(r"\mathbb{E}[b]")
    with pytest.raises(Refusal, match=r"\\mathbb{P} is not part of the grammar"):
        parse(r"\mathbb P(b)")


INLINE = r"""
n = 4
m = 2
t : 1..3
w, h, x : R
\mathbf{w} : R[n]; entries w_j
\mathbf{w}_t : R[n]; t = 0..3; iterates of \mathbf{w}
\mathcal{B} : m of 1..n
f(x, h, w) = x + w h
g : R[n] -> R
h_t : R; t = 0..3; iterates of h
"""


def inline(latex, more=""):
    return parse_expression(latex, Page(INLINE + more).table)


def test_d_over_d_is_a_derivative_where_d_is_no_name():
    page = Page("x : R\nf : R -> R")
    wanted = parse_expression(r"\frac{\partial}{\partial x} f(x)", page.table)
    assert parse_expression(r"\frac{d}{dx} f(x)", page.table) == wanted
    assert parse_expression(r"\frac{df(x)}{dx}", page.table) == wanted
    taken = Page("x, d : R\nf : R -> R")
    with pytest.raises(Refusal, match="a quotient or a derivative"):
        parse_expression(r"\frac{d}{dx} f(x)", taken.table)
    with pytest.raises(Refusal, match="a second derivative"):
        parse_expression(r"\frac{d^2 f(x)}{dx^2}", page.table)


def test_a_derivative_in_one_line_has_the_layout_that_the_page_says():
    latex = r"\partial_{\mathbf{w}} g(\mathbf{w})"
    assert isinstance(inline(latex, r"\partial : gradient"), tree.Gradient)
    assert inline(latex, r"\partial : jacobian") == tree.Partial(
        *inline(latex, r"\partial : gradient").children()
    )
    assert inline(latex).inline
    fraction = r"\frac{\partial g(\mathbf{w})}{\partial \mathbf{w}}"
    assert isinstance(inline(fraction, r"\partial : gradient"), tree.Gradient)
    assert not inline(fraction).inline


@pytest.mark.parametrize(
    "latex",
    [
        r"\partial_{\mathbf{w}} \frac{1}{2n} \|\mathbf{w}\|_2^2",
        r"\nabla_{\mathbf{w}} \frac{1}{|\mathcal{B}|} \sum_{i \in \mathcal{B}} g(i \mathbf{w})",
    ],
)
def test_a_constant_is_passed_over(latex):
    node = inline(latex)
    assert isinstance(node.body, tree.Product)


@pytest.mark.parametrize(
    "latex",
    [
        r"\partial_{\mathbf{w}} x g(\mathbf{w})",  # x may vary
        r"\partial_{\mathbf{w}} \frac{1}{2} g(\mathbf{w}) g(\mathbf{w})",
        r"\nabla_{\mathbf{w}} w_1 g(\mathbf{w})",
        r"\partial_w f(x, h, w) \partial_w h_1",  # of f alone, or of the product?
        r"\partial_h f(x, h, w) \partial_w h",  # h stands in what follows
        r"\partial_h f(x, h_1, w) \partial_w h_1",  # and so does an iterate of it
        r"\partial_{\mathbf{w}} g(\mathbf{w}) \partial_w h",  # g has no parameter of that name
    ],
)
def test_a_derivative_before_several_factors_is_refused(latex):
    with pytest.raises(Refusal, match="how far does this"):
        inline(latex)


def test_the_derivative_of_a_function_by_its_parameter_is_a_factor_before_another():
    page = Page("w, h, x, u : R\nu_t : R; t = 0..3\nf(x, h, w) = x + w h")
    node = parse_expression(r"\partial_h f(x, u_1, w) \partial_w u_1", page.table)
    assert [type(factor) for factor in node.factors] == [tree.Partial, tree.Partial]


@pytest.mark.parametrize("latex", [r"\partial f / \partial x", r"\partial_x^2 g(\mathbf{w})"])
def test_other_derivatives_in_one_line_are_refused(latex):
    with pytest.raises(Refusal, match="not a fraction"):
        inline(latex)


@pytest.mark.parametrize(
    "mean", ["E", r"\mathbf{E}", r"\mathbf E", r"\mathrm{E}", r"\operatorname{E}"]
)
def test_an_e_before_brackets_is_a_mean_where_the_page_has_no_such_name(mean):
    page = Page("a : R+\nx : {-a, a}; random")
    wanted = parse_expression(r"\mathbb{E}_x[x^2]", page.table)
    assert parse_expression(rf"{mean}_x[x^2]", page.table) == wanted


@pytest.mark.parametrize(
    ("line", "latex", "words"),
    [
        ("E : R", "E[x]", None),
        ("E_k : R; k = 1..2", "E_1 [x]", None),
        ("", "E(x)", "E is not declared"),
        ("", "E_{x|y}[x]", "does not begin a name"),
    ],
)
def test_any_other_e_is_a_name(line, latex, words):
    page = Page("a : R+\nx : {-a, a}; random\n" + line)
    if words:
        with pytest.raises(Refusal, match=words):
            parse_expression(latex, page.table)
    else:
        assert isinstance(parse_expression(latex, page.table), tree.Product)


def test_a_sum_without_bounds_is_over_a_declared_index_only():
    page = Page("n = 4\ni : 1..n\n\\mathbf{y} : R[n]; entries y_i")
    node = parse_expression(r"\sum_i y_i", page.table)
    assert (node.variable, node.lower, node.upper) == ("i", None, None)
    for latex in (r"\sum_j y_j", r"\sum_i^n y_i", r"\sum y_i"):
        with pytest.raises(Refusal, match=r"bound"):
            parse_expression(latex, page.table)
