r"""Each name in a formula knows the row of its page's ``{symbols}`` that says what it is.

``\htmlData{symbol=K}{…}`` goes around every name that the table above the formula declares: K is
the row, counted from 0 over all tables of the page; ``K row`` is a row of what that row declares.
KaTeX makes ``data-symbol`` of it, and ``preview.js`` shows the row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

from eqcheck import Line, Refusal
from eqcheck.grammar.lexer import Token, skim, tokenize
from eqcheck.grammar.names import Name, read_name, starts_name
from eqcheck.grammar.symbols import Table
from eqcheck.grammar.vocabulary import ELEMENTARY
from eqcheck.sphinx.nodes import symbols_table
from eqcheck.sphinx.tables import shown_lines

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

PARTS = {"entries": " entry", "rows": " row", "columns": " column"}
OPEN, CLOSED, SEPARATORS = ("(", "[", "{"), (")", "]", "}"), (",", "\\|")
COPIED = (nodes.title, addnodes.desc)  # titles are shown on other pages, docstrings have no table


@dataclass
class Symbols:
    """The names that are declared at a place of a page, and the rows that explain them."""

    table: Table = field(default_factory=Table)
    rows: dict[str, int] = field(default_factory=dict)  # by the key of a name
    count: int = 0  # of all rows so far, those of tables that hold no longer as well

    def read(self, lines: Sequence[Line], *, more: bool) -> None:
        """Take in the rows of a table; it starts afresh, or adds to the one before."""
        if not more:
            self.table, self.rows = Table(), {}
        for line in lines:
            known = self._keys()
            with suppress(Refusal):  # it was reported where the page is executed
                self._declare(line)
            self.rows |= dict.fromkeys(self._keys() - known, self.count)
            self.count += 1

    def _keys(self) -> set[str]:
        return {*self.table.declarations, *self.table.dimensions}

    def _declare(self, line: Line) -> None:
        if line.kind == "definition":
            name, _ = read_name(tokenize(line.names[0]), 0)
            self.table.introduce(name.key)
        else:
            self.table.add(line)

    def marked(self, latex: str) -> str:
        r"""Return LaTeX with a mark around each name, which takes its scripts and primes along.

        Examples
        --------
        >>> from eqcheck import read_line
        >>> symbols = Symbols()
        >>> symbols.read([read_line("i : 1..3"), read_line("f : R -> R")], more=False)
        >>> print(symbols.marked("f'(x_i)"))
        \htmlData{symbol=1}{f'}(x_{\htmlData{symbol=0}{i}})
        """
        put = []  # and where; at one place what closes stands before what opens
        for start, end, symbol in self.occurrences(latex):
            braces = int(_is_bare_script(latex, start))
            put.append((start, 1, "{" * braces + rf"\htmlData{{symbol={symbol}}}{{"))
            put.append((end, 0, "}" * (1 + braces)))
        pieces, at = [], 0
        for place, _, text in sorted(put):
            pieces += [latex[at:place], text]
            at = place
        return "".join(pieces) + latex[at:]

    def occurrences(self, latex: str) -> Iterator[tuple[int, int, str]]:
        """Yield where known names stand, also in what cannot be parsed, each with its symbol."""
        yield from self._among(skim(latex), latex)

    def _among(self, tokens: Sequence[Token], latex: str) -> Iterator[tuple[int, int, str]]:
        at = 0
        while at < len(tokens):
            end = at + 1
            if starts_name(tokens[at]) or tokens[at].text in ELEMENTARY:
                # what follows a bare script, as in x_i^2, is none of its own
                alone = _is_bare_script(latex, tokens[at].start)
                with suppress(Refusal):
                    name, length = read_name(tokens[at:end] if alone else tokens[at:], 0)
                    end = at + length
                    symbol = self._symbol(name, _count_arguments(tokens[end:]))
                    if symbol:
                        yield *name.span, symbol
                    for script in (name.sub, name.sup):
                        yield from self._among(script or (), latex)
            at = end

    def _symbol(self, name: Name, arguments: int) -> str:
        """Return the row that explains a name, and which part of it the name is; "" if none.

        A name may be that of several functions, which differ in their number of arguments.
        """
        plain = Name(name.base.rstrip("'"), name.sub, name.sup, name.span)  # f, if f' is derived
        for written in (name, plain):
            found = self.table.find(written)
            if found is None:
                continue
            pattern = self.table.patterns.get(found.key)
            part = PARTS.get(pattern.role, "") if pattern else ""
            key = pattern.parent if pattern else self.table.of_arity(found.key, arguments)
            return f"{self.rows[key]}{part}"
        families = (p for p in self.table.patterns.values() if p.role == "family")
        whole = (p.parent for p in families if p.base == name.key)  # all its members at once
        return str(self.rows.get(next(whole, ""), ""))


def _count_arguments(tokens: Sequence[Token]) -> int:
    """Return how many arguments stand in the parentheses with which tokens begin; 0 if in none."""
    if not tokens or tokens[0].text != "(":
        return 0
    depth, count = 0, 1
    for token in tokens:
        depth += (token.text in OPEN) - (token.text in CLOSED)
        count += depth == 1 and token.text in SEPARATORS
        if depth == 0:
            break
    return count


def _is_bare_script(latex: str, start: int) -> bool:
    return latex[:start].rstrip().endswith(("_", "^"))


def mark_formulas(app: Sphinx, doctree: nodes.document) -> None:
    """Keep beside each formula what is set in its place where a page can explain its names."""
    symbols = Symbols()
    kinds = (symbols_table, nodes.math, nodes.math_block)
    for node in doctree.findall(lambda node: isinstance(node, kinds)):
        if isinstance(node, symbols_table):
            symbols.read(shown_lines(node, app.config), more=node["more"])
        elif isinstance(node, nodes.Element) and not _is_copied(node):
            latex = node.astext()
            marked = symbols.marked(latex)
            if marked != latex:
                node["marked"] = marked


def _is_copied(node: nodes.Element | None) -> bool:
    while node is not None and not isinstance(node, COPIED):
        node = node.parent
    return node is not None


def setup(app: Sphinx) -> ExtensionMetadata:
    """Read the tables before they are made what readers see."""
    app.connect("doctree-read", mark_formulas, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
