"""A page that cannot be read is said in one line, and the rest of the book is read all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from book._ext.languages.readable import read
from book._ext.paths import BOOK
from tests.book.app import MATTER, PAGE, Build

WHOLE = (MATTER + PAGE).encode()
TITLE = "(page)=\n# {zh}`一页`{en}`A page`\n".encode()
CELL = "```{code-cell}\nimport"
FAULTS = {
    "empty": (b"", 1, "the page is empty"),
    "blank": (b"\n\n", 1, "the page is empty"),
    "byte order mark": (b"\xef\xbb\xbf" + WHOLE, 1, "the page opens with a byte order mark"),
    "latin-1": (WHOLE + b"\ncaf\xe9\n", 23, "the byte 0xE9 is not UTF-8"),
    "utf-16": (WHOLE.decode().encode("utf-16"), 1, "is not UTF-8"),
    "no front matter": (PAGE.encode(), 1, "the page must open with front matter"),
    "no end": (WHOLE.replace(b"python3\n---\n", b"python3\n"), 1, "has no end"),
    "no kernel": (WHOLE.replace(b"kernelspec:\n  name: python3\n", b""), 1, "kernelspec: {name"),
    "kernel of text": (WHOLE.replace(b"kernelspec:\n  name:", b"kernelspec:"), 1, "kernelspec: {"),
    "no format": (WHOLE.replace(b"file_format: mystnb\n", b""), 1, "`file_format: mystnb`"),
    "no keys": (b"---\njust words\n---\n" + PAGE.encode(), 2, "must be lines `key: value`"),
    "nothing in it": (b"---\n---\n" + PAGE.encode(), 1, "the page must open with front matter"),
    "bad front matter": (
        WHOLE.replace(b"  name: python3", b"  name: [python3"),
        4,
        "the front matter is not YAML, mend or quote it: expected ',' or ']'",
    ),
    "bad cell": (
        WHOLE.replace(b"import", b"---\ntags: [a]\nalt-zh: a: b\n---\nimport"),
        20,
        "the head of the cell is not YAML, mend or quote it: mapping values are not allowed here",
    ),
    "single backslash": (
        WHOLE.replace(b"import", b'---\na: b\nalt-zh: "\\\\x, $\\alpha$"\n---\nimport'),
        20,
        "the head of the cell has a single backslash between double quotes: write two",
    ),
    "bad colons": (WHOLE.replace(b"import", b":tags: [a\n\nimport"), 18, "the head of the cell"),
    "cell of text": (WHOLE.replace(b"import", b"---\nwords\n---\nimport"), 19, "must be lines"),
    **{
        f"figure of another form, {head!r}": (
            WHOLE.replace(b"import", f"---\na: b\n{head}\n---\nimport".encode()),
            20,
            "`mystnb` in the head of a cell is a `figure` with `name` and `caption`",
        )
        for head in ("mystnb: 5", "mystnb:", "mystnb: {figure: abc}", "mystnb: {figure: }")
    },
    "no title": (
        WHOLE.replace(TITLE, b"(page)=\n"),
        6,
        "the page has no title: write one, `# {zh}",
    ),
    "a smaller title": (WHOLE.replace(b"# {zh}", b"## {zh}"), 6, "the page has no title"),
    "no end of options": (WHOLE.replace(b"import", b"---\na: b\nc\nimport"), 21, "is not YAML"),
}


@pytest.mark.parametrize(("raw", "line", "message"), FAULTS.values(), ids=FAULTS)
def test_what_cannot_be_read_is_named_once_with_its_line(
    raw: bytes, line: int, message: str
) -> None:
    [problem] = read(raw)[1]
    assert problem.line == line
    assert message in problem.message


@pytest.mark.parametrize(("raw", "line", "message"), FAULTS.values(), ids=FAULTS)
def test_a_page_is_mended_and_its_lines_keep_their_numbers(
    raw: bytes, line: int, message: str
) -> None:
    text = read(raw)[0]
    if raw.strip() and not raw.startswith(b"\xff"):
        assert text.count("\n") == raw.count(b"\n")
    assert "empty" in message or read(text.encode())[1] in ([], read(PAGE.encode())[1])


def test_each_bad_cell_of_a_page_is_named() -> None:
    cell = "\n```{code-cell}\n:tags: [a\n```\n"
    assert [problem.line for problem in read(WHOLE + (cell * 2).encode())[1]] == [24, 28]


@pytest.mark.parametrize("path", sorted(BOOK.glob("*.md")), ids=lambda path: path.stem)
def test_every_page_of_the_book_is_read_as_it_stands(path: Path) -> None:
    raw = path.read_bytes()
    assert read(raw) == (raw.decode("utf-8"), [])


@pytest.mark.parametrize(("raw", "line", "message"), FAULTS.values(), ids=FAULTS)
def test_sphinx_warns_of_it_once_and_builds_the_other_pages(
    build: Build, tmp_path: Path, raw: bytes, line: int, message: str
) -> None:
    index = "(index)=\n# {zh}`书`{en}`Book`\n\n```{toctree}\nbad\ngood\n```\n"
    pages = {"index": index, "good": PAGE.replace("(page)", "(good)")}
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "bad.md").write_bytes(raw)
    built = build(pages, "book._ext.languages.bilingual", warns=[f"bad.md:{line}: WARNING: "])
    assert message in built.warnings
    assert built.warnings.count("\n") == 1
    assert "中文段落" in built.html("good")
