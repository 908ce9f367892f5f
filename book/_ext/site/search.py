"""What a reader can search: each edition's sections and other names for them, in one small script.

``_static/search.js`` loads it, and MiniSearch, when the search is first opened; that it is a script
lets it load from a USB stick too.  A section is its title, its names (what it teaches, as glossary
and readers call it), its terms (set in bold), its code (labels of formulas and figures, functions
that it calls), its text.  Entries of lists that readers look up are sections too.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from docutils import nodes
from sphinx import addnodes

from book._ext.exercises import solution
from book._ext.files import write
from book._ext.languages.bilingual import EDITIONS
from book._ext.languages.glossary import entries_of
from book._ext.paths import NODE_MODULES
from book._ext.truth.evidence import equation_evidence, symbols_box

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

MINISEARCH = NODE_MODULES / "minisearch"
OTHER_NAMES = Path(__file__).with_name("other_names.yml")
INDEX = "search-index.js"
SCRIPTS = ("search-words.js", "search-rank.js", "search.js")  # each needs those before it
UNSAID = (
    nodes.literal_block,
    nodes.doctest_block,
    nodes.math_block,
    nodes.Invisible,
    solution,
    equation_evidence,
    symbols_box,
)
TITLES = (nodes.title, nodes.term, nodes.label, addnodes.desc_signature)
UNSAID_CLASSES = {
    "toctree-wrapper",
    "equations",
    "equations-page",
    "glossary-index",
    "glossary-where",
    "output-label",
}
# What mentions a concept, rather than explains it: it comes last, and with its first words alone.
ASIDE = re.compile(
    r"(?:about|api|equations|errata|glossary)#.*|references#id.*|.*-(?:exercise-\d+|reading|remember)"
)
ADDRESS = re.compile(r"https?:|doi:|arXiv:")
FUNCTION = re.compile(r"\bdlref\.([a-z_]+\.)?([A-Za-z_]\w*)")
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SUPERSCRIPTS = str.maketrans("−0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

COMMANDS = {"to": "rarr", "partial": "part", "infty": "infin", "ldots": "hellip", "sqrt": "radic"}

Section = dict[str, Any]


# ------------------------------------------------------------------ reading a page


def sections_of(doctree: nodes.document, page: str, languages: Iterable[str]) -> list[Section]:
    """Return the sections of a page, each without its subsections; entries count as sections."""
    copy = doctree.deepcopy()
    found = []
    for node in reversed([node for node in copy.findall(nodes.Element) if _is_section(node)]):
        node.parent.remove(node)
        found.append(_read(node, page, languages))
    return [section for section in reversed(found) if section["id"]]


def _is_section(node: nodes.Element) -> bool:
    """Tell sections, and entries of the glossary, of the references and of the functions."""
    if isinstance(node, nodes.definition_list_item):
        return isinstance(node.parent, nodes.Element) and "glossary" in node.parent["classes"]
    return isinstance(node, (nodes.section, nodes.citation, addnodes.desc))


def _read(section: nodes.Element, page: str, languages: Iterable[str]) -> Section:
    title = next(node for node in section.findall() if isinstance(node, TITLES))
    label = next(iter(section["ids"] or title["ids"]), "")
    aside = ASIDE.fullmatch(f"{page}#{label}") is not None
    _remove(section, lambda node: not UNSAID_CLASSES.isdisjoint(node.get("classes", [])))
    halves, code = dict(_halves(title)), list(dict.fromkeys(_code(section)))
    own = [halves.pop(language) for language in languages if language in halves]
    _remove(section, lambda node: node is title)
    terms = dict.fromkeys((*halves.values(), *_terms(section)))
    _remove(section, lambda node: isinstance(node, UNSAID) or ADDRESS.match(node.astext()))
    prose = [n for n in section.findall(nodes.TextElement) if not isinstance(n, nodes.Inline)]
    return {
        "id": label,
        "title": "\n".join(own) or _text(title.next_node(addnodes.desc_name) or title),
        "terms": [] if isinstance(section, addnodes.desc) else list(terms),  # there: parameters
        "code": code,
        "text": " ".join(filter(None, map(_text, _first_of(prose) if aside else prose))),
        "aside": int(aside),
    }


def _terms(section: nodes.Element) -> Iterator[str]:
    """Yield what a section sets in bold."""
    for node in section.findall(nodes.TextElement):
        if isinstance(node, nodes.strong):
            yield _text(node)


def _first_of(prose: Iterable[nodes.TextElement]) -> Iterable[nodes.TextElement]:
    """Return the first of several paragraphs, in each language."""
    firsts: dict[str, nodes.TextElement] = {}
    for paragraph in prose:
        firsts.setdefault(_language(paragraph), paragraph)
    return firsts.values()


def _language(node: nodes.Node) -> str:
    """Return the language of the block in which a paragraph stands; "" if it is in none."""
    while isinstance(node := node.parent, nodes.Element):
        if found := {"zh", "en"}.intersection(node.get("classes", [])):
            return found.pop()
    return ""


def _code(section: nodes.Element) -> Iterator[str]:
    """Yield the labels of a section's formulas and figures, and the functions that it calls."""
    for node in section.findall(nodes.Element):
        if isinstance(node, nodes.math_block) and node.get("label"):
            yield node["label"]
        elif isinstance(node, nodes.figure):
            yield from node["ids"]
        elif isinstance(node, nodes.literal_block):
            yield from (match[2] for match in FUNCTION.finditer(node.astext()))


