"""What is kept of the frames of a figure gives each of them back."""

import os
import re
import subprocess
import sys
from io import StringIO
from xml.etree import ElementTree

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

from dlref import figures, moving

PREFIX = re.compile(r"m[0-9a-f]{6}-")


@pytest.fixture(autouse=True)
def style():
    with mpl.rc_context({"backend": "agg"}):
        yield
        plt.close("all")


def drawn(fig) -> str:
    file = StringIO()
    fig.savefig(file, format="svg", bbox_inches=None)
    return file.getvalue()


def some_frames() -> list[str]:
    """Return frames with a line that is bent, dots that come, a colour and a number that change."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(5, 2))
    (line,) = left.plot([0, 1], [0, 1])
    dots = right.scatter([0, 1], [0, 1])
    number = right.text(0.2, 0.8, "")
    right.set_xticks([0, 1])
    frames = []
    for k in range(4):
        line.set_data(np.linspace(0, 1, 5), np.linspace(0, 1, 5) ** k)
        dots.set_offsets(np.column_stack([np.linspace(0, 1, k + 1), np.full(k + 1, 0.5)]))
        dots.set_color(["k", "r"][k % 2])
        number.set_text(f"${0.1 * k:.1f}$")
        frames.append(drawn(fig))
    return frames


def applied(svg: str, changes: list[moving.Change], frame: int) -> str:
    """Do to the first frame what a page does to show another."""
    root = ElementTree.fromstring(svg)
    elements = list(root.iter())
    for number, attribute, values, which in changes:
        element, value = elements[number], values[which[frame]]
        if attribute and value is None:
            del element.attrib[attribute]
        elif attribute:
            element.set(attribute, value)
        else:
            element[:] = list(ElementTree.fromstring(f"<g>{value}</g>"))
    return canonical(ElementTree.tostring(root, "unicode"))


def canonical(svg: str) -> str:
    return PREFIX.sub("", ElementTree.canonicalize(svg))


@pytest.mark.parametrize("first", [0, 2])
def test_the_first_frame_and_the_changes_give_each_frame(first):
    frames = some_frames()
    svg, changes = moving.compare(frames, first)
    for number in range(len(frames)):
        itself, _ = moving.compare(frames, number)
        assert applied(svg, changes, number) == canonical(itself)
    assert {attribute for _, attribute, _, _ in changes} >= {"", "d"}


def test_only_what_differs_is_kept_and_frames_that_are_alike_share_it():
    first, second, *_ = some_frames()
    _, changes = moving.compare([first, second, first], 0)
    assert all(which == [0, 1, 0] for _, _, _, which in changes)
    assert moving.compare([first, first], 0)[1] == []


def test_a_frame_can_stand_in_a_page_with_a_strict_policy_and_beside_other_figures():
    svg, _ = moving.compare(some_frames(), 0)
    root = ElementTree.fromstring(svg)
    names = {name for element in root.iter() for name in element.attrib}
    assert not {"style"} & names
    assert not {"style", "metadata"} & {element.tag for element in root.iter()}
    ids = {element.get("id") for element in root.iter()} - {None}
    used = set(re.findall(r'(?:href="|url\()#([^")]+)', svg))
    assert ids == used
    assert all(PREFIX.match(name) for name in ids)


def test_a_style_becomes_attributes_and_lengths_are_rounded():
    frame = (
        '<svg xmlns="http://www.w3.org/2000/svg"><path style="fill: none; stroke: #1f5fa8" '
        'd="M 1.23456 2 \nL 3.5 -0.00449 \nz\n"/><g transform="scale(0.105 -0.105)"/></svg>'
    )
    svg, _ = moving.compare([frame], 0)
    path, group = ElementTree.fromstring(svg)
    assert path.attrib == {"fill": "none", "stroke": "#1f5fa8", "d": "M1.23 2L3.5 -0.00z"}
    assert group.attrib == {"transform": "scale(0.105 -0.105)"}


def test_the_points_of_a_grid_come_with_the_last_parameter_fastest():
    points = moving.settings_of({"a": [1, 2], "b": [3, 4, 5]})
    assert [tuple(point.values()) for point in points][:4] == [(1, 3), (1, 4), (1, 5), (2, 3)]


def test_where_the_book_is_not_built_a_figure_stands_as_its_first_frame():
    fig, ax = plt.subplots()
    (line,) = ax.plot([], [])
    seen = []

    def draw(a=2, b=10):
        seen.append((a, b))
        line.set_data([0, 1], [a, b])

    figures.explore(fig, draw, a=[1, 2, 3], b=np.array([10, 20]))
    assert seen == [(2, 10)]
    assert list(line.get_ydata()) == [2, 10]
    assert plt.fignum_exists(fig.number)


@pytest.mark.parametrize(
    "grid", [{"a": [1, 3]}, {"b": [1, 2]}, {}, {"a": [2], "b": [1]}], ids=lambda grid: str(grid)
)
def test_a_first_frame_that_is_not_on_the_grid_is_refused(grid):
    fig, _ = plt.subplots()
    with pytest.raises(ValueError, match="the defaults of frame must be a point of the grid"):
        figures.explore(fig, lambda a=2: None, **grid)


PRINT = """
import json
import matplotlib.pyplot as plt
from dlref import figures

figures.display = lambda data, metadata, raw: print(json.dumps([data, metadata]))
fig, (left, right) = plt.subplots(1, 2, figsize=(6, 2))
(line,) = left.plot([0, 1], [0, 1], "o-")

def draw(p=2):
    line.set_ydata([0, p])
    right.clear()
    right.bar(range(p), range(p))

figures.explore(fig, draw, p=[1, 2, 3])
"""


def test_another_seed_for_hashes_gives_the_same_bytes():
    printed = set()
    for seed in ("0", "7"):
        asked = {"PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": "0", "DLREF_FIGURES": "all"}
        done = subprocess.run(
            [sys.executable, "-c", PRINT],
            env=os.environ | asked | {"MPLBACKEND": "agg"},
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        printed.add(done.stdout)
    [text] = printed
    assert '"narrow_frames"' in text
