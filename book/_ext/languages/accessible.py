"""What assistive technology needs: the language of words, named folds, pictures with alt texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode, depart_HideCellInput, visit_HideCellInput
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from book._ext.languages.bilingual import EDITIONS, LANG, NUMBERED

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator

HAN = re.compile(r"([\u3400-\u9fff]+)")
LATIN = re.compile(r"([A-Za-z][^\u3000-\u9fff\uff00-\uffef]*)")
FIGURE = re.compile(NUMBERED["zh-en"]["figure"].replace("%s", r"(\S+)"))
PICTURE = re.compile(r"<(?:img|svg)\b", re.IGNORECASE)
DESCRIBED = "`mystnb: figure` (name, caption), alt-zh and alt-en"
LITERAL = (nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.raw)
logger = logging.getLogger(__name__)


class MarkHan(SphinxTransform):
    """Mark Chinese words in English text: their language says how they are read and drawn."""

    default_priority = 410

    def apply(self, **kwargs: Any) -> None:
        """Go through the page."""
        mark_han(self.document, page_speaks_english=EDITIONS[self.config.edition] == ("en",))


class MarkBibliography(SphinxPostTransform):
    """Mark the entries of a bibliography as English, which they are in every edition, Han apart."""

    default_priority = 6  # right after ``sphinxcontrib.bibtex`` has put them into the page
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Go through the entries."""
        for entry in self.document.findall(nodes.citation):
            entry["classes"].append(f"language-{LANG['en']}")
            mark_han(entry, page_speaks_english=False)


def mark_han(root: nodes.Element, *, page_speaks_english: bool) -> None:
    """Put each run of Han characters in English text into an element of its language."""
    for text in list(root.findall(nodes.Text)):
        parent = text.parent
        if isinstance(parent, LITERAL) or not HAN.search(text):
            continue
        language = language_of(parent)
        if language == "en" or (language is None and page_speaks_english):
            _mark(text, "zh", HAN)


class MarkLatin(SphinxPostTransform):
    """Mark Latin words that Chinese text emphasises: dots stand below Chinese characters alone.

    So are the parts of a reference emphasised, which are there when the citations are resolved.
    """

    default_priority = 30
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Put each run without Han characters into an element of its language."""
        page_speaks = EDITIONS[self.config.edition][0]
        for emphasis in list(self.document.findall(nodes.emphasis)):
            if (language_of(emphasis) or page_speaks) == "zh":
                for text in list(emphasis.findall(nodes.Text)):
                    _mark(text, "en", LATIN)


def _mark(text: nodes.Text, language: str, words: re.Pattern[str]) -> None:
    """Put the words of a text that a pattern finds into elements of their language."""
    parent, place = text.parent, text.parent.index(text)
    parent.remove(text)
    for part in reversed([part for part in words.split(text) if part]):
        word = nodes.inline(text=part, classes=[f"language-{LANG[language]}"])
        parent.insert(place, word if words.match(part) else nodes.Text(part))


class LinksOfOneLanguage(SphinxPostTransform):
    """Let a link within a block of the parallel edition name its target in the block's language.

    Sphinx makes such a link of the target's title, or of the name of a figure: there, of both.
    """

    default_priority = 20  # right after the references are resolved

    def run(self, **kwargs: Any) -> None:
        """Go through the links that are titles or names of figures."""
        if len(EDITIONS[self.config.edition]) < 2:
            return
        for words in list(self.document.findall(nodes.inline)):
            link, language = words.parent, language_of(words)
            figure = FIGURE.fullmatch(words.astext())
            if "std-numref" in words["classes"] and figure and language:
                words.children = []
                words += nodes.Text(NUMBERED[language]["figure"] % figure[1])
            elif "std-ref" in words["classes"] and isinstance(link, nodes.reference):
                title = self._title(link)
                if title and words.astext() == title.astext():
                    halves = [half for half in title.children if isinstance(half, nodes.inline)]
                    own = [half for half in halves if language in half["classes"]]
                    words.children = []
                    words += [child.deepcopy() for child in own or title.children]

    def _title(self, link: nodes.reference) -> nodes.reference | None:
        """Return the entry of a link's target in the contents of its page."""
        page, _, name = link.get("refuri", "").partition("#")
        name = link.get("refid", name)
        docname = page.partition(".")[0] or self.env.docname
        contents = self.env.tocs.get(docname, nodes.bullet_list())
        for number, entry in enumerate(contents.findall(nodes.reference)):
            if entry["anchorname"] == f"#{name}" or (number == 0 and name in ("", docname)):
                return entry
        return None


def language_of(node: nodes.Node | None) -> str | None:
    """Return the language that the nearest ancestor declares."""
    while isinstance(node, nodes.Element):
        for language, tag in LANG.items():
            if f"language-{tag}" in node["classes"]:
                return language
        node = node.parent
    return None


def check_pictures(app: Sphinx, doctree: nodes.document) -> None:
    """Warn of pictures that no caption and no alternative texts describe, once for each place.

    :mod:`~book._ext.languages.parity` asks for both where a cell says that it draws a figure.
    """
    docname, found = app.env.docname, {}
    for picture in doctree.findall(_is_picture):
        above = list(_ancestors(picture))
        cell = next((node for node in above if "cell_index" in node), None)
        if cell is None:
            line = next((node.line for node in [picture, *above] if node.line), 1)
            found[line] = f"a picture is drawn, or loaded, by a cell with {DESCRIBED}"
            continue
        line = app.env.metadata[docname]["source_map"][cell["cell_index"]]
        if isinstance(picture, nodes.raw):
            found[line] = "HTML with a picture, which no alt text reaches: show the picture alone"
        elif not any(isinstance(node, nodes.figure) for node in above):
            found[line] = f"a picture without caption and alt texts: give the cell {DESCRIBED}"
    for line, message in found.items():
        logger.warning(message, location=(docname, line), type="pictures")


def _is_picture(node: nodes.Node) -> bool:
    return isinstance(node, nodes.image) or (
        isinstance(node, nodes.raw) and bool(PICTURE.search(node.astext()))
    )


def _ancestors(node: nodes.Node) -> Iterator[nodes.Element]:
    while node.parent is not None:
        node = node.parent
        yield node


def visit_hidden_cell(self: HTML5Translator, node: HideCodeCellNode) -> None:
    """Open the fold of a cell, named by what it shows and not by an English label over it."""
    start = len(self.body)
    visit_HideCellInput(self, node)
    for place in range(start, len(self.body)):
        self.body[place] = re.sub(r' aria-label="[^"]*"', "", self.body[place])


def name_roles(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Make the entries of a bibliography items of the list that they stand in."""
    if "body" in context:  # docutils gives them a role that has been withdrawn
        context["body"] = context["body"].replace('role="doc-biblioentry"', 'role="listitem"')


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the transform, and the fold in place of MyST-NB's."""
    app.add_transform(MarkHan)
    app.add_post_transform(MarkBibliography)
    app.add_post_transform(LinksOfOneLanguage)
    app.add_post_transform(MarkLatin)
    fold: Any = (visit_hidden_cell, depart_HideCellInput)
    app.add_node(HideCodeCellNode, override=True, html=fold)
    app.connect("doctree-read", check_pictures)
    app.connect("html-page-context", name_roles)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
