# ruff: noqa: E501 - a formula stands on one line, as in the book
"""A wrong version is excused if it is proved to be true; a slip of the same shape never is."""

from __future__ import annotations

import pytest

from eqcheck import Page, Refusal, attack, check, mutants
from eqcheck.checks.compare import Options
from eqcheck.checks.equivalent import DOMAINS, why_equivalent
from eqcheck.checks.proofs.cases import BEFORE, BOUNDARY, NEVER
from eqcheck.checks.proofs.derivatives import CONSTANT, FORMAL, HANDED_ON
from eqcheck.checks.proofs.means import LAW, MOMENTS, PLACES
from eqcheck.checks.proofs.normal import DOTS, TRANSPOSED
from eqcheck.checks.proofs.sums import ENDS, SIMPLEX
from eqcheck.checks.run import largest_error
from eqcheck.values.work import Work

GRAPH = r"""
x, y, w, v : R
\lambda : R+
z, o, e, q, r, s, t, J : R; defined
z = w x
o = v z
e = o - y
q = e^2
r = w^2
s = \lambda r
t = q + s
J = \frac{t}{2}
"""
LAYERS = r"""
d_l = 5, 4, 3
L = 2
l : 1..L
\mathbf{x} : R[d_0]
\mathbf{h}^{(l)} : R[d_l]; l = 0..L; defined
\mathbf{z}^{(l)} : R[d_l]; l = 1..L; defined
\mathbf{W}^{(l)} : R[d_l,d_{l-1}]; l = 1..L
\mathbf{b}^{(l)} : R[d_l]; l = 1..L
\sigma : R -> R; entrywise
\ell : R[d_L] -> R
\mathbf{z}^{(l)} = \mathbf{W}^{(l)}\mathbf{h}^{(l-1)} + \mathbf{b}^{(l)}
\mathbf{h}^{(l)} = \sigma(\mathbf{z}^{(l)})
\mathbf{h}^{(0)} = \mathbf{x}
\mathcal{L} = \ell(\mathbf{h}^{(L)})
"""
LINEAR = r"""
n = 6
d = 3
\mathbf{X} : R[n,d]
\mathbf{C} : R[d,d]
\mathbf{S} : symmetric[d]
\mathbf{w}, \mathbf{v} : R[d]
\mathbf{0} : zeros[d]
\theta : R+
c : R
\mathbf{H} = \mathbf{X}(\mathbf{X}^{\top}\mathbf{X})^{-1}\mathbf{X}^{\top}
f(\mathbf{w}) = \|\mathbf{X}\mathbf{w}\|_2^2
"""
CHANCE = r"""
k = 2
m = 3
d = 4
i : 1..m
j : 1..k
\mu : R
\sigma, s : R+
z, u : normal; random
g : R -> R
\mathbf{W} : {-s, s}[m,k]; random; entries W_{ij}
\mathbf{A} : {-s, s}[k,k]; random
\mathbf{V} : {0, s}[k,k]; random
\mathbf{a} : R[k]
\mathbf{e} : {-s, s}[k]; random
\mathbf{b} = \mathbf{a} + \mathbf{e}
"""
INDICES = r"""
n = 5
k = 3
q = 4
i : 1..n
j : 1..n
\mathbf{x} : R[n]; entries x_j
\mathbf{s} : R[n]; entries s_j
\mathbf{M} : R[n,n]; entries m_{ij}
\mathbf{p}, \mathbf{t} : simplex[q]; entries p_l, t_l
\alpha : (0, 1)
y, r : R
u : R*
\delta : R+
"""

