r"""The tree to values: for each type of node, what it is worth on a draw.

Derivatives are in ``differentiate``, functions in ``functions``, names in ``lookup``.
"""

from __future__ import annotations

import operator as op
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np

from ..errors import Refusal
from ..grammar import tree
from ..grammar.conventions import ENTRYWISE
from ..grammar.domains import NORMAL, Domain
from ..grammar.tree import Node
from . import arithmetic, numbers
from .arithmetic import Array, Value, plain, scalar
from .differentiate import primed
from .dots import LONGEST, fill, filled
from .functions import apply, as_callable
from .lookup import check_range, selected, value_of
from .outcomes import paths, settled
from .ranges import indices_of
from .scope import EVALUATORS, Scope, evaluates

T = TypeVar("T")
_EXTREME = {"\\max": numbers.maximum, "\\min": numbers.minimum}
_WHERE: dict[str, Callable[[list[float]], float]] = {"\\argmax": max, "\\argmin": min}
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "<": op.lt, ">": op.gt, "\\le": op.le, "\\ge": op.ge, "=": op.eq, "\\ne": op.ne,
}  # fmt: skip


EVALUATORS.update(
    {
        tree.Number: lambda scope, node: np.asarray(node.value),
        tree.Group: lambda scope, node: scope.evaluate(node.body),
        tree.Negative: lambda scope, node: arithmetic.negative(scope.evaluate(node.body)),
        tree.Product: lambda scope, node: reduce(arithmetic.multiply, _each(scope, node.factors)),
        tree.Hadamard: lambda scope, node: reduce(
            arithmetic.elementwise, map(scope.evaluate, node.factors)
        ),
        tree.Kronecker: lambda scope, node: reduce(
            arithmetic.kronecker, map(scope.array, node.factors)
        ),
        tree.Rounded: lambda scope, node: numbers.rounded(scope.evaluate(node.body), node.up),
        tree.Transpose: lambda scope, node: arithmetic.transpose(scope.evaluate(node.body)),
        tree.Norm: lambda scope, node: arithmetic.norm(scope.evaluate(node.body), node.kind),
        tree.Row: lambda scope, node: arithmetic.beside(list(map(plain, _each(scope, node.items)))),
        tree.IndexSet: lambda scope, node: tuple(map(scope.integer, fill(node.items, scope))),
        tree.Compose: as_callable,
        tree.Call: lambda scope, node: (
            primed(scope, node)
            if node.primes
            else apply(scope, node.function, list(map(scope.evaluate, node.arguments)))
        ),
    }
)


def _each(scope: Scope, nodes: Sequence[Node]) -> Iterator[Value]:
    """Evaluate terms, factors or items, with dots between them filled."""
    if tree.Dots in {type(node.body) for node in nodes if isinstance(node, tree.Negative)}:
        raise Refusal("minus dots", "write + \\cdots +, or a sum")
    return map(scope.evaluate, fill(nodes, scope))


@evaluates(tree.Add)
def _sum(scope: Scope, node: tree.Add) -> Value:
    """Add terms of one shape; what the page says is broadcast takes the shape of the others."""
    values = list(_each(scope, node.terms))
    shapes = {value.shape for value in values if isinstance(value, np.ndarray)}
    if len(shapes) > 1:
        terms = fill(node.terms, scope)
        loose = [_is_broadcast(scope, *pair) for pair in zip(terms, values, strict=True)]
        wanted = {v.shape for v, free in zip(values, loose, strict=True) if not free}  # type: ignore[union-attr]
        whole = max(wanted or shapes, key=arithmetic.size)
        values = [
            arithmetic.spread(value, whole) if free else value
            for value, free in zip(values, loose, strict=True)
        ]
    return reduce(arithmetic.add, values)


