"""Walking over tokens: what every part of the grammar reads with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence as Seq
from typing import Self

from ..errors import Refusal, Span
from .lexer import Token
from .names import Name, argument
from .symbols import Table
from .tree import Node


class Reader(ABC):
    """A position in a range of tokens, the page's table, and the indices in scope."""

    def __init__(self, tokens: Seq[Token], table: Table, bound: tuple[str, ...] = ()) -> None:
        self.tokens, self.at = list(tokens), 0
        self.table, self.bound = table, bound
        self.bars: list[str] = []
        self.depth = 0

    @property
    def mark(self) -> str:
        """The text of the next token; empty at the end."""
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""

    def peek(self, ahead: int = 1) -> str:
        """Return the text of a later token."""
        at = self.at + ahead
        return self.tokens[at].text if at < len(self.tokens) else ""

    def next(self) -> Token:
        """Take the next token."""
        if self.at >= len(self.tokens):
            raise Refusal("the formula ends too early", span=self.here())
        self.at += 1
        return self.tokens[self.at - 1]

    def take(self, mark: str) -> Token:
        """Take the next token, which must be ``mark``."""
        if self.mark != mark:
            found = self.mark or "the end"
            raise Refusal(f"{mark} is missing before {found}", span=self.here())
        return self.next()

    def here(self) -> Span:
        """Return the place of the next token."""
        if self.at < len(self.tokens):
            return self.tokens[self.at].span
        end = self.tokens[-1].end if self.tokens else 0
        return (end, end)

    def since(self, first: int) -> Span:
        """Return the range from token ``first`` to the last one taken."""
        if first >= len(self.tokens):
            return self.here()
        return self.tokens[first].start, self.tokens[max(first, self.at - 1)].end

    def inside(self, tokens: Seq[Token], bound: tuple[str, ...] = ()) -> Self:
        """Return a parser for an argument, with further indices in scope."""
        inner = type(self)(tokens, self.table, self.bound + bound)
        inner.depth = self.depth
        return inner

    def group(self, tokens: Seq[Token], bound: tuple[str, ...] = ()) -> Node:
        """Read an argument that is one expression."""
        if not tokens:
            raise Refusal("an empty group", "leave it out", self.here())
        return self.inside(tokens, bound).whole()

    def argument(self) -> tuple[Token, ...]:
        """Take the tokens of one argument."""
        body, self.at = argument(self.tokens, self.at)
        return body

    def whole(self) -> Node:
        """Read one expression that uses up all tokens."""
        node = self.sum()
        if self.mark:
            raise Refusal(f"{self.mark} cannot stand here", span=self.here())
        return node

    def free(self, key: str) -> bool:
        """Whether a built-in's name is not taken by the page."""
        return key not in self.table.declarations

    def undeclared(self, name: Name) -> Refusal:
        """Return the refusal of a name that the table does not hold."""
        return Refusal(
            f"{name.key} is not declared on this page", "add it to the table of symbols", name.span
        )

    @abstractmethod
    def sum(self) -> Node:
        """Read terms joined by plus and minus."""

    @abstractmethod
    def term(self) -> Node:
        """Read factors side by side."""

    @abstractmethod
    def factor(self) -> Node:
        """Read one factor with its scripts."""

    @abstractmethod
    def ends(self) -> bool:
        """Whether a term ends here."""

    @abstractmethod
    def environment(self) -> list[list[list[Token]]]:
        """Take an environment; return its cells as tokens, row by row."""
