"""A refusal says where, what and how."""

from eqcheck import Refusal, Unbound


def test_a_located_refusal_shows_position_excerpt_and_advice():
    refusal = Refusal("unclear", "write b", (4, 5))
    assert refusal.located("a + x") == "at 4, 'x': unclear; write b"


def test_a_long_excerpt_is_cut_and_a_missing_place_left_out():
    assert len(Refusal("unclear", span=(0, 500)).located("x" * 500)) < 70
    assert Refusal("unclear").located("x") == "unclear"


def test_at_the_end_of_the_formula_the_excerpt_is_what_stands_before():
    assert Refusal("too early", span=(3, 3)).located("a +") == "at 3, 'a +': too early"


def test_an_unbound_name_is_a_refusal_of_its_own():
    assert issubclass(Unbound, Refusal)
    assert issubclass(Refusal, ValueError)
