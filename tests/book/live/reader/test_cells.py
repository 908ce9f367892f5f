"""Cells as a notebook runs them: what they print, their last value, their errors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from book._ext.live.reader import cells


@pytest.fixture(autouse=True)
def names() -> Iterator[dict[str, Any]]:
    cells.reset()
    yield cells.names
    cells.names.clear()


def run(code: str, number: int = 1) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(cells.run(code, number))
    return result


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("print('a')\n1 + 1", "a\n2\n"),
        ("1 + 1;", ""),
        ("x = 3", ""),
        ("None", ""),
        ("", ""),
        ("import sys; print('b', file=sys.stderr)", "b\n"),
    ],
)
def test_what_is_printed_comes_before_the_last_value(code: str, text: str) -> None:
    result = run(code)
    assert result["text"] == text
    assert not result["error"]


def test_cells_share_names_until_all_is_forgotten() -> None:
    run("x = 2")
    assert run("x + 1")["text"] == "3\n"
    cells.reset()
    assert "NameError: name 'x' is not defined" in run("x")["text"]


def test_an_error_shows_the_line_of_the_cell_and_nothing_of_the_machinery() -> None:
    result = run("def f():\n    return 1 / 0\n\nprint('before')\nf()", 7)
    assert result["error"]
    assert result["text"] == (
        "before\n"
        "Traceback (most recent call last):\n"
        '  File "<cell 7>", line 5, in <module>\n'
        "    f()\n"
        '  File "<cell 7>", line 2, in f\n'
        "    return 1 / 0\n"
        "           ~~^~~\n"
        "ZeroDivisionError: division by zero\n"
    )


def test_what_cannot_be_parsed_is_shown_where() -> None:
    text = run("x = (", 2)["text"]
    assert text.startswith('  File "<cell 2>", line 1\n    x = (\n')
    assert text.endswith("SyntaxError: '(' was never closed\n")


@pytest.mark.parametrize("code", ["raise SystemExit(3)", "raise KeyboardInterrupt", "exit()"])
def test_no_cell_ends_the_interpreter(code: str) -> None:
    assert run(code)["error"]
    assert run("1")["text"] == "1\n"


def test_the_names_are_those_of_a_program() -> None:
    assert run("__name__")["text"] == "'__main__'\n"


def test_a_cell_that_prints_for_ever_is_cut() -> None:
    result = run("for i in range(100_000):\n    print(i)")
    assert len(result["text"]) == cells.MOST
    assert result["cut"]


def test_what_is_printed_is_reported_while_the_cell_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(cells, "report", lambda text: told.append(text))
    monkeypatch.setattr(cells, "OFTEN", -1.0)
    run("print('a', end='')\nprint('bc')")
    assert told == ["a", "bc", "\n"]
    cells.run("print('d')", 2, False)
    assert told == ["a", "bc", "\n"]
