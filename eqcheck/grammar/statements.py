r"""A whole display to its statements: relations, definitions, ranges of indices, conditions.

Commas, rows and words such as \text{and} separate statements; in an aligned derivation a row that
begins with a relation goes on with the row before it.
"""

from __future__ import annotations

from ..errors import Refusal
from . import tree
from .lexer import Token, tokenize
from .names import Name, read_name, text
from .parser import Parser
from .symbols import Table
from .tree import Node
from .vocabulary import BUILT_IN, RELATIONS

ALIGNED = frozenset(("aligned", "align", "align*", "gathered", "split", "equation", "equation*"))
WORDS = frozenset(("and", "where", "with", "for", "so", "且", "其中"))
CONSTRAINT = frozenset(("subject to", "s.t.", "使得"))
_OPEN = frozenset(("(", "[", "{", "\\{", "\\langle", "\\lvert", "\\lVert"))
_CLOSE = frozenset((")", "]", "}", "\\}", "\\rangle", "\\rvert", "\\rVert"))


def parse_expression(latex: str, table: Table, bound: tuple[str, ...] = ()) -> Node:
    """Read one expression, in which the indices ``bound`` have a value.

    Raises
    ------
    Refusal
        If it is outside the grammar, ambiguous, or uses an undeclared name.
    """
    return Parser(tokenize(latex), table, bound).whole()


def parse_display(
    latex: str, table: Table, *, introduce: bool = True
) -> tuple[tree.Display, Table]:
    r"""Read a display; return what it states, and the table with the names that it introduces.

    A name that stands alone on the left, and that no line declares, is introduced, unless
    ``introduce`` is false.

    Raises
    ------
    Refusal
        If it is outside the grammar, ambiguous, or uses an undeclared name.

    Examples
    --------
    >>> from .symbols import read_line
    >>> table = Table()
    >>> table.add(read_line("x, y : R"))
    >>> display, _ = parse_display(r"x + y = y + x, \quad x - y = x", table)
    >>> len(display.statements)
    2
    """
    slices, constraint_from = _cut(_unwrapped(tokenize(latex)))
    table = table.copy()
    lefts = [_introduced(part, table) if introduce else None for part in slices]
    for part, left in zip(slices, lefts, strict=True):
        if left is not None:
            _add(left, part, table)
    statements = [_statement(part, table) for part in slices]
    if not statements:
        raise Refusal("an empty formula")
    split = len(statements) if constraint_from is None else constraint_from
    span = (0, len(latex))
    display = tree.Display(tuple(statements[:split]), tuple(statements[split:]), span=span)
    for statement in display.statements:
        _check_indices(statement, table)
    return display, table


# ---------------------------------------------------------------------------------------- cutting


def _unwrapped(tokens: list[Token]) -> list[Token]:
    """Take an aligned environment off; what is inside keeps its rows."""
    while tokens and tokens[0].text.startswith("\\begin{") and tokens[0].text[7:-1] in ALIGNED:
        if tokens[-1].text != "\\end{" + tokens[0].text[7:]:
            raise Refusal("something after the environment", span=tokens[-1].span)
        tokens = tokens[1:-1]
    return tokens


def _cut(tokens: list[Token]) -> tuple[list[list[Token]], int | None]:
    """Cut tokens into statements; return them and where the constraints begin."""
    parts: list[list[Token]] = [[]]
    breaks = [""]
    depth, constraint = 0, None
    for at, token in enumerate(tokens):
        mark = token.text
        depth += (mark in _OPEN or mark.startswith("\\begin{")) - (
            mark in _CLOSE or mark.startswith("\\end{")
        )
        word = mark[6:-1] if mark.startswith("\\text{") else None
        if depth == 0 and mark == "&":
            continue
        if depth == 0 and mark == "\\quad":
            loose = parts[-1] and at + 1 < len(tokens) and breaks[-1] != "quad"
            if loose and not _separates(tokens[at + 1]) and parts[-1][-1].text not in RELATIONS:
                raise Refusal(
                    "two formulas side by side", "put a comma before the space", token.span
                )
            continue
        separator = mark in (",", ";", "\\\\") or word in WORDS or word in CONSTRAINT
        if depth == 0 and separator:
            if word in CONSTRAINT:
                constraint = len([part for part in parts if part])
            if parts[-1]:
                parts.append([])
                breaks.append(mark)
            elif mark == "\\\\":
                breaks[-1] = mark
            continue
        if not parts[-1] and len(parts) > 1 and mark in RELATIONS:
            if "\\\\" not in breaks[-1]:
                raise Refusal(f"{mark} has nothing on its left", span=token.span)
            parts.pop()
            breaks.pop()
        elif not parts[-1] and breaks[-1] == "\\\\" and mark in ("+", "-"):
            raise Refusal("a row that goes on with a sum", "begin rows with a relation", token.span)
        parts[-1].append(token)
    if parts and parts[-1] and parts[-1][-1].text == ".":
        parts[-1].pop()
    return _ranges([part for part in parts if part]), constraint


def _separates(token: Token) -> bool:
    mark = token.text
    return mark in (",", ";", "\\\\", "&", "\\quad", ".") or mark.startswith("\\text{")


