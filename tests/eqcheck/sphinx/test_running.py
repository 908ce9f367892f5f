"""Pages are run in their order when they are read; what is wrong is a warning at its line."""

import importlib
import shutil
import sys
from pathlib import Path

import pytest

import eqcheck
from eqcheck.sphinx.kept import hash_of_code
from eqcheck.sphinx.results import results_of
from tests.eqcheck.sphinx.projects import EXAMPLE, SQUARE, SYMBOLS, WRONG

MYST = """\
# Title

```{symbols}
a, b : R | numbers
```

$$
(a + b)^2 = a^2 + 2 a b + b^2
$$ (eq-square)

```{check} eq-square
:kind: identity
```

\\begin{align}
a + b = b + b
\\end{align}
"""


def test_the_example_holds_and_a_planted_sign_is_named_with_its_file_and_line(example):
    assert example.build() == []
    assert example.states() == {"eq-mean": "checked", "eq-squares": "checked"}
    example.edit("index.rst", "- n m^2", "+ n m^2")
    [warning] = example.build()
    assert "index.rst:22: WARNING: eq-squares is wrong: the sides differ by " in warning
    assert warning.endswith("[eqcheck]")


def test_the_readme_shows_the_formulas_of_the_example():
    example = (EXAMPLE / "index.rst").read_text(encoding="utf-8")
    readme = (Path(eqcheck.__file__).parent / "README.md").read_text(encoding="utf-8")
    shown = readme.split("```rst\n")[1].split("```")[0]
    assert all(part in example for part in shown.split("\n\n"))


def test_formulas_of_myst_are_run_with_their_checks(project):
    pytest.importorskip("myst_parser")
    project.write("index.md", MYST)
    settings = {"extensions": ["myst_parser", "eqcheck.sphinx"]}
    [warning] = project.build(**settings, myst_enable_extensions=["amsmath", "dollarmath"])
    assert "index.md:15: WARNING: an equation is wrong" in warning
    assert project.states() == {"eq-square": "checked", "": "wrong"}


def test_a_display_without_a_table_above_is_left_alone(project):
    project.write("index.rst", SQUARE + SYMBOLS + ".. math:: a + b = b + a\n")
    assert project.build() == []
    assert project.states() == {"": "checked"}


def test_a_comment_that_only_the_command_reads_is_named(project):
    project.write("index.rst", ".. symbols:\n   a, b : R\n\n.. symbols of old\n\n" + SQUARE)
    [warning] = project.build()
    assert "WARNING: a comment is not read here: write it as a directive" in warning


def test_so_is_a_comment_of_myst(project):
    pytest.importorskip("myst_parser")
    project.write("index.md", "<!-- symbols: a : R -->\n\n<!-- a note -->\n\nText.\n")
    [warning] = project.build(extensions=["myst_parser", "eqcheck.sphinx"])
    assert "index.md:1: WARNING: a comment is not read here" in warning


def test_a_relation_in_running_text_is_run_if_a_check_names_it(project):
    text = SYMBOLS + ":math:`a + b = b + a`, :math:`a b = a + b`.\n\n"
    project.write("index.rst", text + ".. check:: $a + b = b + a$\n\n   :kind: identity\n")
    assert project.build() == []
    [result] = results_of(project.app.env)["index"]["inline"]
    assert (result["latex"], result["state"]) == ("a + b = b + a", "checked")


def test_in_a_strict_project_every_relation_is_run_and_every_display_wants_a_check(project):
    project.write("index.rst", SYMBOLS + ":math:`a b = a + b`.\n\n" + SQUARE)
    warnings = project.build(eqcheck_strict=True)
    assert any("a b = a + b is wrong" in warning for warning in warnings)
    assert any("eq-square is unbound" in warning for warning in warnings)
    assert len(warnings) == 2


def test_empty_lines_part_formulas_that_stand_one_below_the_other(project):
    project.write("index.rst", SYMBOLS + ".. math::\n\n   a + b = b + a\n\n   a - b = -b + a\n")
    assert project.build() == []
    assert project.states() == {"": "checked"}


def test_a_formula_of_a_docstring_is_no_display_of_the_page(project):
    function = ".. py:function:: f(a)\n\n   .. math:: a = b\n"
    project.write("index.rst", SYMBOLS + SQUARE + function)
    assert project.build() == []
    assert project.states() == {"eq-square": "checked"}


def test_a_page_is_run_again_when_a_function_that_checks_may_name_changes(project, monkeypatch):
    monkeypatch.syspath_prepend(project.folder)
    module = project.folder / "sphinx_functions.py"
    code = ".. check:: eq-mean\n\n   :kind: code\n   :code: sphinx_functions.mean(a, b)\n"
    mean = "\n   m : R; defined\n\n.. math::\n   :label: eq-mean\n\n   m = \\frac{a + b}{2}\n\n"
    project.write("index.rst", SYMBOLS.rstrip("\n") + mean + code)
    for of, warnings in (("(a + b) / 2", 0), ("(a - b) / 2", 1)):
        module.write_text(f"def mean(a, b):\n    return {of}\n", encoding="utf-8")
        sys.modules.pop(module.stem, None)
        importlib.invalidate_caches()
        hash_of_code.cache_clear()
        shutil.rmtree(project.folder / "__pycache__", ignore_errors=True)
        assert len(project.build(eqcheck_functions=[module.stem])) == warnings
    hash_of_code.cache_clear()


def test_what_a_page_includes_is_named_by_its_own_file(project):
    (project.source / "part.txt").write_text("\n\n" + WRONG, encoding="utf-8")
    project.write("index.rst", SYMBOLS + ".. include:: part.txt\n")
    [warning] = project.build()
    assert "part.txt:3: WARNING: eq-square is wrong" in warning


def test_a_page_is_run_again_when_it_or_the_code_changes_and_not_otherwise(project):
    project.write("index.rst", SYMBOLS + WRONG)
    assert len(project.build()) == 1
    assert project.build() == []
    assert len(project.build(eqcheck_key="other")) == 1
    project.edit("index.rst", "- b^2", "+ b^2")
    assert project.build(eqcheck_key="other") == []
    assert project.states() == {"eq-square": "checked"}


def test_pages_that_several_processes_read_are_all_known(project):
    names = [f"page{number}" for number in range(6)]
    project.write("index.rst", ".. toctree::\n\n   " + "\n   ".join(names) + "\n\n" + SYMBOLS)
    for name in names:
        project.write(f"{name}.rst", SYMBOLS + SQUARE.replace("eq-square", f"eq-{name}"))
    warnings = [warning for warning in project.build(parallel=2) if "symbol" not in warning]
    assert warnings == []
    assert [project.states(name) for name in names] == [{f"eq-{name}": "checked"} for name in names]
