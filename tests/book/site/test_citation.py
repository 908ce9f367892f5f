"""How a page is cited: both lines and the BibTeX, from CITATION.cff, with version and address."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pybtex.database import parse_string

from book._ext.site.citation import (
    Author,
    Citation,
    bibtex,
    in_chinese,
    in_english,
    read_book,
)
from tests.book.app import PAGE
from tests.book.site.small_site import build_site

AUTHORS = [Author("Lovelace", "Ada"), Author("The A & B Group")]
PAGE_OF_BOOK = Citation(
    AUTHORS, "Costs & 50% of x_1", "Book", "0.1.0", "2026-11-26", "https://a.org/b_c/p.html"
)
WHOLE = PAGE_OF_BOOK._replace(page="")
BARE = Citation([Author("A Group")], "Page", "Book", "0.1.0", "", "")
DAY = {"SOURCE_DATE_EPOCH": "86400", "BOOK_URL": "https://example.org/book"}


def test_the_file_gives_titles_and_authors_persons_and_groups(tmp_path: Path) -> None:
    file = tmp_path / "CITATION.cff"
    file.write_text(
        'title: "Book · 书"\nauthors:\n'
        '  - {family-names: Lovelace, given-names: Ada}\n  - name: "The A & B Group"\n',
        "utf-8",
    )
    assert read_book(file) == ({"zh": "书", "en": "Book"}, AUTHORS)


@pytest.mark.parametrize(
    ("work", "english", "chinese"),
    [
        (
            PAGE_OF_BOOK,
            "Ada Lovelace, The A & B Group (2026). Costs & 50% of x_1. In Book (version 0.1.0, "
            "2026-11-26). https://a.org/b_c/p.html",
            "Ada Lovelace, The A & B Group. Costs & 50% of x_1[EB/OL]//Book. 0.1.0 版. "
            "(2026-11-26). https://a.org/b_c/p.html.",
        ),
        (
            WHOLE,
            "Ada Lovelace, The A & B Group (2026). Book (version 0.1.0, 2026-11-26). "
            "https://a.org/b_c/p.html",
            "Ada Lovelace, The A & B Group. Book[EB/OL]. 0.1.0 版. (2026-11-26). "
            "https://a.org/b_c/p.html.",
        ),
        (BARE, "A Group. Page. In Book (version 0.1.0).", "A Group. Page[EB/OL]//Book. 0.1.0 版."),
    ],
    ids=["page", "book", "neither date nor address"],
)
def test_a_line_of_references(work: Citation, english: str, chinese: str) -> None:
    assert (in_english(work), in_chinese(work)) == (english, chinese)


def test_bibtex_reads_it_as_it_was_meant() -> None:
    entry = parse_string(bibtex(PAGE_OF_BOOK, "key"), "bibtex").entries["key"]
    assert [str(person) for person in entry.persons["author"]] == [
        "Lovelace, Ada",
        "{The A \\& B Group}",
    ]
    assert dict(entry.fields) == {
        "title": r"Costs \& 50\% of x\_1",
        "howpublished": "Book, version 0.1.0",
        "year": "2026",
        "note": "Version of 2026-11-26",
        "url": "https://a.org/b_c/p.html",
    }
    [bare] = parse_string(bibtex(BARE, "key"), "bibtex").entries.values()
    assert set(bare.fields) == {"title", "howpublished"}


@pytest.mark.parametrize(
    ("edition", "titles"),
    [("zh", ["一页"]), ("en", ["A page"]), ("zh-en", ["一页", "A page"])],
)
def test_a_page_is_cited_in_the_languages_of_its_edition(
    tmp_path: Path, edition: str, titles: list[str]
) -> None:
    built = build_site(tmp_path, PAGE, edition, environment=DAY)
    said = BeautifulSoup(built.html(), "html.parser").select(".cite pre")
    lines = [line.get_text() for line in said]
    assert len(lines) == len(titles) + 1
    for line, title in zip(lines, [*titles, titles[-1]], strict=True):
        assert title in line
        assert f"https://example.org/book/{edition}/page.html" in line
        assert built.app.config.version in line
        assert "1970-01-02" in line
    [entry] = parse_string(lines[-1], "bibtex").entries.values()
    assert entry.fields["title"] == titles[-1]
    assert BeautifulSoup(built.html("search"), "html.parser").select(".cite") == []


def test_the_front_page_cites_the_book(tmp_path: Path) -> None:
    built = build_site(tmp_path, PAGE, "en", environment=DAY)
    [plain, entry] = BeautifulSoup(built.html("index"), "html.parser").select(".cite pre")
    assert "In Concepts" not in plain.get_text()
    assert "title = {Concepts in Deep Learning}" in entry.get_text()
    assert built.app.config.author in plain.get_text()
