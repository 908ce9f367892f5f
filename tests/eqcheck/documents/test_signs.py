"""Which formulas relate what they name, and how, is told by their outermost signs."""

import pytest

from eqcheck import Page
from eqcheck.documents.signs import kind_of, names_sizes_only, states_relation


@pytest.mark.parametrize(
    "latex",
    [
        *("x = 1", "x<1", r"p \in [0, 1)", r"f: \mathbb{R}^d \rightarrow \mathbb{R}", "x ≤ 1"),
        *(r"5 \to 2 \to 4", r"p \ne q", r"x \sim y", r"\frac{a}{b} \leq c", "x{=}y"),
        *(r"\eta{=}0.5", "x_{1}{=}3", r"x_{\mathbf{a}}^{2}{=}3", r"a\mathrel{=}b", r"a \hat{=} b"),
        *(r"x \overset{!}{=} 0", r"x \stackrel{d}{=} y", r"x \overset{\text{def}}{=} 0"),
        *(r"\underbrace{a = b}_{c}", r"\boxed{a=b}", r"{\color{red}{a=b}}", r"\mathbf{a = b}"),
        *("a := 1", "a ≔ 1", "a ≲ 1", "a ⟼ b", "a ⟹ b", "a ↪ b"),
        *(
            rf"a \{sign} b"
            for sign in (
                *("triangleq", "leqq", "geqq", "lesssim", "gtrsim", "asymp", "doteq", "coloneq"),
                *("longmapsto", "hookrightarrow", "xrightarrow{n}", "Longleftrightarrow", "nmid"),
                *("preceq", "lt", "vdash", "Vdash", "vDash", "subset", "supseteq", "neq"),
            )
        ),
    ],
)
def test_what_relates_its_sides_is_a_relation(latex):
    assert states_relation(latex)


@pytest.mark.parametrize(
    "latex",
    [
        r"\sum_{k=0}^{d} \binom{n-1}{k}",
        "x_i",
        r"\text{if } x",
        *(
            r"\max_{i \in I} x_{i}",
            r"\sum_{\substack{i \in I \\ i = j}} x",
            r"x_{a_{i} = 1} + b_{2}",
        ),
        *(r"\underset{x \in \mathcal{X}}{\max} f", r"\text{where $a_{1} = b$}", r"\binom{n}{k}"),
        *(r"\overrightarrow{a}", r"\uparrow", r"\int", r"\inf", r"\top", r"\underbrace{a}_{b = 1}"),
        r"\left( x",
    ],
)
def test_a_relation_in_a_script_or_among_words_is_none_of_the_formula(latex):
    assert not states_relation(latex)


@pytest.mark.parametrize(
    ("latex", "kind"),
    [("a = b", "identity"), (r"a \le b", "bound"), (r"a = b \le c", "identity"),
     (r"\sum_{i=1}^{n} x_i \ge 0", "bound"), (r"x \in \mathbb{R}", "bound")],
)  # fmt: skip
def test_what_has_no_equality_is_a_bound(latex, kind):
    assert kind_of(latex) == kind


def test_what_names_sizes_only_says_nothing_of_what_is_drawn():
    page = Page("n = 5 \n d_l = 4, 3 \n x : R")
    assert names_sizes_only(page, "n > d_1")
    assert not names_sizes_only(page, "n > x")
    assert not names_sizes_only(page, "2 > 1")
