r"""A sampler and its law, compared number by number, from twin generators of one seed.

A law is the variance of the entries, \operatorname{Var}(W_{ij}) = ..., of a normal law; or it is
cases with probabilities.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..errors import Refusal
from ..grammar import tree
from ..grammar.symbols import Declaration
from ..grammar.tree import Node
from ..values import arithmetic
from ..values.arithmetic import Array, column, scalar
from ..values.chance import probabilities
from ..values.lookup import check_shape
from ..values.scope import Scope
from .gap import Gap, difference
from .left_sides import LeftSides


def law(scope: Scope, statement: tree.Chain, sides: LeftSides, call: str) -> Iterator[Gap]:
    """Compare what a sampler returns with what its law gives."""
    left = statement.parts[0]
    if isinstance(left, tree.Expectation) and left.variance:
        yield from _normal(scope, statement, left.body, call)
        return
    body = statement.parts[1]
    named = isinstance(left, tree.Symbol | tree.Member)
    if not (named and len(statement.parts) == 2 and isinstance(body, tree.Cases)):
        raise Refusal("a law is a variance, or cases with probabilities", span=statement.span)
    if id(statement) not in sides.defined:
        raise Refusal(
            "a law of what is drawn, or defined already",
            "mark the name whose law it is: NAME : DOMAIN; defined",
            left.span,
        )
    declaration = _declared(scope, left)
    generator = np.random.default_rng(scope.seed)
    drawn = scope.computed(call, rng=np.random.default_rng(scope.seed))
    check_shape(scope, drawn, declaration)
    gap = difference(_outcomes(scope, left, body, declaration, generator), drawn, body)
    yield gap._replace(names=("formula", "code"))


def _outcomes(
    scope: Scope, left: Node, body: tree.Cases, declaration: Declaration, rng: np.random.Generator
) -> Array:
    """Return the outcome of each entry: the first case that a uniform number falls into."""
    assert declaration.domain is not None
    shape = scope.shape(declaration.domain)
    letters = _letters(scope, left)
    if len(letters) != len(shape):
        raise Refusal("a law is of every entry", "write it with its indices: x_j", left.span)
    outcomes = np.zeros(shape)
    for place, uniform in np.ndenumerate(rng.random(shape)):
        inner = scope.at(**{name: at + 1 for name, at in zip(letters, place, strict=True)})
        edges = np.cumsum([float(p) for p in probabilities(inner, body)])
        outcome = int(np.searchsorted(edges[:-1], uniform, side="right"))
        outcomes[place] = scalar(inner.evaluate(body.rows[outcome][0]), "an outcome")
    return outcomes.reshape(column(shape))


def _normal(scope: Scope, statement: tree.Chain, member: Node, call: str) -> Iterator[Gap]:
    """Compare with a normal law of the stated variance."""
    left = statement.parts[0]
    if not isinstance(member, tree.Member):
        raise Refusal("the variance of what?", r"write \operatorname{Var}(W_{ij})", left.span)
    declaration = _declared(scope, member)
    _letters(scope, member)
    if "random" not in declaration.flags:
        name = declaration.key
        raise Refusal(
            f"{name} is not random", f"mark it in the table: {name} : DOMAIN; random", member.span
        )
    assert declaration.domain is not None
    shape = scope.shape(declaration.domain)
    drawn = scope.computed(call, rng=np.random.default_rng(scope.seed))
    for part in statement.parts[1:]:
        variance = scalar(scope.evaluate(part), "a variance")
        numbers = np.random.default_rng(scope.seed).standard_normal(shape)
        normal = arithmetic.from_numpy(numbers)
        gap = difference(np.asarray(np.sqrt(variance) * normal), drawn, part)
        found = (drawn / normal) ** 2
        if np.ptp(found) <= 1e-9 * np.max(found):  # it is normal, of another variance
            gap = gap._replace(sides=(variance, np.asarray(found.flat[0])))
        yield gap._replace(names=("formula", "code"))


def _declared(scope: Scope, node: Node) -> Declaration:
    declaration = scope.page.table.declaration_of(getattr(node, "name", ""))
    assert declaration is not None
    return declaration


def _letters(scope: Scope, node: Node) -> list[str]:
    """Return the indices of an entry, each of which stands for all of its values."""
    table = scope.page.table
    indices = node.indices if isinstance(node, tree.Member) else ()
    letters = [
        index.name
        for index in indices
        if isinstance(index, tree.Symbol)
        and (
            table.is_index(index.name) or index.name not in {*table.declarations, *table.dimensions}
        )
    ]
    if len({*letters}) < len(indices):
        raise Refusal("the law of one entry", "write it for every index: x_j", node.span)
    return letters
