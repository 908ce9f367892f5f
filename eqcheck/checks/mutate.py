r"""Wrong versions of a formula, made in its LaTeX: each must be found wrong, or refused.

Signs, numbers, transposes, exponents, dropped factors and terms, the order of factors, names of the
same type, indices and bounds, relations, primes, min for max: the slips that authors make.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np

from ..errors import Refusal, Span
from ..grammar import tree
from ..grammar.lexer import tokenize
from ..grammar.statements import parse_display
from ..grammar.tree import Node
from ..values.page import Page, defining
from ..values.ranges import indices_of
from ..values.scope import Scope
from ..values.work import Work
from .edits import Edit, Formula
from .left_mutants import left_edits

_FLIPS = {
    "\\le": "\\ge", "\\leq": "\\ge", "\\ge": "\\le", "\\geq": "\\le", "<": ">", ">": "<",
    "\\ne": "=", "\\neq": "=", "'": "", "\\prime": "", "\\infty": "0",
    "\\min": "\\max", "\\max": "\\min",
}  # fmt: skip
_ORDER = ("\\le", "\\leq", "\\ge", "\\geq", "<", ">", "\\ne", "\\neq")
_TURNS = {f"{relation} -> {_FLIPS[relation]}" for relation in _ORDER}
# Where the sides are equal, one of the two is wrong.
_BOUNDARIES = {
    "<": "\\le", ">": "\\ge", "\\le": "<", "\\leq": "<", "\\ge": ">", "\\geq": ">",
    "\\in": "\\subseteq", "\\subseteq": "\\in",
}  # fmt: skip
_COMPARED = ("\\ne", "\\le", "<")  # in the place of = between whole numbers
_KIND = r"_[\s{]*(?:\\(?:mathrm|text|textrm)\s*\{\s*)?([12F])[\s}]*$"  # of a norm
_OPENINGS = ("", "{", "(", "[", "=", "&", ",")  # a minus after these has no term on its left


@dataclass(frozen=True)
class Mutant:
    """A wrong version: what was changed, and the whole LaTeX; ``equates`` if in an equation."""

    name: str
    latex: str
    equates: bool = False

    @property
    def turns(self) -> bool:
        """Whether it turns a sign or a relation round: no weaker bound, but another one."""
        name = self.name.split(" #")[0]
        return name.startswith("sign of ") or name in _TURNS


def mutants(latex: str, page: Page, *, work: Work | None = None) -> list[Mutant]:
    r"""Return the wrong versions of a formula.

    Raises
    ------
    Refusal
        If the formula itself cannot be read, or has more than ``work`` allows.

    Examples
    --------
    >>> page = Page("x, y : R")
    >>> [mutant.latex for mutant in mutants("x - y = 1", page)]
    [' - y = 1', 'x + y = 1', 'x  = 1', 'y - y = 1', 'x - x = 1', 'x - y = 2']
    """
    display, table = parse_display(latex, page.table, introduce=False)
    local = page.with_definitions(display.statements, table)
    work = work or Work()
    writer = _Writer(latex, local, display, page.definitions, work)
    found: list[Mutant] = []
    names = Counter[str]()
    seen = {_normal(latex)}
    equations = _equations(display)
    for edit in writer.edits():
        new = edit.apply(latex)
        work.take(len(new))
        try:
            normal = _normal(new)
        except Refusal:
            continue
        if normal not in seen:
            seen.add(normal)
            names[edit.name] += 1
            again = f" #{names[edit.name]}" if names[edit.name] > 1 else ""
            equates = any(a < edit.span[1] and edit.span[0] < b for a, b in equations)
            found.append(Mutant(edit.name + again, new, equates))
    return found


def _equations(display: tree.Display) -> list[Span]:
    """Return where the sides of equations stand, with the signs between them."""
    return [
        (left.span[0], right.span[1])
        for statement in display.statements
        if isinstance(statement, tree.Chain)
        for sign, (left, right) in zip(statement.relations, pairwise(statement.parts), strict=True)
        if sign not in _ORDER and sign not in ("\\in", "\\subseteq")
    ]


def _normal(latex: str) -> tuple[str, ...]:
    return tuple(token.text for token in tokenize(latex))


class _Writer(Formula):
    """Walks the tree of one formula and writes the edits of its text."""

    def edits(self) -> Iterator[Edit]:
        """Yield all edits, statement by statement."""
        defined = defining(self.display.statements, self.page.table, self.known)
        for statement in (*self.display.statements, *self.display.conditions):
            if id(statement) in defined:
                left, *parts = statement.children()
                yield from left_edits(self, left)
                parts += left.arguments if isinstance(left, tree.Call) else []
            else:
                parts = [statement]
            for part in parts:
                yield from self.below(part, self.scope)
        for token in tokenize(self.latex):
            raw = self.latex[token.start : token.end].strip()
            raw = token.text if token.text in ("\\max", "\\min") else raw
            for flips in (_FLIPS, _BOUNDARIES):
                if raw in flips and not (
                    flips is _BOUNDARIES and self.narrows(token.span, flips[raw])
                ):
                    new = flips[raw]
                    yield Edit(f"{raw} -> {new or 'nothing'}", token.span, new + " " if new else "")

    def below(self, node: Node, scope: Scope) -> Iterator[Edit]:
        """Yield the edits at a node and below it."""
        if type(node) in self.EDITS:
            yield from self.EDITS[type(node)](self, node, scope)
        if isinstance(node, tree.BigOperator):
            scope = scope.at(**{node.variable: _first_index(node, scope)})
        for child in node.parts if isinstance(node, tree.Chain) else node.children():
            yield from self.below(child, scope)  # a narrower condition is not wrong

    def narrows(self, span: Span, new: str) -> bool:
        """Whether a sign in a condition becomes a strict one: the claim is the weaker then."""
        conditions = [
            each.span
            for statement in self.display.statements
            if isinstance(statement, tree.Chain)
            for each in statement.given
        ]
        return new in ("<", ">") and any(a <= span[0] < b for a, b in conditions)

    def swap(self, name: str, one: Node, two: Node) -> Edit:
        """Exchange two nodes; what stands between them stays."""
        between = self.latex[one.span[1] : two.span[0]]
        new = f"{self.text(two)} {between} {self.text(one)}"
        return Edit(name, (one.span[0], two.span[1]), new)

    # -------------------------------------------------------------------------------- by node

    def add(self, node: tree.Add, scope: Scope) -> Iterator[Edit]:
        for place, (term, sign) in enumerate(zip(node.terms, node.operators, strict=True)):
            if isinstance(term, tree.Dots):
                continue
            if sign is not None and place:
                new = "+" if self.latex[sign[0]] == "-" else "-"
                yield Edit(f"sign of {self.short(term)}", sign, new)
            start = sign[0] if sign is not None else term.span[0]
            yield Edit(f"drop term {self.short(term)}", (start, term.span[1]), "")

    def negative(self, node: tree.Negative, scope: Scope) -> Iterator[Edit]:
        start = node.span[0]
        if self.latex[start] == "-":
            new = "" if self.before(start) in _OPENINGS else "+"
            yield Edit(f"sign of {self.short(node.body)}", (start, start + 1), new)

    def number(self, node: tree.Number, scope: Scope) -> Iterator[Edit]:
        old = self.text(node)
        if re.fullmatch(r"\d+", old):
            yield Edit(f"{old} -> {int(old) + 1}", node.span, str(int(old) + 1))
        elif re.fullmatch(r"\d+\.\d+", old):
            yield Edit(f"{old} -> {2 * float(old)}", node.span, str(2 * float(old)))

    def product(self, node: tree.Product, scope: Scope) -> Iterator[Edit]:
        yield from self.dropped(node.factors)
        for left, right in pairwise(node.factors):
            if self.is_array(left, scope) and self.is_array(right, scope):
                yield self.swap(f"swap {self.short(left)} and {self.short(right)}", left, right)

    def hadamard(self, node: tree.Hadamard, scope: Scope) -> Iterator[Edit]:
        yield from self.dropped(node.factors)
        for left, right in pairwise(node.factors):
            yield Edit("\\odot -> product", (left.span[1], right.span[0]))

    def kronecker(self, node: tree.Kronecker, scope: Scope) -> Iterator[Edit]:
        yield self.swap("swap the factors of \\otimes", *node.factors[:2])

    def indicator(self, node: tree.Indicator, scope: Scope) -> Iterator[Edit]:
        words = [self.text(part) for part in node.condition.parts]
        signs = node.condition.relations
        for place, sign in enumerate(signs):
            for other in _COMPARED if sign == "=" else ("=",):
                yield self.compared(
                    f"{sign} -> {other}", node, words, [*signs[:place], other, *signs[place + 1 :]]
                )
        for place, word in enumerate(words):
            shifted = [*words[:place], f"{word}+1", *words[place + 1 :]]
            yield self.compared(f"{word} + 1 in a comparison", node, shifted, [*signs])

    def compared(self, name: str, node: Node, words: list[str], signs: list[str]) -> Edit:
        """Write a comparison in brackets."""
        rest = "".join(f" {sign} {word}" for sign, word in zip(signs, words[1:], strict=True))
        return Edit(name, node.span, f"[{words[0]}{rest}]")

    def rounded(self, node: tree.Rounded, scope: Scope) -> Iterator[Edit]:
        body, other = self.text(node.body), "floor" if node.up else "ceil"
        yield Edit(
            f"\\l{other} of {self.short(node.body)}", node.span, f"\\l{other} {body} \\r{other}"
        )
        yield Edit(f"drop rounding of {self.short(node.body)}", node.span, f"( {body} )")

    def call(self, node: tree.Call, scope: Scope) -> Iterator[Edit]:
        for one, two in pairwise(node.arguments):
            if self.is_array(one, scope) and self.is_array(two, scope):
                yield self.swap("swap arguments", one, two)

    def cases(self, node: tree.Cases, scope: Scope) -> Iterator[Edit]:
        for (one, _), (two, _) in pairwise(node.rows):
            yield self.swap("swap cases", one, two)

    def dropped(self, factors: tuple[Node, ...]) -> Iterator[Edit]:
        """Leave out each factor, with the sign before it; the first with the sign after it."""
        for place, factor in enumerate(factors):
            if isinstance(factor, tree.Dots):
                continue
            start = factors[place - 1].span[1] if place else factor.span[0]
            end = factor.span[1] if place else factors[1].span[0]
            yield Edit(f"drop factor {self.short(factor)}", (start, end))

    def quotient(self, node: tree.Quotient, scope: Scope) -> Iterator[Edit]:
        name = f"drop denominator {self.short(node.denominator)}"
        yield Edit(name, node.span, "{" + self.text(node.numerator) + "}")

    def power(self, node: tree.Power, scope: Scope) -> Iterator[Edit]:
        if self.text(node).startswith("\\sqrt"):
            yield Edit("drop root", node.span, "{" + self.text(node.base) + "}")
        elif node.base.span[1] < node.span[1] and node.span[0] <= node.base.span[0]:
            start = self.latex.rfind("^", 0, node.exponent.span[0])
            yield Edit(f"drop exponent of {self.short(node.base)}", (start, node.span[1]))

    def transpose(self, node: tree.Transpose, scope: Scope) -> Iterator[Edit]:
        start, end = node.mark
        before = self.latex[:start].rstrip()
        if before.endswith("^{") and self.latex[end:].lstrip().startswith("}"):
            start, end = len(before) - 2, self.latex.index("}", end) + 1
        elif before.endswith("^"):
            start = len(before) - 1
        yield Edit(f"drop transpose of {self.short(node.body)}", (start, end))

    def norm(self, node: tree.Norm, scope: Scope) -> Iterator[Edit]:
        match = re.search(_KIND, self.text(node))
        if match:
            new = {"1": "2", "2": "1", "F": "2"}[match[1]]
            span = node.span[0] + match.start(), node.span[1]
            yield Edit(f"norm of kind {new}", span, f"_{new}")

    def big_operator(self, node: tree.BigOperator, scope: Scope) -> Iterator[Edit]:
        if node.operator.startswith("\\arg"):
            other = {"\\argmax": "\\argmin", "\\argmin": "\\argmax"}[node.operator]
            end = tokenize(self.text(node))[0].end
            yield Edit(
                f"{node.operator} -> {other}",
                (node.span[0], node.span[0] + end),
                f"\\operatorname{{{other[1:]}}}",
            )
        if node.upper is not None and node.upper.span[0] < node.upper.span[1]:
            yield self.shifted(f"upper bound {self.short(node.upper)} - 1", node.upper, "-1")

    def expectation(self, node: tree.Expectation, scope: Scope) -> Iterator[Edit]:
        if not node.given:
            yield Edit("drop the average", node.span, f"( {self.text(node.body)} )")

    def symbol(self, node: tree.Symbol, scope: Scope) -> Iterator[Edit]:
        table, name = self.page.table, node.name
        if name in scope.indices or node.span[0] == node.span[1]:
            return
        if name in table.dimensions:
            others = [other for other in table.dimensions if other != name]
        elif name in table.declarations and name not in table.patterns:
            others = [other for other in table.declarations if self.same_type(name, other)]
            if self.is_matrix(name) and not any(node is body for body in self.transposed):
                new = "{" + self.text(node) + "}^{\\top}"
                is_raised = self.latex[node.span[1] :].lstrip().startswith("^")
                yield Edit(f"transpose {name}", node.span, f"({new})" if is_raised else new)
        else:
            return
        for other in map(self.spelled, self.likely(others)):
            yield Edit(f"{self.spelled(name)} -> {other}", node.span, other)

    def entry(self, node: tree.Entry, scope: Scope) -> Iterator[Edit]:
        for index in node.indices:
            alone = len(node.indices) == 1 or self.before(index.span[0]) == ","
            if alone:
                name = f"index {self.text(index)} + 1 of {self.short(node.body)}"
                yield self.shifted(name, index, "+1")

    def member(self, node: tree.Member, scope: Scope) -> Iterator[Edit]:
        table = self.page.table
        pattern = table.patterns[node.name]
        for index in node.indices:
            alone = len(node.indices) == 1 or self.before(index.span[0]) == ","
            if alone and not isinstance(index, tree.Number) and index.span[0] < index.span[1]:
                name = f"index {self.text(index)} + 1 in {node.name}"
                yield self.shifted(name, index, "+1")
        others = [
            other.key
            for other in table.patterns.values()
            if other.key != pattern.key
            and other.role == pattern.role
            and len(other.variables) == len(pattern.variables)
            and self.same_type(pattern.parent, other.parent)
        ]
        for other in self.likely(others):
            new = self.written(table.patterns[other], node)
            yield Edit(f"{node.name} -> {other}", node.span, new)

    # ------------------------------------------------------------------------------ questions

    def likely(self, names: list[str]) -> list[str]:
        """Return the names that the formula uses too; if there are none, one other."""
        return [name for name in names if name in self.used] or names[:1]

    def is_array(self, node: Node, scope: Scope) -> bool:
        try:
            value = scope.evaluate(node)
        except Refusal:
            return isinstance(node, tree.Partial)
        return not isinstance(value, np.ndarray) or value.ndim > 0

    def is_matrix(self, name: str) -> bool:
        domain = self.page.table.declarations[name].domain
        return domain is not None and (len(domain.shape) == 2 or domain.kind == "permutation")

    EDITS: ClassVar[dict[type[Node], Callable[[_Writer, Any, Scope], Iterator[Edit]]]] = {
        tree.Add: add,
        tree.Negative: negative,
        tree.Number: number,
        tree.Product: product,
        tree.Hadamard: hadamard,
        tree.Kronecker: kronecker,
        tree.Indicator: indicator,
        tree.Rounded: rounded,
        tree.Call: call,
        tree.Cases: cases,
        tree.Quotient: quotient,
        tree.Power: power,
        tree.Transpose: transpose,
        tree.Norm: norm,
        tree.BigOperator: big_operator,
        tree.Expectation: expectation,
        tree.Entry: entry,
        tree.Symbol: symbol,
        tree.Member: member,
    }


def _first_index(node: tree.BigOperator, scope: Scope) -> int:
    """Return the first index of a sum or product; 1 where it cannot be known."""
    try:
        return indices_of(scope, node)[0]
    except Refusal:
        return 1
