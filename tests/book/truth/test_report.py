# ruff: noqa: E501 - a formula stands on one line, as in the book
"""The builder tells how every formula, number and fact fared, and counts them all."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from book._ext.truth import execution
from eqcheck.sphinx.results import results_of
from tests.book.app import PAGE, Build
from tests.book.conftest import SmallBook
from tests.book.truth.test_equations import EXTENSIONS, GOOD, GOOD_CHECK, LOSS, SYMBOLS


def test_the_report_lists_every_equation_equality_and_number_and_counts_them(
    build: Build,
) -> None:
    wrong = "\n$$\na + b = a - b\n$$ (eq-wrong)\n\n```{check} eq-wrong\n```\n"
    inline = "\n:::{zh}\n$a + a = 2a$，{num}`2 | 1 + 1`\n:::\n:::{en}\n$a + a = 2a$, {num}`2 | 1 + 1`\n:::\n"
    text = PAGE + GOOD + GOOD_CHECK + wrong + inline
    built = build(text, *EXTENSIONS, builder="equations", warns=["eq-wrong is wrong"])
    rows = {
        name: json.loads((built.app.outdir / f"{name}.json").read_text("utf-8"))
        for name in ("report", "inline", "numbers")
    }
    assert [(r["label"], r["page"], r["state"]) for r in rows["report"]] == [
        ("eq-square", "page", "checked"),
        ("eq-wrong", "page", "wrong"),
    ]
    assert [row["latex"] for row in rows["inline"]] == ["a + a = 2a"]
    assert [(r["page"], r["line"], r["expression"], r["state"]) for r in rows["numbers"]] == [
        ("page", line, "1 + 1", "unknown") for line in (42, 45)
    ]


def test_what_prose_claims_is_executed_beside_the_equations_and_accounted_for(
    build: Build,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(execution, "cache_path", lambda: tmp_path / "cache")
    settings = {"nb_execution_mode": "cache", "nb_execution_cache_path": str(tmp_path / "cache")}
    claims = "{num}`2 | 1 + 1`，{fact}`更少 less | 3 < 2`，{fact}`更少 less | 1 < 2`"
    text = PAGE.partition("```")[0] + f":::{{zh}}\n{claims}\n:::\n:::{{en}}\n{claims}\n:::\n"
    message = '"更少 less" is said, but 3 < 2 is false'
    built = build(text, *EXTENSIONS, builder="equations", warns=[message], **settings)
    told = "1 numbers and 2 facts in prose: 2 wrong"
    assert f"; {told}; " in capsys.readouterr().out
    rows = json.loads((built.app.outdir / "numbers.json").read_text("utf-8"))
    states = [(r["kind"], r["language"], r["state"], r["message"]) for r in rows]
    assert sorted(states) == sorted(
        state
        for language in ("zh", "en")
        for state in (
            ("num", language, "holds", ""),
            ("fact", language, "wrong", message),
            ("fact", language, "holds", ""),
        )
    )


def test_the_table_is_printed_by_its_builder_and_by_no_other(
    build: Build, capsys: pytest.CaptureFixture[str]
) -> None:
    build(PAGE + GOOD + GOOD_CHECK, *EXTENSIONS, builder="equations")
    printed = capsys.readouterr().out
    assert re.search(r"^eq-square +page +identity +checked +\S+ +(\d+)/\1$", printed, re.MULTILINE)
    assert (
        "==> 1 displayed equations: 1 executed and hold, 0 of them against the same formula in "
        "code, 0 wrong as claimed, 0 failed; " in printed
    )
    build(PAGE + GOOD + GOOD_CHECK, *EXTENSIONS, builder="dummy")
    assert capsys.readouterr().out == ""


def test_code_that_restates_its_formula_is_told_apart_below_it_in_the_table_and_in_the_report(
    build: Build, capsys: pytest.CaptureFixture[str]
) -> None:
    restated = LOSS.replace(":code:", ":restates:\n:code:")
    built = build(
        PAGE + restated + GOOD.replace(SYMBOLS, "") + GOOD_CHECK, *EXTENSIONS, edition="en"
    )
    marks = re.findall(r'"evidence (\w+)".*?<summary aria-label="(.*?)".*?>(.)<', built.html())
    assert marks == [
        ("other", "the same formula, in code: details", "="),
        ("checked", "checked: details", "✓"),
    ]
    assert [r["restates"] for r in results_of(built.app.env)["page"]["equations"]] == [True, False]
    built = build(PAGE + restated, *EXTENSIONS, builder="equations")
    assert re.search(r"^eq-loss +page +code +checked, restated +0 ", capsys.readouterr().out, re.M)
    [row] = json.loads((built.app.outdir / "report.json").read_text("utf-8"))
    assert (row["state"], row["restates"], row["uses"]) == ("checked", True, None)


def test_one_page_is_run_alone_and_leaves_the_report_of_the_book(small_book: SmallBook) -> None:
    good = "(good)=\n# {zh}`好`{en}`Good`\n" + GOOD + GOOD_CHECK
    small_book.write(good, "good")
    small_book.write(PAGE + GOOD.replace("2 a b", "3 a b") + GOOD_CHECK)
    of_the_book = small_book.folder / "_build" / "equations" / "report.json"
    of_the_book.parent.mkdir(parents=True)
    of_the_book.write_text("as it was", "utf-8")
    code, output = small_book.make("equations", "PAGE=good")
    assert code == 0, output
    assert "_build/equations/good/report.json" in output
    report = json.loads(small_book.read("_build/equations/good/report.json"))
    assert {result["label"]: result["state"] for result in report} == {"eq-square": "checked"}
    assert of_the_book.read_text("utf-8") == "as it was"


def test_an_unknown_page_is_refused(small_book: SmallBook) -> None:
    code, output = small_book.make("equations", "PAGE=nowhere")
    assert code != 0
    assert "no page book/nowhere.md" in output
