"""What a page can do in a reader's hands: symbols explain themselves, figures move, code runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

PARTS = ("explore", "symbols", "ship", "pages", "tries")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Set up the parts."""
    for part in PARTS:
        app.setup_extension(f"{__name__}.{part}")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
