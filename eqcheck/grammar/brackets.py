r"""Factors that a pair of marks encloses: groups, lists, norms, index sets, matrices, cases.

Also those that need no marks around them: numbers, dots, and \delta_{ij}, which is [i = j].
"""

from __future__ import annotations

from ..errors import Refusal, Span
from . import tree
from .lexer import Token
from .names import read_name, text
from .parser import Parser, begins_with
from .tree import Node
from .vocabulary import (
    CLOSERS,
    CLOSING,
    MATRICES,
    NORMS,
    OPENING,
    ORDER,
    PUNCTUATION,
    RELATIONS,
)


@begins_with(*"0123456789", scripted=True)
def number(parser: Parser) -> Node:
    """Read a decimal number; its digits stand side by side."""
    start = parser.at
    digits = parser.next().text
    while (parser.mark.isdigit() or (parser.mark == "." and parser.peek().isdigit())) and (
        parser.tokens[parser.at].start == parser.tokens[parser.at - 1].end
    ):
        if parser.mark == "." and "." in digits:
            raise Refusal("two decimal points", span=parser.here())
        digits += parser.next().text
    if parser.mark.isdigit():
        how = r"write \cdot between them, or one number without a space in it"
        raise Refusal("two numbers side by side", how, parser.here())
    return tree.Number(float(digits), span=parser.since(start))


@begins_with("\\cdots", "\\vdots", "\\ddots")
def dots(parser: Parser) -> Node:
    """Read dots."""
    token = parser.next()
    return tree.Dots(token.text, span=token.span)


@begins_with("{", scripted=True)
def braces(parser: Parser) -> Node:
    """Read what braces hold together."""
    start = parser.at
    return tree.Group(parser.group(parser.argument()), span=parser.since(start))


def _holds_a_relation(parser: Parser) -> bool:
    """Whether a relation stands in these brackets, outside of all that are in them."""
    depth = 0
    for token in parser.tokens[parser.at :]:
        depth += token.text in OPENING or token.text.startswith("\\begin{")
        depth -= token.text in CLOSING or token.text.startswith("\\end{")
        if depth <= 0:
            return False
        if depth == 1 and token.text in RELATIONS:
            return True
    return False


@begins_with("[", scripted=True, applies=_holds_a_relation)
def indicator(parser: Parser) -> Node:
    """Read [i = j]: one where that holds, else zero."""
    start = parser.at
    parser.next()
    with parser.enclosed():
        node = parser.chain()
        parser.take("]")
    if not isinstance(node, tree.Chain) or not set(node.relations) <= ORDER:
        raise Refusal("brackets around what is no comparison", "write [i = j]", parser.since(start))
    return tree.Indicator(node, span=parser.since(start))


@begins_with(
    "\\delta",
    applies=lambda parser: bool(parser.table.pair(read_name(parser.tokens, parser.at)[0])),
)
def kronecker_delta(parser: Parser) -> Node:
    r"""Read \delta_{ij}, which is [i = j]."""
    name, parser.at = read_name(parser.tokens, parser.at)
    left, right = map(parser.index, parser.table.pair(name))
    node = tree.Chain((left, right), ("=",), span=(left.span[0], right.span[1]))
    return tree.Indicator(node, span=name.span)


@begins_with("\\lfloor", "\\lceil", scripted=True)
def rounded(parser: Parser) -> Node:
    """Read what is rounded down or up."""
    start = parser.at
    opening = parser.next().text
    with parser.enclosed():
        body = parser.sum()
        parser.take(CLOSERS[opening])
    return tree.Rounded(body, opening == "\\lceil", span=parser.since(start))


@begins_with("(", "[", scripted=True)
def parenthesis(parser: Parser) -> Node:
    """Read ( ) or [ ]: one expression, a list in brackets, or rows of it with semicolons."""
    start = parser.at
    opening = parser.next().text
    with parser.enclosed():
        rows = [parser.items(CLOSERS[opening], ";" if opening == "[" else "")]
        while parser.tokens[parser.at - 1].text == ";":
            rows.append(parser.items("]", ";"))
    span = parser.since(start)
    if len(rows) > 1:
        return _block(rows, span)
    [items] = rows
    if len(items) == 1 and not isinstance(items[0], tree.Dots):
        return tree.Group(items[0], span=span)
    if opening == "(":
        return tree.Tuple(tuple(items), span=span)
    return tree.Row(tuple(items), span=span)


