"""The parts of the book: on the front page with the question of each page, and around a page.

A part is a list of pages with a caption on the front page; its ``:name:`` is its address there.
A page of a part asks its question in its front matter, as ``question-zh`` and ``question-en``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from book._ext.languages.bilingual import LANG, spoken_nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders.html import StandaloneHTMLBuilder
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

MARKS = {"zh": "？", "en": "?"}  # that end a question
logger = logging.getLogger(__name__)


class Part(NamedTuple):
    """A part of the book."""

    titles: dict[str, str]  # by language
    name: str  # its id on the front page, or empty
    pages: list[str]
    caption: str  # its title in the words of the edition


def parts_of(env: BuildEnvironment) -> list[Part]:
    """Return the parts of the book in their order, and none of a book without."""
    lists = env.tocs[env.config.root_doc].findall(addnodes.toctree)
    return [
        Part(contents["titles"], contents["name"], contents["includefiles"], contents["caption"])
        for contents in lists
        if "titles" in contents and contents["includefiles"]
    ]


class NamesOfParts(SphinxTransform):
    """Let a list of pages remember the name that its wrapper has."""

    default_priority = 300  # after labels have become ids

    def apply(self, **kwargs: Any) -> None:
        """Copy the ids."""
        for contents in self.document.findall(addnodes.toctree):
            contents["name"] = "".join(contents.parent["ids"][:1])


# ------------------------------------------------------------------ questions


def check_questions(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of a page of a part that asks no question, or in one language only."""
    for page in (page for part in parts_of(env) for page in part.pages):
        for language, mark in MARKS.items():
            key = f"question-{language}"
            if not str(env.metadata[page].get(key, "")).endswith(mark):
                message = f"the front page shows the question of this page: {key}: …{mark}"
                logger.warning("%s", message, location=(page, 1), type="parts")


# ------------------------------------------------------------------ the front page


def list_parts(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put in the place of each list of pages its part, with the question of each page."""
    if docname != app.config.root_doc or app.builder.format != "html":
        return
    parts = {part.name: part for part in parts_of(app.env)}
    for contents in list(doctree.findall(addnodes.toctree)):
        wrapper = cast(nodes.compound, contents.parent)
        if part := parts.get(contents["name"]):
            title = nodes.rubric("", "", *spoken_nodes(app.config.edition, **part.titles))
            title["heading-level"] = 3
            pages = nodes.bullet_list("", *(_entry(app, page) for page in part.pages))
            wrapper["classes"].append("part")
            wrapper.children = []
            wrapper += [title, pages]


def _entry(app: Sphinx, page: str) -> nodes.list_item:
    """Return a page's number, title and question."""
    env = app.env
    address = app.builder.get_relative_uri(env.config.root_doc, page)
    link = nodes.reference("", "", internal=True, refuri=address)
    if number := env.toc_secnumbers.get(page, {}).get(""):
        link += nodes.Text(".".join(map(str, number)) + ". ")
    link += [child.deepcopy() for child in env.titles[page].children]
    asked = {language: env.metadata[page].get(f"question-{language}", "") for language in LANG}
    words = spoken_nodes(env.config.edition, **asked)
    question = nodes.paragraph("", "", *words, classes=["question"])
    return nodes.list_item("", nodes.paragraph("", "", link), question)


# ------------------------------------------------------------------ around a page


def add_parts(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Tell the templates of a page its part, and those of its neighbours that are others."""
    part_of = {page: part for part in parts_of(app.env) for page in part.pages}
    context["part"] = here = part_of.get(pagename)
    relations = cast("StandaloneHTMLBuilder", app.builder).relations
    _, before, after = relations.get(pagename, (None, None, None))
    for side, page in (("prev", before), ("next", after)):
        there = part_of.get(page or "")
        context[f"{side}_part"] = there if there != here else None


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect to the build."""
    app.add_transform(NamesOfParts)
    app.connect("env-check-consistency", check_questions)
    app.connect("doctree-resolved", list_parts)
    app.connect("html-page-context", add_parts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
