"""Two expressions of one table: whether their normal forms are the same, and their values."""

from __future__ import annotations

import numpy as np

from eqcheck import Page
from eqcheck.checks.proofs.forms import Form
from eqcheck.checks.proofs.normal import Normal
from eqcheck.values.scope import Scope


def forms(table: str, *written: str) -> list[Form]:
    """Return the normal form of each expression."""
    page = Page(table)
    return [Normal(Scope(page, 0)).form(page.expression(latex)) for latex in written]


def have_the_same_form(table: str, one: str, two: str) -> bool:
    first, second = forms(table, one, two)
    return first == second


def have_the_same_values(table: str, one: str, two: str) -> bool:
    """Tell whether two expressions agree on five draws."""
    return all(map(np.allclose, _values(table, one), _values(table, two)))


def _values(table: str, latex: str) -> list[object]:
    page = Page(table)
    return [Scope(page, seed).array(page.expression(latex)) for seed in range(5)]
