"""A first visit to a page, with an empty cache: what it transfers, shifts and computes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from playwright.sync_api import Browser, Page, ViewportSize

DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
OBSERVE = """
window.shift = 0; window.blocked = 0; window.painted = 0;
new PerformanceObserver((list) => {
  for (const e of list.getEntries()) if (!e.hadRecentInput) shift += e.value;
}).observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => {
  for (const e of list.getEntries()) blocked += Math.max(0, e.duration - 50);
}).observe({ type: "longtask", buffered: true });
addEventListener("DOMContentLoaded", async () => {
  if (window.MathJax) {
    while (!MathJax.startup?.promise) await new Promise((soon) => setTimeout(soon, 5));
    await MathJax.startup.promise;
  }
  document.body.offsetHeight;
  await document.fonts.ready;
  requestAnimationFrame(() => setTimeout(() => { painted = performance.now(); }));
});
"""
READ_TO_THE_END = """async () => {
  const pause = (time) => new Promise((soon) => setTimeout(soon, time));
  const frame = () => new Promise((soon) => requestAnimationFrame(() => setTimeout(soon)));
  const opened = performance.now();
  for (let from = -1; from < scrollY; await frame()) { // until it goes no further
    await frame(); // what is read was painted; what is near is laid out with it
    from = scrollY;
    scrollBy({ top: innerHeight, behavior: "instant" });
    if (performance.now() - opened > 60_000) throw new Error(`no end: at ${scrollY}`);
  }
  const seen = [...document.images].filter((image) => image.checkVisibility()); // none in a fold
  const started = performance.now();
  for (let missing; (missing = seen.find((image) => !image.complete)); await pause(20)) {
    // it was passed by between two frames
    if (performance.now() - started > 2_000) missing.scrollIntoView({ behavior: "instant" });
    if (performance.now() - started > 20_000) throw new Error(`not loaded: ${missing.src}`);
  }
  await pause(50);
}"""


class Visit(NamedTuple):
    """Compressed bytes by address, and what happened in the page; times in milliseconds."""

    transferred: dict[str, int]
    faults: list[str]  # errors on the console, failures, and requests to elsewhere
    shift: float
    blocked: float
    math_painted: float
    script: float

    def besides_figures(self) -> int:
        """Return the bytes of all but the figures."""
        return sum(size for url, size in self.transferred.items() if "/_images/" not in url)


def visit(browser: Browser, url: str, *, viewport: ViewportSize = DESKTOP) -> Visit:
    """Open a page in a browser that has never seen the site, and read it to its end."""
    with first_visit(browser, url, viewport) as (_, seen):
        return seen


@contextmanager
def first_visit(browser: Browser, url: str, viewport: ViewportSize) -> Iterator[tuple[Page, Visit]]:
    """Do so, and leave the page open to be looked at."""
    context = browser.new_context(viewport=viewport, locale="en-GB", service_workers="block")
    try:
        page = context.new_page()
        faults = faults_of(page, "/".join(url.split("/")[:3]))
        session = context.new_cdp_session(page)
        urls: dict[str, str] = {}
        transferred: dict[str, int] = {}
        session.on(
            "Network.requestWillBeSent",
            lambda e: urls.update({e["requestId"]: e["request"]["url"]}),
        )
        session.on(
            "Network.loadingFinished",
            lambda e: transferred.update({urls[e["requestId"]]: round(e["encodedDataLength"])}),
        )
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        session.send("Performance.enable")
        page.add_init_script(OBSERVE)
        page.goto(url, wait_until="load")
        page.wait_for_function("painted")
        metrics = session.send("Performance.getMetrics")["metrics"]
        script = next(m["value"] for m in metrics if m["name"] == "ScriptDuration") * 1e3
        page.evaluate(READ_TO_THE_END)
        shift, blocked, painted = page.evaluate("[shift, blocked, painted]")
        sent = {url: size for url, size in transferred.items() if not url.startswith("data:")}
        yield page, Visit(sent, faults, shift, blocked, painted, script)
    finally:
        context.close()


def faults_of(page: Page, address: str) -> list[str]:
    """Return a list that grows with whatever goes wrong in a page, or leaves the site."""
    faults: list[str] = []
    page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("requestfailed", lambda request: faults.append(f"failed: {request.url}"))
    page.on("response", lambda r: faults.append(f"{r.status}: {r.url}") if r.status > 399 else None)
    page.on(
        "request",
        lambda r: None if r.url.startswith((address, "data:")) else faults.append(r.url),
    )
    return faults
