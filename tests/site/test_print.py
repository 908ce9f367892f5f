"""Paper: a page as the browser prints it, with what was opened, and nothing to press."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.pdf.document import squeezed
from tests.site.built import EDITIONS

LABEL = {"zh": "解答", "en": "Solution", "zh-en": "解答Solution"}
NOTE = {
    "zh": "没有展开的解答不打印。",
    "en": "Solutions that are closed are not printed.",
    "zh-en": "没有展开的解答不打印。 Solutions that are closed are not printed.",
}
BUTTONS = (
    "复制",
    "Copy",
    "展开全部解答",
    "Open all solutions",
    "离线",
    "offline",
    "报告",
    "Report",
)
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
        ["pdftotext", "-enc", "UTF-8", file, "-"], capture_output=True, text=True, check=True
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
        words = answer.evaluate("(e) => e.querySelector('p').firstChild.textContent")
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
    text = "".join(sheets)
    assert [word for word in BUTTONS if word in text] == []
    page.emulate_media(media="print")
    for table in page.locator("table.symbols").all():
        rows = table.locator("tbody tr").count()
        found = table.bounding_box()
        assert found is not None
        assert found["height"] < 13 * (rows + 3) * (2 if edition == "zh-en" else 1)
    for widget in page.locator("button, select, summary + .headerlink").all():
        assert not widget.is_visible()


def test_lines_that_run_on_are_broken_on_paper(page: Page, address: str, tmp_path: Path) -> None:
    page.goto(f"{address}/en/backpropagation.html")
    cell = page.locator(".cell_input pre").first
    cell.evaluate("(e) => { e.textContent = 'x = ' + '1234567890'.repeat(30) + ' # the end'; }")
    assert "1234567890" * 30 + "#theend" in "".join(printed(page, tmp_path))


def test_a_link_out_of_the_book_bears_its_address(page: Page, address: str, tmp_path: Path) -> None:
    page.goto(f"{address}/en/references.html")
    text = "".join(printed(page, tmp_path))
    assert "MIT(https://opensource.org/license/mit)" in text