def _halves(title: nodes.Element) -> Iterator[tuple[str, str]]:
    """Yield a title in each language that it has, in those of another edition too."""
    for node in title.findall(nodes.TextElement):
        for language in {"zh", "en"}.intersection(node["classes"]):
            yield language, _text(node)


def _remove(section: nodes.Element, unwanted: Callable[[nodes.Element], object]) -> None:
    for node in list(section.findall(nodes.Element)):
        if unwanted(node):
            node.parent.remove(node)


def _text(node: nodes.Element) -> str:
    """Return the words of a paragraph, with its formulas in plain letters."""
    parts = []
    for leaf in node.findall(nodes.Text):
        is_formula = isinstance(leaf.parent, nodes.math)
        parts.append(plain(leaf.astext()) if is_formula else leaf.astext())
    return re.sub(r"\s+", " ", "".join(parts)).strip()


def plain(latex: str) -> str:
    r"""Return a formula in plain letters, for a line of text: ``\lambda\|w\|_2`` is ``λ‖w‖₂``.

    The names of LaTeX's symbols are, by design, nearly all names of HTML's characters.
    """
    latex = latex.replace(r"\|", "‖").replace("-", "−")
    latex = re.sub(r"_\{?(\d+)\}?", lambda m: m[1].translate(SUBSCRIPTS), latex)
    latex = re.sub(r"\^\{?(−?\d+)\}?", lambda m: m[1].translate(SUPERSCRIPTS), latex)
    latex = re.sub(r"\\(?:math[a-z]+|operatorname|text)\{([^{}]*)\}", r"\1", latex)
    latex = re.sub(r"\\d?frac\{([^{}]*)\}\{([^{}]*)\}", r"\1/\2", latex)
    latex = re.sub(r"\\([A-Za-z]+)( ?)", _character, latex)
    return re.sub(r"\s+", " ", re.sub(r"\\.|[{}^_]", "", latex)).strip()


def _character(command: re.Match[str]) -> str:
    entity = f"&{COMMANDS.get(command[1], command[1])};"
    character = html.unescape(entity)
    if character == entity:
        return ""
    return character if character.isalpha() or character in "∇∂√" else character + command[2]


# ------------------------------------------------------------------ the index


def index(pages: Iterable[tuple[str, list[Section]]], other_names: dict[str, list[str]]) -> str:
    """Return the script that holds an edition's sections, page by page."""
    listed = [
        [
            page,
            [
                [
                    s["id"],
                    s["title"],
                    other_names.get(s["id"], []),
                    s["terms"],
                    s["code"],
                    s["text"],
                    s["aside"],
                ]
                for s in sections
            ],
        ]
        for page, sections in pages
    ]
    data = json.dumps(listed, ensure_ascii=False, separators=(",", ":"))
    return f"window.bookSections={data};\n"


def read_other_names(glossary: Path) -> dict[str, list[str]]:
    """Return other words for what a section is about, by its label: the glossary's, and our own."""
    names: dict[str, list[str]] = yaml.safe_load(OTHER_NAMES.read_text("utf-8"))
    for entry in entries_of(glossary):
        for name in entry.names.values():
            group = names.setdefault(entry.label, [])
            group += (name.term, *name.others)
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
        file = _folder(app) / f"{docname}.json"
        sections = sections_of(doctree, docname, EDITIONS[app.config.edition])
        write(file, json.dumps(sections, ensure_ascii=False))


def write_index(app: Sphinx, exception: Exception | None) -> None:
    """Write the index if it has changed."""
    if exception is not None or app.builder.name != "html":
        return
    in_order = [page for page in app.env.collect_relations() if page in app.env.found_docs]
    files = [(page, _folder(app) / f"{page}.json") for page in in_order]
    if not all(file.exists() for _, file in files):
        return  # the preview's first build writes the page that is open
    pages = [(page, json.loads(file.read_text("utf-8"))) for page, file in files]
    write(Path(app.outdir, INDEX), index(pages, read_other_names(Path(app.srcdir, "glossary.md"))))
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
