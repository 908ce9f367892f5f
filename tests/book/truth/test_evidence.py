"""What readers are told of an equation's check is what the check found."""

from __future__ import annotations

import math
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from docutils import nodes

from book._ext.paths import BOOK as BOOK_FOLDER
from book._ext.truth.evidence import VOICES, summary, visit_evidence_latex
from eqcheck import FAILING, GREY, PASSING, read_line
from eqcheck import KINDS as KINDS_OF_CHECKS
from eqcheck.sphinx.nodes import equation_evidence, symbols_table
from eqcheck.sphinx.tables import render_symbols
from eqcheck.sphinx.words import IMPOSSIBLE
from tests.book.app import PAGE, SETTINGS, Build, Built

EXTENSIONS = ("book._ext.languages.bilingual", "book._ext.truth")
FOUND = {
    "label": "eq-a",
    "page": "page",
    "kind": "identity",
    "state": "checked",
    "latex": "a = a",
    "error": 4.4e-16,
    "draws": 24,
    "mutants": 7,
    "killed": 7,
    "message": "",
    "counterexample": "",
    "restates": False,
    "uses": None,
}


DEFINITION = {"state": "definition", "error": None}


def result(**changes: Any) -> dict[str, Any]:
    """Return the result of an equation that holds, with changes."""
    return {**FOUND, **changes}


def details(found: dict[str, Any], language: int) -> str:
    return [*VOICES.values()][language].details(found)


def figures(found: dict[str, Any], sizes: str, language: int) -> str:
    return [*VOICES.values()][language].figures(found, sizes)


# ------------------------------------------------------------------ words about an equation


@pytest.mark.parametrize(
    ("mutants", "killed", "chinese", "english"),
    [
        (7, 7, "；故意改错的 7 种写法全部被识破。", "; all 7 wrong versions were caught."),
        (1, 1, "；故意改错的 1 种写法全部被识破。", "; the one wrong version was caught."),
        (
            7,
            5,
            "；故意改动的 7 种写法识破了 5 种，其余 2 种同样成立。",
            "; of 7 altered versions 5 were caught, and the other 2 are true as well.",
        ),
        (
            7,
            6,
            "；故意改动的 7 种写法识破了 6 种，其余 1 种同样成立。",
            "; of 7 altered versions 6 were caught, and the other one is true as well.",
        ),
        (0, 0, "结果一致。", "random settings."),
    ],
)
def test_all_are_said_to_be_caught_if_and_only_if_none_survived(
    mutants: int, killed: int, chinese: str, english: str
) -> None:
    found = result(mutants=mutants, killed=killed)
    assert details(found, 0).endswith(chinese)
    assert details(found, 1).endswith(english)


def test_what_was_done_is_said_in_words_and_the_figures_apart() -> None:
    assert details(result(), 1).startswith("Computed separately, the sides agree at 24 random ")
    assert details(result(), 0).startswith("等号两边分别计算，在 24 组随机取值上结果一致；")
    for language in (0, 1):
        assert not re.search("error|误差|10⁻|n = 6", details(result(), language))
    told = [figures(result(), "n = 6, d = 4", language).replace("\xa0", " ") for language in (0, 1)]
    assert told == [
        "相对误差 4 × 10⁻¹⁶（舍入误差）；取值的大小：n = 6, d = 4",
        "Relative error 4 × 10⁻¹⁶ (rounding); sizes drawn: n = 6, d = 4",
    ]


def test_figures_claim_no_more_than_there_is() -> None:
    assert figures(result(error=0.0), "", 1) == "Relative error 0"
    assert figures(result(error=3e-5), "", 1) == "Relative error 3 × 10⁻⁵"
    for kind in ("bound", "limit", "distribution"):
        assert figures(result(kind=kind, error=0.0), "", 1) == ""
    for state in ("definition", "notation", *FAILING, "wrong-as-expected"):
        assert figures(result(state=state), "n = 6", 1) == ""


