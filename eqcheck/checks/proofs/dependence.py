"""What a value depends on: the names that are written, and those that these are made from.

What is found may be too much, never too little: a proof that rests on "it does not depend" holds.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...errors import Refusal
from ...grammar import tree
from ...grammar.calls import letters_of_code
from ...grammar.names import letter, letters
from ...grammar.tree import Node
from ...values.page import Definition, Page


def root(page: Page, node: Node) -> str:
    """Return the name that is declared: of an entry, a row or a column, that of the whole."""
    name = getattr(node, "name", "")
    pattern = page.table.patterns.get(name)
    return name if pattern is None else pattern.parent


def names_in(page: Page, node: Node) -> set[str]:
    """Return the declared names that are written in a tree."""
    return {root(page, part) for part in node.walk() if hasattr(part, "name")}


def definitions_of(page: Page, name: str) -> Iterator[Definition]:
    """Yield the definitions of a name: of the whole, of its entries, rows or columns."""
    yield from page.definitions.get(name, ())
    for pattern in page.table.patterns.values():
        if pattern.parent == name and pattern.key != name:
            yield from page.definitions.get(pattern.key, ())


def reached(page: Page, start: set[str]) -> set[str]:
    r"""Return names with all that their values are made from: by definitions, code, domains.

    Examples
    --------
    >>> page = Page("x : R \n y = x^2 \n z = 2 y \n u : R")
    >>> sorted(reached(page, {"z"}))
    ['x', 'y', 'z']
    """
    found: set[str] = set()
    left = [*start]
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += _directly(page, name)
    return found


def _directly(page: Page, name: str) -> Iterator[str]:
    for item in definitions_of(page, name):
        yield from names_in(page, item.body)
    declaration = page.table.declarations.get(name)
    if declaration is None:
        return
    written = letters_of_code(declaration.code or "") | letters(declaration.lipschitz)
    if declaration.domain is not None:
        written |= declaration.domain.letters
    if declaration.index is not None:
        written = written.union(*map(letters, declaration.index[1:]))
    if written:
        yield from (other for other in page.table.declarations if letter_of(other) in written)


def letter_of(name: str) -> str:
    """Return the letter of a name, without its scripts."""
    try:
        return letter(name)
    except Refusal:
        return name


def depends(page: Page, node: Node, variable: Node) -> bool:
    """Whether a value may change with a name; of one vector, other entries stay as they are."""
    name = root(page, variable)
    if name not in reached(page, names_in(page, node)):
        return False
    return not (
        _is_numbered(variable)
        and all(
            _is_numbered(part) and part.name == variable.name and part != variable  # type: ignore[attr-defined]
            for part in node.walk()
            if root(page, part) == name
        )
        and name not in reached(page, names_in(page, node) - {name})
        and not any(definitions_of(page, name))
    )


def _is_numbered(node: Node) -> bool:
    return isinstance(node, tree.Member) and all(
        isinstance(index, tree.Number) for index in node.indices
    )
