"""The command prints what it found and ends with 0, 1 or 2; no input gives a traceback."""

import json
import re
import runpy
import sys

import pytest

from eqcheck.command.main import main
from tests.eqcheck.command.files import RIGHT, TABLE, WRONG, display


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(text, *arguments, name="a.md"):
        content = text if isinstance(text, bytes) else text.encode()
        (tmp_path / name).write_bytes(content)
        code = main([*arguments, name])
        return code, *capsys.readouterr()

    return run


def test_what_holds_ends_with_0(run):
    code, out, err = run(TABLE + RIGHT)
    line, told = out.splitlines()
    assert (code, err) == (0, "")
    assert line.startswith("a.md:5: eq-square checked ")
    assert told.startswith("1 formula: 1 checked; ")


def test_what_is_wrong_ends_with_1_and_has_its_counterexample_below(run):
    code, out, _ = run(TABLE + RIGHT + WRONG, "-q")
    assert code == 1
    first, second = out.splitlines()
    assert first.startswith("a.md:9: eq-dream wrong: the sides differ by ")
    assert second == "    with x = 1, y = 1: left 4, right 2"


def test_a_fault_beside_the_formulas_ends_with_1(run):
    code, out, _ = run(TABLE.replace("y", "y, z") + RIGHT + "\n```{symbols}\n")
    assert code == 1
    assert "a.md:10: fault: the fence ``` is never closed" in out


def test_a_label_that_there_is_not_ends_with_2(run):
    code, out, err = run(TABLE + RIGHT, "--only", "eq-sqare")
    assert (code, out) == (2, "no formulas\n")
    assert err == "--only: no formula has the label eq-sqare; did you mean eq-square?\n"


def test_json_is_json_whatever_is_found(run):
    code, out, _ = run(TABLE + WRONG, "--json")
    assert (code, json.loads(out)["formulas"][0]["label"]) == (1, "eq-dream")


def test_the_list_names_what_would_be_checked_and_what_not(run):
    code, out, _ = run(display("x = y") + TABLE + RIGHT, "--list")
    assert code == 0
    assert out.splitlines() == [
        "a.md:1: x = y not checked: no table of symbols stands above it",
        "a.md:9: eq-square identity",
    ]


def test_what_cannot_be_run_is_all_that_is_said(run):
    code, out, err = run(b"\xff")
    assert (code, out, err) == (2, "", "a.md:1: this is no UTF-8; save the file as UTF-8\n")


@pytest.mark.parametrize("end", [KeyboardInterrupt, BrokenPipeError])
def test_who_stops_it_sees_no_traceback(run, monkeypatch, end):
    def stopped(*_):
        raise end

    monkeypatch.setattr("eqcheck.command.main.check", stopped)
    code, _, err = run("")
    assert code == 2
    assert err == ("stopped\n" if end is KeyboardInterrupt else "")


def test_python_runs_the_package_as_the_command(run, monkeypatch, capsys):
    run(TABLE + RIGHT)
    monkeypatch.setattr(sys, "argv", ["eqcheck", "--list", "a.md"])
    with pytest.raises(SystemExit) as end:
        runpy.run_module("eqcheck", run_name="__main__")
    assert end.value.code == 0
    assert capsys.readouterr().out == "a.md:5: eq-square identity\n"


def test_a_formula_is_explained(run, capsys, tmp_path):
    run(TABLE + RIGHT)
    assert main(["explain", "a.md:6"]) == 0
    assert "reads as" in capsys.readouterr().out


HOSTILE = [
    *(b"", b"\xff\xfe", b"$$", b"$$$$", b"$$ $$", b"```", b"```{check}\n```", b"\x00"),
    *(
        b"```{check} a b\n:\n```",
        b"```{symbols}\n| | |\n```",
        b"<!--",
        b"<!---->",
        b"<!-- check -->",
    ),
    *(b"```{symbols}\n:\n=\n;\n```\n$$=$$", b"<!-- check $ -->", b"::: :::\n:::", b"`$", b"$`$"),
    *(b"<!-- symbols more\n-->\n$$a=$$", b"---\nconditions: 3\n---\n", b"---\n", b"$a$" * 50),
    *(
        b"\\begin{align}",
        b"```{math}\n:label:\n```\n",
        b"<!-- functions: -->",
        b"\\def\\x{\\x}\\[\\x\\]",
    ),
    b"<!-- symbols\nx : R\n-->\n$$\\frac{x}{}$$\n$$x = \\text{$x$}$$ (a)\n<!-- check a -->",
    *(
        b"<!-- functions: os.path -->",
        "$$∇ = 1$$ (式)\n".encode(),
        b"..",
        b"::",
        b".. math::",
        b"% check",
    ),
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", ["a.md", "a.tex", "a.rst", "a.ipynb", "a.py"])
def test_no_input_gives_a_traceback(run, name, text):
    code, out, err = run(text, name=name)
    assert code in (0, 1, 2)
    assert (code == 2) == bool(err)
    assert all(line.startswith(f"{name}:") for line in err.splitlines())
    assert out or err


DOUBLE = '''
def double(x):
    r"""Double.

    .. math:: {right}

    .. with x : R
    """
    return 2 * x


def search(x):
    r"""Search.

    .. math:: x = y

    .. not executed: a loop
    """
'''.lstrip()


@pytest.fixture
def docstrings(tmp_path, capsys, monkeypatch):
    """Write a module, and check the formulas in its docstrings."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])

    def check(right, *arguments):
        (tmp_path / "eqcheck_doubling.py").write_text(DOUBLE.replace("{right}", right))
        code = main(["--docstrings", "eqcheck_doubling", *arguments])
        return code, capsys.readouterr().out.splitlines()

    yield check
    sys.modules.pop("eqcheck_doubling", None)


def test_docstrings_are_told_by_line_and_what_is_not_executed_by_its_reason(docstrings):
    code, [first, second, told] = docstrings("2x")
    assert code == 0
    assert re.fullmatch(r"eqcheck_doubling.py:4: double checked 0e\+00 (\d+)/\1 mutants", first)
    assert second == "eqcheck_doubling.py:14: search skipped: not executed: a loop"
    assert told.startswith("2 formulas: 1 checked, 1 skipped; ")


def test_a_docstring_that_is_wrong_ends_with_1_and_has_its_counterexample_below(docstrings):
    code, lines = docstrings("3x", "-q", "--only", "double")
    assert code == 1
    assert lines[0].startswith("eqcheck_doubling.py:4: double wrong: ")
    assert lines[1:] == ["    with x = 1: formula 3, code 2"]


def test_a_docstring_that_is_run_fast_has_two_draws_unless_it_fails_on_them(docstrings):
    def evidence(right):
        finding = json.loads("".join(docstrings(right, "--fast", "--json")[1]))["formulas"][0]
        return finding["state"], finding["draws"], finding["mutants"]

    assert evidence("2x") == ("checked", 2, 0)
    assert evidence("3x") == ("wrong", 20, 0)


def test_docstrings_are_listed_and_not_run(docstrings):
    code, lines = docstrings("3x", "--list")
    assert code == 0
    assert lines == [
        "eqcheck_doubling.py:4: double code",
        "eqcheck_doubling.py:14: search not checked: not executed: a loop",
    ]


def test_a_package_that_cannot_be_imported_ends_with_2(capsys):
    assert main(["--docstrings", "eqcheck_nowhere"]) == 2
    said = "--docstrings: there is no module eqcheck_nowhere; "
    assert capsys.readouterr().err.startswith(said)
