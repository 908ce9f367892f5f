"""A reader who does not wait, on a slow network: acts early, twice, or elsewhere meanwhile."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.site.built import EDITIONS
from tests.site.test_live_formulas import LABEL, PAGE
from tests.site.test_search import FIELD, HITS, ask
from tests.site.visit import PHONE

PREVIEW = "#preview"
ON_PAGE = "article a.internal[href='#equation-eq-gradient-norm']"
ELSEWHERE = "article a.internal[href='glossary.html#term-inner-product']"


class Held:
    """What a page fetches of some files waits until it is let go."""

    def __init__(self, page: Page, pattern: str, kind: str) -> None:
        self.page, self.kind = page, kind
        self.waiting: list[Route] = []
        self.is_open = False
        page.route(pattern, self.take)

    def take(self, route: Route) -> None:
        if self.is_open or route.request.resource_type != self.kind:
            route.continue_()
        else:
            self.waiting.append(route)

    def let_go(self) -> None:
        """Let what waits go on, once there is something, and all that comes later."""
        while not self.waiting:
            self.page.wait_for_timeout(20)
        self.is_open = True
        for route in self.waiting:
            route.continue_()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, has_touch=True, service_workers="block")
    yield context.new_page()
    context.close()


# ------------------------------------------------------------------ a page on its way

IN_PIECES = """async ([address, place]) => {
  const text = await (await fetch(address)).text();
  const cut = text.indexOf(place);
  let shift = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { value } of list.getEntries()) shift += value;
  });
  observer.observe({ type: "layout-shift" });
  const seen = () => new Promise((done) => setTimeout(done, 300));
  document.open();
  document.write(text.slice(0, cut));
  await seen();
  const first = document.body.innerText.length;
  document.write(text.slice(cut));
  document.close();
  await seen();
  return [cut, shift, first, document.body.innerText.length];
}"""


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(
    "place",
    ['<button class="btn btn-sm pst-navbar-icon search', '"cell_output', "<figure", "<figcaption"],
    ids=["header", "cell", "figure", "caption"],
)
def test_the_front_page_comes_in_pieces_and_moves_nothing(
    page: Page, address: str, width: int, edition: str, place: str
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}/{edition}/about.html")
    index = f"{address}/{edition}/index.html"
    cut, shift, first, whole = page.evaluate(IN_PIECES, [index, place])
    assert cut > 0
    assert 0 < first < whole
    assert shift < 0.001


# ------------------------------------------------------------------ previews


def test_a_reference_has_its_preview_though_another_s_is_open(page: Page, address: str) -> None:
    page.goto(f"{address}/en/gradient.html")
    page.keyboard.press("Tab")  # from here on the focus is seen
    page.locator(ON_PAGE).first.focus()
    expect(page.locator(PREVIEW)).to_be_visible()
    page.locator(ELSEWHERE).first.focus()
    expect(page.locator(ELSEWHERE).first).to_have_attribute("aria-describedby", "preview")


def test_a_preview_that_comes_late_comes_to_who_is_still_there(page: Page, address: str) -> None:
    page.goto(f"{address}/en/gradient.html")
    held = Held(page, "**/glossary.html", "fetch")
    page.keyboard.press("Tab")
    page.locator(ELSEWHERE).first.focus()
    page.locator(".theme-switch-button").first.focus()
    with page.expect_response("**/glossary.html") as answer:
        held.let_go()
    answer.value.finished()
    page.wait_for_timeout(200)
    expect(page.locator(PREVIEW)).to_be_hidden()


def test_a_second_tap_goes_before_the_preview_has_come(phone: Page, address: str) -> None:
    phone.goto(f"{address}/zh/equations.html")
    Held(phone, "**/gradient.html", "fetch")
    link = phone.locator("article a[href='gradient.html#equation-eq-gradient']").first
    link.tap()
    link.tap()
    phone.wait_for_url("**/gradient.html#equation-eq-gradient")


def test_a_preview_that_failed_is_fetched_again(page: Page, address: str) -> None:
    page.goto(f"{address}/en/gradient.html")
    page.route("**/glossary.html", lambda route: route.abort(), times=1)
    link = page.locator(ELSEWHERE).first
    with page.expect_event("requestfailed"):
        link.hover()
    expect(page.locator(PREVIEW)).to_be_hidden()
    page.mouse.move(0, 0)
    link.hover()
    expect(page.locator(PREVIEW)).to_be_visible()


# ------------------------------------------------------------------ search and the formula sheet


def test_a_search_that_could_not_load_tries_again(page: Page, address: str) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.route("**/search-index.js*", lambda route: route.abort())
    page.goto(f"{address}/en/index.html")
    page.keyboard.press("/")
    page.fill(FIELD, "dropout")
    expect(page.locator("#search-status")).to_have_text("The search index could not be loaded")
    page.unroute("**/search-index.js*")
    ask(page, "ridge")
    expect(page.locator(HITS).first).to_be_visible()
    assert faults == []


def test_what_is_asked_of_the_search_page_before_its_script_runs_is_found(
    page: Page, address: str
) -> None:
    held = Held(page, "**/bundle.js*", "script")
    page.goto(f"{address}/en/search.html", wait_until="commit")
    page.locator(".bd-search-container input").fill("dropout")
    held.let_go()
    expect(page.locator("#search-results li a").first).to_be_visible()


def test_after_back_the_formula_sheet_is_filtered_as_its_field_says(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/en/equations.html")
    page.locator(".sheet-filter input").fill("ridge")
    rows = page.locator(".formula-sheet li:visible")
    number = rows.count()
    rows.first.locator("> a").click()
    page.wait_for_url("**/*#equation-*")
    page.go_back()
    expect(page.locator(".sheet-filter input")).to_have_value("ridge")
    expect(rows).to_have_count(number)


# ------------------------------------------------------------------ figures


def test_a_phone_that_is_turned_while_a_figure_comes_gets_the_other_variant(
    phone: Page, address: str
) -> None:
    faults: list[str] = []
    phone.on("pageerror", lambda fault: faults.append(str(fault)))
    phone.goto(f"{address}/zh/gradient-descent.html")
    figure = phone.locator("[data-explore]").first
    held = Held(phone, f"**/{figure.get_attribute('data-narrow')}", "script")
    figure.locator("input").first.tap()
    phone.set_viewport_size({"width": 844, "height": 390})
    held.let_go()
    svg = figure.locator("svg")
    expect(svg).to_have_count(1)
    wide = svg.get_attribute("viewBox") or ""
    # and while it moves
    phone.evaluate(
        """() => {
          const slider = document.querySelector("[data-explore] input");
          setInterval(() => slider.dispatchEvent(new Event("input")), 1);
        }"""
    )
    phone.set_viewport_size(PHONE)
    expect(svg).not_to_have_attribute("viewBox", wide)
    phone.set_viewport_size({"width": 844, "height": 390})
    expect(svg).to_have_attribute("viewBox", wide)
    assert faults == []


# ------------------------------------------------------------------ live pages


def test_two_clicks_on_edit_open_one_editor(page: Page, strict: str) -> None:
    page.goto(f"{strict}/en/gradient.html")
    held = Held(page, "**/editor.mjs", "script")
    edit = page.locator("article div.cell button[data-live=edit]").first
    edit.dblclick()
    held.let_go()
    expect(page.locator(".cm-content").first).to_be_focused()
    expect(page.locator(".cm-editor")).to_have_count(1)


def test_a_hint_is_of_the_answer_that_was_checked(page: Page, strict: str) -> None:
    page.set_default_timeout(60_000)
    page.goto(f"{strict}/en/loss.html")
    box = page.locator("#try-mean-loss-derivative")
    box.locator("[data-live=answer]").click()
    box.locator("[data-live=latex]").fill(r"\hat{y}_i - y_i")
    box.locator("[data-live=check]").click()
    verdict = box.locator("[data-live=verdict]")
    expect(verdict).to_have_attribute("data-state", "wrong", timeout=60_000)
    box.evaluate(
        """(box) => {
          box.querySelector("[data-live=hint]").click();
          const field = box.querySelector("[data-live=latex]");
          field.value = "1";
          field.dispatchEvent(new Event("input"));
          box.querySelector("[data-live=check]").click();
        }"""
    )
    expect(verdict).to_have_attribute("data-state", "wrong", timeout=60_000)
    expect(box.locator(".try-hint")).to_have_count(0)
    box.locator("[data-live=hint]").click()
    expect(box.locator(".try-hint")).to_contain_text("There are no more hints")


def test_the_field_of_a_formula_is_as_high_as_what_it_holds_though_styles_come_late(
    page: Page, strict: str
) -> None:
    held = Held(page, "**/formulas.css", "stylesheet")
    page.goto(f"{strict}/en/{PAGE}.html")
    math = page.locator(f"#equation-{LABEL}")
    math.locator("summary").click()
    math.locator("[data-live=break]").click()
    field = page.locator("[data-live=latex]")
    expect(field).to_have_value(re.compile("."))
    held.let_go()
    expect(page.locator(".live-formula")).to_have_css("border-left-style", "dashed")
    expect(field).to_be_focused()
    heights = field.evaluate(
        """(field) => {
          const given = field.offsetHeight;
          field.style.height = "auto";
          return [given, field.scrollHeight + 2];
        }"""
    )
    assert heights[0] == pytest.approx(heights[1], abs=3)
