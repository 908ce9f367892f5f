"""Zips with bytecode: what is in them, what is left out, and that they are imported as they are."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

from book._ext.live.bytecode import with_bytecode

MODULES = {
    "package/__init__.py": "LOADED = True\n",
    "package/used.py": "def fail():\n    raise ValueError('here')\n",
    "package/unused.py": "UNUSED = 1\n",
    "package/tests/test_it.py": "",
    "package/data.csv": "1,2\n",
}


def packed(files: dict[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return target.getvalue()


def names(content: bytes) -> list[str]:
    return sorted(zipfile.ZipFile(io.BytesIO(content)).namelist())


def run(content: bytes, folder: Path, code: str) -> str:
    """Return what code prints that imports from an unpacked zip, and compiles nothing itself."""
    zipfile.ZipFile(io.BytesIO(content)).extractall(folder)
    env = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-v", "-c", code], env=env, capture_output=True, text=True, check=True
    )
    assert f"code object from {folder}" not in done.stderr, "a source was compiled"
    return done.stdout


def test_the_library_has_bytecode_in_the_place_of_what_a_start_imports() -> None:
    started = {"package", "package.used"}
    made = with_bytecode([packed(MODULES)], "/lib", started, ["/tests/"])
    assert names(made) == [
        "package/__init__.pyc",
        "package/data.csv",
        "package/unused.py",
        "package/used.pyc",
    ]


def test_the_book_keeps_its_sources_and_is_not_compiled_again(tmp_path: Path) -> None:
    made = with_bytecode([packed(MODULES)], "/lib", None, ["/tests/"])
    assert {"package/used.py", "package/data.csv"} < set(names(made))
    printed = run(made, tmp_path, "from package import used; print(used.__file__)")
    assert printed.strip() == str(tmp_path / "package" / "used.py")


def test_several_zips_become_one() -> None:
    made = with_bytecode([packed({"a.py": ""}), packed({"b.py": ""})], "/lib", {"a", "b"})
    assert names(made) == ["a.pyc", "b.pyc"]


def test_the_same_sources_give_the_same_bytes_at_another_time() -> None:
    first = with_bytecode([packed(MODULES)], "/lib")
    time.sleep(2.1)  # the clock of a zip ticks every two seconds
    assert with_bytecode([packed(MODULES)], "/lib") == first
