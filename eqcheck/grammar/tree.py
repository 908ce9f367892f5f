"""The nodes of the syntax tree. A node says what was written, and where; never what it is worth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..errors import Span


@dataclass(frozen=True, kw_only=True)
class Node:
    """What all nodes share: the range of the LaTeX they came from (not part of equality)."""

    span: Span = field(default=(0, 0), compare=False)

    def children(self) -> Iterator[Node]:
        """Yield the nodes directly below this one, in the order in which they were written."""
        for value in vars(self).values():
            yield from _nodes(value)

    def walk(self) -> Iterator[Node]:
        """Yield this node and all nodes below it."""
        left = [self]
        while left:
            node = left.pop()
            yield node
            left.extend(reversed([*node.children()]))


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)


# ------------------------------------------------------------------------------ names and numbers


@dataclass(frozen=True)
class Number(Node):
    """A literal: 2, 0.5, also e and pi."""

    value: float


@dataclass(frozen=True)
class Symbol(Node):
    """A declared name, a dimension, a function's bare name, or an index in scope."""

    name: str


@dataclass(frozen=True)
class Member(Node):
    """A name with indices: an entry, a row, a column, or a member of a family."""

    name: str
    indices: tuple[Node, ...]


@dataclass(frozen=True)
class Dots(Node):
    """Dots between two neighbours that show how to go on: in a line, or in a matrix."""

    mark: str = "\\cdots"


@dataclass(frozen=True)
class Group(Node):
    """Something in parentheses or brackets; worth what it holds."""

    body: Node


# ------------------------------------------------------------------------------------- arithmetic


@dataclass(frozen=True)
class Add(Node):
    """A sum; a subtracted term is a Negative. ``operators`` are the places of the signs."""

    terms: tuple[Node, ...]
    operators: tuple[Span | None, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Negative(Node):
    """Minus something."""

    body: Node


@dataclass(frozen=True)
class Product(Node):
    """Factors from left to right, as a matrix product where they are matrices."""

    factors: tuple[Node, ...]


@dataclass(frozen=True)
class Hadamard(Node):
    """The entrywise product of equal shapes."""

    factors: tuple[Node, ...]


@dataclass(frozen=True)
class Kronecker(Node):
    """The Kronecker product."""

    factors: tuple[Node, ...]


@dataclass(frozen=True)
class Quotient(Node):
    """Something divided by a scalar."""

    numerator: Node
    denominator: Node


@dataclass(frozen=True)
class Power(Node):
    """A power: of a scalar, or of a square matrix by an integer; ``sign`` tells roots apart."""

    base: Node
    exponent: Node
    sign: str = "^"


@dataclass(frozen=True)
class Transpose(Node):
    """The transpose; ``mark`` is the place of its superscript."""

    body: Node
    mark: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True)
class Entry(Node):
    """An entry of what has no name: of a value in parentheses, or of a function's."""

    body: Node
    indices: tuple[Node, ...]


@dataclass(frozen=True)
class Norm(Node):
    """A norm of the given kind: 1, 2, F, infinity; none is the Euclidean norm of a vector."""

    body: Node
    kind: str


@dataclass(frozen=True)
class Indicator(Node):
    r"""One where a condition of whole numbers holds, else zero: [i = j], \delta_{ij}."""

    condition: Chain


@dataclass(frozen=True)
class Rounded(Node):
    """The next whole number: below, or above."""

    body: Node
    up: bool


@dataclass(frozen=True)
class Magnitude(Node):
    """The absolute value of a scalar, or the size of an index set."""

    body: Node


@dataclass(frozen=True)
class Inner(Node):
    """The inner product of two vectors."""

    left: Node
    right: Node


@dataclass(frozen=True)
class Row(Node):
    """Items side by side in brackets: scalars make a row, columns make a matrix."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Block(Node):
    """An explicit matrix or a block matrix."""

    rows: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True)
class IndexSet(Node):
    """A set of indices, 1 to n, or a listed one."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Sequence(Node):
    """A list for a Python callable: all members of a family between two bounds."""

    body: Node
    variable: str
    lower: Node
    upper: Node


@dataclass(frozen=True)
class Space(Node):
    """A set of real numbers, vectors or matrices; compared by shape."""

    shape: tuple[Node, ...]


@dataclass(frozen=True)
class Interval(Node):
    """The numbers between two ends; ``closed`` says which of the two belong to it."""

    low: Node
    high: Node
    closed: tuple[bool, bool]


