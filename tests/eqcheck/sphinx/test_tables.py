"""Readers see what symbols mean, in one language or several, in a box that folds."""

import re

from tests.eqcheck.sphinx.projects import SQUARE, SYMBOLS

TWO = ".. symbols::\n\n   a, b : R | Zahlen $a$ | numbers $a$\n\n"


def rows(page):
    [box] = re.findall('<details class="symbols-of-page">.*?</details>', page, re.DOTALL)
    return re.findall(r"<summary>(.*?)</summary>", box), re.findall("<tr.*?</tr>", box, re.DOTALL)


def test_symbols_are_shown_with_their_domain_and_meaning(project):
    project.write("index.rst", SYMBOLS + SQUARE)
    project.build()
    [title], [head, row] = rows(project.html())
    assert "Symbols of this page" in title
    assert [name in head for name in ("Symbol", "Values", "Meaning")] == [True] * 3
    assert "\\mathbb{R}" in row
    assert "numbers" in row


def test_each_language_is_marked_and_formulas_in_meanings_are_set(project):
    project.write("index.rst", TWO + SQUARE)
    assert project.build(eqcheck_languages=["de", "en"]) == []
    _, [_, row] = rows(project.html())
    assert re.search(r'lang="de">Zahlen <span class="math', row)
    assert re.search(r'lang="en">numbers <span class="math', row)


def test_a_symbol_says_what_it_means_in_all_languages_of_the_project(project):
    project.write("index.rst", SYMBOLS + SQUARE)
    [warning] = project.build(eqcheck_languages=["de", "en"])
    assert "a symbol needs its meaning in both languages: LINE | de | en" in warning


def test_lines_that_mean_nothing_to_readers_are_not_shown(project):
    project.write("index.rst", SYMBOLS.replace(" | numbers", "") + SQUARE)
    project.build()
    assert "symbols-of-page" not in project.html()
