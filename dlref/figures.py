"""The look of the book's figures: importing this module sets it, in a notebook as in the build.

Words live in captions, which speak both languages; inside a figure stand symbols and numbers.
Every colour comes with a line style or a marker of its own, so that grey loses nothing.
"""

from __future__ import annotations

import logging
import os
from base64 import b64encode
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from inspect import signature
from io import BytesIO
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch
from matplotlib_inline.backend_inline import set_matplotlib_formats
from numpy.typing import ArrayLike

from dlref import Node, moving
from dlref.narrow import lay_out, redraw

BLUE, ORANGE, GREEN, PURPLE, OCHRE = "#1f5fa8", "#c4511c", "#2f7d4f", "#7a4fa3", "#8a6d00"
INK, GREY = "#1a1a1a", "#7a7a7a"
# From nothing to ink: what is white on paper stays transparent, and dark pages can turn it round.
INK_MAP = LinearSegmentedColormap.from_list("ink", [INK + "00", INK + "ff"])

# How mathematics writes what Python writes as an operator; other operations go by their names.
SIGNS = {"+": "+", "-": "-", "*": r"\times", "/": r"\div", "@": r"\cdot", "neg": "-"}

logging.getLogger("fontTools").setLevel(logging.ERROR)  # those of Matplotlib are said to be old
plt.style.use(Path(__file__).with_name("figures.mplstyle"))


