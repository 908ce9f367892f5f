"""Run a formula on draws, random ones and on boundaries: how far its sides are apart at most."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

import numpy as np

from ..errors import Refusal
from ..grammar import tree
from ..grammar.statements import parse_display
from ..values.page import Page
from ..values.scope import Scope
from ..values.work import computing
from .compare import TOLERANCE, Comparisons, Options
from .edges import edge_gaps
from .tight import check_tight


def largest_error(
    page: Page, latex: str, options: Options, draws: int, *, thorough: bool = True
) -> float:
    r"""Return the largest error of all draws; stop at the first that is too large.

    What is thorough confirms derivatives, and refuses what compares nothing.

    Examples
    --------
    >>> page, options = Page("x : R"), Options("identity", "", 1e-9, "", "")
    >>> largest_error(page, "(x + 1)^2 = x^2 + 2 x + 1", options, 5) < 1e-9
    True
    """
    with computing():
        return _worst(page, latex, options, draws, thorough)


def always_holds(page: Page, latex: str, kind: str, draws: int) -> bool:
    """Tell whether a formula holds on all of some draws, at the first on which it does not.

    Examples
    --------
    >>> page = Page("x : R+")
    >>> [always_holds(page, latex, "bound", 20) for latex in ("x > 0", "x > 1")]
    [True, False]
    """
    options = Options(kind, "", TOLERANCE, "", "")
    try:
        return largest_error(page, latex, options, draws, thorough=False) <= TOLERANCE
    except Refusal:
        return False


def fails_on_random_draws(page: Page, latex: str, options: Options, draws: int) -> bool:
    """Tell whether a formula fails on random draws; boundaries are not looked for.

    Examples
    --------
    >>> page, options = Page("x : R"), Options("identity", "", 1e-9, "", "")
    >>> fails_on_random_draws(page, "(x + 1)^2 = x^2 + 3 x + 1", options, 5)
    True
    """
    with computing():
        runner = _comparisons(page, latex, options)
        scopes = (Scope(runner.local, seed, work=options.work) for seed in range(draws))
        gaps = (gap for scope in scopes for gap in runner.gaps(scope))
        return any(not gap.error <= options.tolerance for gap in gaps)


def _comparisons(page: Page, latex: str, options: Options) -> Comparisons:
    options.work.take(len(latex) + len(options.code))
    display, table = parse_display(latex, page.table, introduce=False)
    local = page.with_definitions(display.statements, table)
    return Comparisons(page, local, latex, display, options)


def _worst(page: Page, latex: str, options: Options, draws: int, thorough: bool) -> float:
    runner = _comparisons(page, latex, options)
    local, display = runner.local, runner.display
    worst, vacuous = 0.0, True
    branches: dict[int, set[int]] = {}
    confirmed = min(3, 1 + draws // 10) if thorough else 0  # draws on which derivatives are
    scopes = [
        Scope(local, seed, confirm=seed < confirmed, branches=branches, work=options.work)
        for seed in range(draws)
    ]
    random = (gap for scope in scopes for gap in runner.gaps(scope))
    edges = (gap for _, gap in edge_gaps(runner, scopes))
    for gap in chain(random, edges):
        if not gap.error <= options.tolerance:
            return np.inf if np.isnan(gap.error) else gap.error
        worst = max(worst, gap.error)
        vacuous = vacuous and gap.vacuous
    if options.tight:
        check_tight(runner, scopes)
    runner.left.check_arguments()
    runner.check_conditions()
    if thorough:
        _all_branches(local, display, branches)
        if vacuous:
            raise Refusal("both sides are zero on every draw: nothing was compared")
    options.work.take(0)  # a refusal that was passed over is met here
    return worst


def _all_branches(page: Page, display: tree.Display, branches: Mapping[int, set[int]]) -> None:
    """Refuse cases of which one was never met."""
    if not branches:
        return
    bodies = [item.body for items in page.definitions.values() for item in items]
    for body in (display, *bodies):
        for node in body.walk():
            met = branches.get(id(node))
            if met is not None and isinstance(node, tree.Cases) and len(met) < len(node.rows):
                raise Refusal("a case was never met: widen the domain", span=node.span)
