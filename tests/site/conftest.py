"""The built site, served on this machine, and a page of Chromium to open it in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.site.built import SITE
from tests.site.server import serve

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update"
)


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Serve the site on this machine and return its address."""
    with serve(SITE) as address:
        yield address


def chromium() -> str:
    """Return the browser that the machine has."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    assert program, "Chromium is wanted: apt-get install chromium"
    return program


def launch(playwright: Playwright) -> Browser:
    """Start the browser."""
    return playwright.chromium.launch(executable_path=chromium(), args=FLAGS.split())


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield launch(playwright)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    # without service workers, which test_offline.py tests: each page as its first visitor gets it
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="en-GB", service_workers="block"
    )
    yield context.new_page()
    context.close()
