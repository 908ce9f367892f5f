r"""Run a formula: every relation on random draws, and every wrong version of it.

Each kind is a way to compare: both sides (identity), a side and a Python callable (code), a
candidate and what makes it optimal, a sequence and its limit, a sampler and its law.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import chain
from types import MappingProxyType

import numpy as np

from ..errors import Refusal, Unbound
from ..grammar import tree
from ..grammar.statements import parse_display
from ..values.page import Page
from ..values.scope import Scope
from ..values.work import computing
from .compare import Comparisons, Options
from .counterexample import counterexample
from .edges import edge_gaps
from .mutate import mutants
from .report import GREY, KINDS, Result

DRAWS = 20
MUTANT_DRAWS = 8
BOUND_DRAWS = 40  # of its mutants: on one side of a bound even a wrong one holds
TOLERANCE = 1e-9
EXPECTED = ("checked", "wrong", "refused")


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
        identity, bound, code, optimality, limit, distribution, definition, notation or model.
    label, name : str
        The formula's label and its page's name, for the result.
    code : str
        ``f(args)``, or lines ``LEFT = f(args)``: what the formula is compared with.
    why : str
        Why there is nothing to compare, for the last three kinds; with ``expect="refused"``, words
        that the refusal must contain.
    expect : str
        "checked"; for a formula that is shown because it fails, "wrong" or "refused".
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
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, got {kind!r}")
    if expect not in EXPECTED:
        raise ValueError(f"expect must be one of {', '.join(EXPECTED)}, got {expect!r}")
    options = Options(kind, code, tolerance, order, certificate)

    def result(state: str, message: str = "", **evidence: float | int) -> Result:
        return Result(label, name, kind, state, latex, message=message, **evidence)  # type: ignore[arg-type]

    if kind in GREY:
        return result(kind, why)
    try:
        error = _run(page, latex, options, draws)
        if expect == "checked" and not error > tolerance:
            return _attacked(page, latex, options, equivalent, result, error, draws)
    except Unbound as refusal:
        return result("unbound", refusal.located(latex))
    except Refusal as refusal:
        message = refusal.located(latex)
        meant = expect == "refused" and why in message
        if meant:
            return result("wrong-as-expected", message)
        return replace(result("refused", message), missing=refusal.missing)
    if error > tolerance:
        state = "wrong-as-expected" if expect == "wrong" else "wrong"
        shown = counterexample(page, latex, options, draws)
        message = f"the sides differ by {error:.2g} of their size"
        if np.isinf(error):
            message = "what is said of the sides does not hold"
        message += f"; {shown}" * bool(shown)
        return replace(result(state, message, error=error, draws=draws), counterexample=shown)
    return result("wrong", f"expected to be {expect}, but it holds", error=error, draws=draws)


def fingerprint(page: Page, latex: str, **options: object) -> str:
    """Return a hash of all that a result depends on, but for the code of Python callables.

    Examples
    --------
    >>> fingerprint(Page("x : R"), "x = x") == fingerprint(Page("x : R"), "x = x")
    True
    """
    content = repr((page.fingerprint(), latex, sorted((k, repr(v)) for k, v in options.items())))
    return hashlib.sha256(content.encode()).hexdigest()


def _attacked(
    page: Page,
    latex: str,
    options: Options,
    equivalent: Mapping[str, str],
    result: Callable[..., Result],
    error: float,
    draws: int,
) -> Result:
    """Run the mutants; a survivor must be listed, and what is listed must survive."""
    with computing():
        found = mutants(latex, page, work=options.work)
    survivors = [mutant for mutant in found if not _killed(page, mutant.latex, options)]
    evidence = {
        "error": error,
        "draws": draws,
        "mutants": len(found),
        "killed": len(found) - len(survivors),
    }
    names = [mutant.name for mutant in survivors]
    wrong = [one for one in survivors if one.turns or options.kind != "bound"]
    unknown = [mutant.name for mutant in wrong if mutant.name not in equivalent]
    stale = [name for name in equivalent if name not in names]
    if unknown:
        listed = "; ".join(unknown)
        message = f"these wrong versions pass: {listed}; list as equivalent those that are true"
        return result("survived", message, **evidence)
    if stale:
        message = f"listed as equivalent, but caught: {'; '.join(stale)}; leave that out"
        return result("survived", message, **evidence)
    reasons = "; ".join(f"{name} is true: {equivalent[name]}" for name in equivalent)
    return result("checked", reasons, **evidence)


def _killed(page: Page, latex: str, options: Options) -> bool:
    draws = BOUND_DRAWS if options.kind == "bound" else MUTANT_DRAWS
    try:
        return _run(page, latex, options, draws, thorough=False) > options.tolerance
    except Refusal:
        options.work.take(0)  # what was too much work was not found wrong
        return True


def _run(page: Page, latex: str, options: Options, draws: int, thorough: bool = True) -> float:
    """Return the largest error of all draws; stop at the first that is too large."""
    with computing():
        return _worst(page, latex, options, draws, thorough)


def _worst(page: Page, latex: str, options: Options, draws: int, thorough: bool) -> float:
    options.work.take(len(latex) + len(options.code))
    display, table = parse_display(latex, page.table, introduce=False)
    local = page.with_definitions(display.statements, table)
    runner = Comparisons(page, local, latex, display, options)
    worst, vacuous = 0.0, True
    branches: dict[int, set[int]] = {}
    scopes = [
        Scope(local, seed, confirm=thorough and seed < 3, branches=branches, work=options.work)
        for seed in range(draws)
    ]
    random = (gap for scope in scopes for gap in runner.gaps(scope))
    edges = (gap for _, gap in edge_gaps(runner, scopes))
    for gap in chain(random, edges):
        if not gap.error <= options.tolerance:
            return np.inf if np.isnan(gap.error) else gap.error
        worst = max(worst, gap.error)
        vacuous = vacuous and gap.vacuous
    runner.left.check_arguments()
    if thorough:
        _all_branches(local, display, branches)
        if vacuous:
            raise Refusal("both sides are zero on every draw: nothing was compared")
    options.work.take(0)  # a refusal that was passed over is met here
    return worst


def _all_branches(page: Page, display: tree.Display, branches: Mapping[int, set[int]]) -> None:
    """Refuse cases of which one was never met."""
    bodies = [item.body for items in page.definitions.values() for item in items]
    for body in (display, *bodies):
        for node in body.walk():
            met = branches.get(id(node))
            if met is not None and isinstance(node, tree.Cases) and len(met) < len(node.rows):
                raise Refusal("a case was never met: widen the domain", span=node.span)
