"""Whatever is written, a check ends soon: too many steps, too large, too deep, it is refused."""

import pytest

from eqcheck import Page, Refusal, check, fingerprint, mutants
from eqcheck.values import work
from eqcheck.values.work import DEEPEST, MOST, Work, steps_of

TABLE = r"""
d = 4
M = 1000
N = 100
T = 901
x : R
z : R; defined
u : R+
\mathbf{w} : R[d]; entries w_j
\mathbf{v} : R[M]; entries v_j
\mathbf{B} : R[d,M]
\mathbf{K} : R[N,N]
\mathbf{c} : {-1, 1}[40]; random; entries c_j
f : R -> R
q_t : R; t = 0..T; defined
q_0 = x
q_t = 2q_{t-1}
"""
FEW = 20_000  # steps: the tests of what takes too many need not take them all


@pytest.fixture
def page():
    return Page(TABLE, functions={"call": lambda value, *rest: value})


def message(page, latex, **options):
    result = check(page, latex, **options)
    assert result.state == "refused"
    return result.message


def test_steps_are_counted_and_from_the_limit_on_each_is_refused():
    counted = Work()
    counted.take(MOST)
    for _ in range(2):
        with pytest.raises(Refusal, match="more than 2,000,000 steps"):
            counted.take()


def test_a_large_value_takes_more_steps_than_a_small_one():
    assert [steps_of(shape) for shape in ((), (4, 1), (1000, 1), (4, 5), (100, 100))] == [
        0, 0, 10, 0, 3333,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "latex",
    [
        r"\sum_{j=1}^{999} \nabla_{x} (" + r"\nabla_{x} (" * 2 + "f(j x)" + ")" * 3 + " = x",
        r"\mathbb{E}[c_1" + "".join(f"c_{{{k}}}" for k in range(2, 41)) + "] = x",
        r"\mathbb{E}[(\sum_{j=1}^{40} c_j)^2] = 40",
        " + ".join([r"\sum_{j=1}^{9999} j x"] * 10) + " = 499950000 x",
        r"\nabla_{\mathbf{v}} (\sum_{j=1}^{1000} v_j^2) = 2\mathbf{v}",
        "x + " * 300 + "x = 301x",
        "x = 1x, " * 300 + "x = 1x",
        r"\|\mathbf{K}^{\top}\mathbf{K}\|_2 = " + r"\|\mathbf{K}\|_2 + " * 99 + "x",
    ],
)
def test_what_takes_too_many_steps_is_refused_with_the_bound(page, latex, monkeypatch):
    monkeypatch.setattr(work, "MOST", FEW)
    assert f"more than {FEW:,} steps" in message(page, latex)


def test_a_formula_of_too_many_wrong_versions_is_refused_though_it_holds(page, monkeypatch):
    monkeypatch.setattr(work, "MOST", FEW)
    assert check(page, "x + " * 9 + "x = 10x").state == "checked"
    assert message(page, "x + " * 99 + "x = 100x") == (
        f"more than {FEW:,} steps, those of its wrong versions included; "
        "split the formula, or take smaller dimensions"
    )
    with pytest.raises(Refusal, match=f"more than {FEW:,} steps"):
        mutants("f" + "'" * 999 + "(x) = x", page)


def test_a_wrong_version_is_not_caught_by_the_end_of_the_work(page, monkeypatch):
    latex = "x + x = 2x"
    steps = []
    take = Work.take
    monkeypatch.setattr(Work, "take", lambda self, n=1: (steps.append(n), take(self, n))[1])
    assert check(page, latex).state == "checked"
    for most in range(sum(steps) // 2, sum(steps), 7):
        monkeypatch.setattr(work, "MOST", most)
        assert "steps" in message(page, latex)


def test_a_wrong_formula_is_wrong_though_no_steps_are_left_for_its_counterexample(
    page, monkeypatch
):
    latex = r"\|\mathbf{w}\|_2^2 = 2\mathbf{w}^{\top}\mathbf{w}"
    assert check(page, latex).counterexample
    monkeypatch.setattr(work, "MOST", 60)
    result = check(page, latex)
    assert (result.state, result.counterexample) == ("wrong", "")


@pytest.mark.parametrize(
    ("latex", "words"),
    [
        ("x = q_{100}", f"in one another, through definitions: {DEEPEST} levels are the most"),
        ("x = q_{900}", f"in one another, through definitions: {DEEPEST} levels are the most"),
        (r"\nabla_{x} (" * 4 + "x^5" + ")" * 4 + " = 120x", "order 4: 3 is the highest"),
        (r"\nabla_{x} (" * 18 + "x^5" + ")" * 18 + " = 120x", "order 4: 3 is the highest"),
        (r"\nabla_{x} (" * 39 + "x^5" + ")" * 39 + " = 120x", "nested too deeply: 40 levels"),
        (r"\nabla_{\mathbf{B}} \|\mathbf{B}\|_F^2 = 2\mathbf{B}", "by 4 x 1000: 1000 entries"),
        (r"\frac{\partial (\mathbf{v})}{\partial \mathbf{v}} = x", "1000 x 1000: it has 1 to"),
        (r"\mathbf{v}\mathbf{v}^{\top} = x", "1000 x 1000: it has 1 to 10000 entries"),
        (r"\mathbf{v} \otimes \mathbf{v} \otimes \mathbf{v} = x", "1 to 10000 entries"),
        (r"[\mathbf{B}, \mathbf{B}, \mathbf{B}] = x", "1 to 10000 entries"),
        (r"1 + 2 + \cdots + 20000 = x", "dots for 19997 items: 10000 are the most"),
        ("1" * 1_000_000 + " = x", "more than 5000 marks"),
        (r"\frac{" * 10_000 + "x" + "}{1}" * 10_000 + " = x", "more than 5000 marks"),
        ("x^{" * 10_000 + "x" + "}" * 10_000 + " = x", "more than 5000 marks"),
        ("x = x, " * 150_000, "more than 5000 marks"),
        ("[" + "x," * 300_000 + "x] = x", "more than 5000 marks"),
        (r"\sum_{j=1}^{99}\sum_{k=1}^{99}\sum_{l=1}^{99}\sum_{m=1}^{99} jklm = x", "970299 terms"),
    ],
)
def test_what_is_too_large_or_too_deep_is_refused_with_the_bound(page, latex, words):
    assert words in message(page, latex)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("z = call(x)\n" * 200, "200 lines of code: 100 are the most"),
        ("z = call(" + ",".join(["x"] * 50_000) + ")", f"more than {FEW:,} steps"),
        ("z = call(" + "[" * 500 + ")", "nested too deeply"),
    ],
)
def test_code_is_bounded(page, code, words, monkeypatch):
    monkeypatch.setattr(work, "MOST", FEW)
    assert words in message(page, "z = x", kind="code", code=code)


@pytest.mark.parametrize(
    "line",
    [
        "y : R" + " " * 100_000 + "x",
        "y : R; a = " + " " * 50_000 + ".",
        "y : 1" + " " * 50_000 + ".",
        r"y : \text{" + "1 of " * 20_000 + "}",
        "y = x + " + "x + " * 20_000,
    ],
)
def test_a_line_of_the_table_is_bounded_and_quoted_in_part(page, line):
    with pytest.raises(Refusal, match="more than 5000 characters") as refusal:
        page.declare(line)
    assert len(str(refusal.value)) < 300


def test_a_fingerprint_and_a_definition_take_any_length(page):
    assert len(fingerprint(page, "x + " * 25_000)) == 64
    with pytest.raises(Refusal, match="more than 5000 marks"):
        page.define("z = " + "x + " * 25_000 + "x")
