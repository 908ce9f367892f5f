"""A formula is explained: what it reads as, the shapes, what is drawn, how it fares."""

import json
import re
import sys
from pathlib import Path

import pytest

from eqcheck import Page
from eqcheck.command.explain import explain, formula_at, names_of, parts_of, told
from eqcheck.documents.markdown import read_markdown
from eqcheck.values.scope import Scope
from tests.eqcheck.command.files import RIGHT, TABLE, WRONG

VECTORS = """<!-- symbols
n = 5 | size
d = 3
\\mathbf{X} : R[n,d] | data
\\mathbf{w} : R[d]
z : R
-->
"""


@pytest.fixture
def told_of(tmp_path, capsys):
    def told_of(text, line, *more):
        (tmp_path / "a.md").write_text(text, encoding="utf-8")
        code = explain([f"{tmp_path / 'a.md'}:{line}", *more])
        return code, capsys.readouterr()

    return told_of


def test_a_formula_is_told_by_its_parts_with_their_shapes():
    page = Page("n = 5 \n d = 3 \n \\mathbf{X} : R[n,d] \n \\mathbf{w} : R[d]")
    lines = [
        line.split() for line in parts_of(page, r"\mathbf{X}\mathbf{w} = \mathbf{X}\mathbf{w}")
    ]
    assert lines[0][:2] == ["Chain", "="]
    assert lines[1][:2] == ["Product", "5"]
    assert lines[2][:4] == ["Symbol", "5", "x", "3"]


def test_one_that_is_refused_says_where_and_how():
    [line] = parts_of(Page("a, b, c : R"), "a/bc = 1")
    assert line.startswith("nothing: at ")
    assert "parentheses" in line


def test_a_part_without_a_value_of_its_own_has_no_shape():
    page = Page("n = 5 \n x_i : R; i = 1..n")
    parts = [*parts_of(page, r"\sum_{i=1}^{n} x_i = 1")]
    entry = next(line for line in parts if line.split()[0] == "Member")
    assert entry.split() == ["Member", "x_i"]


def test_names_are_told_with_all_that_they_need():
    page = Page("n = 5 | size \n \\mathbf{x} : R[n] | data \n z : R")
    size, data = names_of(page, r"\|\mathbf{x}\|_2")
    assert size == "n = 5  (size)"
    values = Scope(page, 0).evaluate(page.expression(r"\mathbf{x}")).ravel()
    begins = ", ".join(f"{value:.2g}" for value in values[:4])
    assert data == rf"\mathbf{{x}} : R[n]  (data): first {begins}, ..."


def test_what_has_no_value_by_itself_shows_none():
    page = Page("n = 5 \n \\sigma : R -> R; entrywise \n x_i : R; i = 1..n \n k : 1..n")
    size, function, *_, index = names_of(page, r"\sigma(x_k)")
    assert (size, function) == ("n = 5", r"\sigma : R -> R; entrywise")
    assert index == "k : 1..n: first 1"


@pytest.mark.parametrize(("line", "label"), [(5, "eq-square"), (6, "eq-square"), (7, "eq-square"),
                                             (9, "eq-dream"), (13, None), (1, None)])  # fmt: skip
def test_a_line_is_of_the_formula_that_stands_there(line, label):
    found = formula_at(read_markdown(TABLE + RIGHT + WRONG, "a.md"), line)
    assert (found.label if found else None) == label


def test_the_verdict_stands_last(told_of):
    code, (out, _) = told_of(TABLE + RIGHT + WRONG, 10)
    assert code == 1
    assert out.splitlines()[0].endswith("a.md:9: eq-dream")
    assert out.splitlines()[-1].startswith("wrong, error ")
    assert "with x = 1, y = 1: left 4, right 2" in out
    assert told_of(TABLE + RIGHT, 6)[0] == 0


def test_options_of_the_check_are_told(told_of):
    text = TABLE + RIGHT + "<!-- check eq-square :kind: identity :equivalent: a | true -->\n"
    out = told_of(text, 5)[1].out
    assert "  kind: identity\n" in out
    assert "  equivalent: a | true\n" in out


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("a.md", "explain wants FILE:LINE; got a.md"),
        ("nowhere.md:3", "there is no such file"),
    ],
)
def test_what_cannot_be_explained_is_said_in_one_line(place, said, capsys):
    assert explain([place]) == 2
    assert said in capsys.readouterr().err


