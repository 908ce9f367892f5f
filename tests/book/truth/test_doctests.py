"""Sphinx's own run of the doctests finds what pytest finds: no more, no less, no other names."""

from __future__ import annotations

import doctest
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from sphinx.ext.doctest import DocTestBuilder

from tests.book.app import Build, Built

# napoleon, with the autodoc of its own release
pytestmark = pytest.mark.filterwarnings("ignore:The mapping interface")
EXTENSIONS = ("sphinx.ext.autodoc", "sphinx.ext.napoleon", "book._ext.truth.doctests")
PAGE = "# Page\n\n```{eval-rst}\n.. automodule:: %s\n```\n"
BLOCK = "# Page\n\n```{doctest}\n%s```\n"
Run = Callable[..., tuple[int, int]]
MODULE = '''
"""A module."""
from math import pi
_TWO = 2

def first():
    """Return nothing.

    %s
    """

def second():
    """Return nothing.

    %s
    """
'''


@pytest.fixture
def printed() -> list[str]:
    """Keep what builds print."""
    return []


@pytest.fixture
def run(build: Build, printed: list[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the doctests of a page."""
    monkeypatch.setattr(doctest, "compile", compile, raising=False)  # Sphinx sets it for good

    def run_page(page: str) -> tuple[int, int]:
        """Return how many were tried, and how many failed."""
        built: Built = build(
            page,
            *EXTENSIONS,
            builder="doctest",
            autodoc_default_options={"members": True},
            doctest_default_flags=0,
        )
        printed.append(built.printed)
        builder = built.app.builder
        assert isinstance(builder, DocTestBuilder)
        assert builder.setup_failures == 0
        assert built.app.statuscode == (builder.total_failures > 0)
        return builder.total_tries, builder.total_failures

    return run_page


@pytest.fixture
def of_module(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Run the doctests of two docstrings."""

    def run_module(first: str, second: str) -> tuple[int, int]:
        (tmp_path / "two_docstrings.py").write_text(MODULE % (first, second), "utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.delitem(sys.modules, "two_docstrings", raising=False)
        return run(PAGE % "two_docstrings")

    yield run_module
    sys.modules.pop("two_docstrings", None)


def test_a_docstring_sees_all_names_of_its_module(of_module: Run) -> None:
    assert of_module(">>> _TWO * pi > 6\n    True", ">>> first()") == (2, 0)


def test_a_wrong_docstring_fails_and_so_does_output_that_only_looks_alike(of_module: Run) -> None:
    assert of_module(">>> _TWO\n    3", ">>> [1, 2]\n    [1,  2]") == (2, 2)


def test_a_failure_names_its_line_in_a_docstring_and_in_a_page(
    of_module: Run, run: Run, printed: list[str], tmp_path: Path
) -> None:
    of_module(">>> 1\n    1", ">>> 1\n    1\n    >>> 1 + 1\n    3")
    lines = (tmp_path / "two_docstrings.py").read_text("utf-8").splitlines()
    line = lines.index("    >>> 1 + 1") + 1
    assert f'two_docstrings.py", line {line}, in two_docstrings.second' in printed[-1]
    run(BLOCK % ">>> 1\n1\n>>> 1 + 1\n3\n")
    lines = (tmp_path / "book" / "page.md").read_text("utf-8").splitlines()
    assert f'page.md", line {lines.index(">>> 1 + 1") + 1}, in default' in printed[-1]


def test_a_docstring_does_not_see_what_another_one_defines(of_module: Run) -> None:
    assert of_module(">>> mine = 1", ">>> mine\n    1") == (2, 1)


def test_blocks_of_one_docstring_share_their_names(of_module: Run) -> None:
    assert of_module(">>> mine = 1\n\n    Then\n\n    >>> mine\n    1", "") == (2, 0)


def test_a_page_imports_what_it_uses(run: Run) -> None:
    assert run(BLOCK % ">>> import dlref\n>>> dlref.__name__\n'dlref'\n") == (2, 0)
    assert run(BLOCK % ">>> dlref.__name__\n'dlref'\n") == (1, 1)


@pytest.mark.parametrize("module", ["dlref.regression", "dlref.optim"])
def test_every_example_that_doctest_finds_is_run(module: str, run: Run) -> None:
    namespace = import_module(module)
    finder = doctest.DocTestFinder(exclude_empty=True)
    public = [getattr(namespace, name) for name in namespace.__all__]
    found = [
        example
        for thing in public
        for test in finder.find(thing, getattr(thing, "__name__", "data"), namespace)
        for example in test.examples
    ]
    assert run(PAGE % module) == (len(found), 0)
