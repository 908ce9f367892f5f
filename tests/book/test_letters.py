"""Formulas in plain letters: what stays of fractions, roots, powers and indices."""

from __future__ import annotations

import re

import pytest

from book._ext.letters import plain
from book._ext.paths import BOOK


@pytest.mark.parametrize(
    ("latex", "letters"),
    [
        # fractions are no numbers run together
        (r"\tfrac{1}{2}(y-\hat{y})^2", "½(y − ŷ)²"),
        (r"\frac{1}{4}\|\mathbf{W}\|_2", "¼‖W‖₂"),
        (r"\frac{1}{n}\mathbf{X}^{\top}\mathbf{X}", "1/n XᵀX"),
        (r"\frac{1}{2n}\left( x \right)", "1/(2n) (x)"),
        (r"\frac{\kappa - 1}{\kappa + 1}", "(κ − 1)/(κ + 1)"),
        (r"\frac{1}{K(K-1)}", "1/(K(K − 1))"),
        (r"\dfrac{\partial \mathbf{y}}{\partial \mathbf{x}}", "∂y/∂x"),
        (r"2\frac{a}{b}", "2 a/b"),
        (r"\left(\frac{x_j}{1-p} \right)^2", "(xⱼ/(1 − p))²"),
        # powers and indices
        (r"\lambda\|\mathbf{w}\|_2^2", "λ‖w‖₂²"),
        (r"\frac{e^{z_i}}{\sum_{j} e^{z_j}}", "e^(zᵢ)/(∑ⱼ e^(zⱼ))"),
        (r"(1+e^{-x})^{-1}", "(1 + e⁻ˣ)⁻¹"),
        (r"6 \times 10^{-15}", "6 × 10⁻¹⁵"),
        (r"\mathbf{W}^{(l)}\mathbf{h}^{(l-1)}", "W⁽ˡ⁾h⁽ˡ⁻¹⁾"),
        (r"\sum_{i=1}^{n} \ell(y_i, \hat{y}_i)", "∑ᵢ₌₁ⁿ ℓ(yᵢ, ŷᵢ)"),
        (r"\lambda_{\max} w_{t+1}", "λₘₐₓwₜ₊₁"),
        (r"x_d w_{\text{age}}", "x_d w_(age)"),
        (r"\|\cdot\|_F", "‖·‖_F"),
        (r"\varphi'(x)", "φ′(x)"),
        # roots and accents
        (r"\sqrt{\theta} \le \operatorname{Var}(w)", "√θ ≤ Var(w)"),
        (r"\sqrt{2\mathcal{L}}", "√(2ℒ)"),
        (r"\bar{y}\mathbf{1} + \tilde{x}", "ȳ1 + x̃"),
        (r"\widehat{\text{price}}", "price"),
        # words and signs
        (r"f: \mathbb{R}^d \to \mathbb{R}", "f: ℝᵈ → ℝ"),
        (r"-\log\sigma(x)", "−log σ(x)"),
        (r"\max(0, x)", "max(0, x)"),
        (r"\operatorname*{arg\,min}_{w} f(w)", "arg min_w f(w)"),
        (r"2\operatorname{ReLU}(x), \quad x \ne 0", "2 ReLU(x), x ≠ 0"),
        (
            r"\min_{w}\; f(w) \quad \text{subject to} \quad g(w) \le 1",
            "min_w f(w) subject to g(w) ≤ 1",
        ),
        (r"\mathbb{E}\left[ x \mid y \right]", "E[x | y]"),
        (r"n = 1{,}797", "n = 1,797"),
        (r"\binom{n}{k}", "C(n, k)"),
        # several lines
        (r"\begin{aligned} a &= b \\ c &\le d \end{aligned}", "a = b; c ≤ d"),
        (
            r"\begin{cases} x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}",
            "x, if x > 0; 0, otherwise",
        ),
        (r"\begin{bmatrix} 1 & 2 \\ 3 & -4 \end{bmatrix}", "[1, 2; 3, −4]"),
    ],
)
def test_a_formula_keeps_in_plain_letters_what_it_says(latex: str, letters: str) -> None:
    assert plain(latex) == letters


def test_no_formula_of_the_book_keeps_latex_in_its_letters() -> None:
    formulas = [
        formula
        for page in BOOK.glob("*.md")
        for formula in re.findall(r"^\$\$\n(.*?)\n\$\$", page.read_text("utf-8"), re.DOTALL | re.M)
    ]
    assert len(formulas) > 150
    assert [
        latex for latex in formulas if re.search(r"[\\&\u2063]|\bfrac|\bbegin", plain(latex))
    ] == []
