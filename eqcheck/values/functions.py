"""What a function is worth where it is called: defined, computed by Python, drawn, or built in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from ..errors import Refusal
from ..grammar import tree
from ..grammar.symbols import Declaration
from ..grammar.tree import Node
from ..grammar.vocabulary import ELEMENTARY
from . import arithmetic, numbers
from .arithmetic import Array, Function, Value, from_numpy, plain, scalar, shown, to_numpy
from .dots import fill
from .draw import convex, smooth
from .lookup import check_range, check_shape, from_code, matching, unfold, with_index
from .scope import Key, Scope

APPLIED = 2  # steps of a function, besides its arguments and its formula
DRAWN = 8  # more of one that is drawn
ENTRY = 4  # more of one that acts entry by entry
_ELEMENTARY: dict[str, Callable[[Array], Array]] = {
    **{name: getattr(np, name[1:]) for name in ELEMENTARY - {"\\ln", "\\operatorname{erf}"}},
    "\\ln": np.log,
    "\\operatorname{erf}": numbers.erf,
}
_EXTREME = {"max": numbers.maximum, "min": numbers.minimum}


def apply(scope: Scope, function: Node, arguments: list[Value]) -> Value:
    """Apply a named function to values."""
    if isinstance(function, tree.Compose):
        *outer, first = fill(function.functions, scope)
        value = apply(scope, first, arguments)
        for part in reversed(outer):
            value = apply(scope, part, [value])
        return value
    name = getattr(function, "name", "")
    scope.names.add(name)
    bound = scope.bound.get(name) if isinstance(function, tree.Symbol) else None
    if isinstance(bound, Function):
        scope.reads.add(name)
        return from_numpy(bound.call(*map(to_numpy, arguments)))
    if name in _ELEMENTARY:
        return _elementary(name, arguments, name in scope.page.table.declarations)
    declaration = scope.page.table.declaration_of(name)
    if declaration is None:
        return _built_in(name, arguments)
    at: tuple[int, ...] = ()
    if isinstance(function, tree.Member):
        at = tuple(map(scope.integer, function.indices))
        check_range(scope, declaration, at[0])
    if "entrywise" in declaration.flags and len(arguments) == 1:
        array = plain(arguments[0])
        if array.shape != ():
            scope.work.take(ENTRY * array.size)
            entries = [
                scalar(_declared(scope, declaration, name, at, [entry]), "an entry")
                for entry in array.reshape(-1)
            ]
            return np.array(entries).reshape(array.shape)
    if "rowwise" in declaration.flags and _is_matrix_of_rows(scope, declaration, at, arguments):
        rows = [row.reshape(-1, 1) for row in plain(arguments[0])]
        found = [plain(_declared(scope, declaration, name, at, [row])) for row in rows]
        return np.stack([value.reshape(-1) for value in found])
    return _declared(scope, declaration, name, at, arguments)


def _is_matrix_of_rows(
    scope: Scope, declaration: Declaration, at: tuple[int, ...], arguments: list[Value]
) -> bool:
    """Whether a function of a vector was given a matrix, of which each row is such a vector."""
    domain = declaration.domain
    inputs = domain.inputs if domain is not None else ()
    if len(inputs) != 1 or len(arguments) != 1:
        return False
    wanted, given = with_index(scope, declaration, at).shape(inputs[0]), plain(arguments[0]).shape
    return len(wanted) == 1 and len(given) == 2 and given != (*wanted, 1) and given[1:] == wanted


def as_callable(scope: Scope, function: Node) -> Function:
    """Return a named function as a value, for a Python callable that takes one.

    As in NumPy, a function of a vector takes a matrix as well: its rows, one after another.
    """

    def call(*arguments: Any) -> Any:
        if _are_rows(scope, function, arguments):
            return np.stack([call(row) for row in arguments[0]])
        return to_numpy(apply(scope, function, [from_numpy(argument) for argument in arguments]))

    return Function(call)


def _are_rows(scope: Scope, function: Node, arguments: Sequence[Any]) -> bool:
    """Whether a function that takes one vector was given a matrix of such rows."""
    declaration = scope.page.table.declaration_of(getattr(function, "name", ""))
    if declaration is None or declaration.domain is None or len(arguments) != 1:
        return False
    inputs = declaration.domain.inputs
    if len(inputs) != 1:
        return False
    at = tuple(map(scope.integer, getattr(function, "indices", ())))
    wanted = with_index(scope, declaration, at).shape(inputs[0])
    return len(wanted) == 1 and np.shape(arguments[0])[1:] == wanted


def _declared(
    scope: Scope,
    declaration: Declaration,
    name: str,
    at: tuple[int, ...],
    arguments: list[Value],
) -> Value:
    """Apply a function of the page: by its definition, else by what its line says."""
    scope.work.take(APPLIED)
    arguments = [np.asarray(a) if isinstance(a, np.generic) else a for a in arguments]
    for item in scope.page.definitions.get(name, ()):
        inner = matching(scope, item, at)
        if inner is not None:
            check_count(declaration.name, len(item.formals), arguments)
            _check_arguments(inner, item.formals, arguments)
            own = with_index(scope, declaration, at)
            check_inputs(own, declaration, arguments)
            bound = dict(zip(map(inner.key, item.formals), arguments, strict=True))
            value = _within(inner, bound, partial(unfold, key=("call", name, at), item=item))
            check_shape(own, value, declaration)
            return value
    inner = with_index(scope, declaration, at)
    if declaration.formals:
        check_count(declaration.name, len(declaration.formals), arguments)
        if declaration.code is None:
            raise _undefined(declaration)
        formals = [inner.key(scope.page.formal(formal)) for formal in declaration.formals]
        bound = dict(zip(formals, arguments, strict=True))
        return _within(inner, bound, partial(from_code, declaration=declaration))
    return _mapped(inner, declaration, name, at, arguments)


def _within(scope: Scope, bound: Mapping[Key, Value], evaluate: Callable[[Scope], Value]) -> Value:
    """Evaluate with parameters bound: to read one of these is not to read its namesake outside."""
    reads: set[Key] = set()
    value = evaluate(scope.having(bound={**scope.bound, **bound}, reads=reads))
    scope.reads.update(reads - bound.keys())
    return value


def _mapped(
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
        raise _undefined(declaration)
    if declaration.code is not None:
        check_count(declaration.name, len(domain.inputs), arguments)
        if "rowwise" in declaration.flags:
            check_inputs(scope, declaration, arguments)
        return scope.computed(declaration.code, arguments)
    check_inputs(scope, declaration, arguments)
    if ("function", name, at) not in scope.store:
        *inputs, output = (
            arithmetic.column(scope.shape(part)) for part in (*domain.inputs, domain.output)
        )
        drawn = convex if "convex" in declaration.flags else smooth
        most = _steepest(scope, declaration)
        function = drawn(inputs, output, scope.generator("function", name, *at), most)
        scope.store["function", name, at] = function
    scope.work.take(DRAWN)
    value: Array = scope.store["function", name, at](*arguments)
    return value


def _steepest(scope: Scope, declaration: Declaration) -> float | None:
    """Return the Lipschitz constant of a function that is drawn; None if its line names none."""
    if not declaration.lipschitz:
        return None
    constant = float(
        np.real(scalar(scope.array(scope.page.expression(declaration.lipschitz)), "L"))
    )
    if not constant > 0:
        raise Refusal(f"a Lipschitz constant of {constant:.3g}", "declare it as R+")
    return constant


def _undefined(declaration: Declaration) -> Refusal:
    how = "define it before it is used"
    return Refusal(f"{declaration.told} is not defined yet", how, missing=declaration.name)


def check_inputs(scope: Scope, declaration: Declaration, arguments: Sequence[Value]) -> None:
    """Refuse arguments that are not the inputs with which a function is declared."""
    name, domain = declaration.name, declaration.domain
    if domain is None or domain.kind != "function":
        return
    check_count(name, len(domain.inputs), arguments)
    for argument, given in zip(arguments, domain.inputs, strict=True):
        wanted = arithmetic.column(scope.shape(given))
        if given.kind != "any" and plain(argument).shape != wanted:
            raise Refusal(f"{name} takes {shown(wanted)}, not {shown(plain(argument).shape)}")


def check_count(name: str, wanted: int, arguments: Sequence[object]) -> None:
    """Refuse a call with too few or too many arguments."""
    if len(arguments) != wanted:
        raise Refusal(f"{name} takes {wanted} arguments, not {len(arguments)}")


def _check_arguments(scope: Scope, formals: tuple[Node, ...], arguments: list[Value]) -> None:
    """Refuse an argument whose shape is not that of the formal parameter."""
    for formal, argument in zip(formals, arguments, strict=True):
        name = getattr(formal, "name", "")
        pattern = scope.page.table.patterns.get(name)
        declaration = scope.page.table.declaration_of(name)
        whole = pattern is None or pattern.role == "family"
        if isinstance(argument, np.ndarray) and declaration is not None and whole:
            at = tuple(map(scope.integer, getattr(formal, "indices", ())))
            if "defined" not in declaration.flags or declaration.domain is not None:
                check_shape(with_index(scope, declaration, at), argument, declaration)


def _elementary(name: str, arguments: list[Value], entrywise: bool) -> Value:
    value = plain(arguments[0])
    if value.shape != () and not entrywise:
        raise Refusal(
            f"{name} of {shown(value.shape)}: entry by entry?",
            f"say so in the table: {name} : R -> R; entrywise",
        )
    if name in ("\\log", "\\ln") and (least := float(np.min(np.real(value)))) <= 0:
        raise Refusal(
            f"the logarithm of {least:.3g}",
            "declare domains, such as R+ or (0, 1), that keep it positive",
        )
    return np.asarray(_ELEMENTARY[name](value))


def _built_in(name: str, arguments: list[Value]) -> Value:
    """Return the largest or smallest of several scalars, or a function of one matrix."""
    arrays = [plain(argument) for argument in arguments]
    if name in _EXTREME:
        if len(arrays) < 2:
            raise Refusal(f"{name} of one thing", "name all that are compared")
        return _EXTREME[name](*(scalar(array, name) for array in arrays))
    if len(arrays) != 1:
        raise Refusal(f"{name} takes one argument")
    return _OF_A_MATRIX[name](name, arrays[0])


def _diagonal(name: str, array: Array) -> Array:
    if _two_axes(name, array).shape[1] != 1:
        raise Refusal("diag of a matrix: its diagonal, or a matrix without the rest?")
    return np.diag(array[:, 0])


def _two_axes(name: str, array: Array) -> Array:
    if array.ndim != 2:
        raise Refusal(f"{name} of {shown(array.shape)}")
    return array


def _square(name: str, array: Array) -> Array:
    if array.ndim != 2 or array.shape[0] != array.shape[1]:
        raise Refusal(f"{name} of {shown(array.shape)}")
    return array


_OF_A_MATRIX: dict[str, Callable[[str, Array], Array]] = {
    "diag": _diagonal,
    "vec": lambda name, array: _two_axes(name, array).T.reshape(-1, 1),
    "tr": lambda name, array: np.asarray(np.trace(_square(name, array))),
    "det": lambda name, array: np.asarray(np.linalg.det(_square(name, array))),
}
