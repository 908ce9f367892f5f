"""A label of a section, a figure or an equation that stands twice is named once, with both places.

Pages are read by name, whatever their place in the book, so that Sphinx, which complains of the
second that it reads, would often blame the older.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.domains.math import MathDomain
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

if TYPE_CHECKING:
    from logging import LogRecord

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

LABELS = "labels"  # in the metadata of a page: where each stands
NAMED_OTHERWISE = (nodes.section, nodes.footnote, nodes.citation)  # a section by its title
SAID_HERE = ("Duplicate explicit target name:", 'Duplicate ID: "equation-')
Place = tuple[str, int]
logger = logging.getLogger(__name__)


class LabelsOfPage(SphinxTransform):
    """Keep the lines of a page's labels; of a label that stands twice the first is the target."""

    default_priority = 255  # before docutils moves labels onto their sections

    def apply(self, **kwargs: Any) -> None:
        """Note the labels, and give back to the first what docutils takes from both."""
        found: dict[str, list[nodes.Element]] = defaultdict(list)
        for node in self.document.findall(nodes.Element):
            for label in self._labels(node):
                found[label].append(node)
        for label, (first, *_) in found.items():
            if label in first["dupnames"]:
                first["dupnames"].remove(label)
                first["names"].append(label)
                self.document.nameids[label] = first["ids"][0]
        places = {label: [node.line or 1 for node in found[label]] for label in found}
        self.env.metadata[self.env.docname][LABELS] = places

    def _labels(self, node: nodes.Element) -> Iterable[str]:
        if isinstance(node, nodes.math_block):
            return [] if node.get("nowrap") else filter(None, [node.get("label")])
        if isinstance(node, NAMED_OTHERWISE) or "refuri" in node:
            return []
        names = (*node["names"], *node["dupnames"])
        return (name for name in names if self.document.nametypes.get(name))


class LabelsOfOthers(SphinxTransform):
    """Leave to another page, in silence, a label that stands there as well."""

    default_priority = 849  # right before Sphinx notes the labels of a page

    def apply(self, **kwargs: Any) -> None:
        """Make the label one that Sphinx does not note."""
        for label, (docname, *_) in self.env.domains.standard_domain.labels.items():
            if docname in self.env.found_docs and docname != self.env.docname:
                self.document.nametypes.pop(label, None)


class Equations(MathDomain):
    """Sphinx's own domain, which is silent about a doubled label: see :func:`check_labels`."""

    def note_equation(self, docname: str, labelid: str, location: Any = None) -> None:
        """Let the first stay the target of a label."""
        if labelid not in self.equations:
            super().note_equation(docname, labelid, location)


def _doubled(env: BuildEnvironment) -> Iterator[tuple[str, list[Place]]]:
    """Yield the labels that stand twice, with their places in the order of the book."""
    order = {name: number for number, name in enumerate(env.collect_relations())}
    found: dict[str, list[Place]] = defaultdict(list)
    for docname in sorted(env.metadata, key=lambda name: (order.get(name, len(order)), name)):
        for label, lines in env.metadata[docname].get(LABELS, {}).items():
            found[label] += [(docname, line) for line in lines]
    return ((label, places) for label, places in sorted(found.items()) if len(places) > 1)


def check_labels(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of each label that stands twice: where the reader of the book meets it again."""
    for label, ((page, line), *others) in _doubled(env):
        old = f"{env.doc2path(page, base=False)}:{line}"
        for place in others:
            message = f"the label {label} stands at {old} already: give this one its own"
            logger.warning("%s", message, location=place, type="labels")


def pages_that_share_a_label(app: Sphinx, env: BuildEnvironment, *changes: object) -> list[str]:
    """Return the pages to read again: if one gave its label up, it leads to the other."""
    return sorted({page for _, places in _doubled(env) for page, _ in places})


def is_said_by_others(record: LogRecord) -> bool:
    """Tell if a message of docutils is not about labels."""
    return not str(record.msg).startswith(SAID_HERE)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Put the domain in the place of Sphinx's, and connect to the build."""
    app.add_domain(Equations, override=True)
    app.add_transform(LabelsOfPage)
    app.add_transform(LabelsOfOthers)
    app.connect("env-check-consistency", check_labels)
    app.connect("env-get-outdated", pages_that_share_a_label)
    logging.getLogger("sphinx.util.docutils").logger.addFilter(is_said_by_others)
    return {
        "version": "1",
        "env_version": 1,  # pages that were read without it are read again
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
