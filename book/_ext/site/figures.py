"""Figures fit their screen and keep their place; pointing at one enlarges it.

A cell leaves two variants of its figure, one as narrow as a phone (see ``dlref.narrow``), and the
browser loads that which fits.  Both say their size, so that nothing moves when they arrive; those
further down a page load when they are near.  A figure is a link to its file, which opens without
scripts, and which ``book.js`` shows above the page.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

from book._ext.files import write
from book._ext.truth.cells import cells_with_outputs

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator

SVG = "image/svg+xml"
NARROW = "(max-width: 37.5rem)"  # the screens that shrink most figures to less than 9 px a letter
SIZE = re.compile(rb'<svg[^>]*? (width|height)="([\d.]+)pt"[^>]*? (width|height)="([\d.]+)pt"')
POINT = 4 / 3  # in CSS pixels


def keep_narrow_variants(app: Sphinx, doctree: nodes.document) -> None:
    """Write the narrow variants next to the figures that MyST-NB has written, and name them."""
    for cell, outputs in cells_with_outputs(app, doctree):
        figures = [output for output in outputs if SVG in output.get("data", {})]
        images = [image for image in cell.findall(nodes.image) if image["uri"].endswith(".svg")]
        for image, output in zip(images, figures, strict=False):
            narrow = "".join(output["metadata"].get(SVG, {}).get("narrow", ""))
            if narrow:
                image["narrow"] = keep_beside(app, image["uri"], narrow, "svg")


def keep_beside(app: Sphinx, uri: str, content: str, suffix: str) -> str:
    """Write a file that belongs to a figure beside it, named by its hash; return its address."""
    name = f"{hashlib.sha256(content.encode()).hexdigest()}.{suffix}"
    address = posixpath.join(posixpath.dirname(uri), name)
    write(Path(app.srcdir, address), content)
    app.env.images.add_file(app.env.docname, address)
    app.env.note_dependency(address)
    return address


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
    """Write an image with its size, and a figure with its narrow variant and as a link."""
    uri, start = node["uri"], len(self.body)
    type(self).visit_image(self, node)
    html = "".join(self.body[start:])
    html = html.replace("<img", f'<img loading="lazy"{_size(self, uri)}', 1)
    if "narrow" in node:
        html = f"<picture>{_source(self, node['narrow'])}{html.strip()}</picture>"
    if uri.endswith(".svg"):
        html = f'<a class="enlarge" href="{node["uri"]}">{html.strip()}</a>\n'
    self.body[start:] = [html]


def _source(self: HTML5Translator, uri: str) -> str:
    name = self.builder.images[uri] = self.builder.env.images[uri][1]
    path = posixpath.join(self.builder.imgpath, name)
    return f'<source media="{NARROW}" srcset="{path}"{_size(self, uri)}>'


def _size(self: HTML5Translator, uri: str) -> str:
    path = Path(self.builder.srcdir, uri)
    size = size_of(path.read_bytes()) if path.suffix == ".svg" else {}
    return "".join(f' {name}="{length}"' for name, length in sorted(size.items()))


def depart_image(self: HTML5Translator, node: nodes.image) -> None:
    """Close the image as Sphinx does."""
    type(self).depart_image(self, node)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Write images in a way of our own."""
    figure: Any = (visit_image, depart_image)
    app.add_node(nodes.image, override=True, html=figure)
    app.connect("doctree-read", keep_narrow_variants)
    return {
        "version": "1",
        "env_version": 1,  # pages that were read without narrow variants are read again
        "parallel_read_safe": True,
        "parallel_write_safe": False,
    }
