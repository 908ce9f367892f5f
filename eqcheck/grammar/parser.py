r"""Tokens to a tree. Everything that has two readings is refused here, with the way to write it.

One class reads expressions, lowest precedence first: sum, term, factor, script. Names are resolved
through the page's table only. What a whole display states is read in ``statements``.
"""

from __future__ import annotations

import math
from itertools import pairwise

from ..errors import Refusal, Span
from . import tree
from .lexer import Token
from .names import Name, read_name, starts_name, text
from .operators import Operators
from .tree import Node
from .vocabulary import (
    CLOSERS,
    DEEPEST,
    ELEMENTARY,
    ENDS,
    MATRICES,
    MATRIX_FUNCTIONS,
    NORMS,
    OPTIMA,
    POWERABLE,
)


class Parser(Operators):
    """Reads expressions from a range of tokens, with the names of a table in scope."""

    def sum(self) -> Node:
        """Read terms joined by plus and minus."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise Refusal("nested too deeply", "name the parts", self.here())
        outer, first = self.at, None
        terms: list[Node] = []
        operators: list[Span | None] = []
        if self.mark in ("+", "-"):
            first = self.next()
        while True:
            sign = first if not terms else self.next()
            start = self.at
            if self.mark in ("+", "-"):
                raise Refusal("two signs in a row", "use parentheses", self.here())
            node = self.term()
            if sign is not None and sign.text == "-":
                node = tree.Negative(node, span=(sign.start, self.since(start)[1]))
            terms.append(node)
            operators.append(None if sign is None else sign.span)
            if self.mark not in ("+", "-"):
                break
        self.depth -= 1
        if len(terms) == 1:
            return terms[0]
        return tree.Add(tuple(terms), tuple(operators), span=self.since(outer))

    def ends(self) -> bool:
        """Whether a term ends here."""
        mark = self.mark
        closes = bool(self.bars) and mark == self.bars[-1]
        return (
            not mark
            or mark in ENDS
            or closes
            or (mark.startswith(("\\text{", "\\end")) and not (self.is_name()))
        )

    def is_name(self) -> bool:
        """Whether a declared text name starts here."""
        if not self.mark.startswith("\\text{"):
            return False
        name, _ = read_name(self.tokens, self.at)
        return self.table.find(name) is not None

    def term(self) -> Node:
        """Read factors side by side; refuse what has two readings."""
        start = self.at
        factors: list[Node] = []
        infix: set[str] = set()
        bare_bars: list[int] = []
        while not self.ends():
            mark = self.mark
            if mark in ("\\cdot", "\\times", "\\odot", "\\otimes", "/", "\\oslash", "\\div"):
                if not factors:
                    raise Refusal(f"{mark} has nothing on its left", span=self.here())
                infix.add(mark)
                if mark in ("/", "\\oslash", "\\div"):
                    return self.slash(start, factors)
                self.next()
                if self.ends() or self.mark in ("\\cdot", "\\times", "\\odot", "\\otimes", "/"):
                    raise Refusal(f"{mark} has nothing on its right", span=self.here())
                factors.append(self.factor())
                continue
            if factors and mark.isdigit():
                raise Refusal(
                    "a number after a factor",
                    r"write \cdot between them, or the number "
                    "first",
                    self.here(),
                )
            if factors:
                infix.add("")
            if mark in ("|", "\\|"):
                bare_bars.append(len(factors))
            factors.append(self.factor())
        if not factors:
            raise Refusal("an operand is missing", span=self.here())
        if any(second - first > 1 for first, second in pairwise(bare_bars)):
            raise Refusal(
                "these bars can be paired in two ways",
                r"write \left| and \right|",
                self.since(start),
            )
        if len(factors) == 1:
            return factors[0]
        span = self.since(start)
        entrywise = infix & {"\\odot", "\\otimes"}
        if entrywise and len(infix) > 1:
            raise Refusal(
                f"{min(entrywise)} beside another product can be grouped in two ways",
                "use parentheses",
                span,
            )
        if entrywise:
            node = tree.Hadamard if entrywise == {"\\odot"} else tree.Kronecker
            return node(tuple(factors), span=span)
        return tree.Product(tuple(factors), span=span)

    def slash(self, start: int, factors: list[Node]) -> Node:
        """Read a quotient written with a slash: one factor under it, nothing after it."""
        how = r"write \frac, or parentheses"
        if self.mark != "/":
            raise Refusal(f"{self.mark} is not part of the grammar", how, self.here())
        self.next()
        below = self.factor()
        if not self.ends():
            raise Refusal("what stands after a/b: above or under the line?", how, self.since(start))
        above = factors[0]
        if len(factors) > 1:
            above = tree.Product(tuple(factors), span=(factors[0].span[0], factors[-1].span[1]))
        return tree.Quotient(above, below, span=self.since(start))

    def factor(self) -> Node:
        """Read one factor with its scripts."""
        start, mark = self.at, self.mark
        if mark.isdigit():
            return self.scripts(self.number(), start)
        if mark in ("(", "["):
            return self.scripts(self.parenthesis(), start)
        if mark == "{":
            return self.scripts(
                tree.Group(self.group(self.argument()), span=self.since(start)), start
            )
        if mark == "\\{":
            return self.index_set()
        if mark in ("|", "\\|", "\\lvert", "\\lVert"):
            return self.scripts(self.between_bars(), start)
        if mark == "\\langle":
            return self.scripts(self.inner(), start)
        if mark == "\\cdots":
            self.next()
            return tree.Dots(span=self.since(start))
        if mark == "\\frac":
            return self.scripts(self.fraction(), start)
        if mark == "\\sqrt":
            return self.scripts(self.root(), start)
        if mark in ("\\sum", "\\prod"):
            return self.big()
        if mark == "\\nabla":
            return self.nabla()
        if mark == "\\lim":
            return self.limit()
        if mark == "\\mathbb" and self.peek(2) in ("E", "P", "R", "N"):
            return self.blackboard()
        if mark == "\\begin{cases}":
            return self.cases()
        if mark.startswith("\\begin{") and mark[7:-1] in MATRICES:
            return self.scripts(self.block(), start)
        if mark == "\\operatorname{Var}" and self.free("\\operatorname{Var}"):
            return self.expectation(variance=True)
        if mark in OPTIMA and (self.peek() == "_" or OPTIMA[mark][1]):
            return self.optimum()
        if mark in ELEMENTARY:
            return self.elementary()
        if mark in MATRIX_FUNCTIONS and self.free(mark):
            return self.matrix_function()
        if mark == "\\partial":
            raise Refusal(
                "a derivative that is not a fraction",
                r"write \frac{\partial f}"
                r"{\partial x}",
                self.here(),
            )
        if not mark or not starts_name(self.tokens[self.at]):
            raise Refusal(f"{mark or 'the end'} cannot stand here", span=self.here())
        return self.named()

    def number(self) -> Node:
        """Read a decimal number; its digits stand side by side."""
        start = self.at
        digits = self.next().text
        while (self.mark.isdigit() or (self.mark == "." and self.peek().isdigit())) and (
            self.tokens[self.at].start == self.tokens[self.at - 1].end
        ):
            if self.mark == "." and "." in digits:
                raise Refusal("two decimal points", span=self.here())
            digits += self.next().text
        if self.mark.isdigit():
            raise Refusal("two numbers side by side", r"write \cdot between them", self.here())
        return tree.Number(float(digits), span=self.since(start))

    def scripts(self, node: Node, start: int, rest: tuple[Token, ...] | None = None) -> Node:
        """Read the superscript after a factor: a power, a transpose, an inverse."""
        if rest is not None:
            return self.superscript(node, rest, start)
        if self.mark == "'":
            raise Refusal(
                "a prime on an expression", r"write \frac{\partial}{\partial x}", self.here()
            )
        if self.mark == "_":
            raise Refusal(
                "a subscript on an expression", "declare a name with entries", self.here()
            )
        if self.mark == "^":
            self.next()
            body = self.argument()
            if self.mark in ("^", "_", "'"):
                raise Refusal("scripts on scripts", "use parentheses", self.here())
            node = self.superscript(node, body, start)
        return node

    def superscript(self, node: Node, body: tuple[Token, ...], start: int) -> Node:
        """Apply a superscript: a transpose, an inverse or a power."""
        span = self.since(start)
        mark = (body[0].start, body[-1].end) if body else span
        written = text(body)
        if written == "T" and not self.table.find(Name("T", None, None, mark)):
            written = "\\top"
        elif written == "T":
            raise Refusal(
                "T is declared on this page: a power or a transpose?",
                r"write ^{\top} for the transpose",
                mark,
            )
        if written == "\\top":
            return tree.Transpose(node, mark, span=span)
        if written == "-\\top":
            inverse = tree.Power(node, tree.Number(-1.0, span=mark), span=span)
            return tree.Transpose(inverse, mark, span=span)
        if (body and body[0].text in ("*", "(", "'")) or "\\top" in written or written == "+":
            raise Refusal(
                f"the superscript {written} is not declared",
                "declare the name with it, or group it in parentheses",
                mark,
            )
        return tree.Power(node, self.group(body), span=span)

    def parenthesis(self) -> Node:
        """Read ( ) or [ ]: one expression, or a list in brackets."""
        start = self.at
        opening = self.next().text
        bars, self.bars = self.bars, []
        items = self.items(CLOSERS[opening])
        self.bars = bars
        span = self.since(start)
        if len(items) == 1 and not isinstance(items[0], tree.Dots):
            return tree.Group(items[0], span=span)
        if opening == "(":
            return tree.Tuple(tuple(items), span=span)
        return tree.Row(tuple(items), span=span)

    def items(self, closer: str) -> list[Node]:
        """Read expressions with commas between them, up to the closing mark."""
        items: list[Node] = []
        while True:
            if self.mark == "\\cdot" and self.peek() in (",", closer):
                token = self.next()
                items.append(tree.Symbol("\\cdot", span=token.span))
            else:
                items.append(self.sum())
            if self.mark == closer:
                self.next()
                return items
            if self.mark != ",":
                raise Refusal(
                    f"{closer} is missing before {self.mark or 'the end'}", span=self.here()
                )
            self.next()

    def between_bars(self) -> Node:
        """Read | | or a norm; the kind of a norm is its subscript."""
        start = self.at
        opening = self.next().text
        closing = CLOSERS.get(opening, opening)
        if opening == self.mark == "|":
            raise Refusal(
                "two bars: a norm, or twice an absolute value?", r"write \|x\|", self.since(start)
            )
        bars, self.bars = self.bars, [*self.bars, closing]
        body = self.sum()
        self.take(closing)
        self.bars = bars
        if opening in ("|", "\\lvert"):
            return tree.Bars(body, span=self.since(start))
        kind = ""
        if self.mark == "_":
            self.next()
            kind = text(self.argument())
            if kind not in NORMS:
                raise Refusal(
                    f"the norm of kind {kind}", "write 1, 2, F or \\infty", self.since(start)
                )
        return tree.Norm(body, kind, span=self.since(start))

    def inner(self) -> Node:
        """Read an inner product in angle brackets."""
        start = self.at
        self.next()
        bars, self.bars = self.bars, []
        items = self.items("\\rangle")
        self.bars = bars
        if len(items) != 2:
            raise Refusal("an inner product has two sides", span=self.since(start))
        return tree.Inner(items[0], items[1], span=self.since(start))

    def index_set(self) -> Node:
        r"""Read \{1, \ldots, n\}; with bounds after it, a list for a Python callable."""
        start = self.at
        opening = self.at
        self.next()
        depth = 1
        while depth:
            depth += {"\\{": 1, "\\}": -1}.get(self.next().text, 0)
        body = self.tokens[opening + 1 : self.at - 1]
        if self.mark == "_":
            self.next()
            variable, lower = self.lower_bound(self.argument())
            self.take("^")
            upper = self.group(self.argument())
            inner = self.group(body, (variable,))
            return tree.Sequence(inner, variable, lower, upper, span=self.since(start))
        inner_parser = self.inside([*body, Token("\\}", *self.here())])
        return tree.IndexSet(tuple(inner_parser.items("\\}")), span=self.since(start))

    def block(self) -> Node:
        """Read an explicit matrix or a block matrix."""
        start = self.at
        rows = self.environment()
        read = tuple(tuple(self.group(cell) for cell in row) for row in rows)
        if len({len(row) for row in read}) != 1:
            raise Refusal("rows of unequal length", span=self.since(start))
        return tree.Block(read, span=self.since(start))

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

    def root(self) -> Node:
        """Read a square root."""
        start = self.at
        self.next()
        if self.mark == "[":
            raise Refusal(
                "a root of another degree", r"write a power, x^{\frac{1}{3}}", self.here()
            )
        body = self.group(self.argument())
        return tree.Power(body, tree.Number(0.5, span=body.span), span=self.since(start))

    def elementary(self) -> Node:
        """Read log x, sin(x), sin^2 x: one argument, and nothing that could belong to it."""
        start = self.at
        name = self.next()
        power = None
        if self.mark == "^":
            self.next()
            power = self.group(self.argument())
            if name.text not in POWERABLE or not isinstance(power, tree.Number):
                raise Refusal(
                    f"a power of {name.text}: of its value, or an inverse?",
                    f"write ({name.text}(x))^2",
                    self.since(start),
                )
        if self.mark == "_":
            raise Refusal(
                f"a base or an index of {name.text}", "write a quotient of logarithms", self.here()
            )
        if self.ends():
            raise Refusal(f"{name.text} of nothing", span=self.since(start))
        opened = self.mark == "("
        body = self.factor()
        if opened and not isinstance(body, tree.Group):
            raise Refusal(
                f"is the power that of {name.text} or of its argument?",
                "group with parentheses",
                self.since(start),
            )
        if not opened and not self.ends():
            raise Refusal(
                f"how far does {name.text} reach?",
                "put its argument in parentheses",
                self.since(start),
            )
        call = tree.Call(tree.Symbol(name.text, span=name.span), (body,), span=self.since(start))
        return call if power is None else tree.Power(call, power, span=self.since(start))

    def matrix_function(self) -> Node:
        """Read det, tr, diag, vec, max or min with its arguments."""
        start = self.at
        name = self.next()
        if self.mark != "(":
            raise Refusal(
                f"{name.text} without parentheses", f"write {name.text}(...)", self.since(start)
            )
        arguments = self.arguments()
        function = tree.Symbol(MATRIX_FUNCTIONS[name.text], span=name.span)
        return self.scripts(tree.Call(function, arguments, span=self.since(start)), start)

    def arguments(self) -> tuple[Node, ...]:
        """Read arguments in parentheses."""
        self.take("(")
        bars, self.bars = self.bars, []
        items = self.items(")")
        self.bars = bars
        return tuple(items)

    def named(self) -> Node:
        """Read a name and what follows it: arguments, a composition, a power."""
        start = self.at
        name, after = read_name(self.tokens, self.at)
        if name.base in self.bound and name.sub is None:
            self.at = after
            return self.powered(tree.Symbol(name.base, span=name.span), name.sup, start)
        found, primes = self.table.find(name), 0
        base = name.base.rstrip("'")
        if found is None and base != name.base:
            found = self.table.find(Name(base, name.sub, name.sup, name.span))
            primes = len(name.base) - len(base)
            if found is None or not self.table.is_function(found.key):
                raise self.undeclared(name)
        if found is None and name.base in ("e", "\\mathrm{e}", "\\pi") and name.sub is None:
            self.at = after
            value = math.pi if name.base == "\\pi" else math.e
            return self.powered(tree.Number(value, span=name.span), name.sup, start)
        if found is None and name.base in ("O", "\\mathcal{O}") and name.sup is None:
            return self.order()
        if found is None:
            raise self.undeclared(name)
        self.at = after
        span = self.own(name, found.rest)
        if primes:
            mark = next(t for t in self.tokens[start:] if t.text == "'")
            span = name.span[0], self.tokens[self.tokens.index(mark) - 1].end
        node: Node = tree.Symbol(found.key, span=span)
        if found.indices is not None:
            indices = tuple(self.index(tokens) for tokens in found.indices)
            node = tree.Member(found.key, indices, span=span)
        if self.table.is_function(self.parent(found.key)):
            return self.function(node, primes, found.rest, start)
        return self.powered(node, found.rest, start)

    def own(self, name: Name, rest: tuple[Token, ...] | None) -> Span:
        """Return the range of a name without the power or transpose at its end."""
        if rest is None or rest != name.sup or self.tokens[self.at - 1].end > rest[-1].end + 1:
            return name.span
        ends = [token.end for token in self.tokens if token.end <= rest[0].start]
        marks = [token.text for token in self.tokens if token.end <= rest[0].start]
        back = 2 if marks[-1] == "^" else 3
        return name.span[0], ends[-back]

    def parent(self, key: str) -> str:
        """Return the declaration behind a key: a family's own, an entry's parent."""
        pattern = self.table.patterns.get(key)
        return key if pattern is None else pattern.parent

    def powered(self, node: Node, rest: tuple[Token, ...] | None, start: int) -> Node:
        """Read the superscript of a name that is not part of the name."""
        if rest is not None:
            node = self.superscript(node, rest, start)
            if self.mark in ("^", "_", "'"):
                raise Refusal("scripts on scripts", "use parentheses", self.here())
            return node
        return self.scripts(node, start)

    def function(self, node: Node, primes: int, rest: tuple[Token, ...] | None, start: int) -> Node:
        """Read the arguments of a function, or the composition that it begins."""
        if rest is not None:
            raise Refusal(
                "a power of a function: of its value, or applied twice?",
                "write (f(x))^2",
                self.since(start),
            )
        if self.mark == "\\circ":
            functions = [node]
            while self.mark == "\\circ":
                self.next()
                functions.append(self.function_name())
            if self.mark != "(":
                raise Refusal("a composition without its argument", span=self.since(start))
            node = tree.Compose(tuple(functions), span=self.since(start))
        if self.mark == "[":
            raise Refusal(
                "brackets after a function: its argument, or a factor?", "write f(x)", self.here()
            )
        if self.mark != "(":
            if primes:
                raise Refusal("a derivative without its argument", "write f'(x)", self.since(start))
            return node
        call = tree.Call(node, self.arguments(), primes, span=self.since(start))
        return self.scripts(call, start)

    def function_name(self) -> Node:
        """Read one function of a composition, or the dots between two."""
        start = self.at
        if self.mark == "\\cdots":
            self.next()
            return tree.Dots(span=self.since(start))
        name, self.at = read_name(self.tokens, self.at)
        found = self.table.find(name)
        if found is None:
            raise self.undeclared(name)
        if found.rest is not None or not self.table.is_function(self.parent(found.key)):
            raise Refusal(f"{name.key} is no function", span=name.span)
        if found.indices is None:
            return tree.Symbol(found.key, span=name.span)
        indices = tuple(self.index(tokens) for tokens in found.indices)
        return tree.Member(found.key, indices, span=name.span)

    def index(self, tokens: tuple[Token, ...]) -> Node:
        """Read an index: a sum of numbers, indices and dimensions."""
        node = self.group(tokens)
        for part in node.walk():
            letters = isinstance(part, tree.Product) and not isinstance(
                part.factors[0], tree.Number
            )
            if letters:
                raise Refusal(
                    "two letters in one index: two indices or a product?",
                    "separate them with a comma",
                    part.span,
                )
        return node
