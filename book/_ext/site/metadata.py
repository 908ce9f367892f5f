"""What search engines and messengers read of a page: description, card and structured data.

Cards and structured data need the site's address, ``BOOK_URL``; without it they are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes

from book._ext.languages.bilingual import EDITIONS, LANG

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

LENGTH = 160  # characters that search engines show
LICENCE = "https://creativecommons.org/licenses/by-sa/4.0/"


def describe(doctree: nodes.document) -> str:
    """Return the first paragraph of a page, cut to what search engines show."""
    for paragraph in doctree.findall(nodes.paragraph):
        text = " ".join(paragraph.astext().split())
        if text:
            return text if len(text) <= LENGTH else text[: LENGTH - 1].rstrip() + "…"
    return ""


def structured_data(app: Sphinx, pagename: str, title: str, description: str) -> dict[str, Any]:
    """Return what schema.org calls the page: the book itself, or a chapter of it."""
    base = f"{app.config.book_url}/{app.config.canonical_edition}"
    languages = [LANG[language] for language in EDITIONS[app.config.edition]]
    book = {
        "@type": "Book",
        "name": app.config.project,
        "url": f"{base}/index.html",
        "author": {"@type": "Organization", "name": app.config.author},
        "license": LICENCE,
        "isAccessibleForFree": True,
        "version": app.config.version,
    }
    if pagename == app.config.root_doc:
        page = book
    else:
        address = f"{base}/{pagename}.html"
        page = {"@type": "Chapter", "name": title, "url": address, "isPartOf": book}
    about = {"inLanguage": languages, "description": description}
    return {"@context": "https://schema.org", **page, **about}


def add_metadata(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Tell the templates of a page what to say of it."""
    base = app.config.book_url
    context["description"] = describe(doctree) if doctree is not None else ""
    if base and doctree is not None:
        title = nodes.unescape(app.env.titles[pagename].astext())
        context["structured_data"] = structured_data(app, pagename, title, context["description"])
        context["card"] = f"{base}/{app.config.edition}/_static/card.png"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the event."""
    app.add_config_value("canonical_edition", "zh", "html", types=frozenset({str}))
    app.connect("html-page-context", add_metadata)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
