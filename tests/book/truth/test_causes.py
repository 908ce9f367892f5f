# ruff: noqa: E501 - a formula stands on one line, as in the book
"""What fails because something before it failed is counted there, and says nothing of its own."""

from __future__ import annotations

import re
from itertools import count

import pytest

from eqcheck.sphinx.results import results_of
from tests.book.app import PAGE, Build

EXTENSIONS = ("book._ext.languages.bilingual", "book._ext.truth")
LINE = r"\mathbf{p} : R[K]; defined; entries p_j | 概率 | probabilities"
SYMBOLS = rf"""
```{{symbols}}
K = 4 | 类别数 | number of classes
j : 1..K | 标号 | an index
\mathbf{{z}} : R[K]; entries z_j | 分数 | scores
{LINE}
```
"""
SOFTMAX = r"""
$$
p_j = \frac{e^{z_j}}{\sum_{k=1}^{K} e^{z_k}}
$$ (eq-softmax)

```{check} eq-softmax
:kind: code
:code: \mathbf{p} = dlref.softmax(\mathbf{z})
```
"""


def identity(label: str, latex: str) -> str:
    return f"\n$$\n{latex}\n$$ ({label})\n\n```{{check}} {label}\n```\n"


PAGE_OF_SOFTMAX = (
    PAGE
    + SYMBOLS
    + SOFTMAX
    + identity("eq-sum", r"\sum_{i=1}^{K} p_i = 1")
    + identity("eq-log", r"\log p_j = z_j - \log \sum_{k=1}^{K} e^{z_k}")
    + identity("eq-scores", r"2\mathbf{z} = \mathbf{z} + \mathbf{z}")
)
BUILDS = count()
ALL = {"eq-softmax", "eq-sum", "eq-log", "eq-scores"}


def run(build: Build, text: str, *parts: str, findings: int = 1) -> dict[str, tuple[str, str]]:
    """Build a page, whose findings have these parts; return state and message of each equation."""
    text += f"\n% {next(BUILDS)}\n"  # what is built again in a test is read again
    built = build(text, *EXTENSIONS, builder="equations", warns=parts)
    assert len(built.warnings.splitlines()) == (findings if parts else 0), built.warnings
    results = results_of(built.app.env)["page"]["equations"]
    return {r["label"]: (r["state"], r["message"]) for r in results}


def waiting(found: dict[str, tuple[str, str]]) -> set[str]:
    """Return the labels that are refused because they wait for a line."""
    lines = {line for state, line in found.values() if line.startswith("waits for ")}
    assert len(lines) <= 1
    assert all(re.fullmatch(r"waits for line \d+: mend that first", line) for line in lines)
    assert {state for state, line in found.values() if line in lines} <= {"refused", "unbound"}
    return {label for label, (_, line) in found.items() if line in lines}


def test_the_whole_page_is_checked_when_nothing_fails(build: Build) -> None:
    found = run(build, PAGE_OF_SOFTMAX)
    assert found == dict.fromkeys(ALL, ("checked", ""))


@pytest.mark.parametrize(
    ("old", "new", "finding", "names"),
    [
        ("entries p_j", "entires p_j", "unknown word 'entires'", r"\mathbf{p} or p"),
        ("p} : R[K]", "p} : Q[K]", "unknown domain 'Q[K]'", r"\mathbf{p} or p"),
        ("{p} : R", "{p : R", "this brace is never closed", r"\mathbf{p} or p"),
        ("{p} : R", "{p} ： R", "'：' is not part of the grammar; write :", r"\mathbf{p} or p"),
        ("{p} : R[K]; defined; entries p_j", "{p}, p_j ", "declares nothing", r"\mathbf{p} or p"),
    ],
)  # fmt: skip
def test_a_refused_line_says_how_many_equations_wait_for_it_and_they_say_nothing(
    build: Build, old: str, new: str, finding: str, names: str
) -> None:
    text = PAGE_OF_SOFTMAX.replace(old, new)
    found = run(build, text, finding, f"; 3 equations that need {names} wait for it")
    assert waiting(found) == ALL - {"eq-scores"}


def test_what_waits_through_an_axis_of_another_symbol_is_counted(build: Build) -> None:
    text = PAGE_OF_SOFTMAX.replace("K = 4", "K = 1")
    assert waiting(run(build, text, "4 equations that need K wait for it")) == ALL


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        (r"= \frac{e", r"= \frca{e", r"refused: at 6, '\frca': \frca cannot stand here; did you mean \frac?"),
        (r"= \frac{e", r"= 2 \frac{e", "wrong: the sides differ"),
        (r":code: \mathbf{p} = dlref", ":code: dlref", r"returns all entries: write :code: \mathbf{p} = dlref.softmax(\mathbf{z})"),
    ],
)  # fmt: skip
def test_an_equation_that_fails_to_define_its_name_says_how_many_wait_for_it(
    build: Build, old: str, new: str, finding: str
) -> None:
    told = "; 2 equations that need p wait for it"
    found = run(build, PAGE_OF_SOFTMAX.replace(old, new), finding, told)
    assert waiting(found) == {"eq-sum", "eq-log"}


