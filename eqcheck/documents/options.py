"""The options of a check, lines ``:option: value``: what they say, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from typing import Any

from ..checks.report import GREY
from ..grammar.calls import letters_of_code
from ..grammar.names import letters
from .blocks import Check, Place
from .rules import Rules

REPEATED = ("code", "equivalent", "tight")
FLAG = "restates"  # the code is the formula over again
MEANS = "means"  # for readers; the check knows nothing of it
OPTIONS = ("kind", "why", MEANS, "expect", "certificate", "order", "tolerance", FLAG, *REPEATED)


def read_check(place: Place, label: str, lines: Iterable[tuple[int, str]], rules: Rules) -> Check:
    """Return the check that some lines write, which come with their numbers.

    >>> lines = [(2, ":kind: code"), (3, ":kin: x")]
    >>> check = read_check(Place("a.md", 1), "eq-a", lines, Rules())
    >>> check.options["kind"], list(check.faults)
    ('code', [3])
    """
    options: dict[str, Any] = {key: [] for key in REPEATED}
    faults = {}
    for number, text in lines:
        line = text.strip()
        key, _, value = (part.strip() for part in line.removeprefix(":").partition(":"))
        fault = _fault_of_option(line, key, value, options, rules) if line else ""
        if fault:
            faults[number] = fault
        elif key in REPEATED:
            options[key].append(value)
        else:
            options[key] = value
    return Check(place, label, options, faults)


def _fault_of_option(
    line: str, key: str, value: str, options: Mapping[str, Any], rules: Rules
) -> str:
    """Return what is wrong with an option; "" if nothing."""
    if not line.startswith(":") or key not in OPTIONS:
        known = ", ".join(f":{name}:" for name in OPTIONS)
        return f"a check takes {known}; got '{line}'"
    if key not in REPEATED and key in options:
        return f"a check takes :{key}: once: leave one out"
    if key == FLAG and value:
        return f":restates: has no value: leave '{value}' out"
    if key == MEANS and not rules.are_said(split_meanings(value)):
        return f":means: says in a phrase what the equation is: {rules.form}; got '{value}'"
    if key == "equivalent" and not all(_name_and_reason(value)):
        return f":equivalent: says why that version is true: NAME | reason; got '{value}'"
    if key == "tolerance" and not re.fullmatch(r"\d+(\.\d+)?(e-?\d+)?", value):
        return f":tolerance: is a number such as 1e-6; got '{value}'"
    return ""


def arguments(options: Mapping[str, Any]) -> dict[str, Any]:
    r"""Return the options as ``eqcheck.check`` takes them.

    >>> arguments({"code": ["a = f(x)", "b = g(x)"], "means": "a sum", "tolerance": "1e-6"})
    {'code': 'a = f(x)\nb = g(x)', 'tolerance': 1e-06, 'equivalent': {}}
    """
    found = {**options, "code": "\n".join(options.get("code", ""))}
    if points := found.pop("tight", ()):
        found["tight"] = "\n".join(points)
    found.pop(FLAG, None)
    found.pop(MEANS, None)
    found["equivalent"] = dict(map(_name_and_reason, options.get("equivalent", ())))
    if "tolerance" in options:
        found["tolerance"] = float(options["tolerance"])
    return found


def meanings_of(check: Check | None) -> tuple[str, ...]:
    """Return what an equation means, in each language, if its check says so."""
    said = check.options.get(MEANS) if check else None
    return split_meanings(said) if said else ()


def split_meanings(text: str) -> tuple[str, ...]:
    """Return what is said in each language.

    >>> split_meanings("和 | the sum")
    ('和', 'the sum')
    """
    return tuple(part.strip() for part in text.split(" | "))


def _name_and_reason(line: str) -> tuple[str, str]:
    name, _, reason = line.partition(" | ")
    return name.strip(), reason.strip()


def letters_of(check: Check | None) -> Set[str]:
    """Return the letters that the options of a check use."""
    options = check.options if check else {}
    latex = (*(options.get(key, "") for key in ("certificate", "order")), *options.get("tight", ""))
    return letters_of_code("\n".join(options.get("code", ""))).union(*map(letters, latex))


def fault_of_flag(options: Mapping[str, Any]) -> str:
    """Return why nothing restates the formula, where the check says so; "" if nothing is wrong."""
    of_code = options.get("kind") in ("code", "distribution") and "expect" not in options
    if FLAG not in options or of_code:
        return ""
    return ":restates: is of a code, or of a sampler, that holds: leave it out"


def fault_of_reason(options: Mapping[str, Any], rules: Rules) -> str:
    """Return what is wrong with the reason of an equation that is not executed; "" if nothing."""
    kind, reason = options.get("kind"), options.get("why", "")
    if kind not in GREY:
        told = not reason or options.get("expect") == "refused"
        return "" if told else ":why: is of what is not compared, or refused: leave it out"
    if rules.are_said(split_meanings(reason)):
        return ""
    if rules.languages:
        whom, how = f" to readers of {rules.all_languages}", rules.form
    else:
        whom, how = "", "REASON"
    return f"a {kind} says{whom} why nothing is compared: :why: {how}; got '{reason}'"
