"""Expressions: the shape of the tree, and the places of its nodes."""

import pytest

from eqcheck import Page, Refusal
from eqcheck.grammar import tree
from eqcheck.grammar.statements import parse_display, parse_expression

PAGE = Page(r"""
d = 3
T = 4
a, b, c : R
\mathbf{x} : R[d]; entries x_j
\mathbf{A} : R[d,d]
f, g : R -> R
""")
UNKNOWN = "no such command is known; a macro is known where its file defines it"


def parse(latex):
    return parse_expression(latex, PAGE.table)


def test_a_sum_keeps_its_terms_and_the_places_of_its_signs():
    node = parse("a - b c + 2")
    assert [type(term) for term in node.terms] == [tree.Symbol, tree.Negative, tree.Number]
    assert node.operators == (None, (2, 3), (8, 9))


def test_a_unary_minus_holds_the_whole_term():
    node = parse("-a^2 b")
    assert isinstance(node, tree.Negative)
    assert isinstance(node.body, tree.Product)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"\mathbf{A}^\top", r"\mathbf{A}^{\top}"),
        (r"a\cdot b", "a b"),
        (r"\tfrac{a}{b}", r"\frac a b"),
        ("f'(a)", r"f^{\prime}(a)"),
        (r"\left\|\mathbf{x}\right\|_2", r"\|\mathbf{x}\|_{2}"),
        ("x_1^2", "x^2_1"),
    ],
)
def test_two_spellings_give_the_same_tree(one, other):
    assert parse(one) == parse(other)


def test_each_node_points_to_its_own_latex():
    latex = r"\mathbf{A}^{\top}\mathbf{x} + f(a)^2"
    found = {type(n).__name__: latex[slice(*n.span)] for n in parse(latex).walk()}
    assert found["Transpose"] == r"\mathbf{A}^{\top}"
    assert found["Call"] == "f(a)"
    assert found["Power"] == "f(a)^2"
    names = [latex[slice(*n.span)] for n in parse(latex).walk() if isinstance(n, tree.Symbol)]
    assert names == [r"\mathbf{A}", r"\mathbf{x}", "f", "a"]


def test_a_superscript_t_is_refused_where_t_is_declared():
    with pytest.raises(Refusal, match="a power or a transpose"):
        parse(r"\mathbf{A}^T")


def test_a_composition_applies_from_right_to_left():
    node = parse(r"f \circ g(a)")
    assert [part.name for part in node.function.functions] == ["f", "g"]


def test_an_entry_whose_vector_shows_none_is_told_so_and_never_taken_for_a_new_name():
    table = Page("d = 4 \n \\mathbf{x} : R[d] \n \\mathbf{p} : R[d]; defined").table
    for latex in ("x_j", "p_j = 1"):
        with pytest.raises(Refusal, match="not declared") as refusal:
            parse_display(latex, table)
        whole = f"\\mathbf{{{latex[0]}}}"
        assert f"entries of {whole} are written: entries {latex[0]}_{{j}}" in refusal.value.how


@pytest.mark.parametrize(
    ("latex", "how"),
    [
        (r"\frca{a}{b}", r"did you mean \frac?"),
        (r"\sinn a", r"did you mean \sin?"),
        (r"\norm{a}", UNKNOWN),
        (r"a \norm{a}", UNKNOWN),
        ("^2", ""),
    ],
)
def test_an_unknown_command_is_refused_with_the_one_that_it_misspells(latex, how):
    with pytest.raises(Refusal, match="cannot stand here") as refusal:
        parse(latex)
    assert refusal.value.how == how


@pytest.mark.parametrize(
    "opening", ["(", r"\nabla_{a} ", r"\sin ", r"\mathbb{E}", "a /", r"\sqrt ", r"\|", "x_"]
)
def test_what_is_nested_too_deeply_is_refused_whatever_it_is(opening):
    with pytest.raises(Refusal):
        parse(opening * 3000 + "a")


def test_a_long_row_of_operators_is_refused_with_the_limit():
    with pytest.raises(Refusal, match="nested too deeply: 40 levels are the most") as refusal:
        parse(r"\nabla_{a} " * 197 + "a")
    assert refusal.value.span is not None


def test_a_power_may_hold_transposed_names():
    for top in (r"^{\top}", r"^\top"):
        node = parse(rf"e^{{-\mathbf{{x}}{top}\mathbf{{x}}}}")
        assert isinstance(node, tree.Power)
        assert node.exponent == parse(r"-\mathbf{x}^{\top}\mathbf{x}")


