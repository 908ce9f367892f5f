"""Files that are whole or not there, and that say nothing of when and where they were written."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day of zip files


@contextmanager
def replaced(target: Path) -> Iterator[Path]:
    """Give another name to write to; what stands there in the end takes the place of a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")  # editions share folders
    try:
        yield temporary
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def write(target: Path, content: str | bytes) -> None:
    """Write a file, unless it holds the same already."""
    data = content.encode() if isinstance(content, str) else content
    if not (target.is_file() and target.read_bytes() == data):
        with replaced(target) as temporary:
            temporary.write_bytes(data)


def made_once(keeper: Path, source: str, make: Callable[[], str]) -> str:
    """Return what is made of a source; a file keeps the last result, below a hash of its source."""
    key = sha256(source.encode()).hexdigest()
    if keeper.is_file():
        kept, _, text = keeper.read_text("utf-8").partition("\n")
        if kept == key:
            return text
    text = make()
    write(keeper, f"{key}\n{text}")
    return text


def pack(
    target: Path,
    files: Iterable[tuple[str, bytes]],
    *,
    stored: Collection[str] = (),
    comment: str = "",
) -> None:
    """Write a zip of files, given by name and content: the same files give the same bytes."""
    with replaced(target) as temporary, zipfile.ZipFile(temporary, "w") as packed:
        packed.comment = comment.encode()
        for name, content in files:
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            info.create_system, info.external_attr = 3, 0o100644 << 16
            packed.writestr(info, content)
