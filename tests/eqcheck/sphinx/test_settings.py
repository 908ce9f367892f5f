"""Settings say where results are kept, and how deep formulas are run."""

from eqcheck.sphinx.results import results_of
from tests.eqcheck.sphinx.projects import SQUARE, SYMBOLS


def test_results_are_kept_beside_the_doctrees_or_where_conf_says(project):
    project.write("index.rst", SYMBOLS + SQUARE)
    project.build()
    assert len(list((project.app.doctreedir / "eqcheck").glob("*.json"))) == 1
    project.build(eqcheck_cache="kept", freshenv=True)
    project.edit("index.rst", "2 a b", "2 b a")
    project.build(eqcheck_cache="kept")
    assert len(list((project.source / "kept").glob("*.json"))) == 1


def test_a_fast_build_tries_no_wrong_versions(project):
    project.write("index.rst", SYMBOLS + SQUARE)
    for fast in (True, False):
        assert project.build(eqcheck_fast=fast) == []
        [result] = results_of(project.app.env)["index"]["equations"]
        assert (result["mutants"] == 0) == fast
