"""reStructuredText is read as docutils reads it; comments mean what directives do."""

import pytest

from eqcheck.documents import Check, Display, Formula, Symbols, run_document
from eqcheck.documents.rst import read_rst

TABLE = ".. symbols::\n\n   x, y : R | numbers\n\n"


def blocks(text, kind):
    return [block for block in read_rst(text, "notes.rst").blocks if isinstance(block, kind)]


@pytest.mark.parametrize(
    ("text", "latex", "label"),
    [
        (".. math:: a = b\n", "a = b", ""),
        (".. math:: a = b\n   :label: eq-a\n", "a = b", "eq-a"),
        (".. math::\n   :label: eq-a\n\n   a\n   = b\n\ntext\n", "a\n= b", "eq-a"),
        (".. math::\n\n   a = b\n", "a = b", ""),
        ("- item\n\n  .. math:: a = b\n", "a = b", ""),
        (".. note::\n\n   .. math:: a = b\n", "a = b", ""),
        (".. math::\n   :nowrap:\n\n   \\begin{align}\n   a\n   \\end{align}\n",
         "\\begin{align}\na\n\\end{align}", ""),
    ],
)  # fmt: skip
def test_a_display_is_read_with_its_label(text, latex, label):
    [display] = blocks(text, Display)
    assert (display.latex.strip(), display.label) == (latex, label)


def test_formulas_with_an_empty_line_between_them_stand_below_each_other():
    text = TABLE + ".. math::\n\n   x + x = 2 x\n\n   x + y = y + x\n"
    assert run_document(read_rst(text, "notes.rst")).passed
    wrong = run_document(read_rst(text.replace("y + x\n", "y - x\n"), "notes.rst"))
    assert [outcome.result.state for outcome in wrong.outcomes] == ["wrong"]


@pytest.mark.parametrize(
    "text",
    [
        ".. code-block:: rst\n\n   .. math:: a = b\n",
        "As follows::\n\n   .. math:: a = b\n",
        "``:math:`a```",
        ".. a comment\n   about it\n",
    ],
)
def test_code_and_comments_are_passed_over(text):
    assert read_rst(text, "notes.rst").blocks == []


@pytest.mark.parametrize(
    ("text", "first", "more"),
    [
        (".. symbols::\n\n   x : R\n   y : R\n", 3, False),
        (".. symbols:: more\n   x : R\n   y : R\n", 2, True),
        (".. symbols:\n   x : R\n   y : R\n", 2, False),
        (".. symbols more\n   x : R\n   y : R\n", 2, True),
    ],
)
def test_a_table_is_a_directive_or_a_comment(text, first, more):
    [table] = blocks(text + "\ntext\n", Symbols)
    assert [each for each in table.lines if each] == ["x : R", "y : R"]
    assert table.place.line + table.lines.index("x : R") == first
    assert table.more == more


@pytest.mark.parametrize("head", [".. check:: eq-a", ".. check: eq-a", ".. check eq-a"])
def test_a_check_is_a_directive_or_a_comment(head):
    [check] = blocks(f"text\n\n{head}\n   :kind: code\n   :kid: x\n", Check)
    assert (check.label, check.place.line, check.options["kind"]) == ("eq-a", 3, "code")
    assert [*check.faults] == [5]


def test_formulas_in_running_text_have_their_lines():
    text = "Let :math:`x = 1`\nand :math:`y`.\n\n.. math:: a\n\nand :math:`z`\n"
    found = [(formula.latex, formula.place.line) for formula in blocks(text, Formula)]
    assert found == [("x = 1", 1), ("y", 2), ("z", 6)]


def test_blocks_come_in_the_order_of_the_text():
    text = ":math:`x`\n\n.. math:: a\n\n:math:`y`\n\n.. math:: b\n"
    kinds = [type(block).__name__ for block in read_rst(text, "notes.rst").blocks]
    assert kinds == ["Formula", "Display", "Formula", "Display"]


def test_modules_are_named_in_a_comment():
    assert [*read_rst(".. functions: house.rooms\n", "notes.rst").modules] == ["house.rooms"]


@pytest.mark.parametrize("more", ["", "\n   c = d\n"])
def test_a_line_of_a_display_is_that_of_the_file(more):
    text = f"text\n\n.. math::\n   :label: eq-a\n\n   a = b\n{more}"
    [display] = blocks(text, Display)
    at = next(at for at, line in enumerate(display.latex.splitlines()) if "a = b" in line)
    assert display.place.line + at == text.splitlines().index("   a = b") + 1
