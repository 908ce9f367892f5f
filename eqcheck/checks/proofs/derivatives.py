"""Derivatives: term by term, by the last sum that the variable goes into, by formal parameters."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from ...grammar import tree
from ...grammar.tree import Node
from .dependence import definitions_of, depends, letter_of, names_in, reached, root
from .forms import Form, Term, added, as_node, atom, with_indices
from .normal import DEEPEST, Normal, forms

HANDED_ON = "a sum hands its gradient on unchanged"
CONSTANT = "what the variable does not reach has no derivative"
FORMAL = "the argument's own name says the same"


@forms(tree.Partial, tree.Gradient)
def _derivative(normal: Normal, node: tree.Partial | tree.Gradient) -> Form:
    """Return a derivative, term by term, of what its variable reaches."""
    if node.variable is None:
        return normal.whole(node)
    shape = normal.shape(node)
    body, variable = node.body, node.variable
    formal = _formal(normal, body, variable)
    if formal is not None:
        assert isinstance(body, tree.Call)
        call = tree.Call(body.function, tuple(map(normal.node, body.arguments)))
        return atom(replace(node, body=call, variable=formal, span=(0, 0)), shape)
    page = normal.scope.page
    if any(line.iterates for line in page.table.declarations.values()):
        return normal.whole(node)
    if normal.unfolds:
        variable = _summand_of(normal, body, variable)
    inner = replace(normal, held=normal.held | {root(page, variable)})
    form = inner.form(body)
    if isinstance(variable, tree.Member):
        variable = tree.Member(variable.name, tuple(map(normal.index, variable.indices)))

    def derived(term: Term, count: Fraction) -> Form:
        scalars, factors = term
        moving = tuple(s for s in scalars if depends(page, s[0], variable))
        outside = tuple(s for s in scalars if s not in moving)
        if not moving and not any(depends(page, f, variable) for f, _ in factors):
            normal.because[CONSTANT] += 1
            return Form(shape, {})
        rest = as_node(Form(form.shape, {(moving, factors): Fraction(1)}))
        slope = replace(node, body=rest, variable=variable, span=(0, 0))
        return normal.times(Form((), {(outside, ()): count}), atom(slope, shape))

    return added([Form(shape, {}), *(derived(*item) for item in form.terms.items())])


def _formal(normal: Normal, body: Node, variable: Node) -> Node | None:
    """Return the formal parameter by which a call is derived; also where its argument says it.

    The argument's own name says the same where it is met at this one place alone.
    """
    page = normal.scope.page
    if not isinstance(body, tree.Call) or body.primes:
        return None
    items = [*page.definitions.get(getattr(body.function, "name", ""), ())]
    if len(items) != 1 or len(items[0].formals) != len(body.arguments):
        return None
    formals = items[0].formals
    if variable in formals:
        return variable
    if variable not in body.arguments or not isinstance(variable, tree.Symbol):
        return None
    at = body.arguments.index(variable)
    others = (*body.arguments[:at], *body.arguments[at + 1 :], body.function)
    elsewhere = set[str]().union(*(names_in(page, other) for other in others))
    if root(page, variable) in reached(page, elsewhere):
        return None
    normal.because[FORMAL] += 1
    return formals[at]


def _summand_of(normal: Normal, body: Node, variable: Node) -> Node:
    r"""Return the sum through which alone a variable is met: both have the same derivative.

    With t = q + s and nothing else that q goes into, J is the same function of t + (q - q_0)
    and of q: \partial J / \partial q = \partial J / \partial t.
    """
    page = normal.scope.page
    for _ in range(DEEPEST):
        name = root(page, variable)
        if getattr(variable, "name", "") != name or name in names_in(page, body):
            return variable
        found = [
            (item, part)
            for other in reached(page, names_in(page, body)) - {name}
            for item in definitions_of(page, other)
            for part in item.body.walk()
            if root(page, part) == name
        ]
        if len(found) != 1 or _is_hidden(normal, body, name):
            return variable
        [(item, part)] = found
        target, letters = item.target, _letters(part)
        whole = root(page, target)
        if (
            whole != getattr(target, "name", "")
            or len([*definitions_of(page, whole)]) != 1
            or part not in _summands(item.body)
            or _letters(target) != letters
            or None in letters
        ):
            return variable
        normal.because[HANDED_ON] += 1
        given = getattr(variable, "indices", ())
        variable = with_indices(target, dict(zip(letters, given, strict=True)))
    return variable


def _is_hidden(normal: Normal, body: Node, name: str) -> bool:
    """Whether a name may be met where no definition writes it, or at other values."""
    page = normal.scope.page
    for other in reached(page, names_in(page, body)):
        line = page.table.declarations.get(other)
        binds = any(item.formals for item in definitions_of(page, other))
        if binds or (line is not None and (line.formals or line.code is not None)):
            return True
        if line is not None and line.domain is not None and letter_of(name) in line.domain.letters:
            return True
    return False


def _letters(node: Node) -> list[Any]:
    """Return the index letters of a member; nothing for an index that is no letter."""
    return [getattr(index, "name", None) for index in getattr(node, "indices", ())]


def _summands(body: Node) -> tuple[Node, ...]:
    """Return what is added, not subtracted, in a definition."""
    body = body.body if isinstance(body, tree.Group) else body
    return body.terms if isinstance(body, tree.Add) else (body,)
