"""A change of a formula's LaTeX, and what writes it: the formula, its page, its names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import Span
from ..grammar import tree
from ..grammar.patterns import Pattern
from ..grammar.symbols import Declaration
from ..grammar.tree import Node
from ..values.page import Definitions, Page
from ..values.scope import Scope
from ..values.work import Work

_COMMAND = re.compile(r"\\[A-Za-z]+$")
_OF_THEIR_OWN = {"integers", "subset", "parts", "width"}  # such names replace their like only


@dataclass(frozen=True)
class Edit:
    """A replacement of a range of the LaTeX."""

    name: str
    span: Span
    new: str = " "

    def apply(self, latex: str) -> str:
        """Return the LaTeX with this range replaced; no command grows by a letter behind it."""
        start, end = self.span
        return _joined(_joined(latex[:start], self.new), latex[end:])


def _joined(one: str, two: str) -> str:
    return f"{one} {two}" if two[:1].isalpha() and _COMMAND.search(one) else one + two


class Formula:
    """A formula, its page with what the formula defines, and what was ``known`` before it."""

    def __init__(
        self, latex: str, page: Page, display: tree.Display, known: Definitions, work: Work
    ) -> None:
        self.latex, self.page, self.display, self.known = latex, page, display, known
        self.scope = Scope(page, 0, work=work)
        self.used = {getattr(node, "name", "") for node in display.walk()}
        self.transposed = [node.body for node in display.walk() if isinstance(node, tree.Transpose)]

    def text(self, node: Node) -> str:
        """Return the LaTeX of a node."""
        return self.latex[slice(*node.span)]

    def before(self, at: int) -> str:
        """Return the character before a place, blanks left out; nothing at the beginning."""
        return self.latex[:at].rstrip()[-1:]

    def short(self, node: Node) -> str:
        """Return the LaTeX of a node, shortened, for the name of an edit."""
        words = " ".join(self.text(node).split())
        return words if len(words) < 40 else words[:36] + " ..."

    def shifted(self, name: str, index: Node, change: str) -> Edit:
        """Add to an index or a bound, in braces where it stands without."""
        new = self.text(index) + change
        bare = self.before(index.span[0]) in ("_", "^")
        return Edit(name, index.span, "{" + new + "}" if bare else new)

    def spelled(self, key: str) -> str:
        """Return how a declared name, or a dimension, is written."""
        declaration = self.page.table.declarations.get(key)
        return declaration.name if declaration else key

    def written(self, pattern: Pattern, node: tree.Member) -> str:
        """Return the LaTeX of another pattern with the indices of ``node``."""
        put = dict(
            zip(pattern.variables, (self.text(index) for index in node.indices), strict=True)
        )
        stem = pattern.base.rstrip("'")
        primes = pattern.base[len(stem) :]  # behind the index: an exponent may follow

        def script(mark: str, template: tuple[str, ...] | None) -> str:
            inside = " ".join(put.get(part, part) for part in template or ())
            return f"{mark}{{{inside}}}" if template else ""

        out = stem + script("_", pattern.sub) + primes + script("^", pattern.sup)
        if self.text(node).rstrip("} ").endswith("\\top"):
            out = f"{{{out}}}^{{\\top}}" if pattern.sup else f"{out}^{{\\top}}"
        return out

    def same_type(self, one: str, two: str) -> bool:
        """Whether a name may stand where another does."""
        if one == two:
            return False
        table = self.page.table
        if two in table.patterns and one not in table.patterns:
            return False
        first, second = table.declarations[one], table.declarations[two]
        if first.domain is None or second.domain is None:
            return bool(first.formals) and first.formals == second.formals
        if first.is_function or second.is_function:
            return _signature(first) == _signature(second)
        kinds = {first.domain.kind, second.domain.kind}
        if kinds & _OF_THEIR_OWN:
            return len(kinds) == 1
        return first.domain.shape == second.domain.shape


def _signature(declaration: Declaration) -> tuple[object, ...]:
    assert declaration.domain is not None
    domain = declaration.domain
    return declaration.is_function, domain.inputs, domain.output, declaration.formals
