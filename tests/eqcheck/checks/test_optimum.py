# ruff: noqa: E501 - a formula stands on one line, as in the book
"""Optima: a candidate is judged by gradient, multipliers, curvature and small steps."""

import numpy as np
import pytest

from eqcheck import Page, check

TABLE = r"""
n = 5
d = 3
k = 2
\mathbf{X} : R[n,d]
\mathbf{y} : R[n]
\mathbf{c}, \mathbf{z} : R[d]
\mathbf{S} : symmetric[d,d]
\mathbf{q} : orthonormal[d,k]
r : (0.5, 0.6)
u, v : R
q(\mathbf{z}) = \|\mathbf{z} - \mathbf{c}\|_2^2
"""


def solve(page_code, latex, function, **options):
    page = Page(TABLE, functions={"solve": function})
    return check(page, latex, kind="optimality", code=page_code, **options)


def project(c, r):
    return c * min(1.0, np.sqrt(r) / np.linalg.norm(c))


BALL = r"\min_{\mathbf{z}} q(\mathbf{z}) \quad \text{subject to} \quad \mathbf{z}^{\top}\mathbf{z} \le r"
SPHERE = r"\min_{\mathbf{z}^{\top}\mathbf{z} = 1} \mathbf{z}^{\top}\mathbf{S}\mathbf{z}"


def test_a_projection_onto_a_ball_is_accepted():
    assert solve(r"solve(\mathbf{c}, r)", BALL, project).state == "checked"


def test_a_strict_condition_excludes_its_boundary():
    strict = BALL.replace(r"\le", "<")
    result = solve(r"solve(\mathbf{c}, r)", strict, project)
    assert result.state == "refused"
    assert r"a strict condition excludes it; write \le" in result.message
    inside = solve(r"solve(\mathbf{c})", strict.replace("< r", r"< 100"), lambda c: c)
    assert r"; < -> \le; " in inside.message


def test_a_condition_that_is_no_relation_of_values_is_refused():
    latex = r"\min_{\mathbf{z} \subseteq \mathbb{R}^{d}} q(\mathbf{z})"
    result = solve(r"solve(\mathbf{c})", latex, lambda c: c)
    assert "a condition is an equation, an inequality, or" in result.message


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("infeasible", lambda c, r: c * 2),
        ("inside although the constraint is active", lambda c, r: project(c, 0.9 * r)),
        ("turned by a small angle", lambda c, r: project(c + 0.05 * np.array([c[1], -c[0], 0]), r)),
    ],
)
def test_a_point_that_is_not_the_projection_is_found(name, wrong):
    assert solve(r"solve(\mathbf{c}, r)", BALL, wrong).state in ("wrong", "refused")


def test_the_smallest_eigenvector_is_the_minimum_on_the_sphere():
    result = solve(r"solve(\mathbf{S})", SPHERE, lambda S: np.linalg.eigh(S)[1][:, 0])
    assert result.state == "survived"  # z^T S^T z: S is symmetric
    assert result.message.startswith(r"these wrong versions pass: transpose \mathbf{S}; ")


@pytest.mark.parametrize("which", [1, 2])
def test_other_eigenvectors_are_stationary_but_no_minimum(which):
    result = solve(r"solve(\mathbf{S})", SPHERE, lambda S: np.linalg.eigh(S)[1][:, which])
    assert result.state == "refused"
    assert "curvature" in result.message


@pytest.mark.parametrize("flat", ["+ u^3", "- u^4"])
def test_a_flat_direction_along_which_it_falls_is_found_by_small_steps(flat):
    """Gradient and curvature are zero along u: they cannot tell."""
    result = solve("solve(v)", rf"\min_{{v, u}} v^2 {flat}", lambda v: (0.0, 0.0))
    assert result.state == "refused"
    assert "small step" in result.message


def test_a_flat_direction_along_which_it_rises_is_accepted():
    assert solve("solve(v)", r"\min_{v, u} v^2 + u^4", lambda v: (0.0, 0.0)).error == 0


def test_a_multiplier_of_the_wrong_sign_is_refused():
    away = BALL.replace(r"\le", r"\ge")
    far = solve(r"solve(\mathbf{c}, r)", away, lambda c, r: c * np.sqrt(r) / np.linalg.norm(c))
    assert far.state == "refused"
    assert "multiplier" in far.message


def test_the_value_of_an_optimum_is_compared():
    latex = r"\min_{\mathbf{z}} (q(\mathbf{z}) + r) = r"
    assert solve(r"solve(\mathbf{c})", latex, lambda c: c).state == "checked"
    assert solve(r"solve(\mathbf{c})", latex.replace("= r", "= 2r"), lambda c: c).state == "wrong"


def test_a_candidate_of_another_shape_is_refused():
    assert (
        solve(r"solve(\mathbf{c})", r"\min_{\mathbf{z}} q(\mathbf{z})", lambda c: c[:2]).state
        == "refused"
    )


@pytest.mark.parametrize(
    "latex",
    [r"r \le \min_{\mathbf{z}} q(\mathbf{z})", r"\operatorname{argmin}_{\mathbf{z}} q(\mathbf{z})",
     r"\mathbf{c} = \operatorname{argmin}_{\mathbf{z}} q(\mathbf{z}) = \mathbf{c}"],
)  # fmt: skip
def test_a_statement_that_says_neither_where_nor_how_large_is_refused(latex):
    assert solve(r"solve(\mathbf{c})", latex, lambda c: c).state == "refused"


def test_a_candidate_that_is_no_number_is_found():
    latex = r"\min_{\mathbf{z}} q(\mathbf{z})"
    assert not solve(r"solve(\mathbf{c})", latex, lambda c: np.nan * c).passed


def test_no_candidate_is_unbound():
    assert (
        check(Page(TABLE), r"\min_{\mathbf{z}} q(\mathbf{z})", kind="optimality").state == "unbound"
    )


def test_a_condition_with_an_index_holds_for_all_of_its_values():
    lines = "d = 3\nn = 2\ni : 1..n\n\\mathbf{x}, \\mathbf{p} : R[d]; entries x_j, p_j\nf(\\mathbf{x}) = \\|\\mathbf{x} - \\mathbf{p}\\|_2^2"
    latex = r"\min_{\mathbf{x}} f(\mathbf{x}) \text{ subject to } x_i \le 0 \text{ for all } i \in \{1, \ldots, n\}"

    def states(latex, last):
        functions = {"cut": lambda p: np.append(np.minimum(p[:last], 0), p[last:])}
        page = Page(lines, functions=functions)
        return check(page, latex, kind="optimality", code=r"cut(\mathbf{p})").state

    assert states(latex, 2) == "checked"
    assert states(latex, 1) == "refused"  # a condition is not met
    assert states(latex, 3) == "wrong"  # one too many
    assert states(latex.replace(r"\ldots, n\}", r"\ldots, n+1\}"), 2) == "refused"
