"""What a page of the book knows of its formulas: symbols, definitions, and how each is checked.

The build writes it as JSON (``live/pages.py``): the steps in which it ran the page itself, in
their order.  ``{"lines": […]}`` is a table of symbols, which adds to the one before if there is
``"more": true``; ``{"latex": …}`` is a definition, and ``{"label": …, "latex": …}`` an equation
that was executed, with the options of its check.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import dlref
from eqcheck import Page, Refusal

_steps: list[dict[str, Any]] = []
_before: dict[str, Page] = {}


def functions() -> dict[str, Callable[..., Any]]:
    """Return what a check may call, as at build: the functions of ``dlref``."""
    found = {f"dlref.{name}": getattr(dlref, name) for name in dlref.__all__}
    return {name: value for name, value in found.items() if callable(value)}


def open_page(data: str) -> None:
    """Take what the build wrote of a page; forget another one."""
    _steps[:] = json.loads(data)
    _before.clear()


def step(label: str, key: str = "label") -> dict[str, Any]:
    """Return what the build wrote of an equation, or of what else has a name under ``key``."""
    return next(step for step in _steps if step.get(key) == label)


def before(label: str, key: str = "label") -> Page:
    """Return what the page knows where an equation stands, or what else is named under ``key``.

    It is kept, and not to be changed: copies of its state are made by what is checked on it.
    """
    kept = f"{key} {label}"
    if kept not in _before:
        _before[kept] = _run(_steps[: _steps.index(step(label, key))])
    return _before[kept]


def _run(steps: list[dict[str, Any]]) -> Page:
    page = Page(functions=functions())
    for each in steps:
        if "lines" in each:
            if not each.get("more"):
                page = Page(functions=functions())
            for line in each["lines"]:
                page.declare(line)
        elif "latex" in each:
            with suppress(Refusal):  # it may define nothing, as at build
                page.define(each["latex"])
    return page
