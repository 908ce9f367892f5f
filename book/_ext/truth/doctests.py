"""``sphinx-build -b doctest``: each docstring sees the names of its module, as it does in pytest.

Sphinx would run all docstrings of a page in one namespace, in which nothing is imported.  The
``{doctest}`` blocks of a page share one, and import what they use, as readers must.
"""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module
from pathlib import Path
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

    @staticmethod
    def get_line_number(node: nodes.Node) -> int | None:
        """Return the line of a file, counted from zero, before the first example of a block.

        Sphinx knows none in a docstring, and in a page the one above.
        """
        place, mark, name = (node.source or "").rpartition(MARK)
        file, start = Path(place if mark else name), _line_of(name) if mark else node.line or 0
        if not file.is_file():  # what brings the names of a module is of no file
            return None
        first = node.astext().strip().partition("\n")[0]
        for number, line in enumerate(file.read_text("utf-8").splitlines()):
            if number >= start and line.strip() == first:
                return number
        return None


def _module_of(name: str) -> str:
    """Return the module in which something is defined, by its dotted name."""
    try:
        import_module(name)
    except ModuleNotFoundError:
        return _module_of(name.rpartition(".")[0])
    return name


def _line_of(name: str) -> int:
    """Return the line, counted from zero, in which the definition of something starts."""
    module = _module_of(name)
    thing = pkgutil.resolve_name(f"{module}:{name.removeprefix(module).removeprefix('.')}")
    try:
        return max(inspect.getsourcelines(thing)[1] - 1, 0)
    except TypeError:  # a value, or a property
        return 0


def setup(app: Sphinx) -> ExtensionMetadata:
    """Put the builder in the place of Sphinx's."""
    app.setup_extension("sphinx.ext.doctest")
    app.add_builder(DocstringTestBuilder, override=True)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
