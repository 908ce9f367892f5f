"""How one formula of a document is run: as its check says, or as a condition that must be possible.

A document takes another function in the place of :func:`run_formula`, as one that keeps results.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from ..checks.check import check
from ..checks.condition import check_condition
from ..checks.report import Result
from ..values.page import Page
from .options import arguments

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
    return check(page, latex, label=label, name=name, attack=attack, **arguments(options))
