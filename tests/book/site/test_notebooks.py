"""A page as Markdown for Jupyter, read back by a Markdown parser."""

from __future__ import annotations

import pytest
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.utils import new_document
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from sphinx import addnodes

from book._ext.exercises import solution, solution_title
from book._ext.site.notebooks import Markdown, emphasised, escape, inline, listed, table
from eqcheck.sphinx.nodes import equation_evidence, symbols_box

JUPYTER = MarkdownIt("commonmark", {"html": True}).enable("table").use(dollarmath_plugin)
LETTERS = st.text(alphabet="ab好 \\`*_$<>[]()#!~|-+.1&;\"'", min_size=1).map(str.strip)


def spans(markdown: str) -> list[Token]:
    """Return the tokens of one line of Markdown."""
    [token] = JUPYTER.parseInline(markdown)
    return token.children or []


def shown(markdown: str) -> str:
    """Return the words that a reader of Markdown sees."""
    return "".join(token.content for token in spans(markdown))


def cells_of(*blocks: nodes.Node) -> list[tuple[str, str, dict[str, object]]]:
    """Return the cells of a page that holds these blocks."""
    document = new_document("page", get_default_settings())
    document += blocks
    page = Markdown(document)
    document.walkabout(page)
    page.finish_text()
    return page.cells


def markdown_of(*blocks: nodes.Node) -> str:
    [(kind, text, _)] = cells_of(*blocks)
    assert kind == "markdown"
    return text


def kinds(markdown: str) -> list[str]:
    return [token.type for token in JUPYTER.parse(markdown) if token.nesting >= 0]


# ------------------------------------------------------------------ words


@given(LETTERS)
@example("&lt; is not <, nor &#42; a *")
def test_escaped_words_are_shown_as_they_are(text: str) -> None:
    assert shown(escape(text)) == text


@given(st.text(alphabet="ab好。（ ", min_size=1).map(str.strip).filter(bool))
@pytest.mark.parametrize(("node", "tag"), [(nodes.strong, "strong"), (nodes.emphasis, "em")])
def test_emphasis_is_seen_wherever_it_stands(
    node: type[nodes.TextElement], tag: str, words: str
) -> None:
    paragraph = nodes.paragraph("", "前", node("", words), nodes.Text("后"))
    html = JUPYTER.renderInline(inline(paragraph))
    assert html == f"前<{tag}>{words}</{tag}>后"


def test_punctuation_at_an_edge_needs_a_tag() -> None:
    assert emphasised("梯度", "**", "strong") == "**梯度**"
    assert emphasised("“梯度”", "**", "strong") == "<strong>“梯度”</strong>"


def test_a_formula_is_a_formula_and_keeps_its_latex() -> None:
    latex = r"a_1 < \mathbf{b}^* \cdot [c]"
    line = inline(nodes.paragraph("", "so ", nodes.math("", f" {latex} "), nodes.Text(" * _")))
    assert [(token.type, token.content) for token in spans(line)] == [
        ("text", "so "),
        ("math_inline", latex),
        ("text", " * _"),
    ]


@pytest.mark.parametrize("node", [nodes.literal, addnodes.literal_strong])
def test_code_is_code(node: type[nodes.TextElement]) -> None:
    line = inline(nodes.paragraph("", "", node("", "a_1 * [b]")))
    assert [(token.type, token.content) for token in spans(line)] == [("code_inline", "a_1 * [b]")]


def test_links_to_the_world_stay_and_links_within_the_book_are_words() -> None:
    world = nodes.reference("", "a work", refuri="https://doi.org/10.1000/1_2")
    within = nodes.reference("", "图 1.1", refuri="gradient.html#fig-1")
    html = JUPYTER.renderInline(inline(nodes.paragraph("", "", world, nodes.Text(", "), within)))
    assert html == '<a href="https://doi.org/10.1000/1_2">a work</a>, 图 1.1'


