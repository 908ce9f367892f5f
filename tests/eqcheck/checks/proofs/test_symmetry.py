"""What is random is changed everywhere at once, where its law allows it, and never elsewhere."""

from __future__ import annotations

import pytest

from eqcheck import Page
from eqcheck.checks.proofs.symmetry import PLACE, anywhere, images
from eqcheck.grammar import tree
from eqcheck.values.scope import Scope

TABLE = r"""
k = 2
m = 3
i : 1..m
j : 1..k
l : 1..4
s, x : R
z : normal; random
e : {-s, s}; random
o : {0, s}; random
r : {-s+1, s-1}; random
\mathbf{W} : {-s, s}[m,k]; random; entries W_{ij}
\mathbf{A} : {-s, s}[k,k]; random
h = e + 1
"""


def of(latex: str) -> tuple[Scope, tree.Node]:
    page = Page(TABLE)
    return Scope(page, 0), page.expression(latex)


@pytest.mark.parametrize(
    ("latex", "count"),
    [
        ("x + z", 1),
        ("z + e", 2),
        ("o", 0),  # zero has no negative among its values
        ("r", 0),  # cannot be seen to be even
        ("e + h", 0),  # h changes with it
        (r"\mathbf{A}", 2),  # sign and transpose
        (r"\mathbf{W}", 1),  # not square
        (r"\frac{\partial z^2}{\partial z}", 0),
    ],
)
def test_so_many_changes_leave_the_law_as_it_is(latex: str, count: int) -> None:
    assert len([*images(*of(latex))]) == count


def test_a_sign_changes_at_every_place() -> None:
    [image] = images(*of("e + e x"))
    e, x = tree.Symbol("e"), tree.Symbol("x")
    assert image == tree.Add((tree.Negative(e), tree.Product((tree.Negative(e), x))))


def opened(latex: str, bound: frozenset[str] = frozenset()) -> list[str]:
    """Return the indices of the first entry, with a star for any."""
    node = anywhere(*of(latex), bound)
    entry = next(part for part in node.walk() if isinstance(part, tree.Member))
    names = (getattr(index, "name", str(getattr(index, "value", ""))) for index in entry.indices)
    return ["*" if name.startswith(PLACE) else name for name in names]


@pytest.mark.parametrize(
    ("latex", "left"),
    [
        ("W_{ij}^2", ["*", "*"]),
        ("W_{jj}^2", ["*", "*"]),
        ("W_{1j} W_{2j}", ["1.0", "*"]),
        ("W_{lj}", ["l", "*"]),  # l runs further than there are rows
        (r"W_{ij} + \mathbf{W}^{\top}\mathbf{W}", ["i", "j"]),
    ],
)
def test_an_index_is_left_open_where_all_entries_share_it(latex: str, left: list[str]) -> None:
    assert opened(latex) == left


def test_an_index_of_a_sum_inside_is_no_place() -> None:
    assert opened(r"\sum_{j=1}^{k} W_{ij}") == ["*", "j"]
