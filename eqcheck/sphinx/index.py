"""``equation-index``: all displayed equations of a project, and what running them found.

The index counts honestly: what is only defined is grey, and every equation that is run is listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from .house import house_of
from .nodes import equation_index
from .results import results_of
from .tables import Cell, marked, said, table_of
from .words import Words, format_error, mark_of

if TYPE_CHECKING:
    from docutils.nodes import Node
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

HERE = "equation-index"  # among the metadata of a page
LENGTH = 40  # of what stands for the label of an equation that has none


class EquationIndexDirective(SphinxDirective):
    """``equation-index``: all displayed equations, and what running them found."""

    def run(self) -> list[Node]:
        """Mark the place."""
        self.env.metadata[self.env.docname][HERE] = "yes"
        return [equation_index()]


def fill_index(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Write the table of all equations where a page asks for it."""
    for place in list(doctree.findall(equation_index)):
        place.replace_self(list(_index(app, docname)))


def _index(app: Sphinx, docname: str) -> Iterator[Node]:
    for page in sorted(results_of(app.env), key=_page_order(app)):
        results = results_of(app.env)[page]["equations"]
        if results:
            yield _page_heading(app, docname, page)
            yield _page_table(app, docname, page, results)


def _page_order(app: Sphinx) -> Callable[[str], int]:
    places = {page: place for place, page in enumerate(app.env.collect_relations())}
    return lambda page: places.get(page, len(places))


def _page_heading(app: Sphinx, docname: str, page: str) -> Node:
    title = app.env.titles[page]
    link = nodes.reference(
        "", "", internal=True, refuri=app.builder.get_relative_uri(docname, page)
    )
    link += [child.deepcopy() for child in title.children]
    return nodes.paragraph("", "", nodes.strong("", "", link), classes=["equations-page"])


def _page_table(app: Sphinx, docname: str, page: str, results: list[dict[str, Any]]) -> Node:
    voices = house_of(app.config).voices(app.config)

    def each(spoken: Callable[[Words], str]) -> Cell:
        return said([(words.classes, spoken(words)) for words in voices])

    rows = []
    for result in results:
        link = _link(app, docname, page, result)
        kind = each(partial(Words.kind, kind=result["kind"]))
        state = each(partial(Words.state_in_table, result=result))
        texts = (format_error(result["error"]), str(result["draws"] or ""), caught(result))
        cells: list[Cell] = [[nodes.Text(text)] for text in texts]
        rows.append([[link], kind, [nodes.Text(f"{mark_of(result)} "), *state], *cells])
    columns = zip(*(words.HEADINGS for words in voices), strict=True)
    head = [said(marked(voices, names)) for names in columns]
    return table_of(["equations"], rows, head)


def _link(app: Sphinx, docname: str, page: str, result: dict[str, Any]) -> Node:
    """Return a link to an equation; without a label of its own, to its page."""
    label, address = result["label"], app.builder.get_relative_uri(docname, page)
    text = label or " ".join(result["latex"].split())[:LENGTH]
    if label in app.env.domains.math_domain.equations:
        address += "#" + nodes.make_id(f"equation-{label}")
    return nodes.reference("", text, internal=True, refuri=address)


def caught(result: dict[str, Any]) -> str:
    """Return how many wrong versions were caught of how many: "" if there were none."""
    return f"{result['killed']}/{result['mutants']}" if result["mutants"] else ""


def renew_index(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the pages to write again: those with an index, if anything in it has changed."""
    results = [(page, found["equations"]) for page, found in sorted(results_of(env).items())]
    digest = sha256(repr(results).encode()).hexdigest()
    told = vars(env).setdefault("eqcheck_told", {})  # by each builder, for its own pages
    if told.get(app.builder.name) == digest:
        return []
    told[app.builder.name] = digest
    return [page for page in sorted(env.found_docs) if HERE in env.metadata.get(page, ())]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.add_directive("equation-index", EquationIndexDirective)
    app.connect("env-updated", renew_index)
    app.connect("doctree-resolved", fill_index)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
