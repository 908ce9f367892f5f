# ruff: noqa: E501 - a formula stands on one line, as in the book
"""Values of nodes against NumPy and SciPy."""

import numpy as np
import pytest
from scipy import linalg, special

from eqcheck import Page, Refusal
from eqcheck.grammar.statements import parse_expression
from eqcheck.values.scope import Scope

PAGE = Page(
    r"""
n = 4
d = 3
x, y : R
u : R+
\mathbf{x}, \mathbf{w} : R[d]; entries x_j, w_j
\mathbf{A}, \mathbf{B} : R[d,d]
\mathbf{X} : R[n,d]; rows \mathbf{x}_i
\sigma : R -> R; entrywise; defined
\sigma(x) = \frac{1}{1+e^{-x}}
\operatorname{softmax} : R[d] -> R[d]; code softmax
g(\mathbf{w}, u) = u \|\mathbf{w}\|_2^2
s(x) = \begin{cases} x^2 & \text{if } x > 0 \\ -x & \text{otherwise} \end{cases}
""",
    functions={"softmax": lambda o: np.exp(o) / np.exp(o).sum()},
)
SCOPE = Scope(PAGE, 5)


def value(latex):
    return SCOPE.array(parse_expression(latex, PAGE.table))


x, u = value("x"), value("u")
X, A, B, v, w = (value(rf"\mathbf{{{k}}}") for k in "XABxw")

CASES = [
    (r"\mathbf{X}\mathbf{A}\mathbf{x}", X @ A @ v),
    (r"\mathbf{x}^{\top}\mathbf{A}^{-1}\mathbf{w}", (v.T @ linalg.solve(A, w))[0, 0]),
    (r"\det(\mathbf{A})", linalg.det(A)),
    (r"\operatorname{tr}(\mathbf{A}\mathbf{B})", np.sum(A * B.T)),
    (r"\operatorname{diag}(\mathbf{x})\mathbf{A}", v * A),
    (r"\mathbf{A} \otimes \mathbf{x}", np.kron(A, v)),
    (r"\mathbf{A} \odot \mathbf{B} \odot \mathbf{A}", A * B * A),
    (r"\operatorname{vec}(\mathbf{A})", A.reshape(-1, order="F")[:, None]),
    (r"\|\mathbf{A}\|_2", linalg.svdvals(A)[0]),
    (r"\sigma(\mathbf{x})", special.expit(v)),
    (r"\sigma'(\mathbf{x})", special.expit(v) * special.expit(-v)),
    (r"\sigma''(x)", special.expit(x) * special.expit(-x) * (1 - 2 * special.expit(x))),
    (r"\operatorname{softmax}(\mathbf{x})", special.softmax(v)),
    (r"\sum_{i=1}^{n} \mathbf{x}_i", X.sum(0)[:, None]),
    (r"\prod_{j=1}^{d} x_j", np.prod(v)),
    (r"\max(x, y, u)", max(x, value("y"), u)),
    (r"s(u) + s(-u)", u**2 + u),
    (r"s'(u)", 2 * u),
    (r"\nabla_{\mathbf{w}} g(\mathbf{x}, x)", 2 * x * v),
    (r"\frac{\partial g(\mathbf{x}, x)}{\partial u}", np.sum(v**2)),
    (r"\frac{\partial (\mathbf{x}^{\top}\mathbf{A}\mathbf{x})}{\partial x_2}", ((A + A.T) @ v)[1, 0]),
    (r"\nabla_{\mathbf{x}_2} (\|\mathbf{X}\|_F^2)", 2 * X[1][:, None]),
    (r"\nabla_{\mathbf{A}} \det(\mathbf{A})", linalg.det(A) * linalg.inv(A).T),
    (r"\nabla_{\mathbf{A}} (\|\mathbf{A}\|_2)", np.outer(linalg.svd(A)[0][:, 0], linalg.svd(A)[2][0])),
    (r"\begin{bmatrix} x & 1 \\ 0 & u \end{bmatrix}^{2}", np.array([[x * x, x + u], [0, u * u]])),
    (r"\log u + \ln u", 2 * np.log(u)),
    (r"\sqrt{u}", np.sqrt(u)),
    (r"\tanh x - \frac{\sinh x}{\cosh(x)}", 0),
    (r"2\pi + e", 2 * np.pi + np.e),
]  # fmt: skip


