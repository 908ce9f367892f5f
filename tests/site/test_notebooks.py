"""The notebooks that the site offers run where nothing is installed: they install the package."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from book._ext.truth.execution import read_page
from tests.site.built import PAGES, ROOT, SITE

LANGUAGES = ("zh", "en")
TIMEOUT = 300  # seconds, of a page


def notebook(language: str, page: str) -> Path:
    return SITE / language / "_downloads" / f"{page}.ipynb"


def code(path: Path) -> list[str]:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


WITH_CELLS = [page for page in PAGES if "{code-cell}" in (ROOT / f"book/{page}.md").read_text()]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_with_cells_is_offered_with_all_of_them_in_order(page: str) -> None:
    cells = read_page(ROOT / "book" / f"{page}.md").notebook.cells
    written = [cell.source for cell in cells if cell.cell_type == "code"]
    for language in LANGUAGES:
        assert notebook(language, page).exists() == bool(written)
        if written:
            install, *rest = code(notebook(language, page))
            assert install.startswith("%pip install")
            assert rest == written


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", WITH_CELLS)
def test_a_notebook_speaks_one_language_and_holds_no_markup_of_the_book(
    page: str, language: str
) -> None:
    cells = json.loads(notebook(language, page).read_text("utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    text = "\n".join(texts)
    assert "`dlref" in texts[0]
    for markup in ("{num}", "{check}", "{ref}", "{eq}", "{cite", "{zh}", "{en}", ":::", "`{"):
        assert markup not in text
    han = sum("\u4e00" <= letter <= "\u9fff" for letter in text)
    assert (han > 0.1 * len(text)) == (language == "zh")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an environment of its own that runs notebooks, and has no package of the book."""
    folder = tmp_path_factory.mktemp("fresh")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    install = [folder / "bin/python", "-m", "pip", "install", "--quiet"]
    subprocess.run([*install, "ipykernel", "nbclient"], check=True)
    return folder


def run(environment: Path, path: Path) -> str:
    """Run a notebook; return what went wrong."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "JUPYTER"))}
    for library in ("OPENBLAS", "OMP", "MKL"):
        clean[f"{library}_NUM_THREADS"] = "1"
    done = subprocess.run(
        [environment / "bin/python", "-m", "nbclient.cli", "--timeout", str(TIMEOUT), path],
        cwd=environment,
        env=clean | {"PATH": f"{environment / 'bin'}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    return f"{path.name}:\n{done.stderr}" if done.returncode else ""


def test_every_notebook_runs_in_a_fresh_environment(fresh: Path) -> None:
    first, *others = [notebook("zh", page) for page in WITH_CELLS]
    failures = [run(fresh, first)]  # it installs the package, and the others find it
    with ThreadPoolExecutor(2) as pool:
        failures += pool.map(lambda path: run(fresh, path), others)
    assert not list(filter(None, failures)), "\n".join(failures)
    assert len(others) > 10
