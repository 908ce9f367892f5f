"""What the book says of itself as a whole is what the build counted."""

from __future__ import annotations

import pytest

from book._ext.truth.counts import Tally, tally
from tests.book.app import Build
from tests.book.truth.test_evidence import BOOK, EXTENSIONS

PARAGRAPH = """
:::{zh}
公式 {count}`displayed` 个。
:::
:::{en}
There are {count}`displayed` equations.
:::
"""
PAGE = f"(page)=\n# {{zh}}`一页`{{en}}`A page`\n{PARAGRAPH}"


def test_equations_are_counted_by_what_running_them_gave(build: Build) -> None:
    count = tally(build(BOOK, *EXTENSIONS, edition="en", builder="dummy").app.env)
    assert (count.displayed, count.executed, count.hold, count.wrong) == (3, 2, 1, 1)
    assert (count.defined, count.percent) == (1, 67)
    assert 0 < count.killed == count.mutants


def test_what_stands_in_two_languages_counts_once(build: Build) -> None:
    count = tally(build(BOOK, *EXTENSIONS, edition="zh-en", builder="dummy").app.env)
    assert (count.displayed, count.relations, count.holding, count.numbers) == (3, 1, 1, 1)


def test_a_page_prints_a_figure_of_the_whole_book(build: Build) -> None:
    built = build({**BOOK, "second": BOOK["second"] + PARAGRAPH}, *EXTENSIONS, edition="en")
    assert 'There are <span class="count displayed">3</span> equations.' in built.html("second")


def test_a_figure_follows_what_other_pages_display(build: Build) -> None:
    pages = {**BOOK, "second": BOOK["second"] + PARAGRAPH}
    assert "are 3 eq" in build(pages, *EXTENSIONS, edition="en").resolved("second").astext()
    pages["page"] = "(page)=\n# {zh}`空页`{en}`An empty page`\n"
    assert "are 2 eq" in build(pages, *EXTENSIONS, edition="en").resolved("second").astext()


def test_an_unknown_figure_is_reported_with_the_nearest(build: Build) -> None:
    page = PAGE.replace("{count}`displayed`", "{count}`display`")
    warning = (
        "{count} has no figure 'display': did you mean displayed? known are concepts, displayed, "
    )
    built = build(page, *EXTENSIONS, edition="en", warns=[warning])
    assert "page.md:14: " in built.warnings


@pytest.mark.parametrize("figure", Tally._fields)
def test_each_figure_can_be_printed(build: Build, figure: str) -> None:
    page = PAGE.replace("{count}`displayed`", f"{{count}}`{figure}`")
    assert f'class="count {figure}">0<' in build(page, *EXTENSIONS, edition="en").html()
