"""The functions that the check of a formula may name: those of ``dlref``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dlref


def functions() -> dict[str, Callable[..., Any]]:
    """Return the functions by the names that checks use: ``dlref.relu``."""
    found = {f"dlref.{name}": getattr(dlref, name) for name in dlref.__all__}
    return {name: value for name, value in found.items() if callable(value)}
