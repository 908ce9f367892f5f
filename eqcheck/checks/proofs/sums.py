"""Sums over an index: term by term, without zeros at their ends; of a distribution they are one."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from ...errors import Refusal
from ...grammar import tree
from ...grammar.tree import Node
from ...values.ranges import indices_of
from .dependence import root
from .forms import Form, Term, added, as_node, atom, mentions, rebuilt, with_indices
from .normal import Normal, forms

ENDS = "the last term of the sum is zero"
SIMPLEX = "the entries of a distribution add up to one"


@forms(tree.BigOperator)
def _big(normal: Normal, node: tree.BigOperator) -> Form:
    """Return a sum over an index: of each term apart, what does not change before it."""
    if node.operator != "\\sum":
        return normal.whole(node)
    first = indices_of(normal.scope, node)[0]
    inner = replace(
        normal,
        scope=normal.scope.at(**{node.variable: first}),
        bound=normal.bound | {node.variable},
    )
    node = _trimmed(normal, node)
    body = inner.form(node.body)
    ends = [None if end is None else normal.node(end) for end in (node.lower, node.upper)]
    members = None if node.members is None else rebuilt(node.members, lambda part: None)

    def summed(term: Term, count: Fraction) -> Form:
        scalars, factors = term
        changing = tuple(s for s in scalars if mentions(s[0], node.variable))
        outside = tuple(s for s in scalars if s not in changing)
        rest = as_node(Form(body.shape, {(changing, factors): Fraction(1)}))
        if not factors and _is_whole_simplex(normal, rest, node):
            normal.because[SIMPLEX] += 1
            return Form((), {(outside, ()): count})
        total = tree.BigOperator(node.operator, node.variable, ends[0], ends[1], members, rest)
        return normal.times(Form((), {(outside, ()): count}), atom(total, body.shape))

    return added([Form(body.shape, {}), *(summed(*item) for item in body.terms.items())])


def _trimmed(normal: Normal, node: tree.BigOperator) -> tree.BigOperator:
    """Return a sum without a term at one of its ends that is zero."""
    if node.lower is None or node.upper is None:
        return node
    for name, end, step in (("lower", node.lower, 1.0), ("upper", node.upper, -1.0)):
        bound = {p.variable for p in node.body.walk() if isinstance(p, tree.BigOperator)}
        if bound & {node.variable, *(getattr(part, "name", "") for part in end.walk())}:
            continue
        try:
            at_end = normal.form(with_indices(node.body, {node.variable: end}))
        except Refusal:
            continue
        if not at_end.terms:
            normal.because[ENDS] += 1
            return replace(node, **{name: tree.Add((end, tree.Number(step)))})  # type: ignore[arg-type]
    return node


def _is_whole_simplex(normal: Normal, rest: Node, node: tree.BigOperator) -> bool:
    """Whether a sum runs over all entries of a vector whose entries add up to one."""
    page = normal.scope.page
    if not isinstance(rest, tree.Member) or rest.indices != (tree.Symbol(node.variable),):
        return False
    domain = normal.domain(root(page, rest))
    return (
        domain is not None
        and domain.kind == "simplex"
        and len(domain.shape) == 1
        and page.table.patterns[rest.name].role == "entries"
        and node.lower == tree.Number(1.0)
        and node.upper is not None
        and (page.expression(domain.shape[0]),) == (node.upper,)
    )
