"""A printed number is the value of its expression, a fact is true, and what is not has its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book._ext.findings import Finding
from book._ext.paths import BOOK
from book._ext.truth.answers import Answers
from book._ext.truth.claims import fault_of_form, findings_of, judge, read_claims, split
from book._ext.truth.kernels import execute, prepare_kernels, read_page
from book._ext.truth.wording import numbers_in
from tests.book.app import MATTER

# ------------------------------------------------------------------ what a page claims

PAGE = """\
(page)=
# {zh}``题 {num}`1 | a` ``{en}`Title`

```{values}
a = 1
```

:::{zh}
一行，
{num}`2 | b`，{fact}`多 | a < b`；{num}`2 | b`。
:::
:::{en}
- One line, {num}`2 | b`
- and {fact}`more | a < b`.
:::

```{code-cell}
---
mystnb:
  figure:
    name: fig-one
    caption: "{zh}``图 {num}`3 | c` ``{en}``Figure {num}`3 | c` ``"
---
c = 3
```

::::{note} {zh}``注 {fact}`大 | c > b` ``{en}`Note`
:class: tip

:::{zh}
里面 {num}`4 | c + 1`
:::
::::

```{terms}
名 | míng | name | page

有 {num}`5 | 5` 个。
```

| {num}`6 | 6` |
| --- |
| {num}`7 | 7` |

