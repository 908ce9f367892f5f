"""All that one visit of a page can show: each test asks about one thing that was seen.

A page is visited once for all of them, in a window as wide as a desk's or a phone's; then it is
looked at in both widths and both colours.  An edition of one language has no part and no colour
that the one of both lacks: axe, which is dear, is asked of it on a phone only.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page

from tests.site.axe import FRAME, inaccessible, inaccessible_as_it_is
from tests.site.visit import DESKTOP, PHONE, Visit, first_visit

NARROW = 320
STICKING_OUT = """() => {
  const scrolled = (e) =>
    e && (getComputedStyle(e).overflowX !== "visible" || scrolled(e.parentElement));
  const named = (e) => `${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 20)}`;
  return [...document.querySelectorAll("body > *, body > * *")].filter((e) =>
    e.checkVisibility({ visibilityProperty: true })
    && !e.closest("math, .visually-hidden, dialog")
    && e.getBoundingClientRect().right > 320.5
    && !scrolled(e.parentElement)).map(named).slice(0, 5);
}"""
# What is neither in running text nor large enough for a finger (WCAG 2.2, 2.5.8).
CONTROLS = "button, summary, select, .language-switch a, .trail a"
TOO_SMALL = """(controls) => [...document.querySelectorAll(controls)]
  .filter((e) => e.checkVisibility({ visibilityProperty: true }))
  .map((e) => [e, e.getBoundingClientRect()])
  .filter(([, { width, height }]) => width < 24 || height < 24)
  .map(([e, { width, height }]) => `${e.className || e.textContent} ${width} x ${height}`)"""
# Which file of a figure a phone loads, and how wide it shows it.
SHOWN = """() => {
  const folds = [...document.querySelectorAll("details:not([open])")];
  for (const fold of folds) fold.open = true;
  const shown = [...document.querySelectorAll("article figure img")].map((image) => {
    const sources = [...image.parentElement.querySelectorAll("source")];
    const source = sources.find(({ media }) => matchMedia(media).matches);
    return [source?.getAttribute("srcset") ?? image.getAttribute("src"), image.clientWidth];
  });
  for (const fold of folds) fold.open = false;
  return shown;
}"""
CONTENT = """() => {
  const ids = (selector) => [...document.querySelectorAll(selector)].map((e) => e.id);
  const count = (selector) => document.querySelectorAll(selector).length;
  return {
    ids: ids("article [id]"),
    formulas: ids("div.math:has(.katex)"),
    figures: ids("figure[id]"),
    cells: count("div.cell"),
    wrong: count(".katex-error"),
    undescribed: [...document.querySelectorAll("article img")]
      .filter((image) => !image.alt).map((image) => image.src),
  };
}"""
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


class Sight(NamedTuple):
    """What was seen of a page."""

    visit: Visit
    content: dict[str, Any]
    wrong_language: list[str]
    narrow: list[str]  # what a window of NARROW pixels has no room for, or makes too small
    inaccessible: list[str]
    figures: list[tuple[str, int]]  # the file and the width of each on a phone


def look_at(browser: Browser, url: str) -> Sight:
    """Visit a page, and look at it."""
    has_both = "/zh-en/" in url
    with first_visit(browser, url, DESKTOP if has_both else PHONE) as (page, visit):
        page.evaluate("document.documentElement.dataset.whole = ''")  # all of it has a size
        content = page.evaluate(CONTENT)
        wrong_language = page.evaluate(HAN_IN_ENGLISH) + page.evaluate(ENGLISH_IN_CHINESE)
        page.set_viewport_size(PHONE)
        figures = page.evaluate(SHOWN)
        narrow = _narrow(page)
        visit = visit._replace(faults=[*visit.faults])  # and not of a page that is taken to pieces
        faults = inaccessible(page) if has_both else inaccessible_as_it_is(page)
        return Sight(visit, content, wrong_language, narrow, faults, figures)


def _narrow(page: Page) -> list[str]:
    """Return what sticks out of a small phone, and controls that are too small for a finger."""
    page.set_viewport_size({"width": NARROW, "height": 800})
    page.evaluate(FRAME)
    found: list[str] = page.evaluate(STICKING_OUT) + page.evaluate(TOO_SMALL, CONTROLS)
    width = page.evaluate("document.documentElement.scrollWidth")
    return found if width <= NARROW else [f"{width} px wide", *found]
