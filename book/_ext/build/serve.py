"""Preview with live reload, the open page first: ``python -m book._ext.build.serve loss``.

Each page is served with what is wrong with it.  An open one says which version it shows, and is
told to load itself again when there is another.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
import sys
from contextlib import suppress
from hashlib import sha256
from html import escape
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from book._ext.build.preview import OUT, Preview, changes, exists
from book._ext.findings import shown
from book._ext.paths import BOOK

HOST = "127.0.0.1"
KEPT_UP = Path(__file__).with_name("preview.html").read_text("utf-8")  # style and script
WORD = (
    '<!doctype html><html lang="zh" style="color-scheme: light dark"><title>{0}</title>'
    '<article style="font: 1.2rem sans-serif; margin: 20vh auto; max-width: 40rem">{0}</article>'
)
WAITING = WORD.format("正在构建…… Being built …")
NO_PAGE = WORD.format("没有这一页。 There is no such page.")


class Tabs:
    """The pages that are open in browsers."""

    def __init__(self, page: str) -> None:
        self.last = page
        self.open: dict[WebSocket, tuple[str, str]] = {}  # the page, and its version
        self.preview = Preview(self.pages, self.tell)

    def pages(self) -> set[str]:
        """Return the pages that are open, or the last one that was."""
        return {page for page, _ in self.open.values()} or {self.last}

    async def tell(self) -> None:
        """Tell all tabs what is going on."""
        await asyncio.gather(*map(self.tell_one, list(self.open)))

    async def tell_one(self, tab: WebSocket) -> None:
        """Let a tab load its page again if that is another by now, or show whether it is built."""
        page, version = self.open[tab]
        new = version_of(*self.content(page)) != version
        with suppress(Exception):  # it was closed meanwhile
            await tab.send_text("reload" if new else "busy" if self.preview.busy else "ready")

    async def listen(self, tab: WebSocket) -> None:
        """Keep the line to a tab."""
        await tab.accept()
        page = self.last = tab.query_params["page"]
        self.open[tab] = page, tab.query_params["version"]
        self.preview.opened()
        await self.tell_one(tab)
        with suppress(asyncio.CancelledError):  # the server ends
            async for _ in tab.iter_text():
                pass
        del self.open[tab]

    def content(self, page: str) -> tuple[str, str]:
        """Return a page, or a word in its place, and what is wrong with it as items of a list."""
        file = OUT / f"{page}.html"
        word = WAITING if exists(page) else NO_PAGE
        items = (f"<li>{escape(str(problem))}</li>" for problem in self.preview.problems(page))
        return file.read_text("utf-8") if file.is_file() else word, "".join(items)

    async def serve(self, request: Request) -> Response:
        """Return a file, or a page."""
        path = request.path_params["path"] or "index.html"
        file, out = (OUT / path.replace("\0", "")).resolve(), OUT.resolve()
        if file.suffix == ".html" and file.is_relative_to(out):
            return self.serve_page(file.relative_to(out).with_suffix("").as_posix())
        found = file.is_file() and file.is_relative_to(out)
        return FileResponse(file) if found else Response(status_code=404)

    def serve_page(self, page: str) -> Response:
        """Return a page with what is wrong with it, and with what keeps it up to date."""
        text, items = self.content(page)
        data = f'data-page="{escape(page)}" data-version="{version_of(text, items)}"'
        box = f'<ul class="preview-problems" {data} {"" if items else "hidden"}>{items}</ul>'
        return HTMLResponse(
            text + box + KEPT_UP,
            status_code=404 if text == NO_PAGE else 200,
            headers={"Cache-Control": "no-store"},
        )


def version_of(*content: str) -> str:
    """Return a name of what a page shows."""
    return sha256("".join(content).encode()).hexdigest()[:16]


def bound(port: int) -> socket.socket:
    """Take a port before anything else is done."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen()
    except (OSError, OverflowError) as error:
        listening.close()
        other = port + 1 if 1023 < port < 65535 else 8001
        sys.exit(f"port {port}: {getattr(error, 'strerror', error)}: make serve PORT={other}")
    return listening


class Server(uvicorn.Server):
    """Ends at once: no tab that is open keeps it waiting."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End without patience."""
        super().handle_exit(sig, frame)
        self.force_exit = True


async def serve_and_build(port: socket.socket, tabs: Tabs) -> None:
    """Watch, build and serve, until a signal ends it."""
    routes = [WebSocketRoute("/listen", tabs.listen), Route("/{path:path}", tabs.serve)]
    config = uvicorn.Config(Starlette(routes=routes), log_level="warning", lifespan="off")
    async with asyncio.TaskGroup() as group:
        jobs = [group.create_task(tabs.preview.watch(batches)) for batches in changes()]
        jobs.append(group.create_task(tabs.preview.build_changes()))
        await Server(config).serve(sockets=[port])
        for job in jobs:
            job.cancel()


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser("python -m book._ext.build.serve")
    parser.add_argument("page", nargs="?", default="index")
    parser.add_argument("--port", type=int, default=8000)
    asked = parser.parse_args()
    if not exists(asked.page):
        sys.exit(f"there is no page {shown(BOOK / asked.page)}.md: make serve PAGE=loss")
    port = bound(asked.port)
    print(f"==> http://{HOST}:{asked.port}/{asked.page}.html  (Ctrl-C stops it)", flush=True)
    with suppress(KeyboardInterrupt):
        asyncio.run(serve_and_build(port, Tabs(asked.page)))
    print("==> stopped")


if __name__ == "__main__":
    main()
