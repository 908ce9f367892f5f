r"""Derivatives in formulas: which name to vary, where, and along which directions.

\nabla and \partial by a formal parameter are taken where the arguments are; by any other name, the
value of that name is varied, which reaches all that depends on it.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from ..errors import Refusal
from ..grammar import tree
from ..grammar.operators import refuse_hidden
from ..grammar.tree import Node
from .arithmetic import Array, Function, Shape, Value, from_numpy, plain, to_numpy
from .derivative import basis, gradient, jacobian, measure
from .functions import apply, check_count
from .scope import Key, Scope, evaluates

HIGHEST = 3  # order of a derivative that can be measured to nine digits


@evaluates(tree.Partial)
def partial(scope: Scope, node: tree.Partial) -> Value:
    """Return the Jacobian: outputs first."""
    slopes, variable = _slopes(scope, node.body, node.variable)
    if node.inline and variable != ():
        raise Refusal(
            r"\partial with the variable below it: in which layout?",
            r"say in the table that it has the variable's shape, \partial : gradient, or rows for "
            r"outputs, \partial : jacobian; or write \nabla",
        )
    return jacobian(slopes, variable)


@evaluates(tree.ChainRule)
def chain_rule(scope: Scope, node: tree.ChainRule) -> Value:
    """Multiply derivatives: each is by what the next is of; laid out as each of them is."""
    first = node.factors[0]
    slopes, inner = _slopes(scope, first.body, first.variable or first.body)
    output = slopes[0].shape
    product = _columns(slopes)
    for before, factor in pairwise(node.factors):
        if before.variable is None or factor.variable is None or before.variable != factor.body:
            raise Refusal(
                "the next derivative is not of that by which this one is",
                r"write \frac{\partial y}{\partial u}, \frac{\partial u}{\partial x}",
                factor.span,
            )
        slopes, inner = _slopes(scope, factor.body, factor.variable)
        product = product @ _columns(slopes)
    columns = [np.reshape(column, output) for column in product.T]
    layout = gradient if isinstance(first, tree.Gradient) else jacobian
    return layout(columns, inner)


def _columns(slopes: list[Array]) -> Array:
    return np.stack([slope.reshape(-1) for slope in slopes], axis=1)


@evaluates(tree.Gradient)
def nabla(scope: Scope, node: tree.Gradient) -> Value:
    """Return the gradient: the variable's axes first; of a bare function, a function."""
    if node.variable is not None:
        return gradient(*_slopes(scope, node.body, node.variable))
    if isinstance(node.body, tree.Call):
        return gradient(*_slopes_of_call(scope, node.body))
    function = node.body

    def call(point: object) -> object:
        return to_numpy(gradient(*_slopes_at(scope, function, [from_numpy(point)])))

    return Function(call)


def slope_nearby(scope: Scope, node: tree.Partial | tree.Gradient) -> float:
    """Return the size of a derivative one unit away: a scale where it is zero."""
    if node.variable is not None:
        slopes, _ = _slopes(scope, node.body, node.variable, away=1.0)
    else:
        assert isinstance(node.body, tree.Call)
        slopes, _ = _slopes_of_call(scope, node.body, away=1.0)
    return max(float(np.max(np.abs(slope))) for slope in slopes)


def primed(scope: Scope, node: tree.Call) -> Value:
    """Differentiate a function of one scalar, entry by entry."""
    if len(node.arguments) != 1:
        raise Refusal("a prime on a function of several arguments", r"write \partial")
    inner = _differentiated(scope, node.primes)

    def derived(order: int, at: Array) -> Array:
        if order == 0:
            return plain(apply(inner, node.function, [at]))
        [slope] = measure(
            lambda point: derived(order - 1, point), at, [np.ones(at.shape)], confirm=scope.confirm
        )
        return slope

    at = scope.array(node.arguments[0])
    if derived(0, at).shape != at.shape:
        raise Refusal("a prime on a function that is not from R to R", r"write \partial")
    return derived(node.primes, at)


