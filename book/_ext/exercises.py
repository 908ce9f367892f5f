"""Fold the solution of each exercise: ``NAME-solution-1`` inside ``NAME-exercise-1``.

Authors write solutions as ordinary sections, since code cells must stand at the top level of a
page.  While a page is read each becomes a node of its own, so that contents and navigation list
the exercises without their solutions; HTML folds it, paper can move it elsewhere.
(``sphinx-exercise`` has directives for both, but folds no title in two languages, and takes cells
in its gated form alone.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

logger = logging.getLogger(__name__)
LABEL = re.compile(r"(?P<page>.+)-(?P<role>exercise|solution)-(?P<number>\d+)")


class solution(nodes.General, nodes.Element):  # noqa: N801 (docutils nodes are lower case)
    """The solution of an exercise: a ``solution_title``, then what the page says."""


class solution_title(nodes.Part, nodes.TextElement):  # noqa: N801
    """The line that opens a folded solution."""


class Solutions(SphinxTransform):
    """Turn the sections of solutions into ``solution`` nodes, and count them."""

    default_priority = 280  # labels are the ids of their sections by now

    def apply(self, **kwargs: Any) -> None:
        """Replace the sections, and warn of exercises without a solution, or with two."""
        for exercise, number in self._labelled("exercise"):
            found = [n for s, n in self._labelled("solution") if s.parent is exercise]
            if found != [number]:
                has = f"has {' and '.join(found)}" if found else "has none"
                self._warn(exercise, f"exercise {number} wants solution {number} inside, and {has}")
        for section, number in list(self._labelled("solution")):
            if not any(section.parent is exercise for exercise, _ in self._labelled("exercise")):
                self._warn(section, f"solution {number} stands in no exercise: put it into one")
            title, *content = section.children
            folded = solution("", ids=section["ids"], names=section["names"])
            folded += solution_title("", "", *title.children)
            folded += content
            for label in section["ids"]:
                self.document.ids[label] = folded
            section.replace_self(folded)

    def _labelled(self, role: str) -> Iterator[tuple[nodes.section, str]]:
        for section in self.document.findall(nodes.section):
            for match in filter(None, map(LABEL.fullmatch, section["ids"])):
                if match["role"] == role:
                    yield section, match["number"]

    def _warn(self, section: nodes.section, message: str) -> None:
        logger.warning(message, location=section, type="exercises")


def visit_solution_html(self: Any, node: solution) -> None:
    """Open the fold; the id stands inside it, so that a link to a solution opens it."""
    self.body.append('<details class="solution">')


def depart_solution_html(self: Any, node: solution) -> None:
    """Close the fold."""
    self.body.append("</div></details>\n")


def visit_title_html(self: Any, node: solution_title) -> None:
    """Open the line to click."""
    self.body.append("<summary>")


def depart_title_html(self: Any, node: solution_title) -> None:
    """Close the line to click, and open what it folds."""
    self.body.append("</summary>\n" + self.starttag(node.parent, "div", CLASS="answer"))


def pass_through(self: Any, node: nodes.Element) -> None:
    """Write the content alone."""


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the nodes and the transform."""
    plain: Any = (pass_through, pass_through)
    app.add_node(solution, html=(visit_solution_html, depart_solution_html), text=plain)
    app.add_node(solution_title, html=(visit_title_html, depart_title_html), text=plain)
    app.add_transform(Solutions)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
