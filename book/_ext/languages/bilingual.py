"""One source, three editions: ``{zh}`` and ``{en}`` keep their content or give nothing.

An edition is chosen by a Sphinx tag (``sphinx-build -t zh``).  What another language says is
dropped while a page is read, so that titles, contents and search hold one language only; the
parallel edition keeps both and sets each pair side by side.
"""

from __future__ import annotations

import re
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes
from markupsafe import Markup
from sphinx import addnodes
from sphinx.errors import ConfigError
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from book._ext.languages import readable
from book._ext.languages.parity import check_page

if TYPE_CHECKING:
    from docutils.nodes import Node, system_message
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.tags import Tags
    from sphinx.util.typing import ExtensionMetadata

EDITIONS = {"zh": ("zh",), "en": ("en",), "zh-en": ("zh", "en")}
LANG = {"zh": "zh-Hans", "en": "en"}
# How a reference names what has a number.
NUMBERED = {
    "zh": {"figure": "图 %s", "table": "表 %s", "section": "第 %s 节"},
    "en": {"figure": "Figure %s", "table": "Table %s", "section": "Section %s"},
    "zh-en": {"figure": "图 %s Figure", "table": "表 %s Table", "section": "§ %s"},
}
UNREADABLE = "unreadable"  # of the page that is read now: something was left out
ROLE = re.compile(r"\{(zh|en)\}`([^`]+)`")
logger = logging.getLogger(__name__)


def chosen_edition(tags: Tags) -> str:
    """Return the edition that a tag of this build names; without one, the Chinese."""
    chosen = [edition for edition in EDITIONS if tags.has(edition)] or ["zh"]
    if len(chosen) != 1:
        raise ConfigError(f"one edition is wanted, -t {' or -t '.join(EDITIONS)}; got {chosen}")
    return chosen[0]


class LanguageBlock(SphinxDirective):
    """``:::{zh}`` or ``:::{en}``: a block of prose in one language.

    ``:::{zh} in all editions`` is kept in the editions that drop its language, too.
    """

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[Node]:
        """Parse the content if this edition holds the language."""
        if self.arguments not in ([], ["in all editions"]):
            raise self.error(f"{{{self.name}}} takes 'in all editions', got {self.arguments[0]!r}")
        if not self.arguments and self.name not in EDITIONS[self.config.edition]:
            return []
        block = nodes.container(classes=[self.name, f"language-{LANG[self.name]}"])
        self.set_source_info(block)
        self.state.nested_parse(self.content, self.content_offset, block)
        return [block]


class LanguageRole(SphinxRole):
    """``{zh}`…``` or ``{en}`…```: words in one language, within a line."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        """Parse the content if this edition holds the language."""
        if self.name not in EDITIONS[self.config.edition]:
            return [], []
        inline = nodes.inline(classes=[self.name, f"language-{LANG[self.name]}"])
        memo = SimpleNamespace()  # MyST's inliner has no use for it
        children, messages = self.inliner.parse(self.text, self.lineno, memo, inline)
        inline += children
        return [inline], messages


class PairUp(SphinxTransform):
    """Put each pair of blocks that an edition holds into one box, and space pairs of roles."""

    default_priority = 200

    def apply(self, **kwargs: Any) -> None:
        """Wrap the pairs of the document."""
        for zh in list(self.document.findall(lambda n: _speaks(n, "zh"))):
            en = zh.next_node(descend=False, siblings=True)
            if en is None or not _speaks(en, "en"):
                continue
            if isinstance(zh, nodes.container):
                pair = nodes.container(classes=["pair"])
                place, parent = zh.parent.index(zh), zh.parent
                parent.remove(zh)
                parent.remove(en)
                pair += [zh, en]
                parent.insert(place, pair)
            else:
                zh.parent.insert(zh.parent.index(en), nodes.Text(" "))


class LabelsAsIds(SphinxTransform):
    """Give every section its label as its only id, so that ids are the same in all editions."""

    default_priority = 270  # right after docutils has moved labels onto their sections

    def apply(self, **kwargs: Any) -> None:
        """Drop the ids that docutils made from titles."""
        for topic in self.document.findall(nodes.topic):
            topic["ids"] = ["page-contents"]  # else an id of the title, which has one language
        explicit = self.document.nametypes
        for section in self.document.findall(nodes.section):
            labels = [
                self.document.nameids[name]
                for name in section["names"]
                if explicit.get(name) and self.document.nameids.get(name)
            ]
            if labels:
                section["ids"] = [i for i in section["ids"] if i in labels]


class PartTitles(SphinxTransform):
    """Give a part of the book, the caption of its list of contents, a title in the edition."""

    default_priority = 210

    def apply(self, **kwargs: Any) -> None:
        """Choose among the roles of the caption, which Sphinx takes as it stands."""
        for contents in self.document.findall(addnodes.toctree):
            titles = dict(ROLE.findall(contents.get("caption") or ""))
            if titles.keys() == LANG.keys():
                contents["titles"] = titles
                contents["rawcaption"] = contents["caption"] = say(self.config.edition, **titles)


class AltTexts(SphinxTransform):
    """Give a cell's figure the alternative text of the edition's language."""

    default_priority = 400

    def apply(self, **kwargs: Any) -> None:
        """Copy ``alt-zh`` or ``alt-en`` of the cell to its images."""
        for cell in self.document.findall(nodes.container):
            metadata = cast(dict[str, str], cell.get("cell_metadata", {}))
            keys = [f"alt-{language}" for language in EDITIONS[self.config.edition]]
            if all(key in metadata for key in keys):
                for image in cell.findall(nodes.image):
                    image["alt"] = " / ".join(metadata[key] for key in keys)


def read_bytes_of_any_encoding(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Let Sphinx read a page that is not UTF-8; :func:`check_parity` decodes it, and says so."""
    try:
        for docname in docnames:
            env.doc2path(docname).read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        env.settings["input_encoding"] = "latin-1"  # no byte is refused


