"""What breaks parity is found, and said with its line; what does not is left in peace."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from book._ext.languages.parity import check_page
from book._ext.paths import BOOK

MATTER = "---\nfile_format: mystnb\nkernelspec:\n  name: python3\nnumerals: ['2005']\n---\n\n"
START = MATTER.count("\n") + 1


def problems(text: str) -> list[tuple[int, str]]:
    """Return the problems of a page, with lines counted from its first line of text."""
    return [(line - START + 1, message) for line, message in check_page(MATTER + text)]


def pair(zh: str, en: str) -> str:
    return f":::{{zh}}\n{zh}\n:::\n:::{{en}}\n{en}\n:::\n"


def terms(zh: str, en: str) -> str:
    return f"```{{terms}}\n甲 | jiǎ | first | page\n{zh}\n{en}\n```\n"


@pytest.mark.parametrize(
    "text",
    [
        pair("中文 $x$，`code`，见 {eq}`eq-a`。", "English $x$, `code`, see {eq}`eq-a`."),
        pair("年份 2005，数 {num}`1 | 1`。", "The year 2005, the number {num}`1 | 1`."),
        pair("{fact}`多 3 倍 | a > 1`。", "{fact}`3 times as many | a > 1`."),
        pair("- 一\n- 二", "- one\n- two"),
        pair("$x$，{eq}`eq-a`，`code`：", "$x$, {eq}`eq-a`, `code`:"),
        pair("{term}`梯度 <gradient>`", "{term}`gradient`"),
        "(a)=\n## {zh}`$x$`{en}`$x$`\n",
        pair("数 $x$ 是 $x$ 的", "The number $x$ is its own"),
        pair("{ref}`名字 <here>`", "{ref}`a name <here>`"),
        "(label)=\n## {zh}`标题`{en}`Title`\n",
        "(a)=\n## {zh}``式 {eq}`eq-a` 之后``{en}``After {eq}`eq-a` ``\n",
        "| {zh}`甲`{en}`A` | $x$ |\n| -- | -- |\n| 1 | 2 |\n",
        "$$\nx = 1\n$$ (eq-a)\n",
        "```{code-cell}\nprint(1)\n```\n",
        terms("年份 2005，$x$。", "The year 2005, $x$."),
        "::::{admonition} {zh}`注意`{en}`Note`\n" + pair("一", "one") + "::::\n",
    ],
)
def test_a_page_that_says_the_same_twice_has_no_problem(text: str) -> None:
    assert problems(text) == []


FIGURE = (
    "```{{code-cell}}\n---\nmystnb:\n  figure:\n    caption: '{{zh}}`图`{{en}}`A figure`'\n"
    "alt-zh: 图\nalt-en: a figure\n{}\n---\n1\n```\n"
)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (":::{zh}\n一\n:::\n", 1, "a {zh} block without its {en}"),
        (":::{en}\none\n:::\n", 1, "an {en} block without its {zh}"),
        ("\n" + pair("一", "one") + "\n:::{zh}\n二\n:::\n\n$x$\n", 9, "a {zh} block without"),
        (pair("式 $x$", "formula $y$"), 1, "formulas differ; only in zh: x; only in en: y"),
        (pair("$a+b$，$a+b$", "one $a+b$"), 1, "formulas differ; more often in zh: a+b"),
        (pair("$x$ 一", "$x$, $x$, $x$"), 1, "formulas differ; more often in en: x"),
        (
            pair("一\n\n＄a＄，$a$", "one\n\n$a$, $a$"),
            4,
            "a full-width dollar makes no formula: use $",
        ),
        ("(a)=\n## {zh}`题 ＄x＄`{en}`Title`\n", 2, "a full-width dollar"),
        (pair("One $x$.", "One $x$."), 1, "the {zh} half has no word of its language"),
        (pair("一 $x$。", "一 $x$。"), 4, "the {en} half has no word of its language"),
        (pair("{term}`gradient`", "{term}`gradient`"), 1, "the {zh} half has no word of its"),
        ("(a)=\n## {zh}`Title`{en}`标题`\n", 2, "the {zh} half has no word of its language"),
        ("(a)=\n## {zh}`标题`{en}`标题`\n", 2, "copied and not translated? It says '标题'"),
        (terms("One.", "One."), 3, "the {zh} half has no word of its language"),
        (terms("一。", "一。"), 4, "the {en} half has no word of its language"),
        (pair("{eq}`eq-a`", "nothing"), 1, "references differ; only in zh: eq eq-a"),
        (pair("[链接](#a)", "[link](#b)"), 1, "references differ"),
        (pair("{cite}`a,b`", "{cite}`a`"), 1, "citations differ; only in zh: b"),
        (pair("`f`", "`g`"), 1, "code spans differ"),
        (pair("{num}`1 | 1`", "{num}`2 | 2`"), 1, "numbers differ"),
        (pair("{num}`1 | 1`，{num}`1 | 1`", "{num}`1 | 1`"), 1, "more often in zh: 1 | 1"),
        (pair("{num}`1 | 1`", "{num}`1.0 | 1`"), 1, "bound numbers differ; only in zh: 1 | 1"),
        (pair("{fact}`多 | a > 1`", "{fact}`more | a > 2`"), 1, "facts differ; only in zh: a > 1"),
        (pair("{fact}`多 | a > 1`", "{fact}`a | a > 1` {fact}`b | a > 1`"), 1, "more often in en"),
        (pair("{fact}`more | a > 1`", "{fact}`多 | a > 1`"), 4, "the {en} half has no word of its"),
        ("{fact}`more | a > 1`\n", 1, "words outside {zh} and {en}: 'more | a > 1'"),
        (pair("- 一\n- 二", "- one"), 1, "list lengths differ; only in zh: 2; only in en: 1"),
        (pair("一\n\n第 7 个", "one\n\nnumber 7"), 4, "the number 7 is bound to nothing"),
        ("(a)=\n## {zh}`标题`\n", 2, "roles must come in pairs, got zh"),
        ("(a)=\n## {en}`Title`{zh}`标题`\n", 2, "roles must come in pairs, got en zh"),
        ("(a)=\n## {zh}`题 $x$`{en}`Title`\n", 2, "formulas differ"),
        ("## {zh}`标题`{en}`Title`\n", 1, "a heading without a (label)="),
        ("(a)=\n## Title\n", 2, "words outside {zh} and {en}: 'Title'"),
        ("(a)=\n# {zh}`题`{en}`Title`\n\n" * 2, 5, "a second title: a section of the page has two"),
        (":::{zh}\n:::\n:::{en}\none\n:::\n", 1, "this {zh} block is empty"),
        ("(a)=\n## {zh}` `{en}`Title`\n", 2, "this {zh} half is empty"),
        ("```{doctest}\n1 + 1\n2\n```\n", 1, "a {doctest} that tests nothing: write an example"),
        ("```{code-cell}\nif 1:\n\tprint(1)\n```\n", 3, "a tab in a cell: indent by four spaces"),
        (pair("一\n\n式 $a。", "One, $a$."), 4, "a dollar that makes no formula: close it"),
        ("```{toctree}\n:caption: Part\n\na\n```\n", 1, "words outside {zh} and {en}: 'Part'"),
        ("```{toctree}\n:caption: {zh}`篇`\n\na\n```\n", 1, "roles must come in pairs, got zh"),
        ("Stray words.\n", 1, "words outside {zh} and {en}: 'Stray words.'"),
        ("::::{note}\n" + pair("式 $x$", "no formula") + "::::\n", 2, "formulas differ"),
        (pair("```{code-cell}\n1\n```", "one"), 1, "a code cell must stand at top level"),
        (":::{code-cell}\nprint(1)\n:::\n", 1, "a code cell must stand at top level"),
        (terms("一。", "One $x$."), 3, "formulas differ; only in en: x"),
        (terms("共 7 个。", "Seven."), 3, "the number 7 is bound to nothing"),
        (terms("七个。", "There are 7."), 4, "the number 7 is bound to nothing"),
        (
            "```{code-cell}\n---\nmystnb:\n  figure:\n    caption: '{zh}`图`{en}`A figure`'\n"
            "alt-zh: 图\n---\n1\n```\n",
            1,
            "a figure without alt-en",
        ),
        ("```{code-cell}\n---\nmystnb:\n  figure:\n    name: fig-a\n---\n```\n", 1, "a caption"),
        ("```{code-cell}\n---\nexplore: {a: x | 甲 | a}\n---\n```\n", 1, "explored draws a figure"),
        (FIGURE.format("explore: {a: x | 甲}"), 1, "of the parameter a is said"),
        (FIGURE.format("explore: {a: x | 甲 | }"), 1, "of the parameter a is said"),
        (FIGURE.format("explore: a"), 1, "a cell that is explored draws a figure, and says"),
    ],
)
def test_a_breach_is_named_with_its_line(text: str, line: int, message: str) -> None:
    found = problems(text)
    assert any(at == line and message in said for at, said in found), found


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (pair("一", "one") + ":::{zh}\n二\n", 7, "this block has no end: close it with :::"),
        ("\n```{code-cell}\n1\n\n" + pair("一", "one"), 2, "no end: close it with ```"),
        ("::::{note}\n" + pair("一", "one"), 1, "no end: close it with ::::"),
        (":::{zh}", 1, "no end: close it with :::"),
        (pair("一", "one").replace("{zh}", "{zn}").replace("one", "One 7."), 0, ""),
        (pair("一 7", "one").replace("{en}", "{ne}"), 0, ""),
        (":::{cn}\n一\n:::\n", 0, ""),
        (pair("＄a＄ 是", "it is $a$"), 2, "a full-width dollar makes no formula: use $"),
        (pair("式 $a。", "One, $a$."), 2, "a dollar that makes no formula: close it"),
    ],
)
def test_what_follows_from_a_fault_is_not_said(text: str, line: int, message: str) -> None:
    """A mistyped language is left to MyST."""
    found = problems(text)
    assert [at for at, _ in found] == [line] * bool(line)
    assert all(message in said for _, said in found)


@pytest.mark.parametrize("path", sorted(BOOK.glob("*.md")), ids=lambda path: path.stem)
def test_every_page_of_the_book_says_the_same_twice(path: Path) -> None:
    assert check_page(path.read_text("utf-8")) == []


def test_lines_are_counted_from_the_first_line_of_the_file() -> None:
    text = MATTER + "\n\n" + pair("式 $x$", "none")
    line = check_page(text)[0].line
    assert re.match(r":::\{zh\}", text.splitlines()[line - 1])


def test_a_role_within_a_role_is_named_once_whatever_it_does_to_the_line() -> None:
    found = problems(
        "(a)=\n## {zh}`随{term}`温度 <t>` $T$`{en}`With {term}`temperature <t>` $T$`\n"
    )
    assert [(line, message[:36]) for line, message in found] == [
        (2, "a role within {zh} or {en} ends it: ")
    ]


def test_a_figure_that_moves_names_each_slider_by_symbol_and_words() -> None:
    assert problems(FIGURE.format(r"explore: {rate: \eta | 学习率 | learning rate}")) == []
