"""A figure that moves shows the frame that its sliders say, and says what is true of it."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.site.axe import AXE, RUN, leave_alone
from tests.site.built import PAGES, ROOT, SITE

MOVING = [name for name in PAGES if "\nexplore:\n" in (ROOT / f"book/{name}.md").read_text("utf-8")]
LARGEST = 60_000  # bytes of a figure's data, compressed
FRAME = 16  # ms
TIMES = """async () => {
  const slider = document.querySelector("[data-explore] input"), all = [];
  let times;  // of one round; what else the machine does disturbs no frame in all three
  const later = requestAnimationFrame, next = () => new Promise((f) => later(f));
  window.requestAnimationFrame = (work) => later((now) => {
    const start = performance.now();
    work(now);
    document.body.getBoundingClientRect();  // laid out
    times.push(performance.now() - start);
  });
  for (let round = 0; round < 3; round++) {
    all.push((times = []));
    for (let at = 0; at <= +slider.max; at++) {
      slider.value = at;
      slider.dispatchEvent(new Event("input"));
      await next();
      await next();
    }
  }
  const least = all[0].map((_, at) => Math.min(...all.map((round) => round[at])));
  return [times.length, +slider.max + 1, least.sort((a, b) => a - b)];
}"""
DATA = re.compile(r'data-(?:explore|narrow)="([^"]+)"')


def frames_of(edition: str, name: str) -> dict[Path, dict[str, Any]]:
    """Return the data of the moving figures of a page, by their files."""
    page = SITE / edition / f"{name}.html"
    files = [page.parent / address for address in DATA.findall(page.read_text("utf-8"))]
    return {file: json.loads(file.read_text("utf-8").partition("=")[2][:-2]) for file in files}


def drawing(page: Page) -> str:
    return str(page.locator("[data-explore] svg").first.evaluate("(svg) => svg.outerHTML"))


@pytest.mark.parametrize("name", MOVING)
def test_the_data_of_a_figure_are_small_and_the_same_in_all_editions(name: str) -> None:
    files = frames_of("zh", name)
    assert files
    for file in files:
        assert len(gzip.compress(file.read_bytes())) < LARGEST, file.name
    for edition in ("en", "zh-en"):
        assert {file.name for file in frames_of(edition, name)} == {file.name for file in files}


@pytest.mark.parametrize("name", MOVING)
@pytest.mark.parametrize("start", ["file", "http"])
def test_a_slider_moves_picture_and_sentence_by_keyboard_from_a_file_as_well(
    browser: Browser, address: str, name: str, start: str
) -> None:
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    page.goto(f"{(SITE.as_uri() if start == 'file' else address)}/en/{name}.html")
    figure = page.locator("[data-explore]").first
    slider = figure.locator("input[type=range]").first
    place = int(slider.input_value())
    before = slider.get_attribute("aria-valuetext")
    key, back, step = "ArrowRight", "ArrowLeft", 1
    if slider.get_attribute("max") == str(place):
        key, back, step = back, key, -1
    slider.focus()
    expect(figure.locator("svg")).to_have_count(1)
    picture, sentence = drawing(page), figure.locator(".said").inner_text()
    slider.press(key)
    expect(slider).to_have_value(str(place + step))
    expect(slider).not_to_have_attribute("aria-valuetext", before or "")
    value = slider.get_attribute("aria-valuetext")
    expect(figure.locator("output").first).to_have_text(f"= {value}")
    assert drawing(page) != picture
    assert figure.locator(".said").inner_text() != sentence
    slider.press(back)
    expect(slider).to_have_attribute("aria-valuetext", before or "")
    assert drawing(page) == picture
    assert figure.locator(".said").inner_text() == sentence
    context.close()


@pytest.mark.parametrize("name", MOVING)
def test_without_scripts_the_first_frame_stands_and_no_slider_pretends_to_work(
    browser: Browser, address: str, name: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/zh/{name}.html")
    figure = page.locator("[data-explore]").first
    expect(figure.locator("img")).to_be_visible()
    expect(figure.locator("input").first).to_be_hidden()
    expect(figure.locator(".said")).to_be_visible()
    context.close()


@pytest.mark.parametrize("name", MOVING)
def test_every_frame_is_drawn_in_time(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/en/{name}.html")
    slider = page.locator("[data-explore] input").first
    slider.focus()
    expect(page.locator("[data-explore] svg").first).to_be_visible()
    drawn, wanted, took = page.evaluate(TIMES)
    assert drawn == wanted
    assert took[int(0.9 * drawn)] < FRAME


def test_a_phone_moves_the_narrow_variant_and_turning_it_the_wide_one(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, service_workers="block", has_touch=True
    )
    page = context.new_page()
    page.goto(f"{address}/zh/gradient-descent.html")
    figure = page.locator("[data-explore]").first
    slider = figure.locator("input").first
    shown = figure.locator("img").bounding_box()
    slider.tap()
    svg = figure.locator("svg")
    expect(svg).to_have_count(1)
    box = svg.bounding_box()
    assert box
    assert shown
    assert box["width"] == pytest.approx(shown["width"], abs=1)
    narrow = svg.get_attribute("viewBox")
    page.set_viewport_size({"width": 844, "height": 390})
    expect(svg).not_to_have_attribute("viewBox", narrow or "")
    expect(svg).to_have_count(1)
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_once_a_figure_has_moved(
    browser: Browser, address: str, theme: Any
) -> None:
    context = browser.new_context(color_scheme=theme, service_workers="block")
    page = context.new_page()
    page.goto(f"{address}/zh-en/numerical-stability.html")
    for slider in page.locator("[data-explore] input").all():
        slider.press("ArrowLeft")
    expect(page.locator("[data-explore] svg")).to_have_count(1)
    page.evaluate(AXE)
    leave_alone(page.locator("[data-explore]"))
    assert page.evaluate(RUN, {}) == []
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    sliders = [node for node in tree if node.get("role", {}).get("value") == "slider"]
    assert len(sliders) == 2
    assert all("层数" in s["name"]["value"] or "宽度" in s["name"]["value"] for s in sliders)
    context.close()


def test_a_frame_is_enlarged_as_it_is_shown(page: Page, address: str) -> None:
    page.goto(f"{address}/en/gradient-descent.html")
    figure = page.locator("[data-explore]").first
    figure.locator("input").first.press("ArrowRight")
    expect(figure.locator("svg")).to_have_count(1)
    page.wait_for_timeout(100)
    figure.locator("svg").click()
    enlarged = page.get_by_role("dialog").locator("svg")
    assert enlarged.inner_html() == figure.locator("svg").inner_html()
    assert enlarged.bounding_box()["width"] > 1.5 * figure.locator("svg").bounding_box()["width"]  # type: ignore[index]


def test_a_page_without_such_a_figure_loads_nothing_for_them() -> None:
    still = set(PAGES) - set(MOVING)
    assert still
    for name in still:
        page = (SITE / "en" / f"{name}.html").read_text("utf-8")
        assert "explore.js" not in page
        assert "data-explore" not in page
