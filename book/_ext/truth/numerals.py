"""Numbers and facts in prose that cannot be wrong: the roles ``{num}`` and ``{fact}``.

They print what stands before the bar.  What stands behind it is evaluated where the page's cells
are (see ``claims`` and ``execution``), with what ``{values}`` blocks of the page assign, which
readers do not see; what turned out to be wrong is shown with what it is, in the preview above all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from book._ext.truth.cells import verdicts_of
from book._ext.truth.claims import FORMS, fault_of_form, read_claims, split

if TYPE_CHECKING:
    from docutils.nodes import Node, system_message
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

CLAIMED = "claimed"  # of the page that is read now: what its source claims
WRONG = "wrong claims"
logger = logging.getLogger(__name__)


class ClaimRole(SphinxRole):
    """``{num}`` or ``{fact}``: a number or words that are bound to an expression."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        """Print the words; if they are wrong, with what is wrong."""
        claim = self.name, *split(self.text)
        claims_of(self.env).append({"page": self.env.docname, "kind": self.name, "text": self.text})
        told = fault_of_form(*claim) or self.env.temp_data[WRONG].get(claim)
        if claim not in self.env.temp_data[CLAIMED]:
            told = f"nothing executes what {{{self.name}}} says here: write it in a ::: block"
            logger.warning("%s", told, location=self.get_location(), type="claims")
        if told:
            return [nodes.inline(text=f"{self.text}: {told}", classes=["num-wrong"])], []
        return [nodes.inline(text=claim[1], claim=claim)], []


class ValuesDirective(SphinxDirective):
    """``{values}``: statements, unseen by readers, whose names claims on this page may use."""

    has_content = True

    def run(self) -> list[Node]:
        """Print nothing."""
        return []


def read_source(app: Sphinx, docname: str, source: list[str]) -> None:
    """Note what a page claims, and what of it is known to be wrong."""
    claims = read_claims(source[0]).claims
    app.env.temp_data[CLAIMED] = {(c.kind, c.words, c.expression) for c in claims}
    app.env.temp_data[WRONG] = {
        (v.kind, v.words, v.expression): v.message for v in verdicts_of(app, docname) if v.message
    }


def claims_of(env: BuildEnvironment) -> list[dict[str, str]]:
    """Return the numbers and facts in prose that the environment knows, page by page."""
    return cast(list[dict[str, str]], vars(env).setdefault("claims", []))


def forget(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Drop the claims of a page that is read anew, or gone."""
    claims_of(env)[:] = [claim for claim in claims_of(env) if claim["page"] != docname]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the roles and the directive."""
    for name in FORMS:
        app.add_role(name, ClaimRole())
    app.add_directive("values", ValuesDirective)
    app.connect("source-read", read_source, priority=600)
    app.connect("env-purge-doc", forget)
    return {"version": "2", "env_version": 2, "parallel_read_safe": False}
