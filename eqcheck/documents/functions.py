"""The Python functions that checks may name: those of the modules that are asked for, no others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from types import ModuleType
from typing import Any


def functions_of(
    modules: Iterable[str], load: Callable[[str], ModuleType] = import_module
) -> dict[str, Callable[..., Any]]:
    """Return the functions of modules, which ``load`` imports, by dotted names.

    Examples
    --------
    >>> "statistics.mean" in functions_of(["statistics"])
    True
    """
    found: dict[str, Callable[..., Any]] = {}
    for name in modules:
        found |= public_functions(load(name))
    return found


def public_functions(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """Return what a module exports and can be called, by dotted names.

    Without ``__all__``, that is what is defined in it and has no underscore.

    Examples
    --------
    >>> import statistics
    >>> sorted(public_functions(statistics))[:2]
    ['statistics.NormalDist', 'statistics.StatisticsError']
    """
    name = module.__name__
    listed = getattr(module, "__all__", None)
    if listed is None:
        own = (key for key, value in vars(module).items() if _is_of(value, name))
        listed = [key for key in own if not key.startswith("_")]
    found = {f"{name}.{key}": getattr(module, key) for key in listed}
    return {key: value for key, value in found.items() if callable(value)}


def _is_of(value: object, module: str) -> bool:
    return getattr(value, "__module__", None) == module
