"""Runs the tables and formulas of a document, one after the other, each with what stands above it.

What fails is told once, with what waits for it; so are symbols that nothing uses, and names that no
formula defines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from types import MappingProxyType
from typing import Any

from ..checks.report import EXECUTED, GREY, Result
from ..errors import Refusal
from ..grammar.names import letters
from ..grammar.symbols import Line
from ..values.page import Functions, Page
from .blocks import Block, Check, Display, Place, Symbols
from .causes import Cause, Causes
from .formula import RunFormula, run_formula
from .labels import as_label
from .numbering import fault_of_numbering, numbers_itself, without_numbers
from .options import FLAG, MEANS, arguments, letters_of, meanings_of
from .outcome import SKIPPED, Outcome
from .pairs import fault_of_options, pair
from .rules import PLAIN, Rules
from .signs import kind_of, states_relation
from .uses import Uses


class Runner:
    """Runs what one document declares and displays, in its order.

    ``steps`` are what it did, as plain data, with which another process can do the same: tables,
    definitions, and what was executed, with the ``work`` that it was.
    """

    def __init__(
        self,
        name: str,
        blocks: Iterable[Block],
        *,
        functions: Functions = MappingProxyType({}),
        rules: Rules = PLAIN,
        run: RunFormula = run_formula,
    ) -> None:
        blocks = list(blocks)
        self.name, self.functions, self.rules, self.run = name, functions, rules, run
        self.page = Page(functions=functions)
        self.pairs = pair(blocks, rules)
        self.causes = Causes(self.pairs.causes)
        self.steps: list[dict[str, Any]] = []
        self.lines: list[tuple[Place, Line]] = []
        checks = [block for block in blocks if isinstance(block, Check)]
        self.used: set[str] = set().union(*map(letters_of, checks))
        self.unexecuted: set[str] = set()  # letters that a definition gives a meaning
        self.uses = Uses()
        self.lost: set[str] = set()  # letters that an equation failed to define
        self.in_text: set[str] = set()  # letters that formulas in running text may define
        self.table = 0  # the first line of the present table

    def declare(self, symbols: Symbols) -> None:
        """Read a table of symbols."""
        if not symbols.more:
            self.report_undefined()
            self.page = Page(functions=self.functions)
            self.causes.forget()
            self.unexecuted.clear()
            self.uses.forget()
            self.lost.clear()
            self.in_text.clear()
            self.table = len(self.lines)
        self.steps.append({"more": symbols.more, "lines": []})
        for number, text in enumerate(symbols.lines):
            if text.strip():
                self._declare(text, symbols.place.below(number))

    def _declare(self, text: str, place: Place) -> None:
        try:
            self.page.declare(text)
        except Refusal as refusal:
            self.used |= letters(text)  # what it needs is not unused
            cause = self.causes.behind(letters(refusal.missing), refusal.missing)
            if cause is None:
                message, missing = refusal.located(text), refusal.missing
                self.causes.add(Cause(message, place, refusal.lost, missing))
            else:
                cause.counts["line"] += 1
                cause.spoiled |= refusal.lost
        else:
            line = self.page.lines[-1]
            self.lines.append((place, line))
            self.steps[-1]["lines"].append(text.partition(" | ")[0].strip())
            whole = line.letters if len(line.names) == 1 else frozenset[str]()  # and its entries
            self.uses.define(line.letters, line.uses | whole)
            self._ask_for_meanings(text, line, place)
            cause = self.causes.behind(line.uses)
            if cause is not None:
                cause.spoiled |= line.letters

    def _ask_for_meanings(self, text: str, line: Line, place: Place) -> None:
        owed = line.meanings or line.kind == "declaration"
        languages = len(self.rules.languages)
        if languages and owed and len(line.meanings) != languages:
            message = f"a symbol needs its meaning in {self.rules.all_languages}: "
            message += f"LINE | {self.rules.form}"
            self.causes.add(Cause(f"{message}; got '{text.strip()}'", place))

    def display(self, display: Display) -> Outcome:
        """Run a display, and let what it defines be used from there on.

        ``uses`` of a definition goes on counting while the document is run.
        """
        how, other = self.pairs.checks.get(display), self.pairs.waits.get(display)
        latex, label = self._latex(display), display.label or self._label_by(how)
        used = letters(latex) | letters_of(how)
        self.used |= letters(latex)
        state, fault = ("unbound", other) if other else self._fault_of(display, how)
        if fault:
            cause, result = None, Result(label, self.name, "", state, latex, message=fault)
        else:
            options = dict(how.options) if how else {"kind": kind_of(latex)}
            options.pop(MEANS, None)
            cause, result = self.execute(latex, label, options, used, "equation")
            if result.state in EXECUTED:
                known = arguments(options)
                known["equivalent"] |= dict.fromkeys(result.true, "")  # no reader is shown reasons
                step = {"label": label, "latex": latex, "how": known}
                self.steps.append({**step, "work": result.steps})
        defined, lost = self.define(latex, "" if fault else result.state)
        self.lost |= lost
        spoiler = cause or self.causes.behind(used)
        if spoiler is not None:
            spoiler.spoiled |= lost
        outcome = Outcome(display.place, result, meanings_of(how), cause=cause, waits=bool(cause))
        if not (cause or other or outcome.passed):
            told = f"{label or 'an equation'} is {result.state}: {result.message}"
            suspects = used & self.unexecuted if result.state == "wrong" else frozenset[str]()
            if suspects:
                told += f"; is {' or '.join(sorted(suspects))} defined right? that is not executed"
            outcome.cause = Cause(told, display.place, lost, result.missing, suspects)
            self.causes.add(outcome.cause)
        outcome.restates = result.state == "checked" and how is not None and FLAG in how.options
        self.uses.define(defined, letters(latex))
        if result.state == "definition":
            self.uses.count(outcome, defined | lost)
        return outcome

    def _label_by(self, check: Check | None) -> str:
        return check.label if check and not self.rules.strict else ""

    def _latex(self, display: Display) -> str:
        own = not self.rules.strict or numbers_itself(display.place)
        return (without_numbers(display.latex) if own else display.latex).strip()

    def _fault_of(self, display: Display, check: Check | None) -> tuple[str, str]:
        """Return the state of a display that cannot be run as it stands, and why; else nothing."""
        if self.rules.strict:
            numbering = fault_of_numbering(display)
            if numbering:
                return "refused", numbering
            if check is None or not display.label:
                label = f"label: write {as_label(display.place, 'eq-name')}"
                how = "check: say below it how it is run" if display.label else label
                return "unbound", f"it has no {how}"
        if check is not None:
            return "refused", fault_of_options(check, self.rules)
        if not self.page.lines:
            docstring = display.place.file.endswith(".py")  # its function may be what is meant
            where = "; --docstrings runs it with its function" * docstring
            return SKIPPED, f"no table of symbols stands above it{where}"
        if not states_relation(self._latex(display)):
            return SKIPPED, "it relates nothing, and no check says how it is run"
        return "", ""

    def execute(
        self, latex: str, label: str, options: Mapping[str, Any], used: Set[str], noun: str
    ) -> tuple[Cause | None, Result]:
        """Execute a formula, unless it waits for what failed before it; return that as well."""
        cause = None if options.get("kind") in GREY else self.causes.behind(used)
        if cause is None:
            result = self.found(latex, label, options)
            cause = self.causes.behind(frozenset(), result.missing)
            if cause is None and result.state == "wrong":
                cause = self.causes.suspecting(used)
            if cause is None:
                if result.state in EXECUTED:
                    self.uses.execute(used)
                return None, result
        cause.counts[noun] += 1
        waiting = cause.waiting
        return cause, Result(label, self.name, "", "refused", latex, message=waiting)

    def found(self, latex: str, label: str, options: Mapping[str, Any]) -> Result:
        """Return what running a formula finds."""
        try:
            return self.run(self.page, latex, options, label=label, name=self.name)
        except ValueError as error:  # an option that has no such value
            return Result(label, self.name, "", "refused", latex, message=str(error))

    def define(self, latex: str, state: str) -> tuple[frozenset[str], frozenset[str]]:
        """Let a formula define what it can; return that, and what it leaves without a meaning."""
        try:
            defined = self.page.define(latex)
        except Refusal as refusal:  # it may define nothing, or what is known already
            return frozenset(), refusal.lost
        if not self.steps or self.steps[-1].get("latex") != latex:
            self.steps.append({"latex": latex})
        if state in GREY:
            self.unexecuted |= defined
        return defined, defined if state in ("refused", "wrong") else frozenset()

    def report_unused(self) -> None:
        """Report the lines whose letters no formula, check or other line of the document uses."""
        uses = [line.uses for _, line in self.lines]
        users = Counter(letter for each in uses for letter in each)
        for (place, line), own in zip(self.lines, uses, strict=True):
            others = {letter for letter in line.letters if users[letter] > (letter in own)}
            if line.kind != "convention" and not (others or line.letters & self.used):
                names = ", ".join(line.names)
                message = f"the symbol {names} is used by no formula or check here: leave it out"
                self.causes.add(Cause(message, place))

    def report_undefined(self) -> None:
        """Report the lines of the present table that promise a formula which does not come."""
        undefined = self.page.undefined
        for place, line in self.lines[self.table :]:
            names = ", ".join(name for name in line.names if letters(name) & undefined)
            waits = line.letters & (self.lost | self.in_text) or self.causes.behind(
                line.letters | line.uses
            )
            if names and line.kind == "declaration" and not waits:
                message = f"no formula here defines {names}: is another name on its left side?"
                self.causes.add(Cause(f"{message} if not, leave the line out", place))

    def sizes(self) -> str:
        """Return the dimensions that the symbols are drawn with: ``n = 6, d = 4``."""
        table = self.page.table
        sizes = {**table.dimensions, **{k: "/".join(map(str, v)) for k, v in table.widths.items()}}
        return ", ".join(f"{name} = {size}" for name, size in sizes.items() if "\\" not in name)
