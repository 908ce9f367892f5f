"""A bound that is tight is no weaker one: its sides are equal at the points that are named."""

import pytest

from eqcheck import Page, check

PAGE = r"""
d = 4
q = 3
x, y : R
u : R+
\mathbf{x}, \mathbf{w} : R[d]; entries x_j, w_j
\mathbf{p}, \hat{\mathbf{p}} : simplex[q]; entries p_k, \hat{p}_k
z : R; defined
s(x) = \frac{1}{1+e^{-x}}
"""
KL = r"\sum_{k=1}^{q} p_k \log \frac{p_k}{\hat{p}_k}"


def run(latex, tight, kind="bound"):
    return check(Page(PAGE), latex, kind=kind, tight=tight)


@pytest.mark.parametrize(
    ("latex", "tight"),
    [
        (r"s'(x) \le \frac{1}{4}", "x = 0"),
        (r"x y \le \frac{1}{2} (x^2 + y^2)", "y = x"),
        (
            r"|\mathbf{x}^{\top}\mathbf{w}| \le \|\mathbf{x}\|_2 \|\mathbf{w}\|_2",
            r"\mathbf{w} = -2\mathbf{x}",
        ),
        (KL + r" \ge 0", r"\mathbf{p} = \hat{\mathbf{p}}"),
        (r"\log u \le u - 1", "u = 1"),
        (r"-|x| \le x \le |x|", "x = -1\nx = 2"),
        (r"0 \le \sin^2 x \le 1", "x = 0\nx = \\frac{\\pi}{2}"),
    ],
)  # fmt: skip
def test_a_bound_is_met_at_its_points(latex, tight):
    assert run(latex, tight).state == "checked"


@pytest.mark.parametrize(
    ("latex", "tight", "words"),
    [
        (r"s'(x) \le \frac{1}{3}", "x = 0", "not equal at x = 0"),
        (r"s'(x) \le \frac{1}{4}", "x = 1", "not equal at x = 1"),
        (KL + r" \ge -1", r"\mathbf{p} = \hat{\mathbf{p}}", "not equal"),
        (r"-|x| \le x \le |x|", "x = 2", r"'-|x| \le x'"),
        (r"-|x| \le x \le |x|", "y = 2\ny = 3", "y = 2, nor y = 3"),
        (r"\log u \le u - 1", "u = -1", "no point of the table"),
        (KL + r" \ge 0", r"\mathbf{p} = 2\hat{\mathbf{p}}", "no point of the table"),
        (r"x y \le \frac{1}{2} (x^2 + y^2)", "2y = x", "no point of the table"),
        (r"x y \le \frac{1}{2} (x^2 + y^2)", r"y \le x", "no point"),
        (r"x y < 1 + \frac{1}{2} (x^2 + y^2)", "y = x", "never equal"),
    ],
)
def test_where_it_is_not_met_the_refusal_tells(latex, tight, words):
    result = run(latex, tight)
    assert result.state == "refused"
    assert words in result.message


def test_there_must_be_an_inequality():
    assert "no inequality" in run("x + y = y + x", "x = 0", kind="identity").message


def test_weaker_versions_are_caught_as_well():
    loose = check(Page(PAGE), r"s'(x) \le \frac{1}{4}", kind="bound")
    tight = run(r"s'(x) \le \frac{1}{4}", "x = 0")
    assert tight.killed == tight.mutants > loose.killed