@pytest.mark.parametrize(("latex", "wanted"), CASES, ids=[case[0] for case in CASES])
def test_a_formula_has_the_value_that_numpy_gives(latex, wanted):
    found = value(latex)
    assert np.shape(found) == np.shape(wanted)
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("latex", "words"),
    [
        (r"\sum_{i=1}^{10001} i", "a range of 10001 terms: 10000 are the most"),
        (
            r"\sum_{i=1}^{99} \sum_{j=1}^{99} \sum_{k=1}^{99} i j k",
            "of 970299 terms: 10000 are the",
        ),
        (r"\sum_{i=1}^{101} \prod_{j=1}^{101} (i + j)", "of 10201 terms: 10000 are the most"),
    ],
)
def test_sums_of_too_many_terms_are_refused_with_the_bound_also_in_one_another(latex, words):
    with pytest.raises(Refusal, match=words):
        value(latex)


LINES = r"""
n = 4
d = 3
c : R
k : R; broadcast
\mathbf{b} : R[1,d]; broadcast
\mathbf{u} : R[n,1]; broadcast
\mathbf{r} : R[1,d]
\mathbf{v} : R[d]; broadcast
\mathbf{x}, \mathbf{w} : R[d]
\mathbf{A} : R[d,d]
\mathbf{X} : R[n,d]
F : R[d] -> R[d]
"""


def on_page(latex, more=""):
    page = Page(LINES + more)
    scope = Scope(page, 5)
    names = {
        key: scope.array(page.expression(key))
        for key in (
            r"\mathbf{b}",
            r"\mathbf{u}",
            r"\mathbf{A}",
            r"\mathbf{X}",
            r"\mathbf{x}",
            r"\mathbf{w}",
            "k",
            "c",
        )
    }
    return scope.array(page.expression(latex)), {
        key[-2:].strip("{}"): v for key, v in names.items()
    }


@pytest.mark.parametrize(
    ("latex", "numpy"),
    [
        (r"\mathbf{X} + \mathbf{b}", lambda v: v["X"] + v["b"]),
        (r"\mathbf{X} - (\mathbf{b})", lambda v: v["X"] - v["b"]),
        (r"\mathbf{b} + \mathbf{u} + \mathbf{X}", lambda v: v["b"] + v["u"] + v["X"]),
        (r"\mathbf{x} - k", lambda v: v["x"] - v["k"]),
        (r"c + k", lambda v: v["c"] + v["k"]),
    ],
)
def test_names_that_the_page_says_are_broadcast_are(latex, numpy):
    found, values = on_page(latex)
    np.testing.assert_array_equal(found, numpy(values))


@pytest.mark.parametrize(
    "latex",
    [
        r"\mathbf{X} + \mathbf{r}",  # a row that is not
        r"\mathbf{X} + \mathbf{v}",  # a column of another length
        r"\mathbf{X} + 2\mathbf{b}",  # not the name alone
        r"\mathbf{x} + c",
        r"1 - \mathbf{X}",
    ],
)
def test_nothing_else_is_broadcast(latex):
    with pytest.raises(Refusal, match=r"plus|broadcast"):
        on_page(latex)


def test_with_plus_entry_by_entry_a_scalar_is_added_to_each_entry():
    found, values = on_page(r"1 - \mathbf{X} + c", "+ : entrywise")
    np.testing.assert_allclose(found, 1 - values["X"] + values["c"])
    with pytest.raises(Refusal, match="plus"):
        on_page(r"\mathbf{X} + \mathbf{r}", "+ : entrywise")


