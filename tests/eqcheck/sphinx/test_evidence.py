"""Evidence stands below each equation and opens without a script; what is wrong is open."""

import re

import pytest

from tests.eqcheck.sphinx.projects import SQUARE, SYMBOLS, WRONG


def test_a_mark_opens_to_tell_how_the_equation_was_run(project):
    project.write("index.rst", SYMBOLS + SQUARE)
    project.build()
    [mark] = re.findall('<details class="evidence.*?</details>', project.html())
    name = 'aria-label="checked: details" title="checked: details"'
    assert mark.startswith(
        f'<details class="evidence checked" name="evidence"><summary {name}>✓</summary>'
    )
    assert '<p lang="en">Computed separately, the sides agree at ' in mark
    page = project.html()
    assert page.index('id="equation-eq-square"') < page.index('class="evidence')


def test_what_is_wrong_says_so_in_the_open_with_a_counterexample(project):
    project.write("index.rst", SYMBOLS + WRONG)
    project.build()
    [wrong] = re.findall('<div class="evidence wrong">.*?</div>', project.html())
    assert re.search(r"<b>✗</b><p lang=\"en\">The check failed: .*left \d+, right ", wrong)


@pytest.mark.parametrize("builder", ["text", "latex", "man", "texinfo"])
def test_forms_that_cannot_fold_show_no_evidence_and_are_built(project, builder):
    project.write("index.rst", SYMBOLS + SQUARE)
    assert project.build(builder) == []


def test_a_table_that_is_written_as_text_keeps_its_words_whole(project):
    project.write("index.rst", SYMBOLS + SQUARE)
    project.build("text")
    assert "numbers" in (project.app.outdir / "index.txt").read_text(encoding="utf-8")


def test_pages_load_the_style_sheet(project):
    project.write("index.rst", SYMBOLS + SQUARE)
    project.build()
    assert "_static/eqcheck.css" in project.html()
    assert ".evidence" in (project.app.outdir / "_static/eqcheck.css").read_text(encoding="utf-8")
