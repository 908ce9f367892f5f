"""Readers see numbers and words, authors what is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from docutils import nodes

from book._ext.truth import execution
from book._ext.truth.numerals import claims_of
from tests.book.app import Build, Built

EXTENSIONS = (
    "book._ext.languages.bilingual",
    *("book._ext.truth.cells", "book._ext.truth.numerals"),
)
PARAGRAPHS = """\
(page)=
# {zh}`一页`{en}`A page`

```{values}
n = 6
```

:::{zh}
CLAIM
:::
:::{en}
CLAIM
:::
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Let pages, which have no cells, be executed as conf.py has it."""
    monkeypatch.setattr(execution, "cache_path", lambda: tmp_path / "cache")
    return {"nb_execution_mode": "cache", "nb_execution_cache_path": str(tmp_path / "cache")}


def said(claim: str) -> str:
    return PARAGRAPHS.replace("CLAIM", claim)


def words(built: Built) -> list[str]:
    return [p.astext() for p in built.doctree().findall(nodes.paragraph)]


@pytest.mark.parametrize(
    ("claim", "shown"),
    [("{num}`3.5 | n * 7 / 12`", "3.5"), ("{fact}`更多 more | x | n > 5`", "更多 more | x")],
)
def test_readers_see_the_words_and_not_the_expression(
    build: Build, settings: dict[str, Any], claim: str, shown: str
) -> None:
    assert words(build(said(claim), *EXTENSIONS, **settings)) == [shown]
    assert words(build(said(claim), *EXTENSIONS, builder="dummy")) == [shown]


def test_what_is_wrong_is_a_warning_at_every_build_and_shown_where_it_stands(
    build: Build, settings: dict[str, Any]
) -> None:
    page = said("{num}`2 | 3`, {fact}`更少 less | n < 5`, {num}`6 | n`")
    warns = [
        f"page.md:{line}: WARNING: {message}"
        for line in (15, 18)
        for message in ("2 is printed, but 3 = 3", '"更少 less" is said, but n < 5 is false: n = 6')
    ]
    for _ in range(2):
        html = build(page, *EXTENSIONS, warns=warns, **settings).html()
    assert '<span class="num-wrong">2 | 3: 2 is printed, but 3 = 3</span>, ' in html
    assert html.count("num-wrong") == 2
    mended = page.replace("`2", "`3").replace("n < 5", "n < 7")
    assert "num-wrong" not in build(mended, *EXTENSIONS, **settings).html()


def test_a_role_that_is_not_executed_where_it_stands_is_a_warning(build: Build) -> None:
    note = "```{note}\n{num}`2 | 3`\n```\n"
    message = "nothing executes what {num} says here: write it in a ::: block"
    assert message in build(said("$a$") + note, *EXTENSIONS, warns=[message]).html()


def test_expressions_see_no_other_page(build: Build, settings: dict[str, Any]) -> None:
    first = said("$a$").replace("(page)", "(a)") + "\n```{toctree}\npage\n```\n"
    pages = {"a": first, "page": said("{num}`6 | n`").replace("n = 6", "")}
    message = "page.md:15: WARNING: n raised NameError: name 'n' is not defined; known are dlref"
    build(pages, *EXTENSIONS, warns=[message, message.replace("15", "18")], **settings)


def test_the_claims_of_a_page_are_known_until_it_is_read_anew(build: Build) -> None:
    for claim in ("{num}`2 | 1 + 1`", "{fact}`更多 more | 2 > 1`"):
        built = build(said(claim), *EXTENSIONS, builder="dummy")
        kind, text = claim[1:-1].split("}`")
        assert claims_of(built.app.env) == [{"page": "page", "kind": kind, "text": text}]
