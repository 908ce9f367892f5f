r"""Wrong versions of a formula, made in its LaTeX: each must be found wrong, or refused.

Signs, numbers, transposes, exponents, dropped factors and terms, the order of factors, names of the
same type, indices and bounds, relations, primes, min for max: the slips that authors make.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import Refusal, Span
from ..grammar import tree
from ..grammar.lexer import tokenize
from ..grammar.statements import parse_display
from ..grammar.symbols import Pattern
from ..grammar.tree import Node
from ..values.page import Page
from ..values.scope import Scope

_FLIPS = {
    "\\le": "\\ge",
    "\\leq": "\\ge",
    "\\ge": "\\le",
    "\\geq": "\\le",
    "<": ">",
    ">": "<",
    "\\min": "\\max",
    "\\max": "\\min",
    "'": "",
    "\\prime": "",
    "\\infty": "0",
}


@dataclass(frozen=True)
class Mutant:
    """A wrong version: what was changed, and the whole LaTeX."""

    name: str
    latex: str


@dataclass(frozen=True)
class Edit:
    """A replacement of a range of the LaTeX."""

    name: str
    start: int
    end: int
    new: str


def mutants(
    latex: str, page: Page, *, keep: Sequence[Span] = (), introduce: bool = True
) -> list[Mutant]:
    r"""Return the wrong versions of a formula; ranges in ``keep`` stay as they are.

    Raises
    ------
    Refusal
        If the formula itself cannot be read.

    Examples
    --------
    >>> page = Page("x, y : R")
    >>> [mutant.latex for mutant in mutants("x - y = 1", page)]
    [' - y = 1', 'x + y = 1', 'x  = 1', 'y  - y = 1', 'x - x  = 1', 'x - y = 2']
    """
    display, table = parse_display(latex, page.table, introduce=introduce)
    local = page.with_definitions(display.statements, table)
    writer = _Writer(latex, local, display)
    found: list[Mutant] = []
    seen = {_normal(latex)}
    for edit in writer.edits():
        if any(start < edit.end and edit.start < end for start, end in keep):
            continue
        new = latex[: edit.start] + edit.new + latex[edit.end :]
        try:
            normal = _normal(new)
        except Refusal:
            continue
        if normal not in seen:
            seen.add(normal)
            same = sum(mutant.name.split(" #")[0] == edit.name for mutant in found)
            name = edit.name + (f" #{same + 1}" if same else "")
            found.append(Mutant(name, new))
    return found


def _normal(latex: str) -> tuple[str, ...]:
    return tuple(token.text for token in tokenize(latex))


class _Writer:
    """Walks the tree of one formula and writes the edits of its text."""

    def __init__(self, latex: str, page: Page, display: tree.Display) -> None:
        self.latex, self.page, self.display = latex, page, display
        self.scope = Scope(page, 0)
        self.used = {getattr(node, "name", "") for node in display.walk()}

    def edits(self) -> Iterator[Edit]:
        """Yield all edits, statement by statement."""
        for statement in (*self.display.statements, *self.display.conditions):
            yield from self.below(statement, self.scope)
        for token in tokenize(self.latex):
            raw = self.latex[token.start : token.end].strip()
            if raw in _FLIPS:
                yield Edit(
                    f"{raw} -> {_FLIPS[raw] or 'nothing'}",
                    token.start,
                    token.end,
                    _FLIPS[raw] + " " if _FLIPS[raw] else "",
                )

    def below(self, node: Node, scope: Scope) -> Iterator[Edit]:
        """Yield the edits at a node and below it."""
        method = getattr(self, "_" + type(node).__name__.lower(), None)
        if method is not None:
            yield from method(node, scope)
        if isinstance(node, tree.BigOperator):
            scope = scope.at(**{node.variable: self._first(node, scope)})
        for child in node.children():
            yield from self.below(child, scope)

    def _first(self, node: tree.BigOperator, scope: Scope) -> int:
        try:
            if node.lower is not None:
                return scope.integer(node.lower)
            assert node.members is not None
            members = scope.evaluate(node.members)
            return int(members[0]) if isinstance(members, tuple) else 1
        except Refusal:
            return 1

    def text(self, node: Node) -> str:
        return self.latex[node.span[0] : node.span[1]]

    def cut(self, name: str, start: int, end: int, new: str = "") -> Edit:
        return Edit(name, start, end, new)

    # -------------------------------------------------------------------------------- by node

    def _add(self, node: tree.Add, scope: Scope) -> Iterator[Edit]:
        for place, term in enumerate(node.terms):
            sign = node.operators[place]
            if isinstance(term, tree.Dots):
                continue
            if sign is not None and place:
                old = self.latex[sign[0]]
                yield self.cut(
                    f"sign of {self._short(term)}", sign[0], sign[1], "+" if old == "-" else "-"
                )
            start = sign[0] if sign is not None else term.span[0]
            yield self.cut(f"drop term {self._short(term)}", start, term.span[1])

    def _negative(self, node: tree.Negative, scope: Scope) -> Iterator[Edit]:
        start = node.span[0]
        if self.latex[start] == "-":
            before = self.latex[:start].rstrip()[-1:]
            new = "" if before in ("", "{", "(", "[", "=", "&", ",") else "+"
            yield self.cut(f"sign of {self._short(node.body)}", start, start + 1, new)

    def _number(self, node: tree.Number, scope: Scope) -> Iterator[Edit]:
        old = self.text(node)
        if re.fullmatch(r"\d+", old):
            yield self.cut(f"{old} -> {int(old) + 1}", *node.span, str(int(old) + 1))
        elif re.fullmatch(r"\d+\.\d+", old):
            yield self.cut(f"{old} -> {2 * float(old)}", *node.span, str(2 * float(old)))

    def _product(self, node: tree.Product, scope: Scope) -> Iterator[Edit]:
        yield from self._dropped(node.factors)
        for left, right in zip(node.factors, node.factors[1:], strict=False):
            if self._is_array(left, scope) and self._is_array(right, scope):
                between = self.latex[left.span[1] : right.span[0]]
                yield self.cut(
                    f"swap {self._short(left)} and {self._short(right)}",
                    left.span[0],
                    right.span[1],
                    f"{self.text(right)} {between} {self.text(left)}",
                )

    def _call(self, node: tree.Call, scope: Scope) -> Iterator[Edit]:
        for one, two in zip(node.arguments, node.arguments[1:], strict=False):
            if self._is_array(one, scope) and self._is_array(two, scope):
                between = self.latex[one.span[1] : two.span[0]]
                yield self.cut(
                    "swap arguments",
                    one.span[0],
                    two.span[1],
                    self.text(two) + between + self.text(one),
                )

    def _hadamard(self, node: tree.Hadamard, scope: Scope) -> Iterator[Edit]:
        yield from self._dropped(node.factors)
        for left, right in zip(node.factors, node.factors[1:], strict=False):
            yield self.cut("\\odot -> product", left.span[1], right.span[0], " ")

    def _kronecker(self, node: tree.Kronecker, scope: Scope) -> Iterator[Edit]:
        first, second = node.factors[:2]
        between = self.latex[first.span[1] : second.span[0]]
        yield self.cut(
            "swap the factors of \\otimes",
            first.span[0],
            second.span[1],
            f"{self.text(second)} {between} {self.text(first)}",
        )

    def _dropped(self, factors: tuple[Node, ...]) -> Iterator[Edit]:
        for place, factor in enumerate(factors):
            if isinstance(factor, tree.Dots):
                continue
            start, end = factor.span
            if place:
                start = factors[place - 1].span[1]
            else:
                end = factors[1].span[0]
            yield self.cut(f"drop factor {self._short(factor)}", start, end, " ")

    def _quotient(self, node: tree.Quotient, scope: Scope) -> Iterator[Edit]:
        yield self.cut(
            f"drop denominator {self._short(node.denominator)}",
            *node.span,
            "{" + self.text(node.numerator) + "}",
        )

    def _power(self, node: tree.Power, scope: Scope) -> Iterator[Edit]:
        if self.text(node).startswith("\\sqrt"):
            yield self.cut("drop root", *node.span, "{" + self.text(node.base) + "}")
        elif node.base.span[1] < node.span[1] and node.span[0] <= node.base.span[0]:
            start = self.latex.rfind("^", 0, node.exponent.span[0])
            yield self.cut(f"drop exponent of {self._short(node.base)}", start, node.span[1], " ")

    def _transpose(self, node: tree.Transpose, scope: Scope) -> Iterator[Edit]:
        start, end = node.mark
        before = self.latex[:start].rstrip()
        if before.endswith("^{") and self.latex[end:].lstrip().startswith("}"):
            start, end = len(before) - 2, self.latex.index("}", end) + 1
        elif before.endswith("^"):
            start = len(before) - 1
        yield self.cut(f"drop transpose of {self._short(node.body)}", start, end, " ")

    def _norm(self, node: tree.Norm, scope: Scope) -> Iterator[Edit]:
        match = re.search(r"_\s*(?:\{\s*([12F])\s*\}|([12F]))\s*$", self.text(node))
        if match:
            new = {"1": "2", "2": "1", "F": "2"}[match[1] or match[2]]
            yield self.cut(
                f"norm of kind {new}", node.span[0] + match.start(), node.span[1], f"_{new}"
            )

    def _bigoperator(self, node: tree.BigOperator, scope: Scope) -> Iterator[Edit]:
        if node.upper is not None:
            yield self._shifted(f"upper bound {self._short(node.upper)} - 1", node.upper, "-1")

    def _shifted(self, name: str, index: Node, change: str) -> Edit:
        """Add to an index or a bound, in braces where it stands without."""
        new = self.text(index) + change
        bare = self.latex[: index.span[0]].rstrip()[-1:] in ("_", "^")
        return self.cut(name, *index.span, "{" + new + "}" if bare else new)

    def _expectation(self, node: tree.Expectation, scope: Scope) -> Iterator[Edit]:
        if not node.given:
            yield self.cut("drop the average", *node.span, f"( {self.text(node.body)} )")

    def _cases(self, node: tree.Cases, scope: Scope) -> Iterator[Edit]:
        for (one, _), (two, _) in zip(node.rows, node.rows[1:], strict=False):
            between = self.latex[one.span[1] : two.span[0]]
            new = self.text(two) + between + self.text(one)
            yield self.cut("swap cases", one.span[0], two.span[1], new)

    def _symbol(self, node: tree.Symbol, scope: Scope) -> Iterator[Edit]:
        table = self.page.table
        if node.name in scope.indices or node.span[0] == node.span[1]:
            return
        if node.name in table.dimensions:
            others = [name for name in table.dimensions if name != node.name]
        elif node.name in table.declarations and node.name not in table.patterns:
            others = [name for name in table.declarations if self._same_type(node.name, name)]
            if self._is_matrix(node.name):
                yield self.cut(
                    f"transpose {node.name}", *node.span, "{" + self.text(node) + "}^{\\top}"
                )
        else:
            return
        for other in self._some(others):
            yield self._renamed(node, other)

    def _member(self, node: tree.Member, scope: Scope) -> Iterator[Edit]:
        table = self.page.table
        pattern = table.patterns[node.name]
        for index in node.indices:
            if not isinstance(index, tree.Number) and index.span[0] < index.span[1]:
                near = self.latex[: index.span[0]].rstrip()[-1:]
                if len(node.indices) == 1 or near == ",":
                    name = f"index {self.text(index)} + 1 in {node.name}"
                    yield self._shifted(name, index, "+1")
        others = [
            other.key
            for other in table.patterns.values()
            if other.key != pattern.key
            and other.role == pattern.role
            and len(other.variables) == len(pattern.variables)
            and self._same_type(pattern.parent, other.parent)
        ]
        for other in self._some(others):
            yield self.cut(
                f"{node.name} -> {other}", *node.span, self._written(table.patterns[other], node)
            )

    def _written(self, pattern: Pattern, node: tree.Member) -> str:
        """Return the LaTeX of another pattern with the indices of ``node``."""
        put = dict(
            zip(pattern.variables, (self.text(index) for index in node.indices), strict=True)
        )
        out = pattern.base
        for mark, template in (("_", pattern.sub), ("^", pattern.sup)):
            if template is not None:
                out += mark + "{" + " ".join(put.get(part, part) for part in template) + "}"
        return out + ("^{\\top}" if self.text(node).rstrip("} ").endswith("\\top") else "")

    def _renamed(self, node: tree.Symbol, other: str) -> Edit:
        new = other + (" " if other[-1:].isalpha() else "")
        return self.cut(f"{node.name} -> {other}", *node.span, new)

    # ------------------------------------------------------------------------------ questions

    def _short(self, node: Node) -> str:
        words = " ".join(self.text(node).split())
        return words if len(words) < 40 else words[:36] + " ..."

    def _some(self, names: list[str]) -> list[str]:
        """Return the names that the formula uses too; if there are none, one other."""
        return [name for name in names if name in self.used] or names[:1]

    def _is_array(self, node: Node, scope: Scope) -> bool:
        try:
            value = scope.evaluate(node)
        except Refusal:
            return isinstance(node, tree.Partial)
        return not isinstance(value, np.ndarray) or value.ndim > 0

    def _is_matrix(self, name: str) -> bool:
        domain = self.page.table.declarations[name].domain
        return domain is not None and len(domain.shape) == 2

    def _same_type(self, one: str, two: str) -> bool:
        if one == two:
            return False
        first, second = (self.page.table.declarations[name] for name in (one, two))
        if two in self.page.table.patterns and one not in self.page.table.patterns:
            return False
        if first.domain is None or second.domain is None:
            return bool(first.formals) and first.formals == second.formals
        if first.is_function or second.is_function:
            return (
                first.is_function
                and second.is_function
                and (first.domain.inputs, first.domain.output, first.formals)
                == (second.domain.inputs, second.domain.output, second.formals)
            )
        special = {"integers", "subset", "parts", "width"}
        if {first.domain.kind, second.domain.kind} & special:
            return first.domain.kind == second.domain.kind
        return first.domain.shape == second.domain.shape
