"""One source, three editions: blocks of two languages, their parity, what speaks which, terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

PARTS = ("bilingual", "accessible", "formulas", "glossary", "messages")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Set up the parts."""
    for part in PARTS:
        app.setup_extension(f"{__name__}.{part}")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
