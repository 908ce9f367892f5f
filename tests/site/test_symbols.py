"""Symbols in formulas explain themselves: to a pointer, a finger, the keyboard, a screen reader."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.site.axe import AXE, RUN, leave_alone
from tests.site.built import PAGES

FORMULA = "#equation-eq-backward-entries"
PHONE = {"width": 390, "height": 844}
# The marks whose first letter is not one of the names in the row that explains it; an entry has the
# small letter of the whole, and rows and columns may have another.
STRANGE = """() => {
  const rows = [...document.querySelectorAll("table.symbols tbody tr")];
  return [...document.querySelectorAll("[data-symbol]")].filter((mark) => {
    const [row, part] = mark.dataset.symbol.split(" ");
    if (!rows[row]) return true;
    const names = rows[row].cells[0].querySelector(".katex-html").textContent;
    const [letter] = mark.textContent.trim();
    if (part === "entry") return !names.toLowerCase().includes(letter.toLowerCase());
    return !part && !names.includes(letter);
  }).map((mark) => `${mark.dataset.symbol}: ${mark.textContent}`);
}"""

# The symbols of displayed formulas whose first letter a pointer does not find.
COVERED = """() => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  return [...document.querySelectorAll(".equation [data-symbol]")].filter((mark) => {
    mark.scrollIntoView({ block: "center", behavior: "instant" });
    const letter = document.createRange();
    letter.setStart(document.createTreeWalker(mark, NodeFilter.SHOW_TEXT).nextNode(), 0);
    letter.setEnd(letter.startContainer, 1);
    const { left, top, width, height } = letter.getBoundingClientRect();
    const hit = document.elementFromPoint(left + width / 2, top + height / 2);
    return hit?.closest("[data-symbol]") !== mark;
  }).map((mark) => `${mark.closest("div.math").id}: ${mark.textContent}`);
}"""


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, locale="zh-CN")
    yield context.new_page()
    context.close()


def symbol(page: Page, letters: str) -> Locator:
    """Return the first symbol of the formula that shows these letters."""
    marks = page.locator(f"{FORMULA} .katex-html [data-symbol]")
    texts = marks.all_text_contents()
    return marks.nth(["".join(text.split()) for text in texts].index(letters))


@pytest.mark.parametrize("name", PAGES)
def test_a_pointer_finds_every_symbol_and_it_leads_to_a_row_that_names_it(
    page: Page, address: str, name: str
) -> None:
    page.goto(f"{address}/en/{name}.html")
    assert page.evaluate(STRANGE) == []
    assert page.evaluate(COVERED) == []


@pytest.mark.parametrize(
    ("edition", "words"),
    [
        ("en", ["input of the layer"]),
        ("zh", ["这一层的输入"]),
        ("zh-en", ["这一层的输入", "input of the layer"]),
    ],
)
def test_pointing_at_a_symbol_says_what_it_is_and_lights_all_of_it(
    page: Page, address: str, edition: str, words: list[str]
) -> None:
    page.goto(f"{address}/{edition}/backpropagation.html")
    entry = symbol(page, "hj")
    entry.hover()
    for said in words:
        expect(page.locator("#preview .symbol")).to_contain_text(said)
    expect(page.locator("#preview .symbol math").first).to_be_attached()
    expect(page.locator("#preview .preview-hint")).to_have_count(1)  # an entry of it
    number = (entry.get_attribute("data-symbol") or "").split()[0]
    same = page.locator(f"{FORMULA} .katex-html [data-symbol^='{number}']")
    assert same.count() == 3
    assert page.locator(".lit").count() == 3
    expect(page.locator(f"{FORMULA} .lit:not([data-symbol^='{number}'])")).to_have_count(0)


def test_what_it_says_stays_under_the_pointer_and_escape_dismisses_it(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/en/backpropagation.html")
    preview = page.locator("#preview")
    symbol(page, "hj").hover()
    expect(preview).to_be_visible()
    preview.hover()
    page.wait_for_timeout(600)
    expect(preview).to_be_visible()
    page.keyboard.press("Escape")
    expect(preview).to_be_hidden()
    expect(page.locator(".lit, [aria-describedby=preview]")).to_have_count(0)


def test_a_formula_is_one_stop_of_the_keyboard_whose_arrows_go_from_symbol_to_symbol(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/en/backpropagation.html")
    formula, preview = page.locator(f"{FORMULA} .equation"), page.locator("#preview")
    expect(formula).to_have_attribute("tabindex", "0")
    expect(formula).to_have_attribute("role", "group")
    assert page.locator(f"{FORMULA} .equation [tabindex]").count() == 0
    page.keyboard.press("Tab")
    formula.focus()
    expect(preview).to_be_visible()
    expect(formula).to_have_attribute("aria-describedby", "preview")
    marks = page.locator(f"{FORMULA} .katex-html [data-symbol]")
    said = set()
    for place in range(1, marks.count()):
        page.keyboard.press("ArrowRight")
        expect(marks.nth(place)).to_contain_class("shown")
        said.add(page.locator("[role=status].visually-hidden:not(:empty)").inner_text())
    assert len(said) >= 5
    page.keyboard.press("ArrowRight")  # at the end the browser has it
    expect(marks.last).to_contain_class("shown")
    page.keyboard.press("ArrowLeft")
    expect(marks.nth(marks.count() - 2)).to_contain_class("shown")
    page.keyboard.press("Escape")
    expect(preview).to_be_hidden()
    expect(formula).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(preview).to_be_visible()
    page.keyboard.press("Tab")
    expect(formula).not_to_have_attribute("aria-describedby", "preview")


def test_a_tap_on_a_symbol_or_beside_it_explains_it_and_a_second_closes(
    phone: Page, address: str
) -> None:
    phone.goto(f"{address}/zh/backpropagation.html")
    preview, entry = phone.locator("#preview"), symbol(phone, "hj")
    entry.tap()
    expect(preview).to_contain_text("这一层的输入")
    entry.tap()
    expect(preview).to_be_hidden()
    found = entry.bounding_box()
    assert found is not None
    phone.touchscreen.tap(found["x"] + found["width"] / 2, found["y"] - 6)
    expect(preview).to_be_visible()
    preview.tap()
    expect(preview).to_be_visible()
    phone.locator("article h1").tap()
    expect(preview).to_be_hidden()


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_while_a_symbol_is_explained(
    page: Page, address: str, width: int, colours: str
) -> None:
    page.emulate_media(color_scheme=colours, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}/zh-en/backpropagation.html")
    page.wait_for_selector(f"html[data-theme={colours}]")
    page.keyboard.press("Tab")
    page.locator(f"{FORMULA} .equation").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#preview")).to_be_visible()
    page.evaluate(AXE)
    leave_alone(page.locator(FORMULA))
    assert page.evaluate(RUN, {}) == []
    right = page.locator("#preview").evaluate("(e) => e.getBoundingClientRect().right")
    assert right <= width


def test_without_a_script_the_formulas_stand_as_they_are(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/en/backpropagation.html")
    expect(page.locator(f"{FORMULA} [data-symbol]").first).to_be_visible()
    expect(page.locator(".equation[tabindex]")).to_have_count(0)
    context.close()
