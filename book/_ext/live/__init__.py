"""What a page can do in a reader's hands: the runtime, cells, formulas, moving figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

PARTS = ("symbols",)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Set up the parts."""
    for part in PARTS:
        app.setup_extension(f"{__name__}.{part}")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
