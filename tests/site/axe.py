"""What axe-core finds in a page: all rules of WCAG's levels A and AA, and its best practices.

Axe measures each element of a page anew in each round.  So, when a whole page is looked at, what no
further round can judge is taken out of it: the insides of code and formulas, and at last, as
contrast is equal where letters of one look stand on one background, all but one of each look.
"""

from __future__ import annotations

from typing import Any, Literal

from playwright.sync_api import Locator, Page

from tests.site.built import ROOT

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
RUN = """async ({ only, without, of }) => {
  // rules that are off by default too, and the settled ones of best practice
  const rules = {};
  for (const { ruleId, tags } of axe.getRules()) {
    const off = tags.some((tag) => /aaa$|deprecated/.test(tag));
    const trial = tags.includes("best-practice") && tags.includes("experimental");
    const asked = only ? only.includes(ruleId) : !without?.includes(ruleId);
    rules[ruleId] = { enabled: !off && !trial && asked };
  }
  const where = of ? { include: [...window[of]] } : document;
  const { violations } = await axe.run(where, { rules, resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map((n) => `${id}: ${n.target.join(" ")}`));
}"""
FRAME = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
# The first element of each look on each background, with what has another look in the dark.
ADD_LOOKS = """() => {
  const backgrounds = new Map([[null, ""]]);
  const background = (e) => {
    if (!backgrounds.has(e)) {
      const { backgroundColor, backgroundImage, opacity } = getComputedStyle(e);
      const own = `${backgroundColor} ${backgroundImage} ${opacity};`;
      const isClear = own === "rgba(0, 0, 0, 0) none 1;";
      backgrounds.set(e, background(e.parentElement) + (isClear ? "" : own));
    }
    return backgrounds.get(e);
  };
  const found = new Map();
  for (const e of document.body.querySelectorAll("*")) {
    const hasText = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!hasText && !e.matches("input, select, textarea")) continue;
    if (!e.checkVisibility({ visibilityProperty: true })) continue;
    const { color, fontSize, fontWeight, textDecorationLine } = getComputedStyle(e);
    const isLink = e.matches("a, a *"); // which is told from the text around it
    const look = [color, fontSize, fontWeight, textDecorationLine, isLink, background(e)].join();
    if (!found.has(look)) found.set(look, e);
  }
  window.looks = new Set([...(window.looks ?? []), ...found.values()]);
}"""
# Code has only colours inside.  What is drawn of a formula is hidden from screen readers.
WITHOUT_SPANS_OF_CODE = """() => {
  for (const pre of document.querySelectorAll(".highlight pre")) {
    if (![...looks].some((e) => pre.contains(e))) pre.textContent = pre.textContent;
  }
}"""
WITHOUT_LETTERS_OF_FORMULAS = """() => {
  const all = [...document.querySelectorAll(".katex-html")];
  const drawn = all.filter((e) => ![...looks].some((look) => e.contains(look)));
  const boxes = drawn.map((e) => e.getBoundingClientRect());
  for (const [i, { width, height }] of boxes.entries()) {
    drawn[i].replaceChildren();
    drawn[i].style.cssText = `display: inline-block; width: ${width}px; height: ${height}px`;
  }
}"""
WITHOUT_OTHERS = """() => {
  const kept = new Set([...looks].flatMap((e) => [e, ...e.querySelectorAll("*")]));
  for (let e of looks) while ((e = e.parentElement)) kept.add(e);
  for (const e of document.body.querySelectorAll("*")) if (!kept.has(e)) e.remove();
}"""
# The shadows at the edges of code and formulas are drawn behind them, and of what stands before a
# picture axe does not judge the contrast.
FLAT = ".bd-article :is(pre, .equation) { background-image: none !important }"
OF_COLOURS = ["color-contrast", "link-in-text-block"]
ALONE = """(parts) => {
  for (const section of document.querySelectorAll("article section section")) {
    if (!parts.some((part) => section.contains(part))) section.remove();
  }
}"""


def leave_alone(*parts: Locator) -> None:
    """Take all sections out of a page but those of these parts, whose states are looked at."""
    parts[0].page.evaluate(ALONE, [part.element_handle() for part in parts])


def inaccessible(page: Page) -> list[str]:
    """Return what axe finds, the page narrow and wide, light and dark, nothing moving.

    It takes the page to pieces.
    """
    _prepare(page)
    structure, colours = {"without": OF_COLOURS}, {"only": OF_COLOURS, "of": "looks"}
    found: list[str] = []

    def show(theme: Literal["light", "dark"], width: int, *scripts: str) -> None:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.wait_for_selector(f"html[data-theme={theme}]")
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(FRAME)  # in which the page notices what has become too wide
        for script in scripts:
            page.evaluate(script)

    def ask(rules: dict[str, Any]) -> None:
        width, theme = page.evaluate("[innerWidth, document.documentElement.dataset.theme]")
        faults = page.evaluate(RUN, rules)
        found.extend(f"{theme}, {width} px: {fault}" for fault in faults)

    show("dark", 1280, ADD_LOOKS)
    show("light", 1280, ADD_LOOKS, WITHOUT_SPANS_OF_CODE)
    show("light", 390)
    ask(structure)
    show("light", 1280, WITHOUT_LETTERS_OF_FORMULAS)
    ask(structure)
    show("light", 1280, WITHOUT_OTHERS)
    ask(colours)
    show("dark", 1280)
    ask(colours)
    return found


def inaccessible_as_it_is(page: Page) -> list[str]:
    """Return what axe finds besides colours, in the window as it is."""
    _prepare(page)
    faults: list[str] = page.evaluate(RUN, {"without": OF_COLOURS})
    return faults


def _prepare(page: Page) -> None:
    page.evaluate(AXE)
    page.add_style_tag(content=FLAT)
    page.evaluate("document.querySelectorAll('.correction').forEach((f) => (f.open = true))")
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
