"""Cells in a reader's hands: run, edited, stopped, put back; they print what the book prints."""

from __future__ import annotations

import gzip
import re
from itertools import zip_longest
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.site.axe import AXE, RUN, leave_alone
from tests.site.built import EDITIONS, ROOT, SITE
from tests.site.conftest import Do
from tests.site.server import serve
from tests.site.visit import DESKTOP, PHONE

PAGE = "gradient-descent"
PAGES_WITH_CELLS = [
    path.stem
    for path in sorted((SITE / "en").glob("*.html"))
    if 'class="cell_input' in path.read_text("utf-8")
]
NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?")
# Where a browser prints other numbers in the same words: a page, a piece of the cell, and why.
ROUNDING = "what is left of two differences is rounding, which no two machines do alike"
CHAOS = "at this learning rate a training makes any rounding as large as itself"
DIFFERENT = (
    ("activations", "learn([64, 64, 64, 10], dlref.ReLU, lr, seed, bias)", CHAOS),
    ("adam", 'left["standardised, descent"] = excess(path[-1])', CHAOS),
    ("attention", "masked = dlref.attention(Q, K, V, dlref.causal_mask(n))", ROUNDING),
    ("backpropagation", "dlref.gradcheck(f, ours, p.data)", ROUNDING),
    ("backpropagation", "peak(network(L), 64)", "memory, which another Python counts otherwise"),
    ("gradient", "dlref.gradcheck(lambda x: x @ C @ x, S @ x4, x4)", ROUNDING),
    ("gradient", "dlref.gradcheck(dlref.logsumexp, p, z)", ROUNDING),
    ("initialization", "for init in [dlref.xavier_normal, enlarged]", CHAOS),
    ("normalization", "accuracy(learn(network(seed, dlref.LayerNorm), seed, 0.3))", CHAOS),
    ("normalization", "accuracy(model.train(), threes)", CHAOS),
    ("normalization", "by_rms = dlref.rms_norm(centred, gamma)", ROUNDING),
    ("parameter-learning", "np.linalg.inv(V.T @ V)", "so badly conditioned that rounding is shown"),
    ("positions", "gap = np.abs(Y[:, ::2] + 1j * Y[:, 1::2] - z).max()", ROUNDING),
    ("residual", "removed[kind] = accuracy(model), scores", CHAOS),
)


def cell_of(page: Page, number: int) -> Locator:
    """Return a cell, counted from one."""
    return page.locator("article div.cell").nth(number - 1)


def button(cell: Locator, name: str) -> Locator:
    return cell.locator(f"[data-live={name}]")


def output(cell: Locator) -> Locator:
    return cell.locator("[data-live=output] pre")


def open_page(page: Page, address: str, edition: str = "en", name: str = PAGE) -> Page:
    page.set_default_timeout(60_000)
    page.goto(f"{address}/{edition}/{name}.html")
    return page


def copied(page: Page, cell: Locator) -> str:
    """Press the button that copies, and return what can be pasted."""
    cell.locator(".copy-code").click()
    return str(page.evaluate("navigator.clipboard.readText()"))


def finished(cell: Locator, state: str = "done") -> None:
    expect(cell).to_have_attribute("data-live-state", state, timeout=60_000)


def edit(page: Page, cell: Locator, code: str) -> None:
    """Put other code into a cell, as a reader does."""
    cell.hover()
    button(cell, "edit").click()
    expect(cell.locator(".cm-content")).to_be_focused(timeout=60_000)
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(code)


# ------------------------------------------------------------------ the same as at build


def differences(text: str, book: str) -> list[str]:
    """Return where two outputs differ: other words, or numbers that no rounding explains.

    A number may be off by a millionth, or by one in the last digit that is printed.
    """
    if NUMBER.sub("#", text) != NUMBER.sub("#", book):
        return [f"{text!r} is not {book!r}"]
    found = []
    for one, two in zip_longest(NUMBER.findall(text), NUMBER.findall(book)):
        digits = len(two.partition("e")[0].partition(".")[2])
        last = 10.0 ** (int(two.partition("e")[2] or 0) - digits)
        if abs(float(one) - float(two)) > max(1e-6 * abs(float(two)), 1.01 * last):
            found.append(f"{one} is not {two}")
    return found


