"""Chinese words in English pages are marked; links within a block speak its language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from docutils import nodes

from book._ext.paths import BOOK
from tests.book.app import Build, Built

EXTENSIONS = tuple(
    f"book._ext.languages.{part}" for part in ("bilingual", "accessible", "messages")
)
WORDS = """\
(page)=
# {zh}`题`{en}`The word 题`

:::{zh}
中文里的 word、`代码` 与 $\\text{数}$。
:::
:::{en}
The word 丢弃法 of the notes, `代码`, and $\\text{数}$; 权重 twice: 权重.
:::
"""
MARKED = ["题", "丢弃法", "权重", "权重"]


def marked(doctree: nodes.document) -> list[str]:
    """Return the words that are marked as Chinese, and are no half of a pair."""
    return [
        word.astext()
        for word in doctree.findall(nodes.inline)
        if word["classes"] == ["language-zh-Hans"]
    ]


# ------------------------------------------------------------------ Chinese in English


@pytest.mark.parametrize(("edition", "words"), [("zh", []), ("en", MARKED), ("zh-en", MARKED)])
def test_chinese_words_are_marked_in_english_text_and_nowhere_else(
    build: Build, edition: str, words: list[str]
) -> None:
    built = build(WORDS, *EXTENSIONS, edition=edition, builder="dummy")
    assert marked(built.doctree()) == words


def test_marking_words_keeps_the_text_as_it_was(build: Build) -> None:
    doctree = build(WORDS, *EXTENSIONS, edition="en", builder="dummy").doctree()
    [paragraph] = doctree.findall(nodes.paragraph)
    assert paragraph.astext() == (
        "The word 丢弃法 of the notes, 代码, and \\text{数}; 权重 twice: 权重."
    )


def test_a_page_of_english_is_marked_outside_its_blocks_too(build: Build) -> None:
    text = WORDS + "\n| 甲 |\n| - |\n| 1 |\n"
    english = build(text, *EXTENSIONS, edition="en", builder="dummy").doctree()
    assert marked(english) == [*MARKED, "甲"]
    parallel = build(text, *EXTENSIONS, edition="zh-en", builder="dummy").doctree()
    assert marked(parallel) == MARKED


SOURCE = """\
@book{one,
  author = {Doe, Jane},
  title = {机器学习 (Machine Learning)},
  publisher = {P},
  year = {2001},
}
"""


@pytest.mark.parametrize("edition", ["zh", "en", "zh-en"])
def test_sources_are_english_in_every_edition_and_their_chinese_titles_chinese(
    build: Build, tmp_path: Path, edition: str
) -> None:
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "a.bib").write_text(SOURCE, "utf-8")
    text = "(page)=\n# {zh}`书`{en}`Books`\n\n{cite:t}`one`\n\n```{bibliography}\n```\n"
    extensions = ("book._ext.bibliography", *EXTENSIONS)
    built = build(text, *extensions, edition=edition, bibtex_bibfiles=["a.bib"])
    [entry] = BeautifulSoup(built.html(), "html.parser").select("div.citation")
    assert entry["lang"] == "en"
    assert [word.text for word in entry.select("[lang=zh-Hans]")] == ["机器学习"]


# ------------------------------------------------------------------ Latin in Chinese emphasis


@pytest.mark.parametrize(("edition", "words"), [("zh", ["ReLU"]), ("en", []), ("zh-en", ["ReLU"])])
def test_latin_words_that_chinese_text_emphasises_are_marked(
    build: Build, edition: str, words: list[str]
) -> None:
    text = "(page)=\n# {zh}`题`{en}`T`\n\n:::{zh}\n*用 ReLU 的*\n:::\n:::{en}\n*of ReLU*\n:::\n"
    built = build(text, *EXTENSIONS, edition=edition)
    page = BeautifulSoup(built.html(), "html.parser")
    assert [word.text.strip() for word in page.select("em [lang=en]")] == words
    assert [word.text for word in page.select("em")] == {
        "zh": ["用 ReLU 的"],
        "en": ["of ReLU"],
        "zh-en": ["用 ReLU 的", "of ReLU"],
    }[edition]


# ------------------------------------------------------------------ links of one language

LINKS = """\
(page)=
# {zh}`一页`{en}`A page`

:::{zh}
见 {ref}`page-more`、{ref}`另一处 <page-more>`、{ref}`page` 与 {numref}`fig-a`。
:::
:::{en}
See {ref}`page-more`, {ref}`elsewhere <page-more>`, {ref}`page` and {numref}`fig-a`.
:::

(page-more)=
## {zh}`更多`{en}`More`

