"""Which pages are read or written again: those with a finding, until it is mended.

Sphinx takes a page that it has read for good, and never repeats what it said of it.  Here

* a page that something was said of is read again by each build, until nothing is;
* pages are written again when what they may show of each other has changed, a title or a number
  say, and when a build was killed while it wrote;
* a build may be told to read some pages now and to leave the others to the next (the preview).

A small file beside the doctrees remembers all this.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book._ext.build.listener import Listener

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata


class Remembered:
    """What one build leaves to the next, in a file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        kept = json.loads(file.read_text("utf-8")) if file.exists() else {}
        self.read_again: set[str] = set(kept.get("read_again", ()))
        self.shared: str = kept.get("shared", "")  # what pages show of each other, as a hash
        self.written: bool = kept.get("written", False)

    def save(self) -> None:
        """Write the file."""
        kept = {
            "read_again": sorted(self.read_again),
            "shared": self.shared,
            "written": self.written,
        }
        temporary = self.file.with_suffix(".tmp")
        temporary.write_text(json.dumps(kept, indent=1), "utf-8")
        temporary.replace(self.file)


def begin(app: Sphinx) -> None:
    """Recall the last build."""
    file = Path(app.doctreedir) / f"again-{app.builder.name}.json"
    app.again = Remembered(file)  # type: ignore[attr-defined]


def outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> set[str]:
    """Return the pages to read again."""
    return _remembered(app).read_again


def choose(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Leave to the next build what this one is not asked to read."""
    left: set[str] = set()
    if app.config.read_only is not None:
        known = set(env.all_docs) if app.config.read_new else set(docnames)
        left = (set(docnames) & known) - set(app.config.read_only)
        docnames[:] = [name for name in docnames if name not in left]
    env.deferred = left  # type: ignore[attr-defined]


def write_again(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """Return all pages if each may show what has changed, or if the last build wrote not all.

    A build that is asked to read some pages writes those alone.
    """
    remembered = _remembered(app)
    shared = shared_by_pages(env)
    every = shared != remembered.shared or not remembered.written
    if app.config.read_only is None:
        remembered.shared, remembered.written = shared, False
    elif every:
        remembered.written = False
    remembered.read_again = env.deferred | _listener(app).pages  # type: ignore[attr-defined]
    remembered.save()
    return set(env.all_docs) if every else ()


def shared_by_pages(env: BuildEnvironment) -> str:
    """Return a hash of all that one page may show of another: titles, numbers, targets."""
    digest = hashlib.sha256()
    for name, domain in sorted(env.domains.items()):
        digest.update(f"{name} {sorted(map(str, domain.get_objects()))}".encode())
    titles = sorted((name, title.astext()) for name, title in env.titles.items())
    tree = sorted(env.toctree_includes.items())
    numbers = [sorted(x.items()) for x in (env.toc_secnumbers, env.toc_fignumbers)]
    digest.update(f"{titles} {tree} {numbers}".encode())
    return digest.hexdigest()


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Remember the pages that something was said of, and that all was written."""
    if exception is None:
        remembered = _remembered(app)
        remembered.read_again = app.env.deferred | _listener(app).pages  # type: ignore[attr-defined]
        remembered.written |= app.config.read_only is None
        remembered.save()


def _remembered(app: Any) -> Remembered:
    return app.again  # type: ignore[no-any-return]


def _listener(app: Any) -> Listener:
    return app.listener  # type: ignore[no-any-return]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect to the build."""
    app.add_config_value("read_only", None, "", types=frozenset({list}))
    app.add_config_value("read_new", True, "", types=frozenset({bool}))
    app.connect("builder-inited", begin)
    app.connect("env-get-outdated", outdated)
    app.connect("env-before-read-docs", choose)
    app.connect("env-get-updated", write_again, priority=900)  # pages have their numbers
    app.connect("build-finished", finish, priority=999)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
