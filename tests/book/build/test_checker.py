"""A page that is checked is written as for the site, and nothing else is."""

from __future__ import annotations

from pathlib import Path

from tests.book.app import Build

PAGE = "# Page\n\n```{code-cell}\n1 + 1\n```\n"
CHECKER = "book._ext.build.checker"


def test_the_page_is_all_that_is_written(build: Build) -> None:
    built = build(PAGE, CHECKER, builder="check", html_copy_source=False)
    files = {path.name for path in Path(built.app.outdir).rglob("*") if path.is_file()}
    assert {name for name in files if not name.startswith(("mystnb", "."))} == {"page.html"}
    assert built.app.builder.indexer is None  # nor read for a search


def test_what_is_wrong_with_its_references_is_found(build: Build) -> None:
    build(PAGE + "\n{ref}`missing`\n", CHECKER, builder="check", warns=["undefined label"])


def test_what_its_cells_print_is_shown_as_in_the_site(build: Build) -> None:
    cell = "from IPython.display import HTML\nHTML('<b>two</b>')"
    text = PAGE.replace("1 + 1", cell)
    built = build(text, CHECKER, builder="check", nb_execution_mode="force")
    assert "<b>two</b></div>" in built.html()
