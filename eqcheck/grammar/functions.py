r"""Functions that the grammar knows: roots, \log x and its like, \det(A) and its like."""

from __future__ import annotations

from ..errors import Refusal
from . import tree
from .parser import Parser, begins_with
from .tree import Node
from .vocabulary import ELEMENTARY, MATRIX_FUNCTIONS, OPTIMA, POWERABLE


@begins_with("\\sqrt", scripted=True)
def root(parser: Parser) -> Node:
    """Read a square root."""
    start = parser.at
    parser.next()
    if parser.mark == "[":
        raise Refusal("a root of another degree", r"write a power, x^{\frac{1}{n}}", parser.here())
    body = parser.group(parser.argument())
    half = tree.Number(0.5, span=body.span)
    return tree.Power(body, half, "\\sqrt", span=parser.since(start))


@begins_with(*ELEMENTARY)
def elementary(parser: Parser) -> Node:
    """Read log x, sin(x), sin^2 x: one argument, and nothing that could belong to it."""
    start = parser.at
    name = parser.next()
    raised = parser.script("^")
    power = None if raised is None else parser.group(raised)
    if power and (name.text not in POWERABLE or not isinstance(power, tree.Number)):
        raise Refusal(
            f"a power of {name.text}: of its value, or an inverse?",
            f"write ({name.text}(x))^2",
            parser.since(start),
        )
    if parser.mark == "_":
        of_a_base = r"write \frac{\log x}{\log b}" if name.text in ("\\log", "\\ln") else ""
        raise Refusal(f"a base or an index of {name.text}", of_a_base, parser.here())
    if parser.ends():
        raise Refusal(f"{name.text} of nothing", span=parser.since(start))
    opened = parser.mark == "("
    body = parser.factor()
    if opened and not isinstance(body, tree.Group):
        raise Refusal(
            f"is the power that of {name.text} or of its argument?",
            "group with parentheses",
            parser.since(start),
        )
    if not opened and not parser.ends():
        raise Refusal(
            f"how far does {name.text} reach?",
            "put its argument in parentheses",
            parser.since(start),
        )
    call = tree.Call(tree.Symbol(name.text, span=name.span), (body,), span=parser.since(start))
    return call if power is None else tree.Power(call, power, span=parser.since(start))


def _is_call(parser: Parser) -> bool:
    r"""Whether the page leaves the name to the grammar, and it is no \max_{...}."""
    ranges = parser.mark in OPTIMA and parser.peek() == "_"
    return parser.free(parser.mark) and not ranges


@begins_with(*MATRIX_FUNCTIONS, scripted=True, applies=_is_call)
def matrix_function(parser: Parser) -> Node:
    """Read det, tr, diag, vec, max or min with its arguments."""
    start = parser.at
    name = parser.next()
    if parser.mark != "(":
        raise Refusal(
            f"{name.text} without parentheses", f"write {name.text}(...)", parser.since(start)
        )
    function = tree.Symbol(MATRIX_FUNCTIONS[name.text], span=name.span)
    return tree.Call(function, parser.arguments(), span=parser.since(start))
