"""Names: what one stands for is written out, if one definition says so for all of its indices."""

from __future__ import annotations

from dataclasses import replace

from ...grammar import tree
from ...grammar.tree import Node
from ...values.page import Definition
from .dependence import root
from .forms import Form, atom, with_indices
from .normal import DEEPEST, Normal, forms


@forms(tree.Symbol, tree.Member)
def _name(normal: Normal, node: tree.Symbol | tree.Member) -> Form:
    """Return a name, or what it stands for."""
    if isinstance(node, tree.Symbol) and normal.scope.is_index(node.name):
        return atom(tree.Symbol(node.name), ())
    if normal.kind(node) == "zeros":
        return Form(normal.shape(node), {})
    body = _written_out(normal, node)
    if body is not None:
        return replace(normal, depth=normal.depth + 1).form(body)
    plain: Node = tree.Symbol(node.name)
    if isinstance(node, tree.Member):
        plain = tree.Member(node.name, tuple(map(normal.index, node.indices)))
    return atom(plain, normal.shape(node))


def _written_out(normal: Normal, node: tree.Symbol | tree.Member) -> Node | None:
    """Return what a name stands for, if one definition says so for all of its indices."""
    page = normal.scope.page
    items = [*page.definitions.get(node.name, ())]
    if not normal.unfolds or normal.depth > DEEPEST or root(page, node) in normal.held:
        return None
    if len(items) != 1 or items[0].formals or _has_cases(items[0].body):
        return None
    item = items[0]
    if node.name in {getattr(part, "name", "") for part in item.body.walk()}:
        return None
    own = _indices(item, node)
    if own is None:
        return None
    free = {getattr(part, "name", "") for part in item.body.walk()} - {*own}
    inner = {p.variable for p in item.body.walk() if isinstance(p, tree.BigOperator)}
    given = {getattr(p, "name", "") for index in own.values() for p in index.walk()}
    if free & normal.bound or inner & (given | {*own}):
        return None
    return with_indices(item.body, own)


def _has_cases(body: Node) -> bool:
    return any(isinstance(part, tree.Cases | tree.Probability) for part in body.walk())


def _indices(item: Definition, node: Node) -> dict[str, Node] | None:
    """Return what stands for each index of a definition; nothing if one of these is no letter."""
    targets = getattr(item.target, "indices", ())
    if not all(isinstance(target, tree.Symbol) for target in targets):
        return None
    letters = [target.name for target in targets]
    return dict(zip(letters, getattr(node, "indices", ()), strict=True))
