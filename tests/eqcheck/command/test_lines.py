"""What is printed: a line a formula, a sum, or JSON."""

import json

from eqcheck.command.lines import as_json, evidence, lines_of, listed, sum_of
from eqcheck.command.work import Checked, Finding
from eqcheck.documents import Place

PLACE = Place("a.md", 3)
RIGHT = Finding(PLACE, "checked", "", "eq-a", "a = a", "identity", error=2e-16, draws=20, mutants=7,
                killed=7, passed=True)  # fmt: skip
WRONG = Finding(PLACE, "wrong", "they differ", "", "a = b", "identity", "with a = 1: no", error=1.0)
FAULT = Finding(Place("a.ipynb", 3, 2), "fault", "unknown domain")
GREY = Finding(PLACE, "definition", "a name", "eq-c", "c = a", "definition", passed=True)
SKIPPED = Finding(PLACE, "skipped", "no table", "", "x" * 60, passed=True)


def test_a_formula_that_holds_has_its_error_and_its_mutants():
    assert [*lines_of(RIGHT)] == ["a.md:3: eq-a checked 2e-16 7/7 mutants"]
    assert evidence(Finding(PLACE, "checked", draws=20, error=0.0)) == "0e+00"


def test_one_that_fails_says_why_and_shows_where():
    assert [*lines_of(WRONG)] == ["a.md:3: a = b wrong: they differ", "    with a = 1: no"]


def test_what_is_not_run_says_why():
    assert [*lines_of(GREY)] == ["a.md:3: eq-c definition: a name"]
    assert [*lines_of(SKIPPED)] == [f"a.md:3: {'x' * 40} ... skipped: no table"]


def test_a_fault_has_no_formula():
    assert [*lines_of(FAULT)] == ["a.ipynb:cell 2:3: fault: unknown domain"]


def test_the_list_says_how_each_would_be_run():
    assert listed(RIGHT) == "a.md:3: eq-a identity"
    assert listed(GREY) == "a.md:3: eq-c definition"
    assert listed(SKIPPED) == f"a.md:3: {'x' * 40} ... not checked: no table"
    assert listed(FAULT) == "a.ipynb:cell 2:3: not checked: unknown domain"


def test_the_sum_counts_all_states_and_faults():
    every = [Checked("a.md", [RIGHT, WRONG, GREY]), Checked("b.md", [FAULT, RIGHT])]
    assert sum_of(every) == (
        "4 formulas: 2 checked, 1 wrong, 1 definition; 14/14 mutants caught; 1 other fault"
    )
    assert sum_of([Checked("a.md", [GREY])]) == "1 formula: 1 definition"


def test_json_holds_all_of_it():
    told = json.loads(as_json([Checked("a.md", [RIGHT, FAULT]), Checked("b.md", trouble="gone")]))
    assert told["passed"] is False
    [formula] = told["formulas"]
    assert (formula["file"], formula["line"], formula["cell"]) == ("a.md", 3, None)
    assert (formula["label"], formula["state"], formula["killed"]) == ("eq-a", "checked", 7)
    assert told["faults"] == [
        {"file": "a.ipynb", "line": 3, "cell": 2, "message": "unknown domain"}
    ]
    assert told["could_not_run"] == ["gone"]
    assert json.loads(as_json([Checked("a.md", [RIGHT])]))["passed"] is True
