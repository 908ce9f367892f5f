r"""Tokens to a tree. Everything that has two readings is refused here, with the way to write it.

One class reads expressions, lowest precedence first: sum, term, factor, script; and it resolves
names through the page's table. What else a factor can begin with is told to it by the modules
``brackets`` and ``operators``, a function for each mark. Whole displays are read in ``statements``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import pairwise

from ..errors import Refusal, Span
from . import tree
from .lexer import Token, given_after, too_deep, with_comma
from .names import ACCENTS, FONTS, LETTERS, Name, key, read_name, starts_name, text
from .patterns import several
from .reader import Reader
from .symbols import Found, Table
from .tree import Node
from .vocabulary import CLOSERS, DEEPEST, ENDS, PRODUCTS, RELATIONS, SLASHES

CONSTANTS = {"e": math.e, "\\mathrm{e}": math.e, "\\pi": math.pi}


@dataclass(frozen=True)
class Rule:
    """How to read a factor by its first mark, where ``applies``; whether scripts may follow."""

    read: Callable[[Parser], Node]
    scripted: bool
    applies: Callable[[Parser], bool]


RULES: dict[str, list[Rule]] = {}


def begins_with(
    *marks: str, scripted: bool = False, applies: Callable[[Parser], bool] = lambda parser: True
) -> Callable[[Callable[[Parser], Node]], Callable[[Parser], Node]]:
    """Let a function read the factors that begin with one of these marks."""

    def register(read: Callable[[Parser], Node]) -> Callable[[Parser], Node]:
        for mark in marks:
            RULES.setdefault(mark, []).append(Rule(read, scripted, applies))
        return read

    return register


class Parser(Reader):
    """Reads expressions from a range of tokens, with the names of a table in scope."""

    def __init__(
        self, tokens: Sequence[Token], table: Table, bound: tuple[str, ...] = (), depth: int = 0
    ) -> None:
        super().__init__(tokens)
        self.table, self.bound, self.depth = table, bound, depth
        self.closing_bar = ""

    # --------------------------------------------------------------------------- whole ranges

    def inside(self, tokens: Sequence[Token], bound: tuple[str, ...] = ()) -> Parser:
        """Return a parser for an argument, with further indices in scope."""
        return Parser(tokens, self.table, self.bound + bound, self.depth)

    def group(self, tokens: Sequence[Token], bound: tuple[str, ...] = ()) -> Node:
        """Read an argument that is one expression."""
        if not tokens:
            raise Refusal("an empty group", "fill it, or leave it out", self.here())
        return self.inside(tokens, bound).whole()

    def whole(self) -> Node:
        """Read one expression that uses up all tokens."""
        node = self.sum()
        self.finish()
        return node

    def finish(self) -> None:
        """Refuse what is left over."""
        if self.mark:
            raise Refusal(f"{self.mark} cannot stand here", _meant(self.mark), self.here())

    def listed(self) -> list[Node]:
        """Read expressions or relations with commas between them that use up all tokens."""
        parts = [self.chain()]
        while self.mark == ",":
            self.next()
            parts.append(self.chain())
        self.finish()
        return parts

    @contextmanager
    def enclosed(self, closing_bar: str = "") -> Iterator[None]:
        """Read between brackets or bars: a bar that was opened outside does not close inside."""
        outer, self.closing_bar = self.closing_bar, closing_bar
        yield
        self.closing_bar = outer

    def chain(self) -> Node:
        """Read an expression, or several joined by relations."""
        start = self.at
        parts, relations = [self.sum()], list[str]()
        while self.mark in RELATIONS:
            relations.append(self.next().text)
            parts.append(self.right_of(relations[-1]))
        if not relations:
            return parts[0]
        return tree.Chain(tuple(parts), tuple(relations), span=self.since(start))

    def right_of(self, relation: str) -> Node:
        r"""Read what stands behind a relation: x \in [0, 1), x \to \infty, or an expression."""
        if relation == "\\in" and self.mark in ("(", "["):
            return self.interval()
        if relation == "\\to" and self.mark == "\\infty":
            return tree.Number(math.inf, span=self.next().span)
        return self.sum()

    def interval(self) -> Node:
        """Read an interval, with its brackets."""
        start = self.at
        opening = self.next().text
        with self.enclosed():
            low = self.sum()
            self.take(",")
            high = self.sum()
        if self.mark not in (")", "]"):
            raise Refusal("an interval ends with ) or ]", span=self.here())
        closed = (opening == "[", self.next().text == "]")
        return tree.Interval(low, high, closed, span=self.since(start))

    # ----------------------------------------------------------------------- sums and products

    def sum(self) -> Node:
        """Read terms joined by plus and minus."""
        start = self.at
        terms: list[Node] = []
        signs: list[Span | None] = []
        while not terms or self.mark in ("+", "-"):
            sign = self.next() if self.mark in ("+", "-") else None
            first = self.at
            if self.mark in ("+", "-"):
                raise Refusal("two signs in a row", "use parentheses", self.here())
            node = self.term()
            if sign is not None and sign.text == "-":
                node = tree.Negative(node, span=(sign.start, self.since(first)[1]))
            terms.append(node)
            signs.append(None if sign is None else sign.span)
        if len(terms) == 1:
            return terms[0]
        return tree.Add(tuple(terms), tuple(signs), span=self.since(start))

    def term(self) -> Node:
        """Read factors side by side; refuse what has two readings."""
        start = self.at
        factors: list[Node] = []
        signs: set[str] = set()  # of multiplication; an empty one where there is none
        bars: list[int] = []
        while not self.ends():
            if self.mark in SLASHES:
                return self.slash(start, factors)
            if self.mark in PRODUCTS:
                signs.add(self.product_sign(factors))
            else:
                if self.mark in ("|", "\\|"):
                    bars.append(len(factors))
                if factors:
                    self.check_juxtaposed()
                    signs.add("")
            factors.append(self.factor())
        if not factors:
            raise Refusal("an operand is missing", span=self.here())
        if any(second - first > 1 for first, second in pairwise(bars)):
            raise Refusal(
                "these bars can be paired in two ways",
                r"write \left| and \right|",
                self.since(start),
            )
        return factors[0] if len(factors) == 1 else self.product(start, factors, signs)

    def ends(self) -> bool:
        """Whether a term ends here."""
        mark = self.mark
        if not mark or mark in ENDS or mark == self.closing_bar:
            return True
        return mark.startswith(("\\text{", "\\end")) and not self.is_name()

    def product_sign(self, factors: list[Node]) -> str:
        """Take a sign of multiplication between two factors."""
        if not factors:
            raise Refusal(f"{self.mark} has nothing on its left", span=self.here())
        sign = self.next().text
        if self.ends() or self.mark in (*PRODUCTS, "/"):
            raise Refusal(f"{sign} has nothing on its right", span=self.here())
        return sign

    def check_juxtaposed(self) -> None:
        """Refuse a number after a factor, with no sign between them."""
        if self.mark.isdigit():
            raise Refusal(
                "a number after a factor",
                r"write \cdot between them, or the number first",
                self.here(),
            )

    def product(self, start: int, factors: list[Node], signs: set[str]) -> Node:
        """Return the product of factors that one kind of sign joins; entrywise ones do not mix."""
        span = self.since(start)
        entrywise = signs & {"\\odot", "\\otimes"}
        if not entrywise:
            return tree.Product(tuple(factors), span=span)
        if len(signs) > 1:
            raise Refusal(
                f"{min(entrywise)} beside another product can be grouped in two ways",
                "use parentheses",
                span,
            )
        node = tree.Hadamard if entrywise == {"\\odot"} else tree.Kronecker
        return node(tuple(factors), span=span)

    def slash(self, start: int, factors: list[Node]) -> Node:
        """Read a quotient written with a slash: one factor under it, nothing after it."""
        how = r"write \frac, or parentheses"
        if not factors:
            raise Refusal(f"{self.mark} has nothing on its left", span=self.here())
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
        """Read one factor with its scripts: what is nested passes here, and may be so deep."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise too_deep(self.here())
        node = self.ruled()
        self.depth -= 1
        return node

    def ruled(self) -> Node:
        """Read a factor by the rule of its first mark, or as a name."""
        start, mark = self.at, self.mark
        for rule in RULES.get(mark, ()):
            if rule.applies(self):
                node = rule.read(self)
                return self.scripts(node, start) if rule.scripted else node
        if not mark or not starts_name(self.tokens[self.at]):
            raise Refusal(f"{mark or 'the end'} cannot stand here", _meant(mark), self.here())
        return self.named()

    def scripts(self, node: Node, start: int, rest: tuple[Token, ...] | None = None) -> Node:
        """Read the superscript after a factor: a power, a transpose, an inverse."""
        if rest is not None:
            return self.superscript(node, rest, start)
        if self.mark == "'":
            raise Refusal(
                "a prime on an expression",
                r"write \frac{\partial}{\partial x}, or ^{\top} for a transpose",
                self.here(),
            )
        if self.mark == "_":
            node = self.entry(node, start)
        body = self.script("^")
        if body is not None:
            if self.mark in ("^", "_", "'"):
                raise Refusal("scripts on scripts", "use parentheses", self.here())
            node = self.superscript(node, body, start)
        return node

    def entry(self, node: Node, start: int) -> Node:
        """Read an entry of what parentheses or a function give: (A x)_j, f(x)_j."""
        subscript = self.here()
        written = self.script("_") or ()
        letters = [token.text for token in written]
        if not isinstance(node, tree.Group | tree.Call) or letters in (["+"], ["-"]):
            how = r"write \max(x, 0)" if letters else ""
            raise Refusal(
                "a subscript on an expression", how or "declare a name with entries", subscript
            )
        pair = len(letters) == 2 and all(len(mark) == 1 and mark.isalpha() for mark in letters)
        parts = several(written, ("i", "j"), 2) if pair or "," in letters else [tuple(written)]
        if not parts or not written:
            raise Refusal("an entry has one index or two", "write f(x)_j or (A)_{ij}", subscript)
        return tree.Entry(node, tuple(map(self.index, parts)), span=self.since(start))

    def superscript(self, node: Node, body: tuple[Token, ...], start: int) -> Node:
        """Apply a superscript: a transpose, an inverse or a power."""
        span = self.since(start)
        mark = (body[0].start, body[-1].end) if body else span
        written = text(body)
        upright = _upright(body)
        if upright == "T" and not self.table.find(Name(written, None, None, mark)):
            written = "\\top"
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
        if (body and body[0].text in ("*", "(", "'")) or _has_transpose(body) or written == "+":
            raise Refusal(
                f"the superscript {written} is not declared",
                "declare the name with it; a power stands without parentheses around it, "
                "x^{a+b}, and a transpose around its base, (x)^{\\top}",
                mark,
            )
        return tree.Power(node, self.group(body), span=span)

    # --------------------------------------------------------------------------- lists and names

    def items(self, closer: str, other: str = "") -> list[Node]:
        """Read expressions with commas between them, up to the closing mark, or another one."""
        items: list[Node] = []
        while True:
            if self.mark == "\\cdot" and self.peek() in (",", closer):
                token = self.next()
                items.append(tree.Symbol("\\cdot", span=token.span))
            else:
                items.append(self.sum())
            if self.mark and self.mark in (closer, other):
                self.next()
                return items
            if self.mark != ",":
                raise Refusal(
                    f"{closer} is missing before {self.mark or 'the end'}", span=self.here()
                )
            self.next()

    def arguments(self, opening: str = "(", *, barred: bool = False) -> tuple[Node, ...]:
        r"""Read arguments in brackets; a single \| may stand between two, as a comma does."""
        self.take(opening)
        if barred:
            self.tokens[self.at :] = with_comma(self.tokens[self.at :])
        with self.enclosed():
            return tuple(self.items(CLOSERS[opening]))

    def free(self, key: str) -> bool:
        """Whether a built-in's name is not taken by the page."""
        return key not in self.table.declarations

    def undeclared(self, name: Name) -> Refusal:
        """Return the refusal of a name that the table does not hold."""
        how = "add it to the table of symbols above"
        whole = self.table.whole(name)
        if whole:
            how = f"say how the entries of {whole} are written: entries {name.key}"
        elif name.base.startswith("\\mathrm{") and len(name.base) > len("\\mathrm{d}"):
            how += r"; a word that is no name stands in \text{}"
        elif name.base.startswith("\\mathbb{"):
            how += r"; known are \mathbb{E} of something and \mathbb{R}"
        elif name.base in ("\\mathbf{I}", "\\boldsymbol{I}") and not name.sub:
            how += f"; the identity matrix is {name.base} : identity[n,n]"
        raised = text(name.sup or ())
        power = raised.isdigit() or raised in ("\\top", "T", "-1", "-\\top")
        missing = key(name.base, name.sub, None) if power else name.key
        return Refusal(f"{missing} is not declared on this page", how, name.span, missing=missing)

    def is_name(self) -> bool:
        """Whether a declared text name starts here."""
        if not self.mark.startswith("\\text{"):
            return False
        name, _ = read_name(self.tokens, self.at)
        return self.table.find(name) is not None or name.key in self.table.conventions

    def named(self) -> Node:
        """Read a name and what follows it: arguments, a composition, a power."""
        start = self.at
        name, self.at = read_name(self.tokens, start)
        if name.key in self.table.conventions:
            return self.chained(name, start)
        if name.base in self.bound and name.sub is None:
            return self.powered(tree.Symbol(name.base, span=name.span), name.sup, start)
        found = self.table.find(name)
        if found is not None:
            return self.declared(found, self.own(name, found.rest), start)
        if name.base.endswith("'"):
            return self.primed(name, start)
        if name.base in CONSTANTS and name.sub is None:
            number = tree.Number(CONSTANTS[name.base], span=name.span)
            return self.powered(number, name.sup, start)
        raise self.undeclared(name)

    def chained(self, name: Name, start: int) -> Node:
        """Read a product of derivatives by the chain rule, in a page's word for it."""
        if self.mark != "(":
            raise Refusal(f"{name.key} without its derivatives", span=self.since(start))
        factors = self.arguments()
        found = tuple(part for part in factors if isinstance(part, tree.Gradient | tree.Partial))
        if len(found) < len(factors) or len(found) < 2:
            how = r"write \frac{\partial y}{\partial u}, \frac{\partial u}{\partial x}"
            raise Refusal("the chain rule is of two derivatives, or more", how, self.since(start))
        return tree.ChainRule(found, span=self.since(start))

    def primed(self, name: Name, start: int) -> Node:
        """Read a derivative: a function that is declared without the primes of its name."""
        base = name.base.rstrip("'")
        found = self.table.find(Name(base, name.sub, name.sup, name.span))
        if found is None or not self.table.is_function(found.key):
            raise self.undeclared(name)
        mark = next(at for at in range(start, self.at) if self.tokens[at].text == "'")
        span = name.span[0], self.tokens[mark - 1].end
        return self.declared(found, span, start, len(name.base) - len(base))

    def declared(self, found: Found, span: Span, start: int, primes: int = 0) -> Node:
        """Read what follows a name that the table holds."""
        node = self.reference(found, span)
        if self.table.is_function(found.key):
            return self.function(node, primes, found.rest, start)
        return self.powered(node, found.rest, start)

    def reference(self, found: Found, span: Span) -> Node:
        """Return the node of a name, with its indices."""
        if found.indices is None:
            return tree.Symbol(found.key, span=span)
        return tree.Member(found.key, tuple(map(self.index, found.indices)), span=span)

    def own(self, name: Name, rest: tuple[Token, ...] | None) -> Span:
        """Return the range of a name without the power or transpose at its end."""
        if rest is None or rest != name.sup or self.tokens[self.at - 1].end > rest[-1].end + 1:
            return name.span
        ends = [token.end for token in self.tokens if token.end <= rest[0].start]
        marks = [token.text for token in self.tokens if token.end <= rest[0].start]
        back = 2 if marks[-1] == "^" else 3
        return name.span[0], ends[-back]

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
                "write (f(x))^2, or declare the name with its superscript as a function",
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
        brackets = self.brackets_of(node)
        if self.mark == "[" and "[" not in brackets:
            raise Refusal(
                "brackets after a function: its argument, or a factor?",
                "write f(x), or declare it so, F[f] : R",
                self.here(),
            )
        if self.mark == "(" and "(" not in brackets:
            raise Refusal(
                "it is declared with brackets around its arguments", "write F[f]", self.here()
            )
        if self.mark not in ("(", "["):
            if primes:
                raise Refusal("a derivative without its argument", "write f'(x)", self.since(start))
            if isinstance(node, tree.Symbol) and len(self.table.variants(node.name)) > 1:
                raise Refusal(
                    f"{node.name} of how many arguments? the table has several",
                    "write them in parentheses",
                    node.span,
                )
            return node
        given, bar = given_after(self.tokens[self.at + 1 :]), self.here()
        arguments = self.arguments(self.mark, barred=True)
        if isinstance(node, tree.Symbol):
            node = replace(node, name=self.table.of_arity(node.name, len(arguments)))
        line = self.table.declaration_of(getattr(node, "name", ""))
        if line is not None and line.given != given:
            where = f"\\mid after argument {line.given}" if line.given else "no \\mid in its calls"
            raise Refusal(
                "a law given something, or of both?",
                f"{line.name} is declared with {where}",
                bar,
            )
        call = tree.Call(node, arguments, primes, span=self.since(start))
        return self.scripts(call, start)

    def brackets_of(self, node: Node) -> set[str]:
        """Return the brackets in which the functions of a name take their arguments."""
        name = node.name if isinstance(node, tree.Symbol) else ""
        lines = map(self.table.declarations.get, self.table.variants(name))
        return {line.brackets for line in lines if line} or {"("}

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
        if found.rest is not None or not self.table.is_function(found.key):
            raise Refusal(f"{name.key} is no function", span=name.span)
        return self.reference(found, name.span)

    def index(self, tokens: tuple[Token, ...]) -> Node:
        """Read an index: numbers, indices and dimensions, their sums and some products."""
        node = self.group(tokens)
        products = (part for part in node.walk() if isinstance(part, tree.Product))
        for part in products:
            for one, two in pairwise(part.factors):
                if not self.is_product(one, two, tokens):
                    raise Refusal(
                        "two letters in one index: two indices or a product?",
                        r"separate indices with a comma; a product begins with a number or a "
                        r"dimension, as s(i-1) or s \cdot i",
                        part.span,
                    )
        return node

    def is_product(self, one: Node, two: Node, tokens: tuple[Token, ...]) -> bool:
        """Whether two factors in an index are one: a number or a dimension times the other."""
        if isinstance(one, tree.Number):
            return True
        between = [t.text for t in tokens if one.span[1] <= t.start and t.end <= two.span[0]]
        dimension = isinstance(one, tree.Symbol) and one.name in self.table.dimensions
        return dimension and (isinstance(two, tree.Group) or between == ["\\cdot"])

    def bind(self, token: Token) -> str:
        """Return the name of an index that an operator binds, if it is free to be one."""
        name = token.text
        if not (len(name) == 1 and name.isalpha()):
            raise Refusal(f"{name} is no index", "an index is a letter", token.span)
        if name in self.bound:
            raise Refusal(f"the index {name} is in use", "take another letter", token.span)
        declared = name in self.table.declarations and not self.table.is_index(name)
        if declared or name in self.table.dimensions:
            raise Refusal(
                f"the index {name} hides a declared name", "take another letter", token.span
            )
        return name

    def lower_bound(self, tokens: tuple[Token, ...]) -> tuple[str, Node]:
        """Read the index and the lower bound of a sum: i = 1."""
        if len(tokens) < 3 or tokens[1].text != "=":
            span = (tokens[0].start, tokens[-1].end) if tokens else self.here()
            letter = tokens[0].text if tokens else "i"
            how = f"write _{{{letter}=1}}^{{n}}"
            raise Refusal("the lower bound is not of the form i = 1", how, span)
        return self.bind(tokens[0]), self.group(tokens[2:])


def _upright(script: Sequence[Token]) -> str:
    r"""Return what stands in a font as a whole: T of \mathsf{T}; nothing if it is no font."""
    marks = [token.text for token in script if token.text not in ("{", "}")]
    return marks[1] if len(marks) == 2 and marks[0] in FONTS else ""


def _has_transpose(script: Sequence[Token]) -> bool:
    """Whether a superscript transposes, too: a power may hold transposed names."""
    depth, before = 0, ""
    for token in script:
        depth += (token.text == "{") - (token.text == "}")
        if token.text == "\\top" and depth == 0 and before != "^":
            return True
        before = token.text
    return False


def _meant(mark: str) -> str:
    """Return what to write in the place of a mark that begins nothing; "" if it is known."""
    known = {*RULES, *LETTERS, *ACCENTS, *RELATIONS, *PRODUCTS}
    if mark[:1] != "\\" or mark in ENDS or mark in known:
        return ""
    near = get_close_matches(mark, sorted(known), 1, 0.8)
    if near:
        return f"did you mean {near[0]}?"
    is_word = mark[1:].isalpha()
    return "no such command is known; a macro is known where its file defines it" if is_word else ""
