"""``pytest --eqcheck`` collects the formulas of docstrings, and nothing without the option."""

import pathlib
import tomllib

import pytest

from eqcheck import pytest_plugin

pytest_plugins = ["pytester"]

MODULE = r'''
def square(x):
    r"""Square.

    .. math:: x^2

    .. with x : R
    """
    return x * x


def cube(x):
    r"""Cube, which the formula says wrongly.

    .. math:: x^4

    .. with x : R
    """
    return x**3


def search(x):
    r"""Search.

    .. math:: x = y

    .. not executed: a loop
    """
'''


@pytest.fixture
def run(pytester):
    pytester.makepyfile(powers=MODULE, empty="x = 1\n")

    def run(*options):
        return pytester.runpytest_inprocess(
            "-p", "no:cacheprovider", *options, plugins=[pytest_plugin]
        )

    return run


def test_each_formula_is_a_test_and_a_reason_skips_it(run):
    found = run("--eqcheck", "-rs")
    found.assert_outcomes(passed=1, failed=1, skipped=1)
    found.stdout.fnmatch_lines(["SKIPPED [[]1[]] powers.py: not executed: a loop"])


def test_a_formula_that_is_wrong_is_told_with_its_place_and_a_counterexample(run):
    found = run("--eqcheck")
    told = ["*powers.py:14: cube", "x^4", "wrong: *with x = -1: formula 1, code -1"]
    found.stdout.fnmatch_lines(told)
    assert not any("Traceback" in line for line in found.outlines)


def test_the_distribution_tells_pytest_where_the_plugin_is():
    folder = pathlib.Path(pytest_plugin.__file__).parent
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"eqcheck": pytest_plugin.__name__}


def test_without_the_option_nothing_is_collected(run):
    run().assert_outcomes()
