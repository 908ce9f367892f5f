"""A package is imported module by module, and its formulas are told by file and line."""

import sys

import pytest

from eqcheck.docstrings import check_package, formulas_of

PARTS = r'''
def double(x):
    r"""Double.

    .. math:: 2x

    .. with x : R
    """
    return 2 * x


def four(x):
    r"""Return four times something.

    .. math:: d(x) + 2x

    .. with x : R
            d(x) : R; code formulary.double(x)
    """
    return 5 * x
'''.lstrip()


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Write a package of two modules and a script."""
    folder = tmp_path / "formulary"
    (folder / "inner").mkdir(parents=True)
    (folder / "__init__.py").write_text("from .inner.parts import double\n")
    (folder / "__main__.py").write_text("raise SystemExit\n")
    (folder / "inner" / "__init__.py").write_text("")
    (folder / "inner" / "parts.py").write_text(PARTS)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    yield "formulary"
    for name in [name for name in sys.modules if name.startswith("formulary")]:
        del sys.modules[name]


def test_each_formula_is_told_by_its_line_and_may_name_what_the_package_exports(package):
    one, other = check_package(package)
    assert (str(one.place), one.result.state) == ("formulary/inner/parts.py:4", "checked")
    assert (str(other.place), other.result.state) == ("formulary/inner/parts.py:14", "wrong")
    assert other.result.counterexample == "with x = 1: formula 4, code 5"


def test_wrong_versions_may_be_left_out(package):
    assert check_package(package)[0].result.mutants > 0
    assert check_package(package, attack=False)[0].result.mutants == 0


def test_a_module_may_be_named_alone(package):
    names = [found.formula.name for found in formulas_of(f"{package}.inner.parts")]
    assert names == ["double", "four"]


def test_modules_are_imported_as_the_caller_says(package):
    asked = []

    def load(name):
        asked.append(name)
        return __import__(name, fromlist=["x"])

    assert len(list(formulas_of(package, load))) == 2
    assert asked == ["formulary", "formulary.inner", "formulary.inner.parts"]


def test_a_module_without_a_file_has_no_formulas():
    assert list(formulas_of("sys")) == []
