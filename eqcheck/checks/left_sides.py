r"""What stands on the left: what a statement defines, what code updates, or else a claim.

A claim is evaluated like any other side. A definition must have the shape that its line declares,
and depend on its arguments, and on indices that it shows; an update, w_{t+1} = ... or w <- ...,
must be one that code names, or that uses the old value.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..errors import Refusal
from ..grammar import tree
from ..grammar.domains import CONSTANT
from ..grammar.statements import free_names
from ..grammar.symbols import Declaration
from ..grammar.tree import Node
from ..values.arithmetic import Array, Jacobian, Shape, Value, column, plain, shown
from ..values.functions import check_inputs
from ..values.lookup import with_index
from ..values.outcomes import Choices
from ..values.page import Definition, Definitions, Page, defining
from ..values.scope import Key, Scope

_COMPUTED_ELSEWHERE = (tree.Limit, tree.Optimum)  # these have a kind of their own


class LeftSides:
    """The left sides of one display, on one draw after another."""

    def __init__(self, local: Page, display: tree.Display, known: Definitions) -> None:
        self.table = local.table
        self.display = display
        self.defined = defining(display.statements, local.table, known)
        self.unused = {place: [*item.formals] for place, item in self.defined.items()}
        for item in self.defined.values():
            self._check_form(item)

    # ---------------------------------------------------------------------------- definitions

    def _check_form(self, item: Definition) -> None:
        """Refuse what can be seen without a draw: arguments, and indices."""
        name, declaration = _name(item.target), self._declaration(item.target)
        assert declaration is not None
        written = [_name(formal) for formal in item.formals]
        if declaration.is_function and not item.formals:
            raise Refusal(
                f"{name} is declared as a function", "write its arguments", item.target.span
            )
        twice = next((other for other in written if written.count(other) > 1), "")
        if twice and len({*item.formals}) < len(item.formals):
            raise Refusal(f"the argument {twice} stands twice", span=item.target.span)
        if declaration.formals and list(declaration.formals) != written:
            wanted = ", ".join(declaration.formals)
            raise Refusal(f"{name} is declared as {name}({wanted})", span=item.target.span)
        shown_here = {_name(node) for part in (item.target, *item.formals) for node in part.walk()}
        for index in sorted(free_names(item.body) - shown_here):
            if self.table.is_index(index):
                raise Refusal(
                    f"the right side depends on {index}, the left side does not",
                    f"write the index on the left; {name} has it if its line says "
                    f"{index} = LOW..HIGH, or shows its entries",
                    item.target.span,
                )

    def check(self, scope: Scope, statement: tree.Chain) -> None:
        """Refuse a definition of another shape than its line declares; note what it depends on."""
        item, unused = self.defined[id(statement)], self.unused[id(statement)]
        sides = (part for part in statement.parts[1:] if not isinstance(part, _COMPUTED_ELSEWHERE))
        body = next(sides, None)
        declaration = self._declaration(item.target)
        assert declaration is not None
        if body is None:
            return
        own = with_index(scope, declaration, tuple(map(scope.integer, _indices(item.target))))
        reads: set[Key] = set()
        inner = scope
        if item.formals:
            given = [self._argument(scope, own, item, at) for at in range(len(item.formals))]
            check_inputs(own, declaration, given)
            bound = dict(zip(map(scope.key, item.formals), given, strict=True))
            inner = replace(scope.binding(bound), reads=reads)
        value = _on_some_path(inner, body)
        unused[:] = [formal for formal in unused if scope.key(formal) not in reads]
        self.check_shape(scope, statement, value)

    def check_shape(self, scope: Scope, statement: tree.Chain, value: Value) -> None:
        """Refuse a value of another shape than the line of a defined name declares."""
        item = self.defined[id(statement)]
        declaration = self._declaration(item.target)
        wanted = self._shape(scope, item.target, declaration) if declaration else None
        if wanted is not None and not isinstance(value, Jacobian) and plain(value).shape != wanted:
            raise Refusal(
                f"{_name(item.target)} is declared as {shown(wanted)}, "
                f"but has {shown(plain(value).shape)}",
                span=item.target.span,
            )

    def _argument(self, scope: Scope, own: Scope, item: Definition, place: int) -> Value:
        """Return a value of an argument; of one without a value, any of its shape."""
        formal = item.formals[place]
        declaration = self._declaration(formal)
        if declaration is not None:
            try:
                return _on_some_path(scope, formal)
            except Refusal as refusal:
                if not refusal.missing:  # it is to be defined, and is not yet
                    raise
        shape = self._shape(scope, formal, declaration) if declaration else None
        if shape is None:
            function = self._declaration(item.target)
            domain = function.domain if function else None
            if domain is None or place >= len(domain.inputs):
                raise Refusal(
                    "an argument without a shape",
                    f"declare {_name(item.target)} by its inputs, R[d] -> R",
                    item.target.span,
                )
            shape = column(own.shape(domain.inputs[place]))
        return np.asarray(scope.generator(_name(formal), place).standard_normal(shape))

    def check_arguments(self) -> None:
        """Refuse an argument on which, over all draws, nothing depended."""
        for place, formals in self.unused.items():
            for formal in formals:
                raise Refusal(
                    f"the right side does not depend on {_name(formal)}",
                    "an argument stands on the right, too",
                    formal.span if formal.span[1] else self.defined[place].target.span,
                )

    # -------------------------------------------------------------------- what code computes

    def is_settled(self, statement: tree.Chain, named: bool) -> bool:
        """Whether code alone says what a left side is worth: it is defined, or updated.

        Raises
        ------
        Refusal
            If no code can compute it: it is drawn, a dimension, or an index.
        """
        left, relation = statement.parts[0], statement.relations[0]
        if id(statement) in self.defined:
            return True
        fixed = self._fixed(left)
        if relation == "\\leftarrow" and (not fixed or fixed == "drawn"):
            if any(_has_old_value(part, left) for part in statement.parts[1:]):
                return True
            raise Refusal("an assignment that does not use the old value", "write =", left.span)
        if not fixed:
            return False
        declaration = self._declaration(left)
        if fixed == "drawn" and declaration is not None and declaration.iterates:
            if named:
                return True
            raise Refusal(
                "which step does the code compute?", "write :code: LEFT = f(...)", left.span
            )
        name = _name(left)
        raise Refusal(
            f"{name} is {fixed}: no code computes it",
            f"mark what a formula defines: {name} : DOMAIN; defined",
            left.span,
        )

    def stands_for(self, node: Node) -> bool:
        """Whether a name is a member of what a left side defines, or the whole of its entries."""
        for statement in self.display.statements:
            if isinstance(statement, tree.Chain):
                target = _target(statement.parts[0])
                declaration = self._declaration(target)
                if declaration is not None and "defined" in declaration.flags:
                    pattern = self.table.patterns.get(_name(target))
                    names = {_name(target), pattern.parent if pattern else ""} - {""}
                    if isinstance(target, tree.Member) and _name(node) in names:
                        return True
        return False

    def _fixed(self, left: Node) -> str:
        """Return why nothing can define the name on the left; "" if it is no name, or a claim."""
        target = _target(left)
        name, declaration = _name(target), self._declaration(target)
        if name in self.table.dimensions or name in self.table.widths:
            return "a dimension"
        if declaration is None or declaration.code is not None:
            return ""
        if {"defined", "random"} & declaration.flags:
            return ""
        if declaration.is_index:
            return "an index"
        if declaration.domain is not None and declaration.domain.kind in CONSTANT:
            return "a constant"
        return "drawn"

    def _declaration(self, target: Node) -> Declaration | None:
        return self.table.declaration_of(_name(target))

    def _shape(self, scope: Scope, target: Node, declaration: Declaration) -> Shape | None:
        """Return the shape that a name must have; None if its line does not say."""
        domain = declaration.domain
        if domain is None:
            return None
        at = tuple(map(scope.integer, _indices(target)))
        shape = with_index(scope, declaration, at).shape(domain.output or domain)
        pattern = self.table.patterns.get(_name(target))
        role = pattern.role if pattern is not None else "family"
        axes = {"family": shape, "entries": (), "rows": shape[1:], "columns": shape[:1]}[role]
        return column(axes)


def _has_old_value(node: Node, left: Node) -> bool:
    r"""Whether a name stands in an expression, or another member of its family: v_{t-1} of v_t."""
    return any(
        part == left or (isinstance(left, tree.Member) and getattr(part, "name", "") == left.name)
        for part in node.walk()
        if isinstance(part, tree.Symbol | tree.Member)
    )


def check_update(scope: Scope, left: Node, computed: Array) -> None:
    """Refuse a new value of another shape than the old one."""
    old = scope.array(left).shape
    if old != computed.shape:
        raise Refusal(f"the new value is {shown(computed.shape)}, not {shown(old)}", span=left.span)


def is_target(left: Node) -> bool:
    """Whether a left side is a name, or a function of names: something to be computed."""
    if isinstance(left, tree.Call):
        return not left.primes and all(
            isinstance(a, tree.Symbol | tree.Member) for a in left.arguments
        )
    return isinstance(left, tree.Symbol | tree.Member)


def _target(left: Node) -> Node:
    return left.function if isinstance(left, tree.Call) and is_target(left) else left


def _name(node: Node) -> str:
    return getattr(node, "name", "")


def _indices(target: Node) -> tuple[Node, ...]:
    return target.indices if isinstance(target, tree.Member) else ()


def _on_some_path(scope: Scope, node: Node) -> Value:
    """Evaluate what may be random: then one outcome shows its shape."""
    try:
        return scope.evaluate(node)
    except Refusal:
        if scope.choices is not None:
            raise
        choices = Choices([], None)
        try:
            value = replace(scope, choices=choices).evaluate(node)
        except Refusal:
            choices.sizes.clear()
        if choices.sizes:
            return value
        raise
