"""Means see the law of what is random, and no sign, transpose or place that it does not tell."""

from __future__ import annotations

import pytest

from eqcheck import Page
from eqcheck.checks.proofs.normal import Normal
from eqcheck.values.scope import Scope
from tests.eqcheck.checks.proofs.expressions import have_the_same_form, have_the_same_values

TABLE = r"""
k = 2
m = 3
i : 1..m
j : 1..k
l : 1..4
a, b : R
s : R+
z, u : normal; random
e : {-s, s}; random
o : {0, s}; random
\mathbf{W} : {-s, s}[m,k]; random; entries W_{ij}
\mathbf{A} : {-s, s}[k,k]; random
\mathbf{x} : R[k]; entries x_j
g : R -> R
h = z + 1
"""
SAME = [
    (r"\mathbb{E}[a z^2 + b]", r"a + b"),
    (r"\mathbb{E}[z^4]", r"3"),
    (r"\mathbb{E}[g(a - b z)]", r"\mathbb{E}[g(a + b z)]"),
    (r"\mathbb{E}[z^3 + b e] + a", r"a"),
    (
        r"\mathbb{E}[\|\mathbf{A}\mathbf{x}\|_2^2]",
        r"\mathbb{E}[\|\mathbf{A}^{\top}\mathbf{x}\|_2^2]",
    ),
    (r"\operatorname{Var}(W_{ij})", r"\operatorname{Var}(W_{jj})"),
    (r"\operatorname{Var}(a + e)", r"\operatorname{Var}(a - e)"),
    (r"\mathbb{E}[g(e) e^2]", r"\mathbb{E}[g(-e) e^2]"),
    (r"\mathbb{E}[(\sum_{l=1}^{k} W_{il} x_l)^2]", r"\mathbb{E}[(\sum_{l=1}^{k} W_{1l} x_l)^2]"),
]
OTHER = [
    (r"\mathbb{E}[z g(a - b z)]", r"\mathbb{E}[z g(a + b z)]"),
    (r"\mathbb{E}[g(o)]", r"\mathbb{E}[g(-o)]"),
    (r"\mathbb{E}[z^4]", r"\mathbb{E}[z^2]"),
    (r"\mathbb{E}[g(h - z)]", r"\mathbb{E}[g(h + z)]"),
    (r"\mathbb{E}[W_{1j} W_{2j}]", r"\mathbb{E}[W_{1j} W_{1j}]"),
    (r"\operatorname{Var}(z)", r"\mathbb{E}[z^4]"),
]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_what_has_the_same_form_has_the_same_values(one: str, two: str) -> None:
    assert have_the_same_form(TABLE, one, two)
    assert have_the_same_values(TABLE, one, two)


@pytest.mark.parametrize(("one", "two"), OTHER)
def test_what_has_other_values_has_another_form(one: str, two: str) -> None:
    assert not have_the_same_values(TABLE, one, two)
    assert not have_the_same_form(TABLE, one, two)


def test_a_term_of_which_an_image_has_several_terms_is_left_as_it_is() -> None:
    page = Page(TABLE)
    normal = Normal(Scope(page, 0))
    inverse = page.expression(r"\mathbb{E}[\frac{1}{\frac{1}{a + e}}]")
    assert len(normal.form(inverse).terms) == 1
