# ruff: noqa: E501 - a formula stands on one line, as in the book
"""A relation in running text holds, or says why it need not; a wrong one has its file and line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from book._ext.paths import BOOK
from book._ext.truth.report import tell_relations
from eqcheck.sphinx.results import results_of
from tests.book.app import MATTER, PAGE, Build

EXTENSIONS = ("book._ext.languages.bilingual", "book._ext.truth")
SYMBOLS = """
```{symbols}
d = 3 | 个数 | number of entries
\\mathbf{x}, \\mathbf{w} : R[d] | 向量 | vectors
\\mathbf{C} : R[d,d] | 方阵 | a square matrix
a, b : R | 数 | numbers
\\eta : (0, 1) | 学习率 | learning rate
```
"""
# A relation on each of five pages, what makes it wrong, and what is said.
PLANTED = {
    "parameter-learning": (r"m = \hat{y}_i + H_{ii}(m - y_i)", r"m = \hat{y}_i - H_{ii}(m - y_i)"),
    "linear-model": (r"\cdot (x_j - a_j)/s_j + w_j a_j", r"\cdot (x_j - a_j)/s_j - w_j a_j"),
    "dropout": (r"\lambda = p/(1-p)", r"\lambda = p/(1+p)"),
    "model-selection": (r"\mathbf{H}\mathbf{H} = \mathbf{H}", r"\mathbf{H}\mathbf{H} = -\mathbf{H}"),
    "weight-decay": (r"$b_{t+1} = b_t - \eta", r"$b_{t+1} = b_t + \eta"),
}  # fmt: skip


def pair(formula: str) -> str:
    return f"\n:::{{zh}}\n式 ${formula}$。\n:::\n:::{{en}}\nFormula ${formula}$.\n:::\n"


def check_of(formula: str, *options: str) -> str:
    return f"\n```{{check}} ${formula}$\n" + "\n".join(options) + "\n```\n"


def listing(*conditions: str) -> str:
    lines = "".join(f"- '{latex}'\n" for latex in conditions)
    return MATTER.replace("  name: python3\n", f"  name: python3\nconditions:\n{lines}")


def found(build: Build, text: str, *warns: str, **config: Any) -> list[tuple[str, str]]:
    """Build a page; return the kind and the state of each relation in its text."""
    built = build(text, *EXTENSIONS, builder="equations", warns=warns, **config)
    return [(r["kind"], r["state"]) for r in results_of(built.app.env)["page"]["inline"]]


# ------------------------------------------------------------------ what is run


@pytest.mark.parametrize(
    "formula",
    [
        *("a + a = 2 a", r"\mathbf{x} \in \mathbb{R}^d", r"\eta > 0", r"\eta \in (0, 1)"),
        r"|\mathbf{w}^{\top}\mathbf{x}| \le \|\mathbf{w}\|_2 \|\mathbf{x}\|_2",
    ],
)
def test_what_holds_for_all_values_of_the_symbols_needs_nothing(build: Build, formula: str) -> None:
    symbols = SYMBOLS if "2 a" in formula else SYMBOLS.replace("a, b : R | 数 | numbers\n", "")
    used = pair(r"\mathbf{x}, \mathbf{w}, \mathbf{C}, \eta, b")
    assert [state for _, state in found(build, PAGE + symbols + pair(formula) + used)] == [
        "checked"
    ]


@pytest.mark.parametrize(
    "place",
    [
        "\n(other)=\n## {zh}`若 $FORMULA$`{en}`If $FORMULA$`\n",
        "\n:::{zh}\n- 若 $FORMULA$\n:::\n:::{en}\n- if $FORMULA$\n:::\n",
        "\n:::{zh}\n| 名 |\n| :-- |\n| $FORMULA$ |\n:::\n:::{en}\n| name |\n| :-- |\n| $FORMULA$ |\n:::\n",
    ],
)  # fmt: skip
def test_a_relation_is_found_wherever_text_stands(build: Build, place: str) -> None:
    text = (
        PAGE + "\n```{symbols}\na : R | 数 | number\n```\n" + place.replace("FORMULA", "a + a = 3a")
    )
    assert found(build, text, "page.md:", edition="en") == [("identity", "wrong")]


@pytest.mark.parametrize("edition", ["zh", "en", "zh-en"])
def test_both_halves_hold_one_relation_however_they_space_it(build: Build, edition: str) -> None:
    spaced = "\n:::{zh}\n式 $a+a=2a$。\n:::\n:::{en}\nFormula $a + a = 2a$.\n:::\n"
    text = PAGE + "\n```{symbols}\na : R | 数 | number\n```\n" + spaced
    assert found(build, text, edition=edition) == [("identity", "checked")]


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("a + a = 3 a", r"a \+ a = 3 a is wrong: .*\(a condition, not an identity\? list it"),
        (r"\eta < 0", r"\\eta < 0 is wrong"),
        (r"c = a", r"c = a is refused: .*c is not declared on this page; declare"),
        (r"\mathbf{x} \in \mathbb{R}^{d \times d}", "is refused: .*is not that of the space"),
        (r"a \sim b", r"is refused: .*\(a definition, or words\? say so in a check \$a \\sim b\$"),
        (r"\det(\mathbf{C}\mathbf{C}) = \det(\mathbf{C})^2", "holds, but these wrong versions pass: .* list as equivalent .* in a check"),
    ],
)  # fmt: skip
def test_what_is_wrong_or_cannot_be_run_is_named_with_its_line_and_how_to_mend_it(
    build: Build, formula: str, words: str
) -> None:
    text = PAGE + SYMBOLS + pair(formula) + pair(r"\mathbf{x}, \mathbf{w}, \mathbf{C}, \eta, a, b")
    built = build(text, *EXTENSIONS, builder="equations", warns=None)
    [said] = built.warnings.splitlines()
    line = (built.app.srcdir / "page.md").read_text("utf-8").splitlines().index(f"式 ${formula}$。")
    assert f"page.md:{line + 1}: WARNING" in said
    assert re.search(words, said), said


def test_a_formula_is_run_again_with_another_table_if_its_letters_mean_something_there(
    build: Build,
) -> None:
    one = "\n```{symbols}\na : (0, 1) | 数 | number\n```\n"
    other = one.replace("(0, 1)", "(2, 3)")
    none = "\n```{symbols}\nb : R | 数 | number\n```\n" + pair("b")
    claim = pair("a < 1")
    assert found(build, PAGE + one + claim + none + claim) == [("bound", "checked")]
    states = found(build, PAGE + one + claim + other + claim, "page.md:39: WARNING: a < 1 is wrong")
    assert states == [("bound", "checked"), ("bound", "wrong")]


def test_a_relation_of_what_failed_before_it_waits_for_that(build: Build) -> None:
    text = (
        PAGE
        + SYMBOLS.replace("a, b : R", "a, b : Q")
        + pair("a + a = 2 a")
        + pair(r"\mathbf{x}, \mathbf{w}, \mathbf{C}, \eta")
    )
    built = build(
        text, *EXTENSIONS, builder="equations", warns=["1 relation that needs a or b waits for it"]
    )
    assert built.warnings.count("WARNING") == 1


@pytest.mark.parametrize("formula", ["n = 5", "k < d", r"\sum_{i=1}^{n} i = 15", "d_1 > d_2"])
def test_what_names_only_dimensions_is_a_condition_and_no_claim(build: Build, formula: str) -> None:
    sizes = "\n```{symbols}\nn = 5\nd = 4\nk = 3\nd_l = 9, 8, 7\n```\n"
    text = PAGE + sizes + pair(formula) + pair("n, d, k, d_1")
    said = f"{formula} is refused: it holds of the sizes drawn only: list it under `conditions`"
    [(_, state)] = found(build, text, said)
    assert state == "refused"
    assert found(build, listing(formula) + text) == [("condition", "checked")]


def test_what_names_a_dimension_and_more_is_a_claim(build: Build) -> None:
    symbols = "\n```{symbols}\nn = 5\n\\mathbf{x} : R[n] | 向量 | vector\n```\n"
    claim = pair(r"\mathbf{x} \in \mathbb{R}^n") + pair("1 + 1 = 2")
    states = [state for _, state in found(build, PAGE + symbols + claim)]
    assert states == ["checked", "checked"]


# ------------------------------------------------------------------ what authors list


def test_a_condition_is_listed_and_must_be_possible(build: Build) -> None:
    symbols, words = "\n```{symbols}\n\\eta : (0, 1) | 学习率 | rate\n```\n", pair(r"\eta = 0.5")
    assert found(build, listing(r"\eta=0.5") + PAGE + symbols + words) == [("condition", "checked")]
    text = listing(r"\eta = 1.5") + PAGE + symbols + words.replace("0.5", "1.5")
    assert found(build, text, r"\eta = 1.5 cannot be met") == [("condition", "wrong")]


def test_a_condition_that_always_holds_or_stands_nowhere_is_left_out_of_the_list(
    build: Build,
) -> None:
    text = PAGE + "\n```{symbols}\n\\eta : (0, 1) | 学习率 | rate\n```\n" + pair(r"\eta < 1")
    holds = r"\eta < 1 holds for all values of the symbols: leave it out of `conditions`"
    found(build, listing(r"\eta < 1") + text, holds)
    stale = r"page.md:6: WARNING: no relation in the text of this page is x = 3: leave it out"
    found(build, listing("x = 3") + text, stale)


def test_what_is_not_compared_says_why_or_how_else_in_a_check(build: Build) -> None:
    why = ":why: 起个名字。 | A name."
    text = PAGE + pair("c = a") + check_of("c = a", ":kind: definition", why)
    assert found(build, text) == [("definition", "definition")]
    code = SYMBOLS.split("d = 3")[0] + "z : R | 数 | number\nh : R; defined | 值 | value\n```\n"
    text = (
        PAGE
        + code
        + pair(r"h = \max(0, z)")
        + check_of(r"h=\max(0, z)", ":kind: code", ":code: dlref.relu(z)")
    )
    assert found(build, text) == [("code", "checked")]
    assert found(build, text.replace("dlref.relu", "dlref.sigmoid"), "is wrong") == [
        ("code", "wrong")
    ]


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (check_of("c = d", ":kind: definition"), "is $c = d$: did you mean $c = a$?"),
        (check_of("x", ":kind: definition"), "is $x$: leave this check out"),
        (check_of("c = a", ":kind: definition"), "says to readers of both languages why"),
        (check_of("c = a", ":kid: definition"), "a check takes :kind:"),
        (check_of("c = a", ":kind: condition"), "kind must be one of identity"),
        (2 * check_of("c = a", ":kind: definition", ":why: 名 | name"), "$c = a$ has a check already"),
    ],
)  # fmt: skip
def test_a_check_that_is_of_no_formula_or_says_nothing_is_named(
    build: Build, check: str, message: str
) -> None:
    built = build(PAGE + pair("c = a") + check, *EXTENSIONS, builder="equations", warns=None)
    assert message in built.warnings


def test_conditions_that_cannot_be_read_let_no_relation_be_called_wrong(build: Build) -> None:
    cut = listing("a = 1").replace("a = 1'", "a = 1")
    build(
        cut + PAGE + pair("a = 1"),
        *EXTENSIONS,
        builder="equations",
        warns=["the front matter is not YAML"],
    )


@pytest.mark.parametrize("value", [" 'a = 1'", " [1, 2]", "", " {a: 1}", " 5"])
def test_conditions_of_another_form_are_named_with_their_line(build: Build, value: str) -> None:
    matter = MATTER.replace("  name: python3\n", f"  name: python3\nconditions:{value}\n")
    said = "page.md:5: WARNING: `conditions` is a list of formulas: a line `- 'a = 1'` for each"
    assert found(build, matter + PAGE + pair("a = 1"), said) == []


# ------------------------------------------------------------------ the book


def test_the_last_line_counts_all_and_what_has_no_verdict() -> None:
    states = [
        ("identity", "checked"),
        ("condition", "checked"),
        ("notation", "notation"),
        ("code", "wrong"),
    ]
    told = tell_relations([{"kind": kind, "state": state} for kind, state in states])
    assert told == (
        "4 inline relations: 1 executed and hold, 1 conditions that can be met, 0 wrong as "
        "claimed, 1 listed as definitions or words, 1 without a verdict"
    )


@pytest.mark.parametrize("page", PLANTED)
def test_a_wrong_sign_planted_in_the_text_of_a_page_is_named_with_its_line(
    build: Build, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eqcheck.checks.attack.mutants", lambda *_, **__: [])  # slow
    right, wrong = PLANTED[page]
    text = (BOOK / f"{page}.md").read_text("utf-8")
    assert text.count(right) >= 2
    line = next(n for n, line in enumerate(text.splitlines(), 1) if right in line)
    built = build({page: text.replace(right, wrong)}, *EXTENSIONS, builder="equations", warns=None)
    place = f"{Path(page)}.md:{line}: WARNING: "
    [said] = [w for w in built.warnings.splitlines() if place in w and "[eqcheck]" in w]
    assert wrong.split("=")[-1].strip().split()[0] in said
    assert " is wrong: " in said
