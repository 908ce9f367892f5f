"""Numbers are looked for if a page was read or is gone, and otherwise they stand."""

from __future__ import annotations

from pathlib import Path

import pytest
import sphinxcontrib.bibtex
from sphinx.environment.collectors.toctree import TocTreeCollector
from sphinxcontrib.bibtex.domain import BibtexDomain

from tests.book.app import MATTER, PAGE
from tests.book.site.small_site import build_site

INDEX = "(index)=\n# {zh}`书`{en}`Book`\n\n```{toctree}\npage\n```\n"
ORPHAN = MATTER.replace("---\n\n", "orphan: true\n---\n\n") + PAGE.replace("page", "orphan")
PAGES = {"index": INDEX, "page": PAGE, "orphan": ORPHAN}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that tells who looked for numbers."""
    found: list[str] = []
    number, cite = TocTreeCollector.get_updated_docs, BibtexDomain.env_updated

    def numbers(self: TocTreeCollector, app: object, env: object) -> list[str]:
        found.append("numbers")
        return number(self, app, env)  # type: ignore[arg-type]

    def works(self: BibtexDomain) -> object:
        found.append("works")
        return cite(self)

    monkeypatch.setattr(TocTreeCollector, "get_updated_docs", numbers)
    monkeypatch.setattr(BibtexDomain, "env_updated", works)
    return found


def test_a_build_that_reads_no_page_looks_for_no_numbers(tmp_path: Path, asked: list[str]) -> None:
    built = build_site(tmp_path, PAGES)
    assert set(asked) == {"numbers", "works"}
    handlers = [listener.handler for listener in built.app.events.listeners["env-updated"]]
    assert sphinxcontrib.bibtex.env_updated in handlers
    asked.clear()
    build_site(tmp_path, PAGES)
    assert asked == []


@pytest.mark.parametrize("change", ["edited", "removed"])
def test_a_page_that_is_edited_or_gone_has_them_looked_for(
    tmp_path: Path, asked: list[str], change: str
) -> None:
    build_site(tmp_path, PAGES)
    asked.clear()
    pages = dict(PAGES)
    if change == "edited":
        pages["orphan"] += "\n"
    else:
        del pages["orphan"]
        (tmp_path / "book" / "orphan.md").unlink()
    build_site(tmp_path, pages)
    assert set(asked) == {"numbers", "works"}
