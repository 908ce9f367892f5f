"""Refusals: the exceptions of eqcheck, which say where, what is the matter, how to write it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

Span = tuple[int, int]
LONG = 60
LINE = 200  # of a line of the table that is quoted, in characters


class Refusal(ValueError):  # noqa: N818 - what eqcheck does, in the word of its readers
    r"""A formula that has no single meaning here: where, what is the matter, how to write it.

    Parameters
    ----------
    what : str
        What is undeclared, ambiguous, unequal or outside the grammar.
    how : str, optional
        How to write it instead.
    span : tuple of int, optional
        Where in the LaTeX, as a half-open range of characters.
    missing : str, optional
        The name that it uses and that has no meaning, if that is the matter.
    lost : set of str, optional
        The letters that have no meaning because of it: the line or formula would give them one.

    Examples
    --------
    >>> print(Refusal("1/2n is ambiguous", r"write \frac{1}{2n}", (0, 4)).located("1/2n"))
    at 0, '1/2n': 1/2n is ambiguous; write \frac{1}{2n}
    """

    def __init__(
        self,
        what: str,
        how: str = "",
        span: Span | None = None,
        *,
        missing: str = "",
        lost: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(what)
        self.what, self.how, self.span = what, how, span
        self.missing, self.lost = missing, lost
        self.source: str | None = None  # the LaTeX that ``span`` is of, if it is known already
        self.line = ""  # of the table, if what it says of a name is the matter

    def located(self, latex: str) -> str:
        """Return the message with its position in ``latex`` and an excerpt of it.

        What was refused in a definition, or in a line of the table, is quoted from there.
        """
        message = f"{self.what}; {self.how}" if self.how else self.what
        if self.line:
            return f"in the line '{shortened(self.line, LINE)}': {message}"
        where = ""
        if self.source:
            where, latex = f"in the definition '{shortened(self.source)}', ", self.source
        if self.span is None:
            return where + message
        start, end = self.span
        excerpt = latex[start : min(end, start + 40)] or latex[max(0, start - 20) : start]
        return f"{where}at {start}, '{excerpt.strip()}': {message}"


@contextmanager
def quoting(line: str) -> Iterator[None]:
    """Let what is refused here quote a line of the table, unless it quotes something already."""
    try:
        yield
    except Refusal as refusal:
        if refusal.source is None and not refusal.line:
            refusal.line = line
        raise


def shortened(latex: str, most: int = LONG) -> str:
    """Return the beginning of a definition or a line of the table, without line breaks."""
    latex = " ".join(latex.split())
    return latex if len(latex) <= most else latex[:most] + " ..."


class Kink(Refusal):
    """A derivative is asked for where there is none."""


class Unbound(Refusal):
    """A check names a Python callable that the page was not given."""
