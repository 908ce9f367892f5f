"""The search's index: what it holds of a page, and when it is written."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from book._ext.languages.glossary import entries_of
from book._ext.site.search import index, minisearch, plain, read_other_names
from tests.book.conftest import ROOT, SmallBook

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


def sections(book: SmallBook, edition: str = "zh") -> dict[str, list[Any]]:
    """Return what the index of an edition holds: title, terms, code and text of each section."""
    script = book.read(f"_build/html/{edition}/search-index.js")
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
    small_book: SmallBook,
) -> None:
    small_book.write(PAGE)
    code, output = small_book.make("html", "EDITIONS=zh zh-en")
    assert code == 0, output
    found = sections(small_book)
    assert list(found) == ["index", "page", "page-section"]
    assert found["page"] == ["一页", ["名词"], [], "中文段落，讲名词，公式 λ‖w‖₂²。"]
    assert found["page-section"] == ["一节", [], ["eq-double", "squared_loss"], "见式 (1)。"]
    both = sections(small_book, "zh-en")["page"]
    assert both[:2] == ["一页\nA page", ["名词", "term"]]
    assert both[3].endswith("An English paragraph on a term, formula λ‖w‖₂².")
    for script in ("searchindex.js", "_static/minisearch.js.map"):
        assert not (small_book.folder / "_build/html/zh" / script).exists()


def test_the_index_follows_a_page_and_is_not_written_without_a_change(
    small_book: SmallBook,
) -> None:
    small_book.write(PAGE)
    assert small_book.make()[0] == 0
    file = small_book.folder / "_build/html/zh/search-index.js"
    first = file.stat().st_mtime_ns, file.read_bytes()
    assert small_book.make()[0] == 0
    assert (file.stat().st_mtime_ns, file.read_bytes()) == first
    small_book.edit("book/page.md", "中文段落", "另一段话")
    assert small_book.make()[0] == 0
    assert sections(small_book)["page"][3].startswith("另一段话")
    small_book.edit("book/page.md", "另一段话", "中文段落")
    assert small_book.make()[0] == 0
    assert file.read_bytes() == first[1]


def test_other_names_are_added_to_the_section_with_their_label() -> None:
    section = {"id": "a", "title": "A", "terms": ["b"], "code": [], "text": ""}
    assert '["a","A",["b","c"],[],""]' in index([("page", [section])], {"a": ["c"]})


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
