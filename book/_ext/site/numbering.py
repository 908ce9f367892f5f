"""Figures, equations and works are numbered without going through all pages each time.

Sphinx would read each page of the book again to number its figures, and sphinxcontrib.bibtex format
all works.  Here a page keeps what of it is numbered, and works stand until citations change.
Chapters are numbered throughout, although each part of the book has a list of contents of its own.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes
from sphinx.environment.collectors.toctree import TocTreeCollector
from sphinx.util.nodes import clean_astext
from sphinxcontrib.bibtex.domain import BibtexDomain, get_docnames

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

NUMBERED = "numbered"  # what of a page is numbered, among its metadata
INPUTS = "inputs"  # what the works were formatted from, among the data of their domain


# ------------------------------------------------------------------ figures and equations


def keep_numbered(app: Sphinx, doctree: nodes.document) -> None:
    """Keep what of a page is numbered, and the sections and lists of contents that count."""
    page = nodes.section("", *numbered(doctree.children, app.env))
    _count_on(page)
    app.env.metadata[app.env.docname][NUMBERED] = pickle.dumps(page)


def numbered(content: Iterable[nodes.Node], env: BuildEnvironment) -> Iterator[nodes.Node]:
    """Yield sections, lists of contents, and all that can have a number, without what has none."""
    for node in content:
        if isinstance(node, nodes.Element):
            inside = numbered(node.children, env)
            counts = isinstance(node, (nodes.section, addnodes.toctree)) or any(
                domain.get_enumerable_node_type(node) for domain in env.domains.sorted()
            )
            yield from [_bare(node, *inside)] if counts else inside


def _count_on(page: nodes.section) -> None:
    """Let numbered lists of contents be one, as parts of a book: Sphinx numbers each afresh."""
    lists = [contents for contents in page.findall(addnodes.toctree) if contents.get("numbered")]
    if lists:
        lists[0]["entries"] = [entry for contents in lists for entry in contents["entries"]]
    for contents in lists[1:]:
        contents["entries"] = []


def _bare(node: nodes.Element, *content: nodes.Node) -> nodes.Element:
    """Return a node with its title: Sphinx numbers no figure without."""
    bare: nodes.Element = type(node)("", **node.attributes)
    for child in node.children:
        if isinstance(child, (nodes.caption, nodes.title)):
            bare += type(child)("", clean_astext(child))
    bare += list(content)
    return bare


def number(collector: TocTreeCollector, app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Let Sphinx number what the pages keep in place of the pages themselves."""
    read = env.get_doctree

    def get_doctree(name: str) -> nodes.Element:
        kept = env.metadata[name].get(NUMBERED)
        return pickle.loads(kept) if kept else read(name)

    vars(env)["get_doctree"] = get_doctree
    try:
        return collector.get_updated_docs(app, env)
    finally:
        del vars(env)["get_doctree"]


def replace_numbering(app: Sphinx) -> None:
    """Put the numbering in the place of Sphinx's."""
    for listener in list(app.events.listeners["env-get-updated"]):
        collector = getattr(listener.handler, "__self__", None)
        if isinstance(collector, TocTreeCollector):
            app.disconnect(listener.id)
            app.connect("env-get-updated", partial(number, collector), priority=400)


# ------------------------------------------------------------------ works


class Works(BibtexDomain):
    """The works that the book cites; they are formatted again if they, or citations, changed."""

    def clear_doc(self, docname: str) -> None:
        """Forget a page; one with a bibliography is read again if the works have changed."""
        if any(key.docname == docname for key in self.bibliographies):
            self.data.pop(INPUTS, None)
        super().clear_doc(docname)

    def env_updated(self) -> list[str]:
        """Format the works unless the same pages cite the same, and it says the same."""
        pages = list(get_docnames(self.env))  # type: ignore[no-untyped-call]
        cited = [(ref.docname, target.key) for ref in self.citation_refs for target in ref.targets]
        entries = self.bibdata.data.entries
        works = {key: repr(entries.get(key)) for _, key in cited}
        inputs = pages, sorted(cited, key=itemgetter(0)), works  # a page's stay in their order
        if self.data.get(INPUTS) != inputs:
            super().env_updated()
            self.data[INPUTS] = inputs
        return []


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect to the build."""
    app.setup_extension("sphinxcontrib.bibtex")
    app.add_domain(Works, override=True)
    app.connect("builder-inited", replace_numbering)
    app.connect("doctree-read", keep_numbered, priority=999)  # after all that change pages
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
