"""The book as paper has it: what is moved, dropped or added when it becomes one document.

The site's front page becomes a preface; solutions and the list of all equations go to the end,
with links both ways; the code that only draws is left to the site; a reference says on which page
its target stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from docutils import nodes
from sphinx import addnodes
from sphinx.builders.latex.nodes import thebibliography
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.texescape import escape

from book._ext.exercises import solution
from book._ext.languages.accessible import LITERAL
from book._ext.languages.bilingual import LANG
from book._ext.site.api import PAGE, leave_to_site, unlink, unwrap
from book._ext.site.parts import parts_of

if TYPE_CHECKING:
    from docutils.nodes import Element, Node
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.latex import LaTeXTranslator


class Words(NamedTuple):
    """What the rearranged book says of itself, in one language."""

    preface: str
    solutions: str
    solution_at: str
    equations: str
    equations_at: str
    exercise_at: str
    quotes: str  # the marks that close a quotation


WORDS = {
    "zh": Words(
        "前言",
        "习题解答",
        "解答",
        "全部公式",
        "清单在本书末尾：",
        "习题见",
        "」』”",
    ),
    "en": Words(
        "Preface",
        "Solutions",
        "Solution",
        "List of all equations",
        "The list is at the end: ",
        "Exercise",
        "”’",
    ),
}


CODE = (*LITERAL, nodes.doctest_block)


class page_reference(nodes.Inline, nodes.Element):  # noqa: N801 (docutils nodes are lower case)
    """The page on which ``target`` stands: a LaTeX label."""


class AddressesOfPublications(SphinxPostTransform):
    """Write the address of a publication out, where the site has a link: it needs no footnote."""

    default_priority = 390  # before Sphinx sets addresses as footnotes
    formats = ("latex",)

    def run(self, **_kwargs: Any) -> None:
        """Give each link of a publication its address as its text."""
        for publication in self.document.findall(nodes.citation):
            for link in publication.findall(nodes.reference):
                if address := link.get("refuri"):
                    link[:] = [nodes.Text(address)]


def rearrange(app: Sphinx, book: nodes.document, docname: str) -> None:
    """Turn the assembled pages into a book, when it is about to be written as LaTeX."""
    if app.builder.name != "latex":
        return
    words = WORDS["en" if app.config.edition == "en" else "zh"]
    _drop_drawing_code(book)
    _drop_buttons(book)
    _drop_other_language(book, app.config.edition)
    _drop_marks_of_language(book)
    if app.config.edition == "en":
        _curl_quotes(book)
    _drop_targets(book)
    _drop_contents_of_pages(book)
    unlink(book, f"%{PAGE}#")
    parts = {part.pages[0]: part.caption for part in parts_of(app.env)}
    pages = _chapters(book)
    for page in pages:
        if page["docname"] == PAGE:
            leave_to_site(page, app.config)
            _let_lines_be_ragged(next(page.findall(nodes.bullet_list)))
    root = next(book.findall(nodes.section))
    title, *front = root.children
    for image in (image for part in front for image in part.findall(nodes.image)):
        image["width"] = "57%"  # the preface is one page
    root.children = [title]
    root += _raw(rf"\unnumberedchapter{{{words.preface}}}")
    root += nodes.section("", *front)  # its sections are no chapters
    root += [node for page in pages for node in (*_beginning(page, parts, app.env), page)]
    _move_bibliography(book, pages)
    solutions = _solutions(pages, words)
    appendices = [*([solutions] if solutions else []), *_list_of_equations(pages, words)]
    if appendices:
        root += [_raw(r"\appendix"), *appendices]
    for reference in list(book.findall(nodes.reference)):
        _add_page(reference, words)


# ------------------------------------------------------------------ what moves


def _chapters(book: nodes.document) -> list[addnodes.start_of_file]:
    """Take the pages out of the section of the front page that lists them."""
    pages = list(book.findall(addnodes.start_of_file))
    lists = {page.parent for page in pages}
    for page in pages:
        page.parent.remove(page)
    for compound in lists:
        section = compound.parent
        section.remove(compound)
        if all(isinstance(child, nodes.title) for child in section.children):
            section.parent.remove(section)
    return pages


def _beginning(
    page: addnodes.start_of_file, parts: dict[str, str], env: BuildEnvironment
) -> Iterator[nodes.raw]:
    """Yield what stands before the first page of a part: its title, and the end of numbers."""
    if title := parts.get(page["docname"]):
        numbered = env.toc_secnumbers.get(page["docname"])
        yield _raw(rf"\bookpart{{{escape(title)}}}" + ("" if numbered else r"\backmatter"))


def _let_lines_be_ragged(names: nodes.bullet_list) -> None:
    """Set the names of functions close, and do not stretch the few words between long ones."""
    place = names.parent.index(names)
    names.parent.insert(place + 1, _raw(r"\endgroup"))
    names.parent.insert(place, _raw(r"\begingroup\raggedright\footnotesize\closelist"))


def _drop_drawing_code(book: nodes.document) -> None:
    """Leave out the inputs that the site folds: they draw the figures."""
    for cell in book.findall(nodes.container):
        if "input" in cell.get("hide_mode", ""):
            for code in list(cell.findall(lambda node: _is(node, "cell_input"))):
                cell.remove(code)


def _drop_buttons(book: nodes.document) -> None:
    """Leave out the links with which the front page of the site begins."""
    for buttons in [n for n in book.findall(nodes.container) if "start" in n["classes"]]:
        buttons.parent.remove(buttons)


def _drop_other_language(book: nodes.document, edition: str) -> None:
    """Leave out the line that the front page shows in both languages, whatever the edition."""
    for block in list(book.findall(nodes.container)):
        if (
            f"language-{LANG[edition]}" not in block["classes"]
            and "pair" in block.parent["classes"]
        ):
            block.parent.remove(block)


def _curl_quotes(book: nodes.document) -> None:
    """Open and close quotations, which are written with straight marks: TeX would close all."""
    for part in book.findall(nodes.TextElement):
        if isinstance(part.parent, nodes.TextElement) or isinstance(part, CODE):
            continue
        marks = cycle("“”")
        for text in list(part.findall(nodes.Text)):
            first, *rest = text.split('"')
            if rest and not isinstance(text.parent, CODE):
                curled = first + "".join(next(marks) + words for words in rest)
                text.parent.replace(text, nodes.Text(curled))


def _drop_marks_of_language(book: nodes.document) -> None:
    """Unwrap the blocks and words that carry their language: an edition on paper has one."""
    for block in [*book.findall(nodes.container), *book.findall(nodes.inline)]:
        if any(name.startswith("language-") for name in block["classes"]):
            unwrap(block)


def _drop_targets(book: nodes.document) -> None:
    """Leave out the marks before sections: a section that moves takes its label along."""
    parts = [*book.findall(nodes.section), *book.findall(solution)]
    labels = {label for part in parts for label in part["ids"]}
    for target in [t for t in book.findall(nodes.target) if t.get("refid") in labels]:
        target.parent.remove(target)


def _drop_contents_of_pages(book: nodes.document) -> None:
    """Leave out what a long page lists of itself: the book has its contents in front."""
    for topic in [t for t in book.findall(nodes.topic) if "contents" in t["classes"]]:
        topic.parent.remove(topic)


def _solutions(pages: list[addnodes.start_of_file], words: Words) -> Element | None:
    """Move the solutions into a chapter of their own."""
    chapter = nodes.section("", nodes.title("", words.solutions), ids=["solutions"])
    for page in pages:
        found = list(page.findall(solution))
        if not found:
            continue
        group = nodes.section("", nodes.title("", "", *_title_of(page)))
        group += [_moved(page["docname"], answer, words) for answer in found]
        chapter += addnodes.start_of_file("", group, docname=page["docname"])
    return chapter if len(chapter) > 1 else None


def _moved(docname: str, answer: solution, words: Words) -> Element:
    """Take a solution out of its exercise; each is left with a link to the other."""
    exercise = cast(nodes.section, answer.parent)
    _, *content = answer.children
    label = answer["ids"][0]
    there = nodes.paragraph("", "", _link(docname, label, words.solution_at))
    exercise.replace(answer, there)
    back = _link(docname, exercise["ids"][0], "")
    back += _title_of(exercise)
    place = page_reference(target=f"{docname}:{exercise['ids'][0]}")
    where = nodes.paragraph("", words.exercise_at, place)
    title, together = nodes.title("", "", back), _raw(r"\nobreak")
    return nodes.section("", title, where, together, *content, ids=answer["ids"])


def _move_bibliography(book: nodes.document, pages: list[addnodes.start_of_file]) -> None:
    """Put the list of references, which Sphinx leaves at the end, back where it belongs."""
    for page in pages:
        for section in page.findall(nodes.section):
            if "references-list" in section["ids"]:
                for references in list(book.findall(thebibliography)):
                    references.parent.remove(references)
                    section += references


def _list_of_equations(pages: list[addnodes.start_of_file], words: Words) -> Iterator[Element]:
    """Move the list of all equations into an appendix."""
    for page in pages:
        for section in list(page.findall(nodes.section)):
            if "equations-list" in section["ids"]:
                link = _link(page["docname"], "equations-list", words.equations)
                section.replace_self(nodes.paragraph("", words.equations_at, link))
                section[0] = nodes.title("", words.equations)
                _refer_to_equations(section)
                yield addnodes.start_of_file("", section, docname=page["docname"])


def _refer_to_equations(section: nodes.section) -> None:
    """Put the number of each equation before its label."""
    for link in list(section.findall(nodes.reference)):
        page, _, label = link.get("refuri", "").removeprefix("%").partition("#equation-")
        if label:
            place = f"equation:{page}:{label}"
            link.replace_self(
                [
                    _raw(rf"(\ref{{{place}}})~"),
                    _raw(r"{\scriptsize "),
                    nodes.literal("", label),
                    _raw("}"),
                    page_reference(target=place, form="short"),
                ]
            )


# ------------------------------------------------------------------ links and pages


def _link(docname: str, label: str, text: str) -> nodes.reference:
    return nodes.reference("", text, internal=True, refuri=f"%{docname}#{label}")


def _title_of(part: Element) -> list[Node]:
    return [child.deepcopy() for child in next(part.findall(nodes.title)).children]


def _add_page(reference: nodes.reference, words: Words) -> None:
    """Say after a reference, or after the quotation mark that closes it, where it leads."""
    target = reference.get("refuri", "")
    parent = reference.parent
    is_term = any("std-term" in child["classes"] for child in reference.findall(nodes.inline))
    if not target.startswith("%") or isinstance(parent, nodes.title) or is_term:
        return
    document, _, label = target[1:].partition("#")
    page = page_reference(target=f"{document}:{label or ':doc'}")
    place = parent.index(reference) + 1
    following = parent[place] if place < len(parent) else None
    if isinstance(following, nodes.Text) and following[:1] in words.quotes:
        parent[place : place + 1] = [nodes.Text(following[:1]), page, nodes.Text(following[1:])]
    else:
        parent.insert(place, page)


def _is(node: Node, name: str) -> bool:
    return isinstance(node, nodes.container) and name in node["classes"]


def _raw(latex: str) -> nodes.raw:
    return nodes.raw("", latex, format="latex")


def visit_page(self: LaTeXTranslator, node: page_reference) -> None:
    """Write the number of the page."""
    command = "shortpagereference" if node.get("form") == "short" else "pagereference"
    self.body.append(rf"\{command}{{{self.idescape(node['target'])}}}")


def depart(self: Any, node: Element) -> None:
    """Write nothing: there is nothing to close."""


def setup(app: Sphinx) -> ExtensionMetadata:
    """Rearrange after all others have filled the pages."""
    app.add_post_transform(AddressesOfPublications)
    app.add_node(page_reference, latex=(visit_page, depart))
    app.connect("doctree-resolved", rearrange, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
