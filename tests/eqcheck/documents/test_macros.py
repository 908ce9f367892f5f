"""Macros are written out as TeX would."""

import pytest

from eqcheck.documents.macros import Macro, expand, read_macros

MACROS = {
    r"\R": Macro(0, r"\mathbb{R}"),
    r"\abs": Macro(1, "|#1|"),
    r"\space": Macro(1, r"\R^{#1}", "n"),
    r"\power": Macro(2, "#2^{#1}", "2"),
    r"\twice": Macro(0, r"\R + \R"),
    r"\set": Macro(1, r"\{#1\}"),
    r"\a": Macro(0, r"\alpha"),
    r"\endless": Macro(0, r"\endless"),
}


@pytest.mark.parametrize(
    ("defines", "macro"),
    [
        (r"\newcommand{\R}{\mathbb{R}}", Macro(0, r"\mathbb{R}")),
        (r"\newcommand\R{\mathbb{R}}", Macro(0, r"\mathbb{R}")),
        (r"\renewcommand*{\R}{\mathbb{R}}", Macro(0, r"\mathbb{R}")),
        (r"\providecommand{\R}{\mathbb{R}}", Macro(0, r"\mathbb{R}")),
        (r"\def\R{\mathbb{R}}", Macro(0, r"\mathbb{R}")),
        (r"\def\R#1#2{#1 \to #2}", Macro(2, r"#1 \to #2")),
        (r"\newcommand{\R}[2]{#1 \to #2}", Macro(2, r"#1 \to #2")),
        (r"\newcommand{\R}[1][d]{\mathbb{R}^{#1}}", Macro(1, r"\mathbb{R}^{#1}", "d")),
        (r"\DeclarePairedDelimiter{\R}{\lVert}{\rVert}", Macro(1, r"\lVert #1 \rVert")),
        (r"\DeclarePairedDelimiter\R\lVert\rVert", Macro(1, r"\lVert #1 \rVert")),
        (r"\DeclareMathOperator{\R}{rank}", Macro(0, r"\operatorname{rank}")),
        (r"\DeclareMathOperator*{\R}{arg\,max}", Macro(0, r"\operatorname*{arg\,max}")),
    ],
)
def test_a_macro_is_read(defines, macro):
    assert read_macros(f"text {defines} more") == {r"\R": macro}


def test_a_macro_with_an_open_end_is_none():
    assert read_macros(r"\newcommand{\R}{\mathbb{R}") == {}


@pytest.mark.parametrize(
    ("latex", "written"),
    [
        (r"\R^d", r"\mathbb{R}^d"),
        (r"\Rx", r"\Rx"),
        (r"\abs{x - \abs{y}}", r"|x - |y||"),
        (r"\abs x", r"|x|"),
        (r"\abs*{x}", r"|x|"),
        (r"\R*2", r"\mathbb{R}*2"),
        (r"\space", r"\mathbb{R}^{n}"),
        (r"\space [d]", r"\mathbb{R}^{d}"),
        (r"\power{x} + \power[3]{y}", r"x^{2} + y^{3}"),
        (r"\abs\alpha", r"|\alpha|"),
        (r"\twice x", r"\mathbb{R} + \mathbb{R} x"),
        (r"\set{\{x\}}", r"\{\{x\}\}"),
        (r"\a b", r"\alpha b"),
        (r"\abs\a b", r"|\alpha| b"),
        (r"\endless", r"\endless"),
    ],
)
def test_a_formula_is_written_out(latex, written):
    assert expand(latex, MACROS) == written


def test_without_macros_a_formula_stays():
    assert expand(r"\a{}b", {}) == r"\a{}b"
