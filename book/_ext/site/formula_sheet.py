"""The formula sheet: every displayed equation of the book, by part and chapter.

Formulas are MathML alone, a third of what KaTeX makes of them beside: a page of all of them would
not scroll smoothly.  A row has the number, the state and the meaning; how each equation was run is
a table in a fold.  It is one piece of HTML, where nodes of docutils would double the elements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any

from docutils import nodes
from markupsafe import Markup

from book._ext.languages.bilingual import LANG, say, spoken, title_in
from book._ext.languages.formulas import worded
from book._ext.site.katex import render
from book._ext.site.parts import parts_of
from book._ext.truth.evidence import VOICES, Chinese, English
from eqcheck.sphinx.index import caught
from eqcheck.sphinx.nodes import equation_index
from eqcheck.sphinx.results import results_of
from eqcheck.sphinx.words import format_error, mark_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

FILTER = ("筛选公式", "Filter the formulas")
HINT = ("名称、编号或 LaTeX", "a name, a number, or LaTeX")
AUDIT = ("每个公式怎样验算", "How each equation was checked")
NUMBER = ("编号", "Number")
REST = ("其他各页", "Other pages")
# A browser puts no space between the name of a function and what it is applied to.
APPLIED = re.compile("<mo>\u2061</mo>(?!<mo)")
CONTENT = re.compile("<semantics>(.*)<annotation", re.DOTALL)

Result = dict[str, Any]


def write_sheet(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Write the sheet where a page of the site asks for all equations; other forms have a list."""
    if app.builder.name == "html":
        for place in list(doctree.findall(equation_index)):
            place.replace_self(nodes.raw("", sheet(app, docname), format="html"))


def sheet(app: Sphinx, docname: str) -> str:
    """Return the sheet as HTML."""
    edition = app.config.edition
    filter_, hint = (say(edition, *words) for words in (FILTER, HINT))
    return (
        f'<div class="formula-sheet"><p class="sheet-filter pst-js-only"><label>{filter_} '
        f'<input type="search" placeholder="{hint}"></label> <output></output></p>\n'
        f"{''.join(_groups(app, docname))}</div>\n"
        f'<details class="audit"><summary>{spoken(edition, *AUDIT)}</summary>'
        f'<div class="pst-scrollable-table-container">{_audit(app)}</div></details>\n'
    )


def _groups(app: Sphinx, docname: str) -> Iterator[str]:
    """Yield the parts of the book, each with its chapters, and then what is in no part."""
    results = {page: found["equations"] for page, found in results_of(app.env).items()}
    parts = [(part.titles, part.pages) for part in parts_of(app.env)]
    placed = {page for _, pages in parts for page in pages}
    rest = [page for page in app.env.collect_relations() if page not in placed]
    for titles, pages in [*parts, (dict(zip(LANG, REST, strict=True)), rest)]:
        chapters = [_chapter(app, docname, page, results[page]) for page in pages if results[page]]
        if chapters:
            title = spoken(app.config.edition, titles["zh"], titles["en"])
            yield f"<section><h3>{title}</h3>\n{''.join(chapters)}</section>\n"


def _chapter(app: Sphinx, docname: str, page: str, results: list[Result]) -> str:
    """Return a chapter's title, and its equations."""
    address = app.builder.get_relative_uri(docname, page)
    rows = "".join(_row(app, address, page, result) for result in results)
    title = f'<a href="{address}">{_title(app, page)}</a>'
    return f"<section><h4>{title}</h4>\n<ul>{rows}</ul></section>\n"


def _title(app: Sphinx, page: str) -> Markup:
    """Return the number and the title of a page."""
    number = ".".join(map(str, app.env.toc_secnumbers.get(page, {}).get("", ())))
    zh, en = (title_in(app.env.titles[page], language) for language in LANG)
    words = escape(zh) if zh == en else spoken(app.config.edition, zh, en)
    return Markup(f"{number}. {words}" if number else words)


def _row(app: Sphinx, address: str, page: str, result: Result) -> str:
    """Return a row: number, state, meaning and formula; its source can be found as well."""
    label, latex = result["label"], result["latex"]
    mark, state = mark_of(result), _state(result)
    kind = {"✓": "checked", "✗": "wrong"}.get(mark, "other")
    means = spoken(app.config.edition, *result["means"]) if result["means"] else escape(label)
    told = escape(say(app.config.edition, *state))
    return (
        f'<li data-find="{escape(f"{label} {latex}")}">'
        f'<a class="reference internal" href="{address}#equation-{label}">'
        f"({_number(app, page, label)})</a> "
        f'<span class="{kind}" title="{told}">{mark}</span> '
        f"<span>{means}</span>{_mathml(worded(latex, app.config.edition))}</li>\n"
    )


def _state(result: Result) -> list[str]:
    return [words.state(result) for words in VOICES.values()]


def _number(app: Sphinx, page: str, label: str) -> str:
    numbers = app.env.toc_fignumbers.get(page, {}).get("displaymath", {})
    return ".".join(map(str, numbers.get(f"equation-{label}", ())))


def _mathml(latex: str) -> str:
    """Return a formula as MathML, without its source and the wrapping that goes with it."""
    content = CONTENT.search(render(latex, display=True, output="mathml"))
    assert content is not None
    spaced = APPLIED.sub('<mo rspace="0.17em">\u2061</mo>', content[1])
    return f'<math display="block">{spaced}</math>'


def _audit(app: Sphinx) -> str:
    """Return the table of what running the equations found."""
    edition = app.config.edition
    headings = zip(Chinese.HEADINGS, English.HEADINGS, strict=True)
    head = "".join(f"<th>{spoken(edition, *words)}</th>" for words in (NUMBER, *headings))
    rows = []
    for page in app.env.collect_relations():
        for result in results_of(app.env)[page]["equations"]:
            kinds = (words.kind(result["kind"]) for words in VOICES.values())
            cells = (
                _number(app, page, result["label"]),
                result["label"],
                say(edition, *kinds),
                f"{mark_of(result)} {say(edition, *_state(result))}",
                format_error(result["error"]),
                result["draws"] or "",
                caught(result),
            )
            row = "".join(f"<td>{escape(str(cell))}</td>" for cell in cells)
            rows.append(f"<tr>{row}</tr>\n")
    head = f"<thead><tr>{head}</tr></thead>"
    return f'<table class="audit">{head}<tbody>{"".join(rows)}</tbody></table>'


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect to the build, before other forms are given their list."""
    app.connect("doctree-resolved", write_sheet, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
