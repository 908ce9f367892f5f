"""The caption of a cell's figure is read as YAML says it, and its formulas are of the text."""

import pytest

from eqcheck.documents.captions import caption_of, unquoted
from eqcheck.documents.markdown import read_markdown


@pytest.mark.parametrize(
    ("head", "caption"),
    [
        ('caption: "$\\\\eta$: \\"rate\\""', '$\\eta$: "rate"'),
        ("caption: '$\\eta$ isn''t'", "$\\eta$ isn't"),
        ("caption: $\\eta$", "$\\eta$"),
        ("caption: |\n      $\\eta$,\n      so\n  other: it", "$\\eta$, so"),
        ("caption: >-\n      $\\eta$,\n      so\n  other: it", "$\\eta$, so"),
        ("name: fig", ""),
    ],
)
def test_a_caption_is_read(head, caption):
    lines = f"---\nmystnb:\n  figure:\n    {head}\n---\ncaption: no\n".splitlines()
    assert caption_of(lines) == ((3, caption) if caption else (0, ""))


def test_a_cell_without_a_head_has_no_caption():
    assert caption_of(["x = 1", "---", "caption: it", "---"]) == (0, "")
    assert caption_of([]) == (0, "")


def test_formulas_of_a_caption_are_formulas_of_the_text():
    head = "---\nmystnb:\n  figure:\n    caption: 'of $x = 1$, so'\n---\n"
    cell = f"```{{code-cell}}\n{head}y = '$z$'\n```\n"
    [formula] = read_markdown(cell, "notes.md").blocks
    assert (formula.latex, formula.place.line) == ("x = 1", 5)


def test_quotes_of_yaml_are_taken_off():
    assert [unquoted(text) for text in ("'a''b'", '"a\\\\b"', "a'b")] == ["a'b", "a\\b", "a'b"]
