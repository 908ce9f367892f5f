"""The site without a network: from a USB stick, and from what the service worker kept."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from book._ext.site.offline import make_offline, manifest, pack, read_site, version_of
from tests.site.built import EDITIONS, EVERY_PAGE, PAGES, ROOT, SITE

ZIP = SITE.parent / "concepts-offline.zip"
KEPT_VERSIONS = "caches.keys().then((names) => names.map((name) => name.split(' ')[1]))"


def dropped(request: Request) -> bool:
    """Tell whether the browser gave up the icon of the tab, since the reader had left the page."""
    return request.url.endswith("/icon.svg") and request.failure == "net::ERR_ABORTED"


def faults_of(page: Page) -> list[str]:
    """Return a list that fills with what goes wrong in a page."""
    faults: list[str] = []

    def add(fault: str) -> None:
        if "/favicon.ico" not in fault:  # asked for by the browser, not by the page
            faults.append(fault)

    page.on(
        "console", lambda m: add(f"{m.text} {m.location['url']}") if m.type == "error" else None
    )
    page.on("pageerror", lambda error: add(str(error)))
    page.on(
        "requestfailed", lambda request: None if dropped(request) else add(f"failed: {request.url}")
    )
    return faults


def assert_shows_formulas_and_figures(page: Page, name: str) -> None:
    source = (ROOT / "book" / f"{name}.md").read_text("utf-8")
    formulas = page.locator("div.math[id^='equation-eq-'] .equation > .katex-display")
    assert formulas.count() == len(re.findall(r"^\$\$ \(eq-", source, re.MULTILINE))
    if formulas.count():
        page.evaluate("document.querySelectorAll('.correction').forEach((f) => (f.open = true))")
        assert formulas.first.is_visible()
        faces = page.evaluate(
            """document.fonts.ready.then(() => [...document.fonts]
              .filter((face) => face.status === "loaded").map((face) => face.family))"""
        )
        assert any("KaTeX" in face for face in faces)
    seen = page.evaluate(
        """() => Promise.all([...document.querySelectorAll("article img")].map((image) => {
          image.loading = "eager"; // those below the screen too
          return image.decode().then(() => true, () => false);
        }))"""
    )
    assert all(seen)
    assert len(seen) >= len(re.findall(r"^    name: fig-", source, re.MULTILINE))


# ------------------------------------------------------------------ the zip, on a USB stick


@pytest.fixture(scope="module")
def stick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stick")
    with zipfile.ZipFile(ZIP) as packed:
        packed.extractall(folder)
    return folder / "concepts-offline"


# Each page in one of the editions, in turn: they differ in words alone, which `sight` looks at.
@pytest.mark.parametrize(("name", "edition"), list(zip(PAGES, cycle(EDITIONS), strict=False)))
def test_a_page_opens_from_the_unpacked_zip(
    page: Page, stick: Path, name: str, edition: str
) -> None:
    faults = faults_of(page)
    page.on(
        "request", lambda r: None if r.url.startswith(("file:", "data:")) else faults.append(r.url)
    )
    page.goto((stick / edition / f"{name}.html").as_uri(), wait_until="load")
    assert_shows_formulas_and_figures(page, name)
    assert page.locator(".keep-offline").count() == 0
    assert faults == []


def test_links_and_the_language_switch_work_from_the_unpacked_zip(page: Page, stick: Path) -> None:
    page.goto((stick / "index.html").as_uri())
    page.wait_for_selector("article h1")
    page.locator(".toctree-wrapper a").first.click()
    page.wait_for_url("**/en/gradient.html")
    page.locator(".next-page, .right-next").first.click()
    page.wait_for_url("**/en/linear-model.html")
    page.locator(".language-switch a[data-edition='zh']").click()
    page.wait_for_url("**/zh/linear-model.html*")
    assert page.locator("article h1").inner_text().startswith("2. 线性模型")


def test_the_zip_holds_all_pages_with_all_that_they_need_and_nothing_else() -> None:
    with zipfile.ZipFile(ZIP) as packed:
        assert packed.testzip() is None
        names = {name.removeprefix("concepts-offline/") for name in packed.namelist()}
        assert all(name.startswith("concepts-offline/") for name in packed.namelist())
        for name in names:
            assert packed.read(f"concepts-offline/{name}") == (SITE / name).read_bytes(), name
    assert {f"{name}.html" for name in EVERY_PAGE} | {"index.html"} <= names
    assert not [n for n in names if re.search(r"doctree|\.pickle|\.map$|_sources|\.buildinfo", n)]
    for edition in EDITIONS:
        for name in ("search.html", "search-index.js", "_static/minisearch.js"):
            assert f"{edition}/{name}" in names
    assert "zh-en/search-index-en.js" in names


def test_the_zip_is_that_of_this_site_and_another_site_is_packed_anew(tmp_path: Path) -> None:
    site = read_site(SITE)
    version, target = version_of(site), tmp_path / ZIP.name
    shutil.copyfile(ZIP, target)
    assert not pack(site, version, target)
    copied = tmp_path / "html"
    for name in site.files[:20]:
        (copied / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(SITE / name, copied / name)
    small = site._replace(folder=copied, files=site.files[:20])
    assert pack(small, version_of(small), target)
    assert not pack(small, version_of(small), target)
    changed = copied / small.files[-1]
    changed.write_bytes(changed.read_bytes().swapcase())
    assert pack(small, version_of(small), target)
    with zipfile.ZipFile(target) as packed:
        name = f"{target.stem}/{small.files[-1]}"
        assert packed.read(name) == changed.read_bytes()


def test_the_list_of_files_names_what_exists_and_every_page() -> None:
    site = read_site(SITE)
    listed = manifest(site, "v")["editions"]
    assert list(listed) == list(EDITIONS)  # type: ignore[call-overload]
    for edition, held in listed.items():  # type: ignore[attr-defined]
        assert {f"{edition}/{name}.html" for name in (*PAGES, "search")} <= set(held["pages"])
        files = [*held["shared"], *(f for page in held["pages"].values() for f in page["files"])]
        paths = {SITE / f.partition("?")[0] for f in (*held["pages"], *files)}
        assert [path for path in paths if not path.is_file()] == []
        sizes = [path.stat().st_size for path in paths]
        assert held["bytes"] == sum(sizes)  # which readers are told
        assert held["bytes"] / len(held["pages"]) < 1e6


# ------------------------------------------------------------------ the service worker


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


class Served:
    """A copy of the site on a server that can be stopped."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()
        self.runs = True

    def stop(self) -> None:
        if self.runs:
            self.server.shutdown()
            self.server.server_close()
            self.runs = False

    def edit(self, name: str, old: str, new: str) -> None:
        file = self.folder / name
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    folder = tmp_path / "html"
    by_products = shutil.ignore_patterns("*.map", "locales", "_sources")
    shutil.copytree(SITE, folder, ignore=by_products)
    site = Served(folder)
    yield site
    site.stop()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 390, "height": 800}, locale="zh-CN")
    context.set_default_timeout(30_000)
    yield context
    context.close()


