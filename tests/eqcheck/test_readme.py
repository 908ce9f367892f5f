"""The README's examples run as printed, and its list of modules is the folder."""

import doctest
import pathlib

import eqcheck

PACKAGE = pathlib.Path(eqcheck.__file__).parent
README = PACKAGE / "README.md"


def test_the_examples_run_as_printed():
    failed, attempted = doctest.testfile(str(README), module_relative=False, encoding="utf-8")
    assert attempted > 5
    assert failed == 0


def modules():
    return {
        path.relative_to(PACKAGE).with_suffix("").as_posix()
        for path in PACKAGE.rglob("*.py")
        if path.stem != "__init__"
    }


def test_the_house_lists_the_packages_and_their_modules():
    house = README.read_text(encoding="utf-8").split("## The house")[1].split("```")[1]
    listed, package = set(), ""
    for line in filter(str.strip, house.splitlines()):
        name = line.split()[0]
        if name.endswith("/"):
            package = name
        else:
            listed.add(package + name if line.startswith(" ") else name)
    assert listed == modules()


def test_every_public_name_is_listed():
    text = README.read_text(encoding="utf-8")
    assert all(f"`{name}" in text for name in eqcheck.__all__)
