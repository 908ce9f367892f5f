"""What all tests share: Hypothesis gives the same examples every time, without a deadline.

`pytest --hypothesis-profile=default` looks for new ones.  Tests of what must be built or installed
before have targets of make: unless they are named, pytest leaves them out, and says so.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
TARGETS = {
    "tests/site": "`make site-test` builds the site and opens it in Chromium",
    "tests/pdf": "`make pdf-test` typesets the PDFs and reads them",
    "tests/oracle": "`make oracle` installs PyTorch and scikit-learn, and compares",
}
NPM = {"tests/book": "it wants packages of npm: `npm ci`, or `make test`, which installs them"}

settings.load_profile("ci")


def left_out(config: pytest.Config) -> dict[Path, str]:
    """Return the folders that are part of what was asked for, but not named, with the reason."""
    here = config.invocation_params.dir
    asked = [Path(here, argument.partition("::")[0]).resolve() for argument in config.args]
    installed = (ROOT / "node_modules" / "katex").exists() or "CI" in os.environ
    return {
        ROOT / name: reason
        for name, reason in {**TARGETS, **({} if installed else NPM)}.items()
        if any((ROOT / name).is_relative_to(path) for path in asked)
        and not any(path.is_relative_to(ROOT / name) for path in asked)
    }


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave a folder out."""
    return True if collection_path in left_out(config) else None


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say what was left out."""
    for folder, reason in left_out(config).items():
        terminalreporter.write_line(f"{folder.relative_to(ROOT)} was left out: {reason}")
