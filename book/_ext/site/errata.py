"""The page ``errata`` in short: each numbered entry is a line, which unfolds.

Its heading says what is corrected.  The id of an entry stands inside its fold: browsers open the
fold of what a link leads to, and of what a reader finds, without a script.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

PAGE = "errata"
NUMBERED = re.compile(r"\d+\. ")


class correction(nodes.General, nodes.Element):  # noqa: N801 (docutils nodes are lower case)
    """A correction: an ``correction_title``, then what the page says."""


class correction_title(nodes.Part, nodes.TextElement):  # noqa: N801
    """The line that opens a folded correction."""


def fold_entries(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Replace the numbered sections of the page, on the site alone."""
    if app.builder.name != "html" or docname != PAGE:
        return
    for section in list(doctree.findall(nodes.section)):
        title, *content = section.children
        if NUMBERED.match(title.astext()):
            folded = correction("", correction_title("", "", *title.children), ids=section["ids"])
            folded += content
            section.replace_self(folded)


def visit_correction(self: Any, node: correction) -> None:
    """Open the fold."""
    self.body.append('<details class="correction">')


def depart_correction(self: Any, node: correction) -> None:
    """Close the fold."""
    self.body.append("</div></details>\n")


def visit_title(self: Any, node: correction_title) -> None:
    """Open the line to click, which is a heading as it was."""
    self.body.append("<summary><h3>")


def depart_title(self: Any, node: correction_title) -> None:
    """Close the line, and open what it folds."""
    self.body.append("</h3></summary>\n" + self.starttag(node.parent, "div"))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the nodes, and fold."""
    app.add_node(correction, html=(visit_correction, depart_correction))
    app.add_node(correction_title, html=(visit_title, depart_title))
    app.connect("doctree-resolved", fold_entries)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
