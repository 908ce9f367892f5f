"""One display on one draw: how far each relation in it, and each comparison with code, is off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, pairwise

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
from ..values.dots import fill
from ..values.evaluate import holds
from ..values.page import Page
from ..values.scope import Scope
from ..values.work import Work
from .gap import Gap, difference, unequal
from .laws import law
from .left_sides import LeftSides, check_update
from .magnitude import is_rounding, magnitude, size
from .membership import check_mapping, check_space, in_numbers, lies_in
from .optimum import INEQUALITIES, verify
from .rates import limit_error, rate_error, without_remainder

TOLERANCE = 1e-9
KEPT = 500  # values of sides
EQUALITIES = ("=", "\\equiv", "\\approx")
_NAMES = tree.Symbol | tree.Member


@dataclass(frozen=True)
class Options:
    """How a formula is to be run.

    ``sides`` is what sides are worth, by the draw: most wrong versions leave one as it is.
    """

    kind: str
    code: str
    tolerance: float
    order: str
    certificate: str
    tight: str = ""
    work: Work = field(default_factory=Work, compare=False)
    sides: dict[object, Value] | None = field(default=None, compare=False)


class Comparisons:
    """All comparisons of one display, on one draw after another."""

    def __init__(
        self, page: Page, local: Page, latex: str, display: tree.Display, options: Options
    ) -> None:
        self.local, self.latex = local, latex
        self.display, self.options = display, options
        self.left = LeftSides(local, display, page.definitions)
        # What a display defines itself is worth something else in its wrong versions.
        self.sides = options.sides if local.definitions == page.definitions else None
        stated = [sign for each in display.statements for sign in getattr(each, "relations", ())]
        self.relations = len(stated)
        self.has_inequalities = not {*INEQUALITIES}.isdisjoint(stated)
        self.has_bounds = any(map(_bounds, display.statements))
        bound = bindings(options.code) if options.kind != "optimality" else []
        if options.kind in ("code", "distribution") and not bound:
            raise Unbound("no code is named", r"write :code: f(\mathbf{x})")
        self.bound = [(binding, self.target(binding)) for binding in bound]
        self.conditional = {
            id(each): each
            for each in display.statements
            if isinstance(each, tree.Chain) and each.given
        }
        self.met: set[int] = set()  # of these, where the condition held
        self.settled = {id(each) for each in display.statements if self.is_settled(each)}

    def gaps(self, scope: Scope) -> Iterator[Gap]:
        """Yield the gap of each comparison on this draw."""
        if self.options.kind == "distribution":
            yield from law(scope, self.only_law(scope), self.left, self.bound[0][0].call)
            return
        compared = False
        for gap in chain(*self.comparisons(scope)):
            compared = True
            yield gap
        if self.display.conditions and self.options.kind != "optimality":
            raise Refusal("conditions of an optimum", "use the kind optimality")
        if not compared and not self.conditional:
            how = "use the kind code, or definition and say why"
            raise Refusal("there is nothing to compare", how)

    def comparisons(self, scope: Scope) -> list[Iterator[Gap]]:
        """Return the gaps of each line of code and of each statement."""
        return [
            *(self.with_code(scope, *bound) for bound in self.bound),
            *(self.stated(scope, statement) for statement in self.display.statements),
        ]

    def inequalities(self, scope: Scope) -> Iterator[Gap]:
        """Yield the gaps of the relations alone that bound a value, or say what it is not."""
        for statement in self.display.statements:
            if isinstance(statement, tree.Chain):
                inner = self.bound_left(scope, statement.parts[0])
                if not self.is_claimed(inner, statement):
                    continue
                for relation, left, right in _bounds(statement):
                    gap = self.relation(inner, relation, left, right)
                    yield self.placed(gap, inner, left, right)

    def stated(self, scope: Scope, statement: Node) -> Iterator[Gap]:
        """Yield the gaps of one statement."""
        if isinstance(statement, tree.Quantifier):
            _check_range(scope, statement)
            return
        if isinstance(statement, tree.Mapping):
            check_mapping(scope, statement)
            yield Gap(0.0)
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
        """Yield the gap of each relation of a chain, but for what it defines or updates."""
        if not statement.relations and not any(each is statement for _, each in self.bound):
            raise Refusal(
                "this states nothing: there is no relation in it",
                "write LEFT = RIGHT, or name the code that computes it",
                statement.span,
            )
        inner = self.bound_left(scope, statement.parts[0])
        if not self.is_claimed(inner, statement):
            return
        first = 1 if id(statement) in self.settled else 0
        if id(statement) in self.left.defined:
            self.left.check(inner, statement)
        for place, (relation, (left, right)) in list(
            enumerate(zip(statement.relations, pairwise(statement.parts), strict=True))
        )[first:]:
            gap = self.relation(inner, relation, left, right)
            if relation == "\\ne" and gap.sides is not None:
                _note_excess(inner, (id(statement), place), *gap.sides)
            yield self.placed(gap, inner, left, right)

    def is_claimed(self, scope: Scope, statement: tree.Chain) -> bool:
        """Whether the condition of a statement holds on this draw, if it has one."""
        if not all(holds(scope, condition) for condition in statement.given):
            return False
        self.met.add(id(statement))
        return True

    def check_conditions(self) -> None:
        """Refuse a condition that held on no draw."""
        for place, statement in self.conditional.items():
            if place not in self.met:
                span = statement.given[0].span
                raise Refusal("this condition held on no draw", "widen the domains", span)

    def placed(self, gap: Gap, scope: Scope, left: Node, right: Node) -> Gap:
        """Say of a gap at which indices it is, and which relation it is of, if not the only one."""
        span = (left.span[0], right.span[1]) if self.relations > 1 else None
        return gap._replace(at=(*scope.indices.items(), *gap.at), span=span)

    def relation(self, scope: Scope, relation: str, left: Node, right: Node) -> Gap:
        """Return the gap of one relation."""
        if self.options.kind == "bound" and relation in EQUALITIES and not self.has_inequalities:
            raise Refusal("an equality is no bound", "use the kind identity", right.span)
        if relation in ("=", "\\equiv"):
            return self.equality(scope, left, right)
        if relation == "\\approx":
            return Gap(*rate_error(scope, left, right, self.stated_order(right)))
        if relation in ("\\in", "\\subseteq"):
            return _outside(scope, relation, left, right)
        if relation in INEQUALITIES:
            return self.excess(scope, relation, left, right)
        if relation == "\\ne":
            if isinstance(left, _NAMES) and isinstance(right, _NAMES):
                raise Refusal(
                    "what is drawn differs anyway", "it is a condition, no claim", left.span
                )
            gap = self.equality(scope, left, right)
            return Gap(float(gap.error <= self.options.tolerance), sides=gap.sides)
        raise Refusal(f"the relation {relation} is not checked here", span=right.span)

    def equality(self, scope: Scope, left: Node, right: Node) -> Gap:
        """Return the gap of an equation: of values, of a limit, or up to a remainder."""
        if left == right:
            raise Refusal("both sides are the same expression", span=right.span)
        for one, other in ((left, right), (right, left)):
            if isinstance(one, tree.Limit):
                if self.options.kind != "limit":
                    raise Refusal("a limit", "use the kind limit", one.span)
                error, variable, value, zero = limit_error(scope, one, other)
                sides = (value, scope.evaluate(other))
                return Gap(error, zero, sides if one is left else sides[::-1], at=(variable,))
        approximation, remainder = without_remainder(right)
        if remainder is not None:
            return Gap(*rate_error(scope, left, approximation, remainder))
        one_value, two_value = self.side(scope, left), self.side(scope, right)
        if isinstance(one_value, tuple) or isinstance(two_value, tuple):
            if not (isinstance(one_value, tuple) and isinstance(two_value, tuple)):
                raise Refusal("a set of indices is no number", "write |I| for its size", left.span)
            error = 0.0 if set(one_value) == set(two_value) else np.inf
            return Gap(error, vacuous=True, sides=(one_value, two_value))
        gap = difference(one_value, two_value, right)
        zero = 0 in (size(one_value), size(two_value))
        if not zero and not (
            gap.error > self.options.tolerance
            and is_rounding(scope, left, one_value)
            and is_rounding(scope, right, two_value)
        ):
            return gap
        scale = max(magnitude(scope, left), magnitude(scope, right))
        return difference(one_value, two_value, right, scale)

    def side(self, scope: Scope, node: Node) -> Value:
        """Return what a side is worth: on a draw that was met before, without evaluating it."""
        if self.sides is None:
            return scope.evaluate(node)
        key = (scope.seed, *scope.indices.items(), node)
        if key not in self.sides:
            if len(self.sides) >= KEPT:
                self.sides.clear()
            self.sides[key] = scope.evaluate(node)
        return self.sides[key]

    def excess(self, scope: Scope, relation: str, left: Node, right: Node) -> Gap:
        """Return by how much an inequality between scalars fails, and < where = may hold."""
        one = float(np.real(scalar(scope.evaluate(left), "a side of an inequality")))
        two = float(np.real(scalar(scope.evaluate(right), "a side of an inequality")))
        if not (np.isfinite(one) and np.isfinite(two)):
            raise Refusal("a value is not finite", span=right.span)
        excess = one - two if relation in ("\\le", "<") else two - one
        scale = max(abs(one), abs(two), magnitude(scope, left), magnitude(scope, right), 1e-300)
        touches = relation in ("<", ">") and abs(excess) <= self.options.tolerance * scale
        error = np.inf if touches else max(0.0, excess / scale)
        return Gap(error, sides=(np.asarray(one), np.asarray(two)), touches=touches)

    def stated_order(self, node: Node) -> tree.Order:
        """Return the order of an approximation, which its option states."""
        if not self.options.order:
            raise Refusal("an approximation without its order", "state :order: h^{2}", node.span)
        order = parse_expression(f"O({self.options.order})", self.local.table)
        assert isinstance(order, tree.Order)
        return order

    # ------------------------------------------------------------------------------- the kinds

    def is_settled(self, statement: Node) -> bool:
        """Whether a left side is worth what stands on its right: it is defined, or updated."""
        named = [bool(binding.left) for binding, target in self.bound if target is statement]
        law = self.options.kind == "distribution"
        if named and isinstance(statement, tree.Chain) and is_equation(statement) and not law:
            return self.left.is_settled(statement, named[0])
        return id(statement) in self.left.defined

    def target(self, binding: Binding) -> tree.Chain | None:
        """Return the statement whose left side a binding computes; none for what it defines."""
        if not binding.left:
            return what_code_computes(self.display)
        for statement in self.display.statements:
            if isinstance(statement, tree.Chain):
                start, end = statement.parts[0].span
                if text(tokenize(self.latex[start:end])) == binding.left:
                    return statement
        if not self.left.stands_for(self.local.expression(binding.left)):
            raise Refusal(
                f"{binding.left} in the code stands on no left side of the formula",
                "write a left side of the formula, or the whole of its entries, before f(...)",
            )
        return None

    def with_code(
        self, scope: Scope, binding: Binding, statement: tree.Chain | None
    ) -> Iterator[Gap]:
        """Compare what a statement says with what the code returns."""
        if statement is None:
            left = self.local.expression(binding.left)
            computed = scope.computed(binding.call)
            gap = difference(scope.evaluate(left), computed, self.display)
            yield gap._replace(names=("left", "code"))
            return
        inner = self.bound_left(scope, statement.parts[0])
        if not self.is_claimed(inner, statement):
            return
        computed = inner.computed(binding.call)
        if id(statement) in self.settled and id(statement) not in self.left.defined:
            check_update(inner, statement.parts[0], computed)
        for part in statement.parts[1:] if is_equation(statement) else statement.parts[:1]:
            value = inner.evaluate(part)
            if isinstance(value, Jacobian):
                value = np.asarray(arithmetic.to_numpy(value))
            if isinstance(value, np.ndarray) and value.shape != computed.shape:
                how = self.remedy(inner, statement.parts[0], computed, binding)
                raise Refusal(unequal(value, computed), how, part.span)
            gap = difference(value, computed, part)._replace(names=("formula", "code"))
            yield self.placed(gap, inner, statement.parts[0], statement.parts[0])

    def remedy(self, scope: Scope, left: Node, computed: Array, binding: Binding) -> str:
        """Return how to compare with code what differs from it in shape."""
        name, call = getattr(left, "name", ""), f"= {binding.call}"
        pattern = self.local.table.patterns.get(name)
        if pattern is not None and pattern.role != "family":
            domain = self.local.table.declarations[pattern.parent].domain
            if domain is not None and column(scope.shape(domain)) == computed.shape:
                whole = pattern.parent
                return f"the code returns all {pattern.role}: write :code: {whole} {call}"
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
            candidate = [scope.evaluate(item) for item in _items(others[0])]
        else:
            raise Unbound("no code gives the optimum", r"write :code: solve(\mathbf{X})")
        certificate = None
        if self.options.certificate:
            certificate = self.local.expression(self.options.certificate)
        for condition in self.display.conditions:
            if isinstance(condition, tree.Quantifier):
                _check_range(scope, condition)
        error, value, better = verify(scope, node, self.display.conditions, candidate, certificate)
        sides = None if better is None else (value, better)
        yield Gap(error, sides=sides, names=("at the candidate", "nearby"))
        if id(statement) in self.left.defined:
            self.left.check_shape(scope, statement, candidate[0] if node.arg else value)
            others.remove(statement.parts[0])
        if not node.arg:
            for part in others:
                yield difference(scope.evaluate(part), value, part)
        elif self.options.code and others:
            named = _items(others[0])
            if len(named) != len(candidate):
                raise Refusal(
                    f"{len(candidate)} values, but {len(named)} names for them", span=others[0].span
                )
            for part, found in zip(named, candidate, strict=True):
                yield difference(scope.evaluate(part), found, part)


def _bounds(statement: Node) -> list[tuple[str, Node, Node]]:
    """Return the relations of a statement that bound a value, or say what it is not."""
    if not isinstance(statement, tree.Chain):
        return []
    return [
        (relation, left, right)
        for relation, (left, right) in zip(
            statement.relations, pairwise(statement.parts), strict=True
        )
        if relation in (*INEQUALITIES, "\\ne")
        or (relation == "\\in" and isinstance(right, tree.Interval))
    ]


def _note_excess(scope: Scope, condition: tuple[int, int], left: Value, right: Value) -> None:
    """Note how far two numbers are apart that are said to be unequal, as of a condition."""
    one, two = (np.real(plain(side)) for side in (left, right))
    if one.shape == two.shape == ():
        scope.excesses.setdefault(condition, float(one - two))


def _outside(scope: Scope, relation: str, left: Node, right: Node) -> Gap:
    """Say whether a value lies in a space, or indices in a set of indices."""
    if isinstance(right, tree.Space) and relation == "\\in":
        check_space(scope, left, right)
        return Gap(0.0)
    if isinstance(right, tree.Interval) and relation == "\\in":
        error = 0.0 if lies_in(scope, left, right) else np.inf
        return Gap(error, sides=(scope.array(left), in_numbers(scope, right)))
    members, whole = scope.evaluate(left), scope.evaluate(right)
    if not isinstance(whole, tuple):
        raise Refusal("not an index set", span=right.span)
    if isinstance(members, tuple) != (relation == "\\subseteq"):
        if relation == "\\in":
            raise Refusal("a set of indices is no index", r"write \subseteq", left.span)
        raise Refusal("an index is no set of indices", r"write \in", left.span)
    wanted = members if isinstance(members, tuple) else (scope.integer(left),)
    if relation == "\\subseteq" and not set(range(1, max(whole, default=0) + 1)) >= set(whole):
        return Gap(np.inf, sides=(members, whole))
    return Gap(0.0 if set(wanted) <= set(whole) else np.inf, sides=(members, whole))


def is_equation(statement: tree.Chain) -> bool:
    """Whether a statement says what its left side is worth."""
    return statement.relations[:1] in (("=",), ("\\leftarrow",))


def what_code_computes(display: tree.Display) -> tree.Chain:
    """Return the first equation; or a formula that is none, an expression or one in a space."""
    only = display.statements[0] if len(display.statements) == 1 else None
    if isinstance(only, tree.Chain) and only.relations in ((), ("\\in",)):
        return only
    return first_equation(display)


def first_equation(display: tree.Display) -> tree.Chain:
    """Return the first statement that is an equation or an assignment."""
    for statement in display.statements:
        if isinstance(statement, tree.Chain) and is_equation(statement):
            return statement
    raise Refusal("no statement of the form left = right")


def _items(left: Node) -> tuple[Node, ...]:
    return left.items if isinstance(left, tree.Tuple) else (left,)


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
