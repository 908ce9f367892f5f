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
from eqcheck import Counterexample, Page, Refusal, Result, mutants, rewritings

from . import pages

SLICE = 0.2  # seconds until a page may count, or stop
HOW = ("kind", "code", "certificate", "order", "tight", "tolerance")  # of a check, its options
_attacks: list[Attack] = []


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


def attack(label: str, latex: str, is_new: bool, seconds: float = SLICE) -> str:
    """Run wrong versions of a version that holds, for a while; return what is found so far.

    The next call goes on, so that the page can show the count, and stop.  Those that live are told
    apart: ``true`` are known to be so, ``missed`` are not.
    """
    if is_new:
        _attacks[:] = [Attack(label, latex)]
    end = time.perf_counter() + seconds
    [found] = _attacks
    while found.goes_on() and time.perf_counter() < end:
        pass
    told = ("done", "of", "caught", "true", "missed", "ended")
    return json.dumps({name: getattr(found, name) for name in told})


class Attack:
    """What is found of the wrong versions of a formula, as far as they were tried."""

    def __init__(self, label: str, latex: str) -> None:
        step, page = pages.step(label), pages.before(label)
        true, _ = _changed(step, page)
        self._known = {_squeezed(known) for known in [*true, step["latex"]]}
        self._kind, self._names = step.get("kind", ""), step.get("equivalent", ())
        self._attempts = eqcheck.attack(page, latex, **_how(step))
        self.done = self.of = self.caught = 0
        self.true, self.missed, self.ended = list[str](), list[str](), False

    def goes_on(self) -> bool:
        """Try one more; return whether there was one."""
        attempt = next(self._attempts, None)
        if attempt is None:
            self.ended = True
            return False
        self.done, self.of = self.done + 1, attempt.of
        if attempt.is_caught:
            self.caught += 1
        else:
            known = attempt.mutant.name in self._names
            known |= attempt.is_excused(self._kind)
            known |= _squeezed(attempt.mutant.latex) in self._known
            (self.true if known else self.missed).append(attempt.mutant.latex)
        return True


def slips(label: str) -> str:
    """Return the wrong versions of the book's equation: each changes one thing."""
    _, wrong = _changed(pages.step(label), pages.before(label))
    return json.dumps(wrong)


def versions(label: str, seed: int, count: int) -> str:
    """Return versions of an equation, true and wrong ones, shuffled.

    What the build has not run, because it is only written in another way, is run here.
    """
    step, page = pages.step(label), pages.before(label)
    rng = random.Random(seed)
    true, wrong = _changed(step, page)
    rng.shuffle(wrong)
    true += _rewritten(step, page, rng, count // 2)
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
        told |= {"state": "refused", **refused(result.refusal, result.latex)}
    elif result.state == "wrong":
        told["error"] = None if result.error in (None, float("inf")) else result.error
        told["witness"] = _witness(result.witness) if result.witness else None
    return told


def refused(refusal: Refusal, latex: str) -> dict[str, Any]:
    """Return where in the LaTeX a refusal is, what is the matter, and how to write it."""
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


def _changed(step: dict[str, Any], page: Page) -> tuple[list[str], list[str]]:
    """Return the versions that the build found to be as true as the book's, and the wrong ones."""
    try:
        changed = mutants(step["latex"], page) if _is_right(step) else []
    except Refusal:
        changed = []
    is_bound, known = step.get("kind") == "bound", step.get("equivalent", ())
    true = [mutant.latex for mutant in changed if mutant.name in known]
    wrong = [
        mutant.latex
        for mutant in changed
        if mutant.name not in known and (mutant.turns or not is_bound)
    ]
    return true, wrong


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