# -------------------------------------------------------------------------------------- functions


@dataclass(frozen=True)
class Call(Node):
    """A function of arguments, with primes for derivatives."""

    function: Node
    arguments: tuple[Node, ...]
    primes: int = 0


@dataclass(frozen=True)
class Compose(Node):
    """Functions applied from right to left."""

    functions: tuple[Node, ...]


@dataclass(frozen=True)
class Cases(Node):
    """Values with their conditions: a Chain, a Probability, or nothing for the rest."""

    rows: tuple[tuple[Node, Node | None], ...]


@dataclass(frozen=True)
class Probability(Node):
    """The probability of a case."""

    body: Node


# ------------------------------------------------------------ operators that bind a name or a value


@dataclass(frozen=True)
class BigOperator(Node):
    """A sum or a product over a range or an index set; also the largest or smallest term, or where.

    The range of a sum may be left to the line that declares the index; that of the last two, to the
    entries that show it.
    """

    operator: str
    variable: str
    lower: Node | None
    upper: Node | None
    members: Node | None
    body: Node


@dataclass(frozen=True)
class Gradient(Node):
    """Nabla: the variable's axes first. Without a subscript, of a function of one argument."""

    body: Node
    variable: Node | None


@dataclass(frozen=True)
class Partial(Node):
    """Partial derivative: the Jacobian, outputs first; ``inline``, without a line that says so."""

    body: Node
    variable: Node
    inline: bool = False


@dataclass(frozen=True)
class ChainRule(Node):
    """A product of derivatives, each by what the next one is of."""

    factors: tuple[Gradient | Partial, ...]


@dataclass(frozen=True)
class Expectation(Node):
    """A mean or a variance over named randomness, or over all that the body meets."""

    body: Node
    over: tuple[Node, ...]
    given: tuple[Node, ...]
    variance: bool = False
    law: Law | None = None


@dataclass(frozen=True)
class Law(Node):
    """A law as it is printed: normal, of a mean and a variance; uniform, of two ends; Bernoulli."""

    kind: str
    parameters: tuple[Node, ...]


@dataclass(frozen=True)
class Optimum(Node):
    """A minimum, a maximum, or where it is attained."""

    direction: str
    arg: bool
    variables: tuple[Symbol, ...]
    conditions: tuple[Node, ...]
    body: Node


@dataclass(frozen=True)
class Limit(Node):
    """A limit as a scalar goes to a number or to infinity."""

    variable: Node
    point: Node | None
    body: Node


@dataclass(frozen=True)
class Order(Node):
    """A remainder of the stated order in a small scalar."""

    variable: Node
    order: float


# -------------------------------------------------------------------------------------- statements


@dataclass(frozen=True)
class Tuple(Node):
    """Several names at once, on the left of an arg min."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Chain(Node):
    """Parts joined by relations, a = b = c, a <= b; claimed only where ``given`` holds."""

    parts: tuple[Node, ...]
    relations: tuple[str, ...]
    given: tuple[Chain, ...] = ()


@dataclass(frozen=True)
class Quantifier(Node):
    """The range of an index: t = 0, 1, ..., T-1."""

    variable: str
    items: tuple[Node, ...]


@dataclass(frozen=True)
class Mapping(Node):
    """Where a function comes from and goes to: f: R^d -> R."""

    function: Node
    inputs: tuple[Node, ...]
    output: Node


@dataclass(frozen=True)
class Display(Node):
    """All that one displayed formula states; ``conditions`` follow "subject to"."""

    statements: tuple[Node, ...]
    conditions: tuple[Node, ...] = ()


def factors_of(node: Node) -> tuple[Node, ...]:
    """Return the factors of a product, or of a quotient with a slash what is divided, and by what.

    Of these it may be asked how far an operator before them reaches, of a fraction not.
    """
    if isinstance(node, Quotient) and node.numerator.span[0] == node.span[0]:
        return (*factors_of(node.numerator), node.denominator)
    return node.factors if isinstance(node, Product) else (node,)


def same_name(left: Node, right: Node) -> bool:
    """Tell whether both are the same name with the same indices."""
    return isinstance(left, Symbol | Member) and left == right


def mentions(node: Node, name: Node) -> bool:
    """Tell whether ``name`` is written anywhere in ``node``."""
    return any(same_name(item, name) for item in node.walk())
