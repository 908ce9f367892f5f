r"""The tree to values, one method for each node; names and draws are in ``scope``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..errors import Refusal
from ..grammar import tree
from ..grammar.symbols import Declaration
from ..grammar.tree import Node
from . import arithmetic
from .arithmetic import Array, Function, Shape, Value, plain, scalar
from .binding import call_bound
from .derivative import basis, gradient, jacobian, measure
from .dots import fill
from .draw import smooth
from .outcomes import paths
from .scope import Key, Names

_ELEMENTARY: dict[str, Callable[[Array], Array]] = {
    "\\exp": np.exp,
    "\\log": np.log,
    "\\ln": np.log,
    "\\sin": np.sin,
    "\\cos": np.cos,
    "\\tan": np.tan,
    "\\sinh": np.sinh,
    "\\cosh": np.cosh,
    "\\tanh": np.tanh,
}
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "<": np.less,
    ">": np.greater,
    "\\le": np.less_equal,
    "\\ge": np.greater_equal,
    "=": np.equal,
    "\\ne": np.not_equal,
}


LONGEST = 10_000


@dataclass(frozen=True)
class Scope(Names):
    """One random draw on which a tree is evaluated."""

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

    def _number(self, node: tree.Number) -> Value:
        return np.asarray(node.value)

    def _group(self, node: tree.Group) -> Value:
        return self.evaluate(node.body)

    def _add(self, node: tree.Add) -> Value:
        total: Value | None = None
        for term in self._filled(node):
            value = self.evaluate(term)
            total = value if total is None else arithmetic.add(total, value)
        assert total is not None
        return total

    def _filled(self, node: tree.Add) -> list[Node]:
        """Return the terms, with dots replaced."""
        terms = list(node.terms)
        if any(isinstance(t, tree.Negative) and isinstance(t.body, tree.Dots) for t in terms):
            raise Refusal("minus dots", "write + \\cdots +, or a sum")
        return fill(terms, self)

    def _negative(self, node: tree.Negative) -> Value:
        return arithmetic.negative(self.evaluate(node.body))

    def _product(self, node: tree.Product) -> Value:
        factors = [self.evaluate(factor) for factor in fill(node.factors, self)]
        total = factors[0]
        for factor in factors[1:]:
            total = arithmetic.multiply(total, factor)
        return total

    def _hadamard(self, node: tree.Hadamard) -> Value:
        first, *rest = (self.evaluate(factor) for factor in node.factors)
        for factor in rest:
            first = arithmetic.elementwise(first, factor)
        return first

    def _kronecker(self, node: tree.Kronecker) -> Value:
        first, *rest = (self.array(factor) for factor in node.factors)
        for factor in rest:
            first = np.kron(first, factor)
        return first

    def _quotient(self, node: tree.Quotient) -> Value:
        return arithmetic.divide(self.evaluate(node.numerator), self.evaluate(node.denominator))

    def _power(self, node: tree.Power) -> Value:
        return arithmetic.power(self.evaluate(node.base), self.evaluate(node.exponent))

    def _transpose(self, node: tree.Transpose) -> Value:
        return arithmetic.transpose(self.evaluate(node.body))

    def _norm(self, node: tree.Norm) -> Value:
        return arithmetic.norm(self.evaluate(node.body), node.kind)

    def _bars(self, node: tree.Bars) -> Value:
        value = self.evaluate(node.body)
        if isinstance(value, tuple):
            return np.asarray(float(len(value)))
        array = plain(value)
        if array.shape != ():
            raise Refusal(
                "bars around an array: a norm, a determinant, or entry by entry?",
                r"write \|x\|_2, \|A\|_F or \det(A)",
            )
        return arithmetic.magnitude(array)

    def _inner(self, node: tree.Inner) -> Value:
        left, right = self.array(node.left), self.array(node.right)
        if left.shape != right.shape or left.ndim != 2 or 1 not in left.shape:
            raise Refusal(
                f"the inner product of {arithmetic.shown(left.shape)} "
                f"and {arithmetic.shown(right.shape)}"
            )
        return np.asarray(np.sum(left * right))

    def _row(self, node: tree.Row) -> Value:
        return arithmetic.beside([self.array(item) for item in fill(node.items, self)])

    def _block(self, node: tree.Block) -> Value:
        if any(isinstance(item, tree.Dots) for row in node.rows for item in row):
            raise Refusal("dots in a matrix", r"write [x_1, \ldots, x_n]^{\top}")
        return arithmetic.block([[self.array(item) for item in row] for row in node.rows])

    def _dots(self, node: tree.Dots) -> Value:
        raise Refusal("dots need a neighbour on both sides")

    def _indexset(self, node: tree.IndexSet) -> Value:
        return tuple(self.integer(item) for item in fill(node.items, self))

    def _sequence(self, node: tree.Sequence) -> Value:
        raise Refusal("a sequence is only an argument of a Python callable")

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
                result = bound.call(*(arithmetic.to_numpy(argument) for argument in arguments))
                return arithmetic.from_numpy(result)
        if name in _ELEMENTARY:
            return self._elementary(name, arguments)
        pattern = self.page.table.patterns.get(name)
        declaration = self.page.table.declarations.get(pattern.parent if pattern else name)
        if declaration is None:
            return self._builtin(name, arguments)
        at: tuple[int, ...] = ()
        if isinstance(function, tree.Member):
            at = tuple(self.integer(index) for index in function.indices)
            self._in_range(declaration, at[0])
        if "entrywise" in declaration.flags and len(arguments) == 1:
            array = plain(arguments[0])
            if array.shape != ():
                entries = [
                    scalar(self._applied(declaration, name, at, [entry]), "an entry")
                    for entry in array.reshape(-1)
                ]
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
            bound = {
                scope._key(formal): argument
                for formal, argument in zip(item.formals, arguments, strict=True)
            }
            scope._fits(item.formals, arguments)
            return scope.binding(bound).unfold(("call", name, at), item.body)
        scope = self._indexed(declaration, at)
        if declaration.formals:
            if len(declaration.formals) != len(arguments):
                raise Refusal(f"{name} takes {len(declaration.formals)} arguments")
            formals = [scope._key(self.page.formal(formal)) for formal in declaration.formals]
            bound = dict(zip(formals, arguments, strict=True))
            if declaration.code is None:
                raise Refusal(f"{name} is not defined yet")
            return self._from_code(scope.binding(bound), declaration, at)
        return self._mapped(scope, declaration, name, at, arguments)

    def _mapped(
        self,
        scope: Scope,
        declaration: Declaration,
        name: str,
        at: tuple[int, ...],
        arguments: list[Value],
    ) -> Value:
        """Apply a function that is declared by its inputs and output: from code, or drawn."""
        domain = declaration.domain
        assert domain is not None
        assert domain.output is not None
        if "defined" in declaration.flags:
            raise Refusal(f"{name} is not defined yet")
        if len(domain.inputs) != len(arguments):
            raise Refusal(f"{name} takes {len(domain.inputs)} arguments, not {len(arguments)}")
        if declaration.code is not None:
            result = call_bound(scope, declaration.code, arguments)
            return arithmetic.from_numpy(result)
        if ("function", name, at) not in self.store:
            *full, output = (
                self._full_shape(part, at, scope) for part in (*domain.inputs, domain.output)
            )
            function = smooth(full, output, self.generator("function", name, *at))
            self.store["function", name, at] = (full, function)
        full, function = self.store["function", name, at]
        for argument, wanted in zip(arguments, full, strict=True):
            if plain(argument).shape != wanted:
                raise Refusal(
                    f"{name} takes {arithmetic.shown(wanted)}, not "
                    f"{arithmetic.shown(plain(argument).shape)}"
                )
        value: Array = function(*arguments)
        return value

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

    def as_callable(self, function: Node) -> Function:
        """Return a named function as a value, for a Python callable that takes one."""

        def call(*arguments: Any) -> Any:
            given: list[Value] = [arithmetic.from_numpy(argument) for argument in arguments]
            return arithmetic.to_numpy(self.apply(function, given))

        return Function(call)

    def _composed(self, node: tree.Compose, arguments: list[Value]) -> Value:
        functions = fill(node.functions, self)
        value = self.apply(functions[-1], arguments)
        for function in reversed(functions[:-1]):
            value = self.apply(function, [value])
        return value

    def _compose(self, node: tree.Compose) -> Value:
        return self.as_callable(node)

    def _elementary(self, name: str, arguments: list[Value]) -> Value:
        value = plain(arguments[0])
        if value.shape != ():
            raise Refusal(
                f"{name} of {arithmetic.shown(value.shape)}: entry by entry?",
                "declare a function R -> R; entrywise",
            )
        if name in ("\\log", "\\ln") and np.real(value) <= 0:
            raise Refusal(f"the logarithm of {np.real(value):.3g}", "declare a positive domain")
        return np.asarray(_ELEMENTARY[name](value))

    def _builtin(self, name: str, arguments: list[Value]) -> Value:
        arrays = [plain(argument) for argument in arguments]
        if name in ("max", "min"):
            if len(arrays) < 2:
                raise Refusal(f"{name} of one thing", "name all that are compared")
            signed = [scalar(array if name == "max" else -array, name) for array in arrays]
            largest = arithmetic.maximum(*signed)
            return largest if name == "max" else np.asarray(-largest)
        if len(arrays) != 1:
            raise Refusal(f"{name} takes one argument")
        array = arrays[0]
        if array.ndim != 2:
            raise Refusal(f"{name} of {arithmetic.shown(array.shape)}")
        if name == "diag":
            if array.shape[1] != 1:
                raise Refusal("diag of a matrix: its diagonal, or a matrix without the rest?")
            return np.diag(array[:, 0])
        if name == "vec":
            return array.T.reshape(-1, 1)
        if array.shape[0] != array.shape[1]:
            raise Refusal(f"{name} of {arithmetic.shown(array.shape)}")
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
                raise Refusal(
                    "a random choice",
                    "define the entries of a vector by it, and use "
                    "the kind distribution, or an expectation",
                )
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

    def _big(self, node: tree.Big) -> Value:
        if node.members is not None:
            found = self.evaluate(node.members)
            if not isinstance(found, tuple):
                raise Refusal("the range is no index set", span=node.members.span)
            indices = list(found)
        else:
            assert node.lower is not None
            assert node.upper is not None
            low, high = self.integer(node.lower), self.integer(node.upper)
            if high - low > LONGEST:
                raise Refusal(f"a range of {high - low + 1} terms", "take a smaller dimension")
            indices = list(range(low, high + 1))
        if not indices:
            raise Refusal("an empty range")
        combine = arithmetic.add if node.operator == "\\sum" else arithmetic.multiply
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

    def _partial(self, node: tree.Partial) -> Value:
        slopes, shape = self._slopes(node.body, node.variable)
        return jacobian(slopes, shape)

    def _gradient(self, node: tree.Gradient) -> Value:
        if isinstance(node.body, tree.Symbol) and node.variable is None:
            body = node.body
            return Function(
                lambda point: arithmetic.to_numpy(
                    self._gradient_at(body, [arithmetic.from_numpy(point)], 0)
                )
            )
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
            raise Refusal(
                "what is differentiated does not contain the variable",
                r"write the formal parameter: \nabla_{\mathbf{w}} L(\mathbf{w}_t)",
            )
        return slopes, at.shape

    def _formal_place(self, body: tree.Call, variable: Node) -> int | None:
        name = getattr(body.function, "name", "")
        for item in self.page.definitions.get(name, ()):
            if variable in item.formals:
                return item.formals.index(variable)
        return None

    def _order(self, node: tree.Order) -> Value:
        raise Refusal("a remainder stands alone", "write it as the last term of a sum")

    def _limit(self, node: tree.Limit) -> Value:
        raise Refusal("a limit is checked along a sequence", "use the kind limit")

    def _optimum(self, node: tree.Optimum) -> Value:
        raise Refusal("an optimum is not computed but checked", "use the kind optimality")

    def _space(self, node: tree.Space) -> Value:
        raise Refusal("a space is no value", r"write \in before it")

    def _tuple(self, node: tree.Tuple) -> Value:
        raise Refusal("several values in parentheses", "write a row in brackets: [a, b]")

    def _chain(self, node: tree.Chain) -> Value:
        raise Refusal("a relation is no value")
