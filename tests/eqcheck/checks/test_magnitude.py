"""Terms that cancel: what rounding leaves of them is nothing, however many names lie between."""

import numpy as np
import pytest

from eqcheck import Page, check
from eqcheck.checks.magnitude import is_rounding, magnitude
from eqcheck.grammar.statements import parse_expression
from eqcheck.values.scope import Scope

PAGE = Page(
    r"""
n = 5
\mathbf{x} : R[n]; entries x_k
\mu : R; code mean(\mathbf{x})
u, x : R+
\mathbf{1} : ones[n]
\varepsilon : {-u, u}; random
r_k : R; k = 1..n; defined
r_k = x_k - \mu
\bar{r} : R; defined
\bar{r} = \frac{1}{n}\sum_{k=1}^{n} r_k
""",
    functions={"mean": np.mean},
)
SUM = r"\sum_{k=1}^{n} (x_k - \mu)"


@pytest.mark.parametrize(
    ("latex", "state"),
    [
        (rf"{SUM} = \sum_{{k=1}}^{{n}} (\mu - x_k)", "checked"),
        (rf"\mathbf{{1}}^{{\top}}(\mathbf{{x}} - \mu\mathbf{{1}}) = {SUM}", "checked"),
        (r"\bar{r} = 0", "checked"),
        (r"\bar{r} = -\bar{r}", "checked"),
        (rf"0 = \frac{{{SUM}}}{{u}}", "survived"),  # without u it is 0 as well
        (r"\mathbb{E}[\varepsilon] = 0", "checked"),
        (rf"{SUM} = 10^{{-12}} x", "wrong"),
        (rf"{SUM} = \sum_{{k=1}}^{{n}} (x_k + \mu)", "wrong"),
        (r"\mathbb{E}[\varepsilon + x] = 0", "wrong"),
    ],
)  # fmt: skip
def test_what_cancels_is_zero_and_nothing_else_is(latex, state):
    assert check(PAGE, latex).state == state


def test_a_magnitude_is_that_of_the_terms():
    scope = Scope(PAGE, 0)

    def measured(latex):
        return magnitude(scope, parse_expression(latex, PAGE.table))

    entries = scope.array(parse_expression(r"\mathbf{x}", PAGE.table))
    mean = np.mean(entries)
    assert measured(SUM) == pytest.approx(np.sum(np.maximum(np.abs(entries), np.abs(mean))))
    assert measured(r"\bar{r}") == pytest.approx(measured(SUM) / 5)
    assert measured(r"\mathbb{E}[\varepsilon]") == pytest.approx(measured("u"))
    assert measured(r"\frac{x - x}{u}") == pytest.approx(measured("x") / measured("u"))
    assert measured(r"\mathbf{x}\mathbf{x}") == pytest.approx(np.max(np.abs(entries)) ** 2)
    assert measured(r"\mathbf{x} + \log(x-x)") == pytest.approx(np.max(np.abs(entries)))


def test_a_small_value_of_small_terms_is_no_rounding():
    scope = Scope(PAGE, 0)
    small = parse_expression("10^{-18} x", PAGE.table)
    assert not is_rounding(scope, small, scope.evaluate(small))


def test_terms_are_measured_only_where_a_side_is_zero_or_the_sides_differ(monkeypatch):
    def measured(*args):
        raise AssertionError

    monkeypatch.setattr("eqcheck.checks.compare.is_rounding", measured)
    result = check(PAGE, r"\sum_{k=1}^{n} (x_k + u) = \sum_{k=1}^{n} x_k + u n", attack=False)
    assert result.state == "checked"
    assert result.error
