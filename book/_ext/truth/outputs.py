"""What a cell may leave in its page: no warning, and nothing that another machine would not print.

A page is executed where it is built, and what it prints is published: a path of this machine, the
address of an object, or the time of day tells readers nothing, and makes each build differ from the
one before.  What no eye can tell from a value, a process id or how long something took, is refused
where a cell asks for it.  (A helper that asks in its place is not seen, nor is the order of a set.)
"""

from __future__ import annotations

import ast
import re
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from book._ext.paths import ROOT

if TYPE_CHECKING:
    from nbformat import NotebookNode

UNSEEN_STDERR = "remove-stderr"  # MyST-NB's tag: readers do not see it
HERE = {str(path) for path in (ROOT, Path(tempfile.gettempdir()), Path.home())} - {"/"}
OF_THIS_MACHINE = re.compile(
    r"\S+ at 0x[0-9a-fA-F]{6,}\S*"  # <object at 0x7f…>
    r"|\S*\bipykernel_\d+\S*|/proc/\d+\S*"  # a process id in a path
    r"|(?<![\w./])(?:" + "|".join(map(re.escape, sorted(HERE))) + r")(?![\w-])[^\s'\"]*"
)
TIME = re.compile(r"(?<![\w:.])(?:[01]?\d|2[0-3]):[0-5]\d:[0-5]\d(?![\w:])")
EPOCH = re.compile(r"(?<![\d.])\d{10}(?:\d{3}|\d{6}|\d{9})?(?!\d)")  # to ns
DAY = 24 * 60 * 60
ASKING = {
    *("datetime", "getpass", "multiprocessing", "os", "platform", "psutil", "resource", "secrets"),
    *("socket", "subprocess", "threading", "time", "timeit", "uuid"),
}
SHARED = re.compile(r"((np|numpy)\.)?random\.(?!default_rng)[a-z_]+")  # generators of all
IN_KERNEL = re.compile(r"^\S*ipykernel_\d+\S*\.py:(\d+): ")
SHOWN = ("text/plain", "text/html", "text/latex", "text/markdown")


def problems_of(cell: NotebookNode) -> Iterator[str]:
    """Yield what is wrong with an executed cell and its outputs."""
    asked = list(_questions(cell.source))
    yield from asked
    unseen = UNSEEN_STDERR in cell.metadata.get("tags", [])
    for output in cell.get("outputs", []):
        if output.output_type == "stream" and output.name == "stderr":
            if not unseen:
                yield _describe_stderr(output.text)
            continue
        text = "" if asked else _text(output)  # the answer is no second fault
        if match := OF_THIS_MACHINE.search(text):
            yield f"prints {match[0]!r}, which is another on each machine: print a value instead"
        elif now := _now(text):
            yield f"prints {now!r}, which is another each time it is run: print a value instead"


def _questions(source: str) -> Iterator[str]:
    """Yield what a cell does to learn of its machine, or of the run that it is part of."""
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        line = source.splitlines()[(error.lineno or 1) - 1].strip()
        if line.startswith(("%", "!")):
            yield f"calls IPython by {line!r}: write plain Python"
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names]
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else names
            for module in sorted(ASKING & {name.partition(".")[0] for name in modules}):
                yield f"imports {module}, which knows this machine and this run: do without it"
        elif isinstance(node, ast.Call) and _draws_anew(node):
            yield "draws other numbers each time it is run: take np.random.default_rng(0)"


def _draws_anew(call: ast.Call) -> bool:
    """Tell whether a call makes a generator without a seed, or draws from one that all share."""
    name, seeded = ast.unparse(call.func), call.args or call.keywords
    return bool(SHARED.fullmatch(name)) or (name.endswith("default_rng") and not seeded)


def _now(text: str) -> str:
    """Return what a text says of the present: a time, today's date, seconds since 1970; or ""."""
    found = [TIME.search(text), *(_form_of(day).search(text) for day in _today())]
    for match in EPOCH.finditer(text):
        if abs(int(match[0][:10]) - time.time()) < DAY:
            found.append(match)
    return next((match[0] for match in found if match), "")


def _today() -> set[date]:
    """Return the date here, and that of UTC."""
    return {date.today(), datetime.now(UTC).date()}


def _form_of(day: date) -> re.Pattern[str]:
    """Return what matches a date as programs write it: 2026-11-25, 25.11.2026, Nov 25, 11月25日."""
    y, m, d, name = day.year, f"0?{day.month}", f"0?{day.day}", f"(?:{day:%b}|{day:%B})"
    forms = (
        *(f"{day:%Y%m%d}", rf"{y}[-/.]{m}[-/.]{d}", f"(?:{y} ?年 ?)?{m} ?月 ?{d} ?日"),
        *(rf"{d}[-/.]{m}[-/.]{y}", rf"{m}[-/.]{d}[-/.]{y}"),
        *(rf"{name} +{d}", rf"{d} +{name}\b"),
    )
    return re.compile(rf"(?<![\w.])(?:{'|'.join(forms)})(?!\d)")


def _describe_stderr(text: str) -> str:
    line = IN_KERNEL.sub(r"line \1: ", (text.strip() or text).splitlines()[0])
    return f"writes to stderr, {line!r}: mend it, or tag the cell {UNSEEN_STDERR}"


def _text(output: NotebookNode) -> str:
    """Return what readers see of an output as text."""
    if output.output_type == "stream":
        return str(output.text)
    if output.output_type == "error":
        return "\n".join([output.evalue, *output.traceback])
    shown = (output.data.get(kind, "") for kind in SHOWN)
    return "\n".join(part if isinstance(part, str) else "".join(part) for part in shown)
