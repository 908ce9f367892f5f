"""What was built: where the site is, its editions and its pages."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
EDITIONS = ("zh", "en", "zh-en")
PAGES = sorted(path.stem for path in (ROOT / "book").glob("*.md"))
EVERY_PAGE = [f"{edition}/{page}" for page in PAGES for edition in EDITIONS]
SEARCH = [f"{edition}/search" for edition in EDITIONS]


def visited(pages: list[str]) -> list[object]:
    """Return pages as parameters of tests that look at what ``first_visit`` saw of them.

    Those of one page come to the same worker, in all its editions, and so it is visited once.
    """
    group = pytest.mark.xdist_group
    return [pytest.param(page, marks=group(page.rpartition("/")[2])) for page in pages]
