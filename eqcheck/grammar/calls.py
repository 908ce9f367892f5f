r"""Python calls as they are written: ``ridge(\mathbf{X}, lam=\lambda)``, ``a = f(x)[0]``.

Their arguments are LaTeX or calls, and the place of an item is LaTeX. Nothing is called here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate

from ..errors import Refusal, Unbound
from .domains import split_at_commas
from .lexer import tokenize, too_deep
from .names import letters, text
from .vocabulary import DEEPEST

_CALL = re.compile(
    r"(?P<name>[A-Za-z_][\w.]*)\s*(?:\((?P<arguments>.*)\))?\s*(?:\[(?P<item>[^\[\]()]{1,40})\])?",
    re.DOTALL,
)
_NESTED = re.compile(r"\s*[A-Za-z_]\w*(\.\w+)+\s*\(")  # LaTeX has no dotted names
LINES = 100  # of one code
_KEYWORD = re.compile(r"([A-Za-z_]\w*)\s*=(?!=)")


@dataclass(frozen=True)
class PythonCall:
    """A dotted name, arguments in LaTeX, and which one of several results is meant."""

    name: str
    positional: tuple[str, ...]
    named: tuple[tuple[str, str], ...]
    item: str | None


@dataclass(frozen=True)
class Binding:
    """A left side, if it is named, and the call that computes it."""

    left: str
    call: str


def read_call(latex: str) -> PythonCall:
    r"""Read a call into its parts.

    Raises
    ------
    Unbound
        If it is no call.

    Examples
    --------
    >>> read_call(r"step(\mathbf{w}, lr=\eta)")
    PythonCall(name='step', positional=('\\mathbf{w}',), named=(('lr', '\\eta'),), item=None)
    """
    match = _CALL.fullmatch(latex.strip())
    if match is None:
        raise Unbound(f"'{latex}' is not a call", r"write name(\mathbf{x}, key=b)")
    depths = accumulate((letter in "([{") - (letter in ")]}") for letter in latex)
    if max(depths) > DEEPEST:
        raise too_deep(None)
    positional, named = [], []
    for part in split_at_commas(match["arguments"]) if match["arguments"] else ():
        keyword = _KEYWORD.match(part)
        if keyword:
            named.append((keyword[1], part[keyword.end() :]))
        else:
            positional.append(part)
    return PythonCall(match["name"], tuple(positional), tuple(named), match["item"])


def bindings(code: str) -> list[Binding]:
    r"""Read the lines of a check's code: ``f(args)``, or ``LEFT = f(args)``.

    Examples
    --------
    >>> bindings(r"\mathbf{h} = f(\mathbf{x}, lr=\eta)")
    [Binding(left='\\mathbf{h}', call='f(\\mathbf{x}, lr=\\eta)')]
    """
    found = []
    lines = [line for line in code.splitlines() if line.strip()]
    if len(lines) > LINES:
        raise Refusal(f"{len(lines)} lines of code: {LINES} are the most", "split the formula")
    for line in lines:
        cut = next(_outside_brackets(line, "="), None)
        left, call = ("", line) if cut is None else (line[:cut], line[cut + 1 :])
        found.append(Binding(text(tokenize(left)), call.strip()))
    return found


def letters_of_code(code: str) -> frozenset[str]:
    r"""Return the letters that a check's code uses: in its arguments, and on the left.

    Examples
    --------
    >>> sorted(letters_of_code(r"\mathbf{h} = net.relu(\mathbf{x}, lr=\eta)"))
    ['\\eta', '\\mathbf{h}', '\\mathbf{x}']
    """
    found: set[str] = set()
    with suppress(Refusal):  # what cannot be read is refused where it is called
        for line in bindings(code):
            found |= letters(line.left)
            found.update(*map(letters, _latex_of(line.call)))
    return frozenset(found)


def is_call(argument: str) -> bool:
    r"""Tell whether an argument is a call itself, of a dotted name.

    Examples
    --------
    >>> is_call(r"net.pca(\mathbf{A}, k)"), is_call("f(x)")
    (True, False)
    """
    return _NESTED.match(argument) is not None


def _latex_of(call: str) -> Iterator[str]:
    """Yield all that is LaTeX in a call."""
    parts = read_call(call)
    yield parts.item or ""
    for argument in (*parts.positional, *(value for _, value in parts.named)):
        if is_call(argument):
            yield from _latex_of(argument)
        else:
            yield argument


def _outside_brackets(code: str, mark: str) -> Iterator[int]:
    """Yield where a mark stands outside of all brackets."""
    depth = 0
    for at, letter in enumerate(code):
        depth += (letter in "([{") - (letter in ")]}")
        if depth == 0 and letter == mark:
            yield at
