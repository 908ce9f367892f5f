"""Walking over tokens."""

import pytest

from eqcheck import Refusal
from eqcheck.grammar.lexer import tokenize
from eqcheck.grammar.parser import Parser
from eqcheck.grammar.symbols import Table


def reader(latex):
    return Parser(tokenize(latex), Table())


def test_marks_are_read_one_after_another():
    here = reader("a + b")
    assert (here.mark, here.peek(), here.peek(5)) == ("a", "+", "")
    assert [here.next().text for _ in range(3)] == ["a", "+", "b"]
    assert here.mark == ""
    assert here.here() == (5, 5)


def test_reading_past_the_end_is_refused_with_its_place():
    here = reader("a")
    here.next()
    with pytest.raises(Refusal) as refusal:
        here.next()
    assert refusal.value.span == (1, 1)


def test_an_argument_is_a_group_or_one_token():
    here = reader("{a{b}}c")
    assert [token.text for token in here.argument()] == ["a", "{", "b", "}"]
    assert [token.text for token in here.argument()] == ["c"]


def test_a_parser_inside_keeps_the_indices_in_scope():
    outer = Parser(tokenize("i"), Table(), ("i",))
    inner = outer.inside(tokenize("i + j"), ("j",))
    assert inner.bound == ("i", "j")
    assert len(inner.whole().terms) == 2


def test_a_script_is_taken_only_where_its_mark_stands():
    here = reader("_{ij}^2 a")
    assert here.script("^") is None
    assert [token.text for token in here.script("_")] == ["i", "j"]
    assert [token.text for token in here.script("^")] == ["2"]
    assert here.script("^") is None
    assert here.mark == "a"
