"""Numbers are those that Sphinx gives when it goes through all pages, and works stand or follow."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.environment.collectors.toctree import TocTreeCollector
from sphinxcontrib.bibtex.domain import BibtexDomain

from tests.book.app import MATTER, PAGE, Built
from tests.book.site.small_site import build_site

INDEX = (
    "(index)=\n# {zh}`书`{en}`Book`\n\n```{toctree}\n:numbered:\n\npage\nother\nreferences\n```\n"
)
FIGURE = "```{figure} plot.svg\n:name: fig-NAME\n:alt: 线\n\n图。\n```\n"
NUMBERED = f"""\
{PAGE}
{FIGURE.replace("NAME", "first")}
```{{figure}} plot.svg
:name: fig-without-caption
:alt: 线
```

````{{note}}
{FIGURE.replace("NAME", "in-note")}
````

- {FIGURE.replace("NAME", "in-list").replace(chr(10), chr(10) + "  ").strip()}

(page-part)=
## {{zh}}`一节`{{en}}`A part`

$$
a = a
$$ (eq-same)

```{{check}} eq-same
:kind: notation
:why: 一例 | an example
```

```{{code-block}} python
:name: code-named
:caption: 代码

x = 1
```

| a | b |
|---|---|
| 1 | 2 |

```{{table}} 表
:name: table-named

| a | b |
|---|---|
| 1 | 2 |
```
"""
OTHER = f"(other)=\n# {{zh}}`另页`{{en}}`Other`\n\n{FIGURE.replace('NAME', 'other')}"
QUIET = ["myst-nb.lexer", "pictures"]  # those of the book come from cells
CITING = ":::{zh}\n见 {cite}`glorot2010`。\n:::\n:::{en}\nSee {cite}`glorot2010`.\n:::\n"
REFERENCES = "(references)=\n# {zh}`文献`{en}`References`\n\n```{bibliography}\n```\n"
PAGES = {"index": INDEX, "page": NUMBERED, "other": OTHER + CITING, "references": REFERENCES}


def build(folder: Path, **pages: str) -> Built:
    if not (folder / "book").exists():
        (folder / "book").mkdir()
        (folder / "book" / "plot.svg").write_text("<svg/>", "utf-8")
    return build_site(folder, PAGES | pages, suppress_warnings=QUIET)


def label_in(built: Built, name: str) -> str:
    """Return the label of the work that a page cites."""
    page = BeautifulSoup(built.html(name), "html.parser")
    return page.select_one('a[href*="references.html#"]').get_text()


@pytest.fixture
def formatted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows when works are formatted."""
    times: list[str] = []
    original = BibtexDomain.env_updated

    def format_works(self: BibtexDomain) -> object:
        times.append("once")
        return original(self)

    monkeypatch.setattr(BibtexDomain, "env_updated", format_works)
    return times


def test_the_numbers_are_those_of_sphinx_itself(tmp_path: Path) -> None:
    env = build(tmp_path).app.env
    ours = env.toc_fignumbers
    TocTreeCollector().assign_figure_numbers(env)
    assert ours == env.toc_fignumbers
    assert set(ours["page"]) == {"figure", "displaymath", "code-block", "table"}
    assert ours["page"]["figure"] == {
        "fig-first": (1, 1),
        "fig-in-note": (1, 2),
        "fig-in-list": (1, 3),
    }
    assert ours["other"]["figure"] == {"fig-other": (2, 1)}


def test_chapters_are_numbered_throughout_and_what_no_numbered_list_holds_is_not(
    tmp_path: Path,
) -> None:
    parts = INDEX.replace("page\nother\n", "page\n```\n\n```{toctree}\n:numbered:\n\nother\n")
    parts = parts.replace("\nreferences", "\n```\n\n```{toctree}\nreferences")
    built = build(tmp_path, index=parts)
    chapters = [built.app.env.toc_secnumbers.get(p, {}).get("") for p in ("page", "other")]
    assert chapters == [(1,), (2,)]
    assert "references" not in built.app.env.toc_secnumbers
    assert built.app.env.toc_fignumbers["other"]["figure"] == {"fig-other": (2, 1)}
    page = BeautifulSoup(built.html("index"), "html.parser")
    listed = [[a["href"] for a in part.select("a")] for part in page.select(".toctree-wrapper")]
    assert listed == [["page.html", "page.html#page-part"], ["other.html"], ["references.html"]]


def test_numbers_of_pages_that_were_not_read_again_stand_and_move(tmp_path: Path) -> None:
    build(tmp_path)
    swapped = build(tmp_path, index=INDEX.replace("page\nother", "other\npage"))
    assert swapped.app.env.toc_fignumbers["page"]["figure"]["fig-first"] == (2, 1)
    assert swapped.app.env.toc_fignumbers["other"]["figure"] == {"fig-other": (1, 1)}


def test_no_page_is_read_from_disk_to_be_numbered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(tmp_path)
    asked: list[str] = []
    monkeypatch.setattr(
        "sphinx.environment.BuildEnvironment.get_doctree",
        lambda self, name: asked.append(name) or nodes.document(None, None),
    )
    build(tmp_path)
    assert asked == []


def test_works_are_formatted_again_only_where_citations_or_works_changed(
    tmp_path: Path, formatted: list[str]
) -> None:
    first = build(tmp_path).html("references")
    assert formatted == ["once"]
    build(tmp_path, page=NUMBERED + "\n")
    build(tmp_path)
    assert formatted == ["once"]
    more = CITING.replace("glorot2010", "he2015")
    assert "Kaiming" in build(tmp_path, page=NUMBERED + more).html("references")
    assert len(formatted) == 2
    assert build(tmp_path).html("references") == first
    assert len(formatted) == 3
    build(tmp_path, references=REFERENCES + "\n")
    assert len(formatted) == 4


def test_works_follow_the_order_of_the_pages_that_cite_them(tmp_path: Path) -> None:
    pages = {"page": NUMBERED + CITING.replace("glorot2010", "he2015")}
    first = build(tmp_path, **pages)
    assert [label_in(first, "page"), label_in(first, "other")] == ["1", "2"]
    swapped = build(tmp_path, **pages, index=INDEX.replace("page\nother", "other\npage"))
    assert [label_in(swapped, "page"), label_in(swapped, "other")] == ["2", "1"]


def test_works_are_formatted_again_when_a_page_that_cites_is_gone(
    tmp_path: Path, formatted: list[str]
) -> None:
    orphan = MATTER.replace("---\n\n", "orphan: true\n---\n\n") + PAGE.replace("(page)", "(orphan)")
    build(tmp_path, orphan=orphan + CITING.replace("glorot2010", "he2015"))
    (tmp_path / "book" / "orphan.md").unlink()
    assert "Kaiming" not in build(tmp_path).html("references")
    assert len(formatted) == 2


def test_works_follow_a_bibliography_that_is_put_back_however_old_its_file_is(
    tmp_path: Path,
) -> None:
    works = tmp_path / "works.bib"
    pages = PAGES | {"page": PAGE, "other": PAGE.replace("(page)", "(other)") + CITING}
    entry = "@book{{glorot2010, title={{{}}}, author={{A, B}}, publisher={{C}}, year=2010}}\n"

    def references(title: str, age: int) -> str:
        works.write_text(entry.format(title), "utf-8")
        os.utime(works, ns=(0, works.stat().st_mtime_ns - age))
        return build_site(tmp_path, pages, bibtex_bibfiles=[str(works)]).html("references")

    first = references("First", 10**15)
    assert "Second" in references("Second", 0)
    assert references("First", 10**15) == first
