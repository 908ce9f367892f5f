"""What is random: the value that belongs to the present path through all choices."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import Refusal, quoting
from ..grammar import tree
from ..grammar.domains import LAWS, NORMAL, UNIFORM, Domain
from ..grammar.patterns import Pattern
from .arithmetic import Array, Value, column, scalar, size
from .dots import LONGEST
from .outcomes import LIMIT
from .scope import CHANCE, Indices, Scope


def probabilities(scope: Scope, node: tree.Cases) -> list[Array]:
    """Return the probability of each case; the last may be the rest."""
    found: list[Array] = []
    for _, condition in node.rows:
        if condition is None:
            found.append(np.asarray(1.0 - np.sum(found, axis=0)))
        elif isinstance(condition, tree.Probability):
            found.append(scalar(scope.evaluate(condition.body), "a probability"))
        else:
            raise Refusal("cases by chance and by a condition do not mix")
    total = float(np.real(np.sum(found)))
    if min(float(np.real(p)) for p in found) < 0 or abs(total - 1) > 1e-9:
        raise Refusal(f"the probabilities of the cases add up to {total:g}")
    return found


def choose(scope: Scope, name: str, at: Indices, chances: Sequence[Array | float]) -> int:
    """Return which of several outcomes is met on the present path."""
    if scope.choices is None:
        raise _not_averaged(name)
    scope.names.add(CHANCE)
    return scope.choices.choose((name, *at), chances)


def _not_averaged(name: str) -> Refusal:
    how = r"average over it, \mathbb{E}[...], or use the kind distribution"
    return Refusal(f"{name} is random", how)


def random_value(scope: Scope, name: str, at: Indices, domain: Domain) -> Value:
    """Return the random value that belongs to the present path."""

    def one_of(options: list[Any], *place: int) -> Any:
        return options[choose(scope, name, (*at, *place), [1 / len(options)] * len(options))]

    if domain.kind == "subset":
        with quoting(domain.line):
            members, low, high = map(scope.latex_integer, domain.parameters)
            check_subset(members, high - low + 1)
            outcomes = math.comb(high - low + 1, members)
            if outcomes > LIMIT:
                raise Refusal(f"{name} has more than {LIMIT} outcomes", "take smaller dimensions")
        scope.work.take(outcomes // 10)
        chosen: Value = one_of(list(itertools.combinations(range(low, high + 1), members)))
        return chosen
    if domain.kind in LAWS:
        return _of_a_law(scope, name, at, domain)
    with quoting(domain.line):
        if domain.kind != "finite":
            raise Refusal(
                f"{name} is random, but its domain is neither finite nor a law",
                r"declare {-\tau, \tau}[d]; random, or normal[d], uniform(a, b), bernoulli(p)",
            )
        ends = [scope.array(scope.page.expression(part)) for part in domain.parameters]
        shape = column(scope.shape(domain))
    scope.work.take(size(shape))
    return np.stack([one_of(ends, k) for k in range(size(shape))]).reshape(shape)


def _of_a_law(scope: Scope, name: str, at: Indices, domain: Domain) -> Value:
    """Return the numbers of a law that belong to the present path."""
    if scope.choices is None:
        raise _not_averaged(name)
    with quoting(domain.line):
        shape = column(scope.shape(domain))
    scope.work.take(size(shape))
    numbers = [_number(scope, (name, *at, k), domain) for k in range(size(shape))]
    return np.asarray(numbers).reshape(shape)


def _number(scope: Scope, key: tuple[object, ...], domain: Domain) -> Array:
    """Return one number of a law on the present path."""
    assert scope.choices is not None
    scope.names.add(CHANCE)
    if domain.kind == NORMAL:
        return np.asarray(scope.choices.normal(key))
    with quoting(domain.line):
        parameters = [
            scalar(scope.array(scope.page.expression(part)), "a parameter of a law")
            for part in domain.parameters
        ]
        if domain.kind == UNIFORM:
            low, high = parameters
            if not np.real(low) < np.real(high):
                raise Refusal("a uniform law whose ends are not in order", "low comes first")
            return np.asarray(low + (high - low) * scope.choices.uniform(key))
        [chance] = parameters
        if not 0 <= np.real(chance) <= 1:
            raise Refusal(f"{np.real(chance):.3g} is no probability", "draw it from (0, 1)")
        return np.asarray(float(scope.choices.choose(key, [1 - chance, chance])))


def entry_of_a_law(scope: Scope, pattern: Pattern, at: Indices) -> Value | None:
    """Return an entry of a random vector, and let the others be; None if it has no law."""
    name, choices = pattern.parent, scope.choices
    domain = scope.page.table.declarations[name].domain
    known = name in scope.bound or name in scope.page.definitions
    if choices is None or domain is None or domain.kind not in LAWS or known:
        return None
    shape = scope.shape(domain)
    if pattern.role != "entries" or not all(1 <= k <= n for k, n in zip(at, shape, strict=True)):
        return None
    place = int(np.ravel_multi_index([index - 1 for index in at], shape))
    return _number(scope, (name, place), domain)


def check_subset(members: int, count: int) -> None:
    """Refuse a subset that is larger than the whole."""
    if not 0 <= members <= count <= LONGEST:
        raise Refusal(f"{members} of {count} indices", f"take 0 to all of at most {LONGEST}")