def wait_for(page: Page, what: Callable[[], bool]) -> None:
    for _ in range(100):
        if what():
            return
        page.wait_for_timeout(200)
    raise AssertionError("waited 20 s in vain")


def visit(page: Page, url: str) -> None:
    """Open a page and wait until the service worker has kept it."""
    page.goto(url)
    wait_for(page, lambda: page.evaluate("caches.match(location.href).then(Boolean)"))


def test_a_visited_page_is_read_without_the_server(served: Served, phone: BrowserContext) -> None:
    page = phone.new_page()
    faults = faults_of(page)
    visit(page, f"{served.address}/zh/gradient.html")
    served.stop()
    page.goto("about:blank")
    page.goto(f"{served.address}/zh/gradient.html#gradient-rules")
    assert page.locator("article h1").inner_text().startswith("1. 梯度")
    assert_shows_formulas_and_figures(page, "gradient")
    assert faults == []


def test_a_page_that_was_not_kept_is_answered_in_both_languages(
    served: Served, phone: BrowserContext
) -> None:
    page = phone.new_page()
    visit(page, f"{served.address}/en/loss.html")
    served.stop()
    page.goto(f"{served.address}/zh/mlp.html")
    assert "没有存下来" in page.locator("h1").inner_text()
    assert "was not kept" in page.locator("h1").inner_text()
    expect(page.locator("#kept a")).to_have_text(["3. Loss function"])
    page.locator("#kept a").click()
    page.wait_for_url("**/en/loss.html")
    assert page.locator("article h1").inner_text().startswith("3. Loss function")


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_edition_is_kept_on_request_and_forgotten_on_request(
    served: Served, phone: BrowserContext, edition: str
) -> None:
    page = phone.new_page()
    page.goto(f"{served.address}/{edition}/index.html")
    button = page.locator(".keep-offline button").first
    for word in {"zh": ["离线保存"], "en": ["Keep this"], "zh-en": ["离线", "Keep"]}[edition]:
        expect(button).to_contain_text(word)
    box = button.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 390
    button.click()
    said = {"zh": "已经存好", "en": "is kept"}[edition.partition("-")[0]]
    expect(page.locator(".keep-offline [role=status]").first).to_contain_text(said)
    served.stop()
    faults = faults_of(page)
    for name in PAGES:
        page.goto(f"{served.address}/{edition}/{name}.html")
        assert page.locator("article h1").is_visible()
        assert_shows_formulas_and_figures(page, name)
    page.goto(f"{served.address}/{edition}/")
    page.keyboard.press("/")
    page.keyboard.type("Xavier")
    expect(page.locator("#search-list a").first).to_have_attribute("href", re.compile("initial"))
    page.goto(f"{served.address}/{edition}/search.html?q=Xavier")
    expect(page.locator("#search-results a").first).to_be_visible()
    assert faults == []
    page.locator(".keep-offline button").first.click()
    expect(page.locator(".keep-offline button").first).to_contain_text(re.compile("离线|offline"))
    page.goto(f"{served.address}/{edition}/mlp.html")
    assert "was not kept" in page.locator("h1").inner_text()


