"""One fault, one line: what Sphinx and MyST-NB would say of it too, or without a line, is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx.util import logging

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

SAID_HERE = (
    "image.not_readable",  # a picture of a file, there or not, is refused by `accessible`
    "mystnb.nbcell",  # a cell inside a block, by `parity`
    "toc.not_included",  # by `check_contents`
)
logger = logging.getLogger(__name__)


def drop_what_is_said_here(app: Sphinx, config: Config) -> None:
    """Suppress the warnings."""
    config.suppress_warnings = [*config.suppress_warnings, *SAID_HERE]


def check_contents(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of a page that no contents list."""
    listed = {app.config.root_doc, *env.files_to_rebuild}.union(*env.included.values())
    root = env.doc2path(app.config.root_doc, base=False)
    for docname in sorted(env.found_docs - listed):
        if "orphan" not in env.metadata[docname]:
            message = f"no reader finds this page: add {docname} to the toctree of {root}"
            logger.warning("%s", message, location=(docname, 1), type="contents")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect to the build."""
    app.connect("config-inited", drop_what_is_said_here)
    app.connect("env-check-consistency", check_contents)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
