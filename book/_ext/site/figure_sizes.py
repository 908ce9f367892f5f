"""Figures keep their place: every image says its size, so that nothing moves when it arrives.

The sizes come from the figures themselves.  Those further down a page load when they are near.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator

SIZE = re.compile(rb'<svg[^>]*? (width|height)="([\d.]+)pt"[^>]*? (width|height)="([\d.]+)pt"')
POINT = 4 / 3  # in CSS pixels


def size_of(figure: bytes) -> dict[str, int]:
    """Return the size of an SVG image in CSS pixels, if it says so in points, as Matplotlib does.

    >>> size_of(b'<svg height="36pt" version="1.1" width="72pt" xmlns="...">')
    {'height': 48, 'width': 96}
    """
    match = SIZE.search(figure)
    if not match:
        return {}
    name, length, other_name, other_length = match.groups()
    return {
        name.decode(): round(float(length) * POINT),
        other_name.decode(): round(float(other_length) * POINT),
    }


def visit_image(self: HTML5Translator, node: nodes.image) -> None:
    """Write an image with its size."""
    path = Path(self.builder.srcdir, node["uri"])
    size = size_of(path.read_bytes()) if path.suffix == ".svg" else {}
    type(self).visit_image(self, node)
    attributes = "".join(f' {name}="{length}"' for name, length in sorted(size.items()))
    self.body[-1] = self.body[-1].replace("<img", f'<img loading="lazy"{attributes}', 1)


def depart_image(self: HTML5Translator, node: nodes.image) -> None:
    """Close the image as Sphinx does."""
    type(self).depart_image(self, node)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Write images in a way of our own."""
    app.add_node(nodes.image, override=True, html=(visit_image, depart_image))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