def test_what_runs_code_is_kept_on_request(served: Served, phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto(f"{served.address}/en/gradient.html")
    parts = page.locator(".keep-offline")
    expect(parts).to_have_count(2)
    for part, said in zip(parts.all(), ("is kept", "runs without a network"), strict=True):
        part.locator("button").click()
        expect(part.locator("[role=status]")).to_contain_text(said, timeout=60_000)
    served.stop()
    page.goto(f"{served.address}/en/gradient.html")
    cell = page.locator("article div.cell").first
    cell.locator("[data-live=run]").click()
    expect(cell).to_have_attribute("data-live-state", "done", timeout=60_000)
    parts.last.locator("button").click()
    expect(parts.last.locator("button")).to_contain_text("Keep what runs code")


def test_a_new_build_replaces_what_was_kept_and_mixes_nothing(
    served: Served, phone: BrowserContext
) -> None:
    page = phone.new_page()
    page.goto(f"{served.address}/en/index.html")
    page.locator(".keep-offline button").first.click()
    expect(page.locator(".keep-offline [role=status]").first).to_contain_text("is kept")
    visit(page, f"{served.address}/zh/loss.html")
    [old] = page.evaluate(KEPT_VERSIONS)
    for name in ("en/mlp.html", "zh/loss.html"):
        served.edit(name, "<h1>", "<h1>NEW ")
        served.edit(name, "bundle.css?v=", "bundle.css?v=new")
    page.goto(f"{served.address}/en/mlp.html")
    assert page.locator("article h1").inner_text().startswith("NEW"), (
        "online, the network comes first"
    )
    make_offline(served.folder)
    new = version_of(read_site(served.folder))
    assert new != old
    page.goto(f"{served.address}/en/gradient.html")
    wait_for(page, lambda: page.evaluate(KEPT_VERSIONS) == [new])
    served.stop()
    for name in ("en/mlp", "zh/loss"):
        faults = faults_of(page)
        page.goto(f"{served.address}/{name}.html")
        assert page.locator("article h1").inner_text().startswith("NEW")
        assert_shows_formulas_and_figures(page, name.partition("/")[2])
        assert faults == []
    page.goto(f"{served.address}/en/dropout.html")
    assert page.locator("article h1").inner_text().startswith("15. Dropout")
    page.goto(f"{served.address}/zh/mlp.html")
    assert "was not kept" in page.locator("h1").inner_text()


def test_without_service_workers_nothing_is_offered_and_nothing_fails(
    page: Page, address: str
) -> None:
    faults = faults_of(page)
    page.add_init_script("delete Navigator.prototype.serviceWorker")
    page.goto(f"{address}/en/index.html", wait_until="networkidle")
    assert page.evaluate("'serviceWorker' in navigator") is False
    assert page.locator(".keep-offline").count() == 0
    page.goto("about:blank")
    assert faults == []


def test_a_browser_that_refuses_to_register_offers_nothing(page: Page, address: str) -> None:
    faults = faults_of(page)
    page.add_init_script("navigator.serviceWorker.register = () => Promise.reject(new Error())")
    page.goto(f"{address}/en/index.html", wait_until="networkidle")
    assert page.locator(".keep-offline").count() == 0
    assert faults == []
