"""Says where the code that builds is broken: an author's edit of ``dlref``, or a fault of ours."""

from __future__ import annotations

import traceback
from pathlib import Path

from book._ext.findings import Finding, shown
from book._ext.paths import BOOK, ROOT

OWN = (BOOK, ROOT / "dlref", ROOT / "eqcheck", ROOT / "conf.py")


def where_broken(error: BaseException) -> Finding:
    """Return the line of the book's own code that an error comes from, and what it says."""
    while error.__cause__ is not None:
        error = error.__cause__
    kind = getattr(error, "category", type(error).__name__)  # Sphinx's have one
    said = f"{kind}: {error}".strip()
    if isinstance(error, SyntaxError) and error.filename:
        return Finding(shown(error.filename), error.lineno or 0, f"SyntaxError: {error.msg}")
    for frame in reversed(traceback.extract_tb(error.__traceback__)[1:]):  # first is who asks
        if any(Path(frame.filename).is_relative_to(own) for own in OWN):
            return Finding(shown(frame.filename), frame.lineno or 0, said)
    return Finding("", 0, said)
