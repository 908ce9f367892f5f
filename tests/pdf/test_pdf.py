"""Both PDFs of the book: everything is there, can be found, and was set without a complaint."""

from __future__ import annotations

import re

import pytest

from book._ext.build.new import CONTENTS, NUMBERED
from tests.pdf.document import ROOT, Document, faults_in_log, squeezed

BUILD = ROOT / "_build"
FRONT = (ROOT / "book" / "index.md").read_text("utf-8")
PAGE = re.compile(r"^[a-z][\w-]*$", re.MULTILINE)
EQUATION = re.compile(r"^\$\$ \(eq-", re.MULTILINE)
CHAPTERS = [
    page for part in CONTENTS.findall(FRONT) if NUMBERED.search(part) for page in PAGE.findall(part)
]
PAGES = [page for part in CONTENTS.findall(FRONT) for page in PAGE.findall(part)]
SOURCES = {name: (ROOT / "book" / f"{name}.md").read_text("utf-8") for name in PAGES}
EQUATIONS = sum(len(EQUATION.findall(text)) for text in SOURCES.values())
FIGURES = sum(
    len(re.findall(r"^alt-zh:", page.read_text("utf-8"), re.MULTILINE))
    for page in (ROOT / "book").glob("*.md")
)
HEADINGS = sum(len(re.findall(r"^##? ", text, re.MULTILINE)) for text in SOURCES.values())
EXERCISES = sum(len(re.findall(r"-exercise-\d+\)=", text)) for text in SOURCES.values())
TITLES = {"zh": "深度学习概念", "en": "Concepts in Deep Learning"}
LANGUAGES = {"zh": "zh-Hans", "en": "en"}
PHRASES = {
    "zh": ("站在雾中的山坡上", "小结", "哪里容易出错", "参考文献", "索引", "目录"),
    "en": ("You stand on a hillside in fog", "What to remember", "References", "Index", "Contents"),
}

# What only a page of the site can say; the name of its form for reports stands between marks.
SITE_ONLY = re.compile(
    "(?<!Reportanerror)onthispage|[Tt]hispagesays|[Cc]lick|本页|此页|(?<!报告)这一页的(?!末尾)"
    "|点开(?!始)|点击"
)


@pytest.fixture(scope="module", params=["zh", "en"])
def edition(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def document(edition: str) -> Document:
    return Document(BUILD / "pdf" / f"concepts-{edition}.pdf")


def title_of(source: str, edition: str) -> str:
    heading = re.search(r"^# (.*)", source, re.MULTILINE)
    assert heading is not None
    words = re.search(rf"\{{{edition}\}}`(.*?)`", heading[1])
    assert words is not None
    return words[1]


def test_latex_complains_of_nothing(edition: str) -> None:
    log = (BUILD / "latex" / edition / f"concepts-{edition}.log").read_text("utf-8", "replace")
    assert faults_in_log(log) == []


def test_every_font_is_embedded(document: Document) -> None:
    assert len(document.fonts) > 5
    assert [name for name, _, embedded in document.fonts if not embedded] == []


def test_no_font_is_drawn_by_commands_which_viewers_neither_hint_nor_cache(
    document: Document,
) -> None:
    assert [name for name, kind, _ in document.fonts if kind == "Type 3"] == []


def test_phrases_of_the_book_can_be_found(document: Document, edition: str) -> None:
    assert [p for p in PHRASES[edition] if squeezed(p) not in document.text] == []
    assert "\ufffd" not in document.text


def test_paper_speaks_of_no_page_of_the_site_as_this_one_and_of_nothing_to_click(
    document: Document,
) -> None:
    around = (
        document.text[max(m.start() - 20, 0) : m.end() + 20]
        for m in SITE_ONLY.finditer(document.text)
    )
    assert list(around) == []


def test_every_quotation_is_opened_and_closed(document: Document, edition: str) -> None:
    opened, closed = document.text.count("“"), document.text.count("”")
    assert opened == closed
    assert opened > 20


def test_every_chapter_stands_in_text_and_bookmarks(document: Document, edition: str) -> None:
    titles = [squeezed(title_of(source, edition)) for source in SOURCES.values()]
    assert [title for title in titles if title not in document.text] == []
    bookmarks = [squeezed(title) for title in document.outline]
    assert [title for title in titles if not any(title in mark for mark in bookmarks)] == []


def test_chapters_figures_and_equations_bear_the_numbers_of_the_site(
    document: Document, edition: str
) -> None:
    word = {"zh": "第{}章{}", "en": "Chapter{}{}"}[edition]
    for number, name in enumerate(CHAPTERS, start=1):
        source = SOURCES[name]
        assert squeezed(word.format(number, title_of(source, edition))) in document.text
        for count in range(1, len(EQUATION.findall(source)) + 1):
            assert f"({number}.{count})" in document.text
        for count in range(1, source.count("    name: fig-") + 1):
            assert {"zh": "图", "en": "Figure"}[edition] + f"{number}.{count}" in document.text


def test_what_has_no_chapter_number_counts_on_from_the_preface(document: Document) -> None:
    unnumbered = [FRONT, *(text for name, text in SOURCES.items() if name not in CHAPTERS)]
    count = sum(len(EQUATION.findall(text)) for text in unnumbered)
    assert count > 20
    assert [n for n in range(1, count + 1) if f"({n})" not in document.text] == []
    assert f"({len(CHAPTERS) + 1}.1)" not in document.text


def test_nothing_is_lost_on_the_way(document: Document) -> None:
    assert document.pages >= 4 * len(PAGES)
    assert len(document.outline) >= HEADINGS
    # contents, numbers of equations in their list, and the way to each solution and back
    assert document.links >= HEADINGS + EQUATIONS + 2 * EXERCISES
    assert len(document.alternatives) == FIGURES


def test_no_chapter_ends_with_a_few_lines_on_a_page_of_their_own(document: Document) -> None:
    assert len(document.chapters) >= len(PAGES)
    ends = [start - 1 for start in document.chapters[1:]]
    assert {page: depth for page in ends if (depth := document.depth(page)) < 0.23} == {}


def test_no_heading_stands_at_the_foot_of_a_page(document: Document) -> None:
    found = []
    for page in range(1, document.pages + 1):
        last = squeezed(next(reversed(document.lines(page).values()), ""))
        found += [title for title in document.titles(page) if last and title.endswith(last)]
    assert found == []


def test_what_running_an_equation_found_stands_on_its_page(document: Document) -> None:
    first = [next(iter(document.lines(n).values()), "") for n in range(1, document.pages + 1)]
    assert [line for line in first if line.lstrip().startswith(("✓", "✗", "≝"))] == []


def test_title_author_language_and_keywords_are_told(document: Document, edition: str) -> None:
    assert document.facts["Title"] == TITLES[edition]
    for name in ("Author", "Subject", "Keywords"):
        assert document.facts[name]
    assert document.language == LANGUAGES[edition]


def test_the_index_is_sorted_by_sound_and_has_both_languages(edition: str) -> None:
    index = (BUILD / "latex" / edition / f"concepts-{edition}.ind").read_text("utf-8")
    letters = re.findall(r"\\bigletter (.)", index)
    assert letters == sorted(letters)
    assert letters[0] == "A"
    terms = re.findall(r"\\spxentry\{([^}]*)\}", index)
    assert terms.index("梯度") > terms.index("gradient")
    order = [terms.index(term) for term in ("梯度", "线性模型", "训练损失", "正规方程")]
    assert order == sorted(order)
