"""Firefox as it is installed, driven by the protocol that it speaks itself, WebDriver BiDi.

Playwright drives a Firefox of its own only, which Debian does not have.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from time import sleep
from typing import Any

from tornado.websocket import websocket_connect

PATIENCE = 60  # seconds, for one answer
SHIFT, CONTROL, ENTER = "\ue008", "\ue009", "\ue007"  # as WebDriver names them
LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
QUIET = """
user_pref("app.normandy.enabled", false);
user_pref("app.update.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("dom.serviceWorkers.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("services.settings.server", "data:,");
"""


class Firefox:
    """One page of Firefox, and what went wrong in it."""

    def __init__(self, address: str) -> None:
        self.faults: list[str] = []
        self._loop = asyncio.new_event_loop()  # in a thread, as that of Playwright is in this one
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._calls = 0
        self._socket = self._wait(websocket_connect, f"{address}/session")
        self._call("session.new", capabilities={})
        self._call("session.subscribe", events=["log.entryAdded"])
        self._page = self._call("browsingContext.getTree")["contexts"][0]["context"]

    def go_to(self, url: str) -> None:
        """Open a page, and wait until all of it is there."""
        self._call("browsingContext.navigate", context=self._page, url=url, wait="complete")

    def value(self, expression: str) -> Any:
        """Return what an expression is worth in the page, or the promise of one."""
        answer = self._call(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression})))()",
            target={"context": self._page},
            awaitPromise=True,
        )
        assert answer["type"] == "success", answer
        return json.loads(answer["result"].get("value", "null"))

    def wait_for(self, condition: str) -> None:
        """Wait until a condition holds in the page; across pages, too."""
        for _ in range(10 * PATIENCE):
            if self.value(condition):
                return
            sleep(0.1)
        raise AssertionError(f"{condition} never came true")

    def press(self, *keys: str) -> None:
        """Press keys and let go of them in turn; those of one text together, as Control and a."""
        actions = []
        for chord in keys:
            actions += [{"type": "keyDown", "value": key} for key in chord]
            actions += [{"type": "keyUp", "value": key} for key in reversed(chord)]
        typed = [{"type": "key", "id": "keyboard", "actions": actions}]
        self._call("input.performActions", context=self._page, actions=typed)

    def close(self) -> None:
        """End the conversation."""
        self._call("session.end")
        self._loop.call_soon_threadsafe(self._socket.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        self._calls += 1
        message = {"id": self._calls, "method": method, "params": params}
        self._wait(self._socket.write_message, json.dumps(message))
        while True:
            answer = json.loads(self._wait(self._socket.read_message))
            if answer.get("method") == "log.entryAdded" and answer["params"]["level"] == "error":
                self.faults.append(answer["params"]["text"])
            if answer.get("id") == self._calls:
                assert answer["type"] == "success", answer
                result: dict[str, Any] = answer["result"]
                return result

    def _wait(self, function: Callable[..., Any], *arguments: Any) -> Any:
        async def called() -> Any:
            return await function(*arguments)

        return asyncio.run_coroutine_threadsafe(called(), self._loop).result(PATIENCE)


def program() -> str:
    """Return the Firefox that the machine has."""
    found = shutil.which("firefox-esr") or shutil.which("firefox")
    assert found, "Firefox is wanted: apt-get install firefox-esr"
    return found


@contextmanager
def start_firefox() -> Iterator[Firefox]:
    """Start Firefox with an empty profile, and end it."""
    with TemporaryDirectory() as profile:
        Path(profile, "user.js").write_text(QUIET, "utf-8")
        command = [program(), "--headless", "--no-remote", "--remote-debugging-port=0"]
        process = subprocess.Popen(
            [*command, "--profile", profile], stderr=subprocess.PIPE, text=True, encoding="utf-8"
        )
        assert process.stderr is not None
        try:
            listening = next(filter(None, map(LISTENING.search, process.stderr)))
            started = Firefox(listening[1])
            yield started
            started.close()
        finally:
            process.terminate()
            process.communicate()
