# ruff: noqa: E501 - a formula stands on one line, as in the book
"""A reader's formula against the expected one: any equivalent form is right, and slips are named."""

from __future__ import annotations

from typing import Any

import pytest

from book._ext.live.reader.try_formulas import hints, judge, right_side, same, sides
from eqcheck import Page

PAGE = Page(r"""
n = 5
d = 3
i : 1..n
\mathbf{X} : R[n,d]
\mathbf{y} : R[n]; entries y_i
\mathbf{w} : R[d]
\mathcal{L} : R; defined
""")
PAGE.define(r"\mathcal{L} = \frac{1}{2n}\|\mathbf{y}-\mathbf{X}\mathbf{w}\|_2^2")
TASK: dict[str, Any] = {
    "left": r"\nabla_{\mathbf{w}} \mathcal{L}",
    "right": r"\frac{1}{n}\mathbf{X}^{\top}(\mathbf{X}\mathbf{w}-\mathbf{y})",
    "without": [r"\mathcal{L}"],
}


@pytest.mark.parametrize(
    "answer",
    [
        TASK["right"],
        r"-\frac{1}{n}\mathbf{X}^{\top}(\mathbf{y}-\mathbf{X}\mathbf{w})",
        r"\frac{\mathbf{X}^{\top}\mathbf{X}\mathbf{w}}{n} - \mathbf{X}^{\top}\mathbf{y}/n",
        r"\nabla_{\mathbf{w}} \mathcal{L} = \frac{1}{n}\mathbf{X}^{\top}(\mathbf{X}\mathbf{w}-\mathbf{y})",
    ],
)
def test_any_equivalent_form_is_right_also_with_its_left_side(answer: str) -> None:
    assert judge(PAGE, TASK, answer)["state"] == "checked"


def test_what_is_right_for_the_sizes_of_the_page_alone_is_wrong() -> None:
    verdict = judge(PAGE, TASK, r"\frac{1}{5}\mathbf{X}^{\top}(\mathbf{X}\mathbf{w}-\mathbf{y})")
    assert verdict["state"] == "wrong"
    assert ["n", "5"] not in [list(pair) for pair in verdict["given"]]


def test_a_wrong_answer_gets_the_smallest_draw_with_both_values() -> None:
    verdict = judge(PAGE, TASK, r"\mathbf{X}^{\top}(\mathbf{X}\mathbf{w}-\mathbf{y})")
    assert (verdict["state"], verdict["why"]) == ("wrong", "values")
    assert verdict["given"][0] == ("n", "3")
    assert verdict["got"] != verdict["wanted"]


def test_a_row_is_no_column() -> None:
    row = r"\frac{1}{n}(\mathbf{X}\mathbf{w}-\mathbf{y})^{\top}\mathbf{X}"
    assert judge(PAGE, TASK, row) == {
        "state": "wrong",
        "why": "shape",
        "got": [1, 3],
        "wanted": [3],
    }


@pytest.mark.parametrize(
    ("answer", "why", "excerpt"),
    [
        ("", "empty", ""),
        (r"\nabla_{\mathbf{w}} \mathcal{L}", "undone", ""),
        (r"2\mathcal{L}", "without", ""),
        (r"\frac{1}{n}\mathbf{q}", "unread", r"\mathbf{q}"),
        (r"\frac{1}{n", "unread", "{"),
        (r"\mathbf{X}\mathbf{y}", "unread", r"\mathbf{X}\mathbf{y}"),
    ],
)
def test_what_cannot_be_judged_is_refused_with_its_reason_and_place(
    answer: str, why: str, excerpt: str
) -> None:
    verdict = judge(PAGE, TASK, answer)
    assert (verdict["state"], verdict["why"]) == ("refused", why)
    assert verdict.get("excerpt", "") == excerpt


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (r"\frac{1}{n}\mathbf{X}^{\top}(\mathbf{y}-\mathbf{X}\mathbf{w})", "negative"),
        (r"\frac{1}{n}\mathbf{X}^{\top}(\mathbf{X}\mathbf{w}+\mathbf{y})", "sign"),
        (r"\mathbf{X}^{\top}(\mathbf{X}\mathbf{w}-\mathbf{y})", "factor-missing"),
        (r"\frac{2}{n}\mathbf{X}^{\top}(\mathbf{X}\mathbf{w}-\mathbf{y})", "multiple"),
        (r"\frac{1}{n}\mathbf{X}^{\top}\mathbf{X}\mathbf{w}", "term-missing"),
        (
            r"\frac{1}{n}\mathbf{X}^{\top}(\mathbf{X}\mathbf{w}-\mathbf{y}) + \mathbf{w}",
            "term-extra",
        ),
    ],
)
def test_slips_are_found_by_trying_wrong_versions_backwards(answer: str, hint: str) -> None:
    assert hint in hints(PAGE, TASK, answer)


def test_a_right_answer_gets_no_hint() -> None:
    assert hints(PAGE, TASK, TASK["right"]) == []


def test_answers_with_the_same_values_are_the_same() -> None:
    assert same(PAGE, r"2\mathbf{w}", r"\mathbf{w}+\mathbf{w}")
    assert not same(PAGE, r"2\mathbf{w}", r"3\mathbf{w}")
    assert not same(PAGE, r"2\mathbf{w}", r"\mathbf{q}")


def test_sides_are_cut_outside_of_braces() -> None:
    assert sides(r"\sum_{i=1}^{n} y_i = a = b") == (r"\sum_{i=1}^{n} y_i", "a = b")
    assert right_side(TASK, r"\sum_{i=1}^{n} y_i") == r"\sum_{i=1}^{n} y_i"
