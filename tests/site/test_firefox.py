"""Firefox shows the book, too: formulas, and whatever a reader does first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.site.built import EDITIONS
from tests.site.firefox import Firefox

pytestmark = pytest.mark.xdist_group("firefox")  # which one worker starts


@pytest.fixture
def fox(firefox: Firefox) -> Iterator[Firefox]:
    firefox.faults.clear()
    yield firefox
    assert firefox.faults == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_front_page_opens(fox: Firefox, address: str, edition: str) -> None:
    fox.go_to(f"{address}/{edition}/index.html")
    assert fox.value("document.querySelector('article h1').checkVisibility()")


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_page_shows_its_formulas(fox: Firefox, address: str, edition: str) -> None:
    fox.go_to(f"{address}/{edition}/gradient.html")
    sizes = fox.value(
        """[...document.querySelectorAll("div.math .katex-html")].map((formula) => {
          const { width, height } = formula.getBoundingClientRect();
          return [formula.checkVisibility() ? 1 : 0, width, height];
        })"""
    )
    assert len(sizes) > 10
    assert all(width > 20 and height > 15 for visible, width, height in sizes if visible)


def test_the_search_finds(fox: Firefox, address: str) -> None:
    fox.go_to(f"{address}/en/search.html?q=hillside")
    fox.wait_for("document.querySelector('#search-results li a') !== null")
    assert "gradient" in fox.value("document.querySelector('#search-results li a').href")


def test_a_fold_opens_by_a_click_and_by_a_link(fox: Firefox, address: str) -> None:
    fox.go_to(f"{address}/en/gradient.html")
    fold = "document.querySelector('details.solution')"
    assert fox.value(f"{fold}.open") is False
    fox.value(f"{fold}.querySelector('summary').click()")
    assert fox.value(f"{fold}.open") is True
    fox.go_to(f"{address}/en/errata.html#errata-sign")
    fox.wait_for("document.getElementById('errata-sign').closest('details').open")


def test_the_language_switch_leads_to_the_same_page(fox: Firefox, address: str) -> None:
    fox.go_to(f"{address}/en/gradient.html")
    fox.value("document.querySelector('.language-switch [data-edition=zh]').click()")
    fox.wait_for("location.pathname === '/zh/gradient.html' && document.readyState === 'complete'")
