"""Written names: one canonical text for all ways of writing them."""

import pytest

from eqcheck import Refusal
from eqcheck.grammar.lexer import tokenize
from eqcheck.grammar.names import letters, read_name


def key(latex):
    tokens = tokenize(latex)
    name, at = read_name(tokens, 0)
    assert at == len(tokens)
    return name.key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"\mathbf x", r"\mathbf{x}"),
        (r"x_j'", r"x'_j"),
        (r"x_j'", r"x_{j}^{\prime}"),
        (r"w^\star_1", r"w_{1}^{*}"),
        (r"\hat{\mathbf y}_i", r"\hat{\mathbf{y}}_{i}"),
        (r"w_{\text{ area }}", r"w_{\text{area}}"),
        (r"n_\mathrm{in}", r"n_{\mathrm{in}}"),
        (r"\mu_\mathcal B", r"\mu_{\mathcal{B}}"),
        (r"\hat\mathbf{y}_i", r"\hat{\mathbf{y}}_{i}"),
    ],
)
def test_two_ways_to_write_one_name_have_one_key(one, other):
    assert key(one) == key(other)


def test_an_accent_makes_another_name():
    assert len({key(r"\mathbf{x}"), key("x"), key(r"\hat{x}"), key(r"\hat{\mathbf{x}}")}) == 4


@pytest.mark.parametrize("latex", ["x^2^3", "x_1_2", "x^", "x^{}", r"\hat{}", "x_{1", "+"])
def test_what_is_no_name_is_refused(latex):
    with pytest.raises(Refusal):
        key(latex)


def test_a_superscript_of_primes_alone_leaves_no_superscript():
    name, _ = read_name(tokenize(r"x_1^{\prime\prime}"), 0)
    assert (name.base, name.sup) == ("x''", None)
    name, _ = read_name(tokenize(r"x^{\prime 2}"), 0)
    assert (name.base, [token.text for token in name.sup]) == ("x'", ["2"])


@pytest.mark.parametrize(
    ("latex", "wanted"),
    [
        (r"\hat{\mathbf{y}}_i^{(l)} + \bm{w}", r"\hat{\mathbf{y}} i l \boldsymbol{w}"),
        ("f''(x)", "f'' f x"),
        (r"x \in 集 \left. y \right|_{z}", "x y z"),
        (r"\mathbf{x", "x"),
        (r"\frac{1}{2} \text{ and } \operatorname{tr}", r"\text{and} \operatorname{tr}"),
    ],
)
def test_the_letters_of_latex_are_found_even_where_it_cannot_be_read(latex, wanted):
    assert letters(latex) == set(wanted.split())


def test_a_thousand_fonts_are_refused_and_not_a_crash():
    with pytest.raises(Refusal, match="nested too deeply"):
        key("x_" + r"\mathbf" * 1000 + "x")
