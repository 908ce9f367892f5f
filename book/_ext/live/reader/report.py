"""What Python tells the page while it is at work: a piece of output, a count."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

_listeners: list[Callable[[str], object]] = []


def listen(listener: Callable[[str], object]) -> None:
    """Let the page hear what is told, as JSON."""
    _listeners[:] = [listener]


def report(**what: Any) -> None:
    """Tell the page something of the call that it waits for."""
    for listener in _listeners:
        listener(json.dumps(what))