def test_a_name_that_no_line_declares_is_reported_by_the_first_equation_alone(build: Build) -> None:
    uses = "".join(identity(f"eq-{k}", f"{k}(z_1 + c_{k}^2) = 0") for k in (2, 3, 4))
    finding = "eq-2 is refused: at 8, 'c_2^2': c_{2} is not declared on this page; add it to the table of symbols above; 2 equations that need c_{2} wait for it"
    found = run(build, PAGE_OF_SOFTMAX + uses, finding)
    assert waiting(found) == {"eq-3", "eq-4"}


def test_a_fault_of_its_own_besides_is_reported_once_the_first_is_mended(build: Build) -> None:
    two = PAGE_OF_SOFTMAX.replace("p_i = 1", "p_i = 2")
    assert waiting(run(build, two.replace("entries p", "entires p"), "in the line")) >= {"eq-sum"}
    assert run(build, two, "eq-sum is wrong")["eq-sum"][0] == "wrong"


def test_a_fault_of_its_own_is_reported_beside_the_first(build: Build) -> None:
    two = PAGE_OF_SOFTMAX.replace("2\\mathbf{z}", "3\\mathbf{z}").replace("p_j |", "p_j; so |")
    found = run(build, two, "in the line", "eq-scores is wrong", findings=2)
    assert waiting(found) == ALL - {"eq-scores"}
    missing = PAGE_OF_SOFTMAX.replace("p_j |", "p_j; so |").replace("```{check} eq-sum\n```\n", "")
    parts = ("2 equations that need", "eq-sum is unbound: it has no check")
    run(build, missing, *parts, findings=2)


def test_lines_that_use_a_refused_one_wait_as_well(build: Build) -> None:
    table = "\n```{symbols}\n\\mathbf{x} : Q | 量 | it\n\\mathbf{u} = 2\\mathbf{x} | 量 | it\n```\n"
    text = PAGE + table + identity("eq-u", r"\mathbf{u} = \mathbf{u} + 0")
    finding = r"; 1 line and 1 equation that need \mathbf{x} wait for it"
    assert waiting(run(build, text, finding)) == {"eq-u"}


def test_a_definition_that_is_not_executed_spoils_what_uses_it_and_stays_grey(build: Build) -> None:
    table = "\n```{symbols}\na : Q | 数 | a\nc : R; defined | 数 | c\nb : R | 数 | b\n```\n"
    grey = identity("eq-c", "c = a + 1").replace(
        "c\n```\n", "c\n:kind: definition\n:why: 名 | name\n```\n"
    )
    text = PAGE + table + grey + identity("eq-d", "c + b = b + c")
    found = run(build, text, "; 1 equation that needs a waits for it")
    assert found["eq-c"][0] == "definition"
    assert waiting(found) == {"eq-d"}


def test_what_is_wrong_for_the_sake_of_a_definition_is_one_finding_that_asks_for_it(
    build: Build,
) -> None:
    table = "\n```{symbols}\na, b : R | 数 | them\nc : R; defined | 数 | c\n```\n"
    grey = identity("eq-c", "c = a - b").replace(
        "c\n```\n", "c\n:kind: definition\n:why: 名 | name\n```\n"
    )
    claims = [
        identity("eq-2", "c^2 = a^2 + 2 a b + b^2"),
        identity("eq-3", "3 c = 3 a + 3 b"),
        identity("eq-4", "2 c = c + c"),
    ]
    text = PAGE + table + grey + "".join(claims)
    question = "; is c defined right? that is not executed; 1 equation that needs c waits for it"
    found = run(build, text, "eq-2 is wrong: ", question)
    assert waiting(found) == {"eq-3"}
    assert found["eq-4"][0] == "checked"
    assert waiting(run(build, text.replace("a - b", "a + b"))) == set()


def test_a_table_that_starts_afresh_gives_letters_their_meaning_back(build: Build) -> None:
    table = "\n```{symbols}\na : Q | 数 | a\n```\n"
    text = PAGE + table + table.replace("Q", "R") + identity("eq-a", "2a = a + a")
    assert run(build, text, "unknown domain 'Q'")["eq-a"] == ("checked", "")
    more = text.replace("symbols}\na : R", "symbols} more\na : R")
    assert waiting(run(build, more, "1 equation that needs a waits for it")) == {"eq-a"}


def test_what_waits_is_green_nowhere_on_a_page(build: Build) -> None:
    text = PAGE_OF_SOFTMAX.replace("entries p", "entires p") + "\n```{equation-index}\n```\n"
    page = build(text, *EXTENSIONS, edition="en", warns=["in the line"]).html()
    assert page.count("✓") == 2  # eq-scores: below it, and in the index
    assert page.count("✗") == 6
    assert page.count(">The equation cannot be executed: waits for line 27: mend that first") == 3


def test_inline_equalities_of_what_has_no_meaning_are_not_judged(build: Build) -> None:
    inline = "\n:::{zh}\n$p_1 + p_1 = 3 p_1$。\n:::\n:::{en}\n$p_1 + p_1 = 3 p_1$.\n:::\n"
    run(build, PAGE_OF_SOFTMAX + inline, "p_1 + p_1 = 3 p_1 is wrong")
    wrong = PAGE_OF_SOFTMAX.replace(r"= \frac{e", r"= 2 \frac{e") + inline
    run(build, wrong, "eq-softmax is wrong")
