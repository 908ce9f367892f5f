r"""``eqcheck explain FILE:LINE``: how a formula is understood, before it is run and when it is.

It shows what the formula reads as, the shape of each part on one draw, and what is drawn for each
name; so an author sees why ``\log x y`` is refused, or of which shape a side is.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from ..checks.report import Result
from ..docstrings import Formula as InDocstring
from ..docstrings import names_for, read_formulas, understood
from ..docstrings import run as run_docstring
from ..documents import Display, Document, Formula, Outcome, Place, Run, run_formula
from ..documents.numbering import without_numbers
from ..documents.read import Unreadable, read_file
from ..errors import Refusal, shortened
from ..grammar import tree
from ..grammar.names import letters
from ..grammar.statements import parse_display
from ..grammar.tree import Node
from ..values.page import Functions, Page
from ..values.scope import Scope
from ..values.work import computing
from .modules import NoModule, functions_of, imported
from .options import Parser

WIDEST = 60  # characters of a part of a formula
FIRST = 4  # numbers of a value that are shown
_PLACE = re.compile(r"(?P<file>.+?):(?:cell (?P<cell>\d+):)?(?P<line>\d+)")


class Noted:
    """Runs formulas, and keeps of the last one the page that it saw and its options."""

    def __init__(self) -> None:
        self.latex = ""
        self.page = Page()
        self.options: Mapping[str, Any] = {}

    def __call__(
        self, page: Page, latex: str, options: Mapping[str, Any], *, label: str, name: str
    ) -> Result:
        """Run a formula without its wrong versions."""
        self.latex, self.page, self.options = latex, page, options
        return run_formula(page, latex, options, label=label, name=name, attack=False)


@dataclass(frozen=True)
class Understood:
    """A formula, where it stands, and what it is run on; ``outcome`` is None if it is not run."""

    place: Place
    label: str
    latex: str
    page: Page
    options: Mapping[str, Any]
    outcome: Outcome | None


def explain(arguments: list[str]) -> int:
    """Explain the formula in a line of a file; return the exit code."""
    options = _parser().parse_args(arguments)
    place = _PLACE.fullmatch(options.place)
    if place is None:
        print(f"explain wants FILE:LINE; got {options.place}", file=sys.stderr)
        return 2
    file, cell, line = place["file"], int(place["cell"] or 0), int(place["line"])
    try:
        document = read_file(Path(file))
        functions = functions_of([*options.functions, *document.modules])
        found = _in_docstring(Path(file), line) or _in_document(document, functions, line, cell)
    except (Unreadable, NoModule) as trouble:
        print(trouble, file=sys.stderr)
        return 2
    if found is None:
        print(f"{options.place}: no formula stands here; eqcheck --list names all", file=sys.stderr)
        return 2
    print(*lines_of(found), sep="\n")
    return 0 if found.outcome is None or found.outcome.passed else 1


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="eqcheck explain", description=__doc__)
    parser.add_argument("place", metavar="FILE:LINE")
    parser.add_argument("--functions", "-f", metavar="MODULE", action="append", default=[])
    return parser


def formula_at(document: Document, line: int, cell: int = 0) -> Display | Formula | None:
    """Return the formula that stands in a line, or the display that begins above it.

    Without a ``cell`` of a notebook it may stand in any.  A line in a display is told from one
    below it by the line breaks of its LaTeX.
    """
    found = None
    for block in document.blocks:
        if isinstance(block, Display | Formula):
            lines = block.latex.count("\n") + isinstance(block, Display)
            is_there = block.place.line <= line <= block.place.line + lines
            if is_there and cell in (0, block.place.cell):
                found = block if isinstance(block, Display) or found is None else found
    return found


def _in_document(
    document: Document, functions: Functions, line: int, cell: int
) -> Understood | None:
    """Return what is understood of a formula by the tables and checks of its document."""
    wanted = formula_at(document, line, cell)
    if wanted is None:
        return None
    noted = Noted()
    run = Run(document, functions=functions, run=noted)
    outcome = None
    for block in document.blocks:
        outcome = run.take(block)
        if block is wanted:
            break
    label = wanted.label if isinstance(wanted, Display) else ""
    latex = without_numbers(wanted.latex).strip()
    if outcome is not None and noted.latex == latex:
        return Understood(wanted.place, label, latex, noted.page, noted.options, outcome)
    return Understood(wanted.place, label, latex, run.runner.page, {}, outcome)


def _in_docstring(file: Path, line: int) -> Understood | None:
    """Return what is understood of a formula by the comment below it, if one is."""
    formula = next((each for each in _commented(file) if line in each.span), None)
    if formula is None:
        return None
    names = names_for(_module_in(file)) if formula.lines else {}
    page, options = Page(), dict[str, Any]()
    if formula.lines and not formula.fault:
        with suppress(Refusal):  # running it says why
            page, options = understood(formula, names)
    place = Place(str(file), formula.line)
    outcome = Outcome(place, run_docstring(formula, names, attack=False))
    return Understood(place, formula.name, formula.latex, page, options, outcome)


def _commented(file: Path) -> list[InDocstring]:
    """Return the formulas in docstrings of a file that have a comment."""
    if file.suffix.lower() != ".py":
        return []
    try:
        formulas = read_formulas(file.read_text("utf-8-sig"))
    except SyntaxError:  # which the document says
        return []
    return [each for each in formulas if each.lines or each.why]


def _module_in(file: Path) -> ModuleType:
    """Import the module that a file is, by the name that its folders give it."""
    folder, parts = file.resolve().parent, [file.stem] * (file.stem != "__init__")
    while (folder / "__init__.py").exists():
        folder, parts = folder.parent, [folder.name, *parts]
    module: ModuleType = imported(".".join(parts))
    found = module.__file__ or ""
    if Path(found).resolve() != file.resolve():
        raise NoModule(f"Python imports {module.__name__} from {found}; explain the formula there")
    return module


def lines_of(found: Understood) -> Iterator[str]:
    """Yield what is told of a formula."""
    page, latex = found.page, found.latex
    yield f"{found.place}: {found.label}".rstrip(": ")
    for key, value in found.options.items():
        if isinstance(value, Mapping):  # wrong versions that are true
            value = [f"{name} | {why}" for name, why in value.items()]
        values = value if isinstance(value, list) else [value] * bool(value)
        yield from (f"  {key}: {each}" for each in values)
    yield from ["", "reads as", *(f"  {line}" for line in parts_of(page, latex))]
    yield from ["", "draws", *(f"  {line}" for line in names_of(page, latex))]
    if found.outcome is not None:
        result = found.outcome.result
        error = "" if result.error is None else f", error {result.error:.0e}"
        message = f": {result.message}" if result.message else ""
        yield from ["", f"{result.state}{error}{message}"]


def parts_of(page: Page, latex: str) -> Iterator[str]:
    r"""Yield the parts of a formula, indented by depth, each with its shape on one draw.

    >>> page, latex = Page("d = 3 \n \\mathbf{x} : R[d]"), r"\mathbf{x}^{\top}\mathbf{x} \ge 0"
    >>> print(*parts_of(page, latex), sep="\n")
    Chain \ge                                     \mathbf{x}^{\top}\mathbf{x} \ge 0
      Product                           number    \mathbf{x}^{\top}\mathbf{x}
        Transpose                       1 x 3     \mathbf{x}^{\top}
          Symbol                        3         \mathbf{x}
        Symbol                          3         \mathbf{x}
      Number                            number    0
    """
    try:
        display, table = parse_display(latex, page.table, introduce=False)
        local = page.with_definitions(display.statements, table)
    except Refusal as refusal:
        yield f"nothing: {refusal.located(latex)}"
        return
    scope = Scope(local, 0)
    for statement in display.statements:
        yield from _part(statement, latex, scope, 0)


def _part(node: Node, latex: str, scope: Scope, depth: int) -> Iterator[str]:
    start, end = node.span
    name = "  " * depth + " ".join([type(node).__name__, *getattr(node, "relations", ())])
    written = shortened(latex[start:end], WIDEST)
    yield f"{name:<34}  {shape_of(node, scope):<8}  {written}".rstrip()
    for child in node.children():
        yield from _part(child, latex, scope, depth + 1)


def shape_of(node: Node, scope: Scope) -> str:
    """Return the shape of what a node is worth; "" if it is worth nothing by itself."""
    if isinstance(node, tree.Chain):
        return ""
    try:
        with computing():
            value = scope.evaluate(node)
    except (Refusal, KeyError, TypeError, AttributeError):  # an index without value, a sign
        return ""
    return told(getattr(value, "shape", None))


def told(shape: tuple[int, ...] | None) -> str:
    """Return a shape as it is said.

    >>> told(()), told((3,)), told((3, 1)), told((2, 3))
    ('number', '3', '3', '2 x 3')
    """
    if shape is None:
        return ""
    shape = shape[:1] if shape[1:] == (1,) else shape
    return " x ".join(map(str, shape)) or "number"


def names_of(page: Page, latex: str) -> Iterator[str]:
    r"""Yield the lines of the table that a formula uses, and what the first draw has for them.

    >>> print(*names_of(Page("d = 2 | size \n \\mathbf{x} : ones[d]"), r"\mathbf{x}"), sep="\n")
    d = 2  (size)
    \mathbf{x} : ones[d]: first 1, 1
    """
    used = set(letters(latex))
    while True:
        more = used.union(*(line.uses for line in page.lines if line.letters & used))
        if more == used:
            break
        used = more
    for line in page.lines:
        if line.letters & used:
            meaning = f"  ({'; '.join(line.meanings)})" if line.meanings else ""
            if line.kind == "declaration":
                first = "; ".join(filter(None, (_first(page, name) for name in line.names)))
                yield line.written + meaning + f": first {first}" * bool(first)
            else:  # a dimension, or a definition
                yield f"{line.names[0]} = {line.right}{meaning}"


def _first(page: Page, name: str) -> str:
    """Return how what a name is worth on the first draw begins; "" if it is worth nothing."""
    try:
        with computing():
            value = np.asarray(Scope(page, 0).evaluate(page.expression(name)))
    except (Refusal, KeyError, TypeError, AttributeError, ValueError):
        return ""  # a function, an index, a member of a family
    if value.dtype.kind not in "fiu":
        return ""
    begins = ", ".join(f"{number:.2g}" for number in value.ravel()[:FIRST])
    return begins + ", ..." * (value.size > FIRST)
