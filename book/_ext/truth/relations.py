"""Every relation in running text is executed, or listed with a reason; none is dropped in silence.

What holds for all values of the page's symbols needs nothing.  A condition or a choice, as in "let
the learning rate be 0.5", stands under ``conditions`` in the front matter, and must be possible.
What is compared in another way, or not at all, has a ``{check} $formula$`` that says how, or why.
What names nothing but dimensions is no claim: it holds of the sizes that the table happens to give.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from docutils import nodes

from book._ext.truth.causes import Cause, Place
from book._ext.truth.checks import (
    equation_check,
    fault_of_reason,
    faults_of_options,
    letters_of,
    name_of,
    place_of,
)
from eqcheck import GREY, Page, Result, letters

if TYPE_CHECKING:
    from book._ext.truth.equations import Runner

# Scripts, words and what stands above or below a sign, with its braces; and braces of no such.
GROUP = re.compile(
    r"(?:[_^]|\\(?:text[a-z]*|mbox|operatorname|overset|underset|stackrel|[hv]?phantom)\*?)\s*"
    r"\{[^{}]*\}|\{([^{}]*)\}"
)
CONDITION = {"kind": "condition"}  # no kind of a {check}: only the front matter lists them
CLAIMS = ("identity", "bound")
EQUALITY = re.compile(r"=|≈|\\(?:approx|equiv)(?![A-Za-z])")
OF_SIZES = "it holds of the sizes drawn only: list it under `conditions`"
RELATION = re.compile(
    r"[=<>∈-∍∝∣-∦∼-⊋⊢-⊷←→↔⇐⇒⇔↦↩↪⟵-⟿⩽⩾]|\\(?:le|ge|ne|lt|gt|ll|gg|lll|ggg|nless|ngtr"
    r"|in|notin|ni|to|gets|iff|implies|impliedby|asymp|equiv|n?cong|(?:var)?propto|n?mid|n?parallel"
    r"|perp|models|[vV]{1,2}[dD]ash|xlongequal|eqq?colon|[A-Za-z]*(?:eqq?|eqslant|sim|approx|mapsto"
    r"|su[bp]set|prec|succ)|(?!over|under)[A-Za-z]*(?:[lL]eft|[rR]ight)arrow)(?![A-Za-z])"
)


def outermost(latex: str) -> str:
    r"""Return a formula without scripts, words and braces: what stands there relates nothing.

    >>> outermost(r"\sum_{k=0}^{d} \boxed{a{=}b} \text{ if } c").split()
    ['\\sum', '\\boxed', 'a', '=', 'b', 'c']
    """
    latex = latex.replace(r"\{", "(").replace(r"\}", ")")
    while (shorter := GROUP.sub(r" \1 ", latex)) != latex:
        latex = shorter
    return latex


def states_relation(latex: str) -> bool:
    r"""Tell whether a formula relates what it names.

    >>> states_relation(r"\eta = 0.5"), states_relation(r"\sum_{i=1}^{n} x_i")
    (True, False)
    """
    return RELATION.search(outermost(latex)) is not None


def names_sizes_only(page: Page, latex: str) -> bool:
    r"""Tell whether all that a formula names of a page's table are dimensions or widths.

    >>> page = Page("n = 5 \n d_l = 4, 3 \n x : R")
    >>> [names_sizes_only(page, latex) for latex in ("n > d_1", "n > x", "1 + 1 = 2")]
    [True, False, False]
    """
    kinds = {letter: line.kind for line in page.lines for letter in line.letters}
    return {kinds[letter] for letter in letters(latex) & kinds.keys()} == {"dimension"}


def tell(results: Sequence[dict[str, Any]]) -> str:
    """Return how the relations in running text fared, in one line."""
    states = [result["state"] for result in results]
    met = sum(result["kind"] == "condition" for result in results if result["state"] == "checked")
    listed = sum(states.count(state) for state in GREY)
    done = states.count("checked") + states.count("wrong-as-expected") + listed
    return (
        f"{len(results)} inline relations: {states.count('checked') - met} executed and hold, "
        f"{met} conditions that can be met, {states.count('wrong-as-expected')} wrong as claimed, "
        f"{listed} listed as definitions or words, {len(results) - done} without a verdict"
    )


class Relations:
    """The relations in the running text of a page, and what its author says of them.

    ``conditions`` are as the front matter lists them, with their lines; None if it is unreadable.
    """

    def __init__(
        self,
        runner: Runner,
        formulas: Iterable[nodes.math],
        checks: Iterable[equation_check],
        conditions: dict[str, Place] | None,
    ) -> None:
        self.runner, self.readable = runner, conditions is not None
        self.conditions = {name_of(latex) for latex in conditions or ()}
        self.unmet = dict(conditions or {})  # those that no formula has met yet
        self.checks: dict[str, equation_check] = {}
        self.seen: set[str] = set()  # with this table of symbols
        self.before: set[str] = set()  # with another
        texts = (formula.astext() for formula in formulas)
        self._pair({name_of(latex): latex for latex in texts if states_relation(latex)}, checks)

    def _pair(self, names: dict[str, str], checks: Iterable[equation_check]) -> None:
        """Find the check of each formula; report one that is of none."""
        for check in checks:
            label, place = check["label"], place_of(self.runner.docname, check)
            name = name_of(label.strip("$"))
            near = get_close_matches(name, names, 1)
            if name in self.checks:
                message = f"{label} has a {{check}} already: leave this one out"
            elif name not in names:
                message = f"no relation in the text of this page is {label}: "
                message += f"did you mean ${names[near[0]]}$?" if near else "leave this {check} out"
            else:
                self.checks[name] = check
                for cause in faults_of_options(self.runner.docname, check):
                    self.runner.causes.add(cause)
                continue
            self.runner.causes.add(Cause(message, place))

    def afresh(self) -> None:
        """Let formulas be run again: with another table they may say something else."""
        self.before |= self.seen
        self.seen.clear()

    def run(self, formula: nodes.math) -> Result | None:
        """Run a formula that states a relation, once for each table of symbols."""
        latex = formula.astext().strip()
        name = name_of(latex)
        self.runner.used |= letters(latex)
        if name in self.seen or not (self.readable and states_relation(latex)):
            return None
        self.seen.add(name)
        check = self.checks.get(name)
        if check is not None:
            return self._with_check(formula, latex, check)
        if name in self.conditions:
            self.unmet = {k: v for k, v in self.unmet.items() if name_of(k) != name}
            return self._condition(formula, latex)
        return self._claim(formula, latex, {"kind": _kind(latex)})

    def report_stale(self) -> None:
        """Report the conditions that no formula of the page is run as."""
        for latex, place in self.unmet.items():
            message = f"no relation in the text of this page is {latex}: "
            message += "leave it out of `conditions`"
            self.runner.causes.add(Cause(message, place))

    def _with_check(self, formula: nodes.math, latex: str, check: equation_check) -> Result | None:
        fault = fault_of_reason(check["options"])
        if check["faults"] or fault:
            if fault:
                self.runner.causes.add(Cause(f"{latex}: {fault}", self._place(check)))
            return Result("", self.runner.docname, "", "refused", latex, message=fault)
        options = {"kind": _kind(latex), **check["options"]}
        if options["kind"] == "code":
            self.runner.in_text |= letters(latex)
        result = self._claim(formula, latex, options, letters_of(check))
        if result is not None and result.kind not in GREY:
            defined, lost = self.runner.define(latex, result.state)
            self.runner.uses.define(defined, letters(latex))
            self.runner.lost |= lost
        return result

    def _condition(self, formula: nodes.math, latex: str) -> Result | None:
        result = self._claim(formula, latex, CONDITION)
        met = result is not None and result.passed
        claims = met and not names_sizes_only(self.runner.page, latex)
        if claims and self.runner.cached(latex, "", {"kind": _kind(latex)}).passed:
            told = f"{latex} holds for all values of the symbols: leave it out of `conditions`"
            self.runner.causes.add(Cause(told, self._place(formula)))
        return result

    def _claim(
        self,
        formula: nodes.math,
        latex: str,
        options: dict[str, Any],
        used: Set[str] = frozenset(),
    ) -> Result | None:
        """Execute it; say what is wrong with it, unless it waits for something else."""
        used = used | letters(latex)
        cause, result = self.runner.execute(latex, "", options, used, "relation")
        if name_of(latex) in self.before and result.state == "refused":
            return None  # its letters mean what they meant where it was run
        holds = result.state in ("checked", "survived") and options.get("kind") in CLAIMS
        if holds and names_sizes_only(self.runner.page, latex):
            result = replace(result, state="refused", message=OF_SIZES)
        if cause is None and not result.passed:
            told = _told(latex, result, options)
            lost = frozenset[str]()
            self.runner.causes.add(Cause(told, self._place(formula), lost, result.missing))
        return result

    def _place(self, node: nodes.Element) -> Place:
        return place_of(self.runner.docname, node)


def _kind(latex: str) -> str:
    return "identity" if EQUALITY.search(outermost(latex)) else "bound"


def _told(latex: str, result: Result, options: dict[str, Any]) -> str:
    """Say what is wrong with a relation, and how to mend it."""
    check = f"{{check}} ${' '.join(latex.split())}$"
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
