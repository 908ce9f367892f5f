"""One random draw of a page: what is bound on it, and how a tree is evaluated there.

A node is evaluated by the function that the modules ``evaluate`` and ``differentiate`` give for its
type; what a name is worth is found by ``lookup``.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

import numpy as np

from ..errors import Refusal, quoting
from ..grammar import tree
from ..grammar.calls import is_call, read_call
from ..grammar.domains import Domain, split_at_commas
from ..grammar.statements import parse_expression
from ..grammar.tree import Node
from .arithmetic import Array, Shape, Value, check_size, from_numpy, plain, scalar, to_numpy
from .outcomes import Choices
from .page import Page
from .work import Work, steps_of

CALL = 5  # steps of a Python call, whatever it does
CHANCE = "\\;"  # among the names that are read: a random choice
_DEAR = frozenset((tree.Partial, tree.Gradient, tree.BigOperator))
Indices: TypeAlias = tuple[int, ...]
Key: TypeAlias = str | tuple[str, Indices]
AnyNode = TypeVar("AnyNode", bound=Node)
Evaluator: TypeAlias = "Callable[[Scope, AnyNode], Value]"
EVALUATORS: dict[type[Node], Callable[[Scope, Any], Value]] = {}


def evaluates(kind: type[AnyNode]) -> Callable[[Evaluator[AnyNode]], Evaluator[AnyNode]]:
    """Let a function evaluate the nodes of a type."""

    def register(function: Evaluator[AnyNode]) -> Evaluator[AnyNode]:
        EVALUATORS[kind] = function
        return function

    return register


@dataclass(frozen=True)
class Scope:
    """One draw: the page, the seed, what is bound for now, and what was drawn already."""

    page: Page
    seed: int
    bound: Mapping[Key, Value] = field(default_factory=dict)
    indices: Mapping[str, int] = field(default_factory=dict)
    choices: Choices | None = None
    store: dict[object, Any] = field(default_factory=dict)
    reads: set[Key] = field(default_factory=set)
    names: set[str] = field(default_factory=set)  # all that were looked up, bound or not
    branches: dict[int, set[int]] = field(default_factory=dict)
    excesses: dict[tuple[int, int], float] = field(default_factory=dict)  # of left over right
    busy: list[object] = field(default_factory=list)
    confirm: bool = False
    terms: int = 1  # of all sums around what is evaluated
    order: int = 0  # of all derivatives around it
    work: Work = field(default_factory=Work)

    def having(self, **changes: Any) -> Scope:
        """Return this draw with other fields: what ``dataclasses.replace`` does, only faster."""
        other = object.__new__(Scope)
        fields = other.__dict__
        fields.update(self.__dict__)
        fields.update(changes)
        return other

    def binding(self, extra: Mapping[Key, Value]) -> Scope:
        """Return this draw with further values bound."""
        return self.having(bound={**self.bound, **extra})

    def at(self, **indices: int) -> Scope:
        """Return this draw with further indices bound."""
        return self.having(indices={**self.indices, **indices})

    def generator(self, *key: object) -> np.random.Generator:
        """Return a generator of this draw's seed and a key."""
        digest = hashlib.sha256(repr((self.seed, *key)).encode()).digest()
        return np.random.default_rng(int.from_bytes(digest[:8], "big"))

    # ----------------------------------------------------------------------------- evaluating

    def evaluate(self, node: Node) -> Value:
        """Return what ``node`` is worth on this draw.

        Raises
        ------
        Refusal
            If shapes are unequal or a value does not exist.
        """
        work, kind = self.work, type(node)
        try:
            work.descend()
            if kind in _DEAR and (self.bound or self.choices is not None):
                value = self.kept((id(node), *self.indices.items()), node, EVALUATORS[kind])
            else:
                value = EVALUATORS[kind](self, node)
            if isinstance(value, np.ndarray) and value.ndim:
                work.take(steps_of(value.shape))
        except Refusal as refusal:
            if refusal.span is None:
                refusal.span = node.span
            raise
        finally:
            work.depth -= 1
        return value

    def kept(self, key: object, what: Any, find: Callable[[Scope, Any], Value]) -> Value:
        """Return a value that was found before, if nothing it was made from is bound or random.

        A derivative, or a mean, evaluates again and again; most of it stays as it is.  What is
        found is kept beside it, so that no other node has its identity.
        """
        key = ("kept", key, self.order, self.terms, self.confirm)
        bound = {name if isinstance(name, str) else name[0] for name in self.bound}
        if key in self.store:
            names, value, _ = self.store[key]
            if names.isdisjoint(bound):
                self.names.update(names)
                return value  # type: ignore[no-any-return]
        names = set[str]()
        value = find(self.having(names=names), what)
        self.names.update(names)
        if CHANCE not in names and names.isdisjoint(bound):
            self.store[key] = (names, value, what)
        return value

    def array(self, node: Node) -> Array:
        """Evaluate to a scalar, a vector or a matrix."""
        return plain(self.evaluate(node))

    def integer(self, node: Node) -> int:
        """Evaluate to an integer: an index or a bound."""
        known = None  # most are: no detour
        if isinstance(node, tree.Symbol):
            known = self.indices.get(node.name)
            if known is None and node.name not in self.bound:
                self.names.add(node.name)
                known = self.page.table.dimensions.get(node.name)
        elif isinstance(node, tree.Number) and node.value.is_integer():
            known = int(node.value)
        if known is not None:
            self.work.take()
            return known
        value = float(np.real(scalar(self.evaluate(node), "an index")))
        if not math.isfinite(value) or abs(value - round(value)) > 1e-9:
            raise Refusal(f"{value:g} is no index", span=node.span)
        return round(value)

    def latex_integer(self, latex: str) -> int:
        """Evaluate an integer that the table writes in LaTeX."""
        return self.integer(self.page.expression(latex))

    def shape(self, domain: Domain) -> Shape:
        """Return the axes of a domain; its values are not empty, nor too large to draw often.

        Raises
        ------
        Refusal
            If they are.
        """
        if not domain.shape:
            return ()
        key = ("shape", domain, *self.indices.items())
        if key in self.store:
            return self.store[key]  # type: ignore[no-any-return]
        with quoting(domain.line):
            shape = tuple(map(self.latex_integer, domain.axes))
            check_size(shape)
        self.store[key] = shape
        return shape

    def key(self, node: Node) -> Key:
        """Return under what the value of a name is bound."""
        if isinstance(node, tree.Member):
            return node.name, tuple(map(self.integer, node.indices))
        assert isinstance(node, tree.Symbol)
        return node.name

    def is_index(self, name: str) -> bool:
        """Whether a name is an index in scope, a declared one, or a dimension."""
        table = self.page.table
        return name in self.indices or name in table.dimensions or table.is_index(name)

    # ------------------------------------------------------------------------- Python functions

    def call(self, latex: str, given: list[Value] | None = None, **extra: Any) -> Any:
        """Call a Python function as the page writes it, or with the given values.

        Raises
        ------
        Unbound
            If this is no call, or the page was given no callable of this name.
        Refusal
            If an argument cannot be evaluated, or the callable raises.
        """
        self.work.take(CALL + len(latex) // 20)
        call = read_call(latex)
        self.page.function(call.name)
        if given is None:
            positional = [self._argument(part) for part in call.positional]
            extra |= {keyword: self._argument(part) for keyword, part in call.named}
        else:
            positional = [to_numpy(value) for value in given]
        result = self.page.call(call.name, positional, extra)
        if call.item is None:
            return result
        return pick(result, self.integer(self._parsed(call.item)), call.name)

    def computed(self, latex: str, given: list[Value] | None = None, **extra: Any) -> Array:
        """Return the value that a Python call computes."""
        return from_numpy(self.call(latex, given, **extra))

    def _argument(self, latex: str) -> Any:
        """Return an argument as a library takes it: a list, an integer, an array, a callable."""
        latex = latex.strip()
        if latex.startswith("[") and latex.endswith("]"):
            return [self._argument(part) for part in split_at_commas(latex[1:-1])]
        if is_call(latex):
            return self.call(latex)
        node = self._parsed(latex)
        if isinstance(node, tree.Sequence):
            members = range(self.integer(node.lower), self.integer(node.upper) + 1)
            return [to_numpy(self.at(**{node.variable: k}).evaluate(node.body)) for k in members]
        value = self.evaluate(node)
        if self._is_whole(node) and isinstance(value, np.ndarray) and not np.iscomplexobj(value):
            return to_numpy(value.astype(int)) if value.ndim else int(value)
        return to_numpy(value)

    def _parsed(self, latex: str) -> Node:
        try:
            return self.page.expression(latex)
        except Refusal as refusal:
            if self.indices:  # an index that the formula binds may stand in an argument
                return parse_expression(latex, self.page.table, tuple(self.indices))
            message = f"in the code's argument '{latex}': {refusal.what}"
            raise Refusal(message, refusal.how, missing=refusal.missing) from None

    def _is_whole(self, node: Node) -> bool:
        """Whether an argument is made of integers by its nature: an index, what is drawn so."""
        if isinstance(node, tree.Number):
            return node.value.is_integer()
        if isinstance(node, tree.Symbol) and self.is_index(node.name):
            return True
        declaration = self.page.table.declaration_of(getattr(node, "name", ""))
        return bool(declaration and declaration.domain and declaration.domain.kind == "whole")


def pick(result: Any, place: int, name: str) -> Any:
    """Return one of several things that a callable returned."""
    several = isinstance(result, tuple | list) or (isinstance(result, np.ndarray) and result.ndim)
    if not several or not 0 <= place < len(result):
        raise Refusal(f"{name} returned no item {place}: {type(result).__name__}")
    return result[place]
