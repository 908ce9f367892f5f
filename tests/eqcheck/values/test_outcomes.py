# ruff: noqa: E501 - a formula stands on one line, as in the book
"""Expectations by enumeration, against closed forms."""

import itertools
import math

import numpy as np
import pytest

from eqcheck import Page, Refusal
from eqcheck.grammar.statements import parse_expression
from eqcheck.values.outcomes import paths
from eqcheck.values.scope import Scope

PAGE = Page(r"""
n = 5
d = 3
m = 2
p : (0.1, 0.9)
\tau : R+
\mathbf{y} : R[n]; entries y_i
\mathbf{x} : R[d]; entries x_j
\mathbf{x}' : R[d]; entries x_j'; defined
\boldsymbol{\varepsilon} : {-\tau, \tau}[d]; random; entries \varepsilon_j
I : m of 1..n; random
x_j' = \begin{cases} 0 & \text{with probability } p \\ \frac{x_j}{1-p} & \text{otherwise} \end{cases}
""")
SCOPE = Scope(PAGE, 3)


def value(latex):
    return SCOPE.array(parse_expression(latex, PAGE.table))


def test_paths_are_all_outcomes_with_their_probabilities():
    def dice(choices):
        return sum(choices.choose((k,), [1 / 6] * 6) + 1 for k in range(2))

    found = list(paths(dice, None))
    assert len(found) == 36
    assert math.isclose(sum(p for p, _ in found), 1)
    assert math.isclose(sum(p * v for p, v in found), 7)


def test_a_choice_is_only_made_where_it_is_asked_for():
    def early(choices):
        return (
            0
            if choices.choose(("stop",), [0.5, 0.5])
            else 1 + choices.choose(("more",), [0.5, 0.5])
        )

    assert sorted((p, v) for p, v in paths(early, None)) == [(0.25, 1), (0.25, 2), (0.5, 0)]


def test_moments_of_two_point_noise():
    tau = value(r"\tau")
    np.testing.assert_allclose(
        value(r"\mathbb{E}[\boldsymbol{\varepsilon}]"), np.zeros((3, 1)), atol=1e-15
    )
    cov = value(r"\mathbb{E}[\boldsymbol{\varepsilon}\boldsymbol{\varepsilon}^{\top}]")
    np.testing.assert_allclose(cov, tau**2 * np.eye(3), atol=1e-15)
    np.testing.assert_allclose(value(r"\operatorname{Var}(\varepsilon_2)"), tau**2)


def test_the_variance_of_dropout():
    x, p = value("x_2"), value("p")
    np.testing.assert_allclose(value("\\operatorname{Var}(x_2')"), x**2 * p / (1 - p))


def test_subsets_are_equally_likely():
    y = value(r"\mathbf{y}")[:, 0]
    wanted = np.mean([(y[i] * y[j]) for i, j in itertools.combinations(range(5), 2)])
    np.testing.assert_allclose(value(r"\mathbb{E}_{I}[\prod_{i \in I} y_i]"), wanted)


@pytest.mark.parametrize(
    "latex",
    [r"\mathbb{E}_{I}[\varepsilon_1]", r"\mathbb{E}[x_1]", "x_1'", r"\mathbb{E}[\mathbb{E}[\varepsilon_1]]",
     r"\operatorname{Var}(\boldsymbol{\varepsilon})", r"\sum_{i \in I} y_i"],
)  # fmt: skip
def test_chance_outside_of_its_mean_is_refused(latex):
    with pytest.raises(Refusal):
        value(latex)


NORMAL = Page(
    r"""
d = 3
n = 4
x, \mu : R
u : R+
\mathbf{a} : R[d]; entries a_j
\mathbf{z} : normal[d]; random; entries z_j
\mathbf{y} : normal[n]; random; entries y_j
\varepsilon : {-u, u}; random
f : R -> R
""".replace("entries y_j", "entries y_i")
)


def normal(latex, seed=1):
    return Scope(NORMAL, seed).array(parse_expression(latex, NORMAL.table))


def by_the_midpoint_rule(function):
    at = np.linspace(-12, 12, 4801)
    return np.sum(function(at) * np.exp(-(at**2) / 2)) / np.sum(np.exp(-(at**2) / 2))


@pytest.mark.parametrize(
    ("latex", "function"),
    [
        (r"\mathbb{E}[z_1^{10}]", lambda z: z**10),
        (r"\mathbb{E}[e^{2 z_1}]", lambda z: np.exp(2 * z)),
        (r"\mathbb{E}[\cos(3 z_1)]", lambda z: np.cos(3 * z)),
        (r"\mathbb{E}[z_1 \sin z_1]", lambda z: z * np.sin(z)),
        (r"\operatorname{Var}(z_1^2)", lambda z: (z**2 - 1) ** 2),
    ],
)
def test_means_over_a_normal_law_are_its_integrals(latex, function):
    np.testing.assert_allclose(normal(latex), by_the_midpoint_rule(function), rtol=1e-11)