def test_every_kind_of_check_says_in_both_languages_what_was_done() -> None:
    for kind in set(KINDS_OF_CHECKS) - set(GREY):
        for language in (0, 1):
            assert "24" in details(result(kind=kind), language)


@pytest.mark.parametrize(
    ("error", "reason", "chinese", "english"),
    [
        (
            0.512,
            "",
            "在随机取值上，两边的相对差达到 0.51。",
            "On random values the sides differ by 0.51 of their size.",
        ),
        (math.inf, "", "式中的关系并不总成立。", "The relation does not always hold."),
        (None, "no shape", "无法计算：no shape。", "It cannot be computed: no shape."),
        (
            None,
            r"at 19, '\mathbf{w}_t - \eta': 4 x 1 plus 1 x 4; a row and a column: transpose one",
            "无法计算：4 × 1 的矩阵与 1 × 4 的矩阵，形状不合。",
            "It cannot be computed: a 4 × 1 matrix plus a 1 × 4 matrix.",
        ),
    ],
)
def test_a_formula_that_was_meant_to_fail_says_how_it_failed(
    error: float | None, reason: str, chinese: str, english: str
) -> None:
    failed = result(state="wrong-as-expected", error=error, message=reason)
    assert [details(failed, language) for language in (0, 1)] == [chinese, english]


@pytest.mark.parametrize(
    ("counterexample", "chinese", "english"),
    [
        (
            "with w = (1, 0): left 0.5, right 1",
            "取 w = (1, 0)：左边为 0.5，右边为 1。",
            " With w = (1, 0): left 0.5, right 1.",
        ),
        (
            "with η = 1: formula 0.5, code 1",
            "取 η = 1：公式得 0.5，代码得 1。",
            " With η = 1: formula 0.5, code 1.",
        ),
        ("left 2, right 3", "左边为 2，右边为 3。", " Left 2, right 3."),
        (
            r"with a = 1, in \mathbf{a} = 2a: left 1, right 2",
            "取 a = 1，对于 a = 2a：左边为 1，右边为 2。",
            " With a = 1, in a = 2a: left 1, right 2.",
        ),
        (
            "in 1 = 2: left 1, right 2",
            "对于 1 = 2：左边为 1，右边为 2。",
            " In 1 = 2: left 1, right 2.",
        ),
        (
            "with a = 1: at the candidate 1, nearby 0",
            "取 a = 1：所给之处为 1，附近为 0。",
            " With a = 1: at the candidate 1, nearby 0.",
        ),
        ("", "", ""),
    ],
)
def test_a_formula_that_was_meant_to_fail_shows_the_values_on_which_it_does(
    counterexample: str, chinese: str, english: str
) -> None:
    failed = result(state="wrong-as-expected", error=0.5, counterexample=counterexample)
    told = [details(failed, language) for language in (0, 1)]
    assert told[0] == f"在随机取值上，两边的相对差达到 0.5。{chinese}"
    assert told[1] == f"On random values the sides differ by 0.5 of their size.{english}"


@pytest.mark.parametrize("state", FAILING)
def test_an_equation_that_failed_says_what_failed_and_never_that_all_were_caught(
    state: str,
) -> None:
    failed = result(state=state, mutants=0, killed=0, message="the reason")
    told = [details(failed, language) for language in (0, 1)]
    assert told == [f"{words.FAILED[state]}the reason" for words in VOICES.values()]
    assert not re.search("全部|all were caught|agree|一致", "".join(told))


@pytest.mark.parametrize("state", ["definition", "notation", "model"])
def test_what_is_not_executed_gives_its_reason_in_each_language_and_claims_nothing(
    state: str,
) -> None:
    told = result(state=state, message="为何 | why")
    zh, en = (words.STATES[state] for words in VOICES.values())
    assert [details(told, language) for language in (0, 1)] == [
        f"{zh}。为何",
        f"{en.capitalize()}. why",
    ]
    assert details(result(state=state, message="one reason"), 0).endswith("。one reason")


