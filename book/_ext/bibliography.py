"""Say what is wrong in a bibliography with file and line, and let all its entries be cited.

``sphinxcontrib.bibtex`` ends at an entry that it cannot read, and leaves out all that stands below
a key that stands twice: each citation of those would be called unknown.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pybtex import errors
from pybtex.database import Entry
from pybtex.database.input.bibtex import DuplicateField, Parser
from pybtex.scanner import PrematureEOF, PybtexSyntaxError
from sphinx.util import logging
from sphinxcontrib.bibtex.bibfile import BibData, BibFile, get_mtime
from sphinxcontrib.bibtex.domain import BibtexDomain

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

ENTRY = re.compile(r"^[ \t]*@(?!comment|string|preamble)\w+\s*[{(]\s*([^,\s]+)", re.M | re.I)
logger = logging.getLogger(__name__)


def read_bibliographies(app: Sphinx) -> None:
    """Read the files in place of ``sphinxcontrib.bibtex``, which then finds them read."""
    encoding = app.config.bibtex_encoding
    parser, files = Parser(encoding), {}
    for path in [Path(app.confdir, name).resolve() for name in app.config.bibtex_bibfiles]:
        if not path.is_file():
            return  # it says so itself
        before = set(parser.data.entries)
        for line, message in sorted(_parse(parser, path.read_text(encoding))):
            logger.warning(message, location=f"{path}:{line}", type="bibliography")
        keys = [key for key in parser.data.entries if key not in before]
        files[path] = BibFile(mtime=get_mtime(path), keys=dict.fromkeys(keys))
    domain = cast(BibtexDomain, app.env.get_domain("cite"))
    domain.data["bibdata"] = BibData(encoding=encoding, bibfiles=files, data=parser.data)


def _parse(parser: Parser, text: str) -> list[tuple[int, str]]:
    """Add all entries of a bibliography, those that cannot be read by their keys alone."""
    first = {key.lower(): 0 for key in parser.data.entries}  # of another file
    problems, broken = [], set()
    with errors.capture() as faults:
        parser.parse_string(text)
    for fault in faults:
        if isinstance(fault, PybtexSyntaxError):
            start = fault.error_context_info[0]
            broken.add(_line(text, start))
            if isinstance(fault, PrematureEOF):  # all to the end was read as one entry
                problems.append((_line(text, start), "this entry has no end"))
            else:
                said = str(fault).partition(": ")[2]
                hint = "is a comma, a brace or a quote missing, here or in the line above?"
                problems.append((fault.lineno, f"an entry cannot be read: {said}; {hint}"))
        elif isinstance(fault, DuplicateField):
            problems.append((_line_named_in(str(fault), text), f"{fault}: keep one"))
    for match in ENTRY.finditer(text):
        key, line = match[1], _line(text, match.start(1))
        if key not in parser.data.entries or line in broken:
            parser.data.entries[key] = Entry("misc", {"title": key})
            parser.data.entries[key].key = key
        if key.lower() in first:
            where = f"in line {first[key.lower()]}" if first[key.lower()] else "in another file"
            problems.append((line, f"the key {key} stands {where} already: rename or remove one"))
        first.setdefault(key.lower(), line)
    return problems


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def _line_named_in(fault: str, text: str) -> int:
    """Return the line of the entry whose key is a word of a message."""
    words = fault.split()
    return next((_line(text, m.start(1)) for m in ENTRY.finditer(text) if m[1] in words), 1)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Read bibliographies before ``sphinxcontrib.bibtex`` looks whether they are read."""
    app.setup_extension("sphinxcontrib.bibtex")
    app.connect("builder-inited", read_bibliographies, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
