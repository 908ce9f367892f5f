r"""Memberships and mappings against the table: x \in [0, 1), f: R^d \to R."""

from __future__ import annotations

import pytest

from eqcheck import Page, check

PAGE = r"""
n = 5
d = 3
p : [0, 1)
\mathbf{v} : (0, 1)[d]
\mathbf{x} : R[d]
f : R[d] -> R
g : R[d], R -> R[n]
"""


def state(latex: str) -> str:
    return check(Page(PAGE), latex, kind="bound").state


@pytest.mark.parametrize(
    "latex",
    [
        *(r"p \in [0, 1)", r"p \in (-1, d)", r"\mathbf{v} \in [0, 1]"),
        r"\mathbf{v} \in \left( 0, 1 \right)",
        *(r"f: \mathbb{R}^d \rightarrow \mathbb{R}", r"f \colon \mathbb{R}^d \to \mathbb{R}"),
        *(r"g: \mathbb{R}^d \times \mathbb{R} \to \mathbb{R}^n", r"\mathbf{x} \in \mathbb{R}^d"),
    ],
)  # fmt: skip
def test_what_the_table_declares_is_checked(latex: str) -> None:
    assert state(latex) == "checked"


@pytest.mark.parametrize(
    "latex", [r"p \in [0, -1)", r"p \in (0.5, 1)", r"\mathbf{x} \in [0, 1]", r"p \in (1, 0)"]
)
def test_values_outside_of_an_interval_are_wrong(latex: str) -> None:
    assert state(latex) == "wrong"


@pytest.mark.parametrize(
    ("interval", "state"),
    [
        ("[0.5, 1)", "checked"),
        ("(0.5, 1)", "wrong"),
        ("(0, 0.5)", "wrong"),
        ("(0, 0.5]", "checked"),
    ],
)
def test_an_end_belongs_to_an_interval_where_its_bracket_says_so(interval: str, state: str) -> None:
    assert check(Page("p : R\nq : R"), rf"q - q + 0.5 \in {interval}", kind="bound").state == state


@pytest.mark.parametrize(
    ("latex", "words"),
    [
        (r"f: \mathbb{R}^n \to \mathbb{R}", "f is declared as 3 x 1 -> a scalar"),
        (r"f: \mathbb{R}^d \to \mathbb{R}^d", "f is declared as 3 x 1 -> a scalar"),
        (r"g: \mathbb{R}^d \to \mathbb{R}^n", "g is declared as 3 x 1, a scalar -> 5 x 1"),
        (r"p: \mathbb{R}^d \to \mathbb{R}", "no function that the table maps"),
        (r"f: p \to \mathbb{R}", "not a space"),
        ("f: p", "a colon without an arrow"),
        (r"p \in [0, 1", "an interval ends with ) or ]"),
        (r"p \in [0, 1) < p", "an interval is no value"),
        (r"p \in [0, 1]^d", "^ cannot stand here"),
        (r"p \in [0)", ", is missing before )"),
        (r"\mathbf{x} \in \mathbb{R}^n", "is not that of the space"),
    ],
)
def test_what_is_not_as_declared_is_refused_with_its_place(latex: str, words: str) -> None:
    result = check(Page(PAGE), latex, kind="bound")
    assert result.state == "refused"
    assert words in result.message
    assert result.message.startswith("at ")