# table, formula, what is exchanged in it (at the place of ◦), for what, and why that is true
TRUE = [
    (GRAPH, r"\frac{\partial J}{\partial q} = \frac{\partial J}{\partial ◦}", "t", "s", HANDED_ON),
    (GRAPH, r"\frac{\partial J}{\partial v} = \frac{\partial J}{\partial ◦} z", "o", "e", HANDED_ON),
    (LAYERS, r"\nabla_{◦} \mathcal{L} + \mathbf{b}^{(l)} = \mathbf{b}^{(l)} + \nabla_{\mathbf{z}^{(l)}} \mathcal{L}", r"\mathbf{b}^{(l)}", r"\mathbf{z}^{(l)}", HANDED_ON),
    (LINEAR, r"◦\mathbf{H} = \mathbf{H}", r"\mathbf{H}", r"{\mathbf{H}}^{\top}", TRANSPOSED),
    (LINEAR, r"\operatorname{tr}(◦) = d", r"\mathbf{H}", r"{\mathbf{H}}^{\top}", TRANSPOSED),
    (LINEAR, r"\|◦\|_F^2 = \operatorname{tr}(\mathbf{X}^{\top}\mathbf{X})", r"\mathbf{X}", r"{\mathbf{X}}^{\top}", TRANSPOSED),
    (LINEAR, r"\nabla_{\mathbf{w}} (\mathbf{w}^{\top}◦\mathbf{w}) = (\mathbf{C}+\mathbf{C}^{\top})\mathbf{w}", r"\mathbf{C}", r"{\mathbf{C}}^{\top}", TRANSPOSED),
    (LINEAR, r"(\mathbf{S}\mathbf{w})^{\top} = \mathbf{w}^{\top}◦", r"\mathbf{S}", r"\mathbf{S}^{\top}", TRANSPOSED),
    (LINEAR, r"\nabla_{\mathbf{w}} (\sin c ◦ \mathbf{v}^{\top}\mathbf{w}) = \mathbf{v}", "+", "- c +", CONSTANT),
    (LINEAR, r"\nabla_{◦} f(\mathbf{v}) = 2\mathbf{X}^{\top}\mathbf{X}\mathbf{v}", r"\mathbf{w}", r"\mathbf{v}", FORMAL),
    (LINEAR, r"◦ \ge 0", r"\|\mathbf{v}\|_2", r"\theta", DOMAINS),
    (CHANCE, r"\mathbb{E}[g(\mu ◦ \sigma z)] = \mathbb{E}[g(\mu + \sigma u)]", "+", "-", LAW),
    (CHANCE, r"\mathbb{E}[\|\mathbf{a} ◦ \mathbf{A}\mathbf{a}\|_2^2] = (1 + k s^2)\|\mathbf{a}\|_2^2", "+", "-", LAW),
    (CHANCE, r"\mathbb{E}[\|◦\mathbf{a}\|_2^2] = k s^2\|\mathbf{a}\|_2^2", r"\mathbf{A}", r"\mathbf{A}^{\top}", f"{TRANSPOSED}; {LAW}"),
    (CHANCE, r"\operatorname{Var}(W_{◦}) = s^2", "ij", "jj", PLACES),
    (CHANCE, r"\mathbb{E}[(\mu + \sigma z)^2 - ◦] = \mu^2 + \sigma^2 - 1", "z^2", "1", MOMENTS),
    (INDICES, r"\sum_{j=1}^{◦} (s_j - s_k) = \sum_{j=1}^{k} s_j - k s_k", "k", "k-1", ENDS),
    (INDICES, r"\sum_{l=1}^{q} p_l (◦ - 2) = -1", r"\frac{t_l}{p_l}", r"\frac{p_l}{p_l}", SIMPLEX),
    (INDICES, r"x_1 + ◦ \cdots + x_n = \sum_{j=1}^{n} x_j", "x_2 +", "", DOTS),
]  # fmt: skip
CASES = [
    (r"y = \begin{cases} 1 & \text{if } u ◦ 0 \\ 0 & \text{if } u < 0 \end{cases}", ">", r"\ge", NEVER),
    (r"y = \begin{cases} y & y ◦ 0 \\ \alpha y & \text{otherwise} \end{cases}", ">", r"\ge", BOUNDARY),
    (r"y = \begin{cases} \frac{1}{2} r^2 & |r| ◦ \delta \\ \delta (|r| - \frac{1}{2}\delta) & \text{otherwise} \end{cases}", r"\le", "<", BOUNDARY),
    (r"y = \begin{cases} m_{ij} & j \le i \\ 0 & j ◦ i \end{cases}", ">", r"\ge", BEFORE),
]  # fmt: skip

