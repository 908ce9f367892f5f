"""The README's examples run as printed."""

import doctest
import pathlib

import dlref

README = pathlib.Path(dlref.__file__).with_name("README.md")


def test_the_examples_run_as_printed():
    failed, attempted = doctest.testfile(str(README), module_relative=False, encoding="utf-8")
    assert attempted > 5
    assert failed == 0
