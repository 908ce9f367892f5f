"""A page that something was said of is read again by every build, until nothing is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.errors import SphinxError

from book._ext.findings import Finding
from tests.book.app import Build, Built

EXTENSIONS = ("book._ext.build.listener", "book._ext.build.again")
INDEX = "(index)=\n# Book\n\n```{toctree}\none\ntwo\n```\n"
BOOK = {"index": INDEX, "one": "(one)=\n# One\n", "two": "(two)=\n# Two\n"}
DOCUTILS = "\n```{eval-rst}\nA *word\n```\n"
UNKNOWN = "\n{ref}`missing`\n"
READS = re.compile(r"reading sources\.\.\. \[ *\d+%\] (\w+)")


def book(**pages: str) -> dict[str, str]:
    """Return the book, with something added to pages."""
    return {name: text + pages.get(name, "") for name, text in BOOK.items()}


def read(built: Built) -> list[str]:
    """Return the pages that a build read."""
    return READS.findall(built.printed)


def heard(built: Built) -> set[Finding]:
    """Return what was wrong."""
    return built.app.listener.findings  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize(
    ("fault", "said"),
    [(DOCUTILS, "Inline emphasis"), (UNKNOWN, "undefined label")],
    ids=["found as it is read", "found as it is written"],
)
def test_a_page_with_a_fault_is_read_by_every_build_until_it_is_mended_and_no_other_is(
    build: Build, fault: str, said: str
) -> None:
    first = build(book(two=fault), *EXTENSIONS, warns=[said])
    assert read(first) == ["index", "one", "two"]
    for _ in range(2):
        again = build(book(two=fault), *EXTENSIONS, warns=[said])
        assert read(again) == ["two"]
        assert heard(again) == heard(first)
        assert len(heard(again)) == 1
    assert read(build(book(two=""), *EXTENSIONS)) == ["two"]
    assert read(build(book(two=""), *EXTENSIONS)) == []


def test_a_page_that_no_contents_list_is_said_to_be_so_by_every_build(build: Build) -> None:
    pages = {**BOOK, "three": "(three)=\n# Three\n"}
    for names in (["index", "one", "three", "two"], ["three"], ["three"]):
        built = build(pages, *EXTENSIONS, warns=["document isn't included in any toctree"])
        assert read(built) == names


def test_pages_that_are_read_together_know_nothing_of_what_the_others_had(build: Build) -> None:
    section = "\n(moved)=\n## Moved\n"
    build(book(two=section), *EXTENSIONS)
    built = build(book(one=section), *EXTENSIONS)  # else "duplicate label moved", in `one`
    assert read(built) == ["one", "two"]


# ------------------------------------------------------------------ builds that break off


@pytest.mark.parametrize("fault", [DOCUTILS, UNKNOWN])
@pytest.mark.parametrize("error", [SphinxError("broken"), KeyboardInterrupt()], ids=repr)
def test_a_build_that_breaks_off_or_is_killed_loses_no_warning(
    build: Build, monkeypatch: pytest.MonkeyPatch, fault: str, error: BaseException
) -> None:
    write = StandaloneHTMLBuilder.write_doc

    def break_off(builder: Any, docname: str, doctree: Any) -> None:
        write(builder, docname, doctree)
        if docname == "one":
            raise error

    build(BOOK, *EXTENSIONS)
    monkeypatch.setattr(StandaloneHTMLBuilder, "write_doc", break_off)
    with pytest.raises(type(error)):
        build(book(one=fault), *EXTENSIONS, warns=None)
    monkeypatch.undo()
    built = build(book(one=fault), *EXTENSIONS, warns=None)
    assert [finding.file.rpartition("/")[2] for finding in heard(built)] == ["one.md"]


# ------------------------------------------------------------------ some pages now, others later


OTHER = {"myst_heading_anchors": 1}  # a setting that all pages are read again for


def test_a_build_that_reads_some_pages_leaves_the_others_to_the_next(build: Build) -> None:
    build(BOOK, *EXTENSIONS)
    assert read(build(BOOK, *EXTENSIONS, read_only=["two"], **OTHER)) == ["two"]
    assert read(build(BOOK, *EXTENSIONS, **OTHER)) == ["index", "one"]


def test_a_page_that_was_edited_is_read_since_others_may_lead_to_what_is_new(build: Build) -> None:
    to_new = book(one="\n{ref}`new`\n")
    build(to_new, *EXTENSIONS, warns=["undefined label: 'new'"])
    pages = {**to_new, **book(two="\n(new)=\n## New\n"), "one": to_new["one"]}
    built = build(pages, *EXTENSIONS, read_only=["one"], **OTHER)
    assert read(built) == ["one", "two"]


def test_the_page_of_references_is_read_when_the_works_were_edited_since_others_may_cite_a_new_one(
    build: Build, tmp_path: Path
) -> None:
    works = tmp_path / "works.bib"
    entry = "@book{{{}, author = {{{}}}, title = {{A}}, year = {{2000}}, publisher = {{B}}}}\n"
    settings = {"bibtex_bibfiles": [str(works)], "bibtex_default_style": "unsrt"}
    extensions = ("sphinxcontrib.bibtex", "book._ext.site.numbering", *EXTENSIONS)
    pages = book(one="\n{cite}`old`\n", two="\n```{bibliography}\n```\n")
    works.write_text(entry.format("old", "Ann Old"), "utf-8")
    build(pages, *extensions, **settings)
    works.write_text(entry.format("old", "Ann Old") + entry.format("new", "Bo New"), "utf-8")
    pages["one"] += "\n{cite}`new`\n"
    built = build(pages, *extensions, read_only=["one"], **settings)
    assert read(built) == ["one", "two"]


def test_a_page_with_a_fault_that_is_left_out_is_not_forgotten(build: Build) -> None:
    build(book(one=DOCUTILS), *EXTENSIONS, warns=["Inline emphasis"])
    assert read(build(book(one=DOCUTILS), *EXTENSIONS, read_only=["two"])) == []
    built = build(book(one=DOCUTILS), *EXTENSIONS, warns=["Inline emphasis"])
    assert read(built) == ["one"]


def test_a_page_that_was_never_read_is_read_whatever_is_asked_for(build: Build) -> None:
    some = {"read_only": ["one"]}
    assert read(build(BOOK, *EXTENSIONS, **some)) == ["index", "one", "two"]
    new = {**BOOK, "three": "---\norphan: true\n---\n# Three\n"}
    assert read(build(new, *EXTENSIONS, **some, **OTHER)) == ["one", "three"]
