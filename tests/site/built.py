"""What was built: where the site is, its editions and its pages."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
EDITIONS = ("zh", "en", "zh-en")
PAGES = sorted(path.stem for path in (ROOT / "book").glob("*.md"))
EVERY_PAGE = [f"{edition}/{page}" for page in PAGES for edition in EDITIONS]
SEARCH = [f"{edition}/search" for edition in EDITIONS]
