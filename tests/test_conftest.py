"""pytest alone runs what it can and says what it leaves out; what is named is never left out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from book._ext.paths import ROOT

FOLDERS = ("site", "pdf", "oracle", "book", "dlref")
LEFT_OUT = ["tests/site", "tests/pdf", "tests/oracle"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project whose tests all pass, but for those of packages that are not there."""
    for name in FOLDERS:
        folder = tmp_path / "tests" / name
        folder.mkdir(parents=True)
        text = "import torch" if name == "oracle" else "def test_it(): pass"
        (folder / f"test_{name}.py").write_text(text, "utf-8")
    shutil.copy2(ROOT / "tests" / "conftest.py", tmp_path / "tests")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -q\ntestpaths = tests\n", "utf-8")
    (tmp_path / "node_modules" / "katex").mkdir(parents=True)
    return tmp_path


def run(project: Path, *arguments: str, **environment: str) -> tuple[int, list[str], str]:
    """Return pytest's exit code, the folders that it says it left out, and what it printed."""
    kept = {k: v for k, v in os.environ.items() if k != "CI" and not k.startswith("PYTEST")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=project,
        env=kept | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if " was left out: " in line]
    return done.returncode, [line.split()[0] for line in lines], done.stdout


@pytest.mark.parametrize("arguments", [[], ["-n", "1"]], ids=["alone", "-n 1"])
def test_what_has_a_target_of_make_is_left_out_and_said(
    project: Path, arguments: list[str]
) -> None:
    code, left_out, printed = run(project, *arguments)
    assert (code, left_out) == (0, LEFT_OUT)
    assert "2 passed" in printed
    assert "`make oracle` installs PyTorch and scikit-learn" in printed


def test_what_is_named_is_run_and_fails_where_something_is_missing(project: Path) -> None:
    code, left_out, printed = run(project, "tests/oracle")
    assert (code, left_out) == (pytest.ExitCode.INTERRUPTED, [])
    assert "No module named 'torch'" in printed
    code, left_out, printed = run(project, "tests/site/test_site.py::test_it", "tests/pdf")
    assert (code, left_out) == (0, [])
    assert "2 passed" in printed


def test_of_what_was_not_asked_for_nothing_is_said(project: Path) -> None:
    assert run(project, "tests/dlref")[:2] == (0, [])


def test_without_packages_of_npm_the_tests_of_the_book_are_left_out_but_not_in_ci(
    project: Path,
) -> None:
    (project / "node_modules" / "katex").rmdir()
    code, left_out, printed = run(project)
    assert (code, left_out) == (0, [*LEFT_OUT, "tests/book"])
    assert "1 passed" in printed
    assert run(project, CI="true")[:2] == (0, LEFT_OUT)
