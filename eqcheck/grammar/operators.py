r"""Operators that bind a name or reach over what follows: derivatives, sums, means, limits.

How far each reaches is where formulas are ambiguous; what has two readings is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from ..errors import Refusal
from . import tree
from .conventions import GRADIENT
from .domains import BERNOULLI, NORMAL, UNIFORM, WHOLE
from .lexer import Token, tokenize
from .names import FONTS, Tokens, argument, read_name, starts_name, text
from .parser import Parser, begins_with
from .tree import Node
from .vocabulary import CLOSERS, CLOSING, ENDS, OPENING

PRINTED = {
    "\\mathcal{N}": NORMAL,
    "\\mathcal{U}": UNIFORM,
    "\\operatorname{Uniform}": UNIFORM,
    "\\operatorname{Bernoulli}": BERNOULLI,
    "\\text{Bernoulli}": BERNOULLI,
}
ROMAN_MEANS = ("E", "\\mathbf{E}", "\\mathrm{E}", "\\operatorname{E}")


@begins_with("\\frac", scripted=True)
def fraction(parser: Parser) -> Node:
    """Read a quotient or a derivative."""
    start = parser.at
    parser.next()
    above, below = parser.argument(), parser.argument()
    marks = [tokens[0].text if tokens else "" for tokens in (above, below)]
    upright = [text(tokens).startswith("\\mathrm{d}") for tokens in (above, below)]
    straight = marks[0] == marks[1] == "d" and len(below) > 1
    if straight and not _is_free(parser, "d"):
        raise Refusal(
            "d over d: a quotient or a derivative?",
            r"write \partial for a derivative",
            parser.since(start),
        )
    if "\\partial" in marks or all(upright) or straight:
        return _partial(parser, start, above, below, upright[0])
    return tree.Quotient(parser.group(above), parser.group(below), span=parser.since(start))


def _is_free(parser: Parser, letter: str) -> bool:
    """Whether a letter has no meaning on the page, nor as an index here."""
    name, _ = read_name(tokenize(letter), 0)
    return parser.table.find(name) is None and letter not in parser.bound


def _partial(parser: Parser, start: int, above: Tokens, below: Tokens, upright: bool) -> Node:
    """Read a derivative from the tokens above and below the line."""
    if not upright and not (above[:1] and below[:1] and above[0].text == below[0].text):
        raise Refusal(r"\partial on one side only", span=parser.since(start))
    skip = 4 if upright else 1
    above, below = above[skip:], below[skip:]
    marks = [token.text for token in (*above[:1], *below[:1])]
    if "^" in marks or sum(token.text == "\\partial" for token in below):
        raise Refusal(
            "a second derivative in one fraction",
            r"write \frac{\partial}{\partial x_i} \left( \frac{\partial f}"
            r"{\partial x_j} \right)",
            parser.since(start),
        )
    variable = _variable(parser, below)
    if above:
        body = parser.group(above)
        if isinstance(body, tree.Add | tree.Negative):
            raise Refusal(
                "how far does this \\partial reach?", "use parentheses", parser.since(start)
            )
    else:
        body = _operand(parser, "\\partial", start, variable)
    return _derivative(parser, start, body, variable)


def _derivative(
    parser: Parser, start: int, body: Node, variable: Node, *, inline: bool = False
) -> Node:
    r"""Return a derivative in the layout that the page says \partial has; else, the Jacobian."""
    _check_argument(parser, body, variable, formal_only=True)
    layout = parser.table.conventions.get("\\partial")
    span = parser.since(start)
    if layout == GRADIENT:
        return tree.Gradient(body, variable, span=span)
    return tree.Partial(body, variable, inline and layout is None, span=span)


def _variable(parser: Parser, tokens: Tokens) -> Node:
    """Read the variable of a derivative: a declared name."""
    if not tokens:
        raise Refusal("a derivative without a variable", span=parser.here())
    node = parser.group(tokens)
    if not isinstance(node, tree.Symbol | tree.Member):
        raise Refusal("a derivative is taken with respect to a declared name", span=node.span)
    if isinstance(node, tree.Symbol) and (
        node.name in parser.bound or node.name in parser.table.dimensions
    ):
        raise Refusal(f"{node.name} is no variable but an index or a dimension", span=node.span)
    return node


@begins_with("\\nabla")
def nabla(parser: Parser) -> Node:
    """Read a gradient and the one factor that it applies to."""
    start = parser.at
    parser.next()
    below = parser.script("_")
    variable = None if below is None else _variable(parser, below)
    if parser.mark == "^":
        raise Refusal(
            "a power of \\nabla",
            r"write \nabla of \nabla, or a sum of partial derivatives",
            parser.here(),
        )
    body = _operand(parser, "\\nabla", start, variable)
    if variable is None:
        if isinstance(body, tree.Call) and len(body.arguments) == 1:
            return tree.Gradient(body, None, span=parser.since(start))
        bare = isinstance(body, tree.Symbol) and parser.table.is_function(body.name)
        if not bare:
            raise Refusal(
                "\\nabla without a subscript needs a function of one argument",
                r"write \nabla_{\mathbf{w}}",
                parser.since(start),
            )
    else:
        _check_argument(parser, body, variable)
    return tree.Gradient(body, variable, span=parser.since(start))


def _operand(parser: Parser, operator: str, start: int, variable: Node | None) -> Node:
    """Read the one factor that a derivative applies to; what follows would be ambiguous.

    A constant before it is passed over: of itself it has no derivative.
    """
    if parser.ends():
        raise Refusal(f"{operator} applies to nothing", span=parser.since(start))
    first = parser.at
    body = parser.factor()
    if not parser.ends() and _is_constant(parser, body):
        body = tree.Product((body, parser.factor()), span=parser.since(first))
    of_the_derivative = isinstance(body, tree.Transpose) or (  # (f)^2, f(x)^2: or is it?
        isinstance(body, tree.Power) and isinstance(body.base, tree.Call | tree.Group)
    )
    if of_the_derivative or not (parser.ends() or _goes_on(parser, body, variable)):
        raise Refusal(
            f"how far does this {operator} reach?",
            "put what it applies to in parentheses, or the derivative itself",
            parser.since(start),
        )
    return body


def _is_constant(parser: Parser, node: Node) -> bool:
    """Whether nothing in a factor can vary: numbers, dimensions and the sizes of index sets."""
    table = parser.table
    names = {part.name for part in node.walk() if isinstance(part, tree.Symbol | tree.Member)}
    kinds = [declaration.domain for name in names if (declaration := table.declaration_of(name))]
    sets = all(domain is not None and domain.kind in WHOLE for domain in kinds)
    return sets and len(kinds) == len(names - {*table.dimensions, *parser.bound})


def _goes_on(parser: Parser, body: Node, variable: Node | None) -> bool:
    r"""Whether the derivative of a function by its own parameter is followed by another one.

    It is taken where the arguments are, and ends there: \partial_h f(x, h_0) \partial_w h_0. Where
    the variable stands in what follows, it may be meant to reach that far.
    """
    if parser.mark != "\\partial" or not isinstance(body, tree.Call) or body.primes:
        return False
    if variable not in _formals(parser, getattr(body.function, "name", "")):
        return False
    return not _stands_in(parser, variable)


def _stands_in(parser: Parser, variable: Node | None) -> bool:
    """Whether a variable, or an iterate of it, is written in the rest of this term."""
    names, depth = {getattr(variable, "name", "")}, 0
    for at in range(parser.at, len(parser.tokens)):
        mark = parser.tokens[at].text
        if depth == 0 and mark in ENDS:
            return False
        depth += (mark in OPENING) - (mark in CLOSING)
        if starts_name(parser.tokens[at]):
            with suppress(Refusal):
                found = parser.table.find(read_name(parser.tokens, at)[0])
                line = parser.table.declaration_of(found.key) if found else None
                if found and (found.key in names or (line and line.iterates in names)):
                    return True
    return False


def _check_argument(
    parser: Parser, body: Node, variable: Node, *, formal_only: bool = False
) -> None:
    """Refuse a call whose argument hides the variable."""
    if not isinstance(body, tree.Call) or body.primes:
        return
    formal = (
        isinstance(body.function, tree.Symbol)
        and isinstance(variable, tree.Symbol | tree.Member)
        and variable in _formals(parser, body.function.name)
    )
    if formal or not formal_only:
        refuse_hidden(body, variable, formal=formal)


def refuse_hidden(call: tree.Call, variable: Node, *, formal: bool) -> None:
    """Refuse a derivative of f(2x) by x, which may be the formal parameter of f, too."""
    plain = sum(tree.same_name(argument, variable) for argument in call.arguments)
    inside = sum(tree.mentions(argument, variable) for argument in call.arguments)
    if inside > plain or (formal and plain > 1):
        raise Refusal(
            "the derivative of the function there, or of the whole expression?",
            "put the whole expression in parentheses, or name its argument",
            call.span,
        )


def _formals(parser: Parser, key: str) -> tuple[Node, ...]:
    """Return a function's formal parameters as nodes."""
    declaration = parser.table.declarations.get(key)
    found = []
    for formal in declaration.formals if declaration else ():
        if formal != "\\cdot":
            found.append(parser.inside(tokenize(formal)).factor())
    return tuple(found)


