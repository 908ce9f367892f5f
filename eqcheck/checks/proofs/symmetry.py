r"""What a law does not see: the sign of what is symmetric about zero, the places of equal entries.

Of a mean it may therefore be changed at every place at once: \varepsilon to -\varepsilon, a square
matrix of independent entries to its transpose, a row index to another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...errors import Refusal
from ...grammar import tree
from ...grammar.domains import NORMAL, Domain
from ...grammar.tree import Node
from ...values.scope import Scope
from .dependence import names_in, reached, root
from .forms import rebuilt

PLACE = "\\;"  # begins what stands for any index: no name has a space in it
_DIFFERENTIATED = (tree.Partial, tree.Gradient)


def images(scope: Scope, body: Node, held: frozenset[str] = frozenset()) -> Iterator[Node]:
    """Yield versions of what is averaged that have the same mean, each by one change.

    What is ``held`` is varied from outside, and no longer random.
    """
    for name in sorted(names_in(scope.page, body) - held):
        domain = _law(scope, name)
        if domain is None or not _is_all(scope, name, body):
            continue
        if _is_even(domain):
            yield _changed(scope, name, body, tree.Negative)
        if _is_square(domain) and _stands_alone(scope, name, body):
            yield _changed(scope, name, body, tree.Transpose)


def anywhere(
    scope: Scope, body: Node, bound: frozenset[str], held: frozenset[str] = frozenset()
) -> Node:
    """Return what is averaged with the indices of equal entries left open, where that is one.

    Each row of a matrix of independent entries of one law has the same law, and each column: where
    all entries that are written share a row index, it may be any.
    """
    for name in sorted(names_in(scope.page, body) - held):
        domain = _law(scope, name)
        if domain is None or not _is_all(scope, name, body):
            continue
        leaves = [part for part in body.walk() if root(scope.page, part) == name]
        inner = {part.variable for part in body.walk() if isinstance(part, tree.BigOperator)}
        entries = [part for part in leaves if isinstance(part, tree.Member)]
        patterns = {scope.page.table.patterns[part.name].role for part in entries}
        if len(entries) < len(leaves) or patterns != {"entries"}:
            continue
        for axis, size in enumerate(scope.shape(domain)):
            found = {part.indices[axis] for part in entries}
            [index, *others] = found
            own = getattr(index, "name", "") in inner
            if not (own or others) and _is_in(scope, index, size, bound):
                body = _left_open(body, {part.name for part in entries}, axis)
    return body


def _law(scope: Scope, name: str) -> Domain | None:
    """Return from what the entries of a random name are drawn, each for itself; or nothing."""
    declaration = scope.page.table.declarations.get(name)
    if declaration is None or "random" not in declaration.flags:
        return None
    domain = declaration.domain
    return domain if domain is not None and domain.kind in ("finite", NORMAL) else None


def _is_all(scope: Scope, name: str, body: Node) -> bool:
    """Whether a name is met where it is written and nowhere else, and nothing is derived by it."""
    page = scope.page
    if any(name in reached(page, {other}) for other in names_in(page, body) - {name}):
        return False
    derived = [part.variable for part in body.walk() if isinstance(part, _DIFFERENTIATED)]
    return all(node is not None and root(page, node) != name for node in derived)


def _is_even(domain: Domain) -> bool:
    """Whether minus a value is as likely as the value, whatever is drawn."""
    if domain.kind == NORMAL:
        return True
    written = ["".join(part.split()) for part in domain.parameters]
    simple = all(re.fullmatch(r"-?[^-+]+", part) for part in written)
    return simple and sorted(written) == sorted(map(_minus, written))


def _minus(latex: str) -> str:
    return latex[1:] if latex.startswith("-") else latex if latex == "0" else f"-{latex}"


def _is_square(domain: Domain) -> bool:
    return len(domain.shape) == 2 and domain.shape[0] == domain.shape[1]


def _stands_alone(scope: Scope, name: str, body: Node) -> bool:
    """Whether only the whole of a name is written."""
    return all(isinstance(p, tree.Symbol) for p in body.walk() if root(scope.page, p) == name)


def _changed(
    scope: Scope, name: str, body: Node, into: type[tree.Negative | tree.Transpose]
) -> Node:
    def change(node: Node) -> Node | None:
        return into(node) if root(scope.page, node) == name else None

    return rebuilt(body, change)


def _left_open(body: Node, names: set[str], axis: int) -> Node:
    def change(node: Node) -> Node | None:
        if not isinstance(node, tree.Member) or node.name not in names:
            return None
        indices = [*node.indices]
        indices[axis] = tree.Symbol(f"{PLACE}{axis}")
        return tree.Member(node.name, tuple(indices))

    return rebuilt(body, change)


def _is_in(scope: Scope, index: Node, size: int, bound: frozenset[str]) -> bool:
    """Whether an index is one of the places, for all of its values; a sum tries all of its own."""
    if isinstance(index, tree.Number):
        return 1 <= index.value <= size
    if not isinstance(index, tree.Symbol):
        return False
    if index.name in bound:
        return True
    declaration = scope.page.table.declarations.get(index.name)
    if declaration is None or declaration.domain is None or not declaration.is_index:
        return False
    try:
        low, high = map(scope.latex_integer, declaration.domain.parameters)
    except Refusal:
        return False
    return low >= 1 and high <= size
