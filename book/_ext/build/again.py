"""Which pages are read again: those that something was said of, until nothing is.

Sphinx takes a page that it has read for good, and never repeats what it said of it.  A small file
beside the doctrees remembers those to read again: until a build is finished, all that it read.  A
build may also be told to read some pages now, and leave to the next the others that nobody has
edited: the preview reads first what is open.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from book._ext.files import write

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata


def outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Return the pages to read again."""
    file = _file(app)
    return json.loads(file.read_text("utf-8")) if file.exists() else []


def choose(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Leave to the next build what this one is not asked to read; forget what was read before.

    Sphinx forgets a page when its turn comes, and would tell an earlier one of the labels it had.
    """
    left: set[str] = set()
    if app.config.read_only is not None:
        left = set(docnames) - set(app.config.read_only)
        left = {name for name in left if name in env.all_docs and not _edited(env, name)}
        docnames[:] = [name for name in docnames if name not in left]
    for name in docnames:
        app.emit("env-purge-doc", env, name)
        env.clear_doc(name)
    app.left, app.begun = left, set(docnames)  # type: ignore[attr-defined]


def remember(app: Sphinx, env: BuildEnvironment) -> None:
    """Write the file: the environment is about to be kept, and then pages count as read."""
    again: set[str] = app.left | app.begun | app.listener.pages  # type: ignore[attr-defined]
    write(_file(app), json.dumps(sorted(again)))


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Write it again: all pages are written, and what is wrong with them was said."""
    if exception is None:
        app.begun = set()  # type: ignore[attr-defined]
        remember(app, app.env)


def _edited(env: BuildEnvironment, name: str) -> bool:
    """Tell whether a page, or works that it lists, were written since: others may lead to them."""
    files = [Path(env.srcdir, file) for file in env.dependencies.get(name, ())]
    works = [file for file in files if file.suffix == ".bib" and file.exists()]
    written = max(file.stat().st_mtime_ns for file in (Path(env.doc2path(name)), *works))
    return written > env.all_docs[name] * 1000


def _file(app: Sphinx) -> Path:
    return Path(app.doctreedir, f"again-{app.builder.name}.json")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect to the build."""
    app.add_config_value("read_only", None, "", types=frozenset({list}))
    app.connect("env-get-outdated", outdated)
    app.connect("env-before-read-docs", choose)
    app.connect("env-updated", remember, priority=999)
    app.connect("build-finished", finish, priority=999)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
