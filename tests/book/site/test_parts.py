"""The parts of the book: their pages and questions on the front page, and what is around a page."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from tests.book.app import MATTER, PAGE, Build
from tests.book.site.small_site import build_site

ASKED = MATTER.replace("\n---\n\n", "\nquestion-zh: 往哪走？\nquestion-en: Which way?\n---\n\n")
FRONT = """\
(index)=
# {zh}`书`{en}`Book`

```{toctree}
:caption: {zh}`基础`{en}`Foundations`
:name: part-foundations
:numbered: 1

one
two
```

```{toctree}
:caption: {zh}`查阅`{en}`Reference`
:name: part-reference

three
```
"""


def page(name: str, matter: str = ASKED) -> str:
    return matter + PAGE.replace("(page)", f"({name})").replace("A page", f"Page {name}")


BOOK = {"index": FRONT, "one": page("one"), "two": page("two"), "three": page("three")}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, BeautifulSoup]:
    """Return the pages of a book of two parts, in English."""
    built = build_site(tmp_path_factory.mktemp("parts"), BOOK, "en")
    return {name: BeautifulSoup(built.html(name), "html.parser") for name in [*BOOK, "search"]}


def words(tag: Tag | None) -> str:
    assert tag is not None
    return " ".join(tag.get_text().split())


def test_the_front_page_lists_each_part_with_the_question_of_each_page(
    site: dict[str, BeautifulSoup],
) -> None:
    first, second = site["index"].select("article .part")
    assert [part["id"] for part in (first, second)] == ["part-foundations", "part-reference"]
    assert [words(part.h3) for part in (first, second)] == ["Foundations", "Reference"]
    listed = [words(item) for item in first.select("li")]
    assert listed == ["1. Page one Which way?", "2. Page two Which way?"]
    assert [words(item) for item in second.select("li")] == ["Page three Which way?"]
    assert [a["href"] for a in site["index"].select("article .part a")] == [
        "one.html",
        "two.html",
        "three.html",
    ]


def test_where_two_languages_meet_each_is_marked(tmp_path: Path) -> None:
    built = build_site(tmp_path, BOOK, "zh-en")
    part = BeautifulSoup(built.html("index"), "html.parser").select_one("article .part")
    assert part is not None
    for place in ("h3", ".question"):
        marked = [(m["lang"], words(m)) for m in part.select_one(place).select("[lang]")]  # type: ignore[union-attr]
        expected = {"h3": ("基础", "Foundations"), ".question": ("往哪走？", "Which way?")}[place]
        assert marked == list(zip(("zh-Hans", "en"), expected, strict=True))


@pytest.mark.parametrize(
    ("name", "trail"),
    [
        ("one", ["Concepts in Deep Learning", "Foundations", "1. Page one"]),
        ("three", ["Concepts in Deep Learning", "Reference", "Page three"]),
    ],
)
def test_the_trail_names_the_part_and_leads_to_it(
    site: dict[str, BeautifulSoup], name: str, trail: list[str]
) -> None:
    steps = site[name].select(".trail li")
    assert [words(step) for step in steps] == trail
    [part] = steps[1].select("a")
    assert part["href"] == f"index.html#part-{trail[1].lower()}"


@pytest.mark.parametrize(
    ("name", "previous", "following"),
    [
        ("one", "Previous Book", "Next 2. Page two"),
        ("two", "Previous 1. Page one", "Next · Reference Page three"),
        ("three", "Previous · Foundations 2. Page two", None),
    ],
)
def test_previous_and_next_have_titles_and_name_a_part_that_is_another(
    site: dict[str, BeautifulSoup], name: str, previous: str, following: str | None
) -> None:
    before, after = (site[name].select_one(f".{side}") for side in ("left-prev", "right-next"))
    assert words(before) == previous
    assert (words(after) if after else None) == following


def test_a_page_outside_the_parts_names_none(site: dict[str, BeautifulSoup]) -> None:
    assert site["search"].select(".trail li a") == site["search"].select(".trail li a")[:1]


@pytest.mark.parametrize(
    ("matter", "missing"),
    [
        (MATTER, ("zh", "en")),
        (ASKED.replace("question-en: Which way?\n", ""), ("en",)),
        (ASKED.replace("往哪走？", "往前走。"), ("zh",)),
    ],
    ids=["none", "one language", "no question"],
)
def test_a_page_without_a_question_in_both_languages_is_warned_of(
    build: Build, matter: str, missing: tuple[str, ...]
) -> None:
    extensions = ("book._ext.languages", "book._ext.site.parts")
    warns = [
        f"two.md:1: WARNING: the front page shows the question of this page: question-{n}:"
        for n in missing
    ]
    build(BOOK | {"two": page("two", matter)}, *extensions, warns=warns)
    build(BOOK, *extensions)
