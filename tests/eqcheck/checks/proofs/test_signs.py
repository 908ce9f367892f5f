"""What cannot be negative or zero, by the domains of its names."""

from __future__ import annotations

import pytest

from eqcheck import Page
from eqcheck.checks.proofs.normal import Normal
from eqcheck.checks.proofs.signs import is_never_negative, is_never_zero
from eqcheck.values.scope import Scope

TABLE = r"""
d = 3
x : R
u : R+
w : R*
s : (0.05, 0.6)
t : (-1, 1)
\mathbf{v} : R[d]
m = -u
"""


def answers(latex: str) -> tuple[bool, bool]:
    page = Page(TABLE)
    normal = Normal(Scope(page, 0))
    form = normal.form(page.expression(latex))
    return is_never_negative(normal, form), is_never_zero(normal, form)


@pytest.mark.parametrize(
    ("latex", "not_negative", "not_zero"),
    [
        ("x", False, False),
        ("x^2 + u", True, False),
        ("u", True, True),
        ("3 u w", False, True),
        ("w^2", True, True),
        ("s + |x|", True, False),
        ("t", False, False),
        (r"\|\mathbf{v}\|_2 x^2", True, False),
        ("u - x^2", False, False),
        ("m", False, True),
        ("w u^{-1}", False, True),
        ("2", True, True),
        (r"\mathbf{v}", False, False),
    ],
)
def test_domains_say_what_a_value_cannot_be(latex: str, not_negative: bool, not_zero: bool) -> None:
    assert answers(latex) == (not_negative, not_zero)


def test_of_what_is_varied_nothing_is_known() -> None:
    page = Page(TABLE)
    normal = Normal(Scope(page, 0), held=frozenset("u"))
    form = normal.form(page.expression("u"))
    assert not is_never_negative(normal, form)
    assert not is_never_zero(normal, form)
