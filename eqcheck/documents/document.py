"""A document with formulas, and running it: what becomes of each, and what is to mend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from ..values.page import Functions
from .blocks import Block, Display, Formula, Place, Symbols
from .causes import Cause
from .formula import RunFormula, run_formula
from .outcome import Outcome
from .relations import Relations
from .rules import PLAIN, Rules
from .runner import Runner


@dataclass(frozen=True)
class Document:
    """A file that was read.

    Parameters
    ----------
    name : str
        What it is called in results: its file.
    blocks : sequence of Block
        Tables, displays, checks and formulas in running text, in their order.
    conditions : mapping of str to Place, optional
        The relations in running text that are conditions or choices; None: of relations in running
        text those are run that have a check, and no others.
    faults : sequence of Cause
        What could not be read.
    modules : mapping of str to Place, optional
        The modules whose functions it asks for, with the place of the line that does.
    """

    name: str
    blocks: Sequence[Block]
    conditions: Mapping[str, Place] | None = None
    faults: Sequence[Cause] = ()
    modules: Mapping[str, Place] = field(default_factory=dict)


def joined(name: str, parts: Iterable[Document]) -> Document:
    """Return the document that is made of some parts, one after the other."""
    parts = list(parts)
    listed = [part.conditions for part in parts if part.conditions is not None]
    return Document(
        name,
        [block for part in parts for block in part.blocks],
        {key: place for each in listed for key, place in each.items()} if listed else None,
        [fault for part in parts for fault in part.faults],
        {module: place for part in parts for module, place in part.modules.items()},
    )


@dataclass
class Report:
    """What running a document found: of each formula its outcome, and all that is to mend."""

    outcomes: list[Outcome] = field(default_factory=list)
    causes: list[Cause] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether nothing is to mend."""
        return not self.causes and all(outcome.passed for outcome in self.outcomes)


class Run:
    """One run of a document, a block at a time."""

    def __init__(
        self,
        document: Document,
        *,
        functions: Functions = MappingProxyType({}),
        rules: Rules = PLAIN,
        run: RunFormula = run_formula,
    ) -> None:
        blocks = document.blocks
        self.runner = Runner(document.name, blocks, functions=functions, rules=rules, run=run)
        self.relations = Relations(self.runner, blocks, document.conditions)
        self.report = Report(causes=[*document.faults])

    def take(self, block: Block) -> Outcome | None:
        """Run the next block; return what became of it, if it is a formula that is run."""
        outcome = None
        if isinstance(block, Symbols):
            self.runner.declare(block)
            self.relations.afresh()
        elif isinstance(block, Formula):
            outcome = self.relations.run(block)
        elif isinstance(block, Display):
            outcome = self.runner.display(block)
        if outcome is not None:
            self.report.outcomes.append(outcome)
        return outcome

    def end(self) -> Report:
        """Report what can be told at the end of the document only; return all that was found."""
        self.runner.report_undefined()
        self.runner.report_unused()
        self.relations.report_stale()
        self.report.causes.extend(self.runner.causes)
        return self.report


def run_document(
    document: Document,
    *,
    functions: Functions = MappingProxyType({}),
    rules: Rules = PLAIN,
    run: RunFormula = run_formula,
) -> Report:
    """Run all formulas of a document, in its order.

    Parameters
    ----------
    document : Document
        What a reader made of a file.
    functions : mapping, optional
        Python callables by the dotted names under which checks refer to them.
    rules : Rules, optional
        What is asked of the document besides.
    run : callable, optional
        What runs one formula: :func:`run_formula`, or what keeps its results.

    Returns
    -------
    Report
        What became of each formula, and all that is to mend, each fault once.

    Examples
    --------
    >>> symbols = Symbols(Place("notes.md", 2), ("x, y : R",))
    >>> displays = [Display(Place("notes.md", 5), f"(x + y)^2 = x^2 + {k} x y + y^2") for k in "23"]
    >>> report = run_document(Document("notes.md", [symbols, *displays]))
    >>> [(outcome.place.line, outcome.result.state) for outcome in report.outcomes]
    [(5, 'checked'), (5, 'wrong')]
    """
    running = Run(document, functions=functions, rules=rules, run=run)
    for block in document.blocks:
        running.take(block)
    return running.end()