def _ranges(parts: list[list[Token]]) -> list[list[Token]]:
    """Join the pieces of a range again: t = 0 | 1 | dots | T-1."""
    joined: list[list[Token]] = []
    at = 0
    while at < len(parts):
        near = range(at + 1, min(at + 3, len(parts) - 1))
        dots = [k for k in near if text(parts[k]) == "\\cdots"]
        if dots and any(token.text == "=" for part in parts[at + 1 : dots[0]] for token in part):
            dots = []  # the next piece begins the range
        if dots and len(parts[at]) > 2 and parts[at][1].text == "=":
            comma = Token(",", *parts[at][-1].span)
            whole = parts[at]
            for part in parts[at + 1 : dots[0] + 2]:
                whole = [*whole, comma, *part]
            joined.append(whole)
            at = dots[0] + 2
        else:
            joined.append(parts[at])
            at += 1
    return joined


# ------------------------------------------------------------------------------------- statements


def _statement(tokens: list[Token], table: Table) -> Node:
    """Read one statement: a range of an index, or a chain of relations."""
    if any(token.text == "," for token in tokens) and _is_range(tokens):
        return _quantifier(tokens, table)
    bound = _bound_on_the_left(tokens, table)
    parser = Parser(tokens, table, bound)
    node = parser.chain()
    if parser.mark:
        raise Refusal(f"{parser.mark} cannot stand here", span=parser.here())
    if isinstance(node, tree.Chain):
        return node
    if not isinstance(node, tree.Optimum):
        raise Refusal("this states nothing: there is no relation in it", span=node.span)
    return tree.Chain((node,), (), span=node.span)


def _is_range(tokens: list[Token]) -> bool:
    depth, seen = 0, False
    for token in tokens:
        depth += (token.text in _OPEN) - (token.text in _CLOSE)
        seen = seen or (depth == 0 and token.text == ",")
    return seen and len(tokens) > 2 and tokens[1].text == "="


def _quantifier(tokens: list[Token], table: Table) -> Node:
    name = tokens[0]
    parser = Parser(tokens[2:], table)
    items = [parser.sum()]
    while parser.mark == ",":
        parser.next()
        items.append(parser.sum())
    if parser.mark:
        raise Refusal(f"{parser.mark} cannot stand here", span=parser.here())
    domain = table.declarations[name.text].domain if name.text in table.declarations else None
    if domain is None or domain.kind != "integers":
        raise Refusal(
            f"{name.text} is not declared as an index",
            f"add a line such as {name.text} : 1..n",
            name.span,
        )
    return tree.Quantifier(name.text, tuple(items), span=(tokens[0].start, tokens[-1].end))


def _left(tokens: list[Token]) -> list[Token]:
    cut = next((at for at, t in enumerate(tokens) if t.text in ("=", "\\leftarrow")), 0)
    return tokens[:cut]


def _bound_on_the_left(tokens: list[Token], table: Table) -> tuple[str, ...]:
    """Return the indices that the left side binds: x_j' = ... holds for every j."""
    left = _left(tokens)
    if not left:
        return ()
    try:
        name, at = read_name(left, 0)
    except Refusal:
        return ()
    found = table.find(name)
    if found is None or found.indices is None or found.rest is not None:
        return ()
    declaration = table.declarations[table.patterns[found.key].parent]
    if "defined" not in declaration.flags or (at < len(left) and left[at].text != "("):
        return ()
    return tuple(
        tokens[0].text
        for tokens in found.indices
        if len(tokens) == 1
        and tokens[0].text.isalpha()
        and tokens[0].text not in table.declarations
        and tokens[0].text not in table.dimensions
    )


def _introduced(tokens: list[Token], table: Table) -> Name | None:
    """Return the undeclared name on the left of a statement, if it is one that can be defined."""
    left = _left(tokens)
    if not left or left[0].text in BUILT_IN:
        return None
    try:
        name, at = read_name(left, 0)
    except Refusal:
        return None
    closed = at == len(left) or (left[at].text == "(" and left[-1].text == ")")
    if not closed or table.find(name) is not None:
        return None
    if at == len(left) or name.base.rstrip("'") == name.base:
        return name
    return None


def _add(name: Name, tokens: list[Token], table: Table) -> None:
    left = _left(tokens)
    _, at = read_name(left, 0)
    formals: tuple[str, ...] = ()
    if at < len(left):
        part: list[Token] = []
        groups: list[list[Token]] = []
        depth = 0
        for token in left[at + 1 : -1]:
            depth += (token.text in _OPEN) - (token.text in _CLOSE)
            if token.text == "," and depth == 0:
                groups.append(part)
                part = []
            else:
                part.append(token)
        formals = tuple(text(group) for group in (*groups, part))
    table.introduce(name.key, formals)


def _check_indices(statement: Node, table: Table) -> None:
    """Refuse an index that is bound by a sum and free in the same statement."""
    bound = {node.variable for node in statement.walk() if isinstance(node, tree.Big)}
    clash = bound & _free(statement, frozenset())
    if clash:
        raise Refusal(
            f"the index {min(clash)} is both bound and free", "use two letters", statement.span
        )


def _free(node: Node, bound: frozenset[str]) -> set[str]:
    if isinstance(node, tree.Symbol):
        return set() if node.name in bound else {node.name}
    inner = bound | {node.variable} if isinstance(node, tree.Big | tree.Sequence) else bound
    return {name for child in node.children() for name in _free(child, inner)}