def _differentiated(scope: Scope, times: int = 1) -> Scope:
    """Return the draw inside a derivative; refuse an order that is too high."""
    order = scope.order + times
    if order > HIGHEST:
        raise Refusal(
            f"a derivative of order {order}: {HIGHEST} is the highest that can be measured",
            "define the lower ones by formulas",
        )
    return scope.having(order=order)


# ------------------------------------------------------- slopes, and the shape of the variable


def _slopes(
    scope: Scope, body: Node, variable: Node, away: float = 0.0
) -> tuple[list[Array], Shape]:
    """Differentiate by a formal parameter, where the arguments are; else by the name itself."""
    if isinstance(body, tree.Call) and not body.primes:
        place = _place_of_formal(scope, body, variable)
        if place is not None:
            refuse_hidden(body, variable, formal=True)
            return _slopes_of_call(scope, body, place, away)
    variable = _iterate(scope, body, variable)
    shape = scope.array(variable).shape
    root, directions = _directions(scope, variable, shape)
    start = np.asarray(scope.array(root) + away)
    key = scope.key(root)
    reads: set[Key] = set()
    inner = _differentiated(scope).having(reads=reads)

    def call(point: Array) -> Array:
        return plain(inner.binding({key: point}).evaluate(body))

    slopes = measure(call, start, directions, confirm=scope.confirm)
    scope.reads.update(reads)
    if key not in reads:
        raise Refusal(
            "what is differentiated does not contain the variable",
            r"define it by the variable, or write the formal parameter: "
            r"\nabla_{\mathbf{w}} L(\mathbf{w}_t)",
        )
    return slopes, shape


def _slopes_of_call(
    scope: Scope, call: tree.Call, place: int = 0, away: float = 0.0
) -> tuple[list[Array], Shape]:
    """Differentiate the function of a call by one argument, where the arguments are."""
    arguments = [scope.evaluate(argument) for argument in call.arguments]
    return _slopes_at(scope, call.function, arguments, place, away)


def _slopes_at(
    scope: Scope, function: Node, arguments: list[Value], place: int = 0, away: float = 0.0
) -> tuple[list[Array], Shape]:
    at = np.asarray(plain(arguments[place]) + away)
    inner = _differentiated(scope)

    def call(point: Array) -> Array:
        moved = [*arguments[:place], point, *arguments[place + 1 :]]
        return plain(apply(inner, function, moved))

    return measure(call, at, basis(at.shape), confirm=scope.confirm), at.shape


# ------------------------------------------------------------------------------- what to vary


def _place_of_formal(scope: Scope, call: tree.Call, variable: Node) -> int | None:
    """Return which argument of a call stands for the variable, if one does."""
    name = getattr(call.function, "name", "")
    for item in scope.page.definitions.get(name, ()):
        if variable in item.formals:
            check_count(name, len(item.formals), call.arguments)
            return item.formals.index(variable)
    return None


def _iterate(scope: Scope, body: Node, variable: Node) -> Node:
    """Return the iterate that stands for the variable: w_t where only that occurs."""
    if not isinstance(variable, tree.Symbol) or tree.mentions(body, variable):
        return variable
    found: list[Node] = []
    for node in body.walk():
        if isinstance(node, tree.Member) and node not in found:
            declaration = scope.page.table.declaration_of(node.name)
            if declaration is not None and declaration.iterates == variable.name:
                found.append(node)
    if len(found) > 1:
        raise Refusal(f"several iterates of {variable.name}: at which one?")
    return found[0] if found else variable


def _directions(scope: Scope, variable: Node, shape: Shape) -> tuple[Node, list[Array]]:
    """Return the name to vary, and its directions, for a name, an entry, a row or a column."""
    if not isinstance(variable, tree.Member):
        return variable, basis(shape)
    pattern = scope.page.table.patterns[variable.name]
    if pattern.role == "family":
        return variable, basis(shape)
    root = tree.Symbol(pattern.parent, span=variable.span)
    at = tuple(scope.integer(index) - 1 for index in variable.indices)
    whole = np.zeros(scope.array(root).shape)
    places = np.arange(whole.size).reshape(whole.shape)
    chosen = places[:, at[0]] if pattern.role == "columns" else places[at]
    return root, [np.reshape(unit, whole.shape) for unit in np.eye(whole.size)[np.ravel(chosen)]]
