"""LaTeX to tokens: synonyms become one form, every token knows its place."""

import pytest

from eqcheck import Refusal
from eqcheck.grammar.lexer import tokenize


def texts(latex):
    return [token.text for token in tokenize(latex)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"\left( x \right)", "(x)"),
        (r"\dfrac{1}{2}", r"\frac{1}{2}"),
        (r"\ldots", r"\cdots"),
        (r"a \leq b", r"a \le b"),
        (r"x^\intercal", r"x^\top"),
        (r"\left\| x \right\|", r"\lVert x \rVert"),
        (r"\bigl[ x \,\bigr]", "[x]"),
        (r"\operatorname*{arg\,min}", r"\argmin"),
        (r"\text{ area }", r"\text{area}"),
        (r"w^\ast", "w^*"),
    ],
)
def test_two_spellings_of_one_thing_give_the_same_tokens(one, other):
    assert texts(one) == texts(other)


def test_spans_point_back_into_the_latex():
    latex = r"\mathbf{x} + \frac12"
    assert [latex[t.start : t.end] for t in tokenize(latex)] == [
        "\\mathbf", "{", "x", "}", "+", "\\frac", "1", "2",
    ]  # fmt: skip


@pytest.mark.parametrize("latex", ["x # y", "价格", r"\left. x \right|", "a × b", "x \\"])
def test_what_is_no_formula_is_refused_with_its_place(latex):
    with pytest.raises(Refusal) as refusal:
        tokenize(latex)
    assert refusal.value.span is not None


@pytest.mark.parametrize(("mark", "how"), [("，", "write ,"), ("（", "write ("), ("∇", "a LaTeX")])
def test_a_full_width_mark_is_refused_with_the_one_to_write(mark, how):
    with pytest.raises(Refusal) as refusal:
        tokenize(f"x {mark} y")
    assert how in refusal.value.how