def print_all(fig: Figure) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Return a figure for the site and for the PDF, and as metadata its narrow variant.

    The figure is laid out anew for the last, which is why it can be shown only once.
    """
    data = {
        "image/svg+xml": _printed(fig, "svg").decode(),
        "application/pdf": b64encode(_printed(fig, "pdf")).decode(),
    }
    narrow = {"narrow": _printed(fig, "svg").decode()} if lay_out(fig) else {}
    return data, {"image/svg+xml": narrow}


def _printed(fig: Figure, kind: str, **options: Any) -> bytes:
    file = BytesIO()
    fig.savefig(file, format=kind, **options)
    return file.getvalue()


FOR_BOOK = os.environ.get("DLREF_FIGURES") == "all"  # so the book's build asks
shell = InteractiveShell.instance()
if FOR_BOOK and shell.display_formatter:
    set_matplotlib_formats()
    shell.display_formatter.mimebundle_formatter.for_type(Figure, lambda fig, **_: print_all(fig))
else:
    set_matplotlib_formats("svg")


def explore(
    fig: Figure, frame: Callable[..., Mapping[str, Any] | None], **grid: Sequence[float]
) -> None:
    """Let readers of the book turn parameters of a figure, each of whose frames is executed.

    The axes stay what they are in the frame that is shown first, and so does all that a frame
    leaves alone.  Where the book is not built, that frame is the figure.

    Parameters
    ----------
    fig : Figure
        A figure in which all stands that does not move.
    frame : callable
        Draws what moves for one value of each parameter, as ``line.set_data`` does, and returns by
        name what the caption says of it.  Its defaults are what is shown first.  It draws random
        numbers from a generator of its own.
    **grid : sequence of float
        The values of each parameter, in their order.

    Raises
    ------
    ValueError
        If the defaults of ``frame`` are not a point of the grid.
    """
    start = {name: parameter.default for name, parameter in signature(frame).parameters.items()}
    values = {name: np.asarray(each).tolist() for name, each in grid.items()}
    if list(start) != list(values) or any(start[name] not in values[name] for name in start):
        raise ValueError(f"the defaults of frame must be a point of the grid {values}, got {start}")
    frame(**start)
    if FOR_BOOK:
        data, metadata = _print_frames(fig, frame, values, start)
        display(data, metadata=metadata, raw=True)  # type: ignore[no-untyped-call]
        plt.close(fig)


def _print_frames(
    fig: Figure,
    frame: Callable[..., Mapping[str, Any] | None],
    grid: dict[str, list[float]],
    start: dict[str, float],
) -> tuple[dict[str, str], dict[str, Any]]:
    """Return what ``print_all`` does, and as metadata what changes between the frames."""
    settings = moving.settings_of(grid)
    values: list[dict[str, Any]] = []

    def drawn() -> list[str]:
        values.clear()
        frame(**start)
        fig.draw_without_rendering()
        layout = fig.get_layout_engine()
        fig.set_layout_engine("none")  # the axes stay where they are
        around = fig.get_tightbbox().padded(plt.rcParams["savefig.pad_inches"])
        svgs = []
        for setting in settings:
            values.append(setting | dict(frame(**setting) or {}))
            svgs.append(_printed(fig, "svg", bbox_inches=around).decode())
        frame(**start)
        fig.set_layout_engine(layout)
        return svgs

    first, wide = settings.index(start), drawn()
    data = {
        "image/svg+xml": wide[first],
        "application/pdf": b64encode(_printed(fig, "pdf")).decode(),
    }
    about: dict[str, Any] = {"grid": grid, "first": first, "frames": moving.compare(wide, first)}
    if lay_out(fig):
        narrow = drawn()
        about |= {"narrow": narrow[first], "narrow_frames": moving.compare(narrow, first)}
    moving.shown[:] = [moving.Frames(values, first)]
    return data, {"image/svg+xml": about}


def letter(axes: Iterable[Axes]) -> None:
    """Letter the panels of a figure (a), (b), ... above their left ends, as its caption does.

    A caption that said "left" would be wrong where the panels stand one below the other.

    Parameters
    ----------
    axes : iterable of Axes
        The panels, in the order of reading.
    """
    for name, ax in zip(ascii_lowercase, axes, strict=False):
        ax.set_title(rf"$(\mathrm{{{name}}})$", loc="left")


def draw_network(
    ax: Axes,
    sizes: Sequence[int],
    *,
    labels: Sequence[str] | None = None,
    dropped: Collection[tuple[int, int]] = (),
) -> None:
    """Draw a fully connected network from left to right, with one column of circles a layer.

    Layer l stands at x = 2l, its units one apart and centred on y = 0: text can be added there.

    Parameters
    ----------
    ax : Axes
        Where to draw; its frame disappears.
    sizes : sequence of int
        Number of units of each layer, that of the inputs first.
    labels : sequence of str, optional
        One text for each layer, to stand below it.
    dropped : collection of (layer, unit), optional
        Units to cross out, counted from zero, the topmost first; they lose their connections.

    Raises
    ------
    ValueError
        If there are not as many labels as layers, or a dropped unit is not in the network.
    """
    if labels is not None and len(labels) != len(sizes):
        raise ValueError(f"labels must have {len(sizes)} entries, got {len(labels)}")
    units = {
        (layer, unit): np.array([2.0 * layer, (size - 1) / 2 - unit])
        for layer, size in enumerate(sizes)
        for unit in range(size)
    }
    if missing := set(dropped) - set(units):
        raise ValueError(f"dropped must name units of the network, got {sorted(missing)}")

    radius = 0.28
    kept = [place for place in units if place not in dropped]
    for start in kept:
        for end in kept:
            if end[0] == start[0] + 1:
                way = units[end] - units[start]
                gap = radius * way / np.hypot(*way)  # a line ends at the rim, not in the circle
                line = np.array([units[start] + gap, units[end] - gap])
                ax.plot(*line.T, "-", color=GREY, linewidth=0.7)
    for place, (x, y) in units.items():
        out = place in dropped
        color, style = (GREY, "--") if out else (BLUE, "-")
        ax.add_patch(Circle((x, y), radius, fill=False, ec=color, ls=style, lw=1.5))
        if out:
            ax.plot(x, y, "x", color=ORANGE, markersize=11, markeredgewidth=2)
    for layer, label in enumerate(labels or ()):
        ax.text(2.0 * layer, -max(sizes) / 2 - 0.4, label, ha="center", va="baseline")
    ax.set(aspect="equal", ylim=(-max(sizes) / 2 - 0.8, max(sizes) / 2))
    ax.axis("off")


def draw_images(ax: Axes, images: ArrayLike) -> None:
    """Draw square images of 64 pixels side by side, in rows: 0 leaves the paper bare, 1 is ink.

    The image in row r and column c covers the unit square whose upper left corner is (c, r), with
    a margin on all sides: text can be added there.

    Parameters
    ----------
    ax : Axes
        Where to draw; its frame disappears.
    images : array_like, shape (rows, columns, 64)
        Values below 0 or above 1 are drawn as 0 or 1.

    Raises
    ------
    ValueError
        If the shape is not this.
    """
    images = np.asarray(images)
    if images.ndim != 3 or images.shape[2] != 64:
        raise ValueError(f"images must have shape (rows, columns, 64), got {images.shape}")
    rows, columns, _ = images.shape
    tiles = np.pad(images.reshape(rows, columns, 8, 8), [(0, 0), (0, 0), (1, 1), (1, 1)])
    mosaic = tiles.transpose(0, 2, 1, 3).reshape(10 * rows, 10 * columns)
    extent = (0, columns, rows, 0)
    ax.imshow(mosaic, INK_MAP, vmin=0, vmax=1, extent=extent, interpolation="nearest")
    ax.axis("off")


def draw_graph(
    ax: Axes,
    nodes: Sequence[Node],
    places: Mapping[str, tuple[float, float]],
    *,
    gradients: bool = True,
) -> None:
    """Draw a computational graph of scalars: a circle for each node, arrows from operands.

    In the circle stands the operation as mathematics writes it, or the name of a leaf; above it
    the stored value, and below it the gradient. The axes should be as wide and high as the
    places: 1 is one inch.

    Parameters
    ----------
    ax : Axes
        Where to draw; its frame disappears.
    nodes : sequence of Node
        What ``dlref.graph`` returns, each node named.
    places : mapping
        The centre of each node, by name.
    gradients : bool
        Whether the gradients are known yet.

    Raises
    ------
    ValueError
        If a node has no place, or holds more than one number.
    """
    if missing := [node.name for node in nodes if node.name not in places]:
        raise ValueError(f"places must name every node, got none for {missing}")
    if large := [node.name for node in nodes if node.value.size != 1]:
        raise ValueError(f"nodes must hold one number each, got more in {large}")

    _draw_graph(ax, nodes, places, gradients, turned=False)
    redraw(ax, lambda: _draw_graph(ax, nodes, places, gradients, turned=True))


def _draw_graph(
    ax: Axes,
    nodes: Sequence[Node],
    places: Mapping[str, tuple[float, float]],
    gradients: bool,
    *,
    turned: bool,
) -> None:
    """Draw a graph that flows to the right, or is turned to flow down, numbers beside circles."""
    radius = 0.24
    turn = np.array([[0, -1], [1, 0]]) if turned else np.eye(2)
    centres = [np.array(places[node.name]) @ turn for node in nodes]
    for node, end in zip(nodes, centres, strict=True):
        for parent in node.parents:
            way = end - centres[parent]
            gap = (radius + 0.03) * way / np.hypot(*way)
            ends = (centres[parent] + gap, end - gap)
            ax.add_patch(FancyArrowPatch(*ends, arrowstyle="-|>", mutation_scale=9, color=GREY))
    for node, (x, y) in zip(nodes, centres, strict=True):
        color, name = (INK, _sign(node.op)) if node.op else (BLUE, node.name)
        ax.add_patch(Circle((x, y), radius, fill=False, ec=color, lw=1.5))
        ax.text(x, y, f"${name}$", ha="center", va="center", fontsize=10 if node.op else 12)
        value = (
            f"${node.name}={node.value.item():.3f}$" if node.op else f"${node.value.item():.3f}$"
        )
        x, gap, side = (x + 0.3, 0.02, "left") if turned else (x, 0.34, "center")
        ax.text(x, y + gap, value, ha=side, va="bottom", fontsize=10)
        if gradients:
            gradient = f"${node.grad.item():.3f}$"
            ax.text(x, y - gap, gradient, ha=side, va="top", fontsize=10, color=ORANGE)
    low, high = np.min(centres, axis=0), np.max(centres, axis=0)
    left, right, over = (0.3, 0.95, 0.3) if turned else (0.5, 0.5, 0.6)
    ax.set(xlim=(low[0] - left, high[0] + right), ylim=(low[1] - over, high[1] + over))
    ax.set_aspect("equal")
    ax.axis("off")


def _sign(op: str) -> str:
    if op.startswith("**"):
        return rf"(\cdot)^{{{op[2:]}}}"
    name = op.replace("_", r"\_")
    return SIGNS.get(op, rf"\mathrm{{{name}}}")
