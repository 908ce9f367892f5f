"""What `import dlref` promises: flat names, each written once, and nothing but NumPy; its wheel."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

import dlref

# the errors contract, and what needs more than NumPy
INTERNAL = {"validation", "figures", "moving", "narrow"}
MODULES = [
    importlib.import_module(f"dlref.{info.name}")
    for info in pkgutil.iter_modules(dlref.__path__)
    if info.name not in INTERNAL
]
ADDED = """
import sys, numpy
before = set(sys.modules)
import dlref
print(*{name.partition(".")[0] for name in set(sys.modules) - before})
assert "numpy.ma" not in sys.modules, "slow to import"
"""


def public_names(module):
    """Yield the functions and classes that a module defines for others."""
    for name, value in vars(module).items():
        defined_here = getattr(value, "__module__", None) == module.__name__
        if (
            not name.startswith("_")
            and defined_here
            and inspect.isroutine(value) | inspect.isclass(value)
        ):
            yield name


def test_what_a_module_defines_for_others_stands_in_its_all():
    for module in MODULES:
        assert set(public_names(module)) <= set(module.__all__), module.__name__


def test_all_is_the_names_of_all_modules_each_once_and_documented():
    names = [name for module in MODULES for name in module.__all__]
    assert sorted(dlref.__all__) == sorted(set(names)) == sorted(names)
    for name in dlref.__all__:
        assert getattr(dlref, name).__doc__


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_examples_fit_into_the_column_of_text_of_the_site(module):
    lines = [line.strip() for line in inspect.getsource(module).splitlines()]
    examples = [line for line in lines if line.startswith((">>> ", "... "))]
    assert [line for line in examples if len(line) > 72] == []


@pytest.mark.parametrize("name", [n for n in dlref.__all__ if inspect.isfunction(vars(dlref)[n])])
def test_a_function_says_what_it_takes_and_returns_and_shows_it(name):
    function = getattr(dlref, name)
    titles = ["Parameters"] * bool(inspect.signature(function).parameters) + ["Returns", "Examples"]
    for title in titles:
        assert f"{title}\n{'-' * len(title)}\n" in inspect.getdoc(function), title


def test_a_name_of_dlref_hides_no_module_of_it():
    modules = {info.name for info in pkgutil.iter_modules(dlref.__path__)}
    assert not modules & set(dlref.__all__)


def test_import_adds_only_the_standard_library():
    added = subprocess.run(
        [sys.executable, "-c", ADDED], capture_output=True, text=True, check=True
    ).stdout.split()
    assert set(added) <= {"dlref", "numpy", *sys.stdlib_module_names}


def test_the_wheel_holds_the_package_with_its_data_and_nothing_else(tmp_path):
    package = Path(dlref.__file__).parent
    [path] = WheelBuilder(str(package.parent)).build(directory=str(tmp_path))
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        (metadata,) = (name for name in names if name.endswith("METADATA"))
        text = archive.read(metadata).decode()
    files = {f for f in package.rglob("*") if f.is_file() and "__pycache__" not in f.parts}
    held = {name for name in names if ".dist-info/" not in name}
    assert held == {file.relative_to(package.parent).as_posix() for file in files}
    assert {"dlref/py.typed", "dlref/figures.mplstyle", "dlref/data/digits.npz"} <= held
    needs = [line for line in text.splitlines() if line.startswith("Requires-Dist")]
    assert [line for line in needs if "extra ==" not in line] == ["Requires-Dist: numpy>=2.2"]
    assert (package / "README.md").read_text("utf-8") in text
