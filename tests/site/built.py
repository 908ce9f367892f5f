"""What was built: where the site is, its editions and its pages."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
EDITIONS = ("zh", "en", "zh-en")
PAGES = sorted(path.stem for path in (ROOT / "book").glob("*.md"))
EVERY_PAGE = [f"{edition}/{page}" for edition in EDITIONS for page in PAGES]