def test_differences_are_seen() -> None:
    assert differences("x = 1.0000001", "x = 1.0") == []
    assert differences("0.124", "0.125") == []
    assert differences("0.123", "0.125") == ["0.123 is not 0.125"]
    assert differences("[1. 2.]", "[1.  2.]") != []
    assert differences("1e-16", "2e-16") == []
    assert differences("3e-15", "2e-16") == ["3e-15 is not 2e-16"]


@pytest.mark.parametrize("name", PAGES_WITH_CELLS)
def test_cells_print_in_the_browser_what_they_printed_at_build(work: Do, name: str) -> None:
    found = work(name).cells
    assert [cell["text"] for cell in found if cell["error"]] == []
    excused = [snippet for page_name, snippet, _ in DIFFERENT if page_name == name]
    for snippet in excused:
        assert sum(_squeezed(snippet) in _squeezed(cell["code"]) for cell in found) == 1
    wrong = {}
    for cell in found:
        text, book = cell["text"], cell["book"]
        if any(_squeezed(snippet) in _squeezed(cell["code"]) for snippet in excused):
            text, book = (NUMBER.sub("#", printed) for printed in (text, book))
        wrong[cell["cell"]] = differences(text, book)
    assert {number: found for number, found in wrong.items() if found} == {}


def _squeezed(code: str) -> str:
    return re.sub(r"\s", "", code)


# ------------------------------------------------------------------ running


def test_a_cell_is_run_after_those_above_which_are_seen_to_run(page: Page, strict: str) -> None:
    cell = cell_of(open_page(page, strict), 4)
    expect(cell).to_have_attribute("data-live-state", "idle")
    button(cell, "run").click()
    expect(cell).to_have_attribute("data-live-state", re.compile("starting|running"))
    finished(cell)
    states = page.locator("article div.cell").evaluate_all(
        "all => all.map((cell) => cell.dataset.liveState)"
    )
    assert states[:5] == ["done"] * 4 + ["idle"]
    assert output(cell).text_content() == cell.locator(".output pre").first.text_content()
    assert page.locator("[data-live=output]").count() == 1
    expect(cell.get_by_role("status")).to_have_text("Done")


