"""Below an equation stands its evidence: a mark that opens to tell how the equation was run.

It is a ``details`` of HTML, which keyboards and screen readers know, and holds no formula: MathJax,
or whatever sets formulas, leaves it as it is.  What is wrong says so in the open.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

from .house import house_of
from .nodes import equation_evidence
from .words import MARKS, Words, mark_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

STATIC = Path(__file__).parent / "static"
OPEN = ("wrong-as-expected", *Words.FAILED)  # what is wrong is said without being asked


def visit_evidence_html(self: Any, node: equation_evidence) -> None:
    """Write a mark that opens to tell how the equation was run, or why it is wrong, in the open."""
    result, house = node["result"], house_of(self.config)
    voices, mark = house.voices(self.config), mark_of(result)
    told = ""
    for words in voices:
        more = words.figures(result, node["sizes"])
        told += f'<p lang="{words.tag}">{self.encode(words.told(result))}'
        told += f"<small>{self.encode(more)}</small></p>" if more else "</p>"
    attributes = house.attributes(result)
    own = f" {attributes}" if attributes else ""
    if result["state"] in OPEN:
        self.body.append(f'<div class="evidence wrong"{own}><b>{mark}</b>{told}</div>\n')
    else:
        kind = "checked" if mark == MARKS["checked"] else "other"
        name = self.attval(" ".join(words.label(result) for words in voices))
        self.body.append(f'<details class="evidence {kind}" name="evidence"{own}>')
        self.body.append(f'<summary aria-label="{name}" title="{name}">{mark}</summary>')
        self.body.append(f"<div>{told}</div></details>\n")
    raise nodes.SkipNode


def skip(self: Any, node: nodes.Element) -> None:
    """Write nothing, in builders that show no evidence."""
    raise nodes.SkipNode


def add_stylesheets(app: Sphinx) -> None:
    """Let pages load the style sheets of the house."""
    sheets = house_of(app.config).stylesheets
    if sheets and app.builder.format == "html":
        app.config.html_static_path.append(str(STATIC))
        for sheet in sheets:
            app.add_css_file(sheet)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the node and its looks: in HTML; on paper, and as text, nothing shows."""
    nothing: Any = (skip, None)
    html: Any = (visit_evidence_html, None)
    others = dict.fromkeys(("latex", "text", "man", "texinfo"), nothing)
    app.add_node(equation_evidence, html=html, **others)
    app.connect("builder-inited", add_stylesheets)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
