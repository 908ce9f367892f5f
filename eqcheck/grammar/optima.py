r"""Optima: over variables, \min_{\mathbf{w}} f(\mathbf{w}), and over an index, \max_j x_j.

Of the two, the letter under the operator decides: an index is bound, a variable is declared.
"""

from __future__ import annotations

from ..errors import Refusal
from . import tree
from .domains import CONSTANT
from .lexer import Token
from .names import Tokens, argument
from .parser import Parser, begins_with
from .tree import Node
from .vocabulary import OPTIMA


def _index_below(parser: Parser) -> Token | None:
    r"""Return the index that \max_j or \max_{1 \le j \le n} runs over; None if it is none."""
    if parser.peek() != "_":
        return None
    below, _ = argument(parser.tokens, parser.at + 2)
    signs = [at for at, token in enumerate(below) if token.text == "\\le"]
    bounded = len(signs) == 2 and signs[1] == signs[0] + 2
    if len(below) != 1 and not bounded:
        first = below[0] if below else None
        return first if first and parser.table.is_index(first.text) else None
    token = below[signs[0] + 1] if bounded else below[0]
    is_letter = len(token.text) == 1 and token.text.isalpha()
    free = token.text not in parser.table.declarations and token.text not in parser.table.dimensions
    return token if is_letter and (free or parser.table.is_index(token.text)) else None


@begins_with(*OPTIMA, applies=lambda parser: _index_below(parser) is not None)
def extremum(parser: Parser) -> Node:
    r"""Read \max_j: like that of a sum, its scope is the term that follows."""
    start = parser.at
    letter = _index_below(parser)
    assert letter is not None
    direction, arg = OPTIMA[parser.next().text]
    operator = f"\\arg{direction}" if arg else f"\\{direction}"
    below = parser.script("_") or ()
    variable = parser.bind(letter)
    lower, upper = _bounds(parser, below, operator, variable)
    first, bound = parser.at, parser.bound
    parser.bound = (*bound, variable)
    body = parser.term()
    parser.bound = bound
    if not all(_shows(factor, variable) for factor in tree.factors_of(body)):
        unknown = "" if parser.table.is_index(variable) or lower else variable
        raise Refusal(
            f"which factors does this {operator} reach over? not all depend on {variable}",
            "put what it is of in parentheses" + f", or declare {unknown}" * bool(unknown),
            parser.since(first),
            missing=unknown,
        )
    if lower is None and not any(_is_entry(node, variable) for node in body.walk()):
        raise Refusal(
            f"nothing here shows what {variable} runs over",
            f"write its bounds, {operator}_{{1 \\le {variable} \\le n}}",
            parser.since(first),
        )
    span = parser.since(start)
    return tree.BigOperator(operator, variable, lower, upper, None, body, span=span)


def _bounds(
    parser: Parser, below: Tokens, operator: str, variable: str
) -> tuple[Node | None, Node | None]:
    """Read the bounds of an index under an operator; none if it stands alone."""
    if len(below) == 1:
        return None, None
    signs = [at for at, token in enumerate(below) if token.text == "\\le"]
    if len(signs) != 2 or signs[1] != signs[0] + 2:
        span = (below[0].start, below[-1].end)
        how = f"write {operator}_{variable}, or {operator}_{{1 \\le {variable} \\le n}}"
        raise Refusal(f"this is not how an index runs under {operator}", how, span)
    return parser.group(below[: signs[0]]), parser.group(below[signs[1] + 1 :])


def _shows(node: Node, variable: str) -> bool:
    return any(isinstance(part, tree.Symbol) and part.name == variable for part in node.walk())


def _is_entry(node: Node, variable: str) -> bool:
    """Whether it is a name with the index alone at some place: x_j, but not x_{j+1}."""
    return isinstance(node, tree.Member) and any(
        isinstance(index, tree.Symbol) and index.name == variable for index in node.indices
    )


@begins_with(*OPTIMA, applies=lambda parser: parser.peek() == "_" or OPTIMA[parser.mark][1])
def optimum(parser: Parser) -> Node:
    """Read a minimum or maximum over variables, with conditions in its subscript."""
    start = parser.at
    direction, arg = OPTIMA[parser.next().text]
    if parser.mark in OPTIMA and not arg:
        raise Refusal("two optima in a row", span=parser.here())
    below = parser.script("_")
    if below is None:
        raise Refusal("an optimum without variables", r"write \min_{\mathbf{w}}", parser.here())
    variables, conditions = _below_the_optimum(parser.inside(below))
    body = parser.sum()
    for term in body.terms if isinstance(body, tree.Add) else (body,):
        if not any(tree.mentions(term, variable) for variable in variables):
            raise Refusal("how far does this optimum reach?", "use parentheses", term.span)
    return tree.Optimum(direction, arg, variables, conditions, body, span=parser.since(start))


def _below_the_optimum(parser: Parser) -> tuple[tuple[tree.Symbol, ...], tuple[Node, ...]]:
    """Read variables, with their spaces, and conditions, which name variables as well."""
    named: list[Node] = []
    conditions: list[Node] = []
    for part in parser.listed():
        if not isinstance(part, tree.Chain):
            named.append(part)
            continue
        conditions.append(part)
        if part.relations == ("\\in",):
            named.append(part.parts[0])
        else:
            named += [node for node in part.walk() if _can_vary(parser, node)]
    variables: list[tree.Symbol] = []
    for node in named:
        if not isinstance(node, tree.Symbol):
            raise Refusal("not the name of a variable", span=node.span)
        if node not in variables:
            variables.append(node)
    return tuple(variables), tuple(conditions)


def _can_vary(parser: Parser, node: Node) -> bool:
    """Whether a condition's name is one that the optimum ranges over."""
    if not isinstance(node, tree.Symbol):
        return False
    declaration = parser.table.declarations.get(node.name)
    return declaration is not None and (
        declaration.domain is None or declaration.domain.kind not in CONSTANT
    )
