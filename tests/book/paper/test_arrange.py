"""The book rearranged for paper: what is moved, what is left out, and that links follow."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.utils import new_document
from hypothesis import given
from hypothesis import strategies as st
from sphinx import addnodes
from sphinx.builders.latex.nodes import thebibliography
from sphinx.util import texescape

from book._ext.exercises import solution, solution_title
from book._ext.paper.arrange import (
    AddressesOfPublications,
    page_reference,
    rearrange,
    visit_page,
)


def section(label: str, title: str, *content: nodes.Node) -> nodes.section:
    return nodes.section("", nodes.title("", title), *content, ids=[label])


def words(text: str) -> nodes.paragraph:
    return nodes.paragraph("", text)


def page(name: str, *content: nodes.Node) -> addnodes.start_of_file:
    """Return a page as Sphinx puts it into the assembled book."""
    return addnodes.start_of_file("", section(name, f"Title of {name}", *content), docname=name)


def link(target: str, text: str = "there", *, term: bool = False) -> nodes.reference:
    inline = nodes.inline("", text, classes=["std-term" if term else "std-ref"])
    return nodes.reference("", "", inline, refuri=target, internal=True)


def book(*pages: addnodes.start_of_file, front: list[nodes.Node] | None = None) -> nodes.document:
    """Return the assembled book: the front page, which lists the pages."""
    document = new_document("index", get_default_settings())
    listed = nodes.compound("", *pages, classes=["toctree-wrapper"])
    contents = section("contents", "Contents", listed)
    document += section("index", "Book", *(front or [words("Preface words.")]), contents)
    return document


def arranged(
    document: nodes.document,
    edition: str = "en",
    builder: str = "latex",
    parts: dict[str, list[str]] | None = None,
    numbered: Sequence[str] = (),
) -> nodes.section:
    """Return the book after it was rearranged; ``parts`` lists pages under titles of parts."""
    front = new_document("index", get_default_settings())
    for title, names in (parts or {}).items():
        part = {"caption": title, "titles": {"en": title}, "name": "", "includefiles": names}
        front += addnodes.toctree("", **part)
    numbers = {name: {"": (1,)} for name in numbered}
    config = SimpleNamespace(edition=edition, book_url="https://example.org", root_doc="index")
    env = SimpleNamespace(config=config, tocs={"index": front}, toc_secnumbers=numbers)
    app = SimpleNamespace(builder=SimpleNamespace(name=builder), config=config, env=env)
    rearrange(app, document, "index")  # type: ignore[arg-type]
    [root] = [child for child in document.children if isinstance(child, nodes.section)]
    return root


def titles(part: nodes.Element) -> list[str]:
    return [title.astext() for title in part.findall(nodes.title)]


def places(part: nodes.Element) -> list[str]:
    """Return the labels whose pages are named, in order."""
    return [place["target"] for place in part.findall(page_reference)]


# ------------------------------------------------------------------ pages


def test_the_front_page_becomes_a_preface_and_its_pages_chapters() -> None:
    root = arranged(book(page("one"), page("two"), front=[words("Preface words.")]))
    preface, said, *chapters = root.children[1:]
    assert preface.astext() == r"\unnumberedchapter{Preface}"
    assert said.astext() == "Preface words."
    assert [chapter["docname"] for chapter in chapters] == ["one", "two"]
    assert titles(root) == ["Book", "Title of one", "Title of two"]


def test_a_part_is_named_before_its_first_page_and_pages_without_number_end_the_chapters() -> None:
    texescape.init()  # as Sphinx does for its builders
    parts = {"": ["zero"], "Facts & figures": ["one", "two"], "Reference": ["three"]}
    pages = [page(name) for names in parts.values() for name in names]
    root = arranged(book(*pages), parts=parts, numbered=["zero", "one", "two"])
    order = [
        child["docname"] if isinstance(child, addnodes.start_of_file) else child.astext()
        for child in root.children[3:]
    ]
    first, last = r"\bookpart{Facts \& figures}", r"\bookpart{Reference}\backmatter"
    assert order == ["zero", first, "one", "two", last, "three"]


def test_the_section_that_listed_pages_stays_if_it_says_something_itself() -> None:
    document = book(page("one"))
    [contents] = [s for s in document.findall(nodes.section) if s["ids"] == ["contents"]]
    contents.insert(1, words("Read them in order."))
    assert titles(arranged(document)) == ["Book", "Contents", "Title of one"]


def test_the_site_is_not_rearranged() -> None:
    document = book(page("one", section("one-a", "A", words("“")), words('"quoted"')))
    before = document.pformat()
    arranged(document, builder="html")
    assert document.pformat() == before


def test_pictures_of_the_preface_are_narrow_and_others_keep_their_width() -> None:
    front, inner = nodes.image(uri="front.png"), nodes.image(uri="inner.png")
    arranged(book(page("one", inner), front=[nodes.figure("", front)]))
    assert front["width"] == "57%"
    assert "width" not in inner


def test_sections_of_the_front_page_stand_below_the_preface_and_its_buttons_are_left_out() -> None:
    buttons = nodes.container("", words("Start here"), classes=["start"])
    example = section("example", "Example", words("An example."))
    root = arranged(book(page("one"), front=[words("Preface words."), buttons, example]))
    _, preface, below, chapter = root.children
    assert preface.astext() == r"\unnumberedchapter{Preface}"
    assert isinstance(below, nodes.section)  # without a title: one level more
    assert [child.astext() for child in below] == ["Preface words.", example.astext()]
    assert titles(below) == ["Example"]
    assert chapter["docname"] == "one"


# ------------------------------------------------------------------ what is left out


def cell(mode: str) -> nodes.container:
    code = nodes.container("", nodes.literal_block("", "draw()"), classes=["cell_input"])
    output = nodes.container("", words("drawn"), classes=["cell_output"])
    return nodes.container("", code, output, classes=["cell"], hide_mode=mode)


@pytest.mark.parametrize(("mode", "left"), [("input", "drawn"), ("", "draw()\n\ndrawn")])
def test_code_that_the_site_folds_is_left_to_the_site_with_its_output_kept(
    mode: str, left: str
) -> None:
    drawing = cell(mode)
    arranged(book(page("one", drawing)))
    assert drawing.astext() == left


@pytest.mark.parametrize(("edition", "kept"), [("zh", "中文"), ("en", "English")])
def test_of_a_pair_in_all_editions_the_edition_keeps_its_own(edition: str, kept: str) -> None:
    pair = nodes.container(
        "",
        nodes.container("", words("中文"), classes=["zh", "language-zh-Hans"]),
        nodes.container("", words("English"), classes=["en", "language-en"]),
        classes=["pair"],
    )
    root = arranged(book(page("one"), front=[pair]), edition)
    assert [n.astext() for n in root.findall(nodes.paragraph)] == [kept]


def test_no_mark_of_a_language_is_left_and_no_word_is_lost() -> None:
    marked = nodes.inline("", "梯度", classes=["language-zh-Hans"])
    block = nodes.container(
        "", nodes.paragraph("", "the ", marked, nodes.Text(" here")), classes=["language-en"]
    )
    root = arranged(book(page("one", block)))
    assert "the 梯度 here" in root.astext()
    assert "language-" not in root.pformat()


def test_marks_before_sections_go_and_others_stay() -> None:
    other = nodes.target(refid="elsewhere")
    root = arranged(book(page("one", nodes.target(refid="one-a"), section("one-a", "A"), other)))
    assert list(root.findall(nodes.target)) == [other]


def test_contents_of_a_page_are_left_out() -> None:
    contents = nodes.topic("", nodes.title("", "On this page"), classes=["contents"])
    note = nodes.topic("", nodes.title("", "A note"))
    assert titles(arranged(book(page("one", contents, note)))) == [
        "Book",
        "Title of one",
        "A note",
    ]


def test_the_api_keeps_names_and_nobody_links_to_what_is_left_to_the_site() -> None:
    signature = addnodes.desc_signature("", "", fullname="relu")
    described = addnodes.desc("", signature, addnodes.desc_content("", words("Docstring.")))
    described["objtype"] = "function"
    api = page("api", section("api-mlp", "Activations", described))
    text = nodes.paragraph("", "Use ", link("%api#dlref.relu", "relu"), nodes.Text("."))
    root = arranged(book(page("one", text), api))
    assert "Docstring." not in root.astext()
    assert "Activations: relu" in root.astext()
    assert text.astext() == "Use relu."
    assert list(text.findall(nodes.reference)) == []
    raw = [node.astext() for node in root.findall(nodes.raw)]
    assert raw[-2:] == [r"\begingroup\raggedright\footnotesize\closelist", r"\endgroup"]
    [names] = root.findall(nodes.bullet_list)
    place = names.parent.index(names)
    assert [names.parent[place - 1].astext(), names.parent[place + 1].astext()] == raw[-2:]


# ------------------------------------------------------------------ quotations

QUOTED = st.text(alphabet='ab ".', max_size=12)


@given(st.lists(QUOTED, max_size=5))
def test_straight_quotes_are_opened_and_closed_in_turn_and_nothing_else_changes(
    parts: list[str],
) -> None:
    text = nodes.paragraph("", *(nodes.emphasis("", part) for part in parts if part))
    before = text.astext()
    arranged(book(page("one", text)))
    marks = [mark for mark in text.astext() if mark in "“”"]
    assert text.astext().replace("“", '"').replace("”", '"') == before
    assert marks == (["“", "”"] * len(marks))[: len(marks)]
    assert '"' not in text.astext()


def test_code_keeps_its_quotes_and_they_do_not_count() -> None:
    code, block = nodes.literal("", 'a"b'), nodes.doctest_block("", '>>> "c"')
    text = nodes.paragraph("", 'He "', nodes.Text("said "), code, nodes.Text('".'))
    arranged(book(page("one", text, block)))
    assert text.astext() == 'He “said a"b”.'
    assert block.astext() == '>>> "c"'


def test_chinese_keeps_its_quotes() -> None:
    text = words('他说"好"')
    arranged(book(page("one", text)), "zh")
    assert text.astext() == '他说"好"'


# ------------------------------------------------------------------ solutions


def exercise(name: str, number: int) -> nodes.section:
    answer = solution("", ids=[f"{name}-solution-{number}"])
    answer += [solution_title("", "Solution"), words(f"Answer {number} of {name}.")]
    label = f"{name}-exercise-{number}"
    return section(label, f"Exercise {label}", words("A question."), answer)


def test_solutions_stand_in_a_chapter_at_the_end_with_links_both_ways() -> None:
    root = arranged(
        book(
            page("one", section("one-exercises", "Exercises", exercise("one", 1))),
            page(
                "two", section("two-exercises", "Exercises", exercise("two", 1), exercise("two", 2))
            ),
            page("three"),
        )
    )
    appendix, chapter = root.children[-2:]
    assert appendix.astext() == r"\appendix"
    assert titles(chapter) == [
        "Solutions",
        "Title of one",
        "Exercise one-exercise-1",
        "Title of two",
        "Exercise two-exercise-1",
        "Exercise two-exercise-2",
    ]
    answers = [p.astext() for p in chapter.findall(nodes.paragraph) if "Answer" in p.astext()]
    assert answers == ["Answer 1 of one.", "Answer 1 of two.", "Answer 2 of two."]
    moved = [s["ids"][0] for s in chapter.findall(nodes.section) if "solution-" in str(s["ids"])]
    assert moved == ["one-solution-1", "two-solution-1", "two-solution-2"]
    assert list(root.findall(solution)) == []
    for name in moved:
        question = name.replace("solution", "exercise")
        [there] = [r for r in root.findall(nodes.reference) if r["refuri"].endswith(f"#{name}")]
        [back] = [r for r in root.findall(nodes.reference) if r["refuri"].endswith(f"#{question}")]
        assert there.parent.parent["ids"] == [question]
        assert there.astext() == "Solution"
        assert back.parent.parent["ids"] == [name]
    assert f"one:{moved[0]}" in places(root)
    assert "one:one-exercise-1" in places(chapter)


def test_a_book_without_exercises_has_no_chapter_of_solutions_and_no_appendix() -> None:
    root = arranged(book(page("one")))
    assert "Solutions" not in titles(root)
    assert r"\appendix" not in [node.astext() for node in root.findall(nodes.raw)]


# ------------------------------------------------------------------ lists of the whole book


def test_the_list_of_equations_is_an_appendix_that_its_page_refers_to() -> None:
    row = nodes.paragraph("", "", link("%one#equation-eq-loss", "eq-loss"))
    listed = section("equations-list", "List", row)
    root = arranged(book(page("one"), page("equations", words("About."), listed)), "en")
    appendix = root.children[-1]
    assert titles(appendix) == ["List of all equations"]
    assert "(\\ref{equation:one:eq-loss})~" in appendix.astext()
    assert [(p["target"], p.get("form")) for p in appendix.findall(page_reference)] == [
        ("equation:one:eq-loss", "short")
    ]
    [chapter] = [c for c in root.children if c.get("docname") == "equations"][:1]
    assert "The list is at the end: List of all equations" in chapter.astext()
    assert places(chapter) == ["equations:equations-list"]


def test_the_references_stand_in_their_chapter() -> None:
    listed = section("references-list", "References")
    document = book(page("references", listed), page("about"))
    document += thebibliography("", words("[1] A work."))
    root = arranged(document)
    assert listed.astext() == "References\n\n[1] A work."
    assert [type(child) for child in document.children] == [nodes.section]
    assert titles(root)[-1] == "Title of about"


# ------------------------------------------------------------------ pages of references


def said(*children: nodes.Node, edition: str = "en") -> nodes.paragraph:
    paragraph = nodes.paragraph("", "", *children)
    arranged(book(page("one", paragraph)), edition)
    return paragraph


def test_a_reference_says_on_which_page_its_target_stands() -> None:
    paragraph = said(nodes.Text("See "), link("%two#two-a"), nodes.Text(", and "), link("%two"))
    assert places(paragraph) == ["two:two-a", "two::doc"]
    assert [type(child) for child in paragraph.children] == [
        nodes.Text,
        nodes.reference,
        page_reference,
        nodes.Text,
        nodes.reference,
        page_reference,
    ]


@pytest.mark.parametrize(
    ("edition", "closing"), [("en", "”"), ("en", "’"), ("zh", "」"), ("zh", "』")]
)
def test_the_page_stands_behind_the_mark_that_closes_a_quotation(
    edition: str, closing: str
) -> None:
    paragraph = said(link("%two#two-a"), nodes.Text(f"{closing} says"), edition=edition)
    assert [child.astext() for child in paragraph.children] == ["there", closing, "", " says"]


@pytest.mark.parametrize(
    "reference", [link("https://example.org"), link("%glossary#term-loss", term=True)]
)
def test_links_out_of_the_book_and_to_terms_name_no_page(reference: nodes.reference) -> None:
    assert places(said(reference.deepcopy())) == []


def test_a_link_in_a_title_names_no_page() -> None:
    titled = nodes.section("", nodes.title("", "", link("%two#two-a")), ids=["one-b"])
    assert places(arranged(book(page("one", titled)))) == []


@pytest.mark.parametrize(
    ("form", "command"), [({}, "pagereference"), ({"form": "short"}, "shortpagereference")]
)
def test_a_page_is_a_command_of_the_style(form: dict[str, str], command: str) -> None:
    writer = SimpleNamespace(body=[], idescape=lambda label: f"ID {label}")
    visit_page(writer, page_reference(target="two:two-a", **form))  # type: ignore[arg-type]
    assert writer.body == [f"\\{command}{{ID two:two-a}}"]


def test_the_address_of_a_publication_is_written_out() -> None:
    document = new_document("references", get_default_settings())
    address = nodes.reference("", "doi", refuri="https://doi.org/1")
    within = nodes.reference("", "[2]", refid="two")
    document += nodes.citation("", nodes.label("", "1"), nodes.paragraph("", "", address, within))
    outside = nodes.reference("", "site", refuri="https://example.org")
    document += nodes.paragraph("", "", outside)
    AddressesOfPublications(document).run()
    assert [r.astext() for r in (address, within, outside)] == ["https://doi.org/1", "[2]", "site"]
