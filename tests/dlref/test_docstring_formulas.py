"""The formulas of all docstrings are executed against their functions, or say why they are not."""

import importlib
import pathlib

import pytest

import dlref
from eqcheck.docstrings import names_for, read_formulas, run

FOLDER = pathlib.Path(dlref.__file__).parent
FORMULAS = [
    pytest.param(path.stem, formula, id=f"{path.stem}.{formula.name}")
    for path in sorted(FOLDER.glob("*.py"))
    for formula in read_formulas(path.read_text(encoding="utf-8"))
]
EXECUTED = [param for param in FORMULAS if param.values[1].lines]


@pytest.mark.parametrize(("module", "formula"), EXECUTED)
def test_a_function_returns_what_its_formula_says_and_no_wrong_version(module, formula):
    result = run(formula, names_for(importlib.import_module(f"dlref.{module}")))
    assert result.state == "checked", result.message
    assert result.killed > 0


def test_each_formula_is_executed_or_says_why_not():
    silent = [p.id for p in FORMULAS if not (p.values[1].lines or p.values[1].why)]
    assert silent == []


def test_two_thirds_of_the_formulas_are_executed():
    assert len(EXECUTED) >= len(FORMULAS) * 2 / 3 > 40