def _is_broadcast(scope: Scope, term: Node, value: Value) -> bool:
    """Whether the page lets a term be broadcast: by its name, or any scalar by +."""
    while isinstance(term, tree.Negative | tree.Group):
        term = term.body
    table = scope.page.table
    declaration = table.declaration_of(getattr(term, "name", ""))
    if declaration is not None and "broadcast" in declaration.flags:
        return True
    entrywise = table.conventions.get("+") == ENTRYWISE
    return entrywise and isinstance(value, np.ndarray) and value.shape == ()


@evaluates(tree.Quotient)
def _quotient(scope: Scope, node: tree.Quotient) -> Value:
    above, below = scope.evaluate(node.numerator), scope.evaluate(node.denominator)
    array = isinstance(below, np.ndarray) and below.shape != ()
    if array and scope.page.table.conventions.get("\\frac") == ENTRYWISE:
        return arithmetic.entrywise_quotient(above, below)
    return arithmetic.divide(above, below)


@evaluates(tree.Power)
def _power(scope: Scope, node: tree.Power) -> Value:
    base, exponent = scope.evaluate(node.base), scope.evaluate(node.exponent)
    array = isinstance(base, np.ndarray) and base.shape != ()
    if array and scope.page.table.conventions.get(node.sign) == ENTRYWISE:
        return arithmetic.entrywise_power(base, exponent)
    return arithmetic.power(base, exponent)


@evaluates(tree.Entry)
def _entry(scope: Scope, node: tree.Entry) -> Value:
    """Return an entry of a vector by one index, of a matrix by two."""
    array = scope.array(node.body)
    axes = array.reshape(-1) if array.ndim == 2 and 1 in array.shape else array
    if axes.ndim != len(node.indices):
        raise Refusal(
            f"{len(node.indices)} indices for an entry of {arithmetic.shown(array.shape)}",
            "a vector has one index, a matrix two",
        )
    at = tuple(map(scope.integer, node.indices))
    for index, length in zip(at, axes.shape, strict=True):
        if not 1 <= index <= length:
            raise Refusal(f"index {index} is outside 1 to {length}")
    return np.asarray(axes[tuple(index - 1 for index in at)])


@evaluates(tree.Symbol)
def _symbol(scope: Scope, node: tree.Symbol) -> Value:
    table = scope.page.table
    if node.name in scope.indices:
        return np.asarray(float(scope.indices[node.name]))
    scope.names.add(node.name)
    if node.name in scope.bound:
        scope.reads.add(node.name)
        return scope.bound[node.name]
    if node.name in table.dimensions:
        return np.asarray(float(table.dimensions[node.name]))
    declaration = table.declarations.get(node.name)
    if declaration is None:
        raise Refusal(f"{node.name} has no value here")
    if declaration.is_function:
        return as_callable(scope, node)
    return value_of(scope, node.name, (), declaration)


@evaluates(tree.Member)
def _member(scope: Scope, node: tree.Member) -> Value:
    table = scope.page.table
    pattern = table.patterns[node.name]
    declaration = table.declarations[pattern.parent]
    at = tuple(map(scope.integer, node.indices))
    if pattern.parent in table.widths:
        widths = table.widths[pattern.parent]
        if not 0 <= at[0] < len(widths):
            raise Refusal(f"there is no width {at[0]}: 0 to {len(widths) - 1} are declared")
        return np.asarray(float(widths[at[0]]))
    if declaration.is_function:
        return as_callable(scope, node)
    if pattern.role == "family":
        check_range(scope, declaration, at[0])
        return value_of(scope, node.name, at, declaration)
    return selected(scope, pattern, at)


@evaluates(tree.Magnitude)
def _magnitude(scope: Scope, node: tree.Magnitude) -> Value:
    value = scope.evaluate(node.body)
    if isinstance(value, tuple):
        return np.asarray(float(len(value)))
    array = plain(value)
    if array.shape != ():
        raise Refusal(
            "bars around an array: a norm, a determinant, or entry by entry?",
            r"write \|x\|_2, \|A\|_F or \det(A)",
        )
    return arithmetic.magnitude(array)


