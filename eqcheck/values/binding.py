r"""Python calls in the table and in checks: ``dlref.ridge(\mathbf{X}, \mathbf{y}, lam=\lambda)``.

The callable is looked up by its dotted name in what the caller of eqcheck gave; arguments are
LaTeX, evaluated on the same draw as the formula, and passed as a library takes them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import Refusal, Unbound
from ..grammar import tree
from ..grammar.lexer import tokenize
from ..grammar.names import text
from ..grammar.statements import parse_expression
from ..grammar.tree import Node
from .arithmetic import Value, to_numpy

if TYPE_CHECKING:
    from .scope import Names

_CALL = re.compile(
    r"(?P<name>[A-Za-z_][\w.]*)\s*(?:\((?P<arguments>.*)\))?\s*(?:\[(?P<item>\d+)\])?", re.DOTALL
)
_BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


MEMORY = 5000


@dataclass(frozen=True)
class Binding:
    """A left side, if it is named, and the call that computes it."""

    left: str
    call: str


def bindings(code: str) -> list[Binding]:
    r"""Read the lines of a check's code: ``f(args)``, or ``LEFT = f(args)``.

    Examples
    --------
    >>> bindings(r"\mathbf{h} = f(\mathbf{x}, lr=\eta)")
    [Binding(left='\\mathbf{h}', call='f(\\mathbf{x}, lr=\\eta)')]
    """
    found = []
    for line in code.splitlines():
        if line.strip():
            cut = _top_level(line, "=")
            left, call = (line[:cut], line[cut + 1 :]) if cut is not None else ("", line)
            found.append(Binding(text(tokenize(left)), call.strip()))
    return found


def call_bound(scope: Names, call: str, given: list[Value] | None = None, **extra: Any) -> Any:
    """Call what ``call`` names, with its LaTeX arguments or with the given values.

    Raises
    ------
    Unbound
        If the caller gave no callable of this name.
    Refusal
        If an argument cannot be evaluated, or the callable raises.
    """
    match = _CALL.fullmatch(call.strip())
    if match is None:
        raise Unbound(f"{call!r} is not a call", r"write name(\mathbf{x}, key=b)")
    name = match["name"]
    try:
        function = scope.page.functions[name]
    except KeyError:
        raise Unbound(f"{name} is not among the callables given to the page") from None
    positional: list[Any] = []
    named: dict[str, Any] = dict(extra)
    if given is not None:
        positional = [to_numpy(value) for value in given]
    elif match["arguments"]:
        for part in _parts(match["arguments"]):
            keyword = re.match(r"\s*([A-Za-z_]\w*)\s*=(?!=)", part)
            if keyword:
                named[keyword[1]] = _argument(scope, part[keyword.end() :])
            else:
                positional.append(_argument(scope, part))
    result = _remembered(scope.page.memory, name, function, positional, named)
    return pick(result, int(match["item"]), name) if match["item"] else result


def pick(result: Any, place: int, name: str) -> Any:
    """Return one of several things that a callable returned."""
    if not isinstance(result, tuple | list) or place >= len(result):
        raise Refusal(f"{name} returned no item {place}: {type(result).__name__}")
    return result[place]


def _remembered(
    memory: dict[object, Any],
    name: str,
    function: Callable[..., Any],
    positional: list[Any],
    named: dict[str, Any],
) -> Any:
    """Call a pure function once for the same numbers: mutants meet the same draws again."""
    arguments = [*positional, *named.values()]
    key = None
    if all(isinstance(argument, np.ndarray | np.generic | int) for argument in arguments):
        content = tuple(
            (np.shape(a), np.asarray(a).dtype.str, np.asarray(a).tobytes()) for a in arguments
        )
        key = (name, tuple(named), content)
        if key in memory:
            return memory[key]
    try:
        result = function(*positional, **named)
    except Refusal:
        raise
    except Exception as error:
        raise Refusal(
            f"the Python callable {name} raised {type(error).__name__}: {error}"
        ) from error
    if key is not None:
        if len(memory) > MEMORY:
            memory.clear()
        memory[key] = result
    return result


def _argument(scope: Names, latex: str) -> Any:
    latex = latex.strip()
    if latex.startswith("[") and latex.endswith("]"):
        return [_argument(scope, part) for part in _parts(latex[1:-1])]
    node = _parsed(scope, latex)
    if isinstance(node, tree.Sequence):
        low, high = scope.integer(node.lower), scope.integer(node.upper)
        return [
            to_numpy(scope.at(**{node.variable: k}).evaluate(node.body))
            for k in range(low, high + 1)
        ]
    value = scope.evaluate(node)
    if _is_whole(scope, node) and isinstance(value, np.ndarray):
        return int(value)
    return to_numpy(value)


def _parsed(scope: Names, latex: str) -> Node:
    try:
        return scope.page.expression(latex)
    except Refusal as refusal:
        if scope.indices:  # an index that the formula binds may stand in an argument
            return parse_expression(latex, scope.page.table, tuple(scope.indices))
        raise Refusal(f"in the code's argument {latex!r}: {refusal.what}", refusal.how) from None


def _is_whole(scope: Names, node: Node) -> bool:
    """Whether an argument is an integer by its nature: a number, a dimension or an index."""
    if isinstance(node, tree.Number):
        return node.value.is_integer()
    if not isinstance(node, tree.Symbol):
        return False
    declaration = scope.page.table.declarations.get(node.name)
    integers = (
        declaration is not None
        and declaration.domain is not None
        and (declaration.domain.kind == "integers")
    )
    return integers or node.name in scope.page.table.dimensions or node.name in scope.indices


def _parts(code: str) -> list[str]:
    """Split arguments at commas outside of all brackets."""
    parts, rest = [], code
    while (cut := _top_level(rest, ",")) is not None:
        parts.append(rest[:cut])
        rest = rest[cut + 1 :]
    return [*parts, rest]


def _top_level(code: str, mark: str) -> int | None:
    depth = 0
    for at, letter in enumerate(code):
        depth += _BRACKETS.get(letter, 0)
        if depth == 0 and letter == mark:
            return at
    return None
