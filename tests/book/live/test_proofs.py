"""A stale exercise is found, with the line of what is stale."""

from __future__ import annotations

import pytest

from book._ext.live.proofs import faults
from book._ext.live.tasks import read_task
from tests.book.live.test_tasks import FUNCTION

FORMULA = """formula: (x - y)^2 = x^2 - 2 x y + y^2
start: x^2 + y^2
wrong:
- x^2 - y^2
- z
"""
TABLE = {"more": False, "lines": ["x, y : R"]}


def found(text: str) -> list[tuple[int, str]]:
    task = read_task(text, 1)
    assert task.faults == {}
    data = {"try": "try-it", **task.data}
    return [*faults(task._replace(data=data), [TABLE, data])]


@pytest.mark.parametrize("text", [FORMULA, FUNCTION])
def test_an_exercise_that_is_in_order_has_no_fault(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "old", "new", "line", "message"),
    [
        (FORMULA, "x^2 - 2 x y", "x^2 + 2 x y", 1, "what is expected is not right: it is wrong"),
        (FORMULA, "(x - y)^2", "(x - q)^2", 1, "what is expected is not right: it is refused"),
        (FORMULA, "start: x^2 + y^2", "start: (y - x)^2", 2, "the start is no question: state"),
        (FORMULA, "- x^2 - y^2", "- y^2 - 2 x y + x^2", 4, "listed as wrong: state checked"),
        (FUNCTION, "return 2 * x", "return 3 * x", 1, "what is expected is not right: state wrong"),
        (FUNCTION, "return x\n", "return x + x\n", 4, "the start is no question"),
        (FUNCTION, "return x\n", "return (\n", 4, "the start is no question: state refused"),
        (FUNCTION, "x**2", "x * 2", 10, "listed as wrong: state checked"),
        (FUNCTION, "equals: x + x", "equals: q + x", 7, "`draw` and `equals` cannot be run"),
    ],
)
def test_what_is_stale_is_told_with_its_line(
    text: str, old: str, new: str, line: int, message: str
) -> None:
    assert text.count(old) == 1
    [(at, said)] = found(text.replace(old, new))
    assert at == line
    assert said.startswith(message)
