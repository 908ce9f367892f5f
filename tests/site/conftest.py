"""The built site, served on this machine, and a page of Chromium to open it in."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, cast

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    expect,
    sync_playwright,
)
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.site.built import PAGES, SITE
from tests.site.firefox import Firefox, start_firefox
from tests.site.server import POLICY, serve
from tests.site.sight import Sight, look_at
from tests.site.work import Work, work_at

See = Callable[[str], Sight]
Do = Callable[[str], Work]

expect.set_options(timeout=15_000)  # milliseconds: what runs beside may be slow

OF_FIREFOX = ("tests/site/test_firefox.py", "tests/site/test_formulas.py")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update"
)


class PageScheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Sends the tests that name one page, in whichever edition, to one worker: it is seen once."""

    def _split_scope(self, nodeid: str) -> str:
        name = re.search(r"\[(?:[\w-]+/)?([\w-]+)\]$", nodeid)
        if name and name[1] in (*PAGES, "search"):
            return name[1]
        return "firefox" if nodeid.startswith(OF_FIREFOX) else nodeid  # which one worker starts


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> PageScheduling:
    return PageScheduling(config, log)


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Serve the site on this machine and return its address."""
    with serve(SITE) as address:
        yield address


@pytest.fixture(scope="session")
def strict() -> Iterator[str]:
    """Serve the site as a careful host does and return its address."""
    with serve(SITE, POLICY) as address:
        yield address


def chromium() -> str:
    """Return the browser that the machine has."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    assert program, "Chromium is wanted: apt-get install chromium"
    return program


def launch(playwright: Playwright) -> Browser:
    """Start the browser: without all that a window has besides pages, where there is such a one.

    A page then takes less than half of the time.
    """
    program = shutil.which("chromium-headless-shell") or chromium()
    args = [*FLAGS.split(), "--font-render-hinting=none"]  # letters stand where a window has them
    return playwright.chromium.launch(executable_path=program, args=args)


class Whole:
    """A browser whose pages are laid out from end to end: all that is on them can be measured."""

    SCRIPT = """new MutationObserver((_, observer) => {
      document.documentElement.dataset.whole = "";
      observer.disconnect();
    }).observe(document, { childList: true })"""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    def new_context(self, **options: Any) -> BrowserContext:
        context = self._browser.new_context(**options)
        context.add_init_script(self.SCRIPT)
        return context

    def __getattr__(self, name: str) -> Any:
        return getattr(self._browser, name)


@pytest.fixture(scope="session")
def readers_browser() -> Iterator[Browser]:
    """Start the browser, which lays out the parts of a page as they come near."""
    with sync_playwright() as playwright:
        yield launch(playwright)


@pytest.fixture(scope="session")
def browser(readers_browser: Browser) -> Browser:
    return cast("Browser", Whole(readers_browser))


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    # without service workers, which test_offline.py tests: each page as its first visitor gets it
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="en-GB", service_workers="block"
    )
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def sight(readers_browser: Browser, address: str) -> See:
    """Return what is seen of a page, which is visited when a test first asks."""
    return cache(lambda name: look_at(readers_browser, f"{address}/{name}.html"))


@pytest.fixture(scope="session")
def work(browser: Browser, strict: str) -> Do:
    """Return what a page's own Python makes of it, on a careful host, when a test first asks."""
    return cache(lambda name: work_at(browser, strict, name))


@pytest.fixture(scope="session")
def firefox() -> Iterator[Firefox]:
    with start_firefox() as started:
        yield started
