"""What is dropped from the style sheet matches nothing in the site; what matches stays."""

from __future__ import annotations

from pathlib import Path

import pytest
import tinycss2
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from book._ext.site.purge import purge, words_of_site

PAGE = """
<html><body class="light"><main class="page wide">
<p class="note">text <em>more</em></p><ul class="list"><li class="item">a</li></ul>
</main></body></html>
"""
USED = {"light", "page", "wide", "note", "list", "item"}
PARTS = st.sampled_from(
    ["p", "em", "*", ".note", ".page.wide", ".gone", "li.item", ".note.gone", "#id", "[class]",
     ".wide:not(.gone)", ":is(.page,.gone)", "p::before", ".item:hover", '[data-x=".gone,"]']
)  # fmt: skip
SELECTORS = st.builds(
    lambda first, rest: first + "".join(mark + part for mark, part in rest),
    PARTS,
    st.lists(st.tuples(st.sampled_from([" ", ">", " + ", "~"]), PARTS), max_size=2),
)
RULES = st.builds(
    lambda selectors, n: f"{','.join(selectors)}{{margin:{n}px}}",
    st.lists(SELECTORS, min_size=1, max_size=3),
    st.integers(0, 9),
)
SHEETS = st.lists(
    st.one_of(
        RULES,
        st.builds("@media print{{{}}}".format, RULES),
        st.builds("@supports (gap:1px){{@media (width>1px){{{}}}}}".format, RULES),
    ),
    max_size=5,
).map("".join)


def rules(css: str) -> list[tuple[str, str]]:
    """Return the selectors of a sheet, one by one, with what they set; groups are entered."""
    found = []
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        assert rule.type != "error", rule.message
        content = tinycss2.serialize(rule.content or [])
        if rule.type == "at-rule":
            found += rules(content)
        else:
            prelude = tinycss2.serialize(rule.prelude)
            found += [(one, content) for one in split(prelude)]
    return found


def split(selectors: str) -> list[str]:
    """Split a list of selectors at the commas that stand in no brackets."""
    parts, depth = [""], 0
    for character in selectors:
        depth += (character in "([") - (character in ")]")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def matches(selector: str) -> bool:
    """Ask another reader of selectors whether one matches something in the page."""
    static = selector.replace("::before", "").replace(":hover", "")
    return BeautifulSoup(PAGE, "html.parser").select_one(static) is not None


@given(SHEETS)
def test_every_rule_that_matches_something_stays_in_order(css: str) -> None:
    before, after = rules(css), rules(purge(css, USED))
    left = iter(after)
    assert all(rule in left for rule in before if matches(rule[0]))
    order = iter(before)
    assert all(rule in order for rule in after)


@given(SHEETS)
def test_no_selector_asks_for_a_class_that_the_site_does_not_have(css: str) -> None:
    for selector, _ in rules(purge(css, USED)):
        outside = selector.replace(":not(.gone)", "").replace("(.page,.gone)", "")
        assert ".gone" not in outside.replace('".gone,"', "")


@given(SHEETS)
def test_what_was_purged_once_is_not_changed_again(css: str) -> None:
    once = purge(css, USED)
    assert purge(once, USED) == once


@given(SHEETS)
def test_nothing_is_lost_where_every_class_is_used(css: str) -> None:
    assert rules(purge(css, {*USED, "gone"})) == rules(css)


@pytest.mark.parametrize(
    ("css", "left"),
    [
        (".gone{color:red}", ""),
        (".gone,p{color:red}", "p{color:red}"),
        (".gone .note{color:red}", ""),
        ("@media print{.gone{color:red}}", ""),
        ("@media print{.gone{color:red}p{margin:0}}", "@media print{p{margin:0}}"),
        ("p{color:red}/* why */", "p{color:red}"),
        ("/*! licence */p{color:red}", "/*! licence */p{color:red}"),
        ('p::before{content:"}.gone{"}', 'p::before{content:"}.gone{"}'),
        ("p:not(.gone){color:red}", "p:not(.gone){color:red}"),
    ],
)
def test_what_is_left_of_a_sheet(css: str, left: str) -> None:
    assert purge(css, USED) == left


@pytest.mark.parametrize(
    "rule",
    [
        "@font-face{font-family:F;src:url(f.woff2)}",
        "@keyframes turn{from{top:0}50%{top:1px}to{top:2px}}",
        "@page{margin:0}",
        '@charset "UTF-8";',
        ":root{--gap:1px}",
    ],
)
def test_rules_that_ask_for_no_class_stay(rule: str) -> None:
    assert purge(f"{rule}.gone{{top:0}}", USED) == rule


@pytest.mark.parametrize("css", ["p{color:red}}", "p{color:red} .note"])
def test_a_sheet_that_cannot_be_read_is_refused(css: str) -> None:
    with pytest.raises(ValueError, match="style sheet"):
        purge(css, USED)


def test_the_words_of_a_site_are_the_classes_of_pages_and_the_names_in_scripts(
    tmp_path: Path,
) -> None:
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "page.html").write_text(PAGE, "utf-8")
    (tmp_path / "_static" / "scripts").mkdir(parents=True)
    script = 'node.classList.add("is-open"); const taken_2 = `x`;'
    (tmp_path / "_static" / "scripts" / "a.js").write_text(script, "utf-8")
    (tmp_path / "_static" / "a.css").write_text(".gone{}", "utf-8")
    words = words_of_site(tmp_path)
    assert words >= USED | {"is-open", "taken_2"}
    assert "gone" not in words
    assert "text" not in words
