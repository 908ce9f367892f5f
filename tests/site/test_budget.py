"""What a first visit costs a reader: bytes, requests and shifts of layout, page by page.

Times and scores depend on the machine: ``make bench`` reports them.
"""

from __future__ import annotations

import re
from functools import partial

import pytest
from playwright.sync_api import Browser, Route, ViewportSize

from book._ext.site.bundle import THEME_STYLES, join_styles
from tests.site.built import EVERY_PAGE, ROOT, SITE
from tests.site.conftest import See
from tests.site.server import serve
from tests.site.visit import DESKTOP, OBSERVE, PHONE

BYTES, FIGURE_BYTES, REQUESTS, SHIFT = 200_000, 60_000, 25, 0.01


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_a_first_visit_stays_within_its_budget(sight: See, name: str) -> None:
    seen = sight(name).visit
    sizes = dict(sorted(seen.transferred.items(), key=lambda item: -item[1]))
    assert seen.besides_figures() <= BYTES, sizes
    assert len(sizes) <= REQUESTS, sizes
    assert seen.shift <= SHIFT
    assert not any("/fonts/" in url for url in sizes), "letters that math_fonts.py has not found"
    figures = {url: size for url, size in sizes.items() if "/_images/" in url}
    assert all(url.endswith(".svg") and size < FIGURE_BYTES for url, size in figures.items())


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP])
def test_nothing_moves_while_a_page_comes_over_a_slow_line(
    browser: Browser, viewport: ViewportSize
) -> None:
    context = browser.new_context(viewport=viewport)
    context.add_init_script(OBSERVE)
    page = context.new_page()
    with serve(SITE, pause=b'<div class="equation">') as address:  # of the first formula
        for name in ("dropout", "weight-decay", "convolution"):
            page.goto(f"{address}/zh/{name}.html")
            page.wait_for_function("painted")
            assert page.evaluate("shift") == 0, name
    context.close()


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_a_page_loads_one_style_sheet_and_one_script_that_waits(name: str) -> None:
    page = (SITE / f"{name}.html").read_text("utf-8")
    assert len(re.findall(r'<link rel="stylesheet"', page)) == 1
    scripts = re.findall(r"<script[^>]* src=[^>]*>", page)
    assert len(scripts) == 1 + ("data-explore" in page), "that of figures that move, and no other"
    assert all("defer" in script for script in scripts)


def test_no_icon_of_the_theme_is_without_a_drawing(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    page.goto(f"{address}/zh/gradient.html")
    page.wait_for_selector("html[data-theme=light]")
    undrawn = page.locator("i[class*='fa-']").evaluate_all(
        """all => all
          .filter((icon) => !getComputedStyle(icon, "::before").maskImage.includes("svg"))
          .map((icon) => icon.className)"""
    )
    assert page.locator("i[class*='fa-']").count() > 10
    assert undrawn == []
    context.close()


STYLES = """() => [...document.querySelectorAll("body, body *")].map((element) => {
  const style = getComputedStyle(element);
  const names = [...style].filter((name) => !name.startsWith("--"));
  return element.tagName + names.map((name) => name + ":" + style.getPropertyValue(name)).join(";");
})"""


def answer(body: str, route: Route) -> None:
    route.fulfill(body=body, content_type="text/css")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_rules_that_were_dropped_change_the_style_of_no_element(
    browser: Browser, address: str, theme: str
) -> None:
    folder = SITE / "en"
    mystnb = next((folder / "_static").glob("mystnb.*.css")).name
    ours = [
        f"_static/{sheet}" for sheet in ("pygments.css", "styles/sphinx-book-theme.css", mystnb)
    ]
    book = re.findall(r'"(css/\w+\.css)"', (ROOT / "conf.py").read_text("utf-8"))
    ours += ["_static/katex.min.css", *(f"_static/{sheet}" for sheet in book)]
    sheets = {sheet: (folder / sheet).read_text("utf-8") for sheet in (*THEME_STYLES, *ours)}
    bundle = (folder / "_static" / "bundle.css").read_text("utf-8")
    letters = [line for line in bundle.splitlines() if "url(data:font/woff" in line]
    whole = join_styles(sheets) + "\n".join(letters)
    assert len(bundle) < len(whole) / 2
    # without service workers, for the button that they bring appears when it can
    context = browser.new_context(viewport=DESKTOP, color_scheme=theme, service_workers="block")
    styles = []
    for body in (bundle, whole):
        page = context.new_page()
        page.route("**/bundle.css*", partial(answer, body))
        page.goto(f"{address}/en/references.html")
        page.add_style_tag(content="* { transition: none !important; animation: none !important }")
        styles.append(page.evaluate(STYLES))
    context.close()
    assert len(styles[0]) > 200
    assert styles[0] == styles[1]
