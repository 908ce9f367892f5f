"""What prose says of output in number words and comparisons is bound, or excused with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from book._ext.paths import BOOK
from book._ext.truth.unbound import Phrase, not_excused, unbound

EXCUSES = yaml.safe_load(Path(__file__).with_name("unbound.yml").read_text("utf-8"))
PAGES = {path.stem: list(unbound(path.read_text("utf-8"))) for path in sorted(BOOK.glob("*.md"))}


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_says_of_its_output_is_bound_or_excused(page: str) -> None:
    excuses = [*EXCUSES["everywhere"], *EXCUSES["pages"].get(page, ())]
    left, _ = not_excused(PAGES[page], excuses)
    said = [f"book/{page}.md:{p.line}: {p.words!r} is bound to nothing: {p.said}" for p in left]
    assert said == [], "bind it by {fact}, or excuse it in unbound.yml with a reason"


def test_no_excuse_is_stale() -> None:
    stale = {
        page: not_excused(PAGES.get(page, []), excuses)[1]
        for page, excuses in EXCUSES["pages"].items()
    }
    every = [phrase for phrases in PAGES.values() for phrase in phrases]
    stale["everywhere"] = not_excused(every, EXCUSES["everywhere"])[1]
    assert {page: excuses for page, excuses in stale.items() if excuses} == {}


def test_every_excuse_has_a_reason() -> None:
    reasons = [*EXCUSES["everywhere"].values()]
    reasons += [reason for page in EXCUSES["pages"].values() for reason in page.values()]
    assert all(isinstance(reason, str) and len(reason) > 5 for reason in reasons)


# ------------------------------------------------------------------ what is looked at

CELL = "```{code-cell}\n1\n```\n\n"


def pair(zh: str, en: str) -> str:
    return f":::{{zh}}\n{zh}\n:::\n:::{{en}}\n{en}\n:::\n\n"


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("误差是它的两倍", "the error is twice as large"),
        ("误差少了一半", "half of the error is gone"),
        ("少了三分之一", "it loses a third"),
        ("是十九倍", "nineteen times as large"),
        ("错了三成", "it loses two thirds"),
        ("相差六十度", "sixty degrees apart"),
        ("误差最低", "the lowest error"),
        ("几乎没有变", "hardly below it"),
        ("误差比前一行大", "larger than in the line above"),
        ("慢得多", "much slower"),
    ],
)
def test_words_that_say_how_much_are_found_below_a_cell(zh: str, en: str) -> None:
    found = list(unbound(CELL + pair(zh, en)))
    assert {phrase.language for phrase in found} == {"zh", "en"}
    assert [phrase.line for phrase in found[:1]] == [6]
    assert list(unbound(pair(zh, en) + CELL)) == []
    assert list(unbound(CELL + "(a)=\n## {zh}`题`{en}`Title`\n\n" + pair(zh, en))) == []
    assert list(unbound(CELL + "$$\na = b\n$$ (eq-a)\n\n" + pair(zh, en))) == []


def test_what_is_bound_or_no_prose_is_not_found() -> None:
    bound = "{fact}`twice as much | a == 2 * b`, {num}`2 | x` times, $half$, `half`"
    bound += ", more than {num}`2 | x`"
    assert list(unbound(CELL + pair("两个数：{fact}`两倍 | a == 2 * b`", bound))) == []


def test_a_note_is_read_as_well_and_the_name_of_a_term_is_not() -> None:
    inside = pair("一", "{term}`double descent`, twice")
    [phrase] = unbound(CELL + "::::{note} {zh}`注`{en}`Note`\n" + inside + "::::\n")
    assert (phrase.line, phrase.words, phrase.said) == (10, "twice", "§, twice")


def test_a_caption_is_read_in_both_languages() -> None:
    caption = "{zh}`圆点几乎不动。`{en}``The dots {fact}`twice | 2 > 1`, or half of them.``"
    head = f'---\nmystnb:\n  figure:\n    name: fig-a\n    caption: "{caption}"\n---\n1\n'
    found = list(unbound("\n```{code-cell}\n" + head + "```\n"))
    assert [(p.line, p.language, p.words) for p in found] == [(2, "zh", "几乎"), (2, "en", "half")]


@pytest.mark.parametrize("head", ["mystnb: 5", "mystnb:", "mystnb:\n  figure: abc"])
def test_a_figure_of_another_form_has_no_caption(head: str) -> None:
    assert not list(unbound(f"\n```{{code-cell}}\n---\n{head}\n---\n1\n```\n"))


def test_an_excuse_holds_the_words_and_the_words_around_them() -> None:
    phrase = Phrase(1, "en", "twice", "as 𝑥 is used twice, and ¤")
    for excuse, covers in {
        "𝑥 is used twice": True,
        "used twice, and ¤": True,
        "used, and": False,
        "is written twice": False,
        "/used (twice|thrice)/": True,
        "/used/": False,
    }.items():
        left, stale = not_excused([phrase], [excuse])
        assert (left == [], stale == []) == (covers, covers)