@pytest.mark.parametrize(
    ("changes", "edition", "line"),
    [
        ({}, "zh", "✓ 已验算 · 误差 4e-16"),
        ({}, "en", "✓ checked · error 4e-16"),
        ({}, "zh-en", "✓ 已验算 checked · 误差 error 4e-16"),
        ({"error": 0.0}, "en", "✓ checked · error 0"),
        ({"kind": "limit"}, "en", "✓ checked"),
        ({"state": "wrong-as-expected", "error": 0.5}, "en", "✗ wrong, as claimed · error 0.5"),
        ({"restates": True, "error": 0.0}, "zh", "= 代码照公式写成 · 误差 0"),
        ({"restates": True, "error": 0.0}, "en", "= the same formula, in code · error 0"),
        ({**DEFINITION, "uses": 0}, "zh", "≝ 定义，没有验算用到"),
        ({**DEFINITION, "uses": 0}, "en", "≝ definition, used by no check"),
        ({**DEFINITION, "uses": 1}, "en", "≝ definition, used by 1 check"),
        ({**DEFINITION, "uses": 3}, "zh", "≝ 定义，有 3 项验算用到"),
        ({**DEFINITION, "uses": 3}, "en", "≝ definition, used by 3 checks"),
        ({"state": "notation", "error": None}, "zh", "· 记号"),
        ({"state": "wrong", "error": 0.5}, "en", "✗ wrong · error 0.5"),
        ({"state": "refused", "error": None}, "zh", "✗ 未通过"),
    ],
)
def test_the_line_under_an_equation_on_paper_is_its_state_and_its_error(
    changes: dict[str, Any], edition: str, line: str
) -> None:
    assert summary(result(**changes), edition) == line


def test_code_that_restates_its_formula_claims_no_more_than_that_the_code_is_right() -> None:
    told = [details(result(restates=True), language) for language in (0, 1)]
    assert told == [
        "代码就是照这个公式写的：两者在 24 组随机取值上一致，只说明代码没有写错，"
        "并不能证明公式；故意改错的 7 种写法全部被识破。",
        "The code is the formula over again: that the two agree at 24 random settings shows that "
        "the code is right, and no more; all 7 wrong versions were caught.",
    ]


def test_both_languages_have_words_for_every_state_and_kind() -> None:
    for words in VOICES.values():
        assert set(words.STATES) == set(PASSING)
        assert set(words.FAILED) == set(FAILING)
        assert set(words.KINDS) == set(KINDS_OF_CHECKS)
        assert len(words.IMPOSSIBLE) == len(IMPOSSIBLE)
        assert len(words.HEADINGS) == len(words.COLUMNS) * 2 == 6


# ------------------------------------------------------------------ a page and its index

BOOK = {
    "index": "(index)=\n# {zh}`书`{en}`Book`\n\n```{toctree}\n:numbered:\npage\nsecond\nall\n```\n",
    "all": "(all)=\n# {zh}`全部`{en}`All`\n\n```{equation-index}\n```\n",
    "page": PAGE
    + """
```{symbols}
a, b : R | 数，$a$ | numbers, $a$
n = 3
```

$$
(a + b)^2 = a^2 + 2 a b + b^2
$$ (eq-square)

```{check} eq-square
```

:::{zh}
$a + a = 2 a$，{num}`2 | 1 + 1`，$n$。
:::
:::{en}
$a + a = 2 a$, {num}`2 | 1 + 1`, $n$.
:::
""",
    "second": """\
(second)=
# {zh}`二`{en}`Second`

```{symbols}
a, b : R | 数 | numbers
```

$$
a + b = a - b
$$ (eq-wrong)

```{check} eq-wrong
:expect: wrong
```

$$
a := b
$$ (eq-name)

```{check} eq-name
:kind: notation
:why: 一种记法 | a way to write
```
""",
}


