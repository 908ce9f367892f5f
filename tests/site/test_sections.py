"""A part of a long page is laid out when it comes near, and readers notice nothing of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

LONG = ("zh-en/weight-decay", "zh/numerical-stability", "en/api", "zh/equations")
LAID_OUT = "(e) => e.checkVisibility({ contentVisibilityAuto: true })"
LAST = ":is(.bd-article, .formula-sheet) > section > section:last-child > :last-child"
# The first block below the header, as a reader sees it, and where it stands.
AT_THE_TOP = """() => {
  const blocks = [...document.querySelectorAll("article :is(p, h2, pre, dt, li)")];
  const near = blocks.filter((e) => e.checkVisibility({ contentVisibilityAuto: true }));
  const top = near.find((e) => e.getBoundingClientRect().top >= 64);
  return [top.textContent, Math.round(top.getBoundingClientRect().top)];
}"""
# By how much a block moves besides, when the page is scrolled up by a step, again and again.
MOVED_ON_THE_WAY_UP = """async () => {
  const frame = () => new Promise((soon) => requestAnimationFrame(soon));
  const by = (step) => scrollBy({ top: step, behavior: "instant" });
  const moved = [];
  by(document.documentElement.scrollHeight);
  for (let i = 0; i < 40; i += 1) {
    for (let j = 0; j < 4; j += 1) await frame();
    if (scrollY < 700) break;
    const seen = document.elementFromPoint(innerWidth / 2, 120);
    const block = seen.closest("article :is(p, h2, pre, dt, li, figure, summary, .math)");
    const from = block?.getBoundingClientRect().top;
    by(-600);
    for (let j = 0; j < 4; j += 1) await frame();
    if (block) moved.push(Math.abs(block.getBoundingClientRect().top - from - 600));
  }
  return moved;
}"""
# What opens below an equation at the end of a part, and what is seen at its lower edge.
OVER_THE_NEXT = """() => {
  const found = [];
  for (const mark of document.querySelectorAll("article details.evidence")) {
    mark.open = true;
    mark.scrollIntoView({ block: "center" });
    const box = mark.querySelector("div");
    const { bottom, left } = box.getBoundingClientRect();
    const part = mark.closest(".bd-article > section > section").getBoundingClientRect();
    if (bottom > part.bottom + 12) {
      found.push(box.contains(document.elementFromPoint(left + 12, bottom - 6)));
    }
    mark.open = false;
  }
  return found;
}"""


@pytest.fixture(scope="session")
def browser(readers_browser: Browser) -> Browser:
    """Let the pages of these tests be as readers get them."""
    return readers_browser


@pytest.mark.parametrize("name", LONG)
def test_what_is_far_away_is_laid_out_when_it_comes_near(
    page: Page, address: str, name: str
) -> None:
    page.goto(f"{address}/{name}.html")
    last = page.locator(LAST).last
    assert not last.evaluate(LAID_OUT)
    last.scroll_into_view_if_needed()
    page.wait_for_function(LAID_OUT, arg=last.element_handle())


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", LONG)
def test_what_is_in_sight_stays_where_it_is_while_more_is_laid_out_above(
    page: Page, address: str, name: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{address}/{name}.html")
    moved = page.evaluate(MOVED_ON_THE_WAY_UP)
    assert len(moved) > 10
    assert max(moved) <= 1


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", LONG[:-1])
def test_a_link_leads_to_its_place(page: Page, address: str, name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{address}/{name}.html")
    names = "(all) => all.filter((e) => e.checkVisibility()).map((e) => e.id)"
    ids = page.locator("article > section > section [id]:not(svg *)").evaluate_all(names)
    assert len(ids) > 20
    for id_ in ids[-2 :: -len(ids) // 8]:
        page.goto("about:blank")
        page.goto(f"{address}/{name}.html#{id_}")
        place = f"Math.abs(document.getElementById('{id_}').getBoundingClientRect().top - 64) <= 2"
        end = "scrollY + innerHeight >= document.documentElement.scrollHeight - 2"
        page.wait_for_function(f"() => {place} || {end}")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", LONG)
def test_who_comes_back_finds_the_place(page: Page, address: str, name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{address}/{name}.html")
    page.mouse.move(width / 2, 400)
    for _ in range(20):
        page.mouse.wheel(0, 300)
        page.wait_for_timeout(30)
    page.wait_for_timeout(200)
    text, top = page.evaluate(AT_THE_TOP)
    page.reload()
    assert page.evaluate(AT_THE_TOP) == [text, pytest.approx(top, abs=2)]
    page.goto(f"{address}/en/notation.html")
    page.go_back()
    assert page.evaluate(AT_THE_TOP) == [text, pytest.approx(top, abs=2)]


def test_what_opens_at_the_end_of_a_part_lies_over_the_next(page: Page, address: str) -> None:
    over = []
    for name in ("zh-en/weight-decay", "zh/gradient-descent", "en/softmax", "en/vae"):
        page.goto(f"{address}/{name}.html")
        over += page.evaluate(OVER_THE_NEXT)
    assert over
    assert all(over)
