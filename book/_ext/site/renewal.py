"""Pages are written again when what they show of other pages has changed, or a build broke off.

Sphinx reads a page that is younger than when it was read, and writes it, and those whose own
numbers moved.  But a page can be put back as it was; and it shows the contents beside it, titles
and numbers of what it refers to, and perhaps what all equations gave.  What the pages of a finished
build could show of one another is kept; while pages are written there is no such record.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes
from sphinx import addnodes
from sphinxcontrib.bibtex.domain import BibtexDomain

from book._ext.files import write
from book._ext.languages.messages import EXCUSED
from book._ext.truth.counts import count, tally
from book._ext.truth.execution import hash_of
from eqcheck.sphinx.nodes import equation_index
from eqcheck.sphinx.results import results_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

EVERYWHERE = ""  # the name of what all pages show
SOURCE, TARGETS = "source", "targets"  # among its metadata: a page's hash, what it refers to
READ_BY = ("book/_ext", "eqcheck/sphinx")
WRITTEN_BY = ("book/_static", "book/_templates", "requirements.txt", "package-lock.json")
SEARCH = "search"  # a page without a source
OF_THE_BOOK = {  # the names under which pages ask for what equations gave, and how many there are
    equation_index: "{equation-index}",
    count: "{count}",
}


def shown_elsewhere(env: BuildEnvironment) -> dict[str, str]:
    """Return what other pages may show of a page, by the name under which they ask for it."""
    found: dict[str, list[Any]] = {EVERYWHERE: list(_everywhere(env))}
    for name, fact in _named(env):
        found.setdefault(name.lower(), []).append(fact)
    return {name: repr(facts) for name, facts in found.items()}


def _everywhere(env: BuildEnvironment) -> Iterator[Any]:
    """Yield titles and contents of the pages, the functions they link, the works they cite."""
    for page in sorted(env.found_docs):
        yield page, str(env.titles.get(page)), env.toc_secnumbers.get(page, {}).get("")
    for _, sections in sorted(env.tocs.items()):
        yield [contents.starttag() for contents in sections.findall(addnodes.toctree)]
    functions = env.domains.python_domain.objects
    yield sorted((name, entry.docname, entry.node_id) for name, entry in functions.items())
    for citation in cast(BibtexDomain, env.get_domain("cite")).citations:
        work = citation.formatted_entry
        yield citation.citation_id, work.label, str(work.text)


def _named(env: BuildEnvironment) -> Iterator[tuple[str, Any]]:
    """Yield labels, equations and terms with all that a reference to them shows, and the index."""
    numbers: dict[tuple[str, str], Any] = {
        (page, identifier): number
        for page, kinds in env.toc_fignumbers.items()
        for numbered in kinds.values()
        for identifier, number in numbered.items()
    }
    standard = env.domains.standard_domain
    for name, (page, identifier, title) in standard.labels.items():
        section = env.toc_secnumbers.get(page, {}).get(f"#{identifier}")
        yield name, (page, identifier, title, section, numbers.get((page, identifier)))
    for name, (page, identifier) in standard.anonlabels.items():
        yield name, (page, identifier, numbers.get((page, identifier)))
    for name, (page, number) in env.domains.math_domain.equations.items():
        yield name, (page, number, numbers.get((page, f"equation-{name}")))
    for (_, name), place in standard.objects.items():
        yield name, place
    for page, data in sorted(env.metadata.items()):  # what was excused may be missing after all
        yield from ((name, page) for name in data.get(EXCUSED, ()))
    yield OF_THE_BOOK[equation_index], sorted(results_of(env).items())
    yield OF_THE_BOOK[count], tally(env)


def note(app: Sphinx, doctree: nodes.document) -> None:
    """Keep which text of a page was read, and what it refers to."""
    references = list(doctree.findall(addnodes.pending_xref))
    links = {link[key] for link in references for key in ("reftarget", "reftype")}
    links |= {name for kind, name in OF_THE_BOOK.items() if any(doctree.findall(kind))}
    source = _hash_of_page(app.env, app.env.docname)
    app.env.metadata[app.env.docname] |= {TARGETS: sorted(links), SOURCE: source}
    app.unwritten.add(app.env.docname)  # type: ignore[attr-defined]


def _hash_of_page(env: BuildEnvironment, page: str) -> str:
    return sha256(Path(env.doc2path(page)).read_bytes()).hexdigest()


def pages_to_read(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Return the pages whose text is another than was read, however old their files are."""
    known = env.found_docs - added - changed
    return [page for page in known if env.metadata[page].get(SOURCE) != _hash_of_page(env, page)]


