"""What Sphinx and docutils say is wrong is heard once, with its place and the page to mend."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sphinx.util import logging

from book._ext.build.listener import Listener
from book._ext.findings import Finding
from tests.book.app import Build, Built

LISTENER = "book._ext.build.listener"
INDEX = "(index)=\n# Book\n\n```{toctree}\npage\n```\n"
PAGE = "(page)=\n# Page\n"
DOCUTILS = "```{eval-rst}\nA *word\n```\n"
UNKNOWN = "{ref}`missing`\n"
EMPHASIS = Finding("book/page.md", 11, "Inline emphasis start-string without end-string.")
LABEL = Finding("book/page.md", 9, "undefined label: 'missing'")
Hear = Callable[..., Listener]


@pytest.fixture
def hear(build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hear:
    """Build a page below another, and return who listened."""
    monkeypatch.setattr("book._ext.findings.ROOT", tmp_path)

    def hear_page(page: str, **config: object) -> Listener:
        built: Built = build({"index": INDEX, "page": page}, LISTENER, warns=None, **config)
        return built.app.listener  # type: ignore[attr-defined,no-any-return]

    return hear_page


def test_what_docutils_says_while_pages_are_read_is_heard_once_though_sphinx_repeats_it(
    hear: Hear,
) -> None:
    listener = hear(f"{PAGE}\n{DOCUTILS}")
    assert listener.findings == {EMPHASIS}
    assert listener.pages == {"page"}


def test_what_sphinx_says_while_pages_are_written_is_heard_with_its_line(hear: Hear) -> None:
    listener = hear(f"{PAGE}{UNKNOWN}", show_warning_types=True)
    assert listener.findings == {LABEL}
    assert listener.pages == {"page"}


def test_the_kind_of_a_warning_that_sphinx_appends_is_no_part_of_what_is_said(hear: Hear) -> None:
    listener = hear(PAGE)
    logging.getLogger("book").warning("a formula $x_{[1]}$ [parity.pair]")
    assert listener.findings == {Finding("", 0, "a formula $x_{[1]}$")}


def test_all_things_are_heard_and_a_thing_that_is_said_twice_once(hear: Hear) -> None:
    listener = hear(f"{PAGE}{UNKNOWN}{DOCUTILS}\n{DOCUTILS}")
    assert listener.findings == {LABEL, EMPHASIS, EMPHASIS._replace(line=15)}


def test_what_is_suppressed_is_not_heard(hear: Hear) -> None:
    listener = hear(f"{PAGE}{UNKNOWN}\n{DOCUTILS}", suppress_warnings=["ref.ref", "docutils"])
    assert listener.findings == set()
    assert listener.pages == set()


@pytest.mark.parametrize("location", [None, "references.bib:3"])
def test_what_is_said_of_no_page_is_of_the_first(hear: Hear, location: str | None) -> None:
    listener = hear(PAGE)
    logging.getLogger("book").warning("no place for %s", "it", location=location)
    file, _, line = (location or "").partition(":")
    assert listener.findings == {Finding(file, int(line or 0), "no place for it")}
    assert listener.pages == {"index"}


def test_what_is_said_without_a_place_is_of_the_page_that_is_being_read(hear: Hear) -> None:
    listener = hear(PAGE)
    listener.app.env.current_document.docname = "page"
    logging.getLogger("book").warning("no place")
    assert listener.pages == {"page"}
