"""The drawing functions: what they draw can be counted."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch

from dlref import Node, Tensor, figures, graph


@pytest.fixture
def ax():
    with mpl.rc_context({"backend": "agg"}):
        fig, ax = plt.subplots()
        yield ax
        plt.close(fig)


def connections(ax: Axes) -> list[np.ndarray]:
    return [line.get_xydata() for line in ax.lines if line.get_marker() == "None"]


def test_each_unit_is_joined_to_all_units_of_the_next_layer(ax):
    figures.draw_network(ax, [4, 6, 5, 2])
    assert len(ax.patches) == 4 + 6 + 5 + 2
    assert len(connections(ax)) == 4 * 6 + 6 * 5 + 5 * 2


def test_dropped_units_are_crossed_out_and_lose_their_connections(ax):
    figures.draw_network(ax, [3, 5, 2], dropped={(1, 0), (1, 3)})
    crosses = [line.get_xydata()[0] for line in ax.lines if line.get_marker() == "x"]
    np.testing.assert_allclose(sorted(map(tuple, crosses)), [(2, -1), (2, 2)])
    assert len(ax.patches) == 3 + 5 + 2
    assert len(connections(ax)) == 3 * 3 + 3 * 2


def test_lines_end_at_the_rims_of_the_circles_of_neighbouring_layers(ax):
    figures.draw_network(ax, [3, 4])
    centres = np.array([circle.center for circle in ax.patches])
    radius = ax.patches[0].radius
    for line in connections(ax):
        distances = np.linalg.norm(line[:, None] - centres, axis=2).min(axis=1)
        np.testing.assert_allclose(distances, radius)


def test_labels_stand_below_their_layers(ax):
    figures.draw_network(ax, [2, 3], labels=["$a$", "$b$"])
    assert [text.get_text() for text in ax.texts] == ["$a$", "$b$"]
    assert [text.get_position()[0] for text in ax.texts] == [0, 2]
    assert all(text.get_position()[1] < -1 for text in ax.texts)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"labels": ["$a$"]}, "labels must have 2 entries, got 1"),
        ({"dropped": {(1, 3)}}, r"dropped must name units of the network, got \[\(1, 3\)\]"),
    ],
)
def test_what_does_not_fit_the_network_is_refused(ax, options, message):
    with pytest.raises(ValueError, match=message):
        figures.draw_network(ax, [2, 3], **options)


def test_images_stand_in_rows_and_show_each_pixel_where_it_belongs(ax):
    images = np.random.default_rng(0).random((2, 3, 64))
    figures.draw_images(ax, images)
    (mosaic,) = ax.images
    assert mosaic.get_extent() == [0, 3, 2, 0]
    for row, line in enumerate(images):
        for column, image in enumerate(line):
            tile = mosaic.get_array()[10 * row : 10 * row + 10, 10 * column : 10 * column + 10]
            np.testing.assert_array_equal(tile[1:9, 1:9], image.reshape(8, 8))
            assert tile.sum() == pytest.approx(image.sum()), "the margin is bare"
    assert ax.get_ylim() == (2, 0)


def test_no_ink_leaves_the_paper_bare_and_values_out_of_range_are_cut_off(ax):
    figures.draw_images(ax, np.full((1, 1, 64), -0.5))
    (image,) = ax.images
    colors = image.to_rgba(np.array([[-0.5, 0.0, 1.0, 1.5]]))[0]
    np.testing.assert_allclose(colors[:, 3], [0, 0, 1, 1])


def test_images_of_another_shape_are_refused(ax):
    with pytest.raises(ValueError, match=r"shape \(rows, columns, 64\), got \(3, 64\)"):
        figures.draw_images(ax, np.zeros((3, 64)))


@pytest.fixture
def nodes() -> list[Node]:
    """Return the graph of w (w + 1): w goes to two places."""
    w = Tensor(3.0, requires_grad=True)
    s = w + 1
    return graph(w * s, w=w, s=s)


@pytest.fixture
def named(nodes) -> list[Node]:
    return [node._replace(name=node.name or "p") for node in nodes]


PLACES = {"w": (0, 0), "s": (1, 1), "p": (2, 0)}


def test_a_graph_has_a_circle_for_each_node_and_an_arrow_for_each_operand(ax, named):
    figures.draw_graph(ax, named, PLACES)
    circles = [patch for patch in ax.patches if isinstance(patch, Circle)]
    arrows = [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]
    assert [tuple(circle.center) for circle in circles] == [PLACES[n.name] for n in named]
    assert len(arrows) == sum(len(node.parents) for node in named) == 3


def test_a_node_shows_its_operation_its_value_and_its_gradient(ax, named):
    figures.draw_graph(ax, named, PLACES)
    texts = [text.get_text() for text in ax.texts]
    assert texts == [
        "$w$",
        "$3.000$",
        "$7.000$",
        "$+$",
        "$s=4.000$",
        "$3.000$",
        r"$\times$",
        "$p=12.000$",
        "$1.000$",
    ]


@pytest.mark.parametrize(
    ("root", "sign"),
    [
        (lambda w: w**2, r"(\cdot)^{2}"),
        (lambda w: w**-0.5, r"(\cdot)^{-0.5}"),
        (lambda w: 1 / w, r"\div"),
        (lambda w: -w, "-"),
        (lambda w: w.log_softmax(), r"\mathrm{log\_softmax}"),
    ],
)
def test_operations_are_written_as_in_mathematics_and_not_as_in_python(ax, root, sign):
    w = Tensor([3.0], requires_grad=True)
    y = root(w)
    figures.draw_graph(ax, graph(y, w=w, y=y), {"w": (0, 0), "y": (1, 0)}, gradients=False)
    ax.figure.canvas.draw()  # the mathematics can be set
    assert ax.texts[2].get_text() == f"${sign}$"


def test_panels_are_lettered_above_their_left_ends_and_keep_their_titles(ax):
    with mpl.rc_context({"backend": "agg"}):
        fig, panels = plt.subplots(2, 2)
        panels[0, 1].set_title("$L=2$")
        figures.letter(panels.flat)
        letters = [panel.get_title(loc="left") for panel in panels.flat]
        assert letters == [rf"$(\mathrm{{{name}}})$" for name in "abcd"]
        assert panels[0, 1].get_title() == "$L=2$"
        fig.canvas.draw()  # the mathematics can be set
        plt.close(fig)


def test_before_the_backward_pass_no_gradient_is_shown(ax, named):
    figures.draw_graph(ax, named, PLACES, gradients=False)
    assert [text.get_text() for text in ax.texts] == [
        "$w$",
        "$3.000$",
        "$+$",
        "$s=4.000$",
        r"$\times$",
        "$p=12.000$",
    ]


def test_a_node_without_a_place_or_with_several_numbers_is_refused(ax, named):
    with pytest.raises(ValueError, match=r"places must name every node, got none for \['p'\]"):
        figures.draw_graph(ax, named, {"w": (0, 0), "s": (1, 1)})
    large = [named[0]._replace(value=np.ones(2)), *named[1:]]
    with pytest.raises(ValueError, match=r"nodes must hold one number each, got more in \['w'\]"):
        figures.draw_graph(ax, large, PLACES)
