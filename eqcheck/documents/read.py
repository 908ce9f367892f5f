"""Reads a file by the reader of its suffix; what is no such file is refused in one line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .document import Document
from .latex import read_latex
from .markdown import read_markdown
from .notebook import read_notebook
from .python import read_python
from .rst import read_rst
from .rules import PLAIN, Rules

READERS: dict[str, Callable[..., Document]] = {
    **dict.fromkeys((".md", ".markdown", ".myst", ".qmd", ".rmd"), read_markdown),
    **dict.fromkeys((".tex", ".ltx", ".latex"), read_latex),
    **dict.fromkeys((".rst", ".rest"), read_rst),
    ".ipynb": read_notebook,
    ".py": read_python,
}


class Unreadable(Exception):  # noqa: N818 - what a file is
    """A file that cannot be read: where, what, how."""


def read_file(path: Path, *, rules: Rules = PLAIN) -> Document:
    """Return the document in a file.

    Raises
    ------
    Unreadable
        If there is no such file, it is a folder or no text in UTF-8, or nothing reads its suffix.

    Examples
    --------
    >>> read_file(Path("nowhere.md"))
    Traceback (most recent call last):
    eqcheck.documents.read.Unreadable: nowhere.md:1: there is no such file; give a path to one
    """
    reader = READERS.get(path.suffix.lower())
    try:
        if path.is_dir():
            how = f"name the files in it, such as {path / '*.md'}"
            raise Unreadable(f"{path}:1: this is a folder; {how}")
        if reader is None:
            named, known = path.suffix or path.name, ", ".join(READERS)
            raise Unreadable(f"{path}:1: nothing reads a file {named}; give {known}")
        content = path.read_bytes()
    except FileNotFoundError:
        raise Unreadable(f"{path}:1: there is no such file; give a path to one") from None
    except OSError as error:
        message = f"{path}:1: it cannot be read ({error.strerror}); give a file that can"
        raise Unreadable(message) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(f"{path}:{line}: this is no UTF-8; save the file as UTF-8") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return reader(text, str(path), rules=rules)
