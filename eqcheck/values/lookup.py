"""What a declared name is worth on a draw: bound, defined, computed by Python, or drawn.

Lookup is lazy and dynamic: a call binds the formal parameters by name, so that what an equation
leaves implicit (the prediction inside a loss, a hidden layer) follows the argument. This is also
how a derivative reaches every use of its variable.
"""

from __future__ import annotations

import itertools
from functools import cache, partial

import numpy as np

from ..errors import Refusal, quoting
from ..grammar import tree
from ..grammar.domains import Domain
from ..grammar.patterns import Pattern
from ..grammar.symbols import Declaration
from .arithmetic import Jacobian, Value, column, from_numpy, plain, scalar, shown
from .chance import check_subset, choose, entry_of_a_law, probabilities, random_value
from .dots import LONGEST
from .draw import Bounds, draw, parts, subset
from .page import Definition
from .scope import Indices, Key, Scope, pick


def value_of(scope: Scope, name: str, at: Indices, declaration: Declaration) -> Value:
    """Return the value of a declared name: bound, defined, from code, or drawn."""
    key: Key = (name, at) if at else name
    scope.names.add(name)
    if key in scope.bound:
        scope.reads.add(key)
        return scope.bound[key]
    if scope.bound or scope.choices is not None:  # the value may depend on these
        if name not in scope.page.definitions and declaration.code is None:
            drawn: Value | None = scope.store.get(("drawn", name, at))
            return _fresh(scope, name, at, declaration) if drawn is None else drawn
        return scope.kept(key, declaration, partial(_of, name=name, at=at))
    if ("value", key) not in scope.store:
        scope.store["value", key] = _fresh(scope, name, at, declaration)
    found: Value = scope.store["value", key]
    return found


def _of(scope: Scope, declaration: Declaration, name: str, at: Indices) -> Value:
    return _fresh(scope, name, at, declaration)


def _fresh(scope: Scope, name: str, at: Indices, declaration: Declaration) -> Value:
    own = with_index(scope, declaration, at)
    for item in scope.page.definitions.get(name, ()):
        inner = matching(scope, item, at)
        if inner is not None and not item.formals:
            value = unfold(inner, (name, at), item)
            check_shape(own, value, declaration)
            return value
    if declaration.code is not None:
        return from_code(own, declaration)
    if "defined" in declaration.flags:
        return _assembled(scope, name, declaration)
    assert declaration.domain is not None
    if "random" in declaration.flags:
        return random_value(own, name, at, declaration.domain)
    if ("drawn", name, at) not in scope.store:
        drawn = _DRAWN.get(declaration.domain.kind, _from_domain)
        with quoting(declaration.domain.line):
            scope.store["drawn", name, at] = drawn(own, name, at, declaration.domain)
    found: Value = scope.store["drawn", name, at]
    return found


def unfold(scope: Scope, key: object, item: Definition) -> Value:
    """Evaluate what a name stands for; refuse a name that stands for itself."""
    if key in scope.busy:
        raise Refusal("a name is defined by itself", "define it by others")
    scope.busy.append(key)
    try:
        return scope.evaluate(item.body)
    except Refusal as refusal:
        if refusal.source is None:
            refusal.source = item.latex
        raise
    finally:
        scope.busy.pop()


def from_code(scope: Scope, declaration: Declaration) -> Value:
    """Return what the Python call of a line gives; of several results, this name's."""
    code = declaration.code or ""
    with quoting(declaration.domain.line if declaration.domain else ""):
        result = scope.call(code)
        if declaration.place is not None:
            result = pick(result, declaration.place, code)
        value = from_numpy(result)
        check_shape(scope, value, declaration)
        return value


# ------------------------------------------------------------------------- entries, rows, columns


def _assembled(scope: Scope, name: str, declaration: Declaration) -> Value:
    """Build a vector or a matrix from the definition of its entries or rows."""
    shape = scope.shape(declaration.domain) if declaration.domain else ()
    for pattern in scope.page.table.patterns.values():
        selects = pattern.parent == name and pattern.role != "family"
        if not selects or pattern.key not in scope.page.definitions:
            continue
        axes = {"entries": shape, "rows": shape[:1], "columns": shape[1:]}[pattern.role]
        counts = [range(1, length + 1) for length in axes[: len(pattern.variables)]]
        items = [plain(selected(scope, pattern, at)) for at in itertools.product(*counts)]
        if pattern.role == "rows":
            return np.vstack([item.T for item in items])
        if pattern.role == "columns":
            return np.hstack(items)
        return np.stack([scalar(item, "an entry") for item in items]).reshape(column(shape))
    raise Refusal(f"{name} is not defined yet", "define it before it is used", missing=name)


def selected(scope: Scope, pattern: Pattern, at: Indices) -> Value:
    """Return an entry, a row or a column of a declared vector or matrix."""
    scope.names.add(pattern.parent)
    if pattern.parent not in scope.bound:
        for item in scope.page.definitions.get(pattern.key, ()):
            inner = matching(scope, item, at)
            if inner is not None:
                return _component(inner, pattern.key, at, item)
    if scope.choices is not None:
        random = entry_of_a_law(scope, pattern, at)
        if random is not None:
            return random
    array = plain(scope.evaluate(_whole_of(pattern.parent)))
    axes = range(len(at)) if pattern.role != "columns" else (1,)
    for axis, index in zip(axes, at, strict=True):
        if not 1 <= index <= array.shape[axis]:
            raise Refusal(f"index {index} is outside 1 to {array.shape[axis]}")
    if pattern.role == "rows":
        return np.reshape(array[at[0] - 1], (-1, 1))
    if pattern.role == "columns":
        return np.reshape(array[:, at[0] - 1], (-1, 1))
    return np.asarray(array[tuple(index - 1 for index in at)]).reshape(())


