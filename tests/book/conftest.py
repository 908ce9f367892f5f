"""Small pages built in this process, and, for what make promises, a small book that make builds."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
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
        self.output = folder / "output.txt"  # of make: a pipe would last as long as any process
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

    def start(
        self, *targets: str, variables: Mapping[str, str] | None = None
    ) -> subprocess.Popen[str]:
        """Start make in a group of its own; without targets it builds the Chinese edition."""
        venv = Path(sys.prefix)
        targets = targets or ("html", "EDITIONS=zh")
        others = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "PYTEST"))}
        with self.output.open("w", encoding="utf-8") as output:
            return subprocess.Popen(
                ["make", *targets, f"VENV={venv}", "-o", venv / ".installed"],
                cwd=self.folder,
                env={**others, "PYTHONFAULTHANDLER": "1", **(variables or {})},
                text=True,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def make(
        self, *targets: str, patience: float = 200, variables: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        """Run make to its end; return its exit code and what it printed.

        If it does not end, its processes are aborted, so that each tells where it was.
        """
        process = self.start(*targets, variables=variables)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGABRT)
            process.wait()
            time.sleep(1)  # its children write, too
            printed = self.output.read_text("utf-8", "replace")
            said = f"`make {' '.join(targets)}` did not end in {patience} s:\n{printed}"
            pytest.fail(said, pytrace=False)
        return process.returncode, self.output.read_text("utf-8")

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
