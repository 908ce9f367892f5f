"""A fault is said in one line, with file and line, and by the book alone."""

from __future__ import annotations

import pytest

from tests.book.app import PAGE, Build

EXTENSIONS = tuple(f"book._ext.languages.{part}" for part in ("bilingual", "messages"))
INDEX = "(index)=\n# {zh}`书`{en}`Book`\n\n```{toctree}\npage\n```\n"


@pytest.mark.parametrize("builder", ["html", "dummy"])
def test_a_page_that_no_contents_list_is_named_with_its_line(build: Build, builder: str) -> None:
    lost = PAGE.replace("(page)", "(lost)")
    said = "lost.md:1: WARNING: no reader finds this page: add lost to the toctree of index.md"
    pages = {"index": INDEX, "page": PAGE, "lost": lost}
    build(pages, *EXTENSIONS, builder=builder, warns=[said])
    build({**pages, "index": INDEX.replace("page\n", "page\nlost\n")}, *EXTENSIONS)


def test_a_page_that_says_it_is_an_orphan_is_left_in_peace(build: Build) -> None:
    orphan = "---\norphan: true\nfile_format: mystnb\nkernelspec: {name: python3}\n---\n"
    lost = orphan + PAGE.replace("(page)", "(lost)")
    build({"index": INDEX, "page": PAGE, "lost": lost}, *EXTENSIONS, builder="dummy")


def test_a_cell_inside_a_block_is_named_once(build: Build) -> None:
    text = PAGE + "\n:::{zh}\n```{code-cell}\n1\n```\n:::\n:::{en}\nOne.\n:::\n"
    said = ["page.md:23: WARNING: a code cell must stand at top level"]
    build(text, *EXTENSIONS, builder="dummy", warns=said)


def test_a_page_without_a_title_is_named_once_whatever_the_number_of_pages(build: Build) -> None:
    pages = {"index": INDEX, "page": PAGE.replace("# {zh}", "## {zh}")}
    build(pages, *EXTENSIONS, warns=["page.md:6: WARNING: the page has no title: write one"])
