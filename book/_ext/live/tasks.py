r"""What an author says of an exercise that answers: YAML, read with the lines of its parts.

``formula`` is what is asked for, its left side given; ``without`` lists names that an answer does
without, ``start`` is what the field holds at first, ``kind`` and ``code`` are those of a check.
``function`` is a solution in Python, ``start`` what the reader finds, ``draw`` Python that draws
each parameter by its name, from ``rng``, and ``equals`` an expression in them: what is right.
``wrong`` lists answers that readers would give, each alone or with what to tell them,
``{answer, zh, en}``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import yaml

from book._ext.live.reader.try_formulas import sides
from eqcheck import Refusal
from eqcheck.grammar.lexer import skim
from eqcheck.grammar.names import read_name, starts_name

FORMULA = ("formula", "start", "without", "kind", "code", "wrong")
FUNCTION = ("function", "start", "draw", "equals", "wrong")
NEEDED = {
    "formula": ("formula", "wrong"),
    "function": ("function", "start", "draw", "equals", "wrong"),
}
TOLD = {"answer", "zh", "en"}
TRANSPOSED = re.compile(r"\^\s*(\{\s*\\top\s*\}|\\top)")
# What is typed by a button, for what an answer or a wrong one has of it.
SHAPES = {
    r"\\[dt]?frac": r"\frac{}{}",
    r"\\top": r"^{\top}",
    r"\\sqrt": r"\sqrt{}",
    r"\\sum": "",  # as it is written
    r"\\odot": r"\odot ",
    r"\\log": r"\log ",
    r"\\exp": r"\exp ",
    r"\\max": r"\max",
    r"\\operatorname\{diag\}": r"\operatorname{diag}()",
    r"\\mathbf\{1\}": r"\mathbf{1}",
    r"\\\|": r"\|\|_2",
    r"\^\{?2\}?": "^2",
}
SUM = re.compile(r"\\sum_(\{[^{}]*\}|\w)(\^(\{[^{}]*\}|\w))?")


class Task(NamedTuple):
    """What is asked: ``data`` for the page's worker, lines of its parts, and faults by line."""

    data: dict[str, Any]
    solution: str
    check: dict[str, Any]
    lines: dict[str, int]
    faults: dict[int, str]


def read_task(text: str, first: int) -> Task:
    """Read what an author wrote, from the line ``first`` of the page on."""
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = first + (mark.line if mark else 0)
        return _faulty(line, f"{{answer}} is YAML: {getattr(error, 'problem', None) or error}")
    if not isinstance(root, yaml.MappingNode):
        return _faulty(first, "{answer} is YAML: formula: LEFT = RIGHT, or function: | …; wrong: …")
    lines = dict(_lines(root, first))
    written = yaml.load(text, Loader=yaml.BaseLoader)
    kind = "function" if "function" in written else "formula"
    known = FUNCTION if kind == "function" else FORMULA
    for name in written:
        if name not in known:
            return _faulty(lines[name], f"{{answer}} takes {', '.join(known)}; got {name}")
    for name in NEEDED[kind]:
        if not written.get(name):
            return _faulty(
                first, f"{{answer}} of a {kind} needs {', '.join(NEEDED[kind])}: add {name}"
            )
    if not isinstance(written["wrong"], list):
        return _faulty(
            lines["wrong"], "`wrong` is a list of answers, - ANSWER in a line of its own"
        )
    wrong = [{"answer": one} if isinstance(one, str) else one for one in written["wrong"]]
    for number, one in enumerate(wrong):
        if not (isinstance(one, dict) and one.keys() in (TOLD, {"answer"})):
            message = (
                "a wrong answer is an ANSWER, or {answer, zh, en} with what to tell the reader"
            )
            return _faulty(lines[f"wrong {number}"], message)
    data = _of_function(written) if kind == "function" else _of_formula(written)
    if not data:
        what = "def NAME(…)" if kind == "function" else "LEFT = RIGHT"
        return _faulty(lines[kind], f"`{kind}` is {what}; got {written[kind].strip()!r}")
    data |= {"start": written.get("start", ""), "wrong": wrong}
    if kind == "formula":
        data["keys"] = keys([data["right"], data["start"], *(one["answer"] for one in wrong)])
    check = {name: written[name] for name in ("kind", "code") if name in written}
    return Task(data, written[kind], check, lines, {})


def keys(formulas: Sequence[str]) -> list[str]:
    r"""Return what buttons type: names that are long to type, and forms, those of wrong ones too.

    >>> keys([r"\mathbf{X}^{\top}\hat{y}", r"\frac{1}{n} x"])
    ['\\mathbf{X}', '\\hat{y}', '\\frac{}{}', '^{\\top}']
    """
    names = [name for latex in formulas for name in _names(TRANSPOSED.sub("", latex))]
    text = " ".join(formulas)
    shapes = [typed for shape, typed in SHAPES.items() if typed and re.search(shape, text)]
    return [*dict.fromkeys([*names, *shapes, *(match[0] + " " for match in SUM.finditer(text))])]


def _names(latex: str) -> Iterator[str]:
    tokens, at = skim(latex), 0
    while at < len(tokens):
        length = 1
        with suppress(Refusal):
            if starts_name(tokens[at]):
                name, length = read_name(tokens[at:], 0)
                written = latex[slice(*name.span)].partition("^")[0].strip()
                if "\\" in written:
                    yield written
                power = name.sup or ()
                if power:  # a power is no part of a name, but has names
                    yield from _names(latex[power[0].start : power[-1].end])
        at += length


def _of_formula(written: dict[str, Any]) -> dict[str, Any]:
    left, right = sides(written["formula"])
    if not right:
        return {}
    without = written.get("without", [])
    return {
        "left": left,
        "right": right,
        "without": [without] if isinstance(without, str) else without,
    }


def _of_function(written: dict[str, Any]) -> dict[str, Any]:
    try:
        [*_, function] = ast.parse(written["function"]).body
    except (SyntaxError, ValueError):
        return {}
    if not isinstance(function, ast.FunctionDef):
        return {}
    parameters = [argument.arg for argument in function.args.args]
    asked = {"function": function.name, "parameters": parameters}
    return asked | {key: written[key] for key in ("draw", "equals")}


def _lines(root: yaml.MappingNode, first: int) -> Iterator[tuple[str, int]]:
    """Yield the line of each field, and of each wrong answer."""
    for key, value in root.value:
        yield key.value, first + key.start_mark.line
        if isinstance(value, yaml.SequenceNode):
            for number, item in enumerate(value.value):
                yield f"{key.value} {number}", first + item.start_mark.line


def _faulty(line: int, message: str) -> Task:
    return Task({}, "", {}, {}, {line: message})
