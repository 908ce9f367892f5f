"""A figure once more, as narrow as a phone: its panels one below the other, its text as large.

The site shows this variant where the screen would shrink the figure until nobody could read it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec, SubplotSpec
from matplotlib.legend import Legend
from matplotlib.transforms import Bbox

WIDTH = 3.58  # inches: a phone of 390 pixels leaves a figure 342 of them, a 96th of an inch each
LOWEST = 2.1  # inches: no panel becomes lower than this, however little width is left to it

_redrawn: WeakKeyDictionary[Axes, Callable[[], None]] = WeakKeyDictionary()


class Panel(NamedTuple):
    """Axes, their place in the grid of the figure, and how wide and high they were before."""

    ax: Axes
    place: SubplotSpec
    width: float
    height: float


def redraw(ax: Axes, draw: Callable[[], None]) -> None:
    """Let a function draw an axes anew, once it is cleared, where a figure is laid out narrow."""
    _redrawn[ax] = draw


def lay_out(fig: Figure) -> bool:
    """Lay a figure out again in the width of a phone; return False if it is no wider.

    Panels that stand in one row come to stand in one column; several rows remain what they are.
    An axis that the panels shared is numbered and named at each. Legends that hide a curve or a
    dot now, or are too wide, move above their panel. The figure must have been drawn.
    """
    width, height = fig.get_size_inches()
    if width <= WIDTH:
        return False
    panels = []
    for ax in fig.axes:
        if place := ax.get_subplotspec():  # a bar of colours has none, and goes with its panels
            box = Bbox(ax.get_position().get_points() * (width, height))
            panels.append(Panel(ax, place, *box.size))
    if all(panel.place.get_gridspec().nrows == 1 for panel in panels):
        panels = _stacked(fig, panels)
    for ax, *_ in panels:
        if ax in _redrawn:
            ax.clear()
            _redrawn[ax]()
    legends = [legend for ax, *_ in panels if (legend := ax.get_legend())]
    for legend in legends:
        legend.set_in_layout(False)  # a panel is as wide as if it had none
    fig.set_size_inches(WIDTH, height)
    _fit_height(fig, panels)
    moved = [legend for legend in legends if _hinders(legend)]
    for legend in moved:
        _move(legend)
    if moved:
        _fit_height(fig, panels)
    return True


def _stacked(fig: Figure, panels: list[Panel]) -> list[Panel]:
    """Set the panels of a row one below the other."""
    first, places = panels[0].ax, GridSpec(len(panels), 1, figure=fig)
    stacked = [panel._replace(place=places[row]) for row, panel in enumerate(panels)]
    for ax, place, *_ in stacked:
        ax.set_subplotspec(place)
        shares = first.get_shared_y_axes().joined(first, ax)
        if shares and first.yaxis.get_tick_params()["labelleft"]:
            ax.tick_params(labelleft=True)
        if not ax.get_ylabel() and (shares or ax.get_xlabel() == first.get_xlabel()):
            ax.set_ylabel(first.get_ylabel())
    return stacked


def _fit_height(fig: Figure, panels: list[Panel]) -> None:
    """Make a figure as high as its panels want, which the layout has given their widths."""
    aspects = [ax.get_aspect() for ax, *_ in panels]
    for ax, *_ in panels:
        ax.set_aspect("auto")  # each fills the room that it has, so that this can be measured
    fig.draw_without_rendering()
    height, grid = fig.get_figheight(), panels[0].place.get_gridspec()
    wanted, given = np.zeros(grid.nrows), np.zeros(grid.nrows)
    for panel, aspect in zip(panels, aspects, strict=True):
        panel.ax.set_aspect(aspect)
        room, row = panel.ax.get_position(original=True), panel.place.rowspan.start
        given[row] = room.height * height
        wanted[row] = max(wanted[row], _height(panel, room.width * WIDTH))
    grid.set_height_ratios(wanted.tolist())
    fig.set_figheight(height - given.sum() + wanted.sum())


def _height(panel: Panel, width: float) -> float:
    """Return how high a panel is to be, which is no higher than before."""
    ax, aspect = panel.ax, panel.ax.get_aspect()
    if aspect != "auto":
        whole = width * ax.get_data_ratio() * aspect
        return whole if ax in _redrawn else min(panel.height, whole)
    if not ax.axison:  # a drawing, whose lines of text keep their distance
        return panel.height
    return min(panel.height, max(width * panel.height / panel.width, LOWEST))


def _hinders(legend: Legend) -> bool:
    """Tell whether a legend hides a curve or a dot, or does not stand in its panel."""
    ax, box = legend.axes, legend.get_window_extent()
    curves = [line.get_transform().transform_path(line.get_path()) for line in ax.lines]
    dots = [dots.get_offset_transform().transform(dots.get_offsets()) for dots in ax.collections]
    return (
        ax.get_window_extent().count_contains(box.corners()) < 4
        or any(curve.intersects_bbox(box, filled=False) for curve in curves)
        or any(box.count_contains(places) for places in dots)
    )


def _move(legend: Legend) -> None:
    """Move a legend above its panel, in as many columns as that is wide, and titles above it."""
    ax, texts = legend.axes, legend.get_texts()
    handles = [handle for handle in legend.legend_handles if isinstance(handle, Artist)]
    for columns in range(len(texts), 0, -1):
        legend = ax.legend(
            handles,
            [text.get_text() for text in texts],
            title=legend.get_title().get_text(),
            fontsize=texts[0].get_fontsize(),
            loc="lower center",
            bbox_to_anchor=(0.5, 1),
            ncols=columns,
            columnspacing=1,
            handlelength=1.6,
            handletextpad=0.5,
        )
        box = legend.get_window_extent()
        if box.width <= ax.get_window_extent().width:
            break
    for where in ("left", "center", "right"):
        if title := ax.get_title(where):
            ax.set_title(title, loc=where, pad=box.height / ax.figure.dpi * 72 + 8)
