"""The same commit gives the same bytes: the book is typeset again in another folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from book._ext.truth.execution import cache_path
from tests.pdf.document import ROOT

BUILD = ROOT / "_build"
CACHES = (cache_path(), BUILD / "equations" / "cache")  # what was executed needs no second run


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_another_folder_gives_the_same_bytes(tmp_path: Path) -> None:
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=True,
    ).stdout.splitlines()
    for name in names:
        if (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tmp_path / name)
    for cache in CACHES:
        shutil.copytree(cache, tmp_path / cache.relative_to(ROOT))
    date = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=ROOT, text=True, capture_output=True, check=True
    ).stdout.strip()
    venv = Path(sys.prefix)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "PYTEST"))}
    subprocess.run(
        ["make", "pdf", f"VENV={venv}", "-o", venv / ".installed"],
        cwd=tmp_path,
        env={**environment, "SOURCE_DATE_EPOCH": date},
        check=True,
        capture_output=True,
    )
    for name in ("_build/pdf/concepts-zh.pdf", "_build/pdf/concepts-en.pdf"):
        assert sha256(tmp_path / name) == sha256(ROOT / name)