@pytest.fixture
def book(build: Build) -> Built:
    """Return a book of two pages, three equations and their index."""
    return build(BOOK, *EXTENSIONS, edition="en")


def test_the_index_lists_every_equation_page_by_page_and_links_it(book: Built) -> None:
    page = book.html("all")
    assert re.findall(r'href="(\w+\.html#equation-[\w-]+)"', page) == [
        "page.html#equation-eq-square",
        "second.html#equation-eq-wrong",
        "second.html#equation-eq-name",
    ]
    [table] = list(book.resolved("all").findall(nodes.table))[:1]
    rows = [
        [cell.astext() for cell in row.findall(nodes.entry)] for row in table.findall(nodes.row)
    ]
    assert rows[0] == ["Equation", "Kind", "State", "Error", "Draws", "Mutants"]
    assert rows[1][:3] == ["eq-square", "both sides", "✓ checked"]
    assert re.fullmatch(r"(\d+)/\1", rows[1][5])


def test_the_index_tells_restated_code_and_how_often_a_definition_is_used(build: Build) -> None:
    page = (
        BOOK["second"]
        .replace(":kind: notation", ":kind: definition")
        .replace("a := b", "c = a + b")
    )
    page = (
        page.replace("numbers\n", "numbers\nc, s : R; defined | 数 | numbers\n", 1)
        + """
$$
s = b + c
$$ (eq-code)

```{check} eq-code
:kind: code
:code: dlref.predict([c, b], [1, 1])
:restates:
```
"""
    )
    built = build({**BOOK, "second": page}, *EXTENSIONS, edition="en")
    table = list(built.resolved("all").findall(nodes.table))[1]
    states = [row[2].astext() for row in table.findall(nodes.row)]
    assert states[2:] == ["≝ definition, used by 1 check", "= same formula"]


def test_a_mark_opens_to_tell_how_the_equation_was_run(book: Built) -> None:
    [mark] = re.findall('<details class="evidence.*?</details>', book.html("page"))
    assert mark.startswith(
        '<details class="evidence checked" name="evidence" data-formula><summary '
    )
    assert ' aria-label="checked: details" title="checked: details">✓</summary>' in mark
    assert '<div><p lang="en">Computed separately, the sides agree at ' in mark
    assert re.search(r"<small>Relative error \d.*</small></p></div></details>$", mark)


def test_what_is_wrong_says_so_in_the_open_and_what_is_only_defined_when_asked(
    book: Built,
) -> None:
    page = book.html("second")
    [wrong] = re.findall('<div class="evidence wrong" data-formula>.*?</div>', page)
    assert wrong.startswith(
        '<div class="evidence wrong" data-formula><b>✗</b><p lang="en">Wrong, as claimed. On'
    )
    assert "left" in wrong
    [other] = re.findall('<details class="evidence other".*?</details>', page)
    assert 'aria-label="notation: details" title="notation: details">·</summary>' in other
    assert "Notation. a way to write" in other
    assert "data-formula" not in other, "nothing of it is executed, and nothing can be broken"


def test_plain_text_has_no_badge(build: Build) -> None:
    built = build(BOOK, *EXTENSIONS, edition="en", builder="text")
    assert "checked ·" not in (built.app.outdir / "page.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, r"\evidence{\evidencemark{✓} checked · error 4e-16}"),
        (
            {"restates": True},
            r"\evidence{\evidencemark{=} the same formula, in code · error 4e-16}",
        ),
        (
            {"state": "wrong-as-expected", "error": None},
            r"\evidence{\evidencemark{✗} wrong, as claimed · cannot be executed}",
        ),
    ],
)
def test_a_badge_on_paper_is_one_line(changes: dict[str, Any], line: str) -> None:
    writer = SimpleNamespace(body=[], encode=str, config=SimpleNamespace(edition="en"))
    with pytest.raises(nodes.SkipNode):
        visit_evidence_latex(writer, equation_evidence(result=result(**changes), sizes=""))
    assert writer.body == [f"{line}\n"]


