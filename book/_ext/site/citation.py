"""How a page is cited: as plain text and as BibTeX, from ``CITATION.cff``, version and address."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from book._ext.languages.bilingual import EDITIONS, LANG, title_in
from book._ext.paths import ROOT

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

CFF = ROOT / "CITATION.cff"
SPECIAL = re.compile(r"([&%$#_{}])")  # to LaTeX


class Author(NamedTuple):
    """Someone who wrote the book; a group has no given names."""

    family: str
    given: str = ""

    def __str__(self) -> str:
        """Return the name as it is said."""
        return f"{self.given} {self.family}".strip()


class Citation(NamedTuple):
    """What is cited."""

    authors: list[Author]
    page: str  # its title; empty for the book as a whole
    book: str
    version: str
    date: str  # ISO, or empty
    address: str  # or empty


class Book(NamedTuple):
    """What is the same for all pages."""

    titles: dict[str, str]  # by language
    authors: list[Author]


@cache
def read_book(file: Path = CFF) -> Book:
    """Return the titles of the book, and who wrote it."""
    said = yaml.safe_load(file.read_text("utf-8"))
    en, zh = said["title"].split(" · ")
    authors = [
        Author(a["name"]) if "name" in a else Author(a["family-names"], a["given-names"])
        for a in said["authors"]
    ]
    return Book({"zh": zh, "en": en}, authors)


def listed(authors: list[Author]) -> str:
    """Return the names of all authors."""
    return ", ".join(map(str, authors))


# ------------------------------------------------------------------ forms


def in_english(work: Citation) -> str:
    """Return a line for a list of references in English."""
    year = f" ({work.date[:4]})" if work.date else ""
    page = f" {work.page}. In" if work.page else ""
    date = f", {work.date}" if work.date else ""
    address = f" {work.address}" if work.address else ""
    book = f"{work.book} (version {work.version}{date})"
    return f"{listed(work.authors)}{year}.{page} {book}.{address}"


def in_chinese(work: Citation) -> str:
    """Return a line for a list of references in Chinese, as GB/T 7714 has it."""
    title = f"{work.page}[EB/OL]//{work.book}" if work.page else f"{work.book}[EB/OL]"
    date = f" ({work.date})." if work.date else ""
    address = f" {work.address}." if work.address else ""
    return f"{listed(work.authors)}. {title}. {work.version} 版.{date}{address}"


def bibtex(work: Citation, key: str) -> str:
    """Return an entry for BibTeX."""
    names = [f"{a.family}, {a.given}" if a.given else f"{{{_tex(a.family)}}}" for a in work.authors]
    book = f"{work.book}, version {work.version}"
    fields = {
        "author": " and ".join(names),
        "title": _tex(work.page or work.book),
        "howpublished": _tex(book if work.page else f"Version {work.version}"),
        "year": work.date[:4],
        "note": work.date and f"Version of {work.date}",
        "url": work.address,
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{key},", *lines, "}"])


def _tex(text: str) -> str:
    return SPECIAL.sub(r"\\\1", text)


FORMS = {"zh": in_chinese, "en": in_english}


# ------------------------------------------------------------------ a page


def add_citations(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Tell the templates of a page who wrote it, and how it is cited."""
    book, config = read_book(), app.config
    context["authors"] = listed(book.authors)
    if doctree is None:
        return
    is_book = pagename == config.root_doc
    address = f"{config.book_url}/{config.edition}/{pagename}.html" if config.book_url else ""

    def work(language: str) -> Citation:
        return Citation(
            authors=book.authors,
            page="" if is_book else title_in(app.env.titles[pagename], language),
            book=book.titles[language],
            version=config.version,
            date=config.book_date,
            address=address,
        )

    languages = EDITIONS[config.edition]
    plain = [(LANG[language], FORMS[language](work(language))) for language in languages]
    key = "concepts" if is_book else f"concepts-{pagename}"
    context["citations"] = [*plain, ("", bibtex(work(languages[-1]), key))]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect to the build."""
    app.connect("html-page-context", add_citations)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
