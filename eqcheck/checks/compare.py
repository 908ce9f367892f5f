"""One display on one draw: how far each relation in it, and each comparison with code, is off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np

from ..errors import Refusal, Unbound
from ..grammar import tree
from ..grammar.calls import Binding, bindings
from ..grammar.lexer import tokenize
from ..grammar.names import text
from ..grammar.statements import parse_expression
from ..grammar.tree import Node
from ..values import arithmetic
from ..values.arithmetic import Array, Jacobian, Value, column, plain, scalar
from ..values.differentiate import slope_nearby
from ..values.dots import fill
from ..values.evaluate import indices_of
from ..values.lookup import probabilities
from ..values.page import Page, defining
from ..values.scope import Scope
from .optimum import INEQUALITIES, check_space, verify
from .rates import limit_error, rate_error, without_remainder


@dataclass(frozen=True)
class Options:
    """How a formula is to be run."""

    kind: str
    code: str
    tolerance: float
    order: str
    certificate: str

    @property
    def introduce(self) -> bool:
        """Whether a left side may be a new name: only code can say what it is worth."""
        return self.kind == "code"


class Gap(NamedTuple):
    """How far two sides are apart, relative to their size; whether there was nothing to see.

    Where they are values, ``sides`` and their ``names`` say which; ``at`` are the indices there.
    """

    error: float
    vacuous: bool = False
    sides: tuple[Array, Array] | None = None
    names: tuple[str, str] = ("left", "right")
    at: tuple[tuple[str, int], ...] = ()


class Comparisons:
    """All comparisons of one display, on one draw after another."""

    def __init__(
        self, page: Page, local: Page, latex: str, display: tree.Display, options: Options
    ) -> None:
        self.local, self.latex = local, latex
        self.display, self.options = display, options
        self.defining = defining(display.statements, local.table, page.definitions)
        self.bound = bindings(options.code) if options.kind != "optimality" else []
        if options.kind in ("code", "distribution") and not self.bound:
            raise Unbound("no code is named", r"write :code: f(\mathbf{x})")

    def gaps(self, scope: Scope) -> Iterator[Gap]:
        """Yield the gap of each comparison on this draw."""
        if self.options.kind == "distribution":
            yield from self.law(scope)
            return
        compared = False
        for gap in chain(
            *(self.with_code(scope, binding) for binding in self.bound),
            *(self.stated(scope, statement) for statement in self.display.statements),
        ):
            compared = True
            yield gap
        if self.display.conditions and self.options.kind != "optimality":
            raise Refusal("conditions of an optimum", "use the kind optimality")
        if not compared:
            raise Refusal("there is nothing to compare", "use the kind code or definition")

    def stated(self, scope: Scope, statement: Node) -> Iterator[Gap]:
        """Yield the gaps of one statement."""
        if isinstance(statement, tree.Quantifier):
            _check_range(scope, statement)
            return
        assert isinstance(statement, tree.Chain)
        optimum = next((p for p in statement.parts if isinstance(p, tree.Optimum)), None)
        if optimum is None:
            yield from self.related(scope, statement)
        elif self.options.kind == "optimality":
            yield from self.optimal(scope, statement, optimum)
        else:
            raise Refusal("an optimum", "use the kind optimality", optimum.span)

    # ------------------------------------------------------------------------------ relations

    def related(self, scope: Scope, statement: tree.Chain) -> Iterator[Gap]:
        """Yield the gap of each relation of a chain, but for what is said of a new name."""
        says = self.computed_by_code(statement) or id(statement) in self.defining
        first = 1 if says and is_target(statement.parts[0]) else 0
        inner = self.bound_left(scope, statement.parts[0])
        for relation, (left, right) in list(
            zip(statement.relations, pairwise(statement.parts), strict=True)
        )[first:]:
            gap = self.relation(inner, relation, left, right)
            yield gap._replace(at=(*inner.indices.items(),))

    def relation(self, scope: Scope, relation: str, left: Node, right: Node) -> Gap:
        """Return the gap of one relation."""
        if relation in ("=", "\\equiv"):
            return self.equality(scope, left, right)
        if relation == "\\approx":
            return Gap(rate_error(scope, left, right, self.stated_order(right)))
        if relation in ("\\in", "\\subseteq"):
            return Gap(_outside(scope, relation, left, right))
        if relation in INEQUALITIES:
            return _excess(scope, relation, left, right)
        raise Refusal(f"the relation {relation} is not checked here", span=right.span)

    def equality(self, scope: Scope, left: Node, right: Node) -> Gap:
        """Return the gap of an equation: of values, of a limit, or up to a remainder."""
        if left == right:
            raise Refusal("both sides are the same expression", span=right.span)
        for one, other in ((left, right), (right, left)):
            if isinstance(one, tree.Limit):
                if self.options.kind != "limit":
                    raise Refusal("a limit", "use the kind limit", one.span)
                return Gap(limit_error(scope, one, other))
        approximation, remainder = without_remainder(right)
        if remainder is not None:
            return Gap(rate_error(scope, left, approximation, remainder))
        one_value, two_value = scope.evaluate(left), scope.evaluate(right)
        if isinstance(one_value, tuple) or isinstance(two_value, tuple):
            return Gap(0.0 if one_value == two_value else np.inf, vacuous=True)
        scale = 0.0
        if not (_is_nonzero(one_value) and _is_nonzero(two_value)):
            scale = max(_magnitude(scope, left), _magnitude(scope, right))
        return difference(one_value, two_value, right, scale)

    def stated_order(self, node: Node) -> tree.Order:
        """Return the order of an approximation, which its option states."""
        if not self.options.order:
            raise Refusal("an approximation without its order", "state :order: h^{2}", node.span)
        order = parse_expression(f"O({self.options.order})", self.local.table)
        assert isinstance(order, tree.Order)
        return order

    # ------------------------------------------------------------------------------- the kinds

    def computed_by_code(self, statement: tree.Chain) -> bool:
        """Whether the code computes the left side of this statement."""
        return any(self.target(binding) is statement for binding in self.bound)

    def target(self, binding: Binding) -> tree.Chain | None:
        """Return the statement whose left side a binding computes."""
        if not binding.left:
            return first_equation(self.display)
        for statement in self.display.statements:
            if isinstance(statement, tree.Chain):
                start, end = statement.parts[0].span
                if text(tokenize(self.latex[start:end])) == binding.left:
                    return statement
        return None

    def with_code(self, scope: Scope, binding: Binding) -> Iterator[Gap]:
        """Compare what a statement says with what the code returns."""
        statement = self.target(binding)
        if statement is None:
            left = self.local.expression(binding.left)
            computed = scope.computed(binding.call)
            gap = difference(scope.evaluate(left), computed, self.display)
            yield gap._replace(names=("left", "code"))
            return
        inner = self.bound_left(scope, statement.parts[0])
        computed = inner.computed(binding.call)
        for part in statement.parts[1:]:
            value = inner.evaluate(part)
            if isinstance(value, Jacobian):
                value = np.asarray(arithmetic.to_numpy(value))
            if isinstance(value, np.ndarray) and value.shape != computed.shape:
                how = self.remedy(inner, statement.parts[0], computed, binding)
                raise Refusal(_unequal(value, computed), how, part.span)
            gap = difference(value, computed, part)
            yield gap._replace(names=("formula", "code"), at=(*inner.indices.items(),))

    def remedy(self, scope: Scope, left: Node, computed: Array, binding: Binding) -> str:
        """Return how to compare with code what differs from it in shape."""
        name, call = getattr(left, "name", ""), f"= {binding.call}"
        pattern = self.local.table.patterns.get(name)
        if pattern is not None and pattern.role != "family":
            domain = self.local.table.declarations[pattern.parent].domain
            if domain is not None and column(scope.shape(domain)) == computed.shape:
                whole = pattern.parent
                return f"the code returns all {pattern.role}: write :code: {whole} {call}"
        elif "_" in name and computed.shape[1:] == (1,):
            whole = f"\\mathbf{{{name.partition('_')[0]}}}"
            line = f"{whole} : R[d]; defined; entries {name}"
            return f"the code returns all entries: declare {line}, and write :code: {whole} {call}"
        return "the formula's is on the left, the code's on the right"

    def bound_left(self, scope: Scope, left: Node) -> Scope:
        """Return the draw with the indices of the left side at some value of their range."""
        node = left.function if isinstance(left, tree.Call) else left
        if not isinstance(node, tree.Member):
            return scope
        pattern = self.local.table.patterns[node.name]
        declaration = self.local.table.declarations[pattern.parent]
        for place, index in enumerate(node.indices):
            if isinstance(index, tree.Symbol) and index.name not in self.local.table.declarations:
                if declaration.index is not None:
                    low, high = (scope.latex_integer(bound) for bound in declaration.index[1:])
                else:
                    assert declaration.domain is not None
                    low, high = 1, scope.shape(declaration.domain)[place]
                scope = scope.at(**{index.name: low + scope.seed % (high - low + 1)})
        return scope

    def optimal(self, scope: Scope, statement: tree.Chain, node: tree.Optimum) -> Iterator[Gap]:
        """Check the optimum of a statement, and the values that it is said to have."""
        others = [part for part in statement.parts if part is not node]
        allowed = ("=", "\\in") if node.arg else ("=",)
        if not set(statement.relations) <= set(allowed) or (node.arg and len(others) != 1):
            raise Refusal(
                "this says neither where an optimum is nor how large",
                r"write NAMES \in arg min, or VALUE = min",
                statement.span,
            )
        if self.options.code:
            result = scope.call(self.options.code)
            items = result if isinstance(result, tuple) else (result,)
            candidate: list[Value] = [arithmetic.from_numpy(item) for item in items]
        elif node.arg and others:
            named = others[0].items if isinstance(others[0], tree.Tuple) else (others[0],)
            candidate = [scope.evaluate(item) for item in named]
        else:
            raise Unbound("no code gives the optimum", r"write :code: solve(\mathbf{X})")
        certificate = None
        if self.options.certificate:
            certificate = self.local.expression(self.options.certificate)
        error, value = verify(scope, node, self.display.conditions, candidate, certificate)
        yield Gap(error)
        if not node.arg:
            for part in others:
                yield difference(scope.evaluate(part), value, part)

    def only_law(self, scope: Scope) -> tree.Chain:
        """Return the one equation that states a law; ranges of indices may stand beside it."""
        law = first_equation(self.display)
        for statement in self.display.statements:
            if isinstance(statement, tree.Quantifier):
                _check_range(scope, statement)
            elif statement is not law:
                raise Refusal("a law stands alone", "give the rest its own label", statement.span)
        if any(relation != "=" for relation in law.relations):
            raise Refusal("a law is an equation", span=law.span)
        return law

    def law(self, scope: Scope) -> Iterator[Gap]:
        """Compare a sampler with its law, number by number, from twin generators."""
        statement = self.only_law(scope)
        left = statement.parts[0]
        ours, theirs = (np.random.default_rng(scope.seed) for _ in range(2))
        drawn = scope.computed(self.bound[0].call, rng=theirs)
        if isinstance(left, tree.Expectation) and left.variance:
            member = left.body
            if not isinstance(member, tree.Member):
                raise Refusal(
                    "the variance of what?", r"write \operatorname{Var}(W_{ij})", left.span
                )
            parent = self.local.table.declarations[self.local.table.patterns[member.name].parent]
            assert parent.domain is not None
            shape = scope.shape(parent.domain)
            for part in statement.parts[1:]:
                spread = np.sqrt(scalar(scope.evaluate(part), "a variance"))
                wanted = arithmetic.from_numpy(spread * _twin_of(ours).standard_normal(shape))
                yield difference(wanted, drawn, part)
            return
        body = statement.parts[1]
        alone = len(statement.parts) == 2
        if not (alone and isinstance(left, tree.Member) and isinstance(body, tree.Cases)):
            raise Refusal("a law is a variance, or cases with probabilities", span=statement.span)
        index = left.indices[0]
        if not isinstance(index, tree.Symbol):
            raise Refusal("the law of one entry", "write it for every index: x_j", left.span)
        size = drawn.shape[0]
        entries = []
        for place, uniform in enumerate(ours.random((size,)), start=1):
            inner = scope.at(**{index.name: place})
            edges = np.cumsum([float(p) for p in probabilities(inner, body)])
            outcome = int(np.searchsorted(edges[:-1], uniform, side="right"))
            entries.append(inner.array(body.rows[outcome][0]))
        yield difference(np.stack(entries).reshape(-1, 1), drawn, body)


def difference(one: Value, two: Value, node: Node, scale: float = 0.0) -> Gap:
    """Return the gap between two values of one shape."""
    if isinstance(one, Jacobian) and isinstance(two, Jacobian):
        if (one.output, one.variable) != (two.output, two.variable):
            raise Refusal("derivatives of different things", span=node.span)
        a, b = one.array, two.array
    elif any(isinstance(side, np.ndarray) and side.ndim > 2 for side in (one, two)):
        a, b = (np.asarray(arithmetic.to_numpy(side)) for side in (one, two))
    else:
        try:
            a, b = plain(one), plain(two)
        except Refusal as refusal:
            raise Refusal(refusal.what, refusal.how, node.span) from None
    if a.shape != b.shape:
        raise Refusal(_unequal(a, b), arithmetic.advice(a.shape, b.shape), node.span)
    if not (np.all(np.isfinite(a)) and np.all(np.isfinite(b))):
        raise Refusal("a value is not finite", span=node.span)
    size = max(float(np.max(np.abs(a))), float(np.max(np.abs(b))), scale)
    return Gap(float(np.max(np.abs(a - b))) / (size or 1.0), size == 0, (a, b))


def _unequal(one: Array, two: Array) -> str:
    return f"{arithmetic.shown(one.shape)} = {arithmetic.shown(two.shape)}: unequal shapes"


def _excess(scope: Scope, relation: str, left: Node, right: Node) -> Gap:
    """Return by how much an inequality between scalars fails."""
    one = float(np.real(scalar(scope.evaluate(left), "a side of an inequality")))
    two = float(np.real(scalar(scope.evaluate(right), "a side of an inequality")))
    excess = one - two if relation in ("\\le", "<") else two - one
    scale = max(abs(one), abs(two), _magnitude(scope, left), _magnitude(scope, right), 1e-300)
    strict = relation in ("<", ">") and excess == 0
    error = 1.0 if strict else max(0.0, excess / scale)
    return Gap(error, sides=(np.asarray(one), np.asarray(two)))


def _outside(scope: Scope, relation: str, left: Node, right: Node) -> float:
    """Return 0 if a value lies in a space, or indices in a set of indices; else 1."""
    if isinstance(right, tree.Space) and relation == "\\in":
        check_space(scope, left, right)
        return 0.0
    members, whole = scope.evaluate(left), scope.evaluate(right)
    if not isinstance(whole, tuple):
        raise Refusal("not an index set", span=right.span)
    wanted = members if isinstance(members, tuple) else (scope.integer(left),)
    if relation == "\\subseteq" and not set(range(1, max(whole) + 1)) >= set(whole):
        return 1.0
    return 0.0 if set(wanted) <= set(whole) else 1.0


def first_equation(display: tree.Display) -> tree.Chain:
    """Return the first statement that is an equation or an assignment."""
    for statement in display.statements:
        if isinstance(statement, tree.Chain) and statement.relations[:1] in (
            ("=",),
            ("\\leftarrow",),
        ):
            return statement
    raise Refusal("no statement of the form left = right")


def is_target(left: Node) -> bool:
    """Whether a left side is a name, or a function of names: something to be computed."""
    if isinstance(left, tree.Call):
        return not left.primes and all(
            isinstance(a, tree.Symbol | tree.Member) for a in left.arguments
        )
    return isinstance(left, tree.Symbol | tree.Member)


def _check_range(scope: Scope, statement: tree.Quantifier) -> None:
    """Refuse a printed range that is not the declared one."""
    printed = [scope.integer(item) for item in fill(statement.items, scope)]
    domain = scope.page.table.declarations[statement.variable].domain
    assert domain is not None
    low, high = (scope.latex_integer(part) for part in domain.parameters)
    if printed != list(range(low, high + 1)):
        raise Refusal(
            f"the printed range of {statement.variable} is not the declared one",
            span=statement.span,
        )


def _is_nonzero(value: Value) -> bool:
    array = value.array if isinstance(value, Jacobian) else plain(value)
    return bool(np.any(array != 0))


def _magnitude(scope: Scope, node: Node) -> float:
    """Return the size of the terms of an expression, which may cancel."""
    if isinstance(node, tree.Group | tree.Negative):
        return _magnitude(scope, node.body)
    if isinstance(node, tree.Add):
        return max(_magnitude(scope, term) for term in node.terms)
    try:
        if isinstance(node, tree.Partial | tree.Gradient):
            return slope_nearby(scope, node)
        if isinstance(node, tree.BigOperator) and node.operator == "\\sum":
            terms = (scope.at(**{node.variable: k}) for k in indices_of(scope, node))
            return sum(_magnitude(term, node.body) for term in terms)
        if isinstance(node, tree.Product):
            return float(np.prod([_magnitude(scope, factor) for factor in node.factors]))
        value = scope.evaluate(node)
    except Refusal:
        return 0.0
    array = value.array if isinstance(value, Jacobian) else plain(value)
    return float(np.max(np.abs(array)))


def _twin_of(rng: np.random.Generator) -> np.random.Generator:
    """Return a generator in the same state, so that each part meets the same numbers."""
    twin = np.random.default_rng(0)
    twin.bit_generator.state = rng.bit_generator.state
    return twin
