"""Modules are imported by name; one that cannot be is said in one line, whatever it raises."""

import sys

import pytest

from eqcheck.command.modules import NoModule, functions_of


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield tmp_path
    for name in ("eqcheck_house", "eqcheck_ruin"):
        sys.modules.pop(name, None)


def test_a_module_of_the_present_folder_is_found(folder):
    (folder / "eqcheck_house.py").write_text("def double(x):\n    return 2 * x\n")
    assert functions_of(["eqcheck_house"])["eqcheck_house.double"](3) == 6


def test_no_module_is_imported_that_is_not_named(folder):
    (folder / "eqcheck_ruin.py").write_text("raise SystemError\n")
    functions_of(["statistics"])
    assert "eqcheck_ruin" not in sys.modules


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "there is no module eqcheck_ruin; give the name by which Python imports it"),
        (
            "import eqcheck_cellar",
            "eqcheck_ruin imports eqcheck_cellar, which there is not; install",
        ),
        ("1 / 0", "eqcheck_ruin cannot be imported: ZeroDivisionError: division by zero; mend it"),
        ("x = (", "eqcheck_ruin cannot be imported: SyntaxError: '(' was never closed"),
    ],
)
def test_a_module_that_cannot_be_imported_is_said_in_one_line(folder, text, said):
    if text is not None:
        (folder / "eqcheck_ruin.py").write_text(text)
    with pytest.raises(NoModule) as trouble:
        functions_of(["eqcheck_ruin"])
    assert str(trouble.value).startswith(said)
    assert "\n" not in str(trouble.value)