@begins_with("\\sum", "\\prod")
def big_operator(parser: Parser) -> Node:
    """Read a sum or a product; its scope is the term that follows."""
    start = parser.at
    operator = parser.next().text
    below = parser.script("_")
    if below is None:
        raise Refusal(
            f"{operator} without bounds", rf"write {operator}_{{i=1}}^{{n}}", parser.here()
        )
    lower = upper = members = None
    if len(below) == 1 and parser.table.is_index(below[0].text):
        variable = parser.bind(below[0])  # its line has the bounds
        if parser.mark == "^":
            raise Refusal(f"{operator} with an upper bound alone", span=parser.here())
    elif len(below) > 2 and below[1].text == "\\in":
        variable, members = parser.bind(below[0]), parser.group(below[2:])
    else:
        variable, lower = parser.lower_bound(below)
        above = parser.script("^")
        if above is None:
            raise Refusal(f"{operator} without an upper bound", span=parser.here())
        upper = parser.group(above)
    first = parser.at
    bound = parser.bound
    parser.bound = (*bound, variable)
    body = parser.term()
    parser.bound = bound
    used = [
        any(isinstance(node, tree.Symbol) and node.name == variable for node in part.walk())
        for part in tree.factors_of(body)
    ]
    if not any(used):
        raise Refusal(
            f"nothing in the scope of {operator} depends on {variable}",
            _without_index(body, variable),
            parser.since(first),
        )
    if operator == "\\prod" and not all(used):
        raise Refusal(
            "which factors belong to this product?", "use parentheses", parser.since(first)
        )
    return tree.BigOperator(
        operator, variable, lower, upper, members, body, span=parser.since(start)
    )


