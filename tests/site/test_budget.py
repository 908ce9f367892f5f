"""What a first visit costs a reader: bytes, requests and shifts of layout, page by page.

Times and scores depend on the machine: ``make bench`` reports them.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from tests.site.built import EVERY_PAGE, SITE
from tests.site.visit import DESKTOP, PHONE, visit

BYTES, FIGURE_BYTES, REQUESTS, SHIFT = 300_000, 60_000, 25, 0.01


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_a_first_visit_stays_within_its_budget(browser: Browser, address: str, name: str) -> None:
    viewport = DESKTOP if name.startswith("zh-en/") else PHONE
    seen = visit(browser, f"{address}/{name}.html", viewport=viewport)
    sizes = dict(sorted(seen.transferred.items(), key=lambda item: -item[1]))
    assert seen.besides_figures() <= BYTES, sizes
    assert len(sizes) <= REQUESTS, sizes
    assert seen.shift <= SHIFT
    figures = {url: size for url, size in sizes.items() if "/_images/" in url}
    assert all(url.endswith(".svg") and size < FIGURE_BYTES for url, size in figures.items())


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_a_page_loads_one_style_sheet_and_one_script_that_waits(name: str) -> None:
    page = (SITE / f"{name}.html").read_text("utf-8")
    assert len(re.findall(r'<link rel="stylesheet"', page)) == 1
    scripts = re.findall(r"<script[^>]* src=[^>]*>", page)
    assert len(scripts) == 1
    assert "defer" in scripts[0]


def test_no_icon_of_the_theme_is_without_a_drawing(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    page.goto(f"{address}/zh/gradient.html")
    page.wait_for_selector("html[data-theme=light]")
    undrawn = page.locator("i[class*='fa-']").evaluate_all(
        """all => all.filter((icon) => !getComputedStyle(icon, "::before").maskImage.includes("svg"))
                     .map((icon) => icon.className)"""
    )
    assert page.locator("i[class*='fa-']").count() > 10
    assert undrawn == []
    context.close()
