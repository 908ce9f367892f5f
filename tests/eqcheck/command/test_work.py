"""Files are checked, one at a time or several at once, with the same findings."""

import pytest

from eqcheck.command.options import Options
from eqcheck.command.work import check_file, check_files
from tests.eqcheck.command.files import RIGHT, TABLE, WRONG, display


@pytest.fixture
def file(tmp_path):
    def write(text, name="a.md"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def check(file, **options):
    return check_file(file, Options(files=(file,), **options))


def found(checked):
    return [(finding.place.line, finding.label, finding.state) for finding in checked.findings]


def test_each_formula_is_a_finding_with_its_evidence(file):
    checked = check(file(TABLE + RIGHT + WRONG))
    assert found(checked) == [(5, "eq-square", "checked"), (9, "eq-dream", "wrong")]
    right, wrong = checked.findings
    assert (right.passed, right.killed == right.mutants > 0, right.error < 1e-9) == (True,) * 3
    assert wrong.message.startswith("the sides differ by")
    assert wrong.counterexample == "with x = 1, y = 1: left 4, right 2"
    assert wrong.counterexample not in wrong.message


def test_what_is_fast_tries_no_wrong_versions(file):
    [finding] = check(file(TABLE + RIGHT), fast=True).findings
    assert (finding.state, finding.mutants) == ("checked", 0)


def test_what_is_listed_is_not_run(file):
    checked = check(file(TABLE + WRONG + display("x")), list=True)
    assert found(checked) == [(5, "eq-dream", "skipped"), (9, "", "skipped")]
    assert [finding.kind for finding in checked.findings] == ["identity", ""]
    assert all(finding.error is None for finding in checked.findings)


def test_conditions_that_are_not_run_are_not_said_to_hold(file):
    text = "<!-- conditions:\nx = 1\n-->\n" + TABLE + "Let $x = 1$.\n\n" + RIGHT
    assert [state for *_, state in found(check(file(text), list=True))] == ["skipped"] * 2
    assert [state for *_, state in found(check(file(text)))] == ["checked"] * 2


def test_one_label_is_checked_alone_and_sees_what_others_define(file):
    table = TABLE.replace("R\n", "R\nz : R; defined\n")
    text = table + display("z = x + y", "eq-z") + WRONG + display("z - x = y", "eq-use")
    named = "<!-- check eq-z :kind: definition :why: a name -->\n"
    assert found(check(file(text + named), only=("eq-use",))) == [(14, "eq-use", "checked")]
    assert found(check(file(text + named), only=("eq-d*",))) == [(10, "eq-dream", "wrong")]


def test_a_fault_of_a_table_is_a_finding_and_told_with_a_label_that_needs_it(file):
    text = TABLE.replace("x, y : R", "x : R\ny : Q") + RIGHT + display("x + x = 2 x", "eq-2")
    checked = check(file(text))
    assert found(checked) == [
        (3, "", "fault"),
        (6, "eq-square", "refused"),
        (10, "eq-2", "checked"),
    ]
    assert checked.findings[0].message.endswith("1 equation that needs y waits for it")
    assert found(check(file(text), only=("eq-2",))) == [(10, "eq-2", "checked")]
    assert len(check(file(text), only=("eq-square",)).findings) == 2


def test_labels_are_asked_for_where_rules_are_strict(file):
    assert [state for *_, state in found(check(file(TABLE + RIGHT), strict=True))] == ["unbound"]


def test_functions_come_from_the_command_or_from_a_line_of_the_file(file):
    code = TABLE.replace("-->", "m : R; defined\n-->") + display("m = \\frac{x + y}{2}", "eq-m")
    code += "<!-- check eq-m :kind: code :code: statistics.mean(\\{x, y\\}) -->\n"
    code = code.replace("statistics.mean(\\{x, y\\})", "operator.truediv(x + y, 2)")
    assert [state for *_, state in found(check(file(code)))] == ["unbound"]
    named = check(file(code), functions=("operator",))
    assert [state for *_, state in found(named)] == ["checked"]
    lined = check(file("<!-- functions: operator -->\n" + code))
    assert [state for *_, state in found(lined)] == ["checked"]


def test_what_cannot_be_run_is_a_trouble_in_one_line(file, tmp_path):
    none = str(tmp_path / "none.md")
    assert check(none).trouble == f"{none}:1: there is no such file; give a path to one"
    path = file(TABLE)
    assert check(path, functions=("nowhere",)).trouble.startswith("--functions: there is no module")
    lined = file("\n<!-- functions: nowhere -->")
    assert check(lined).trouble.startswith(f"{lined}:2: there is no module nowhere")


def test_several_at_once_find_what_one_after_the_other_does(file):
    files = tuple(file(TABLE + text, name) for name, text in [("a.md", RIGHT), ("b.md", WRONG)])
    told = []
    one = [*check_files(Options(files=files), told.append)]
    two = [*check_files(Options(files=files, jobs=2), told.append)]
    assert one == two
    assert told[-2:] == list(files)