# slips of the same shapes: each is wrong, and must be caught, not excused
SLIPS = [
    (GRAPH, r"\frac{\partial J}{\partial s} = \frac{\partial J}{\partial ◦}", "t", "r"),
    (GRAPH, r"\frac{\partial J}{\partial o} = \frac{\partial J}{\partial ◦}", "e", "q"),
    (GRAPH + "p = z + w", r"\frac{\partial p}{\partial w} = x + ◦", "1", r"\frac{\partial p}{\partial z} x"),  # w goes into two
    (LAYERS, r"\nabla_{\mathbf{b}^{(1)}} \mathcal{L} = \nabla_{◦} \mathcal{L}", r"\mathbf{z}^{(1)}", r"\mathbf{h}^{(1)}"),
    (LINEAR, r"\mathbf{w}^{\top}◦\mathbf{v} = \mathbf{v}^{\top}\mathbf{C}^{\top}\mathbf{w}", r"\mathbf{C}", r"{\mathbf{C}}^{\top}"),
    (LINEAR, r"\mathbf{S}◦ = (\mathbf{C}^{\top}\mathbf{S})^{\top}", r"\mathbf{C}", r"\mathbf{C}^{\top}"),
    (LINEAR, r"\|\mathbf{C}◦\|_2^2 = \mathbf{w}^{\top}\mathbf{C}^{\top}\mathbf{C}\mathbf{w}", r"\mathbf{w}", r"\mathbf{v}"),
    (LINEAR, r"\nabla_{\mathbf{w}} (c ◦ \mathbf{v}^{\top}\mathbf{w}) = \mathbf{v}", "+", "-"),
    (LINEAR, r"◦ \ge 0", r"\|\mathbf{v}\|_2", "c"),
    (CHANCE, r"\mathbb{E}[z g(\mu ◦ \sigma z)] = \mathbb{E}[u g(\mu + \sigma u)]", "+", "-"),
    (CHANCE, r"\mathbb{E}[\|\mathbf{a} ◦ \mathbf{V}\mathbf{a}\|_2^2] = \mathbb{E}[\|\mathbf{V}\mathbf{a} + \mathbf{a}\|_2^2]", "+", "-"),  # 0 or s is not even
    (CHANCE, r"\mathbb{E}[\|\mathbf{b} ◦ \mathbf{e}\|_2^2] = \|\mathbf{a}\|_2^2 + 4 k s^2", "+", "-"),  # b depends on e
    (CHANCE, r"\mathbb{E}[W_{ij}◦] = s^2", r" W_{ij}", r" W_{jj}"),  # another entry, unless i = j
    (CHANCE, r"\mathbb{E}[(\mu + \sigma z)^2 - ◦] = \mu^2 + \sigma^2 - 1", "z^2", "z^4"),
    (INDICES, r"\sum_{j=1}^{◦} (s_j - s_i) = \sum_{j=1}^{k} s_j - k s_i", "k", "k-1"),
    (INDICES, r"\sum_{l=1}^{q} p_l (◦ - 2) = -1", r"\frac{t_l}{p_l}", "t_l"),
    (INDICES, r"◦ x_2 + \cdots + x_n = \sum_{j=1}^{n} x_j", "x_1 +", ""),
]  # fmt: skip


def options(kind: str = "identity", code: str = "") -> Options:
    return Options(kind, code, 1e-9, "", "")


def is_wrong(page: Page, latex: str) -> bool:
    """Whether values differ; what says the same of both sides is refused, and true."""
    try:
        return largest_error(page, latex, options(), 20, thorough=False) > 1e-9
    except Refusal:
        return False


@pytest.mark.parametrize(("table", "latex", "old", "new", "why"), TRUE)
def test_what_says_the_same_is_proved_and_agrees_on_draws(
    table: str, latex: str, old: str, new: str, why: str
) -> None:
    page, formula, version = Page(table), latex.replace("◦", old), latex.replace("◦", new)
    assert check(page, formula, attack=False).state == "checked"
    assert why_equivalent(page, formula, version, options()) == why
    assert largest_error(page, version, options(), 20, thorough=False) < 1e-9


@pytest.mark.parametrize(("latex", "old", "new", "why"), CASES)
def test_cases_that_differ_on_a_boundary_that_is_no_matter(
    latex: str, old: str, new: str, why: str
) -> None:
    formula, version = latex.replace("◦", old), latex.replace("◦", new)
    assert why_equivalent(Page(INDICES), formula, version, options()) == why


@pytest.mark.parametrize(("table", "latex", "old", "new"), SLIPS)
def test_a_slip_of_the_same_shape_is_not_excused(
    table: str, latex: str, old: str, new: str
) -> None:
    page, formula, version = Page(table), latex.replace("◦", old), latex.replace("◦", new)
    assert check(page, formula, attack=False).state == "checked"
    assert why_equivalent(page, formula, version, options()) == ""
    assert is_wrong(page, version)


@pytest.mark.parametrize(("table", "latex", "old"), [row[:3] for row in TRUE + SLIPS])
def test_of_all_wrong_versions_none_that_is_caught_is_proved(
    table: str, latex: str, old: str
) -> None:
    page, formula = Page(table), latex.replace("◦", old)
    caught = [one.mutant.latex for one in attack(page, formula) if one.is_caught]
    assert caught
    wrong = [version for version in caught if is_wrong(page, version)]
    assert [version for version in wrong if why_equivalent(page, formula, version, options())] == []


def test_what_agrees_by_accident_is_not_proved() -> None:
    page = Page("x : [2,5) \n f : R -> R; defined \n f(x) = \\max(1, x)")
    version = "f(x) = \\max(2, x)"
    assert largest_error(page, version, options(), 20, thorough=False) == 0
    assert why_equivalent(page, r"f(x) = \max(1, x)", version, options()) == ""


