"""Walking over tokens: the next one, a wanted one, an argument, the cells of an environment."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import Refusal, Span
from .lexer import Token
from .names import argument


class Reader:
    """A position in a range of tokens."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens, self.at = list(tokens), 0

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

    def argument(self) -> tuple[Token, ...]:
        """Take the tokens of one argument."""
        body, self.at = argument(self.tokens, self.at)
        return body

    def script(self, mark: str) -> tuple[Token, ...] | None:
        """Take the argument of a subscript or a superscript, if its mark stands here."""
        if self.mark != mark:
            return None
        self.next()
        return self.argument()

    def environment(self) -> list[list[list[Token]]]:
        """Take an environment; return its cells as tokens, row by row."""
        opening = self.next()
        depth, rows, row, cell = 1, [], [], []  # type: ignore[var-annotated]
        while True:
            token = self.next()
            depth += token.text.startswith("\\begin{") - token.text.startswith("\\end{")
            if depth == 0:
                break
            if depth == 1 and token.text in ("&", "\\\\"):
                row.append(cell)
                cell = []
                if token.text == "\\\\":
                    rows.append(row)
                    row = []
            else:
                cell.append(token)
        if token.text[5:] != opening.text[7:]:
            raise Refusal(f"{token.text} does not close {opening.text}", span=token.span)
        if row or cell:
            rows.append([*row, cell])
        if not rows:
            raise Refusal("an empty environment", span=opening.span)
        return rows
