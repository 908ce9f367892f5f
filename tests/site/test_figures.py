"""Figures fit a phone: their text can be read, one variant of each is loaded, a tap enlarges."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page, expect

from book._ext.site.figures import size_of
from tests.site.built import EDITIONS, PAGES, ROOT, SITE
from tests.site.conftest import See
from tests.site.visit import PHONE

SMALLEST = 9  # px
DRAWN = [
    name for name in PAGES if "mystnb:\n  figure:" in (ROOT / f"book/{name}.md").read_text("utf-8")
]
USE, HREF = "{http://www.w3.org/2000/svg}use", "{http://www.w3.org/1999/xlink}href"
LETTER_EM, PX = 100, 4 / 3  # a letter is an outline of 100 units to the em; lengths are in points


@cache
def smallest_letter(path: Path) -> float:
    """Return the size of the smallest letter of a figure, in pixels of CSS where it is not scaled.

    The letters are outlines: a group says how large its text is, and a letter how much smaller.
    """
    sizes = [
        LETTER_EM * scale_of(group) * scale_of(letter) * PX
        for group in ElementTree.parse(path).iter()
        for letter in group.findall(USE)
        if re.fullmatch(r"#[A-Z]\w*-[0-9a-f]+", letter.get(HREF, ""))
    ]
    return min(sizes, default=float("inf"))


def scale_of(element: ElementTree.Element) -> float:
    match = re.search(r"scale\(([\d.]+)", element.get("transform", ""))
    return float(match[1]) if match else 1.0


@pytest.mark.parametrize("name", [f"{edition}/{name}" for edition in EDITIONS for name in DRAWN])
def test_no_letter_of_a_figure_is_too_small_on_a_phone(sight: See, name: str) -> None:
    shown = sight(name).figures
    assert shown
    small: dict[str, Any] = {}
    for source, width in shown:
        path = SITE / name.partition("/")[0] / source
        size = smallest_letter(path) * width / size_of(path.read_bytes())["width"]
        if size < SMALLEST:
            small[source] = size
    assert small == {}


def test_a_figure_has_letters_to_measure() -> None:
    sizes = [smallest_letter(path) for path in (SITE / "zh" / "_images").glob("*.svg")]
    assert sum(size < 20 for size in sizes) > len(sizes) / 2


def test_a_phone_loads_the_narrow_variant_of_a_figure_and_no_other(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(viewport=PHONE, service_workers="block")
    page = context.new_page()
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(f"{address}/en/gradient.html")
    page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
    for image in page.locator("figure img").all():
        image.scroll_into_view_if_needed()
        page.wait_for_function("(image) => image.complete", arg=image.element_handle())
    sources = page.locator("figure source").evaluate_all("all => all.map((s) => s.srcset)")
    figures = [url for url in loaded if "/_images/" in url]
    assert len(sources) == len(figures) > 2
    assert {Path(url).name for url in figures} == {Path(source).name for source in sources}
    context.close()


def test_a_figure_that_a_reader_enlarges_before_it_has_loaded_is_loaded_then(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/en/gradient.html")
    link = page.locator("a.enlarge").last
    assert link.evaluate("(link) => (link.click(), link.querySelector('img').currentSrc)") == ""
    image = page.get_by_role("dialog").locator("img")
    page.wait_for_function("(image) => image.naturalWidth", arg=image.element_handle())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_tap_enlarges_a_figure_and_escape_leads_back(
    browser: Browser, address: str, scheme: Any
) -> None:
    context = browser.new_context(
        viewport=PHONE, service_workers="block", has_touch=True, color_scheme=scheme
    )
    page = context.new_page()
    page.goto(f"{address}/en/gradient.html")
    link = page.locator("a.enlarge").nth(1)
    link.scroll_into_view_if_needed()
    shown = link.locator("img")
    link.tap()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    image = dialog.locator("img")
    page.wait_for_function("(image) => image.naturalWidth", arg=image.element_handle())
    box, before, around = image.bounding_box(), shown.bounding_box(), dialog.bounding_box()
    assert box
    assert before
    assert around
    assert box["width"] > 1.5 * before["width"]
    assert around["width"] <= PHONE["width"]
    assert image.get_attribute("alt") == shown.get_attribute("alt")
    recoloured = image.evaluate("(image) => getComputedStyle(image).filter")
    assert (recoloured != "none") == (scheme == "dark")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Close").tap()
    expect(dialog).to_have_count(0)
    context.close()


def test_without_scripts_a_figure_is_a_link_to_its_file(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/zh/gradient.html")
    page.locator("a.enlarge").first.click()
    page.wait_for_url("**/_images/*.svg")
    assert "<svg" in page.content()
    context.close()
