"""``sphinx-build -b doctest``: each docstring sees the names of its module, as it does in pytest.

Sphinx would run all docstrings of a page in one namespace, in which nothing is imported.  The
``{doctest}`` blocks of a page share one, and import what they use, as readers must.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.ext.doctest import DocTestBuilder

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

MARK = ":docstring of "


class DocstringTestBuilder(DocTestBuilder):
    """Sphinx's builder, with a group for each docstring."""

    def test_doc(self, docname: str, doctree: nodes.Node) -> bool:
        """Run the doctests of a page."""
        for block in list(doctree.findall(nodes.doctest_block)):
            _, mark, name = (block.source or "").rpartition(MARK)
            if mark:
                block["groups"] = [name]
                code = f"import sys; globals().update(vars(sys.modules[{_module_of(name)!r}]))"
                names = nodes.comment(code, code, testnodetype="testsetup", groups=[name])
                block.parent.insert(block.parent.index(block), names)
        return super().test_doc(docname, doctree)


def _module_of(name: str) -> str:
    """Return the module in which something is defined, by its dotted name."""
    try:
        import_module(name)
    except ModuleNotFoundError:
        return _module_of(name.rpartition(".")[0])
    return name


def setup(app: Sphinx) -> ExtensionMetadata:
    """Put the builder in the place of Sphinx's."""
    app.setup_extension("sphinx.ext.doctest")
    app.add_builder(DocstringTestBuilder, override=True)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
