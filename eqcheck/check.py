r"""Run a formula: every relation on random draws, and every wrong version of it.

Each kind is a way to compare: both sides (identity), a side and a Python callable (code), a
candidate and what makes it optimal, a sequence and its limit, a sampler and its law.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from . import tree, values
from .binding import Binding, bindings, call_bound
from .errors import Refusal, Span, Unbound
from .evaluate import Scope
from .lexer import tokenize
from .mutate import mutants
from .names import text
from .optimum import space_matches, verify
from .page import Page, defining
from .report import GREY, KINDS, Result
from .statements import parse_display, parse_expression
from .tree import Node
from .values import Array, Jacobian, Value, plain, scalar

DRAWS = 20
MUTANT_DRAWS = 8
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Options:
    """How a formula is to be run."""

    kind: str
    code: str
    tolerance: float
    order: str
    certificate: str

    @property
    def introduce(self) -> bool:
        """Whether a left side may be a new name: only code can say what it is worth."""
        return self.kind == "code"


def check(
    page: Page,
    latex: str,
    *,
    kind: str = "identity",
    label: str = "",
    name: str = "",
    code: str = "",
    why: str = "",
    expect: str = "checked",
    equivalent: Mapping[str, str] = MappingProxyType({}),
    certificate: str = "",
    order: str = "",
    draws: int = DRAWS,
    tolerance: float = TOLERANCE,
) -> Result:
    r"""Run a displayed formula and its mutants.

    Parameters
    ----------
    page : Page
        The symbols and definitions that the formula uses.
    latex : str
        The formula as it is displayed.
    kind : str
        identity, code, optimality, limit, distribution, definition, notation or model.
    label, name : str
        The formula's label and its page's name, for the result.
    code : str
        ``f(args)``, or lines ``LEFT = f(args)``: what the formula is compared with.
    why : str
        Why there is nothing to compare, for the last three kinds.
    expect : str
        "checked"; "wrong" for a formula that must be found wrong or refused.
    equivalent : mapping
        Names of mutants that are true, each with the reason.
    certificate : str
        An expression that is never negative and equals the excess over an optimum.
    order : str
        The order of an approximation, such as ``h^{2}``.
    draws : int
        How many random draws to run on.
    tolerance : float
        The largest relative error that counts as rounding.

    Returns
    -------
    Result
        The state and its evidence; a refusal is a state, not an exception.

    Raises
    ------
    ValueError
        If ``kind`` or ``expect`` is none of the above.

    Examples
    --------
    >>> page = Page("d = 4 \n \\mathbf{x} : R[d]")
    >>> print(check(page, r"\nabla_{\mathbf{x}} \|\mathbf{x}\|_2^2 = 2\mathbf{x}").state)
    checked
    >>> print(check(page, r"\nabla_{\mathbf{x}} \|\mathbf{x}\|_2^2 = -2\mathbf{x}").state)
    wrong
    """
    if kind not in KINDS or expect not in ("checked", "wrong"):
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, got {kind!r}; "
                         f"expect must be checked or wrong, got {expect!r}")  # fmt: skip
    options = Options(kind, code, tolerance, order, certificate)

    def result(state: str, message: str = "", **evidence: float | int) -> Result:
        return Result(label, name, kind, state, latex, message=message, **evidence)  # type: ignore[arg-type]

    if kind in GREY:
        return result(kind, why)
    try:
        error = _run(page, latex, options, draws)
    except Unbound as refusal:
        return result("unbound", refusal.located(latex))
    except Refusal as refusal:
        state = "wrong-as-expected" if expect == "wrong" else "refused"
        return result(state, refusal.located(latex))
    if error > tolerance:
        state = "wrong-as-expected" if expect == "wrong" else "wrong"
        return result(state, f"the sides differ by {error:.2g} of their size", error=error,
                      draws=draws)  # fmt: skip
    if expect == "wrong":
        return result("wrong", "expected to be wrong, but it holds", error=error, draws=draws)
    return _attacked(page, latex, options, equivalent, result, error, draws)


def fingerprint(page: Page, latex: str, **options: object) -> str:
    """Return a hash of all that a result depends on, but for the code of Python callables.

    Examples
    --------
    >>> fingerprint(Page("x : R"), "x = x") == fingerprint(Page("x : R"), "x = x")
    True
    """
    content = repr((page.fingerprint(), latex, sorted((k, repr(v)) for k, v in options.items())))
    return hashlib.sha256(content.encode()).hexdigest()


# ---------------------------------------------------------------------------------------- mutants


def _attacked(
    page: Page, latex: str, options: Options, equivalent: Mapping[str, str],
    result: Callable[..., Result], error: float, draws: int,
) -> Result:  # fmt: skip
    """Run the mutants; a survivor must be listed, and what is listed must survive."""
    found = mutants(latex, page, keep=_kept(page, latex, options), introduce=options.introduce)
    survivors = [mutant for mutant in found if not _killed(page, mutant.latex, options)]
    evidence = {"error": error, "draws": draws, "mutants": len(found),
                "killed": len(found) - len(survivors)}  # fmt: skip
    names = [mutant.name for mutant in survivors]
    unknown = [name for name in names if name not in equivalent]
    stale = [name for name in equivalent if name not in names]
    if unknown:
        return result("survived", "these wrong versions pass: " + "; ".join(unknown), **evidence)
    if stale:
        return result("survived", "listed as equivalent, but caught: " + "; ".join(stale),
                      **evidence)  # fmt: skip
    reasons = "; ".join(f"{name} is true: {equivalent[name]}" for name in names)
    return result("checked", reasons, **evidence)


def _killed(page: Page, latex: str, options: Options) -> bool:
    try:
        return _run(page, latex, options, MUTANT_DRAWS, thorough=False) > options.tolerance
    except Refusal:
        return True


def _kept(page: Page, latex: str, options: Options) -> list[Span]:
    """Return the left sides that nothing evaluates: what the code computes, whose law is drawn."""
    if options.kind == "distribution" or (
        options.kind == "code" and all(not b.left for b in bindings(options.code))
    ):
        display, _ = parse_display(latex, page.table)
        target = _first(display)
        if options.kind == "distribution" or _is_target(target.parts[0]):
            return [target.parts[0].span]
    return []


# ----------------------------------------------------------------------------------------- running


def _run(page: Page, latex: str, options: Options, draws: int, thorough: bool = True) -> float:
    """Return the largest error of all draws; stop at the first that is too large."""
    with np.errstate(all="ignore"):  # what is not finite is refused where values are compared
        return _worst(page, latex, options, draws, thorough)


def _worst(page: Page, latex: str, options: Options, draws: int, thorough: bool) -> float:
    display, table = parse_display(latex, page.table, introduce=options.introduce)
    local = page.with_definitions(display.statements, table)
    runner = _Runner(page, local, latex, display, options)
    worst = 0.0
    branches: dict[int, set[int]] = {}
    for seed in range(draws):
        scope = Scope(local, seed, twice=thorough and seed < 3, branches=branches)
        for error in runner.errors(scope):
            worst = max(worst, error)
            if worst > options.tolerance:
                return worst
    if thorough:
        _all_branches(local, branches)
        if runner.vacuous:
            raise Refusal("both sides are zero on every draw: nothing was compared")
    return worst


def _all_branches(page: Page, branches: Mapping[int, set[int]]) -> None:
    """Refuse cases of which one was never met."""
    for items in page.definitions.values():
        for item in items:
            for node in item.body.walk():
                if isinstance(node, tree.Cases) and id(node) in branches:
                    if len(branches[id(node)]) < len(node.rows):
                        raise Refusal("a case was never met: widen the domain")


class _Runner:
    """All comparisons of one display, on one draw after another."""

    def __init__(
        self, page: Page, local: Page, latex: str, display: tree.Display, options: Options
    ) -> None:
        self.local, self.latex = local, latex
        self.display, self.options = display, options
        self.vacuous = True
        self.defining = defining(display.statements, local.table, page.definitions)
        self.bound = bindings(options.code) if options.kind != "optimality" else []
        if options.kind in ("code", "distribution") and not self.bound:
            raise Unbound("no code is named", r"write :code: f(\mathbf{x})")

    def errors(self, scope: Scope) -> Iterator[float]:
        """Yield the error of each comparison on this draw."""
        if self.options.kind == "distribution":
            yield self.law(scope)
            return
        compared = False
        for binding in self.bound:
            compared = True
            yield from self.with_code(scope, binding)
        for statement in self.display.statements:
            if isinstance(statement, tree.Quantifier):
                _ranged(scope, statement)
                continue
            assert isinstance(statement, tree.Chain)
            parts, relations = statement.parts, statement.relations
            optimal = [p for p in parts if isinstance(p, tree.Optimum)]
            if optimal:
                if self.options.kind != "optimality":
                    raise Refusal("an optimum", "use the kind optimality", optimal[0].span)
                compared = True
                yield from self.optimum(scope, statement, optimal[0])
                continue
            if self.is_target(statement) or id(statement) in self.defining:
                keep = 1 if self.is_plain(statement) else 0
                parts, relations = parts[keep:], relations[keep:]
            for relation, left, right in zip(relations, parts, parts[1:], strict=False):
                compared = True
                yield self.related(scope, relation, left, right)
        if self.display.conditions and self.options.kind != "optimality":
            raise Refusal("conditions of an optimum", "use the kind optimality")
        if not compared:
            raise Refusal("there is nothing to compare", "use the kind code or definition")

    # ------------------------------------------------------------------------------ relations

    def related(self, scope: Scope, relation: str, left: Node, right: Node) -> float:
        """Return the error of one relation."""
        if relation in ("=", "\\equiv"):
            if left == right:
                raise Refusal("both sides are the same expression", span=right.span)
            for one, other in ((left, right), (right, left)):
                if isinstance(one, tree.Limit):
                    return self.limit(scope, one, other)
            stripped, order = _without_remainder(right)
            if order is not None:
                return _rate(scope, left, stripped, order)
            return self.equal(scope, left, right)
        if relation == "\\approx":
            if not self.options.order:
                raise Refusal("an approximation without its order", "state :order: h^{2}",
                              right.span)  # fmt: skip
            order = parse_expression(f"O({self.options.order})", self.local.table)
            assert isinstance(order, tree.Order)
            return _rate(scope, left, right, order)
        if relation == "\\in" and isinstance(right, tree.Space):
            space_matches(scope, left, right)
            self.vacuous = False
            return 0.0
        if relation in ("\\in", "\\subseteq"):
            return self.inside(scope, relation, left, right)
        if relation in ("\\le", "\\ge", "<", ">"):
            return self.ordered(scope, relation, left, right)
        raise Refusal(f"the relation {relation} is not checked here", span=right.span)

    def equal(self, scope: Scope, left: Node, right: Node) -> float:
        one, two = scope.evaluate(left), scope.evaluate(right)
        if isinstance(one, tuple) or isinstance(two, tuple):
            return 0.0 if one == two else np.inf
        scale = 0.0
        if not (_any(one) and _any(two)):
            scale = max(_magnitude(scope, left), _magnitude(scope, right))
        return self.difference(one, two, right, scale)

    def difference(self, one: Value, two: Value, node: Node, scale: float = 0.0) -> float:
        """Return the relative difference of two values of one shape."""
        if isinstance(one, Jacobian) and isinstance(two, Jacobian):
            if (one.output, one.variable) != (two.output, two.variable):
                raise Refusal("derivatives of different things", span=node.span)
            a, b = one.array, two.array
        elif any(isinstance(side, np.ndarray) and side.ndim > 2 for side in (one, two)):
            a, b = (np.asarray(values.to_numpy(side)) for side in (one, two))
        else:
            try:
                a, b = plain(one), plain(two)
            except Refusal as refusal:
                raise Refusal(refusal.what, refusal.how, node.span) from None
        if a.shape != b.shape:
            raise Refusal(f"{values.shown(a.shape)} = {values.shown(b.shape)}: unequal shapes",
                          values._advice(a.shape, b.shape), node.span)  # fmt: skip
        if not (np.all(np.isfinite(a)) and np.all(np.isfinite(b))):
            raise Refusal("a value is not finite", span=node.span)
        size = max(float(np.max(np.abs(a))), float(np.max(np.abs(b))), scale)
        if size > 0:
            self.vacuous = False
        return float(np.max(np.abs(a - b))) / (size or 1.0)

    def ordered(self, scope: Scope, relation: str, left: Node, right: Node) -> float:
        one = float(np.real(scalar(scope.evaluate(left), "a side of an inequality")))
        two = float(np.real(scalar(scope.evaluate(right), "a side of an inequality")))
        self.vacuous = False
        excess = one - two if relation in ("\\le", "<") else two - one
        scale = max(abs(one), abs(two), _magnitude(scope, left), _magnitude(scope, right), 1e-300)
        strict = relation in ("<", ">") and excess == 0
        return 1.0 if strict else max(0.0, excess / scale)

    def inside(self, scope: Scope, relation: str, left: Node, right: Node) -> float:
        members, whole = scope.evaluate(left), scope.evaluate(right)
        if not isinstance(whole, tuple):
            raise Refusal("not an index set", span=right.span)
        wanted = members if isinstance(members, tuple) else (scope.integer(left),)
        self.vacuous = False
        if relation == "\\subseteq" and not set(range(1, max(whole) + 1)) >= set(whole):
            return 1.0
        return 0.0 if set(wanted) <= set(whole) else 1.0

    def limit(self, scope: Scope, node: tree.Limit, other: Node) -> float:
        if self.options.kind != "limit":
            raise Refusal("a limit", "use the kind limit", node.span)
        self.vacuous = False
        return _along(scope, node, other)

    # ------------------------------------------------------------------------------- the kinds

    def is_plain(self, statement: tree.Chain) -> bool:
        return _is_target(statement.parts[0])

    def is_target(self, statement: tree.Chain) -> bool:
        """Whether the code computes the left side of this statement."""
        return any(self.target(binding) is statement for binding in self.bound)

    def target(self, binding: Binding) -> tree.Chain | None:
        if not binding.left:
            return _first(self.display)
        for statement in self.display.statements:
            if isinstance(statement, tree.Chain):
                start, end = statement.parts[0].span
                if text(tokenize(self.latex[start:end])) == binding.left:
                    return statement
        return None

    def with_code(self, scope: Scope, binding: Binding) -> Iterator[float]:
        """Compare what a statement says with what the code returns."""
        statement = self.target(binding)
        if statement is None:
            left = self.local.expression(binding.left)
            computed = values.from_numpy(call_bound(scope, binding.call))
            yield self.difference(scope.evaluate(left), computed, self.display)
            return
        inner = self.bound_left(scope, statement.parts[0])
        computed = values.from_numpy(call_bound(inner, binding.call))
        for part in statement.parts[1:]:
            value = inner.evaluate(part)
            if isinstance(value, Jacobian):
                value = np.asarray(values.to_numpy(value))
            yield self.difference(value, computed, part)

    def bound_left(self, scope: Scope, left: Node) -> Scope:
        """Return the draw with the indices of the left side at some value of their range."""
        node = left.function if isinstance(left, tree.Call) else left
        if not isinstance(node, tree.Member):
            return scope
        pattern = self.local.table.patterns[node.name]
        declaration = self.local.table.declarations[pattern.parent]
        for place, index in enumerate(node.indices):
            if isinstance(index, tree.Symbol) and index.name not in self.local.table.declarations:
                if declaration.index is not None:
                    low, high = (scope.latex_integer(bound) for bound in declaration.index[1:])
                else:
                    assert declaration.domain is not None
                    low, high = 1, scope.shape(declaration.domain, ())[place]
                scope = scope.at(**{index.name: low + scope.seed % (high - low + 1)})
        return scope

    def optimum(self, scope: Scope, statement: tree.Chain, node: tree.Optimum) -> Iterator[float]:
        """Check the optimum of a statement, and the values that it is said to have."""
        others = [part for part in statement.parts if part is not node]
        if self.options.code:
            result = call_bound(scope, self.options.code)
            items = result if isinstance(result, tuple) else (result,)
            candidate: list[Value] = [values.from_numpy(item) for item in items]
        elif node.arg and others:
            named = others[0].items if isinstance(others[0], tree.Tuple) else (others[0],)
            candidate = [scope.evaluate(item) for item in named]
        else:
            raise Unbound("no code gives the optimum", r"write :code: solve(\mathbf{X})")
        certificate = None
        if self.options.certificate:
            certificate = self.local.expression(self.options.certificate)
        error, value = verify(scope, node, self.display.conditions, candidate, certificate)
        self.vacuous = False
        yield error
        if not node.arg:
            for part in others:
                yield self.difference(scope.evaluate(part), value, part)

    def law(self, scope: Scope) -> float:
        """Compare a sampler with its law, number by number, from twin generators."""
        statement = _first(self.display)
        left = statement.parts[0]
        ours, theirs = (np.random.default_rng(scope.seed) for _ in range(2))
        drawn = values.from_numpy(call_bound(scope, self.bound[0].call, rng=theirs))
        if isinstance(left, tree.Expectation) and left.variance:
            member = left.body
            if not isinstance(member, tree.Member):
                raise Refusal(
                    "the variance of what?", r"write \operatorname{Var}(W_{ij})", left.span
                )
            parent = self.local.table.declarations[self.local.table.patterns[member.name].parent]
            assert parent.domain is not None
            shape = scope.shape(parent.domain, ())
            error = 0.0
            for part in statement.parts[1:]:
                spread = np.sqrt(scalar(scope.evaluate(part), "a variance"))
                wanted = values.from_numpy(spread * _state(ours).standard_normal(shape))
                error = max(error, self.difference(wanted, drawn, part))
            return error
        body = statement.parts[1]
        if not isinstance(left, tree.Member) or not isinstance(body, tree.Cases):
            raise Refusal("a law is a variance, or cases with probabilities", span=statement.span)
        index = left.indices[0]
        assert isinstance(index, tree.Symbol)
        size = drawn.shape[0]
        entries = []
        for place, uniform in enumerate(ours.random(size), start=1):
            inner = scope.at(**{index.name: place})
            edges = np.cumsum([float(p) for p in inner.probabilities(body)])
            outcome = int(np.searchsorted(edges[:-1], uniform, side="right"))
            entries.append(inner.array(body.rows[outcome][0]))
        return self.difference(np.stack(entries).reshape(-1, 1), drawn, body)


def _first(display: tree.Display) -> tree.Chain:
    for statement in display.statements:
        if isinstance(statement, tree.Chain) and statement.relations[:1] in (
            ("=",), ("\\leftarrow",)
        ):  # fmt: skip
            return statement
    raise Refusal("no statement of the form left = right")


def _is_target(left: Node) -> bool:
    """Whether a left side is a name, or a function of names: something to be computed."""
    if isinstance(left, tree.Call):
        return not left.primes and all(isinstance(a, tree.Symbol | tree.Member)
                                       for a in left.arguments)  # fmt: skip
    return isinstance(left, tree.Symbol | tree.Member)


def _ranged(scope: Scope, statement: tree.Quantifier) -> None:
    """Refuse a printed range that is not the declared one."""
    from .dots import fill

    printed = [scope.integer(item) for item in fill(statement.items, scope)]
    domain = scope.page.table.declarations[statement.variable].domain
    assert domain is not None
    low, high = (scope.latex_integer(part) for part in domain.parameters)
    if printed != list(range(low, high + 1)):
        raise Refusal(f"the printed range of {statement.variable} is not the declared one",
                      span=statement.span)  # fmt: skip


def _any(value: Value) -> bool:
    array = value.array if isinstance(value, Jacobian) else plain(value)
    return bool(np.any(array != 0))


def _magnitude(scope: Scope, node: Node) -> float:
    """Return the size of the terms of an expression, which may cancel."""
    if isinstance(node, tree.Group | tree.Negative):
        return _magnitude(scope, node.body)
    if isinstance(node, tree.Add):
        return max(_magnitude(scope, term) for term in node.terms)
    try:
        if isinstance(node, tree.Partial | tree.Gradient):
            return scope.slope_nearby(node)
        if isinstance(node, tree.Product):
            return float(np.prod([_magnitude(scope, factor) for factor in node.factors]))
        value = scope.evaluate(node)
    except Refusal:
        return 0.0
    array = value.array if isinstance(value, Jacobian) else plain(value)
    return float(np.max(np.abs(array)))


def _state(rng: np.random.Generator) -> np.random.Generator:
    """Return a generator in the same state, so that each part meets the same numbers."""
    twin = np.random.default_rng(0)
    twin.bit_generator.state = rng.bit_generator.state
    return twin


# ------------------------------------------------------------------------- sequences and their rates


def _without_remainder(node: Node) -> tuple[Node, tree.Order | None]:
    if isinstance(node, tree.Add) and isinstance(node.terms[-1], tree.Order):
        terms = node.terms[:-1]
        rest = terms[0] if len(terms) == 1 else tree.Add(terms, span=node.span)
        return rest, node.terms[-1]
    return node, None


def _rate(scope: Scope, left: Node, right: Node, order: tree.Order) -> float:
    """Compare the rate at which two sides approach each other with the stated order."""
    assert isinstance(order.variable, tree.Symbol)
    direction = scope.array(order.variable)
    gaps = []
    for k in range(3, 8):
        inner = scope.binding({order.variable.name: direction / abs(direction) * 2.0**-k})
        one, two = inner.array(left), inner.array(right)
        if one.shape != two.shape:
            raise Refusal("unequal shapes", span=right.span)
        gaps.append(float(np.max(np.abs(one - two))))
    if max(gaps) == 0:
        raise Refusal("the approximation is exact", "write =")
    slopes = np.log2(np.array(gaps[:-1]) / np.maximum(gaps[1:], 1e-300))
    return 0.0 if abs(slopes[-1] - order.order) < 0.25 else float(abs(slopes[-1] - order.order))


def _along(scope: Scope, node: tree.Limit, other: Node) -> float:
    """Follow a sequence to its limit; the gap must close at a steady rate."""
    if not isinstance(node.variable, tree.Symbol):
        raise Refusal("a limit in a name with indices", span=node.variable.span)
    goal = scope.array(other)
    gaps = []
    for k in range(1, 6):
        if node.point is None:
            at = np.asarray(10.0 ** (k + 2))
        else:
            at = scope.array(node.point) + (-1.0) ** scope.seed * 10.0 ** (-k / 2 - 1)
        value = scope.binding({node.variable.name: at}).array(node.body)
        if value.shape != goal.shape:
            raise Refusal(f"{values.shown(value.shape)} cannot go to {values.shown(goal.shape)}",
                          span=node.span)  # fmt: skip
        gaps.append(float(np.max(np.abs(value - goal))))
    pace = 1.0 if node.point is None else 0.5
    slopes = np.log10(np.array(gaps[:-1]) / np.maximum(gaps[1:], 1e-300)) / pace
    steady = abs(slopes[-1] - slopes[-2]) < 0.1 and slopes[-1] > 0.4
    return 0.0 if steady else float(max(gaps[-1], 1e-6))
