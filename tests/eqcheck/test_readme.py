"""The README's examples run as printed, and its list of modules is the folder."""

import doctest
import json
import pathlib
import re
import shlex

import pytest

import eqcheck
from eqcheck.command.main import main
from eqcheck.command.options import read_options
from eqcheck.documents.options import OPTIONS
from eqcheck.documents.read import READERS

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
        if path.name != "__init__.py"
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


def test_links_within_the_readme_lead_to_headings():
    text = README.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in headings}
    links = set(re.findall(r"\]\(#([^)]+)\)", text))
    assert links
    assert links <= anchors


def test_every_public_name_is_listed():
    text = README.read_text(encoding="utf-8")
    assert all(f"`{name}" in text for name in eqcheck.__all__)


# ------------------------------------------------------------------ the command


def block(language, number=0):
    text = README.read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```\n", text, re.DOTALL)[number]


@pytest.fixture
def notes(tmp_path, monkeypatch):
    """Write what the README says into a file of an empty folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.md").write_text(block("markdown"), encoding="utf-8")


def test_the_first_minute_prints_what_the_readme_says(notes, capsys):
    call, *printed = block("console").splitlines()
    program, *arguments = shlex.split(call.removeprefix("$ "))
    assert program == "eqcheck"
    assert main(arguments) == 1
    assert capsys.readouterr().out.splitlines() == printed


def test_every_option_is_documented(capsys):
    text = README.read_text(encoding="utf-8")
    with pytest.raises(SystemExit):
        read_options(["--help"])
    flags = set(re.findall(r"--[a-z]+", capsys.readouterr().out)) - {"--help"}
    assert len(flags) > 5
    assert {flag for flag in flags if f"`{flag}" not in text} == set()
    assert {name for name in OPTIONS if f"`:{name}:" not in text} == set()


def test_the_matcher_of_problems_finds_what_is_to_mend_and_nothing_else(notes, capsys, tmp_path):
    [matcher] = json.loads(block("json"))["problemMatcher"]
    [pattern] = matcher["pattern"]
    regexp = re.compile(pattern["regexp"])
    with (tmp_path / "notes.md").open("a", encoding="utf-8") as file:
        file.write("\n$$ z = 1 $$\n\n```{symbols} more\nq : R\n```\n")
    main(["notes.md"])
    found = [
        match for line in capsys.readouterr().out.splitlines() if (match := regexp.match(line))
    ]
    told = [[match[pattern[key]] for key in ("file", "line", "message")] for match in found]
    assert [(file, line) for file, line, _ in told] == [
        ("notes.md", "14"), ("notes.md", "19"), ("notes.md", "22")
    ]  # fmt: skip
    assert [message.split(":")[0] for *_, message in told] == [
        "eq-square wrong", "z = 1 refused", "fault"
    ]  # fmt: skip
    assert regexp.match("a.ipynb:cell 2:7: eq-a wrong: it is")[2] == "7"
    assert not regexp.match("a.md:7: eq-a checked 1e-16 3/3 mutants")


def test_the_hook_of_pre_commit_runs_the_command_on_all_that_is_read_but_python():
    hook = (PACKAGE.parent / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    program, *arguments = re.search(r"entry: (.*)", hook)[1].split()
    assert program == "eqcheck"
    assert read_options([*arguments, "a.md"]).quiet
    files = re.compile(re.search(r"files: (.*)", hook)[1])
    taken = {suffix for suffix in READERS if files.search(f"a{suffix}")}
    assert set(READERS) - taken == {".py", ".latex", ".rest"}
    assert re.search(r"id: (.*)", hook)[1] == re.search(r"- id: (.*)", block("yaml"))[1]
