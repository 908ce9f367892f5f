"""What is refused is told in Chinese as well: what readers write, and what is wrong with it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from book._ext.live import ship
from eqcheck import Page, check
from tests.book.site.node import worth

PAGE = Page(r"""
n = 6
d = 3
\mathbf{X} : R[n,d]; rows \mathbf{x}_i
\mathbf{y} : R[n]; entries y_i
\mathbf{w} : R[d]; entries w_j
x, y, b : R
f : R -> R
""")
SLIPS = (
    *(r"x = \frac{1}{2", "x = 1/2n", "x = ", "= x", "x = y +", "x + y", "", "x = + - y", "x = x"),
    *("x = z", r"x = \sin", "x = 2 y 3", "x = (y", "x = y)", "x = y'", r"x = \left( y"),
    *("x = f", "x = f(x, y)", "x = f^2(y)", r"x = \foo y", "x = |||y||", "x = y_i_i", "x = w_9"),
    *(r"\mathbf{X} = \mathbf{X}\mathbf{y}", r"\mathbf{X}\mathbf{w} + b = \mathbf{y}"),
    *(r"\mathbf{y} = \mathbf{w}", r"\mathbf{y} + \mathbf{w} = \mathbf{y}", r"\mathbf{w}^2 = x"),
    *(r"x = \|\mathbf{X}\|", r"x = \mathbf{X}^{-1}", r"x = \sum y_i", r"x = \sum_{i=1}^{n} x"),
    *(
        r"x = \log \log",
        r"x = \frac{y}{0}",
        r"\nabla_{\mathbf{w}} x = 0",
        r"x = \sum_{i=1}^{n} y_j",
        *(r"x = [b = y]", r"x = \max_j w_j y", r"x = \max_j w_{j+1}", r"x = \lfloor y \rceil"),
        *(r"x = \max_{i = 1} y_i", r"x = \exp(\mathbf{w})", r"x = f(y \| \|\mathbf{w}\|)"),
        *(r"x = \max_j (w_j + y_j)", r"\nabla_{\mathbf{w}} \lfloor w_1 \rfloor = \mathbf{w}"),
        *(r"x = (\mathbf{X})_j", r"x = y \text{ if } \mathbf{w} = x", r"\text{if } x > 0, x = y"),
        *(r"x \overset{d}{=} y", r"x = \sum^{n} y_i", r"\partial_{\mathbf{w}} x = \mathbf{w}"),
        *(r"x = f(y \mid b \mid x)", r"x = \mathbb{E}_{z \sim p}[z]", r"x = y \text{ or } b"),
    ),
)


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """Return what is said of each slip, in both languages."""
    found = {latex: check(PAGE, latex, attack=False).refusal for latex in SLIPS}
    texts = {latex: [r.what, *([r.how] if r.how else [])] for latex, r in found.items() if r}
    assert texts.keys() == {*SLIPS}, "not refused"
    script = (ship.HERE / "refusal-words.mjs").read_text("utf-8")
    said = worth(
        f"Object.entries({json.dumps(texts)}).map(([k, v]) => [k, v.map(refusal)])", script
    )
    return dict(said)


@pytest.mark.parametrize("latex", SLIPS)
def test_a_slip_is_told_in_both_languages(told: dict[str, Any], latex: str) -> None:
    for text in told[latex]:
        words = re.sub(r"\\[A-Za-z]+", "", text["zh"])
        assert re.search("[\u4e00-\u9fff]", words), text
        assert not re.search(r"\b(?:the|of|write|is|an|no|to|use)\b", words), text
        assert text["zh"].endswith(("。", "？")), text
        assert text["en"].endswith((".", "?")), text


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("6 x 4 times 6 x 1", "6 × 4 与 6 × 1 不能相乘：形状不合。", "6 × 4 times 6 × 1."),
        (
            "a is not declared on this page",
            "本页没有定义记号 a。",
            "a is not declared on this page.",
        ),
        ("a division by zero", "除以了零。", "A division by zero."),
        ("something new", "something new。", "Something new."),
    ],
)
def test_words_are_sentences(text: str, zh: str, en: str) -> None:
    script = (ship.HERE / "refusal-words.mjs").read_text("utf-8")
    assert worth(f"refusal({json.dumps(text)})", script) == {"zh": zh, "en": en}