```{figure} a.svg
:name: fig-a
{zh}`图题`{en}`Caption`
```
"""


def links_of(build: Build, edition: str, numbered: str) -> list[list[str]]:
    """Return the words of the links of each block of the page."""
    settings = {"numfig": True, "numfig_format": {"figure": numbered}}
    warns = ["a picture is drawn, or loaded"]
    built = build(LINKS, *EXTENSIONS, edition=edition, builder="dummy", warns=warns, **settings)
    blocks = built.resolved().findall(nodes.paragraph)
    return [[link.astext() for link in block.findall(nodes.reference)] for block in blocks]


def test_a_link_in_the_parallel_edition_names_its_target_in_the_language_of_its_block(
    build: Build,
) -> None:
    assert links_of(build, "zh-en", "图 %s Figure") == [
        ["更多", "另一处", "一页", "图 1"],
        ["More", "elsewhere", "A page", "Figure 1"],
    ]


def test_links_of_an_edition_in_one_language_are_as_sphinx_makes_them(build: Build) -> None:
    assert links_of(build, "en", "Figure %s") == [["More", "elsewhere", "A page", "Figure 1"]]


# ------------------------------------------------------------------ folds and roles

HIDDEN = """\
(page)=
# {zh}`一页`{en}`A page`

```{code-cell}
:tags: [hide-input]

1 + 1
```
"""
CITATION = """\
(page)=
# {zh}`一页`{en}`A page`

:::{zh}
见 {cite}`alpaydin1998`。
:::
:::{en}
See {cite}`alpaydin1998`.
:::

```{bibliography}
```
"""
REFERENCES = [str(BOOK / "references.bib")]


def test_a_folded_cell_is_named_by_the_line_that_opens_it_alone(build: Build) -> None:
    page = build(HIDDEN, *EXTENSIONS, nb_code_prompt_show="显示代码").html()
    [fold] = re.findall(r"<details.*?</details>", page, re.DOTALL)
    assert "显示代码" in fold
    assert "aria-label" not in fold


def test_an_entry_of_a_bibliography_is_an_item_of_a_list(build: Build) -> None:
    html = build(CITATION, "sphinxcontrib.bibtex", *EXTENSIONS, bibtex_bibfiles=REFERENCES).html()
    assert '<div class="citation" id="id' in html
    assert 'role="listitem"' in html
    assert "doc-biblioentry" not in html


# ------------------------------------------------------------------ pictures

HEADING = "(page)=\n# {zh}`题`{en}`Title`\n\n"
FIGURE = """\
mystnb:
  figure:
    name: fig-NAME
    caption: "{zh}`图`{en}`A figure`"
alt-zh: 图
alt-en: A figure
"""
SVG = "from IPython.display import HTML, SVG\n\nSVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>')"
HTML = SVG.replace("SVG('", "HTML('<p>").replace("/>", "/></p>")
WANTED = "`mystnb: figure` (name, caption), alt-zh and alt-en [pictures]"
OUTSIDE = f"a picture is drawn, or loaded, by a cell with {WANTED}"
BARE = f"a picture without caption and alt texts: give the cell {WANTED}"
UNREACHED = "HTML with a picture, which no alt text reaches: show the picture alone [pictures]"


def cell(code: str, options: str = "") -> str:
    return f"```{{code-cell}}\n---\n{options}---\n{code}\n```\n\n"


def warned(built: Built) -> list[tuple[int, str]]:
    """Return the lines that warnings name, and what they say."""
    found = re.findall(r"/page\.md:(\d+): WARNING: (.*)", built.warnings)
    return [(int(line), message) for line, message in found]


@pytest.mark.parametrize(
    "picture",
    [
        "![](a.png)",
        "![{zh}`图`{en}`A figure`](a.png)",
        "```{image} a.png\n:alt: A figure\n```",
        "```{figure} a.png\n{zh}`图`{en}`A figure`\n```",
        "<p>\n<img src='a.png' alt='A figure'>\n</p>",
        "<svg></svg>",
    ],
)
def test_a_picture_outside_a_cell_is_refused_once_whether_its_file_is_there_or_not(
    build: Build, picture: str, tmp_path: Path
) -> None:
    for text in (HEADING + picture, HEADING + picture + "\n"):
        built = build(text, *EXTENSIONS, builder="dummy", warns=None)
        assert warned(built) == [(10, OUTSIDE)]
        (tmp_path / "book" / "a.png").touch()


def test_a_picture_of_a_cell_has_a_caption_and_alt_texts(build: Build) -> None:
    cells = [
        cell(SVG, FIGURE),
        cell(SVG, "tags: [remove-output]\n"),
        cell("1"),
        cell(SVG),
        cell(SVG, "alt-zh: 图\nalt-en: A figure\n"),
        cell(HTML, FIGURE.replace("NAME", "html")),
    ]
    text = HEADING + "".join(cells)
    lines = [n for n, line in enumerate(text.splitlines(), 7) if line == "```{code-cell}"]
    built = build(text, *EXTENSIONS, builder="dummy", nb_execution_mode="force", warns=None)
    assert warned(built) == list(zip(lines[3:], [BARE, BARE, UNREACHED], strict=True))
