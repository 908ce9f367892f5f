"""The search's index: what it holds of a page, and when it is written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.utils import new_document
from sphinx import addnodes

from book._ext.exercises import solution
from book._ext.languages.glossary import entries_of
from book._ext.paths import ROOT
from book._ext.site.search import index, minisearch, plain, read_other_names, sections_of
from tests.book.app import Built
from tests.book.site.small_site import INDEX, build_site

PAGE = """\
(page)=
# {zh}`一页`{en}`A page`

:::{zh}
中文段落，讲**名词**，公式 $\\lambda\\|\\mathbf{w}\\|_2^2$。
:::
:::{en}
An English paragraph on a **term**, formula $\\lambda\\|\\mathbf{w}\\|_2^2$.
:::

(page-section)=
## {zh}`一节`{en}`A section`

```{symbols}
x : R | 记号之一 | one of the symbols
```

$$
x + x = 2x
$$ (eq-double)

```{check} eq-double
```

:::{zh}
见式 {eq}`eq-double`。
:::
:::{en}
See {eq}`eq-double`.
:::

```{code-cell}
import dlref

print(float(dlref.squared_loss(3.0, 1.0)))
```
"""


def sections(site: Built) -> dict[str, list[Any]]:
    """Return what the index of an edition holds of each section, but for its address."""
    script = (site.app.outdir / "search-index.js").read_text("utf-8")
    match = re.fullmatch(r"window\.bookSections=(.*);\n", script)
    assert match is not None
    return {s[0]: s[1:] for _, found in json.loads(match[1]) for s in found}


@pytest.mark.parametrize(
    ("latex", "letters"),
    [
        (r"\lambda\|\mathbf{w}\|_2^2", "λ‖w‖₂²"),
        (r"\dfrac{\partial \mathbf{y}}{\partial \mathbf{x}}", "∂y/∂x"),
        (r"n \times d", "n × d"),
        (r"f: \mathbb{R}^d \to \mathbb{R}", "f: Rd → R"),
        (r"6 \times 10^{-15}", "6 × 10⁻¹⁵"),
        (r"\sqrt{\theta} \le \operatorname{Var}(w)", "√θ ≤ Var(w)"),
    ],
)
def test_formulas_in_running_text_become_plain_letters(latex: str, letters: str) -> None:
    assert plain(latex) == letters


def test_the_index_holds_prose_terms_and_names_without_code_and_in_one_language(
    tmp_path: Path,
) -> None:
    site = build_site(tmp_path, PAGE)
    found = sections(site)
    assert list(found) == ["index", "page", "page-section"]
    assert found["page"] == ["一页", [], ["名词"], [], "中文段落，讲名词，公式 λ‖w‖₂²。", 0]
    assert found["page-section"] == ["一节", [], [], ["eq-double", "squared_loss"], "见式 (1)。", 0]
    for script in ("searchindex.js", "_static/minisearch.js.map"):
        assert not (site.app.outdir / script).exists()


def test_the_index_of_the_parallel_edition_holds_both_languages(tmp_path: Path) -> None:
    title, _, terms, _, text, _ = sections(build_site(tmp_path, PAGE, "zh-en"))["page"]
    assert title == "一页\nA page"
    assert terms == ["名词", "term"]
    assert text.endswith("An English paragraph on a term, formula λ‖w‖₂².")


def test_the_index_follows_a_page_and_is_not_written_without_a_change(tmp_path: Path) -> None:
    file = build_site(tmp_path, PAGE).app.outdir / "search-index.js"
    first = file.stat().st_mtime_ns, file.read_bytes()
    build_site(tmp_path, PAGE)
    assert (file.stat().st_mtime_ns, file.read_bytes()) == first
    changed = build_site(tmp_path, PAGE.replace("中文段落", "另一段话"))
    assert sections(changed)["page"][4].startswith("另一段话")
    build_site(tmp_path, PAGE)
    assert file.read_bytes() == first[1]


def test_a_page_that_is_not_written_again_stays_in_the_index(tmp_path: Path) -> None:
    other = "(other)=\n# {zh}`另页`{en}`Other`\n\n:::{zh}\n文字。\n:::\n:::{en}\nText.\n:::\n"
    pages = {"index": INDEX.replace("page\n", "page\nother\n"), "page": PAGE, "other": other}
    before = sections(build_site(tmp_path, pages))
    written = tmp_path / "_build" / "html" / "page.html"
    first = written.stat().st_mtime_ns
    after = sections(build_site(tmp_path, pages | {"other": other.replace("文字", "改过")}))
    assert written.stat().st_mtime_ns == first
    assert after == before | {"other": ["另页", [], [], [], "改过。", 0]}


def test_no_index_is_written_before_all_pages_are(tmp_path: Path) -> None:
    app = build_site(tmp_path, {"index": INDEX, "page": PAGE}).app
    index = app.outdir / "search-index.js"
    index.unlink()
    (app.doctreedir / "search" / "page.json").unlink()  # as if the other had been asked for alone
    build_site(tmp_path, {"index": f"{INDEX}\n", "page": PAGE})
    assert not index.exists()


# ------------------------------------------------------------------ a page as sections


def section(label: str, title: str, *content: nodes.Node) -> nodes.section:
    return nodes.section("", nodes.title("", title), *content, ids=[label])


def read(
    *content: nodes.Node, page: str = "page", languages: Iterable[str] = ("zh",)
) -> list[dict[str, Any]]:
    document = new_document("page", get_default_settings())
    document += section(page, "Page", *content)
    whole = document.pformat()
    found = sections_of(document, page, languages)
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


def test_terms_and_names_stand_once_in_their_order() -> None:
    code = nodes.literal_block("", "dlref.relu(dlref.mlp.relu(x)); dlref.dropout(x); other.f(x)")
    bold = [nodes.strong("", word) for word in ("b", "a", "b")]
    figure = nodes.figure(ids=["fig-one"])
    [found] = read(
        nodes.paragraph("", "", *bold), nodes.math_block("", "x", label="eq-x"), code, figure
    )
    assert found["terms"] == ["b", "a"]
    assert found["code"] == ["eq-x", "relu", "dropout", "fig-one"]


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
        (["zh"], "梯度", ["gradient"]),
        (["en"], "gradient", ["梯度"]),
        (["zh", "en"], "梯度\ngradient", []),
    ],
)
def test_an_entry_is_called_as_its_edition_calls_it_and_found_by_the_other_name(
    languages: list[str], title: str, terms: list[str]
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
    text = nodes.paragraph("", "", nodes.Text("Peter J. Huber. Robust estimation. "), address)
    work = nodes.citation("", nodes.label("", "9"), text, ids=["id12"])
    _, found = read(work, page="references")
    assert (found["id"], found["title"]) == ("id12", "9")
    assert found["text"] == "Peter J. Huber. Robust estimation."
    assert found["aside"]


@pytest.mark.parametrize(
    ("page", "label"),
    [
        *((name, "it") for name in ("about", "api", "equations", "errata", "glossary")),
        *(("loss", f"loss-{part}") for part in ("exercise-2", "reading", "remember")),
    ],
)
def test_what_lies_aside_is_marked_and_searched_by_its_first_words_in_each_language(
    page: str, label: str
) -> None:
    halves = [
        nodes.container("", *(nodes.paragraph("", word) for word in words), classes=classes)
        for classes, words in (
            (["zh", "language-zh-Hans"], ("甲", "乙")),
            (["en", "language-en"], ("one", "two")),
        )
    ]
    first, found = read(section(label, "It", *halves), page=page)
    assert (first["aside"], found["aside"]) == (int(page != "loss"), 1)
    assert found["text"] == "甲 one"
    [_, explains] = read(section("loss-squared", "It", *(half.deepcopy() for half in halves)))
    assert (explains["aside"], explains["text"]) == (0, "甲 乙 one two")


def test_a_solution_is_not_searched_but_for_its_terms_and_functions() -> None:
    code = nodes.literal_block("", "dlref.huber(x)")
    text = nodes.paragraph("", "", nodes.Text("said "), nodes.strong("", "Huber"))
    exercise = section(
        "loss-exercise-1", "Why", nodes.paragraph("", "Ask."), solution("", text, code)
    )
    _, found = read(exercise, page="loss")
    assert (found["text"], found["terms"], found["code"]) == ("Ask.", ["Huber"], ["huber"])


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


# ------------------------------------------------------------------ the index


def test_other_names_are_added_to_the_section_with_their_label() -> None:
    found = {"id": "a", "title": "A", "terms": ["b"], "code": [], "text": "</script>", "aside": 1}
    script = index([("page", [found])], {"a": ["c"], "elsewhere": ["d"]})
    data = script.removeprefix("window.bookSections=").removesuffix(";\n")
    assert json.loads(data) == [["page", [["a", "A", ["c"], ["b"], [], "</script>", 1]]]]


def test_the_names_of_the_glossary_and_our_own_are_for_sections_of_the_book() -> None:
    labels = {
        label
        for page in (ROOT / "book").glob("*.md")
        for label in re.findall(r"^\((.+)\)=$", page.read_text("utf-8"), re.MULTILINE)
    }
    names = read_other_names(ROOT / "book" / "glossary.md")
    assert set(names) <= labels
    assert {"权重衰减", "weight decay", "L2 正则化"} <= set(names["weight-decay"])


def test_our_own_names_stand_once_and_repeat_nothing_of_the_glossary(tmp_path: Path) -> None:
    own = read_other_names(tmp_path / "none.md")
    every = [name for group in own.values() for name in group]
    assert len(every) == len(set(every)) > 30
    entries = entries_of()
    listed = {n for e in entries for name in e.names.values() for n in (name.term, *name.synonyms)}
    assert set(every).isdisjoint(listed)


def test_minisearch_is_shipped_with_its_licence_and_without_its_documentation() -> None:
    script = minisearch()
    assert "Luca Ongaro" in script
    assert "Permission is hereby granted" in script
    assert script.count("/**") == 0
    assert "sourceMappingURL" not in script
