"""Conventions: what a page can say of a sign, once, and nothing else."""

import pytest

from eqcheck import Page, Refusal
from eqcheck.grammar.conventions import convention
from eqcheck.grammar.symbols import read_line


def test_a_line_says_several_things_of_several_signs():
    page = Page("^, \\frac : entrywise | 逐个分量 | entry by entry\n\\partial : gradient")
    assert page.table.conventions == {
        "^": "entrywise",
        "\\frac": "entrywise",
        "\\partial": "gradient",
    }
    assert page.lines[0].meanings == ("逐个分量", "entry by entry")
    assert page.table.copy().conventions == page.table.conventions


def test_a_convention_declares_no_letter_and_needs_none():
    line = read_line(r"\text{prod} : chain rule | 链式法则 | chain rule")
    assert (line.kind, line.letters, line.uses) == ("convention", frozenset(), frozenset())


def test_a_synonym_of_a_sign_is_the_sign():
    assert convention(r"\dfrac", "entrywise") == r"\frac"
    assert convention(r"\operatorname{prod}", "chain rule") == r"\operatorname{prod}"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (r"\nabla : gradient", "says nothing that is known"),
        (r"\partial : entrywise", "says nothing that is known"),
        (r"+ : gradient", "says nothing that is known"),
        ("\\partial : gradient\n\\partial : jacobian", "declared twice"),
        ("\\text{prod} : R\n\\text{prod} : chain rule", "declared twice"),
        (r"\frac{a}{b} : entrywise", "says nothing that is known"),
    ],
)
def test_what_can_not_be_said_is_refused_with_what_can(lines, words):
    with pytest.raises(Refusal, match=words):
        Page(lines)


def test_a_page_with_another_convention_has_another_fingerprint():
    pages = [Page(f"x : R\n\\partial : {layout}") for layout in ("gradient", "jacobian")]
    assert pages[0].fingerprint() != pages[1].fingerprint()
