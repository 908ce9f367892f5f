"""A page: its table of symbols, its definitions, and the Python callables that it may use."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from ..errors import LINE, Refusal, Unbound, shortened
from ..grammar import tree
from ..grammar.lexer import tokenize
from ..grammar.names import Name, letter
from ..grammar.parser import Parser
from ..grammar.statements import (
    is_power_of_e,
    names_on_the_left,
    parse_display,
    parse_expression,
)
from ..grammar.symbols import Line, Table, promised, read_line
from ..grammar.tree import Node

MEMORY = 5000  # results of Python calls that are kept: mutants meet the same draws again
Functions: TypeAlias = Mapping[str, Callable[..., Any]]


@dataclass(frozen=True)
class Definition:
    """A name, or a member of a family, and the expression that it stands for."""

    target: Node
    formals: tuple[Node, ...]
    body: Node
    latex: str = ""  # the page's formula that says so; none if it is the display at hand


Definitions: TypeAlias = Mapping[str, tuple[Definition, ...]]


class Page:
    r"""The symbols of one page and what is defined so far.

    Parameters
    ----------
    declarations : str
        Lines of the table of symbols; see ``eqcheck.grammar.symbols`` and the README.
    functions : mapping, optional
        Python callables by the dotted names under which ``code`` refers to them.

    Raises
    ------
    Refusal
        If a line cannot be read.

    Examples
    --------
    >>> page = Page(r'''
    ... d = 4
    ... \mathbf{x}, \mathbf{w} : R[d]; entries x_j, w_j | 特征与权重 | features and weights
    ... b : R
    ... ''')
    >>> page.lines[1].names, page.lines[1].meanings
    (('\\mathbf{x}', '\\mathbf{w}'), ('特征与权重', 'features and weights'))
    """

    def __init__(
        self, declarations: str = "", *, functions: Functions = MappingProxyType({})
    ) -> None:
        self.table = Table()
        self.functions = functions
        self.definitions: Definitions = {}
        self.memory: dict[object, Any] = {}
        self.lines: tuple[Line, ...] = ()
        self._content: list[str] = []
        self._parsed: dict[str, Node] = {}
        for line in declarations.splitlines():
            if line.strip():
                self.declare(line)

    @property
    def undefined(self) -> frozenset[str]:
        """The letters of names that formulas are to define, and that none has defined so far."""
        known = {*self.definitions}
        known.update(p.parent for p in self.table.patterns.values() if p.key in self.definitions)
        flagged = (k for k, line in self.table.declarations.items() if "defined" in line.flags)
        return frozenset(letter(key) for key in flagged if key not in known)

    def declare(self, text: str) -> None:
        """Read one line of the table: a declaration, a dimension or a definition.

        Raises
        ------
        Refusal
            If it cannot be read, or a name is taken; the message quotes the line.
        """
        try:
            line = read_line(text)
            if line.kind == "definition":
                self.define(f"{line.names[0]} = {line.right}")
            else:
                self.table.add(line)
                self._content.append(repr((line.names, line.right, line.options)))
        except Refusal as refusal:
            body = shortened(text.partition(" | ")[0], LINE)
            raise Refusal(
                f"in the line '{body}': {refusal.what}",
                refusal.how,
                missing=refusal.missing,
                lost=frozenset(
                    name.base for name in promised(text) if self.table.find(name) is None
                ),
            ) from None
        self.lines = (*self.lines, line)

    def define(self, latex: str) -> frozenset[str]:
        """Let what a displayed formula defines be used from here on; return its letters.

        Raises
        ------
        Refusal
            If it cannot be read, or defines nothing; ``lost`` are the letters that it would define.
        """
        try:
            return self._define(latex)
        except Refusal as refusal:
            refusal.lost = frozenset(
                name.base
                for name in names_on_the_left(latex)
                if self._is_free(name) and not self._has_value(name.base.rstrip("'"))
            )
            raise

    def _has_value(self, letter: str) -> bool:
        """Whether a letter has one by itself: an index that it lacks leaves it that."""
        line = self.table.declarations.get(letter)
        return line is not None and "defined" not in line.flags

    def _is_free(self, name: Name) -> bool:
        if is_power_of_e(name, self.table):
            return False
        found = self.table.find(name)
        keys = self.table.variants(found.key) if found else []
        declarations = [*map(self.table.declaration_of, keys or [found.key] if found else [])]
        return not any(declarations) or any(
            "defined" in line.flags and line.key not in self.definitions
            for line in declarations
            if line
        )

    def _define(self, latex: str) -> frozenset[str]:
        display, table = parse_display(latex, self.table)
        definitions = _extended(self.definitions, display.statements, table, latex)
        if definitions == self.definitions:
            raise Refusal(
                "this formula defines nothing: its left side is not a free name",
                "a name is free that its line marks, NAME : DOMAIN; defined, and that no formula "
                "before it defines",
            )
        new = {name for name in definitions if definitions[name] != self.definitions.get(name)}
        self.table, self.definitions = table, definitions
        self._content.append(latex)
        self._parsed.clear()
        return frozenset(map(letter, new))

    def with_definitions(self, statements: tuple[Node, ...], table: Table) -> Page:
        """Return a page that also knows the given statements' definitions."""
        page = Page(functions=self.functions)
        page.table, page.memory = table, self.memory
        page.definitions = _extended(self.definitions, statements, table)
        return page

    def function(self, name: str) -> Callable[..., Any]:
        """Return the Python callable of a dotted name.

        Raises
        ------
        Unbound
            If the page was given none.
        """
        if name not in self.functions:
            raise Unbound(f"{name} is not among the callables given to the page", self._how(name))
        return self.functions[name]

    def _how(self, name: str) -> str:
        """Return how to mend the name of a function that the page was not given."""
        module, _, last = name.rpartition(".")
        same = [known for known in self.functions if known.rpartition(".")[2] == last]
        near = same or get_close_matches(name, self.functions, 1)
        if near:
            return f"did you mean {near[0]}?"
        name_it = f"name its module, {module}, in" if module else "give it by"
        return f"{name_it} --functions, eqcheck_functions of Sphinx, or Page(functions=…)"

    def call(self, name: str, positional: list[Any], named: dict[str, Any]) -> Any:
        """Call a Python function, once for the same numbers: it is pure.

        Raises
        ------
        Refusal
            If the callable raises.
        """
        key = _call_key(name, positional, named)
        if key in self.memory:
            return self.memory[key]
        try:
            result = self.function(name)(*positional, **named)
        except Refusal:
            raise
        except Exception as error:
            raise Refusal(
                f"the Python callable {name} raised {type(error).__name__}: {error}"
            ) from error
        if key is not None:
            if len(self.memory) > MEMORY:
                self.memory.clear()
            self.memory[key] = result
        return result

    def expression(self, latex: str) -> Node:
        """Parse an expression of the table once: a shape, a bound, an argument."""
        if latex not in self._parsed:
            self._parsed[latex] = parse_expression(latex, self.table)
        return self._parsed[latex]

    def formal(self, latex: str) -> Node:
        """Return a formal parameter's node."""
        if latex == "\\cdot":
            return tree.Symbol("\\cdot")
        return Parser(tokenize(latex), self.table).factor()

    def fingerprint(self) -> str:
        """Return a hash of all declarations and definitions, for caches."""
        return hashlib.sha256("\n".join(self._content).encode()).hexdigest()


