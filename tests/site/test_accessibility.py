"""WCAG 2.2 AA as far as a program can tell: axe-core on every page, and a walk by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.site.axe import inaccessible
from tests.site.built import EVERY_PAGE, SEARCH
from tests.site.conftest import See


@pytest.mark.parametrize("name", [*EVERY_PAGE, *SEARCH])
def test_axe_finds_nothing_on_a_page_wide_or_narrow_light_or_dark(sight: See, name: str) -> None:
    assert sight(name).inaccessible == []


def test_faults_of_each_kind_are_found_light_and_dark_wide_and_narrow(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/en/gradient.html")
    page.evaluate(
        """() => {
          const article = document.querySelector("article");
          const last = [...article.querySelectorAll("p")].at(-1);
          last.insertAdjacentHTML("afterend", `
            <p id="faint">faint</p> <img src="x.png" id="nameless">
            <p><button id="small" class="s">a</button><button id="beside" class="s">b</button></p>
            <p><button class="narrow"></button></p>`);
          const code = article.querySelector(".cell_input pre");
          code.insertAdjacentHTML("beforeend", '<span id="token">token</span>');
        }"""
    )
    page.add_style_tag(
        content="""
        html[data-theme=light] #faint { color: #aaa } html[data-theme=dark] #token { color: #555 }
        .s { width: 12px; height: 12px; padding: 0; border: 0; font-size: 8px }
        @media (min-width: 600px) { .narrow { display: none } }"""
    )
    found = inaccessible(page)
    for fault in (
        "light, 1280 px: color-contrast: #faint",
        "dark, 1280 px: color-contrast: #token",
        "light, 1280 px: image-alt: #nameless",
        "light, 390 px: target-size: #small",
        "light, 1280 px: target-size: #beside",
        "light, 390 px: button-name: .narrow",
    ):
        assert fault in found
    assert not [f for f in found if "dark" in f and "#faint" in f]
    assert not [f for f in found if "1280 px: button-name" in f]


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
    for _ in range(formula.locator("[data-symbol]").count()):  # the last of them is out of sight
        page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "document.querySelector('#equation-eq-penalty-prior .equation').scrollLeft > 0"
    )


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


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_the_language_of_each_passage_is_marked(sight: See, name: str) -> None:
    assert sight(name).wrong_language == []
