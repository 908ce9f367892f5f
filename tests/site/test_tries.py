"""Exercises that answer: solved, failed, helped and remembered, by hand and by keyboard."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from tests.site.axe import AXE, RUN, leave_alone
from tests.site.built import SITE
from tests.site.server import serve
from tests.site.visit import DESKTOP, PHONE

FORMULA, FUNCTION = "try-mean-loss-derivative", "try-rmse"
RIGHT = r"-\frac{1}{n}(y_i - \hat{y}_i)"
SLIP = r"\hat{y}_i - y_i"
ANSWER = "def rmse(y, y_hat):\nreturn np.mean((y - y_hat) ** 2) ** 0.5"


def box_of(page: Page, name: str) -> Locator:
    return page.locator(f"#{name}")


def press(box: Locator, name: str) -> None:
    box.locator(f"button[data-live={name}]").click()


def verdict(box: Locator, state: str) -> Locator:
    found = box.locator("[data-live=verdict]")
    expect(found).to_have_attribute("data-state", state, timeout=60_000)
    return found


def test_a_reader_fails_is_helped_solves_and_is_remembered(page: Page, strict: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_default_timeout(60_000)
    page.goto(f"{strict}/en/loss.html")
    assert not [url for url in asked if "/_live/" in url], "asked for before a reader asked"
    box = box_of(page, FORMULA)
    expect(box).to_have_attribute("data-try", "formula")
    assert box.locator("details.solution").get_attribute("open") is None
    press(box, "answer")
    field = box.locator("[data-live=latex]")
    expect(field).to_be_focused()
    # what cannot be read says where
    page.keyboard.type(r"\frac{1}{m}")
    page.keyboard.press("Enter")
    expect(verdict(box, "refused").locator("code").first).to_have_text("m")
    # a slip gets a draw, what the author says of it, then what the values show
    field.fill(SLIP)
    press(box, "check")
    said = verdict(box, "wrong")
    expect(said.locator("[data-live=counterexample] dd")).to_have_count(3)
    expect(box).to_have_attribute("data-try-state", "wrong")
    box.locator("[data-live=hint]").dblclick()
    expect(said).to_contain_text("This is the derivative of one sample's loss")
    expect(said).to_contain_text("factor")
    # buttons type; another form of the answer is right
    field.fill("-")
    box.get_by_role("group", name="Symbols").get_by_title(r"\frac{}{}").click()
    expect(field).to_be_focused()
    page.keyboard.type("1")
    expect(field).to_have_value(r"-\frac{1}{}")
    field.fill(RIGHT)
    page.keyboard.press("Enter")
    verdict(box, "checked")
    expect(box.locator("[data-live=solved]")).to_be_visible()
    # the other kind, in the editor
    box = box_of(page, FUNCTION)
    press(box, "answer")
    expect(box.locator(".cm-content")).to_be_focused()
    press(box, "check")
    expect(verdict(box, "wrong")).to_contain_text("y_hat = [")
    box.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.type(ANSWER)
    page.keyboard.press("Shift+Enter")
    verdict(box, "checked")
    assert [url for url in asked if not url.startswith(strict)] == []
    # it is remembered on this device, in the other editions too, with the last answer
    page.goto(f"{strict}/zh/loss.html")
    expect(page.locator("[data-live=solved]:visible")).to_have_count(2)
    box = box_of(page, FORMULA)
    press(box, "answer")
    expect(box.locator("[data-live=latex]")).to_have_value(RIGHT)
    press(box, "reset")
    expect(box.locator("[data-live=latex]")).to_have_value("")
    expect(box.locator("[data-live=solved]")).to_be_visible()


@pytest.mark.parametrize(("colours", "viewport"), [("light", DESKTOP), ("dark", PHONE)])
def test_axe_finds_nothing_in_any_state_and_nothing_sticks_out(
    browser: Browser, colours: Literal["light", "dark"], viewport: ViewportSize
) -> None:
    context = browser.new_context(
        viewport=viewport, color_scheme=colours, reduced_motion="reduce", service_workers="block"
    )
    with serve(SITE) as plain:  # axe brings styles of its own
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{plain}/zh-en/loss.html")
        page.evaluate(AXE)
        box, other = box_of(page, FORMULA), box_of(page, FUNCTION)
        leave_alone(box, other)
        press(box, "answer")
        press(other, "answer")
        press(other, "check")
        verdict(other, "wrong")
        for answer, state in ((r"\frac{1}{m}", "refused"), (SLIP, "wrong"), (RIGHT, "checked")):
            box.locator("[data-live=latex]").fill(answer)
            press(box, "check")
            verdict(box, state)
            if state == "wrong":
                press(box, "hint")
                expect(box.locator(".try-hint")).to_have_count(1)
            assert page.evaluate(RUN, {}) == []
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= viewport["width"]
    context.close()


def test_a_loop_is_stopped_and_the_page_goes_on(page: Page, strict: str) -> None:
    page.set_default_timeout(60_000)
    page.goto(f"{strict}/en/loss.html")
    box = box_of(page, FUNCTION)
    press(box, "answer")
    box.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("def rmse(y, y_hat):\n    while True: pass")
    press(box, "check")
    expect(box).to_have_attribute("data-try-state", "running", timeout=60_000)
    press(box, "stop")
    expect(box).to_have_attribute("data-try-state", "idle")
    expect(box.locator("[data-live=verdict]")).to_contain_text("Stopped")


def test_without_scripts_there_is_the_question_and_the_folded_solution(
    browser: Browser, strict: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{strict}/zh/loss.html")
    box = box_of(page, FORMULA)
    expect(box.locator("button")).to_have_count(0)
    expect(box.locator(".answer")).not_to_be_visible()
    box.locator("summary").click()
    expect(box.locator(".answer .katex").first).to_be_visible()
    context.close()
