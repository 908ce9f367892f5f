"""A reader's function is run on draws: right, wrong and why, or nothing that can be run."""

from __future__ import annotations

from typing import Any

import pytest

from book._ext.live.reader.try_functions import hints, judge, same

TASK: dict[str, Any] = {
    "function": "softmax",
    "parameters": ["z"],
    "draw": "z = rng.normal(size=rng.integers(2, 5)) * rng.choice([1, 500])",
    "equals": "dlref.softmax(z)",
}
RIGHT = "def softmax(z):\n    z = z - z.max()\n    return np.exp(z) / np.exp(z).sum()\n"
NAIVE = "def softmax(z):\n    return np.exp(z) / np.exp(z).sum()\n"


def answer(body: str) -> str:
    return f"def softmax(z):\n    {body}\n"


def task(equals: str) -> dict[str, Any]:
    draw = "A = rng.integers(1, 9, (2, 3)).astype(float)"
    return {"function": "f", "parameters": ["A"], "draw": draw, "equals": equals}


def test_another_way_to_the_same_values_is_right() -> None:
    assert judge(TASK, RIGHT) == {"state": "checked", "draws": 20}
    other = "e = np.exp(z - np.max(z)); return (e.T / np.sum(e)).tolist()"
    assert judge(TASK, answer(other))["state"] == "checked"


def test_of_what_is_wrong_now_and_then_a_draw_and_both_values_are_told() -> None:
    verdict = judge(TASK, NAIVE)
    assert (verdict["state"], verdict["why"]) == ("wrong", "values")
    assert 0 < verdict["right"] < 20
    [(name, value)] = verdict["given"]
    assert name == "z"
    assert value.startswith("[")
    assert "nan" in verdict["got"]
    assert "nan" not in verdict["wanted"]
    assert hints(TASK, NAIVE) == ["some-draws"]


@pytest.mark.parametrize(
    ("body", "why", "detail"),
    [
        ("pass", "nothing", ""),
        ("return z.sum()", "shape", ""),
        ("return 'a'", "type", ""),
        ("z -= z.max(); return np.exp(z) / np.exp(z).sum()", "changes", "z"),
        ("return zz", "raises", "NameError: name 'zz' is not defined"),
        ("raise SystemExit", "raises", "SystemExit: "),
    ],
)
def test_what_is_wrong_with_a_function_is_named(body: str, why: str, detail: str) -> None:
    verdict = judge(TASK, answer(body))
    assert (verdict["state"], verdict["why"]) == ("wrong", why)
    assert verdict.get("detail", "") == detail
    if why == "raises":
        assert verdict["line"] == 2


@pytest.mark.parametrize(
    ("code", "why", "line"),
    [
        ("def softmax(z)\n    return z", "syntax", 1),
        ("x = 1\n1 / 0", "raises", 2),
        ("def soft(z):\n    return z", "no-function", 0),
    ],
)
def test_what_defines_no_function_is_refused_with_its_line(code: str, why: str, line: int) -> None:
    verdict = judge(TASK, code)
    assert (verdict["state"], verdict["why"], verdict["line"]) == ("refused", why, line)
    assert hints(TASK, code) == []


def test_several_values_are_compared_one_by_one_with_their_shapes() -> None:
    both = task("(A.sum(axis=0), A.sum())")
    assert judge(both, "def f(A):\n    return A.sum(0), A.sum()")["state"] == "checked"
    assert judge(both, "def f(A):\n    return A.sum(0)")["why"] == "several"
    swapped = judge(both, "def f(A):\n    return A.sum(1), A.sum()")
    assert (swapped["why"], swapped["got"], swapped["wanted"]) == ("shape", "(2,), ()", "(3,), ()")


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ("-A", "negative"),
        ("2 * A", "multiple"),
        ("A * A.sum()", "multiple-of-each"),
        ("A.T", ""),  # its shape says so
        ("np.where(A > A.min(), A, 0)", "some-entries"),
    ],
)
def test_hints_come_from_the_values(body: str, hint: str) -> None:
    assert hints(task("A"), f"def f(A):\n    return {body}") == [hint] * bool(hint)


def test_functions_that_give_the_same_values_are_the_same() -> None:
    one = task("A")
    assert same(one, "def f(A):\n    return 2 * A", "def f(A):\n    return A + A")
    assert not same(one, "def f(A):\n    return 2 * A", "def f(A):\n    return 3 * A")
    assert not same(one, "def f(A):\n    return q", "def f(A):\n    return q")