@begins_with("|", "\\|", "\\lvert", "\\lVert", scripted=True)
def between_bars(parser: Parser) -> Node:
    """Read | | or a norm; the kind of a norm is its subscript."""
    start = parser.at
    opening = parser.next().text
    closing = CLOSERS.get(opening, opening)
    if opening == parser.mark == "|":
        raise Refusal(
            "two bars: a norm, or twice an absolute value?", r"write \|x\|", parser.since(start)
        )
    with parser.enclosed(closing):
        body = parser.sum()
        parser.take(closing)
    if opening in ("|", "\\lvert"):
        return tree.Magnitude(body, span=parser.since(start))
    below = parser.script("_")
    kind = "" if below is None else text(below)
    if kind in ("\\mathrm{F}", "\\text{F}"):
        kind = "F"
    if below is not None and kind not in NORMS:
        raise Refusal(f"the norm of kind {kind}", "write 1, 2, F or \\infty", parser.since(start))
    return tree.Norm(body, kind, span=parser.since(start))


@begins_with("\\langle", scripted=True)
def inner(parser: Parser) -> Node:
    """Read an inner product in angle brackets."""
    start = parser.at
    parser.next()
    with parser.enclosed():
        items = parser.items("\\rangle")
    if len(items) != 2:
        raise Refusal("an inner product has two sides", span=parser.since(start))
    return tree.Inner(items[0], items[1], span=parser.since(start))


@begins_with("\\{")
def index_set(parser: Parser) -> Node:
    r"""Read \{1, \ldots, n\}; with bounds after it, a list for a Python callable."""
    start = parser.at
    parser.next()
    depth = 1
    while depth:
        depth += {"\\{": 1, "\\}": -1}.get(parser.next().text, 0)
    body = parser.tokens[start + 1 : parser.at - 1]
    below = parser.script("_")
    if below is not None:
        variable, lower = parser.lower_bound(below)
        parser.take("^")
        upper = parser.group(parser.argument())
        return tree.Sequence(
            parser.group(body, (variable,)), variable, lower, upper, span=parser.since(start)
        )
    members = parser.inside([*body, Token("\\}", *parser.here())]).items("\\}")
    return tree.IndexSet(tuple(members), span=parser.since(start))


@begins_with(*(f"\\begin{{{name}}}" for name in MATRICES), scripted=True)
def block(parser: Parser) -> Node:
    """Read an explicit matrix or a block matrix."""
    start = parser.at
    rows = [list(map(parser.group, row)) for row in parser.environment()]
    return _block(rows, parser.since(start))


def _block(rows: list[list[Node]], span: Span) -> Node:
    if len({len(row) for row in rows}) != 1:
        raise Refusal("rows of unequal length", span=span)
    return tree.Block(tuple(map(tuple, rows)), span=span)


@begins_with("\\begin{cases}")
def cases(parser: Parser) -> Node:
    """Read cases: each a value and its condition in words or as a relation."""
    start = parser.at
    rows: list[tuple[Node, Node | None]] = []
    for row in parser.environment():
        if len(row) != 2:
            raise Refusal("a case is a value, & and a condition", span=parser.since(start))
        rows.append((parser.group(_trimmed(row[0])), condition(parser, row[1])))
    if any(condition is None for _, condition in rows[:-1]):
        raise Refusal("only the last case can be the rest", span=parser.since(start))
    return tree.Cases(tuple(rows), span=parser.since(start))


def _trimmed(tokens: list[Token]) -> list[Token]:
    """Return a cell without the punctuation and the space around it."""
    while tokens and tokens[-1].text in PUNCTUATION:
        tokens = tokens[:-1]
    while tokens and tokens[0].text in PUNCTUATION:
        tokens = tokens[1:]
    return tokens


def condition(parser: Parser, tokens: list[Token]) -> Node | None:
    """Read one condition: if x > 0, with probability p, otherwise."""
    words = [t.text[6:-1] for t in tokens if t.text.startswith("\\text{")]
    rest = _trimmed([t for t in tokens if not t.text.startswith("\\text{")])
    word = " ".join(words).strip(" ,.")
    if word in ("otherwise", "else", "其他", "否则"):
        if rest:
            raise Refusal("a condition after 'otherwise'", span=rest[0].span)
        return None
    certain = word in ("if", "for", "when", "", "若", "当")
    random = word in ("with probability", "w.p.", "以概率", "概率为")
    if not rest or not (certain or random):
        raise Refusal(
            f"the condition '{word}' is not understood" if tokens else "a case without a condition",
            r"write \text{if } and one relation (0 < x < 1 has two bounds), "
            r"\text{with probability } p, or \text{otherwise}",
            tokens[0].span if tokens else None,
        )
    if random:
        body = parser.group(rest)
        return tree.Probability(body, span=body.span)
    inner = parser.inside(rest)
    node = inner.chain()
    if isinstance(node, tree.Chain) and not set(node.relations) <= ORDER:
        raise Refusal("a condition compares scalars", "write x > 0 or x = 0", rest[0].span)
    if inner.mark or not isinstance(node, tree.Chain):
        raise Refusal("a condition is one relation", "write two bounds as 0 < x < 1", rest[0].span)
    return node