# ------------------------------------------------------------------ blocks


def items(*texts: str, kind: type[nodes.Element] = nodes.bullet_list) -> nodes.Element:
    node = kind("")
    node += [nodes.list_item("", nodes.paragraph("", text)) for text in texts]
    document = new_document("page", get_default_settings())
    document += node
    return node


def test_a_numbered_list_counts_from_one() -> None:
    text = listed(items("first", "second", "third", kind=nodes.enumerated_list))
    assert text == "1. first\n2. second\n3. third"
    [opening, *_] = JUPYTER.parse(text)
    assert (opening.type, opening.attrGet("start")) == ("ordered_list_open", None)  # that is 1


def test_a_list_within_a_list_stays_within_its_item() -> None:
    outer = items("first", "second")
    outer[0] += items("within", kind=nodes.enumerated_list)
    levels = [(t.content, t.level) for t in JUPYTER.parse(listed(outer)) if t.type == "inline"]
    assert levels == [("first", 3), ("within", 5), ("second", 3)]


def test_an_item_of_several_paragraphs_is_one_item() -> None:
    outer = items("first", "second")
    outer[0] += [nodes.paragraph("", "more"), nodes.math_block("", "a = b")]
    text = listed(outer)
    opened = kinds(text)
    assert opened.count("list_item_open") == 2
    assert [t.level for t in JUPYTER.parse(text) if t.type == "math_block"] == [2]


def row(*cells: nodes.Node) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells))


def rows_of(markdown: str) -> list[list[str]]:
    """Return the words of a table, row by row."""
    found: list[list[str]] = []
    for token in JUPYTER.parse(markdown):
        if token.type == "tr_open":
            found.append([])
        elif token.type == "inline":
            found[-1].append("".join(child.content for child in token.children or []))
    return found


def made_table(*rows: nodes.row, head: nodes.row | None = None) -> nodes.table:
    group = nodes.tgroup("", cols=2)
    if head:
        group += nodes.thead("", head)
    group += nodes.tbody("", *rows)
    return nodes.table("", group)


def test_a_table_keeps_its_head_its_rows_and_the_bars_of_its_formulas() -> None:
    norm = nodes.math("", r"\|x\| = |x|")
    made = made_table(row(norm, nodes.Text("长 * 度")), head=row(nodes.Text("A"), nodes.Text("B")))
    assert rows_of(table(made)) == [["A", "B"], [r"\Vert x\Vert  = \vert x\vert ", "长 * 度"]]


def test_a_table_without_a_head_gets_an_empty_one() -> None:
    made = made_table(row(nodes.Text("a"), nodes.Text("b")))
    assert rows_of(table(made)) == [["", ""], ["a", "b"]]


def test_an_equation_is_displayed_with_its_number() -> None:
    numbered = nodes.math_block("", " a = b ", number_text="2.1")
    [token] = JUPYTER.parse(markdown_of(numbered))
    assert (token.type, token.content.strip()) == ("math_block", r"a = b \tag{2.1}")
    [token] = JUPYTER.parse(markdown_of(nodes.math_block("", "a = b")))
    assert token.content.strip() == "a = b"


def test_code_that_is_not_run_is_a_fence_of_its_language() -> None:
    block = nodes.literal_block("", "x = 1\n\ny = 2", language="python")
    [token] = JUPYTER.parse(markdown_of(block))
    assert (token.type, token.info, token.content) == ("fence", "python", "x = 1\n\ny = 2\n")
    [token] = JUPYTER.parse(markdown_of(nodes.literal_block("", "x", language="default")))
    assert token.info == ""


def test_a_note_is_a_quotation_of_all_its_blocks() -> None:
    note = nodes.admonition("", nodes.paragraph("", "one"), nodes.paragraph("", "two"))
    opened = kinds(markdown_of(note))
    assert opened == ["blockquote_open", *["paragraph_open", "inline"] * 2]


