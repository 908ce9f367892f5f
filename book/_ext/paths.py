"""Where things are: the folders of the repository that the extensions read and write."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
NODE_MODULES = ROOT / "node_modules"
BUILD = ROOT / "_build"
SITE = BUILD / "html"
