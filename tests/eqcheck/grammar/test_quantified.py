"""A range behind "for all" is that of the table: a wider one would say more than is run."""

from __future__ import annotations

import pytest

from eqcheck import Page, Refusal, check
from eqcheck.grammar.quantified import is_membership
from eqcheck.grammar.statements import parse_display

TABLE = r"""
n = 3
i : 1..n
x, y : R
s : R+
r : R*
v : [0,1)
e : {-1, 1}
m : {1..5}
f : R -> R
g : R -> R; convex
h : R -> R; lipschitz s
\mathbf{p} : simplex[n]; entries p_i
\mathbf{x} : R[n]; entries x_i
"""


def read(all_of: str) -> int:
    """Return of how many statements a display consists that ends with a range."""
    latex = r"|s| = s \quad \text{for all } " + all_of
    return len(parse_display(latex, Page(TABLE).table, introduce=False)[0].statements)


@pytest.mark.parametrize(
    "declared",
    [
        r"x \in \mathbb{R}",
        r"\mathbf{x} \in \mathbb{R}^n",
        "s > 0",
        r"r \ne 0",
        r"v \in [0, 1)",
        r"0 \le v < 1",
        r"e \in \{-1, 1\}",
        r"m \in \{1, \ldots, 5\}",
        r"i \in \{1, \ldots, n\}",
        r"f: \mathbb{R} \to \mathbb{R}",
    ],
)
def test_the_declared_range_is_read(declared: str) -> None:
    assert read(declared) == 2


def test_a_range_is_that_of_all_names_before_it() -> None:
    assert read(r"x, y \in \mathbb{R}") == 2
    with pytest.raises(Refusal, match=r"the range of s is"):
        read(r"s, y \in \mathbb{R}")


@pytest.mark.parametrize(
    "other",
    [
        r"s \in \mathbb{R}",
        r"s \ge 0",
        "x > 0",
        "v > 0",
        r"v \in [0, 1]",
        r"0 \le v \le 1",
        r"1 > v \ge 0",
        r"e \in \{-1, 2\}",
        r"m \in \{1, \ldots, 6\}",
        r"x, s \in \mathbb{R}",
        r"\mathbf{p} \in \mathbb{R}^n",
    ],
)
def test_another_range_is_refused(other: str) -> None:
    with pytest.raises(Refusal, match="the range of"):
        read(other)


@pytest.mark.parametrize("narrow", ["g", "h"])
def test_functions_of_a_kind_are_not_all_functions(narrow: str) -> None:
    with pytest.raises(Refusal, match="drawn among fewer functions"):
        read(rf"{narrow}: \mathbb{{R}} \to \mathbb{{R}}")


def test_a_claim_without_a_comma_is_no_product() -> None:
    with pytest.raises(Refusal, match="no range of a name"):
        parse_display(r"\forall s \, |s| = s", Page(TABLE).table)


def test_what_holds_of_positive_numbers_is_not_said_of_all() -> None:
    page = Page("s : R+")
    assert check(page, r"|s| = s \text{ for all } s > 0").state == "checked"
    assert check(page, r"|s| = s \text{ for all } s \in \mathbb{R}").state == "refused"


def test_a_membership_is_one_of_a_name() -> None:
    table = Page(TABLE).table
    of = {
        latex: is_membership(parse_display(latex, table)[0].statements[0])
        for latex in (r"x \in \mathbb{R}", r"x + 1 \in \mathbb{R}", "x = y")
    }
    assert of == {r"x \in \mathbb{R}": True, r"x + 1 \in \mathbb{R}": False, "x = y": False}
