"""``{check} eq-label``: how an equation is run; which equation it is of, and what is wrong with it.

``{check} $formula$`` is of a formula in running text; ``relations`` finds which.

What is wrong with a check is one finding, at its line: its equation waits for that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

from docutils import nodes
from docutils.utils import get_source_line
from sphinx.util.docutils import SphinxDirective

from book._ext.truth.causes import Cause, Place
from eqcheck import GREY, letters, letters_of_code

if TYPE_CHECKING:
    from docutils.nodes import Node
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

REPEATED = ("code", "equivalent", "tight")
FLAG = "restates"  # the code is the formula over again
MEANS = "means"  # for readers, on the formula sheet; the check knows nothing of it
OPTIONS = ("kind", "why", MEANS, "expect", "certificate", "order", "tolerance", FLAG, *REPEATED)
UNNUMBERED = {
    **{"align": "aligned", "alignat": "alignedat", "flalign": "aligned", "eqnarray": "aligned"},
    **{"gather": "gathered", "multline": "gathered", "equation": ""},
}
NUMBERING = re.compile(rf"\\begin\{{({'|'.join(UNNUMBERED)})\}}|\\(tag)(?![A-Za-z])")


class equation_check(nodes.General, nodes.Element):  # noqa: N801
    """How the equation with ``label`` is run: ``options``; ``faults`` are messages by line."""


class CheckDirective(SphinxDirective):
    """``{check} eq-label``: how the equation is run, in lines ``:option: value``."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True  # of a formula in running text
    # No option_spec: MyST would read the options as YAML, where LaTeX cannot be written.

    def run(self) -> list[Node]:
        """Read the options."""
        options: dict[str, Any] = {key: [] for key in REPEATED}
        faults = {}
        first = self.lineno + self.content_offset + 1
        for number, line in enumerate(map(str.strip, self.content), start=first):
            key, _, value = (part.strip() for part in line.removeprefix(":").partition(":"))
            fault = _fault_of_option(line, key, value, options) if line else ""
            if fault:
                faults[number] = fault
            elif key in REPEATED:
                options[key].append(value)
            else:
                options[key] = value
        label = self.arguments[0] if self.arguments else ""
        node = equation_check(label=label, options=options, faults=faults)
        self.set_source_info(node)
        return [node]


def _fault_of_option(line: str, key: str, value: str, options: dict[str, Any]) -> str:
    """Return what is wrong with an option; "" if nothing."""
    if not line.startswith(":") or key not in OPTIONS:
        known = ", ".join(f":{name}:" for name in OPTIONS)
        return f"{{check}} takes {known}; got '{line}'"
    if key not in REPEATED and key in options:
        return f"{{check}} takes :{key}: once: leave one out"
    if key == FLAG and value:
        return f":restates: has no value: leave '{value}' out"
    if key == MEANS and not all(_name_and_reason(value)):
        return f":means: says in a phrase what the equation is: 中文 | English; got '{value}'"
    if key == "equivalent" and not all(_name_and_reason(value)):
        return f":equivalent: says why that version is true: NAME | reason; got '{value}'"
    if key == "tolerance" and not re.fullmatch(r"\d+(\.\d+)?(e-?\d+)?", value):
        return f":tolerance: is a number such as 1e-6; got '{value}'"
    return ""


