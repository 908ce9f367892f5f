"""A figure is laid out again for a phone, and nothing of it is lost or hidden."""

from base64 import b64decode

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from dlref import figures, narrow


@pytest.fixture(autouse=True)
def style():
    with mpl.rc_context({"backend": "agg"}):
        yield
        plt.close("all")


def lay_out(fig: Figure) -> bool:
    fig.canvas.draw()
    changed = narrow.lay_out(fig)
    fig.canvas.draw()
    return changed


def boxes(fig: Figure) -> np.ndarray:
    """Return left, bottom, width and height of each panel, in inches."""
    return np.array([ax.get_position().bounds for ax in fig.axes]) * np.tile(
        fig.get_size_inches(), 2
    )


def test_a_figure_no_wider_than_a_phone_is_left_as_it_is():
    fig, _ = plt.subplots(figsize=(3.5, 2))
    assert not lay_out(fig)
    assert tuple(fig.get_size_inches()) == (3.5, 2)


def test_the_panels_of_a_row_come_to_stand_one_below_the_other_each_as_wide_as_the_phone():
    fig, axes = plt.subplots(1, 3, figsize=(9, 3), width_ratios=[1, 2, 1])
    axes[1].plot([0, 1000])
    assert lay_out(fig)
    assert fig.get_figwidth() == narrow.WIDTH
    left, bottom, width, height = boxes(fig).T
    np.testing.assert_allclose(left, left[0])
    np.testing.assert_allclose(width, width[0])
    assert width[0] > 2.5
    assert (bottom[:-1] > (bottom + height)[1:]).all()
    assert (height >= 0.99 * narrow.LOWEST).all()


def test_several_rows_remain_what_they_are():
    fig, axes = plt.subplots(2, 2, figsize=(6, 4), sharex=True, sharey=True)
    assert lay_out(fig)
    left, bottom, _, height = boxes(fig).T
    assert left[0] == left[2] < left[1]
    assert (bottom[:2] > (bottom + height)[2:]).all()
    assert not axes[0, 1].yaxis.get_tick_params()["labelleft"]


def test_an_axis_that_panels_shared_is_numbered_and_named_at_each():
    fig, (first, second) = plt.subplots(1, 2, figsize=(8, 3), sharey=True)
    first.set_ylabel("$y$")
    assert not second.yaxis.get_tick_params()["labelleft"]
    lay_out(fig)
    assert second.yaxis.get_tick_params()["labelleft"]
    assert second.get_ylabel() == "$y$"


@pytest.mark.parametrize(("names", "copied"), [("xx", "$y$"), ("xt", "")])
def test_the_name_of_an_axis_is_that_of_the_first_panel_where_both_show_it_against_the_same(
    names, copied
):
    fig, axes = plt.subplots(1, 2, figsize=(8, 3))
    for ax, name in zip(axes, names, strict=True):
        ax.set_xlabel(name)
    axes[0].set_ylabel("$y$")
    lay_out(fig)
    assert axes[1].get_ylabel() == copied


def test_panels_of_equal_scales_keep_them_and_fill_the_width_without_gaps_between():
    fig, axes = plt.subplots(1, 2, figsize=(8, 6))
    for ax in axes:
        ax.set(aspect="equal", xlim=(0, 2), ylim=(0, 1))
    lay_out(fig)
    _, _, width, height = boxes(fig).T
    np.testing.assert_allclose(width, 2 * height, rtol=0.02)
    assert (width > 2.9).all()
    assert fig.get_figheight() < 2 * height[0] + 1


def test_a_bar_of_colours_stays_beside_its_panels():
    fig, axes = plt.subplots(1, 2, figsize=(8, 3))
    drawn = [ax.imshow(np.eye(3)) for ax in axes]
    fig.colorbar(drawn[0], ax=axes)
    lay_out(fig)
    left, bottom, width, height = boxes(fig).T
    assert left[2] > (left + width)[:2].max()
    assert bottom[2] <= bottom[1] + 0.1
    assert (bottom + height)[2] >= (bottom + height)[0] - 0.1


@pytest.mark.parametrize("title", ["", "$L=2$"])
def test_a_legend_that_would_hide_a_curve_moves_above_its_panel_and_below_the_title(title):
    fig, ax = plt.subplots(figsize=(8, 3))
    for slope in range(6):
        ax.plot([0, 1], [0, slope], label=f"$a={slope}$")
    ax.legend(loc="lower right")
    ax.set_title(title)
    lay_out(fig)
    legend, panel = ax.get_legend().get_window_extent(), ax.get_window_extent()
    assert legend.y0 >= panel.y1
    assert legend.width <= panel.width
    assert [text.get_text() for text in ax.get_legend().get_texts()][-1] == "$a=5$"
    if title:
        assert ax.title.get_window_extent().y0 >= legend.y1 - 2


def test_a_legend_that_would_hide_a_dot_moves_above_its_panel():
    fig, ax = plt.subplots(figsize=(8, 3))
    ax.scatter(*np.meshgrid(np.linspace(0, 1, 9), np.linspace(0, 1, 9)), label="$y$")
    ax.legend(loc="lower right")
    lay_out(fig)
    assert ax.get_legend().get_window_extent().y0 >= ax.get_window_extent().y1


def test_a_legend_that_hides_nothing_stays():
    fig, ax = plt.subplots(figsize=(8, 3))
    ax.plot([0, 1], label="$a$")
    ax.legend(loc="upper left")
    legend = ax.get_legend()
    lay_out(fig)
    assert ax.get_legend() is legend


def test_a_drawing_can_say_how_it_is_drawn_anew():
    fig, ax = plt.subplots(figsize=(8, 3))
    ax.text(0, 0, "wide")

    def draw() -> None:
        ax.text(0, 0, "narrow")
        ax.set(aspect="equal", xlim=(0, 1), ylim=(0, 3))

    narrow.redraw(ax, draw)
    lay_out(fig)
    assert [text.get_text() for text in ax.texts] == ["narrow"]
    np.testing.assert_allclose(boxes(fig)[0, 3], 3 * boxes(fig)[0, 2], rtol=0.02)
    assert fig.get_figheight() > 8


def test_a_figure_is_printed_for_wide_and_narrow_screens_and_for_paper():
    fig, axes = plt.subplots(1, 2, figsize=(8, 3))
    for ax in axes:
        ax.set_xlabel(r"$\mathbf{w}_{\mathrm{age}}$")
    data, metadata = figures.print_all(fig)
    narrow = metadata["image/svg+xml"]["narrow"]
    widths = [
        float(svg.split('width="')[1].split("pt")[0]) for svg in (data["image/svg+xml"], narrow)
    ]
    assert widths == pytest.approx([576, 72 * 3.58], abs=8)
    assert set(data) == {"image/svg+xml", "application/pdf"}


def test_a_narrow_figure_has_one_variant():
    fig, ax = plt.subplots(figsize=(3, 3))
    ax.plot([1, 2])
    assert figures.print_all(fig)[1] == {"image/svg+xml": {}}


def test_figures_on_paper_hold_no_letters_that_cannot_be_searched_or_hinted():
    fig, ax = plt.subplots(figsize=(3, 3))
    ax.set(xlabel=r"$\pi$", title="1")
    pdf = b64decode(figures.print_all(fig)[0]["application/pdf"])
    assert b"/FontType 42" in pdf or b"/CIDFontType2" in pdf
    assert b"/Type3" not in pdf
