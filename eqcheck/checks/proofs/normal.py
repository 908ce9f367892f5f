r"""The normal form of an expression: two that have the same one have the same value on every draw.

It is made by rules that hold for all values, never by trying some: sums are multiplied out,
transposes stand at names, definitions are written out, means do not see what their law does not
see, and derivatives not what their variable does not reach.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from ...errors import Refusal
from ...grammar import tree
from ...grammar.conventions import ENTRYWISE
from ...grammar.domains import Domain
from ...grammar.tree import Node
from ...values.arithmetic import Shape
from ...values.dots import fill
from ...values.outcomes import Choices
from ...values.scope import Scope
from .dependence import definitions_of
from .forms import (
    MOST,
    Factor,
    Form,
    Scalars,
    Term,
    added,
    as_node,
    atom,
    mentions,
    order,
    powers,
    product_shape,
    rebuilt,
    too_long,
)

DEEPEST = 12  # definitions in one another
STEPS = 50  # of a node
INVERSE = tree.Number(-1.0)

TRANSPOSED = "a transpose is not seen there"
DOTS = "the dots run over the same"


FormOf: TypeAlias = "Callable[[Normal, Any], Form]"
_FORMS: dict[type[Node], FormOf] = {}


def forms(*kinds: type[Node]) -> Callable[[FormOf], FormOf]:
    """Let a function make the normal forms of the nodes of some types."""

    def register(function: FormOf) -> FormOf:
        _FORMS.update(dict.fromkeys(kinds, function))
        return function

    return register


@dataclass(frozen=True)
class Normal:
    """Makes normal forms on one draw, whose values are never looked at, but for shapes."""

    scope: Scope
    held: frozenset[str] = frozenset()  # names that are varied, and never written out
    bound: frozenset[str] = frozenset()  # indices of the sums around
    unfolds: bool = True
    numbered: bool = False  # whether indices are numbers: where dots are
    depth: int = 0
    because: Counter[str] = field(default_factory=Counter)

    def form(self, node: Node) -> Form:
        """Return the normal form of an expression.

        Raises
        ------
        Refusal
            If it has none: it is too long, or no array.
        """
        self.scope.work.take(STEPS)
        return _FORMS.get(type(node), Normal.whole)(self, node)

    def node(self, node: Node) -> Node:
        """Return a tree in normal form; what has none stays as it is."""
        try:
            return as_node(self.form(node))
        except Refusal:
            return rebuilt(node, lambda part: None)

    def index(self, node: Node) -> Node:
        """Return an index in normal form; beside dots, its number."""
        if self.numbered and not any(mentions(node, name) for name in self.bound):
            self.check_numbers([node])
            return tree.Number(float(self.scope.integer(node)))
        return self.node(node)

    def check_numbers(self, indices: Iterable[Node]) -> None:
        """Refuse an index whose number is another one on other draws, or in other terms of a sum.

        What proofs of formulas with dots try is all values of the indices that are written.
        """
        known = {*self.scope.page.table.dimensions}
        if self.numbered:
            known |= self.scope.indices.keys() - self.bound
        names = {getattr(part, "name", "") for index in indices for part in index.walk()}
        if not names - {""} <= known:
            raise Refusal("dots, or an index beside them, that are not the same on all draws")

    def whole(self, node: Node) -> Form:
        """Return what is not taken apart."""
        return atom(rebuilt(node, lambda part: None), self.shape(node))

    def shape(self, node: Node) -> Shape:
        """Return the shape of a value, which is the same on all draws."""
        try:
            value = self.scope.evaluate(node)
        except Refusal:
            value = self.scope.having(choices=Choices([], None)).evaluate(node)
        if not isinstance(value, np.ndarray) or value.ndim > 2:
            raise Refusal("no array")
        return value.shape

    # ----------------------------------------------------------------------------- arithmetic

    def each(self, nodes: Sequence[Node]) -> Iterator[Form]:
        """Yield the forms of terms or factors, with dots filled."""
        if any(isinstance(node, tree.Dots) for node in nodes):
            self.check_numbers(self._slots(nodes))
        filled = fill(nodes, self.scope)
        self.because[DOTS] += len(filled) - len(nodes)
        return map(self.form, filled)

    def _slots(self, nodes: Sequence[Node]) -> Iterator[Node]:
        """Yield the indices in nodes, by which dots go on."""
        for part in (part for node in nodes for part in node.walk()):
            if isinstance(part, tree.Member):
                yield from part.indices
            elif isinstance(part, tree.Symbol) and self.scope.is_index(part.name):
                yield part

    def times(self, one: Form, two: Form) -> Form:
        """Return a product, multiplied out."""
        shape = product_shape(one.shape, two.shape)
        if len(one.terms) * len(two.terms) > MOST:
            raise too_long()
        terms = [
            Form(shape, {self.term(powers(s, t), (*f, *g)): count * other})
            for (s, f), count in one.terms.items()
            for (t, g), other in two.terms.items()
        ]
        return added([Form(shape, {}), *terms])

    def term(self, scalars: Scalars, factors: tuple[Factor, ...]) -> Term:
        """Return a term in order: what is one by one among the factors is a scalar."""
        kept: list[Factor] = []
        numbers: list[tuple[Node, int]] = []
        parts: list[list[Factor]] = [[]]
        for factor in self.cancelled(factors):
            if parts[-1] and factor[1][0] == 1:
                parts.append([])
            parts[-1].append(factor)
        for part in parts:
            if part and (part[0][1][0], part[-1][1][1]) == (1, 1):
                numbers.append((self.inner(part), 1))
            else:
                kept += part
        return powers(scalars, tuple(numbers)), tuple(kept)

    def inner(self, factors: list[Factor]) -> Node:
        """Return a row times a column; read from either side it is the same."""
        backward = [self.flipped(factor) for factor in reversed(factors)]
        both = [tree.Product(tuple(node for node, _ in each)) for each in (factors, backward)]
        return min(both, key=order)

    def cancelled(self, factors: tuple[Factor, ...]) -> list[Factor]:
        """Return factors without identities, and without inverses of their neighbours."""
        kept: list[Factor] = []
        for factor in factors:
            kept.append(factor)
            if len(factors) > 1 and self.kind(factor[0]) == "identity":
                kept.pop()
            nodes = [node for node, _ in kept]
            if self.is_entry_by_entry("^"):
                continue
            for at in range(len(kept) - 1):
                first, last = _inverse_of(nodes[at]), _inverse_of(nodes[-1])
                if first == tuple(nodes[at + 1 :]) or last == tuple(nodes[at:-1]):
                    del kept[at:]
                    break
        return kept if kept or not factors else [*factors]

    def transposed(self, form: Form) -> Form:
        """Return the transpose."""
        if form.shape == ():
            return form
        terms = {
            (scalars, tuple(self.flipped(factor) for factor in reversed(factors))): count
            for (scalars, factors), count in form.terms.items()
        }
        return Form(form.shape[::-1], terms)

    def flipped(self, factor: Factor) -> Factor:
        """Return the transpose of what is not taken apart."""
        node, shape = factor
        return self._flipped(node), shape[::-1]

    def _flipped(self, node: Node) -> Node:
        if isinstance(node, tree.Transpose):
            return node.body
        if self.kind(node) in ("symmetric", "identity") or self.is_known(node, "diag"):
            return node
        if isinstance(node, tree.Power) and node.exponent == INVERSE and node.sign == "^":
            return tree.Power(as_node(self.transposed(self.form(node.base))), INVERSE)
        if isinstance(node, tree.Block) and all(
            self.shape(item) == () for row in node.rows for item in row
        ):
            return tree.Block(tuple(zip(*node.rows, strict=True)))
        return tree.Transpose(node)

    def is_entry_by_entry(self, sign: str) -> bool:
        """Whether the page takes powers, or roots, of arrays entry by entry."""
        return self.scope.page.table.conventions.get(sign) == ENTRYWISE

    def kind(self, node: Node) -> str:
        """Return from what a whole name is drawn."""
        domain = self.domain(getattr(node, "name", ""))
        return domain.kind if domain is not None else ""

    def domain(self, name: str) -> Domain | None:
        """Return from what a whole name is drawn; nothing if it is not, or is varied here."""
        page = self.scope.page
        line = page.table.declarations.get(name)
        if line is None or line.code is not None or "defined" in line.flags:
            return None
        free = self.unfolds and name not in self.held and not any(definitions_of(page, name))
        return line.domain if free else None

    def is_known(self, node: Node, name: str) -> bool:
        """Whether a call is of a function of matrices that the grammar knows."""
        return (
            isinstance(node, tree.Call)
            and getattr(node.function, "name", "") == name
            and self.scope.page.table.declaration_of(name) is None
            and not node.primes
        )


def _inverse_of(node: Node) -> tuple[Node, ...]:
    """Return the factors of which a node is the inverse; none if it is none."""
    if isinstance(node, tree.Power) and node.exponent == INVERSE:
        return node.base.factors if isinstance(node.base, tree.Product) else (node.base,)
    return ()
