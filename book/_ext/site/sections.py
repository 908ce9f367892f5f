"""What a page gives the search: its sections, and entries of what readers look up by its name.

A section is its title, its terms (set in bold), its code (functions that it calls), its text.  What
is only looked up is an entry: a formula or a figure under its number, a symbol with its meaning, a
term of the glossary, a work, a function.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from docutils import nodes
from sphinx import addnodes

from book._ext.exercises import solution
from book._ext.languages.accessible import language_of
from book._ext.languages.bilingual import NUMBERED
from book._ext.letters import plain
from book._ext.site.errata import correction, correction_title
from eqcheck.sphinx.nodes import equation_evidence, symbols_box

# What a section is to the search.
EXPLAINS = 0
ASIDE = 1  # it mentions a concept, rather than explains it: it comes last, with a sentence
NAMED = 2  # it is found by its name alone
LOCAL = 3  # so, and the name may mean something else elsewhere

LISTS = re.compile(
    r"(?:about|api|equations|errata|glossary)#.*|references#id.*|.*-exercise(?:s|-\d+)"
)
AGAIN = re.compile(r".*-(?:reading|remember)")  # what a chapter has said, and works, found anyway
SYMBOLS = "notation-symbols"  # the section whose table says what letters mean in the first place
TITLES = (nodes.title, nodes.term, nodes.label, correction_title, addnodes.desc_signature)
UNSAID = (
    nodes.literal_block,
    nodes.doctest_block,
    nodes.math_block,
    nodes.Invisible,
    solution,
    equation_evidence,
    symbols_box,
)
UNSAID_CLASSES = {
    "toctree-wrapper",
    "equations",
    "equations-page",
    "glossary-index",
    "glossary-where",
    "output-label",
}
CHAPTER = {"zh": "第 %s 章", "en": "chapter %s"}
SENTENCE = re.compile(r".*?(?:[。？！]|[.?!](?= |$))")
ADDRESS = re.compile(r"https?:|doi:|arXiv:")
TYPED = re.compile(r"[^\W\d_][\u0300-\u036f]?")  # a symbol that readers can type
FUNCTION = re.compile(r"\bdlref\.([a-z_]+\.)?([A-Za-z_]\w*)")
COMMAND = re.compile(r"\\(?:text|operatorname|boldsymbol|math[a-z]+|top|left|right)(?![a-z])")
ACCENTED = re.compile(r"\\(hat|bar|tilde)(?![a-z])\W*(\w)")

Section = dict[str, Any]


class Page(NamedTuple):
    """What must be known of a page besides what it says."""

    name: str
    languages: tuple[str, ...]
    numbers: dict[str, str]  # of its formulas and figures, by their ids; of the chapter: ""
    says: str = ""  # the language of the texts that are wanted, if not all are


def sections_of(doctree: nodes.document, page: Page) -> list[Section]:
    """Return the sections of a page, each without its subsections, and its entries."""
    copy = doctree.deepcopy()
    _remove(copy, lambda node: page.says and _is_of_another(node, page.says))
    found = []
    for node in reversed([node for node in copy.findall(nodes.Element) if _is_section(node)]):
        found.append(_read(node, page))
        node.parent.remove(node)
    return [s for s in reversed(found) if s["id"] and not AGAIN.fullmatch(s["id"])]


def _is_of_another(node: nodes.Element, language: str) -> bool:
    """Tell what is said in another language, but for names, and for its words within ours."""
    is_other = language_of(node) not in (None, language) and language_of(node.parent) is None
    return is_other and not any(_around(node, kind) for kind in TITLES)


def _is_section(node: nodes.Element) -> bool:
    """Tell sections and entries."""
    if isinstance(node, nodes.definition_list_item):
        return isinstance(node.parent, nodes.Element) and "glossary" in node.parent["classes"]
    if isinstance(node, nodes.row):
        return _is_symbol(node)
    if isinstance(node, (nodes.figure, nodes.math_block)):
        return bool(node["ids"])
    return isinstance(node, (nodes.section, nodes.citation, correction, addnodes.desc))


def _is_symbol(row: nodes.row) -> bool:
    """Tell what a table of symbols says of one from its header and from rows of other tables."""
    box = _around(row, symbols_box) or _around(row, nodes.section)
    is_listed = isinstance(box, symbols_box) or (box is not None and SYMBOLS in box["ids"])
    return is_listed and any(TYPED.fullmatch(plain(latex)) for latex in _symbols(row))


def _symbols(row: nodes.row) -> list[str]:
    """Return the symbols that a row of a table explains."""
    return [formula.astext() for formula in row.children[0].findall(nodes.math)]


def _around(node: nodes.Node, kind: type[nodes.Element]) -> nodes.Element | None:
    while (node := node.parent) is not None:
        if isinstance(node, kind):
            return node
    return None


def _read(node: nodes.Element, page: Page) -> Section:
    if isinstance(node, nodes.row):
        return _symbol(node, page)
    if isinstance(node, nodes.math_block):
        return _formula(node, page)
    if isinstance(node, nodes.figure):
        return _figure(node, page)
    return _section(node, page)


# ------------------------------------------------------------------ sections


def _section(section: nodes.Element, page: Page) -> Section:
    title = next(node for node in section.findall() if isinstance(node, TITLES))
    label = next(iter(section["ids"] or title["ids"]), "")
    aside = LISTS.fullmatch(f"{page.name}#{label}") is not None
    _remove(section, lambda node: not UNSAID_CLASSES.isdisjoint(node.get("classes", [])))
    names, code = dict(_halves(title)), list(dict.fromkeys(_functions(section)))
    own = [names.pop(language) for language in page.languages if language in names]
    _remove(section, lambda node: node is title)
    numbered = _chapter(page) if label == page.name else ()
    terms = dict.fromkeys((*numbered, *names.values(), *_terms(section)))
    _remove(section, lambda node: isinstance(node, UNSAID) or ADDRESS.match(node.astext()))
    prose = [n for n in section.findall(nodes.TextElement) if not isinstance(n, nodes.Inline)]
    is_whole = not aside or isinstance(section, (nodes.definition_list_item, nodes.citation))
    text = map(_text, prose) if is_whole else _first_sentences(prose)
    return {
        "id": label,
        "title": "\n".join(own) or _text(title.next_node(addnodes.desc_name) or title),
        "terms": [] if isinstance(section, addnodes.desc) else list(terms),  # there: parameters
        "code": code,
        "text": " ".join(filter(None, text)),
        "kind": ASIDE if aside else EXPLAINS,
    }


def _chapter(page: Page) -> Iterator[str]:
    """Yield what a chapter is called by its number."""
    if number := page.numbers.get(""):
        yield from (CHAPTER[language] % number for language in page.languages)


def _terms(section: nodes.Element) -> Iterator[str]:
    """Yield what a section sets in bold."""
    for node in section.findall(nodes.TextElement):
        if isinstance(node, nodes.strong):
            yield _text(node)


def _functions(section: nodes.Element) -> Iterator[str]:
    """Yield the functions that a section calls."""
    for node in section.findall(nodes.literal_block):
        yield from (match[2] for match in FUNCTION.finditer(node.astext()))


def _first_sentences(prose: Iterable[nodes.Element]) -> Iterator[str]:
    """Yield the first sentence in each language."""
    firsts: dict[str | None, str] = {}
    for paragraph in prose:
        firsts.setdefault(language_of(paragraph), _text(paragraph))
    for text in firsts.values():
        match = SENTENCE.match(text)
        yield match[0] if match else text


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
    return re.sub(r"\s+", " ", "".join(parts)).strip().removesuffix(" .")  # after an address


# ------------------------------------------------------------------ entries


def _formula(formula: nodes.math_block, page: Page) -> Section:
    number = page.numbers.get(formula["ids"][0], "")
    return _entry(NAMED, formula["ids"][0], f"({number})", plain(formula.astext())) | {
        "code": [formula["label"]]
    }


def _figure(figure: nodes.figure, page: Page) -> Section:
    number = page.numbers.get(figure["ids"][0], "")
    title = "\n".join(NUMBERED[language]["figure"] % number for language in page.languages)
    caption = figure.next_node(nodes.caption) or nodes.caption()
    halves = [half for half in caption.children if isinstance(half, nodes.inline)]
    text = " ".join(_first_sentences(halves or [caption]))
    names = {"terms": [f"fig {number}"], "code": figure["ids"][:1]}
    return _entry(ASIDE, figure["ids"][0], title, text) | names


def _symbol(row: nodes.row, page: Page) -> Section:
    letters, spoken = list(map(plain, _symbols(row))), map(_spoken, _symbols(row))
    meaning = row.children[-1]
    assert isinstance(meaning, nodes.Element)
    section = _around(row, nodes.section) or nodes.section(ids=[""])
    label = section["ids"][0]
    title = ", ".join(letters)
    names = [name for name in dict.fromkeys((*letters, *spoken)) if name != title]
    kind = NAMED if label == SYMBOLS else LOCAL
    return _entry(kind, label, title, _text(meaning)) | {"terms": names}


def _spoken(latex: str) -> str:
    r"""Return a symbol as one says it: ``\hat{\mathbf{y}}`` is "y hat"."""
    return " ".join(re.findall(r"\w+", ACCENTED.sub(r"\2 \1", COMMAND.sub("", latex))))


def _entry(kind: int, label: str, title: str, text: str) -> Section:
    return {"id": label, "title": title, "terms": [], "code": [], "text": text, "kind": kind}
