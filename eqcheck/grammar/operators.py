r"""Operators that bind a name or reach over what follows: derivatives, sums, means, limits, optima.

How far each reaches is where formulas are ambiguous; what has two readings is refused.
"""

from __future__ import annotations

from collections.abc import Sequence as Seq

from ..errors import Refusal
from . import tree
from .lexer import Token, tokenize
from .names import read_name, text
from .reader import Reader
from .tree import Node
from .vocabulary import CLOSERS, OPTIMA, RELATIONS


class Operators(Reader):
    """The part of the grammar that binds names."""

    def fraction(self) -> Node:
        """Read a quotient or a derivative."""
        start = self.at
        self.next()
        above, below = self.argument(), self.argument()
        marks = [tokens[0].text if tokens else "" for tokens in (above, below)]
        straight = [text(tokens).startswith("\\mathrm{d}") for tokens in (above, below)]
        if marks[0] == marks[1] == "d" and len(below) > 1:
            raise Refusal(
                "d over d: a quotient or a derivative?",
                r"write \partial for a derivative",
                self.since(start),
            )
        if "\\partial" in marks or all(straight):
            return self.partial(start, above, below, straight[0])
        return tree.Quotient(self.group(above), self.group(below), span=self.since(start))

    def partial(
        self, start: int, above: tuple[Token, ...], below: tuple[Token, ...], straight: bool
    ) -> Node:
        """Read a derivative from the tokens above and below the line."""
        if not straight and not (above[:1] and below[:1] and above[0].text == below[0].text):
            raise Refusal(r"\partial on one side only", span=self.since(start))
        skip = 4 if straight else 1
        above, below = above[skip:], below[skip:]
        marks = [token.text for token in (*above[:1], *below[:1])]
        if "^" in marks or sum(token.text == "\\partial" for token in below):
            raise Refusal(
                "a second derivative in one fraction",
                r"write \frac{\partial}{\partial x_i} \left( \frac{\partial f}"
                r"{\partial x_j} \right)",
                self.since(start),
            )
        variable = self.variable(below)
        if above:
            body = self.group(above)
            if isinstance(body, tree.Add | tree.Negative):
                raise Refusal(
                    "how far does this \\partial reach?", "use parentheses", self.since(start)
                )
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
            raise Refusal(
                "a power of \\nabla",
                r"write \nabla of \nabla, or a sum of partial "
                "derivatives",
                self.here(),
            )
        body = self.operand("\\nabla", start)
        if variable is None:
            if isinstance(body, tree.Call) and len(body.arguments) == 1:
                return tree.Gradient(body, None, span=self.since(start))
            bare = isinstance(body, tree.Symbol) and self.table.is_function(body.name)
            if not bare:
                raise Refusal(
                    "\\nabla without a subscript needs a function of one argument",
                    r"write \nabla_{\mathbf{w}}",
                    self.since(start),
                )
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
            raise Refusal(
                f"how far does this {operator} reach?",
                "put what it applies to in parentheses, or the derivative itself",
                self.since(start),
            )
        return body

    def unambiguous(self, body: Node, variable: Node, straight: bool = False) -> None:
        """Refuse a call whose argument hides the variable."""
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
            raise Refusal(
                "the derivative of the function there, or of the whole expression?",
                "put the whole expression in parentheses, or name its argument",
                body.span,
            )

    def formals(self, key: str) -> tuple[Node, ...]:
        """Return a function's formal parameters as nodes."""
        declaration = self.table.declarations.get(key)
        found = []
        for formal in declaration.formals if declaration else ():
            if formal != "\\cdot":
                found.append(self.inside(tokenize(formal)).factor())
        return tuple(found)

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
            raise Refusal(
                f"the index {name} hides a declared name", "take another letter", token.span
            )
        return name

    def lower_bound(self, tokens: tuple[Token, ...]) -> tuple[str, Node]:
        """Read the index and the lower bound of a sum: i = 1."""
        if len(tokens) < 3 or tokens[1].text != "=":
            raise Refusal("the lower bound is not of the form i = 1", span=self.here())
        return self.bind(tokens[0]), self.group(tokens[2:])

    def big(self) -> Node:
        """Read a sum or a product; its scope is the term that follows."""
        start = self.at
        operator = self.next().text
        if self.mark != "_":
            raise Refusal(
                f"{operator} without bounds", rf"write {operator}_{{i=1}}^{{n}}", self.here()
            )
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
            raise Refusal(
                f"nothing in the scope of {operator} depends on {variable}", span=self.since(first)
            )
        if operator == "\\prod" and not all(used):
            raise Refusal(
                "which factors belong to this product?", "use parentheses", self.since(first)
            )
        return tree.Big(operator, variable, lower, upper, members, body, span=self.since(start))

    def limit(self) -> Node:
        """Read a limit; it reaches over one term."""
        start = self.at
        self.next()
        self.take("_")
        tokens = self.argument()
        cut = next((at for at, token in enumerate(tokens) if token.text == "\\to"), 0)
        if not cut or cut == len(tokens) - 1:
            raise Refusal(
                r"a limit without \to", r"write \lim_{\lambda \to \infty}", self.since(start)
            )
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
        """Read the mean or the variance of a body, with what it is over and what is given."""
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
                raise Refusal(
                    "how far does this expectation reach?", "put it in brackets", self.since(start)
                )
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
            families = [
                p.key
                for p in self.table.patterns.values()
                if p.base == name.base and p.role == "family"
            ]
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
            if isinstance(part, tree.Chain) and part.relations == ("\\in",):
                variables.append(part.parts[0])
                conditions.append(part)
            elif isinstance(part, tree.Chain):
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
        return tree.Optimum(
            direction, arg, tuple(variables), tuple(conditions), body, span=self.since(start)
        )

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
        unknown = Refusal(
            f"the condition {word!r} is not understood",
            "write 'if', 'with probability' or 'otherwise'",
            tokens[0].span if tokens else None,
        )
        if not rest:
            raise unknown
        if word in ("with probability", "w.p.", "以概率", "概率为"):
            body = self.group(rest)
            return tree.Probability(body, span=body.span)
        if word not in ("if", "for", "when", "", "若", "当"):
            raise unknown
        inner = self.inside(rest)
        node = inner.chain()
        if inner.mark or not isinstance(node, tree.Chain):
            raise Refusal("a condition is a relation", span=rest[0].span)
        return node

    def order(self) -> tree.Order:
        """Read a remainder O(h^2)."""
        start = self.at
        _, self.at = read_name(self.tokens, self.at)
        if self.mark != "(":
            raise self.undeclared(read_name(self.tokens, start)[0])
        self.next()
        body: Node = self.sum()
        self.take(")")
        order = 1.0
        if isinstance(body, tree.Power) and isinstance(body.exponent, tree.Number):
            order, body = body.exponent.value, body.base
        if not isinstance(body, tree.Symbol):
            raise Refusal(
                "the order of a remainder is a power of a name", "write O(h^2)", self.since(start)
            )
        return tree.Order(body, order, span=self.since(start))
