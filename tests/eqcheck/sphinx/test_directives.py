"""Directives keep lines with their numbers, in reStructuredText however it is spaced."""

import pytest

from tests.eqcheck.sphinx.projects import SQUARE, SYMBOLS


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (".. symbols::\n\n   a, b : R\n   c : Q\n\n", 7),
        (".. symbols::\n   a, b : R\n   c : Q\n\n", 6),
        (".. symbols::\n   a, b : R\n\n   c : Q\n\n", 7),
        (SYMBOLS + ".. symbols:: more\n\n   c : Q\n\n", 10),
    ],
)
def test_a_refused_line_of_a_table_is_named_by_its_number(project, text, line):
    project.write("index.rst", text + SQUARE)
    [warning] = project.build()
    assert f"index.rst:{line}: WARNING: in the line 'c : Q'" in warning
    assert project.states() == {"eq-square": "checked"}


@pytest.mark.parametrize("gap", ["", "\n"])
def test_a_faulty_option_of_a_check_is_named_by_its_number(project, gap):
    check = f".. check:: eq-square\n{gap}   :kind: identity\n   :kin: x\n"
    project.write("index.rst", SYMBOLS + SQUARE + check)
    [warning] = project.build()
    line = 15 + bool(gap)
    assert f"index.rst:{line}: WARNING: a check takes :kind:, " in warning


def test_symbols_take_no_word_but_more(project):
    project.write("index.rst", ".. symbols:: mor\n\n   a, b : R\n\n" + SQUARE)
    [warning] = project.build()
    assert "index.rst:4: WARNING: symbols takes no word but more; got 'mor'" in warning


def test_a_table_that_says_more_adds_to_the_one_before_and_another_starts_afresh(project):
    second = ".. symbols:: more\n\n   c : R\n\n"
    both = ".. math:: a (c + b) = a c + a b\n"
    project.write("index.rst", SYMBOLS + second + both)
    assert project.build() == []
    project.edit("index.rst", ":: more", "::")
    assert any("is refused" in warning for warning in project.build())
