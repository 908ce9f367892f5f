"""Nodes know what they stand in."""

from docutils import nodes

from eqcheck.sphinx.nodes import is_within, symbols_box


def test_a_node_is_within_what_is_around_it_however_far_up_and_not_within_itself():
    inner = nodes.math("", "x")
    box = symbols_box("", nodes.paragraph("", "", inner))
    assert is_within(inner, symbols_box)
    assert is_within(inner, (nodes.table, nodes.container))
    assert not is_within(box, symbols_box)
    assert not is_within(inner, nodes.table)