@pytest.mark.parametrize("script", ["2\\top", "\\top 2", "(a)", "*", "*\\top", "(a)\\top"])
def test_a_superscript_that_is_part_of_a_name_is_refused_with_what_can_be_written(script):
    with pytest.raises(Refusal, match="is not declared") as refusal:
        parse(rf"\mathbf{{A}}^{{{script}}}")
    assert "a power stands without parentheses around it, x^{a+b}" in refusal.value.how


@pytest.mark.parametrize(
    "transposed",
    [r"^\mathsf{T}", r"^{\mathsf T}", r"^{\mathrm{T}}", r"^\intercal", r"^{\top}"],
)
def test_a_transpose_may_be_written_in_any_font(transposed):
    assert parse(rf"\mathbf{{A}}{transposed}") == tree.Transpose(tree.Symbol(r"\mathbf{A}"))


def test_a_transpose_is_refused_where_the_page_has_that_letter():
    page = Page("d = 3\n\\mathbf{A} : R[d,d]\n\\mathsf{T} : R")
    node = parse_expression(r"\mathbf{A}^{\mathsf{T}}", page.table)
    assert isinstance(node, tree.Power)


def test_a_subscript_behind_parentheses_or_a_call_is_an_entry():
    node = parse(r"(\mathbf{A}\mathbf{x})_2^2")
    assert isinstance(node, tree.Power)
    assert node.base.indices == (tree.Number(2.0),)
    page = Page(
        "d = 3\ni, j : 1..d\n\\mathbf{A} : R[d,d]\nF : R[d,d] -> R[d,d]".replace(
            "i, j : 1..d", "i : 1..d\nj : 1..d"
        )
    )
    for latex in (r"F(\mathbf{A})_{ij}", r"F(\mathbf{A})_{i,j}"):
        found = parse_expression(latex, page.table)
        assert [index.name for index in found.indices] == ["i", "j"]


@pytest.mark.parametrize(
    ("latex", "words"),
    [
        ("(a)_+", "a subscript on an expression"),
        (r"|a|_2", "a subscript on an expression"),
        (r"(\mathbf{x})_{1,2,3}", "one index or two"),
        (r"(\mathbf{x})_{}", "one index or two"),
    ],
)
def test_other_subscripts_are_refused(latex, words):
    with pytest.raises(Refusal, match=words):
        parse(latex)


BRACKETED = Page("d = 3\n\\mathbf{x} : R[d]\nf : R[d] -> R\nR[f, \\mathbf{x}] : R; defined")


def test_a_function_that_is_declared_with_brackets_is_called_with_them():
    node = parse_expression(r"R[f, \mathbf{x}]", BRACKETED.table)
    assert isinstance(node, tree.Call)
    assert len(node.arguments) == 2


@pytest.mark.parametrize(
    ("latex", "words"),
    [(r"f[\mathbf{x}]", "its argument, or a factor"), (r"R(f, \mathbf{x})", "with brackets")],
)
def test_other_brackets_than_the_declared_ones_are_refused(latex, words):
    with pytest.raises(Refusal, match=words):
        parse_expression(latex, BRACKETED.table)


def test_the_chain_rule_is_of_derivatives():
    page = Page("x : R\nu = x^2\ny = u^2\n\\text{prod} : chain rule")
    latex = r"\text{prod}(\frac{\partial y}{\partial u}, \frac{\partial u}{\partial x})"
    assert isinstance(parse_expression(latex, page.table), tree.ChainRule)
    for latex in (r"\text{prod}(x, x)", r"\text{prod}(\frac{\partial u}{\partial x})"):
        with pytest.raises(Refusal, match="of two derivatives"):
            parse_expression(latex, page.table)
    with pytest.raises(Refusal, match="without its derivatives"):
        parse_expression(r"\text{prod} x", page.table)


LAW = Page("d = 3\ny : R\n\\mathbf{x} : R[d]\np(y \\mid \\mathbf{x}) = y^2\nq(y, \\mathbf{x}) = y")


def test_a_law_given_something_is_called_as_it_is_declared():
    node = parse_expression(r"p(y^2 \mid 2\mathbf{x})", LAW.table)
    assert len(node.arguments) == 2


@pytest.mark.parametrize("latex", [r"p(y, \mathbf{x})", r"q(y \mid \mathbf{x})"])
def test_a_law_given_something_is_not_one_of_both(latex):
    with pytest.raises(Refusal, match="a law given something, or of both"):
        parse_expression(latex, LAW.table)
