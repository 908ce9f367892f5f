r"""A left side is exchanged, too: another name, a lost prime, another argument, another index."""

import pytest

from eqcheck import Page, check, mutants

TABLE = r"""
n = 4
d = 3
a, b : R
c, e : R; defined
\mathbf{x}, \mathbf{w} : R[d]; entries x_j, w_j
\mathbf{x}' : R[d]; entries x_j'; defined
\mathbf{z}, \mathbf{u} : R[d]; defined
\mathbf{v} : R[n]; defined
f : R[d], R -> R; defined
\mathbf{h}^{(l)}, \mathbf{g}^{(l)} : R[d]; l = 1..3; defined
l : 1..3
"""
FUNCTIONS = {"twice": lambda x: 2 * x}


def left_mutants(latex):
    """Return the left sides of the mutants that change nothing else."""
    right = latex.partition("=")[2]
    found = [mutant.latex for mutant in mutants(latex, Page(TABLE)) if mutant.latex.endswith(right)]
    return {"".join(latex.removesuffix("=" + right).split()) for latex in found}


@pytest.mark.parametrize(
    ("latex", "wanted"),
    [
        (r"\mathbf{z} = 2\mathbf{x}", [r"\mathbf{x}", "a", "c", "n", "l"]),
        ("x_j' = 2 x_j", ["x_j", "x_{j}", "x_l'", "x_{j+1}'"]),
        (r"f(\mathbf{x}, a) = a x_1", [r"f(\mathbf{x})", "f(a)", r"f(\mathbf{x},a,b)"]),
        (r"f(\mathbf{x}, a) = a x_1", [r"n(\mathbf{x},a)", r"f(\mathbf{w},a)", r"f(\mathbf{x},b)"]),
        (r"\mathbf{h}^{(l)} = l \mathbf{x}", [r"\mathbf{h}^{(i)}", r"\mathbf{h}^{(l+1)}"]),
    ],
)
def test_a_left_side_is_exchanged_for_what_must_not_stand_there(latex, wanted):
    found = left_mutants(latex)
    assert set(wanted) <= found
    assert all(check(Page(TABLE), f"{left} ={latex.partition('=')[2]}").state != "checked"
               for left in found)  # fmt: skip


def test_another_free_name_of_the_same_shape_is_as_good_and_no_mutant():
    assert r"\mathbf{x}'" not in left_mutants(r"\mathbf{z} = 2\mathbf{x}")
    assert "e" not in left_mutants("c = 2a")
    assert "e" in left_mutants("c = 2a, e = 3c")


def test_a_lost_prime_is_caught():
    page = Page(TABLE, functions=FUNCTIONS)
    result = check(page, "x_j' = 2x_j", kind="code", code=r"\mathbf{x}' = twice(\mathbf{x})")
    assert result.state == "checked"
    assert "x_j = 2x_j" in [mutant.latex for mutant in mutants("x_j' = 2x_j", page)]
