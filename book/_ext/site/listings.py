"""What a cell prints is called output, for eyes and ears: it looks much like the code above it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from book._ext.languages.bilingual import spoken_nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

LABEL = "output-label"


class LabelOutputs(SphinxPostTransform):
    """Put a label above what a cell prints; a figure has a caption."""

    default_priority = 400  # when MyST-NB has chosen among the forms of an output
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Go through the cells."""
        for printed in list(self.document.findall(nodes.literal_block)):
            if _is_output(printed) and not _is_output(printed.previous_sibling()):
                words = spoken_nodes(self.config.edition, "输出", "Output")
                label = nodes.paragraph("", "", *words, classes=[LABEL])
                printed.parent.insert(printed.parent.index(printed), label)


def _is_output(node: nodes.Node | None) -> bool:
    return isinstance(node, nodes.literal_block) and "output" in node["classes"]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the transform."""
    app.add_post_transform(LabelOutputs)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
