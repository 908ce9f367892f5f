"""What make promises wherever the book lies, and whatever the locale is."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.book.conftest import SmallBook


@pytest.fixture
def elsewhere(tmp_path: Path) -> SmallBook:
    """Return a book in a folder with spaces and Chinese in its name, installed as make does it."""
    folder = tmp_path / "我的 书 a b"
    book = SmallBook(folder)
    command = [sys.executable, "-m", "venv", "--without-pip", folder / ".venv"]
    subprocess.run(command, check=True)
    [packages] = (folder / ".venv" / "lib").glob("python*/site-packages")
    (packages / "_editable.pth").write_text(f"{folder}\n", "utf-8")
    (packages / "others.pth").write_text(f"{sysconfig.get_path('purelib')}\n", "utf-8")
    return book


def test_a_path_in_chinese_and_a_locale_that_cannot_write_it_do_no_harm(
    elsewhere: SmallBook,
) -> None:
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "PYTEST"))}
    done = subprocess.run(
        ["make", "execute", "equations", "PAGE=page", "-o", ".venv/.installed"],
        cwd=elsewhere.folder,
        env=variables | {"LC_ALL": "C"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert str(elsewhere.folder) in done.stdout
