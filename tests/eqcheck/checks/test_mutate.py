# ruff: noqa: E501 - a formula stands on one line, as in the book
"""Each kind of slip is made, in the LaTeX itself."""

import pytest

from eqcheck import Page, check, mutants

PAGE = Page(r"""
n = 4
d = 3
T = 5
t : 0..T-1
a, b : R
\mathbf{x}, \mathbf{w} : R[d]; entries x_j, w_j
\mathbf{A}, \mathbf{B} : R[d,d]
\mathbf{w}_t : R[d]; t = 0..T
f : R -> R
\varepsilon : {-a, a}; random
""")


@pytest.mark.parametrize(
    ("latex", "mutant"),
    [
        ("a + b = 1", "a - b = 1"),
        ("a - b = 1", "a + b = 1"),
        ("-a = b", "a = b"),
        ("2a = b", "3a = b"),
        ("0.5a = b", "1.0a = b"),
        ("a^2 = b", "a^3 = b"),
        (r"\mathbf{A}^{\top} = \mathbf{B}", r"\mathbf{A}  = \mathbf{B}"),
        (r"\mathbf{A} = \mathbf{B}", r"{\mathbf{A}}^{\top} = \mathbf{B}"),
        (r"\mathbf{A}^{-1} = \mathbf{B}", r"\mathbf{A}  = \mathbf{B}"),
        (r"\mathbf{A}\mathbf{B} = \mathbf{B}", r"\mathbf{B}  \mathbf{A} = \mathbf{B}"),
        ("a b = 1", "  b = 1"),
        ("a + b + 1 = 1", "a + 1 = 1"),
        (r"\frac{a}{n} = b", "{a} = b"),
        (r"\frac{a}{n} = b", r"\frac{a}{d} = b"),
        ("x_j = a", "w_{j} = a"),
        ("x_1 = a", "x_2 = a"),
        (r"\mathbf{w}_{t} = \mathbf{x}", r"\mathbf{w}_{t+1} = \mathbf{x}"),
        (r"\|\mathbf{x}\|_2 = a", r"\|\mathbf{x}\|_1 = a"),
        ("f'(a) = b", "f(a) = b"),
        (r"a \le b", r"a \ge  b"),
        (r"a \le b", "a < b"),
        ("a > b", r"a \ge b"),
        (r"t \in \{0, 1\}", r"t \subseteq \{0, 1\}"),
        (r"\sum_{j=1}^{d} x_j = a", r"\sum_{j=2}^{d} x_j = a"),
        (r"\sum_{j=1}^{d} x_j = a", r"\sum_{j=1}^{d-1} x_j = a"),
        (r"\sum_{j=1}^d x_j = a", r"\sum_{j=1}^{d-1} x_j = a"),
        (r"\sqrt{a} = b", "{a} = b"),
        (r"\mathbb{E}[\varepsilon] = a", r"( \varepsilon ) = a"),
        (r"\max(a, b) = a", r"\min (a, b) = a"),
    ],
)
def test_a_slip_is_among_the_mutants(latex, mutant):
    page = (
        PAGE
        if "x_j = a" not in latex or "sum" in latex
        else Page("d = 3\n\\mathbf{x}, \\mathbf{w} : R[d]; entries x_j, w_j\na : R\nj : 1..d")
    )
    found = ["".join(m.latex.split()) for m in mutants(latex, page)]
    assert "".join(mutant.split()) in found


@pytest.mark.parametrize(
    ("latex", "whole"),
    [
        (r"\mathbf{A}^{-1} = \mathbf{B}", r"({\mathbf{A}}^{\top})^{-1} = \mathbf{B}"),
        (r"\eta a = b", r"\eta b = b"),
        ("z_j'^2 = b", "y_{j}'^2 = b"),
    ],
)
def test_a_slip_is_latex_that_tex_sets(latex, whole):
    page = Page(r"""
d = 3
a, b, \eta : R
\mathbf{A}, \mathbf{B} : R[d,d]
j : 1..d
\mathbf{y}', \mathbf{z}' : R[d]; entries y'_j, z'_j
""")
    assert whole in [m.latex for m in mutants(latex, page)]


