"""The runtime in the browser: cells compute there, under a strict policy, and nothing leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.site.built import EDITIONS, SITE
from tests.site.server import STRICT, serve

BYTES = 10_500_000  # of a first result, as hosts compress it
CELL = "import dlref; print(dlref.sigmoid(0.0))"
CALL = """async ([folder, name, args]) => {
  const live = await import(folder + "live.mjs");
  const started = performance.now();
  try {
    return { value: await live.call(name, ...args) };
  } catch (error) {
    return { why: error.why, message: error.message, time: performance.now() - started };
  }
}"""
FETCH = """async (folder) => {
  const { call } = await import(folder + "live.mjs");
  try {
    await call("eqcheck");
    await call("pages.open_page", "[]");
    return "fetched";
  } catch (error) {
    return error.why;
  }
}"""
LOOP = """async (folder) => {
  const live = await import(folder + "live.mjs");
  await live.call("cells.run", "x = 1", 1);
  const loop = live.call("cells.run", "while True: pass", 2).catch((error) => error.why);
  await new Promise((soon) => setTimeout(soon, 200));
  const wasRunning = live.isRunning();
  live.stop();
  const { text } = await live.call("cells.run", "x", 3);
  return [wasRunning, await loop, text];
}"""


@contextmanager
def opened(browser: Browser, url: str) -> Iterator[tuple[Page, str, list[str]]]:
    """Open a page; give it, the folder of what it would load, and what it asks for."""
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    root = url.rsplit("/", 2)[0]
    [own] = [path.parent.name for path in Path(SITE, "_live").glob("*/live.mjs")]
    try:
        yield page, f"{root}/_live/{own}/", asked
    finally:
        context.close()


def run(page: Page, folder: str, code: str) -> dict[str, Any]:
    answer: dict[str, Any] = page.evaluate(CALL, [folder, "cells.run", [code, 1]])
    return answer


def test_a_cell_runs_under_a_strict_policy_and_asks_no_other_site(
    browser: Browser, strict: str
) -> None:
    with opened(browser, f"{strict}/en/gradient.html") as (page, folder, asked):
        assert not [url for url in asked if "/_live/" in url], "asked for before a reader asked"
        assert run(page, folder, CELL)["value"]["text"] == "0.5\n"
        assert [url for url in asked if "pyodide.asm.wasm" in url]
        assert [url for url in asked if not url.startswith(strict)] == []


def test_a_first_result_transfers_no_more_than_its_budget(browser: Browser, strict: str) -> None:
    with opened(browser, f"{strict}/en/gradient.html") as (page, folder, _):
        sizes: dict[str, int] = {}
        page.context.on(
            "response",
            lambda answer: sizes.update({answer.url: int(answer.headers["content-length"])}),
        )
        assert run(page, folder, CELL)["value"]["text"] == "0.5\n"
        assert len(sizes) > 8
        assert sum(sizes.values()) <= BYTES, sizes


def test_a_policy_that_forbids_webassembly_is_said_at_once(browser: Browser) -> None:
    with (
        serve(SITE, STRICT) as address,
        opened(browser, f"{address}/en/gradient.html") as (page, folder, asked),
    ):
        answer = run(page, folder, CELL)
        assert answer["why"] == "policy"
        assert answer["time"] < 20_000  # and not after the minutes that a start may take
        assert not [url for url in asked if "pyodide" in url]


@pytest.mark.parametrize("file", ["numpy.zip", "book.zip", "pyodide.asm.wasm", "worker.mjs"])
def test_a_file_that_is_missing_is_said_and_a_second_try_succeeds(
    browser: Browser, strict: str, file: str
) -> None:
    with opened(browser, f"{strict}/en/gradient.html") as (page, folder, _):

        def refuse(route: Route) -> None:
            route.fulfill(status=404, body="gone")

        page.context.route(f"**/{file}", refuse)
        assert run(page, folder, CELL)["why"] == "start"
        page.context.unroute(f"**/{file}", refuse)
        assert run(page, folder, CELL)["value"]["text"] == "0.5\n"


def test_what_checks_formulas_is_fetched_when_it_is_asked_for_and_again_if_it_was_missing(
    browser: Browser, strict: str
) -> None:
    with opened(browser, f"{strict}/en/gradient.html") as (page, folder, asked):
        run(page, folder, CELL)
        assert not [url for url in asked if "eqcheck.zip" in url]
        page.context.route("**/eqcheck.zip", lambda route: route.fulfill(status=404))
        assert page.evaluate(FETCH, folder) == "python"
        page.context.unroute_all()
        assert page.evaluate(FETCH, folder) == "fetched"


def test_a_loop_is_stopped_and_what_was_computed_is_lost(browser: Browser, strict: str) -> None:
    with opened(browser, f"{strict}/en/gradient.html") as (page, folder, _):
        was_running, why, text = page.evaluate(LOOP, folder)
        assert was_running
        assert why == "stopped"
        assert text.endswith("NameError: name 'x' is not defined\n")


def test_an_error_of_the_machinery_leaves_the_worker_alive(browser: Browser, strict: str) -> None:
    with opened(browser, f"{strict}/en/gradient.html") as (page, folder, _):
        run(page, folder, "x = 1")
        assert page.evaluate(CALL, [folder, "cells.run", []])["why"] == "python"
        assert run(page, folder, "x")["value"]["text"] == "1\n"


def test_memory_that_is_eaten_up_is_an_error_of_the_cell(browser: Browser, strict: str) -> None:
    with opened(browser, f"{strict}/en/gradient.html") as (page, folder, _):
        result = run(page, folder, "import numpy as np; big = [np.ones(10**8) for _ in range(99)]")
        assert "MemoryError" in result["value"]["text"]
        assert run(page, folder, CELL)["value"]["text"] == "0.5\n"


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_strict_policy_breaks_no_script_and_formulas_and_icons_are_seen(
    page: Page, strict: str, edition: str
) -> None:
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(f"{strict}/{edition}/gradient.html")
    page.wait_for_selector("button[data-live]", state="attached")
    assert broken == []
    raised = page.locator("article div.math msup").evaluate_all(
        """all => all.filter((power) => power.checkVisibility()).map(({ children }) => {
          const [base, script] = [...children].map((child) => child.getBoundingClientRect());
          return script.height > 0 && script.top < base.top && script.bottom < base.bottom;
        })"""
    )
    assert page.locator(".katex-html:visible").count() == 0
    assert len(raised) > 3
    assert all(raised)
    signs = page.locator("i[class*='fa-']").evaluate_all(
        "all => all.map((icon) => getComputedStyle(icon, '::before').content)"
    )
    assert len(signs) > 10
    assert all(re.fullmatch('"."', sign) for sign in signs), signs