def test_a_line_without_a_formula_is_said(told_of):
    code, (_, err) = told_of(TABLE + RIGHT, 1)
    assert code == 2
    assert "no formula stands here; eqcheck --list names all" in err


def test_shapes_are_told_in_words():
    assert [told(shape) for shape in [(), (3,), (3, 1), (1, 3), None]] == [
        "number", "3", "3", "1 x 3", ""
    ]  # fmt: skip


def test_of_labels_and_numbers_in_a_display_nothing_is_read(tmp_path, capsys):
    align = "\\begin{align}\nx + x &= 2 x \\label{eq-a} \\\\\nx - x &= 0\\label{b}\n\\end{align}\n"
    (tmp_path / "a.tex").write_text("% symbols:\n% x : R\n\n" + align, encoding="utf-8")
    assert explain([f"{tmp_path / 'a.tex'}:5"]) == 0
    parts = capsys.readouterr().out.partition("reads as\n")[2].splitlines()
    assert parts[0].split()[:2] == ["Chain", "="]


def test_a_place_in_a_cell_is_read_as_it_is_printed(tmp_path, capsys):
    cells = [{"cell_type": "markdown", "source": text} for text in (TABLE + RIGHT, WRONG)]
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    for place, label in (("cell 1:5", "eq-square"), ("cell 2:1", "eq-dream"), ("1", "eq-dream")):
        explain([f"{tmp_path / 'a.ipynb'}:{place}"])
        assert capsys.readouterr().out.splitlines()[0].endswith(f": {label}")
    assert explain([f"{tmp_path / 'a.ipynb'}:cell 1:1"]) == 2


def test_a_place_may_have_the_letter_of_a_drive(capsys):
    assert explain([r"C:\notes\a.md:7"]) == 2
    assert r"C:\notes\a.md:1: there is no such file" in capsys.readouterr().err


LAYERS = r'''
def double(x):
    r"""Twice a number.

    .. math:: y = 2 x

    .. with x : R
            :equivalent: sign of y | a test
    """
    return 2 * x


def halve(x):
    r"""Half a number, written wrongly.

    .. math:: y = 2 x

    .. with x : R

    .. math:: x = 2 y

    .. not executed: solved for the other letter
    """
    return x / 2
'''


@pytest.fixture
def told_of_layers(tmp_path, monkeypatch, capsys):
    (tmp_path / "told").mkdir()
    (tmp_path / "told/__init__.py").touch()
    (tmp_path / "told/layers.py").write_text(LAYERS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    for name in ("told", "told.layers"):
        monkeypatch.delitem(sys.modules, name, raising=False)

    def told_of_layers(line):
        return explain([f"told/layers.py:{line}"]), capsys.readouterr()

    return told_of_layers


@pytest.mark.parametrize("line", [5, 7, 8])
def test_a_display_in_a_docstring_is_explained_by_the_comment_below_it(told_of_layers, line):
    code, (out, _) = told_of_layers(line)
    assert code == 0
    assert out.startswith(f"{Path('told/layers.py')}:5: double\n  kind: code\n")
    assert "\n  code: double(x)\n  equivalent: sign of y | a test\n" in out
    assert re.search(r"\n      Symbol +number +x\n", out)
    assert out.splitlines()[-1] == "checked, error 0e+00"


def test_its_function_and_its_reason_are_told_too(told_of_layers):
    code, (out, _) = told_of_layers(16)
    assert code == 1
    assert "with x = 1: formula 2, code 0.5" in out.splitlines()[-1]
    code, (out, _) = told_of_layers(20)
    assert code == 0
    assert out.splitlines()[-1] == "skipped: not executed: solved for the other letter"


def test_a_docstring_of_another_file_than_python_imports_is_not_explained(told_of_layers, tmp_path):
    (tmp_path / "json.py").write_text(LAYERS, encoding="utf-8")
    assert explain(["json.py:5"]) == 2
