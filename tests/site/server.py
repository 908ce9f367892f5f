"""Serves a built site on this machine as real hosts do: compressed."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any, BinaryIO

COMPRESSED = (
    *(".html", ".css", ".js", ".mjs", ".json", ".svg", ".xml", ".txt", ".wasm", ".webmanifest"),
)
LEVEL = 6  # what hosts use
PAUSE = 0.5  # seconds
STRICT = "default-src 'self'; script-src 'self'; worker-src 'self'"
POLICY = STRICT.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")


@cache
def _compressed(path: Path, _: int) -> bytes:
    """Return what is sent of a file, as of a time: Python's runtime takes half a second."""
    return gzip.compress(path.read_bytes(), LEVEL)


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, *args: Any, policy: str, pause: bytes, **kwargs: Any) -> None:
        self.policy = policy
        self.pause = pause
        super().__init__(*args, **kwargs)

    def end_headers(self) -> None:
        if self.policy:
            self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()

    def send_head(self) -> BytesIO | BinaryIO | None:
        path = Path(self.translate_path(self.path))
        if self.pause or "gzip" not in self.headers.get("Accept-Encoding", ""):
            return super().send_head()
        if not path.is_file() or path.suffix not in COMPRESSED:
            return super().send_head()
        body = _compressed(path, path.stat().st_mtime_ns)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return BytesIO(body)

    def copyfile(self, source: BinaryIO, outputfile: BinaryIO) -> None:
        with suppress(ConnectionError):  # the browser has gone elsewhere
            if self.pause:
                start, pause, rest = source.read().partition(self.pause)
                outputfile.write(start)
                sleep(PAUSE if pause else 0)
                outputfile.write(pause + rest)
            else:
                super().copyfile(source, outputfile)

    def log_message(self, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64  # a browser whose request finds no room waits a second


@contextmanager
def serve(folder: Path, policy: str = "", pause: bytes = b"") -> Iterator[str]:
    """Serve a folder, with a Content-Security-Policy if there is one, and give its address.

    A file that holds ``pause`` comes as over a slow line: up to there, and the rest a moment later.
    """
    handler = partial(_Handler, directory=str(folder), policy=policy, pause=pause)
    server = _Server(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
