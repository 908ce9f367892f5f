"""Exercises that answer: what a reader wrote is right, wrong, or cannot be read; and hints."""

from __future__ import annotations

import json
from typing import Any

from eqcheck import Page

from . import pages, try_formulas, try_functions

Task = dict[str, Any]


def check(name: str, answer: str) -> str:
    """Return as JSON what an answer to an exercise of the page is: its state, and why."""
    return json.dumps(judge(pages.step(name, "try"), answer))


def hint(name: str, answer: str) -> str:
    """Return as JSON what may help a reader on whose answer is wrong.

    What the author says of just this wrong answer comes first: the number of it in the list.
    """
    task = pages.step(name, "try")
    known = [
        {"known": number}
        for number, wrong in enumerate(task["wrong"])
        if "en" in wrong and _same(task, wrong["answer"], answer)
    ]
    return json.dumps([*known[:1], *_hints(task, answer)])


def judge(task: Task, answer: str) -> dict[str, Any]:
    """Return what an answer is."""
    if "function" in task:
        return try_functions.judge(task, answer)
    return try_formulas.judge(_page(task), task, answer)


def _hints(task: Task, answer: str) -> list[str]:
    if "function" in task:
        return try_functions.hints(task, answer)
    return try_formulas.hints(_page(task), task, answer)


def _same(task: Task, one: str, two: str) -> bool:
    if "function" in task:
        return try_functions.same(task, one, two)
    return try_formulas.same(_page(task), one, try_formulas.right_side(task, two))


def _page(task: Task) -> Page:
    return pages.before(task["try"], "try")
