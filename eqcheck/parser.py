r"""Tokens to a tree. Everything that has two readings is refused here, with the way to write it.

One class reads expressions, lowest precedence first: sum, term, factor, script. Names are resolved
through the page's table only. What a whole display states is read in ``statements``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence as Seq

from . import tree
from .errors import Refusal, Span
from .lexer import Token, tokenize
from .names import Name, argument, read_name, starts_name, text
from .symbols import Table
from .tree import Node

RELATIONS = frozenset(
    ("=", "\\approx", "\\le", "\\ge", "<", ">", "\\in", "\\subseteq", "\\leftarrow", "\\ne",
     "\\equiv", "\\to")
)  # fmt: skip
ELEMENTARY = frozenset("\\exp \\log \\ln \\sin \\cos \\tan \\sinh \\cosh \\tanh".split())
POWERABLE = frozenset("\\sin \\cos \\tan \\sinh \\cosh \\tanh".split())
MATRIX_FUNCTIONS = {
    "\\det": "det", "\\operatorname{det}": "det", "\\operatorname{tr}": "tr",
    "\\operatorname{trace}": "tr", "\\operatorname{diag}": "diag",
    "\\operatorname{vec}": "vec", "\\max": "max", "\\min": "min",
}  # fmt: skip
OPTIMA = {
    "\\min": ("min", False), "\\max": ("max", False),
    "\\operatorname{argmin}": ("min", True), "\\operatorname{argmax}": ("max", True),
    "\\operatorname{min}": ("min", False), "\\operatorname{max}": ("max", False),
}  # fmt: skip
BUILT_IN = frozenset((*MATRIX_FUNCTIONS, *OPTIMA, "\\operatorname{Var}", "\\mathbb"))
CLOSERS = {"(": ")", "[": "]", "\\{": "\\}", "\\lvert": "\\rvert", "\\lVert": "\\rVert"}
ENDS = RELATIONS | frozenset((")", "]", "}", "\\}", "\\rangle", "\\rvert", "\\rVert", ",", ";", ":",
                              "\\mid", "\\\\", "&", "\\quad", "+", "-", ".", "\\circ", "\\sim"))  # fmt: skip
MATRICES = frozenset(("bmatrix", "pmatrix", "matrix"))
DEEPEST = 40
NORMS = ("1", "2", "F", "\\infty")


class Parser:
    """Reads expressions from a range of tokens, with the names of a table in scope."""

    def __init__(self, tokens: Seq[Token], table: Table, bound: tuple[str, ...] = ()) -> None:
        self.tokens, self.at = list(tokens), 0
        self.table, self.bound = table, bound
        self.bars: list[str] = []
        self.depth = 0

    # ------------------------------------------------------------------------------- reading

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

    def inside(self, tokens: Seq[Token], bound: tuple[str, ...] = ()) -> Parser:
        """Return a parser for an argument, with further indices in scope."""
        inner = Parser(tokens, self.table, self.bound + bound)
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

    # ----------------------------------------------------------------------------------- sums

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
            or mark.startswith(("\\text{", "\\end"))
            and not (self.is_name())
        )

    def is_name(self) -> bool:
        """Whether a declared text name starts here."""
        if not self.mark.startswith("\\text{"):
            return False
        name, _ = read_name(self.tokens, self.at)
        return self.table.find(name) is not None

    # ------------------------------------------------------------------------------- products

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
                raise Refusal("a number after a factor", r"write \cdot between them, or the number "
                              "first", self.here())  # fmt: skip
            if factors:
                infix.add("")
            if mark in ("|", "\\|"):
                bare_bars.append(len(factors))
            factors.append(self.factor())
        if not factors:
            raise Refusal("an operand is missing", span=self.here())
        if any(second - first > 1 for first, second in zip(bare_bars, bare_bars[1:], strict=False)):
            raise Refusal("these bars can be paired in two ways", r"write \left| and \right|",
                          self.since(start))  # fmt: skip
        if len(factors) == 1:
            return factors[0]
        span = self.since(start)
        entrywise = infix & {"\\odot", "\\otimes"}
        if entrywise and len(infix) > 1:
            raise Refusal(f"{min(entrywise)} beside another product can be grouped in two ways",
                          "use parentheses", span)  # fmt: skip
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

    # -------------------------------------------------------------------------------- factors

    def factor(self) -> Node:
        """Read one factor with its scripts."""
        start, mark = self.at, self.mark
        if mark.isdigit():
            return self.scripts(self.number(), start)
        if mark in ("(", "["):
            return self.scripts(self.parenthesis(), start)
        if mark == "{":
            return self.scripts(tree.Group(self.group(self.argument()), span=self.since(start)),
                                start)  # fmt: skip
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
            raise Refusal("a derivative that is not a fraction", r"write \frac{\partial f}"
                          r"{\partial x}", self.here())  # fmt: skip
        if not mark or not starts_name(self.tokens[self.at]):
            raise Refusal(f"{mark or 'the end'} cannot stand here", span=self.here())
        return self.named()

    def free(self, key: str) -> bool:
        """Whether a built-in's name is not taken by the page."""
        return key not in self.table.declarations

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
            raise Refusal("a prime on an expression", r"write \frac{\partial}{\partial x}",
                          self.here())  # fmt: skip
        if self.mark == "_":
            raise Refusal("a subscript on an expression", "declare a name with entries",
                          self.here())  # fmt: skip
        if self.mark == "^":
            self.next()
            body = self.argument()
            if self.mark in ("^", "_", "'"):
                raise Refusal("scripts on scripts", "use parentheses", self.here())
            node = self.superscript(node, body, start)
        return node

    def superscript(self, node: Node, body: tuple[Token, ...], start: int) -> Node:
        span = self.since(start)
        mark = (body[0].start, body[-1].end) if body else span
        written = text(body)
        if written == "T" and not self.table.find(Name("T", None, None, mark)):
            written = "\\top"
        elif written == "T":
            raise Refusal("T is declared on this page: a power or a transpose?",
                          r"write ^{\top} for the transpose", mark)  # fmt: skip
        if written == "\\top":
            return tree.Transpose(node, mark, span=span)
        if written == "-\\top":
            inverse = tree.Power(node, tree.Number(-1.0, span=mark), span=span)
            return tree.Transpose(inverse, mark, span=span)
        if body and body[0].text in ("*", "(", "'") or "\\top" in written or "+" == written:
            raise Refusal(f"the superscript {written} is not declared",
                          "declare the name with it, or group it in parentheses", mark)  # fmt: skip
        return tree.Power(node, self.group(body), span=span)

    # --------------------------------------------------------------------------------- groups

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
                raise Refusal(f"{closer} is missing before {self.mark or 'the end'}",
                              span=self.here())  # fmt: skip
            self.next()

    def between_bars(self) -> Node:
        """Read | | or a norm; the kind of a norm is its subscript."""
        start = self.at
        opening = self.next().text
        closing = CLOSERS.get(opening, opening)
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
                raise Refusal(f"the norm of kind {kind}", "write 1, 2, F or \\infty",
                              self.since(start))  # fmt: skip
        return tree.Norm(body, kind, span=self.since(start))

    def inner(self) -> Node:
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

    # -------------------------------------------------------------------------- small operators

    def fraction(self) -> Node:
        """Read a quotient or a derivative."""
        start = self.at
        self.next()
        above, below = self.argument(), self.argument()
        marks = [tokens[0].text if tokens else "" for tokens in (above, below)]
        straight = [text(tokens).startswith("\\mathrm{d}") for tokens in (above, below)]
        if marks[0] == marks[1] == "d" and len(below) > 1:
            raise Refusal("d over d: a quotient or a derivative?",
                          r"write \partial for a derivative", self.since(start))  # fmt: skip
        if "\\partial" in marks or all(straight):
            return self.partial(start, above, below, straight[0])
        return tree.Quotient(self.group(above), self.group(below), span=self.since(start))

    def partial(
        self, start: int, above: tuple[Token, ...], below: tuple[Token, ...], straight: bool
    ) -> Node:
        if not straight and not (above[:1] and below[:1] and above[0].text == below[0].text):
            raise Refusal(r"\partial on one side only", span=self.since(start))
        skip = 4 if straight else 1
        above, below = above[skip:], below[skip:]
        marks = [token.text for token in (*above[:1], *below[:1])]
        if "^" in marks or sum(token.text == "\\partial" for token in below):
            raise Refusal("a second derivative in one fraction",
                          r"write \frac{\partial}{\partial x_i} \left( \frac{\partial f}"
                          r"{\partial x_j} \right)", self.since(start))  # fmt: skip
        variable = self.variable(below)
        if above:
            body = self.group(above)
            if isinstance(body, tree.Add | tree.Negative):
                raise Refusal("how far does this \\partial reach?", "use parentheses",
                              self.since(start))  # fmt: skip
        else:
            body = self.operand("\\partial", start)
        self.unambiguous(body, variable, straight=True)
        return tree.Partial(body, variable, span=self.since(start))

    def variable(self, tokens: Seq[Token]) -> Node:
        """Read the variable of a derivative: a declared name."""
        if not tokens:
            raise Refusal("a derivative without a variable", span=self.here())
        node = self.group(tokens)
        if not isinstance(node, tree.Symbol | tree.Member):
            raise Refusal("a derivative is taken with respect to a declared name", span=node.span)
        if isinstance(node, tree.Symbol) and (
            node.name in self.bound or node.name in self.table.dimensions
        ):
            raise Refusal(f"{node.name} is no variable but an index or a dimension", span=node.span)
        return node

    def nabla(self) -> Node:
        """Read a gradient and the one factor that it applies to."""
        start = self.at
        self.next()
        variable = None
        if self.mark == "_":
            self.next()
            variable = self.variable(self.argument())
        if self.mark == "^":
            raise Refusal("a power of \\nabla", r"write \nabla of \nabla, or a sum of partial "
                          "derivatives", self.here())  # fmt: skip
        body = self.operand("\\nabla", start)
        if variable is None:
            if isinstance(body, tree.Call) and len(body.arguments) == 1:
                return tree.Gradient(body, None, span=self.since(start))
            bare = isinstance(body, tree.Symbol) and self.table.is_function(body.name)
            if not bare:
                raise Refusal("\\nabla without a subscript needs a function of one argument",
                              r"write \nabla_{\mathbf{w}}", self.since(start))  # fmt: skip
        else:
            self.unambiguous(body, variable)
        return tree.Gradient(body, variable, span=self.since(start))

    def operand(self, operator: str, start: int) -> Node:
        """Read the one factor that a derivative applies to; what follows would be ambiguous."""
        if self.ends():
            raise Refusal(f"{operator} applies to nothing", span=self.since(start))
        body = self.factor()
        loose = isinstance(body, tree.Transpose) or (
            isinstance(body, tree.Power) and isinstance(body.base, tree.Call | tree.Group)
        )
        if loose or not self.ends():
            raise Refusal(f"how far does this {operator} reach?",
                          "put what it applies to in parentheses, or the derivative itself",
                          self.since(start))  # fmt: skip
        return body

    def unambiguous(self, body: Node, variable: Node, straight: bool = False) -> None:
        """Refuse a call whose argument hides the variable: of f, or of the composition?"""
        if not isinstance(body, tree.Call) or body.primes:
            return
        formal = (
            isinstance(body.function, tree.Symbol)
            and isinstance(variable, tree.Symbol | tree.Member)
            and variable in self.formals(body.function.name)
        )
        if straight and not formal:
            return
        plain = sum(tree.same_name(argument, variable) for argument in body.arguments)
        inside = sum(tree.mentions(argument, variable) for argument in body.arguments)
        if inside > plain or (formal and plain > 1):
            raise Refusal("the derivative of the function there, or of the whole expression?",
                          "put the whole expression in parentheses, or name its argument",
                          body.span)  # fmt: skip

    def formals(self, key: str) -> tuple[Node, ...]:
        """Return a function's formal parameters as nodes."""
        declaration = self.table.declarations.get(key)
        found = []
        for formal in declaration.formals if declaration else ():
            if formal != "\\cdot":
                found.append(Parser(tokenize(formal), self.table, self.bound).factor())
        return tuple(found)

    def root(self) -> Node:
        start = self.at
        self.next()
        if self.mark == "[":
            raise Refusal("a root of another degree", r"write a power, x^{\frac{1}{3}}",
                          self.here())  # fmt: skip
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
                raise Refusal(f"a power of {name.text}: of its value, or an inverse?",
                              f"write ({name.text}(x))^2", self.since(start))  # fmt: skip
        if self.mark == "_":
            raise Refusal(f"a base or an index of {name.text}", "write a quotient of logarithms",
                          self.here())  # fmt: skip
        if self.ends():
            raise Refusal(f"{name.text} of nothing", span=self.since(start))
        opened = self.mark == "("
        body = self.factor()
        if opened and not isinstance(body, tree.Group):
            raise Refusal(f"is the power that of {name.text} or of its argument?",
                          "group with parentheses", self.since(start))  # fmt: skip
        if not opened and not self.ends():
            raise Refusal(f"how far does {name.text} reach?", "put its argument in parentheses",
                          self.since(start))  # fmt: skip
        call = tree.Call(tree.Symbol(name.text, span=name.span), (body,), span=self.since(start))
        return call if power is None else tree.Power(call, power, span=self.since(start))

    def matrix_function(self) -> Node:
        start = self.at
        name = self.next()
        if self.mark != "(":
            raise Refusal(f"{name.text} without parentheses", f"write {name.text}(...)",
                          self.since(start))  # fmt: skip
        arguments = self.arguments()
        function = tree.Symbol(MATRIX_FUNCTIONS[name.text], span=name.span)
        return self.scripts(tree.Call(function, arguments, span=self.since(start)), start)

    def arguments(self) -> tuple[Node, ...]:
        self.take("(")
        bars, self.bars = self.bars, []
        items = self.items(")")
        self.bars = bars
        return tuple(items)

    # ------------------------------------------------------------------ operators that bind names

    def bind(self, token: Token) -> str:
        """Return the name of an index that an operator binds, if it is free to be one."""
        name = token.text
        if not (len(name) == 1 and name.isalpha()):
            raise Refusal(f"{name} is no index", "an index is a letter", token.span)
        declaration = self.table.declarations.get(name)
        integers = (
            declaration is not None
            and declaration.domain is not None
            and declaration.domain.kind == "integers"
        )
        if name in self.bound:
            raise Refusal(f"the index {name} is in use", "take another letter", token.span)
        if name in self.table.dimensions or (declaration is not None and not integers):
            raise Refusal(f"the index {name} hides a declared name", "take another letter",
                          token.span)  # fmt: skip
        return name

    def lower_bound(self, tokens: tuple[Token, ...]) -> tuple[str, Node]:
        if len(tokens) < 3 or tokens[1].text != "=":
            raise Refusal("the lower bound is not of the form i = 1", span=self.here())
        return self.bind(tokens[0]), self.group(tokens[2:])

    def big(self) -> Node:
        """Read a sum or a product; its scope is the term that follows."""
        start = self.at
        operator = self.next().text
        if self.mark != "_":
            raise Refusal(f"{operator} without bounds", rf"write {operator}_{{i=1}}^{{n}}",
                          self.here())  # fmt: skip
        self.next()
        below = self.argument()
        lower = upper = members = None
        if len(below) > 2 and below[1].text == "\\in":
            variable, members = self.bind(below[0]), self.group(below[2:])
        else:
            variable, lower = self.lower_bound(below)
            if self.mark != "^":
                raise Refusal(f"{operator} without an upper bound", span=self.here())
            self.next()
            upper = self.group(self.argument())
        first = self.at
        bound = self.bound
        self.bound = (*bound, variable)
        body = self.term()
        self.bound = bound
        used = [
            any(isinstance(node, tree.Symbol) and node.name == variable for node in part.walk())
            for part in (body.factors if isinstance(body, tree.Product) else (body,))
        ]
        if not any(used):
            raise Refusal(f"nothing in the scope of {operator} depends on {variable}",
                          span=self.since(first))  # fmt: skip
        if operator == "\\prod" and not all(used):
            raise Refusal("which factors belong to this product?", "use parentheses",
                          self.since(first))  # fmt: skip
        return tree.Big(operator, variable, lower, upper, members, body, span=self.since(start))

    def limit(self) -> Node:
        start = self.at
        self.next()
        self.take("_")
        tokens = self.argument()
        cut = next((at for at, token in enumerate(tokens) if token.text == "\\to"), 0)
        if not cut or cut == len(tokens) - 1:
            raise Refusal(r"a limit without \to", r"write \lim_{\lambda \to \infty}",
                          self.since(start))  # fmt: skip
        variable = self.variable(tokens[:cut])
        point = None if text(tokens[cut + 1 :]) == "\\infty" else self.group(tokens[cut + 1 :])
        body = self.term()
        if self.mark in ("+", "-"):
            raise Refusal("how far does this limit reach?", "use parentheses", self.here())
        return tree.Limit(variable, point, body, span=self.since(start))

    def blackboard(self) -> Node:
        """Read an expectation, or a set of vectors or matrices."""
        start = self.at
        letter = self.peek(2)
        if letter == "E":
            return self.expectation()
        if letter != "R":
            raise Refusal(f"\\mathbb{{{letter}}} is not part of the grammar", span=self.here())
        self.next()
        self.argument()
        shape: tuple[Node, ...] = ()
        if self.mark == "^":
            self.next()
            tokens, part = self.argument(), list[Token]()
            for token in (*tokens, Token("\\times", *self.here())):
                if token.text == "\\times":
                    shape = (*shape, self.group(part))
                    part = []
                else:
                    part.append(token)
        return tree.Space(shape, span=self.since(start))

    def expectation(self, variance: bool = False) -> Node:
        r"""Read \mathbb{E}_I[body \mid given], or \operatorname{Var}(body)."""
        start = self.at
        self.next()
        if not variance:
            self.argument()
        over: tuple[Node, ...] = ()
        if self.mark == "_":
            self.next()
            tokens = self.argument()
            if any(token.text == "\\sim" for token in tokens):
                cut = next(at for at, token in enumerate(tokens) if token.text == "\\sim")
                tokens = tokens[:cut]
            over = self.random_names(tokens)
        given: list[Node] = []
        if self.mark in ("[", "("):
            closer = CLOSERS[self.next().text]
            bars, self.bars = self.bars, []
            body = self.sum()
            if self.mark in ("\\mid", "|"):
                self.next()
                given.append(self.sum())
                while self.mark == ",":
                    self.next()
                    given.append(self.sum())
            self.take(closer)
            self.bars = bars
        elif variance or self.ends():
            raise Refusal("of what?", "put it in brackets", self.since(start))
        else:
            body = self.factor()
            if not self.ends():
                raise Refusal("how far does this expectation reach?", "put it in brackets",
                              self.since(start))  # fmt: skip
        if self.mark == "^":
            raise Refusal("is the power inside or outside?", "use parentheses", self.here())
        return tree.Expectation(body, over, tuple(given), variance, span=self.since(start))

    def random_names(self, tokens: Seq[Token]) -> tuple[Node, ...]:
        """Read the names under an expectation; a family is named without its index."""
        found: list[Node] = []
        at = 0
        while at < len(tokens):
            if tokens[at].text in ("(", ")", ","):
                at += 1
                continue
            name, at = read_name(tokens, at)
            exact = self.table.find(name)
            families = [p.key for p in self.table.patterns.values()
                        if p.base == name.base and p.role == "family"]  # fmt: skip
            if exact is None and not families:
                raise self.undeclared(name)
            key = exact.key if exact is not None else families[0]
            found.append(tree.Symbol(key, span=name.span))
        return tuple(found)

    def optimum(self) -> Node:
        """Read a minimum or maximum over variables, with conditions in its subscript."""
        start = self.at
        direction, arg = OPTIMA[self.next().text]
        if self.mark in OPTIMA and not arg:
            raise Refusal("two optima in a row", span=self.here())
        if self.mark != "_":
            raise Refusal("an optimum without variables", r"write \min_{\mathbf{w}}", self.here())
        self.next()
        inner = self.inside(self.argument())
        variables: list[Node] = []
        conditions: list[Node] = []
        while True:
            part = inner.chain()
            condition = isinstance(part, tree.Chain)
            if condition and part.relations == ("\\in",):
                variables.append(part.parts[0])
                conditions.append(part)
            elif condition:
                conditions.append(part)
                for node in part.walk():
                    if self._is_variable(node) and node not in variables:
                        variables.append(node)
            else:
                variables.append(part)
            if inner.mark != ",":
                break
            inner.next()
        if inner.mark:
            raise Refusal(f"{inner.mark} cannot stand here", span=inner.here())
        for variable in variables:
            if not isinstance(variable, tree.Symbol):
                raise Refusal("not the name of a variable", span=variable.span)
        body = self.sum()
        for term in body.terms if isinstance(body, tree.Add) else (body,):
            if not any(tree.mentions(term, variable) for variable in variables):
                raise Refusal("how far does this optimum reach?", "use parentheses", term.span)
        return tree.Optimum(direction, arg, tuple(variables), tuple(conditions), body,
                            span=self.since(start))  # fmt: skip

    def _is_variable(self, node: Node) -> bool:
        """Whether a condition's name is one that the optimum ranges over."""
        declaration = self.table.declarations.get(getattr(node, "name", ""))
        constant = ("ones", "zeros", "identity")
        return (
            declaration is not None
            and isinstance(node, tree.Symbol)
            and (declaration.domain is None or declaration.domain.kind not in constant)
        )

    def chain(self) -> Node:
        """Read an expression, or several joined by relations."""
        start = self.at
        parts, relations = [self.sum()], list[str]()
        while self.mark in RELATIONS:
            relations.append(self.next().text)
            parts.append(self.sum())
        if not relations:
            return parts[0]
        return tree.Chain(tuple(parts), tuple(relations), span=self.since(start))

    # ----------------------------------------------------------------------------------- cases

    def cases(self) -> Node:
        """Read cases: each a value and its condition in words or as a relation."""
        start = self.at
        rows: list[tuple[Node, Node | None]] = []
        for row in self.environment():
            if len(row) != 2:
                raise Refusal("a case is a value, & and a condition", span=self.since(start))
            rows.append((self.group(row[0]), self.condition(row[1])))
        if any(condition is None for _, condition in rows[:-1]):
            raise Refusal("only the last case can be the rest", span=self.since(start))
        return tree.Cases(tuple(rows), span=self.since(start))

    def condition(self, tokens: list[Token]) -> Node | None:
        """Read one condition: if x > 0, with probability p, otherwise."""
        words = [t.text[6:-1] for t in tokens if t.text.startswith("\\text{")]
        rest = [t for t in tokens if not t.text.startswith("\\text{") and t.text not in ".,;\\quad"]
        word = " ".join(words).strip(" ,.")
        if word in ("otherwise", "else", "otherwise.", "其他", "否则"):
            if rest:
                raise Refusal("a condition after 'otherwise'", span=rest[0].span)
            return None
        if not rest:
            raise Refusal(f"the condition {word!r} is not understood", "write 'if', 'with "
                          "probability' or 'otherwise'", tokens[0].span if tokens else None)  # fmt: skip
        if word in ("with probability", "w.p.", "以概率", "概率为"):
            body = self.group(rest)
            return tree.Probability(body, span=body.span)
        if word not in ("if", "for", "when", "", "若", "当"):
            raise Refusal(f"the condition {word!r} is not understood", "write 'if', 'with "
                          "probability' or 'otherwise'", tokens[0].span)  # fmt: skip
        inner = self.inside(rest)
        node = inner.chain()
        if inner.mark or not isinstance(node, tree.Chain):
            raise Refusal("a condition is a relation", span=rest[0].span)
        return node

    # ----------------------------------------------------------------------------------- names

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
        if rest is not None:
            node = self.superscript(node, rest, start)
            if self.mark in ("^", "_", "'"):
                raise Refusal("scripts on scripts", "use parentheses", self.here())
            return node
        return self.scripts(node, start)

    def function(self, node: Node, primes: int, rest: tuple[Token, ...] | None, start: int) -> Node:
        """Read the arguments of a function, or the composition that it begins."""
        if rest is not None:
            raise Refusal("a power of a function: of its value, or applied twice?",
                          "write (f(x))^2", self.since(start))  # fmt: skip
        if self.mark == "\\circ":
            functions = [node]
            while self.mark == "\\circ":
                self.next()
                functions.append(self.function_name())
            if self.mark != "(":
                raise Refusal("a composition without its argument", span=self.since(start))
            node = tree.Compose(tuple(functions), span=self.since(start))
        if self.mark == "[":
            raise Refusal("brackets after a function: its argument, or a factor?",
                          "write f(x)", self.here())  # fmt: skip
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
                raise Refusal("two letters in one index: two indices or a product?",
                              "separate them with a comma", part.span)  # fmt: skip
        return node

    def order(self) -> Node:
        """Read a remainder O(h^2)."""
        start = self.at
        _, self.at = read_name(self.tokens, self.at)
        if self.mark != "(":
            raise self.undeclared(read_name(self.tokens, start)[0])
        self.next()
        body = self.sum()
        self.take(")")
        order = 1.0
        if isinstance(body, tree.Power) and isinstance(body.exponent, tree.Number):
            body, order = body.base, body.exponent.value
        if not isinstance(body, tree.Symbol):
            raise Refusal("the order of a remainder is a power of a name", "write O(h^2)",
                          self.since(start))  # fmt: skip
        return tree.Order(body, order, span=self.since(start))

    def undeclared(self, name: Name) -> Refusal:
        return Refusal(f"{name.key} is not declared on this page",
                       "add it to the table of symbols", name.span)  # fmt: skip
