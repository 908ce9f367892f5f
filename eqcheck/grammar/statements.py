r"""A whole display to its statements: relations, definitions, ranges of indices, conditions.

Commas, rows and words such as \text{and} separate statements; in an aligned derivation a row that
begins with a relation goes on with the row before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from ..errors import Refusal, Span
from . import tree
from .domains import split_at_commas
from .lexer import Token, given_after, skim, tokenize, with_comma
from .names import Name, read_name, starts_name, text
from .parser import Parser
from .quantified import check_for_all, is_membership
from .symbols import Table
from .tree import Node
from .vocabulary import BUILT_IN, CLOSING, OPENING, ORDER, RELATIONS

ALIGNED = frozenset(("aligned", "align", "align*", "gathered", "split", "equation", "equation*"))
WORDS = frozenset(
    ("and", "where", "with", "for", "so", "hence", "thus", "therefore", "that is", "i.e.",
     "and hence", "and thus", "and therefore", "equivalently", "or equivalently", "且", "其中")
)  # fmt: skip
FOR_ALL = frozenset(("for all", "for every", "for each", "for any"))
IF = frozenset(("if", "whenever", "when", "provided that", "as long as"))
CONSTRAINT = frozenset(("subject to", "s.t.", "使得"))


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
    ``introduce`` is false: then it is refused.

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
    pieces = _pieces(_unwrapped(tokenize(latex)))
    pieces = _joined_ranges(_joined_rows(pieces))
    if not pieces:
        raise Refusal("an empty formula")
    table = table.copy()
    new = [found for piece in pieces if (found := _new_name(piece.tokens, table))]
    for name, formals, given in new:
        if introduce:
            table.introduce(name.key, formals, given)
        elif not table.variants(name.key):
            raise _not_declared(name, formals, table)
    try:
        read = list(_read(pieces, table))
    except Refusal as refusal:
        for name, formals, _ in new:
            if any(
                token.text == refusal.missing for token in (*(name.sub or ()), *(name.sup or ()))
            ):
                raise _not_declared(name, formals, table) from None
        raise
    display = tree.Display(
        tuple(node for constraint, node in read if not constraint),
        tuple(node for constraint, node in read if constraint),
        span=(0, len(latex)),
    )
    for statement in display.statements:
        _check_indices(statement)
        if len(read) > 1:
            _check_relation(statement)
    return display, table


# ---------------------------------------------------------------------------------------- cutting


def _unwrapped(tokens: list[Token]) -> list[Token]:
    """Take an aligned environment off; what is inside keeps its rows."""
    while tokens and tokens[0].text.startswith("\\begin{") and tokens[0].text[7:-1] in ALIGNED:
        if tokens[-1].text != "\\end{" + tokens[0].text[7:]:
            raise Refusal("something after the environment", span=tokens[-1].span)
        tokens = tokens[1:-1]
    return tokens


@dataclass(frozen=True)
class _Piece:
    """The tokens between two separators, and whether a row or a constraint begins with them.

    ``role`` is the kind of words before it, "for all" or "if", if it is one of these.
    """

    tokens: list[Token]
    begins_row: bool = False
    constraint: bool = False
    role: str = ""


def _pieces(tokens: list[Token]) -> list[_Piece]:
    """Cut a display at the commas, rows and words that stand outside of all brackets."""
    pieces = [_Piece([])]
    for at, (depth, token) in enumerate(_with_depth(tokens)):
        here, word = pieces[-1], token.text.removeprefix("\\text{").removesuffix("}")
        row, constraint = token.text == "\\\\", word in CONSTRAINT
        role = "for all" if word in FOR_ALL or word == "\\forall" else "if" if word in IF else ""
        if depth == 0 and token.text == "&":
            continue
        if depth == 0 and token.text == "\\quad":
            _check_space(here.tokens, tokens[at : at + 2])
        elif depth == 0 and (
            row or constraint or role or token.text in (",", ";") or word in WORDS
        ):
            constraint = constraint or here.constraint
            if here.tokens:
                pieces.append(_Piece([], row, constraint, role))
            else:
                pieces[-1] = _Piece([], row or here.begins_row, constraint, role or here.role)
        else:
            here.tokens.append(token)
    last = pieces[-1].tokens
    if last and last[-1].text == ".":
        last.pop()
    if pieces[-1].role and not last:
        raise Refusal(f'nothing stands behind "{pieces[-1].role}"', span=tokens[-1].span)
    return [piece for piece in pieces if piece.tokens]


def _with_depth(tokens: list[Token]) -> Iterator[tuple[int, Token]]:
    """Yield each token with the number of brackets and environments around it."""
    depth = 0
    for token in tokens:
        depth += token.text in OPENING or token.text.startswith("\\begin{")
        depth -= token.text in CLOSING or token.text.startswith("\\end{")
        yield depth, token


def _check_space(before: list[Token], space: list[Token]) -> None:
    """Refuse two formulas with only a space between them."""
    if not before or len(space) < 2 or before[-1].text in RELATIONS:
        return
    after = space[1].text
    if after not in (",", ";", "\\\\", "&", "\\quad", ".") and not after.startswith("\\text{"):
        raise Refusal("two formulas side by side", "put a comma before the space", space[0].span)


def _joined_rows(pieces: list[_Piece]) -> list[_Piece]:
    """Let a row that begins with a relation go on with the row before it."""
    joined: list[_Piece] = []
    for piece in pieces:
        first = piece.tokens[0]
        if joined and first.text in RELATIONS and not joined[-1].role:
            if not piece.begins_row:
                raise Refusal(f"{first.text} has nothing on its left", span=first.span)
            joined[-1].tokens.extend(piece.tokens)
        elif piece.begins_row and first.text in ("+", "-"):
            raise Refusal("a row that goes on with a sum", "begin rows with a relation", first.span)
        else:
            joined.append(piece)
    return joined


def _joined_ranges(pieces: list[_Piece]) -> list[_Piece]:
    """Join the pieces of a range again: t = 0 | 1 | dots | T-1."""
    joined: list[_Piece] = []
    rest = list(pieces)
    while rest:
        piece = rest.pop(0)
        dots = [k for k, other in enumerate(rest[:2]) if text(other.tokens) == "\\cdots"]
        between = rest[: dots[0]] if dots else []
        another = any(token.text == "=" for other in between for token in other.tokens)
        if dots and len(rest) > dots[0] + 1 and not another and _begins_range(piece.tokens):
            for other in rest[: dots[0] + 2]:
                piece.tokens.extend([Token(",", *piece.tokens[-1].span), *other.tokens])
            del rest[: dots[0] + 2]
        joined.append(piece)
    return joined


def _begins_range(tokens: list[Token]) -> bool:
    return len(tokens) > 2 and tokens[1].text == "="


def _is_range(tokens: list[Token]) -> bool:
    commas = (token.text == "," for depth, token in _with_depth(tokens) if not depth)
    return _begins_range(tokens) and any(commas)


# ------------------------------------------------------------------------------------- statements


def _read(pieces: list[_Piece], table: Table) -> Iterator[tuple[bool, Node]]:
    """Yield each statement, and whether it is a constraint; what follows "if" is part of one."""
    at = 0
    named: tuple[str, ...] = ()  # behind "for all", whose range may follow
    while at < len(pieces):
        piece = pieces[at]
        if piece.role == "if":
            raise Refusal("a condition before what it is of", "put it behind", _span(piece.tokens))
        at += 1
        if piece.role == "for all":
            node = _quantified(piece.tokens, table)
            named = (read_name(piece.tokens, 0)[0].key,) if node is None else ()
        else:
            node = _statement(piece.tokens, table)
            if named and not piece.begins_row and is_membership(node):
                check_for_all(node, table, named)
            named = ()
        if at < len(pieces) and pieces[at].role == "if":
            if at > 1 and not piece.begins_row:
                raise Refusal(
                    "is this the condition of one claim, or of those before it as well?",
                    "give the claim a row or a display of its own",
                    _span(pieces[at].tokens),
                )
            node = _conditional(node, pieces[at - 1 : at + 2], table)
            at += 1
        if node is not None:
            yield piece.constraint, node


def _span(tokens: list[Token]) -> Span:
    return tokens[0].start, tokens[-1].end


def _conditional(node: Node | None, pieces: list[_Piece], table: Table) -> Node:
    """Return a claim with the condition that follows it; whose condition it is must be plain."""
    claim, piece, *rest = pieces
    if not isinstance(node, tree.Chain) or claim.role or claim.constraint:
        raise Refusal("a condition of what is no claim", span=_span(piece.tokens))
    if rest and not rest[0].begins_row and rest[0].role != "for all":
        raise Refusal(
            "is what follows the condition another one, or a claim?",
            "put the condition last, or in a row of its own claim",
            _span(rest[0].tokens),
        )
    parser = Parser(piece.tokens, table, _bound_on_the_left(claim.tokens, table))
    condition = parser.chain()
    if parser.mark or not isinstance(condition, tree.Chain) or not {*condition.relations} <= ORDER:
        how = "write x > 0 or x = 0, and two bounds as 0 < x < 1"
        raise Refusal("a condition is one relation between scalars", how, _span(piece.tokens))
    return replace(node, given=(condition,))


def _quantified(tokens: list[Token], table: Table) -> Node | None:
    r"""Read what follows "for all": a name, i \in \{1, \ldots, n\}, or another range of a name."""
    name, at = read_name(tokens, 0) if starts_name(tokens[0]) else (None, 0)
    if name is not None and at == len(tokens):
        if table.find(name) is None:
            raise Refusal(
                f"{name.key} is not declared on this page",
                "add it to the table of symbols above",
                name.span,
                missing=name.key,
            )
        return None
    marks = [token.text for token in tokens]
    if table.is_index(marks[0]) and marks[1:3] == ["\\in", "\\{"] and marks[-1] == "\\}":
        items = Parser(tokens[3:-1], table).listed()
        return tree.Quantifier(marks[0], tuple(items), span=_span(tokens))
    signs = [at for at, mark in enumerate(marks) if mark == "\\le"]
    if len(signs) == 2 and signs[1] == signs[0] + 2 and table.is_index(marks[signs[0] + 1]):
        low = Parser(tokens[: signs[0]], table).whole()
        high = Parser(tokens[signs[1] + 1 :], table).whole()
        items = [low, tree.Dots(span=tokens[signs[0]].span), high]
        return tree.Quantifier(marks[signs[0] + 1], tuple(items), span=_span(tokens))
    node = _statement(tokens, table)
    if not isinstance(node, tree.Quantifier):
        check_for_all(node, table)
    return node


def _statement(tokens: list[Token], table: Table) -> Node:
    """Read one statement: a range of an index, or a chain of relations."""
    if _is_range(tokens):
        return _quantifier(tokens, table)
    colon = [at for at, (depth, t) in enumerate(_with_depth(tokens)) if not depth and t.text == ":"]
    if colon:
        return _mapping(tokens, colon[0], table)
    bound = _bound_on_the_left(tokens, table)
    parser = Parser(tokens, table, bound)
    node = parser.chain()
    parser.finish()
    if isinstance(node, tree.Chain):
        return node
    return tree.Chain((node,), (), span=node.span)


def _mapping(tokens: list[Token], colon: int, table: Table) -> Node:
    r"""Read where a function comes from and goes to: f: \mathbb{R}^d \to \mathbb{R}."""
    span = (tokens[0].start, tokens[-1].end)
    arrow = next((at for at, token in enumerate(tokens) if token.text == "\\to"), None)
    if arrow is None or arrow < colon:
        raise Refusal("a colon without an arrow", r"write f: \mathbb{R}^d \to \mathbb{R}", span)
    function = Parser(tokens[:colon], table).whole()
    source = Parser(tokens[colon + 1 : arrow], table).whole()
    inputs = source.factors if isinstance(source, tree.Product) else (source,)
    output = Parser(tokens[arrow + 1 :], table).whole()
    for node in (*inputs, output):
        if not isinstance(node, tree.Space):
            raise Refusal("not a space", r"write f: \mathbb{R}^d \to \mathbb{R}", node.span)
    return tree.Mapping(function, inputs, output, span=span)


def _quantifier(tokens: list[Token], table: Table) -> Node:
    name = tokens[0]
    items = Parser(tokens[2:], table).listed()
    if not table.is_index(name.text):
        taken = name.text in table.declarations or name.text in table.dimensions
        raise Refusal(
            f"{name.text} is not declared as an index",
            f"{'change its line to' if taken else 'add'} {name.text} : LOW..HIGH",
            name.span,
            missing="" if taken else name.text,
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


def names_on_the_left(latex: str) -> list[Name]:
    r"""Return the names that a display may define, even one that cannot be read.

    Examples
    --------
    >>> [name.key for name in names_on_the_left(r"y = \unknown x, \quad f(x) = a, \quad x + y = 1")]
    ['y', 'f']
    """
    tokens = skim(latex)
    try:
        pieces = [piece.tokens for piece in _pieces(_unwrapped(tokens))]
    except Refusal:
        pieces = [tokens]
    found = []
    for left in map(_left, pieces):
        if left and left[0].text in BUILT_IN:
            continue
        with suppress(Refusal):
            name, at = read_name(left, 0)
            if at == len(left) or left[at].text == "(":
                found.append(name)
    return found


def is_power_of_e(name: Name, table: Table) -> bool:
    """Return whether a name is a power of the number e: no line declares it as a name."""
    return name.key.startswith("e^") and table.find(name) is None


def _new_name(tokens: list[Token], table: Table) -> tuple[Name, tuple[str, ...], int] | None:
    r"""Return the undeclared name on the left, if it can be defined.

    With it, its formal parameters, and after how many of them \mid stands.
    """
    left = _left(tokens)
    if not left or left[0].text in BUILT_IN or _is_range(tokens):
        return None
    try:
        name, at = read_name(left, 0)
    except Refusal:
        return None
    if table.whole(name) or table.pair(name):
        return None
    known = table.find(name) is not None
    if is_power_of_e(name, table):
        return None
    if at == len(left):
        return None if known else (name, (), 0)
    called = left[at].text == "(" and left[-1].text == ")"
    if not called or name.base.endswith("'"):
        return None
    formals = tuple(split_at_commas(text(with_comma(left[at + 1 : -1]))))
    has_formals = any(table.declarations[key].formals for key in table.variants(name.key))
    other = has_formals and not table.has_arity(name.key, len(formals))
    return (name, formals, given_after(left[at + 1 : -1])) if other or not known else None


def _not_declared(name: Name, formals: tuple[str, ...], table: Table) -> Refusal:
    """Return the refusal of a left side that no line declares."""
    scripts = [token.text for script in (name.sub, name.sup) for token in script or ()]
    known = {*table.declarations, *table.dimensions}
    index = next(
        (
            mark
            for mark in scripts
            if table.is_index(mark) or (len(mark) == 1 and mark.isalpha() and mark not in known)
        ),
        "",
    )
    domain = "DOMAIN -> DOMAIN" if formals else "DOMAIN"
    how = f"declare what the formula defines: {name.key} : {domain}; defined"
    if index:
        how += f", and if {index} is its index, the range, {index} = LOW..HIGH"
    if index and name.sup is None and name.base.isalpha():
        whole = f"\\mathbf{{{name.base}}} : R[d]; defined; entries {name.key}"
        how += f"; or, if it is an entry, {whole}"
    return Refusal(f"{name.key} is not declared on this page", how, name.span, missing=name.key)


def _check_relation(statement: Node) -> None:
    """Refuse an expression beside other formulas: alone, code may say what it is worth."""
    if not isinstance(statement, tree.Chain) or statement.relations:
        return
    if not isinstance(statement.parts[0], tree.Optimum):
        raise Refusal(
            "this states nothing: there is no relation in it",
            "write LEFT = RIGHT, or give it a display of its own",
            statement.span,
        )


def _check_indices(statement: Node) -> None:
    """Refuse an index that is bound by a sum and free in the same statement."""
    bound = {node.variable for node in statement.walk() if isinstance(node, tree.BigOperator)}
    clash = bound and bound & free_names(statement)
    if clash:
        raise Refusal(
            f"the index {min(clash)} is both bound and free", "use two letters", statement.span
        )


def free_names(node: Node, bound: frozenset[str] = frozenset()) -> set[str]:
    """Return the names in an expression, but for indices that it binds itself."""
    if isinstance(node, tree.Symbol):
        return set() if node.name in bound else {node.name}
    inner = bound | {node.variable} if isinstance(node, tree.BigOperator | tree.Sequence) else bound
    return {name for child in node.children() for name in free_names(child, inner)}
