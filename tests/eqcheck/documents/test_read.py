"""A file is read by its suffix; what cannot be read is refused with file, line and how."""

import json

import pytest

from eqcheck.documents.read import Unreadable, read_file


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "$$x$$"), ("a.qmd", "$$x$$"), ("A.MD", "$$x$$"), ("a.tex", "\\[x\\]"),
        ("a.rst", ".. math:: x"), ("a.py", "# %% [markdown]\n# $$x$$"),
        ("a.ipynb", json.dumps({"cells": [{"cell_type": "markdown", "source": "$$x$$"}]})),
    ],
)  # fmt: skip
def test_a_file_is_read_by_its_suffix(tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")
    [display] = read_file(tmp_path / name).blocks
    assert display.latex.strip() == "x"
    assert display.place.file == str(tmp_path / name)


def test_line_ends_and_a_mark_of_byte_order_are_passed_over(tmp_path):
    text = "\ufeff---\r\nconditions:\r\n- x = 1\r\n---\r\n\r\n$$x$$\r\n"
    (tmp_path / "a.md").write_bytes(text.encode())
    document = read_file(tmp_path / "a.md")
    assert [block.place.line for block in document.blocks] == [6]
    assert [*document.conditions] == ["x = 1"]


def test_what_is_no_file_is_refused(tmp_path):
    with pytest.raises(Unreadable, match=r"none\.md:1: there is no such file; give a path to one"):
        read_file(tmp_path / "none.md")
    (tmp_path / "folder.md").mkdir()
    with pytest.raises(Unreadable, match=r"folder\.md:1: it cannot be read \(.*\); give a file"):
        read_file(tmp_path / "folder.md")


def test_what_is_not_utf_8_is_refused_at_its_line(tmp_path):
    (tmp_path / "a.md").write_bytes("one\ntwo ä".encode("latin-1"))
    with pytest.raises(Unreadable, match=r"a\.md:2: this is no UTF-8; save the file as UTF-8"):
        read_file(tmp_path / "a.md")


@pytest.mark.parametrize("name", ["a.docx", "notes"])
def test_what_nothing_reads_is_refused(tmp_path, name):
    with pytest.raises(Unreadable, match=r"nothing reads a file .*; give \.md, "):
        read_file(tmp_path / name)
