"""The formulas of a package: its modules are imported, their files read, their names at hand."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from ..documents.blocks import Place
from ..documents.outcome import Outcome
from .execute import run
from .source import Formula, read_formulas


class Documented(NamedTuple):
    """A formula of a docstring, where it stands, and what the lines below it may name."""

    place: Place
    formula: Formula
    names: dict[str, Any]


def check_package(name: str, *, attack: bool = True) -> list[Outcome]:
    """Run the formulas in all docstrings of a package, or of a module.

    Parameters
    ----------
    name : str
        Its dotted name; it and what is in it is imported.
    attack : bool
        Whether wrong versions are tried as well.

    Returns
    -------
    list of Outcome
        Of each formula its place, and what running it found, with the function's name as label.

    Raises
    ------
    ImportError
        If there is no such package, or part of it cannot be imported.

    Examples
    --------
    >>> check_package("json")
    []
    """
    return [
        Outcome(place, run(formula, names, attack=attack))
        for place, formula, names in formulas_of(name)
    ]


def formulas_of(
    name: str, load: Callable[[str], ModuleType] = import_module
) -> Iterator[Documented]:
    """Yield the formulas in all docstrings of a package, module by module as ``load`` imports them.

    Examples
    --------
    >>> list(formulas_of("json"))
    []
    """
    module = load(name)
    file = getattr(module, "__file__", None)
    if file is not None and file.endswith(".py"):
        names = names_for(module)
        for formula in read_formulas(Path(file).read_text("utf-8")):
            yield Documented(Place(_shown(Path(file)), formula.line), formula, names)
    for found in pkgutil.iter_modules(getattr(module, "__path__", []), f"{name}."):
        if not found.name.endswith(".__main__"):
            yield from formulas_of(found.name, load)


def names_for(module: ModuleType) -> dict[str, Any]:
    """Return what the lines below a formula may name: the module's own names, and its package's.

    Examples
    --------
    >>> import json.decoder
    >>> sorted(name for name in names_for(json.decoder) if name.startswith("json.load"))
    ['json.load', 'json.loads']
    """
    package = module.__name__.partition(".")[0]
    public = vars(import_module(package)) if package != module.__name__ else {}
    return {**vars(module), **{f"{package}.{name}": value for name, value in public.items()}}


def _shown(file: Path) -> str:
    """Return a path as it is written from here, if it is below."""
    here = Path.cwd()
    return str(file.relative_to(here) if file.is_relative_to(here) else file)