def arguments(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options as ``eqcheck.check`` takes them."""
    found = {**options, "code": "\n".join(options.get("code", ""))}
    if points := found.pop("tight", ()):
        found["tight"] = "\n".join(points)
    found.pop(FLAG, None)
    found.pop(MEANS, None)
    found["equivalent"] = dict(map(_name_and_reason, options.get("equivalent", ())))
    if "tolerance" in options:
        found["tolerance"] = float(options["tolerance"])
    return found


def meaning_of(check: equation_check | None) -> tuple[str, ...]:
    """Return what an equation means, in Chinese and in English, if its check says so."""
    said = check["options"].get(MEANS) if check else None
    return _name_and_reason(said) if said else ()


def _name_and_reason(line: str) -> tuple[str, str]:
    name, _, reason = line.partition(" | ")
    return name.strip(), reason.strip()


def letters_of(check: equation_check | None) -> Set[str]:
    """Return the letters that the options of a check use."""
    options = check["options"] if check else {}
    latex = (*(options.get(key, "") for key in ("certificate", "order")), *options.get("tight", ""))
    return letters_of_code("\n".join(options.get("code", ""))).union(*map(letters, latex))


# ------------------------------------------------------------------ equations and their checks


class Pairs(NamedTuple):
    """The check of each equation; for what else it waits; the findings."""

    checks: dict[nodes.math_block, equation_check]
    waits: dict[nodes.math_block, str]
    causes: list[Cause]


def pair(docname: str, found: Sequence[nodes.Node]) -> Pairs:
    """Find the check of each equation, among the equations and checks of a page in its order."""
    pairs = Pairs({}, {}, [])
    labelled: dict[str, nodes.math_block] = {}
    for equation in found:
        if isinstance(equation, nodes.math_block) and label_of(equation):
            first = labelled.setdefault(label_of(equation), equation)
            if first is not equation:  # ``labels`` names it
                pairs.waits[equation] = "its label stands above already"
    astray = []
    for at, check in enumerate(found):
        if not isinstance(check, equation_check) or check["label"].startswith("$"):
            continue
        of = labelled.get(check["label"])
        if of is None:
            astray.append((check, found[at - 1] if at else None))
        elif of in pairs.checks:
            message = f"{check['label']} has a {{check}} already: leave this one out"
            pairs.causes.append(Cause(message, place_of(docname, check)))
        else:
            pairs.checks[of] = check
            _wait_for_options(docname, pairs, of, check)
    for check, before in astray:
        _find_equation(docname, pairs, labelled, check, before)
    return pairs


def faults_of_options(docname: str, check: equation_check) -> list[Cause]:
    """Return what is wrong with the options of a check, a finding a line."""
    return [Cause(fault, (docname, line)) for line, fault in check["faults"].items()]


def _wait_for_options(
    docname: str, pairs: Pairs, equation: nodes.math_block, check: equation_check
) -> None:
    causes = faults_of_options(docname, check)
    pairs.causes.extend(causes)
    if causes:
        pairs.waits[equation] = causes[0].waiting


def _find_equation(
    docname: str,
    pairs: Pairs,
    labelled: dict[str, nodes.math_block],
    check: equation_check,
    before: nodes.Node | None,
) -> None:
    """Report a check that names no equation: it may be of the one before it, or misspell one."""
    label, place = check["label"], place_of(docname, check)
    free = [name for name, equation in labelled.items() if equation not in pairs.checks]
    near = get_close_matches(label, free, 1)
    equation = labelled[near[0]] if near else before
    if not isinstance(equation, nodes.math_block) or equation in pairs.checks:
        equation = None
    if not label:
        message = "a {check} names its equation: write {check} eq-label"
    elif equation is None:
        message = f"no equation of this page has the label {label}"
    elif not label_of(equation):
        message = f"an equation has no label: write $$ ({label}), which its {{check}} names"
        place = place_of(docname, equation)
    else:
        message = f"no equation of this page has the label {label}: "
        message += f"did you mean {label_of(equation)}, which has no {{check}}?"
    cause = Cause(message, place)
    if equation is not None:
        pairs.checks[equation] = check
    if equation is None or not NUMBERING.search(equation.astext()):  # that is told first
        pairs.causes.append(cause)
        if equation is not None:
            pairs.waits[equation] = cause.waiting


def label_of(equation: nodes.math_block) -> str:
    r"""Return the label that an author gave; MyST makes one for a \begin{align} without dollars."""
    return "" if equation.get("nowrap") else equation.get("label") or ""


def name_of(latex: str) -> str:
    """Return what a check calls a formula in running text: itself, however it is spaced."""
    return f"${''.join(latex.split())}$"


def place_of(docname: str, node: nodes.Element) -> Place:
    """Return the page and the line of a node."""
    return docname, get_source_line(node)[1] or 0


# ------------------------------------------------------------------ what cannot be run


def fault_of(equation: nodes.math_block, check: equation_check | None) -> tuple[str, str]:
    """Return the state of an equation that cannot be run as it stands, and why; else nothing."""
    numbering = NUMBERING.search(equation.astext())
    if numbering:
        return "refused", _second_number(numbering[1])
    if check is None or not label_of(equation):
        how = "{check}: say below it how it is run"
        return "unbound", f"it has no {how if label_of(equation) else 'label: write $$ (eq-name)'}"
    return "refused", _fault_of_flag(check["options"]) or fault_of_reason(check["options"])


def _second_number(environment: str | None) -> str:
    r"""Say what to write in place of an environment that numbers its lines itself, or of a \tag."""
    if environment is None:
        return r"\tag adds a number of its own to that of the book: leave it out"
    mend = f"write \\begin{{{UNNUMBERED[environment]}}}" if UNNUMBERED[environment] else "drop it"
    return f"\\begin{{{environment}}} adds numbers of its own to that of the book: {mend}"


def _fault_of_flag(options: dict[str, Any]) -> str:
    """Return why nothing restates the formula, where the check says so; "" if nothing is wrong."""
    of_code = options.get("kind") in ("code", "distribution") and "expect" not in options
    if FLAG not in options or of_code:
        return ""
    return ":restates: is of a code, or of a sampler, that holds: leave it out"


def fault_of_reason(options: dict[str, Any]) -> str:
    """Return what is wrong with the reason of an equation that is not executed; "" if nothing."""
    kind, reason = options.get("kind"), options.get("why", "")
    if kind not in GREY:
        told = not reason or options.get("expect") == "refused"
        return "" if told else ":why: is of what is not compared, or refused: leave it out"
    halves = [half.strip() for half in reason.split(" | ")]
    if len(halves) == 2 and all(halves):
        return ""
    return (
        f"a {kind} says to readers of both languages why nothing is compared: "
        f":why: 中文 | English; got '{reason}'"
    )


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.add_directive("check", CheckDirective)
    app.add_node(equation_check)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
