"""Cells are executed before a page is read, for builders that show what they print.

MyST-NB executes nothing itself.  A page that failed, or that a builder without pages reads
(``doctest``, ``equations``, ``linkcheck``), has no outputs, and is read again when it may.
``equations`` executes them beside its own work, for what the prose claims of them.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes
from sphinx.util import logging

from book._ext.languages.messages import EXCUSED
from book._ext.paths import ROOT
from book._ext.truth.execution import Executed, execute_book, kept_pages

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

    from book._ext.truth.claims import Verdict
    from book._ext.truth.kept import KeptPages

UNEXECUTED = "unexecuted"  # in the metadata of a page
FIGURE = re.compile(r"^ +name: (\S+)$", re.MULTILINE)
logger = logging.getLogger(__name__)


def accept_cells_without_lexer(app: Sphinx, config: Config) -> None:
    """Let MyST-NB not complain of a cell's language, which it knows from outputs alone."""
    config.suppress_warnings = [*config.suppress_warnings, "myst-nb.lexer"]


def execute_first(app: Sphinx) -> None:
    """Execute the pages, unless who starts the build has, and said which have no outputs."""
    if not app.builder.format or app.config.nb_execution_mode == "off":
        return
    if app.config.without_outputs is None:
        keep_in_mind(app, execute_book(sorted(Path(app.srcdir).glob("*.md"))))


def execute_beside(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Begin to execute the pages of a book whose equations are run."""
    if app.builder.name == "equations" and app.config.nb_execution_mode != "off":
        paths = [Path(env.doc2path(name)) for name in sorted(env.found_docs)]
        app.executing = ThreadPoolExecutor(1).submit(execute_book, paths)  # type: ignore[attr-defined]


def wait_for_cells(app: Sphinx, env: BuildEnvironment) -> None:
    """Wait until the pages are executed."""
    if hasattr(app, "executing"):
        keep_in_mind(app, app.executing.result())


def keep_in_mind(app: Sphinx, executed: Executed) -> None:
    """Note which pages have no outputs, and warn of what went wrong."""
    app.config.without_outputs = executed.without_outputs
    for finding in executed.findings:
        place = f"{ROOT / finding.file}:{finding.line}"
        logger.warning("%s", finding.message, location=place, type="execution")


def show_what_is_kept(app: Sphinx, docname: str, source: list[str]) -> None:
    """Let MyST-NB take a page's outputs from the cache; without them it would execute the page."""
    shown = has_outputs(app, docname)
    if shown and app.config.nb_execution_mode == "cache" and not is_kept(app, docname):
        message = "the page or what its cells import has changed during the build: build again"
        logger.warning(message, location=(docname, 1), type="execution")
        shown = False
    if not shown:
        text = Path(app.env.doc2path(docname)).read_text("utf-8", "replace")
        app.env.metadata[docname] |= {UNEXECUTED: True, EXCUSED: FIGURE.findall(text)}
    config = app.env.mystnb_config  # type: ignore[attr-defined]
    app.env.mystnb_config = config.copy(  # type: ignore[attr-defined]
        execution_mode=app.config.nb_execution_mode if shown else "off"
    )


def kept(app: Sphinx) -> KeptPages:
    """Return the pages whose outputs and claims are known."""
    if not hasattr(app, "kept"):
        app.kept = kept_pages(Path(app.config.nb_execution_cache_path))  # type: ignore[attr-defined]
    return cast("KeptPages", app.kept)  # type: ignore[attr-defined]


def is_kept(app: Sphinx, docname: str) -> bool:
    """Tell whether the cache has what the cells of a page print, as the page is now."""
    return Path(app.env.doc2path(docname)) in kept(app)


def verdicts_of(app: Sphinx, docname: str) -> list[Verdict]:
    """Return what became of the claims of a page, as far as that is known."""
    path = Path(app.env.doc2path(docname))
    return kept(app).verdicts(path) if path in kept(app) else []


def outputs_of(app: Sphinx, docname: str) -> list[list[dict[str, Any]]]:
    """Return what each cell of a page has left, as far as that is known."""
    path = Path(app.env.doc2path(docname))
    return kept(app).outputs(path) if path in kept(app) else []


def cells_with_outputs(
    app: Sphinx, doctree: nodes.document
) -> Iterator[tuple[nodes.container, list[dict[str, Any]]]]:
    """Yield the cells of the page that is read, each with what it has left."""
    cells = [node for node in doctree.findall(nodes.container) if "cell_index" in node]
    return zip(cells, outputs_of(app, app.env.docname), strict=False)


def has_outputs(app: Sphinx, docname: str) -> bool:
    """Tell whether a page shows what its cells print."""
    return bool(app.builder.format) and docname not in (app.config.without_outputs or ())


def pages_to_read_again(
    app: Sphinx, env: BuildEnvironment, added: Set[str], changed: Set[str], removed: Set[str]
) -> list[str]:
    """Return the pages that were read without the outputs that they have now."""
    without = [name for name in env.found_docs if UNEXECUTED in env.metadata[name]]
    return [name for name in without if has_outputs(app, name)]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect to the build; a change of what cells see renews all that was read."""
    app.add_config_value("execution_hash", "", "env", types=frozenset({str}))
    app.add_config_value("without_outputs", None, "", types=frozenset({list}))
    app.connect("config-inited", accept_cells_without_lexer)
    app.connect("builder-inited", execute_first)
    app.connect("env-before-read-docs", execute_beside)
    app.connect("env-updated", wait_for_cells)
    app.connect("source-read", show_what_is_kept)
    app.connect("env-get-outdated", pages_to_read_again)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
