"""What a reader makes of an equation of the book: true, wrong and where, or not to be read.

The answer comes in two steps: ``check`` runs the formula on draws, ``attack`` its wrong versions.
All answers are JSON.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from typing import Any

import eqcheck
from eqcheck import Counterexample, Mutant, Page, Refusal, Result, mutants, rewritings

from . import pages
from .report import report

OFTEN = 0.1  # seconds between two reports
HOW = ("kind", "code", "certificate", "order", "tolerance")


def equation(label: str) -> str:
    """Return an equation as the book has it, and what else its panel says."""
    step = pages.step(label)
    return json.dumps(
        {"latex": step["latex"], "isRight": _is_right(step), "long": step.get("long", 0)}
    )


def check(label: str, latex: str) -> str:
    """Run a version of an equation, without wrong versions of its own.

    Of what is refused ``at`` says where in the LaTeX; of what is wrong ``witness`` tells a draw on
    which the book's own version holds.
    """
    step, page = pages.step(label), pages.before(label)
    start = time.perf_counter()
    truth = step["latex"] if _is_right(step) else ""
    result = eqcheck.check(page, latex, attack=False, truth=truth, **_how(step))
    seconds = time.perf_counter() - start
    return json.dumps({**verdict(result), "seconds": seconds})


def attack(label: str, latex: str) -> str:
    """Run the wrong versions of a version that holds; report the count as they are caught.

    Those that live are told apart: ``true`` are known to be so, ``missed`` are not.
    """
    step, page = pages.step(label), pages.before(label)
    done, caught, told, of = 0, 0, 0.0, 0
    true, missed = list[str](), list[str]()
    known = {_squeezed(latex) for latex in [*_true(step, page), step["latex"]]}
    for attempt in eqcheck.attack(page, latex, **_how(step)):
        done, caught, of = done + 1, caught + attempt.is_caught, attempt.of
        if not attempt.is_caught:
            excused = attempt.is_excused(step.get("kind", ""))
            named = attempt.mutant.name in step.get("equivalent", ())
            is_true = excused or named or _squeezed(attempt.mutant.latex) in known
            (true if is_true else missed).append(attempt.mutant.latex)
        if time.perf_counter() - told > OFTEN:
            report(done=done, of=of)
            told = time.perf_counter()
    return json.dumps({"of": of, "caught": caught, "true": true, "missed": missed})


def slips(label: str) -> str:
    """Return the wrong versions of the book's equation: each changes one thing."""
    step, page = pages.step(label), pages.before(label)
    return json.dumps([mutant.latex for mutant in _wrong(step, page)])


def versions(label: str, seed: int, count: int) -> str:
    """Return versions of an equation, true and wrong ones, shuffled.

    What the build has not run, because it is only written in another way, is run here.
    """
    step, page = pages.step(label), pages.before(label)
    rng = random.Random(seed)
    wrong = [mutant.latex for mutant in _wrong(step, page)]
    rng.shuffle(wrong)
    true = [*_true(step, page), *_rewritten(step, page, rng, count // 2)]
    rng.shuffle(true)
    true = [step["latex"], *true][rng.randrange(2) :] or [step["latex"]]  # it is not always there
    number = min(len(true), count // 2)
    chosen = [(latex, True) for latex in true[:number]]
    chosen += [(latex, False) for latex in wrong[: count - number]]
    rng.shuffle(chosen)
    return json.dumps([{"latex": latex, "isTrue": is_true} for latex, is_true in chosen])


def verdict(result: Result) -> dict[str, Any]:
    """Return a result as a page shows it: ``checked``, ``wrong`` or ``refused``, and why."""
    told: dict[str, Any] = {"state": result.state, "draws": result.draws, "error": result.error}
    if result.refusal is not None:
        told |= {"state": "refused", **_refused(result.refusal, result.latex)}
    elif result.state == "wrong":
        told["error"] = None if result.error in (None, float("inf")) else result.error
        told["witness"] = _witness(result.witness) if result.witness else None
    return told


def _refused(refusal: Refusal, latex: str) -> dict[str, Any]:
    own = refusal.span is not None and not (refusal.source or refusal.line)
    at = refusal.span if own else None
    return {
        "at": at,
        "excerpt": latex[slice(*at)] if at else refusal.line or refusal.source or "",
        "what": refusal.what,
        "how": refusal.how,
    }


def _witness(found: Counterexample) -> dict[str, Any]:
    return {
        "draw": [(name, written(value)) for name, value in found.draw],
        "place": found.place,
        "sides": [(name, written(value)) for name, value in found.sides],
    }


def written(value: str) -> str:
    r"""Return a value as it is printed in LaTeX: a vector stands, a matrix has its rows.

    >>> print(written("((1, 0), (2e-5, …))"))
    \begin{pmatrix}1&0\\2\times 10^{-5}&\cdots\end{pmatrix}
    """
    if value.startswith("(("):
        rows = [row.strip("()").split(", ") for row in value[1:-1].split("), ")]
    elif value.startswith("("):
        rows = [[entry] for entry in value[1:-1].split(", ")]
    elif value.startswith("{"):
        return rf"\{{{value[1:-1]}\}}"
    else:
        return _number(value)
    body = r"\\".join("&".join(map(_number, row)) for row in rows)
    return rf"\begin{{pmatrix}}{body}\end{{pmatrix}}"


def _number(text: str) -> str:
    digits, _, power = text.partition("e")
    if power.lstrip("-").isdigit():
        return rf"{digits}\times 10^{{{power}}}"
    return text.replace("…", r"\cdots")


# ------------------------------------------------------------------ versions


def _is_right(step: dict[str, Any]) -> bool:
    """Whether the book holds an equation to be right; some are shown because they are wrong."""
    return "expect" not in step


def _how(step: dict[str, Any]) -> dict[str, Any]:
    return {key: step[key] for key in HOW if key in step}


def _true(step: dict[str, Any], page: Page) -> list[str]:
    """Return the versions that the build found to be as true as the book's."""
    known = step.get("equivalent", ())
    return [mutant.latex for mutant in _mutants(step, page) if mutant.name in known]


def _rewritten(step: dict[str, Any], page: Page, rng: random.Random, count: int) -> Iterator[str]:
    """Yield up to so many versions that are written in another way and hold."""
    candidates = [] if "long" in step else rewritings(step["latex"], page)
    rng.shuffle(candidates)
    for latex in candidates[: 2 * count]:
        if count and eqcheck.check(page, latex, attack=False, **_how(step)).state == "checked":
            count -= 1
            yield latex


def _squeezed(latex: str) -> str:
    return "".join(latex.split())


def _wrong(step: dict[str, Any], page: Page) -> list[Mutant]:
    """Return the versions that the build found to be wrong."""
    is_bound, known = step.get("kind") == "bound", step.get("equivalent", ())
    return [
        mutant
        for mutant in _mutants(step, page)
        if mutant.name not in known and (mutant.turns or not is_bound)
    ]


def _mutants(step: dict[str, Any], page: Page) -> list[Mutant]:
    try:
        return mutants(step["latex"], page) if _is_right(step) else []
    except Refusal:
        return []
