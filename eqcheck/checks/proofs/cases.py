r"""Cases that say the same with < for \le: the boundary is never met, or both cases agree there."""

from __future__ import annotations

from ...grammar import tree
from ...grammar.tree import Node
from .forms import Form, added, rebuilt, scaled
from .normal import Normal
from .signs import is_never_zero

BOUNDARY = "the cases agree on the boundary"
NEVER = "the boundary is never met"
BEFORE = "a case before takes the boundary"
_CLOSED = {"<": "\\le", ">": "\\ge"}
_WITH_EQUALITY = ("\\le", "\\ge", "=")
_VARIED = (tree.Partial, tree.Gradient, tree.Limit)  # in these a name has more than one value


def same_cases(first: Normal, second: Normal, one: tree.Cases, other: tree.Cases) -> bool:
    """Whether two lists of cases give the same value everywhere."""
    if len(one.rows) != len(other.rows):
        return False
    for place, ((value, condition), (new, changed)) in enumerate(
        zip(one.rows, other.rows, strict=True)
    ):
        if value != new and first.form(value) != second.form(new):
            return False
        if condition != changed and not _is_harmless(second, one, place, changed):
            return False
    return True


def _is_harmless(normal: Normal, cases: tree.Cases, place: int, changed: Node | None) -> bool:
    """Whether a condition differs from that of a row on a boundary only, where it is no matter."""
    condition = cases.rows[place][1]
    if not isinstance(condition, tree.Chain) or not isinstance(changed, tree.Chain):
        return False
    if len(condition.parts) != 2 or condition.parts != changed.parts:
        return False
    signs = {_CLOSED.get(each.relations[0], each.relations[0]) for each in (condition, changed)}
    if len(signs) > 1 or not signs <= {*_CLOSED.values()}:
        return False
    left, right = condition.parts
    excess = added([normal.form(left), scaled(normal.form(right), -1)])
    if condition.relations[0] in _CLOSED and is_never_zero(normal, excess):
        return _because(normal, NEVER)  # a formula that claims the boundary is not excused
    if any(_takes_boundary(before, condition.parts) for _, before in cases.rows[:place]):
        return _because(normal, BEFORE)
    if cases.rows[place + 1 :] and cases.rows[place + 1][1] is None:
        there = [_on_boundary(normal, each, left, right) for each, _ in cases.rows[place:][:2]]
        if None not in there and there[0] == there[1]:
            return _because(normal, BOUNDARY)
    return False


def _takes_boundary(before: Node | None, parts: tuple[Node, ...]) -> bool:
    """Whether a condition holds where two sides are equal."""
    return (
        isinstance(before, tree.Chain)
        and before.parts == parts
        and before.relations[0] in _WITH_EQUALITY
    )


def _because(normal: Normal, rule: str) -> bool:
    normal.because[rule] += 1
    return True


def _on_boundary(normal: Normal, value: Node, left: Node, right: Node) -> Form | None:
    """Return a value where both sides of a condition are equal: the left one is put for the right.

    Of an absolute value, even powers are those of what stands between the bars.
    """
    if not isinstance(left, tree.Symbol | tree.Magnitude):
        return None
    if any(isinstance(part, _VARIED) for part in value.walk()):
        return None
    inside = left.body if isinstance(left, tree.Magnitude) else None

    def change(node: Node) -> Node | None:
        if node == left:
            return rebuilt(right, lambda part: None)
        if isinstance(node, tree.Power) and inside is not None and node.base == inside:
            exponent = node.exponent
            if isinstance(exponent, tree.Number) and exponent.value % 2 == 0:
                return tree.Power(rebuilt(right, lambda part: None), exponent)
        return None

    return normal.form(rebuilt(value, change))
