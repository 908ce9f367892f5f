"""Paper: a page as the browser prints it, with what was opened, and nothing to press."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pdf.document import squeezed
from tests.site.built import EDITIONS

LABEL = {"zh": "解答", "en": "Solution", "zh-en": "解答Solution"}
NOTE = {
    "zh": "没有展开的解答不打印。",
    "en": "Solutions that are closed are not printed.",
    "zh-en": "没有展开的解答不打印。 Solutions that are closed are not printed.",
}
# What a cell shows, code and output apart.
CELLS = """() => [...document.querySelectorAll("div.cell")]
  .filter((cell) => cell.checkVisibility())
  .map((cell) => [...cell.querySelectorAll("pre")]
    .filter((pre) => pre.checkVisibility() && !pre.closest("details.hide"))
    .map((pre) => pre.textContent))
  .filter((cell) => cell.length)"""


def printed(page: Page, folder: Path) -> list[str]:
    """Print a page on A4, and return the text of each sheet without spaces."""
    file = folder / "page.pdf"
    page.pdf(path=file, format="A4", prefer_css_page_size=True)
    text = subprocess.run(
        ["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True
    ).stdout
    return [squeezed(sheet) for sheet in text.split("\f")[:-1]]


@pytest.mark.parametrize("edition", EDITIONS)
def test_paper_has_the_solutions_that_are_open_and_says_that_others_are_not_there(
    page: Page, address: str, edition: str, tmp_path: Path
) -> None:
    page.goto(f"{address}/{edition}/backpropagation.html")
    solutions = page.locator("details.solution")
    labels = re.compile(rf"(?<!\w){LABEL[edition]}")

    def count() -> int:
        page.emulate_media(media="print")
        return sum(solution.is_visible() for solution in solutions.all())

    assert count() == 0
    text = "".join(printed(page, tmp_path))
    assert squeezed(NOTE[edition]) in text
    assert LABEL[edition] not in text.replace(squeezed(NOTE[edition]), "")
    page.emulate_media(media="screen")
    expect(page.locator(".not-printed")).to_be_hidden()
    solutions.first.locator("summary").click()
    assert count() == 1
    page.emulate_media(media="screen")
    page.locator(".all-solutions").click()
    assert count() == solutions.count() > 1
    text = "".join(printed(page, tmp_path))
    assert squeezed(NOTE[edition]) not in text
    assert text.count(LABEL[edition]) >= solutions.count()
    assert labels.search(text)
    for answer in solutions.locator(".answer").all():
        words = answer.evaluate(
            "(e) => e.querySelector('p:not(.try-right)').firstChild.textContent"
        )
        assert squeezed(words)[:12] in text
    page.emulate_media(media="screen")
    page.locator(".all-solutions").click()
    assert count() == 0


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("name", ["backpropagation", "dropout"])
def test_cells_are_whole_symbols_compact_and_nothing_is_to_be_pressed(
    page: Page, address: str, edition: str, name: str, tmp_path: Path
) -> None:
    page.goto(f"{address}/{edition}/{name}.html")
    sheets = printed(page, tmp_path)
    cells = [[squeezed(part) for part in cell] for cell in page.evaluate(CELLS)]
    assert len(cells) > 4
    torn = [cell for cell in cells if not any(all(p in s for p in cell) for s in sheets)]
    assert torn == []
    page.emulate_media(media="print")
    for table in page.locator("table.symbols").all():
        rows = table.locator("tbody tr").count()
        found = table.bounding_box()
        assert found is not None
        assert found["height"] < 13 * (rows + 3) * (2 if edition == "zh-en" else 1)
    widgets = "button, select, dialog, .prev-next-footer, .bd-header-article, .headerlink"
    assert [w.inner_text() for w in page.locator(widgets).all() if w.is_visible()] == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_no_formula_runs_into_its_number(page: Page, address: str, edition: str) -> None:
    page.set_viewport_size({"width": 672, "height": 900})  # what A4 has between its margins
    page.goto(f"{address}/{edition}/backpropagation.html")
    page.emulate_media(media="print")
    overlapping = page.evaluate(
        """() => [...document.querySelectorAll("div.math:has(.eqno)")]
          .filter((math) => math.checkVisibility())
          .filter((math) => {
            const number = math.querySelector(".eqno").getBoundingClientRect();
            return [...math.querySelectorAll(".katex-base, .base")].some((part) => {
              const { left, right, top, bottom } = part.getBoundingClientRect();
              const beside = right <= number.left || number.right <= left;
              return !beside && bottom > number.top + 2 && top < number.bottom - 2;
            });
          }).map((math) => math.id)"""
    )
    assert overlapping == []


def test_lines_that_run_on_are_broken_on_paper(page: Page, address: str, tmp_path: Path) -> None:
    page.goto(f"{address}/en/backpropagation.html")
    cell = page.locator(".cell_input pre").first
    cell.evaluate("(e) => { e.textContent = 'x = ' + '1234567890'.repeat(30) + ' # the end'; }")
    assert "1234567890" * 30 + "#theend" in "".join(printed(page, tmp_path))


def test_a_link_out_of_the_book_bears_its_address(page: Page, address: str, tmp_path: Path) -> None:
    page.goto(f"{address}/en/references.html")
    text = "".join(printed(page, tmp_path))
    assert "MIT(https://opensource.org/license/mit)" in text


@pytest.mark.parametrize("edition", EDITIONS)
def test_print_shows_the_text_alone_dark_on_white(
    browser: Browser, address: str, edition: str
) -> None:
    context = browser.new_context(color_scheme="dark", viewport={"width": 720, "height": 1000})
    page = context.new_page()
    page.goto(f"{address}/{edition}/gradient.html")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.emulate_media(media="print", color_scheme="dark")
    for hidden in (
        ".bd-header-article",
        ".bd-sidebar-primary",
        ".bd-sidebar-secondary",
        ".prev-next-footer",
        ".trail",
        ".page-folds",
        "article .headerlink",
        "#jb-print-docs-body",
        "details.hide",
        "details.evidence > div",
    ):
        assert [e for e in page.locator(hidden).all() if e.is_visible()] == [], hidden
    for shown in ("article h1", "article .pair, article .zh, article .en", ".colophon"):
        expect(page.locator(shown).first).to_be_visible()
    background, ink = page.evaluate(
        "[document.body, document.querySelector('article p')]"
        ".map((e, i) => getComputedStyle(e)[i ? 'color' : 'backgroundColor'])"
    )
    assert background in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
    assert max(map(int, re.findall(r"\d+", ink)[:3])) < 90
    assert page.evaluate("document.documentElement.scrollWidth") <= 720
    page.emulate_media(media="screen", color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    context.close()
