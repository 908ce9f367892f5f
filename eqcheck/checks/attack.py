"""Attack a formula: each wrong version of its LaTeX must be found wrong, or refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from ..errors import Refusal
from ..values.page import Page
from ..values.work import Work, computing
from .compare import TOLERANCE, Options
from .equivalent import why_equivalent
from .mutate import Mutant, mutants
from .run import fails_on_random_draws, largest_error

DRAWS = 8
BOUND_DRAWS = 40  # on one side of a bound even a wrong version holds


class Attempt(NamedTuple):
    """A wrong version, whether it is caught, and how many there are.

    ``why`` is the reason why one that lives is true, where that is proved.
    """

    mutant: Mutant
    is_caught: bool
    of: int
    why: str = ""

    def is_excused(self, kind: str) -> bool:
        """Whether it need not be caught: it is true, or a bound, beside which weaker ones are."""
        weaker = not (self.mutant.turns or self.mutant.equates)
        return bool(self.why) or (kind == "bound" and weaker)


def attack(
    page: Page,
    latex: str,
    *,
    kind: str = "identity",
    code: str = "",
    certificate: str = "",
    order: str = "",
    tight: str = "",
    tolerance: float = TOLERANCE,
) -> Iterator[Attempt]:
    r"""Yield the wrong versions of a formula that holds, one after the other, as they are tried.

    The options are those of ``check``, which does the same at once.

    Raises
    ------
    Refusal
        If the formula cannot be read.

    Examples
    --------
    >>> attempts = [*attack(Page("x, y : R"), "(x + y)^2 = x^2 + 2 x y + y^2")]
    >>> attempts[1].mutant.latex, attempts[1].is_caught, attempts[1].of == len(attempts)
    ('( + y)^2 = x^2 + 2 x y + y^2', True, True)
    """
    return attempts(page, latex, Options(kind, code, tolerance, order, certificate, tight))


def attempts(page: Page, latex: str, options: Options) -> Iterator[Attempt]:
    """Yield the attempts, with options that count the work of all."""
    with computing():
        found = mutants(latex, page, work=options.work)
    proofs, sides = Work(), replace(options, sides={})
    for mutant in found:
        attempt = Attempt(mutant, _is_caught(page, mutant.latex, options, sides), len(found))
        if not (attempt.is_caught or attempt.is_excused(options.kind)):
            why = why_equivalent(page, latex, mutant.latex, options, proofs)
            attempt = attempt._replace(why=why)
        yield attempt


def _is_caught(page: Page, latex: str, options: Options, sides: Options) -> bool:
    """Whether a wrong version fails: at first with sides that others have as well, then alone."""
    draws = BOUND_DRAWS if options.kind == "bound" else DRAWS
    try:
        if options.kind == "identity" and fails_on_random_draws(page, latex, sides, draws):
            return True
        return largest_error(page, latex, options, draws, thorough=False) > options.tolerance
    except Refusal:
        options.work.take(0)  # what was too much work was not found wrong
        return True
