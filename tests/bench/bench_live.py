"""What a reader waits for in live pages, beside what is promised: Chromium on this machine.

Each round begins with a browser that has never seen the site, and presses buttons as a reader does
who has not pointed at them before; else Python would have started meanwhile.  Times are
milliseconds, and depend on what else the machine does.  Exits with status 1 above a limit.
"""

from __future__ import annotations

import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from tests.bench.table import line, verdict
from tests.site.built import SITE
from tests.site.conftest import FLAGS, chromium
from tests.site.server import POLICY, serve
from tests.site.test_explore import MOVING, TIMES

PAGE = "en/loss.html"
TEXT, FIGURE = 0, 1  # its first cell prints, its second draws
CHECKED = ("gradient", "softmax", "weight-decay")
REPEATS = 5
LIMITS = {
    "first result, from nothing": 3000,
    "transferred for it, MB": 10.5,
    "first result, browser opened again": 2000,
    "first result, reloaded": 1500,
    "warm cell, over its own time": 50,
    "first figure, over its own time": 5000,
    "frame of a moving figure, nine of ten": 16,
    "formula that holds, half of them": 500,
    "formula with a slip, half of them": 100,
    "formula with a slip, nine of ten": 1000,
}
RUN = """async (number) => {
  const cell = document.querySelectorAll("article div.cell")[number];
  const finished = new Promise((soon, fail) => {
    new MutationObserver(() => {
      if (cell.dataset.liveState === "done") soon();
      if (cell.dataset.liveState === "error") fail(cell.textContent);
    }).observe(cell, { attributeFilter: ["data-live-state"] });
  });
  const started = performance.now();
  cell.querySelector("[data-live=run]").click();
  await finished;
  return performance.now() - started;
}"""
OWN_TIME = """async ([folder, number]) => {
  const { call } = await import(folder + "live.mjs");
  const code = document.querySelectorAll("article .cell_input pre")[number].textContent;
  return 1e3 * (await call("cells.run", code, number + 1)).seconds;
}"""
# Every equation of a page that is right, as it stands and with three slips.
ANSWERS = """async ([folder, data]) => {
  const { call } = await import(folder + "live.mjs");
  const right = [], slips = [];
  const check = async (label, latex) => 1e3 * (await call("verdicts.check", label, latex)).seconds;
  await call("eqcheck");
  await call("pages.open_page", data);
  for (const { label, latex, expect } of JSON.parse(data)) {
    if (!label || expect) continue;
    right.push(await check(label, latex));
    const versions = await call("verdicts.slips", label);
    const step = Math.max(1, Math.floor(versions.length / 3));
    for (let i = 0; i < versions.length && i < 3 * step; i += step) {
      slips.push(await check(label, versions[i]));
    }
  }
  return [right, slips];
}"""
Measured = Iterator[tuple[str, float]]


@contextmanager
def opened(playwright: Playwright, profile: Path, url: str) -> Iterator[Page]:
    """Open a page in a browser with a profile of its own, as someone does who reads on a desk."""
    context: BrowserContext = playwright.chromium.launch_persistent_context(
        profile, executable_path=chromium(), args=FLAGS.split(), service_workers="block"
    )
    page = context.pages[0]
    page.set_default_timeout(120_000)
    page.goto(url)
    yield page
    context.close()


def folder_of(site: str) -> str:
    """Return the address of the scripts of live pages."""
    [own] = [path.parent.name for path in (SITE / "_live").glob("*/live.mjs")]
    return f"{site}/_live/{own}/"


def cells(playwright: Playwright, site: str) -> Measured:
    """Yield what running cells takes: first, again, and again after a break."""
    folder = folder_of(site)
    with TemporaryDirectory() as profile:
        with opened(playwright, Path(profile), f"{site}/{PAGE}") as page:
            sizes: dict[str, int] = {}
            page.context.on(
                "response",
                lambda answer: sizes.update({answer.url: int(answer.headers["content-length"])}),
            )
            yield "first result, from nothing", page.evaluate(RUN, TEXT)
            yield "transferred for it, MB", sum(sizes.values()) / 1e6
        with opened(playwright, Path(profile), f"{site}/{PAGE}") as page:
            yield "first result, browser opened again", page.evaluate(RUN, TEXT)
            page.reload()
            yield "first result, reloaded", page.evaluate(RUN, TEXT)
            warm = page.evaluate(RUN, TEXT)
            yield "warm cell, over its own time", warm - page.evaluate(OWN_TIME, [folder, TEXT])
            figure = page.evaluate(RUN, FIGURE)
            yield "first figure, over its own time", figure - page.evaluate(RUN, FIGURE)


def frames(playwright: Playwright, site: str) -> Measured:
    """Yield what a frame takes in the slowest of the figures that move."""
    slowest = 0.0
    with TemporaryDirectory() as profile:
        for name in MOVING:
            with opened(playwright, Path(profile), f"{site}/en/{name}.html") as page:
                page.locator("[data-explore] input").first.focus()
                page.locator("[data-explore] svg").first.wait_for()
                drawn, _, times = page.evaluate(TIMES)
                slowest = max(slowest, times[int(0.9 * drawn)])
    yield "frame of a moving figure, nine of ten", slowest


def formulas(playwright: Playwright, site: str) -> Measured:
    """Yield what answers take in the worker, wrong versions not yet tried."""
    right: list[float] = []
    slips: list[float] = []
    with TemporaryDirectory() as profile:
        for name in CHECKED:
            [data] = (SITE / "_live" / "pages").glob(f"{name}-{'[0-9a-f]' * 16}.json")
            with opened(playwright, Path(profile), f"{site}/en/{name}.html") as page:
                found = page.evaluate(ANSWERS, [folder_of(site), data.read_text("utf-8")])
            right += found[0]
            slips += found[1]
    yield "formula that holds, half of them", statistics.median(right)
    yield "formula with a slip, half of them", statistics.median(slips)
    yield "formula with a slip, nine of ten", statistics.quantiles(slips, n=10)[-1]


def measure() -> dict[str, float]:
    """Return the median of each row of the table."""
    rows: dict[str, list[float]] = defaultdict(list)
    with sync_playwright() as playwright, serve(SITE, POLICY) as site:
        for _ in range(REPEATS):
            for part in (cells, frames, formulas):
                for what, value in part(playwright, site):
                    rows[what].append(value)
    return {what: statistics.median(values) for what, values in rows.items()}


if __name__ == "__main__":
    if not (SITE / "_live").is_dir():
        sys.exit("the site has no live pages: `make live-deps html`")
    measured = measure()
    for what, limit in LIMITS.items():
        value = measured[what]
        line(f"live, {what}", f"{value:8.1f} {verdict(value, limit)}")
    sys.exit(any(measured[what] > limit for what, limit in LIMITS.items()))
