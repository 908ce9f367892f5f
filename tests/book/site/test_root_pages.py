"""The files at the root of the site, with and without its address."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from book._ext.paths import BOOK
from book._ext.site.root_pages import sitemap, write_root

BASE = "https://example.org/book"
NAMESPACES = {
    "map": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "xhtml": "http://www.w3.org/1999/xhtml",
}


def test_the_map_names_each_page_in_each_language_with_its_translations(tmp_path: Path) -> None:
    write_root(tmp_path, BASE)
    urls = ElementTree.parse(tmp_path / "sitemap.xml").getroot()
    places = [url.findtext("map:loc", namespaces=NAMESPACES) for url in urls]
    names = sorted(page.stem for page in BOOK.glob("*.md"))
    assert places == [f"{BASE}/{e}/{p}.html" for p in names for e in ("zh", "en")]
    for url, name in zip(urls, [name for name in names for _ in "ab"], strict=True):
        links = url.findall("xhtml:link", NAMESPACES)
        assert {link.get("hreflang"): link.get("href") for link in links} == {
            "zh-Hans": f"{BASE}/zh/{name}.html",
            "en": f"{BASE}/en/{name}.html",
        }


def test_an_address_with_an_ampersand_stays_an_address() -> None:
    base = "https://example.org/?a=1&b=2"
    [first, _] = ElementTree.fromstring(sitemap(base, ["page"]).encode())
    assert first.findtext("map:loc", namespaces=NAMESPACES) == f"{base}/zh/page.html"


@pytest.mark.parametrize("name", ["index.html", "404.html"])
@pytest.mark.parametrize("base", ["", BASE])
def test_a_root_page_leads_to_every_edition(tmp_path: Path, name: str, base: str) -> None:
    write_root(tmp_path, base)
    page = BeautifulSoup((tmp_path / name).read_text("utf-8"), "html.parser")
    links = {str(link["href"]) for link in page.find_all("a")}
    # the page for dead links is shown at any depth: its links start from the root of the server
    start = ("/book/" if base else "/") if name == "404.html" else ""
    assert links >= {f"{start}{edition}/index.html" for edition in ("zh", "en", "zh-en")}


def test_without_an_address_there_is_no_map_and_no_absolute_link(tmp_path: Path) -> None:
    write_root(tmp_path, BASE)
    canonical = f'rel="canonical" href="{BASE}/index.html"'
    assert canonical in (tmp_path / "index.html").read_text("utf-8")
    write_root(tmp_path, "")
    assert not (tmp_path / "sitemap.xml").exists()
    for name in ("index.html", "404.html"):
        assert re.findall("https?:", (tmp_path / name).read_text("utf-8")) == []


def test_what_stands_already_is_not_written_again(tmp_path: Path) -> None:
    write_root(tmp_path, BASE)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    write_root(tmp_path, BASE)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before
