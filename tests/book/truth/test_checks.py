# ruff: noqa: E501 - a row of a table stands on one line
"""What is wrong with a check, or with which equation it is of, is one finding at its line."""

from __future__ import annotations

import re

import pytest

from eqcheck.sphinx.results import results_of
from tests.book.app import PAGE, Build
from tests.book.truth.test_equations import EXTENSIONS, GOOD, GOOD_CHECK, SYMBOLS

UNLABELLED = GOOD.replace(" (eq-square)", "")
SECOND = "\n$$\na (a + b) = a^2 + a b\n$$ (eq-second)\n"
GOES_ON = (
    "\n$$\nc = a + b\n$$ (eq-sum)\n\n```{check} eq-sum\n:kind: definition\n:why: 名 | it\n```\n"
)


def with_options(*lines: str) -> str:
    return GOOD + GOOD_CHECK.replace("\n```\n", "\n" + "\n".join(lines) + "\n```\n")


@pytest.mark.parametrize(
    ("text", "line", "finding", "states"),
    [
        (GOOD, 27, r"eq-square is unbound: it has no check: say below it how", "unbound"),
        (UNLABELLED, 27, "an equation is unbound: it has no label: write $$ (eq-name)", "unbound"),
        (UNLABELLED + GOOD_CHECK, 27,
         "an equation has no label: write $$ (eq-square), or :label: eq-square, which its check names", "unbound"),
        (GOOD + GOOD_CHECK.replace("eq-square", "eq-sqaure"), 31,
         "no equation of this page has the label eq-sqaure: did you mean eq-square, which", "unbound"),
        (GOOD + GOOD_CHECK.replace("eq-square", "eq-other"), 31,
         "no equation of this page has the label eq-other: did you mean eq-square, which", "unbound"),
        (GOOD + GOOD_CHECK + GOOD_CHECK.replace("eq-square", "eq-squares"), 34,
         "no equation of this page has the label eq-squares$", "checked"),
        (GOOD + GOOD_CHECK.replace(" eq-square", ""), 31,
         "a check names its equation: write its label behind it", "unbound"),
        (GOOD + GOOD_CHECK + GOOD_CHECK, 34,
         "eq-square has a check already: leave this one out", "checked"),
        (GOOD + SECOND + GOOD_CHECK.replace("square", "secnd") + GOOD_CHECK, 35,
         "the label eq-secnd: did you mean eq-second", "checked unbound"),
        (with_options(":kin: code"), 32, "a check takes :kind:, .*; got ':kin: code'", "unbound"),
        (with_options("", "kind: code"), 33, "a check takes .*; got 'kind: code'", "unbound"),
        (with_options(":kind: identity", ":kind: code"), 33, "takes :kind: once", "unbound"),
        (with_options(":tolerance: low"), 32, "a number such as 1e-6; got 'low'", "unbound"),
        (with_options(":means: 平方"), 32, ":means: says in a phrase what the equation is", "unbound"),
        (with_options(":means: 平方 | the square"), 0, "", "checked"),
        (with_options(":equivalent: swap a and b"), 32,
         ":equivalent: says why that version is true: NAME | reason; got 'swap a and b'", "unbound"),
        (with_options(":tolerance: 1e-6"), 0, "", "checked"),
        (with_options(":restates: yes"), 32, ":restates: has no value: leave 'yes' out", "unbound"),
        (with_options(":restates:"), 27, ":restates: is of a code, or of a sampler, that holds", "refused"),
        (with_options(":kind: code", ":code: dlref.squared_loss(a, b)", ":expect: wrong", ":restates:"), 27,
         ":restates: is of a code, or of a sampler, that holds: leave it out", "refused"),
        (with_options(":why: 因 | so"), 27, ":why: is of what is not compared, or refused: leave", "refused"),
        (with_options(":expect: refused", ":why: it"), 27, "expected to be refused, but it", "wrong"),
        (GOOD.replace("+ b^2", r"+ b^2 \tag{1}") + GOOD_CHECK, 27,
         r"eq-square is refused: \tag adds a number of its own to that of the document: leave", "refused"),
        (SYMBOLS + "\n\\begin{align}\na = a\n\\end{align}\n" + GOOD_CHECK, 27,
         r"an equation is refused: \begin{align} adds numbers of its own", "refused"),
    ],
)  # fmt: skip
def test_a_fault_of_a_check_is_one_finding_with_its_line(
    build: Build, text: str, line: int, finding: str, states: str
) -> None:
    built = build(PAGE + text, *EXTENSIONS, builder="equations", warns=None)
    lines = built.warnings.replace(" [eqcheck]", "").splitlines()
    assert [re.sub(r"^.*page\.md:(\d+): WARNING: .*", r"\1", said) for said in lines] == (
        [str(line)] if line else []
    )
    pattern = re.escape(finding).replace(r"\.\*", ".*").replace(r"\$$", "$").replace(r"\$\$", "..")
    assert not line or re.search(
        pattern.removesuffix(r"\$") + "$" * finding.endswith("l$"), lines[0]
    )
    found = results_of(built.app.env)["page"]["equations"]
    assert [result["state"] for result in found] == states.split()


def test_an_equation_whose_check_is_faulty_still_defines(build: Build) -> None:
    table = "\n```{symbols} more\nc : R; defined | 数 | a number\n```\n"
    uses = "\n$$\nc - a = b\n$$ (eq-uses)\n\n```{check} eq-uses\n```\n"
    text = PAGE + SYMBOLS + table + GOES_ON.replace(":why", ":wy") + uses
    built = build(text, *EXTENSIONS, builder="equations", warns=["a check takes :kind:"])
    states = [(r["label"], r["state"]) for r in results_of(built.app.env)["page"]["equations"]]
    assert states == [("eq-sum", "unbound"), ("eq-uses", "checked")]
    assert results_of(built.app.env)["page"]["equations"][0]["message"].startswith("waits for line")
