"""Build one edition with one builder, in this process, and say how it went."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path
from typing import Any, NamedTuple

from book._ext.findings import Finding, found_at
from book._ext.paths import BOOK, BUILD, ROOT

FAULT = "Sphinx stopped: "


class Built(NamedTuple):
    """What a build did, and what it found wrong."""

    findings: list[Finding]
    read: int
    written: int
    seconds: float


def folders(builder: str, edition: str, page: str = "") -> tuple[Path, Path]:
    """Return where a builder writes an edition, and where it keeps what it has read."""
    if builder == "html":
        return BUILD / "html" / edition, BUILD / "doctrees" / edition
    if builder == "equations":
        return BUILD / "equations" / page, BUILD / "doctrees" / f"equations{page and '-'}{page}"
    return BUILD / builder / edition, BUILD / "doctrees" / f"{builder}-{edition}"


def build(
    builder: str,
    edition: str,
    out: Path,
    doctrees: Path,
    tags: tuple[str, ...] = (),
    **config: Any,
) -> Built:
    """Build an edition; ``config`` are settings that differ from those of ``conf.py``."""
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    start = time.perf_counter()
    read, written = [], []
    with patch_docutils(ROOT), docutils_namespace():
        try:
            app = Sphinx(
                *(BOOK, ROOT, out, doctrees, builder),
                confoverrides=config,
                status=None,
                warning=io.StringIO(),
                tags=(edition, *tags),
            )
            app.connect("source-read", lambda _app, name, _text: read.append(name))
            app.connect("doctree-resolved", lambda _app, _tree, name: written.append(name))
            app.build()
        except SphinxError as error:
            findings = {found_at(None, f"{error.category}: {error}")}
        else:
            findings = app.listener.findings  # type: ignore[attr-defined]
            if app.statuscode and not findings:
                findings = {found_at(None, f"see {os.path.relpath(out)}")}
    seconds = time.perf_counter() - start
    return Built(list(findings), len(read), len(written), seconds)
