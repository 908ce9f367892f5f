"""LaTeX to tokens: synonyms become one form, every token knows its place."""

import pytest

from eqcheck import Refusal
from eqcheck.grammar.lexer import given_after, skim, tokenize, with_comma


def texts(latex):
    return [token.text for token in tokenize(latex)]


def test_tokens_that_were_changed_are_not_those_of_the_next_reader():
    tokenize("x + y").pop()
    assert texts("x + y") == ["x", "+", "y"]


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
        (r"\mathrm{max}", r"\max"),
        (r"\operatorname{tanh}", r"\tanh"),
        (r"\textrm{exp}", r"\exp"),
        (r"\mathop{\mathrm{argmin}}", r"\operatorname*{arg\,min}"),
        (r"\mathop{\mathrm{minimize~}}", r"\min"),
        (r"\operatorname{maximise}", r"\max"),
        ("a := b", "a = b"),
        (r"a \triangleq b", "a = b"),
        (r"a \stackrel{\mathrm{def}}{=} b", "a = b"),
        (r"a \overset{\text{def.}}{=} b", "a = b"),
    ],
)
def test_two_spellings_of_one_thing_give_the_same_tokens(one, other):
    assert texts(one) == texts(other)


def test_a_name_that_is_no_known_function_stays_a_name():
    assert texts(r"\mathrm{area}")[0] == r"\mathrm"
    assert texts(r"\operatorname{ReLU}") == [r"\operatorname{ReLU}"]
    assert texts(r"\text{max}") == [r"\text{max}"]


@pytest.mark.parametrize(
    "sign", [r"\stackrel{!}{=}", r"\overset{d}{=}", r"\overset{\text{iid}}{=}"]
)
def test_an_equals_sign_with_another_word_over_it_is_refused(sign):
    with pytest.raises(Refusal, match="with a word over it"):
        tokenize(f"a {sign} b")


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


@pytest.mark.parametrize(
    ("latex", "words"),
    [
        (r"\left² x", "before ²: no bracket"),
        ("\\left２ x", "before ２: no bracket"),
        (r"x + x \left= 2x", "before =: no bracket"),
        (r"x \left", "before nothing"),
        (r"\left x", "before nothing"),
        (r"\left( x )", r"this \\left has no \\right"),
        (r"(x \right)", r"this \\right has no \\left"),
        (r"\left( {x \right)}", r"this \\right has no \\left"),
        (r"{\left( x} \right)", r"this \\left has no \\right"),
        (r"\begin{matrix} \left( x & y \right) \end{matrix}", r"this \\left has no \\right"),
    ],
)
def test_left_and_right_that_do_not_pair_or_stand_before_no_bracket_are_refused(latex, words):
    with pytest.raises(Refusal, match=words) as refusal:
        tokenize(latex)
    start, end = refusal.value.span
    assert latex[start:end].startswith(("\\left", "\\right"))


def test_pairs_may_stand_in_cells_and_in_one_another():
    latex = r"\begin{matrix} \left( \left[ {x} \right] \right) & y \\ z \end{matrix}"
    assert texts(latex).count(")") == 1


@pytest.mark.parametrize("latex", ["{" * 1000 + "x" + "}" * 1000, r"\hat{" * 1000 + "}" * 1000])
def test_braces_that_are_nested_too_deeply_are_refused_and_skimmed(latex):
    with pytest.raises(Refusal, match="nested too deeply: 40 levels"):
        tokenize(latex)
    assert len(skim(latex)) < 300


def test_much_that_is_no_formula_is_skimmed_in_no_time():
    assert [token.text for token in skim("∈" * 100_000 + "x")] == ["x"]


@pytest.mark.parametrize("part", ["x + ", "x = x, ", "x'", "_x", r"\\", "&", "[x,"])
def test_a_formula_that_is_too_long_is_refused_with_the_bound(part):
    with pytest.raises(Refusal, match="more than 5000 marks") as refusal:
        tokenize(part * 50_000)
    assert refusal.value.span is not None
    assert len(skim(part * 50_000)) <= 5000


@pytest.mark.parametrize(
    ("latex", "wanted"),
    [
        (r"a \,\|\, b)", "a,b)"),
        (r"a, b)", "a,b)"),
        (r"\|a\|)", r"\|a\|)"),
        (r"a, f(b \| c))", r"a,f(b\|c))"),
        (r"\left\| a \right\| \| b) \| c", r"\lVerta\rVert,b)\|c"),
    ],
)
def test_a_single_pair_of_bars_between_arguments_is_a_comma(latex, wanted):
    assert "".join(token.text for token in with_comma(tokenize(latex))) == wanted


def test_bars_that_may_be_a_norm_or_part_arguments_are_refused():
    with pytest.raises(Refusal, match="between two arguments") as refusal:
        with_comma(tokenize(r"a \| \|b\|)"))
    assert "comma" in refusal.value.how


def test_what_is_given_stands_after_a_bar():
    tokens = tokenize(r"x, f(y \mid z) \mid u, v) + \mid")
    assert given_after(tokens) == 2
    assert [token.text for token in with_comma(tokens)].count(",") == 3
    with pytest.raises(Refusal, match=r"two \\mid"):
        with_comma(tokenize(r"x \mid y \mid z"))
