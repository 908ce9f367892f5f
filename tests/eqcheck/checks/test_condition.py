"""A condition is no claim: it must be possible on the declared values, and no more."""

from __future__ import annotations

import pytest

from eqcheck import Page, check_condition

PAGE = r"""
n = 5
d = 3
j : 1..d
p : [0, 1)
\mathbf{w} : R[d]; entries w_j
\mathbf{u} : R+[d]
\mathbf{0} : zeros[d]
q, r, b : R
v : R*
a : [0, 2]
\lambda, \eta : R+
\theta : (0.05, 0.6)
s : {-1, 1}
\mathbf{y} : R[n]
\bar{y} = \frac{1}{n}\sum_{i=1}^{n} i
"""


@pytest.mark.parametrize(
    "latex",
    [
        *("p = 0.2", "p = 1", r"\lambda = 0", r"\lambda \to \infty", r"\mathbf{w} = \mathbf{0}"),
        *("d = 256", "j = 1", "j > 1", "w_j = 3", "s = 1", r"b = \bar{y}", "0.5 = p"),
        *(r"\|\mathbf{w}\|_2^2 \le \theta", "|r| = |q|", r"0 < \eta\lambda < 1", r"q \ne r"),
        *(r"n \to \infty", r"v \to 0", "q^2 = 0", "(q - 1)^2 = 0", r"\|\mathbf{w}\|_2 = 0"),
        *(
            r"a \le 0",
            "q > 1, r > 1, b > 1",
            "q > 100",
            "q = r = b = 1",
            "q = r, q = b",
            "q = 1, q > r",
        ),
        *("q = r, r = b, b = q", "q = 2q", r"\mathbf{w} = \mathbf{w} + \mathbf{0}", "q = 1 = q"),
        *(r"d\lambda = 2", r"\eta = 2/\lambda", r"q \in (0, 1)", r"p = 0.5, \quad q = 1"),
    ],
)
def test_what_the_declared_values_allow_is_checked(latex: str) -> None:
    result = check_condition(Page(PAGE), latex, label="eq-a", name="page")
    assert (result.state, result.message) == ("checked", "")
    assert (result.kind, result.label, result.page) == ("condition", "eq-a", "page")
    assert 1 <= result.draws <= 100


@pytest.mark.parametrize(
    "latex",
    [
        *("p = 1.2", "p = -0.2", r"\lambda = -1", r"\theta \to \infty", "d = 0", "j = 9", "s = 0"),
        *(r"\|\mathbf{w}\|_2^2 \le -\theta", "|r| = -1 - |q|", r"0 > \eta\lambda", r"q \ne q"),
        *("1 < q < 0", "q > 1 > q", "q < r < q", "q + r = 0, q > 0, r > 0", "q = r, q > r"),
        *("0 = q = 1", "q = 1, q = 2", "q = r = 1, q = 2", "q = 1, q > 2", "j = 1, j > 1"),
        *("w_1 = 1, w_1 = 2", "n = 6, n = 7", r"q \to 0, q \to 1", "q = r, r = q + 1"),
        *("q = q + 1", "n = n + 1", r"\mathbf{w} = \mathbf{w} + \mathbf{u}"),
        *("q = e^{1000}", "q = 10^{400}", "v = 0", r"q = 10^{400}r"),
        *(r"0 < \eta < -1", r"p \in (2, 3)", r"p = 0.5, \quad \lambda = -1"),
    ],
)
def test_what_no_declared_value_satisfies_is_wrong(latex: str) -> None:
    result = check_condition(Page(PAGE), latex)
    assert result.state == "wrong"
    assert result.message == "no values of the declared domains satisfy it"


@pytest.mark.parametrize(
    ("latex", "words", "missing"),
    [
        ("x = 1", "x is not declared on this page", "x"),
        (r"\mathbf{w} = 0", "3 x 1 = a scalar: unequal shapes", ""),
        ("b + q", "there is no relation in it", ""),
        ("q = q", "both sides are the same expression", ""),
        (r"q + r = 10^{400}", "a value is not finite", ""),
        ("d = 1.5", "1.5 is no index", ""),
        ("w_9 = q", "index 9 is outside 1 to 3", ""),
        ("x ∈ y", "is not part of the grammar", ""),
    ],
)
def test_what_cannot_be_run_is_refused(latex: str, words: str, missing: str) -> None:
    result = check_condition(Page(PAGE), latex)
    assert (result.state, result.missing) == ("refused", missing)
    assert words in result.message


def test_the_steps_of_all_draws_of_a_condition_are_counted_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("eqcheck.values.work.MOST", 20_000)
    waves = " + ".join(rf"\sin(q + {k}i)" for k in range(1, 7))
    result = check_condition(Page(PAGE), rf"\sum_{{i=1}}^{{50}} ({waves})^2 = -1")
    assert result.state == "refused"
    assert "more than 20000 steps" in result.message.replace(",", "")


def test_a_long_condition_counts_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eqcheck.values.work.MOST", 100)
    result = check_condition(Page(PAGE), "q = " + " " * 100 + "1")
    assert (result.state, result.draws) == ("refused", 0)


@pytest.mark.parametrize("error", [MemoryError, RecursionError, OverflowError])
def test_what_cannot_be_computed_is_refused(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error("too large")

    monkeypatch.setattr("eqcheck.checks.condition._relations", fail)
    result = check_condition(Page(PAGE), "q = 1")
    assert (result.state, result.message) == ("refused", "a value cannot be computed: too large")


@pytest.mark.parametrize(
    ("latex", "state"),
    [("k = 2", "checked"), ("k = 7", "wrong"), ("k = 1.5", "wrong"),
     (r"\mathbf{p} = \mathbf{q}", "checked"),
     (r"\mathbf{p} = 2\mathbf{q}", "wrong"), (r"k = 2, [k = 2] = 0", "wrong")],
)  # fmt: skip
def test_a_whole_number_and_a_distribution_take_values_of_their_domains(latex, state):
    page = Page("d = 4\nk : {1..6}\n\\mathbf{p}, \\mathbf{q} : simplex[d]")
    assert check_condition(page, latex).state == state
