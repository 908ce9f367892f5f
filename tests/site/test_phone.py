"""A page on a small screen: nothing sticks out, formulas are broken, controls fit a finger."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.site.built import EDITIONS, EVERY_PAGE, PAGES, SEARCH
from tests.site.conftest import See

NARROW: ViewportSize = {"width": 320, "height": 700}
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, locale="zh-CN")
    yield context.new_page()
    context.close()


# ------------------------------------------------------------------ every page, visited once


@pytest.mark.parametrize("name", [*EVERY_PAGE, *SEARCH])
def test_nothing_sticks_out_of_a_screen_of_320_px_and_each_control_fits_a_finger(
    sight: See, name: str
) -> None:
    assert sight(name).narrow == []


def test_the_line_above_a_page_keeps_all_its_buttons_at_320_px(page: Page, address: str) -> None:
    for edition in EDITIONS:
        counts = []
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 700})
            page.goto(f"{address}/{edition}/gradient.html")
            buttons = page.locator(".bd-header-article .btn:visible")
            counts.append(buttons.count())
        # the wide one has its search beside the contents, and the contents of the page at the side
        assert counts[1] == counts[0] + (2 if edition != "zh-en" else 1), edition


def test_the_trail_starts_where_the_text_does_and_the_search_stays_in_its_pill(
    page: Page, address: str
) -> None:
    for width in (320, 720, 768, 769, 1024, 1440):
        page.set_viewport_size({"width": width, "height": 700})
        page.goto(f"{address}/zh-en/gradient.html")
        lefts = [
            page.locator(name).first.evaluate(
                "e => e.getBoundingClientRect().left + parseFloat(getComputedStyle(e).paddingLeft)"
            )
            for name in (".trail li", "article h1")
        ]
        assert lefts[0] == pytest.approx(lefts[1], abs=1), width
    page.set_viewport_size({"width": 1024, "height": 700})
    seen = """pill => [...pill.querySelectorAll("span, kbd")].map((e) => e.getBoundingClientRect())
      .filter(({ top, right }) => {
        const box = pill.getBoundingClientRect();
        return top < box.bottom && right > box.right;
      }).length"""
    pill = page.locator(".bd-sidebar-primary .search-button-field")
    assert pill.evaluate(seen) == 0
    assert pill.evaluate("pill => pill.getBoundingClientRect().height") <= 40


def test_what_has_the_focus_has_one_ring(page: Page, address: str) -> None:
    page.goto(f"{address}/zh/search.html")
    page.locator("article input[type=search], .bd-search-container input").first.focus()
    rings = page.evaluate(
        """() => {
          const rings = [];
          for (let e = document.activeElement; e; e = e.parentElement) {
            const { outlineStyle, boxShadow } = getComputedStyle(e);
            if (outlineStyle !== "none") rings.push(`outline of ${e.className}`);
            if (boxShadow !== "none") rings.push(`shadow of ${e.className}`);
          }
          return rings;
        }"""
    )
    assert rings == ["outline of bd-search d-flex align-items-center"]


def test_the_way_back_to_the_top_is_a_quiet_arrow_in_the_corner(phone: Page, address: str) -> None:
    phone.goto(f"{address}/zh/gradient.html")
    phone.evaluate(  # a scroll is told with a frame
        """new Promise((told) => {
          addEventListener("scroll", told, { once: true });
          scrollTo(0, 3000);
        }).then(() => {})"""
    )
    phone.evaluate("scrollTo(0, 2500)")
    button = phone.locator("#pst-back-to-top")
    expect(button).to_be_visible()
    box = button.bounding_box()
    assert box is not None
    assert box["width"] <= 48
    assert box["x"] + box["width"] <= PHONE["width"]
    background = phone.evaluate("getComputedStyle(document.body).backgroundColor")
    expect(button).to_have_css("background-color", background)
    expect(button).to_have_accessible_name(re.compile(r"\S"))


# ------------------------------------------------------------------ fading one language


def test_the_menu_of_the_fade_says_what_it_does_and_fits(page: Page, address: str) -> None:
    page.set_viewport_size(NARROW)
    page.goto(f"{address}/zh-en/gradient.html")
    page.get_by_role("button", name="淡化一种语言 Fade one language").click()
    menu = page.get_by_role("group", name=re.compile("Read one; the other appears"))
    expect(menu).to_be_visible()
    where = menu.bounding_box()
    assert where is not None
    assert where["x"] >= 0
    assert where["x"] + where["width"] <= NARROW["width"]
    both, english, chinese = menu.get_by_role("radio").all()
    expect(both).to_be_checked()
    both.focus()
    page.keyboard.press("ArrowDown")
    expect(english).to_be_checked()
    expect(page.locator("html")).to_have_attribute("data-fade", "en")
    expect(chinese).to_have_accessible_name("淡化中文 Fade the Chinese")


def test_a_heading_fades_with_its_language_and_comes_back(page: Page, address: str) -> None:
    page.goto(f"{address}/zh-en/gradient.html")
    page.evaluate("localStorage.setItem('fade', 'zh')")
    page.reload()
    heading = page.locator("article h2").first
    zh, en = heading.locator(".zh"), heading.locator(".en")
    expect(zh).to_have_css("opacity", "0.12")
    expect(en).to_have_css("opacity", "1")
    # the English is no longer the second, grey and thin
    assert en.evaluate("e => getComputedStyle(e).color") == heading.evaluate(
        "e => getComputedStyle(e).color"
    )
    heading.hover()
    expect(zh).to_have_css("opacity", "1")


# ------------------------------------------------------------------ formulas

FORMULAS = """() => [...document.querySelectorAll("div.math")]
  .filter((display) => display.checkVisibility() && display.querySelector(".katex-html"))
  .map((display) => {
    const box = display.querySelector(".equation"), number = display.querySelector(".eqno");
    const html = box.querySelector(".katex-html");
    const bases = [...html.querySelectorAll(".katex-base")];
    const starts = bases.map((base) => base.getBoundingClientRect().left);
    const lines = 1 + starts.filter((start, i) => i > 0 && start <= starts[i - 1]).length;
    const { left, right, bottom } = html.getBoundingClientRect();
    const at = number?.getBoundingClientRect();
    const mark = display.querySelector("details.evidence")?.getBoundingClientRect();
    return {
      id: display.id, lines, wide: box.scrollWidth > box.clientWidth,
      below: at ? at.top >= bottom - 3 : null,
      beside: at ? at.left >= right : null,
      flush: at ? Math.abs((mark ?? at).right - display.getBoundingClientRect().right) < 1 : null,
      together: at && mark ? at.right <= mark.left + 1 && at.top < mark.bottom : null,
    };
  })"""


@pytest.mark.parametrize("name", ["numerical-stability", "modules", "backpropagation"])
def test_a_formula_too_wide_for_a_phone_is_broken_with_its_number_at_the_right(
    phone: Page, address: str, name: str
) -> None:
    phone.goto(f"{address}/zh/{name}.html")
    found = phone.evaluate(FORMULAS)
    assert any(formula["lines"] > 1 for formula in found)
    for formula in found:
        assert formula["below"] is not False or formula["beside"], formula["id"]
        assert formula["flush"] is not False, formula["id"]
        assert formula["together"] is not False, formula["id"]


def test_a_formula_stands_in_the_middle_where_there_is_room(page: Page, address: str) -> None:
    page.goto(f"{address}/zh/gradient.html")
    display = page.locator("#equation-eq-gradient .equation")
    box = display.bounding_box()
    formula = display.locator(".katex-html").bounding_box()
    assert box is not None
    assert formula is not None
    assert formula["width"] < box["width"] - 100
    middle = box["x"] + box["width"] / 2
    assert formula["x"] + formula["width"] / 2 == pytest.approx(middle, abs=2)


def test_few_formulas_of_the_book_are_scrolled_on_a_phone(phone: Page, address: str) -> None:
    scrolled, count = [], 0
    for name in PAGES:
        phone.goto(f"{address}/zh/{name}.html")
        found = phone.evaluate(FORMULAS)
        count += len(found)
        scrolled += [f"{name}: {formula['id']}" for formula in found if formula["wide"]]
    assert len(scrolled) <= 0.1 * count, scrolled


# ------------------------------------------------------------------ letters


def fonts(page: Page, selector: str) -> dict[str, float]:
    """Return how many letters of an element each font draws."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    used = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    return {font["postScriptName"]: font["glyphCount"] for font in used}


