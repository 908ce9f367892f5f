"""Checks files, one after the other or several at once; what is found is plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import Any

from ..checks.report import GREY, Result
from ..docstrings import formulas_of, unrun
from ..docstrings import run as run_docstring
from ..documents import (
    SKIPPED,
    Document,
    Outcome,
    Place,
    Report,
    Rules,
    Run,
    RunFormula,
    on_few_draws,
    run_fast,
    run_formula,
)
from ..documents.read import Unreadable, read_file
from ..values.page import Page
from .modules import NoModule, functions_of, imported
from .options import Options

SHARED = ("label", "kind", "error", "draws", "mutants", "killed")  # by findings and results
Tell = Callable[[str], None]


@dataclass
class Finding:
    """A formula and how it fared, or a fault of something else: then ``state`` is "fault"."""

    place: Place
    state: str
    message: str = ""
    label: str = ""
    latex: str = ""
    kind: str = ""
    counterexample: str = ""
    error: float | None = None
    draws: int = 0
    mutants: int = 0
    killed: int = 0
    uses: int | None = None
    restates: bool = False
    means: tuple[str, ...] = ()
    passed: bool = False


@dataclass
class Checked:
    """What was found in a file; ``trouble`` is why it could not be run at all."""

    file: str
    findings: list[Finding] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    trouble: str = ""


def check_files(options: Options, tell: Tell) -> Iterator[Checked]:
    """Yield what was found in each file and package; ``tell`` what is being done."""
    yield from _check_files(options, tell)
    for package in options.docstrings:
        yield check_docstrings(package, options, tell)


def _check_files(options: Options, tell: Tell) -> Iterator[Checked]:
    if options.jobs == 1 or len(options.files) <= 1:
        for file in options.files:
            yield check_file(file, options, tell)
        return
    with ProcessPoolExecutor(min(options.jobs, len(options.files))) as pool:
        for checked in pool.map(partial(check_file, options=options), options.files):
            tell(checked.file)
            yield checked


def check_docstrings(package: str, options: Options, tell: Tell = lambda _: None) -> Checked:
    """Check the formulas in the docstrings of a package; a label is the name of a function."""
    outcomes = []
    try:
        for place, formula, names in formulas_of(package, imported):
            tell(str(place))
            if options.list or not _is_chosen(formula.name, options):
                result = unrun(formula)
            else:
                run = partial(run_docstring, formula, names)
                result = on_few_draws(partial(run, attack=False)) if options.fast else run()
            outcomes.append(Outcome(place, result))
    except NoModule as trouble:
        return Checked(package, trouble=f"--docstrings: {trouble}")
    return Checked(package, _findings(Report(outcomes), options), [_label(o) for o in outcomes])


def check_file(file: str, options: Options, tell: Tell = lambda _: None) -> Checked:
    """Check the formulas of one file."""
    try:
        document = read_file(Path(file), rules=Rules(strict=options.strict))
    except Unreadable as trouble:
        return Checked(file, trouble=str(trouble))
    try:
        functions = functions_of(options.functions)
    except NoModule as trouble:
        return Checked(file, trouble=f"--functions: {trouble}")
    for module, place in document.modules.items():
        try:
            functions |= functions_of([module])
        except NoModule as trouble:
            return Checked(file, trouble=f"{place}: {trouble}")
    report = _run(document, functions, options, tell)
    return Checked(file, _findings(report, options), [_label(o) for o in report.outcomes])


def _run(document: Document, functions: Mapping[str, Any], options: Options, tell: Tell) -> Report:
    run = Run(
        document,
        functions=functions,
        rules=Rules(strict=options.strict),
        run=chosen(options),
    )
    for block in document.blocks:
        tell(str(block.place))
        run.take(block)
    return run.end()


def chosen(command: Options) -> RunFormula:
    """Return what runs formulas: it skips those that are not to be run."""
    execute: RunFormula = run_fast if command.fast else run_formula

    def run(page: Page, latex: str, options: Mapping[str, Any], *, label: str, name: str) -> Result:
        if command.list or not _is_chosen(label, command):
            kind = options.get("kind", "identity")
            return Result(label, name, kind, kind if kind in GREY else SKIPPED, latex)
        return execute(page, latex, options, label=label, name=name)

    return run


def _is_chosen(label: str, options: Options) -> bool:
    return not options.only or any(fnmatchcase(label, pattern) for pattern in options.only)


def _label(outcome: Outcome) -> str:
    return outcome.result.label


def _findings(report: Report, options: Options) -> list[Finding]:
    """Return what was found of the formulas that are chosen, and of what else is to mend."""
    outcomes = [each for each in report.outcomes if _is_chosen(_label(each), options)]
    told = {id(each.cause) for each in report.outcomes if not each.waits}
    faults = [cause for cause in report.causes if id(cause) not in told]
    if options.only:  # of the others nothing is told but what these wait for
        needed = {id(each.cause) for each in outcomes}
        faults = [cause for cause in faults if id(cause) in needed]
    found = [*map(_finding, outcomes)]
    found += [Finding(cause.place, "fault", str(cause)) for cause in faults]
    return sorted(
        found, key=lambda finding: (finding.place.file, finding.place.cell, finding.place.line)
    )


def _finding(outcome: Outcome) -> Finding:
    result = outcome.result
    return Finding(
        outcome.place,
        result.state,
        _message(outcome),
        latex=result.latex,
        counterexample=result.counterexample,
        uses=outcome.uses,
        restates=outcome.restates,
        means=outcome.means,
        passed=outcome.passed,
        **{key: getattr(result, key) for key in SHARED},
    )


def _message(outcome: Outcome) -> str:
    """Return what is said of a formula, without its counterexample, which stands below."""
    result, cause = outcome.result, outcome.cause
    said = result.message
    if cause is not None and not outcome.waits:
        said = str(cause)
        for name in (result.label, "an equation", result.latex):
            said = said.removeprefix(f"{name} is {result.state}: ")
    if result.counterexample:
        said = said.replace(f"; {result.counterexample}", "")
    return said
