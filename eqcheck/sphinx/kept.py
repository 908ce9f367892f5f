"""What was found of a formula is kept: it is run again when what it depends on has changed.

That is the formula with its table, the options of its check, and the code of ``eqcheck`` and of the
modules whose functions checks name.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy

import eqcheck

from ..checks.check import fingerprint
from ..checks.report import Result
from ..documents import run_formula
from ..documents.formula import run_fast
from ..values.page import Page

EXECUTES = ("errors.py", "grammar", "values", "checks", "documents")  # of eqcheck


@lru_cache(maxsize=8)
def hash_of_code(modules: tuple[str, ...], key: str = "") -> str:
    """Return a hash of Python, NumPy, ``eqcheck``, and the packages that modules are of.

    ``key`` is what else results depend on.  Modules without source are known by name only.
    """
    digest = hashlib.sha256(f"{sys.version}\0{numpy.__version__}\0{key}".encode())
    own = Path(eqcheck.__file__).parent
    packages = sorted({module.partition(".")[0] for module in modules})
    for file in [*_python_files(own / name for name in EXECUTES), *_sources(packages)]:
        digest.update(f"{file.name}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _sources(packages: Iterable[str]) -> Iterator[Path]:
    for package in packages:
        spec = find_spec(package)
        if spec and spec.submodule_search_locations:
            yield from _python_files(map(Path, spec.submodule_search_locations))
        elif spec and spec.origin and spec.origin.endswith(".py"):
            yield Path(spec.origin)


def _python_files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


class KeptResults:
    """Runs formulas; what was found before is read from a folder.

    Several processes may share the folder: a result is written under another name, and then put
    in its place.
    """

    def __init__(self, folder: Path, code: str, *, fast: bool = False) -> None:
        self.folder, self.code, self.fast = folder, code, fast

    def __call__(
        self, page: Page, latex: str, options: Mapping[str, Any], *, label: str, name: str
    ) -> Result:
        """Return what running a formula finds."""
        fast = {"fast": True} if self.fast else {}
        key = fingerprint(page, latex, code_hash=self.code, **options, **fast)
        file = self.folder / f"{key}.json"
        if file.exists():
            kept = json.loads(file.read_text("utf-8"))  # perhaps of a page that was copied
            return Result(**{**kept, "page": name, "label": label})
        run = run_fast if self.fast else run_formula
        result = run(page, latex, options, label=label, name=name)
        self._keep(file, json.dumps(result.as_dict()))
        return result

    def _keep(self, file: Path, text: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self.folder, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(temporary).replace(file)
