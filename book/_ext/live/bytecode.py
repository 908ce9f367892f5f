"""Zips of modules with their bytecode, which no reader's browser need make at each start.

``bytecode.mjs`` runs this inside the very runtime that readers get: bytecode is of one Python.
"""

from __future__ import annotations

import io
import py_compile
import sys
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day of zip files


def with_bytecode(
    sources: Collection[bytes],
    folder: str,
    started: Collection[str] | None = None,
    dropped: Collection[str] = (),
) -> bytes:
    """Return one zip of all that some zips hold, with bytecode; the same give the same bytes.

    Parameters
    ----------
    sources : collection of bytes
        The zips.
    folder : str
        Where their modules will lie: what tracebacks say.
    started : collection of str, optional
        The modules that a start imports: their bytecode takes the place of the source, and the
        others stay as they are, which is smaller.  By default all get bytecode beside the source.
    dropped : collection of str
        What is left out: parts of names, which begin with a slash.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
        for name, content in _files(sources, dropped):
            for written, data in _compiled(name, content, folder, started):
                target.writestr(zipfile.ZipInfo(written, EPOCH), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _files(sources: Collection[bytes], dropped: Collection[str]) -> Iterator[tuple[str, bytes]]:
    for source in sources:
        with zipfile.ZipFile(io.BytesIO(source)) as archive:
            for name in archive.namelist():
                if not name.endswith("/") and not any(part in f"/{name}" for part in dropped):
                    yield name, archive.read(name)


def _compiled(
    name: str, content: bytes, folder: str, started: Collection[str] | None
) -> Iterator[tuple[str, bytes]]:
    module = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    if not name.endswith(".py") or (started is not None and module not in started):
        yield name, content
        return
    data = _bytecode(content, f"{folder}/{name}")
    if started is None:
        place, _, own = name.rpartition("/")
        tag = sys.implementation.cache_tag
        yield name, content
        yield f"{place}/__pycache__/{own.removesuffix('.py')}.{tag}.pyc".lstrip("/"), data
    else:
        yield f"{name}c", data


def _bytecode(content: bytes, place: str) -> bytes:
    """Compile a module; what is shipped together belongs together, and no source is looked at."""
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    with TemporaryDirectory() as temporary:
        source, target = Path(temporary, "source.py"), Path(temporary, "target.pyc")
        source.write_bytes(content)
        py_compile.compile(str(source), str(target), place, True, invalidation_mode=unchecked)
        return target.read_bytes()
