"""What a page says of itself to others, with and without the site's address."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.utils import new_document
from hypothesis import example, given
from hypothesis import strategies as st

from book._ext.site.metadata import LENGTH, describe
from tests.book.site.small_site import build_site

BASE = "https://example.org/book"


def document(*paragraphs: str) -> nodes.document:
    page = new_document("page", get_default_settings())
    page += [nodes.paragraph("", text) for text in paragraphs]
    return page


def test_a_description_is_the_first_paragraph_that_says_something() -> None:
    assert describe(document()) == ""
    assert describe(document("", " ", "a\n b", "c")) == "a b"


@example("好" * LENGTH)
@example("好" * (LENGTH + 1))
@example("long " * LENGTH)
@given(st.text(alphabet="a 好\n", min_size=1, max_size=3 * LENGTH))
def test_a_description_is_cut_to_what_is_shown_and_says_so(text: str) -> None:
    words, shown = " ".join(text.split()), describe(document(text))
    assert len(shown) <= LENGTH
    assert shown == words or (shown[-1] == "…" and words.startswith(shown[:-1].rstrip()))
    assert shown == words or len(words) > LENGTH


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> dict[str, BeautifulSoup]:
    """Return the pages of a site that knows its address."""
    folder = tmp_path_factory.mktemp("known")
    built = build_site(folder, edition="en", environment={"BOOK_URL": BASE})
    return {name: BeautifulSoup(built.html(name), "html.parser") for name in ("index", "page")}


def data_of(page: BeautifulSoup) -> dict[str, Any]:
    [script] = page.find_all("script", type="application/ld+json")
    data: dict[str, Any] = json.loads(script.string or "")
    return data


def property_of(page: BeautifulSoup, name: str) -> str:
    [tag] = page.find_all("meta", property=name)
    return str(tag["content"])


def test_a_chapter_tells_its_book_its_address_and_its_language(
    known: dict[str, BeautifulSoup],
) -> None:
    data = data_of(known["page"])
    assert data["@context"] == "https://schema.org"
    assert data["@type"] == "Chapter"
    assert data["name"] == "A page"
    assert data["url"] == f"{BASE}/en/page.html"
    assert data["inLanguage"] == ["en"]
    assert data["description"] == "An English paragraph, formula x."
    assert data["isPartOf"]["@type"] == "Book"
    assert data["isPartOf"]["url"] == f"{BASE}/en/index.html"


def test_the_front_page_is_the_book_itself(known: dict[str, BeautifulSoup]) -> None:
    data = data_of(known["index"])
    assert data["@type"] == "Book"
    assert data["name"] == "Concepts in Deep Learning"
    assert data["url"] == f"{BASE}/en/index.html"
    assert "isPartOf" not in data


def test_a_page_carries_a_card_with_a_picture_that_the_site_holds(
    known: dict[str, BeautifulSoup],
) -> None:
    page = known["page"]
    assert property_of(page, "og:image") == f"{BASE}/en/_static/card.png"
    assert property_of(page, "og:title") == "A page"
    assert property_of(page, "og:type") == "article"
    assert property_of(known["index"], "og:type") == "book"
    [described] = page.find_all("meta", attrs={"name": "description"})
    assert property_of(page, "og:description") == described["content"]
    assert str(described["content"]).startswith("An English paragraph")


def test_the_picture_of_the_card_is_there(tmp_path: Path) -> None:
    built = build_site(tmp_path)
    assert (built.app.outdir / "_static" / "card.png").stat().st_size > 0


def test_the_parallel_edition_has_two_languages_and_points_to_the_chinese(tmp_path: Path) -> None:
    built = build_site(tmp_path, edition="zh-en", environment={"BOOK_URL": BASE})
    data = data_of(BeautifulSoup(built.html(), "html.parser"))
    assert data["inLanguage"] == ["zh-Hans", "en"]
    assert data["url"] == f"{BASE}/zh/page.html"


def test_without_an_address_there_is_a_description_and_nothing_else(tmp_path: Path) -> None:
    page = BeautifulSoup(build_site(tmp_path, edition="en").html(), "html.parser")
    assert page.find("meta", attrs={"name": "description"}) is not None
    assert page.find("meta", property="og:image") is None
    assert page.find("script", type="application/ld+json") is None
