"""The formulas of the book are run by ``eqcheck.sphinx``; what is the book's own is said here.

Captions are read from their cells, labels and checks are asked of every equation, and what its
words say in two languages is in ``evidence.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes

from book._ext.exercises import LABEL as EXERCISE
from book._ext.exercises import solution
from book._ext.languages.bilingual import EDITIONS, UNREADABLE
from book._ext.languages.parity import caption_of, formulas_in
from book._ext.truth.evidence import VOICES, visit_evidence_latex, voices_of
from book._ext.truth.execution import hash_of
from eqcheck.checks.report import EXECUTED
from eqcheck.documents import Place, Rules
from eqcheck.sphinx.evidence import visit_evidence_html
from eqcheck.sphinx.house import House
from eqcheck.sphinx.nodes import equation_evidence, is_within, symbols_table
from eqcheck.sphinx.words import Words

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.util.typing import ExtensionMetadata

RULES = Rules(languages=("中文", "English"), strict=True)


def equations_hash() -> str:
    """Return a hash of what results depend on besides the page and the code of ``eqcheck``."""
    return hash_of("dlref", "book/_ext/truth/equations.py", "requirements.txt")


class BookHouse(House):
    """What the book decides of its own."""

    stylesheets: ClassVar[tuple[str, ...]] = ()  # the book's own know the evidence

    def rules(self, config: Config) -> Rules:
        """Return the rules of the book, whose languages bear their own names."""
        return RULES

    def formulas_at(self, node: nodes.Element) -> Iterator[nodes.Element]:
        """Yield a formula, but for those of captions, which stand in their cells.

        Only builds that show outputs have the caption in the page.
        """
        if isinstance(node, nodes.container):
            yield from _in_caption(node)
        elif not is_within(node, (nodes.caption, nodes.legend)):
            yield from super().formulas_at(node)

    def conditions(self, app: Sphinx, docname: str) -> Mapping[str, Place] | None:
        """Return the conditions of a page; None if its front matter cannot be read."""
        if app.env.temp_data.get(UNREADABLE):
            return None
        return super().conditions(app, docname)

    def voices(self, config: Config) -> Sequence[Words]:
        """Return the words of the languages of the edition."""
        return voices_of(config.edition)

    def meanings(self, config: Config, said: Sequence[str]) -> Sequence[tuple[list[str], str]]:
        """Return what authors said in the languages of the edition."""
        voices = [VOICES[language] for language in EDITIONS[config.edition]]
        return [(list(words.classes), said[words.index]) for words in voices]

    def place_of(self, table: symbols_table) -> str:
        """Return whose symbols a table holds: those of an exercise, too."""
        section: nodes.Element | None = table
        while section is not None and not isinstance(section, (nodes.section, solution)):
            section = section.parent
        if section is None or isinstance(section.parent, nodes.document):
            return super().place_of(table)
        is_exercise = isinstance(section, solution) or EXERCISE.search(" ".join(section["ids"]))
        return "exercise" if is_exercise else super().place_of(table)

    def attributes(self, result: Mapping[str, Any]) -> str:
        """Mark what live.js may open: formulas that are executed."""
        return "data-formula" if result["state"] in EXECUTED else ""


def _in_caption(cell: nodes.container) -> Iterator[nodes.math]:
    """Yield the formulas in the caption of a cell's figure."""
    for latex in formulas_in(caption_of(cell.get("cell_metadata", {}))):
        formula = nodes.math(latex, latex)
        formula.source, formula.line = cell.source, cell.line
        yield formula


def setup(app: Sphinx) -> ExtensionMetadata:
    """Set up the extension, and say how evidence looks on paper."""
    app.setup_extension("eqcheck.sphinx")
    html: Any = (visit_evidence_html, None)
    latex: Any = (visit_evidence_latex, None)
    app.add_node(equation_evidence, override=True, html=html, latex=latex)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
