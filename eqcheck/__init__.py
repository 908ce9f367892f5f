r"""Executable LaTeX: displayed formulas run from their own source, with NumPy.

A page declares its symbols; a formula is parsed, evaluated on random draws and compared, with
itself (both sides of an equation) or with code; so are its wrong versions, which must be caught.

>>> page = Page(r'''
... n = 5 | 样本数 | number of samples
... d = 3 | 特征数 | number of features
... \mathbf{X} : R[n,d]
... \mathbf{w} : R[d]
... ''')
>>> result = check(page, r"(\mathbf{X}\mathbf{w})^{\top} = \mathbf{w}^{\top}\mathbf{X}^{\top}")
>>> result.state, result.killed == result.mutants
('checked', True)
"""

from .checks.attack import Attempt, attack
from .checks.check import check, fingerprint
from .checks.condition import check_condition
from .checks.mutate import Mutant, mutants
from .checks.report import FAILING, GREY, KINDS, PASSING, Result
from .checks.rewrite import rewritings
from .checks.sentence import Counterexample
from .errors import Refusal, Unbound
from .grammar.calls import letters_of_code
from .grammar.domains import Domain
from .grammar.names import letters
from .grammar.symbols import Line, read_line
from .values.page import Page

__all__ = [
    "FAILING",
    "GREY",
    "KINDS",
    "PASSING",
    "Attempt",
    "Counterexample",
    "Domain",
    "Line",
    "Mutant",
    "Page",
    "Refusal",
    "Result",
    "Unbound",
    "attack",
    "check",
    "check_condition",
    "fingerprint",
    "letters",
    "letters_of_code",
    "mutants",
    "read_line",
    "rewritings",
]
