"""One random draw of a page, and what its names are worth there.

A name is bound, defined, computed by a Python callable, or drawn from its domain, in this order.
Lookup is lazy and dynamic: a call binds the formal parameters by name, so that what an equation
leaves implicit (the prediction inside a loss, a hidden layer) follows the argument. This is also
how a derivative reaches every use of its variable.
"""

from __future__ import annotations

import hashlib
import itertools
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np

from ..errors import Refusal
from ..grammar import tree
from ..grammar.symbols import Declaration, Domain
from ..grammar.tree import Node
from . import arithmetic
from .arithmetic import Array, Function, Jacobian, Shape, Value, plain, scalar
from .binding import call_bound, pick
from .derivative import basis
from .draw import draw, parts, subset
from .outcomes import Choices
from .page import Definition, Page

Key = str | tuple[str, tuple[int, ...]]


@dataclass(frozen=True)
class Names(ABC):
    """One draw: the page, the seed, what is bound for now, and what was drawn already."""

    page: Page
    seed: int
    bound: Mapping[Key, Value] = field(default_factory=dict)
    indices: Mapping[str, int] = field(default_factory=dict)
    choices: Choices | None = None
    store: dict[object, Any] = field(default_factory=dict)
    reads: set[Key] = field(default_factory=set)
    branches: dict[int, set[int]] = field(default_factory=dict)
    busy: list[object] = field(default_factory=list)
    twice: bool = False

    @abstractmethod
    def evaluate(self, node: Node) -> Value:
        """Return what ``node`` is worth on this draw."""

    @abstractmethod
    def as_callable(self, function: Node) -> Function:
        """Return a named function as a value, for a Python callable that takes one."""

    def binding(self, extra: Mapping[Key, Value]) -> Self:
        """Return this draw with further values bound."""
        return replace(self, bound={**self.bound, **extra})

    def at(self, **indices: int) -> Self:
        """Return this draw with further indices bound."""
        return replace(self, indices={**self.indices, **indices})

    def array(self, node: Node) -> Array:
        """Evaluate to a scalar, a vector or a matrix."""
        return plain(self.evaluate(node))

    def integer(self, node: Node) -> int:
        """Evaluate to an integer: an index or a bound."""
        value = float(np.real(scalar(self.evaluate(node), "an index")))
        if abs(value - round(value)) > 1e-9:
            raise Refusal(f"{value:g} is no index", span=node.span)
        return round(value)

    def is_index(self, name: str) -> bool:
        """Whether a name is an index in scope, a declared one, or a dimension."""
        if name in self.indices or name in self.page.table.dimensions:
            return True
        declaration = self.page.table.declarations.get(name)
        domain = declaration.domain if declaration else None
        return domain is not None and domain.kind == "integers"

    def latex_integer(self, latex: str) -> int:
        """Evaluate an integer that the table writes in LaTeX."""
        return self.integer(self.page.expression(latex))

    def _value(self, name: str, at: tuple[int, ...], declaration: Declaration) -> Value:
        """Return the value of a declared name: bound, defined, from code, or drawn."""
        key: Key = (name, at) if at else name
        if key in self.bound:
            self.reads.add(key)
            return self.bound[key]
        steady = not self.bound and self.choices is None
        if steady and ("value", key) in self.store:
            found: Value = self.store["value", key]
            return found
        value = self._fresh(name, at, declaration)
        if steady:
            self.store["value", key] = value
        return value

    def _fresh(self, name: str, at: tuple[int, ...], declaration: Declaration) -> Value:
        for item in self.page.definitions.get(name, ()):
            scope = self._matching(item, at)
            if scope is not None and not item.formals:
                value = scope.unfold((name, at), item.body)
                self._has_shape(value, declaration, at)
                return value
        scope = self._indexed(declaration, at)
        if declaration.code is not None:
            return self._from_code(scope, declaration, at)
        if "defined" in declaration.flags:
            return self._assembled(name, declaration)
        assert declaration.domain is not None
        if "random" in declaration.flags:
            return self._random(scope, name, at, declaration.domain)
        return self._drawn(scope, name, at, declaration.domain)

    def unfold(self, key: object, body: Node) -> Value:
        """Evaluate what a name stands for; refuse a name that stands for itself."""
        if key in self.busy:
            raise Refusal("a name is defined by itself", "define it by others")
        self.busy.append(key)
        try:
            return self.evaluate(body)
        finally:
            self.busy.pop()

    def _from_code(self, scope: Names, declaration: Declaration, at: tuple[int, ...]) -> Value:
        result = call_bound(scope, declaration.code or "")
        if declaration.place is not None:
            result = pick(result, declaration.place, declaration.code or "")
        value = arithmetic.from_numpy(result)
        self._has_shape(value, declaration, at)
        return value

    def _assembled(self, name: str, declaration: Declaration) -> Value:
        """Build a vector or a matrix from the definition of its entries or rows."""
        shape = self.shape(declaration.domain, ()) if declaration.domain else ()
        for pattern in self.page.table.patterns.values():
            if pattern.parent != name or pattern.role == "family":
                continue
            if not self.page.definitions.get(pattern.key):
                continue
            axes = {"entries": shape, "rows": shape[:1], "columns": shape[1:]}[pattern.role]
            counts = [range(1, size + 1) for size in axes[: len(pattern.variables)]]
            items = [
                plain(self._selected(pattern.role, pattern.key, name, at))
                for at in itertools.product(*counts)
            ]
            if pattern.role == "rows":
                return np.vstack([item.T for item in items])
            if pattern.role == "columns":
                return np.hstack(items)
            full = (shape[0], 1) if len(shape) == 1 else shape
            return np.stack([scalar(item, "an entry") for item in items]).reshape(full)
        raise Refusal(f"{name} is not defined yet", "define it before it is used")

    def _selected(self, role: str, name: str, parent: str, at: tuple[int, ...]) -> Value:
        """Return an entry, a row or a column of a declared vector or matrix."""
        if parent not in self.bound:
            for item in self.page.definitions.get(name, ()):
                scope = self._matching(item, at)
                if scope is not None:
                    return self._component(name, at, scope, item)
        array = plain(self.evaluate(tree.Symbol(parent)))
        axes = {"entries": (0, 1), "rows": (0,), "columns": (1,)}[role]
        for axis, index in zip(axes, at, strict=False):
            if not 1 <= index <= array.shape[axis]:
                raise Refusal(f"index {index} is outside 1 to {array.shape[axis]}")
        if role == "rows":
            return np.reshape(array[at[0] - 1], (-1, 1))
        if role == "columns":
            return np.reshape(array[:, at[0] - 1], (-1, 1))
        return np.asarray(array[at[0] - 1, at[1] - 1 if len(at) > 1 else 0])

    def _component(self, name: str, at: tuple[int, ...], scope: Names, item: Definition) -> Value:
        """Evaluate a definition of entries; its cases may be a random choice."""
        body = item.body
        random = isinstance(body, tree.Cases) and isinstance(body.rows[0][1], tree.Probability)
        if not random:
            return scope.unfold((name, at), body)
        assert isinstance(body, tree.Cases)
        outcome = self._choose(name, at, scope.probabilities(body))
        return scope.evaluate(body.rows[outcome][0])

    def probabilities(self, node: tree.Cases) -> list[Array]:
        """Return the probability of each case; the last may be the rest."""
        found: list[Array] = []
        for _, condition in node.rows:
            if condition is None:
                found.append(np.asarray(1.0 - np.sum(found, axis=0)))
            elif isinstance(condition, tree.Probability):
                found.append(scalar(self.evaluate(condition.body), "a probability"))
            else:
                raise Refusal("cases by chance and by a condition do not mix")
        total = float(np.real(np.sum(found)))
        if min(float(np.real(p)) for p in found) < 0 or abs(total - 1) > 1e-9:
            raise Refusal(f"the probabilities of the cases add up to {total:g}")
        return found

    def _choose(self, name: str, at: tuple[int, ...], probabilities: list[Any]) -> int:
        if self.choices is None:
            raise Refusal(
                f"{name} is random",
                r"average over it, \mathbb{E}[...], or use the kind "
                "distribution",
            )
        return self.choices.choose((name, *at), probabilities)

    def _random(self, scope: Names, name: str, at: tuple[int, ...], domain: Domain) -> Value:
        """Return the random value that belongs to the present path."""
        if domain.kind == "subset":
            size, low, high = (scope.latex_integer(part) for part in domain.parameters)
            options = list(itertools.combinations(range(low, high + 1), size))
            return options[self._choose(name, at, [1 / len(options)] * len(options))]
        if domain.kind != "finite":
            raise Refusal(
                f"{name} is random, but its domain is not finite",
                r"declare {-\tau, \tau}[d]; random",
            )
        ends = [scope.array(self.page.expression(part)) for part in domain.parameters]
        shape = self.shape(domain, at, scope)
        full = (shape[0], 1) if len(shape) == 1 else shape
        chosen = [
            ends[self._choose(name, (*at, k), [1 / len(ends)] * len(ends))]
            for k in range(int(np.prod(full, dtype=int)))
        ]
        return np.stack(chosen).reshape(full)

    def _drawn(self, scope: Names, name: str, at: tuple[int, ...], domain: Domain) -> Value:
        """Draw once for each seed and name."""
        if ("drawn", name, at) in self.store:
            kept: Value = self.store["drawn", name, at]
            return kept
        rng = self.generator(name, *at)
        value: Value
        if domain.kind == "integers":
            low, high = (scope.latex_integer(part) for part in domain.parameters)
            turn, place = divmod(self.seed, high - low + 1)
            order = type(self)(self.page, turn).generator(name).permutation(high - low + 1)
            value = np.asarray(float(low + order[place]))
        elif domain.kind == "subset":
            size, low, high = (scope.latex_integer(part) for part in domain.parameters)
            value = tuple(i + low - 1 for i in subset(size, high - low + 1, rng))
        elif domain.kind == "parts":
            if not at:
                raise Refusal(
                    "a partition without an index", "declare F_k : parts of 1..n; k = 1..K"
                )
            declaration = self.page.table.declarations[self.page.table.patterns[name].parent]
            assert declaration.index is not None
            number = self.latex_integer(declaration.index[2])
            low, high = (scope.latex_integer(part) for part in domain.parameters[1:])
            value = parts(high - low + 1, number, self.generator(name))[at[0] - 1]
        else:
            bounds = tuple(
                float(np.real(scope.array(self.page.expression(part))))
                for part in domain.parameters
            )
            value = np.asarray(draw(domain, self.shape(domain, at, scope), bounds, rng))
        self.store["drawn", name, at] = value
        return value

    def generator(self, *key: object) -> np.random.Generator:
        """Return a generator of this draw's seed and a key."""
        digest = hashlib.sha256(repr((self.seed, *key)).encode()).digest()
        return np.random.default_rng(int.from_bytes(digest[:8], "big"))

    def _matching(self, item: Definition, at: tuple[int, ...]) -> Self | None:
        """Return the scope of a definition for these indices; None if it is for others.

        A definition sees its own indices only: those of the formula around it are none of its.
        """
        if isinstance(item.target, tree.Symbol):
            return replace(self, indices={})
        assert isinstance(item.target, tree.Member)
        indices: dict[str, int] = {}
        exact = any(
            other is not item
            and isinstance(other.target, tree.Member)
            and [getattr(i, "value", None) for i in other.target.indices] == list(map(float, at))
            for other in self.page.definitions[item.target.name]
        )
        for index, value in zip(item.target.indices, at, strict=True):
            if isinstance(index, tree.Symbol):
                indices[index.name] = value
            elif isinstance(index, tree.Number) and index.value != value:
                return None
        return None if indices and exact else replace(self, indices=indices)

    def _indexed(self, declaration: Declaration, at: tuple[int, ...]) -> Self:
        own = {} if declaration.index is None or not at else {declaration.index[0]: at[0]}
        return replace(self, indices=own)

    def _in_range(self, declaration: Declaration, index: int) -> None:
        assert declaration.index is not None
        letter, low, high = declaration.index
        if not self.latex_integer(low) <= index <= self.latex_integer(high):
            raise Refusal(f"{declaration.latex} with {letter} = {index} is outside {low} to {high}")

    def shape(self, domain: Domain, at: tuple[int, ...], scope: Names | None = None) -> Shape:
        """Return the axes of a domain."""
        scope = scope or self
        return tuple(scope.latex_integer(part) for part in domain.shape)

    def _full_shape(self, domain: Domain, at: tuple[int, ...], scope: Names) -> Shape:
        """Return the axes of a value, with a vector as a column."""
        shape = self.shape(domain, at, scope)
        return (shape[0], 1) if len(shape) == 1 else shape

    def _has_shape(self, value: Value, declaration: Declaration, at: tuple[int, ...]) -> None:
        domain = declaration.domain
        if domain is None or domain.kind in ("subset", "parts", "integers"):
            return
        domain = domain.output if domain.kind == "function" and domain.output else domain
        shape = self.shape(domain, at, self._indexed(declaration, at))
        full = (shape[0], 1) if len(shape) == 1 else shape
        if domain.kind == "identity":
            full = (shape[0], shape[0])
        found = plain(value).shape if not isinstance(value, Jacobian) else None
        if found is not None and found != full:
            raise Refusal(
                f"{declaration.latex} is declared as {arithmetic.shown(full)}, "
                f"but has {arithmetic.shown(found)}"
            )

    def _symbol(self, node: tree.Symbol) -> Value:
        if node.name in self.indices:
            return np.asarray(float(self.indices[node.name]))
        if node.name in self.bound:
            self.reads.add(node.name)
            return self.bound[node.name]
        if node.name in self.page.table.dimensions:
            return np.asarray(float(self.page.table.dimensions[node.name]))
        declaration = self.page.table.declarations.get(node.name)
        if declaration is None:
            raise Refusal(f"{node.name} has no value here")
        if declaration.is_function:
            return self.as_callable(node)
        return self._value(node.name, (), declaration)

    def _member(self, node: tree.Member) -> Value:
        pattern = self.page.table.patterns[node.name]
        declaration = self.page.table.declarations[pattern.parent]
        at = tuple(self.integer(index) for index in node.indices)
        if pattern.parent in self.page.table.widths:
            return np.asarray(float(_pick(self.page.table.widths[pattern.parent], at[0], node)))
        if declaration.is_function:
            return self.as_callable(node)
        if pattern.role == "family":
            self._in_range(declaration, at[0])
            return self._value(node.name, at, declaration)
        return self._selected(pattern.role, node.name, pattern.parent, at)

    def _directions(self, variable: Node, shape: Shape) -> tuple[Node, list[Array]]:
        """Return the name to perturb, and its directions, for a name, an entry or a row."""
        if isinstance(variable, tree.Member):
            pattern = self.page.table.patterns[variable.name]
            if pattern.role != "family":
                root = tree.Symbol(pattern.parent, span=variable.span)
                at = tuple(self.integer(index) - 1 for index in variable.indices)
                return root, _selected_directions(pattern.role, at, self.array(root).shape)
        return variable, basis(shape)

    def _iterate(self, body: Node, variable: Node) -> Node:
        """Return the iterate that stands for the variable: w_t where only that occurs."""
        if not isinstance(variable, tree.Symbol) or tree.mentions(body, variable):
            return variable
        found: list[Node] = []
        for node in body.walk():
            if isinstance(node, tree.Member) and node not in found:
                pattern = self.page.table.patterns[node.name]
                declaration = self.page.table.declarations[pattern.parent]
                if declaration.iterates == variable.name:
                    found.append(node)
        if len(found) > 1:
            raise Refusal(f"several iterates of {variable.name}: at which one?")
        return found[0] if found else variable

    def _key(self, node: Node) -> Key:
        if isinstance(node, tree.Member):
            return node.name, tuple(self.integer(index) for index in node.indices)
        assert isinstance(node, tree.Symbol)
        return node.name


def _pick(items: tuple[int, ...], at: int, node: Node) -> int:
    if not 0 <= at < len(items):
        raise Refusal(f"there is no width {at}: 0 to {len(items) - 1} are declared", span=node.span)
    return items[at]


def _selected_directions(role: str, at: tuple[int, ...], shape: Shape) -> list[Array]:
    directions = []
    for unit in basis(shape):
        place = tuple(int(k) for k in np.argwhere(unit)[0])
        wanted = {"entries": at if len(at) > 1 else (at[0], 0), "rows": at, "columns": at}[role]
        seen = {"entries": place, "rows": place[:1], "columns": place[1:]}[role]
        if tuple(wanted) == tuple(seen):
            directions.append(unit)
    return directions
