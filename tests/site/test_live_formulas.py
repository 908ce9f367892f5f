"""Formulas in a reader's hands: changed, checked, broken, put back; each as the build did it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

import eqcheck
from book._ext.live.reader import pages
from book._ext.paths import NODE_MODULES
from tests.book.site.node import worth
from tests.site.axe import AXE, RUN, leave_alone
from tests.site.built import EDITIONS, SITE, report
from tests.site.conftest import Do
from tests.site.server import serve
from tests.site.visit import DESKTOP, PHONE
from tests.site.work import PAGE_DATA

PAGE, LABEL = "parameter-learning", "eq-loss-gradient"
KILOBYTES = 10
PATIENCE = 60_000  # milliseconds, for Python to start
IS_SET = f"""
import katex from "{(NODE_MODULES / "katex/dist/katex.mjs").as_uri()}";
const isSet = (latex) => {{
  try {{
    return katex.renderToString(latex, {{ strict: "ignore" }});
  }} catch {{
    return false;
  }}
}};"""
UNFOLD = """element => {
  for (let fold = element.closest("details"); fold; fold = fold.parentElement.closest("details")) {
    fold.open = true;
  }
}"""


def opened(page: Page, address: str, edition: str = "en", label: str = LABEL) -> Locator:
    """Open the panel of an equation; return it."""
    page.set_default_timeout(PATIENCE)
    name = next(name for name, path in PAGE_DATA.items() if f'"{label}"' in path.read_text("utf-8"))
    page.goto(f"{address}/{edition}/{name}.html")
    math = page.locator(f"#equation-{label}")
    math.evaluate(UNFOLD)
    mark = math.locator("details.evidence summary")
    if mark.count():
        mark.click()
    beside = math if mark.count() else page.locator(f"#equation-{label} + .evidence")
    beside.locator("[data-live=break]").click()
    panel = page.locator(f"#equation-{label} ~ .live-formula").first
    expect(field(panel)).to_have_value(re.compile("."), timeout=PATIENCE)
    return panel


def versions(data: str) -> Iterator[str]:
    """Yield the ways in which eqcheck writes the equations of a page: its own, true and wrong."""
    pages.open_page(data)
    for step in json.loads(data):
        if "label" in step and "latex" in step and "expect" not in step:
            latex, page = step["latex"], pages.before(step["label"])
            with suppress(eqcheck.Refusal):  # a definition, say, of which there are no versions
                yield from (latex, *(m.latex for m in eqcheck.mutants(latex, page)))
                yield from eqcheck.rewritings(latex, page)


def field(panel: Locator) -> Locator:
    return panel.locator("[data-live=latex]")


def button(panel: Locator, name: str) -> Locator:
    return panel.locator(f"button[data-live={name}]")


def verdict(panel: Locator, state: str) -> Locator:
    """Return the verdict once it is there."""
    found = panel.locator("[data-live=verdict]")
    expect(found).to_have_attribute("data-state", state, timeout=PATIENCE)
    return found


def change(panel: Locator, old: str, new: str) -> None:
    """Write something else in the place of a part of the LaTeX, and check it."""
    latex = field(panel).input_value()
    assert old in latex
    field(panel).fill(latex.replace(old, new, 1))
    field(panel).press("Shift+Enter")


# ------------------------------------------------------------------ the same as at build


@pytest.mark.parametrize("name", sorted(PAGE_DATA))
def test_every_equation_is_checked_in_the_browser_as_at_build(work: Do, name: str) -> None:
    found = work(name).equations
    built = {result["label"]: result for result in report() if result["page"] == name}
    executed = {k: r for k, r in built.items() if r["state"] in ("checked", "wrong-as-expected")}
    assert found.keys() == executed.keys()
    for label, result in executed.items():
        ours = found[label]
        if result["state"] == "checked":
            assert (ours["state"], ours["draws"]) == (result["state"], result["draws"]), label
        else:
            assert ours["state"] == ("refused" if result["error"] is None else "wrong"), label


@pytest.mark.parametrize("name", sorted(PAGE_DATA))
def test_the_wrong_versions_of_a_page_fall_in_the_browser_as_at_build(work: Do, name: str) -> None:
    found = work(name).equations
    attacked = {label: ours for label, ours in found.items() if "caught" in ours}
    assert len(attacked) == ("checked" in {ours["state"] for ours in found.values()})
    for result in (result for result in report() if result["label"] in attacked):
        ours = attacked[result["label"]]
        numbers = [ours["of"], ours["caught"], ours["missed"]]
        assert numbers == [result["mutants"], result["killed"], []]


def test_a_page_carries_little_and_says_nothing_in_words() -> None:
    assert len(PAGE_DATA) > 15
    for name, path in PAGE_DATA.items():
        text = path.read_text("utf-8")
        assert len(text.encode()) <= KILOBYTES * 1024, name
        formulas = [step for step in json.loads(text) if "try" not in step]  # those have hints
        assert not re.search("[\u4e00-\u9fff]", json.dumps(formulas, ensure_ascii=False)), name


# ------------------------------------------------------------------ verdicts


def test_a_formula_is_changed_and_each_answer_is_given_in_words(page: Page, strict: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{strict}/en/{PAGE}.html")
    assert not [url for url in asked if "/_live/" in url], "asked for before a reader asked"
    panel = opened(page, strict)
    expect(field(panel)).to_be_focused()
    whole = field(panel).input_value()
    expect(panel.locator("[data-live=preview] .katex")).to_be_visible()
    expect(panel.locator(".live-symbols table")).to_be_visible()

    button(panel, "check").click()
    found = verdict(panel, "checked")
    expect(found).to_contain_text("it holds at 20 random settings")
    expect(found).to_contain_text("This is what the book says.")
    caught = re.compile("slips that were tried are caught|versions with one")
    expect(found).to_contain_text(caught, timeout=PATIENCE)

    change(panel, "-", "+")  # a wrong sign
    found = verdict(panel, "wrong")
    example = found.locator("[data-live=counterexample]")
    expect(example).to_contain_text("A counterexample:")
    assert example.locator(".katex").count() >= 3
    assert example.locator("dt").all_text_contents() == ["left", "right"]

    field(panel).fill(whole)
    change(panel, r"^{\top}", "")  # a missing transpose
    found = verdict(panel, "refused")
    expect(found.locator("mark")).not_to_be_empty()
    expect(found).to_contain_text(re.compile(r"\d+ × \d+ times \d+ × \d+|unequal shapes"))

    for nonsense in ("nonsense", r"\frac{1}{n = 2", "= ="):
        field(panel).fill(nonsense)
        field(panel).press("Shift+Enter")
        expect(verdict(panel, "refused")).to_contain_text("It cannot be checked as it stands.")
    field(panel).fill("")
    field(panel).press("Shift+Enter")
    expect(panel.get_by_role("status")).to_have_text("Write an equation first.")

    field(panel).fill(" = ".join(reversed(whole.split(" = ", 1))))  # another form
    field(panel).press("Shift+Enter")
    expect(verdict(panel, "checked")).not_to_contain_text("This is what the book says.")
    button(panel, "reset").click()
    assert field(panel).input_value() == whole
    assert [url for url in asked if not url.startswith(strict)] == []


def test_a_slip_is_put_in_by_one_click_and_is_found(page: Page, strict: str) -> None:
    panel = opened(page, strict)
    whole = field(panel).input_value()
    seen = set()
    for _ in range(3):
        button(panel, "slip").click()
        expect(field(panel)).not_to_have_value(whole, timeout=PATIENCE)
        expect(button(panel, "check")).to_be_visible()
        seen.add(field(panel).input_value())
        button(panel, "check").click()
        expect(panel.locator("[data-live=verdict]")).to_have_attribute(
            "data-state", re.compile("wrong|refused"), timeout=PATIENCE
        )
    assert whole not in seen


def test_a_round_counts_what_a_reader_knew(page: Page, strict: str) -> None:
    panel = opened(page, strict)
    button(panel, "round").click()
    score = 0
    for number in range(1, 7):
        quiz = panel.locator("[data-live=quiz]")
        expect(quiz).to_contain_text(f"Question {number} of 6 · {score} right", timeout=PATIENCE)
        expect(quiz.locator(".katex")).to_be_visible()
        button(panel, "yes" if number % 2 else "no").click()
        found = panel.locator("[data-live=verdict]")
        expect(found).to_have_attribute("data-state", re.compile("."), timeout=PATIENCE)
        score += (found.text_content() or "").startswith("Right.")
        if number < 6:
            button(panel, "next").click()
    expect(found).to_contain_text(f"{score} of 6 right.")
    button(panel, "close").first.click()
    expect(field(panel)).to_be_focused()


def test_every_version_of_an_equation_that_a_round_can_show_is_set() -> None:
    shown = [latex for path in PAGE_DATA.values() for latex in versions(path.read_text("utf-8"))]
    assert len(shown) > 10 * len(report())
    assert worth(f"{json.dumps(shown)}.filter((latex) => !isSet(latex))", IS_SET) == []


def test_what_the_book_shows_as_wrong_can_be_mended(page: Page, strict: str) -> None:
    panel = opened(page, strict, label="eq-errata-sign")
    assert button(panel, "slip").is_hidden()
    button(panel, "check").click()
    expect(verdict(panel, "wrong").locator("[data-live=counterexample]")).to_be_visible()
    change(panel, r"\frac{1}{n}", r"-\frac{1}{n}")
    verdict(panel, "checked")


def test_a_formula_that_takes_long_says_so_and_is_stopped(page: Page, strict: str) -> None:
    panel = opened(page, strict, label="eq-minibatch-variance")
    expect(panel.get_by_role("status")).to_contain_text("This equation takes long")
    button(panel, "check").click()
    expect(panel).to_have_attribute("data-live-state", re.compile("starting|running"))
    verdict(panel, "checked")
    expect(panel.locator(".live-progress")).to_contain_text(
        re.compile(r"Tried \d+ of \d+"), timeout=PATIENCE
    )
    button(panel, "stop").click()
    expect(panel.get_by_role("status")).to_contain_text("Stopped; the equation itself was checked")
    expect(button(panel, "check")).to_be_focused()
    button(panel, "check").click()
    button(panel, "stop").click()  # the first step is ended with the worker
    expect(panel.get_by_role("status")).to_have_text("Stopped.")
    change(panel, "=", "= =")
    verdict(panel, "refused")


# ------------------------------------------------------------------ for everybody


def test_a_formula_is_opened_checked_and_closed_by_keyboard(page: Page, strict: str) -> None:
    page.set_default_timeout(PATIENCE)
    page.goto(f"{strict}/zh/{PAGE}.html")
    math = page.locator(f"#equation-{LABEL}")
    math.locator("details.evidence summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(math.locator("[data-live=break]")).to_be_focused()
    expect(math.locator("[data-live=break]")).to_have_text("改改看")
    page.keyboard.press("Enter")
    panel = page.locator(f"#equation-{LABEL} + .live-formula")
    expect(field(panel)).to_be_focused()
    page.keyboard.press("Tab")
    expect(button(panel, "check")).to_be_focused()
    page.keyboard.press("Enter")
    expect(verdict(panel, "checked")).to_contain_text("成立：在 20 组随机取值上验算无误")
    expect(button(panel, "check")).to_be_focused()
    assert panel.get_by_role("status").get_attribute("data-live") == "verdict"
    expect(panel).to_have_accessible_name(re.compile(r"改写公式 \(.+\)"))
    button(panel, "close").focus()
    page.keyboard.press("Enter")
    expect(math.locator("details.evidence summary")).to_be_focused()
    expect(panel).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["wide", "narrow"])
def test_axe_finds_nothing_in_any_state_of_a_formula(
    browser: Browser, theme: Any, viewport: Any
) -> None:
    context = browser.new_context(
        viewport=viewport, color_scheme=theme, service_workers="block", reduced_motion="reduce"
    )
    with serve(SITE) as plain:
        page = context.new_page()
        panel = opened(page, plain, "zh-en")
        page.evaluate(AXE)
        leave_alone(panel)
        assert page.evaluate(RUN, {}) == []
        button(panel, "check").click()
        verdict(panel, "checked")
        assert page.evaluate(RUN, {}) == []
        for old, new in (("-", "+"), (r"^{\top}", "")):
            change(panel, old, new)
            expect(panel.locator("[data-live=verdict]")).to_have_attribute(
                "data-state", re.compile("wrong|refused"), timeout=PATIENCE
            )
            assert page.evaluate(RUN, {}) == []
        button(panel, "round").click()
        button(panel, "yes").click()
        expect(panel.locator("[data-live=verdict]")).to_have_attribute(
            "data-state", re.compile("."), timeout=PATIENCE
        )
        assert page.evaluate(RUN, {}) == []
    context.close()


@pytest.mark.parametrize("edition", EDITIONS)
def test_nothing_sticks_out_of_a_small_phone(browser: Browser, strict: str, edition: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 700}, service_workers="block")
    panel = opened(context.new_page(), strict, edition)
    change(panel, "-", "+")
    verdict(panel, "wrong")
    assert panel.page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


def test_from_a_file_the_button_says_what_to_do(page: Page) -> None:
    page.goto((SITE / "zh" / f"{PAGE}.html").as_uri())
    math = page.locator(f"#equation-{LABEL}")
    math.locator("summary").click()
    math.locator("[data-live=break]").click()
    expect(math.locator(".live-status")).to_contain_text("python3 -m http.server")
    assert page.locator(".live-formula").count() == 0


def test_what_cannot_be_fetched_is_said_and_another_try_succeeds(page: Page, strict: str) -> None:
    page.route("**/_live/pages/*.json", lambda route: route.fulfill(status=404, body="gone"))
    page.goto(f"{strict}/en/{PAGE}.html")
    math = page.locator(f"#equation-{LABEL}")
    math.locator("summary").click()
    math.locator("[data-live=break]").click()
    panel = page.locator(f"#equation-{LABEL} + .live-formula")
    expect(panel.get_by_role("status")).to_contain_text("could not be fetched")
    button(panel, "reset").click()
    expect(field(panel)).to_have_value("")
    page.unroute("**/_live/pages/*.json")
    math.locator("summary").click()
    math.locator("[data-live=break]").click()
    expect(field(panel)).to_have_value(re.compile("."), timeout=PATIENCE)
    expect(panel.get_by_role("status")).to_be_empty()
