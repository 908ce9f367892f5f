"""What a reader can search: an edition's sections and other names for them, in a small script.

The parallel edition has one with the texts of each language.  ``_static/search.js`` loads it, and
MiniSearch, when the search is first opened; that it is a script lets it load from a USB stick too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from docutils import nodes

from book._ext.files import write
from book._ext.languages.bilingual import EDITIONS
from book._ext.languages.glossary import entries_of
from book._ext.paths import NODE_MODULES
from book._ext.site.sections import LOCAL, NAMED, Page, Section, sections_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

MINISEARCH = NODE_MODULES / "minisearch"
OTHER_NAMES = Path(__file__).with_name("other_names.yml")
INDEX = "search-index.js"
ENGLISH = "search-index-en.js"  # of the parallel edition, whose other index has the Chinese texts
SCRIPTS = ("search-words.js", "search-rank.js", "search.js")  # each needs those before it


# ------------------------------------------------------------------ the index


def index(pages: Iterable[tuple[str, list[Section]]], other_names: dict[str, list[str]]) -> str:
    """Return the script that holds an edition's sections, page by page."""
    pages = list(pages)
    said = {_meaning(s) for _, sections in pages for s in sections if s["kind"] == NAMED}
    listed = [
        [page, [_listed(s, other_names) for s in sections if _is_new(s, said)]]
        for page, sections in pages
    ]
    data = json.dumps(listed, ensure_ascii=False, separators=(",", ":"))
    return f"window.bookSections={data};\n"


def _meaning(section: Section) -> tuple[str, str]:
    return section["title"], section["text"]


def _is_new(section: Section, said: set[tuple[str, str]]) -> bool:
    """Tell whether no other entry has said what this one says of a symbol, and keep it as said."""
    if section["kind"] != LOCAL:
        return True
    is_new = _meaning(section) not in said
    said.add(_meaning(section))
    return is_new


def _listed(section: Section, other_names: dict[str, list[str]]) -> list[Any]:
    """Return a section as search-rank.js reads it, with what else it is called."""
    names = [] if section["kind"] in (NAMED, LOCAL) else other_names.get(section["id"], [])
    rest = (section[key] for key in ("terms", "code", "text", "kind"))
    return [section["id"], section["title"], names, *rest]


def read_other_names(glossary: Path) -> dict[str, list[str]]:
    """Return other words for what a section or an entry is about: the glossary's, and our own."""
    names: dict[str, list[str]] = yaml.safe_load(OTHER_NAMES.read_text("utf-8"))
    for entry in entries_of(glossary):
        for name in entry.names.values():
            group = names.setdefault(entry.label, [])
            group += (name.term, *name.others)
            names.setdefault(entry.id, []).extend(name.others)
    return {label: list(dict.fromkeys(group)) for label, group in names.items()}


# ------------------------------------------------------------------ the build


def _folder(app: Sphinx) -> Path:
    return Path(app.doctreedir, "search")


def replace_sphinx_search(app: Sphinx) -> None:
    """Let Sphinx make no index of its own."""
    if app.builder.name == "html":
        app.builder.search = False  # type: ignore[attr-defined]
        for script in SCRIPTS:
            app.add_js_file(script, defer="defer")


def remember(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Keep the sections of a page that is being written, for builds that do not write it."""
    if app.builder.name == "html":
        languages = EDITIONS[app.config.edition]
        page = Page(docname, languages, dict(_numbers(app, docname)))
        for name, says in _indexes(languages):
            sections = sections_of(doctree, page._replace(says=says))
            write(_folder(app) / name / f"{docname}.json", json.dumps(sections, ensure_ascii=False))


def _indexes(languages: Sequence[str]) -> list[tuple[str, str]]:
    """Return the files of an edition, and the language of the texts in each; "" if it has one."""
    return [(INDEX, "zh"), (ENGLISH, "en")] if len(languages) > 1 else [(INDEX, "")]


def _numbers(app: Sphinx, docname: str) -> Iterator[tuple[str, str]]:
    """Yield the numbers of a page's formulas and figures by their ids, its own by ""."""
    sections = app.env.toc_secnumbers.get(docname, {})
    for numbers in (sections, *app.env.toc_fignumbers.get(docname, {}).values()):
        for label, number in numbers.items():
            yield label, ".".join(map(str, number))


def write_index(app: Sphinx, exception: Exception | None) -> None:
    """Write the indexes that have changed."""
    if exception is not None or app.builder.name != "html":
        return
    in_order = [page for page in app.env.collect_relations() if page in app.env.found_docs]
    other_names = read_other_names(Path(app.srcdir, "glossary.md"))
    for name, _ in _indexes(EDITIONS[app.config.edition]):
        files = [(page, _folder(app) / name / f"{page}.json") for page in in_order]
        if not all(file.exists() for _, file in files):
            return  # the preview's first build writes the page that is open
        pages = [(page, json.loads(file.read_text("utf-8"))) for page, file in files]
        write(Path(app.outdir, name), index(pages, other_names))
    write(Path(app.outdir, "_static", "minisearch.js"), minisearch())


def minisearch() -> str:
    """Return MiniSearch without the documentation inside it, which is two thirds of the script."""
    script = (MINISEARCH / "dist" / "umd" / "index.js").read_text("utf-8")
    licence = (MINISEARCH / "LICENSE.txt").read_text("utf-8")
    code = re.sub(r"^ */\*\*.*?\*/\n", "", script, flags=re.DOTALL | re.MULTILINE)
    return f"/*! MiniSearch. {licence}*/\n{code.rsplit('//# sourceMappingURL', 1)[0]}"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect to the build."""
    app.connect("builder-inited", replace_sphinx_search)
    app.connect("doctree-resolved", remember, priority=900)  # with what others write at that point
    app.connect("build-finished", write_index)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
