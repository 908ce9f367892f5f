"""Every relation in running text is executed, or listed with a reason; none is dropped in silence.

What holds for all values of the document's symbols needs nothing.  A condition or a choice, as in
"let the learning rate be 0.5", stands under ``conditions`` in the front matter, and must be
possible.  What is compared in another way, or not at all, has a ``{check} $formula$`` that says
how, or why.  What names nothing but dimensions is no claim: it holds of the sizes that the table
happens to give.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from ..checks.check import DRAWS
from ..checks.report import GREY, Result
from ..checks.run import always_holds
from ..grammar.names import letters
from .blocks import Block, Check, Formula, Place
from .causes import Cause
from .formula import CONDITION
from .options import fault_of_reason, letters_of
from .outcome import Outcome
from .pairs import faults_of_options
from .runner import Runner
from .signs import kind_of, names_sizes_only, states_relation

CLAIMS = ("identity", "bound")
OF_SIZES = "it holds of the sizes drawn only: list it under `conditions`"


class Relations:
    """The relations in the running text of a document, and what its author says of them.

    ``conditions`` are as the document lists them, with their places; None: it lists nothing, and of
    its relations those are run that have a check.
    """

    def __init__(
        self, runner: Runner, blocks: Iterable[Block], conditions: Mapping[str, Place] | None
    ) -> None:
        self.runner, self.lists = runner, conditions is not None
        self.conditions = {name_of(latex) for latex in conditions or ()}
        self.unmet = dict(conditions or {})  # those that no formula has met yet
        self.checks: dict[str, Check] = {}
        self.seen: set[str] = set()  # with this table of symbols
        self.before: set[str] = set()  # with another
        blocks = list(blocks)
        texts = (block.latex for block in blocks if isinstance(block, Formula))
        names = {name_of(latex): latex for latex in texts if states_relation(latex)}
        self._pair(names, (each for each in blocks if isinstance(each, Check) and each.is_inline))

    def _pair(self, names: Mapping[str, str], checks: Iterable[Check]) -> None:
        """Find the check of each formula; report one that is of none."""
        for check in checks:
            label = check.label
            name = name_of(label.strip("$"))
            near = get_close_matches(name, names, 1)
            if name in self.checks:
                message = f"{label} has a check already: leave this one out"
            elif name not in names:
                message = f"no relation in the text of this page is {label}: "
                message += f"did you mean ${names[near[0]]}$?" if near else "leave this check out"
            else:
                self.checks[name] = check
                for cause in faults_of_options(check):
                    self.runner.causes.add(cause)
                continue
            self.runner.causes.add(Cause(message, check.place))

    def afresh(self) -> None:
        """Let formulas be run again: with another table they may say something else."""
        self.before |= self.seen
        self.seen.clear()

    def run(self, formula: Formula) -> Outcome | None:
        """Run a formula that states a relation, once for each table of symbols."""
        latex = formula.latex.strip()
        name = name_of(latex)
        self.runner.used |= letters(latex)
        check = self.checks.get(name)
        is_asked_for = self.lists or check is not None
        if name in self.seen or not (is_asked_for and states_relation(latex)):
            return None
        self.seen.add(name)
        if check is not None:
            return self._with_check(formula, latex, check)
        if name in self.conditions:
            self.unmet = {k: v for k, v in self.unmet.items() if name_of(k) != name}
            return self._condition(formula, latex)
        return self._claim(formula, latex, {"kind": kind_of(latex)})

    def report_stale(self) -> None:
        """Report the conditions that no formula of the page is run as."""
        for latex, place in self.unmet.items():
            message = f"no relation in the text of this page is {latex}: "
            message += "leave it out of `conditions`"
            self.runner.causes.add(Cause(message, place))

    def _with_check(self, formula: Formula, latex: str, check: Check) -> Outcome | None:
        fault = fault_of_reason(check.options, self.runner.rules)
        if check.faults or fault:
            cause = Cause(f"{latex}: {fault}", check.place) if fault else None
            if cause:
                self.runner.causes.add(cause)
            result = Result("", self.runner.name, "", "refused", latex, message=fault)
            return Outcome(formula.place, result, cause=cause)
        options = {"kind": kind_of(latex), **check.options}
        if options["kind"] == "code":
            self.runner.in_text |= letters(latex)
        outcome = self._claim(formula, latex, options, letters_of(check))
        if outcome is not None and outcome.result.kind not in GREY:
            defined, lost = self.runner.define(latex, outcome.result.state)
            self.runner.uses.define(defined, letters(latex))
            self.runner.lost |= lost
        return outcome

    def _condition(self, formula: Formula, latex: str) -> Outcome | None:
        outcome = self._claim(formula, latex, CONDITION)
        page, kind = self.runner.page, kind_of(latex)
        met = outcome is not None and outcome.result.state == "checked"
        claims = met and not names_sizes_only(page, latex)
        asked = claims and always_holds(page, latex, kind, DRAWS)  # most do not, on the first
        held = self.runner.found(latex, "", {"kind": kind}) if asked else None
        if held and held.passed and held.draws >= DRAWS:  # on few draws it may seem to hold
            told = f"{latex} holds for all values of the symbols: leave it out of `conditions`"
            self.runner.causes.add(Cause(told, formula.place))
        return outcome

    def _claim(
        self,
        formula: Formula,
        latex: str,
        options: Mapping[str, Any],
        used: Set[str] = frozenset(),
    ) -> Outcome | None:
        """Execute it; say what is wrong with it, unless it waits for something else."""
        used = used | letters(latex)
        cause, result = self.runner.execute(latex, "", options, used, "relation")
        if name_of(latex) in self.before and result.state == "refused":
            return None  # its letters mean what they meant where it was run
        holds = result.state in ("checked", "survived") and options.get("kind") in CLAIMS
        if holds and names_sizes_only(self.runner.page, latex):
            result = replace(result, state="refused", message=OF_SIZES)
        outcome = Outcome(formula.place, result, cause=cause, waits=cause is not None)
        if cause is None and not outcome.passed:
            told = _told(latex, result, options)
            outcome.cause = Cause(told, formula.place, missing=result.missing)
            self.runner.causes.add(outcome.cause)
        return outcome


def name_of(latex: str) -> str:
    """Return what a check calls a formula in running text: itself, however it is spaced.

    >>> name_of("a = b")
    '$a=b$'
    """
    return f"${''.join(latex.split())}$"


def _told(latex: str, result: Result, options: Mapping[str, Any]) -> str:
    """Say what is wrong with a relation, and how to mend it."""
    check = f"check ${' '.join(latex.split())}$"
    if options == CONDITION and result.state == "wrong":
        return f"{latex} cannot be met: {result.message}"
    if result.state == "survived":
        return f"{latex} holds, but {result.message}, in a {check}"
    told = f"{latex} is {result.state}: {result.message}"
    if result.message == OF_SIZES:
        return told
    if result.state == "wrong":
        return f"{told} (a condition, not an identity? list it under `conditions`)"
    return f"{told} (a definition, or words? say so in a {check}, with :kind: and :why:)"
