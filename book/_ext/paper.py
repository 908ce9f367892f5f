"""The book as paper has it: what is moved, dropped or added when it becomes one document.

The site's front page becomes a preface; solutions and the list of all equations go to the end,
with links both ways; the code that only draws is left to the site; a reference says on which page
its target stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from docutils import nodes
from sphinx import addnodes

from book._ext.exercises import solution

if TYPE_CHECKING:
    from docutils.nodes import Element, Node
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.latex import LaTeXTranslator


class Words(NamedTuple):
    """What the rearranged book says of itself, in one language."""

    preface: str
    solutions: str
    solution_at: str
    equations_at: str
    quotes: str


WORDS = {
    "zh": Words("关于本书", "习题解答", "解答", "清单在本书末尾：", "」』”"),
    "en": Words("About this book", "Solutions", "Solution", "The list is at the end: ", "”’"),
}


class page_reference(nodes.Inline, nodes.Element):  # noqa: N801 (docutils nodes are lower case)
    """The page on which ``target`` stands: a LaTeX label."""


def rearrange(app: Sphinx, book: nodes.document, docname: str) -> None:
    """Turn the assembled pages into a book, when it is about to be written as LaTeX."""
    if app.builder.name != "latex":
        return
    words = WORDS["en" if app.config.edition == "en" else "zh"]
    _drop_drawing_code(book)
    _drop_marks_of_language(book)
    pages = _chapters(book)
    root = next(book.findall(nodes.section))
    title, *front = root.children
    root.children = [title]
    root += _raw(rf"\unnumberedchapter{{{words.preface}}}")
    root += front
    root += pages
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


def _drop_drawing_code(book: nodes.document) -> None:
    """Leave out the inputs that the site folds: they draw the figures."""
    for cell in book.findall(nodes.container):
        if "input" in cell.get("hide_mode", ""):
            for code in [c for c in cell.children if "cell_input" in c["classes"]]:  # type: ignore[index]
                cell.remove(code)


def _drop_marks_of_language(book: nodes.document) -> None:
    """Unwrap the blocks and words that carry their language: an edition on paper has one."""
    for block in list(book.findall(lambda node: isinstance(node, (nodes.container, nodes.inline)))):
        if any(name.startswith("language-") for name in block["classes"]):
            place = block.parent.index(block)
            block.parent[place : place + 1] = block.children


def _solutions(pages: list[addnodes.start_of_file], words: Words) -> Element | None:
    """Move the solutions into a chapter of their own."""
    chapter = nodes.section("", nodes.title("", words.solutions), ids=["solutions"])
    for page in pages:
        found = list(page.findall(solution))
        if not found:
            continue
        heading = cast(nodes.section, page[0])[0]
        group = nodes.section("", nodes.title("", "", *_copies(heading)))
        for number, answer in enumerate(found, start=1):
            group += _moved(page["docname"], answer, number, words)
        chapter += addnodes.start_of_file("", group, docname=page["docname"])
    return chapter if len(chapter) > 1 else None


def _moved(docname: str, answer: solution, number: int, words: Words) -> Element:
    """Take a solution out of its exercise; each is left with a link to the other."""
    exercise = cast(nodes.section, answer.parent)
    _, *content = answer.children
    label = answer["ids"][0]
    there = nodes.paragraph("", "", _link(docname, label, words.solution_at))
    exercise.replace(answer, there)
    back = _link(docname, exercise["ids"][0], "")
    back += _copies(exercise[0])
    return nodes.section("", nodes.title("", "", back), *content, ids=answer["ids"])


def _list_of_equations(pages: list[addnodes.start_of_file], words: Words) -> Iterator[Element]:
    """Move the list of all equations into an appendix."""
    for page in pages:
        for section in list(page.findall(nodes.section)):
            if "equations-list" in section["ids"]:
                link = _link(page["docname"], "equations-list", section[0].astext())
                place = section.parent.index(section)
                if isinstance(section.parent[place - 1], nodes.target):
                    del section.parent[place - 1]  # the label moves with its section
                section.replace_self(nodes.paragraph("", words.equations_at, link))
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
                    nodes.literal("", label),
                    page_reference(target=place, form="short"),
                ]
            )


# ------------------------------------------------------------------ links and pages


def _link(docname: str, label: str, text: str) -> nodes.reference:
    return nodes.reference("", text, internal=True, refuri=f"%{docname}#{label}")


def _copies(title: Node) -> list[Node]:
    return [child.deepcopy() for child in cast(nodes.Element, title).children]


def _add_page(reference: nodes.reference, words: Words) -> None:
    """Say after a reference, or after the quotation mark that closes it, where it leads."""
    target = reference.get("refuri", "")
    parent = reference.parent
    if not target.startswith("%") or isinstance(parent, nodes.title):
        return
    document, _, label = target[1:].partition("#")
    page = page_reference(target=f"{document}:{label or ':doc'}")
    place = parent.index(reference) + 1
    following = parent[place] if place < len(parent) else None
    if isinstance(following, nodes.Text) and following[:1] in words.quotes:
        parent[place : place + 1] = [nodes.Text(following[:1]), page, nodes.Text(following[1:])]
    else:
        parent.insert(place, page)


def _raw(latex: str) -> nodes.raw:
    return nodes.raw("", latex, format="latex")


def visit_page(self: LaTeXTranslator, node: page_reference) -> None:
    """Write the number of the page."""
    command = "shortpagereference" if node.get("form") == "short" else "pagereference"
    self.body.append(rf"\{command}{{{self.idescape(node['target'])}}}")


def depart(self: Any, node: Element) -> None:
    """Nothing is open."""


def setup(app: Sphinx) -> ExtensionMetadata:
    """Rearrange after all others have filled the pages."""
    app.add_node(page_reference, latex=(visit_page, depart))
    app.connect("doctree-resolved", rearrange, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
