r"""Run a formula: every relation on random draws, and every wrong version of it.

Each kind is a way to compare: both sides (identity), a side and a Python callable (code), a
candidate and what makes it optimal, a sequence and its limit, a sampler and its law.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from ..errors import Refusal, Unbound
from ..values.page import Page
from .attack import attempts
from .compare import TOLERANCE, Options
from .counterexample import counterexample
from .report import GREY, KINDS, Result
from .run import largest_error

DRAWS = 20
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
    tight: str = "",
    draws: int = DRAWS,
    tolerance: float = TOLERANCE,
    attack: bool = True,
    truth: str = "",
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
    tight : str
        Where the sides of inequalities are equal: lines such as ``x = 0``, of names that are drawn.
    draws : int
        How many random draws to run on.
    tolerance : float
        The largest relative error that counts as rounding.
    attack : bool
        Whether the mutants are run, too; ``attack`` runs them one by one.
    truth : str
        A version that is known to be right: a counterexample counts only if it holds there.

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
    options = Options(kind, code, tolerance, order, certificate, tight)

    def result(state: str, message: str = "", **evidence: float | int) -> Result:
        steps = options.work.steps
        return Result(label, name, kind, state, latex, message=message, steps=steps, **evidence)  # type: ignore[arg-type]

    if kind in GREY:
        return result(kind, why)
    try:
        error = largest_error(page, latex, options, draws)
        if expect == "checked" and not error > tolerance:
            if not attack:
                return result("checked", error=error, draws=draws)
            return _attacked(page, latex, options, equivalent, result, error, draws)
    except Unbound as refusal:
        return replace(result("unbound", refusal.located(latex)), refusal=refusal)
    except Refusal as refusal:
        message = refusal.located(latex)
        meant = expect == "refused" and why in message
        if meant:
            return result("wrong-as-expected", message)
        return replace(result("refused", message), missing=refusal.missing, refusal=refusal)
    if error > tolerance:
        state = "wrong-as-expected" if expect == "wrong" else "wrong"
        found = counterexample(page, latex, options, draws, truth)
        shown = str(found or "")
        message = f"the sides differ by {error:.2g} of their size"
        if np.isinf(error):
            message = "what is said of the sides does not hold"
        message += f"; {shown}" * bool(shown)
        evidence = result(state, message, error=error, draws=draws)
        return replace(evidence, counterexample=shown, witness=found)
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
    tried = [*attempts(page, latex, options)]
    survivors = [attempt for attempt in tried if not attempt.is_caught]
    evidence = {
        "error": error,
        "draws": draws,
        "mutants": len(tried),
        "killed": len(tried) - len(survivors),
    }
    names = [attempt.mutant.name for attempt in survivors]
    wrong = [one.mutant.name for one in survivors if not one.is_excused(options.kind)]
    unknown = [name for name in wrong if name not in equivalent]
    stale = [name for name in equivalent if name not in names]
    if unknown:
        listed = "; ".join(unknown)
        message = f"these wrong versions pass: {listed}; list as equivalent those that are true"
        return result("survived", message, **evidence)
    if stale:
        message = f"listed as equivalent, but caught: {'; '.join(stale)}; leave that out"
        return result("survived", message, **evidence)
    proved = {one.mutant.name: one.why for one in survivors if one.why} | {**equivalent}
    reasons = "; ".join(f"{name} is true: {why}" for name, why in proved.items())
    return replace(result("checked", reasons, **evidence), true=tuple(proved))