def test_edited_code_is_run_copied_and_put_back(page: Page, strict: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    cell = cell_of(open_page(page, strict), 2)
    printed = cell.locator(".cell_input pre").text_content()
    edit(page, cell, "for i in range(3):\nprint(i * n)")
    expect(cell.locator(".cm-content")).to_have_attribute("aria-label", re.compile("Shift"))
    page.keyboard.press("Shift+Enter")
    finished(cell, "error")
    expect(output(cell)).to_contain_text("IndentationError")
    page.keyboard.press("Control+a")
    page.keyboard.type("for i in range(3):\nprint(i * n)")  # the editor indents
    page.keyboard.press("Shift+Enter")
    finished(cell)
    assert re.fullmatch(r"0\n(\d+)\n(\d+)\n", output(cell).text_content() or "")
    expect(cell.locator("[data-live=output]")).to_contain_text("code edited")
    assert copied(page, cell) == "for i in range(3):\n    print(i * n)"
    button(cell, "reset").click()
    finished(cell, "idle")
    assert cell.locator(".cell_input pre").text_content() == printed
    assert copied(page, cell) == (printed or "").rstrip()
    assert cell.locator(".cell_input pre").is_visible()
    assert cell.locator("[data-live=output]").count() == 0
    assert button(cell, "reset").is_hidden()


def test_what_was_edited_above_is_run_again_with_all_that_follows(page: Page, strict: str) -> None:
    open_page(page, strict)
    first, second = cell_of(page, 1), cell_of(page, 2)
    button(second, "run").click()
    finished(second)
    edit(page, first, "n = 7")
    edit(page, second, "print(n)")
    page.keyboard.press("Shift+Enter")
    expect(output(second)).to_have_text("7\n")


def test_an_error_above_is_shown_where_it_is(page: Page, strict: str) -> None:
    open_page(page, strict)
    edit(page, cell_of(page, 1), "1 / 0")
    button(cell_of(page, 2), "run").click()
    finished(cell_of(page, 1), "error")
    expect(output(cell_of(page, 1))).to_contain_text('File "<cell 1>", line 1, in <module>')
    expect(cell_of(page, 2).get_by_role("status")).to_contain_text("A cell above failed")
    finished(cell_of(page, 2), "idle")


def test_a_loop_is_stopped_at_once_and_the_page_says_what_is_lost(page: Page, strict: str) -> None:
    cell = cell_of(open_page(page, strict), 2)
    edit(page, cell, "print('first', flush=True)\nwhile True:\n    pass")
    button(cell, "run").click()
    expect(cell).to_have_attribute("data-live-state", "running", timeout=60_000)
    page.evaluate("document.body.dataset.alive = 'yes'")  # the page is not frozen
    other = cell_of(page, 4)
    button(other, "run").click()
    expect(other.get_by_role("status")).to_contain_text("Another cell is running")
    button(cell, "stop").click()
    finished(cell, "idle")
    expect(cell.get_by_role("status")).to_contain_text("All variables are lost")
    finished(cell_of(page, 1), "idle")
    edit(page, cell, "print(n)")
    button(cell, "run").click()
    finished(cell)


def test_what_stands_above_is_run_from_the_start_on_request(page: Page, strict: str) -> None:
    open_page(page, strict)
    first, second, third = (cell_of(page, number) for number in (1, 2, 4))
    assert button(first, "run-above").is_hidden()
    edit(page, second, "left_over = 1")
    button(second, "run").click()
    finished(second)
    button(second, "reset").click()
    third.hover()
    button(third, "run-above").click()
    expect(third.get_by_role("status")).to_have_text("The cells above have run.", timeout=60_000)
    finished(third, "idle")
    edit(page, third, "print('left_over' in globals(), len(w0))")
    page.keyboard.press("Shift+Enter")
    expect(output(third)).to_have_text("False 3\n")


def test_a_figure_is_drawn_and_what_draws_is_fetched_only_then(page: Page, strict: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_page(page, strict)
    cell = cell_of(page, 3)
    cell.locator("summary").click()
    expect(button(cell, "run")).to_have_text("Run 10 MB", use_inner_text=True)
    button(cell_of(page, 2), "run").click()
    finished(cell_of(page, 2))
    assert not [url for url in asked if "figures.zip" in url]
    button(cell, "run").click()
    finished(cell)
    assert [url for url in asked if "figures.zip" in url]
    drawing = cell.locator("[data-live=output] svg")
    printed = cell.locator("img").first.get_attribute("src") or ""
    paths = (SITE / "en" / printed).read_text("utf-8").count("<path")
    assert drawing.locator("path").count() == paths > 10
    expect(drawing).to_have_accessible_name("A figure that your run has drawn")
    assert drawing.evaluate("svg => getComputedStyle(svg.querySelector('path')).stroke") != ""
    expect(button(cell, "run")).to_have_text("Run", use_inner_text=True)


def test_on_a_phone_a_figure_is_as_narrow_as_the_book_s(browser: Browser, strict: str) -> None:
    context = browser.new_context(viewport=PHONE, service_workers="block")  # type: ignore[arg-type]
    page = open_page(context.new_page(), strict, name="loss")
    cell = cell_of(page, 2)
    cell.locator("summary").click()
    book = cell.locator("img").first
    printed = book.evaluate("(image) => image.currentSrc").rpartition("/")[2]
    box = re.search(r'viewBox="0 0 (\S+) ', (SITE / "en/_images" / printed).read_text("utf-8"))
    assert box
    button(cell, "run").click()
    finished(cell)
    drawn = cell.locator("[data-live=output] svg").get_attribute("viewBox") or ""
    assert float(drawn.split()[2]) == pytest.approx(float(box[1]), rel=0.03)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    context.close()


# ------------------------------------------------------------------ for everybody


def test_a_cell_is_run_edited_and_left_by_keyboard(page: Page, strict: str) -> None:
    cell = cell_of(open_page(page, strict), 2)
    button(cell, "run").focus()
    page.keyboard.press("Enter")
    finished(cell)
    expect(button(cell, "run")).to_be_focused()
    page.keyboard.press("Tab")
    expect(button(cell, "run-above")).to_be_focused()
    page.keyboard.press("Tab")
    expect(button(cell, "edit")).to_be_focused()
    assert button(cell, "edit").evaluate("e => getComputedStyle(e).opacity") == "1"
    page.keyboard.press("Enter")
    expect(cell.locator(".cm-content")).to_be_focused()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Tab")
    expect(cell.locator(".cm-line").first).to_have_text(re.compile("^    def"))
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(cell.locator(".cm-content")).not_to_be_focused()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["wide", "narrow"])
def test_axe_finds_nothing_in_any_state_of_a_cell(
    browser: Browser, theme: Any, viewport: Any
) -> None:
    context = browser.new_context(
        viewport=viewport, color_scheme=theme, service_workers="block", reduced_motion="reduce"
    )
    with serve(SITE) as plain:
        page = open_page(context.new_page(), plain, "zh-en")
        page.evaluate(AXE)
        cell = cell_of(page, 2)
        button(cell, "run").click()
        finished(cell)
        leave_alone(cell)
        assert page.evaluate(RUN, {}) == []
        edit(page, cell, "# comment\ndef f(x):\n    return 'a' + 1 if x else None\nf(1)")
        assert page.evaluate(RUN, {}) == []
        page.keyboard.press("Shift+Enter")
        finished(cell, "error")
        assert page.evaluate(RUN, {}) == []
    context.close()


@pytest.mark.parametrize("edition", EDITIONS)
def test_nothing_sticks_out_of_a_small_phone(browser: Browser, strict: str, edition: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 700}, service_workers="block")
    page = open_page(context.new_page(), strict, edition)
    cell = cell_of(page, 2)
    button(cell, "run").click()
    finished(cell)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    bars = cell.locator(".live-bar button, .copy-code").evaluate_all(
        """all => all.filter((e) => e.checkVisibility()).map((e) => e.getBoundingClientRect())
          .map(({ left, right, top, bottom }) => [left, right, top, bottom])"""
    )
    for i, one in enumerate(bars):
        assert one[1] <= 320
        for two in bars[:i]:
            assert one[0] >= two[1] or two[0] >= one[1] or one[2] >= two[3] or two[2] >= one[3]
    context.close()