def _without_index(body: Node, variable: str) -> str:
    """Return how to declare a name that shows an index and has none, if one stands here."""
    for name in (node.name for node in body.walk() if isinstance(node, tree.Symbol)):
        if variable in [token.text for token in tokenize(name)[1:]]:
            how = f"{name} is declared without an index: give its line the range"
            return f"{how}, {name} : DOMAIN; {variable} = 1..n"
    return ""


@begins_with("\\lim")
def limit(parser: Parser) -> Node:
    """Read a limit; it reaches over one term."""
    start = parser.at
    parser.next()
    parser.take("_")
    tokens = parser.argument()
    cut = next((at for at, token in enumerate(tokens) if token.text == "\\to"), 0)
    if not cut or cut == len(tokens) - 1:
        raise Refusal(
            r"a limit without \to", r"write \lim_{\lambda \to \infty}", parser.since(start)
        )
    variable = _variable(parser, tokens[:cut])
    point = None if text(tokens[cut + 1 :]) == "\\infty" else parser.group(tokens[cut + 1 :])
    body = parser.term()
    if parser.mark in ("+", "-"):
        raise Refusal("how far does this limit reach?", "use parentheses", parser.here())
    return tree.Limit(variable, point, body, span=parser.since(start))


@begins_with("\\partial")
def inline_partial(parser: Parser) -> Node:
    r"""Read a derivative in one line, \partial_x f; with a slash it is refused."""
    start = parser.at
    parser.next()
    below = parser.script("_")
    if below is None or parser.mark == "^":
        raise Refusal(
            "a derivative that is not a fraction",
            r"write \frac{\partial f}{\partial x}, or \partial_x f",
            parser.since(start),
        )
    variable = _variable(parser, below)
    body = _operand(parser, "\\partial", start, variable)
    return _derivative(parser, start, body, variable, inline=True)


