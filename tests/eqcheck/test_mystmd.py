"""The plugin of MyST answers as mystmd asks, and pages show what was found."""

import io
import json

from eqcheck.mystmd import answer, main


def ask(*arguments, given=None, functions=()):
    written = io.StringIO()
    answer(arguments, functions, io.StringIO(json.dumps(given)), written)
    return json.loads(written.getvalue())


def at(line):
    return {"start": {"line": line, "column": 1}, "end": {"line": line, "column": 1}}


def symbols(*lines, argument=""):
    node = {"type": "mystDirective", "position": at(3), "children": []}
    data = {"name": "symbols", "node": node, "arg": argument, "body": "\n".join(lines)}
    return ask("--directive", "symbols", given=data)


def check(label, *options):
    children = [
        {"type": "mystOption", "name": name, "value": value, "position": at(21 + number)}
        for number, (name, value) in enumerate(options)
    ]
    node = {"type": "mystDirective", "position": at(20), "children": children}
    data = {"name": "check", "node": node, "arg": label, "options": dict(options)}
    return ask("--directive", "check", given=data)


def math(value, label="", line=10):
    node = {"type": "math", "value": value, "position": at(line)}
    return {**node, "label": label} if label else node


def page(*children, functions=()):
    tree = {"type": "root", "children": [{"type": "block", "children": [*children]}]}
    return ask("--transform", "eqcheck", given=tree, functions=functions)


def shown(tree):
    return [node["type"] for node in tree["children"][-1]["children"]]


def words(node):
    return node.get("value", "") + " ".join(map(words, node.get("children", ())))


def test_the_plugin_says_what_it_offers(capsys):
    main(arguments=[])
    offered = json.loads(capsys.readouterr().out)
    assert [directive["name"] for directive in offered["directives"]] == ["symbols", "check"]
    assert [transform["stage"] for transform in offered["transforms"]] == ["document"]


def test_a_display_that_holds_has_a_fold_and_directives_leave_nothing():
    tree = page(
        *symbols("a, b : R"),
        math("a + b = b + a", "eq-sum"),
        *check("eq-sum", ("kind", "identity")),
        {"type": "paragraph", "children": [{"type": "inlineMath", "value": "a = b"}]},
    )
    assert shown(tree) == ["math", "details", "paragraph"]
    told = words(tree["children"][0]["children"][1])
    assert told.startswith("✓ checked Computed separately, the sides agree at ")


def test_what_is_wrong_stands_in_the_open_with_its_counterexample():
    tree = page(*symbols("a : R"), math("a + a = a"))
    assert shown(tree) == ["math", "admonition"]
    warning = tree["children"][0]["children"][1]
    assert warning["kind"] == "danger"
    assert "The check failed: " in words(warning)
    assert "left 2, right 1" in words(warning)


def test_a_fault_of_a_table_or_a_check_stands_above_the_page_with_its_line():
    tree = page(
        *symbols("a : R", "c : Q"),
        math("a + a = 2 a", "eq-a"),
        *check("eq-a", ("kind", "identity"), ("kin", "x")),
    )
    told = " ".join(words(node) for node in tree["children"][:-1])
    assert "line 5: in the line 'c : Q'" in told
    assert "line 22: a check takes :kind:" in told


def test_equal_displays_have_each_their_own_evidence():
    tree = page(*symbols("a : R"), math("a + a = 2 a"), math("a + a = 2 a"))
    assert shown(tree) == ["math", "details", "math", "details"]


def test_an_option_may_be_repeated_and_code_names_functions_that_the_program_lists():
    tree = page(
        *symbols("a, b : R", "c, e : R; defined"),
        math(r"\begin{aligned} c &= \frac{a + b}{2} \\ e &= \frac{a + b}{2} \end{aligned}", "eq-c"),
        *check(
            "eq-c",
            ("kind", "code"),
            ("code", "c = statistics.fmean([a, b])"),
            ("code", "e = statistics.fmean([b, a])"),
        ),
        functions=["statistics"],
    )
    assert shown(tree) == ["math", "details"]


def test_a_display_without_a_table_above_is_left_alone():
    assert shown(page(math("a = b"))) == ["math"]


def test_a_table_that_says_more_adds_to_the_one_before():
    tree = page(
        *symbols("a : R"), *symbols("b : R", argument="more"), math("a + b = b + a", "eq-a")
    )
    assert shown(tree) == ["math", "details"]
