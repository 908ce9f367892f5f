"""Preview with live reload, the open page first: ``python -m book._ext.build.serve loss``.

What changes is built while the page is open in a browser: first the page that is open and those
that were edited, then the cells of the others, then the others.  A new change stops what is still
going on.  Each page is served with what is wrong with it.  (``sphinx-autobuild`` builds the whole
book before it opens its port, and again before it shows the page that was edited.)
"""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import uvicorn
import watchfiles
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from book._ext.build.editions import build
from book._ext.build.lock import locked
from book._ext.build.processes import ProcessDiedError, Task
from book._ext.findings import Finding, once_each, shown
from book._ext.paths import BOOK, BUILD, ROOT
from book._ext.truth.execution import execute_book

HOST = "127.0.0.1"
OUT, DOCTREES = BUILD / "preview", BUILD / "doctrees" / "preview"
WATCHED = [BOOK, ROOT / "dlref", ROOT / "eqcheck", ROOT / "conf.py"]
WAITING = "<!doctype html><title>…</title><article><p>正在构建…… Being built …</p></article>"
SCRIPT = """<script>
{
  const said = %s;
  const box = document.createElement("ul");
  box.className = "preview-problems";
  for (const text of said) box.appendChild(document.createElement("li")).textContent = text;
  if (said.length) document.querySelector("article").prepend(box);
  const listen = () => {
    const socket = new WebSocket(`ws://${location.host}/reload`);
    socket.onmessage = () => location.reload();
    socket.onclose = () => setTimeout(listen, 1000);
  };
  listen();
}
</script>
"""


class Preview:
    """Builds what has changed, and tells open pages when to load themselves again."""

    def __init__(self, page: str) -> None:
        self.page = page  # the one that is open
        self.edited: set[str] = set()  # and not built yet
        self.findings: dict[str, list[Finding]] = {}
        self.listeners: set[WebSocket] = set()
        self.task: Task | None = None
        self.changed = asyncio.Event()
        self.changed.set()

    async def watch(self) -> None:
        """Stop what is going on when a file changes."""
        async for changes in watchfiles.awatch(*WATCHED):
            paths = [Path(path) for _, path in changes]
            self.edited |= {p.stem for p in paths if p.parent == BOOK and p.suffix == ".md"}
            print(f"==> changed: {', '.join(sorted(map(shown, paths)))}", flush=True)
            self.changed.set()
            if self.task is not None:
                self.task.stop()

    async def build_changes(self) -> None:
        """Build whenever something has changed, until the server ends."""
        while True:
            await self.changed.wait()
            self.changed.clear()
            try:
                await self.build_once()
            except ProcessDiedError:
                continue  # it was stopped

    async def build_once(self) -> None:
        """Build the open and the edited pages, then the others."""
        first = {page for page in {self.page, *self.edited} if (BOOK / f"{page}.md").exists()}
        self.say(await self.run(build_pages, sorted(first)), first)
        self.edited -= first
        await self.reload()
        everything = {path.stem for path in BOOK.glob("*.md")}
        self.say(await self.run(build_pages, None), everything)
        await self.reload()

    async def run(self, function: Any, *arguments: Any) -> list[Finding]:
        """Run a function in a process of its own, which a change may stop."""
        self.task = Task(function, *arguments)
        try:
            return once_each(await asyncio.to_thread(self.task.result))
        finally:
            self.task = None

    def say(self, findings: Iterable[Finding], pages: set[str]) -> None:
        """Print what is wrong with pages, and keep it for those who open them."""
        files = {shown(BOOK / f"{page}.md"): page for page in pages}
        for page in pages:
            self.findings[page] = []
        for finding in findings:
            if finding.file in files:
                self.findings[files[finding.file]].append(finding)
            if finding.file in files or len(pages) > 1:
                print(finding, file=sys.stderr, flush=True)

    async def reload(self) -> None:
        """Let open pages load themselves again."""
        for listener in list(self.listeners):
            await listener.send_text("reload")

    # -------------------------------------------------------------- what browsers ask for

    async def listen(self, socket: WebSocket) -> None:
        """Keep the line to an open page."""
        await socket.accept()
        self.listeners.add(socket)
        try:
            while True:
                await socket.receive_text()
        except WebSocketDisconnect:
            self.listeners.discard(socket)

    async def serve(self, request: Request) -> Response:
        """Return a file; a page with what is wrong with it, or with a word of patience."""
        file = (OUT / (request.path_params["path"] or "index.html")).resolve()
        if not file.is_relative_to(OUT):
            return Response(status_code=404)
        if file.suffix != ".html":
            return FileResponse(file) if file.is_file() else Response(status_code=404)
        self.page = file.stem if (BOOK / f"{file.stem}.md").exists() else self.page
        text = file.read_text("utf-8") if file.is_file() else WAITING
        said = [str(finding) for finding in self.findings.get(file.stem, [])]
        script = SCRIPT % json.dumps(said).replace("<", "\\u003c")
        return HTMLResponse(text + script, headers={"Cache-Control": "no-store"})


def build_pages(pages: list[str] | None) -> list[Finding]:
    """Execute and build pages, or all."""
    paths = sorted(BOOK.glob("*.md")) if pages is None else [BOOK / f"{p}.md" for p in pages]
    executed = execute_book(paths)
    only: dict[str, Any] = {}
    if pages is not None:
        only = {"pages": paths, "read_only": [*pages, "index"], "read_new": False}
    with locked("make serve"):
        built = build(
            *("html", "zh-en", OUT, DOCTREES),
            tags=("preview",),
            without_outputs=executed.without_outputs,
            **only,
        )
    return [*executed.findings, *built.findings]


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser("python -m book._ext.build.serve")
    parser.add_argument("page", nargs="?", default="index")
    parser.add_argument("--port", type=int, default=8000)
    asked = parser.parse_args()
    if not (BOOK / f"{asked.page}.md").is_file():
        sys.exit(f"there is no page {shown(BOOK / asked.page)}.md: make serve PAGE=loss")
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, asked.port))
    except OSError:
        sys.exit(f"port {asked.port} is in use: make serve PORT={asked.port + 1}")
    print(f"==> http://{HOST}:{asked.port}/{asked.page}.html  (Ctrl-C stops it)", flush=True)
    preview = Preview(asked.page)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as group:
            jobs = [group.create_task(job()) for job in (preview.watch, preview.build_changes)]
            yield
            for job in jobs:
                job.cancel()

    routes = [
        WebSocketRoute("/reload", preview.listen),
        Route("/{path:path}", preview.serve),
    ]
    app = Starlette(routes=routes, lifespan=lifespan)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listening])
    print("==> stopped")


if __name__ == "__main__":
    main()
