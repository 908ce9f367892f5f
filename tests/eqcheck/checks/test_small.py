"""Small values lie in their domain, and simple functions take what they are declared to take."""

import numpy as np
import pytest

from eqcheck.checks.edges import contains
from eqcheck.checks.small import ends_of, is_told, rounded, simple_function, small_value
from eqcheck.grammar.domains import read_domains

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("text", ["R", "R+", "R*", "(0, 1)", "[0, 1)", "(2, 3]", "(-0.5, 0.5)"])
def test_small_values_and_rounded_ones_lie_in_their_domain(text):
    [domain] = read_domains(text)
    bounds = tuple(map(float, domain.parameters))
    value = np.full((3, 1), sum(bounds) / 2 + 0.123)
    for turn in range(12):
        assert np.all(contains(domain, bounds, small_value(domain, value, turn, RNG)))
    assert np.all(contains(domain, bounds, rounded(domain, value, 2)))


def test_a_value_whose_ends_depend_on_a_name_is_rounded_only():
    [domain] = read_domains(r"(0, \tau)")
    assert not is_told(domain)
    assert small_value(domain, np.asarray(0.4321), 0, RNG) == 0.4
    assert ends_of(domain) == ()


def test_closed_ends_are_small_values():
    [domain] = read_domains("[0, 1]")
    assert ends_of(domain) == (0, 1)
    assert small_value(domain, np.asarray(0.3), 0, RNG) == 1


@pytest.mark.parametrize(
    ("text", "value", "wanted"), [("R -> R", 3.0, 9.0), ("R[d] -> R", np.ones((4, 1)), 4.0)]
)
def test_a_simple_function_is_what_its_words_say(text, value, wanted):
    found = simple_function(*read_domains(text), 0)
    assert found.call(value) == wanted
    assert "^2" in found.words


@pytest.mark.parametrize("text", ["R, R -> R", "R -> R[d]", "R[n,d] -> R"])
def test_of_other_functions_none_is_simple(text):
    assert simple_function(*read_domains(text), 0) is None


def test_a_convex_function_becomes_a_convex_one():
    [domain] = read_domains("R -> R")
    words = {simple_function(domain, turn, convex=True).words for turn in range(6)}
    assert words == {"x^2", "x"}
