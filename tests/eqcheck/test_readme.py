"""The README's examples run as printed, and its list of modules is the folder."""

import doctest
import pathlib
import re

import eqcheck

README = pathlib.Path(eqcheck.__file__).with_name("README.md")


def test_the_examples_run_as_printed():
    failed, attempted = doctest.testfile(str(README), module_relative=False, encoding="utf-8")
    assert attempted > 5
    assert failed == 0


def test_each_module_has_its_line():
    house = README.read_text(encoding="utf-8").split("## The house")[1]
    modules = {path.stem for path in README.parent.glob("*.py")} - {"__init__"}
    assert modules <= set(re.findall("[a-z]+", house))


def test_every_public_name_is_listed():
    text = README.read_text(encoding="utf-8")
    assert all(f"`{name}" in text for name in eqcheck.__all__ if name != "Mutant")
