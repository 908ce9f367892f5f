"""The few words within formulas, in the language of the edition: a formula stands once for all.

They are read, and executed, in English; what is changed is only how a page is written.  The
parallel edition, whose formulas belong to both columns, keeps the English, and so do docstrings.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from book._ext.languages.accessible import language_of
from book._ext.languages.bilingual import EDITIONS

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

CHINESE = {
    "if": "若",
    "otherwise": "其他",
    "with probability": "概率为",
    "subject to": "满足",
}
WORDS = re.compile(rf"(\\text\{{\s*)({'|'.join(CHINESE)})(?=\s*\}})")


class TranslateFormulas(SphinxPostTransform):
    """Say in Chinese, where a page speaks no English, when a case applies."""

    default_priority = 20

    def run(self, **kwargs: Any) -> None:
        """Go through the formulas, displayed and in running text."""
        for formula in self.document.findall(_is_formula):
            words = worded(formula.astext(), self.config.edition)
            if words != formula.astext():
                formula.children = [nodes.Text(words)]
                if isinstance(formula, nodes.Element) and "marked" in formula:  # live/symbols.py
                    formula["marked"] = worded(formula["marked"], self.config.edition)


def worded(latex: str, edition: str) -> str:
    """Return a formula with its words in the language of an edition."""
    if EDITIONS[edition] != ("zh",):
        return latex
    return WORDS.sub(lambda found: found[1] + CHINESE[found[2]], latex)


def _is_formula(node: nodes.Node) -> bool:
    return isinstance(node, nodes.math | nodes.math_block) and language_of(node) != "en"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the transform."""
    app.add_post_transform(TranslateFormulas)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
