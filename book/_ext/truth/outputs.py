"""What a cell may leave in its page: no warning, and nothing that another machine would not print.

A page is executed where it is built, and what it prints is published: a path of this machine, or
the address of an object, tells readers nothing, and makes each build differ from the one before.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
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
IN_KERNEL = re.compile(r"^\S*ipykernel_\d+\S*\.py:(\d+): ")
SHOWN = ("text/plain", "text/html", "text/latex", "text/markdown")


def problems_of(cell: NotebookNode) -> Iterator[str]:
    """Yield what is wrong with the outputs of an executed cell."""
    unseen = UNSEEN_STDERR in cell.metadata.get("tags", [])
    for output in cell.get("outputs", []):
        if output.output_type == "stream" and output.name == "stderr":
            if not unseen:
                yield _describe_stderr(output.text)
            continue
        match = OF_THIS_MACHINE.search(_text(output))
        if match:
            yield f"prints {match[0]!r}, which is another on each machine: print a value instead"


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
