"""Writes a page as Jupyter shows it well: Markdown in one language, formulas between dollars.

What only the site can show is left out (evidence, links within the book); numbers, titles and
labels that references have got stay as text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes
from sphinx import addnodes

from book._ext.exercises import solution, solution_title
from eqcheck.sphinx.nodes import equation_evidence, symbols_box

if TYPE_CHECKING:
    from docutils.nodes import Element, Node

SPECIAL = re.compile(r"([\\`*_$<&\[\]])")
LEFT_OUT = (nodes.comment, nodes.image, nodes.raw, nodes.system_message, nodes.target)
LINKS = ("http://", "https://")

Cell = tuple[str, str, dict[str, Any]]  # kind, source, metadata


class Markdown(nodes.NodeVisitor):
    """Collects a page's cells: texts, and where a code cell stands, the code."""

    def __init__(self, document: nodes.document) -> None:
        super().__init__(document)
        self.cells: list[Cell] = []
        self.blocks: list[str] = []
        self.level = 0

    # -------------------------------------------------------------- cells

    def finish_text(self) -> None:
        """Close the cell of text that is being written."""
        if self.blocks:
            self.cells.append(("markdown", "\n\n".join(self.blocks), {}))
            self.blocks = []

    def visit_container(self, node: Element) -> None:
        """Take over a code cell, and the caption of its figure; enter any other container."""
        if node.get("nb_element") != "cell_code":
            return
        self.finish_text()
        code = next(node.findall(nodes.literal_block), None)
        if code is not None:
            hidden = "input" in node.get("hide_mode", "")
            metadata = {"jupyter": {"source_hidden": True}} if hidden else {}
            self.cells.append(("code", code.astext(), metadata))
        for figure in node.findall(nodes.figure):
            self._caption(figure)
        raise nodes.SkipNode

    def _caption(self, figure: nodes.figure) -> None:
        number = figure.get("number_text", "")
        for caption in figure.findall(nodes.caption):
            self.blocks.append(f"**{number}** {inline(caption)}".replace("****", "").strip())
        for image in figure.findall(nodes.image):
            if image.get("alt"):
                self.blocks.append(f"<small>{escape(image['alt'])}</small>")

    # -------------------------------------------------------------- blocks

    def visit_section(self, node: Element) -> None:
        self.level += 1

    def depart_section(self, node: Element) -> None:
        self.level -= 1

    def visit_title(self, node: Element) -> None:
        self.finish_text()
        self.blocks.append(f"{'#' * max(1, self.level)} {inline(node)}")
        raise nodes.SkipNode

    def visit_try_title(self, node: Element) -> None:
        """Name an exercise that answers: it is no section."""
        self.finish_text()
        self.blocks.append(f"**{inline(node)}**")
        raise nodes.SkipNode

    def visit_solution(self, node: solution) -> None:
        """Mark a solution by its title: Jupyter cannot fold code with it."""
        self.finish_text()

    def visit_solution_title(self, node: solution_title) -> None:
        self.blocks.append(f"**{inline(node)}**")
        raise nodes.SkipNode

    def visit_paragraph(self, node: Element) -> None:
        self._block(inline(node))

    def visit_math_block(self, node: nodes.math_block) -> None:
        tag = f" \\tag{{{node['number_text']}}}" if node.get("number_text") else ""
        self._block(f"$$\n{node.astext().strip()}{tag}\n$$")

    def visit_literal_block(self, node: Element) -> None:
        language = node.get("language", "")
        self._block(f"```{'' if language == 'default' else language}\n{node.astext()}\n```")

    def visit_doctest_block(self, node: nodes.doctest_block) -> None:
        self.visit_literal_block(node)

    def visit_bullet_list(self, node: Element) -> None:
        self._block(listed(node))

    visit_enumerated_list = visit_bullet_list

    def visit_table(self, node: Element) -> None:
        self._block(table(node))

    def visit_symbols_box(self, node: symbols_box) -> None:
        title, *rest = node.children
        self._fold(inline(title), "\n\n".join(table(cast("Element", part)) for part in rest))

    def visit_Admonition(self, node: Element) -> None:
        text = inside(node).replace("\n", "\n> ")
        self._block(f"> {text}")

    def visit_block_quote(self, node: Element) -> None:
        self.visit_Admonition(node)

    def visit_equation_evidence(self, node: equation_evidence) -> None:
        raise nodes.SkipNode

    def _fold(self, title: str, text: str) -> None:
        self._block(f"<details><summary>{title}</summary>\n\n{text}\n\n</details>")

    def _block(self, text: str) -> None:
        if text.strip():
            self.blocks.append(text)
        raise nodes.SkipNode

    def unknown_visit(self, node: Node) -> None:
        """Enter what has no form of its own; leave out what only a site has."""
        if isinstance(node, LEFT_OUT):
            raise nodes.SkipNode
        if isinstance(node, nodes.Admonition):
            self.visit_Admonition(cast("Element", node))

    def unknown_departure(self, node: Node) -> None:
        """Write nothing: no node leaves anything to close."""


