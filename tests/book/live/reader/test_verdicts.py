# ruff: noqa: E501 - a formula stands on one line, as in the book
"""What a reader makes of an equation: true, wrong with a small draw, or refused where and why."""

from __future__ import annotations

import json
from typing import Any

import pytest

from book._ext.live.reader import pages, verdicts

LOSS = r"\nabla_{\mathbf{w}} \mathcal{L}(\mathbf{w}) = -\frac{1}{n} \mathbf{X}^{\top}(\mathbf{y}-\mathbf{X}\mathbf{w})"
LINES = [
    "n = 6",
    "d = 3",
    r"\mathbf{X} : R[n,d]",
    r"\mathbf{y} : R[n]",
    r"\mathbf{w} : R[d]",
    r"\mathbf{C} : R[d,d]",
    r"\mathcal{L}(\mathbf{w}) = \frac{1}{2n}\|\mathbf{y}-\mathbf{X}\mathbf{w}\|_2^2",
    "x, y : R",
]
QUADRATIC = r"\nabla_{\mathbf{w}} (\mathbf{w}^{\top}\mathbf{C}\mathbf{w}) = (\mathbf{C}+\mathbf{C}^{\top})\mathbf{w}"
STEPS = [
    {"lines": LINES},
    {"label": "eq-loss", "latex": LOSS, "long": 300_000},
    {
        "label": "eq-quadratic",
        "latex": QUADRATIC,
        "equivalent": [r"transpose \mathbf{C}"],
    },
    {"label": "eq-bound", "latex": r"x^2 + y^2 \ge 2 x y", "kind": "bound"},
    {"label": "eq-wrong", "latex": "(x + y)^2 = x^2 + y^2", "expect": "wrong"},
    {"label": "eq-absolute", "latex": "|x| = |-x|"},
]


@pytest.fixture(autouse=True)
def page() -> None:
    pages.open_page(json.dumps(STEPS))


def check(latex: str, label: str = "eq-loss") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(verdicts.check(label, latex))
    return found


def attack(label: str, latex: str = "") -> dict[str, Any]:
    """Return what an attack finds in the end."""
    latex = latex or pages.step(label)["latex"]
    found: dict[str, Any] = json.loads(verdicts.attack(label, latex, True, 1000))
    assert found["ended"]
    return found


@pytest.mark.parametrize(
    "latex",
    [
        LOSS,
        LOSS.replace(r"= -\frac{1}{n}", r"= \frac{1}{n}").replace(
            r"(\mathbf{y}-\mathbf{X}\mathbf{w})", r"(\mathbf{X}\mathbf{w}-\mathbf{y})"
        ),
        r"\frac{\partial \mathcal{L}(\mathbf{w})}{\partial \mathbf{w}} = \frac{1}{n} (\mathbf{X}\mathbf{w}-\mathbf{y})^{\top}\mathbf{X}",
    ],
)
def test_any_form_that_is_true_is_checked(latex: str) -> None:
    found = check(latex)
    assert (found["state"], found["draws"]) == ("checked", 20)
    assert found["error"] < 1e-9


def test_a_wrong_sign_has_a_small_counterexample() -> None:
    found = check(LOSS.replace("= -", "= "))
    assert found["state"] == "wrong"
    assert dict(found["witness"]["draw"])["n"] == "3"
    [(left, one), (right, two)] = found["witness"]["sides"]
    assert (left, right) == ("left", "right")
    assert one != two
    assert one.startswith(r"\begin{pmatrix}")


def test_a_missing_transpose_is_refused_where_it_stands() -> None:
    latex = LOSS.replace(r"\mathbf{X}^{\top}(", r"\mathbf{X}(")
    found = check(latex)
    assert found["state"] == "refused"
    assert found["excerpt"] == latex[slice(*found["at"])]
    assert found["what"].endswith("times 6 x 1")


