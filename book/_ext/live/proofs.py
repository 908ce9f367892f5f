"""The proof of an exercise that answers: by the code that judges it in the browser.

What is expected is right; the start is not, and neither is any answer that is listed as wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from book._ext.live.reader import pages, tries
from book._ext.live.reader.try_functions import drawn
from book._ext.live.tasks import Task
from eqcheck import check

UNREAD = ("syntax", "no-function")


def faults(task: Task, steps: list[dict[str, Any]]) -> Iterator[tuple[int, str]]:
    """Yield what is wrong with an exercise among the steps of its page, each with its line."""
    pages.open_page(json.dumps(steps))
    data, lines = task.data, task.lines
    kind = "function" if "function" in data else "formula"
    if kind == "function":
        try:
            drawn(data, 0)
        except Exception as error:  # an author's code may raise anything
            yield lines["draw"], f"`draw` and `equals` cannot be run: {error!r}"
            return
    expected = _fault_of_formula(task) if kind == "formula" else ""
    if not expected:
        answer = data["right"] if kind == "formula" else task.solution
        expected = _told(data, answer, ("checked",))
    if expected:
        yield lines[kind], f"what is expected is not right: {expected}"
        return
    if data["start"]:
        told = _told(data, data["start"], ("wrong", "refused"))
        if told:
            yield lines["start"], f"the start is no question: {told}"
    for number, wrong in enumerate(data["wrong"]):
        told = _told(data, wrong["answer"], ("wrong", "refused"))
        if told:
            yield lines[f"wrong {number}"], f"listed as wrong: {told}"


def _fault_of_formula(task: Task) -> str:
    """Return why the expected formula does not hold on its page; "" if it does."""
    data = task.data
    page = pages.before(data["try"], "try")
    latex = f"{data['left']} = {data['right']}"
    result = check(page, latex, attack=False, **task.check)
    return "" if result.state == "checked" else f"it is {result.state}: {result.message}"


def _told(data: dict[str, Any], answer: str, states: tuple[str, ...]) -> str:
    """Return what is told of an answer if it should not be; "" if it is as it should be."""
    verdict = tries.judge(data, answer)
    said = ", ".join(f"{key} {value}" for key, value in verdict.items() if value not in ("", 0))
    if verdict["state"] not in states or verdict.get("why") in UNREAD:
        return said
    return ""
