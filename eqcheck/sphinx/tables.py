"""The symbols of a page as readers see them: a table in a box that folds."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from docutils import nodes

from ..errors import Refusal
from ..grammar.symbols import Line, read_line
from .house import house_of
from .nodes import equation_index, symbols_box, symbols_table
from .words import Words

if TYPE_CHECKING:
    from docutils.nodes import Node
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.util.typing import ExtensionMetadata

WIDTH = 66  # characters that the columns of a table share where it is written as text
Cell = list["Node"]


def render_symbols(node: symbols_table, config: Config) -> Node:
    """Make the table of symbols that readers see: those lines that say what they mean."""
    house = house_of(config)
    voices = house.voices(config)
    rows = []
    for line in shown_lines(node, config):
        means = said(house.meanings(config, line.meanings))
        rows.append([_math(", ".join(line.names)), _math(line.shown), means])
    if not rows:
        return nodes.comment()
    columns = zip(*(words.COLUMNS for words in voices), strict=True)
    head = [said(marked(voices, each)) for each in columns]
    place = house.place_of(node)
    title = said(marked(voices, [words.PLACES[place] for words in voices]))
    box = symbols_box()
    box += nodes.paragraph("", "", *title)
    box += table_of(["symbols"], rows, head)
    return box


def shown_lines(node: symbols_table, config: Config) -> list[Line]:
    """Return the lines of a table that say what they mean, in the order of its rows."""
    lines = []
    for text in node["declarations"]:
        with suppress(Refusal):  # it was reported where the page declares it
            lines.append(read_line(text))
    languages = len(house_of(config).rules(config).languages)
    return [line for line in lines if line.meanings and len(line.meanings) == (languages or 1)]


def said(parts: Sequence[tuple[Sequence[str], str]]) -> Cell:
    """Return words, with formulas between dollars, each with the classes of its language."""
    spoken: Cell = []
    for classes, text in parts:
        if spoken:
            spoken.append(nodes.Text(" "))
        inline = nodes.inline(classes=list(classes))
        for place, part in enumerate(text.split("$")):
            inline += nodes.math(part, part) if place % 2 else nodes.Text(part)
        spoken.append(inline)
    return spoken


def marked(voices: Sequence[Words], texts: Sequence[str]) -> list[tuple[Sequence[str], str]]:
    """Return one text of each voice, with its classes."""
    return [(words.classes, text) for words, text in zip(voices, texts, strict=True)]


def _math(latex: str) -> Cell:
    return [nodes.math(latex, latex)] if latex else []


def table_of(
    classes: list[str], rows: list[list[Cell]], head: list[Cell] | None = None
) -> nodes.table:
    """Make a table of cells that hold inline nodes."""

    def row(cells: list[Cell]) -> nodes.row:
        entries = [nodes.entry("", nodes.paragraph("", "", *cell)) for cell in cells]
        return nodes.row("", *entries)

    columns = len(rows[0])
    widths = [nodes.colspec(colwidth=WIDTH // columns) for _ in range(columns)]
    group = nodes.tgroup("", *widths, cols=columns)
    if head:
        group += nodes.thead("", row(head))
    group += nodes.tbody("", *map(row, rows))
    return nodes.table("", group, classes=classes)


def visit_box_html(self: Any, node: symbols_box) -> None:
    """Open the box, with its title as the line to click."""
    self.body.append('<details class="symbols-of-page"><summary>')
    for child in node.pop(0).children:
        child.walkabout(self)
    self.body.append("</summary>\n")


def depart_box_html(self: Any, node: symbols_box) -> None:
    """Close the box."""
    self.body.append("</details>\n")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the nodes, and how the box looks; writers that fold nothing write a container."""
    app.add_node(symbols_box, html=(visit_box_html, depart_box_html))
    app.add_node(symbols_table)
    app.add_node(equation_index)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