@evaluates(tree.Inner)
def _inner(scope: Scope, node: tree.Inner) -> Value:
    left, right = scope.array(node.left), scope.array(node.right)
    if left.shape != right.shape or left.ndim != 2 or 1 not in left.shape:
        raise Refusal(
            f"the inner product of {arithmetic.shown(left.shape)} "
            f"and {arithmetic.shown(right.shape)}"
        )
    return np.asarray(np.sum(left * right))


@evaluates(tree.Block)
def _block(scope: Scope, node: tree.Block) -> Value:
    return arithmetic.block(
        [[scope.array(item) for item in row] for row in filled(node.rows, scope)]
    )


@evaluates(tree.BigOperator)
def _over_a_range(scope: Scope, node: tree.BigOperator) -> Value:
    indices = indices_of(scope, node)
    inner = scope.having(terms=scope.terms * len(indices))
    if inner.terms > LONGEST:
        raise Refusal(
            f"sums in one another of {inner.terms} terms: {LONGEST} are the most",
            "take smaller dimensions",
        )
    terms = (inner.at(**{node.variable: k}).evaluate(node.body) for k in indices)
    if node.operator in _WHERE:
        return np.asarray(float(indices[_place(node.operator, list(terms))]))
    if node.operator in _EXTREME:
        return _EXTREME[node.operator](
            *(scalar(term, f"what {node.operator} is of") for term in terms)
        )
    return reduce(arithmetic.add if node.operator == "\\sum" else arithmetic.multiply, terms)


def _place(operator: str, terms: list[Value]) -> int:
    """Return where the largest or smallest term stands; of two that are, neither."""
    numbers = [float(np.real(scalar(term, f"what {operator} is of"))) for term in terms]
    extreme = _WHERE[operator](numbers)
    if numbers.count(extreme) > 1:
        raise Refusal(f"{operator}: two of these are equal", "draw numbers that differ")
    return numbers.index(extreme)


@evaluates(tree.Cases)
def _cases(scope: Scope, node: tree.Cases) -> Value:
    for place, (value, condition) in enumerate(node.rows):
        if isinstance(condition, tree.Probability):
            raise Refusal(
                "a random choice",
                "define the entries of a vector by it, and use the kind distribution, "
                "or an expectation",
            )
        if condition is None or holds(scope, condition):
            scope.branches.setdefault(id(node), set()).add(place)
            return scope.evaluate(value)
    if 0 in scope.excesses.values():
        raise Refusal(
            "no case applies where the sides of a condition are equal",
            r"let a case take that in, as x \ge 0 does, or a domain leave it out: R* has no zero",
        )
    raise Refusal("no case applies")


@evaluates(tree.Indicator)
def _indicator(scope: Scope, node: tree.Indicator) -> Value:
    chain = node.condition
    numbers = [_whole(scope, part) for part in chain.parts]
    pairs = zip(chain.relations, pairwise(numbers), strict=True)
    return np.asarray(float(all(_COMPARE[relation](*pair) for relation, pair in pairs)))


def _whole(scope: Scope, node: Node) -> int:
    try:
        return numbers.whole(scope.evaluate(node))
    except Refusal as refusal:
        if refusal.span is None:
            refusal.span = node.span
        raise


def holds(scope: Scope, node: Node) -> bool:
    """Tell whether a condition between scalars holds; how far its sides are apart is noted."""
    assert isinstance(node, tree.Chain)
    items = [np.real(scalar(scope.evaluate(part), "a condition")) for part in node.parts]
    for place, (left, right) in enumerate(pairwise(items)):
        scope.excesses.setdefault((id(node), place), float(left - right))
    return all(
        bool(_COMPARE[relation](left, right))
        for relation, left, right in zip(node.relations, items, items[1:], strict=False)
    )


