"""Every formula of the book stands where KaTeX itself would put it, with fewer elements."""

from __future__ import annotations

import json
import re
import subprocess
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from book._ext.paths import NODE_MODULES
from book._ext.site.katex import DIST, NODE, render
from tests.site.built import PAGES, ROOT, SITE

MARKUP = re.compile(r'<math(?P<display> display="block")? [^>]*?data-tex="(?P<tex>[^"]*)"')
KATEX = """
import katex from "katex";
import { readFileSync } from "node:fs";
const formulas = JSON.parse(readFileSync(0));
const set = ([tex, displayMode]) => katex.renderToString(tex, { displayMode, output: "html" });
console.log(JSON.stringify(formulas.map(set)));
"""
PLACES = """() => [...document.querySelectorAll("p")].map((line) => {
  const start = line.getBoundingClientRect(), places = [];
  const add = (name, { left, bottom, width, height }) =>
    places.push([name, left - start.left, bottom - start.top, width, height]);
  const texts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  for (let node; (node = texts.nextNode()); ) {
    for (let i = 0; i < node.data.length; i++) {
      const range = document.createRange();
      range.setStart(node, i);
      range.setEnd(node, i + 1);
      if (!/[\\s\\u200b]/.test(node.data[i])) add(node.data[i], range.getBoundingClientRect());
    }
  }
  for (const drawn of line.querySelectorAll(".frac-line, svg")) {
    add("drawn", { ...drawn.getBoundingClientRect().toJSON(), height: 0 });
  }
  add("line", start);
  places.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] - b[1] || a[2] - b[2]));
  return { places, elements: line.querySelectorAll("*").length };
})"""
MARKED = """() => [...document.querySelectorAll(".katex:has([data-symbol])")].map((formula) => {
  const math = formula.querySelector("math");
  const html = `<span class="katex">${formula.querySelector(".katex-html").outerHTML}</span>`;
  const isDisplay = math.getAttribute("display") === "block";
  const whole = isDisplay ? `<span class="katex-display">${html}</span>` : html;
  return [math.dataset.tex, isDisplay, whole];
})"""
PIXEL = 0.3
AT_ONCE = 400  # formulas that Firefox is asked about: it answers within its time on a busy machine
GRID = 4 / 64  # browsers round places to 1/64 of a pixel, at each mark anew


class Formula(NamedTuple):
    tex: str
    display: bool


Compared = list[tuple[Formula, dict[str, Any], dict[str, Any]]]


def formulas_of_the_site() -> list[Formula]:
    found = set()
    for page in PAGES:
        text = (SITE / "zh-en" / f"{page}.html").read_text("utf-8")
        found |= {Formula(unescape(m["tex"]), bool(m["display"])) for m in MARKUP.finditer(text)}
    return sorted(found)


def set_by_katex(formulas: list[Formula]) -> list[str]:
    done = subprocess.run(
        [NODE, "--input-type=module", "-e", KATEX],
        input=json.dumps(formulas),
        capture_output=True,
        encoding="utf-8",
        cwd=NODE_MODULES.parent,
        check=True,
    )
    found: list[str] = json.loads(done.stdout)
    return found


def marked_formulas(request: pytest.FixtureRequest) -> list[tuple[Formula, str]]:
    """Return the formulas of the site whose symbols explain themselves, as HTML with its marks."""
    page = request.getfixturevalue("browser").new_page()
    found: set[tuple[str, bool, str]] = set()
    for name in PAGES:
        page.goto((SITE / "zh-en" / f"{name}.html").as_uri(), wait_until="domcontentloaded")
        found.update(map(tuple, page.evaluate(MARKED)))
    page.close()
    return [(Formula(tex, display), html) for tex, display, html in sorted(found)]


def lines(formulas: list[str], folder: Path) -> str:
    """Write a page with each formula in a line of its own, and return its address."""
    css = (ROOT / "book" / "_static" / "css" / "formulas.css").read_text("utf-8")
    own = css.partition("/* what lean.mjs writes")[2].partition("*/")[2].partition("/*")[0]
    sheet = f'<link rel="stylesheet" href="{(DIST / "katex.min.css").as_uri()}">'
    style = f"<style>p {{ margin: 0; width: 4000px; font: 16px/1.65 serif }} {own}</style>"
    page = folder / "formulas.html"
    page.write_text(
        f'<!doctype html><meta charset="utf-8">{sheet}{style}'
        + "".join(f"<p>a {formula} g</p>" for formula in formulas),
        "utf-8",
    )
    return page.as_uri()


def in_chromium(request: pytest.FixtureRequest, url: str) -> list[dict[str, Any]]:
    page = request.getfixturevalue("browser").new_page()
    page.goto(url)
    page.evaluate("document.fonts.ready")
    places: list[dict[str, Any]] = page.evaluate(PLACES)
    page.close()
    return places


def in_firefox(request: pytest.FixtureRequest, url: str) -> list[dict[str, Any]]:
    fox = request.getfixturevalue("firefox")
    fox.go_to(url)
    fox.value("document.fonts.ready.then(() => null)")
    places: list[dict[str, Any]] = fox.value(f"({PLACES})()")
    return places


@pytest.fixture(scope="module", params=[in_chromium, in_firefox], ids=["chromium", "firefox"])
def compared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Compared:
    formulas = formulas_of_the_site()
    ours = [render(tex, display=display, output="html") for tex, display in formulas]
    folder = tmp_path_factory.mktemp("formulas")

    def places(set_formulas: list[str]) -> list[dict[str, Any]]:
        found = []
        for start in range(0, len(set_formulas), AT_ONCE):
            address = lines(set_formulas[start : start + AT_ONCE], folder)
            found += request.param(request, address)
        return found

    return list(zip(formulas, places(set_by_katex(formulas)), places(ours), strict=True))


def test_each_letter_and_line_stands_where_katex_puts_it(compared: Compared) -> None:
    assert len(compared) > 1000
    moved = []
    for formula, theirs, ours in compared:
        assert [name for name, *_ in ours["places"]] == [name for name, *_ in theirs["places"]]
        for (name, *place), (_, *wanted) in zip(ours["places"], theirs["places"], strict=True):
            if max(abs(a - b) for a, b in zip(place, wanted, strict=True)) > PIXEL:
                moved.append(f"{formula.tex}: {name} at {place}, not {wanted}")
    assert moved == []


def test_it_takes_less_than_half_of_the_elements(compared: Compared) -> None:
    theirs, ours = (sum(found[i]["elements"] for found in compared) for i in (1, 2))
    assert ours < theirs / 2


def test_the_marks_of_symbols_move_nothing_and_take_few_elements(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    marked = marked_formulas(request)
    assert len(marked) > 500
    plain = [render(tex, display=display, output="html") for (tex, display), _ in marked]
    with_marks = in_chromium(request, lines([html for _, html in marked], tmp_path))
    without = in_chromium(request, lines(plain, tmp_path))
    moved = []
    for (formula, _), one, two in zip(marked, with_marks, without, strict=True):
        assert [name for name, *_ in one["places"]] == [name for name, *_ in two["places"]]
        places = zip(one["places"], two["places"], strict=True)
        if any(abs(a - b) > GRID for (_, *p), (_, *q) in places for a, b in zip(p, q, strict=True)):
            moved.append(formula.tex)
    assert moved == []
    elements = [sum(line["elements"] for line in found) for found in (with_marks, without)]
    assert elements[0] < 1.25 * elements[1]
