r"""pytest collects the formulas of docstrings like doctests: ``pytest --eqcheck``.

Each formula is a test, which is skipped with its reason where it is not executed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from .docstrings import Formula, names_for, read_formulas, run, unrun


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that turns the collecting on."""
    parser.getgroup("collect").addoption(
        "--eqcheck",
        action="store_true",
        help="check the formulas in docstrings against the functions that they document",
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the Python files that may have formulas."""
    if not parent.config.getoption("--eqcheck") or file_path.suffix != ".py":
        return None
    if not any(mark in file_path.read_bytes() for mark in (b".. math::", b"$$")):
        return None
    return DocstringFile.from_parent(parent, path=file_path)


class DocstringFile(pytest.File):
    """A Python file with the formulas of its docstrings."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield a test for each formula."""
        for formula in read_formulas(self.path.read_text("utf-8")):
            name = f"{formula.name or self.path.stem}:{formula.line}"
            item = FormulaItem.from_parent(self, name=name, formula=formula)
            if not (formula.lines or formula.fault):
                item.add_marker(pytest.mark.skip(reason=unrun(formula).message))
            yield item

    def module(self) -> ModuleType:
        """Import the file, as pytest imports tests."""
        assert self.parent is not None
        module: ModuleType = pytest.Module.from_parent(self.parent, path=self.path).obj
        return module


class FormulaItem(pytest.Item):
    """One formula of a docstring."""

    def __init__(self, *, formula: Formula, **given: Any) -> None:
        super().__init__(**given)
        self.formula = formula

    def runtest(self) -> None:
        """Run the formula and its wrong versions."""
        assert isinstance(self.parent, DocstringFile)
        result = run(self.formula, names_for(self.parent.module()))
        if not result.passed:
            raise FormulaFailure(f"{result.state}: {result.message}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return what is printed: the place, the formula, and what is wrong with it."""
        if isinstance(excinfo.value, FormulaFailure):
            place = f"{self.path}:{self.formula.line}: {self.formula.name}"
            return f"{place}\n\n{self.formula.latex}\n\n{excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the formula stands, with a line counted from zero."""
        return self.path, self.formula.line - 1, self.name


class FormulaFailure(Exception):  # noqa: N818 - no error of the program
    """A formula that does not hold, or cannot be read."""
