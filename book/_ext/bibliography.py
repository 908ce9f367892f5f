"""Say what is wrong in a bibliography with file and line, and let all its entries be cited.

``sphinxcontrib.bibtex`` ends at an entry that it cannot read, and leaves out all that stands below
a key that stands twice: each citation of those would be called unknown.  Pages that cite what was
changed, or removed, it does not read again.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, cast

from docutils import nodes
from pybtex import errors
from pybtex.database import Entry
from pybtex.database.input.bibtex import DuplicateField, Parser
from pybtex.scanner import PrematureEOF, PybtexSyntaxError
from sphinx import addnodes
from sphinx.util import logging
from sphinxcontrib.bibtex.bibfile import BibData, BibFile, get_mtime
from sphinxcontrib.bibtex.citation_target import parse_citation_targets
from sphinxcontrib.bibtex.domain import BibtexDomain

from book._ext.findings import hint

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

ENTRY = re.compile(r"^[ \t]*@(?!comment|string|preamble)\w+\s*[{(]\s*([^,\s]+)", re.M | re.I)
CITED = "cited"  # in the metadata of a page: the entries, as they were when it was read
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
                mend = "is a comma, a brace or a quote missing, here or in the line above?"
                problems.append((fault.lineno, f"an entry cannot be read: {said}; {mend}"))
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


def _entries(env: BuildEnvironment) -> dict[str, Entry]:
    return dict(cast(BibtexDomain, env.get_domain("cite")).bibdata.data.entries.items())


def check_citations(app: Sphinx, doctree: nodes.document) -> None:
    """Warn of citations of what the bibliography does not hold."""
    entries, cited = _entries(app.env), {}
    for node in doctree.findall(addnodes.pending_xref):
        if node.get("refdomain") == "cite":
            for target in parse_citation_targets(node["reftarget"]):
                cited[target.key] = repr(entries.get(target.key))
                if target.key not in entries:
                    said = hint(target.key, entries, "add it to the bibliography")
                    message = f"no source {target.key!r}: {said}"
                    logger.warning("%s", message, location=node, type="bibliography")
    app.env.metadata[app.env.docname][CITED] = cited


def pages_that_cite_otherwise(app: Sphinx, env: BuildEnvironment, *changes: object) -> list[str]:
    """Return the pages that cite entries which are no longer what they were."""
    entries = _entries(env)
    return [
        name
        for name, page in sorted(env.metadata.items())
        if any(repr(entries.get(key)) != seen for key, seen in page.get(CITED, {}).items())
    ]


def leave_unknown_keys_to_check_citations(app: Sphinx, config: Config) -> None:
    """Let ``sphinxcontrib.bibtex`` be silent about them."""
    config.suppress_warnings = [*config.suppress_warnings, "bibtex.key_not_found"]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Read bibliographies before ``sphinxcontrib.bibtex`` looks whether they are read."""
    app.setup_extension("sphinxcontrib.bibtex")
    app.connect("builder-inited", read_bibliographies, priority=400)
    app.connect("config-inited", leave_unknown_keys_to_check_citations)
    app.connect("doctree-read", check_citations)
    app.connect("env-get-outdated", pages_that_cite_otherwise)
    return {
        "version": "1",
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
