"""What is written in another way says the same, which running it shows."""

from __future__ import annotations

import pytest

from eqcheck import Page, Refusal, check, rewritings

PAGE = Page("d = 3 \n x, y, z : R \n \\mathbf{x}, \\mathbf{w} : R[d]; entries x_j, w_j")


@pytest.mark.parametrize(
    ("latex", "versions"),
    [
        ("x + y = y + x", ["y + x = x + y", "y + x = y + x", "x + y = x + y"]),
        ("x - y = z", ["z = x - y", "-y + x = z"]),
        ("-x + y = z", ["z = -x + y", "y - x = z"]),
        ("x - y + z = 1", ["1 = x - y + z", "-y + x + z = 1", "x + z - y = 1"]),
        (r"x (y - 1) \ge z", [r"x (-1 + y) \ge z"]),
        ("x = y = z", []),
    ],
)
def test_sides_and_terms_are_exchanged_with_their_signs(latex, versions):
    assert rewritings(latex, PAGE) == versions


@pytest.mark.parametrize(
    "latex",
    [
        "(x - y)^2 = x^2 - 2 x y + y^2",
        "(-x + y)(x + y) = y^2 - x^2",
        r"\begin{aligned} (x + y)^2 &= x^2 + 2 x y + y^2 \\ &= (y + x)^2 \end{aligned}",
        r"\|\mathbf{x} - \mathbf{w}\|_2^2 = \sum_{j=1}^{d} (x_j - w_j)^2",
        r"-\frac{x - y}{z^2 + 1} = \frac{y - x}{1 + z^2}",
    ],
)
def test_what_is_true_stays_true(latex):
    assert check(PAGE, latex, attack=False).state == "checked"
    found = rewritings(latex, PAGE)
    assert len(found) > 1
    for version in found:
        result = check(PAGE, version, attack=False)
        assert result.state == "checked" or "same expression" in result.message, version


def test_dots_keep_their_neighbours():
    assert rewritings(r"x_1 + x_2 + \cdots + x_d = z", PAGE) == [
        r"z = x_1 + x_2 + \cdots + x_d",
        r"x_2 + x_1 + \cdots + x_d = z",
    ]


def test_what_cannot_be_read_is_refused():
    with pytest.raises(Refusal):
        rewritings("x +", PAGE)
