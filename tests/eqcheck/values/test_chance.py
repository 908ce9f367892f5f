"""What is random: one value on a path; of a normal vector only the entries asked for."""

import numpy as np
import pytest

from eqcheck import Page, Refusal
from eqcheck.grammar.statements import parse_expression
from eqcheck.values.outcomes import Choices
from eqcheck.values.scope import Scope

PAGE = Page(r"""
n = 3
d = 4
\mathbf{Z} : normal[n,d]; random; entries z_{ij}
\varepsilon_t : normal; t = 1..n; random
\mathbf{s} : {-1, 1}[n]; random; entries s_i
I : 2 of 1..d; random
""")


def on_a_path(*latex):
    """Return values on one path, and how many numbers of a normal law it has met."""
    choices = Choices([], None, nodes=3)
    scope = Scope(PAGE, 1).having(choices=choices)
    return [scope.evaluate(parse_expression(each, PAGE.table)) for each in latex], choices


def test_a_name_has_one_value_on_a_path():
    (one, two), _ = on_a_path(r"\mathbf{s}", r"\mathbf{s}")
    np.testing.assert_array_equal(one, two)


def test_of_a_normal_matrix_only_the_entries_asked_for_are_met():
    (entry, again), choices = on_a_path("z_{23}", "z_{2,3}")
    assert entry == again
    assert choices.numbers == 1


def test_an_entry_is_that_of_the_whole():
    page = Page("d = 2\n\\mathbf{z} : normal[d]; random; entries z_j")
    mean = parse_expression(
        r"\mathbb{E}[(\mathbf{z}^{\top}\mathbf{z} - z_1^2 - z_2^2)^2]", page.table
    )
    assert float(Scope(page, 1).array(mean)) < 1e-25


def test_members_of_a_family_are_numbers_of_their_own():
    _, choices = on_a_path(r"\varepsilon_1", r"\varepsilon_2", r"\varepsilon_1")
    assert choices.numbers == 2


@pytest.mark.parametrize("latex", [r"\mathbf{Z}", "z_{99}"])
def test_too_many_normal_numbers_and_entries_beyond_the_end_are_refused(latex):
    with pytest.raises(Refusal):
        on_a_path(latex)
