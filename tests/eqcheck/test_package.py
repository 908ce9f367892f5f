"""The wheel of eqcheck: the package and nothing else, NumPy alone, and it runs."""

import pathlib
import subprocess
import sys
import tarfile
import tomllib
import zipfile

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

import eqcheck

ROOT = pathlib.Path(eqcheck.__file__).parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
INFO = f"eqcheck-{PROJECT['version']}.dist-info"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    [path] = WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("wheel")))
    return pathlib.Path(path)


def contents(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    modules = {f"eqcheck/{path.relative_to(ROOT).as_posix()}" for path in ROOT.rglob("*.py")}
    names = ("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE")
    info = {f"{INFO}/{name}" for name in names}
    others = {"eqcheck/py.typed", "eqcheck/sphinx/static/eqcheck.css"}
    assert set(contents(wheel)) == modules | info | others


def test_the_wheel_needs_numpy_alone_and_bears_licence_and_readme(wheel):
    inside = contents(wheel)
    metadata = inside[f"{INFO}/METADATA"].decode()
    needs = [line for line in metadata.splitlines() if line.startswith("Requires-Dist")]
    always = [line for line in needs if "; extra ==" not in line]
    assert [line.split()[1].split(">")[0] for line in always] == ["numpy"]
    assert "License-Expression: MIT" in metadata
    assert (ROOT / "README.md").read_text(encoding="utf-8") in metadata
    assert b"MIT License" in inside[f"{INFO}/licenses/LICENSE"]


def test_the_source_distribution_makes_the_same_wheel(wheel, tmp_path):
    [source] = SdistBuilder(str(ROOT)).build(directory=str(tmp_path))
    with tarfile.open(source) as archive:
        archive.extractall(tmp_path, filter="data")
    unpacked = tmp_path / f"eqcheck-{PROJECT['version']}"
    assert (unpacked / "CHANGELOG.md").exists()
    [again] = WheelBuilder(str(unpacked)).build(directory=str(tmp_path / "again"))
    assert contents(again) == contents(wheel)


def test_the_changelog_tells_of_this_version():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"\n## {PROJECT['version']}" in text


def test_the_wheel_has_the_command_and_extras_for_other_programs(wheel):
    inside = contents(wheel)
    entries = inside[f"{INFO}/entry_points.txt"].decode()
    assert "eqcheck = eqcheck.command.main:main" in entries
    extras = [line for line in inside[f"{INFO}/METADATA"].decode().splitlines()
              if line.startswith("Provides-Extra")]  # fmt: skip
    assert extras == ["Provides-Extra: pytest", "Provides-Extra: sphinx"]


def test_the_wheel_runs_a_check_of_its_own(wheel, tmp_path):
    code = r"""
import sys; sys.path.insert(0, sys.argv[1])
import eqcheck
assert eqcheck.__file__.startswith(sys.argv[1]), eqcheck.__file__
page = eqcheck.Page("d = 3 \n \\mathbf{x} : R[d]")
print(eqcheck.check(page, r"\nabla_{\mathbf{x}} \|\mathbf{x}\|_2^2 = 2\mathbf{x}").state)
from eqcheck.command.main import main
raise SystemExit(main([sys.argv[2]]))
"""
    notes = tmp_path / "notes.md"
    notes.write_text("<!-- symbols: x : R -->\n$$ x + x = 2 x $$ (eq-twice)\n", encoding="utf-8")
    # Isolated: neither this folder nor PYTHONPATH is searched.
    call = [sys.executable, "-I", "-c", code, str(wheel), str(notes)]
    run = subprocess.run(call, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    first, second, _ = run.stdout.splitlines()
    assert first == "checked"
    assert second.startswith(f"{notes}:2: eq-twice checked ")
