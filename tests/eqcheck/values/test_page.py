"""A page collects declarations and definitions, and tells what it holds."""

import pytest

from eqcheck import Page, Refusal, Unbound, check


def test_a_definition_can_be_used_by_what_follows():
    page = Page("x : R")
    page.define(r"s(x) = \frac{1}{1+e^{-x}}")
    assert check(page, "s'(x) = s(x)(1-s(x))").state == "checked"


def test_a_line_of_the_table_may_define_and_still_have_meanings():
    page = Page("x : R\ns(x) = x^2 | 平方 | square")
    assert check(page, "s(x) = x x").state == "checked"
    assert page.lines[-1].meanings == ("平方", "square")


def test_a_second_definition_of_one_name_is_refused():
    page = Page("x : R\ns(x) = x^2")
    with pytest.raises(Refusal, match="defines nothing"):
        page.define("s(x) = x^3")


def test_a_claim_about_entries_holds_for_every_index():
    table = "d = 3\nx : R[d]; entries x_j\ny : R[d]; entries y_j; defined\ny_j = 2x_j"
    assert check(Page(table), "y_j = x_j + x_j").state == "checked"
    assert check(Page(table), "y_j = 2x_1").state == "wrong"


def test_a_definition_does_not_see_the_index_of_a_sum_around_it():
    table = "d = 3\nx, w : R[d]; entries x_j, w_j\nb : R\nj : 1..d\nq(b) = b x_j"
    result = check(Page(table), r"\sum_{j=1}^{d} q(w_j) = q(1) \sum_{k=1}^{d} w_k")
    assert result.error < 1e-12


def test_a_drawn_name_is_not_defined_over():
    with pytest.raises(Refusal, match="defines nothing"):
        Page("x, y : R\nx = y")


def test_the_fingerprint_follows_the_content():
    one, two = Page("x : R\ny : R"), Page("x : R\ny : R+")
    assert one.fingerprint() == Page("x : R\n\ny : R").fingerprint()
    assert one.fingerprint() != two.fingerprint()


def test_a_refused_line_is_quoted_as_it_is_written_but_for_its_meanings():
    with pytest.raises(Refusal, match=r"^in the line '\\mathbf\{x\} : Q': unknown domain 'Q'"):
        Page(r"\mathbf{x} : Q | 特征 | features")


@pytest.mark.parametrize(
    ("line", "lost"),
    [
        (r"\mathbf{x}, b : R; entires x_j | 量 | them", r"\mathbf{x} b x"),
        (r"\mathbf{X : R[n,d]; rows \mathbf{x}_i", r"\mathbf{X} \mathbf{x}"),
        (r"\mathbf{w}^{*}(\lambda) : Q; code f(x_1); t_i = 0..T; iterates of y_1", r"\mathbf{w}"),
        ("n = 1", "n"),
        ("p ： R", "p"),
        ("f : R -> R; defined, linar", "f"),
    ],
)
def test_a_refused_line_says_which_letters_it_leaves_without_a_meaning(line, lost):
    with pytest.raises(Refusal) as refusal:
        Page(line)
    assert refusal.value.lost == set(lost.split())


def test_a_display_says_which_letters_it_defines_or_fails_to():
    page = Page("d = 3 \n a : R \n c : R; defined \n \\mathbf{u} : R[d]; defined; entries u_j")
    assert page.define("u_j = a") == {"u"}
    for latex, lost, missing in [
        (r"c = a + \mathbf{q}", {"c"}, r"\mathbf{q}"),
        (r"c = \foo a, \quad f(x) = a", {"c", "f"}, ""),
        (r"a = 2 \foo", set(), ""),
        (r"a_{1} = 2 \foo", set(), ""),
        ("a + c = 1", set(), ""),
    ]:
        with pytest.raises(Refusal) as refusal:
            page.define(latex)
        assert (refusal.value.lost, refusal.value.missing) == (lost, missing)
    assert page.define("c = a, f(a) = 2 a") == {"c", "f"}
    with pytest.raises(Refusal) as refusal:
        page.define(r"c = \foo a")
    assert refusal.value.lost == set()


def test_a_page_tells_the_letters_that_formulas_are_still_to_define():
    page = Page("d = 3 \n a : R \n c, e : R; defined \n \\mathbf{u} : R[d]; defined; entries u_j")
    assert page.undefined == {"c", "e", r"\mathbf{u}"}
    page.define("u_j = a")
    page.define("c = a")
    assert page.undefined == {"e"}


def test_a_name_that_is_declared_twice_keeps_its_first_meaning():
    page = Page("a : R")
    with pytest.raises(Refusal, match="declared twice") as refusal:
        page.declare("a, b : R")
    assert refusal.value.lost == {"b"}


def test_an_unknown_callable_is_refused_with_the_nearest_known_one():
    with pytest.raises(Unbound, match="relo is not among") as refusal:
        Page(functions={"m.relu": abs}).function("m.relo")
    assert refusal.value.how == "did you mean m.relu?"


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("relu", "did you mean m.relu?"),
        ("n.relu", "did you mean m.relu?"),
        ("statistics.fmean", "name its module, statistics, in --functions, "),
        ("fmean", "give it by --functions, "),
    ],
)
def test_an_unknown_callable_is_looked_for_in_other_modules(name, how):
    with pytest.raises(Unbound) as refusal:
        Page("x : R", functions={"m.relu": abs, "m.tanh": abs}).function(name)
    assert refusal.value.how.startswith(how)


def test_what_holds_only_sometimes_defines_nothing():
    page = Page("x : R\ny : R; defined")
    with pytest.raises(Refusal, match="a definition that holds only sometimes"):
        page.define(r"y = x \text{ if } x > 0")
    assert page.undefined == {"y"}


def test_what_is_defined_as_a_whole_is_claimed_of_its_entries_and_the_other_way_round():
    lines = (
        "d = 3\ni : 1..d\n\\mathbf{x} : R[d]; entries x_i\n\\mathbf{y} : R[d]; defined; entries y_i"
    )
    page = Page(lines)
    for latex in (
        r"\mathbf{y} = 2\mathbf{x}, \quad y_i = 2 x_i",
        r"y_i = 2 x_i, \quad \mathbf{y} = 2\mathbf{x}",
    ):
        assert check(page, latex).state == "checked"
        wrong = latex.replace("y_i = 2", "y_i = 3")
        assert check(page, wrong).state == "wrong"
    page.define(r"\mathbf{y} = 2\mathbf{x}")
    with pytest.raises(Refusal, match="defines nothing"):
        page.define("y_i = 3 x_i")
