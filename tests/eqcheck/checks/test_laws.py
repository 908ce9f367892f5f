r"""A sampler and its law: whose law it is, and each number that is drawn."""

import numpy as np
import pytest

from eqcheck import Page, check

TABLE = r"""
n = 4
d = 3
p : (0.1, 0.9)
a, b : R
\mathbf{x} : R[d]; entries x_j
\mathbf{x}' : R[d]; entries x_j'; defined
\mathbf{X} : R[n,d]; entries m_{ij}
\mathbf{X}' : R[n,d]; entries m_{ij}'; defined
\mathbf{W} : R[n,d]; random; entries W_{ij}
\mathbf{V} : R[n,d]; entries V_{ij}
a' : R; defined
i : 1..n
j : 1..d
"""
FUNCTIONS = {
    "normal": lambda n, d, rng: 3 * rng.standard_normal((n, d)),
    "wide": lambda n, d, rng: 3.1 * rng.standard_normal((n, d)),
    "drop": lambda x, p, rng: np.where(rng.random(np.shape(x)) < p, 0.0, x),
    "keep": lambda x, p, rng: np.where(rng.random(x.shape) < 1 - p, 0.0, x),
}
MASK = r"LEFT = \begin{cases} 0 & \text{with probability } p \\ OLD & \text{otherwise} \end{cases}"


def run(latex, code, table=TABLE):
    page = Page(table, functions=FUNCTIONS)
    return check(page, latex, kind="distribution", code=code)


def mask(left, old):
    return MASK.replace("LEFT", left).replace("OLD", old)


@pytest.mark.parametrize(
    ("latex", "code", "state"),
    [
        (r"\operatorname{Var}(W_{ij}) = 9", "normal(n, d)", "checked"),
        (r"\operatorname{Var}(W_{ij}) = 9", "wide(n, d)", "wrong"),
        (r"\operatorname{Var}(W_{ij}) = 3", "normal(n, d)", "wrong"),
        (r"\operatorname{Var}(W_{ij}) = 9", "normal(d, n)", "refused"),
        (mask("x_k'", "x_k"), r"drop(\mathbf{x}, p)", "checked"),
        (mask("x_k'", "x_k"), r"keep(\mathbf{x}, p)", "wrong"),
        (r"\operatorname{Var}(W_{ij}) = 9, \quad a = b", "normal(n, d)", "refused"),
        (r"\operatorname{Var}(W_{ij}) \le 9", "normal(n, d)", "refused"),
        (r"x_1' = a", r"drop(\mathbf{x}, p)", "refused"),
    ],
)
def test_a_sampler_is_compared_with_its_law_number_by_number(latex, code, state):
    assert run(latex, code).state == state


@pytest.mark.parametrize(
    ("left", "old", "argument"),
    [("m_{ij}'", "m_{ij}", r"\mathbf{X}"), ("x_j'", "x_j", r"\mathbf{x}"), ("a'", "a", "a")],
)
def test_a_law_is_of_a_number_or_of_every_entry_of_a_vector_or_a_matrix(left, old, argument):
    assert run(mask(left, old), f"drop({argument}, p)").state == "checked"
    assert run(mask(left, old), f"drop({argument}, 1-p)").state == "wrong"


@pytest.mark.parametrize(
    ("latex", "code", "words"),
    [
        (mask("x_j", "x_j"), r"drop(\mathbf{x}, p)", "a law of what is drawn, or defined already"),
        (mask("n", "a"), "drop(a, p)", "a law of what is drawn"),
        (mask(r"\mathbf{x}'", r"\mathbf{x}"), r"drop(\mathbf{x}, p)", "a law is of every entry"),
        (mask("m_{ii}'", "m_{ii}"), r"drop(\mathbf{X}, p)", "the law of one entry"),
        (mask("m_{ij}'", "m_{ij}"), r"drop(\mathbf{x}, p)", "declared as 4 x 3, but has 3 x 1"),
        (mask("x_k'", "x_j"), r"drop(\mathbf{x}, p)", "depends on j, the left side does not"),
        (r"\operatorname{Var}(V_{ij}) = 9", "normal(n, d)", r"\mathbf{V} is not random; mark it"),
        (r"\operatorname{Var}(W_{i1}) = 9", "normal(n, d)", "the law of one entry"),
        (r"\operatorname{Var}(W_{id}) = 9", "normal(n, d)", "the law of one entry"),
        (r"\operatorname{Var}(W_{ip}) = 9", "normal(n, d)", "the law of one entry"),
        (r"\operatorname{Var}(a) = 9", "normal(n, d)", "the variance of what?"),
        (mask("x_j'", "x_j"), r"\mathbf{X}' = drop(\mathbf{x}, p)", "stands on no left side"),
    ],
)
def test_the_name_is_one_whose_law_it_may_be(latex, code, words):
    result = run(latex, code)
    assert result.state == "refused"
    assert words in result.message


def test_the_code_may_name_what_it_samples():
    assert run(mask("x_j'", "x_j"), r"\mathbf{x}' = drop(\mathbf{x}, p)").state == "checked"
