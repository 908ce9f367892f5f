"""Files that MyST-NB writes while it reads pages stand with the doctrees, which refer to them.

It would put them next to the folder that a build writes: images, and each page as a notebook with
random ids, in the midst of the site.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

FOLDER = "outputs"


def keep_with_doctrees(app: Sphinx) -> None:
    """Change the folder that MyST-NB has just chosen."""
    config = app.env.mystnb_config  # type: ignore[attr-defined]
    app.env.mystnb_config = config.copy(  # type: ignore[attr-defined]
        output_folder=str(Path(app.doctreedir, FOLDER))
    )


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect to the build."""
    app.connect("builder-inited", keep_with_doctrees, priority=600)  # after MyST-NB
    return {
        "version": "1",
        "env_version": 1,  # pages that were read without it are read again
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
