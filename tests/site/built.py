"""What was built: where the site is, its editions, its pages, what its equations gave."""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
EDITIONS = ("zh", "en", "zh-en")
PAGES = sorted(path.stem for path in (ROOT / "book").glob("*.md"))
EVERY_PAGE = [f"{edition}/{page}" for page in PAGES for edition in EDITIONS]
SEARCH = [f"{edition}/search" for edition in EDITIONS]


def report(name: str = "report") -> list[dict[str, Any]]:
    """Return what `make equations` found: equations, those in running text, or numbers."""
    results: list[dict[str, Any]] = json.loads(
        (ROOT / "_build" / "equations" / f"{name}.json").read_text("utf-8")
    )
    return results
