"""What a page's claims ask, answered in its kernel: ``{values}`` executed, expressions evaluated.

Expressions see what the cells above have assigned, then what ``{values}`` above have, then
``dlref`` and ``np``.  Nothing here is seen by cells: ``{values}`` have names of their own, warnings
and prints are dropped, and a step that changes what a cell has made is refused.
"""

from __future__ import annotations

import ast
import io
import json
import traceback
import warnings
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from threading import Lock
from typing import Any

import numpy as np

import dlref
from dlref import moving

STATEMENTS = "{values}"  # the name of their file in a traceback
EACH = "each "  # before the kind of a step: it is asked of each frame of the figure above
KNOWN = {"dlref": dlref, "np": np}
ENDS = (Exception, SystemExit, KeyboardInterrupt)  # of a step, not of the build
ONE_AT_A_TIME = Lock()  # pages without cells are answered in threads, which print to one place
Answer = dict[str, Any]


class Answers:
    """Answers the steps of one page, in their order: each is a kind and its source."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}  # what {values} have assigned

    def to(self, steps: Sequence[tuple[str, str]], cells: Mapping[str, Any]) -> list[Answer]:
        """Answer the steps that stand between two cells; ``cells`` are the names of those above."""
        unseen = io.StringIO()
        unheard = warnings.catch_warnings(action="ignore")
        with ONE_AT_A_TIME, unheard, redirect_stdout(unseen), redirect_stderr(unseen):
            return self._to(steps, cells)

    def _to(self, steps: Sequence[tuple[str, str]], cells: Mapping[str, Any]) -> list[Answer]:
        answers, before = [], _state(cells)
        for kind, source in steps:
            answer = self._execute(source, cells) if kind == "values" else {}
            each = kind.startswith(EACH)
            answer = answer or (self._of_each if each else self._evaluate)(kind, source, cells)
            if (after := _state(cells)) != before:
                names = sorted(k for k in before if before[k] != after.get(k))
                said = f"changes {', '.join(names)}, which cells use: take a copy"
                answer = {"error": said, "disturbs": True}
            answers.append(answer)
            before = after
        return answers

    def _execute(self, source: str, cells: Mapping[str, Any]) -> Answer:
        names = self._names(cells)
        known, failed = dict(names), {}
        try:
            exec(compile(source, STATEMENTS, "exec"), names)
        except ENDS as error:  # what was assigned before it holds
            failed = {"error": f"raised {_said(error)}", "line": _line_of(error)}
        new = {k: v for k, v in names.items() if k not in known or known[k] is not v}
        new.pop("__builtins__", None)  # which the functions among them need
        self.values |= new
        taken = sorted(name for name in new if name in cells)
        if taken:
            said = f"assigns {', '.join(taken)}, which a cell above has: take another name"
            return {"error": said}
        return failed or {"value": None}

    def _evaluate(self, kind: str, source: str, cells: Mapping[str, Any]) -> Answer:
        names = self._names(cells)
        try:
            found = eval(source, names)
        except ENDS as error:
            missing = isinstance(error, NameError)
            return {"error": f"raised {_said(error)}", "missing": missing}
        if kind == "num":
            try:
                return {"value": float(found)}
            except OverflowError:
                return {"error": "is too large a number"}
            except (TypeError, ValueError):
                return {"error": f"is no number, but of type {type(found).__name__}"}
        if not isinstance(found, bool | np.bool_):
            return {"error": f"is no truth value, but of type {type(found).__name__}"}
        sides = [] if found else list(dict.fromkeys(_sides(source, names)))
        return {"value": bool(found), "sides": ", ".join(sides)}

    def _of_each(self, kind: str, source: str, cells: Mapping[str, Any]) -> Answer:
        """Evaluate an expression in each frame; a number's value is that of the first shown."""
        kind = kind.removeprefix(EACH)
        for values, first in moving.shown:
            each = [self._evaluate(kind, source, {**cells, **frame}) for frame in values]
            failed = next((answer for answer in each if "error" in answer), None)
            if failed:
                return failed
            found = [answer["value"] for answer in each]
            if any(value != value for value in found):
                return {"error": "is no number in a frame"}
            return each[first] | {
                "value": found[first] if kind == "num" else any(found),
                "each": found,
            }
        return {"error": "is said of frames, but the cell above has no figure that moves"}

    def _names(self, cells: Mapping[str, Any]) -> dict[str, Any]:
        return {**KNOWN, **self.values, **cells}


@cache
def of_this_kernel() -> Answers:
    """Return the one that answers in this kernel."""
    return Answers()


def in_kernel(shell: Any, steps: str) -> str:
    """Answer steps, as JSON, by what the cells of a kernel, by its shell, have assigned."""
    hidden = shell.user_ns_hidden
    cells = {k: v for k, v in shell.user_ns.items() if k not in hidden or hidden[k] is not v}
    cells = {k: v for k, v in cells.items() if not k.startswith("_")}
    return json.dumps(of_this_kernel().to(json.loads(steps), cells))


def _state(cells: Mapping[str, Any]) -> dict[str, int]:
    """Return what tells whether a value of a cell has changed, as far as that can be seen."""
    shared = {"np.random": np.random.get_state(legacy=False)}  # noqa: NPY002 (nobody may draw)
    return {name: hash(_seen(value)) for name, value in {**cells, **shared}.items()}


def _seen(value: Any) -> Hashable:
    """Return what is to be seen of numbers, draws and models, and of what holds them."""
    if isinstance(value, np.ndarray):
        return None if value.dtype.hasobject else (value.shape, value.tobytes())
    if isinstance(value, np.random.Generator):
        return _seen(value.bit_generator.state)
    if isinstance(value, dlref.Tensor):
        return _seen(value.data), _seen(value.grad)
    if isinstance(value, dlref.Module):
        return tuple(_seen(parameter) for parameter in value.parameters())
    if isinstance(value, dict):
        return tuple((repr(key), _seen(item)) for key, item in value.items())
    if isinstance(value, list | tuple):
        return tuple(map(_seen, value))
    return repr(value) if isinstance(value, str | int | float | complex | np.generic) else None


def _said(error: BaseException) -> str:
    message = error.msg if isinstance(error, SyntaxError) else error
    return f"{type(error).__name__}: {message}"


def _line_of(error: BaseException) -> int:
    """Return which of the statements failed."""
    if isinstance(error, SyntaxError):
        return error.lineno or 1
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno or 1 for frame in frames if frame.filename == STATEMENTS), 1)


def _sides(source: str, names: dict[str, Any]) -> Iterator[str]:
    """Yield what an expression compares, each with its value."""
    for node in ast.walk(ast.parse(source.strip(), mode="eval")):
        compared = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("close"):
            compared = node.args
        for side in compared:
            if isinstance(side, ast.Constant):
                continue
            code = ast.unparse(side)
            try:
                yield f"{code} = {_shown(eval(code, dict(names)))}"
            except ENDS:  # it stands in a loop of its own, and has no value here
                continue


def _shown(value: Any) -> str:
    """Return a value as briefly as it can be said."""
    if isinstance(value, np.ndarray) and not value.ndim:
        value = value[()]
    if isinstance(value, int | np.integer):
        return f"{value}"
    if isinstance(value, float | np.floating):
        return f"{value:.10g}"
    if isinstance(value, list | tuple | np.ndarray):
        return np.array2string(np.asarray(value), precision=4, threshold=8, separator=", ")
    return repr(value) if isinstance(value, str) else f"a {type(value).__name__}"
