"""A fault in the bibliography is said once with its line, as is a citation of what it lacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.book.app import Build, Built

BOOKS = """\
@book{one,
  author = {Doe, Jane},
  title = {One},
  publisher = {P},
  year = {2001},
}

@book{two,
  author = {Doe, John},
  title = {Two},
  publisher = {P},
  year = {2002},
}

@book{three,
  author = {Doe, Ann},
  title = {Three},
  publisher = {P},
  year = {2003},
}
"""
CITING = "# Books\n\n{cite:t}`one`, {cite:t}`two`, {cite:t}`three`\n\n```{bibliography}\n```\n"


def build_with(build: Build, folder: Path, text: str, *warns: str, citing: str = CITING) -> str:
    """Build a page that cites what a bibliography holds; return what was warned of."""
    (folder / "book").mkdir(exist_ok=True)
    (folder / "book" / "a.bib").write_text(text, "utf-8")
    settings = {"bibtex_bibfiles": ["a.bib"], "bibtex_default_style": "unsrt"}
    return build(citing, "book._ext.bibliography", warns=warns, **settings).warnings


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        (BOOKS.replace("{Two},", "{Two}"), "a.bib:11: WARNING: an entry cannot be read"),
        (BOOKS.replace("year = {2002", "year {2002"), "a.bib:12: WARNING: an entry cannot be read"),
        (BOOKS.replace("{Two}", "{Two"), "a.bib:15: WARNING: an entry cannot be read"),
        (BOOKS.replace("{Two}", '"Two'), "a.bib:13: WARNING: an entry cannot be read"),
        (
            BOOKS.replace("P},\n  year = {2002},\n}", "P},\n  year = 2002\n"),
            "a.bib:15: WARNING: an entry cannot be read",
        ),
        (BOOKS.replace("{Two}", "{Two}, year = {2}"), "a.bib:8: WARNING: entry with key two has"),
        (BOOKS.rstrip()[:-1], "a.bib:15: WARNING: this entry has no end"),
        (
            BOOKS + "\n" + BOOKS.split("\n\n")[0],
            "a.bib:22: WARNING: the key one stands in line 1 already: rename",
        ),
    ],
    ids=[
        "comma",
        "equals",
        "brace",
        "quote",
        "end",
        "field twice",
        "end of file",
        "key twice",
    ],
)
def test_a_fault_is_named_once_with_its_line(
    build: Build, tmp_path: Path, text: str, warning: str
) -> None:
    for _ in range(2):
        assert build_with(build, tmp_path, text, warning).count("\n") == 1


def test_a_bibliography_without_fault_is_cited_in_silence(build: Build, tmp_path: Path) -> None:
    assert build_with(build, tmp_path, BOOKS) == ""


@pytest.mark.parametrize(
    ("key", "hint"), [("twoo", "is it two?"), ("knuth1984", "add it to the bibliography")]
)
def test_an_unknown_key_is_named_with_its_line_and_what_it_may_mean(
    build: Build, tmp_path: Path, key: str, hint: str
) -> None:
    citing = CITING.replace("`three`", f"`one,{key}`")
    warning = f"page.md:9: WARNING: no source {key!r}: {hint}"
    assert build_with(build, tmp_path, BOOKS, warning, citing=citing).count("\n") == 1


def test_pages_that_cite_what_was_changed_or_removed_are_read_again_and_no_others(
    build: Build, tmp_path: Path
) -> None:
    toc = "```{toctree}\npage\nother\n```\n\n```{bibliography}\n```\n"
    pages = {"index": f"# Books\n\n{toc}", "page": "# A\n\n{cite:t}`two`\n"}
    pages["other"] = "# B\n\n{cite:t}`one`\n"
    settings = {"bibtex_bibfiles": ["a.bib"], "bibtex_default_style": "unsrt"}
    (tmp_path / "book").mkdir()
    bibliography = tmp_path / "book" / "a.bib"

    def build_again(text: str, *warns: str) -> Built:
        bibliography.write_text(text, "utf-8")
        return build(pages, "book._ext.bibliography", warns=warns, **settings)

    assert "Doe" in build_again(BOOKS).html()
    changed = build_again(BOOKS.replace("Doe, John", "Roe, John"))
    assert "Roe" in changed.html()
    assert "other" not in changed.printed.partition("reading")[2].partition("looking")[0]
    removed = BOOKS.replace(BOOKS.split("\n\n")[1], "")
    build_again(removed, "page.md:9: WARNING: no source 'two'")
