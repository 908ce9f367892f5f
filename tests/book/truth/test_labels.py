"""A label stands once in the book: who takes it again is told, once, where it stands."""

from __future__ import annotations

import re

from tests.book.app import PAGE, Build
from tests.book.truth.test_equations import EXTENSIONS, GOOD, GOOD_CHECK

TOC = "\n```{toctree}\nold\nnew\n```\n"
INDEX = "(index)=\n# {zh}`书`{en}`Book`\n" + TOC
LABELLED = "(NAME)=\n# {zh}`页`{en}`Page`\n" + GOOD + GOOD_CHECK
AGAIN = "the label eq-square stands at old.md:14 already: give this one its own"


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
    message = "page.md:34: WARNING: the label eq-square stands at page.md:27 already"
    built = build(text, *EXTENSIONS, builder="dummy", warns=[message])
    assert len(built.warnings.splitlines()) == 1


SECTION = "\n(page-more)=\n## {zh}`更多`{en}`More`\n"
ASKS = "\n:::{zh}\n见 {ref}`page-more`。\n:::\n:::{en}\nSee {ref}`page-more`.\n:::\n"
PARTS = ("book._ext.languages.bilingual", "book._ext.truth.labels")


def test_a_label_of_two_sections_of_a_page_is_named_once_and_leads_to_the_first(
    build: Build,
) -> None:
    other = SECTION.replace("更多", "另外").replace("More", "Else")
    message = "page.md:26: WARNING: the label page-more stands at page.md:23 already: give this one"
    built = build(PAGE + SECTION + other + ASKS, *PARTS, warns=[message])
    assert '<a class="reference internal" href="#page-more"><span class="std std-ref">更多' in (
        built.html()
    )
    assert built.html().count('id="page-more"') == 1


def test_a_label_of_sections_of_two_pages_is_blamed_on_the_later_until_it_has_its_own(
    build: Build,
) -> None:
    new = LABELLED.replace("NAME", "new").replace("eq-square", "eq-new") + SECTION
    pages = {
        "index": INDEX + ASKS,
        "old": LABELLED.replace("NAME", "old") + SECTION,
        "new": new,
    }
    settings = {
        "builder": "html",
        "warns": ["new.md:21: WARNING: the label page-more stands at old"],
    }
    for _ in range(2):
        build(pages, *EXTENSIONS, **settings)
    given_up = {**pages, "new": new.replace("page-more", "new-more"), "index": INDEX + ASKS + "\n"}
    built = build(given_up, *EXTENSIONS)
    assert 'href="old.html#page-more"' in built.html("index")


def test_footnotes_links_and_titles_are_no_labels_but_a_name_of_a_figure_is(
    build: Build,
) -> None:
    notes = "(NAME)=\n# NAME\n\nOne[^1].\n\n[^1]: A note.\n"
    notes += "\n```{eval-rst}\n.. _link: https://a.example\n```\n"
    figure = "\n```{figure} a.png\n:name: fig-a\nA caption\n```\n"
    pages = {
        "index": "# B\n" + TOC,
        **{n: notes.replace("NAME", n) + figure for n in ("old", "new")},
    }
    warns = ["new.md:18: WARNING: the label fig-a stands at old.md:18 already", "not readable"]
    build(pages, "book._ext.truth.labels", builder="dummy", warns=warns)
