"""Answers come from what cells have made, and cells see nothing of how they were found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import dlref
from book._ext.truth.answers import Answers
from dlref import moving


def answer(kind: str, source: str, **cells: Any) -> dict[str, Any]:
    """Return the answer to one step."""
    [answer] = Answers().to([(kind, source)], cells)
    return answer


@pytest.mark.parametrize(
    ("source", "value"),
    [("x + 1", 4.0), ("dlref.squared_loss(np.sqrt(8.0), 0)", 4.0), ("np.array([2])[0] > 1", 1.0)],
)
def test_a_number_is_the_value_of_its_expression(source: str, value: float) -> None:
    assert answer("num", source, x=3) == {"value": pytest.approx(value)}


@pytest.mark.parametrize("truth", [True, False])
def test_a_truth_of_python_or_of_numpy_is_a_fact(truth: bool) -> None:
    for x in (truth, np.bool_(truth), np.array(truth)[()]):
        assert answer("fact", "x", x=x) == {"value": truth, "sides": ""}


@pytest.mark.parametrize(
    ("kind", "source", "error"),
    [
        ("num", "[1]", "is no number, but of type list"),
        ("num", "1 /", "raised SyntaxError: invalid syntax"),
        ("fact", "1", "is no truth value, but of type int"),
        ("fact", "np.array([True])", "is no truth value, but of type ndarray"),
        ("fact", "None", "is no truth value, but of type NoneType"),
        ("fact", "1 / 0 > 1", "raised ZeroDivisionError: division by zero"),
        ("num", "10**400", "is too large a number"),
        ("num", "(_ for _ in ()).throw(SystemExit(3))", "raised SystemExit: 3"),
        ("values", "raise SystemExit(3)", "raised SystemExit: 3"),
        ("values", "raise KeyboardInterrupt", "raised KeyboardInterrupt: "),
    ],
)
def test_what_is_no_number_or_truth_is_said_to_be_so(kind: str, source: str, error: str) -> None:
    assert answer(kind, source)["error"] == error


def test_a_name_that_nothing_has_assigned_is_missing() -> None:
    said = "raised NameError: name 'x' is not defined"
    assert answer("num", "x") == {"error": said, "missing": True}


@pytest.mark.parametrize(
    ("source", "sides"),
    [
        ("e[1] < e[0] / 2", "e[1] = 12, e[0] / 2 = 10"),
        ("0.1 + x < 0.3 and x < 1 < y", "0.1 + x = 0.3, x = 0.2, y = 2.5"),
        ("not x < y", "x = 0.2, y = 2.5"),
        ("np.isclose(x, y)", "x = 0.2, y = 2.5"),
        ("np.all(v < 2)", "v = [1, 2]"),
        ("np.asarray(y) < 1", "np.asarray(y) = 2.5"),
        ("name == 'a'", "name = 'b'"),
        ("all(k < 1 for k in v)", ""),
    ],
)
def test_of_a_comparison_that_is_false_the_sides_are_told(source: str, sides: str) -> None:
    cells = {"e": [20, 12], "x": 0.2, "y": np.float64(2.5), "v": np.array([1, 2]), "name": "b"}
    assert answer("fact", source, **cells) == {"value": False, "sides": sides}


# ------------------------------------------------------------------ values


def test_values_are_seen_below_them_until_a_cell_has_such_a_name() -> None:
    answers = Answers()
    above = answers.to([("values", "x = 1\ntwice = lambda: 2 * x"), ("num", "x")], {})
    assert above == [{"value": None}, {"value": 1.0}]
    assert answers.to([("num", "x"), ("num", "twice()")], {}) == [{"value": 1.0}, {"value": 2.0}]
    below = answers.to([("num", "x"), ("num", "twice()")], {"x": 5})
    assert below == [{"value": 5.0}, {"value": 2.0}]


# ------------------------------------------------------------------ cells see nothing of it

MODEL = "[p.accumulate(p.data) for p in model.parameters()]"


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ("rng.random()", "rng"),
        ("np.random.random()", "np.random"),
        ("a.sort()", "a"),
        ("parts['a'].append(1)", "parts"),
        ("pair[1].fill(0)", "pair"),
        ("model.parameters()[0].data.sum()", ""),
        ("setattr(model.parameters()[0], 'grad', np.ones((2, 3)))", "model"),
        ("setattr(t, 'data', t.data + 1)", "t"),
        ("np.sort(a)", ""),
        ("axes[0].append(1)", ""),  # not looked at: what holds pictures
    ],
)
def test_a_step_that_changes_what_a_cell_has_made_is_refused(source: str, changed: str) -> None:
    cells = {
        "rng": np.random.default_rng(0),
        "a": np.array([2, 1]),
        "parts": {"a": [0]},
        "pair": (1, np.ones(2)),
        "model": dlref.MLP([3, 2], rng=np.random.default_rng(0)),
        "t": dlref.Tensor([1.0]),
        "axes": np.array([[], None], dtype=object),
    }
    found = answer("values", source, **cells)
    said = {"error": f"changes {changed}, which cells use: take a copy", "disturbs": True}
    assert found == (said if changed else {"value": None})


def test_nothing_is_seen_of_what_steps_print_or_warn_of(
    capsys: pytest.CaptureFixture[str], recwarn: pytest.WarningsRecorder
) -> None:
    said = "import sys, warnings\nprint(1)\nprint(2, file=sys.stderr)\nwarnings.warn('3')"
    assert answer("values", said) == {"value": None}
    assert capsys.readouterr() == ("", "")
    assert not list(recwarn)


def test_a_side_that_would_end_the_build_is_not_told() -> None:
    assert answer("fact", "False and exit() < 1") == {"value": False, "sides": ""}


def test_a_function_of_values_finds_what_python_has() -> None:
    steps = [
        ("values", "def largest(x):\n    return max(map(abs, x))"),
        ("num", "largest([-3, 2])"),
    ]
    assert Answers().to(steps, {}) == [{"value": None}, {"value": 3.0}]


def test_what_is_said_of_frames_is_evaluated_in_each(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = moving.Frames([{"a": value} for value in (1, 2, 3)], 1)
    monkeypatch.setattr(moving, "shown", [frames])
    assert answer("each num", "10 * a + b", b=5, a=0) == {"value": 25.0, "each": [15.0, 25.0, 35.0]}
    found = answer("each fact", "a > 2")
    assert (found["value"], found["each"]) == (True, [False, False, True])
    assert answer("each fact", "a > 3")["value"] is False


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ([{"a": 1}, {"a": 0}], "raised ZeroDivisionError: division by zero"),
        ([{"a": 1}, {"a": float("nan")}], "is no number in a frame"),
        ([{"a": 1}, {}], "raised NameError: name 'a' is not defined"),
    ],
)
def test_what_cannot_be_said_of_one_frame_is_refused(
    values: list[dict[str, Any]], error: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "shown", [moving.Frames(values, 0)])
    assert answer("each num", "1 / a")["error"] == error


def test_frames_are_those_of_a_figure_that_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "shown", [])
    said = "is said of frames, but the cell above has no figure that moves"
    assert answer("each num", "1")["error"] == said