# ------------------------------------------------------------------ symbols


def table(*declarations: str) -> symbols_table:
    return symbols_table(declarations=list(declarations), more=False)


def config(edition: str) -> Any:
    return SimpleNamespace(edition=edition, **SETTINGS)


def test_symbols_are_shown_with_their_domain_and_meaning_in_the_languages_of_the_edition() -> None:
    lines = (r"\mathbf{x}, y : R[d] | 向量 $y$ | vectors $y$", "d = 3 | 维数 | dimension")
    box = render_symbols(table(*lines), config("zh-en"))
    rows = [[cell.astext() for cell in row] for row in box.findall(nodes.row)]
    assert rows == [
        ["记号 Symbol", "取值范围 Values", "含义 Meaning"],
        [r"\mathbf{x}, y", r"\mathbb{R}^{d}", "向量 y vectors y"],
        ["d", "", "维数 dimension"],
    ]
    formulas = [math.astext() for math in box[1].findall(nodes.math)]
    assert formulas == [r"\mathbf{x}, y", r"\mathbb{R}^{d}", "y", "y", "d"]
    assert render_symbols(table(*lines), config("en"))[0].astext() == "Symbols of this page"


def test_lines_that_mean_nothing_to_readers_are_not_shown() -> None:
    assert isinstance(render_symbols(table("d = 3"), config("zh")), nodes.comment)


def test_the_symbols_of_a_page_are_folded_under_their_title(book: Built) -> None:
    [box] = re.findall(
        '<details class="symbols-of-page">.*?</details>', book.html("page"), re.DOTALL
    )
    assert re.match(r".*<summary><span.*>Symbols of this page</span></summary>\n", box)
    assert "numbers" in box
    assert "数" not in box


PLACES = """
```{symbols}
a : R | 数 | a number
```

$a + a = 2 a$

(one)=
## {zh}`节`{en}`Section`

```{symbols}
b : R | 数 | a number
```

$b + b = 2 b$

(page-exercise-1)=
### {zh}`题`{en}`Exercise`

(page-solution-1)=
#### {zh}`解答`{en}`Solution`

```{symbols}
c : R | 数 | a number
```

$c + c = 2 c$
"""


def test_each_box_says_whose_symbols_it_holds(build: Build) -> None:
    built = build(PAGE + PLACES, *EXTENSIONS, "book._ext.exercises", edition="en")
    names = re.findall(r"<summary><span[^>]*>(Symbols[^<]*)</span>", built.html())
    assert names == [
        "Symbols of the opening",
        "Symbols of this section",
        "Symbols of this exercise",
    ]


@pytest.mark.parametrize("page", sorted(BOOK_FOLDER.glob("*.md")), ids=lambda page: page.stem)
def test_no_symbol_of_the_book_shows_the_size_of_a_draw(page: Path) -> None:
    text = page.read_text("utf-8")
    tables = re.findall(r"^```\{symbols\}.*?\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    lines = [read_line(line) for table in tables for line in table.splitlines() if line.strip()]
    for line in lines:
        if len(line.meanings) == 2:
            drawn = r"ldots, \d|\^\{\d|\d \\times|times \d|\d\.\d"
            assert not re.search(drawn, line.shown), f"{line.written}: write `shown DOMAIN`"


@pytest.mark.parametrize("page", sorted(BOOK_FOLDER.glob("*.md")), ids=lambda page: page.stem)
def test_every_equation_of_the_book_says_what_it_means(page: Path) -> None:
    text = page.read_text("utf-8")
    checks = re.findall(r"^```\{check\} (eq-[\w-]+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    silent = [label for label, options in checks if not options.startswith(":means: ")]
    assert silent == []
