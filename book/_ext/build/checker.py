"""The builder ``check``: writes a page as HTML, for what is found by writing it, and no site."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from myst_nb.core.render import base_render_priority
from sphinx.builders.html import StandaloneHTMLBuilder

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.util.typing import ExtensionMetadata


class CheckBuilder(StandaloneHTMLBuilder):
    """Sphinx's builder of HTML, without what a site has besides its pages."""

    name = "check"
    search = False
    epilog = ""

    def copy_assets(self) -> None:
        """Copy nothing, for nobody opens what is written; MyST-NB wants the folder."""
        Path(self.outdir, "_static").mkdir(exist_ok=True)

    def finish(self) -> None:
        """Write no index."""


def show_outputs_as_html_does(app: Sphinx, config: Config) -> None:
    """Tell MyST-NB which of the forms of an output the builder takes."""
    ranks = base_render_priority()["html"].items()
    own = [(CheckBuilder.name, mime, rank) for mime, rank in ranks]
    config.nb_mime_priority_overrides = [*config.nb_mime_priority_overrides, *own]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the builder."""
    app.add_builder(CheckBuilder)
    app.connect("config-inited", show_outputs_as_html_does)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