def _letter_is(letters: str) -> Callable[[Parser], bool]:
    """Return whether one of some letters, alone, is the argument of the mark that stands here."""

    def applies(parser: Parser) -> bool:
        body, _ = argument(parser.tokens, parser.at + 1)
        return text(body) in tuple(letters)

    return applies


@begins_with("\\mathbb", applies=_letter_is("PN"))
def other_letter(parser: Parser) -> Node:
    """Refuse the blackboard letters that mean nothing here."""
    start = parser.at
    parser.next()
    letter = text(parser.argument())
    raise Refusal(f"\\mathbb{{{letter}}} is not part of the grammar", span=parser.since(start))


@begins_with("\\mathbb", applies=_letter_is("R"))
def space(parser: Parser) -> Node:
    """Read a set of numbers, vectors or matrices."""
    start = parser.at
    parser.next()
    parser.argument()
    axes: list[list[Token]] = []
    power = parser.script("^")
    if power is not None:
        axes.append([])
        for token in power:
            if token.text == "\\times":
                axes.append([])
            else:
                axes[-1].append(token)
    return tree.Space(tuple(map(parser.group, axes)), span=parser.since(start))


@begins_with("\\mathbb", applies=_letter_is("E"))
def mean(parser: Parser) -> Node:
    """Read an expectation: of what is in brackets, or of one factor."""
    start = parser.at
    parser.next()
    parser.argument()
    return _expectation(parser, start, variance=False)


def _is_roman_mean(parser: Parser) -> bool:
    """Whether an E in another font stands before brackets, and is no name of the page."""
    if parser.mark in FONTS and text(argument(parser.tokens, parser.at + 1)[0]) != "E":
        return False
    name, at = read_name(parser.tokens, parser.at)
    brackets = parser.tokens[at].text if at < len(parser.tokens) else ""
    taken = not _is_free(parser, name.base) or parser.table.find(name) is not None
    known = taken or any(each.base == name.base for each in parser.table.patterns.values())
    return name.base in ROMAN_MEANS and name.sup is None and brackets == "[" and not known


@begins_with("E", "\\mathbf", "\\mathrm", "\\operatorname{E}", applies=_is_roman_mean)
def roman_mean(parser: Parser) -> Node:
    r"""Read an expectation in another font: \mathbf{E}_x[f(x)], E[f(x)]."""
    start = parser.at
    if parser.next().text in FONTS:
        parser.argument()
    return _expectation(parser, start, variance=False)


@begins_with("\\operatorname{Var}", applies=lambda parser: parser.free(parser.mark))
def variance(parser: Parser) -> Node:
    """Read a variance: of what is in brackets."""
    start = parser.at
    parser.next()
    return _expectation(parser, start, variance=True)


