r"""Formulas in docstrings, each checked against the function that it documents.

A display, ``.. math::`` or ``$$``, is followed by what its letters stand for.  The lines are a
comment: they read well where a docstring is read as it is, and are printed nowhere else::

    .. math:: \ell(y, \hat{y}) = \frac{1}{2}(y - \hat{y})^2

    .. with y, \hat{y} : R

>>> display = r"\ell(y, \hat{y}) = \frac{1}{2}(y - \hat{y})^2"
>>> formula = Formula("squared_loss", 3, display, (Written(5, r"y, \hat{y} : R"),))
>>> result = run(formula, {"squared_loss": lambda y, y_hat: (y - y_hat) ** 2})
>>> result.state, result.counterexample
('wrong', 'with y = 0, \\hat{y} = 1: formula 0.5, code 1')
"""

from .execute import run, understood, unrun
from .packages import Documented, check_package, formulas_of, names_for
from .source import Formula, Written, read_formulas

__all__ = [
    "Documented",
    "Formula",
    "Written",
    "check_package",
    "formulas_of",
    "names_for",
    "read_formulas",
    "run",
    "understood",
    "unrun",
]
