"""A result is kept by all that it depends on."""

from eqcheck import Page
from eqcheck.sphinx.kept import KeptResults, hash_of_code

LATEX = "x + x = 2 x"


def run(kept, label="eq-a", latex=LATEX):
    return kept(Page("x : R"), latex, {"kind": "identity"}, label=label, name="page")


def test_a_result_is_read_again_under_another_label(tmp_path, monkeypatch):
    first = run(KeptResults(tmp_path, "code"))
    monkeypatch.setattr("eqcheck.sphinx.kept.run_formula", None)
    again = run(KeptResults(tmp_path, "code"), "eq-b")
    assert (again.label, again.state) == ("eq-b", "checked")
    assert (again.mutants, again.killed) == (first.mutants, first.killed)
    assert [file.suffix for file in tmp_path.iterdir()] == [".json"]


def test_another_formula_code_or_depth_is_another_result(tmp_path):
    run(KeptResults(tmp_path, "code"))
    run(KeptResults(tmp_path, "code"), latex="x + x = x 2")
    run(KeptResults(tmp_path, "other"))
    fast = run(KeptResults(tmp_path, "code", fast=True))
    assert len(list(tmp_path.iterdir())) == 4
    assert (fast.state, fast.mutants) == ("checked", 0)


def test_the_hash_of_code_follows_modules_and_what_else_is_said(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    module = tmp_path / "kept_functions.py"
    found = set()
    for text in ("one = 1", "one = 2"):
        module.write_text(text, encoding="utf-8")
        hash_of_code.cache_clear()
        found |= {hash_of_code(()), hash_of_code((module.stem,)), hash_of_code((), "key")}
    assert len(found) == 4
    hash_of_code.cache_clear()
