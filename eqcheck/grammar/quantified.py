r"""What is said of a name behind "for all": its range, which must be that of its line.

A formula is run on what the table draws. If it said "for all s \in \mathbb{R}" of a number that is
drawn positive, it would say more than was run.
"""

from __future__ import annotations

from ..errors import Refusal
from . import tree
from .domains import KINDS, NORMAL, Domain
from .lexer import tokenize
from .parser import Parser
from .symbols import Table
from .tree import Node

_ALL_NUMBERS = ("R", NORMAL)
_ZERO = tree.Number(0.0)
_HALF_LINES: dict[tuple[str, Node], str] = {(">", _ZERO): "R+", ("\\ne", _ZERO): "R*"}


def check_for_all(statement: Node, table: Table, others: tuple[str, ...] = ()) -> None:
    r"""Refuse what stands behind "for all", if it is no range, or another than the declared one.

    ``others`` are names before it, which it is said of as well: "for all x, y \in \mathbb{R}".

    Raises
    ------
    Refusal
        Of such a range.

    Examples
    --------
    >>> from .statements import parse_display
    >>> from .symbols import read_line
    >>> table = Table()
    >>> table.add(read_line("s : R+"))
    >>> display, _ = parse_display(r"|s| = s \text{ for all } s > 0", table)
    >>> parse_display(r"|s| = s \text{ for all } s \in \mathbb{R}", table)
    Traceback (most recent call last):
    eqcheck.errors.Refusal: the range of s is \mathbb{R}_{>0} in the table, not what this says
    """
    name = _name_of(statement)
    if name is None:
        raise Refusal(
            "this is no range of a name",
            r"write \text{for all } x \in \mathbb{R}, and a comma before a claim",
            statement.span,
        )
    for key in (*others, name):
        declaration = table.declaration_of(key)
        domain = declaration.domain if declaration is not None else None
        if declaration is None or domain is None:
            continue
        if declaration.lipschitz or "convex" in declaration.flags:
            what = f"{key} is drawn among fewer functions"
        elif not _is_range_of(domain, statement, table):
            range_ = domain.kind if domain.kind in KINDS else domain.latex()
            what = f"the range of {key} is {range_} in the table, not what this says"
        else:
            continue
        raise Refusal(
            what, 'say it as the table does, or the condition behind "if"', statement.span
        )


def is_membership(node: Node) -> bool:
    r"""Whether a statement says of a name where it lies."""
    return isinstance(node, tree.Chain) and node.relations == ("\\in",) and bool(_name_of(node))


def _name_of(statement: Node) -> str | None:
    """Return the name whose range a statement tells; nothing if it is none."""
    if isinstance(statement, tree.Mapping):
        return getattr(statement.function, "name", None)
    if not isinstance(statement, tree.Chain) or len(statement.parts) not in (2, 3):
        return None
    node = statement.parts[len(statement.parts) - 2]
    return node.name if isinstance(node, tree.Symbol | tree.Member) else None


def _is_range_of(domain: Domain, statement: Node, table: Table) -> bool:
    """Whether a printed range is a domain; shapes are compared where formulas are run."""
    if isinstance(statement, tree.Mapping):
        return True
    assert isinstance(statement, tree.Chain)
    ends = tuple(Parser(tokenize(part), table).whole() for part in domain.parameters)
    relations, last = statement.relations, statement.parts[-1]
    if len(relations) == 2:
        return domain.kind == "interval" and (
            {*relations} <= {"<", "\\le"}
            and (statement.parts[0], last) == ends
            and tuple(sign == "\\le" for sign in relations) == _closed(domain)
        )
    if relations != ("\\in",):
        return _HALF_LINES.get((relations[0], last)) == domain.kind
    if isinstance(last, tree.Space):
        return domain.kind in _ALL_NUMBERS
    if isinstance(last, tree.Interval):
        same = (last.low, last.high) == ends and last.closed == _closed(domain)
        return domain.kind == "interval" and same
    if isinstance(last, tree.IndexSet):
        items = [item for item in last.items if not isinstance(item, tree.Dots)]
        if len(items) == len(last.items):
            return domain.kind == "finite" and {*items} == {*ends}
        return domain.kind in ("whole", "integers") and (items[0], items[-1]) == ends
    return False


def _closed(domain: Domain) -> tuple[bool, bool]:
    return domain.written[:1] == "[", domain.written[-1:] == "]"