@pytest.mark.parametrize(
    ("latex", "excerpt", "what"),
    [
        ("nonsense", "o", "o is not declared on this page"),
        (r"x = \frac{1}{n = 2", "{", "this brace is never closed"),
        (r"\mathbf{z} = \mathbf{w}", r"\mathbf{z}", r"\mathbf{z} is not declared on this page"),
        (r"x = 1/2n", "1/2", "what stands after a/b: above or under the line?"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(latex: str, excerpt: str, what: str) -> None:
    found = check(latex)
    assert found["state"] == "refused"
    assert (found["excerpt"].strip(), found["what"]) == (excerpt, what)


def test_a_counterexample_counts_only_where_the_book_holds() -> None:
    assert check("|x| = x", "eq-absolute")["witness"]["draw"] == [["x", "-1"]]


def test_what_the_book_shows_as_wrong_is_wrong_and_can_be_mended() -> None:
    assert check("(x + y)^2 = x^2 + y^2", "eq-wrong")["witness"] is not None
    assert check("(x + y)^2 = x^2 + 2 x y + y^2", "eq-wrong")["state"] == "checked"
    assert json.loads(verdicts.slips("eq-wrong")) == []


def test_an_attack_counts_what_is_caught() -> None:
    found = attack("eq-loss")
    assert (found["caught"], found["true"], found["missed"]) == (found["of"], [], [])
    assert found["done"] == found["of"]


def test_an_attack_goes_on_where_it_was_left() -> None:
    whole = attack("eq-quadratic")
    latex, counts = QUADRATIC, [0]
    found = json.loads(verdicts.attack("eq-quadratic", latex, True, 0))
    while not found["ended"]:
        counts.append(found["done"])
        found = json.loads(verdicts.attack("eq-quadratic", latex, False, 1e-9))
    assert found == whole
    assert len(counts) > 2
    assert counts == sorted(counts)


def test_what_lives_is_told_to_be_true_if_the_build_knows_it() -> None:
    found = attack("eq-quadratic")
    assert [len(found["true"]), found["missed"]] == [1, []]
    other = QUADRATIC.replace(r"\mathbf{C}\mathbf{w})", r"\mathbf{C}^{\top}\mathbf{w})", 1)
    assert attack("eq-quadratic", other)["missed"] == []
    assert attack("eq-bound")["missed"] == []


def test_slips_are_the_wrong_versions_and_none_that_is_true() -> None:
    slips = json.loads(verdicts.slips("eq-quadratic"))
    assert len(slips) == attack("eq-quadratic")["caught"]
    assert {check(latex, "eq-quadratic")["state"] for latex in slips} == {"wrong", "refused"}
    for latex in json.loads(verdicts.slips("eq-bound")):
        assert check(latex, "eq-bound")["state"] != "checked"


@pytest.mark.parametrize("label", ["eq-quadratic", "eq-loss", "eq-absolute"])
def test_a_round_asks_true_and_wrong_versions_and_knows_which(label: str) -> None:
    for seed in range(3):
        round_ = json.loads(verdicts.versions(label, seed, 6))
        assert {version["isTrue"] for version in round_} == {True, False}
        assert len({version["latex"] for version in round_}) == len(round_)
        for version in round_:
            assert (check(version["latex"], label)["state"] == "checked") == version["isTrue"]


def test_a_round_differs_from_another() -> None:
    rounds = {verdicts.versions("eq-loss", seed, 6) for seed in range(5)}
    assert len(rounds) > 1
    assert verdicts.versions("eq-loss", 1, 6) == verdicts.versions("eq-loss", 1, 6)


@pytest.mark.parametrize(
    ("value", "latex"),
    [
        ("-1.5", "-1.5"),
        ("2e-5", r"2\times 10^{-5}"),
        ("(1, 0)", r"\begin{pmatrix}1\\0\end{pmatrix}"),
        ("((1, 0), (0, 2))", r"\begin{pmatrix}1&0\\0&2\end{pmatrix}"),
        ("{1, 3}", r"\{1, 3\}"),
        ("x^2", "x^2"),
    ],
)
def test_a_value_is_written_as_it_is_read(value: str, latex: str) -> None:
    assert verdicts.written(value) == latex
