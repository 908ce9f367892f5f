"""Which check is of which display, and what is wrong with either.

What is wrong with a check is one finding, at its line: its display waits for that.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import NamedTuple, TypeGuard

from .blocks import Block, Check, Display
from .causes import Cause
from .labels import as_label, labels_of
from .numbering import fault_of_numbering
from .options import fault_of_flag, fault_of_reason
from .rules import PLAIN, Rules


class Pairs(NamedTuple):
    """The check of each display; for what else it waits; the findings."""

    checks: dict[Display, Check]
    waits: dict[Display, str]
    causes: list[Cause]


def pair(blocks: Iterable[Block], rules: Rules = PLAIN) -> Pairs:
    """Find the check of each display of a document.

    Unless rules are strict, a check without a label is of the display above it, and one whose label
    no display has gives it to the display above, if that has none.

    >>> from .blocks import Place
    >>> display, check = Display(Place("a", 1), "x", "eq-a"), Check(Place("a", 4), "eq-b")
    >>> print(pair([display, check]).causes[0])
    no equation of this page has the label eq-b: did you mean eq-a, which has no check?
    """
    found = [block for block in blocks if isinstance(block, Display | Check)]
    pairs = Pairs({}, {}, [])
    labelled: dict[str, Display] = {}
    for display in (block for block in found if isinstance(block, Display)):
        for label in labels_of(display):
            first = labelled.setdefault(label, display)
            if first is not display and label == display.label:
                pairs.waits[display] = "its label stands above already"
    astray = []
    for at, check in enumerate(found):
        if not isinstance(check, Check) or check.is_inline:
            continue
        of = labelled.get(check.label)
        if of is None:
            astray.append((check, found[at - 1] if at else None))
        elif of in pairs.checks:
            message = f"{check.label} has a check already: leave this one out"
            pairs.causes.append(Cause(message, check.place))
        else:
            pairs.checks[of] = check
            _wait_for_options(pairs, of, check)
    for check, before in astray:
        if not rules.strict and _is_above(before, check, pairs):
            pairs.checks[before] = check
            _wait_for_options(pairs, before, check)
        else:
            _find_display(pairs, labelled, check, before, rules)
    return pairs


def faults_of_options(check: Check) -> list[Cause]:
    """Return what is wrong with the options of a check, a finding a line."""
    return [Cause(fault, check.place._replace(line=at)) for at, fault in check.faults.items()]


def _is_above(before: Block | None, check: Check, pairs: Pairs) -> TypeGuard[Display]:
    """Tell whether a check that names no display may be of the one above it."""
    return (
        isinstance(before, Display)
        and before not in pairs.checks
        and "" in (check.label, before.label)
    )


def _wait_for_options(pairs: Pairs, display: Display, check: Check) -> None:
    causes = faults_of_options(check)
    pairs.causes.extend(causes)
    if causes:
        pairs.waits[display] = causes[0].waiting


def _find_display(
    pairs: Pairs, labelled: dict[str, Display], check: Check, before: Block | None, rules: Rules
) -> None:
    """Report a check that names no display: it may be of the one before it, or misspell one."""
    label, place = check.label, check.place
    free = [name for name, display in labelled.items() if display not in pairs.checks]
    near = get_close_matches(label, free, 1)
    display = labelled[near[0]] if near else before
    if not isinstance(display, Display) or display in pairs.checks:
        display = None
    if not label:
        message = "a check names its equation: write its label behind it"
    elif display is None:
        message = f"no equation of this page has the label {label}"
    elif not display.label:
        message = f"an equation has no label: write {as_label(place, label)}, which its check names"
        place = display.place
    else:
        message = f"no equation of this page has the label {label}: "
        message += f"did you mean {display.label}, which has no check?"
    cause = Cause(message, place)
    if display is not None:
        pairs.checks[display] = check
    told = rules.strict and display is not None and fault_of_numbering(display)
    if not told:  # that comes first
        pairs.causes.append(cause)
        if display is not None:
            pairs.waits[display] = cause.waiting


def fault_of_options(check: Check, rules: Rules) -> str:
    """Return what is wrong with the options of a check together; "" if nothing."""
    return fault_of_flag(check.options) or fault_of_reason(check.options, rules)
