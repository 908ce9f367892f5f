r"""A formula of a docstring against its function: the right side is what a call returns.

The parameters of the function name the letters that it is called with, ``y_hat`` for \hat{y}; a
line ``\mathbf{y} = layer_norm(\mathbf{x}, eps=\epsilon)`` calls it otherwise.  A name on the left
that no line declares is what the function returns; dimensions that no line fixes are chosen.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from ..checks.check import DRAWS, check
from ..checks.report import GREY, KINDS, Result
from ..documents.blocks import Place
from ..documents.options import arguments, read_check
from ..documents.outcome import SKIPPED
from ..documents.rules import PLAIN
from ..errors import Refusal
from ..grammar.domains import split_at_commas
from ..grammar.lexer import tokenize
from ..grammar.names import read_name
from ..grammar.statements import names_on_the_left, parse_display
from ..grammar.symbols import Line, Table, read_line
from ..grammar.vocabulary import RELATIONS
from ..values.page import Page
from .source import Formula

UNDECLARED = "not executed: no line below it, `.. with LETTER : DOMAIN`, declares its letters"
SIZES = (5, 3, 4, 2, 6, 7, 8, 9)  # of dimensions that no line fixes, all distinct
RESULT = r"\operatorname{result}"  # on the left of a display that has no left side
_FONT = re.compile(r"\\(?:mathbf|boldsymbol|mathrm|mathsf|mathcal|operatorname|text)\{([^{}]*)\}")
_ACCENT = re.compile(r"\\(hat|bar|tilde)\{([^{}]*)\}")
_PLACES = re.compile(r"\[[^\[\]]*\]|\.\.[^};]*")  # where dimensions stand: R[n,d], 1..n
_WORD = re.compile(r"(?<![\\\w{])[A-Za-z]\w*(?![\w{])")


def run(
    formula: Formula, names: Mapping[str, Any], *, attack: bool = True, draws: int = DRAWS
) -> Result:
    """Run one formula, with the names of its module.

    Returns
    -------
    Result
        What is not executed is ``skipped``, and its message is the reason.
    """
    label = formula.name
    if formula.fault:
        return Result(label, "", "", "refused", formula.latex, message=formula.fault)
    if not formula.lines:
        return unrun(formula)
    latex = _with_left_side(formula.latex)
    try:
        page, options = understood(formula, names)
        result = check(page, latex, label=label, attack=attack, draws=draws, **options)
    except Refusal as refusal:
        message = refusal.located(latex)
        found = Result(label, "", "", "refused", formula.latex, message=message)
        return replace(found, missing=refusal.missing, refusal=refusal)
    return replace(result, latex=formula.latex)


def understood(formula: Formula, names: Mapping[str, Any]) -> tuple[Page, dict[str, Any]]:
    """Return how a formula is run: the page of its letters, and the options of ``check``.

    Raises
    ------
    Refusal
        If a line below it cannot be read, or nothing says how the function is called.

    Examples
    --------
    >>> from eqcheck.docstrings import Written
    >>> formula = Formula("double", 1, "y = 2 x", (Written(3, "x : R"),))
    >>> page, options = understood(formula, {"double": lambda x: 2 * x})
    >>> options["code"]
    'double(x)'
    """
    functions = {name: value for name, value in names.items() if callable(value)}
    own = formula.name.rpartition(".")[2]
    latex = _with_left_side(formula.latex)
    declarations, code, options = _sorted(formula, own, latex)
    page = Page(functions=functions)
    for text in declarations:
        page.declare(text)
    _, page.table = parse_display(latex, page.table)
    if code or options["kind"] == "code":
        options["code"] = "\n".join(code) or _call(page, own, functions, latex)
    return page, options


def _with_left_side(latex: str) -> str:
    return latex if _has_relation(latex) else f"{RESULT} = {latex}"


def unrun(formula: Formula) -> Result:
    """Return what is told of a formula before it runs: its kind, or why it does not.

    Examples
    --------
    >>> unrun(Formula("search", 1, "x = y", why="a loop")).message
    'not executed: a loop'
    """
    if not formula.lines:
        why = f"not executed: {formula.why}" if formula.why else UNDECLARED
        return Result(formula.name, "", "", SKIPPED, formula.latex, message=why)
    said = (line.text for line in formula.lines if line.text.startswith(":kind:"))
    kind = next(said, "code").removeprefix(":kind:").strip()
    return Result(formula.name, "", kind, SKIPPED, formula.latex)


def _sorted(formula: Formula, own: str, latex: str) -> tuple[list[str], list[str], dict[str, Any]]:
    """Return the lines below a display: declarations, calls of the function, options of a check."""
    declarations, code, options = list[str](), list[str](), list[tuple[int, str]]()
    called = re.compile(rf"(?:(?P<left>.+?)\s*=\s*)?(?P<call>{re.escape(own)}\s*\(.*)")
    for line in formula.lines:
        call = called.fullmatch(line.text)
        if line.text.startswith(":"):
            options.append((line.line, line.text))
        elif call:
            code += _calls(call["left"] or "", call["call"])
        else:
            declarations.append(line.text)
    declarations[:0] = _dimensions(declarations)
    defined = _defined(declarations, latex)
    marked = [new for old in declarations for new in _marked(old, defined)]
    return marked, code, _options(formula, options)


def _options(formula: Formula, lines: list[tuple[int, str]]) -> dict[str, Any]:
    """Return the options of a check as ``check`` takes them."""
    read = read_check(Place("", formula.line), formula.name, lines, PLAIN)
    for line, fault in read.faults.items():
        raise Refusal(f"in line {line}: {fault}")
    kind = read.options.get("kind", "code")
    if kind not in KINDS or kind in GREY:
        kinds = ", ".join(kind for kind in KINDS if kind not in GREY)
        raise Refusal(f"the kind {kind}", f"one of {kinds}; or say why, `.. not executed: REASON`")
    return {"kind": "code", **arguments(read.options)}


def _has_relation(latex: str) -> bool:
    depth = 0
    for mark in re.findall(r"\\[A-Za-z]+|.", latex):
        depth += (mark in "([{") - (mark in ")]}") if len(mark) == 1 else 0
        if depth == 0 and mark in RELATIONS:
            return True
    return False


def _calls(left: str, call: str) -> Iterator[str]:
    """Yield the lines of code for a call: of several names on the left each has its result."""
    names = split_at_commas(left) if left else []
    if len(names) > 1:
        yield from (f"{name.strip()} = {call}[{place}]" for place, name in enumerate(names))
    else:
        yield f"{left} = {call}" if left else call


def _defined(declarations: list[str], latex: str) -> set[str]:
    """Return the declared names that stand, or whose entries stand, on the left of a display."""
    table = Table()
    for text in declarations:
        line = _readable(text)
        if line is not None and line.kind != "definition":
            with suppress(Refusal):  # it is refused where it is declared
                table.add(line)
    found = filter(None, map(table.find, names_on_the_left(latex)))
    patterns = ((one.key, table.patterns.get(one.key)) for one in found)
    return {pattern.parent if pattern else key for key, pattern in patterns}


def _marked(text: str, defined: set[str]) -> list[str]:
    """Return a declaration as lines in which what the display defines is said to be ``defined``."""
    line = _readable(text)
    if line is None or line.kind != "declaration" or _is_settled(line):
        return [text]
    marks = [read_name(tokenize(name), 0)[0].key in defined for name in line.names]
    if all(marks):
        return [f"{text}; defined"]
    if not any(marks):
        return [text]
    if line.options:
        raise Refusal(
            f"the line '{text}' declares what is given and what the formula defines",
            "write two lines",
        )
    domains = split_at_commas(line.right)
    each = domains if len(domains) == len(line.names) else [line.right] * len(line.names)
    return [
        f"{name} : {domain}" + "; defined" * mark
        for name, domain, mark in zip(line.names, each, marks, strict=True)
    ]


def _readable(text: str) -> Line | None:
    """Return a line of the table; None if it is to be refused where it is declared."""
    try:
        return read_line(text)
    except Refusal:
        return None


def _is_settled(line: Line) -> bool:
    """Whether a line says already where the values of its names come from."""
    return any(
        option == "defined" or option.startswith(("code ", "iterates")) for option in line.options
    )


def _dimensions(declarations: list[str]) -> list[str]:
    """Return a line for each dimension that domains and ranges name and no line fixes."""
    lines = [line for text in declarations if (line := _readable(text))]
    fixed = [line for line in lines if line.kind == "dimension"]
    taken = {int(size) for line in fixed for size in line.right.split(",")}
    sizes = (size for size in SIZES if size not in taken)
    declared = {name for line in lines for name in line.names}
    places = [place for line in lines for text in (line.right, *line.options)
              for place in _PLACES.findall(text)]  # fmt: skip
    named = dict.fromkeys(word for place in places for word in _WORD.findall(place))
    return [f"{name} = {next(sizes)}" for name in named if name not in declared]


def _call(page: Page, own: str, functions: Mapping[str, Callable[..., Any]], latex: str) -> str:
    """Return the call of a function with the letters that its parameters are named by."""
    if own not in functions:
        raise Refusal(f"there is no function {own} to call", "write the call as a line")
    names = [name for line in page.lines for name in line.names]
    by_name = {_spelt(name): name for name in names}
    arguments, in_order = [], True
    for parameter in inspect.signature(functions[own]).parameters.values():
        name = by_name.get(parameter.name.replace("_", ""))
        if name is not None:
            in_order = in_order and parameter.kind is not parameter.KEYWORD_ONLY
            arguments.append(name if in_order else f"{parameter.name}={name}")
        elif parameter.default is parameter.empty:
            raise Refusal(
                f"no letter stands for the parameter {parameter.name}",
                f"write the call as a line: {own}(LETTER, …)",
            )
        else:
            in_order = False
    call = f"{own}({', '.join(arguments)})"
    whole = _whole(page, latex)
    return f"{whole} = {call}" if whole else call


def _whole(page: Page, latex: str) -> str:
    """Return the vector or matrix whose entries the left side shows, if it does."""
    for name in names_on_the_left(latex)[:1]:
        found = page.table.find(name)
        pattern = page.table.patterns.get(found.key) if found else None
        if pattern is not None and pattern.role != "family":
            return pattern.parent
    return ""


def _spelt(name: str) -> str:
    r"""Return how Python spells a letter, but for underscores: ``yhat`` for \hat{y}."""
    while (plain := _FONT.sub(r"\1", _ACCENT.sub(r"\2\1", name))) != name:
        name = plain
    return re.sub(r"\W|_", "", re.sub(r"\\(?:var)?(?=[a-z])", "", name))
