"""Which formulas relate what they name, and how: told by the signs that stand outermost in them."""

from __future__ import annotations

import re

from ..grammar.names import letters
from ..grammar.vocabulary import DEEPEST
from ..values.page import Page

# Scripts, words and what stands above or below a sign, with its braces; and braces of no such.
GROUP = re.compile(
    r"(?:[_^]|\\(?:text[a-z]*|mbox|operatorname|overset|underset|stackrel|[hv]?phantom)\*?)\s*"
    r"\{[^{}]*\}|\{([^{}]*)\}"
)
EQUALITY = re.compile(r"=|≈|\\(?:approx|equiv)(?![A-Za-z])")
RELATION = re.compile(
    r"[=<>∈-∍∝∣-∦∼-⊋⊢-⊷←→↔⇐⇒⇔↦↩↪⟵-⟿⩽⩾]|\\(?:le|ge|ne|lt|gt|ll|gg|lll|ggg|nless|ngtr"
    r"|in|notin|ni|to|gets|iff|implies|impliedby|asymp|equiv|n?cong|(?:var)?propto|n?mid|n?parallel"
    r"|perp|models|[vV]{1,2}[dD]ash|xlongequal|eqq?colon|[A-Za-z]*(?:eqq?|eqslant|sim|approx|mapsto"
    r"|su[bp]set|prec|succ)|(?!over|under)[A-Za-z]*(?:[lL]eft|[rR]ight)arrow)(?![A-Za-z])"
)


def outermost(latex: str) -> str:
    r"""Return a formula without scripts, words and braces: what stands there relates nothing.

    >>> outermost(r"\sum_{k=0}^{d} \boxed{a{=}b} \text{ if } c").split()
    ['\\sum', '\\boxed', 'a', '=', 'b', 'c']
    """
    latex = latex.replace(r"\{", "(").replace(r"\}", ")")
    for _ in range(DEEPEST):  # what is nested more deeply is refused
        shorter = GROUP.sub(r" \1 ", latex)
        if shorter == latex:
            break
        latex = shorter
    return latex


def states_relation(latex: str) -> bool:
    r"""Tell whether a formula relates what it names.

    >>> states_relation(r"\eta = 0.5"), states_relation(r"\sum_{i=1}^{n} x_i")
    (True, False)
    """
    return RELATION.search(outermost(latex)) is not None


def kind_of(latex: str) -> str:
    r"""Return as what a formula is run if nothing says how: an identity, or a bound.

    >>> kind_of("x^2 \\ge 0"), kind_of("x + x = 2 x")
    ('bound', 'identity')
    """
    return "identity" if EQUALITY.search(outermost(latex)) else "bound"


def names_sizes_only(page: Page, latex: str) -> bool:
    r"""Tell whether all that a formula names of a page's table are dimensions or widths.

    >>> page = Page("n = 5 \n d_l = 4, 3 \n x : R")
    >>> [names_sizes_only(page, latex) for latex in ("n > d_1", "n > x", "1 + 1 = 2")]
    [True, False, False]
    """
    kinds = {letter: line.kind for line in page.lines for letter in line.letters}
    return {kinds[letter] for letter in letters(latex) & kinds.keys()} == {"dimension"}
