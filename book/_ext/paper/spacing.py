"""Between Chinese characters stands no space: on paper, those that Markdown needed are dropped.

Markdown wants a space between marked-up words and Han text in places, and a line of the source
ends in one; neither belongs into a Chinese line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from book._ext.languages.accessible import LITERAL

if TYPE_CHECKING:
    from docutils.nodes import Node
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

HAN = "\u2014\u2018\u2019\u201c\u201d\u2026\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\uffef"
LINE_END = re.compile(f"(?<=[{HAN}])\n(?=[{HAN}])")
FIRST, LAST = re.compile(f"[{HAN}]"), re.compile(f".*[{HAN}]", re.DOTALL)
KEEP_SPACE = (*LITERAL, nodes.Text, nodes.footnote_reference)


class HanSpacing(SphinxPostTransform):
    """Drop the spaces and line ends between Han characters, across inline markup too."""

    default_priority = 950  # references have their texts by now
    builders = ("latex",)

    def run(self, **kwargs: Any) -> None:
        """Rewrite the texts of the Chinese edition."""
        if not self.config.language.startswith("zh"):
            return
        for parent in list(self.document.findall(nodes.Element)):
            if isinstance(parent, LITERAL):
                continue
            children = [None, *parent.children, None]
            for place, (before, text, after) in enumerate(_with_neighbours(children)):
                if isinstance(text, nodes.Text):
                    parent[place] = nodes.Text(_tightened(text, before, after))


def _with_neighbours(children: list[Node | None]) -> Iterator[tuple[Node | None, ...]]:
    """Yield each child with its neighbours."""
    return zip(children, children[1:], children[2:], strict=False)


def _tightened(text: str, before: Node | None, after: Node | None) -> str:
    """Return a text without the spaces that stand between Han characters."""
    words = LINE_END.sub("", text)
    if _touches(after, first=True) and LAST.fullmatch(words.rstrip(" ")):
        words = words.rstrip(" ")
    if _touches(before, first=False) and FIRST.match(words.lstrip(" ")):
        words = words.lstrip(" ")
    return words


def _touches(node: Node | None, *, first: bool) -> bool:
    """Tell whether inline markup begins, or ends, with a Han character."""
    if node is None or isinstance(node, KEEP_SPACE):
        return False
    words = node.astext()
    return bool(FIRST.match(words) if first else LAST.fullmatch(words))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the transform."""
    app.add_post_transform(HanSpacing)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