def test_normal_numbers_are_independent():
    a = normal(r"\mathbf{a}")[:, 0]
    np.testing.assert_allclose(
        normal(r"\mathbb{E}[\mathbf{z}\mathbf{z}^{\top}]"), np.eye(3), atol=1e-14
    )
    np.testing.assert_allclose(
        normal(r"\mathbb{E}[(\mathbf{a}^{\top}\mathbf{z})^4]"), 3 * (a @ a) ** 2
    )
    u = normal("u")
    np.testing.assert_allclose(normal(r"\mathbb{E}[(\varepsilon z_1)^2]"), u**2)


def test_derivatives_pass_into_a_mean_over_a_normal_law():
    left = normal(r"\frac{\partial}{\partial \mu} \mathbb{E}[f(\mu + u z_1)]")
    right = normal(r"\mathbb{E}[z_1 f(\mu + u z_1)]") / normal("u")
    np.testing.assert_allclose(left, right, rtol=1e-9)


@pytest.mark.parametrize(
    ("latex", "words"),
    [
        (r"\mathbb{E}[|z_1|]", "does not settle"),
        (r"\mathbb{E}[\frac{1}{1 + z_1^2}]", "does not settle"),
        (r"\mathbb{E}[e^{z_1^2}]", "does not settle"),
        (r"\mathbb{E}[(\mathbf{z}^{\top}\mathbf{z} + \mathbf{y}^{\top}\mathbf{y})]", "more than 6"),
        (r"\mathbf{z}", "is random"),
        (r"\mathbb{E}_{\varepsilon}[z_1]", "not averaged over"),
    ],
)
def test_what_cannot_be_measured_under_a_normal_law_is_refused(latex, words):
    with pytest.raises(Refusal, match=words):
        normal(latex)


LAWS = Page(
    r"""
d = 3
a : (-1, 0)
b : (1, 2)
p : (0, 1)
x : R
f : R -> R
u : uniform(a, b); random
\mathbf{u} : uniform(0, 1)[d]; random; entries u_j
s : bernoulli(p); random
\mathbf{s} : bernoulli(p)[d]; random; entries s_j
z : normal; random
"""
)


def over(latex, seed=1):
    return Scope(LAWS, seed).array(parse_expression(latex, LAWS.table))


@pytest.mark.parametrize(
    "latex",
    [
        r"\mathbb{E}[u] - \frac{a + b}{2}",
        r"\operatorname{Var}(u) - \frac{(b - a)^2}{12}",
        r"\mathbb{E}[e^u] - \frac{e^b - e^a}{b - a}",
        r"\mathbb{E}[u_1 u_2] - \frac{1}{4}",
        r"\mathbb{E}[\mathbf{u}^{\top}\mathbf{u}] - \frac{d}{3}",
        r"\mathbb{E}[u z^2] - \frac{a + b}{2}",
        r"\mathbb{E}[s] - p",
        r"\operatorname{Var}(s) - p (1 - p)",
        r"\mathbb{E}[s_1 s_2] - p^2",
        r"\operatorname{Var}(\sum_{j=1}^{d} s_j) - d p (1 - p)",
        r"\mathbb{E}[f(s)] - (p f(1) + (1 - p) f(0))",
        r"\frac{\partial}{\partial p} \mathbb{E}[f(s)] - (f(1) - f(0))",
        r"\frac{\partial}{\partial b} \mathbb{E}[u^2] - \frac{a + 2b}{3}",
    ],
)
def test_means_over_uniform_and_bernoulli_laws_are_those_of_the_textbook(latex):
    np.testing.assert_allclose(over(latex), 0, atol=1e-9)


@pytest.mark.parametrize(
    ("latex", "words"), [(r"\mathbb{E}[|u|]", "does not settle"), ("u + 1", "is random")]
)
def test_a_kink_and_a_number_without_a_mean_are_refused(latex, words):
    with pytest.raises(Refusal, match=words):
        over(latex)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("u : uniform(2, 1); random", "not in order"),
        ("u : bernoulli(2); random", "no probability"),
    ],
)
def test_a_law_without_a_meaning_is_refused(line, words):
    page = Page(line)
    with pytest.raises(Refusal, match=words):
        Scope(page, 1).evaluate(page.expression(r"\mathbb{E}[u]"))
