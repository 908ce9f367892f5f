"""Run a page's cells as a notebook does: one after the other, in the same names."""

from __future__ import annotations

import ast
import io
import json
import linecache
import time
import traceback
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

from . import undrawn
from .report import report

MOST = 50_000  # characters that a cell may print; a loop that prints for ever fills no page
OFTEN = 0.1  # seconds between two reports of what is printed
names: dict[str, Any] = {}


class Printed(io.TextIOBase):
    """What a cell prints: kept up to a bound, and told the page now and then while it runs."""

    def __init__(self, *, is_shown: bool = True) -> None:
        self.text, self.is_cut = "", False
        self._is_shown, self._told, self._at = is_shown, 0, time.perf_counter()

    def write(self, text: str, /) -> int:
        """Take what is printed."""
        self.is_cut |= len(self.text) + len(text) > MOST
        self.text += text[: MOST - len(self.text)]
        now = time.perf_counter()
        if self._is_shown and now - self._at > OFTEN and len(self.text) > self._told:
            report(text=self.text[self._told :])
            self._told, self._at = len(self.text), now
        return len(text)


def begin() -> None:
    """Make ready for the first cell of a page."""
    undrawn.without_figures()
    reset()


def run(code: str, number: int, is_shown: bool = True, is_narrow: bool = False) -> str:
    """Run a cell; return as JSON what it prints, its figures, and whether it failed.

    The value of a last expression is printed, unless a semicolon follows.  Of an error the
    traceback starts in the cell.  A cell that is not shown may draw, and what it draws is dropped.
    Where the page is narrow, figures are laid out as the book's are for a phone.
    """
    printed = Printed(is_shown=is_shown)
    start = time.perf_counter()
    with redirect_stdout(printed), redirect_stderr(printed):
        failed = _run(code, f"<cell {number}>", printed)
    return json.dumps(
        {
            "text": printed.text,
            "cut": printed.is_cut,
            "error": failed,
            "figures": undrawn.take_figures(is_shown, is_narrow),
            "seconds": time.perf_counter() - start,
        }
    )


def draw() -> None:
    """Let cells draw from now on."""
    undrawn.with_figures(names)


def reset() -> None:
    """Forget all names."""
    names.clear()
    names["__name__"] = "__main__"
    undrawn.take_figures()


def _run(code: str, file: str, printed: Printed) -> bool:
    linecache.cache[file] = (len(code), None, code.splitlines(True), file)
    try:
        body = ast.parse(code, file).body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), file, "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), file, "eval"), names)
            if not (value is None or code.rstrip().endswith(";") or undrawn.is_nothing(value)):
                print(repr(value))
    except BaseException as error:  # a reader's cell may raise anything
        trail = error.__traceback__
        while trail is not None and trail.tb_frame.f_code.co_filename != file:
            trail = trail.tb_next
        printed.write("".join(traceback.format_exception(type(error), error, trail)))
        return True
    return False
