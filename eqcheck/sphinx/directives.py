"""What authors write: ``symbols``, a line a symbol, and ``check``, how an equation is run.

Both are directives of reStructuredText, and fences of MyST.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils.parsers.rst.states import RSTState
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from ..documents import Place, read_check
from .house import house_of
from .nodes import equation_check, symbols_table

if TYPE_CHECKING:
    from docutils.nodes import Node
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

logger = logging.getLogger(__name__)


class _Lines(SphinxDirective):
    """A directive of lines, which are no options to the parser: LaTeX cannot stand in those."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True  # of a formula in running text

    def read(self) -> tuple[str, list[tuple[int, str]]]:
        """Return what stands behind the name of the directive, and its lines with their numbers.

        In reStructuredText what follows at once, without an empty line, is part of the former.
        """
        argument, *more = self.arguments[0].split("\n") if self.arguments else [""]
        is_rst = isinstance(self.state, RSTState)
        if is_rst and argument and self.block_text.partition("\n")[0].rstrip().endswith("::"):
            argument, more = "", [argument, *more]
        lines = list(enumerate(more, (self.get_source_info()[1] or 0) + 1))
        lines += [(self._number(offset), line) for offset, line in enumerate(self.content)]
        return argument.strip(), lines

    def _number(self, offset: int) -> int:
        """Return the number of a line of the content in its file."""
        if isinstance(self.state, RSTState):
            return int(self.content.offset(offset)) + 1
        return self.lineno + self.content_offset + 1 + offset  # MyST counts from the directive


class SymbolsDirective(_Lines):
    """``symbols``: a line a symbol; ``LaTeX : domain | meaning``, in one language or several.

    A second table on a page starts afresh; ``symbols more`` adds to the one before.
    """

    def run(self) -> list[Node]:
        """Keep the lines; they are read in the order of the page, among its equations."""
        argument, numbered = self.read()
        if argument not in ("", "more"):
            message = f"symbols takes no word but more; got '{argument}'"
            logger.warning("%s", message, location=self.get_location(), type="eqcheck")
        first = numbered[0][0] if numbered else self.lineno + 1
        lines = [""] * (numbered[-1][0] - first + 1 if numbered else 0)
        for number, line in numbered:
            lines[number - first] = line
        table = symbols_table(declarations=lines, first=first, more=bool(argument))
        self.set_source_info(table)
        return [table]


class CheckDirective(_Lines):
    """``check eq-label``: how the equation is run, in lines ``:option: value``.

    ``check $formula$`` is of a formula in running text.
    """

    def run(self) -> list[Node]:
        """Read the options."""
        label, lines = self.read()
        place = Place(self.env.docname, self.lineno)
        check = read_check(place, label, lines, house_of(self.config).rules(self.config))
        node = equation_check(label=label, options=check.options, faults=check.faults)
        self.set_source_info(node)
        return [node]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directives."""
    app.add_directive("symbols", SymbolsDirective)
    app.add_directive("check", CheckDirective)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
