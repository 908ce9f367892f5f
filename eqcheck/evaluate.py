r"""The tree to values, on one random draw of everything that the page declares.

A ``Scope`` is one draw. Names are looked up lazily and dynamically: a call binds the formal
parameters by name, so that what an equation leaves implicit (the prediction inside a loss, a hidden
layer) follows the argument. This is also how derivatives reach every use of a variable.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from . import tree, values
from .binding import call_bound
from .chance import Choices, paths
from .derivative import basis, gradient, jacobian, measure
from .dots import fill
from .draw import draw, parts, smooth, subset
from .errors import Refusal
from .page import Definition, Page
from .symbols import Declaration, Domain
from .tree import Node
from .values import Array, Function, Jacobian, Shape, Value, plain, scalar

Key = str | tuple[str, tuple[int, ...]]

_ELEMENTARY: dict[str, Callable[[Array], Array]] = {
    "\\exp": np.exp, "\\log": np.log, "\\ln": np.log, "\\sin": np.sin, "\\cos": np.cos,
    "\\tan": np.tan, "\\sinh": np.sinh, "\\cosh": np.cosh, "\\tanh": np.tanh,
}  # fmt: skip
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "<": np.less, ">": np.greater, "\\le": np.less_equal, "\\ge": np.greater_equal,
    "=": np.equal, "\\ne": np.not_equal,
}  # fmt: skip


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
    branches: dict[int, set[int]] = field(default_factory=dict)
    busy: list[object] = field(default_factory=list)
    twice: bool = False

    # ------------------------------------------------------------------------------- scopes

    def binding(self, extra: Mapping[Key, Value]) -> Scope:
        """Return this draw with further values bound."""
        return replace(self, bound={**self.bound, **extra})

    def at(self, **indices: int) -> Scope:
        """Return this draw with further indices bound."""
        return replace(self, indices={**self.indices, **indices})

    # --------------------------------------------------------------------------- evaluation

    def evaluate(self, node: Node) -> Value:
        """Return what ``node`` is worth on this draw.

        Raises
        ------
        Refusal
            If shapes are unequal or a value does not exist.
        """
        try:
            method: Callable[[Node], Value] = getattr(self, "_" + type(node).__name__.lower())
            return method(node)
        except Refusal as refusal:
            if refusal.span is None:
                refusal.span = node.span
            raise

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

    # ---------------------------------------------------------------------------- arithmetic

    def _number(self, node: tree.Number) -> Value:
        return np.asarray(node.value)

    def _group(self, node: tree.Group) -> Value:
        return self.evaluate(node.body)

    def _add(self, node: tree.Add) -> Value:
        total: Value | None = None
        for term in self._filled(node):
            value = self.evaluate(term)
            total = value if total is None else values.add(total, value)
        assert total is not None
        return total

    def _filled(self, node: tree.Add) -> list[Node]:
        """Return the terms; dots take the sign of what they replace."""
        terms = list(node.terms)
        signs = {isinstance(term, tree.Negative) for term in terms
                 if isinstance(term, tree.Negative) and isinstance(term.body, tree.Dots)}  # fmt: skip
        if signs:
            raise Refusal("minus dots", "write + \\cdots +, or a sum")
        return fill(terms, self)

    def _negative(self, node: tree.Negative) -> Value:
        return values.negative(self.evaluate(node.body))

    def _product(self, node: tree.Product) -> Value:
        factors = [self.evaluate(factor) for factor in fill(node.factors, self)]
        total = factors[0]
        for factor in factors[1:]:
            total = values.multiply(total, factor)
        return total

    def _hadamard(self, node: tree.Hadamard) -> Value:
        first, *rest = (self.evaluate(factor) for factor in node.factors)
        for factor in rest:
            first = values.elementwise(first, factor)
        return first

    def _kronecker(self, node: tree.Kronecker) -> Value:
        first, *rest = (self.array(factor) for factor in node.factors)
        for factor in rest:
            first = np.kron(first, factor)
        return first

    def _quotient(self, node: tree.Quotient) -> Value:
        return values.divide(self.evaluate(node.numerator), self.evaluate(node.denominator))

    def _power(self, node: tree.Power) -> Value:
        return values.power(self.evaluate(node.base), self.evaluate(node.exponent))

    def _transpose(self, node: tree.Transpose) -> Value:
        return values.transpose(self.evaluate(node.body))

    def _norm(self, node: tree.Norm) -> Value:
        return values.norm(self.evaluate(node.body), node.kind)

    def _bars(self, node: tree.Bars) -> Value:
        value = self.evaluate(node.body)
        if isinstance(value, tuple):
            return np.asarray(float(len(value)))
        array = plain(value)
        if array.shape != ():
            raise Refusal("bars around a matrix: a determinant, a norm, or entry by entry?",
                          r"write \det(A) or \|A\|_F")  # fmt: skip
        return values.magnitude(array)

    def _inner(self, node: tree.Inner) -> Value:
        left, right = self.array(node.left), self.array(node.right)
        if left.shape != right.shape or left.ndim != 2 or 1 not in left.shape:
            raise Refusal(f"the inner product of {values.shown(left.shape)} and "
                          f"{values.shown(right.shape)}")  # fmt: skip
        return np.asarray(np.sum(left * right))

    def _row(self, node: tree.Row) -> Value:
        return values.beside([self.array(item) for item in fill(node.items, self)])

    def _block(self, node: tree.Block) -> Value:
        if any(isinstance(item, tree.Dots) for row in node.rows for item in row):
            raise Refusal("dots in a matrix", r"write [x_1, \ldots, x_n]^{\top}")
        return values.block([[self.array(item) for item in row] for row in node.rows])

    def _dots(self, node: tree.Dots) -> Value:
        raise Refusal("dots need a neighbour on both sides")

    def _indexset(self, node: tree.IndexSet) -> Value:
        return tuple(self.integer(item) for item in fill(node.items, self))

    def _sequence(self, node: tree.Sequence) -> Value:
        raise Refusal("a sequence is only an argument of a Python callable")

    # --------------------------------------------------------------------------------- names

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
            return Function(lambda *arguments: self._from_python(node, arguments))
        return self._value(node.name, (), declaration)

    def _member(self, node: tree.Member) -> Value:
        pattern = self.page.table.patterns[node.name]
        declaration = self.page.table.declarations[pattern.parent]
        at = tuple(self.integer(index) for index in node.indices)
        if pattern.parent in self.page.table.widths:
            return np.asarray(float(_pick(self.page.table.widths[pattern.parent], at[0], node)))
        if declaration.is_function:
            return Function(lambda *arguments: self._from_python(node, arguments))
        if pattern.role == "family":
            self._in_range(declaration, at[0])
            return self._value(node.name, at, declaration)
        return self._selected(pattern.role, node.name, pattern.parent, at)

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
            return array[at[0] - 1].reshape(-1, 1)
        if role == "columns":
            return array[:, at[0] - 1].reshape(-1, 1)
        return np.asarray(array[at[0] - 1, at[1] - 1 if len(at) > 1 else 0])

    def _component(self, name: str, at: tuple[int, ...], scope: Scope, item: Definition) -> Value:
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
                found.append(np.asarray(1.0 - sum(found)))
            elif isinstance(condition, tree.Probability):
                found.append(scalar(self.evaluate(condition.body), "a probability"))
            else:
                raise Refusal("cases by chance and by a condition do not mix")
        total = float(np.real(sum(found)))
        if min(float(np.real(p)) for p in found) < 0 or abs(total - 1) > 1e-9:
            raise Refusal(f"the probabilities of the cases add up to {total:g}")
        return found

    def _choose(self, name: str, at: tuple[int, ...], probabilities: list[Any]) -> int:
        if self.choices is None:
            raise Refusal(f"{name} is random", r"average over it, \mathbb{E}[...], or use the kind "
                          "distribution")  # fmt: skip
        return self.choices.choose((name, *at), probabilities)

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

    def _from_code(self, scope: Scope, declaration: Declaration, at: tuple[int, ...]) -> Value:
        result = call_bound(scope, declaration.code or "")
        if declaration.place is not None:
            result = result[declaration.place]
        value = values.from_numpy(result)
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
            items = [plain(self._selected(pattern.role, pattern.key, name, at))
                     for at in itertools.product(*counts)]  # fmt: skip
            if pattern.role == "rows":
                return np.vstack([item.T for item in items])
            if pattern.role == "columns":
                return np.hstack(items)
            full = (shape[0], 1) if len(shape) == 1 else shape
            return np.stack([scalar(item, "an entry") for item in items]).reshape(full)
        raise Refusal(f"{name} is not defined yet", "define it before it is used")

    def _random(self, scope: Scope, name: str, at: tuple[int, ...], domain: Domain) -> Value:
        """Return the random value that belongs to the present path."""
        if domain.kind == "subset":
            size, low, high = (scope.latex_integer(part) for part in domain.parameters)
            options = list(itertools.combinations(range(low, high + 1), size))
            return options[self._choose(name, at, [1 / len(options)] * len(options))]
        if domain.kind != "finite":
            raise Refusal(f"{name} is random, but its domain is not finite",
                          r"declare {-\tau, \tau}[d]; random")  # fmt: skip
        ends = [scope.array(self.page.expression(part)) for part in domain.parameters]
        shape = self.shape(domain, at, scope)
        full = (shape[0], 1) if len(shape) == 1 else shape
        chosen = [ends[self._choose(name, (*at, k), [1 / len(ends)] * len(ends))]
                  for k in range(int(np.prod(full, dtype=int)))]  # fmt: skip
        return np.stack(chosen).reshape(full)

    def _drawn(self, scope: Scope, name: str, at: tuple[int, ...], domain: Domain) -> Value:
        """Draw once for each seed and name."""
        if ("drawn", name, at) in self.store:
            kept: Value = self.store["drawn", name, at]
            return kept
        rng = self.generator(name, *at)
        value: Value
        if domain.kind == "integers":
            low, high = (scope.latex_integer(part) for part in domain.parameters)
            turn, place = divmod(self.seed, high - low + 1)
            order = Scope(self.page, turn).generator(name).permutation(high - low + 1)
            value = np.asarray(float(low + order[place]))
        elif domain.kind == "subset":
            size, low, high = (scope.latex_integer(part) for part in domain.parameters)
            value = tuple(i + low - 1 for i in subset(size, high - low + 1, rng))
        elif domain.kind == "parts":
            assert at
            declaration = self.page.table.declarations[self.page.table.patterns[name].parent]
            assert declaration.index is not None
            number = self.latex_integer(declaration.index[2])
            low, high = (scope.latex_integer(part) for part in domain.parameters[1:])
            value = parts(high - low + 1, number, self.generator(name))[at[0] - 1]
        else:
            bounds = tuple(float(np.real(scope.array(self.page.expression(part))))
                           for part in domain.parameters)  # fmt: skip
            value = np.asarray(draw(domain, self.shape(domain, at, scope), bounds, rng))
        self.store["drawn", name, at] = value
        return value

    def generator(self, *key: object) -> np.random.Generator:
        """Return a generator of this draw's seed and a key."""
        digest = hashlib.sha256(repr((self.seed, *key)).encode()).digest()
        return np.random.default_rng(int.from_bytes(digest[:8], "big"))

    def _matching(self, item: Definition, at: tuple[int, ...]) -> Scope | None:
        """Return the scope of a definition for these indices; None if it is for others."""
        if isinstance(item.target, tree.Symbol):
            return self
        assert isinstance(item.target, tree.Member)
        indices: dict[str, int] = {}
        exact = any(
            other is not item and isinstance(other.target, tree.Member)
            and [getattr(i, "value", None) for i in other.target.indices] == list(map(float, at))
            for other in self.page.definitions[item.target.name]
        )  # fmt: skip
        for index, value in zip(item.target.indices, at, strict=True):
            if isinstance(index, tree.Symbol):
                indices[index.name] = value
            elif isinstance(index, tree.Number) and index.value != value:
                return None
        return None if indices and exact else self.at(**indices)

    def _indexed(self, declaration: Declaration, at: tuple[int, ...]) -> Scope:
        if declaration.index is None or not at:
            return self
        return self.at(**{declaration.index[0]: at[0]})

    def _in_range(self, declaration: Declaration, index: int) -> None:
        assert declaration.index is not None
        letter, low, high = declaration.index
        if not self.latex_integer(low) <= index <= self.latex_integer(high):
            raise Refusal(f"{declaration.latex} with {letter} = {index} is outside {low} to {high}")

    def shape(self, domain: Domain, at: tuple[int, ...], scope: Scope | None = None) -> Shape:
        """Return the axes of a domain."""
        scope = scope or self
        return tuple(scope.latex_integer(part) for part in domain.shape)

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
            raise Refusal(f"{declaration.latex} is declared as {values.shown(full)}, "
                          f"but has {values.shown(found)}")  # fmt: skip

    # ----------------------------------------------------------------------------- functions

    def _call(self, node: tree.Call) -> Value:
        arguments = [self.evaluate(argument) for argument in node.arguments]
        if node.primes:
            return self._primed(node, arguments)
        return self.apply(node.function, arguments)

    def apply(self, function: Node, arguments: list[Value]) -> Value:
        """Apply a named function to values."""
        name = getattr(function, "name", "")
        if isinstance(function, tree.Compose):
            return self._composed(function, arguments)
        if isinstance(function, tree.Symbol) and function.name in self.bound:
            bound = self.bound[name]
            if isinstance(bound, Function):
                result = bound.call(*(values.to_numpy(argument) for argument in arguments))
                return values.from_numpy(result)
        if name in _ELEMENTARY:
            return self._elementary(name, arguments)
        pattern = self.page.table.patterns.get(name)
        declaration = self.page.table.declarations.get(pattern.parent if pattern else name)
        if declaration is None:
            return self._builtin(name, arguments)
        at = ()
        if isinstance(function, tree.Member):
            at = tuple(self.integer(index) for index in function.indices)
            self._in_range(declaration, at[0])
        if "entrywise" in declaration.flags and len(arguments) == 1:
            array = plain(arguments[0])
            if array.shape != ():
                entries = [scalar(self._applied(declaration, name, at, [entry]), "an entry")
                           for entry in array.reshape(-1)]  # fmt: skip
                return np.stack(entries).reshape(array.shape)
        return self._applied(declaration, name, at, arguments)

    def _applied(
        self, declaration: Declaration, name: str, at: tuple[int, ...], arguments: list[Any]
    ) -> Value:
        arguments = [np.asarray(a) if np.isscalar(a) else a for a in arguments]
        for item in self.page.definitions.get(name, ()):
            scope = self._matching(item, at)
            if scope is None:
                continue
            if len(item.formals) != len(arguments):
                raise Refusal(f"{name} takes {len(item.formals)} arguments, not {len(arguments)}")
            bound = {scope._key(formal): argument
                     for formal, argument in zip(item.formals, arguments, strict=True)}  # fmt: skip
            scope._fits(item.formals, arguments)
            return scope.binding(bound).unfold(("call", name, at), item.body)
        scope = self._indexed(declaration, at)
        if declaration.formals:
            if len(declaration.formals) != len(arguments):
                raise Refusal(f"{name} takes {len(declaration.formals)} arguments")
            bound = {scope._key(self.page.formal(formal)): argument
                     for formal, argument in zip(declaration.formals, arguments, strict=True)}  # fmt: skip
            if declaration.code is None:
                raise Refusal(f"{name} is not defined yet")
            return self._from_code(scope.binding(bound), declaration, at)
        return self._mapped(scope, declaration, name, at, arguments)

    def _mapped(
        self, scope: Scope, declaration: Declaration, name: str, at: tuple[int, ...],
        arguments: list[Value],
    ) -> Value:  # fmt: skip
        """Apply a function that is declared by its inputs and output: from code, or drawn."""
        domain = declaration.domain
        assert domain is not None and domain.output is not None
        if "defined" in declaration.flags:
            raise Refusal(f"{name} is not defined yet")
        if len(domain.inputs) != len(arguments):
            raise Refusal(f"{name} takes {len(domain.inputs)} arguments, not {len(arguments)}")
        if declaration.code is not None:
            result = call_bound(scope, declaration.code, arguments)
            return values.from_numpy(result)
        if ("function", name, at) not in self.store:
            *full, output = (self._full_shape(part, at, scope)
                             for part in (*domain.inputs, domain.output))  # fmt: skip
            function = smooth(full, output, self.generator("function", name, *at))
            self.store["function", name, at] = (full, function)
        full, function = self.store["function", name, at]
        for argument, wanted in zip(arguments, full, strict=True):
            if plain(argument).shape != wanted:
                raise Refusal(f"{name} takes {values.shown(wanted)}, not "
                              f"{values.shown(plain(argument).shape)}")  # fmt: skip
        value: Array = function(*arguments)
        return value

    def _full_shape(self, domain: Domain, at: tuple[int, ...], scope: Scope) -> Shape:
        """Return the axes of a value, with a vector as a column."""
        shape = self.shape(domain, at, scope)
        return (shape[0], 1) if len(shape) == 1 else shape

    def _fits(self, formals: tuple[Node, ...], arguments: list[Value]) -> None:
        """Refuse an argument whose shape is not that of the formal parameter."""
        for formal, argument in zip(formals, arguments, strict=True):
            name = getattr(formal, "name", "")
            pattern = self.page.table.patterns.get(name)
            declaration = self.page.table.declarations.get(pattern.parent if pattern else name)
            whole = pattern is None or pattern.role == "family"
            if isinstance(argument, np.ndarray) and declaration is not None and whole:
                at = tuple(self.integer(i) for i in getattr(formal, "indices", ()))
                if "defined" not in declaration.flags or declaration.domain is not None:
                    self._has_shape(argument, declaration, at)

    def _key(self, node: Node) -> Key:
        if isinstance(node, tree.Member):
            return node.name, tuple(self.integer(index) for index in node.indices)
        assert isinstance(node, tree.Symbol)
        return node.name

    def _from_python(self, function: Node, arguments: tuple[Any, ...]) -> Any:
        given: list[Value] = [values.from_numpy(argument) for argument in arguments]
        return values.to_numpy(self.apply(function, given))

    def _composed(self, node: tree.Compose, arguments: list[Value]) -> Value:
        functions = fill(node.functions, self)
        value = self.apply(functions[-1], arguments)
        for function in reversed(functions[:-1]):
            value = self.apply(function, [value])
        return value

    def _compose(self, node: tree.Compose) -> Value:
        return Function(lambda *arguments: self._from_python(node, arguments))

    def _elementary(self, name: str, arguments: list[Value]) -> Value:
        value = plain(arguments[0])
        if value.shape != ():
            raise Refusal(f"{name} of {values.shown(value.shape)}: entry by entry?",
                          "declare a function R -> R; entrywise")  # fmt: skip
        if name in ("\\log", "\\ln") and np.real(value) <= 0:
            raise Refusal(f"the logarithm of {np.real(value):.3g}", "declare a positive domain")
        return np.asarray(_ELEMENTARY[name](value))

    def _builtin(self, name: str, arguments: list[Value]) -> Value:
        arrays = [plain(argument) for argument in arguments]
        if name in ("max", "min"):
            if len(arrays) < 2:
                raise Refusal(f"{name} of one thing", "name all that are compared")
            signed = [scalar(array if name == "max" else -array, name) for array in arrays]
            largest = values.maximum(*signed)
            return largest if name == "max" else np.asarray(-largest)
        if len(arrays) != 1:
            raise Refusal(f"{name} takes one argument")
        array = arrays[0]
        if array.ndim != 2:
            raise Refusal(f"{name} of {values.shown(array.shape)}")
        if name == "diag":
            if array.shape[1] != 1:
                raise Refusal("diag of a matrix: its diagonal, or a matrix without the rest?")
            return np.diag(array[:, 0])
        if name == "vec":
            return array.T.reshape(-1, 1)
        if array.shape[0] != array.shape[1]:
            raise Refusal(f"{name} of {values.shown(array.shape)}")
        return np.asarray(np.trace(array) if name == "tr" else np.linalg.det(array))

    def _primed(self, node: tree.Call, arguments: list[Value]) -> Value:
        """Differentiate a function of one scalar, entry by entry."""
        if len(arguments) != 1:
            raise Refusal("a prime on a function of several arguments", r"write \partial")

        def derived(order: int, at: Array) -> Array:
            if order == 0:
                return plain(self.apply(node.function, [at]))
            lower = lambda point: derived(order - 1, point)  # noqa: E731
            [slope] = measure(lower, at, [np.ones(at.shape)], twice=self.twice)
            return slope

        at = plain(arguments[0])
        if derived(0, at).shape != at.shape:
            raise Refusal("a prime on a function that is not from R to R", r"write \partial")
        return derived(node.primes, at)

    def _cases(self, node: tree.Cases) -> Value:
        for place, (value, condition) in enumerate(node.rows):
            if isinstance(condition, tree.Probability):
                raise Refusal("a random choice", "define the entries of a vector by it, and use "
                              "the kind distribution, or an expectation")  # fmt: skip
            if condition is None or self.holds(condition):
                self.branches.setdefault(id(node), set()).add(place)
                return self.evaluate(value)
        raise Refusal("no case applies")

    def holds(self, node: Node) -> bool:
        """Tell whether a condition between scalars holds."""
        assert isinstance(node, tree.Chain)
        items = [np.real(scalar(self.evaluate(part), "a condition")) for part in node.parts]
        return all(
            bool(_COMPARE[relation](left, right))
            for relation, left, right in zip(node.relations, items, items[1:], strict=False)
        )

    # --------------------------------------------------------------------- sums and products

    def _big(self, node: tree.Big) -> Value:
        if node.members is not None:
            found = self.evaluate(node.members)
            if not isinstance(found, tuple):
                raise Refusal("the range is no index set", span=node.members.span)
            indices = list(found)
        else:
            assert node.lower is not None and node.upper is not None
            indices = list(range(self.integer(node.lower), self.integer(node.upper) + 1))
        if not indices:
            raise Refusal("an empty range")
        combine = values.add if node.operator == "\\sum" else values.multiply
        total: Value | None = None
        for index in indices:
            value = self.at(**{node.variable: index}).evaluate(node.body)
            total = value if total is None else combine(total, value)
        assert total is not None
        return total

    def _expectation(self, node: tree.Expectation) -> Value:
        names = frozenset(getattr(item, "name", "") for item in node.over)
        allowed = self._random_names(names) if names else None
        if self.choices is not None:
            raise Refusal("an expectation inside an expectation")
        for item in node.given:
            self.evaluate(item)
        outcomes = [
            (probability, plain(value))
            for probability, value in paths(
                lambda choices: replace(self, choices=choices).evaluate(node.body), allowed
            )
        ]
        mean = sum(np.asarray(probability * value) for probability, value in outcomes)
        if not node.variance:
            return np.asarray(mean)
        if np.shape(mean) != ():
            raise Refusal("the variance of a vector", "write it of an entry")
        return np.asarray(sum(p * (value - mean) ** 2 for p, value in outcomes))

    def _random_names(self, names: frozenset[str]) -> frozenset[str]:
        """Return the names and the patterns through which their entries are chosen."""
        table = self.page.table
        return names | {p.key for p in table.patterns.values() if p.parent in names}

    # --------------------------------------------------------------------------- derivatives

    def _partial(self, node: tree.Partial) -> Value:
        slopes, shape = self._slopes(node.body, node.variable)
        return jacobian(slopes, shape)

    def _gradient(self, node: tree.Gradient) -> Value:
        if isinstance(node.body, tree.Symbol) and node.variable is None:
            body = node.body
            return Function(lambda point: values.to_numpy(
                self._gradient_at(body, [values.from_numpy(point)], 0)))  # fmt: skip
        if node.variable is None:
            assert isinstance(node.body, tree.Call)
            arguments = [self.evaluate(argument) for argument in node.body.arguments]
            return self._gradient_at(node.body.function, arguments, 0)
        slopes, shape = self._slopes(node.body, node.variable)
        return gradient(slopes, shape)

    def slope_nearby(self, node: tree.Partial | tree.Gradient) -> float:
        """Return the size of a derivative one unit away: a scale where it is zero."""
        if node.variable is None:
            assert isinstance(node.body, tree.Call)
            arguments = [self.evaluate(argument) for argument in node.body.arguments]
            slopes, _ = self._along(node.body.function, arguments, 0, away=1.0)
        else:
            slopes, _ = self._slopes(node.body, node.variable, away=1.0)
        return max(float(np.max(np.abs(slope))) for slope in slopes)

    def _gradient_at(self, function: Node, arguments: list[Value], place: int) -> Array:
        slopes, shape = self._along(function, arguments, place)
        return gradient(slopes, shape)

    def _along(
        self, function: Node, arguments: list[Value], place: int, away: float = 0.0
    ) -> tuple[list[Array], Shape]:
        """Differentiate a function by one of its arguments, where the arguments are."""
        at = np.asarray(plain(arguments[place]) + away)

        def call(point: Array) -> Array:
            return plain(self.apply(function, [*arguments[:place], point, *arguments[place + 1 :]]))

        return measure(call, at, basis(at.shape), twice=self.twice), at.shape

    def _slopes(self, body: Node, variable: Node, away: float = 0.0) -> tuple[list[Array], Shape]:
        """Differentiate by a formal parameter, where the arguments are; else by the name itself."""
        if isinstance(body, tree.Call) and not body.primes:
            place = self._formal_place(body, variable)
            if place is not None:
                arguments = [self.evaluate(argument) for argument in body.arguments]
                return self._along(body.function, arguments, place, away)
        variable = self._iterate(body, variable)
        at = self.array(variable)
        root, directions = self._directions(variable, at.shape)
        start = np.asarray(self.array(root) + away)
        key = self._key(root)
        reads: set[Key] = set()

        def call(point: Array) -> Array:
            return plain(replace(self.binding({key: point}), reads=reads).evaluate(body))

        slopes = measure(call, start, directions, twice=self.twice)
        self.reads.update(reads)
        if key not in reads:
            raise Refusal("the variable of this derivative does not occur in what is differentiated",
                          r"differentiate by the formal parameter: \nabla_{\mathbf{w}} L(\mathbf{w}_t)")  # fmt: skip
        return slopes, at.shape

    def _formal_place(self, body: tree.Call, variable: Node) -> int | None:
        name = getattr(body.function, "name", "")
        for item in self.page.definitions.get(name, ()):
            if variable in item.formals:
                return item.formals.index(variable)
        return None

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

    def _directions(self, variable: Node, shape: Shape) -> tuple[Node, list[Array]]:
        """Return the name to perturb, and its directions, for a name, an entry or a row."""
        if isinstance(variable, tree.Member):
            pattern = self.page.table.patterns[variable.name]
            if pattern.role != "family":
                root = tree.Symbol(pattern.parent, span=variable.span)
                at = tuple(self.integer(index) - 1 for index in variable.indices)
                return root, _selected_directions(pattern.role, at, self.array(root).shape)
        return variable, basis(shape)

    # ----------------------------------------------------------------- not values by themselves

    def _order(self, node: tree.Order) -> Value:
        raise Refusal("a remainder stands alone", "write it as the last term of a sum")

    def _limit(self, node: tree.Limit) -> Value:
        raise Refusal("a limit is checked along a sequence", "use the kind limit")

    def _optimum(self, node: tree.Optimum) -> Value:
        raise Refusal("an optimum is not computed but checked", "use the kind optimality")

    def _space(self, node: tree.Space) -> Value:
        raise Refusal("a space is no value", r"write \in before it")

    def _tuple(self, node: tree.Tuple) -> Value:
        raise Refusal("several values at once")

    def _chain(self, node: tree.Chain) -> Value:
        raise Refusal("a relation is no value")


def _selected_directions(role: str, at: tuple[int, ...], shape: Shape) -> list[Array]:
    directions = []
    for unit in basis(shape):
        place = tuple(int(k) for k in np.argwhere(unit)[0])
        wanted = {"entries": at if len(at) > 1 else (at[0], 0), "rows": at, "columns": at}[role]
        seen = {"entries": place, "rows": place[:1], "columns": place[1:]}[role]
        if tuple(wanted) == tuple(seen):
            directions.append(unit)
    return directions


def _pick(items: tuple[int, ...], at: int, node: Node) -> int:
    if not 0 <= at < len(items):
        raise Refusal(f"there is no width {at}: 0 to {len(items) - 1} are declared", span=node.span)
    return items[at]
