"""The index of the PDF editions: each term, in both languages, where the text defines it.

A definition is a term in bold letters with the other language's term in brackets behind it:
``**偏导数**（partial derivative）`` in Chinese, ``**partial derivative** (偏导数)`` in English.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

TRANSLATION = re.compile(r"（([A-Za-z][^（），；]*)[），；]|\s?\(([\u3400-\u9fff][^(),;]*)[),;]")


def add_index_entries(app: Sphinx, book: nodes.document, docname: str) -> None:
    """Put two index entries, one for each language, behind every definition of a term."""
    if app.builder.name != "latex":
        return
    for strong in list(book.findall(nodes.strong)):
        translation = TRANSLATION.match(_text_behind(strong))
        if translation:
            pair = (strong.astext(), translation[1] or translation[2])
            entries = [("single", f"{a} ({b})", "", "", None) for a, b in (pair, pair[::-1])]
            place = strong.parent.index(strong) + 1
            strong.parent.insert(place, addnodes.index(entries=entries, inline=True))


def _text_behind(node: nodes.Element) -> str:
    behind = node.parent[node.parent.index(node) + 1 :]
    return behind[0] if behind and isinstance(behind[0], nodes.Text) else ""


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the entries before the book is rearranged."""
    app.connect("doctree-resolved", add_index_entries, priority=800)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