def _expectation(parser: Parser, start: int, *, variance: bool) -> Node:
    """Read what a mean or a variance is over, of what, and given what."""
    over: tuple[Node, ...] = ()
    law: tree.Law | None = None
    tokens = parser.script("_")
    if tokens is not None:
        cut = next((at for at, t in enumerate(tokens) if t.text == "\\sim"), len(tokens))
        over = _random_names(parser, tokens[:cut])
        law = _law(parser, tokens[cut + 1 :], over)
    given: list[Node] = []
    if parser.mark in ("[", "("):
        closer = CLOSERS[parser.next().text]
        with parser.enclosed():
            body = parser.sum()
            if parser.mark in ("\\mid", "|"):
                parser.next()
                given = parser.items(closer)
            else:
                parser.take(closer)
    elif variance or parser.ends():
        raise Refusal("of what?", "put it in brackets", parser.since(start))
    else:
        body = parser.factor()
        if not parser.ends():
            raise Refusal(
                "how far does this expectation reach?", "put it in brackets", parser.since(start)
            )
    if parser.mark == "^":
        raise Refusal("is the power inside or outside?", "use parentheses", parser.here())
    return tree.Expectation(body, over, tuple(given), variance, law, span=parser.since(start))


def _law(parser: Parser, tokens: Tokens, over: tuple[Node, ...]) -> tree.Law | None:
    r"""Read the law of the names under an expectation: \mathcal{N}(0, 1), or a word for it.

    The table says which law a name has. What is printed must be that one; or a word, perhaps of the
    names themselves, that means nothing else on the page: \mathcal{D}, p(x).
    """
    if not tokens:
        return None
    if not starts_name(tokens[0]):
        raise Refusal(f"{tokens[0].text} is no law", r"write x \sim p", tokens[0].span)
    name, at = read_name(tokens, 0)
    inner = parser.inside(tokens[at:])
    if name.base in PRINTED and inner.mark == "(":
        parameters = inner.arguments()
        inner.finish()
        return tree.Law(PRINTED[name.base], parameters, span=(name.span[0], tokens[-1].end))
    if parser.table.find(name) is not None:
        raise Refusal(
            f"is {name.key} the law that the table gives to what is random?",
            "leave the law out here, or name it by a letter that the page does not have",
            name.span,
        )
    if inner.mark and inner.arguments() != over:
        raise Refusal(
            "a law with parameters, which the table does not know",
            "leave the law out here: the line of what is random says it",
            name.span,
        )
    inner.finish()
    return None


def _random_names(parser: Parser, tokens: Tokens) -> tuple[Node, ...]:
    """Read the names under an expectation; a family is named without its index."""
    found: list[Node] = []
    at = 0
    while at < len(tokens):
        if tokens[at].text in ("(", ")", ","):
            at += 1
            continue
        name, at = read_name(tokens, at)
        exact = parser.table.find(name)
        families = [
            p.key
            for p in parser.table.patterns.values()
            if p.base == name.base and p.role == "family"
        ]
        if exact is None and not families:
            raise parser.undeclared(name)
        key = exact.key if exact is not None else families[0]
        found.append(tree.Symbol(key, span=name.span))
    return tuple(found)


def _is_remainder(parser: Parser) -> bool:
    """Whether O, or its calligraphic form, stands here, and is no name of the page."""
    name, _ = read_name(parser.tokens, parser.at)
    known = parser.table.find(name) is not None or name.base in parser.bound
    return name.base in ("O", "\\mathcal{O}") and name.sup is None and not known


@begins_with("O", "\\mathcal", applies=_is_remainder)
def remainder(parser: Parser) -> Node:
    """Read a remainder O(h^2)."""
    start = parser.at
    name, parser.at = read_name(parser.tokens, start)
    if parser.mark != "(":
        raise parser.undeclared(name)
    parser.next()
    body = parser.sum()
    parser.take(")")
    order = 1.0
    if isinstance(body, tree.Power) and isinstance(body.exponent, tree.Number):
        order, body = body.exponent.value, body.base
    if not isinstance(body, tree.Symbol):
        raise Refusal(
            "the order of a remainder is a power of a name", "write O(h^2)", parser.since(start)
        )
    return tree.Order(body, order, span=parser.since(start))
