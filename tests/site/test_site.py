"""The built site, page by page and edition by edition, in Chromium."""

from __future__ import annotations

import inspect
import re

import pytest
from playwright.sync_api import Browser, Page

import dlref
from tests.site.built import EDITIONS, EVERY_PAGE, PAGES, ROOT, SITE
from tests.site.conftest import See


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_a_page_loads_without_errors_or_foreign_requests(sight: See, name: str) -> None:
    assert sight(name).visit.faults == []


def formulas_in_docstrings(source: str) -> int:
    """Return how many formulas the docstrings display that a page takes from ``dlref``."""
    modules = re.findall(r"automodule:: (dlref\.\w+)", source)
    public = [getattr(dlref, name) for name in dlref.__all__]
    documented = [value for value in public if getattr(value, "__module__", "") in modules]
    members = [m for value in documented if inspect.isclass(value) for m in vars(value).values()]
    texts = [value.__doc__ for value in documented + members if callable(value)]
    return sum((text or "").count(".. math::") for text in texts)


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_every_formula_figure_and_cell_of_the_source_is_on_the_page(sight: See, name: str) -> None:
    source = (ROOT / "book" / f"{name.split('/')[1]}.md").read_text("utf-8")
    shown = sight(name).content
    labels = re.findall(r"^\$\$ \((eq-[\w-]+)\)$", source, re.MULTILINE)
    in_docstrings = [""] * formulas_in_docstrings(source)  # they are shown, without a number
    assert shown["formulas"] == [f"equation-{label}" for label in labels] + in_docstrings
    assert shown["wrong"] == 0
    assert shown["cells"] == source.count("```{code-cell}")
    assert shown["figures"] == re.findall(r"^    name: (fig-[\w-]+)$", source, re.MULTILINE)
    assert shown["undescribed"] == []


@pytest.mark.parametrize("page_name", PAGES)
def test_ids_are_the_same_in_all_editions(sight: See, page_name: str) -> None:
    ids = []
    for edition in EDITIONS:
        found = sight(f"{edition}/{page_name}").content["ids"]
        # docutils numbers the places that cite; the parallel edition cites in both languages
        ids.append([i for i in found if not re.fullmatch(r"id\d+", i)])
    assert page_name in ids[0]
    if page_name == "glossary":  # each edition has its order
        ids = [sorted(found) for found in ids]
    assert ids[0] == ids[1] == ids[2]


def test_at_the_root_stands_what_is_published_and_nothing_that_a_build_left() -> None:
    wanted = {*EDITIONS, "index.html", "404.html", "concepts-offline.zip"}
    wanted |= {"offline.html", "offline.json", "service-worker.js", "_live"}
    assert {path.name for path in SITE.iterdir()} - {"sitemap.xml"} == wanted


def test_every_internal_link_leads_to_a_page_and_an_id_that_exist() -> None:
    ids = {
        path: set(re.findall(r' id="([^"]+)"', path.read_text("utf-8")))
        for path in SITE.rglob("*.html")
    }
    dead = []
    for path in ids:
        for link in re.findall(r'<a[^>]* href="([^"]*)"', path.read_text("utf-8")):
            if re.match(r"[a-z]+:", link):
                continue
            target, _, fragment = link.partition("#")
            folder = SITE if target.startswith("/") else path.parent  # the 404 page starts there
            file = (folder / target.lstrip("/")).resolve() if target else path
            if not file.is_file() or (fragment and fragment not in ids.get(file, ())):
                dead.append(f"{path.relative_to(SITE)}: {link}")
    assert dead == []


def test_the_language_switch_leads_to_the_same_section(page: Page, address: str) -> None:
    page.goto(f"{address}/zh/gradient.html")
    page.evaluate("document.getElementById('gradient-rules').scrollIntoView()")
    page.wait_for_function(
        "document.getElementById('gradient-rules').getBoundingClientRect().top < 100"
    )
    # with the mouse: Locator.click() would first scroll to where the sticky header stands at rest
    box = page.locator(".language-switch a[data-edition='en']").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 5, box["y"] + 5)
    page.wait_for_url("**/en/gradient.html#gradient-rules")
    assert page.locator("#gradient-rules").bounding_box()["y"] < 200  # type: ignore[index]
    assert page.locator("#gradient-rules h2").inner_text().startswith("Rules")


@pytest.mark.parametrize(
    ("locale", "title"), [("zh-CN", "深度学习概念"), ("de-DE", "Concepts in Deep Learning")]
)
def test_the_root_page_leads_to_the_language_of_the_browser(
    browser: Browser, address: str, locale: str, title: str
) -> None:
    context = browser.new_context(locale=locale)
    page = context.new_page()
    page.goto(f"{address}/index.html")
    page.wait_for_selector("article h1")
    assert page.locator("article h1").inner_text().startswith(title)
    page.goto(f"{address}/index.html#editions")
    assert page.locator("#editions a").count() == 3
    context.close()


def test_text_formulas_and_language_links_work_without_scripts(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/index.html")
    page.get_by_role("link", name="English").click()
    page.get_by_role("link", name="1. Gradient").first.click()
    page.locator("#equation-eq-gradient .katex-html").wait_for()  # until it is seen
    page.locator(".language-switch a[data-edition='zh']").click()
    page.wait_for_url("**/zh/gradient.html")
    assert page.locator("article h1").inner_text().startswith("1. 梯度")
    context.close()


COLOURS = """() => [...document.querySelectorAll("body :not(noscript)")]
  .filter((e) => e.checkVisibility({ visibilityProperty: true }))
  .map((e) => [e.localName, getComputedStyle(e)])
  .map(([name, style]) => `${name}: ${style.color} on ${style.backgroundColor}`)"""


def test_without_scripts_a_page_has_the_colours_of_a_light_one(
    browser: Browser, address: str
) -> None:
    colours = []
    for scripts in (True, False):
        context = browser.new_context(java_script_enabled=scripts, color_scheme="light")
        page = context.new_page()
        page.goto(f"{address}/en/softmax.html")
        colours.append(set(page.evaluate(COLOURS)))
        context.close()
    assert len(colours[1]) > 40
    assert colours[1] - colours[0] == set()


def test_pairs_stand_side_by_side_and_are_stacked_on_a_narrow_screen(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/zh-en/gradient.html")
    for width, side_by_side in ((1280, True), (390, False)):
        page.set_viewport_size({"width": width, "height": 900})
        zh, en = (page.locator(f".pair > .{lang}").first.bounding_box() for lang in ("zh", "en"))
        assert zh is not None
        assert en is not None
        assert (zh["x"] + zh["width"] <= en["x"]) == side_by_side


@pytest.mark.parametrize(
    ("edition", "query", "expected"),
    [("zh", "正规方程", "parameter-learning"), ("en", "hillside", "gradient")],
)
def test_the_search_page_finds(
    page: Page, address: str, edition: str, query: str, expected: str
) -> None:
    page.goto(f"{address}/{edition}/search.html?q={query}")
    page.wait_for_selector("#search-results li a")
    assert expected in page.locator("#search-results li a").first.get_attribute("href")  # type: ignore[operator]
