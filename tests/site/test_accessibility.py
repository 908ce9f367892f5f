"""WCAG 2.2 AA as far as a program can tell: axe-core on every page, and a walk by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.site.built import EDITIONS, PAGES, ROOT

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
RUN = """async () => {
  // all rules of levels A and AA, those off by default too, and the settled ones of best practice
  const rules = {};
  for (const { ruleId, tags } of axe.getRules()) {
    const off = tags.some((tag) => /aaa$|deprecated/.test(tag));
    const trial = tags.includes("best-practice") && tags.includes("experimental");
    rules[ruleId] = { enabled: !off && !trial };
  }
  const { violations } = await axe.run(document, { rules, resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map((n) => `${id}: ${n.target.join(" ")}`));
}"""
# The shadows at the edges of code and formulas are drawn behind them, and of what stands before a
# picture axe does not judge the contrast.
FLAT = ".bd-article :is(pre, .equation) { background-image: none !important }"
FRAME = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
HALVES = (PAGES[::2], PAGES[1::2])  # two workers share the work evenly


@pytest.fixture
def still(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Give a page of Chromium in the colours that a test asks for, with nothing moving."""
    context = browser.new_context(
        color_scheme=request.param, viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("half", [0, 1])
@pytest.mark.parametrize("still", ["light", "dark"], indirect=True)
@pytest.mark.parametrize("edition", EDITIONS)
def test_axe_finds_nothing_on_any_page_wide_or_narrow(
    still: Page, address: str, edition: str, half: int
) -> None:
    found = []
    for name in [*HALVES[half], *(["search"] if half else [])]:
        still.set_viewport_size({"width": 1280, "height": 900})
        still.goto(f"{address}/{edition}/{name}.html")
        still.add_style_tag(content=FLAT)
        still.evaluate(AXE)
        for width in (1280, 390):
            still.set_viewport_size({"width": width, "height": 900})
            still.evaluate(FRAME)  # in which the page notices what has become too wide
            found += [f"{name} at {width} px: {fault}" for fault in still.evaluate(RUN)]
    assert found == []


def test_a_screen_reader_finds_every_formula_as_mathematics(page: Page, address: str) -> None:
    page.goto(f"{address}/zh-en/weight-decay.html")
    formulas = page.evaluate(
        "[...document.querySelectorAll('math')].filter((m) => m.checkVisibility()).length"
    )
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    roles = [node["role"]["value"] for node in tree if not node["ignored"]]
    assert roles.count("MathMLMath") == formulas > 100


def test_everything_can_be_reached_by_keyboard_with_the_focus_in_sight(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/zh-en/gradient.html")
    wanted = page.evaluate(
        """() => [...document.querySelectorAll("a[href], button, select, summary, input")]
          .filter((e) => e.checkVisibility({ visibilityProperty: true }))
          .filter((e) => e.tabIndex >= 0).length"""
    )
    assert wanted > 40
    reached, unseen = set(), []
    for _ in range(3 * wanted):
        page.keyboard.press("Tab")
        name, shown = page.evaluate(
            """async () => {
              const e = document.activeElement, style = getComputedStyle(e);
              await Promise.all(document.getAnimations().map((moving) => moving.finished));
              window.seen ??= new Map();
              if (!seen.has(e)) seen.set(e, seen.size);
              const { width, height, top, bottom } = e.getBoundingClientRect();
              const there = width > 0 && height > 0 && bottom > 0 && top < innerHeight;
              const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
              return [e === document.body ? -1 : seen.get(e), there && outlined || e.outerHTML];
            }"""
        )
        if name in reached or name == -1:
            break  # once round
        reached.add(name)
        if shown is not True:
            unseen.append(shown[:120])
    assert unseen == []
    assert len(reached) >= wanted


def test_the_first_tab_offers_to_skip_to_the_text(page: Page, address: str) -> None:
    page.goto(f"{address}/en/gradient.html")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to main content")).to_be_in_viewport()


def test_the_focus_is_never_hidden_behind_the_header(page: Page, address: str) -> None:
    page.goto(f"{address}/en/gradient.html")
    page.locator(".cite summary").focus()
    for _ in range(25):
        page.keyboard.press("Shift+Tab")
        top, header = page.evaluate(
            """() => [document.activeElement.closest("article") &&
                 document.activeElement.getBoundingClientRect().bottom,
               document.querySelector(".bd-header-article").getBoundingClientRect().bottom]"""
        )
        assert top is None or top > header


def test_a_formula_that_cannot_be_broken_is_scrolled_by_keyboard_and_fades_out(
    page: Page, address: str
) -> None:
    page.set_viewport_size({"width": 320, "height": 844})
    page.goto(f"{address}/zh/weight-decay.html")
    display = page.locator("#equation-eq-penalty-prior")
    formula = display.locator(".equation")
    expect(formula).to_have_attribute("tabindex", "0")
    number = display.locator(".eqno").evaluate("e => e.firstChild.textContent")
    expect(formula).to_have_attribute("aria-label", number)
    expect(formula).to_have_css("mask-image", re.compile("linear-gradient"))
    formula.focus()
    expect(formula).to_have_css("mask-image", "none")  # it would cut off the ring of the focus
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "document.querySelector('#equation-eq-penalty-prior .equation').scrollLeft > 0"
    )
    page.set_viewport_size({"width": 1280, "height": 844})
    assert formula.get_attribute("tabindex") is None


def test_nothing_moves_where_reduced_motion_is_asked_for(browser: Browser, address: str) -> None:
    for reduced in (True, False):
        context = browser.new_context(reduced_motion="reduce" if reduced else "no-preference")
        page = context.new_page()
        page.goto(f"{address}/zh-en/gradient.html")
        moving = page.evaluate(
            """() => [...document.querySelectorAll("*")].filter((e) => {
              const style = getComputedStyle(e);
              const times = `${style.transitionDuration}, ${style.animationDuration}`;
              return times.split(", ").some((time) => parseFloat(time) > 0) &&
                (style.animationName !== "none" || style.transitionProperty !== "none");
            }).length"""
        )
        smooth = page.evaluate("getComputedStyle(document.documentElement).scrollBehavior")
        assert (moving == 0) == reduced  # without the wish there is something to keep still
        assert not reduced or smooth == "auto"
        context.close()


HAN_IN_ENGLISH = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  for (let node; (node = texts.nextNode()); ) {
    const parent = node.parentElement;
    if (parent.closest("script, style, noscript, pre, code")) continue;
    const chinese = parent.closest("[lang]").lang.startsWith("zh");
    if (!chinese && /[\u4e00-\u9fff]/.test(node.data)) found.push(node.data.trim());
  }
  return found;
}"""
ENGLISH_IN_CHINESE = """() => {
  const found = [];
  for (const block of document.querySelectorAll(":is(p, li, h1, h2, h3, summary, button, a)")) {
    if (block.closest("pre, code, dialog:not([open])")) continue;
    const text = [...block.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data).join("");
    const chinese = block.closest("[lang]").lang.startsWith("zh");
    if (chinese && /([A-Za-z]{2,} ){4}/.test(text) && !/[\u4e00-\u9fff]/.test(text)) {
      found.push(text.trim().slice(0, 60));
    }
  }
  return found;
}"""


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_language_of_each_passage_is_marked(page: Page, address: str, edition: str) -> None:
    found = []
    for name in PAGES:
        page.goto(f"{address}/{edition}/{name}.html", wait_until="domcontentloaded")
        wrong = page.evaluate(HAN_IN_ENGLISH) + page.evaluate(ENGLISH_IN_CHINESE)
        found += [f"{name}: {text}" for text in wrong]
    assert found == []