`{num}` is code, and {eq}`num` none of ours.
"""


def test_claims_have_their_lines_their_languages_and_the_cell_that_stands_above() -> None:
    claims, steps, values = read_claims(MATTER + PAGE)
    above = MATTER.count("\n")
    assert [(c.line - above, c.words, c.language, c.place[0]) for c in claims[1:]] == [
        *((10, "2", "zh", 0), (10, "多", "zh", 0), (10, "2", "zh", 0)),
        *((13, "2", "en", 0), (14, "more", "en", 0)),
        *((17, "3", "zh", 1), (17, "3", "en", 1)),
        *((27, "大", "zh", 1), (31, "4", "zh", 1), (38, "5", "", 1)),
        *((41, "6", "", 1), (43, "7", "", 1)),
    ]
    assert values == {(0, 1): above + 5}
    assert [[step.kind for step in steps[0]], [step.source for step in steps[1]]] == [
        ["num", "values", "num", "fact"],  # each is asked once
        ["c", "c > b", "c + 1", "5", "6", "7"],
    ]


@pytest.mark.parametrize("path", sorted(BOOK.glob("*.md")), ids=lambda path: path.stem)
def test_no_claim_of_a_page_is_dropped(path: Path) -> None:
    text = path.read_text("utf-8")
    written = len(re.findall(r"\{(?:num|fact)\}`(?!`)", text))
    assert len(read_claims(text).claims) == written


def test_the_last_bar_stands_before_the_expression() -> None:
    assert split("|x| | more | a | b") == ("|x| | more | a", "b")
    assert split("more |") == split("more") == ("more", "")


# ------------------------------------------------------------------ whether it is true


def said(text: str) -> list[tuple[int, str]]:
    """Return what is said of a page without cells, with the lines."""
    claims = read_claims(text)
    verdicts = judge(claims, [Answers().to(claims.steps[0], {})])
    return [finding[1:] for finding in findings_of(Path("page.md"), verdicts)]


@pytest.mark.parametrize(
    "claim",
    [
        *("0.25 | 1/4", "0.3 | 1/3", "76 | 75.8", "76,840 | 76839.7", "−1,000 | -1000.4"),
        *("65% | 0.6505", "6.1e-5 | 2**-14", "4 | 3 + 1"),
    ],
)
def test_a_number_that_is_right_as_it_is_printed_is_no_finding(claim: str) -> None:
    assert said(f"{{num}}`{claim}`") == []


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ("0.25 | 0.256", "0.25 is printed, but 0.256 = 0.256"),
        ("76 | 76.6", "76 is printed, but 76.6 = 76.6"),
        ("75.8 | 75.86", "75.8 is printed, but 75.86 = 75.86"),
        ("65% | 65", "65% is printed, but 65 = 65"),
        ("1 | float('nan')", "1 is printed, but float('nan') = nan"),
        (
            "1 | lost",
            "lost raised NameError: name 'lost' is not defined; known are dlref, np, and what "
            "cells and {values} above assign",
        ),
        ("1 | 1 /", "1 / raised SyntaxError: invalid syntax"),
        ("1 | [1]", "[1] is no number, but of type list"),
        ("1", "a number is written {num}`0.25 | expression`, got '1'"),
        ("one | 1", "a number is written {num}`0.25 | expression`, got 'one | 1'"),
        *(
            (
                f"{literal} | 1",
                f"a number is written {{num}}`0.25 | expression`, got '{literal} | 1'",
            )
            for literal in ("1e99999999999999", "1e309")  # which is more than any float
        ),
        ("1 |", "a number is written {num}`0.25 | expression`, got '1'"),
    ],
)
def test_a_wrong_number_is_said_with_what_it_is(claim: str, message: str) -> None:
    assert said(f"# Page\n\nA line\nand {{num}}`{claim}`") == [(4, message)]


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ("twice | 2 * 2 == 4", ""),
        ("less | 2 * 2 < 4", '"less" is said, but 2 * 2 < 4 is false: 2 * 2 = 4'),
        ("less | any([])", '"less" is said, but any([]) is false'),
        ("less | 1", "1 is no truth value, but of type int"),
        (
            "at most $2$ | 1 <= 2",
            '"at most $2$" is said, but readers would see dollars: put the formula beside the fact',
        ),
        ("less | True", '"less" is said, but True tests nothing: name what is compared'),
        ("less", "a fact is written {fact}`words | expression`, got 'less'"),
        (" | 1 < 2", "a fact is written {fact}`words | expression`, got '1 < 2'"),
    ],
)
def test_a_wrong_fact_is_said_with_what_it_compares(claim: str, message: str) -> None:
    assert said(f"{{fact}}`{claim}`") == [(1, message)] * bool(message)


@given(st.floats(-1e6, 1e6), st.integers(0, 6))
def test_rounding_is_accepted_and_one_unit_off_is_not(value: float, digits: int) -> None:
    literal = f"{value:.{digits}f}"
    assert said(f"{{num}}`{literal} | {value!r}`") == []
    off = float(literal) + 1.01 * 10.0**-digits
    assert said(f"{{num}}`{literal} | {off!r}`") == [
        (1, f"{literal} is printed, but {off!r} = {off:.10g}")
    ]


def test_each_half_of_a_pair_is_told_what_is_wrong_with_it_once() -> None:
    pair = ":::{zh}\n{num}`2 | 3`\n:::\n:::{en}\n{num}`2 | 3`, {num}`2 | 3`\n:::\n"
    claims = read_claims(pair)
    verdicts = judge(claims, [Answers().to(claims.steps[0], {})])
    found = set(findings_of(Path("page.md"), verdicts))
    message = "2 is printed, but 3 = 3"
    assert found == {Finding("page.md", line, message) for line in (2, 5)}


STATEMENTS = "```{values}\nm = 1\nn = 1 / 0\n```\n\n"


def test_claims_that_need_statements_which_failed_wait_for_them() -> None:
    failed = "{values} raised ZeroDivisionError: division by zero"
    assert said(STATEMENTS) == [(3, failed)]
    page = STATEMENTS + "{num}`1 | m`, {num}`1 | n`, {num}`2 | m + n`, {fact}`more | n > m`"
    assert said(page) == [(3, f"{failed}; 2 numbers and 1 fact wait for it")]
    right = "2 is printed, but m = 1"
    assert said(page.replace("`1 | m`", "`2 | m`"))[1:] == [(6, right)]
    missing = said("{num}`1 | n`\n\n" + STATEMENTS)
    assert [line for line, _ in missing] == [1, 5]


def test_claims_below_a_cell_that_failed_are_unknown_and_no_finding() -> None:
    claims = read_claims("{num}`1 | 1`\n\n```{code-cell}\n1 / 0\n```\n\n{num}`2 | 3`")
    verdicts = judge(claims, [[{"value": 1.0}]])
    assert [(v.state, v.message) for v in verdicts] == [("holds", ""), ("unknown", "")]


MOVING = """\
```{code-cell}
---
explore: {rate: a | b | c}
mystnb:
  figure:
    caption: |
      {zh}``{num}`1 | a` ``{en}``{num}`1 | a` ``

      {zh}``{num}`2.0 | b` {fact}`小 | b < 9` ``{en}``{num}`2.0 | b` {fact}`small | b < 9` ``
---
1
```
"""


def test_what_a_caption_says_below_its_first_paragraph_is_asked_of_each_frame() -> None:
    assert read_claims(MOVING).steps[1] == [
        ("num", "a"),
        ("each num", "b"),
        ("each fact", "b < 9"),
    ]
    unmoved = MOVING.replace("explore: {rate: a | b | c}\n", "")
    assert [kind for kind, _ in read_claims(unmoved).steps[1]] == ["num", "num", "fact"]
    assert {claim.kind for claim in read_claims(MOVING).claims} == {"num", "fact"}


def test_a_number_is_that_of_the_first_frame_and_a_fact_is_true_of_one() -> None:
    claims = read_claims(MOVING)

    def verdicts(number: float, each: list[bool]) -> set[tuple[str, str]]:
        fact = {"value": any(each), "sides": "b = 9", "each": each}
        answers = [[], [{"value": 1.0}, {"value": number, "each": [number, 7.0]}, fact]]
        return {(v.state, v.message) for v in judge(claims, answers) if v.each}

    assert verdicts(2.0, [False, True]) == {("holds", "")}
    assert ("wrong", "2.0 is printed, but b = 3") in verdicts(3.0, [False, True])
    false = ("wrong", '"small" is said, but of no frame: b < 9 is false in all')
    assert false in verdicts(2.0, [False, False])


# ------------------------------------------------------------------ what the book claims


@pytest.mark.parametrize(
    "page", ["gradient", "linear-model", "loss", "parameter-learning", "training-data"]
)
def test_each_claim_of_a_page_fails_on_its_line_when_it_is_denied(
    tmp_path: Path, page: str
) -> None:
    text = (BOOK / f"{page}.md").read_text("utf-8")
    denied = re.sub(r"(\{fact\}`[^`]*) \| ([^`]*)`", r"\1 | not (\2)`", text)
    denied = re.sub(r"(\{num\}`[^`|]*\d)(?=\D* \|)", another_digit, denied)
    path = tmp_path / f"{page}.md"
    path.write_text(denied, "utf-8")
    prepare_kernels()
    outcome = execute(read_page(path))
    verdicts = judge(outcome.page.claims, outcome.answers)
    claimed = [(claim.line, claim.expression) for claim in read_claims(text).claims]
    assert outcome.findings == []
    assert len(claimed) > 3
    assert {v.state for v in verdicts} == {"wrong"}
    assert sorted(v.line for v in verdicts) == sorted(line for line, _ in claimed)
    assert all("is printed, but" in v.message or "is said, but" in v.message for v in verdicts)


def another_digit(match: re.Match[str]) -> str:
    """Return a number with another last digit."""
    return match[1][:-1] + str((int(match[1][-1]) + 5) % 10)


FACTS = [
    pytest.param(claim.words, claim.expression, id=f"{path.stem}:{claim.line}")
    for path in sorted(BOOK.glob("*.md"))
    for claim in read_claims(path.read_text("utf-8")).claims
    if claim.kind == "fact" and any(numbers_in(claim.words))
]


@pytest.mark.parametrize(("words", "expression"), FACTS)
def test_each_number_word_of_the_book_is_one_that_its_fact_tests(
    words: str, expression: str
) -> None:
    assert fault_of_form("fact", words, expression) == ""
    for word, _ in numbers_in(words):
        other = words.replace(word, "seventeen" if word.isascii() else "十七", 1)
        assert 'for "' in fault_of_form("fact", other, expression), other
