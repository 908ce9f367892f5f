"""A file is read by its suffix; what cannot be read is refused with file, line and how."""

import json
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eqcheck.documents.latex import read_latex
from eqcheck.documents.markdown import read_markdown
from eqcheck.documents.notebook import read_notebook
from eqcheck.documents.python import read_python
from eqcheck.documents.read import Unreadable, read_file
from eqcheck.documents.rst import read_rst
from eqcheck.documents.signs import states_relation

PIECES = (
    *("$$", "$", "`", "```", "````", ":::", "{symbols}", "{check}", "{math}", "{note}", "math"),
    *("<!--", "-->", "symbols", "check eq-a", "functions: a", "conditions", ":kind: code", "more"),
    *("x : R", "x = 1", "(eq-a)", "{#eq-a}", "---", "\\", "%", "# %% [markdown]", "#", '"""'),
    *("\\begin{align}", "\\end{align}", "\\[", "\\]", "\\(", "\\)", "\\label{a}", "\\def\\a{\\a}"),
    *(".. math::", ".. symbols:", ".. check:: a", "::", ":math:`x`", "   ", " ", "\n", "\n\n", "a"),
)


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
    with pytest.raises(Unreadable, match=r"n\.md:1: it cannot be read \(.*\); give a file"):
        read_file(tmp_path / ("n" * 999 + ".md"))


@pytest.mark.parametrize("name", ["docs", "docs.md"])
def test_of_a_folder_it_is_said_how_to_name_its_files(tmp_path, name):
    (tmp_path / name).mkdir()
    with pytest.raises(Unreadable, match=rf"this is a folder; name .*{name}.\*\.md"):
        read_file(tmp_path / name)


def test_what_is_not_utf_8_is_refused_at_its_line(tmp_path):
    (tmp_path / "a.md").write_bytes("one\ntwo ä".encode("latin-1"))
    with pytest.raises(Unreadable, match=r"a\.md:2: this is no UTF-8; save the file as UTF-8"):
        read_file(tmp_path / "a.md")


@pytest.mark.parametrize("name", ["a.docx", "notes"])
def test_what_nothing_reads_is_refused(tmp_path, name):
    with pytest.raises(Unreadable, match=r"nothing reads a file .*; give \.md, "):
        read_file(tmp_path / name)


@given(st.lists(st.sampled_from(PIECES), max_size=30), st.sampled_from(
    [read_markdown, read_latex, read_rst, read_notebook, read_python]))  # fmt: skip
def test_whatever_is_written_is_read_and_what_is_found_stands_in_the_text(pieces, reader):
    text = "".join(pieces)
    document = reader(text, "a")
    found = [*document.blocks, *document.faults]
    assert all(1 <= each.place.line <= text.count("\n") + 2 for each in found)


@pytest.mark.parametrize(
    "text", ["$5 " * 30000, "` `` " * 9000, "$" * 50000, "{" * 30000 + "}" * 30000]
)
@pytest.mark.parametrize("reader", [read_markdown, read_latex, read_rst])
def test_a_text_of_marks_is_read_in_no_time(text, reader):
    start = process_time()
    document = reader(f"$${text}$$\n{text}", "a")
    states_relation(text)
    for block in document.blocks:
        states_relation(block.latex)
    assert process_time() - start < 5