def test_titles_go_as_deep_as_their_sections() -> None:
    inner = nodes.section("", nodes.title("", "内"), nodes.paragraph("", "b"))
    outer = nodes.section("", nodes.title("", "外"), nodes.paragraph("", "a"), inner)
    after = nodes.section("", nodes.title("", "后"))
    texts = [
        text for _, text, _ in cells_of(nodes.section("", nodes.title("", "页"), outer, after))
    ]
    assert texts == ["# 页", "## 外\n\na", "### 内\n\nb", "## 后"]


def test_a_solution_stands_in_a_cell_of_its_own_under_its_title() -> None:
    answer = solution()
    answer += [solution_title("", "解答"), nodes.paragraph("", "相加。")]
    texts = [text for _, text, _ in cells_of(nodes.paragraph("", "求和。"), answer)]
    assert texts == ["求和。", "**解答**\n\n相加。"]


def test_the_symbols_of_a_page_are_folded() -> None:
    box = symbols_box()
    box += [nodes.paragraph("", "Symbols"), made_table(row(nodes.math("", "a"), nodes.Text("数")))]
    text = markdown_of(box)
    assert text.startswith("<details><summary>Symbols</summary>\n\n|")
    assert text.endswith("\n\n</details>")
    assert rows_of(text) == [["", ""], ["a", "数"]]


# ------------------------------------------------------------------ cells


def code(text: str, mode: str = "", *figures: nodes.Node) -> nodes.container:
    source = nodes.container("", nodes.literal_block("", text), classes=["cell_input"])
    output = nodes.container("", nodes.literal_block("", "PRINTED"), *figures)
    return nodes.container("", source, output, nb_element="cell_code", hide_mode=mode)


def test_text_and_code_come_in_order_and_without_what_the_code_printed() -> None:
    before, after = nodes.paragraph("", "before"), nodes.paragraph("", "after")
    found = cells_of(before, code("x = 1"), code("y = 2"), after)
    assert [(kind, text) for kind, text, _ in found] == [
        ("markdown", "before"),
        ("code", "x = 1"),
        ("code", "y = 2"),
        ("markdown", "after"),
    ]


@pytest.mark.parametrize(("mode", "hidden"), [("", False), ("input", True), ("output", False)])
def test_code_that_the_site_folds_is_folded(mode: str, hidden: bool) -> None:
    [(_, _, metadata)] = cells_of(code("x = 1", mode))
    assert metadata == ({"jupyter": {"source_hidden": True}} if hidden else {})


def test_the_caption_of_a_figure_follows_its_cell_with_number_and_alternative_text() -> None:
    image = nodes.image(uri="a.svg", alt="两条_线")
    caption = nodes.caption("", "", nodes.math("", "f"), nodes.Text(" 的图像"))
    figure = nodes.figure("", image, caption, number_text="图 2.1")
    _, (kind, text, _) = cells_of(code("plot()", "input", figure))
    assert kind == "markdown"
    assert text == "**图 2.1** $f$ 的图像\n\n<small>两条\\_线</small>"
    assert shown("**图 2.1** $f$ 的图像") == "图 2.1f 的图像".replace("f", " f")


def test_a_figure_without_a_number_has_its_caption_alone() -> None:
    figure = nodes.figure("", nodes.caption("", "图像"))
    assert cells_of(code("plot()", "", figure))[1][1] == "图像"


@pytest.mark.parametrize(
    "node",
    [
        nodes.comment("", "LEFT"),
        nodes.raw("", "LEFT", format="html"),
        nodes.target("", "LEFT"),
        nodes.image(uri="LEFT"),
        equation_evidence("", nodes.paragraph("", "LEFT")),
    ],
)
def test_what_only_the_site_can_show_is_left_out(node: nodes.Node) -> None:
    assert markdown_of(nodes.paragraph("", "kept"), node.deepcopy()) == "kept"
