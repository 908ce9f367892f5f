"""The index lists every equation that is run, and is written again when one of them changes."""

import re

from tests.eqcheck.sphinx.projects import SQUARE, SYMBOLS, WRONG

OTHERS = """
.. math:: a + b = b + a

.. math:: a - b = -b + a

.. check:: eq-named

   :kind: identity
"""
INDEX = ".. toctree::\n\n   page\n\n.. equation-index::\n"


def cells(page):
    table = re.search(r'<table class="[^"]*equations.*?</table>', page, re.DOTALL)[0]
    return [
        [re.sub("<.*?>", "", cell).strip() for cell in re.findall("<t[dh].*?</t[dh]>", row, re.S)]
        for row in re.findall("<tr.*?</tr>", table, re.DOTALL)
    ]


def test_the_index_links_every_equation_and_tells_how_it_fared(project):
    project.write("index.rst", INDEX)
    project.write("page.rst", SYMBOLS + SQUARE + OTHERS)
    assert project.build() == []
    head, square, unlabelled, named = cells(project.html())
    assert head == ["Equation", "Kind", "State", "Error", "Draws", "Mutants"]
    assert square[:3] == ["eq-square", "both sides", "✓ checked"]
    assert re.fullmatch(r"(\d+)/\1", square[5])
    assert unlabelled[0] == "a + b = b + a"
    assert named[0] == "eq-named"
    assert 'href="page.html#equation-eq-named"' not in project.html(), "it is the check's name"
    assert 'href="page.html#equation-eq-square"' in project.html()


def test_the_index_follows_when_a_page_changes(project):
    project.write("index.rst", ".. toctree::\n\n   page\n   all\n")
    project.write("all.rst", ".. equation-index::\n")
    project.write("page.rst", SYMBOLS + SQUARE)
    project.build()
    project.write("page.rst", SYMBOLS + WRONG)
    project.build()
    assert cells(project.html("all"))[1][2] == "✗ wrong"
