"""An extension of Sphinx: it runs the formulas that a project displays, and shows what it found.

``extensions = ["eqcheck.sphinx"]`` in ``conf.py``; the settings are listed in the README.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

PARTS = ("settings", "directives", "running", "tables", "evidence", "index", "builder")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Set up the parts."""
    for part in PARTS:
        app.setup_extension(f"{__name__}.{part}")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
