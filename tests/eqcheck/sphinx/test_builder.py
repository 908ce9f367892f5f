"""The builder tells how all formulas fared, and fails if something is to mend."""

import json

from tests.eqcheck.sphinx.projects import SQUARE, SYMBOLS, WRONG


def test_a_report_is_written_and_what_holds_ends_well(project):
    project.write("index.rst", SYMBOLS + SQUARE)
    assert project.build("equations") == []
    [row] = json.loads((project.app.outdir / "report.json").read_text(encoding="utf-8"))
    assert (row["label"], row["page"], row["state"]) == ("eq-square", "index", "checked")
    assert json.loads((project.app.outdir / "inline.json").read_text(encoding="utf-8")) == []
    assert "eq-square" in project.printed
    assert "1 displayed equations: 0 to mend" in project.printed
    assert project.app.statuscode == 0


def test_what_is_wrong_fails_each_build_even_if_no_page_is_read_again(project):
    project.write("index.rst", SYMBOLS + WRONG)
    for warnings in (1, 0):
        assert len(project.build("equations")) == warnings
        assert "index.rst:8: eq-square is wrong" in project.printed
        assert project.app.statuscode == 1
