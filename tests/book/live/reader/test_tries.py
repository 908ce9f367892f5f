"""Exercises of a page are judged by their names, and what an author says of a slip comes first."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from book._ext.live.reader import pages, tries

STEPS = [
    {"more": False, "lines": ["x, y : R"]},
    {
        "try": "try-square",
        "left": "(x - y)^2",
        "right": "x^2 - 2 x y + y^2",
        "without": [],
        "wrong": [
            {"answer": "x^2 - y^2"},
            {"answer": "x^2 + 2 x y + y^2", "zh": "看看符号。", "en": "Look at the sign."},
        ],
    },
    {
        "try": "try-double",
        "function": "double",
        "parameters": ["x"],
        "draw": "x = float(rng.integers(1, 5))",
        "equals": "x + x",
        "wrong": [{"answer": "def double(x):\n    return x**2", "zh": "不是。", "en": "No."}],
    },
]


@pytest.fixture(autouse=True)
def page() -> Iterator[None]:
    pages.open_page(json.dumps(STEPS))
    yield
    pages.open_page("[]")


def test_each_kind_is_judged_as_it_must_be() -> None:
    assert json.loads(tries.check("try-square", "(y - x)(y - x)"))["state"] == "checked"
    assert json.loads(tries.check("try-square", "x^2"))["state"] == "wrong"
    assert json.loads(tries.check("try-double", "double = lambda x: 2 * x"))["state"] == "checked"


def test_a_slip_that_the_author_knows_is_named_first_in_any_form() -> None:
    assert json.loads(tries.hint("try-square", "(x + y)^2"))[0] == {"known": 1}
    assert json.loads(tries.hint("try-double", "def double(x):\n    return x * x")) == [
        {"known": 0},
        "some-draws",
    ]
    assert all(isinstance(hint, str) for hint in json.loads(tries.hint("try-square", "x^2 - y^2")))
