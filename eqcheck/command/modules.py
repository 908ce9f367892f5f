"""Imports the modules whose functions checks may name; no others are imported."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from ..documents import functions_of as functions_by


class NoModule(Exception):  # noqa: N818 - what there is
    """A module that cannot be imported: which, and how to mend it."""


def functions_of(modules: Iterable[str]) -> dict[str, Callable[..., Any]]:
    """Return the functions of modules, by dotted names; the present folder is searched as well.

    Raises
    ------
    NoModule
        If one cannot be imported.

    Examples
    --------
    >>> "statistics.mean" in functions_of(["statistics"])
    True
    """
    return functions_by(modules, imported)


def imported(name: str) -> Any:
    """Import a module; the present folder is searched as well.

    Raises
    ------
    NoModule
        If it cannot be imported.
    """
    if "" not in sys.path:
        sys.path.insert(0, "")
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        missing = error.name or name
        if missing == name:
            what, how = f"there is no module {name}", "give the name by which Python imports it"
        else:
            what, how = f"{name} imports {missing}, which there is not", "install that"
    except Exception as error:  # it is code of others, and may raise anything
        what = f"{name} cannot be imported: {type(error).__name__}: {error}".split("\n")[0]
        how = "mend it first"
    raise NoModule(f"{what}; {how}") from None
