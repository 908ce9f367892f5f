"""What a page gives the search: its sections, and entries of what is looked up by its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.utils import new_document
from sphinx import addnodes

from book._ext.exercises import solution
from book._ext.languages.bilingual import LANG
from book._ext.site.errata import correction, correction_title
from book._ext.site.sections import ASIDE, EXPLAINS, LOCAL, NAMED, Page, sections_of
from eqcheck.sphinx.nodes import symbols_box


def section(label: str, title: str, *content: nodes.Node) -> nodes.section:
    return nodes.section("", nodes.title("", title), *content, ids=[label])


NO_NUMBERS: Mapping[str, str] = {}


def read(
    *content: nodes.Node,
    page: str = "page",
    languages: tuple[str, ...] = ("zh",),
    numbers: Mapping[str, str] = NO_NUMBERS,
) -> list[dict[str, Any]]:
    document = new_document("page", get_default_settings())
    document += section(page, "Page", *content)
    whole = document.pformat()
    found = sections_of(document, Page(page, languages, dict(numbers)))
    assert document.pformat() == whole  # it reads a copy
    return found


def test_a_section_holds_its_own_words_and_not_those_of_the_sections_in_it() -> None:
    inner = section("inner", "Inner", nodes.paragraph("", "below"))
    found = read(nodes.paragraph("", "above"), inner)
    assert [(s["id"], s["title"], s["text"]) for s in found] == [
        ("page", "Page", "above"),
        ("inner", "Inner", "below"),
    ]


@pytest.mark.parametrize(
    "node",
    [
        nodes.literal_block("", "UNSAID"),
        nodes.doctest_block("", "UNSAID"),
        nodes.math_block("", "UNSAID"),
        nodes.comment("", "UNSAID"),
        nodes.compound("", nodes.paragraph("", "UNSAID"), classes=["toctree-wrapper"]),
        nodes.container("", nodes.paragraph("", "UNSAID"), classes=["equations"]),
    ],
)
def test_what_is_no_prose_is_not_searched(node: nodes.Node) -> None:
    [found] = read(nodes.paragraph("", "said"), node.deepcopy())
    assert found["text"] == "said"


def test_terms_and_functions_stand_once_in_their_order() -> None:
    code = nodes.literal_block("", "dlref.relu(dlref.mlp.relu(x)); dlref.dropout(x); other.f(x)")
    bold = [nodes.strong("", word) for word in ("b", "a", "b")]
    [found] = read(nodes.paragraph("", "", *bold), code)
    assert found["terms"] == ["b", "a"]
    assert found["code"] == ["relu", "dropout"]


@pytest.mark.parametrize("part", ["reading", "remember"])
def test_what_a_chapter_says_again_and_the_works_that_it_names_are_not_listed(part: str) -> None:
    again = section(f"loss-{part}", "Again", nodes.paragraph("", "said"))
    assert [s["id"] for s in read(again, page="loss")] == ["loss"]


def test_a_chapter_is_found_by_its_number_and_its_sections_are_not() -> None:
    numbers = {"": "13", "#inner": ""}
    found = read(section("inner", "Inner"), languages=("zh", "en"), numbers=numbers)
    assert [s["terms"] for s in found] == [["第 13 章", "chapter 13"], []]


def test_texts_of_one_language_are_had_alone_with_the_names_of_both_and_foreign_words() -> None:
    title = nodes.title("", "", *(_half(language, language) for language in ("zh", "en")))
    foreign = nodes.inline("", "overfitting", classes=["language-en"])
    zh = nodes.paragraph("", "", nodes.Text("过拟合（"), foreign, classes=["language-zh-Hans"])
    en = nodes.paragraph("", "It overfits", classes=["language-en"])
    both = nodes.section("", title, zh, en, nodes.paragraph("", "1 + 1"), ids=["both"])
    document = new_document("page", get_default_settings())
    document += both
    for says, text in (("zh", "过拟合（overfitting 1 + 1"), ("en", "It overfits 1 + 1")):
        [found] = sections_of(document, Page("page", ("zh", "en"), {}, says))
        assert (found["title"], found["text"]) == ("zh\nen", text)


def _half(language: str, words: str) -> nodes.inline:
    return nodes.inline("", words, classes=[language, f"language-{LANG[language]}"])


# ------------------------------------------------------------------ entries


def test_a_formula_is_an_entry_under_its_number_and_its_label() -> None:
    formula = nodes.math_block("", r"\frac{1}{2}x^2", label="eq-x", ids=["equation-eq-x"])
    whole, found = read(formula, numbers={"equation-eq-x": "13.4"})
    assert (found["id"], found["title"], found["code"]) == ("equation-eq-x", "(13.4)", ["eq-x"])
    assert (found["text"], found["kind"]) == ("½x²", NAMED)
    assert (whole["text"], whole["code"]) == ("", [])


@pytest.mark.parametrize(
    ("languages", "title", "text"),
    [
        (("zh",), "图 8.3", "一个单元。"),
        (("zh", "en"), "图 8.3\nFigure 8.3", "一个单元。 A unit."),
    ],
)
def test_a_figure_is_an_entry_under_its_number_with_a_sentence_of_its_caption(
    languages: tuple[str, ...], title: str, text: str
) -> None:
    halves = [
        nodes.inline("", words, classes=[language, f"language-{language}"])
        for language, words in (
            ("zh", "一个单元。圆是输入。"),
            ("en", "A unit. Circles are inputs."),
        )
        if language in languages
    ]
    figure = nodes.figure("", nodes.caption("", "", *halves), ids=["fig-unit"])
    _, found = read(figure, languages=languages, numbers={"fig-unit": "8.3"})
    assert (found["id"], found["title"], found["text"]) == ("fig-unit", title, text)
    assert (found["terms"], found["code"]) == (["fig 8.3"], ["fig-unit"])
    assert found["kind"] == ASIDE


def symbols(*rows: tuple[str, str]) -> nodes.table:
    """Return a table as the pages have them: a header, then formulas and what they mean."""

    def row(first: nodes.Node, last: str) -> nodes.row:
        cells = [nodes.entry("", first), nodes.entry("", nodes.paragraph("", last))]
        return nodes.row("", *cells)

    header = nodes.thead("", row(nodes.paragraph("", "Symbol"), "Meaning"))
    body = [
        row(nodes.paragraph("", "", *(nodes.math("", latex) for latex in first.split(" & "))), last)
        for first, last in rows
    ]
    return nodes.table("", nodes.tgroup("", header, nodes.tbody("", *body)))


@pytest.mark.parametrize(("label", "kind"), [("notation-symbols", NAMED), ("loss-squared", LOCAL)])
def test_a_symbol_is_an_entry_that_says_its_meaning_and_leads_to_its_table(
    label: str, kind: int
) -> None:
    table = symbols(
        (r"\hat{\mathbf{y}}", "predictions"), (r"\lambda & \mathbf{W}^{(l)}", "strength")
    )
    box: nodes.Node = table if kind == NAMED else symbols_box("", table)
    _, _, *found = read(section(label, "Symbols", box))
    assert [(s["title"], s["terms"], s["text"]) for s in found] == [
        ("ŷ", ["y hat"], "predictions"),
        ("λ, W⁽ˡ⁾", ["λ", "W⁽ˡ⁾", "lambda", "W l"], "strength"),
    ]
    assert {(s["id"], s["kind"]) for s in found} == {(label, kind)}


@pytest.mark.parametrize("latex", [r"\mathbf{W}^{(l)}", r"\ell(y, \hat{y})", r"\|\cdot\|_2"])
def test_a_symbol_that_nobody_can_type_and_other_tables_are_no_entries(latex: str) -> None:
    assert len(read(symbols_box("", symbols((latex, "meaning"))))) == 1
    assert len(read(symbols(("x", "of a table about something else")))) == 1


def test_an_entry_of_the_glossary_is_a_section_under_its_own_address() -> None:
    term = nodes.term("", "梯度", ids=["term-gradient"])
    item = nodes.definition_list_item("", term, nodes.definition("", nodes.paragraph("", "向量。")))
    entries = nodes.definition_list("", item, classes=["glossary"])
    found = read(nodes.paragraph("", "词条"), entries)
    assert [(s["id"], s["title"], s["text"]) for s in found] == [
        ("page", "Page", "词条"),
        ("term-gradient", "梯度", "向量。"),
    ]


@pytest.mark.parametrize(
    ("languages", "title", "terms"),
    [
        (("zh",), "梯度", ["gradient"]),
        (("en",), "gradient", ["梯度"]),
        (("zh", "en"), "梯度\ngradient", []),
    ],
)
def test_an_entry_is_called_as_its_edition_calls_it_and_found_by_the_other_name(
    languages: tuple[str, ...], title: str, terms: list[str]
) -> None:
    names = [
        nodes.strong("", "梯度", classes=["zh", "language-zh-Hans"]),
        nodes.inline("", "gradient", classes=["en", "language-en"]),
    ]
    item = nodes.definition_list_item(
        "", nodes.term("", "", *names, ids=["term-gradient"]), nodes.definition()
    )
    _, found = read(
        nodes.definition_list("", item, classes=["glossary"]), page="glossary", languages=languages
    )
    assert (found["title"], found["terms"], found["text"]) == (title, terms, "")


def test_a_work_is_an_entry_too_without_where_it_is_on_the_web() -> None:
    address = nodes.reference("", "doi:10.1214/aoms/1177703732", refuri="https://doi.org")
    text = nodes.paragraph(
        "", "", nodes.Text("Peter J. Huber. Robust estimation. "), address, nodes.Text(".")
    )
    work = nodes.citation("", nodes.label("", "9"), text, ids=["id12"])
    _, found = read(work, page="references")
    assert (found["id"], found["title"]) == ("id12", "9")
    assert found["text"] == "Peter J. Huber. Robust estimation."
    assert found["kind"] == ASIDE


@pytest.mark.parametrize(
    ("page", "label"),
    [
        *((name, "it") for name in ("about", "api", "equations", "errata", "glossary")),
        *(("loss", f"loss-{part}") for part in ("exercises", "exercise-2")),
    ],
)
def test_what_lies_aside_is_marked_and_searched_by_its_first_sentence_in_each_language(
    page: str, label: str
) -> None:
    halves = [
        nodes.container("", *(nodes.paragraph("", word) for word in words), classes=classes)
        for classes, words in (
            (["zh", "language-zh-Hans"], ("甲。乙", "丙")),
            (["en", "language-en"], ("One 0.5. Two", "two")),
        )
    ]
    first, found = read(section(label, "It", *halves), page=page)
    assert (first["kind"], found["kind"]) == (EXPLAINS if page == "loss" else ASIDE, ASIDE)
    assert found["text"] == "甲。 One 0.5."
    [_, explains] = read(section("loss-squared", "It", *(half.deepcopy() for half in halves)))
    assert (explains["kind"], explains["text"]) == (EXPLAINS, "甲。乙 丙 One 0.5. Two two")


def test_a_solution_is_not_searched_but_for_its_terms_and_functions() -> None:
    code = nodes.literal_block("", "dlref.huber(x)")
    text = nodes.paragraph("", "", nodes.Text("said "), nodes.strong("", "Huber"))
    exercise = section(
        "loss-exercise-1", "Why", nodes.paragraph("", "Ask."), solution("", text, code)
    )
    _, found = read(exercise, page="loss")
    assert (found["text"], found["terms"], found["code"]) == ("Ask.", ["Huber"], ["huber"])


def test_a_correction_of_the_notes_is_an_entry_that_lies_aside() -> None:
    folded = correction("", correction_title("", "2. The sign"), ids=["errata-sign"])
    folded += nodes.paragraph("", "A minus is lost. So it climbs.")
    whole, found = read(folded, page="errata")
    assert (found["id"], found["title"], found["kind"]) == ("errata-sign", "2. The sign", ASIDE)
    assert (whole["text"], found["text"]) == ("", "A minus is lost.")


def test_of_a_function_its_name_and_its_summary_are_searched() -> None:
    name = addnodes.desc_name("", "relu")
    signature = addnodes.desc_signature("", "", name, nodes.Text("(x)"), ids=["dlref.relu"])
    shapes = nodes.paragraph("", "", nodes.strong("", "x"), nodes.Text(" is an array."))
    content = [nodes.paragraph("", "Return the positive part."), shapes]
    described = addnodes.desc("", signature, addnodes.desc_content("", *content))
    _, found = read(described, page="api")
    assert (found["terms"], found["code"]) == ([], [])
    assert found["id"] == "dlref.relu"
    assert found["title"] == "relu"
    assert found["text"] == "Return the positive part."


def test_a_section_without_an_address_cannot_be_found() -> None:
    unlabelled = nodes.section("", nodes.title("", "Nameless"), nodes.paragraph("", "text"))
    assert [s["id"] for s in read(unlabelled)] == ["page"]
