"""What stands in a page for tables of symbols, checks, evidence and the index of all formulas."""

from __future__ import annotations

from docutils import nodes


class symbols_table(nodes.General, nodes.Element):  # noqa: N801 (docutils nodes are lower case)
    """The symbols of a page: ``declarations`` as written, from the line ``first`` on."""


class symbols_box(nodes.container):  # noqa: N801 (writers that do not know it write a container)
    """A folded box: a paragraph that names it, and the table that readers see."""


class equation_check(nodes.General, nodes.Element):  # noqa: N801
    """How the equation with ``label`` is run: ``options``; ``faults`` are messages by line."""


class equation_evidence(nodes.General, nodes.Element):  # noqa: N801
    """What running an equation found: a ``result``, as plain data, with the ``sizes`` drawn."""


class page_step(nodes.Invisible, nodes.Element):  # noqa: N801
    """What other extensions put among the equations of a page: ``step``; it uses ``latex``."""


class equation_index(nodes.General, nodes.Element):  # noqa: N801
    """The place of the table of all equations."""


def is_within(
    node: nodes.Node, kind: type[nodes.Element] | tuple[type[nodes.Element], ...]
) -> bool:
    """Tell whether a node stands within one of a kind.

    >>> inner = nodes.math("", "x")
    >>> outer = nodes.caption("", "", inner)
    >>> is_within(inner, nodes.caption), is_within(outer, nodes.caption)
    (True, False)
    """
    parent = node.parent
    return parent is not None and (isinstance(parent, kind) or is_within(parent, kind))
