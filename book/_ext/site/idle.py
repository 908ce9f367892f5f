"""A build that reads no page numbers nothing anew: numbers and works are kept with the pages.

Sphinx would look through all pages for figures, and sphinxcontrib.bibtex format all works, each
time.  What they find out depends on pages alone, and on the bibliography, on which a page depends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sphinxcontrib.bibtex
from sphinx.environment.collectors.toctree import TocTreeCollector

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata


def note_removed(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Notice that a page is gone, or is about to be read."""
    app.numbers_stand = False  # type: ignore[attr-defined]


def leave_numbers(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Let nobody look for numbers if no page is read or gone."""
    if docnames or not getattr(app, "numbers_stand", True):
        return
    for event in ("env-updated", "env-get-updated"):
        for listener in list(app.events.listeners[event]):
            handler = listener.handler
            numbers = isinstance(getattr(handler, "__self__", None), TocTreeCollector)
            if numbers or handler is sphinxcontrib.bibtex.env_updated:
                app.disconnect(listener.id)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect to the build."""
    app.connect("env-purge-doc", note_removed)
    app.connect("env-before-read-docs", leave_numbers, priority=999)  # who may add pages come first
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