@evaluates(tree.Expectation)
def _expectation(scope: Scope, node: tree.Expectation) -> Value:
    if scope.choices is not None:
        raise Refusal("an expectation inside an expectation")
    for item in node.given:
        scope.evaluate(item)
    if node.law is not None:
        _check_law(scope, node.law, node)
    return settled(
        lambda choices: scope.having(choices=choices).array(node.body),
        _averaged_over(scope, node),
        _variance if node.variance else _mean,
    )


def _check_law(scope: Scope, law: tree.Law, node: tree.Expectation) -> None:
    """Refuse a printed law that is not the one which the table gives to the names."""
    lines = [scope.page.table.declaration_of(getattr(item, "name", "")) for item in node.over]
    domains = [line.domain for line in lines if line and line.domain]
    printed = [scope.array(parameter) for parameter in law.parameters]
    for domain in domains:
        if domain.kind != law.kind or not _are_parameters(scope, domain, printed):
            raise Refusal(
                f"this law is not that of the table, {domain.latex()}",
                r"a normal one is N(0, 1) there: write the mean of \mu + \sigma z",
                law.span,
            )


def _are_parameters(scope: Scope, domain: Domain, printed: list[Array]) -> bool:
    """Whether numbers, or a vector of zeros and the identity, are the parameters of a law."""
    if domain.kind != NORMAL:
        own = [scope.array(scope.page.expression(part)) for part in domain.parameters]
        return len(own) == len(printed) and all(map(np.array_equal, own, printed))
    if len(printed) != 2:
        return False
    mean, variance = printed
    one = np.eye(*variance.shape) if variance.shape else 1.0
    return not np.any(mean) and bool(np.array_equal(variance, one))


def _mean(found: Sequence[tuple[Array | float, Array]]) -> Array:
    return np.asarray(sum(np.asarray(probability * value) for probability, value in found))


def _variance(found: Sequence[tuple[Array | float, Array]]) -> Array:
    mean = _mean(found)
    if mean.shape != ():
        raise Refusal("the variance of a vector", "write it of an entry")
    return _mean([(probability, (value - mean) ** 2) for probability, value in found])


def outcomes(
    scope: Scope, node: tree.Expectation, of: Callable[[Scope, Node], T]
) -> Iterator[tuple[Array | float, T]]:
    """Yield something of the body of an expectation for every outcome, with its probability."""
    return paths(
        lambda choices: of(scope.having(choices=choices), node.body), _averaged_over(scope, node)
    )


def _averaged_over(scope: Scope, node: tree.Expectation) -> frozenset[str] | None:
    """Return the names under the E, and the patterns of their entries; None if all are meant."""
    names = {getattr(item, "name", "") for item in node.over}
    table = scope.page.table
    entries = {pattern.key for pattern in table.patterns.values() if pattern.parent in names}
    return frozenset(names | entries) if names else None


# What has no value of its own, and where it belongs.
_WITHOUT_VALUE: dict[type[Node], tuple[str, str]] = {
    tree.Dots: ("dots need a neighbour on both sides", ""),
    tree.Sequence: ("a sequence is only an argument of a Python callable", ""),
    tree.Order: ("a remainder stands alone", "write it as the last term of a sum"),
    tree.Limit: ("a limit is checked along a sequence", "use the kind limit"),
    tree.Optimum: ("an optimum is not computed but checked", "use the kind optimality"),
    tree.Space: ("a space is no value", r"write \in before it"),
    tree.Interval: ("an interval is no value", r"write \in before it, and no relation behind it"),
    tree.Tuple: ("several values in parentheses", "write a row in brackets: [a, b]"),
    tree.Chain: ("a relation is no value", ""),
}


def _refuse(scope: Scope, node: Node) -> Value:
    raise Refusal(*_WITHOUT_VALUE[type(node)])


EVALUATORS.update(dict.fromkeys(_WITHOUT_VALUE, _refuse))
