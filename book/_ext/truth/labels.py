"""A label of an equation that stands twice is named once, with both places.

Pages are read by name, whatever their place in the book, so that Sphinx, which complains of the
second that it reads, would often blame the older.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from docutils import nodes
from sphinx.domains.math import MathDomain
from sphinx.util import logging

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

logger = logging.getLogger(__name__)


class Equations(MathDomain):
    """Sphinx's own domain, which blames a doubled label on the newcomer."""

    @property
    def places(self) -> dict[str, set[tuple[str, int]]]:
        """Where each label stands: pages and lines."""
        return cast(dict[str, set[tuple[str, int]]], self.data.setdefault("places", {}))

    def note_equation(self, docname: str, labelid: str, location: Any = None) -> None:
        """Let the first stay the target of a label, in silence: see ``check_consistency``."""
        if labelid not in self.equations:
            super().note_equation(docname, labelid, location)

    def process_doc(self, env: BuildEnvironment, docname: str, document: nodes.document) -> None:
        """Keep the places of a page's labels: MyST notes them before it knows their lines."""
        for equation in document.findall(nodes.math_block):
            if equation.get("label"):
                place = (docname, equation.line or 1)
                self.places.setdefault(equation["label"], set()).add(place)

    def clear_doc(self, docname: str) -> None:
        """Drop the labels of a page; what another page has as well leads there."""
        super().clear_doc(docname)
        for label, places in list(self.places.items()):
            left = {place for place in places if place[0] != docname}
            if not left:
                del self.places[label]
            elif left != places:
                self.places[label] = left
                if label not in self.equations:
                    super().note_equation(min(left)[0], label)

    def check_consistency(self) -> None:
        """Warn of each label that stands twice: where the reader of the book meets it again."""
        order = {name: place for place, name in enumerate(self.env.collect_relations())}
        for label, places in sorted(self.places.items()):
            first, *others = sorted(
                places, key=lambda place: (order.get(place[0], len(order)), *place)
            )
            for place in others:
                old = f"{self.env.doc2path(first[0], base=False)}:{first[1]}"
                message = f"the label {label} stands at {old} already: give this equation its own"
                logger.warning("%s", message, location=place, type="equations")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Put the domain in the place of Sphinx's."""
    app.add_domain(Equations, override=True)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
