r"""Wrong versions of a left side that a formula defines: another name, argument or index.

What is exchanged for another name of its kind that is free as well is not among them: such a
formula is as good a definition, and the page misses the name that it should define.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import Refusal
from ..grammar import tree
from ..grammar.symbols import Declaration
from ..grammar.tree import Node
from ..values.arithmetic import Shape
from .edits import Edit, Formula

LETTERS = "ijklmnrst"  # for an index


def left_edits(formula: Formula, left: Node) -> Iterator[Edit]:
    """Yield the edits of a left side; those of its arguments alone are made elsewhere."""
    target = left.function if isinstance(left, tree.Call) else left
    yield from _names(formula, target)
    if isinstance(left, tree.Call):
        yield from _arguments(formula, left)
    if isinstance(target, tree.Member):
        yield from _indices(formula, target)


def _names(formula: Formula, target: Node) -> Iterator[Edit]:
    """Yield other names in its place: of the same shape, of another shape, no variable at all."""
    table = formula.page.table
    name = getattr(target, "name", "")
    found: dict[str, str] = {}
    for other, declaration in table.declarations.items():
        what = _kind(formula, name, other, declaration)
        if what and what not in found:
            found[what] = other
    if table.dimensions:
        found["a dimension"] = next(iter(table.dimensions))
    for other in found.values():
        new = other
        if isinstance(target, tree.Member) and other in table.patterns:
            new = formula.written(table.patterns[other], target)
        yield Edit(f"left {name} -> {other}", target.span, new + " " * new[-1:].isalpha())
    if isinstance(target, tree.Member):
        yield from _entries(formula, target)


def _kind(formula: Formula, name: str, other: str, declaration: Declaration) -> str:
    """Return as what a name is a wrong left side; "" if it may be a right one, or is left out."""
    table = formula.page.table
    pattern = table.patterns.get(other)
    indexed = name in table.patterns and table.patterns[name].role == "family"
    if other == name or (pattern is not None and not indexed):
        return ""
    if declaration.is_index:
        return "an index"
    free = "defined" in declaration.flags and other not in formula.known
    mine = table.declaration_of(name)
    if mine is None or _shape(formula, mine) is None or _shape(formula, declaration) is None:
        return ""
    if _shape(formula, mine) != _shape(formula, declaration):
        return "another shape, free" if free else "another shape"
    if not free:
        return "the same shape"
    return "the same shape, used here" if other in formula.used else ""


def _shape(formula: Formula, declaration: Declaration) -> tuple[Shape, ...] | None:
    """Return the shapes of a name, or of a function's inputs and output; None if unknown."""
    domain = declaration.domain
    if domain is None or declaration.formals or domain.kind in ("subset", "parts", "width"):
        return None
    try:
        return tuple(map(formula.scope.shape, (*domain.inputs, domain.output or domain)))
    except Refusal:
        return None


def _entries(formula: Formula, target: tree.Member) -> Iterator[Edit]:
    """Yield the entries, rows or columns of another name, of the same shape and not free."""
    table = formula.page.table
    own = table.patterns[target.name]
    for other in table.patterns.values():
        known = other.key in formula.known or other.parent in formula.known
        free = "defined" in table.declarations[other.parent].flags and not known
        alike = other.role == own.role and len(other.variables) == len(own.variables)
        drawn = alike and own.role != "family" and other.key != own.key and not free
        if drawn and formula.same_type(own.parent, other.parent):
            new = formula.written(other, target)
            yield Edit(f"left {own.key} -> {other.key}", target.span, new)
            return


def _arguments(formula: Formula, call: tree.Call) -> Iterator[Edit]:
    """Yield the call with an argument less, each in turn, and with one more."""
    spans = [argument.span for argument in call.arguments]
    for place, argument in enumerate(call.arguments):
        name = f"left without {formula.short(argument)}"
        if len(spans) == 1:
            yield Edit(name, (call.function.span[1], call.span[1]), " ")
        elif place:
            yield Edit(name, (spans[place - 1][1], spans[place][1]), " ")
        else:
            yield Edit(name, (spans[0][0], spans[1][0]), " ")
    table = formula.page.table
    formals = {getattr(argument, "name", "") for argument in call.arguments}
    for other, declaration in table.declarations.items():
        drawn = not (declaration.is_index or declaration.is_function or declaration.flags)
        if drawn and other not in formals and other not in table.patterns:
            end = spans[-1][1]
            yield Edit(f"left with {other}", (end, end), f", {other}")
            return


def _indices(formula: Formula, target: tree.Member) -> Iterator[Edit]:
    """Yield the name with another index, and with the next one."""
    table = formula.page.table
    others = [name for name in (*table.declarations, *LETTERS) if len(name) == 1]
    for index in target.indices:
        if isinstance(index, tree.Symbol):
            letters = (name for name in others if name.isalpha() and name != index.name)
            new = next(
                name for name in letters if table.is_index(name) or name not in table.declarations
            )
            yield Edit(f"left index {index.name} -> {new}", index.span, new)
            alone = len(target.indices) == 1 or formula.before(index.span[0]) == ","
            if alone and index.span[0] < index.span[1]:
                yield formula.shifted(f"left index {index.name} + 1", index, "+1")
