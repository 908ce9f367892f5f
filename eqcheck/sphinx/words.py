"""What readers are told of a formula's check: English; a subclass speaks another language.

A result is plain data: an ``eqcheck.Result`` as a dictionary, with ``restates``, ``uses`` and
``means`` of its outcome.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from ..checks.report import GREY

FoundResult = Mapping[str, Any]
Table = Mapping[str, str]

MARKS = {
    "checked": "✓",
    "wrong-as-expected": "✗",
    "definition": "≝",
    "notation": "·",
    "model": "·",
}
WRONG = "✗"
RESTATED = "="
POWERS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
RELATIVE = ("identity", "code", "optimality")  # others hold or do not: there is no error to show
IMPOSSIBLE = (  # why a formula that is meant to fail cannot be executed
    r"(\d+) x (\d+) plus a scalar",
    r"(\d+) x (\d+) (plus|times) (\d+) x (\d+)",
    "a singular matrix has no inverse",
    "what is differentiated does not contain the variable",
    r"\S+ is not declared on this page",
    "the candidate does not satisfy the conditions",
    r"\S+ takes (\d+) arguments, not (\d+)",
)


class Words:
    """The words of one language; ``index`` is its place among those that authors write in.

    >>> result = {"state": "checked", "restates": False, "uses": None, "kind": "bound",
    ...           "draws": 24, "mutants": 3, "killed": 3, "message": ""}
    >>> Words().told(result)
    'It holds at 24 random settings; all 3 wrong versions were caught.'
    """

    tag: ClassVar[str] = "en"
    classes: ClassVar[tuple[str, ...]] = ("language-en",)
    STATES: ClassVar[Table] = {
        "checked": "checked",
        "wrong-as-expected": "wrong, as claimed",
        "definition": "definition",
        "notation": "notation",
        "model": "model assumption",
    }
    RESTATED: ClassVar[str] = "the same formula, in code"
    RESTATED_IN_TABLE: ClassVar[str] = "same formula"  # beside it stands: formula and code
    FAILED: ClassVar[Table] = {
        "wrong": "The check failed: ",
        "refused": "The equation cannot be executed: ",
        "survived": "The wrong versions are not as listed: ",
        "unbound": "The equation was not checked: ",
    }
    DONE: ClassVar[Table] = {  # what was done, by the kind of the check
        "identity": "Computed separately, the sides agree at {draws} random settings",
        "code": "Computed separately, formula and code agree at {draws} random settings",
        "bound": "It holds at {draws} random settings",
        "optimality": "At {draws} random settings what is given meets the conditions of an "
        "optimum, and nothing nearby is better",
        "limit": "At {draws} random settings the difference of the sides vanishes as fast as it "
        "should",
        "distribution": "At {draws} random settings the numbers drawn by the formula and by the "
        "code agree",
    }
    RESTATES: ClassVar[str] = (
        "The code is the formula over again: that the two agree at {draws} random settings shows "
        "that the code is right, and no more"
    )
    KINDS: ClassVar[Table] = {
        "identity": "both sides",
        "bound": "the inequality",
        "code": "formula and code",
        "optimality": "optimality",
        "limit": "limit",
        "distribution": "distribution",
        "definition": "definition",
        "notation": "notation",
        "model": "model assumption",
    }
    IMPOSSIBLE: ClassVar[tuple[str, ...]] = (  # as IMPOSSIBLE, with what stands in it
        r"a \1 × \2 matrix plus a scalar",
        r"a \1 × \2 matrix \3 a \4 × \5 matrix",
        r"\g<0>",
        r"\g<0>",
        "a symbol is not defined",
        r"\g<0>",
        r"a function of \1 arguments is given \2",
    )
    PLACES: ClassVar[Table] = {  # whose symbols a box holds
        "page": "Symbols of this page",
        "opening": "Symbols of the opening",
        "section": "Symbols of this section",
    }
    COLUMNS: ClassVar[tuple[str, ...]] = ("Symbol", "Values", "Meaning")
    HEADINGS: ClassVar[tuple[str, ...]] = ("Equation", "Kind", "State", "Error", "Draws", "Mutants")
    ERROR: ClassVar[str] = "error"
    BETWEEN: ClassVar[str] = "; "  # between the figures

    def __init__(self, index: int = 0) -> None:
        self.index = index

    # ------------------------------------------------------------------ a state, by its name

    def state(self, result: FoundResult) -> str:
        """Return the words of a state; of a definition, how often it is put to use."""
        if result["restates"]:
            return self.RESTATED
        state = self.STATES.get(result["state"]) or self.failed(result)
        return state if result["uses"] is None else state + self.used(result["uses"])

    def state_in_table(self, result: FoundResult) -> str:
        """Return them where the kind of the check stands beside."""
        return self.RESTATED_IN_TABLE if result["restates"] else self.state(result)

    def failed(self, result: FoundResult) -> str:
        """Return the name of a state that is to mend."""
        return str(result["state"])

    def used(self, uses: int) -> str:
        """Say how many executed formulas use a definition."""
        checks = {0: "no check", 1: "1 check"}.get(uses, f"{uses} checks")
        return f", used by {checks}"

    def kind(self, kind: str) -> str:
        """Return what is compared in a kind of check."""
        return self.KINDS.get(kind, kind)

    def label(self, result: FoundResult) -> str:
        """Return the name of a mark that opens, for those who cannot see it."""
        return f"{self.state(result)}: details"

    # ------------------------------------------------------------------ what was done

    def told(self, result: FoundResult) -> str:
        """Return what readers are told: what was done, and what came of it."""
        details = self.details(result)
        if result["state"] == "wrong-as-expected":
            return self.sentences(capital(self.state(result)), details)
        return details

    def details(self, result: FoundResult) -> str:
        """Return what was done, and what came of it."""
        reason, state = str(result["message"]), result["state"]
        if state == "wrong-as-expected":
            shown = str(result["counterexample"])
            failure = self.failure(result["error"], reason)
            return failure + self.counterexample(shown) if shown else failure
        if state in GREY:
            parts = reason.split(" | ")
            own = parts[self.index] if self.index < len(parts) else reason
            return self.sentences(capital(self.state(result)), own)
        if state != "checked":
            return f"{self.FAILED[state]}{reason}"
        done = self.RESTATES if result["restates"] else self.DONE[result["kind"]]
        told = done.format(draws=result["draws"])
        return told + self.caught(result["mutants"], result["killed"])

    def sentences(self, first: str, second: str) -> str:
        """Return two sentences, of which the first has no full stop."""
        return f"{first}. {second}"

    def caught(self, mutants: int, killed: int) -> str:
        """Say how many of the wrong versions were caught; this ends a sentence."""
        rest = mutants - killed
        if not mutants:
            return "."
        if rest:
            are = "the other one is" if rest == 1 else f"the other {rest} are"
            return f"; of {mutants} altered versions {killed} were caught, and {are} true as well."
        all_were = f"all {mutants} wrong versions were"
        every = "the one wrong version was" if mutants == 1 else all_were
        return f"; {every} caught."

    def failure(self, error: float | None, reason: str) -> str:
        """Say how a formula failed that was meant to fail."""
        if error is None:
            return self.impossible(self.reason(reason))
        if math.isinf(error):
            return self.not_always()
        return self.differ(f"{error:.2g}")

    def reason(self, reason: str) -> str:
        """Return in plain words why a formula cannot be executed, where there are such words."""
        for pattern, words in zip(IMPOSSIBLE, self.IMPOSSIBLE, strict=True):
            if found := re.search(pattern, reason):
                return found.expand(words)
        return reason

    def impossible(self, reason: str) -> str:
        """Say that a formula cannot be executed."""
        return f"It cannot be computed: {reason}."

    def not_always(self) -> str:
        """Say that a relation fails which has no error."""
        return "The relation does not always hold."

    def differ(self, error: str) -> str:
        """Say how far the sides are apart."""
        return f"On random values the sides differ by {error} of their size."

    def counterexample(self, shown: str) -> str:
        """Say on which values the sides differ."""
        return f" {capital(plain(shown))}."

    # ------------------------------------------------------------------ figures

    def figures(self, result: FoundResult, sizes: str) -> str:
        """Return the figures behind the words, for those who want them: "" if there are none."""
        if result["state"] != "checked":
            return ""
        sizes = sizes.replace(" = ", "\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}")
        told = [self.drawn(sizes)] if sizes else []
        if result["kind"] in RELATIVE and result["error"] is not None:
            rounding = 0 < result["error"] < 1e-9
            told.insert(0, self.relative(in_powers_of_ten(result["error"]), rounding))
        return capital(self.BETWEEN.join(told))

    def drawn(self, sizes: str) -> str:
        """Say with which sizes values were drawn."""
        return f"sizes drawn: {sizes}"

    def relative(self, error: str, rounding: bool) -> str:
        """Say how large the relative error is, and whether that is rounding alone."""
        return f"relative error {error}{' (rounding)' * rounding}"


def mark_of(result: FoundResult) -> str:
    """Return the sign of a state."""
    return RESTATED if result["restates"] else MARKS.get(result["state"], WRONG)


def format_error(error: float | None) -> str:
    """Return an error as readers see it: ``4e-16``, ``0``, or nothing where there is none.

    >>> [format_error(error) for error in (None, 0.0, 4.4e-16, 0.049)]
    ['', '0', '4e-16', '0.05']
    """
    if not error:
        return "" if error is None else "0"
    return f"{error:.1g}" if error > 1e-4 else f"{error:.0e}"


def in_powers_of_ten(error: float) -> str:
    """Return an error as readers write it.

    >>> in_powers_of_ten(4.4e-16), in_powers_of_ten(0.0)
    ('4 × 10⁻¹⁶', '0')
    """
    digit, _, power = f"{error:.0e}".partition("e")
    return f"{digit} × 10{str(int(power)).translate(POWERS)}" if error else "0"


def plain(counterexample: str) -> str:
    r"""Return a counterexample without fonts: the letter of \mathbf{w} is w.

    >>> plain(r"with \mathbf{w} = (1, 0): left 1, right 2")
    'with w = (1, 0): left 1, right 2'
    """
    return re.sub(r"\\[a-z]+\{(\w)\}", r"\1", counterexample)


def capital(text: str) -> str:
    """Return a text whose first letter is a capital."""
    return text[:1].upper() + text[1:]
