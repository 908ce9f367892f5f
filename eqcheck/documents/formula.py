"""How one formula of a document is run: as its check says, or as a condition that must be possible.

A document takes another function in the place of :func:`run_formula`, as one that keeps results.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol

from ..checks.check import DRAWS, check
from ..checks.condition import check_condition
from ..checks.report import Result
from ..values.page import Page
from .options import arguments

FEW = 2  # draws of what is run fast
CONDITION = {"kind": "condition"}  # no kind of a check: documents list them


class RunFormula(Protocol):
    """Runs a formula with the options of its check, as they are written."""

    def __call__(
        self, page: Page, latex: str, options: Mapping[str, Any], *, label: str, name: str
    ) -> Result:
        """Return what running it finds; raise ValueError if an option has no such value."""


def run_formula(
    page: Page,
    latex: str,
    options: Mapping[str, Any],
    *,
    label: str,
    name: str,
    attack: bool = True,
    draws: int = DRAWS,
) -> Result:
    """Run a formula of a document; ``attack=False`` leaves its wrong versions out.

    Raises
    ------
    ValueError
        If an option has no such value.

    Examples
    --------
    >>> run_formula(Page("x : R"), "x + x = 2 x", {"kind": "identity"}, label="eq-x", name="").state
    'checked'
    """
    if options == CONDITION:
        return check_condition(page, latex, name=name)
    how = {**arguments(options), "attack": attack, "draws": draws}
    return check(page, latex, label=label, name=name, **how)


def run_fast(
    page: Page, latex: str, options: Mapping[str, Any], *, label: str, name: str
) -> Result:
    """Run a formula on few draws, without its wrong versions; on all, if it fails on those.

    So nothing is refused for the sake of the few, and what is wrong is told as always.

    Examples
    --------
    >>> options = {"kind": "identity"}
    >>> run_fast(Page("x : R"), "x + x = 2 x", options, label="eq-x", name="").draws
    2
    >>> run_fast(Page("x : R"), "x + x = 3 x", options, label="eq-x", name="").draws
    20
    """
    run = partial(run_formula, page, latex, options, label=label, name=name, attack=False)
    return on_few_draws(run)


def on_few_draws(run: Callable[..., Result]) -> Result:
    """Return what ``run`` finds on few draws; on all, if it fails on those."""
    result = run(draws=FEW)
    return result if result.passed else run()