def check_parity(app: Sphinx, docname: str, source: list[str]) -> None:
    """Warn if a page cannot be read, or breaks parity."""
    source[0], problems = readable.read(app.env.doc2path(docname).read_bytes())
    app.env.temp_data[UNREADABLE] = bool(problems)
    problems = problems or check_page(source[0])
    for problem in problems:
        logger.warning(problem.message, location=(docname, problem.line), type="parity")


def say(edition: str, zh: str, en: str) -> str:
    """Return words of the site's own, plain, in the languages of an edition."""
    return " ".join({"zh": zh, "en": en}[language] for language in EDITIONS[edition])


def spoken(edition: str, zh: str, en: str) -> Markup:
    """Return words of the site's own as HTML; where two languages meet, each is marked."""
    if len(EDITIONS[edition]) == 1:
        return Markup.escape(say(edition, zh, en))
    mark = Markup('<span class="{}" lang="{}">{}</span>').format
    return Markup(" ").join(
        mark(name, LANG[name], text) for name, text in zip(LANG, (zh, en), strict=True)
    )


def spoken_nodes(edition: str, zh: str, en: str) -> list[Node]:
    """Return such words, and formulas between dollars, as nodes; each marked where two meet."""
    said: dict[str, list[Node]] = {
        language: [
            nodes.math(part, part) if place % 2 else nodes.Text(part)
            for place, part in enumerate(words.split("$"))
            if part
        ]
        for language, words in (("zh", zh), ("en", en))
    }
    if len(EDITIONS[edition]) == 1:
        return said[edition]
    marked = [
        nodes.inline("", "", *words, classes=[language, f"language-{LANG[language]}"])
        for language, words in said.items()
    ]
    return [marked[0], nodes.Text(" "), marked[1]]


def title_in(title: nodes.Element, language: str) -> str:
    """Return a title in one of its languages."""
    halves = [n for n in title.children if isinstance(n, nodes.inline) and language in n["classes"]]
    return nodes.unescape("".join(half.astext() for half in halves) or title.astext())


def add_editions(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Tell the templates of a page where it stands in each edition."""
    up = "../" * (pagename.count("/") + 1)
    base, edition = app.config.book_url, app.config.edition
    context["edition"] = edition
    context["say"], context["spoken"] = partial(say, edition), partial(spoken, edition)
    context["editions"] = (
        {} if app.tags.has("preview") else {n: f"{up}{n}/{pagename}.html" for n in EDITIONS}
    )
    context["alternates"] = (
        {LANG[name]: f"{base}/{name}/{pagename}.html" for name in LANG}
        if base and edition in LANG  # `zh-en` is no language
        else {}
    )


def _speaks(node: Node, language: str) -> bool:
    return isinstance(node, (nodes.container, nodes.inline)) and language in node["classes"]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directives, roles and transforms."""
    app.add_config_value("edition", "zh", "env", types=frozenset({str}))
    app.add_config_value("book_url", "", "html", types=frozenset({str}))
    for language in LANG:
        app.add_directive(language, LanguageBlock)
        app.add_role(language, LanguageRole())
    for transform in (PairUp, LabelsAsIds, PartTitles, AltTexts):
        app.add_transform(transform)
    app.connect("env-before-read-docs", read_bytes_of_any_encoding)
    app.connect("source-read", check_parity, priority=100)  # before any that changes the text
    app.connect("html-page-context", add_editions)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
