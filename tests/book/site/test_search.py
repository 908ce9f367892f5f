"""The search's index: what it holds of a page, and when it is written."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from book._ext.languages.glossary import entries_of
from book._ext.paths import ROOT
from book._ext.site.search import index, minisearch, read_other_names
from book._ext.site.sections import LOCAL, NAMED, Section
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


def sections(site: Built, file: str = "search-index.js") -> dict[str, list[Any]]:
    """Return what an index of an edition holds of each section, but for its address."""
    script = (site.app.outdir / file).read_text("utf-8")
    match = re.fullmatch(r"window\.bookSections=(.*);\n", script)
    assert match is not None
    listed = [s for _, found in json.loads(match[1]) for s in found]
    return {f"{s[0]} {s[1]}" if s[-1] == LOCAL else s[0]: s[1:] for s in listed}


def test_the_index_holds_prose_terms_and_names_without_code_and_in_one_language(
    tmp_path: Path,
) -> None:
    site = build_site(tmp_path, PAGE)
    found = sections(site)
    assert list(found) == [
        *("index", "page", "page-section", "page-section x", "equation-eq-double")
    ]
    assert found["page"] == ["一页", [], ["名词"], [], "中文段落，讲名词，公式 λ‖w‖₂²。", 0]
    assert found["page-section"] == ["一节", [], [], ["squared_loss"], "见式 (1)。", 0]
    assert found["page-section x"] == ["x", [], [], [], "记号之一", LOCAL]
    assert found["equation-eq-double"] == ["(1)", [], [], ["eq-double"], "x + x = 2x", 2]
    for script in ("searchindex.js", "_static/minisearch.js.map"):
        assert not (site.app.outdir / script).exists()


def test_the_parallel_edition_has_an_index_with_the_texts_of_each_language(tmp_path: Path) -> None:
    site = build_site(tmp_path, PAGE, "zh-en")
    zh, en = sections(site), sections(site, "search-index-en.js")
    assert list(zh) == list(en)
    assert zh["page"] == [*("一页\nA page", [], ["名词"], [], "中文段落，讲名词，公式 λ‖w‖₂²。", 0)]
    assert en["page"] == [
        *("一页\nA page", [], ["term"], [], "An English paragraph on a term, formula λ‖w‖₂².", 0)
    ]
    assert (zh["page-section x"][4], en["page-section x"][4]) == ("记号之一", "one of the symbols")
    assert zh["equation-eq-double"] == en["equation-eq-double"]


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
    # as if the other had been asked for alone
    (app.doctreedir / "search" / "search-index.js" / "page.json").unlink()
    build_site(tmp_path, {"index": f"{INDEX}\n", "page": PAGE})
    assert not index.exists()


# ------------------------------------------------------------------ the index


def test_other_names_are_added_to_the_section_with_their_label() -> None:
    found = {"id": "a", "title": "A", "terms": ["b"], "code": [], "text": "</script>", "kind": 1}
    script = index([("page", [found])], {"a": ["c"], "elsewhere": ["d"]})
    data = script.removeprefix("window.bookSections=").removesuffix(";\n")
    assert json.loads(data) == [["page", [["a", "A", ["c"], ["b"], [], "</script>", 1]]]]


def test_each_meaning_of_a_symbol_stands_once_in_the_notation_or_where_it_is_first_said() -> None:
    def symbol(label: str, kind: int, text: str) -> Section:
        return {"id": label, "title": "λ", "terms": [], "code": [], "text": text, "kind": kind}

    pages = {
        "loss": [symbol("a", LOCAL, "penalty"), symbol("b", LOCAL, "eigenvalue")],
        "capacity": [symbol("c", LOCAL, "eigenvalue"), symbol("d", LOCAL, "rate")],
        "notation": [symbol("e", NAMED, "penalty")],
    }
    script = index(pages.items(), {"b": ["other names are of sections"]})
    data = json.loads(script.removeprefix("window.bookSections=").removesuffix(";\n"))
    listed = [(page, [(s[0], s[2]) for s in sections]) for page, sections in data]
    assert listed == [("loss", [("b", [])]), ("capacity", [("d", [])]), ("notation", [("e", [])])]


def test_the_names_of_the_glossary_and_our_own_are_for_what_is_in_the_book() -> None:
    labels = {entry.id for entry in entries_of()} | {
        label
        for page in (ROOT / "book").glob("*.md")
        for label in re.findall(r"^\((.+)\)=$", page.read_text("utf-8"), re.MULTILINE)
    }
    names = read_other_names(ROOT / "book" / "glossary.md")
    assert set(names) <= labels
    assert {"权重衰减", "weight decay", "L2 正则化"} <= set(names["weight-decay"])
    assert "早停" in names["term-early-stopping"]


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