@pytest.mark.parametrize(
    ("table", "formula", "version"),
    [
        # who calls f may give it a matrix that is not symmetric
        (r"d = 3 | \mathbf{S} : symmetric[d] | \mathbf{x} : R[d] | f(\mathbf{S}) : R[d]; defined",
         r"f(\mathbf{S}) = \mathbf{S}\mathbf{x}", r"f(\mathbf{S}) = \mathbf{S}^{\top}\mathbf{x}"),
        # with respect to t, both are different
        ("q, s, t, m : R; defined", "m = t", "m = q + s"),
        # a bound that says less, where the sides are equal somewhere
        ("x : R", r"x^2 \ge 0", r"x^2 + 1 \ge 0"),
        ("x : R", r"x^2 \ge 0", r"x^2 > 0"),
        ("x : R", "x = x + 0", r"x \le x + 0"),
    ],
)  # fmt: skip
def test_no_other_definition_and_no_other_relation_is_the_same(
    table: str, formula: str, version: str
) -> None:
    page = Page(table.replace(" | ", "\n"))
    kind = "identity" if "x^2 + 1" not in version else "code"
    assert why_equivalent(page, formula, version, options(kind, "f(x)")) == ""


def test_a_defined_name_may_be_written_in_another_order() -> None:
    page = Page("x, y : R \n m : R; defined")
    assert why_equivalent(page, "m = x (y + 1)", "m = x + y x", options())


def test_a_statement_more_or_another_range_is_not_the_same() -> None:
    page = Page("x, y : R \n t : 1..3")
    for version in ("x = y", r"x = y, \qquad y = x, \qquad x = x", r"x = y, \qquad t = 1, 2, 3"):
        assert why_equivalent(page, r"x = y, \qquad y = x", version, options()) == ""


def test_proofs_end_within_their_work() -> None:
    page = Page("a, b, c, x, y, z : R")
    long = "(a + b + c + x + y + z)"
    formula = f"{long}^4 {long}^4 = {long}^8"
    work = Work()
    assert why_equivalent(page, formula, formula.replace("a", "b", 1), options(), work) == ""
    assert work.steps < 100_000


def test_no_more_is_listed_than_what_cannot_be_proved() -> None:
    page = Page("d = 3 \n \\mathbf{x} : R[d] \n \\mathbf{C} : R[d,d]")
    formula = r"\nabla_{\mathbf{x}} (\mathbf{x}^{\top}\mathbf{C}\mathbf{x}) = (\mathbf{C}+\mathbf{C}^{\top})\mathbf{x}"
    result = check(page, formula)
    assert result.state == "checked"
    assert result.mutants - result.killed == 1
    assert result.message == rf"transpose \mathbf{{C}} is true: {TRANSPOSED}"
    assert len(mutants(formula, page)) == result.mutants
    listed = check(page, formula, equivalent={r"transpose \mathbf{C}": "as I say"})
    assert listed.message == r"transpose \mathbf{C} is true: as I say"


def test_a_condition_that_changes_is_never_proved_to_be_the_same():
    page, options = Page("x : R\nf(x) = \\max(0, x)"), Options("identity", "", 1e-9, "", "")
    latex = r"f(x) = x \text{ if } x > 0"
    assert why_equivalent(page, latex, latex.replace(">", "<"), options) == ""
    assert why_equivalent(page, latex, latex.replace(">", r"\ge"), options) == ""
    assert why_equivalent(page, latex, latex.replace("= x", "= x + 0"), options) != ""


DOTTED = r"""
n = 12
i : 1..n
m : {4..6}
\mathbf{x} : R[n]; entries x_j
\mathbf{c} : {1..2}[n]; entries c_j
y = x_1 + x_2 + \cdots + x_i
"""


@pytest.mark.parametrize(
    ("latex", "old", "new"),
    [
        (r"x_1 + x_2 + \cdots + x_{◦} = \sum_{j=1}^{m} x_j", "m", "{}"),
        (r"y + 1 = 1 + ◦", "y", r"x_1 + x_2 + \cdots + x_{{{}}}"),
        (r"x_1 + \cdots + x_n + x_{◦} = x_m + \sum_{j=1}^{n} x_j", "m", "{}"),
        (r"\sum_{k=4}^{6} (x_1 + x_2 + \cdots + x_k) = \sum_{k=4}^{6} (◦)", r"x_1 + x_2 + \cdots + x_k", "x_1 + x_2 + x_3 + x_k"),
    ],
)  # fmt: skip
def test_dots_whose_end_is_drawn_are_no_proof_by_the_first_draw(
    latex: str, old: str, new: str
) -> None:
    page = Page(DOTTED)
    formula = latex.replace("◦", old)
    for number in range(1, 13):
        version = latex.replace("◦", new.replace("{{{}}}", "{{{0}}}").format(number))
        assert why_equivalent(page, formula, version, options()) == ""