@cache
def _whole_of(name: str) -> tree.Symbol:
    return tree.Symbol(name)


def _component(scope: Scope, name: str, at: Indices, item: Definition) -> Value:
    """Evaluate a definition of entries; its cases may be a random choice."""
    body = item.body
    if not (isinstance(body, tree.Cases) and isinstance(body.rows[0][1], tree.Probability)):
        return unfold(scope, (name, at), item)
    outcome = choose(scope, name, at, probabilities(scope, body))
    return scope.evaluate(body.rows[outcome][0])


# ------------------------------------------------------------------------------ what is drawn


def _index(scope: Scope, name: str, at: Indices, domain: Domain) -> Value:
    """Draw an index so that each round of seeds meets every value once, in its own order."""
    low, high = map(scope.latex_integer, domain.parameters)
    count = high - low + 1
    if not 0 < count <= LONGEST:
        raise Refusal(f"{name} runs from {low} to {high}: 1 to {LONGEST} values are needed")
    turn, place = divmod(scope.seed, count)
    order = Scope(scope.page, turn).generator(name).permutation(count)
    return np.asarray(float(low + order[place]))


def _subset(scope: Scope, name: str, at: Indices, domain: Domain) -> Value:
    members, low, high = map(scope.latex_integer, domain.parameters)
    check_subset(members, high - low + 1)
    drawn = subset(members, high - low + 1, scope.generator(name, *at))
    return tuple(index + low - 1 for index in drawn)


def _part(scope: Scope, name: str, at: Indices, domain: Domain) -> Value:
    """Draw a partition once for all of its parts; return one of them."""
    if not at:
        raise Refusal("a partition without an index", "declare F_k : parts of 1..n; k = 1..K")
    declaration = scope.page.table.declaration_of(name)
    assert declaration is not None
    assert declaration.index is not None
    low, high = map(scope.latex_integer, domain.parameters[1:])
    number = scope.latex_integer(declaration.index[2])
    return parts(high - low + 1, number, scope.generator(name))[at[0] - 1]


def _from_domain(scope: Scope, name: str, at: Indices, domain: Domain) -> Value:
    shape, bounds = scope.shape(domain), bounds_of(scope, domain)
    return np.asarray(draw(domain, shape, bounds, scope.generator(name, *at), scope.seed))


def bounds_of(scope: Scope, domain: Domain) -> Bounds:
    """Return the parameters of a domain on a draw: the ends of an interval, the values of a set."""
    ends = (scope.array(scope.page.expression(part)) for part in domain.parameters)
    return tuple(float(np.real(end)) for end in ends)


def _whole(scope: Scope, name: str, at: Indices, domain: Domain) -> Value:
    low, high = map(scope.latex_integer, domain.parameters)
    if not 0 <= high - low < LONGEST:
        raise Refusal(f"{high - low + 1} whole numbers to draw from: 1 to {LONGEST} are needed")
    rng = scope.generator(name, *at)
    return np.asarray(rng.integers(low, high + 1, column(scope.shape(domain))), float)


_DRAWN = {"integers": _index, "subset": _subset, "parts": _part, "whole": _whole}


# --------------------------------------------------------------------------- indices and shapes


def matching(scope: Scope, item: Definition, at: Indices) -> Scope | None:
    """Return the scope of a definition for these indices; None if it is for others.

    A definition sees its own indices only, not those of the formula around it.
    """
    if isinstance(item.target, tree.Symbol):
        return scope.having(indices={}) if scope.indices else scope
    assert isinstance(item.target, tree.Member)
    indices: dict[str, int] = {}
    for index, value in zip(item.target.indices, at, strict=True):
        if isinstance(index, tree.Symbol):
            indices[index.name] = value
        elif isinstance(index, tree.Number) and index.value != value:
            return None
    if indices and _defined_exactly(scope, item, at):
        return None
    return scope.having(indices=indices)


def _defined_exactly(scope: Scope, item: Definition, at: Indices) -> bool:
    """Whether another definition is for these very indices: the base of a recursion."""
    assert isinstance(item.target, tree.Member)
    others = [other.target for other in scope.page.definitions[item.target.name]]
    if len(others) == 1:
        return False
    exact = [float(index) for index in at]
    return any(
        isinstance(target, tree.Member)
        and [getattr(index, "value", None) for index in target.indices] == exact
        for target in others
    )


def with_index(scope: Scope, declaration: Declaration, at: Indices) -> Scope:
    """Return the scope in which a line is read: of all indices, it sees its family's."""
    own = {} if declaration.index is None or not at else {declaration.index[0]: at[0]}
    return scope.having(indices=own) if own or scope.indices else scope


def check_range(scope: Scope, declaration: Declaration, index: int) -> None:
    """Refuse a member that the family does not have."""
    assert declaration.index is not None
    letter, low, high = declaration.index
    with quoting(declaration.domain.line if declaration.domain else ""):
        first, last = scope.latex_integer(low), scope.latex_integer(high)
    if not first <= index <= last:
        raise Refusal(f"{declaration.latex} with {letter} = {index} is outside {low} to {high}")


def check_shape(scope: Scope, value: Value, declaration: Declaration) -> None:
    """Refuse a value whose shape is not the declared one."""
    domain = declaration.domain
    if domain is None or domain.kind in ("subset", "parts", "integers"):
        return
    wanted = column(scope.shape(domain.output or domain))
    if isinstance(value, Jacobian) or plain(value).shape == wanted:
        return
    raise Refusal(
        f"{declaration.latex} is declared as {shown(wanted)}, but has {shown(plain(value).shape)}"
    )