def test_powers_roots_and_quotients_are_entry_by_entry_where_the_page_says_so():
    every = "^, \\sqrt, \\frac : entrywise"
    found, values = on_page(r"\frac{\mathbf{x}}{\sqrt{\mathbf{w}^2}}", every)
    np.testing.assert_allclose(found, values["x"] / np.abs(values["w"]))
    found, values = on_page(r"\mathbf{A}^2", every)
    np.testing.assert_allclose(found, values["A"] ** 2)
    found, values = on_page(r"\mathbf{A}^2", r"\sqrt : entrywise")
    np.testing.assert_allclose(found, values["A"] @ values["A"])
    for latex, more in (
        (r"\mathbf{x}^2", r"\sqrt : entrywise"),
        (r"\sqrt{\mathbf{x}}", "^ : entrywise"),
        (r"\frac{\mathbf{x}}{\mathbf{w}}", "^ : entrywise"),
        (r"\mathbf{A}^{-1}", "^ : entrywise"),
    ):
        with pytest.raises(Refusal):
            on_page(latex, more)


def test_an_entry_of_a_value_is_that_of_numpy():
    found, values = on_page(r"(\mathbf{A}\mathbf{x})_2")
    np.testing.assert_allclose(found, (values["A"] @ values["x"])[1, 0])
    found, values = on_page(r"(\mathbf{X}\mathbf{A})_{4,3}")
    np.testing.assert_allclose(found, (values["X"] @ values["A"])[3, 2])


@pytest.mark.parametrize(
    ("latex", "words"),
    [
        (r"(\mathbf{A})_2", "1 indices for an entry of 3 x 3"),
        (r"F(\mathbf{x})_{1,1}", "2 indices for an entry of 3 x 1"),
        (r"F(\mathbf{x})_4", "index 4 is outside 1 to 3"),
        (r"F(\mathbf{x})_0", "index 0 is outside"),
        (r"(c)_1", "1 indices for an entry of a scalar"),
    ],
)
def test_an_entry_that_is_not_there_is_refused(latex, words):
    with pytest.raises(Refusal, match=words):
        on_page(latex)


RANDOM = "d = 2\na : R+\n\\mathbf{I} : identity[d]\nz : normal; random\n\\mathbf{z} : normal[d]; random\nu : uniform(0, a); random\ns : {1, 3}; random"


@pytest.mark.parametrize(
    "law",
    [
        r"z \sim \mathcal{N}(0, 1)",
        r"\mathbf{z} \sim \mathcal{N}(0, \mathbf{I})",
        r"u \sim \mathcal{U}(0, a)",
        r"u \sim \operatorname{Uniform}(0, a)",
        r"s \sim \mathcal{D}",
        r"s \sim p(s)",
    ],
)
def test_a_law_that_is_printed_may_be_the_one_of_the_table(law):
    page = Page(RANDOM)
    name = law.partition(" ")[0]
    body = rf"{name}^{{\top}}{name}" if "bf" in name else name
    with_law, without = (
        page.expression(rf"\mathbb{{E}}_{{{under}}}[{body}]") for under in (law, name)
    )
    assert Scope(page, 1).array(with_law) == Scope(page, 1).array(without)


@pytest.mark.parametrize(
    ("law", "words"),
    [
        (r"z \sim \mathcal{N}(0, 4)", "not that of the table"),
        (r"z \sim \mathcal{N}(1, 1)", "not that of the table"),
        (r"z \sim \mathcal{N}(0)", "not that of the table"),
        (r"z \sim \mathcal{U}(0, 1)", "not that of the table"),
        (r"u \sim \mathcal{U}(0, 1)", "not that of the table"),
        (r"s \sim \mathcal{N}(0, 1)", "not that of the table"),
        (r"s \sim a", "is a the law that the table gives"),
        (r"s \sim q(2)", "with parameters"),
        (r"s \sim 3", "3 is no law"),
        (r"s \sim p + q", "is missing before"),
    ],
)
def test_another_law_than_that_of_the_table_is_refused(law, words):
    page = Page(RANDOM)
    with pytest.raises(Refusal, match=words):
        Scope(page, 1).array(page.expression(rf"\mathbb{{E}}_{{{law}}}[{law[0]}]"))
