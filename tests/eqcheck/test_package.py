"""The wheel of eqcheck: the package and nothing else, NumPy alone, and it runs."""

import pathlib
import subprocess
import sys
import tarfile
import zipfile

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

import eqcheck

ROOT = pathlib.Path(eqcheck.__file__).parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    [path] = WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("wheel")))
    return pathlib.Path(path)


def contents(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    modules = {f"eqcheck/{path.relative_to(ROOT).as_posix()}" for path in ROOT.rglob("*.py")}
    info = {f"eqcheck-0.1.0.dist-info/{name}" for name in ("METADATA", "WHEEL", "RECORD")}
    licence = "eqcheck-0.1.0.dist-info/licenses/LICENSE"
    assert set(contents(wheel)) == modules | info | {"eqcheck/py.typed", licence}


def test_the_wheel_needs_numpy_alone_and_bears_licence_and_readme(wheel):
    inside = contents(wheel)
    metadata = inside["eqcheck-0.1.0.dist-info/METADATA"].decode()
    needs = [line for line in metadata.splitlines() if line.startswith("Requires-Dist")]
    assert [line.split()[1].split(">")[0] for line in needs] == ["numpy"]
    assert "License-Expression: MIT" in metadata
    assert (ROOT / "README.md").read_text(encoding="utf-8") in metadata
    assert b"MIT License" in inside["eqcheck-0.1.0.dist-info/licenses/LICENSE"]


def test_the_source_distribution_makes_the_same_wheel(wheel, tmp_path):
    [source] = SdistBuilder(str(ROOT)).build(directory=str(tmp_path))
    with tarfile.open(source) as archive:
        archive.extractall(tmp_path, filter="data")
    [again] = WheelBuilder(str(tmp_path / "eqcheck-0.1.0")).build(directory=str(tmp_path / "again"))
    assert contents(again) == contents(wheel)


def test_the_wheel_runs_a_check_of_its_own(wheel):
    code = r"""
import sys; sys.path.insert(0, sys.argv[1])
import eqcheck
assert eqcheck.__file__.startswith(sys.argv[1]), eqcheck.__file__
page = eqcheck.Page("d = 3 \n \\mathbf{x} : R[d]")
print(eqcheck.check(page, r"\nabla_{\mathbf{x}} \|\mathbf{x}\|_2^2 = 2\mathbf{x}").state)
"""
    # Isolated: neither this folder nor PYTHONPATH is searched.
    run = subprocess.run(
        [sys.executable, "-I", "-c", code, str(wheel)], capture_output=True, text=True, check=False
    )
    assert run.stdout.strip() == "checked", run.stderr
