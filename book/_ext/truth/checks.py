"""``{check} eq-label``: how an equation is run; what its options say is read by ``eqcheck``.

``{check} $formula$`` is of a formula in running text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from docutils.utils import get_source_line
from sphinx.util.docutils import SphinxDirective

from book._ext.truth.evidence import symbols_table
from eqcheck.documents import Block, Check, Display, Formula, Place, Rules, Symbols, read_check

if TYPE_CHECKING:
    from docutils.nodes import Node
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

RULES = Rules(languages=("中文", "English"), strict=True)


class equation_check(nodes.General, nodes.Element):  # noqa: N801
    """How the equation with ``label`` is run: ``options``; ``faults`` are messages by line."""


class CheckDirective(SphinxDirective):
    """``{check} eq-label``: how the equation is run, in lines ``:option: value``."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True  # of a formula in running text
    # No option_spec: MyST would read the options as YAML, where LaTeX cannot be written.

    def run(self) -> list[Node]:
        """Read the options."""
        label = self.arguments[0] if self.arguments else ""
        place = Place(self.env.docname, self.lineno)
        first = self.lineno + self.content_offset + 1
        check = read_check(place, label, enumerate(self.content, first), RULES)
        node = equation_check(label=label, options=check.options, faults=check.faults)
        self.set_source_info(node)
        return [node]


def block_of(docname: str, node: nodes.Node) -> Block | None:
    """Return what a node of a page is to ``eqcheck``; None if it is nothing."""
    if isinstance(node, symbols_table):
        return Symbols(Place(docname, node["first"]), tuple(node["declarations"]), node["more"])
    if isinstance(node, nodes.math_block):
        return Display(place_of(docname, node), node.astext(), label_of(node))
    if isinstance(node, equation_check):
        return Check(place_of(docname, node), node["label"], node["options"], node["faults"])
    if isinstance(node, nodes.math):
        return Formula(place_of(docname, node), node.astext())
    return None


def label_of(equation: nodes.math_block) -> str:
    r"""Return the label that an author gave; MyST makes one for a \begin{align} without dollars."""
    return "" if equation.get("nowrap") else equation.get("label") or ""


def place_of(docname: str, node: nodes.Element) -> Place:
    """Return the page and the line of a node."""
    return Place(docname, get_source_line(node)[1] or 0)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.add_directive("check", CheckDirective)
    app.add_node(equation_check)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
