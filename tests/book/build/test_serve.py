"""The preview's server: what it gives to a browser, and what it tells the pages that are open."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from book._ext.build import preview
from book._ext.build import serve as module
from book._ext.build.serve import Server, Tabs, bound
from book._ext.files import write
from book._ext.findings import Finding

PAGE = "<!doctype html><title>Loss</title><article>{}</article>"


class FakeTab:
    """A browser's end of the line: keeps what it is told, until it is closed."""

    def __init__(self, page: str, version: str) -> None:
        self.query_params = {"page": page, "version": version}
        self.told: list[str] = []
        self.closed = asyncio.Event()
        self.broken = False

    async def accept(self) -> None:
        self.told.append("accepted")

    async def send_text(self, text: str) -> None:
        if self.broken:
            raise RuntimeError("the line is cut")
        self.told.append(text)

    async def iter_text(self) -> AsyncIterator[str]:
        await self.closed.wait()
        return
        yield ""


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a book of two pages, of which one is built."""
    book, out = tmp_path / "book", tmp_path / "_build" / "preview"
    out.mkdir(parents=True)
    book.mkdir()
    for page in ("loss", "gradient"):
        (book / f"{page}.md").touch()
    for name in ("book._ext.findings", "book._ext.build.preview"):
        monkeypatch.setattr(f"{name}.ROOT", tmp_path)
    for module_of in (preview, module):
        monkeypatch.setattr(module_of, "BOOK", book)
    monkeypatch.setattr(module, "OUT", out)
    (out / "loss.html").write_text(PAGE.format("one"))
    return out


@pytest.fixture
def tabs() -> Tabs:
    return Tabs("loss")


def get(tabs: Tabs, path: str) -> Response:
    return asyncio.run(tabs.serve(Request({"type": "http", "path_params": {"path": path}})))


def text_of(response: Response) -> str:
    return bytes(response.body).decode()


def version_in(response: Response) -> str:
    match = re.search('data-version="(.*?)"', text_of(response))
    assert match
    return match[1]


# ------------------------------------------------------------------ what is asked for


def test_a_port_in_use_is_said_at_once_and_another_one_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(
            SystemExit, match=rf"port {port}: .* in use: make serve PORT={port + 1}"
        ):
            bound(port)


def test_a_port_is_held_from_the_start() -> None:
    with bound(0) as port, pytest.raises(SystemExit):
        bound(port.getsockname()[1])


def test_a_page_is_served_with_what_is_wrong_with_it_escaped_and_never_kept(
    out: Path, tabs: Tabs
) -> None:
    tabs.preview.findings = [
        Finding("book/loss.md", 3, "cell 1 raised <b>"),
        Finding("book/gradient.md", 1, "not here"),
        Finding("book/references.bib", 9, "no end"),
    ]
    response = get(tabs, "loss.html")
    text = text_of(response)
    assert PAGE.format("one") in text
    assert re.findall("<li>(.*?)</li>", text) == [
        "book/loss.md:3: cell 1 raised &lt;b&gt;",
        "book/references.bib:9: no end",
    ]
    assert response.headers["cache-control"] == "no-store"


def test_a_page_with_nothing_wrong_shows_no_box(out: Path, tabs: Tabs) -> None:
    [box] = re.findall('<ul class="preview-problems".*?>', text_of(get(tabs, "loss.html")))
    assert "hidden" in box


def test_a_page_that_is_not_there_yet_asks_for_patience(out: Path, tabs: Tabs) -> None:
    response = get(tabs, "gradient.html")
    assert response.status_code == 200
    assert "Being built" in text_of(response)
    assert "<article" in text_of(response)  # the script puts what is wrong into it
    assert "new WebSocket" in text_of(response)


@pytest.mark.parametrize("page", ["nowhere", '"><script>alert(1)<'])
def test_a_page_that_the_book_does_not_have_is_not_found_and_waited_for(
    out: Path, tabs: Tabs, page: str
) -> None:
    response = get(tabs, f"{page}.html")
    assert response.status_code == 404
    assert "no such page" in text_of(response)
    assert "new WebSocket" in text_of(response)
    assert "<script>alert" not in text_of(response)


@pytest.mark.parametrize(
    "path",
    [
        "../secret.txt",
        "../secret.html",
        "/etc/passwd",
        "_static/../../secret.txt",
        "x\0.css",
        "_static",
    ],
)
def test_nothing_outside_the_preview_is_served(out: Path, tabs: Tabs, path: str) -> None:
    (out / "_static").mkdir()
    for name in ("secret.txt", "secret.html"):
        (out.parent / name).write_text("secret")
    response = get(tabs, path)
    assert response.status_code == 404
    assert "secret" not in text_of(response)


def test_other_files_are_served_as_they_are_and_the_folder_may_be_elsewhere(
    out: Path, tabs: Tabs, monkeypatch: pytest.MonkeyPatch
) -> None:
    (out / "book.css").write_text("p {}")
    (out.parent / "link").symlink_to(out)
    monkeypatch.setattr(module, "OUT", out.parent / "link")
    response = get(tabs, "book.css")
    assert isinstance(response, FileResponse)
    assert Path(response.path).read_text() == "p {}"
    assert "one" in text_of(get(tabs, "loss.html"))


# ------------------------------------------------------------------ what open pages are told


def with_tabs(
    tabs: Tabs, opened: list[FakeTab], *steps: Callable[[], Coroutine[Any, Any, None] | None]
) -> None:
    """Open tabs, and do one step after the other."""

    async def run() -> None:
        lines = [asyncio.create_task(tabs.listen(tab)) for tab in opened]  # type: ignore[arg-type]
        await asyncio.sleep(0.001)
        for step in steps:
            if (going := step()) is not None:
                await going
            await asyncio.sleep(0.001)
        for line in lines:
            line.cancel()  # as the server does when it ends
        await asyncio.gather(*lines)

    asyncio.run(run())


def test_all_tabs_of_a_page_load_it_again_when_it_has_changed_and_the_others_do_not(
    out: Path, tabs: Tabs
) -> None:
    (out / "gradient.html").write_text(PAGE.format("two"))
    loss, gradient = (version_in(get(tabs, f"{page}.html")) for page in ("loss", "gradient"))
    one, two, other = FakeTab("loss", loss), FakeTab("loss", loss), FakeTab("gradient", gradient)
    tabs.preview.busy = False
    with_tabs(tabs, [one, two, other], lambda: write(out / "loss.html", "new"), tabs.tell)
    assert one.told == two.told == ["accepted", "ready", "reload"]
    assert other.told == ["accepted", "ready", "ready"]


def test_a_page_is_loaded_again_when_what_is_wrong_with_it_has_changed(
    out: Path, tabs: Tabs
) -> None:
    tab = FakeTab("loss", version_in(get(tabs, "loss.html")))
    tabs.preview.busy = False
    with_tabs(tabs, [tab], lambda: tabs.preview.findings.append(Finding("", 0, "no")), tabs.tell)
    assert tab.told[-1] == "reload"


def test_the_word_of_patience_gives_way_to_the_page(out: Path, tabs: Tabs) -> None:
    tab = FakeTab("gradient", version_in(get(tabs, "gradient.html")))
    with_tabs(tabs, [tab], lambda: write(out / "gradient.html", "two"), tabs.tell)
    assert tab.told == ["accepted", "busy", "reload"]


def test_a_tab_that_missed_a_change_is_told_when_it_comes_back(out: Path, tabs: Tabs) -> None:
    tab = FakeTab("loss", "of yesterday")
    with_tabs(tabs, [tab])
    assert tab.told == ["accepted", "reload"]


def test_the_open_pages_are_those_of_all_tabs_and_then_the_last(out: Path, tabs: Tabs) -> None:
    assert tabs.pages() == {"loss"}
    one, two = FakeTab("gradient", ""), FakeTab("loss", "")
    seen: list[set[str]] = []
    look = lambda: seen.append(tabs.pages())  # noqa: E731
    with_tabs(tabs, [two, one], look, two.closed.set, look, one.closed.set, look)
    assert seen == [{"gradient", "loss"}, {"gradient"}, {"gradient"}]


def test_a_tab_that_is_cut_off_keeps_no_other_from_being_told(out: Path, tabs: Tabs) -> None:
    cut, other = FakeTab("loss", ""), FakeTab("loss", "")
    with_tabs(tabs, [cut, other], lambda: setattr(cut, "broken", True), tabs.tell)
    assert other.told == ["accepted", "reload", "reload"]


def test_opening_a_page_lets_it_go_before_the_others(
    out: Path, tabs: Tabs, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[set[str]] = []
    monkeypatch.setattr(tabs.preview, "opened", lambda: seen.append(tabs.pages()))
    with_tabs(tabs, [FakeTab("gradient", "")])
    assert seen == [{"gradient"}]


def test_ctrl_c_waits_for_no_tab() -> None:
    server = Server(uvicorn.Config("none"))
    server.handle_exit(2, None)
    assert server.should_exit
    assert server.force_exit


def test_a_page_that_the_book_does_not_have_is_not_begun_with(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["serve", "nowhere"])
    said = r"there is no page book/nowhere\.md: make serve PAGE=loss"
    with pytest.raises(SystemExit, match=said):
        module.main()
