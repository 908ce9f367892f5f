"""The formula sheet lists all equations by part and chapter, as light as they can be."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.book.site.small_site import build_site
from tests.book.site.test_parts import BOOK, page

SQUARE = """
```{symbols}
a, b : R | 数 | numbers
```

$$
(a + b)^2 = a^2 + 2 a b + b^2
$$ (eq-square)

```{check} eq-square
:means: 和的平方 | The square of a sum
```
"""
WRONG = """
```{symbols}
a, b : R | 数 | numbers
```

$$
a + b = a - b
$$ (eq-wrong)

```{check} eq-wrong
:means: 负号 | A sign
:expect: wrong
```
"""
INDEX = "\n```{equation-index}\n```\n"
PAGES = BOOK | {
    "one": page("one") + SQUARE,
    "two": page("two") + WRONG,
    "three": page("three") + INDEX,
}


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, BeautifulSoup]:
    """Return the page with the sheet in each edition."""
    found = {}
    for edition in ("zh", "en", "zh-en"):
        built = build_site(tmp_path_factory.mktemp(edition), PAGES, edition)
        found[edition] = BeautifulSoup(built.html("three"), "html.parser")
    return found


def test_every_equation_stands_under_its_part_and_chapter_with_its_number_and_meaning(
    sheets: dict[str, BeautifulSoup],
) -> None:
    sheet = sheets["en"].select_one(".formula-sheet")
    assert sheet is not None
    assert [title.get_text() for title in sheet.select("h3")] == ["Foundations"]
    assert [title.get_text() for title in sheet.select("h4")] == ["1. Page one", "2. Page two"]
    rows = [" ".join(row.get_text(" ").split()) for row in sheet.select("li")]
    assert rows[0].startswith("(1.1) ✓ The square of a sum ( a + b ) 2 =")
    assert rows[1].startswith("(2.1) ✗ A sign a + b =")
    links = [link["href"] for link in sheet.select("li > a")]
    assert links == ["one.html#equation-eq-square", "two.html#equation-eq-wrong"]
    assert [mark["class"] for mark in sheet.select("li > span[title]")] == [["checked"], ["wrong"]]
    assert sheet.select_one("li")["data-find"].startswith("eq-square (a + b)^2")  # type: ignore[index]


@pytest.mark.parametrize(
    ("edition", "meaning"),
    [("zh", "和的平方"), ("en", "The square of a sum"), ("zh-en", "和的平方 The square of a sum")],
)
def test_a_meaning_is_in_the_languages_of_the_edition(
    sheets: dict[str, BeautifulSoup], edition: str, meaning: str
) -> None:
    row = sheets[edition].select_one(".formula-sheet li")
    assert row is not None
    assert row.select("span")[1].get_text() == meaning
    if edition == "zh-en":
        assert [half["lang"] for half in row.select("span span")] == ["zh-Hans", "en"]


def test_a_formula_is_mathml_without_its_source_and_nothing_else(
    sheets: dict[str, BeautifulSoup],
) -> None:
    formulas = sheets["en"].select(".formula-sheet math")
    assert [formula["display"] for formula in formulas] == ["block", "block"]
    assert sheets["en"].select(".formula-sheet :is(.katex, semantics, annotation)") == []


def test_the_audit_is_a_table_in_a_fold(sheets: dict[str, BeautifulSoup]) -> None:
    fold = sheets["en"].select_one("details.audit")
    assert fold is not None
    assert not fold.has_attr("open")
    rows = [[cell.get_text() for cell in row.select("td, th")] for row in fold.select("tr")]
    assert rows[0] == ["Number", "Equation", "Kind", "State", "Error", "Draws", "Mutants"]
    assert rows[1][:4] == ["1.1", "eq-square", "both sides", "✓ checked"]
    assert rows[1][5] == "20"
    assert rows[2][:4] == ["2.1", "eq-wrong", "both sides", "✗ wrong, as claimed"]


def test_other_forms_have_a_list(tmp_path: Path) -> None:
    built = build_site(tmp_path, PAGES, "en", builder="epub")
    text = (built.app.outdir / "three.xhtml").read_text("utf-8")
    assert "formula-sheet" not in text
    assert "eq-square" in text
