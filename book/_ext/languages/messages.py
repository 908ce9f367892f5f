"""One fault, one line, and how to mend it, where Sphinx and MyST-NB would say more, or less."""

from __future__ import annotations

import re
from collections.abc import Collection
from logging import LogRecord, getLogger
from typing import TYPE_CHECKING

from sphinx.util import logging

from book._ext.findings import hint

if TYPE_CHECKING:
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.domains import Domain
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

SAID_HERE = (
    "image.not_readable",  # a picture of a file, there or not, is refused by `accessible`
    "mystnb.nbcell",  # a cell inside a block, by `parity`
    "toc.not_included",  # by `check_contents`
    "ref.ref",  # by `name_what_is_missing`, after which Sphinx is asked all the same
)
# Among the metadata of a page: targets, or kinds of them, whose absence is explained elsewhere.
EXCUSED = "excused"
WORDS = {  # what authors type; Sphinx has others, which pages have no need of
    "directive": "answer, check, code-cell, doctest, en, symbols, terms, toctree, try, values, zh",
    "role": "cite:p, cite:t, count, doc, en, eq, fact, num, numref, ref, term, zh",
}
UNKNOWN = re.compile("Unknown (directive) type: '(.+)'|Unknown interpreted text (role) \"(.+)\"\\.")
SAID_BY = ("sphinx.myst_parser.warnings_", "sphinx.sphinx.util.docutils")
logger = logging.getLogger(__name__)


def name_unknown_words(record: LogRecord) -> bool:
    """Say which directives and roles there are; Sphinx repeats it without a line."""
    unknown = UNKNOWN.fullmatch(str(record.msg))
    if unknown:
        what, name = filter(None, unknown.groups())
        record.msg = f"no {what} {{{name}}}: the book's are {WORDS[what]}"
    return not str(record.msg).startswith(("unknown role name", "unknown directive name"))


def drop_what_is_said_here(app: Sphinx, config: Config) -> None:
    """Suppress the warnings."""
    config.suppress_warnings = [*config.suppress_warnings, *SAID_HERE]


def check_contents(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of a page that no contents list."""
    listed = {app.config.root_doc, *env.files_to_rebuild}.union(*env.included.values())
    root = env.doc2path(app.config.root_doc, base=False)
    for docname in sorted(env.found_docs - listed):
        if "orphan" not in env.metadata[docname]:
            message = f"no reader finds this page: add {docname} to the toctree of {root}"
            logger.warning("%s", message, location=(docname, 1), type="contents")


def name_what_is_missing(app: Sphinx, domain: Domain | None, node: pending_xref) -> bool | None:
    """Say what a reference misses, and what it may mean."""
    kind, target = node["reftype"], node["reftarget"]
    if any({kind, target} & set(page.get(EXCUSED, ())) for page in app.env.metadata.values()):
        return True
    names = _names(app.env).get(kind)
    if names is None:
        return None  # Sphinx says it
    what, otherwise, known = names
    alike = 0.85 if kind == "term" else 0.75  # many terms are functions
    said = hint(target, known, otherwise, alike)
    logger.warning("no %s %r: %s", what, target, said, location=node, type="references")
    return True


def _names(env: BuildEnvironment) -> dict[str, tuple[str, str, Collection[str]]]:
    """Return what each role leads to, what to do where it is missing, and what there is."""
    std, equations = env.domains.standard_domain, env.domains.math_domain.equations
    terms = [name for kind, name in std.objects if kind == "term"]
    sections = ("label", "it stands above a heading, as (name)=", std.labels)
    return {
        "ref": sections,
        "numref": sections,
        "eq": ("equation", "its label stands behind it, as $$ (eq-name)", equations),
        "term": ("term", "give it an entry in glossary.md; its English name leads there", terms),
        "doc": ("page", "write it, or lead to another", env.found_docs),
    }


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect to the build."""
    for name in SAID_BY:
        getLogger(name).addFilter(name_unknown_words)
    app.connect("config-inited", drop_what_is_said_here)
    app.connect("env-check-consistency", check_contents)
    app.connect("warn-missing-reference", name_what_is_missing)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
