"""What a value depends on is found through definitions, code and domains; too much, never less."""

from __future__ import annotations

import pytest

from eqcheck import Page
from eqcheck.checks.proofs.dependence import (
    definitions_of,
    depends,
    letter_of,
    names_in,
    reached,
    root,
)
from eqcheck.grammar import tree

TABLE = r"""
d = 3
x, y, u : R
\tau : R+
\mathbf{v} : R[d]; entries v_j
\mathbf{w} : R[d]; entries w_j; defined
w_j = x v_j
a = x^2
b = a + 1
c : R; code fit(y)
e : {-\tau, \tau}; random
f(x) = x + u
"""


@pytest.fixture
def page() -> Page:
    return Page(TABLE)


@pytest.mark.parametrize(
    ("start", "found"),
    [
        ("b", {"a", "b", "x"}),
        ("c", {"c", "y"}),
        ("e", {"e", r"\tau"}),
        ("f", {"f", "x", "u"}),
        (r"\mathbf{w}", {r"\mathbf{w}", "x", r"\mathbf{v}"}),
    ],
)
def test_all_that_a_value_is_made_from_is_reached(page: Page, start: str, found: set[str]) -> None:
    assert found <= reached(page, {start})


def test_what_is_not_mentioned_is_not_reached(page: Page) -> None:
    assert not {"y", "c", r"\mathbf{v}"} & reached(page, {"b"})


def test_an_entry_has_the_name_of_the_whole(page: Page) -> None:
    node = page.expression("v_1 + a")
    assert names_in(page, node) == {r"\mathbf{v}", "a"}
    assert root(page, tree.Symbol("x")) == "x"


def test_definitions_are_of_the_whole_or_of_entries(page: Page) -> None:
    assert [item.target.name for item in definitions_of(page, r"\mathbf{w}")] == ["w_{j}"]
    assert [*definitions_of(page, "x")] == []


def test_letters_are_without_scripts() -> None:
    assert letter_of(r"\mathbf{w}^{*}") == r"\mathbf{w}"


@pytest.mark.parametrize(
    ("node", "variable", "answer"),
    [
        ("b", "x", True),
        ("b", "y", False),
        ("v_1", "v_2", False),
        ("v_1", "v_1", True),
        (r"v_1 + \mathbf{v}^{\top}\mathbf{v}", "v_2", True),
        ("w_1", "w_2", True),  # entries with a definition: not told apart
        ("f(y)", "u", True),
    ],
)
def test_a_value_depends_on_what_it_reaches(
    page: Page, node: str, variable: str, answer: bool
) -> None:
    assert depends(page, page.expression(node), page.expression(variable)) is answer


def test_a_function_with_a_lipschitz_constant_depends_on_it():
    page = Page("L, u : R+\nf : R -> R; lipschitz 2 L")
    assert reached(page, {"f"}) == {"f", "L"}
