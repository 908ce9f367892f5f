"""What the command prints: a line a formula, what else is to mend, and a sum; or JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from ..checks.report import EXECUTED
from ..errors import shortened
from .work import Checked, Finding

NAME = 40  # characters of a formula without a label


def lines_of(finding: Finding) -> Iterator[str]:
    """Yield the line of a formula, and its counterexample below.

    >>> from ..documents import Place
    >>> place = Place("a.md", 3)
    >>> print(*lines_of(Finding(place, "wrong", "they differ", "eq-a", counterexample="at 1")))
    a.md:3: eq-a wrong: they differ     at 1
    """
    name = finding.label or shortened(finding.latex, NAME)
    told = " ".join(filter(None, [name, finding.state, evidence(finding)]))
    if finding.state not in EXECUTED:
        told += f": {finding.message}" * bool(finding.message)
    yield f"{finding.place}: {told}"
    if finding.counterexample and not finding.passed:
        yield f"    {finding.counterexample}"


def evidence(finding: Finding) -> str:
    """Return in figures how well a formula holds: its error, and how many mutants are caught."""
    if finding.state != "checked" or not finding.draws:
        return ""
    error = "" if finding.error is None else f"{finding.error:.0e}"
    mutants = f"{finding.killed}/{finding.mutants} mutants" if finding.mutants else ""
    return " ".join(filter(None, [error, mutants]))


def listed(finding: Finding) -> str:
    """Return the line of a formula that is not run now: what it would be run as, or why not."""
    name = finding.label or shortened(finding.latex, NAME)
    how = finding.kind if finding.passed and finding.kind else f"not checked: {finding.message}"
    return f"{finding.place}: {' '.join(filter(None, [name, how]))}"


def sum_of(every: Iterable[Checked]) -> str:
    """Return in one line how all fared.

    >>> sum_of([Checked("a.md")])
    'no formulas'
    """
    found = [finding for checked in every for finding in checked.findings]
    faults = sum(finding.state == "fault" for finding in found)
    states = Counter(finding.state for finding in found if finding.state != "fault")
    count = states.total()
    told = [f"{number} {state}" for state, number in states.items()]
    formulas = f"{count} formula{'s' * (count != 1)}" if count else "no formulas"
    said = ": ".join(filter(None, [formulas, ", ".join(told)]))
    mutants = sum(finding.mutants for finding in found)
    if mutants:
        said += f"; {sum(finding.killed for finding in found)}/{mutants} mutants caught"
    return said + f"; {faults} other fault{'s' * (faults != 1)}" * bool(faults)


def as_json(every: Iterable[Checked]) -> str:
    """Return all that was found as JSON: formulas, other faults, and what could not be run."""
    every = list(every)
    found = [finding for checked in every for finding in checked.findings]
    formulas = [_plain(finding) for finding in found if finding.state != "fault"]
    keys = ("file", "line", "cell", "message")
    faults = [_plain(finding) for finding in found if finding.state == "fault"]
    told = {
        "passed": all(item.passed for item in found) and not any(c.trouble for c in every),
        "formulas": formulas,
        "faults": [{key: fault[key] for key in keys} for fault in faults],
        "could_not_run": [checked.trouble for checked in every if checked.trouble],
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def _plain(finding: Finding) -> dict[str, Any]:
    plain = asdict(finding)
    place = finding.place
    del plain["place"]
    return {"file": place.file, "line": place.line, "cell": place.cell or None, **plain}
