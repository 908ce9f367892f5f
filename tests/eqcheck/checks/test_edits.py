"""A change of the text, and which name may stand in the place of another."""

import pytest

from eqcheck import Page
from eqcheck.checks.edits import Edit, Formula
from eqcheck.grammar.statements import parse_display
from eqcheck.values.work import Work

PAGE = Page(r"""
d = 3
a : R
b : R+
\mathbf{x}, \mathbf{w} : R[d]; entries x_j, w_j
\mathbf{h}^{(l)} : R[d]; l = 1..3
f : R -> R
g : R -> R
h : R[d] -> R
i : 1..d
""")


def formula(latex):
    display, _ = parse_display(latex, PAGE.table)
    return Formula(latex, PAGE, display, {}, Work())


def test_an_edit_replaces_a_range():
    assert Edit("drop b", (2, 4)).apply("a +b = 1") == "a   = 1"
    assert Edit("b -> c", (3, 4), "c").apply("a +b = 1") == "a +c = 1"


@pytest.mark.parametrize(
    ("one", "two", "wanted"),
    [
        ("a", "b", True),
        ("a", "a", False),
        (r"\mathbf{x}", r"\mathbf{w}", True),
        (r"\mathbf{x}", "a", False),
        ("f", "g", True),
        ("f", "h", False),
        ("a", "i", False),
        (r"\mathbf{x}", r"\mathbf{h}^{(l)}", False),
    ],
)
def test_a_name_stands_for_others_of_its_type(one, two, wanted):
    assert formula("a = b").same_type(one, two) == wanted


def test_another_name_is_written_with_the_indices_of_the_first():
    written = formula("x_2 = a")
    [member] = [node for node in written.display.walk() if getattr(node, "indices", ())]
    assert written.written(PAGE.table.patterns["w_{j}"], member) == "w_{2}"
    assert written.text(member) == "x_2"
    assert written.shifted("next", member.indices[0], "+1").apply("x_2 = a") == "x_{2+1} = a"


def test_a_long_part_is_shortened_for_a_name():
    latex = "a = " + " + ".join("b" * 30)
    one = formula(latex)
    assert one.short(one.display).endswith(" ...")
    assert len(one.short(one.display)) == 40
    assert one.before(3) == "="
