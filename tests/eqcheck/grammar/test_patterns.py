"""Names with index positions: what stands at each index, and what is no index."""

import pytest

from eqcheck.grammar.lexer import tokenize
from eqcheck.grammar.names import read_name
from eqcheck.grammar.patterns import Pattern, match

ENTRY = Pattern("x_{j}", "x", ("j",), None, ("j",), "entries", r"\mathbf{x}")
MATRIX = Pattern("X_{ij}", "X", ("i", "j"), None, ("i", "j"), "entries", r"\mathbf{X}")
LAYER = Pattern("W^{(l)}", "W", None, ("(", "l", ")"), ("l",), "family", "W^{(l)}")


def indices(pattern, latex):
    name, _ = read_name(tokenize(latex), 0)
    found = match(pattern, name.base, name.sub, name.sup)
    return found and tuple("".join(token.text for token in part) for part in found)


@pytest.mark.parametrize(
    ("pattern", "latex", "wanted"),
    [
        (ENTRY, "x_1", ("1",)),
        (ENTRY, "x_{j+1}", ("j+1",)),
        (ENTRY, "x_{s(i-1)+j}", ("s(i-1)+j",)),
        (ENTRY, r"x_{2 \cdot i}", (r"2\cdoti",)),
        (ENTRY, "x_{(1)}", None),
        (ENTRY, r"x_{\top}", None),
        (ENTRY, "x^1", None),
        (ENTRY, "y_1", None),
        (MATRIX, "X_{12}", ("1", "2")),
        (MATRIX, "X_{i+1,s(j-1)}", ("i+1", "s(j-1)")),
        (MATRIX, "X_{123}", None),
        (MATRIX, "X_{1,2,3}", None),
        (LAYER, "W^{(l-1)}", ("l-1",)),
        (LAYER, "W^{l}", None),
    ],
)
def test_what_stands_at_each_index(pattern, latex, wanted):
    assert indices(pattern, latex) == wanted