def test_from_a_file_the_buttons_say_what_to_do(page: Page) -> None:
    page.goto((SITE / "zh" / f"{PAGE}.html").as_uri())
    cell = cell_of(page, 2)
    button(cell, "run").click()
    expect(cell.locator(".live-status")).to_contain_text("python3 -m http.server")
    expect(cell).to_have_attribute("data-live-state", "idle")


@pytest.mark.parametrize("missing", ["WebAssembly", "Worker"])
def test_a_browser_that_cannot_run_cells_shows_no_buttons(
    page: Page, strict: str, missing: str
) -> None:
    page.add_init_script(f"delete globalThis.{missing}")
    open_page(page, strict)
    assert page.locator("[data-live]").count() == 1  # the template, which is not shown
    assert page.locator("button[data-live]").count() == 0


def test_a_page_without_cells_carries_no_words_for_them() -> None:
    assert "live-words" not in (SITE / "en" / "about.html").read_text("utf-8")
    assert "live-words" in (SITE / "en" / f"{PAGE}.html").read_text("utf-8")


def test_the_hook_stays_small() -> None:
    hook = (ROOT / "book" / "_static" / "live.js").read_bytes()
    page = (SITE / "zh-en" / f"{PAGE}.html").read_text("utf-8")
    template = re.search(r'<template id="live-words".*?</template>', page, re.DOTALL)
    assert template
    assert len(gzip.compress(hook + template[0].encode())) <= 3000  # as hosts transfer it
