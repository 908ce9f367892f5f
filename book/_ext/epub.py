"""The book as EPUB: formulas as MathML, nothing folded, and a list of contents that says so.

``make epub`` builds it with Sphinx's own builder, from the same pages as the site.  It bears the
date of the last commit: the same source gives the same bytes.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.nodes import SkipNode
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.builders.epub3 import Epub3Builder
from sphinx.environment.adapters.toctree import global_toctree_for_doc

from book._ext.exercises import solution, solution_title
from book._ext.files import pack
from book._ext.site.api import PAGE, leave_to_site, unlink
from book._ext.truth.evidence import summary
from eqcheck.sphinx.nodes import equation_evidence, symbols_box

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

STYLES = ("epub.css", "pygments.css")
FIRST = ("mimetype", "META-INF/container.xml", "content.opf", "toc.ncx")
UNDATED = "1970-01-01"  # EPUB wants a date, and without a repository there is none
DOCTYPE = re.compile(r"<!DOCTYPE svg[^>]*>\s*")
EMPTY_PATH = re.compile(r"<path(?![^>]*\sd=)")  # Matplotlib's letter for a space
ITEM = re.compile(r'<item id="(?!nav")[^"]*" href="([^"]*\.xhtml)" [^>]*?(?=\s*/>)')


class Epub(Epub3Builder):
    """Sphinx's builder, whose manifest lacks what EPUB wants said of math and of the cover."""

    def get_outdated_docs(self) -> Iterator[str]:
        """Write all pages: they are one file, and show one another's titles and numbers."""
        yield from self.env.found_docs

    def prepare_writing(self, docnames: Set[str]) -> None:
        """Begin with an empty folder: all that stands in it is packed."""
        shutil.rmtree(self.outdir)
        self.outdir.mkdir()
        super().prepare_writing(docnames)

    def copy_image_files(self) -> None:
        """Copy the figures, without what EPUB forbids in them."""
        super().copy_image_files()
        for path in Path(self.outdir, self.imagedir).glob("*.svg"):
            text = DOCTYPE.sub("", path.read_text("utf-8"))
            path.write_text(EMPTY_PATH.sub('<path d=""', text), "utf-8")

    def get_toc(self) -> None:
        """Collect the contents: chapters and sections, but those that are left to the site."""
        super().get_toc()
        root, depth = self.config.root_doc, self.config.epub_tocdepth
        tree = global_toctree_for_doc(self.env, root, self, tags=self.tags, maxdepth=depth)
        if tree is not None:
            listed = self.get_refnodes(tree, [])
            left = f"{PAGE}.xhtml#"
            self.refnodes[1:] = [node for node in listed if not node["refuri"].startswith(left)]

    def content_metadata(self) -> dict[str, Any]:
        """Return what the manifest says of the book, without the time of the build."""
        date = self.config.book_date or UNDATED
        return super().content_metadata() | {"date": f"{date}T00:00:00Z"}

    def build_content(self) -> None:
        """Write the manifest, and complete it."""
        if self.config.edition != "en":
            self.guide_titles = {"toc": "目录", "cover": "封面"}
        super().build_content()
        manifest = Path(self.outdir, "content.opf")
        text = ITEM.sub(self._with_properties, manifest.read_text("utf-8"))
        cover = f'href="{self.config.epub_cover[0]}"'
        manifest.write_text(text.replace(cover, f'{cover} properties="cover-image"'), "utf-8")

    def build_epub(self) -> None:
        """Pack the files."""
        folder = Path(self.outdir)
        files = ((name, (folder / name).read_bytes()) for name in (*FIRST, *self.files))
        pack(folder / f"{self.config.epub_basename}.epub", files, stored=FIRST[:1])

    def _with_properties(self, item: re.Match[str]) -> str:
        page = Path(self.outdir, item[1]).read_text("utf-8")
        return f'{item[0]} properties="mathml"' if "<math" in page else item[0]


def leave_api_to_site(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Leave the docstrings to the site, as paper does."""
    if app.builder.name == "epub":
        if docname == PAGE:
            leave_to_site(doctree, app.config)
        unlink(doctree, f"{PAGE}.xhtml#")


def keep_styles(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Let pages of the book load its own style sheet and that of code."""
    if app.builder.name == "epub":
        files = context["css_files"]
        context["css_files"] = [f for f in files if Path(str(f.filename)).name in STYLES]
        context["script_files"] = []


def visit_evidence(self: Any, node: equation_evidence) -> None:
    """Write the state and the error in a line of its own."""
    line = summary(node["result"], self.config.edition)
    self.body.append(self.starttag(node, "p", self.encode(line), CLASS="evidence"))
    self.body.append("</p>\n")
    raise SkipNode


def visit_box(self: Any, node: symbols_box) -> None:
    """Open the symbols of a page."""
    self.body.append(self.starttag(node, "div", CLASS="symbols-of-page"))


def skip_drawing(self: Any, node: HideCodeCellNode) -> None:
    """Leave code that only draws to the site, which folds it."""
    raise SkipNode


def visit_solution(self: Any, node: solution) -> None:
    """Open a solution, which stands below its exercise."""
    self.body.append(self.starttag(node, "div", CLASS="solution"))


def depart_division(self: Any, node: Any) -> None:
    """Close it."""
    self.body.append("</div>\n")


def visit_solution_title(self: Any, node: solution_title) -> None:
    """Open the title of a solution."""
    self.body.append(self.starttag(node, "p", "", CLASS="solution-title"))


def depart_solution_title(self: Any, node: solution_title) -> None:
    """Close the title."""
    self.body.append("</p>\n")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Replace Sphinx's builder, and say how nodes of ours look in a book without a browser."""
    app.add_builder(Epub, override=True)
    app.connect("doctree-resolved", leave_api_to_site, priority=900)
    app.connect("html-page-context", keep_styles, priority=900)
    app.add_node(HideCodeCellNode, override=True, epub=(skip_drawing, None))
    app.add_node(equation_evidence, override=True, epub=(visit_evidence, None))
    app.add_node(symbols_box, override=True, epub=(visit_box, depart_division))
    app.add_node(solution, override=True, epub=(visit_solution, depart_division))
    app.add_node(solution_title, override=True, epub=(visit_solution_title, depart_solution_title))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
