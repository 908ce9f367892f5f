"""Small pages built in this process, and, for what make promises, a small book that make builds."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from book._ext.paths import ROOT
from tests.book.app import MATTER, PAGE, Build, build_in

INDEX = MATTER + "(index)=\n# {zh}`书`{en}`Book`\n\n```{toctree}\npage\n```\n"
FOLDERS = ("dlref", "eqcheck", "book/_ext", "book/_static", "book/_templates")
FILES = (
    *(
        "CITATION.cff",
        "conf.py",
        "Makefile",
        "pyproject.toml",
        "requirements.txt",
        "package-lock.json",
    ),
    *("README.md", "LICENSE", "book/references.bib"),
)


class SmallBook:
    """The project without its pages, and one page that a test may change.

    A test that calls make takes 3 to 30 seconds: what an extension does is tested by ``build``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in FOLDERS:
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        for name in FILES:
            shutil.copy2(ROOT / name, folder / name)
        (folder / "node_modules").symlink_to(ROOT / "node_modules")
        (folder / "book" / "index.md").write_text(INDEX, "utf-8")
        self.write(PAGE)

    def write(self, text: str, name: str = "page") -> None:
        """Write a page, with its front matter."""
        (self.folder / "book" / f"{name}.md").write_text(MATTER + text, "utf-8")

    def read(self, name: str) -> str:
        """Return the text of a file of the book's folder."""
        return (self.folder / name).read_text("utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Change a file of the book's folder; ``old`` stands in it once."""
        text = self.read(name)
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        (self.folder / name).write_text(text.replace(old, new), "utf-8")

    def start(self, *targets: str) -> subprocess.Popen[str]:
        """Start make; without targets it builds the Chinese edition."""
        venv = Path(sys.prefix)
        targets = targets or ("html", "EDITIONS=zh")
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "PYTEST"))}
        return subprocess.Popen(
            ["make", *targets, f"VENV={venv}", "-o", venv / ".installed"],
            cwd=self.folder,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def make(self, *targets: str, patience: float = 300) -> tuple[int, str]:
        """Run make to its end; return its exit code and what it printed."""
        process = self.start(*targets)
        output, _ = process.communicate(timeout=patience)
        return process.returncode, output

    def html(self, edition: str = "zh", name: str = "page") -> str:
        """Return a built page."""
        return (self.folder / "_build" / "html" / edition / f"{name}.html").read_text("utf-8")


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Build small pages in this process, in a folder of the test's own (see ``app.py``)."""
    return partial(build_in, tmp_path)


@pytest.fixture
def small_book(tmp_path: Path) -> SmallBook:
    return SmallBook(tmp_path)
