"""The last lines of a page: version, date, source, and where to edit it and to report errors.

When is the date of the last commit, never the clock's: the same source gives the same pages.
"""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.errors import ConfigError

from book._ext.paths import ROOT

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


def last_commit(root: Path = ROOT) -> tuple[str, str]:
    """Return the short name and the date of the last commit; both are empty without a repository.

    ``SOURCE_DATE_EPOCH`` overrides the date, for packagers who build without a repository.

    Raises
    ------
    ConfigError
        If there is a repository, but git does not answer: the pages would bear no version.
    """
    name, seconds = "", os.environ.get("SOURCE_DATE_EPOCH", "")
    if (root / ".git").exists():  # else git would ask the folders above
        command = ["git", "-C", str(root), "log", "-1", "--format=%h %ct"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            reason = getattr(error, "stderr", "") or str(error)
            message = f"{root} has a .git, but git does not tell its last commit: {reason.strip()}"
            raise ConfigError(message) from error
        name, committed = done.stdout.split()
        seconds = seconds or committed
    return name, datetime.fromtimestamp(int(seconds), UTC).date().isoformat() if seconds else ""


def add_colophon(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Tell the templates of a page what they need to say where it comes from."""
    context["commit"], context["commit_date"] = app.config.book_commit, app.config.book_date
    context["issues"] = app.config.book_issues
    context["source_file"] = f"book/{pagename}.md" if doctree is not None else ""
    take_source_links(context)


def take_source_links(context: dict[str, Any]) -> None:
    """Let the colophon have the theme's buttons for source and edit: there they need no script."""
    buttons = context.get("header_buttons", [])
    groups = [button for button in buttons if button.get("label") == "source-buttons"]
    links = {link["label"]: link["url"] for group in groups for link in group["buttons"]}
    context["source_link"] = links.get("source-file-button", "")
    context["edit_link"] = links.get("source-edit-button", "")
    buttons[:] = [button for button in buttons if button not in groups]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the settings: a page that shows another version is another page."""
    for name in ("book_commit", "book_date", "book_issues"):
        app.add_config_value(name, "", "html", types=frozenset({str}))
    app.connect("html-page-context", add_colophon, priority=700)  # after the theme's buttons
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