def inside(node: Element) -> str:
    """Return the blocks within a node as Markdown."""
    visitor = Markdown(cast(nodes.document, node.document))
    for child in node.children:
        child.walkabout(visitor)
    return "\n\n".join(visitor.blocks)


def listed(node: Element) -> str:
    """Return a list, each item indented below its mark."""
    items = []
    for number, item in enumerate(node.children, start=1):
        mark = f"{number}. " if isinstance(node, nodes.enumerated_list) else "- "
        text = inside(item)  # type: ignore[arg-type]
        items.append(mark + text.replace("\n", "\n" + " " * len(mark)))
    return "\n".join(re.sub(r"\n +\n", "\n\n", item) for item in items)


def table(node: Element) -> str:
    """Return a table; one without a head gets an empty one, as Markdown wants."""
    rows = [
        [" ".join(inline(p) for p in entry.findall(nodes.paragraph)) for entry in row.children]
        for row in node.findall(nodes.row)
    ]
    if not any(node.findall(nodes.thead)):
        rows.insert(0, [" "] * len(rows[0]))
    rows.insert(1, ["---"] * len(rows[0]))
    return "\n".join(f"| {' | '.join(without_bars(cell) for cell in row)} |" for row in rows)


def without_bars(cell: str) -> str:
    r"""Replace the bars of formulas, which would end a cell of a table.

    >>> without_bars(r"$|a|$ and $\|x\|$")
    '$\\vert a\\vert $ and $\\Vert x\\Vert $'
    """
    return cell.replace(r"\|", r"\Vert ").replace("|", r"\vert ")


def inline(node: Node) -> str:
    """Return the inline content of a node as Markdown."""
    if isinstance(node, nodes.Text):
        return escape(node.astext().replace("\n", " "))
    if isinstance(node, nodes.math):
        return f"${node.astext().strip()}$"
    if isinstance(node, (nodes.literal, addnodes.literal_strong)):
        return f"`{node.astext()}`"
    if isinstance(node, LEFT_OUT):
        return ""
    text = "".join(inline(child) for child in node.children)
    if isinstance(node, nodes.strong):
        return emphasised(text, "**", "strong")
    if isinstance(node, nodes.emphasis):
        return emphasised(text, "*", "em")
    if isinstance(node, nodes.reference) and node.get("refuri", "").startswith(LINKS):
        return f"[{text}]({node['refuri']})"
    return text


def emphasised(text: str, mark: str, tag: str) -> str:
    """Mark words; where punctuation would keep Markdown from seeing the mark, by a tag.

    >>> emphasised("梯度", "**", "strong"), emphasised("注意。", "**", "strong")
    ('**梯度**', '<strong>注意。</strong>')
    """
    if text[:1].isalnum() and text[-1:].isalnum():
        return f"{mark}{text}{mark}"
    return f"<{tag}>{text}</{tag}>"


def escape(text: str) -> str:
    r"""Return text that Markdown shows as it is.

    >>> print(escape("2 * x_1 < $3"))
    2 \* x\_1 \< \$3
    """
    return SPECIAL.sub(r"\\\1", text)
