"""Start a page: ``make new PAGE=entropy`` writes one that passes every check, for authors to fill.

It is ``page.md``, which lies beside this module, with the name of the page for each NAME.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from book._ext import files
from book._ext.paths import BOOK

TEMPLATE = Path(__file__).with_name("page.md")
NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
OF_SPHINX = ("genindex", "py-modindex", "search")  # pages of the site that have no source
LABEL = re.compile(
    r"^\$\$ \((?P<equation>[^)\s]+)\)$|^ +name: (?P<figure>fig-\S+)$|^\((?P<section>[^)\s]+)\)=$",
    re.MULTILINE,
)
CONTENTS = re.compile(r"^```\{toctree\}\n(.*?)^```", re.MULTILINE | re.DOTALL)
NUMBERED = re.compile(r"^:numbered:", re.MULTILINE)  # of chapters; what stands behind them is not


def new_page(name: str, book: Path = BOOK) -> tuple[str, str]:
    """Return the text of a new page, and that of the index which lists it; nothing is written.

    Raises
    ------
    ValueError
        If the name is not one that a page may have, or its labels are taken.
    """
    if not NAME.fullmatch(name):
        raise ValueError(
            "a page is named by lower-case letters and digits, with single hyphens between them, "
            f"and a letter comes first, as in weight-decay; got {name!r}"
        )
    if name in OF_SPHINX:
        raise ValueError(f"{name}.html is a page of the site already: choose another name")
    if (book / f"{name}.md").exists():
        raise ValueError(f"book/{name}.md exists already: edit it, or choose another name")
    page = TEMPLATE.read_text("utf-8").replace("NAME", name)
    taken = labels_of(book)
    for label in labels_in(page):
        if label in taken:
            raise ValueError(
                f"the new page would have the label {label}, which stands at {taken[label]}: "
                "choose another name"
            )
    return page, listed(name, (book / "index.md").read_text("utf-8"))


def labels_in(page: str) -> dict[str, int]:
    """Return the labels of a page's sections, equations and figures, with their lines."""
    found = {}
    for match in LABEL.finditer(page):
        found[match[match.lastgroup or 0]] = page.count("\n", 0, match.start()) + 1
    return found


def labels_of(book: Path) -> dict[str, str]:
    """Return all labels of the book, each with its file and line."""
    return {
        label: f"book/{path.name}:{line}"
        for path in sorted(book.glob("*.md"))
        for label, line in labels_in(path.read_text("utf-8", "replace")).items()
    }


def listed(name: str, index: str) -> str:
    """Return the index with a page as the last of its chapters."""
    parts = list(CONTENTS.finditer(index))
    if any(name in part[1].splitlines() for part in parts):
        return index
    chapters = [part for part in parts if NUMBERED.search(part[1])]
    if not chapters:
        raise ValueError(
            "book/index.md has no ```{toctree} with :numbered: to list the page in: give it one"
        )
    end = chapters[-1].end(1)
    return f"{index[:end]}{name}\n{index[end:]}"


def write(name: str, book: Path = BOOK) -> None:
    """Write a new page and list it, or leave all files as they were."""
    page, index = new_page(name, book)
    path = book / f"{name}.md"
    try:
        path.write_text(page, "utf-8")
        files.write(book / "index.md", index)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def main(arguments: list[str], book: Path = BOOK) -> int:
    """Write a page and say what comes next; return the exit code."""
    try:
        write(name := " ".join(arguments), book)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"==> book/{name}.md is written, and book/index.md lists it: put your text in its place")
    print(f"    make serve PAGE={name}   shows it as you write")
    print(f"    make check PAGE={name}   says what is wrong with it; CONTRIBUTING.md, how to write")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
