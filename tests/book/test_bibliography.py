"""A fault in the bibliography is said once with its line, and no citation is called unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.book.app import Build

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


def test_an_unknown_key_is_named_as_before(build: Build, tmp_path: Path) -> None:
    citing = CITING.replace("`three`", "`four`")
    build_with(build, tmp_path, BOOKS, 'could not find bibtex key "four"', citing=citing)
