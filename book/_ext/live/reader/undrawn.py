"""A stand-in for Matplotlib: cells above the one that a reader runs compute, and draw nothing.

So their names and random streams are right, and ten megabytes stay where they are until a reader
asks for a figure.
"""

from __future__ import annotations

import importlib
import io
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np

NAMES = (
    *("matplotlib", "matplotlib.pyplot", "matplotlib.collections", "matplotlib.colors"),
    *("matplotlib.lines", "matplotlib.patches", "matplotlib.ticker", "dlref.figures"),
)


LIMITS = ("get_xlim", "get_ylim")


class Nothing:
    """Whatever is done with it, nothing comes of it; but empty axes end where Matplotlib's do."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in LIMITS:
            return lambda: (0.0, 1.0)
        return Nothing()

    def __call__(self, *_: Any, **__: Any) -> Nothing:  # noqa: D102
        return Nothing()

    __getitem__ = __add__ = __radd__ = __mul__ = __rmul__ = __enter__ = __call__

    def __setitem__(self, key: Any, value: Any) -> None:
        pass

    def __iter__(self) -> Iterator[Nothing]:
        return iter((Nothing(),))

    def __exit__(self, *error: object) -> None:
        pass


class Undrawn(ModuleType):
    """A module of nothings."""

    def __getattr__(self, name: str) -> Any:
        return getattr(Nothing(), name)

    @staticmethod
    def subplots(rows: int = 1, columns: int = 1, *, squeeze: bool = True, **_: Any) -> Any:
        """Return as many nothings as the figure would have axes."""
        axes = np.array([Nothing() for _ in range(rows * columns)]).reshape(rows, columns)
        if not squeeze:
            return Nothing(), axes
        return Nothing(), axes[0, 0] if axes.size == 1 else axes.squeeze()


def is_nothing(value: object) -> bool:
    """Tell what a drawing that was not made has left."""
    return isinstance(value, Nothing)


def without_figures() -> None:
    """Let cells import what draws, and draw nothing."""
    for name in NAMES:
        sys.modules[name] = module = Undrawn(name)
        package, _, own = name.rpartition(".")
        if package:
            setattr(importlib.import_module(package), own, module)


def with_figures(names: dict[str, Any]) -> None:
    """Let Matplotlib, which is there from now on, take the place of the nothings."""
    undrawn = {name: module for name, module in sys.modules.items() if isinstance(module, Undrawn)}
    for name in undrawn:
        del sys.modules[name]
    notebook = _notebook()
    sys.modules.update(notebook)
    real = {id(module): importlib.import_module(name) for name, module in undrawn.items()}
    for name in notebook:  # where it is there, Matplotlib asks more of it
        del sys.modules[name]
    for name, value in names.items():
        if isinstance(value, Undrawn):
            names[name] = real[id(value)]


def _notebook() -> dict[str, ModuleType]:
    """Return what ``dlref.figures`` asks of a notebook: formats, which are chosen here."""
    shell, inline = ModuleType("IPython.core.interactiveshell"), ModuleType("backend_inline")
    shell.InteractiveShell = Nothing()  # type: ignore[attr-defined]
    shown = ModuleType("IPython.display")
    shown.display = Nothing()  # type: ignore[attr-defined]
    inline.set_matplotlib_formats = lambda *_: None  # type: ignore[attr-defined]
    return {
        "IPython": ModuleType("IPython"),
        "IPython.core": ModuleType("IPython.core"),
        "IPython.core.interactiveshell": shell,
        "IPython.display": shown,
        "matplotlib_inline": ModuleType("matplotlib_inline"),
        "matplotlib_inline.backend_inline": inline,
    }


def take_figures(is_shown: bool = False, is_narrow: bool = False) -> list[str]:
    """Return the figures that a cell has drawn as SVG, and close them; none if nothing draws."""
    plt = sys.modules.get("matplotlib.pyplot")
    if plt is None or isinstance(plt, Undrawn):
        return []
    drawn: list[str] = []
    for figure in map(plt.figure, plt.get_fignums() if is_shown else []):
        if is_narrow:
            figure.draw_without_rendering()
            importlib.import_module("dlref.narrow").lay_out(figure)
        file = io.StringIO()
        figure.savefig(file, format="svg", bbox_inches="tight")
        drawn.append(file.getvalue())
    plt.close("all")
    return drawn
