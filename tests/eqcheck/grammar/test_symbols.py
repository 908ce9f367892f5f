# ruff: noqa: E501 - a formula stands on one line, as in the book
"""The table of symbols: what its lines mean, and how a written name is found in it."""

import pytest

from eqcheck import Refusal
from eqcheck.grammar.lexer import tokenize
from eqcheck.grammar.names import read_name
from eqcheck.grammar.symbols import Table, read_line


def table(*lines):
    made = Table()
    for line in lines:
        made.add(read_line(line))
    return made


def find(made, latex):
    found = made.find(read_name(tokenize(latex), 0)[0])
    if found is None:
        return None
    indices = found.indices and tuple("".join(t.text for t in part) for part in found.indices)
    return found.key, indices


def test_one_line_declares_several_names_with_their_entries_and_meanings():
    made = table(
        "d = 3", r"\mathbf{x}, \mathbf{w} : R[d]; entries x_j, w_j | 特征与权重 | features, weights"
    )
    assert find(made, "x_1") == ("x_{j}", ("1",))
    assert find(made, "w_2") == ("w_{j}", ("2",))


def test_a_line_keeps_what_readers_see_of_it():
    line = read_line(r"b : R+ | 绝对值 |b| | absolute value |b|")
    assert line.meanings == ("绝对值 |b|", "absolute value |b|")
    assert read_line("n = 7 | 样本数 | samples").kind == "dimension"
    definition = read_line(r"q(x) = \|x\|_2 | 范数 | norm")
    assert (definition.kind, definition.right) == ("definition", r"\|x\|_2")


def test_a_family_is_found_with_any_index_and_not_without():
    made = table("d_l = 3, 4, 5", r"\mathbf{W}^{(l)} : R[d_l,d_{l-1}]; l = 1..2")
    assert find(made, r"\mathbf{W}^{(l-1)}") == (r"\mathbf{W}^{(l)}", ("l-1",))
    assert find(made, r"\mathbf{W}") is None
    assert find(made, r"\mathbf{W}^{2}") is None
    assert find(made, "d_{l-1}") == ("d_{l}", ("l-1",))


def test_an_exact_name_is_not_a_family_member():
    made = table("d = 3", r"\mathbf{w}^{*}, \mathbf{w} : R[d]", r"\mathbf{w}_t : R[d]; t = 0..4")
    assert find(made, r"\mathbf{w}^*") == (r"\mathbf{w}^{*}", None)
    assert find(made, r"\mathbf{w}_{t+1}") == (r"\mathbf{w}_{t}", ("t+1",))
    assert find(made, r"\mathbf{w}^\top") == (r"\mathbf{w}", None)


def test_matrix_entries_take_two_tokens_or_a_comma():
    made = table("n = 3", "d = 4", r"\mathbf{W} : R[n,d]; entries W_{ij}")
    assert find(made, "W_{12}") == ("W_{ij}", ("1", "2"))
    assert find(made, "W_{i+1,j}") == ("W_{ij}", ("i+1", "j"))
    assert find(made, "W_{i}") is None
    with_comma = table("n = 3", "d = 4", r"\mathbf{W} : R[n,d]; entries W_{i,j}")
    assert find(with_comma, "W_{1,2}") == ("W_{i,j}", ("1", "2"))
    assert find(with_comma, "W_{12}") is None


def test_a_prime_belongs_to_the_name_wherever_it_is_written():
    made = table("d = 3", r"\mathbf{x} : R[d]; entries x_j'")
    for latex in ("x_1'", "x'_1", r"x_{1}^{\prime}"):
        assert find(made, latex) == ("x'_{j}", ("1",))


def test_a_name_that_maps_is_a_function():
    made = table("f : R[d], (0,1) -> R[q]; entrywise", "x : R")
    assert made.is_function("f")
    assert not made.is_function("x")


def test_a_line_holds_its_domains_as_they_are_written():
    assert [domain.kind for domain in read_line("x, y : R+").domains] == ["R+"]
    assert [domain.shape for domain in read_line("w, b : R[d], R").domains] == [("d",), ()]
    assert read_line("n = 7").domains == ()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("l : 1..2", r"\{1, 2\}"),
        ("i : 1..n", r"\{1, \ldots, n\}"),
        ("l : 1..2; shown 1..L", r"\{1, \ldots, L\}"),
        ("w, b : R[d], R", r"\mathbb{R}^{d},\; \mathbb{R}"),
        (r"\theta : (0.05, 2.5); shown R+; random", r"\mathbb{R}_{>0}"),
        (r"n : 1..9; shown \{1, 2, \ldots\}", r"\{1, 2, \ldots\}"),
        ("f : R[2,3] -> R[4,5]; shown any", ""),
        ("n = 7", ""),
    ],
)
def test_readers_see_where_values_come_from_and_not_how_they_are_drawn(text, shown):
    assert read_line(text).shown == shown
    Table().add(read_line(text))


def test_a_domain_to_show_that_is_none_is_refused():
    with pytest.raises(Refusal, match="unknown domain"):
        Table().add(read_line("l : 1..2; shown layers"))


def test_each_name_can_have_its_own_domain_from_one_call():
    made = table(r"w, b : R[d], R; code fit(X)")
    assert [made.declarations[k].place for k in "wb"] == [0, 1]
    assert made.declarations["b"].domain.shape == ()