def start(app: Sphinx) -> None:
    """Take note of the pages that are to be written, and are not yet."""
    app.unwritten = set()  # type: ignore[attr-defined]


def renew(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Let the pages be written that show something that has changed."""
    pages = pages_to_renew(app, env)
    app.unwritten.update(pages)  # type: ignore[attr-defined]
    return pages


def pages_to_renew(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the pages that show something that has changed since the last finished build."""
    if app.builder.name != "html":
        return []
    record = _record(app)
    if not record.exists():
        return sorted(env.found_docs)
    kept = json.loads(record.read_text("utf-8"))
    if kept.get("hash") != app.config.writing_hash:
        shutil.rmtree(Path(app.outdir, "_static"), ignore_errors=True)  # it is filled each time
        return sorted(env.found_docs)
    now, before = shown_elsewhere(env), kept["shown"]
    changed = {name for name in now.keys() | before.keys() if now.get(name) != before.get(name)}
    if EVERYWHERE in changed:
        return sorted(env.found_docs)
    return [
        page
        for page in sorted(env.found_docs)
        if page in kept.get("unwritten", ())
        or not changed.isdisjoint(name.lower() for name in env.metadata[page].get(TARGETS, ()))
    ]


def _record(app: Sphinx) -> Path:
    return Path(app.doctreedir, "shown_elsewhere.json")


def begin(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Remove the record when a page is written: if the build breaks off, all are written again."""
    if app.builder.name == "html":
        app.unwritten.discard(pagename)  # type: ignore[attr-defined]
        _record(app).unlink(missing_ok=True)


def search_page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the page of the search if any other page was written, or it is not there."""
    page = Path(app.outdir, f"{SEARCH}.html")
    if app.builder.name == "html" and not (page.exists() and _record(app).exists()):
        yield SEARCH, {}, "search.html"


def remove_leftovers(app: Sphinx) -> None:
    """Remove what earlier builds left: pages and figures that the book has no longer."""
    folder = Path(app.outdir)
    pages = {*app.env.found_docs, *app.config.html_additional_pages, SEARCH}
    for page in folder.rglob("*.html"):
        name = page.relative_to(folder).with_suffix("").as_posix()
        if name not in pages and not name.startswith("_static/"):
            page.unlink()
    figures = {name for _, name in app.env.images.values()}
    for figure in (folder / "_images").glob("*"):
        if figure.name not in figures:
            figure.unlink()
    for file in (folder / ".buildinfo.bak", *folder.rglob(".*.part")):  # settings changed; a kill
        file.unlink(missing_ok=True)


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Keep the record of a build that wrote pages and is finished.

    One that was asked for some pages only (the preview) leaves the others to the next.
    """
    if exception is None and app.builder.name == "html" and not _record(app).exists():
        record = {
            "hash": app.config.writing_hash,
            "shown": shown_elsewhere(app.env),
            "unwritten": sorted(app.unwritten),  # type: ignore[attr-defined]
        }
        write(_record(app), json.dumps(record, ensure_ascii=False))


def tidy(app: Sphinx, exception: Exception | None) -> None:
    """Remove leftovers before anyone looks through all files."""
    if exception is None and app.builder.name == "html":
        remove_leftovers(app)


def hash_sources(app: Sphinx, config: Config) -> None:
    """Keep hashes of what makes pages in the configuration: a change renews all of them."""
    config.reading_hash, config.writing_hash = hash_of(*READ_BY), hash_of(*WRITTEN_BY)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect to the build."""
    app.add_config_value("reading_hash", "", "env", types=frozenset({str}))
    app.add_config_value("writing_hash", "", "html", types=frozenset({str}))
    app.connect("config-inited", hash_sources)
    app.connect("builder-inited", start)
    app.connect("doctree-read", note, priority=900)
    app.connect("env-get-outdated", pages_to_read)
    app.connect("env-get-updated", renew, priority=900)  # when all numbers are known
    app.connect("html-page-context", begin)
    app.connect("html-collect-pages", search_page)
    app.connect("build-finished", tidy, priority=100)
    app.connect("build-finished", finish, priority=999)  # after all that finish pages
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
