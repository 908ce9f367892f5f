r"""The normal form of an expression: two that have the same one have the same value on every draw.

It is made by rules that hold for all values, never by trying some: sums are multiplied out,
transposes stand at names, definitions are written out, means do not see what their law does not
see, and derivatives not what their variable does not reach.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np

from ..errors import Refusal
from ..grammar import tree
from ..grammar.domains import NORMAL, Domain
from ..grammar.tree import Node
from ..values.arithmetic import Shape
from ..values.dots import fill
from ..values.outcomes import Choices
from ..values.page import Definition
from ..values.ranges import indices_of
from ..values.scope import Scope
from .dependence import definitions_of, depends, letter_of, names_in, reached, root
from .forms import (
    MOST,
    Factor,
    Form,
    Scalars,
    Term,
    added,
    as_node,
    atom,
    least,
    number,
    order,
    powers,
    product_shape,
    rebuilt,
    scaled,
    too_long,
)
from .symmetry import anywhere, images

HIGHEST = 4  # power of a sum that is multiplied out
DEEPEST = 12  # definitions in one another
STEPS = 50  # of a node
INVERSE = tree.Number(-1.0)

TRANSPOSED = "a transpose is not seen there"
LAW = "what is random has the same law"
PLACES = "all entries have one law"
HANDED_ON = "a sum hands its gradient on unchanged"
CONSTANT = "what the variable does not reach has no derivative"
FORMAL = "the argument's own name says the same"
DOTS = "the dots run over the same"
ENDS = "the last term of the sum is zero"
SIMPLEX = "the entries of a distribution add up to one"
MOMENTS = "the moments of the law are known"


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
        filled = fill(nodes, self.scope)
        self.because[DOTS] += len(filled) - len(nodes)
        return map(self.form, filled)

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
            for at in range(len(kept) - 1):
                first, last = _inverse_of(nodes[at]), _inverse_of(nodes[-1])
                if first == tuple(nodes[at + 1 :]) or last == tuple(nodes[at:-1]):
                    del kept[at:]
                    break
        return kept if kept or not factors else [*factors]

    def transpose(self, node: tree.Transpose) -> Form:
        self.because[TRANSPOSED] += 1
        return self.transposed(self.form(node.body))

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
        if isinstance(node, tree.Power) and node.exponent == INVERSE:
            return tree.Power(as_node(self.transposed(self.form(node.base))), INVERSE)
        if isinstance(node, tree.Block) and all(
            self.shape(item) == () for row in node.rows for item in row
        ):
            return tree.Block(tuple(zip(*node.rows, strict=True)))
        return tree.Transpose(node)

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

    def power(self, node: tree.Power) -> Form:
        base = self.form(node.base)
        exponent = node.exponent
        if isinstance(exponent, tree.Negative) and isinstance(exponent.body, tree.Number):
            exponent = tree.Number(-exponent.body.value)
        if not isinstance(exponent, tree.Number) or not exponent.value.is_integer():
            return atom(tree.Power(as_node(base), self.node(exponent)), base.shape)
        k = int(exponent.value)
        if base.shape == () and (len(base.terms) == 1 or k == -1):
            return _to_the(base, k)
        if k == -1:
            return self.inverse(base)
        if 0 < k <= HIGHEST:
            return reduce(self.times, [base] * k)
        return atom(tree.Power(as_node(base), exponent), base.shape)

    def inverse(self, base: Form) -> Form:
        """Return the inverse of a matrix; its scalars stand before it."""
        if len(base.terms) == 1:
            [((scalars, factors), count)] = base.terms.items()
            chain = as_node(Form(base.shape, {((), factors): Fraction(1)}))
            inside = atom(tree.Power(chain, INVERSE), base.shape)
            outside = _to_the(Form((), {(scalars, ()): count}), -1)
            return self.times(outside, inside)
        return atom(tree.Power(as_node(base), INVERSE), base.shape)

    # ---------------------------------------------------------------------------------- names

    def name(self, node: tree.Symbol | tree.Member) -> Form:
        """Return a name, or what it stands for."""
        if isinstance(node, tree.Symbol) and self.scope.is_index(node.name):
            return atom(tree.Symbol(node.name), ())
        if self.kind(node) == "zeros":
            return Form(self.shape(node), {})
        body = self.written_out(node)
        if body is not None:
            return replace(self, depth=self.depth + 1).form(body)
        plain: Node = tree.Symbol(node.name)
        if isinstance(node, tree.Member):
            plain = tree.Member(node.name, tuple(map(self.index, node.indices)))
        return atom(plain, self.shape(node))

    def index(self, node: Node) -> Node:
        """Return an index in normal form; beside dots, its number."""
        if self.numbered and not any(_mentions(node, name) for name in self.bound):
            return tree.Number(float(self.scope.integer(node)))
        return self.node(node)

    def written_out(self, node: tree.Symbol | tree.Member) -> Node | None:
        """Return what a name stands for, if one definition says so for all of its indices."""
        page = self.scope.page
        items = [*page.definitions.get(node.name, ())]
        if not self.unfolds or self.depth > DEEPEST or root(page, node) in self.held:
            return None
        if len(items) != 1 or items[0].formals or _has_cases(items[0].body):
            return None
        item = items[0]
        if node.name in {getattr(part, "name", "") for part in item.body.walk()}:
            return None
        own = dict(_indices(item, node))
        free = {getattr(part, "name", "") for part in item.body.walk()} - {*own}
        inner = {p.variable for p in item.body.walk() if isinstance(p, tree.BigOperator)}
        given = {getattr(p, "name", "") for index in own.values() for p in index.walk()}
        if None in own.values() or free & self.bound or (inner & (given | {*own})):
            return None
        return _with_indices(item.body, own)

    # ------------------------------------------------------------------- sums over an index

    def big(self, node: tree.BigOperator) -> Form:
        """Return a sum over an index: of each term apart, what does not change before it."""
        if node.operator != "\\sum":
            return self.whole(node)
        first = indices_of(self.scope, node)[0]
        inner = replace(
            self,
            scope=self.scope.at(**{node.variable: first}),
            bound=self.bound | {node.variable},
        )
        node = self.trimmed(node)
        body = inner.form(node.body)
        ends = [None if end is None else self.node(end) for end in (node.lower, node.upper)]
        members = None if node.members is None else rebuilt(node.members, lambda part: None)

        def summed(term: Term, count: Fraction) -> Form:
            scalars, factors = term
            changing = tuple(s for s in scalars if _mentions(s[0], node.variable))
            outside = tuple(s for s in scalars if s not in changing)
            rest = as_node(Form(body.shape, {(changing, factors): Fraction(1)}))
            if not factors and self.is_whole_simplex(rest, node):
                self.because[SIMPLEX] += 1
                return Form((), {(outside, ()): count})
            total = tree.BigOperator(node.operator, node.variable, ends[0], ends[1], members, rest)
            return self.times(Form((), {(outside, ()): count}), atom(total, body.shape))

        return added([Form(body.shape, {}), *(summed(*item) for item in body.terms.items())])

    def trimmed(self, node: tree.BigOperator) -> tree.BigOperator:
        """Return a sum without a term at one of its ends that is zero."""
        if node.lower is None or node.upper is None:
            return node
        for name, end, step in (("lower", node.lower, 1.0), ("upper", node.upper, -1.0)):
            bound = {p.variable for p in node.body.walk() if isinstance(p, tree.BigOperator)}
            if bound & {node.variable, *(getattr(part, "name", "") for part in end.walk())}:
                continue
            try:
                at_end = self.form(_with_indices(node.body, {node.variable: end}))
            except Refusal:
                continue
            if not at_end.terms:
                self.because[ENDS] += 1
                return replace(node, **{name: tree.Add((end, tree.Number(step)))})  # type: ignore[arg-type]
        return node

    def is_whole_simplex(self, rest: Node, node: tree.BigOperator) -> bool:
        """Whether a sum runs over all entries of a vector whose entries add up to one."""
        page = self.scope.page
        if not isinstance(rest, tree.Member) or rest.indices != (tree.Symbol(node.variable),):
            return False
        domain = self.domain(root(page, rest))
        return (
            domain is not None
            and domain.kind == "simplex"
            and len(domain.shape) == 1
            and page.table.patterns[rest.name].role == "entries"
            and node.lower == tree.Number(1.0)
            and node.upper is not None
            and (page.expression(domain.shape[0]),) == (node.upper,)
        )

    # ------------------------------------------------------------------------------- functions

    def norm(self, node: tree.Norm) -> Form:
        """Return a norm: it sees no sign, and mostly no transpose."""
        body = self.form(node.body)
        if not body.terms:
            return number(0)
        same = [body, scaled(body, -1)]
        if node.kind in ("2", "F"):
            same += [self.transposed(each) for each in same]
        first = least(same)
        self.because[TRANSPOSED] += first not in same[:2]
        return atom(tree.Norm(as_node(first), node.kind), ())

    def magnitude(self, node: tree.Magnitude) -> Form:
        """Return an absolute value: it sees no sign."""
        body = self.form(node.body)
        return atom(tree.Magnitude(as_node(least([body, scaled(body, -1)]))), ())

    def dot(self, node: tree.Inner) -> Form:
        left, right = self.form(node.left), self.form(node.right)
        if left.shape != right.shape or left.shape[1:] != (1,):
            return self.whole(node)
        return self.times(self.transposed(left), right)

    def hadamard(self, node: tree.Hadamard) -> Form:
        factors = sorted(map(self.node, node.factors), key=order)
        return atom(tree.Hadamard(tuple(factors)), self.shape(node))

    def call(self, node: tree.Call) -> Form:
        """Return a function of arguments, each in normal form; a trace term by term."""
        if self.is_known(node, "tr"):
            body = self.form(node.arguments[0])

            def trace(term: Term, count: Fraction) -> Form:
                one = Form(body.shape, {((), term[1]): Fraction(1)})
                first = least([one, self.transposed(one)])
                self.because[TRANSPOSED] += first != one
                matrix = as_node(first)
                outside = Form((), {(term[0], ()): count})
                return self.times(outside, atom(tree.Call(node.function, (matrix,)), ()))

            return added([number(0), *(trace(*item) for item in body.terms.items())])
        arguments = tuple(map(self.node, node.arguments))
        return atom(tree.Call(node.function, arguments, node.primes), self.shape(node))

    def is_known(self, node: Node, name: str) -> bool:
        """Whether a call is of a function of matrices that the grammar knows."""
        return (
            isinstance(node, tree.Call)
            and getattr(node.function, "name", "") == name
            and self.scope.page.table.declaration_of(name) is None
            and not node.primes
        )

    def block(self, node: tree.Block) -> Form:
        rows = tuple(tuple(map(self.node, row)) for row in node.rows)
        return atom(tree.Block(rows), self.shape(node))

    # ---------------------------------------------------------------------------- derivatives

    def derivative(self, node: tree.Partial | tree.Gradient) -> Form:
        """Return a derivative, term by term, of what its variable reaches."""
        kind = type(node)
        if node.variable is None:
            return self.whole(node)
        shape = self.shape(node)
        body, variable = node.body, node.variable
        formal = self.formal(body, variable)
        if formal is not None:
            assert isinstance(body, tree.Call)
            call = tree.Call(body.function, tuple(map(self.node, body.arguments)))
            return atom(kind(call, formal), shape)
        page = self.scope.page
        if any(line.iterates for line in page.table.declarations.values()):
            return self.whole(node)
        if self.unfolds:
            variable = self.summand_of(body, variable)
        inner = replace(self, held=self.held | {root(page, variable)})
        form = inner.form(body)
        if isinstance(variable, tree.Member):
            variable = tree.Member(variable.name, tuple(map(self.node, variable.indices)))

        def derived(term: Term, count: Fraction) -> Form:
            scalars, factors = term
            moving = tuple(s for s in scalars if depends(page, s[0], variable))
            outside = tuple(s for s in scalars if s not in moving)
            if not moving and not any(depends(page, f, variable) for f, _ in factors):
                self.because[CONSTANT] += 1
                return Form(shape, {})
            rest = as_node(Form(form.shape, {(moving, factors): Fraction(1)}))
            return self.times(Form((), {(outside, ()): count}), atom(kind(rest, variable), shape))

        return added([Form(shape, {}), *(derived(*item) for item in form.terms.items())])

    def formal(self, body: Node, variable: Node) -> Node | None:
        """Return the formal parameter by which a call is derived; also where its argument says it.

        The argument's own name says the same where it is met at this one place alone.
        """
        page = self.scope.page
        if not isinstance(body, tree.Call) or body.primes:
            return None
        items = [*page.definitions.get(getattr(body.function, "name", ""), ())]
        if len(items) != 1 or len(items[0].formals) != len(body.arguments):
            return None
        formals = items[0].formals
        if variable in formals:
            return variable
        if variable not in body.arguments or not isinstance(variable, tree.Symbol):
            return None
        at = body.arguments.index(variable)
        others = (*body.arguments[:at], *body.arguments[at + 1 :], body.function)
        elsewhere = set[str]().union(*(names_in(page, other) for other in others))
        if root(page, variable) in reached(page, elsewhere):
            return None
        self.because[FORMAL] += 1
        return formals[at]

    def summand_of(self, body: Node, variable: Node) -> Node:
        r"""Return the sum through which alone a variable is met: both have the same derivative.

        With t = q + s and nothing else that q goes into, J is the same function of t + (q - q_0)
        and of q: \partial J / \partial q = \partial J / \partial t.
        """
        page = self.scope.page
        for _ in range(DEEPEST):
            name = root(page, variable)
            if getattr(variable, "name", "") != name or name in names_in(page, body):
                return variable
            found = [
                (item, part)
                for other in reached(page, names_in(page, body)) - {name}
                for item in definitions_of(page, other)
                for part in item.body.walk()
                if root(page, part) == name
            ]
            if len(found) != 1 or self.is_hidden(body, name):
                return variable
            [(item, part)] = found
            target, letters = item.target, _letters(part)
            whole = root(page, target)
            if (
                whole != getattr(target, "name", "")
                or len([*definitions_of(page, whole)]) != 1
                or part not in _summands(item.body)
                or _letters(target) != letters
                or None in letters
            ):
                return variable
            self.because[HANDED_ON] += 1
            given = getattr(variable, "indices", ())
            variable = _with_indices(target, dict(zip(letters, given, strict=True)))
        return variable

    def is_hidden(self, body: Node, name: str) -> bool:
        """Whether a name may be met where no definition writes it, or at other values."""
        page = self.scope.page
        for other in reached(page, names_in(page, body)):
            line = page.table.declarations.get(other)
            if any(item.formals for item in definitions_of(page, other)):
                return True
            if line is not None and (line.formals or line.code is not None):
                return True
            if line is not None and line.domain is not None:
                if letter_of(name) in line.domain.letters:
                    return True
        return False

    # ---------------------------------------------------------------------------------- means

    def mean(self, node: tree.Expectation) -> Form:
        """Return a mean term by term, or a variance, up to what the law does not see."""
        if node.given or not self.unfolds:
            return self.whole(node)
        inner = self.form(node.body)
        over = tuple(sorted((rebuilt(each, lambda part: None) for each in node.over), key=order))
        if node.variance:
            even = self.alike(inner, signs=True)
            return atom(tree.Expectation(self.anywhere(even), over, (), True), ())

        def meant(term: Term, count: Fraction) -> Form:
            scalars, factors = term
            fixed = tuple(s for s in scalars if not self.is_random(s[0]))
            rest = (tuple(s for s in scalars if s not in fixed), factors)
            outside = Form((), {(fixed, ()): count})
            if not rest[0] and not any(self.is_random(f) for f, _ in factors):
                return Form(inner.shape, {term: count})
            known = self.moment(rest)
            if known is not None:
                self.because[MOMENTS] += 1
                return scaled(outside, known)
            one = self.alike(Form(inner.shape, {rest: Fraction(1)}))
            if not one.terms:
                return one
            [(alike, sign)] = one.terms.items()
            body = self.anywhere(Form(inner.shape, {alike: Fraction(1)}))
            average = atom(tree.Expectation(body, over, ()), inner.shape)
            return self.times(scaled(outside, sign), average)

        return added([Form(inner.shape, {}), *(meant(*item) for item in inner.terms.items())])

    def alike(self, body: Form, *, signs: bool = False) -> Form:
        """Return the first in order of all that have the same mean; zero if minus it has, too."""
        found, left = {order(as_node(body)): body}, [body]
        while left and len(found) < 2**HIGHEST:
            each = left.pop()
            changed = [self.form(image) for image in images(self.scope, as_node(each))]
            for other in [*changed, *([scaled(each, -1)] if signs else [])]:
                if other.shape == each.shape and order(as_node(other)) not in found:
                    found[order(as_node(other))] = other
                    left.append(other)
        first = least(found.values())
        self.because[LAW] += first != body
        if not signs and order(as_node(scaled(first, -1))) in found:
            return Form(first.shape, {})
        return first

    def anywhere(self, body: Form) -> Node:
        """Return what is averaged, at any of the places at which it has the same mean."""
        node = as_node(body)
        found = anywhere(self.scope, node, self.bound)
        self.because[PLACES] += found != node
        return found

    def is_random(self, node: Node) -> bool:
        """Whether a value may depend on chance."""
        page = self.scope.page
        names = reached(page, names_in(page, node))
        return any(
            "random" in line.flags for name in names if (line := page.table.declarations.get(name))
        ) or any(
            isinstance(part, tree.Probability)
            for name in names
            for item in definitions_of(page, name)
            for part in item.body.walk()
        )

    def moment(self, term: Term) -> Fraction | None:
        """Return the mean of a product of powers of standard normal numbers."""
        scalars, factors = term
        if factors or any(not self.is_normal(node) or k < 0 for node, k in scalars):
            return None
        return Fraction(math.prod(0 if k % 2 else math.prod(range(1, k, 2)) for _, k in scalars))

    def is_normal(self, node: Node) -> bool:
        declaration = self.scope.page.table.declarations.get(getattr(node, "name", ""))
        return (
            isinstance(node, tree.Symbol)
            and declaration is not None
            and "random" in declaration.flags
            and declaration.domain is not None
            and declaration.domain.kind == NORMAL
            and not declaration.domain.shape
        )


_FORMS: dict[type[Node], Callable[[Normal, Any], Form]] = {
    tree.Symbol: Normal.name,
    tree.Member: Normal.name,
    tree.Power: Normal.power,
    tree.BigOperator: Normal.big,
    tree.Norm: Normal.norm,
    tree.Magnitude: Normal.magnitude,
    tree.Inner: Normal.dot,
    tree.Hadamard: Normal.hadamard,
    tree.Call: Normal.call,
    tree.Block: Normal.block,
    tree.Partial: Normal.derivative,
    tree.Gradient: Normal.derivative,
    tree.Expectation: Normal.mean,
    tree.Group: lambda normal, node: normal.form(node.body),
    tree.Negative: lambda normal, node: scaled(normal.form(node.body), -1),
    tree.Transpose: Normal.transpose,
    tree.Add: lambda normal, node: added(normal.each(node.terms)),
    tree.Product: lambda normal, node: reduce(normal.times, normal.each(node.factors)),
    tree.Quotient: lambda normal, node: normal.times(
        normal.form(node.numerator), _to_the(normal.form(node.denominator), -1)
    ),
    tree.Order: lambda normal, node: atom(node, ()),
    tree.Number: lambda normal, node: _number(node),
}


def _number(node: tree.Number) -> Form:
    if node.value in (math.pi, math.e):
        return atom(tree.Number(node.value), ())
    return number(Fraction(str(node.value)))


def _to_the(form: Form, k: int) -> Form:
    """Return a power of a scalar: of one term, exponent by exponent."""
    if form.shape != ():
        raise Refusal("no scalar")
    if len(form.terms) == 1:
        [((scalars, _), count)] = form.terms.items()
        return Form((), {(tuple((node, e * k) for node, e in scalars if k), ()): count**k})
    if not form.terms:
        raise Refusal("zero")
    return Form((), {(((as_node(form), k),), ()): Fraction(1)})


def _inverse_of(node: Node) -> tuple[Node, ...]:
    """Return the factors of which a node is the inverse; none if it is none."""
    if isinstance(node, tree.Power) and node.exponent == INVERSE:
        return node.base.factors if isinstance(node.base, tree.Product) else (node.base,)
    return ()


def _has_cases(body: Node) -> bool:
    return any(isinstance(part, tree.Cases | tree.Probability) for part in body.walk())


def _mentions(node: Node, variable: str) -> bool:
    return any(getattr(part, "name", "") == variable for part in node.walk())


def _indices(item: Definition, node: Node) -> list[tuple[str, Node | None]]:
    """Return what stands for each index of a definition; nothing for one that is no letter."""
    targets = getattr(item.target, "indices", ())
    given = getattr(node, "indices", ())
    return [
        (getattr(target, "name", ""), index if isinstance(target, tree.Symbol) else None)
        for target, index in zip(targets, given, strict=True)
    ]


def _letters(node: Node) -> list[Any]:
    """Return the index letters of a member; nothing for an index that is no letter."""
    return [getattr(index, "name", None) for index in getattr(node, "indices", ())]


def _summands(body: Node) -> tuple[Node, ...]:
    """Return what is added, not subtracted, in a definition."""
    body = body.body if isinstance(body, tree.Group) else body
    return body.terms if isinstance(body, tree.Add) else (body,)


def _with_indices(body: Node, indices: dict[str, Any]) -> Node:
    def change(node: Node) -> Node | None:
        return indices.get(node.name) if isinstance(node, tree.Symbol) else None

    return rebuilt(body, change)
