"""Means: term by term, by known moments, and up to what the law of what is random does not see."""

from __future__ import annotations

import math
from fractions import Fraction

from ...grammar import tree
from ...grammar.domains import NORMAL
from ...grammar.tree import Node
from .dependence import definitions_of, names_in, reached
from .forms import Form, Term, added, as_node, atom, least, order, rebuilt, scaled
from .normal import Normal, forms
from .symmetry import anywhere, images

LAW = "what is random has the same law"
PLACES = "all entries have one law"
MOMENTS = "the moments of the law are known"
IMAGES = 16  # versions of one mean that are looked at


@forms(tree.Expectation)
def _mean(normal: Normal, node: tree.Expectation) -> Form:
    """Return a mean term by term, or a variance, up to what the law does not see."""
    if node.given or node.law is not None or not normal.unfolds:
        return normal.whole(node)
    inner = normal.form(node.body)
    over = tuple(sorted((rebuilt(each, lambda part: None) for each in node.over), key=order))
    if node.variance:
        even = _alike(normal, inner, signs=True)
        return atom(tree.Expectation(_anywhere(normal, even), over, (), True), ())

    def meant(term: Term, count: Fraction) -> Form:
        scalars, factors = term
        fixed = tuple(s for s in scalars if not _is_random(normal, s[0]))
        rest = (tuple(s for s in scalars if s not in fixed), factors)
        outside = Form((), {(fixed, ()): count})
        if not rest[0] and not any(_is_random(normal, f) for f, _ in factors):
            return Form(inner.shape, {term: count})
        known = _moment(normal, rest)
        if known is not None:
            normal.because[MOMENTS] += 1
            return scaled(outside, known)
        one = _alike(normal, Form(inner.shape, {rest: Fraction(1)}))
        if not one.terms:
            return one
        [(alike, sign)] = one.terms.items()
        body = _anywhere(normal, Form(inner.shape, {alike: Fraction(1)}))
        average = atom(tree.Expectation(body, over, ()), inner.shape)
        return normal.times(scaled(outside, sign), average)

    return added([Form(inner.shape, {}), *(meant(*item) for item in inner.terms.items())])


def _alike(normal: Normal, body: Form, *, signs: bool = False) -> Form:
    """Return the first in order of all that have the same mean; zero if minus it has, too."""
    found, left = {order(as_node(body)): body}, [body]
    while left and len(found) < IMAGES:
        each = left.pop()
        changed = [normal.form(image) for image in images(normal.scope, as_node(each), normal.held)]
        for other in [*changed, *([scaled(each, -1)] if signs else [])]:
            alike = (other.shape, len(other.terms)) == (each.shape, len(each.terms))
            if alike and order(as_node(other)) not in found:
                found[order(as_node(other))] = other
                left.append(other)
    first = least(found.values())
    normal.because[LAW] += first != body
    if not signs and order(as_node(scaled(first, -1))) in found:
        return Form(first.shape, {})
    return first


def _anywhere(normal: Normal, body: Form) -> Node:
    """Return what is averaged, at any of the places at which it has the same mean."""
    node = as_node(body)
    found = anywhere(normal.scope, node, normal.bound, normal.held)
    normal.because[PLACES] += found != node
    return found


def _is_random(normal: Normal, node: Node) -> bool:
    """Whether a value may depend on chance."""
    page = normal.scope.page
    names = reached(page, names_in(page, node))
    return any(
        "random" in line.flags for name in names if (line := page.table.declarations.get(name))
    ) or any(
        isinstance(part, tree.Probability)
        for name in names
        for item in definitions_of(page, name)
        for part in item.body.walk()
    )


def _moment(normal: Normal, term: Term) -> Fraction | None:
    """Return the mean of a product of powers of standard normal numbers."""
    scalars, factors = term
    if factors or any(not _is_normal(normal, node) or k < 0 for node, k in scalars):
        return None
    return Fraction(math.prod(0 if k % 2 else math.prod(range(1, k, 2)) for _, k in scalars))


def _is_normal(normal: Normal, node: Node) -> bool:
    """Whether a node is a standard normal number."""
    name = getattr(node, "name", "")
    domain = normal.domain(name)
    return (
        isinstance(node, tree.Symbol)
        and domain is not None
        and domain.kind == NORMAL
        and not domain.shape
        and "random" in normal.scope.page.table.declarations[name].flags
    )