@pytest.mark.parametrize(
    "lines",
    [
        ["n = 1"],
        ["n = 4", "d = 4"],
        ["d_l = 3, 3"],
        ["x : R", "x : R"],
        ["x : Z"],
        ["x : R; big"],
        ["x"],
    ],
)
def test_a_line_that_could_hide_an_error_is_refused(lines):
    with pytest.raises(Refusal):
        table(*lines)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("defined, linar", "unknown word 'linar'; known are entrywise, rowwise, random, "),
        ("entrywize", "unknown word 'entrywize'; did you mean entrywise? known are "),
        ("defined; entires f_j", "unknown word 'entires'; did you mean entries? known are "),
        ("defined, random", "a comma between them: 'defined, random'; write defined; random"),
    ],
)
def test_the_one_word_of_a_line_that_is_unknown_is_named_with_those_that_are_not(options, message):
    with pytest.raises(Refusal) as refusal:
        Table().add(read_line(f"f : R -> R; {options} | 函数 | a function"))
    assert message in f"{refusal.value.what}; {refusal.value.how}"


@pytest.mark.parametrize(
    ("text", "declared", "used"),
    [
        (r"\mathbf{X} : R[n,d]; rows \mathbf{x}_i; entries x_{ij}",
         r"\mathbf{X} \mathbf{x} x", "n d"),
        (r"\mathbf{w}^{*}(\lambda) : R[d]; code f(\mathbf{X}, lr=\lambda)",
         r"\mathbf{w}", r"d \mathbf{X} \lambda"),
        (r"\mathbf{w}_t : R[d]; t = 0..T; iterates of \mathbf{w}",
         r"\mathbf{w}", r"d T \mathbf{w}"),
        (r"\ell(y, \hat{y}) = \frac{1}{2}(y-\hat{y})^2", r"\ell", r"y \hat{y}"),
        (r"x' : {-\tau, \tau}[d]; random", "x'", r"\tau d"),
        ("f, g : R[d], (a,b) -> R[q]; entrywise", "f g", "d a b q"),
        ("F_k : parts of 1..n; k = 1..K", "F", "n K"),
        ("d_l = 5, 4", "d", ""),
    ],
)  # fmt: skip
def test_a_line_tells_the_letters_that_it_declares_and_those_that_it_uses(text, declared, used):
    line = read_line(text)
    assert line.letters == set(declared.split())
    assert line.uses == set(used.split())


def test_what_is_refused_is_quoted_as_it_is_written():
    with pytest.raises(Refusal, match=r"^'\\mathbf\{x\} R\[d\]' declares nothing$"):
        read_line(r"\mathbf{x} R[d] | 量 | it")


@pytest.mark.parametrize("value", ["1001", "9" * 4500, "2, 1001"])
def test_a_dimension_that_is_too_large_is_refused_with_the_bound(value):
    with pytest.raises(Refusal, match="dimensions are at most 1000"):
        Table().add(read_line(f"d_l = {value}"))


def test_a_name_and_its_number_of_arguments_tell_functions_apart():
    made = table("x, y : R", "f(x) : R; defined", "f(x, y) : R; defined", "g : R -> R")
    one, two = (made.declarations[made.of_arity("f", count)] for count in (1, 2))
    assert (one.formals, two.formals) == (("x",), ("x", "y"))
    assert one.name == two.name == "f"
    assert "2 arguments" in two.told
    assert made.of_arity("f", 3) == "f"


@pytest.mark.parametrize("line", ["f : R -> R", "f(y) : R; defined", "f : R"])
def test_one_name_and_one_number_of_arguments_have_one_meaning(line):
    with pytest.raises(Refusal, match="declared twice"):
        table("x, y : R", "f(x) : R; defined", line)


def test_a_delta_of_two_indices_is_known_unless_the_page_takes_the_letter():
    def pair(made, latex):
        return [
            "".join(t.text for t in part) for part in made.pair(read_name(tokenize(latex), 0)[0])
        ]

    assert pair(table(), r"\delta_{ij}") == ["i", "j"]
    assert pair(table(), r"\delta_{i,j+1}") == ["i", "j+1"]
    assert pair(table(), r"\delta_i") == pair(table(), r"\delta_{ijk}") == []
    assert pair(table(r"\delta : R"), r"\delta_{ij}") == []


def test_members_of_a_family_are_whole_numbers_of_their_own_and_no_indices():
    made = table("n = 4", "a_i : 1..9; i = 1..n", "j : 1..n")
    assert made.is_index("j")
    assert not made.is_index("a_{i}")
    assert made.declarations["a_{i}"].domain.kind == "whole"


def test_of_a_known_function_a_line_says_only_that_it_acts_on_entries():
    made = table(r"\tanh, \operatorname{erf} : R -> R; entrywise")
    assert set(made.declarations) == {r"\tanh", r"\operatorname{erf}"}
    assert read_line(r"\tanh : R -> R; entrywise").letters == {r"\tanh"}
    for line in (r"\tanh : R -> R", r"\log : R+ -> R; entrywise", r"\exp : R; defined"):
        with pytest.raises(Refusal, match="a function that the grammar knows"):
            table(line)


@pytest.mark.parametrize(
    ("latex", "indices"),
    [("x_{s(i-1)+j}", ("s(i-1)+j",)), (r"x_{2 \cdot i}", (r"2\cdoti",)), ("x_{(i)}", None)],
)
def test_a_bracket_is_part_of_an_index_behind_a_factor(latex, indices):
    found = find(table("d = 3", r"\mathbf{x} : R[d]; entries x_j"), latex)
    assert found == (None if indices is None else ("x_{j}", indices))


def test_rows_and_entries_may_have_their_index_above():
    made = table(
        "n = 4", "d = 3", r"\mathbf{X} : R[n,d]; rows \mathbf{x}^{(i)}", r"\mathbf{y} : R[n]; entries y^{(i)}"
    )  # fmt: skip
    assert find(made, r"\mathbf{x}^{(2)}") == (r"\mathbf{x}^{(i)}", ("2",))
    assert find(made, "y^{(k)}") == ("y^{(i)}", ("k",))
    assert find(made, "y^2") is None