def test_a_transpose_is_dropped_but_no_second_one_added():
    found = [m.name for m in mutants(r"\mathbf{A}^{\top} = \mathbf{B}", PAGE)]
    assert r"drop transpose of \mathbf{A}" in found
    assert r"transpose \mathbf{A}" not in found
    assert r"transpose \mathbf{B}" in found


def test_names_tell_mutants_apart():
    names = [m.name for m in mutants("a + 2a + 2a = 5a", PAGE)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("latex", "wrong"),
    [
        ("[s = t] = a", [r"[s \ne t] = a", r"[s \le t] = a", "[s < t] = a", "[s+1 = t] = a"]),
        (r"\delta_{st} = a", [r"[s \ne t] = a", "[s = t+1] = a", r"\delta_{tt} = a"]),
        (r"[s \le t] = a", ["[s = t] = a", r"[s \ge t] = a", "[s < t] = a"]),
        (r"\lfloor a \rfloor = b", [r"\lceil a \rceil = b", "( a ) = b"]),
        (r"\left\lceil a \right\rceil = b", [r"\lfloor a \rfloor = b"]),
        (r"\max_j x_j = a", [r"\min_j x_j = a"]),
        (r"\max_{1 \le j \le d} x_j = a", [r"\max_{1 \le j \le d-1} x_j = a"]),
        (r"\mathbf{P}\mathbf{x} = \mathbf{w}", [r"{\mathbf{P}}^{\top}\mathbf{x} = \mathbf{w}"]),
        ("h(a, b) = k(a)", ["k(a, b) = k(a)", "h(a, b) = h(a)"]),
    ],
)
def test_slips_of_comparisons_roundings_and_arguments_are_among_the_mutants(latex, wrong):
    page = Page("d = 3\n\\mathbf{x}, \\mathbf{w} : R[d]; entries x_j, w_j\na, b : R\ns : 1..d\n"
                "t : 1..d\n\\mathbf{P} : permutation[d]\nh(a) = a\nh(a, b) = a + b\nk(a) = 2a\n"
                "k(a, b) = a b")  # fmt: skip
    found = {"".join(mutant.latex.split()) for mutant in mutants(latex, page)}
    assert {"".join(latex.split()) for latex in wrong} <= found


@pytest.mark.parametrize(
    ("latex", "mutant"),
    [
        (r"(\mathbf{A}\mathbf{x})_2 = b", None),
        (
            r"\sum_{i=1}^{d} (\mathbf{A}\mathbf{x})_i = b",
            r"\sum_{i=1}^{d} (\mathbf{A}\mathbf{x})_{i+1} = b",
        ),
        (r"\|\mathbf{A}\|_\mathrm{F} = b", r"\|\mathbf{A}\|_2 = b"),
        (r"\|\mathbf{A}\|_{\textrm{F}} = b", r"\|\mathbf{A}\|_2 = b"),
        (r"\mathrm{max}(a, b) = b", r"\min (a, b) = b"),
        (r"\mathbf{A}^\mathsf{T} = \mathbf{B}", r"\mathbf{A}  = \mathbf{B}"),
        (r"\mathbf{A}^{\mathsf T} = \mathbf{B}", r"\mathbf{A}  = \mathbf{B}"),
    ],
)
def test_new_notation_has_its_slips(latex, mutant):
    found = [each.latex for each in mutants(latex, PAGE)]
    assert mutant is None or mutant in found, found


def test_the_index_of_the_largest_is_attacked_by_that_of_the_smallest():
    page = Page(
        "d = 3\n\\mathbf{x} : R[d]; entries x_j\n\\mathbf{p} : R[d]; defined; entries p_j\np_j = e^{x_j}"
    )
    latex = r"\operatorname*{argmax}_j p_j = \operatorname*{argmax}_j x_j"
    found = {each.latex for each in mutants(latex, page)}
    assert latex.replace(r"\operatorname*{argmax}_j p", r"\operatorname{argmin}_j p") in found
    result = check(page, latex)
    assert (result.state, result.killed) == ("checked", result.mutants)
