"""Build an edition with a builder, in this process, and say how it went."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from book._ext.build.broken import where_broken
from book._ext.findings import Finding, found_at
from book._ext.paths import BOOK, BUILD, ROOT


class Built(NamedTuple):
    """What a build did, and what it found wrong."""

    findings: list[Finding]
    read: int
    written: int
    seconds: float
    without_outputs: Sequence[str] = ()  # the pages whose cells failed, if it executed them


def build(
    builder: str,
    edition: str,
    out: Path,
    doctrees: Path,
    tags: tuple[str, ...] = (),
    pages: Sequence[Path] = (),
    **config: Any,
) -> Built:
    """Build an edition, or of it the pages that are named, with settings of its own."""
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    start = time.perf_counter()
    read, written = [], []
    findings: set[Finding] = set()
    without_outputs: Sequence[str] = ()
    if builder != "html":
        config["live"] = ""  # which takes long to look for
    with patch_docutils(ROOT), docutils_namespace():
        try:
            app = Sphinx(
                *(BOOK, ROOT, out, doctrees, builder),
                confoverrides=config,
                status=None,
                warning=io.StringIO(),
                tags=(edition, *tags),
            )
            findings = app.listener.findings  # type: ignore[attr-defined]
            app.connect("source-read", lambda _app, name, _text: read.append(name))
            app.connect("doctree-resolved", lambda _app, _tree, name: written.append(name))
            app.build(filenames=pages)
            without_outputs = getattr(app.config, "without_outputs", None) or ()
            if app.statuscode and not findings:
                findings.add(found_at(None, f"see {os.path.relpath(out)}"))
        except SphinxError as error:
            if isinstance(error.__cause__, OSError):
                raise error.__cause__ from None  # of the disk, Sphinx's words aside
            findings.add(where_broken(error))
    seconds = time.perf_counter() - start
    return Built(list(findings), len(read), len(written), seconds, without_outputs)


def run_equations(page: str, *tags: str) -> Built:
    """Run the equations of the book, or of one page, which is then a book of its own.

    The cells are executed beside them.
    """
    alone: dict[str, Any] = {"root_doc": page, "include_patterns": [f"{page}.md"]} if page else {}
    name = f"equations-{page}" if page else "equations"
    return build(
        *("equations", "zh", BUILD / "equations" / page, BUILD / "doctrees" / name),
        tags=tags,
        **alone,
    )


def build_edition(builder: str, edition: str, without_outputs: list[str]) -> Built:
    """Build an edition where its readers and the other targets of make look for it."""
    name = edition if builder == "html" else f"{builder}-{edition}"
    # The book's templates are of the site.
    own: dict[str, Any] = {"templates_path": []} if builder == "epub" else {}
    out, doctrees = BUILD / builder / edition, BUILD / "doctrees" / name
    return build(*(builder, edition, out, doctrees), without_outputs=without_outputs, **own)
