"""How the website is made: math, style, search, metadata, what readers take home, the API page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

PARTS = (
    "api",
    "bundle",
    "citation",
    "colophon",
    "downloads",
    "errata",
    "figures",
    "formula_sheet",
    "highlight",
    "katex",
    "listings",
    "metadata",
    "numbering",
    "offline",
    "parts",
    "renewal",
    "search",
)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Set up the parts."""
    for part in PARTS:
        app.setup_extension(f"{__name__}.{part}")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
