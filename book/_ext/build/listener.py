"""Hears all that a build says is wrong: as findings, and the pages that they are of."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from sphinx.util.logging import (
    NAMESPACE,
    SphinxLogRecordTranslator,
    SphinxWarningLogRecord,
    WarningSuppressor,
)

from book._ext.findings import Finding, found_at

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

TYPE = re.compile(r"( \[[\w.-]+\])+$")  # Sphinx appends what kind of warning it is


class Placed(SphinxLogRecordTranslator):
    """Writes the place of a warning as Sphinx does: file and line."""

    LogRecordClass = SphinxWarningLogRecord


class Listener(logging.Handler):
    """Keeps what is said as ``findings``, and as ``pages`` the names of the pages to mend."""

    def __init__(self, app: Sphinx) -> None:
        super().__init__(logging.WARNING)
        self.app = app
        self.findings: set[Finding] = set()
        self.pages: set[str] = set()
        self.addFilter(WarningSuppressor(app))
        self.addFilter(Placed(app))

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a warning; what names no page is of the first, so that it is said again."""
        location = getattr(record, "location", None)
        message = TYPE.sub("", logging.LogRecord.getMessage(record))
        env = getattr(self.app, "env", None)
        if env is not None:
            file = re.sub(r":\d*$", "", location or "")
            named = {env.current_document.docname, env.path2doc(file)} & env.found_docs
            self.pages |= named or {self.app.config.root_doc}
        self.findings.add(found_at(location, message))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Listen from now on."""
    app.listener = Listener(app)  # type: ignore[attr-defined]
    logging.getLogger(NAMESPACE).addHandler(app.listener)  # type: ignore[attr-defined]
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