def test_headings_grow_fainter_with_their_level(page: Page, address: str) -> None:
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{address}/zh/gradient.html")
        sizes, faces = [], []
        for level in ("h1", "h2", "h3"):
            heading = page.locator(f"article {level}").first
            weight, size = heading.evaluate(
                "e => [getComputedStyle(e).fontWeight, parseFloat(getComputedStyle(e).fontSize)]"
            )
            assert weight == "600"
            sizes.append(size)
            used = fonts(page, f"article {level}")
            faces.append(max(used, key=lambda name: used[name]))
        assert sizes == sorted(set(sizes), reverse=True)
        # with a font of two weights, 500 would be Regular and 600 Bold
        assert len({face.rpartition("-")[2] for face in faces}) == 1, faces


def test_no_dot_stands_below_a_latin_letter(page: Page, address: str) -> None:
    dotted = """() => {
      const article = document.querySelector("article");
      const texts = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
      const found = [];
      for (let node; (node = texts.nextNode()); ) {
        const { textEmphasisStyle } = getComputedStyle(node.parentElement);
        if (textEmphasisStyle !== "none" && /[A-Za-z]/.test(node.data)) found.push(node.data);
      }
      return found;
    }"""
    for name in PAGES:
        page.goto(f"{address}/zh/{name}.html", wait_until="domcontentloaded")
        assert page.evaluate(dotted) == [], name
    page.locator("article p").first.evaluate("p => { p.innerHTML = '<em>重点</em>' }")
    expect(page.locator("article p em").first).to_have_css("text-emphasis-style", "dot")


def test_numbers_of_text_and_formulas_look_alike(page: Page, address: str) -> None:
    page.goto(f"{address}/zh/numerical-stability.html")
    page.evaluate(
        """() => {
          document.querySelector("article p").innerHTML += '<span id="number">0123456789</span>';
          document.querySelector("article p .katex .katex-base").innerHTML =
            '<span id="formula">0123456789</span>';
        }"""
    )
    widths = [page.locator(name).bounding_box() for name in ("#number", "#formula")]
    assert widths[0] is not None
    assert widths[1] is not None
    assert widths[0]["width"] == pytest.approx(widths[1]["width"], abs=0.5)
    assert fonts(page, "#number") == fonts(page, "#formula")
