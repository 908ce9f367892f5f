"""Builders that show no outputs of cells execute none: ``doctest``, ``equations``, ``linkcheck``.

What it read has no outputs, and is read again where another builder shares its doctrees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set

    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

UNEXECUTED = "unexecuted"  # in the metadata of a page


def accept_cells_without_lexer(app: Sphinx, config: Config) -> None:
    """Let MyST-NB not complain of a cell's language, which it knows from executing it alone."""
    config.suppress_warnings = [*config.suppress_warnings, "myst-nb.lexer"]


def execute_what_is_shown(app: Sphinx) -> None:
    """Switch execution off for a builder that writes no pages."""
    if not app.builder.format:
        config = app.env.mystnb_config  # type: ignore[attr-defined]
        app.env.mystnb_config = config.copy(execution_mode="off")  # type: ignore[attr-defined]


def note_unexecuted(app: Sphinx, docname: str, source: list[str]) -> None:
    """Remember that a page is read without outputs."""
    if not app.builder.format:
        app.env.metadata[docname][UNEXECUTED] = True


def pages_to_execute(
    app: Sphinx, env: BuildEnvironment, added: Set[str], changed: Set[str], removed: Set[str]
) -> list[str]:
    """Return the pages that were read without the outputs that this builder shows."""
    return [n for n in env.found_docs if app.builder.format and UNEXECUTED in env.metadata[n]]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect to the build."""
    app.connect("config-inited", accept_cells_without_lexer)
    app.connect("builder-inited", execute_what_is_shown, priority=600)  # after MyST-NB
    app.connect("source-read", note_unexecuted)
    app.connect("env-get-outdated", pages_to_execute)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
