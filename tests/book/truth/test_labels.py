"""A label of an equation stands once in the book: who takes it again is told where it stands."""

from __future__ import annotations

import re

from tests.book.app import PAGE, Build
from tests.book.truth.test_equations import EXTENSIONS, GOOD, GOOD_CHECK

INDEX = "(index)=\n# {zh}`书`{en}`Book`\n\n```{toctree}\nold\nnew\n```\n"
LABELLED = "(NAME)=\n# {zh}`页`{en}`Page`\n" + GOOD + GOOD_CHECK
AGAIN = "the label eq-square stands at old.md:14 already: give this equation its own"


def test_a_doubled_label_is_blamed_on_the_page_that_comes_later_in_the_book(build: Build) -> None:
    new = LABELLED.replace("NAME", "new").replace("# {zh}", "\n# {zh}")
    pages = {"index": INDEX, "new": new, "old": LABELLED.replace("NAME", "old")}
    built = build(pages, *EXTENSIONS, builder="dummy", warns=[AGAIN])
    assert re.match(r"\S+/new\.md:15: WARNING: the label", built.warnings)
    renamed = {**pages, "new": new.replace("eq-square", "eq-other")}
    build(renamed, *EXTENSIONS, builder="dummy")


def test_a_label_leads_to_the_other_page_when_its_first_gives_it_up(build: Build) -> None:
    old = LABELLED.replace("NAME", "old")
    asks = "\n:::{zh}\n见 {eq}`eq-square`。\n:::\n:::{en}\nSee {eq}`eq-square`.\n:::\n"
    pages = {"index": INDEX + asks, "old": old, "new": LABELLED.replace("NAME", "new")}
    build(pages, *EXTENSIONS, builder="dummy", warns=[AGAIN])
    given_up = {
        **pages,
        "new": pages["new"].replace("eq-square", "eq-new"),
        "index": INDEX + asks + "\n",
    }
    built = build(given_up, *EXTENSIONS)
    assert 'href="old.html#equation-eq-square"' in built.html("index")


def test_a_label_that_stands_twice_on_a_page_is_blamed_on_the_second(build: Build) -> None:
    text = PAGE + GOOD + GOOD_CHECK + "\n$$\na = a\n$$ (eq-square)\n"
    warns = ["stands at page.md:27 already", "Duplicate", "eq-square is"]
    build(text, *EXTENSIONS, builder="dummy", warns=warns)