def _call_key(name: str, positional: list[Any], named: dict[str, Any]) -> object:
    """Return what tells a call from others; None if its arguments are not all numbers."""
    arguments = [*positional, *named.values()]
    if not all(isinstance(argument, np.ndarray | np.generic | int) for argument in arguments):
        return None
    arrays = [np.asarray(argument) for argument in arguments]
    return name, tuple(named), tuple((a.shape, a.dtype.str, a.tobytes()) for a in arrays)


def definition(statement: Node, table: Table, known: Definitions) -> Definition | None:
    """Return what a statement defines, if its left side is a free name; else None."""
    if not isinstance(statement, tree.Chain) or statement.relations[:1] != ("=",):
        return None
    left, body = statement.parts[:2]
    target, formals = left, tuple[Node, ...]()
    if isinstance(left, tree.Call) and not left.primes:
        target, formals = left.function, left.arguments
    named = all(isinstance(node, tree.Symbol | tree.Member) for node in formals)
    if not named or not isinstance(target, tree.Symbol | tree.Member):
        return None
    declaration = table.declaration_of(target.name)
    free = declaration is not None and "defined" in declaration.flags
    indices = target.indices if isinstance(target, tree.Member) else ()
    general = all(isinstance(index, tree.Symbol | tree.Number) for index in indices)
    taken = any(item.target == target for item in known.get(target.name, ())) or any(
        name in known for name in _other_ways(target, table)
    )
    if not free or not general or taken:
        return None
    if statement.given:
        span = statement.given[0].span
        raise Refusal("a definition that holds only sometimes", "write cases", span)
    return Definition(target, formals, body)


def _other_ways(target: tree.Symbol | tree.Member, table: Table) -> list[str]:
    """Return the names by which the same value may be defined: the whole of entries, or these."""
    pattern = table.patterns.get(target.name)
    if pattern is None:
        return [other.key for other in table.patterns.values() if other.parent == target.name]
    return [pattern.parent] if pattern.role != "family" else []


def defining(
    statements: tuple[Node, ...], table: Table, known: Definitions
) -> dict[int, Definition]:
    """Return the definitions among some statements, by the statement's identity.

    The first statement with a free name on its left defines it; a second one is a claim.
    """
    found: dict[int, Definition] = {}
    for statement in statements:
        item = definition(statement, table, _merged(known, found.values()))
        if item is not None:
            found[id(statement)] = item
    return found


def _extended(
    known: Definitions, statements: tuple[Node, ...], table: Table, latex: str = ""
) -> Definitions:
    found = defining(statements, table, known).values()
    return _merged(known, (replace(item, latex=latex) for item in found))


def _merged(known: Definitions, items: Iterable[Definition]) -> Definitions:
    merged = dict(known)
    for item in items:
        assert isinstance(item.target, tree.Symbol | tree.Member)
        merged[item.target.name] = (*merged.get(item.target.name, ()), item)
    return merged
