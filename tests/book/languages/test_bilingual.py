"""Three editions from one source; what breaks a pair fails every build, with file and line."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from docutils import nodes
from docutils.utils import new_document
from sphinx.errors import ConfigError
from sphinx.util.tags import Tags

from book._ext.languages.bilingual import (
    EDITIONS,
    AltTexts,
    add_editions,
    chosen_edition,
    say,
    spoken,
    spoken_nodes,
)
from tests.book.app import PAGE, Build
from tests.book.conftest import SmallBook

BILINGUAL = "book._ext.languages.bilingual"

# ------------------------------------------------------------------ one source, three editions


def test_make_html_builds_three_editions_under_the_same_ids_and_addresses(
    small_book: SmallBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOOK_URL", "https://example.org/book")
    code, output = small_book.make("html")
    assert code == 0, output
    pages = {edition: small_book.html(edition) for edition in EDITIONS}
    assert [re.search(r'<html lang="([^"]+)"', page)[1] for page in pages.values()] == [  # type: ignore[index]
        "zh-CN",
        "en",
        "zh-CN",
    ]
    for page in pages.values():
        assert re.findall(r'<section[^>]* id="([^"]+)"', page) == ["page"]
    assert [re.search("<title>(.*?) ", pages[name])[1] for name in ("zh", "en")] == ["一页", "A"]  # type: ignore[index]
    assert 'href="../en/page.html"' in pages["zh"]
    for edition, language in (("zh", "zh-Hans"), ("en", "en")):
        address = f"https://example.org/book/{edition}/page.html"
        assert f'<link rel="alternate" hreflang="{language}" href="{address}">' in pages["zh"]
    assert '<link rel="canonical" href="https://example.org/book/zh/page.html"' in pages["zh"]
    root = small_book.read("_build/html/index.html")
    assert all(f'href="{edition}/index.html"' in root for edition in EDITIONS)


def test_an_unknown_edition_is_refused_without_a_traceback(small_book: SmallBook) -> None:
    code, output = small_book.make("html", "EDITIONS=fr")
    assert code != 0
    assert "no edition 'fr'; there are zh en zh-en" in output
    assert "Traceback" not in output


def test_a_tag_chooses_the_edition_and_without_one_it_is_chinese() -> None:
    assert chosen_edition(Tags(["preview"])) == "zh"
    assert chosen_edition(Tags(["zh-en", "preview"])) == "zh-en"
    with pytest.raises(ConfigError, match="one edition is wanted"):
        chosen_edition(Tags(["zh", "en"]))


@pytest.mark.parametrize(
    ("edition", "chinese", "english"),
    [("zh", True, False), ("en", False, True), ("zh-en", True, True)],
)
def test_an_edition_holds_the_blocks_and_the_titles_of_its_languages(
    build: Build, edition: str, chinese: bool, english: bool
) -> None:
    built = build(PAGE, BILINGUAL, edition=edition, builder="dummy")
    title = built.app.env.titles["page"].astext()
    words = built.doctree().astext()
    assert ("一页" in title, "A page" in title) == (chinese, english)
    assert ("中文段落" in words, "An English" in words) == (chinese, english)


def test_the_parallel_edition_puts_each_pair_into_a_box_whose_halves_declare_their_language(
    build: Build,
) -> None:
    doctree = build(PAGE, BILINGUAL, edition="zh-en", builder="dummy").doctree()
    marks = [["zh", "language-zh-Hans"], ["en", "language-en"]]
    [pair] = [n for n in doctree.findall(nodes.container) if "pair" in n["classes"]]
    assert [half["classes"] for half in pair] == marks
    assert [role["classes"] for role in doctree.findall(nodes.inline)] == marks


def test_a_block_in_all_editions_stays_where_its_language_is_dropped(build: Build) -> None:
    text = PAGE.replace(":::{zh}\n", ":::{zh} in all editions\n")
    words = build(text, BILINGUAL, edition="en", builder="dummy").doctree().astext()
    assert "中文段落" in words
    assert "An English" in words


def test_a_block_takes_no_other_argument(build: Build) -> None:
    text = PAGE.replace(":::{zh}\n", ":::{zh} somewhere\n")
    build(text, BILINGUAL, warns=["page.md:10: ERROR: {zh} takes 'in all editions', got"])


# ------------------------------------------------------------------ transforms


def test_the_parallel_edition_spaces_a_pair_of_roles(build: Build) -> None:
    built = build(PAGE, BILINGUAL, edition="zh-en", builder="dummy")
    assert built.app.env.titles["page"].astext() == "一页 A page"


def test_blocks_that_another_part_of_the_page_divides_are_no_pair(build: Build) -> None:
    text = PAGE.replace(":::\n:::{en}", ":::\n\n$x$\n\n:::{en}")
    warns = ["without its {en}", "without its {zh}"]
    built = build(text, BILINGUAL, edition="zh-en", builder="dummy", warns=warns)
    assert not [n for n in built.doctree().findall(nodes.container) if "pair" in n["classes"]]


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_section_and_the_contents_have_one_id_that_no_language_changes(
    build: Build, edition: str
) -> None:
    contents = "\n```{contents}\n```\n\n(page-more)=\n## {zh}`更多`{en}`More`\n"
    doctree = build(PAGE + contents, BILINGUAL, edition=edition, builder="dummy").doctree()
    assert [s["ids"] for s in doctree.findall(nodes.section)] == [["page"], ["page-more"]]
    assert [t["ids"] for t in doctree.findall(nodes.topic)] == [["page-contents"]]


def test_a_section_without_a_label_keeps_the_id_of_its_title(build: Build) -> None:
    warns = ["a heading without a (label)="]
    text = PAGE + "\n## {zh}`English 标题`{en}`English`\n"
    doctree = build(text, BILINGUAL, builder="dummy", warns=warns).doctree()
    assert [s["ids"] for s in doctree.findall(nodes.section)] == [["page"], ["english"]]


@pytest.mark.parametrize(
    ("edition", "title"), [("zh", "基础"), ("en", "Foundations"), ("zh-en", "基础 Foundations")]
)
def test_a_part_of_the_book_has_its_title_in_the_languages_of_the_edition(
    build: Build, edition: str, title: str
) -> None:
    part = "\n```{toctree}\n:caption: {zh}`基础`{en}`Foundations`\n\nother\n```\n"
    other = PAGE.replace("(page", "(other")
    page = build({"page": PAGE + part, "other": other}, BILINGUAL, edition=edition).html()
    assert f'<span class="caption-text">{title}</span>' in page


@pytest.mark.parametrize(
    ("edition", "alt"), [("zh", "一条线"), ("en", "a line"), ("zh-en", "一条线 / a line")]
)
def test_a_figure_is_described_in_the_languages_of_the_edition(edition: str, alt: str) -> None:
    assert described(edition, {"alt-zh": "一条线", "alt-en": "a line"}) == alt


def test_a_figure_that_lacks_a_language_of_the_edition_keeps_the_description_it_had() -> None:
    assert described("zh-en", {"alt-zh": "一条线"}) == "as it was"


def described(edition: str, metadata: dict[str, str]) -> str:
    """Return how the figure of a cell with these options is described."""
    document = new_document("page")
    document.settings.env = SimpleNamespace(config=SimpleNamespace(edition=edition))
    figure = nodes.image(alt="as it was")
    document += nodes.container("", figure, cell_metadata=metadata)
    AltTexts(document).apply()
    return str(figure["alt"])


# ------------------------------------------------------------------ what breaks a page


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("公式 $x$", "公式 $y$", "page.md:10: WARNING: formulas differ"),
        ("(page)=\n", "", "page.md:7: WARNING: a heading without a (label)="),
        ("{en}`A page`", "", "page.md:8: WARNING: {zh} and {en} roles must come in pairs"),
        (":::{en}\nAn English paragraph, formula $x$.\n:::\n", "", "page.md:10: WARNING: a {zh}"),
    ],
)
def test_a_breach_of_parity_is_a_warning_with_file_and_line(
    build: Build, old: str, new: str, message: str
) -> None:
    assert PAGE.count(old) == 1
    build(PAGE.replace(old, new), BILINGUAL, warns=[message])


# ------------------------------------------------------------------ words of the site's own


def test_words_of_the_site_are_said_in_the_languages_of_the_edition() -> None:
    assert [say(edition, "搜索", "Search") for edition in EDITIONS] == [
        "搜索",
        "Search",
        "搜索 Search",
    ]


def test_words_of_the_site_are_escaped_and_marked_where_two_languages_meet() -> None:
    assert spoken("en", "搜索", "a < b") == "a &lt; b"
    assert spoken("zh-en", "搜索", "a < b") == (
        '<span class="zh" lang="zh-Hans">搜索</span> <span class="en" lang="en">a &lt; b</span>'
    )


def context(page: str, edition: str, url: str, *tags: str) -> dict[str, Any]:
    """Return what the templates of a page are told."""
    told: dict[str, Any] = {}
    app: Any = SimpleNamespace(
        config=SimpleNamespace(edition=edition, book_url=url), tags=Tags(list(tags))
    )
    add_editions(app, page, "page.html", told, None)
    return told


def test_a_page_is_told_its_place_in_each_edition_and_its_translations() -> None:
    told = context("part/page", "en", "https://example.org")
    assert told["editions"]["zh-en"] == "../../zh-en/part/page.html"
    assert told["alternates"] == {
        "zh-Hans": "https://example.org/zh/part/page.html",
        "en": "https://example.org/en/part/page.html",
    }
    assert told["say"]("搜索", "Search") == "Search"


def test_translations_need_an_address_and_the_parallel_edition_and_the_preview_have_none() -> None:
    assert context("page", "zh", "")["alternates"] == {}
    assert context("page", "zh-en", "https://example.org")["alternates"] == {}
    assert context("page", "zh", "", "preview")["editions"] == {}


@pytest.mark.parametrize(
    ("edition", "expected"),
    [
        ("zh", "率 <math>p</math>"),
        ("en", "rate <math>p</math>"),
        (
            "zh-en",
            '<inline classes="zh language-zh-Hans">率 <math>p</math></inline> '
            '<inline classes="en language-en">rate <math>p</math></inline>',
        ),
    ],
)
def test_words_as_nodes_are_marked_where_two_languages_meet_and_hold_formulas(
    edition: str, expected: str
) -> None:
    paragraph = nodes.paragraph("", "", *spoken_nodes(edition, "率 $p$", "rate $p$"))
    assert str(paragraph) == f"<paragraph>{expected}</paragraph>"
