"""A project may decide for itself; what it names must be there."""

from typing import ClassVar

import pytest
from sphinx.errors import ConfigError

from eqcheck.sphinx.house import House
from eqcheck.sphinx.words import Words
from tests.eqcheck.sphinx.projects import SQUARE, SYMBOLS


class German(Words):
    tag: ClassVar[str] = "de"

    def told(self, result):
        return "Beide Seiten stimmen überein."


class GermanHouse(House):
    stylesheets: ClassVar[tuple[str, ...]] = ()

    def voices(self, config):
        return [German()]

    def attributes(self, result):
        return f'data-state="{result["state"]}"'


def test_a_subclass_says_what_readers_are_told(project, monkeypatch):
    monkeypatch.setattr("eqcheck.sphinx.house.GermanHouse", GermanHouse, raising=False)
    project.write("index.rst", SYMBOLS + SQUARE)
    assert project.build(eqcheck_house="eqcheck.sphinx.house.GermanHouse") == []
    page = project.html()
    assert '<p lang="de">Beide Seiten stimmen überein.' in page
    assert 'name="evidence" data-state="checked"' in page
    assert "eqcheck.css" not in page


@pytest.mark.parametrize("name", ["no.such.House", "House", "eqcheck.sphinx.house.Config"])
def test_a_house_that_is_not_there_is_refused(project, name):
    project.write("index.rst", SYMBOLS + SQUARE)
    with pytest.raises(ConfigError, match=f"there is no {name}"):
        project.build(eqcheck_house=name)


def test_what_is_no_house_is_refused(project):
    project.write("index.rst", SYMBOLS + SQUARE)
    with pytest.raises(ConfigError, match="is no subclass of"):
        project.build(eqcheck_house="collections.Counter")


def test_a_module_that_cannot_be_imported_is_refused(project):
    project.write("index.rst", SYMBOLS + SQUARE)
    with pytest.raises(ConfigError, match="eqcheck_functions: no_such cannot be imported"):
        project.build(eqcheck_functions=["no_such"])


def test_checks_may_name_functions_of_the_modules_that_are_listed(project):
    code = ".. check:: eq-mean\n\n   :kind: code\n   :code: statistics.fmean([a, b])\n"
    mean = "\n   m : R; defined\n\n.. math::\n   :label: eq-mean\n\n   m = \\frac{a + b}{2}\n\n"
    project.write("index.rst", SYMBOLS.rstrip("\n") + mean + code)
    assert project.build(eqcheck_functions=["statistics"]) == []
    assert project.states() == {"eq-mean": "checked"}
    assert project.build(eqcheck_functions=[]) != []


def test_conditions_of_the_front_matter_must_be_possible(project):
    pytest.importorskip("myst_parser")
    matter = "---\nconditions:\n- 'a = 2 b'\n- 'a = a + 1'\n---\n# Title\n\n"
    text = "```{symbols}\na, b : R\n```\n\n$a = 2 b$, $a = a + 1$.\n"
    project.write("index.md", matter + text)
    extensions = ["myst_parser", "eqcheck.sphinx"]
    settings = {"extensions": extensions, "myst_enable_extensions": ["dollarmath"]}
    [warning] = project.build(**settings)
    assert "a = a + 1 cannot be met" in warning
