"""The stand-in for Matplotlib: cells compute with it as with the real one, and draw nothing."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import numpy as np
import pytest

from book._ext.live.reader.undrawn import Nothing, Undrawn, is_nothing, take_figures
from book._ext.paths import ROOT

plt = Undrawn("matplotlib.pyplot")
CELLS = [
    "import matplotlib.pyplot as plt; from dlref import figures",
    "fig, axes = plt.subplots(2, 3); axes[1, 2].plot([1], color=figures.BLUE); n = axes.size",
    "plt.subplots(1, 2)[1].shape, n",
    "fig",
    "figures.draw_network(axes, [2, 3])",
]
RUN = f"""
from book._ext.live.reader import cells
cells.begin()
for number, code in enumerate({CELLS!r}): print(cells.run(code, number))
"""


@pytest.mark.parametrize(
    ("grid", "shape"), [((2, 3), (2, 3)), ((1, 3), (3,)), ((3, 1), (3,)), ((), None)]
)
def test_a_figure_has_as_many_axes_as_it_would_have(
    grid: tuple[int, ...], shape: tuple[int, ...] | None
) -> None:
    axes = plt.subplots(*grid)[1]
    assert is_nothing(axes) if shape is None else axes.shape == shape
    assert plt.subplots(*grid, squeeze=False)[1].shape == (grid or (1, 1))


def test_whatever_is_done_with_nothing_nothing_comes_of_it() -> None:
    nothing = Nothing()
    nothing["key"] = 1
    with nothing.context(a=1) as inside:
        [line] = nothing.plot([1, 2])
        assert all(map(is_nothing, (inside, line, nothing["a"], "#" + nothing, nothing * 2)))
    assert take_figures(True) == []


def test_axes_that_draw_nothing_have_limits_to_compute_with() -> None:
    axes = plt.subplots()[1]
    assert np.linspace(*axes.get_xlim(), 3).tolist() == [0.0, 0.5, 1.0]


def test_nothing_passes_for_no_array() -> None:
    with pytest.raises(AttributeError):
        _ = Nothing().__array_interface__
    assert np.array([Nothing(), Nothing()]).shape == (2,)


def test_cells_that_draw_run_without_matplotlib_and_show_no_trace_of_it() -> None:
    call = [sys.executable, "-c", RUN]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=True)
    results = done.stdout.splitlines()
    assert len(results) == len(CELLS)
    assert all('"error": false' in result for result in results)
    assert '"text": "((2,), 6)\\n"' in results[2]
    assert '"text": ""' in results[3]


def test_once_matplotlib_is_there_the_book_s_figures_are_drawn_without_a_notebook() -> None:
    lines = [
        *(CELLS[0], "fig, ax = plt.subplots()"),
        "figures.explore(fig, lambda rate=1.0: ax.plot([rate]), rate=[0.5, 1.0])",
    ]
    run = f"cells.begin(); cells.draw(); print(cells.run({chr(10).join(lines)!r}, 1))"
    assert len(drawn(run)) == 1


def test_on_a_narrow_page_panels_stand_one_below_the_other() -> None:
    lines = [CELLS[0], "fig, axes = plt.subplots(1, 2, figsize=(7, 3))"]
    run = "cells.begin(); cells.draw(); print(cells.run({!r}, 1, True, {}))"
    sizes = []
    for is_narrow in (False, True):
        [svg] = drawn(run.format("\n".join(lines), is_narrow))
        sizes.append([float(size) for size in re.findall(r'viewBox="0 0 (\S+) (\S+)"', svg)[0]])
    (width, height), (narrow_width, narrow_height) = sizes
    assert width == pytest.approx(7 * 72, rel=0.03)
    assert narrow_width == pytest.approx(3.58 * 72, rel=0.03)
    assert narrow_height > height


def drawn(run: str) -> list[str]:
    """Return the figures of a run in a process of its own, which must print nothing."""
    call = [sys.executable, "-c", f"from book._ext.live.reader import cells; {run}"]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=True)
    result = json.loads(done.stdout)
    assert (result["error"], result["text"]) == (False, "")
    figures: list[str] = result["figures"]
    return figures
