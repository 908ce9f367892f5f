"""A function that a reader wrote, run on what the page draws, against what the page expects.

A task is what the page says: ``function`` is the name, ``draw`` Python that draws the arguments
from ``rng``, each under the name of its parameter, and ``equals`` an expression in them.
"""

from __future__ import annotations

import copy
import io
import linecache
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

import numpy as np

import dlref

from .likeness import Pair, alike, likeness

DRAWS = 20
FILE = "<answer>"
ENTRIES = 12  # of longer values NumPy leaves out the middle
LONG = 200  # characters of what is no number
NUMBERS = (np.ndarray, np.generic, float, int)
Verdict = dict[str, Any]


class Refused(Exception):  # noqa: N818 (it is an answer, not an error)
    """What cannot be compared with anything; ``why`` is known to ``words.mjs``."""

    def __init__(self, why: str, line: int = 0, detail: str = "") -> None:
        super().__init__(why)
        self.verdict: Verdict = {"state": "refused", "why": why, "line": line, "detail": detail}


def judge(task: dict[str, Any], code: str) -> Verdict:
    """Run what a reader wrote on all draws; say what is wrong on the plainest of them."""
    try:
        outcomes = [*_outcomes(task, code)]
    except Refused as refused:
        return refused.verdict
    wrong = [outcome for outcome in outcomes if outcome["why"]]
    if not wrong:
        return {"state": "checked", "draws": len(outcomes)}
    plainest = min(wrong, key=lambda outcome: len(str(outcome["given"])))
    del plainest["pair"]
    return {"state": "wrong", "right": len(outcomes) - len(wrong), **plainest}


def hints(task: dict[str, Any], code: str) -> list[str]:
    """Return what may help a reader on, without giving the answer away."""
    try:
        pairs = [outcome["pair"] for outcome in _outcomes(task, code)]
    except Refused:
        return []
    if not all(pairs) or any(isinstance(wanted, tuple) for _, wanted in pairs):
        return []
    found = likeness(pairs)
    if found:
        return [found]
    share = [np.mean([alike(*entry) for entry in _entries(*pair)]) for pair in pairs]
    if all(part == 1 for part in share):
        return []
    if any(part == 1 for part in share):
        return ["some-draws"]
    return ["some-entries"] if all(part > 0 for part in share) else []


def same(task: dict[str, Any], one: str, two: str) -> bool:
    """Tell whether two functions give the same values; those that fail are like no other."""
    try:
        values = [
            [outcome["pair"][0] if outcome["pair"] else None for outcome in _outcomes(task, code)]
            for code in (one, two)
        ]
    except Refused:
        return False
    pairs = zip(*values, strict=True)
    return all(a is not None and b is not None and not _fault(a, b) for a, b in pairs)


def _entries(got: Any, wanted: Any) -> Iterator[Pair]:
    return zip(np.ravel(got), np.ravel(wanted), strict=True)


def _outcomes(task: dict[str, Any], code: str) -> Iterator[Verdict]:
    """Yield what comes of each draw: ``why`` it is wrong, "" if it is right, and on what."""
    function = defined(code, task["function"])
    for seed in range(DRAWS):
        given, wanted = drawn(task, seed)
        before = copy.deepcopy(given)
        outcome: Verdict = {"why": "", "given": shown_all(given), "pair": None}
        try:
            with _quiet():
                got = function(*given.values())
        except BaseException as error:  # a reader's function may raise anything
            last = traceback.extract_tb(error.__traceback__)
            lines = [frame.lineno for frame in last if frame.filename == FILE]
            said = f"{type(error).__name__}: {error}"
            yield {**outcome, "why": "raises", "line": (lines or [0])[-1], "detail": said}
            continue
        outcome["why"] = _fault(got, wanted)
        if outcome["why"] in ("", "values"):
            outcome["pair"] = got, wanted
        if outcome["why"]:
            outcome |= {"got": shown(got), "wanted": shown(wanted)}
        elif changed := next(_changed(given, before), ""):
            outcome |= {"why": "changes", "detail": changed}
        if outcome["why"] == "shape":
            outcome |= {"got": _shape(got), "wanted": _shape(wanted)}
        yield outcome


def defined(code: str, name: str) -> Any:
    """Return the function of a name that some code defines.

    Raises
    ------
    Refused
        If it cannot be read, or run, or defines no such function.
    """
    linecache.cache[FILE] = (len(code), None, code.splitlines(True), FILE)
    names: dict[str, Any] = {"np": np, "__name__": "__main__"}
    try:
        with _quiet():
            exec(compile(code, FILE, "exec"), names)
    except SyntaxError as error:
        raise Refused("syntax", error.lineno or 0, error.msg) from None
    except BaseException as error:
        lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == FILE]
        said = f"{type(error).__name__}: {error}"
        raise Refused("raises", (lines or [0])[-1] or 0, said) from None
    if not callable(names.get(name)):
        raise Refused("no-function", detail=name)
    return names[name]


def drawn(task: dict[str, Any], seed: int) -> tuple[dict[str, Any], Any]:
    """Return the arguments of a draw, by name in the order of the parameters, and what is right."""
    names: dict[str, Any] = {"np": np, "dlref": dlref, "rng": np.random.default_rng(seed)}
    exec(task["draw"], names)
    given = {name: names[name] for name in task["parameters"]}
    with np.errstate(all="ignore"):
        return given, eval(task["equals"], {**names, **copy.deepcopy(given)})


def _fault(got: Any, wanted: Any) -> str:
    """Name what is wrong with what was returned; "" if nothing is."""
    if got is None:
        return "nothing"
    if isinstance(wanted, tuple):
        if not isinstance(got, tuple) or len(got) != len(wanted):
            return "several"
        return next(filter(None, map(_fault, got, wanted)), "")
    try:
        array = np.asarray(got, float)
    except (TypeError, ValueError):
        return "type"
    if array.shape != np.shape(wanted):
        return "shape"
    return "" if alike(array, wanted) else "values"


def _changed(given: dict[str, Any], before: dict[str, Any]) -> Iterator[str]:
    """Yield the names of arrays that are no longer what they were."""
    for name, value in given.items():
        if isinstance(value, np.ndarray) and not np.array_equal(value, before[name]):
            yield name


def _shape(value: Any) -> str:
    """Return the shape of a value, or those of several."""
    return ", ".join(map(_shape, value)) if isinstance(value, tuple) else str(np.shape(value))


def shown_all(given: dict[str, Any]) -> list[tuple[str, str]]:
    """Return arguments as a reader would type them, each with its name."""
    return [(name, shown(value)) for name, value in given.items()]


def shown(value: Any) -> str:
    """Return a value in a few digits and one line."""
    if isinstance(value, tuple | list):
        start, end = "()" if isinstance(value, tuple) else "[]"
        return f"{start}{', '.join(map(shown, value))}{end}"
    array = np.asarray(value) if isinstance(value, NUMBERS) else np.asarray(None)
    if array.dtype.kind not in "iufb":
        return repr(value)[:LONG]
    text = np.array2string(
        array, precision=4, suppress_small=True, threshold=ENTRIES, edgeitems=2, separator=", "
    )
    return " ".join(text.split())


@contextmanager
def _quiet() -> Iterator[None]:
    """Let a function print what it likes, and warn: nobody reads it here."""
    sink = io.StringIO()
    with redirect_stdout(sink), redirect_stderr(sink), np.errstate(all="ignore"):
        yield
