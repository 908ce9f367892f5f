"""Code as readers use it: copied from a button, seen to run on, told from what it prints."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.site.built import EDITIONS, SITE

SAID = {
    "zh": ("复制", "已复制", "已选中，请复制"),
    "en": ("Copy", "Copied", "Selected, now copy"),
    "zh-en": ("复制 Copy", "已复制 Copied", "已选中，请复制 Selected, now copy"),
}
NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"
# Of each listing and its button: how far down the button, and where the first letter of code is.
PLACES = """() => [...document.querySelectorAll(".copy-code")]
  .filter((button) => button.checkVisibility())
  .map((button) => {
    const letters = document.createRange();
    letters.selectNodeContents(button.nextElementSibling);
    const { left, right, height, bottom } = button.getBoundingClientRect();
    return { left, right, height, bottom, code: letters.getBoundingClientRect().top };
  })"""


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 320, "height": 844}, has_touch=True, is_mobile=True
    )
    yield context.new_page()
    context.close()


def button_of(listing: Locator) -> Locator:
    """Return the button that copies a listing."""
    return listing.locator(".copy-code")


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_listing_has_a_button_that_speaks_the_edition_and_no_output_has(
    page: Page, address: str, edition: str
) -> None:
    for name in ("backpropagation", "dropout", "api"):
        page.goto(f"{address}/{edition}/{name}.html")
        code = page.locator("article .highlight:not(.output .highlight)")
        expect(page.locator(".copy-code")).to_have_count(code.count())
        expect(code.locator("> .copy-code + pre")).to_have_count(code.count())
        assert set(page.locator(".copy-code").all_text_contents()) == {SAID[edition][0]}


def test_a_cell_is_copied_as_it_is_and_a_screen_reader_is_told(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{address}/zh/backpropagation.html")
    cell = page.locator(".cell_input").nth(1)
    shown = cell.locator("pre").inner_text()
    button = button_of(cell)
    button.click()
    expect(button).to_have_text("已复制")
    expect(page.get_by_role("status").filter(has_text="已复制")).to_have_count(1)
    assert page.evaluate("navigator.clipboard.readText()") == shown.rstrip()
    expect(button).to_have_text("复制")
    expect(page.get_by_role("status").filter(has_text="已复制")).to_have_count(0)


def test_of_a_session_what_was_typed_is_copied(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{address}/en/backpropagation.html")
    session = page.locator(".highlight-pycon").first
    session.locator("pre").evaluate(
        r"""(pre) => pre.textContent = ">>> def f(x):\n...     return [x]\n...\n>>> f(1)\n[1]\n" +
          "... of the output\n>>> # an end\n"""
        + '"'
    )
    button_of(session).click()
    expect(button_of(session)).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "def f(x):\n    return [x]\n\nf(1)\n# an end"


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_page_from_a_disk_copies_by_keyboard_and_without_the_clipboard(
    page: Page, address: str, edition: str
) -> None:
    page.context.grant_permissions(["clipboard-read"])
    page.add_init_script(NO_CLIPBOARD)
    page.goto((SITE / edition / "backpropagation.html").as_uri())
    cell = page.locator(".cell_input").nth(1)
    button_of(cell).focus()
    page.keyboard.press("Enter")
    expect(button_of(cell)).to_have_text(SAID[edition][1])
    expect(button_of(cell)).to_be_focused()
    other = page.context.new_page()
    other.goto(f"{address}/en/gradient.html")
    assert other.evaluate("navigator.clipboard.readText()") == (
        cell.locator("pre").inner_text().rstrip()
    )


def test_where_a_browser_will_not_copy_the_code_is_selected(page: Page, address: str) -> None:
    page.add_init_script(f"{NO_CLIPBOARD}; document.execCommand = () => false")
    page.goto(f"{address}/en/backpropagation.html")
    cell = page.locator(".cell_input").nth(1)
    button_of(cell).click()
    expect(button_of(cell)).to_have_text(SAID["en"][2])
    assert page.evaluate("getSelection().toString().trim()") == (
        cell.locator("pre").inner_text().strip()
    )


def test_without_scripts_there_is_no_button(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/zh/backpropagation.html")
    expect(page.locator("article").get_by_text("复制", exact=True)).to_have_count(0)
    context.close()


@pytest.mark.parametrize("edition", EDITIONS)
def test_on_a_phone_the_button_is_seen_beside_the_code(
    phone: Page, address: str, edition: str
) -> None:
    phone.goto(f"{address}/{edition}/backpropagation.html")
    places = phone.evaluate(PLACES)
    assert len(places) > 5
    for place in places:
        assert place["bottom"] <= place["code"]
        assert place["height"] >= 24
        assert 0 <= place["left"] < place["right"] <= 320
    assert phone.locator(".copy-code").first.evaluate("(e) => getComputedStyle(e).opacity") == "1"


# ------------------------------------------------------------------ lines that run on


COLOURS = """async (shot) => {
  const image = new Image();
  image.src = `data:image/png;base64,${shot}`;
  await image.decode();
  const ink = new OffscreenCanvas(image.width, image.height).getContext("2d");
  ink.drawImage(image, 0, 0);
  const colour = (x) => `${ink.getImageData(x, image.height - 4, 1, 1).data}`; // below all letters
  return [3, image.width / 2, image.width - 4].map(colour);
}"""


def shaded(page: Page, listing: Locator) -> tuple[bool, bool]:
    """Tell whether the left and the right edge of a listing differ from its middle."""
    shot = b64encode(listing.screenshot(animations="disabled")).decode()
    left, middle, right = page.evaluate(COLOURS, shot)
    return left != middle, right != middle


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("what", [".cell_input pre", ".cell_output .output pre"])
def test_an_edge_beyond_which_lines_run_on_is_shaded(
    page: Page, address: str, what: str, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{address}/en/backpropagation.html")
    page.set_viewport_size({"width": 390, "height": 844})
    listing = page.locator(what).first
    listing.evaluate("(e) => { e.querySelector('span').after('-'.repeat(200)); }")
    listing.evaluate("(e) => e.scrollIntoView({ block: 'center' })")
    found = []
    for place in ("0", "40", "e.scrollWidth"):
        listing.evaluate(f"(e) => {{ e.scrollLeft = {place}; }}")
        found.append(shaded(page, listing))
    assert found == [(False, True), (True, True), (True, False)]
    listing.evaluate("(e) => { e.textContent = 'x = 1'; }")
    assert shaded(page, listing) == (False, False)


# ------------------------------------------------------------------ outputs


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_output_is_called_so_and_does_not_look_like_code(
    page: Page, address: str, edition: str
) -> None:
    page.goto(f"{address}/{edition}/backpropagation.html")
    printed = page.locator(".cell_output:has(> .output)")
    label = {"zh": "输出", "en": "Output", "zh-en": "输出 Output"}[edition]
    assert printed.count() > 5
    assert set(printed.locator("> :first-child").all_text_contents()) == {label}
    behind = "(e) => getComputedStyle(e).backgroundColor"
    shown = printed.locator("pre").first.evaluate(behind)
    assert shown == page.locator("body").evaluate(behind)
    assert shown != page.locator(".cell_input pre").first.evaluate(behind)
