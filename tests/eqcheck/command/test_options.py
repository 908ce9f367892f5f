"""The command line is read, and what is wrong with it ends with the exit code 2 and one line."""

import os
from importlib.metadata import PackageNotFoundError

import pytest

from eqcheck.command.options import Options, read_options

ALL = os.cpu_count() or 1


def test_files_alone_are_checked_with_their_wrong_versions_on_all_processors():
    assert read_options(["a.md", "b.tex"]) == Options(files=("a.md", "b.tex"), jobs=ALL)


def test_names_may_be_repeated_or_joined_by_commas():
    found = read_options(["--only", "eq-a,eq-b", "-k", "eq-c", "-f", "a.b", "a.md"])
    assert (found.only, found.functions) == (("eq-a", "eq-b", "eq-c"), ("a.b",))


def test_flags_are_read():
    flags = ["--fast", "--list", "--json", "-q", "--strict"]
    found = read_options([*flags, "a.md"])
    assert all(getattr(found, key) for key in ("fast", "list", "json", "quiet", "strict"))


def test_packages_may_be_named_with_files_or_without():
    assert read_options(["-d", "a.b,c"]) == Options(docstrings=("a.b", "c"), jobs=ALL)
    assert read_options(["--docstrings", "a", "b.md"]).files == ("b.md",)


def test_no_number_of_jobs_means_all_processors():
    assert read_options(["-j", "3", "a.md"]).jobs == 3
    assert read_options(["-j", "0", "a.md"]).jobs == read_options(["a.md"]).jobs == ALL


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "the following arguments are required: FILE"),
        (["--quick", "a.md"], "unrecognized arguments: --quick"),
        (["-j", "some", "a.md"], "argument --jobs/-j: a whole number is wanted, got 'some'"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(arguments, said, capsys):
    with pytest.raises(SystemExit) as end:
        read_options(arguments)
    assert end.value.code == 2
    assert capsys.readouterr().err == f"eqcheck: {said}; eqcheck --help says what there is\n"


def test_the_exit_codes_stand_in_the_help(capsys):
    with pytest.raises(SystemExit) as end:
        read_options(["--help"])
    assert end.value.code == 0
    said = capsys.readouterr().out
    assert all(f"\n  {code}  " in said for code in (0, 1, 2))


@pytest.mark.parametrize("installed", [True, False])
def test_the_version_is_that_of_what_is_installed(monkeypatch, capsys, installed):
    def version(name):
        if not installed:
            raise PackageNotFoundError(name)
        return f"7.5 of {name}"

    monkeypatch.setattr("importlib.metadata.version", version)
    with pytest.raises(SystemExit) as ended:
        read_options(["--version"])
    said = "7.5 of eqcheck" if installed else "that is not installed"
    assert (ended.value.code, capsys.readouterr().out) == (0, f"eqcheck {said}\n")
