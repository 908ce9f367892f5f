"""Displays are run in their order; what fails is told once, and what is not used is named."""

import pytest

from eqcheck import Result
from eqcheck.documents import Rules, run_document
from eqcheck.documents.runner import Runner
from tests.eqcheck.documents.written import check, display, document, table

STRICT = Rules(strict=True)
TWO = Rules(("中文", "English"), strict=True)


def run(*blocks, **how):
    return run_document(document(*blocks), **how)


def states(report):
    return [outcome.result.state for outcome in report.outcomes]


def told(report):
    return [(cause.place.line, str(cause)) for cause in report.causes]


# ------------------------------------------------------------------ what is run


def test_a_display_without_a_check_is_run_as_what_its_signs_say():
    report = run(table("x : R"), display("x + x = 2 x"), display("x^2 \\ge 0"))
    kinds = [(outcome.result.kind, outcome.result.state) for outcome in report.outcomes]
    assert kinds == [("identity", "checked"), ("bound", "checked")]
    assert report.passed


def test_a_display_that_nothing_asks_to_check_is_skipped_with_the_reason():
    report = run(display("x = y"), table("x : R"), display("x^2"), display("x + x = 2 x"))
    assert states(report) == ["skipped", "skipped", "checked"]
    assert report.outcomes[0].result.message == "no table of symbols stands above it"
    assert "relates nothing" in report.outcomes[1].result.message
    assert report.passed


def test_a_house_may_ask_for_a_label_and_a_check():
    report = run(table("x : R"), display("x + x = 2 x"), display("x = x + 0", "eq-a"), rules=STRICT)
    assert states(report) == ["unbound", "unbound"]
    assert [said for _, said in told(report)] == [
        "an equation is unbound: it has no label: write $$ (eq-name)",
        "eq-a is unbound: it has no check: say below it how it is run",
    ]


def test_a_house_may_refuse_numbers_and_else_they_are_passed_over():
    numbered = [
        table("x : R"),
        display(r"\begin{align} x + x &= 2 x \end{align}", "eq-a"),
        check("eq-a"),
    ]
    assert states(run(*numbered)) == ["checked"]
    assert "adds numbers of its own" in told(run(*numbered, rules=STRICT))[0][1]


def test_a_display_sees_what_is_declared_and_defined_above_it_and_nothing_else():
    symbols = table("a, b : R", "c : R; defined")
    sum_, use = display("c = a + b", "eq-c"), display("c - a = b")
    named = check("eq-c", ":kind: definition", ":why: a name")
    assert states(run(symbols, sum_, named, use)) == ["definition", "checked"]
    assert states(run(symbols, use, sum_, named)) == ["refused", "definition"]


def test_functions_are_those_that_are_given():
    blocks = [table("x : R", "y : R; defined"), display("y = x^2", "eq-y"),
              check("eq-y", ":kind: code", ":code: square(x)")]  # fmt: skip
    assert states(run(*blocks)) == ["unbound"]
    assert states(run(*blocks, functions={"square": lambda x: x * x})) == ["checked"]
    assert states(run(*blocks, functions={"square": lambda x: x * x + 1})) == ["wrong"]


def test_another_function_may_run_formulas():
    asked = []

    def kept(page, latex, options, *, label, name):
        asked.append((latex, dict(options), label, name))
        return Result(label, name, "identity", "checked", latex)

    report = run(table("x : R"), display(" x = 5 x ", "eq-a"), run=kept)
    assert states(report) == ["checked"]
    assert asked == [("x = 5 x", {"kind": "identity"}, "eq-a", "a.md")]


def test_a_check_may_name_the_display_above_it():
    report = run(table("x : R"), display("x + x = 2 x"), check("eq-new", ":kind: identity"))
    assert [outcome.result.label for outcome in report.outcomes] == ["eq-new"]
    assert report.passed


def test_an_option_without_such_a_value_is_refused():
    report = run(table("x : R"), display("x = x + 0", "eq-a"), check("eq-a", ":kind: no"))
    assert "kind must be one of identity, bound" in report.outcomes[0].result.message


def test_what_readers_are_told_goes_along():
    options = (":means: 和 | the sum", ":kind: code", ":code: double(x)", ":restates:")
    blocks = table("x : R", "y : R; defined"), display("y = 2 x", "eq-a"), check("eq-a", *options)
    [outcome] = run(*blocks, functions={"double": lambda x: 2 * x}).outcomes
    assert (outcome.means, outcome.restates) == (("和", "the sum"), True)
    assert not run(*blocks, functions={"double": lambda x: 3 * x}).outcomes[0].restates


# ------------------------------------------------------------------ what fails, once


def test_a_refused_line_is_one_finding_and_what_needs_it_waits():
    report = run(table("x : R", "y : Q", at=5), display("y + y = 2 y"), display("x + x = 2 x"))
    assert states(report) == ["refused", "checked"]
    [(line, said)] = told(report)
    assert line == 6
    assert said.startswith("in the line 'y : Q': unknown domain 'Q'")
    assert said.endswith("; 1 equation that needs y waits for it")
    assert report.outcomes[0].waits
    assert report.outcomes[0].result.message == "waits for line 6: mend that first"


