"""What a page says of itself to others, and the files at the root, with and without an address."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from docutils import nodes

from book._ext.languages.bilingual import spoken
from book._ext.site.colophon import last_commit
from book._ext.site.metadata import LENGTH, describe
from book._ext.site.root_pages import write_root
from tests.book.conftest import SmallBook

BASE = "https://example.org/book"


def test_a_page_with_an_address_carries_card_and_structured_data(
    small_book: SmallBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOOK_URL", BASE)
    monkeypatch.setenv("BOOK_ISSUES", "https://example.org/issues")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    code, output = small_book.make("execute", "html-en")
    assert code == 0, output
    page = small_book.html("en")
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found
    data = json.loads(found[1])
    assert data["@type"] == "Chapter"
    assert data["url"] == f"{BASE}/en/page.html"
    assert data["inLanguage"] == ["en"]
    assert data["isPartOf"]["@type"] == "Book"
    assert f'<meta property="og:image" content="{BASE}/en/_static/card.png">' in page
    assert '<meta name="description" content="An English paragraph' in page
    assert "1970-01-02" in page
    assert 'href="https://example.org/issues"' in page
    card = small_book.folder / "_build" / "html" / "en" / "_static" / "card.png"
    assert card.stat().st_size > 0
    styles = (card.parent / "bundle.css").read_text("utf-8")
    assert 'html[data-theme="dark"] .highlight' in styles  # else code is dark on dark


def test_the_map_names_each_page_in_each_language_with_its_translations(tmp_path: Path) -> None:
    write_root(tmp_path, BASE, ["index", "page"])
    urls = ElementTree.parse(tmp_path / "sitemap.xml").getroot()
    places = [url[0].text for url in urls]
    assert places == [f"{BASE}/{e}/{p}.html" for p in ("index", "page") for e in ("zh", "en")]
    assert [link.get("hreflang") for link in urls[0][1:]] == ["zh-Hans", "en"]
    assert 'href="/book/zh/index.html"' in (tmp_path / "404.html").read_text("utf-8")
    assert f'rel="canonical" href="{BASE}/index.html"' in (tmp_path / "index.html").read_text()
    write_root(tmp_path, "", ["index", "page"])
    assert not (tmp_path / "sitemap.xml").exists()
    for name in ("index.html", "404.html"):
        assert "https:" not in (tmp_path / name).read_text("utf-8")


def test_a_description_is_the_first_paragraph_cut_to_what_is_shown() -> None:
    document = nodes.document(None, None)  # type: ignore[arg-type]
    assert describe(document) == ""
    document += [nodes.paragraph(text=""), nodes.paragraph(text="a\nb"), nodes.paragraph(text="c")]
    assert describe(document) == "a b"
    document[1].replace_self(nodes.paragraph(text="long " * 99))
    assert len(describe(document)) <= LENGTH
    assert describe(document).endswith("…")


def test_words_of_the_site_are_marked_where_two_languages_meet() -> None:
    assert spoken("en", "搜索", "a < b") == "a &lt; b"
    assert spoken("zh-en", "搜索", "Search") == (
        '<span class="zh" lang="zh-Hans">搜索</span> <span class="en" lang="en">Search</span>'
    )


def test_the_version_is_the_last_commits_never_the_clocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert last_commit(tmp_path) == ("", "")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert last_commit(tmp_path) == ("", "1970-01-01")
    assert last_commit()[1] == "1970-01-01"
