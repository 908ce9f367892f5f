"""How much of the book is executed: ``{count}`executed``` prints a figure that the build counted.

What a page promises of the whole book is filled in when all pages are read.
"""

from __future__ import annotations

from collections import Counter
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from book._ext.languages.bilingual import EDITIONS
from book._ext.truth.numerals import claims_of
from eqcheck.sphinx.results import results_of

if TYPE_CHECKING:
    from docutils.nodes import Node, system_message
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

logger = logging.getLogger(__name__)


class count(nodes.inline):  # noqa: N801 (docutils nodes are lower case)
    """The place of a figure; its text is the figure's name."""


class Tally(NamedTuple):
    """What the book holds and says, how much of it is executed, and how that fared."""

    concepts: int  # pages with a number
    displayed: int  # equations
    executed: int  # of these
    hold: int  # of those executed; the others are wrong, as claimed
    restated: int  # of those that hold, against code that is the formula over again
    wrong: int
    defined: int  # not executed: definitions, notation, assumptions
    percent: int  # of the displayed equations, executed
    mutants: int
    killed: int
    relations: int  # in running text
    holding: int  # of these; the others are conditions, or not executed
    conditions: int  # that can be met
    numbers: int
    facts: int


def tally(env: BuildEnvironment) -> Tally:
    """Count over the whole book; what stands in two languages counts once."""
    pages = results_of(env).values()
    every = [result for page in pages for result in page["equations"]]
    inline = [result for page in pages for result in page["inline"]]
    holding = [result for result in inline if result["state"] == "checked"]
    states = Counter(result["state"] for result in every)
    claims = Counter(claim["kind"] for claim in claims_of(env))
    languages = len(EDITIONS[env.config.edition])
    hold, wrong = states["checked"], states["wrong-as-expected"]
    return Tally(
        concepts=sum("" in numbers for numbers in env.toc_secnumbers.values()),
        displayed=len(every),
        executed=hold + wrong,
        hold=hold,
        restated=sum(result["restates"] for result in every),
        wrong=wrong,
        defined=len(every) - hold - wrong,
        percent=round(100 * (hold + wrong) / max(1, len(every))),
        mutants=sum(result["mutants"] for result in every),
        killed=sum(result["killed"] for result in every),
        relations=len(inline),
        holding=sum(result["kind"] != "condition" for result in holding),
        conditions=sum(result["kind"] == "condition" for result in holding),
        numbers=claims["num"] // languages,
        facts=claims["fact"] // languages,
    )


class CountRole(SphinxRole):
    """``{count}``: a figure of the whole book, by its name."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        """Mark the place, or report that there is no such figure."""
        if self.text not in Tally._fields:
            near = get_close_matches(self.text, Tally._fields, 1)
            hint = f"did you mean {near[0]}? " if near else ""
            message = f"{{count}} has no figure '{self.text}': {hint}known are "
            message += ", ".join(Tally._fields)
            logger.warning("%s", message, location=self.get_location(), type="count")
            return [nodes.inline(text=self.text)], []
        return [count(text=self.text)], []


def fill_in(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Write the figures where a page asks for them."""
    figures = tally(app.env)._asdict()
    for place in list(doctree.findall(count)):
        name = place.astext()
        place.replace_self(nodes.inline(text=f"{figures[name]:,}", classes=["count", name]))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the role."""
    app.add_node(count)
    app.add_role("count", CountRole())
    app.connect("doctree-resolved", fill_in)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