def test_an_undeclared_name_is_told_by_the_first_that_needs_it():
    report = run(table("x : R"), *(display(f"{k}(x + z) = {k} x + {k} z", at=k) for k in (2, 3, 4)))
    [(line, said)] = told(report)
    assert line == 2
    assert "z is not declared" in said
    assert said.endswith("; 2 equations that need z wait for it")
    assert [outcome.waits for outcome in report.outcomes] == [False, True, True]


def test_a_wrong_formula_of_its_own_is_a_finding_of_its_own():
    report = run(table("x : R"), display("x = 2 x", at=7), display("x + x = 2 x", at=9))
    assert states(report) == ["wrong", "checked"]
    [(line, said)] = told(report)
    assert line == 7
    assert said.startswith("an equation is wrong: the sides differ by")
    assert str(report.outcomes[0].cause) == said


def test_a_definition_that_is_not_executed_is_asked_for_where_a_formula_is_wrong():
    named = display("c = a - b", "eq-c"), check("eq-c", ":kind: definition", ":why: a name")
    use = display("c + c = 2 a + 2 b")
    [(_, said)] = told(run(table("a, b : R", "c : R; defined"), *named, use))
    assert said.endswith("; is c defined right? that is not executed")


def test_a_table_starts_afresh_unless_it_says_more():
    first, use = table("x : Q"), display("x + x = 2 x")
    assert states(run(first, table("x : R"), use)) == ["checked"]
    assert states(run(first, table("x : R", more=True), use)) == ["refused"]


# ------------------------------------------------------------------ what is not used


@pytest.mark.parametrize(
    ("line", "latex", "unused"),
    [
        ("z : R", "y^2 = y y", True),
        ("x, z : R", "2 x = x + x", False),
        ("k = 3", "y^2 = y y", True),
        ("x_k : R; k = 1..3", "2 x_1 = x_1 + x_1", False),
        (r"\mathbf{z} : R[3]; entries z_j", "y^2 = y y", True),
    ],
)
def test_a_symbol_that_nothing_uses_is_named_with_its_line(line, latex, unused):
    report = run(table("y : R", line, at=5), display("y + y = 2 y"), display(latex))
    said = [place for place, words in told(report) if "is used by no formula" in words]
    assert said == [6] * unused


def test_a_name_that_no_formula_defines_is_named_with_its_line():
    symbols = table("x : R", "y : R; defined", at=5)
    said = "no formula here defines y: is another name on its left side? if not, leave the line out"
    assert (6, said) in told(run(symbols, display("x + x = 2 x"), display("y")))
    needed = told(run(symbols, display("x + x = 2 x"), display("y^2 = y y")))
    assert not any("defines" in words for _, words in needed)  # the formula that needs it says so


def test_meanings_are_asked_for_in_all_languages_of_a_house():
    blocks = (
        table("x : R | 数", "n = 3", at=5),
        display("n x = x n", "eq-a"),
        check("eq-a"),
    )
    asked = [(line, said) for line, said in told(run(*blocks, rules=TWO)) if "meaning" in said]
    assert [line for line, _ in asked] == [5]
    assert asked[0][1].startswith("a symbol needs its meaning in both languages: LINE | 中文")
    assert told(run(*blocks)) == []


# ------------------------------------------------------------------ what it leaves


def test_steps_are_plain_data_that_say_what_was_done():
    symbols = table("a : R | a number", "c : R; defined")
    named, why = display("c = a + a", "eq-c"), check("eq-c", ":kind: definition", ":why: it")
    use = display("c = 2 a", "eq-d")
    runner = Runner("a.md", [symbols, named, why, use])
    runner.declare(symbols)
    runner.display(named)
    runner.display(use)
    lines, definition, executed = runner.steps
    assert lines == {"more": False, "lines": ["a : R", "c : R; defined"]}
    assert definition == {"latex": "c = a + a"}
    assert (executed["label"], executed["how"]["kind"]) == ("eq-d", "identity")
    assert executed["work"] > 0


def test_sizes_are_those_of_the_present_table():
    blocks = [table("n = 4", "d_l = 3, 2"), table("m = 5")]
    runner = Runner("a.md", blocks)
    runner.declare(blocks[0])
    assert runner.sizes() == "n = 4, d_{l} = 3/2"
    runner.declare(blocks[1])
    assert runner.sizes() == "m = 5"


def test_a_convention_is_no_symbol_that_a_formula_would_use():
    lines = ("d = 3", r"\mathbf{x} : R[d]", r"\partial : gradient | 梯度 | gradient")
    latex = r"\partial_{\mathbf{x}} \|\mathbf{x}\|^2 = 2\mathbf{x}"
    report = run(table(*lines), display(latex, "eq-a"), check("eq-a"))
    assert states(report) == ["checked"]
    assert told(report) == []


def test_an_expression_alone_is_run_if_a_check_names_its_code():
    functions = {"twice": lambda x: 2 * x}
    code = check("eq-a", ":kind: code", ":code: twice(x)")
    blocks = (table("x : R"), display("2 x", "eq-a"), code)
    assert states(run(*blocks, functions=functions)) == ["checked"]
